package graph

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// wantRows is what a builder must make of edges, by way of maps.
func wantRows(edges []Edge, o BuildOptions) map[[2]uint32]float64 {
	all := map[[2]uint32][]float64{}
	for _, e := range edges {
		if e.From == e.To && !o.KeepLoops {
			continue
		}
		all[[2]uint32{e.From, e.To}] = append(all[[2]uint32{e.From, e.To}], e.Weight)
		if !o.Directed && e.From != e.To {
			all[[2]uint32{e.To, e.From}] = append(all[[2]uint32{e.To, e.From}], e.Weight)
		}
	}
	rows := map[[2]uint32]float64{}
	for arc, weights := range all {
		switch {
		case !o.Weighted:
			rows[arc] = 1
		case o.Merge == MergeMax:
			rows[arc] = slices.Max(weights)
		case o.Merge == MergeMin:
			rows[arc] = slices.Min(weights)
		default:
			slices.Sort(weights)
			sum := 0.0
			for _, w := range weights {
				sum += float64(w)
			}
			rows[arc] = sum
		}
	}
	return rows
}

// sameWeights says whether two lists hold the same weights in the same bits.
func sameWeights(a, b Weights) bool {
	return a.Given() == b.Given() && slices.Equal(a.Narrow(), b.Narrow()) && slices.Equal(a.Wide64(), b.Wide64())
}

// checkStructure fails the test when g breaks a promise of the type's comment.
func checkStructure(t testing.TB, g *Graph) {
	t.Helper()
	loops := int64(0)
	for v := range uint32(g.N()) {
		row := g.Neighbors(v)
		for i, u := range row {
			if i > 0 && row[i-1] >= u {
				t.Fatalf("row %d is not strictly ascending: %v", v, row)
			}
			if int(u) >= g.N() {
				t.Fatalf("row %d names node %d of %d", v, u, g.N())
			}
			if u == v {
				loops++
			}
			back, found := searchRow(g.InNeighbors(u), v)
			if !found {
				t.Fatalf("arc %d-%d is missing in the transpose", v, u)
			}
			if g.Weighted() && g.InWeights(u).At(back) != g.Weights(v).At(i) {
				t.Fatalf("arc %d-%d has another weight in the transpose", v, u)
			}
		}
	}
	g = g.arrays()
	if loops != g.loops || len(g.inTargets) != len(g.targets) {
		t.Fatalf("%d loops counted as %d, %d arcs out and %d in", loops, g.loops, len(g.targets), len(g.inTargets))
	}
}

func TestBuilderAgreesWithMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		n := 1 + r.IntN(40)
		edges := make([]Edge, r.IntN(300))
		for i := range edges {
			edges[i] = Edge{uint32(r.IntN(n)), uint32(r.IntN(n)), float64(r.IntN(20)) / 8}
		}
		o := BuildOptions{
			Directed: round&1 > 0, Weighted: round&2 > 0, Weights64: round&8 > 0, KeepLoops: round&4 > 0,
			Merge: Merge(round % 3),
		}
		g, err := FromEdges(n, edges, o)
		if err != nil {
			t.Fatal(err)
		}
		checkStructure(t, g)
		want := wantRows(edges, o)
		if int(g.Arcs()) != len(want) {
			t.Fatalf("%d arcs, want %d", g.Arcs(), len(want))
		}
		for arc, w := range want {
			if got, found := g.Weight(arc[0], arc[1]); !found || got != w || !g.HasEdge(arc[0], arc[1]) {
				t.Fatalf("arc %v has weight %v, %v; want %v", arc, got, found, w)
			}
		}
		count := int64(0)
		g.Edges(func(u, v uint32, w float64) bool { count++; return true })
		if count != g.M() {
			t.Fatalf("Edges visits %d of %d", count, g.M())
		}
	}
}

