package peopleweb_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/people/peopleweb"
)

// Of the list, the commonest tags and organisations are filters to pick, the latest added come first when asked, and
// who is chosen gets a tag or loses it together.
func TestPeopleAreFilteredAndTagged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		bram := peopletest.Person(t, d, v, "Bram Beer")
		cora := peopletest.Person(t, d, v, "Cora Cent")
		if err := s.EditPerson(ctx, v, bram, people.Change{"organisation": "De Polder"}); err != nil {
			t.Fatal(err)
		}
		site := pagetest.New(v)
		site.Serve(peopleweb.Room(s, nil).Pages)
		page := site.Get(t, "/people?sort=added", 200, "3 people", "/people?organisation=De+Polder&amp;sort=added")
		var places []int
		for _, name := range []string{"Cora Cent", "Bram Beer", "Anna Aal"} {
			places = append(places, strings.Index(page, name))
		}
		if !slices.IsSorted(places) || places[0] < 0 {
			t.Errorf("the latest added do not come first: %v", places)
		}
		if strings.Contains(page, `type="checkbox"`) {
			t.Error("the list has boxes that nobody asked for")
		}
		site.Get(t, "/people?choose=1", 200, `value="`+anna.ID.String()+`"`)
		chosen := url.Values{"chosen": {anna.ID.String(), cora.ID.String()}, "tag": {"koor"}, "do": {"tag"}}
		site.Post(t, "/people", chosen, 303)
		tagged := func() []string {
			t.Helper()
			list, err := s.People(ctx, v, people.PeopleQuery{Tag: "koor", Sort: "name"})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, p := range list.People {
				out = append(out, p.Name)
			}
			return out
		}
		if got := tagged(); !slices.Equal(got, []string{"Anna Aal", "Cora Cent"}) {
			t.Errorf("tagged are %q", got)
		}
		site.Get(t, "/people", 200, "/people?tag=koor")
		chosen.Set("do", "untag")
		chosen["chosen"] = []string{anna.ID.String(), bram.ID.String()}
		site.Post(t, "/people", chosen, 303)
		if got := tagged(); !slices.Equal(got, []string{"Cora Cent"}) {
			t.Errorf("tagged are left %q", got)
		}
		site.Post(t, "/people", url.Values{"tag": {"koor"}}, 422)
		site.Post(t, "/people", url.Values{"chosen": {anna.ID.String()}, "tag": {" "}}, 422)
		site.Post(t, "/people", url.Values{"chosen": {"nobody"}, "tag": {"x"}}, 422)
		site.As(peopletest.Viewer(t, d, v.Space, "Guest", op.Guest)).Get(t, "/people?choose=1", 200, "Nobody here yet")
	})
}
