package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/people"
	"gave.network/internal/realdata"
)

// A real archive goes in, people and ties come out, and a second time adds nothing.
func TestImportRealMailTwice(t *testing.T) {
	path := realdata.Path(t, "mail/spamassassin-easy-ham-1.mbox.gz")
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		v, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		first, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s", first.Text(locale.New(locale.English, nil)))
		if first.PeopleAdded < 300 || first.InteractionsAdded < 1500 {
			t.Errorf("%d people, %d interactions", first.PeopleAdded, first.InteractionsAdded)
		}
		second, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if second.PeopleAdded != 0 || second.InteractionsAdded != 0 {
			t.Errorf("the second time added %d people, %d interactions", second.PeopleAdded, second.InteractionsAdded)
		}
		list, err := a.Network.People(ctx, v, people.PeopleQuery{Limit: 10})
		if err != nil || len(list.People) != 10 {
			t.Fatalf("%d people, %v", len(list.People), err)
		}
	})
}

// Everything in the folder of samples: no panic, a report for every file, the good records kept, and a second time adds
// nothing.
func TestImportEverySampleTwice(t *testing.T) {
	path := realdata.Path(t, "")
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	networks, err := os.ReadDir(filepath.Join(path, "networks"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		if e.Name() != "networks" {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	for _, e := range networks {
		if e.Name() != "epinions-trust" { // 840,000 lines of the kind that email-eu-core has too
			paths = append(paths, filepath.Join(path, "networks", e.Name()))
		}
	}
	if testing.Short() {
		t.Skip("the whole folder of samples takes half a minute")
	}
	ctx := context.Background()
	a, v := openLocal(t)
	first, err := a.Intake.Import(ctx, v, paths, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	formats := map[string]int{}
	for _, f := range first.Files {
		formats[f.Format]++
		if f.State == intake.Failed && f.Message == "" {
			t.Errorf("%s failed without a word", f.Path)
		}
		for _, r := range f.Rejected {
			if r.Reason == "" {
				t.Errorf("%s: a record was rejected without a reason", f.Path)
			}
		}
	}
	for _, format := range []string{
		"mbox", "eml", "listserv", "icalendar", "vcard", "google", "thunderbird", "linkedin", "whatsapp", "signal",
		"telegram", "meta", "slack", "network",
	} {
		if formats[format] == 0 {
			t.Errorf("no sample was read as %s", format)
		}
	}
	if first.PeopleAdded < 10_000 || first.InteractionsAdded < 10_000 || first.StatementsAdded < 20_000 {
		t.Errorf("added %d people, %d interactions, %d statements", first.PeopleAdded, first.InteractionsAdded,
			first.StatementsAdded)
	}
	if v, err = a.Account.Local(ctx, locale.English); err != nil {
		t.Fatal(err)
	}
	second, err := a.Intake.Import(ctx, v, paths, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if second.PeopleAdded+second.InteractionsAdded+second.StatementsAdded+second.PraiseAdded != 0 {
		t.Errorf("the second time added %d people, %d interactions, %d statements, %d praise",
			second.PeopleAdded, second.InteractionsAdded, second.StatementsAdded, second.PraiseAdded)
	}
}
