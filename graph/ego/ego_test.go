package ego

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// TestMeasuresOfOthers compares with networkx and igraph, as testdata/reference.py wrote down.
func TestMeasuresOfOthers(t *testing.T) {
	type values struct {
		Size          int
		Ties          int64
		Density       float64
		Components    int
		TwoSteps      int `json:"two_steps"`
		Betweenness   *float64
		EffectiveSize float64 `json:"effective_size"`
		Constraint    float64
	}
	var want map[string][]values
	graphtest.Reference(t, &want)
	for name, g := range map[string]*graph.Graph{
		"karate":          graphtest.Classic(t, "karate", "", false, false),
		"karate_weighted": graphtest.Classic(t, "karate", "", false, true),
		"advice":          graphtest.Classic(t, "krackhardt-hightech", "advice", true, false),
	} {
		got, err := All(context.Background(), g, graph.Options{})
		if err != nil || len(got) != len(want[name]) {
			t.Fatal(name, len(got), err)
		}
		for v, w := range want[name] {
			m := got[v]
			if m.Size != w.Size || m.Ties != w.Ties || m.Components != w.Components || m.TwoSteps != w.TwoSteps {
				t.Errorf("%s: of %d %+v, want %+v", name, v, m, w)
			}
			near := func(what string, a, b float64) {
				if !(math.Abs(a-b) <= 1e-12*max(1, math.Abs(b))) {
					t.Errorf("%s: the %s of %d is %v, want %v", name, what, v, a, b)
				}
			}
			near("density", m.Density, w.Density)
			near("effective size", m.EffectiveSize, w.EffectiveSize)
			near("constraint", m.Constraint, w.Constraint)
			if w.Betweenness != nil {
				near("betweenness", m.Betweenness, *w.Betweenness)
			}
		}
	}
}

// plain counts on the matrix.
func plain(g *graph.Graph, v int) Measures {
	a := make([][]bool, g.N())
	for u := range a {
		a[u] = make([]bool, g.N())
		for _, w := range g.Neighbors(uint32(u)) {
			a[u][w] = int(w) != u
		}
	}
	in := make([]bool, g.N())
	out := Measures{}
	var alters []int
	for u := range a {
		if in[u] = a[v][u] || a[u][v]; in[u] {
			alters = append(alters, u)
		}
	}
	out.Size = len(alters)
	for u := range a {
		near := in[u]
		for _, w := range alters {
			near = near || a[u][w] || a[w][u]
		}
		if near && u != v {
			out.TwoSteps++
		}
	}
	half := 1.0
	if !g.Directed() {
		half = 2
	}
	for _, u := range alters {
		for _, w := range alters {
			switch {
			case u == w:
			case a[u][w]:
				out.Ties++
			case a[u][v] && a[v][w]:
				ways := 1.0
				for _, q := range alters {
					if a[u][q] && a[q][w] {
						ways++
					}
				}
				out.Betweenness += 1 / ways / half
			}
		}
	}
	out.Ties /= int64(half)
	return out
}

func TestAgainstTheMatrix(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, r *random.Source) {
		var first []Measures
		for _, threads := range graphtest.ThreadCounts {
			got, err := All(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if first != nil && !slices.Equal(first, got) {
				t.Error("another result with more threads")
			}
			first = got
		}
		search := NewSearch(g)
		for v, m := range first {
			want := plain(g, v)
			if m.Size != want.Size || m.Ties != want.Ties || m.TwoSteps != want.TwoSteps ||
				!(math.Abs(m.Betweenness-want.Betweenness) <= 1e-12) {
				t.Errorf("of %d: %+v, want %+v", v, m, want)
			}
			for radius := range 4 {
				near, err := search.Around(context.Background(), uint32(v), radius)
				if err != nil {
					t.Fatal(err)
				}
				if radius == 1 && (near.Size() != m.Size || near.Ties() != m.Ties || near.Density() != m.Density) {
					t.Errorf("the view of %d: %d, %d, %v", v, near.Size(), near.Ties(), near.Density())
				}
				checkView(t, g, near, radius)
			}
		}
	})
}

// checkView compares a view with all distances.
func checkView(t *testing.T, g *graph.Graph, near *Network, radius int) {
	t.Helper()
	both, err := graph.Simple(context.Background(), g.Unweighted(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	distance, err := graph.Distances(context.Background(), both, graph.Options{}, near.Ego())
	if err != nil {
		t.Fatal(err)
	}
	inside, ties := 0, 0
	for u, d := range distance {
		within := d >= 0 && int(d) <= radius
		if within {
			inside++
		}
		if near.Has(uint32(u)) != within {
			t.Errorf("%d is %d from %d: %v", u, d, near.Ego(), near.Nodes)
		}
	}
	for i, u := range near.Nodes {
		if near.Steps[i] != distance[u] || i > 1 && near.Steps[i] == near.Steps[i-1] && u <= near.Nodes[i-1] {
			t.Errorf("%v with %v", near.Nodes, near.Steps)
		}
	}
	g.Edges(func(u, v uint32, _ float64) bool {
		if near.Has(u) && near.Has(v) {
			ties++
		}
		return true
	})
	near.Edges(func(u, v uint32, weight float64) bool {
		if w, found := g.Weight(u, v); !found || w != weight {
			t.Errorf("%d-%d of %v is none", u, v, weight)
		}
		ties--
		return true
	})
	if inside != len(near.Nodes) || ties != 0 {
		t.Errorf("%d nodes, want %d, and %d ties too few", len(near.Nodes), inside, ties)
	}
}

func TestRefusals(t *testing.T) {
	search := NewSearch(graphtest.Kite())
	if _, err := search.Around(context.Background(), 10, 1); !errors.Is(err, graph.ErrNode) {
		t.Error(err)
	}
	if _, err := search.Around(context.Background(), 0, -1); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	if near, err := search.Around(context.Background(), 9, 100); err != nil || near.Size() != 9 || near.Has(10) {
		t.Error(near, err)
	}
}
