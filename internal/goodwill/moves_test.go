package goodwill

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A birthday is brought up until the two are in touch on the day: contact that comes by itself answers the move.
func TestContactOnTheDayAnswersTheDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store, nil)
		now := v.Now.In(v.Printer().Zone)
		today, soon := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		for p, at := range map[*people.Person]int{&today: 0, &soon: 2} {
			on := now.AddDate(0, 0, at)
			if err := store.SetDate(ctx, v, *p, people.ImportantDate{
				Kind: "birthday", Month: on.Month(), Day: on.Day(),
			}); err != nil {
				t.Fatal(err)
			}
		}
		about := func() map[string]bool {
			t.Helper()
			moves, err := s.dateMoves(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]bool{}
			for _, m := range moves {
				out[m.People[0].Name] = true
			}
			return out
		}
		if got := about(); !got["Anna Aal"] || !got["Bram Beer"] {
			t.Fatalf("birthdays of %v", got)
		}
		for _, p := range []people.Person{today, soon} {
			peopletest.Record(t, d, v, peopletest.Interaction(v, tie.Message, v.Now, v.Person, p.ID))
		}
		if got := about(); got["Anna Aal"] || !got["Bram Beer"] {
			t.Errorf("after a message to both there are birthdays of %v: want that of the day after tomorrow", got)
		}
	})
}
