package praise

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// Thanks, praise and a report back are three things, each at its time; a job is never praised.
func TestThankPraiseAndReportBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		day := 24 * time.Hour
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		for _, c := range []struct {
			deed Deed
			age  time.Duration
			want string // the kind of the move, or nothing
		}{
			{Deed{}, 3 * day, "thank"},
			{Deed{Thanked: true}, 3 * day, "praise"},
			{Deed{}, 40 * day, "praise"},
			{Deed{}, 130 * day, ""},
			{Deed{}, -day, ""},
			{Deed{Work: true}, 3 * day, "thank"},
			{Deed{Work: true, Thanked: true}, 3 * day, ""},
			{Deed{Work: true}, 40 * day, "report"},
			{Deed{Lead: true}, 3 * day, "thank"},
			{Deed{Lead: true}, 40 * day, "report"},
		} {
			c.deed.Knowledge = room.Knowledge{
				Person: anna.ID, Name: anna.Name, Text: "the figures for the report", At: v.Now.Add(-c.age),
			}
			s.deeds = func(context.Context, op.Viewer) ([]Deed, error) { return []Deed{c.deed}, nil }
			moves, err := s.Propose(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			kind := ""
			for _, m := range moves {
				kind += m.Kind
				for _, l := range locale.All {
					line := m.Draft.In(locale.New(l.Lang, time.UTC))
					quoted := strings.Contains(line, "the figures for the report")
					if quoted != (l.Lang == "en") || !strings.Contains(line, "Anna") {
						t.Errorf("%+v after %v: the line to send is %q", c.deed, c.age, line)
					}
				}
				if recorded := len(m.Effects) > 0; recorded != (m.Kind != "praise") {
					t.Errorf("%s records %v", m.Kind, m.Effects)
				}
			}
			if kind != c.want {
				t.Errorf("%+v after %v: %q, want %q", c.deed, c.age, kind, c.want)
			}
		}

		// Who was praised since is thanked no more, and who brought work still hears what came of it.
		if _, err := s.Write(ctx, v, New{Person: "Anna Aal", Text: "Good figures.", At: v.Now}); err != nil {
			t.Fatal(err)
		}
		for age, want := range map[time.Duration]int{3 * day: 0, 40 * day: 1} {
			deed := Deed{Work: true, Knowledge: room.Knowledge{Person: anna.ID, Name: anna.Name, At: v.Now.Add(-age)}}
			s.deeds = func(context.Context, op.Viewer) ([]Deed, error) { return []Deed{deed}, nil }
			moves, err := s.Propose(ctx, v)
			if err != nil || len(moves) != want {
				t.Errorf("after %v: %v, %v", age, moves, err)
			}
		}
	})
}

// Somebody is asked for some words once: whom the viewer asked is not proposed again.
func TestWordsAreAskedForOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		var met []tie.Interaction
		for week := range 20 {
			at := v.Now.AddDate(0, 0, 7*(week-20))
			met = append(met, peopletest.Interaction(v, tie.FaceToFace, at, v.Person, anna.ID))
		}
		peopletest.Record(t, d, v, met...)
		s.gave = func(context.Context, op.Viewer) ([]room.Knowledge, error) {
			return []room.Knowledge{
				{Person: anna.ID, Name: anna.Name, Text: "a day of help", At: v.Now.AddDate(0, 0, -30), Minutes: 60},
			}, nil
		}
		words := func() (list []move.Move) {
			moves, err := s.Propose(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			return slices.DeleteFunc(moves, func(m move.Move) bool { return m.Kind != "words" })
		}
		if list := words(); len(list) != 1 || list[0].Rests < 5*365*24*time.Hour {
			t.Fatal(list)
		}
		if _, err := s.Invite(ctx, v, "Anna Aal", "workshop"); err != nil {
			t.Fatal(err)
		}
		if list := words(); len(list) != 0 {
			t.Errorf("asked a second time: %v", list)
		}
	})
}
