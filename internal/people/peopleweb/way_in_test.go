package peopleweb_test

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/people/peopleweb"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// An organisation opens with who lets the viewer in, then whom somebody can introduce; a name that is kept twice stands
// once, and the dead neither introduce nor are introduced to.
func TestWhoLetsYouIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		persons := map[string]people.Person{}
		for i, name := range []string{"Anna Aal", "Bram Beer", "Carla Das", "Dirk Egel", "Dirk  Egel", "Eva Fret"} {
			p := people.Person{ID: id.New(), Owner: v.Member, Created: int64(i), Updated: 1}
			p.Named(name)
			role := people.Role{Organisation: "Helder", Title: "adviseur"}
			if name == "Eva Fret" {
				role.Until = "2024-01-01"
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				one := people.NewPerson{Person: p, Roles: []people.Role{role}}
				return people.InsertPeople(ctx, tx, v.Space, []people.NewPerson{one})
			}); err != nil {
				t.Fatal(err)
			}
			persons[name] = p
		}
		outside := peopletest.Person(t, d, v, "Gijs Geit")
		meet := func(times int, who ...id.ID) {
			for i := range times {
				at := v.Now.AddDate(0, 0, -10-7*i)
				peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, at, who...))
			}
		}
		meet(6, v.Person, persons["Anna Aal"].ID)
		meet(2, v.Person, persons["Bram Beer"].ID)
		meet(6, v.Person, outside.ID)
		meet(6, outside.ID, persons["Carla Das"].ID)
		meet(3, persons["Bram Beer"].ID, persons["Carla Das"].ID)
		check := func(want ...string) {
			t.Helper()
			s.DropKept()
			got, err := peopleweb.WayIn(ctx, s, v, "Helder")
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("the way in is %q, %v; want %q", got, err, want)
			}
		}
		check("5 people, 5 drawn", "tie Anna Aal 1", "tie Bram Beer 1", "other Carla Das 1 through Gijs Geit",
			"other Dirk Egel 2", "former Eva Fret 1")
		if _, err := s.AddNote(ctx, v, outside, "overleden", scope.Private); err != nil {
			t.Fatal(err)
		}
		check("5 people, 5 drawn", "tie Anna Aal 1", "tie Bram Beer 1", "other Carla Das 1 through Bram Beer",
			"other Dirk Egel 2", "former Eva Fret 1")
	})
}
