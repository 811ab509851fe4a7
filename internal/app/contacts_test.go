package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// addressBook is a folder as vdirsyncer and Nextcloud keep it, a card in each file: the group comes before its members.
var addressBook = map[string]string{
	"a-group.vcf": "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nUID:g\nFN:Bestuur\nMEMBER:urn:uuid:kars\n" +
		"MEMBER:urn:uuid:nobody\nEND:VCARD\n",
	"b-kars.vcf": "BEGIN:VCARD\nVERSION:4.0\nUID:kars\nFN:Kars Pot\nNICKNAME:Karel,Kas\nTITLE:Wethouder\n" +
		"BDAY:31-02-1980\nX-HOBBY:schaatsen\nEMAIL:kars@example.org\nEND:VCARD\n",
	"c-zon.vcf":   "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Stichting Zon\nTEL:020 1234567\nEND:VCARD\n",
	"d-again.csv": "Naam;E-mail;Bijnaam;Plaats;Schoenmaat\nKars Pot;kars@example.org;Potje;Ede;43\n",
}

// Nothing of an address book is lost: a company is an organisation, a group a tag of its members, whatever has no place
// is kept with the person, and what could not be used is reported.
func TestAddressBookLosesNothing(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Data: t.TempDir(), Database: address})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		v, err := a.Account.Local(ctx, locale.Dutch)
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		for name, content := range addressBook {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var first string
		for round := range 2 { // a second import changes nothing
			report, err := a.Intake.Import(ctx, v, []string{folder}, intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if report.ExitCode() != 3 || report.Rejected != 2 || report.Organisations != 1 {
				t.Errorf("exit %d, %d rejected, %d organisations, want 3, 2 and 1: %+v", report.ExitCode(),
					report.Rejected, report.Organisations, report.Files)
			}
			said := keptOf(t, a, v)
			if round == 0 {
				first = said
			} else if said != first {
				t.Errorf("the second time\n%s\nand the first\n%s", said, first)
			}
		}
		for _, want := range []string{
			"Kars Pot, Karel, Kas, Wethouder, Ede", "tags bestuur", "BDAY:31-02-1980", "X-HOBBY:schaatsen",
			"NICKNAME:Potje", "Schoenmaat: 43", "organisation Stichting Zon TEL:020 1234567", "1 people",
		} {
			if !strings.Contains(first, want) {
				t.Errorf("%q is lost in\n%s", want, first)
			}
		}
		for _, word := range []string{"karel", "kas", "wethouder"} {
			if found, err := a.Network.People(ctx, v, people.PeopleQuery{Query: word}); err != nil ||
				len(found.People) != 1 {
				t.Errorf("%q finds %d people, %v", word, len(found.People), err)
			}
		}
	})
}

// keptOf writes down what is known of everybody.
func keptOf(t *testing.T, a *app.App, v op.Viewer) string {
	t.Helper()
	ctx := context.Background()
	list, err := a.Network.People(ctx, v, people.PeopleQuery{Limit: 100, Sort: "name"})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	persons := 0
	for _, s := range list.People {
		p, err := a.Network.Person(ctx, a.DB, v, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		persons++
		detail, err := a.Network.Detail(ctx, v, p)
		if err != nil {
			t.Fatal(err)
		}
		tags := slices.Clone(detail.Tags)
		slices.Sort(tags)
		out.WriteString(strings.Join([]string{p.Name, p.Nickname, p.Title, p.Place}, ", ") + "\ntags " +
			strings.Join(tags, " ") + "\n" + p.Rest + "\n")
	}
	organisation, err := a.Network.Organisation(ctx, v, "Stichting Zon")
	if err != nil {
		t.Fatal(err)
	}
	out.WriteString("organisation " + organisation.Name + " " + strings.Join(organisation.Details, " ") + "\n")
	fmt.Fprintf(&out, "%d people", persons)
	return out.String()
}
