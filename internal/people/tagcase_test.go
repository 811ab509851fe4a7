package people_test

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// A tag is found in whatever case it is asked, also as what a goal, a way or a group needs.
func TestTagsAreFoundInAnyCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := people.NewStore(d)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		if list, err := s.Holders(ctx, v, "grpA"); err != nil || len(list) > 0 {
			t.Fatal(list, err)
		}
		if err := s.Tag(ctx, v, anna, []string{"grpA"}); err != nil {
			t.Fatal(err)
		}
		for _, tag := range []string{"grpA", "GRPA", "grpa"} {
			list, err := s.People(ctx, v, people.PeopleQuery{Tag: tag})
			if err != nil || len(list.People) != 1 {
				t.Errorf("%s: %+v %v", tag, list, err)
			}
			if holders, err := s.Holders(ctx, v, tag); err != nil || len(holders) != 1 || holders[0] != anna.ID {
				t.Errorf("%s: holders %v, %v", tag, holders, err)
			}
		}
	})
}