// A large graph takes the paths that small ones do not: several chunks, long rows, gaps.
func TestBuilderIsTheSameAtAnyThreadCountAndOrder(t *testing.T) {
	const n, m = 3000, 300_000
	r := rand.New(rand.NewPCG(3, 4))
	edges := make([]Edge, m)
	for i := range edges {
		u := uint32(r.IntN(n))
		if r.IntN(3) == 0 {
			u = uint32(r.IntN(3)) // hubs
		}
		edges[i] = Edge{u, uint32(r.IntN(n)), r.Float64()}
	}
	for _, o := range []BuildOptions{
		{}, {Weighted: true}, {Directed: true, Weighted: true, KeepLoops: true}, {Weighted: true, Weights64: true},
	} {
		want, err := FromEdges(n, edges, o)
		if err != nil {
			t.Fatal(err)
		}
		checkStructure(t, want)
		for _, threads := range []int{1, 2, 5} {
			builder := NewBuilder(o)
			var group sync.WaitGroup
			order := r.Perm(m)
			for share := range 4 {
				part := builder.Part()
				group.Go(func() {
					for _, i := range order[share*m/4 : (share+1)*m/4] {
						part.AddWeighted(edges[i].From, edges[i].To, edges[i].Weight)
					}
				})
			}
			group.Wait()
			got, err := builder.Graph(context.Background(), n, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.offsets, want.offsets) || !slices.Equal(got.targets, want.targets) ||
				!sameWeights(got.weights, want.weights) ||
				!slices.Equal(got.inTargets, want.inTargets) || !sameWeights(got.inWeights, want.inWeights) {
				t.Fatalf("%d threads and another order give another graph", threads)
			}
		}
	}
}

func TestBuilderRefuses(t *testing.T) {
	nan, inf := float64(math.NaN()), float64(math.Inf(1))
	cases := []struct {
		name    string
		n       int
		edges   []Edge
		options BuildOptions
		want    error
	}{
		{"nothing", 0, nil, BuildOptions{}, nil},
		{"nodes without edges", 5, nil, BuildOptions{Weighted: true}, nil},
		{"only loops", 0, []Edge{{1, 1, 1}}, BuildOptions{}, nil},
		{"node out of range", 2, []Edge{{0, 2, 1}}, BuildOptions{}, ErrNode},
		{"no node", 0, []Edge{{0, None, 1}}, BuildOptions{}, ErrTooManyNodes},
		{"fewer than no nodes", -1, nil, BuildOptions{}, ErrParameter},
		{"too many nodes", MaxNodes + 1, nil, BuildOptions{}, ErrTooManyNodes},
		{"NaN", 2, []Edge{{0, 1, nan}}, BuildOptions{Weighted: true}, ErrNotFinite},
		{"NaN that nobody reads", 2, []Edge{{0, 1, nan}}, BuildOptions{}, nil},
		{"infinite", 2, []Edge{{0, 1, inf}}, BuildOptions{Weighted: true, Signed: true}, ErrNotFinite},
		{"negative", 2, []Edge{{0, 1, -1}}, BuildOptions{Weighted: true}, ErrNegativeWeight},
		{"signed", 2, []Edge{{0, 1, -1}}, BuildOptions{Weighted: true, Signed: true}, nil},
		{"zero", 2, []Edge{{0, 1, 0}}, BuildOptions{Weighted: true}, nil},
		{"too small", 2, []Edge{{0, 1, 1e-50}}, BuildOptions{Weighted: true}, ErrUnderflow},
		{"small", 2, []Edge{{0, 1, 1e-50}}, BuildOptions{Weighted: true, Weights64: true}, nil},
		{"too large", 2, []Edge{{0, 1, 1e39}}, BuildOptions{Weighted: true}, ErrNotFinite},
		{"sum of 64 bits too large", 2, []Edge{
			{0, 1, math.MaxFloat64}, {1, 0, math.MaxFloat64},
		}, BuildOptions{Weighted: true, Weights64: true}, ErrNotFinite},
		{"sum too large", 2, []Edge{
			{0, 1, math.MaxFloat32}, {1, 0, math.MaxFloat32},
		}, BuildOptions{Weighted: true}, ErrNotFinite},
	}
	for _, c := range cases {
		g, err := FromEdges(c.n, c.edges, c.options)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if err == nil {
			checkStructure(t, g)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	builder := NewBuilder(BuildOptions{})
	builder.Add(0, 1)
	if _, err := builder.Graph(cancelled, 0, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := builder.Graph(context.Background(), 7, Options{}); err != nil {
		t.Errorf("an emptied builder: %v", err)
	}
}
