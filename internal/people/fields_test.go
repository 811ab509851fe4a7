package people_test

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// Every field of a person is stored, shown, found, taken over by whom the person is merged into, given back, and a
// human's own once a human typed it: whoever adds one to Fields has done all of it.
func TestEveryField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		for _, f := range people.Fields {
			t.Run(f.Name, func(t *testing.T) {
				value := "zz" + f.Name
				shown := func(person id.ID) string {
					t.Helper()
					p, err := s.Person(ctx, d, v, person)
					if err != nil {
						t.Fatal(err)
					}
					detail, err := s.Detail(ctx, v, p)
					if err != nil || *f.Detail(&detail) != *f.Of(&p) {
						t.Errorf("stored is %q, shown %q, %v", *f.Of(&p), *f.Detail(&detail), err)
					}
					return *f.Of(&p)
				}
				p, other := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
				if err := s.EditPerson(ctx, v, p, people.Change{f.Name: value}); err != nil {
					t.Fatal(err)
				}
				if got := shown(p.ID); got != value {
					t.Errorf("stored %q", got)
				}
				list, err := s.People(ctx, v, people.PeopleQuery{Query: value})
				if err != nil || len(list.People) != 1 || list.People[0].ID != p.ID {
					t.Errorf("found %+v, %v", list, err)
				}
				typed, err := db.Values[string](ctx, d, `select field from person_field
					where space = $1 and person = $2 and import = $3 order by field`, v.Space, p.ID, id.Zero)
				if err != nil || len(typed) != 1 || typed[0] != f.Column {
					t.Errorf("a human typed %q, %v", typed, err)
				}
				merge, err := s.Merge(ctx, v, other.ID, p.ID)
				if err != nil {
					t.Fatal(err)
				}
				// A title without its organisation stays behind.
				if got := shown(other.ID); got != value && f.Column != "title" {
					t.Errorf("after the merge it is %q", got)
				}
				if err := s.UndoMerge(ctx, v, merge); err != nil {
					t.Fatal(err)
				}
				if got := shown(other.ID); got != "" {
					t.Errorf("after the merge was undone it is %q", got)
				}
				if err := s.EditPerson(ctx, v, p, people.Change{f.Name: ""}); err != nil || shown(p.ID) != "" {
					t.Errorf("it cannot be cleared: %v", err)
				}
			})
		}
	})
}
