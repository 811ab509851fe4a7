package skilled_test

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/skilled"
	"gave.network/internal/text"
)

// Who has a skill is found by what is on record in another language, the best first, and a search says why; another
// member's note tells nothing.
func TestWhoHasASkill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		store := people.NewStore(d)
		for name, say := range map[string]func(p people.Person) error{
			"Anna": func(p people.Person) error { return store.Tag(ctx, v, p, []string{"tekstschrijver"}) },
			"Bram": func(p people.Person) error {
				_, err := store.AddNote(ctx, v, p, "schreef als copywriter\nvoor ons", scope.Private)
				return err
			},
			"Carla": func(p people.Person) error { return store.Tag(ctx, v, p, []string{"schrijft", "loodgieter"}) },
			"Dirk": func(p people.Person) error {
				_, err := store.AddNote(ctx, other, p, "copywriter", scope.Private)
				return err
			},
			"Eva": func(p people.Person) error { return store.Tag(ctx, v, p, []string{"copywriter", "overleden"}) },
		} {
			if err := say(peopletest.Person(t, d, v, name)); err != nil {
				t.Fatal(err)
			}
		}
		holders, err := skilled.Holders(ctx, store, v, "a good copywriter in Ghent")
		if err != nil || len(holders) != 2 || holders[0].Name != "Anna" || holders[0].Line != "tekstschrijver" ||
			holders[1].Name != "Bram" || holders[1].At.IsZero() {
			t.Fatalf("got %+v, %v", holders, err)
		}
		found, err := skilled.Find(store)(ctx, v, text.NewQuery("copywriter"), 5)
		if err != nil || len(found) != 1 || len(found[0].Hits) != 1 || found[0].Hits[0].Why != "tekstschrijver" ||
			!strings.HasSuffix(found[0].Hits[0].Address, holders[0].ID.String()) {
			t.Errorf("got %+v, %v", found, err)
		}
		for _, nothing := range []string{"", "jansen", "utrecht"} {
			if found, err := skilled.Find(store)(ctx, v, text.NewQuery(nothing), 5); err != nil || len(found) > 0 {
				t.Errorf("%q finds %+v, %v", nothing, found, err)
			}
		}
	})
}
