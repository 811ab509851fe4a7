package community

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/leiden"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
)

// bestDivision returns the largest modularity (or CPM quality) of all divisions of a small graph.
func bestDivision(g *graph.Graph, resolution float64) float64 {
	n := g.N()
	of := make([]uint32, n)
	best := math.Inf(-1)
	var try func(v int, groups uint32)
	try = func(v int, groups uint32) {
		if v == n {
			q, _ := Modularity(context.Background(), g, of, resolution, graph.Options{Threads: 1})
			best = max(best, q)
			return
		}
		for c := uint32(0); c <= groups; c++ {
			of[v] = c
			try(v+1, max(groups, c+1))
		}
	}
	try(0, 0)
	return best
}

func TestModularityAgainstDefinition(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		a := make([][]float64, n)
		out, in, whole := make([]float64, n), make([]float64, n), 0.0
		for v := range n {
			a[v] = make([]float64, n)
			for i, u := range g.Neighbors(uint32(v)) {
				w := 1.0
				if g.Weighted() {
					w = float64(g.Weights(uint32(v)).At(i))
				}
				if !g.Directed() && int(u) == v {
					w *= 2
				}
				a[v][u] = w
				whole += w
			}
		}
		for u := range n {
			for v := range n {
				out[u] += a[u][v]
				in[v] += a[u][v]
			}
		}
		of := make([]uint32, n)
		for v := range of {
			of[v] = uint32(r.Below(4)) * 1000003
		}
		want := 0.0
		for u := range n {
			for v := range n {
				if of[u] == of[v] && whole > 0 {
					want += (a[u][v] - 0.7*out[u]*in[v]/whole) / whole
				}
			}
		}
		for _, threads := range graphtest.ThreadCounts {
			got, err := Modularity(context.Background(), g, of, 0.7, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "modularity", []float64{got}, []float64{want}, 1e-12)
		}
	})
}

func TestLeidenFindsTheBestOfSmallGraphs(t *testing.T) {
	worse, tried := 0, 0
	graphtest.EachKind(t, 30, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		if g.N() > 8 || g.Directed() {
			return
		}
		simple, _ := graph.Simple(context.Background(), g, graph.Options{})
		c, err := Leiden(context.Background(), simple, LeidenOptions{Iterations: -1, Seed: 1}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		best := bestDivision(simple, 1)
		if simple.N() == 0 {
			return
		}
		tried++
		if c.Modularity > best+1e-9 {
			t.Errorf("modularity %v above the best %v", c.Modularity, best)
		}
		if c.Modularity < best-1e-9 {
			worse++
		}
		if c.Modularity < best-0.08 {
			t.Errorf("modularity %v far below the best %v", c.Modularity, best)
		}
	})
	if worse*5 > tried {
		t.Errorf("%d of %d small graphs not at their best", worse, tried)
	}
}

// checkDivision fails when a community is not connected or a node would do better elsewhere.
func checkDivision(t *testing.T, g *graph.Graph, c *Communities, resolution float64, cpm bool) {
	t.Helper()
	offsets, targets, weights := g.Rows()
	y := &leiden.Level{Offsets: offsets, Targets: targets, Weights: weights}
	if parts := leiden.ConnectedParts(y, c.Of); !slices.Equal(numbered(parts), numbered(c.Of)) {
		t.Error("a community is not connected")
	}
	n := g.N()
	mass, of, whole := make([]float64, n), make([]float64, n), 0.0
	for v := range n {
		mass[v] = 1
		if !cpm {
			mass[v] = 0
			for i := range g.Neighbors(uint32(v)) {
				mass[v] += y.Weight(offsets[v] + int64(i))
			}
		}
		of[c.Of[v]] += mass[v]
		whole += mass[v]
	}
	factor := resolution
	if !cpm {
		factor /= whole
	}
	for v := range n {
		to := map[uint32]float64{}
		for i, u := range g.Neighbors(uint32(v)) {
			to[c.Of[u]] += y.Weight(offsets[v] + int64(i))
		}
		own := to[c.Of[v]] - factor*mass[v]*(of[c.Of[v]]-mass[v])
		for k, w := range to {
			if k != c.Of[v] && w-factor*mass[v]*of[k] > own+1e-9*whole {
				t.Errorf("node %d would do better in %d", v, k)
				return
			}
		}
		if own < -1e-9*whole {
			t.Errorf("node %d would do better alone", v)
			return
		}
	}
}

func numbered(of []uint32) []uint32 {
	of, _ = partition.Number(of)
	return of
}

