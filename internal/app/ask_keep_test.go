package app_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/people"
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

// What routing knows is kept between asks, and nothing of it is old: each of what speaks for somebody is seen by the
// next ask, and is gone from it when the person is erased.
func TestAsksSeeWhatIsNew(t *testing.T) {
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
		v.Person = peopletest.Person(t, a.DB, v, "Owner Ownerson", "owner@example.org").ID
		able := func(text string) (names []string) {
			t.Helper()
			out, err := a.Ask.Route(ctx, v, ask.RouteQuery{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range out.People {
				if out.Known {
					names = append(names, h.Name)
				}
			}
			return names
		}
		for _, c := range []struct {
			name, asked, operation string
			in                     func(who string) any
		}{
			{"Tess Tag", "Who can take photos?", "people.tag", func(who string) any {
				return people.TagsInput{PersonInput: people.PersonInput{Person: who}, Tags: []string{"photographer"}}
			}},
			{"Rob Role", "Who is a printer?", "people.edit", func(who string) any {
				role := "printer"
				return people.EditPersonInput{PersonInput: people.PersonInput{Person: who}, Role: &role}
			}},
			{"Gert Gift", "Who can help with bookkeeping?", "give.receive", func(who string) any {
				return give.ReceiveInput{Body: "bookkeeping", To: []string{who}, Kind: give.Time}
			}},
			{"Fay Fact", "Who knows about beekeeping?", "goodwill.note", func(who string) any {
				return goodwill.NoteInput{Person: who, Body: "beekeeping", Kind: goodwill.Interest}
			}},
		} {
			peopletest.Person(t, a.DB, v, c.name)
			if names := able(c.asked); slices.Contains(names, c.name) {
				t.Errorf("before anything is known of it %q has %q", c.asked, names)
			}
			if _, err := a.Operations.Call(ctx, v, c.operation, c.in(c.name)); err != nil {
				t.Fatal(err)
			}
			if names := able(c.asked); len(names) == 0 || names[0] != c.name {
				t.Errorf("after %s %q has %q", c.operation, c.asked, names)
			}
			p, err := a.Network.Resolve(ctx, v, c.name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Erase.Erase(ctx, v, p, false); err != nil {
				t.Fatal(err)
			}
			if names := able(c.asked); slices.Contains(names, c.name) {
				t.Errorf("after the erasure %q has %q", c.asked, names)
			}
		}
	})
}

// Asks that come at once share what is known.
func TestAsksAtOnce(t *testing.T) {
	ctx := context.Background()
	f := importWorld(t, 1, 60, 2)
	var all sync.WaitGroup
	for _, text := range []string{
		"Wie kent een fotograaf?", "Who knows accessibility?", "Wie weet iets van drukwerk?",
	} {
		for range 4 {
			all.Go(func() {
				if out, err := f.Ask.Route(ctx, f.v, ask.RouteQuery{Text: text}); err != nil || len(out.People) == 0 {
					t.Errorf("%q: %d people, %v", text, len(out.People), err)
				}
			})
		}
	}
	all.Wait()
}
