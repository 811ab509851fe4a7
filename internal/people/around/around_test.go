package around_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/around"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A picture has who is tied to the middle and who is tied to those, a group has its people in the middle, ways have who
// is between; and nobody sees in it what they may not see.
func TestAround(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		refs := map[string]people.Ref{}
		for _, name := range []string{"Anna Aal", "Bram Beer", "Carla Das", "Dirk Egel"} {
			p := peopletest.Person(t, d, v, name)
			refs[name] = people.Ref{ID: p.ID, Name: name}
		}
		meet := func(times int, who ...id.ID) {
			for i := range times {
				at := v.Now.AddDate(0, 0, -10-7*i)
				peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, at, who...))
			}
		}
		anna, bram, carla, dirk := refs["Anna Aal"], refs["Bram Beer"], refs["Carla Das"], refs["Dirk Egel"]
		meet(6, v.Person, anna.ID)
		meet(5, anna.ID, bram.ID)
		meet(4, bram.ID, carla.ID)
		meet(3, carla.ID, dirk.ID)

		said := func(p page.EgoPicture, err error) []string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			out := []string{p.Middle}
			for _, dot := range p.Dots {
				through := "-"
				for _, other := range refs {
					if other.ID == dot.Through {
						through = other.Name
					}
				}
				out = append(out, fmt.Sprint(dot.Name, " ", through, " ", dot.Circle))
			}
			return out
		}
		for _, c := range []struct {
			name string
			got  []string
			want []string
		}{
			{
				"a person", said(around.Person(ctx, s, v, bram)),
				[]string{"Bram Beer", "Anna Aal - ", "Carla Das - ", "Dirk Egel Carla Das ", "Me Anna Aal "},
			},
			{
				"a group", said(around.Of(ctx, s, v, around.Group{
					Key: "team", Name: "Team 1", Members: []id.ID{anna.ID, bram.ID}, One: true,
				})),
				[]string{"Team 1", "Anna Aal - Team 1", "Bram Beer - Team 1", "Carla Das Bram Beer ", "Me Anna Aal "},
			},
			{
				"ways", said(around.Reached(ctx, s, v, []around.Way{
					{Circle: "writing", Chance: 0.4, People: []people.Ref{{ID: v.Person}, anna, bram}},
					{Circle: "money", Chance: 0.2, People: []people.Ref{{ID: v.Person}, anna, dirk}},
				})),
				[]string{"Me", "Anna Aal - writing", "Bram Beer Anna Aal writing", "Dirk Egel Anna Aal money"},
			},
		} {
			slices.Sort(c.got[1:])
			slices.Sort(c.want[1:])
			if !slices.Equal(c.got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
			}
		}
		stranger := peopletest.Viewer(t, d, space, "Stranger", op.Guest)
		for name, p := range map[string][]string{
			"a person": said(around.Person(ctx, s, stranger, bram)),
			"a group":  said(around.Of(ctx, s, stranger, around.Group{Key: "t", Name: "T", Members: []id.ID{anna.ID}})),
			"ways": said(around.Reached(ctx, s, stranger, []around.Way{
				{People: []people.Ref{{ID: stranger.Person}, anna, bram}},
			})),
		} {
			if len(p) > 1 {
				t.Errorf("who may see nothing sees %s: %q", name, p)
			}
		}
	})
}
