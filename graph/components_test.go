package graph_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
)

// reach returns the nodes that source reaches, without passing the node or tie that are left out.
func reach(g *graph.Graph, source, withoutNode uint32, withoutTie [2]uint32) []bool {
	seen := make([]bool, g.N())
	seen[source] = true
	queue := []uint32{source}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, u := range g.Neighbors(v) {
			if !seen[u] && u != withoutNode && [2]uint32{min(u, v), max(u, v)} != withoutTie {
				seen[u] = true
				queue = append(queue, u)
			}
		}
	}
	return seen
}

var noTie = [2]uint32{graph.None, graph.None}

func TestComponentsAgreeWithReach(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	ctx := context.Background()
	for round := range 300 {
		n := 1 + r.IntN(40)
		g := graph.SomeGraph(t, r, n, r.IntN(2*n), graph.BuildOptions{Directed: round&1 > 0, KeepLoops: round&2 > 0})
		undirected, err := graph.Simple(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		weak, err := graph.WeakComponents(ctx, g, graph.Options{Threads: 1 + round%3})
		if err != nil {
			t.Fatal(err)
		}
		strong, err := graph.StrongComponents(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]*graph.Components{"weak": weak, "strong": strong} {
			sizes := make([]int, c.Count())
			next := uint32(0)
			for _, part := range c.Of {
				sizes[part]++
				if part > next {
					t.Fatalf("%s parts are not numbered by their smallest node: %v", name, c.Of)
				}
				next = max(next, part+1)
			}
			if !slices.Equal(sizes, c.Sizes) || c.Sizes[c.Largest()] != slices.Max(sizes) {
				t.Fatalf("%s sizes %v, want %v", name, c.Sizes, sizes)
			}
		}
		for u := range uint32(n) {
			any, along := reach(undirected, u, graph.None, noTie), reach(g, u, graph.None, noTie)
			for v := range uint32(n) {
				if any[v] != (weak.Of[u] == weak.Of[v]) {
					t.Fatalf("weak: %d and %d", u, v)
				}
				if (along[v] && reach(g, v, graph.None, noTie)[u]) != (strong.Of[u] == strong.Of[v]) {
					t.Fatalf("strong: %d and %d", u, v)
				}
			}
		}
	}
	// Large enough for threads to meet.
	g := graph.SomeGraph(t, r, 60_000, 50_000, graph.BuildOptions{})
	one, err := graph.WeakComponents(ctx, g, graph.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		many, err := graph.WeakComponents(ctx, g, graph.Options{Threads: 4})
		if err != nil || !slices.Equal(one.Of, many.Of) {
			t.Fatal("threads change the components", err)
		}
	}
	if c, err := graph.WeakComponents(
		ctx, &graph.Graph{}, graph.Options{},
	); err != nil || c.Count() != 0 || c.Largest() != graph.None {
		t.Fatal(c, err)
	}
	none := graphtest.Of(0, true, false, nil)
	if c, err := graph.StrongComponents(ctx, none, graph.Options{}); err != nil || c.Count() != 0 {
		t.Fatal(c, err)
	}
}

func TestCutsAgreeWithRemoval(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	ctx := context.Background()
	for round := range 300 {
		n := 1 + r.IntN(24)
		g := graph.SomeGraph(t, r, n, r.IntN(2*n), graph.BuildOptions{Directed: round&1 > 0, KeepLoops: round&2 > 0})
		undirected, err := graph.Simple(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		cuts, err := graph.FindCuts(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := graph.FindBridges(ctx, g, graph.Options{})
		if err != nil || !slices.Equal(plain.Bridges, cuts.Bridges) ||
			!slices.Equal(plain.Articulation, cuts.Articulation) || plain.Blocks != nil {
			t.Fatal("without blocks it finds other bridges", err)
		}
		var bridges [][2]uint32
		undirected.Edges(func(u, v uint32, _ float64) bool {
			if !reach(undirected, u, graph.None, [2]uint32{u, v})[v] {
				bridges = append(bridges, [2]uint32{u, v})
			}
			return true
		})
		if !slices.Equal(cuts.Bridges, bridges) {
			t.Fatalf("bridges %v, want %v", cuts.Bridges, bridges)
		}
		var articulation []uint32
		for v := range uint32(n) {
			row := undirected.Neighbors(v)
			for _, u := range row {
				if seen := reach(undirected, row[0], v, noTie); !seen[u] {
					articulation = append(articulation, v)
					break
				}
			}
		}
		if !slices.Equal(cuts.Articulation, articulation) {
			t.Fatalf("articulation points %v, want %v", cuts.Articulation, articulation)
		}
		// Blocks: each tie is in one, two of them share one node at most, a node is in several exactly when it is an
		// articulation point, and none has an articulation point of its own.
		times := make([]int, n)
		for i, a := range cuts.Blocks {
			for _, v := range a {
				times[v]++
			}
			for _, b := range cuts.Blocks[:i] {
				shared := 0
				for _, v := range a {
					if slices.Contains(b, v) {
						shared++
					}
				}
				if shared > 1 {
					t.Fatalf("blocks %v and %v share %d nodes", a, b, shared)
				}
			}
			inside := inducedBy(undirected, a)
			for v := range uint32(len(a)) {
				seen := reach(inside, (v+1)%uint32(len(a)), v, noTie)
				seen[v] = true
				if slices.Contains(seen, false) {
					t.Fatalf("block %v falls apart without %d", a, a[v])
				}
			}
		}
		undirected.Edges(func(u, v uint32, _ float64) bool {
			count := 0
			for _, block := range cuts.Blocks {
				if slices.Contains(block, u) && slices.Contains(block, v) {
					count++
				}
			}
			if count != 1 {
				t.Fatalf("tie %d-%d is in %d blocks", u, v, count)
			}
			return true
		})
		for v, count := range times {
			if (count > 1) != slices.Contains(articulation, uint32(v)) ||
				(count == 0) != (undirected.Degree(uint32(v)) == 0) {
				t.Fatalf("node %d is in %d blocks", v, count)
			}
		}
	}
}

// inducedBy returns the part of g among some nodes, renumbered in their order.
func inducedBy(g *graph.Graph, nodes []uint32) *graph.Graph {
	var edges []graph.Edge
	for i, u := range nodes {
		for j, v := range nodes[:i] {
			if g.HasEdge(u, v) {
				edges = append(edges, graph.Edge{From: uint32(i), To: uint32(j), Weight: 1})
			}
		}
	}
	inside, err := graph.FromEdges(len(nodes), edges, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return inside
}

func TestBestValuesAgreeWithRelaxation(t *testing.T) {
	r := rand.New(rand.NewPCG(35, 36))
	ctx := context.Background()
	for round := range 200 {
		n := 1 + r.IntN(80)
		m := r.IntN(5 * n)
		if round > 190 {
			n, m = 4000, 40_000 // buckets large enough for threads
		}
		edges := make([]graph.Edge, m)
		for i := range edges {
			weight := float64(r.IntN(100)) / 100
			if round%7 == 0 {
				weight = float64(math.Exp(-20 * r.Float64())) // very uneven
			}
			edges[i] = graph.Edge{From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: weight}
		}
		options := graph.PathOptions{Measure: graph.Measure(round & 1)}
		if round%5 == 0 && options.Measure == graph.Strength {
			options.HopFactor = 0.5
		}
		g, err := graph.FromEdges(
			n, edges, graph.BuildOptions{Weighted: round%11 != 0, Directed: round&2 > 0, Merge: graph.MergeMax},
		)
		if err != nil {
			t.Fatal(err)
		}
		path, err := graph.NewPathSearch(g, options)
		if err != nil {
			t.Fatal(err)
		}
		source := uint32(r.IntN(n))
		want := slices.Repeat([]float64{path.Worst()}, n)
		want[source] = path.Zero()
		for changed := true; changed; {
			changed = false
			for u := range uint32(n) {
				weights := g.Weights(u)
				for i, v := range g.Neighbors(u) {
					if key := path.Step(want[u], weights.At(i)); key < want[v] {
						want[v], changed = key, true
					}
				}
			}
		}
		search, err := graph.NewSourceSearch(g, options)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, n)
		for _, threads := range []int{1, 4, 1} {
			if err := search.Values(ctx, source, got, graph.Options{Threads: threads}); err != nil {
				t.Fatal(err)
			}
			for v := range got {
				if got[v] != math.Abs(want[v]) {
					t.Fatalf("%d threads: node %d has %v, want %v", threads, v, got[v], math.Abs(want[v]))
				}
			}
		}
	}
	one, err := graph.FromEdges(1, nil, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	if values, err := graph.BestValues(
		ctx, one, 0, graph.PathOptions{}, graph.Options{},
	); err != nil || values[0] != 1 {
		t.Fatal(values, err)
	}
	if _, err := graph.BestValues(ctx, one, 1, graph.PathOptions{}, graph.Options{}); !errors.Is(err, graph.ErrNode) {
		t.Fatal(err)
	}
	if _, err := graph.BestValues(
		ctx, one, 0, graph.PathOptions{HopFactor: 2}, graph.Options{},
	); !errors.Is(err, graph.ErrParameter) {
		t.Fatal(err)
	}
}