func TestLeidenCommunitiesAreConnectedAndStable(t *testing.T) {
	large := graphtest.Social(20000, 6, 3) // large enough for moves in batches
	small := graphtest.Social(900, 4, 3)
	for _, g := range []*graph.Graph{small, large} {
		for _, params := range []LeidenOptions{
			{Iterations: -1, Seed: 1},
			{Iterations: -1, Seed: 2, Resolution: 3},
			{Iterations: -1, Seed: 3, Objective: ByCPM, Resolution: 0.02},
		} {
			var first *Communities
			for _, threads := range graphtest.ThreadCounts {
				got, err := Leiden(context.Background(), g, params, graph.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				if !got.Converged {
					t.Errorf("%+v did not converge", params)
				}
				if first == nil {
					first = got
					checkDivision(t, g, got, max(params.Resolution, map[bool]float64{true: 1}[params.Resolution == 0]),
						params.Objective == ByCPM)
				}
				if !slices.Equal(got.Of, first.Of) {
					t.Errorf("%+v: another result with %d threads", params, threads)
				}
			}
		}
	}
}

func TestLeidenFindsPlantedCommunities(t *testing.T) {
	r := random.New(9, 9)
	var ties []graphtest.Tie
	for u := range uint32(400) {
		for v := range u {
			chance := 0.005
			if u/20 == v/20 {
				chance = 0.6
			}
			if r.Float() < chance {
				ties = append(ties, graphtest.Tie{U: u, V: v, Weight: 1})
			}
		}
	}
	for _, objective := range []Objective{ByModularity, ByCPM} {
		params := LeidenOptions{Objective: objective, Resolution: 1, Seed: 4}
		if objective == ByCPM {
			params.Resolution = 0.1
		}
		c, err := Leiden(context.Background(), graphtest.Of(400, false, false, ties), params, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]uint32, 400)
		for v := range want {
			want[v] = uint32(v / 20)
		}
		if c.Count != 20 || !slices.Equal(numbered(c.Of), want) {
			t.Errorf("objective %d: %d communities %v, want the 20 planted ones", objective, c.Count, c.Of)
		}
	}
}

func TestLeidenDegenerate(t *testing.T) {
	for n := range 3 {
		c, err := Leiden(context.Background(), graphtest.Of(n, false, false, nil), LeidenOptions{}, graph.Options{})
		if err != nil || c.Count != n || c.Modularity != 0 {
			t.Errorf("%d nodes without ties: %+v, %v", n, c, err)
		}
	}
	loops := graphtest.Of(2, false, true, []graphtest.Tie{{U: 0, V: 0, Weight: 3}, {U: 0, V: 1, Weight: 0}})
	if _, err := Leiden(context.Background(), loops, LeidenOptions{Iterations: -1}, graph.Options{}); err != nil {
		t.Error(err)
	}
	var none []graphtest.Tie
	for u := range uint32(40) {
		for v := range u {
			none = append(none, graphtest.Tie{U: u, V: v, Weight: float64(v % 40 / 39)})
		}
	}
	if c, err := Leiden(context.Background(), graphtest.Of(40, false, true, none),
		LeidenOptions{}, graph.Options{}); err != nil || c.Count != 40 {
		t.Errorf("ties of weight 0: %+v, %v; want each node alone", c, err)
	}
	if _, err := Leiden(context.Background(), graphtest.Of(2, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: -1}}),
		LeidenOptions{}, graph.Options{}); err != graph.ErrNegativeWeight {
		t.Errorf("negative weight: %v", err)
	}
	if _, err := Leiden(
		context.Background(), loops, LeidenOptions{Resolution: -1}, graph.Options{},
	); err != graph.ErrParameter {
		t.Errorf("negative resolution: %v", err)
	}
	if _, err := Leiden(
		context.Background(), loops, LeidenOptions{Start: []uint32{1}}, graph.Options{},
	); err != graph.ErrLength {
		t.Errorf("short start: %v", err)
	}
}

func BenchmarkLeiden(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Leiden(context.Background(), graphtest.BenchGraph(b), LeidenOptions{}, opts)
		return err
	})
}

func BenchmarkModularity(b *testing.B) {
	of := make([]uint32, graphtest.BenchGraph(b).N())
	graphtest.BenchThreads(b,
		func(opts graph.Options) error {
			_, err := Modularity(context.Background(), graphtest.BenchGraph(b), of, 1, opts)
			return err
		})
}
