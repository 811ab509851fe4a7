package people_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A list is kept by its name and the query without its page, belongs to who keeps it, and is asked anew each time.
func TestKeptLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v, other := peopletest.Viewer(t, d, space, "Me", op.Owner), peopletest.Viewer(t, d, space, "You", op.Owner)
		s := people.NewStore(d)
		keep := func(name string, q people.PeopleQuery) error {
			t.Helper()
			_, err := s.KeepList(ctx, v, name, q)
			return err
		}
		asked := people.PeopleQuery{Place: "Gent", Class: tie.Strong, Sort: "strength", Limit: 50, Offset: 100}
		if err := keep("  Mijn \t lijst ", asked); err != nil {
			t.Fatal(err)
		}
		if err := keep("Mijn lijst", people.PeopleQuery{Tag: "schaken", Sort: "name"}); err != nil {
			t.Fatal(err)
		}
		lists, err := s.Lists(ctx, v)
		if err != nil || len(lists) != 1 || lists[0].Name != "Mijn lijst" ||
			lists[0].Query != (people.PeopleQuery{Tag: "schaken", Sort: "name"}) ||
			!lists[0].Query.Same(people.PeopleQuery{Tag: "schaken", Sort: "name", Limit: 20, Offset: 40}) ||
			lists[0].Query.Same(asked) {
			t.Errorf("kept %+v, %v", lists, err)
		}
		for name, q := range map[string]people.PeopleQuery{
			" ": asked, "iedereen": {Limit: 50, Sort: "strength"},
		} {
			if err := keep(name, q); fault.FieldOf(err) != "name" {
				t.Errorf("%q with %+v: %v", name, q, err)
			}
		}
		for i := range 49 {
			if err := keep(fmt.Sprintf("%s %d", strings.Repeat("ë", 50), i), asked); err != nil {
				t.Fatal(err)
			}
		}
		if err := keep("een te veel", asked); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("one list more than may be: %v", err)
		}
		if err := keep("Mijn lijst", asked); err != nil {
			t.Errorf("a list that is there is not kept anew: %v", err)
		}
		if theirs, err := s.Lists(ctx, other); err != nil || len(theirs) != 0 {
			t.Errorf("another member keeps %+v, %v", theirs, err)
		}
		if err := s.RemoveList(ctx, other, lists[0].ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another member removes it: %v", err)
		}
		if err := s.RemoveList(ctx, v, lists[0].ID); err != nil {
			t.Error(err)
		}
	})
}
