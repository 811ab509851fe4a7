package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/people/peopletest"
)

// Whom an ask or an introduction speaks of stays when the import that brought them in is taken back, and is gone when
// erased, with the asks that were to nobody else.
func TestAsksKeepAndForgetPeople(t *testing.T) {
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
		v.Now = peopletest.Now
		me := peopletest.Person(t, a.DB, v, "Owner Ownerson", "owner@example.org")
		v.Person = me.ID
		card := filepath.Join(t.TempDir(), "some.vcf")
		content := ""
		for _, name := range []string{"Asked", "Middle", "Target", "Unasked"} {
			content += "BEGIN:VCARD\r\nVERSION:3.0\r\nN:" + name + ";Person;;;\r\nFN:Person " + name + "\r\nEMAIL:" +
				name + "@example.org\r\nEND:VCARD\r\n"
		}
		if err := os.WriteFile(card, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Intake.Import(ctx, v, []string{card}, intake.Options{}); err != nil {
			t.Fatal(err)
		}
		imports, err := a.Intake.List(ctx, v)
		if err != nil || len(imports) != 1 {
			t.Fatal(imports, err)
		}
		one, err := a.Ask.New(ctx, v, ask.Ask{Text: "Who has a boat?"}, []string{"asked@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Ask.Introduce(ctx, v, "target@example.org", "middle@example.org", "boats", ""); err != nil {
			t.Fatal(err)
		}
		if err := a.Intake.Undo(ctx, v, imports[0].ID); err != nil {
			t.Fatal(err)
		}
		left, err := db.Values[string](ctx, a.DB, `select name from person where space = $1 order by name`, v.Space)
		if err != nil || len(left) != 4 || left[0] != "Owner Ownerson" {
			t.Fatalf("after the import was taken back there are %q, %v", left, err)
		}
		for _, name := range []string{"Person Asked", "Person Target"} {
			p, err := a.Network.Resolve(ctx, v, name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Erase.Erase(ctx, v, p, false); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Ask.Get(ctx, v, one.ID); err == nil {
			t.Error("an ask to nobody but the erased person is still there")
		}
		if list, err := a.Ask.Introductions(ctx, v); err != nil || len(list) != 0 {
			t.Errorf("an introduction to the erased person is still there: %v, %v", list, err)
		}
	})
}
