package dynamic_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/cohesion"
	"gave.network/graph/dynamic"
	"gave.network/internal/near"
)

// all is a graph with everything that watches it.
type all struct {
	d          *dynamic.Graph
	components *dynamic.Components
	cores      *dynamic.Cores
	triangles  *dynamic.Triangles
	rank       *dynamic.Rank
}

func watch(t testing.TB, g *graph.Graph, tolerance float64, ties int) *all {
	t.Helper()
	ctx := context.Background()
	d, err := dynamic.New(g)
	if err != nil {
		t.Fatal(err)
	}
	a := &all{d: d}
	if a.components, err = dynamic.NewComponents(ctx, d); err != nil {
		t.Fatal(err)
	}
	if a.rank, err = dynamic.NewRank(ctx, d, dynamic.RankOptions{Tolerance: tolerance, Ties: ties}); err != nil {
		t.Fatal(err)
	}
	if d.Directed() {
		return a
	}
	if a.cores, err = dynamic.NewCores(ctx, d); err != nil {
		t.Fatal(err)
	}
	if a.triangles, err = dynamic.NewTriangles(ctx, d); err != nil {
		t.Fatal(err)
	}
	return a
}

// check compares everything with what the kernels make of the graph as it is.
func (a *all) check(t testing.TB, what string) {
	t.Helper()
	ctx := context.Background()
	one := graph.Options{Threads: 1}
	g, err := a.d.Graph(ctx, one)
	if err != nil {
		t.Fatal(err)
	}
	if g.M() != a.d.M() || g.N() != a.d.N() {
		t.Fatalf("%s: %d nodes and %d ties, want %d and %d", what, a.d.N(), a.d.M(), g.N(), g.M())
	}
	parts, err := graph.WeakComponents(ctx, g, one)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.components.All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Of, parts.Of) || !slices.Equal(got.Sizes, parts.Sizes) ||
		a.components.Count() != parts.Count() {
		t.Fatalf("%s: components %v (%d), want %v", what, got, a.components.Count(), parts)
	}
	for v := range uint32(g.N()) {
		u := (v*7 + 3) % uint32(g.N())
		if a.components.Size(v) != parts.Sizes[parts.Of[v]] ||
			a.components.Same(u, v) != (parts.Of[u] == parts.Of[v]) {
			t.Fatalf("%s: the component of %d", what, v)
		}
	}
	ranks, err := centrality.PageRank(ctx, g, centrality.PageRankOptions{Tolerance: 1e-12}, one)
	if err != nil {
		t.Fatal(err)
	}
	off := 0.0
	for v, x := range a.rank.Values() {
		off += math.Abs(x - ranks.Values[v])
		if a.rank.Value(uint32(v)) != x {
			t.Fatalf("%s: two values of node %d", what, v)
		}
	}
	if !(off <= a.rank.Error()+1e-11) {
		t.Fatalf("%s: PageRank is off by %g, which is more than %g", what, off, a.rank.Error())
	}
	if a.cores == nil {
		return
	}
	cores, err := cohesion.KCore(ctx, g, one)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.cores.All(), cores) {
		t.Fatalf("%s: cores %v, want %v", what, a.cores.All(), cores)
	}
	if g.N() > 0 && a.cores.Most() != int(slices.Max(cores)) {
		t.Fatalf("%s: the greatest core is %d", what, a.cores.Most())
	}
	triangles, err := cohesion.CountTriangles(ctx, g, one)
	if err != nil {
		t.Fatal(err)
	}
	constraint, err := cohesion.Constraint(ctx, g, one)
	if err != nil {
		t.Fatal(err)
	}
	if a.triangles.Total() != triangles.Triangles ||
		!near.Is(a.triangles.Transitivity(), triangles.Global, 1e-12) {
		t.Fatalf("%s: %d triangles, want %d", what, a.triangles.Total(), triangles.Triangles)
	}
	for v := range uint32(g.N()) {
		c, err := a.d.Constraint(v)
		if err != nil || !(near.Is(c, constraint[v], 1e-12) || c != c && constraint[v] != constraint[v]) {
			t.Fatalf("%s: constraint of %d is %v, want %v: %v", what, v, c, constraint[v], err)
		}
		if a.triangles.At(v) != triangles.PerNode[v] || !near.Is(a.triangles.Local(v), triangles.Local[v], 1e-12) {
			t.Fatalf("%s: triangles of %d", what, v)
		}
	}
}

