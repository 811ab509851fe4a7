package horizon

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
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
			if !tie.LocalBridge || tie.Overlap != 0 || tie.Opens != 0 || tie.First.After(tie.Last) {
				t.Errorf("%s shares nobody with me and opens nobody alone, and yet: %+v", tie.Name, tie)
			}
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

// view is one of ties with strengths.
func view(t *testing.T, people int, edges ...graph.Edge) *tie.View {
	t.Helper()
	g, err := graph.FromEdges(people, edges, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	return &tie.View{Graph: g}
}

// Whom one is likely to meet comes first: through acquaintances who are close to both, not through who knows everybody.
// Who widens the circle goes before who is as likely and does not.
func TestNext(t *testing.T) {
	// 0 is asked for. 1 knows 0 and 3 alone; 2, who is as strongly tied to 0, knows 4 as strongly as 1 knows 3, and 6
	// to 15 beside.
	edges := []graph.Edge{
		{From: 0, To: 1, Weight: 0.5},
		{From: 1, To: 3, Weight: 0.5},
		{From: 0, To: 2, Weight: 0.5},
		{From: 2, To: 4, Weight: 0.5},
	}
	for n := range uint32(10) {
		edges = append(edges, graph.Edge{From: 2, To: 6 + n, Weight: 0.5})
	}
	nothing, everybody := func(uint32) Traits { return Traits{} }, func(uint32) bool { return true }
	through := func(c *Candidate) (out []uint32) {
		for _, one := range c.Through {
			out = append(out, one.Node)
		}
		return out
	}
	list := Next(view(t, 16, edges...), 0, 20, nothing, everybody, everybody)
	if len(list) != 12 || list[0].Node != 3 || !slices.Equal(through(list[0]), []uint32{1}) ||
		!(math.Abs(list[0].Chance()-0.125) <= 1e-6) || list[0].Gain != 0 {
		t.Errorf("%+v: want 3 first of twelve", list)
	}
	edges = []graph.Edge{
		{From: 0, To: 1, Weight: 0.5},
		{From: 0, To: 2, Weight: 0.4},
		{From: 1, To: 3, Weight: 0.5},
		{From: 2, To: 3, Weight: 0.5},
		{From: 1, To: 4, Weight: 0.5},
		{From: 2, To: 4, Weight: 0.5},
	}
	if list = Next(view(t, 7, edges...), 0, 1, nothing, everybody, everybody); len(list) != 1 || list[0].Node != 3 ||
		!slices.Equal(through(list[0]), []uint32{1, 2}) {
		t.Errorf("%+v: want 3 alone, the stronger introduction first", list)
	}
	edges = append(edges, graph.Edge{From: 4, To: 5, Weight: 1e-3}, graph.Edge{From: 4, To: 6, Weight: 1e-3})
	list = Next(view(t, 7, edges...), 0, 3, nothing, everybody, everybody)
	if len(list) != 2 || list[0].Node != 4 || list[0].Gain != 2 || list[1].Gain != 0 {
		t.Errorf("%+v: want 4, who is as likely and knows two more", list)
	}
}

// Nobody is asked to get to know somebody who may be one of those they know, the same person twice, or the dead.
func TestNextIsNobodyKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, persons := circle(t, d)
		for _, name := range []string{"Dirk Das", "anna aal", "Hugo Haas", "Ivo IJs"} {
			one := peopletest.Person(t, d, v, name)
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), persons["Bram"].ID, one.ID))
			if name == "Ivo IJs" {
				if _, err := s.network.AddNote(ctx, v, one, "overleden", scope.Private); err != nil {
					t.Fatal(err)
				}
			}
		}
		next, err := s.next(ctx, v, NextInput{Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range next.People {
			names = append(names, a.Name)
		}
		if want := []string{"Dirk Das", "Hugo Haas"}; !slices.Equal(names, want) {
			t.Errorf("%v, want %v", names, want)
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
