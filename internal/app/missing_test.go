package app_test

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
	"gave.network/internal/today"
)

// What is missing is all at first, goes one by one as it comes, and stays away once the viewer put it away.
func TestWhatIsMissing(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		v, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		v.Now = peopletest.Now
		missing := func() []string {
			t.Helper()
			out, err := a.Operations.Call(ctx, v, "today.missing", reflectInput(t, a, "today.missing", nil))
			if err != nil {
				t.Fatal(err)
			}
			var of []string
			for _, m := range out.(today.MissingOutput).Missing {
				of = append(of, m.Principle)
			}
			return of
		}
		var all []string
		for _, r := range a.Rooms {
			for range r.Grounds {
				all = append(all, r.Title)
			}
		}
		for _, principle := range room.Principles(a.Rooms) {
			if !slices.Contains(all, principle.Title) {
				t.Errorf("%s rests on nothing", principle.Title)
			}
		}
		if got := missing(); !slices.Equal(got, all) {
			t.Errorf("at first %v is missing, want %v", got, all)
		}
		answer := func(said string) {
			t.Helper()
			if _, err := a.Today.Answer(ctx, v, today.AnswerInput{Move: "missing", Answer: said}); err != nil {
				t.Fatal(err)
			}
		}
		answer(today.Never)
		if got := missing(); len(got) > 0 {
			t.Errorf("%v is missing after it was put away", got)
		}
		answer(today.Undo)
		self := peopletest.Person(t, a.DB, v, "Owner Ownerson", "owner@example.org")
		if err := a.Account.SetPerson(ctx, v, self.ID); err != nil {
			t.Fatal(err)
		}
		v.Person = self.ID
		plant(t, a, v)
		if got := missing(); !slices.Equal(got, []string{"Horizon"}) {
			t.Errorf("%v is missing, want only who knows whom", got)
		}
		one, two := peopletest.Person(t, a.DB, v, "Anna Arends"), peopletest.Person(t, a.DB, v, "Bert Bos")
		peopletest.Record(t, a.DB, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -2), v.Person, one.ID, two.ID))
		if _, err := a.Network.Settle(ctx, v.Space, tie.Present(v)); err != nil {
			t.Fatal(err)
		}
		if got := missing(); len(got) > 0 {
			t.Errorf("%v is missing after all came", got)
		}
	})
}