// step makes one change, more often one that undoes the balance of ties that are there.
func (a *all) step(t testing.TB, r *rand.Rand, density float64) string {
	t.Helper()
	n := a.d.N()
	if n < 2 || r.IntN(60) == 0 {
		if _, err := a.d.AddNodes(1 + r.IntN(2)); err != nil {
			t.Fatal(err)
		}
		return "nodes"
	}
	u, v := uint32(r.IntN(n)), uint32(r.IntN(n))
	if u == v {
		v = (u + 1) % uint32(n)
	}
	if r.IntN(3) == 0 && a.d.Degree(u) > 0 { // one that is there
		v = a.d.Neighbors(u)[r.IntN(a.d.Degree(u))]
	}
	var err error
	if r.Float64() < density {
		err = a.d.Set(u, v, float64(r.IntN(5)))
	} else {
		err = a.d.Remove(u, v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d-%d", u, v)
}

func randomGraph(t testing.TB, r *rand.Rand, n, m int, directed, weighted bool) *graph.Graph {
	t.Helper()
	edges := make([]graph.Edge, 0, m)
	for range m {
		edges = append(edges, graph.Edge{From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: float64(r.IntN(4))})
	}
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{Directed: directed, Weighted: weighted})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// After every step of random sequences everything is what the kernels compute afresh.
func TestEveryStep(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 4))
		n := 1 + r.IntN(24)
		g := randomGraph(t, r, n, r.IntN(3*n), seed%3 == 0, seed%4 < 2)
		a := watch(t, g, []float64{1e-9, 1e-4, 0.1}[r.IntN(3)], []int{-1, 0, 7}[r.IntN(3)])
		a.check(t, "at first")
		density := 0.2 + 0.6*r.Float64()
		for i := range 60 {
			what := a.step(t, r, density)
			a.check(t, fmt.Sprintf("seed %d, step %d, %s", seed, i, what))
		}
		// Nothing waits any more: no node has more to pass on than the tolerance allows.
		before := a.rank.Error()
		if err := a.rank.Settle(context.Background()); err != nil || a.rank.Error() > before+1e-8 {
			t.Fatalf("seed %d: from %g to %g, %v", seed, before, a.rank.Error(), err)
		}
		a.check(t, "settled")
	}
}

// Larger graphs of several shapes: long ways, grids, a hub, dense groups, heavy tails. They are taken apart and put
// together again.
func TestTakenApart(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	shapes := map[string]func(add func(u, v int)){
		"path": func(add func(u, v int)) {
			for v := range 299 {
				add(v, v+1)
			}
		},
		"grid": func(add func(u, v int)) {
			for v := range 400 {
				if v%20 < 19 {
					add(v, v+1)
				}
				if v < 380 {
					add(v, v+20)
				}
			}
		},
		"hub": func(add func(u, v int)) {
			for v := 1; v < 400; v++ {
				add(0, v)
				add(v, 1+v*7%399)
			}
		},
		"groups": func(add func(u, v int)) {
			for v := range 300 {
				for range 8 {
					add(v, v/20*20+r.IntN(20))
				}
				if v%10 == 0 {
					add(v, r.IntN(300))
				}
			}
		},
		"tails": func(add func(u, v int)) {
			for range 1500 {
				add(int(300*math.Pow(r.Float64(), 4)), int(300*math.Pow(r.Float64(), 4)))
			}
		},
	}
	for name, shape := range shapes {
		var edges []graph.Edge
		shape(func(u, v int) {
			if u != v {
				edges = append(edges, graph.Edge{From: uint32(u), To: uint32(v)})
			}
		})
		g, err := graph.FromEdges(0, edges, graph.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		a := watch(t, g, 1e-3, 0)
		a.check(t, name)
		for round := range 2 {
			r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
			for i, e := range edges {
				if err := a.d.Remove(e.From, e.To); err != nil {
					t.Fatal(err)
				}
				if i%97 == 0 {
					a.check(t, fmt.Sprintf("%s, round %d, without %d", name, round, i))
				}
			}
			if a.d.M() != 0 || a.components.Count() != a.d.N() || a.cores.Most() != 0 || a.triangles.Total() != 0 {
				t.Fatalf("%s: something is left", name)
			}
			for i, e := range edges {
				if err := a.d.Set(e.From, e.To, 1); err != nil {
					t.Fatal(err)
				}
				if i%97 == 0 {
					a.check(t, fmt.Sprintf("%s, round %d, with %d again", name, round, i))
				}
			}
		}
		a.check(t, name)
	}
}

func FuzzEveryStep(f *testing.F) {
	f.Add([]byte{1, 2, 1, 3, 2, 3, 129, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := graph.FromEdges(16, nil, graph.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		a := watch(t, g, 1e-2, 5)
		for ; len(data) >= 2; data = data[2:] {
			u, v := uint32(data[0]%16), uint32(data[1]%16)
			if u == v {
				continue
			}
			if data[0] < 128 {
				err = a.d.Set(u, v, 1)
			} else {
				err = a.d.Remove(u, v)
			}
			if err != nil {
				t.Fatal(err)
			}
			a.check(t, fmt.Sprintf("%d %d", data[0], v))
		}
	})
}
