package peoplesearch_test

import (
	"context"
	"fmt"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peoplesearch"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// Two words that many have find who has both, whether that is nearly everybody or a few among them; who is called so
// stands before who only works there, and all that there are lead on.
func TestSearchOfCommonWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := people.NewStore(d)
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		const all = 6500
		var list []people.NewPerson
		for i := range all {
			p := people.NewPerson{Person: people.Person{ID: id.New(), Owner: v.Member, Place: "Utrecht"}}
			p.Named(fmt.Sprintf("Anna Aalders%04d", i))
			if i >= all-4 { // they come last
				p.Title = "directeur"
			} else {
				p.Title = "adviseur"
			}
			list = append(list, p)
		}
		list[0].Organisation = "Directeurshuis Zandvoort"
		named := people.NewPerson{Person: people.Person{ID: id.New(), Owner: v.Member, Place: "Utrecht"}}
		named.Named("Piet Zandvoort")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, v.Space, append(list, named))
		}); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]int{
			"anna utrecht": 7, "utrecht adviseur anna": 7, "anna directeur": 5,
			"anna utrecht directeur": 5, "anna delft": 0,
		} {
			found, err := peoplesearch.For(s)(ctx, v, text.NewQuery(query), 5)
			if err != nil {
				t.Fatal(err)
			}
			if got := found[0]; got.Rank != room.FoundPeople || len(got.Hits) != want || got.More != "" != (want == 7) {
				t.Errorf("%s: %d, %q, want %d", query, len(got.Hits), got.More, want)
			}
		}
		found, err := peoplesearch.For(s)(ctx, v, text.NewQuery("zandvoort"), 5)
		if err != nil {
			t.Fatal(err)
		}
		if got := found[0].Hits; len(got) != 2 || got[0].Title != "Piet Zandvoort" ||
			got[1].Why != "adviseur · Directeurshuis Zandvoort · Utrecht" {
			t.Errorf("zandvoort: %+v", got)
		}
	})
}
