package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/people"
)

// Every value of a person says where it comes from: a file, another file that filled it in, a record that was found to
// be the same person, or a human; and a card that is written is read back as the same.
func TestSourcesAndCards(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		v.Lang = locale.Dutch
		bring := func(name, content string) intake.Report {
			t.Helper()
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		first := bring("adressen.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna van der Berg\r\n"+
			"N:van der Berg;Anna;;;\r\nEMAIL:anna@example.org\r\nTEL:+31612345678\r\n"+
			"ORG:Drukkerij De Gans, Utrecht\r\n"+
			"TITLE:drukker\r\nBDAY:1970-05-03\r\nEND:VCARD\r\n")
		bring("meer.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna van der Berg\r\nEMAIL:anna@example.org\r\n"+
			"EMAIL:anna@gans.example\r\nADR:;;;Utrecht;;;\r\nEND:VCARD\r\n")
		resolve := func(who string) people.Person {
			t.Helper()
			p, err := a.Network.Resolve(ctx, v, who)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		anna := resolve("anna@example.org")
		if err := a.Network.EditPerson(ctx, v, anna, people.Change{"name": "Anna Berg"}); err != nil {
			t.Fatal(err)
		}
		bring("bijnaam.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A. Berg\r\nNICKNAME:Ans\r\nEMAIL:ans@thuis.example\r\n"+
			"END:VCARD\r\n")
		if _, err := a.Network.Merge(ctx, v, anna.ID, resolve("ans@thuis.example").ID); err != nil {
			t.Fatal(err)
		}
		anna = resolve("anna@example.org")
		facts, err := a.Network.Sources(ctx, v, anna)
		if err != nil {
			t.Fatal(err)
		}
		dutch := v.Printer()
		from := map[string]string{}
		for _, f := range facts {
			from[f.Value] = f.From(dutch)
			if said := dutch.T(f.What); said == f.What && f.What != "mail" && f.What != "link" {
				t.Errorf("%s is not said in Dutch", f.What)
			}
		}
		day := dutch.Date(v.Now)
		for value, want := range map[string]string{
			"Anna Berg":                  "getypt of genoteerd",
			"Drukkerij De Gans, Utrecht": "uit adressen.vcf, binnengehaald op " + day,
			"+31612345678":               "uit adressen.vcf, binnengehaald op " + day,
			"Utrecht":                    "uit meer.vcf, binnengehaald op " + day,
			"anna@gans.example":          "uit meer.vcf, binnengehaald op " + day,
			"Ans":                        "uit bijnaam.vcf, binnengehaald op " + day,
		} {
			if from[value] != want {
				t.Errorf("%s comes %q, want %q", value, from[value], want)
			}
		}
		if len(facts) < 9 {
			t.Errorf("%d facts: %+v", len(facts), facts)
		}

		card, err := a.Network.VCards(ctx, v, append(keysOf(anna), keysOf(resolve("owner@example.org"))...))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(card), "\r\n") {
			if len(line) > 75 {
				t.Errorf("a line has %d bytes: %s", len(line), line)
			}
		}
		b, w := network0(t, filepath.Join(t.TempDir(), "other.db"))
		path := filepath.Join(t.TempDir(), "kaart.vcf")
		if err := os.WriteFile(path, card, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Intake.Import(ctx, w, []string{path}, intake.Options{}); err != nil {
			t.Fatal(err)
		}
		p, err := b.Network.Resolve(ctx, w, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		d, err := b.Network.Detail(ctx, w, p)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != "Anna Berg" || d.Nickname != "Ans" || d.Organisation != "Drukkerij De Gans, Utrecht" ||
			d.Role != "drukker" || d.Place != "Utrecht" || len(d.Emails) != 3 || len(d.Phones) != 1 ||
			len(d.Dates) != 1 || d.Dates[0].Month != time.May {
			t.Errorf("read back is %+v of\n%s", d, card)
		}
		// What the import alone brought is nobody's any more once it is taken back.
		if err := a.Intake.Undo(ctx, v, first.ID); err != nil {
			t.Fatal(err)
		}
		facts, err = a.Network.Sources(ctx, v, resolve("anna@gans.example"))
		for _, f := range facts {
			if f.File == "adressen.vcf" {
				t.Errorf("%s still comes from what was taken back", f.Value)
			}
		}
		if err != nil || len(facts) == 0 {
			t.Errorf("%+v %v", facts, err)
		}
	})
}

func keysOf(p people.Person) []id.ID { return []id.ID{p.ID} }
