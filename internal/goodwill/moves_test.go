package goodwill

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A birthday is brought up until the two are in touch on the day: contact that comes by itself answers the move. Before
// the day only a card for somebody near is proposed.
func TestContactOnTheDayAnswersTheDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store, nil, nil)
		now := v.Now.In(v.Printer().Zone)
		today, soon := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		hardly := peopletest.Person(t, d, v, "Carla Cent")
		for day := range 60 {
			at := v.Now.AddDate(0, 0, -1-day)
			peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, at, v.Person, soon.ID))
		}
		if _, err := store.Settle(ctx, v.Space, tie.Present(v)); err != nil {
			t.Fatal(err)
		}
		for p, at := range map[*people.Person]int{&today: 0, &soon: 2, &hardly: 2} {
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
				letter := m.Draft.In(v.Printer())
				if letter == "" || strings.Contains(letter, "ahead of the day") != (m.People[0].ID == soon.ID) {
					t.Errorf("%s is written %q", m.People[0].Name, letter)
				}
			}
			return out
		}
		if got := about(); !got["Anna Aal"] || !got["Bram Beer"] || got["Carla Cent"] {
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

// A need that is old, or whose day has passed, is asked after; a fresh one is to be met. None vanishes in silence.
func TestOldNeedsAreAskedAfter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), nil, nil)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		for body, f := range map[string]Fact{
			"a carpenter": {At: v.Now.AddDate(0, -1, 0)}, "a house": {At: v.Now.AddDate(-3, 0, 0)},
			"a hall": {At: v.Now.AddDate(0, -2, 0), Due: v.Now.AddDate(0, -1, 0).Format("2006-01-02")},
			"a loan": {At: v.Now.AddDate(-4, 0, 0)},
		} {
			f.Person, f.Kind, f.Body = people.Ref{ID: anna.ID}, Need, body
			if _, err := s.Add(ctx, d, v, f); err != nil {
				t.Fatal(err)
			}
		}
		asked := map[string]bool{}
		for week := range 4 {
			then := v
			then.Now = v.Now.AddDate(0, 0, 7*week)
			moves, err := s.needMoves(ctx, then)
			if err != nil {
				t.Fatal(err)
			}
			old := 0
			for _, m := range moves {
				if m.Kind == "still" {
					asked[m.Evidence[0].Text] = true
					old++
				} else if m.Evidence[0].Text != "a carpenter" {
					t.Errorf("%+v", m)
				}
			}
			if old != mostOld {
				t.Errorf("in week %d %d are asked after", week, old)
			}
		}
		if len(asked) != 3 {
			t.Errorf("asked after %v", asked)
		}
	})
}

// A tie that is silent for longer than it is used to is brought up as silent, the freshest silence first, and only
// where the record of the viewer goes on. What others keep to themselves is no contact of the viewer.
func TestSilenceIsSaidPlainly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		other := peopletest.Viewer(t, d, space, "Other", op.Member)
		s := NewService(d, people.NewStore(d), nil, nil)
		fresh, long := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		often, theirs := peopletest.Person(t, d, v, "Cor Cas"), peopletest.Person(t, d, v, "Dora Das")
		meet := func(who op.Viewer, p people.Person, days ...int) {
			for _, n := range slices.Backward(days) { // in the order of time
				peopletest.Record(t, d, who, peopletest.Interaction(who, tie.Message, v.Now.AddDate(0, 0, -n),
					who.Person, p.ID))
			}
		}
		meet(v, fresh, 20, 27, 34, 41, 48, 55)
		meet(v, long, 200, 207, 214, 221, 228, 235)
		meet(v, theirs, 100)
		meet(other, theirs, 20, 27, 34, 41, 48, 55)
		for n := range 30 {
			meet(v, often, 1+8*(29-n))
		}
		moves, err := s.driftMoves(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if len(moves) != 2 || moves[0].People[0].ID != fresh.ID || moves[1].People[0].ID != long.ID {
			t.Fatalf("%+v", moves)
		}
		if why := moves[0].Why; why != "You were last in touch 2 weeks ago." {
			t.Errorf("%q", why)
		}
		// Who is not silent for long yet is told of before, and only who.
		due, err := s.Due(ctx, v, 60)
		if err != nil || len(due) != 1 || due[0].Person.ID != often.ID || !due[0].On.After(v.Now) ||
			!due[0].Last.Before(v.Now) {
			t.Errorf("%+v, %v", due, err)
		}
		if due, err = s.Due(ctx, v, 2); err != nil || len(due) != 0 {
			t.Errorf("within two days: %+v, %v", due, err)
		}
		// Nobody needs to be told of who is in the calendar, but for what is far off.
		meet(v, fresh, -14)
		meet(v, long, -90)
		if moves, err = s.driftMoves(ctx, v); err != nil || len(moves) != 1 || moves[0].People[0].ID != long.ID {
			t.Errorf("with one of them there is an appointment: %+v, %v", moves, err)
		}
		v.Now = v.Now.AddDate(0, 3, 0)
		if moves, err = s.driftMoves(ctx, v); err != nil || len(moves) != 0 {
			t.Errorf("three months after the last import: %+v, %v", moves, err)
		}
	})
}
