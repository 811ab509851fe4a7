package horizon

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// What people stated makes ways like contact does, with how they know one another and on which layer; who reports to
// whom does not. What another member states counts only when both ends state it.
func TestStatedTiesMakeWays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Member)
		state := func(by op.Viewer, layer string, from, to id.ID, directed bool) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tie.AddStatements(ctx, tx, v.Space, []tie.Statement{{
					ID: id.New(), Owner: by.Member, Visibility: scope.Space, Layer: layer, Sign: 1, Weight: 1,
					SourcePerson: from, TargetPerson: to, Directed: directed, Source: "survey", External: id.New(),
				}})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			s.network.DropKept()
		}
		ways := func(to string) []Route {
			t.Helper()
			out, err := s.path(ctx, v, PathInput{To: to, Alternatives: 3})
			if err != nil && fault.CodeOf(err) != fault.NotFound {
				t.Fatal(err)
			}
			if err == nil && out.Layers[0] != tie.Contact {
				t.Errorf("layers %q", out.Layers)
			}
			return out.Routes
		}
		anna, gijs := persons["Anna"].ID, persons["Gijs"].ID
		state(v, "reports_to", anna, gijs, true)
		if got := ways("Gijs Geit"); len(got) > 0 {
			t.Errorf("the chart makes a way: %+v", got)
		}
		state(other, "advice", anna, gijs, true)
		if got := ways("Gijs Geit"); len(got) > 0 {
			t.Errorf("one end of two makes a way for others: %+v", got)
		}
		state(other, "advice", gijs, anna, true)
		got := ways("Gijs Geit")
		if len(got) == 0 || len(got[0].Hops) != 2 ||
			!strings.Contains(got[0].Hops[1].Why, "said to be tied by: advice") {
			t.Fatalf("%+v", got)
		}
		near.Equal(t, "both are said to turn to each other", got[0].Hops[1].Strength, 0.6, 1e-6)
		// My own word counts by itself, for half where it is of one of the two only, and beside contact.
		state(v, "Vertrouwen", v.Person, gijs, true)
		got = ways("Gijs Geit")
		near.Equal(t, "trust that one is said to have", got[0].Hops[0].Strength, 0.45, 1e-6)
		before := ways("Bram Beer")[0].Hops[0].Strength
		state(v, "lunch", v.Person, persons["Bram"].ID, false)
		got = ways("Bram Beer")
		near.Equal(t, "lunch beside contact", got[0].Hops[0].Strength, 1-(1-before)*0.5, 1e-6)
		if why := got[0].Hops[0].Why; !strings.Contains(why, "3 interactions") || !strings.Contains(why, "lunch") {
			t.Errorf("%q", why)
		}
		ties, err := s.ties(ctx, v, TiesInput{Class: tie.Latent, Limit: 10})
		if err != nil || len(ties.Ties) != 1 || ties.Ties[0].ID != gijs {
			t.Errorf("%+v %v", ties, err)
		}
		view, err := s.network.View(ctx, v)
		if want := []string{tie.Contact, "advice", "lunch", "trust"}; err != nil || !slices.Equal(view.Layers, want) {
			t.Errorf("layers %q, want %q, %v", view.Layers, want, err)
		}
	})
}
