package horizon

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// circle is a small network: me with Anna (often) and Bram (seldom); both know Dirk, whom I do not; Dirk knows Eva and
// Frank; Gijs stands alone.
func circle(t *testing.T, d *db.DB) (*Service, op.Viewer, map[string]people.Person) {
	t.Helper()
	space := peopletest.Space(t, d)
	v := peopletest.Viewer(t, d, space, "Me", op.Owner)
	persons := map[string]people.Person{}
	for _, name := range []string{"Anna Aal", "Bram Beer", "Dirk Das", "Eva Egel", "Frank Fret", "Gijs Geit"} {
		persons[name[:4]] = peopletest.Person(t, d, v, name)
	}
	meet := func(times int, who ...id.ID) {
		for i := range times {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -10-7*i), who...))
		}
	}
	p := func(name string) id.ID { return persons[name].ID }
	meet(12, v.Person, p("Anna"))
	meet(3, v.Person, p("Bram"))
	meet(8, p("Anna"), p("Dirk"))
	meet(8, p("Bram"), p("Dirk"))
	meet(4, p("Dirk"), p("Eva "))
	meet(4, p("Dirk"), p("Fran"))
	return NewService(d, people.NewStore(d)), v, persons
}

func TestPathsByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, _ := circle(t, d)
		out, err := s.path(ctx, v, PathInput{To: "Dirk Das", Alternatives: 3})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range out.Routes {
			product := 1.0
			name := ""
			for _, h := range r.Hops {
				product *= h.Strength / 2
				name += ">" + h.To.Name
				if h.Why == "" {
					t.Errorf("%s does not say how they know one another", name)
				}
			}
			if !(math.Abs(r.Chance-product) <= 1e-6) {
				t.Errorf("%s has chance %v, by hand %v", name, r.Chance, product)
			}
			names = append(names, fmt.Sprint(name, r.Disjoint))
		}
		if want := []string{">Anna Aal>Dirk Dastrue", ">Bram Beer>Dirk Dastrue"}; !slices.Equal(names, want) {
			t.Errorf("routes %v, want %v", names, want)
		}
		if _, err := s.path(ctx, v, PathInput{To: "Gijs Geit"}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a way to somebody without ties: %v", err)
		}
		if _, err := s.path(ctx, v, PathInput{To: "Eva Egel", Hops: 2}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("three ties within two: %v", err)
		}
		if _, err := s.path(ctx, v, PathInput{To: "beekeeping"}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a way to nobody: %v", err)
		}
	})
}

func TestTiesAndNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, people := circle(t, d)
		ties, err := s.ties(ctx, v, TiesInput{Limit: 10})
		if err != nil || len(ties.Ties) != 2 {
			t.Fatalf("%+v, %v", ties, err)
		}
		for _, tie := range ties.Ties {
			if !tie.LocalBridge || tie.Overlap != 0 {
				t.Errorf("%s shares nobody with me, and yet: %+v", tie.Name, tie)
			}
		}
		if ties.Ties[0].Name != "Bram Beer" {
			t.Errorf("the weaker tie brings more news, not that with %s", ties.Ties[0].Name)
		}
		next, err := s.next(ctx, v, NextInput{Limit: 3})
		if err != nil || len(next.People) != 1 {
			t.Fatalf("%+v, %v", next, err)
		}
		if dirk := next.People[0]; dirk.ID != people["Dirk"].ID || dirk.Gain != 2 || len(dirk.Through) != 2 ||
			dirk.Through[0].Name != "Anna Aal" {
			t.Errorf("%+v: want Dirk, who brings Eva and Frank, best through Anna", dirk)
		}
	})
}

// Another member of the space sees no route over what the first keeps private.
func TestPathsArePrivate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, v, _ := circle(t, d)
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Member)
		for _, to := range []string{"Dirk Das", "Anna Aal"} {
			if out, err := s.path(context.Background(), other, PathInput{To: to, Alternatives: 3}); err == nil {
				t.Errorf("another member sees %+v", out)
			}
		}
	})
}
