package inference

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestQAPCorrelation(t *testing.T) {
	r := random.New(4, 4)
	a := graphtest.Random(&r, 20, 0.3, true, true)
	b := graphtest.Random(&r, 20, 0.3, true, true)
	var first *Permutation
	for _, threads := range graphtest.ThreadCounts {
		got, err := QAPCorrelation(context.Background(), a, b, 500, 1, graph.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		x, y := graphtest.Adjacency(a), graphtest.Adjacency(b)
		var p, q []float64
		for u := range x {
			for v := range x {
				if u != v {
					p, q = append(p, x[u][v]), append(q, y[u][v])
				}
			}
		}
		graphtest.CloseTo(t, "correlation", []float64{got.Value}, []float64{pearson(p, q)}, 1e-12)
		if !(got.TwoSided >= 0.02) || !(math.Abs(got.Mean) <= 0.02) || !(got.Deviation >= 0.02) ||
			!(got.Deviation <= 0.1) {
			t.Errorf("networks without relation: %+v", got)
		}
		if first == nil {
			first = got
		}
		if *got != *first {
			t.Errorf("another result with %d threads", threads)
		}
	}
	same, err := QAPCorrelation(context.Background(), a, a, 500, 1, graph.Options{})
	if err != nil || !(math.Abs(same.Value-1) <= 1e-12) || same.AtLeast != 1.0/501 || same.AtMost != 1 {
		t.Errorf("a network with itself: %+v, %v", same, err)
	}
	empty, err := QAPCorrelation(context.Background(), a, graphtest.Of(20, false, false, nil), 10, 1, graph.Options{})
	if err != nil || !math.IsNaN(empty.Value) {
		t.Errorf("with an empty network: %+v, %v", empty, err)
	}
}

func pearson(x, y []float64) float64 {
	n := float64(len(x))
	var mx, my, xy, xx, yy float64
	for i := range x {
		mx += x[i] / n
		my += y[i] / n
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

func TestMRQAP(t *testing.T) {
	r := random.New(6, 6)
	n := 25
	a := graphtest.Random(&r, n, 0.3, true, false)
	b := graphtest.Random(&r, n, 0.3, true, false)
	// y = 2 a - noise, without b.
	x := graphtest.Adjacency(a)
	var ties []graphtest.Tie
	for u := range n {
		for v := range n {
			if u != v {
				ties = append(
					ties, graphtest.Tie{U: uint32(u), V: uint32(v), Weight: float64(1 + 2*x[u][v] + r.Float())},
				)
			}
		}
	}
	y := graphtest.Of(n, true, true, ties)
	got, err := MRQAP(context.Background(), y, []*graph.Graph{a, b}, 300, 1, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	graphtest.CloseTo(t, "coefficients", got.Coefficients, []float64{1.5, 2, 0}, 0.1)
	if got.Tests[0].TwoSided != 1.0/301 || !(got.Tests[1].TwoSided >= 0.02) || !(got.RSquared >= 0.85) {
		t.Errorf("tests %+v %+v, R squared %v", got.Tests[0], got.Tests[1], got.RSquared)
	}
	if _, err := MRQAP(
		context.Background(), y, []*graph.Graph{a, a}, 10, 1, graph.Options{},
	); err != graph.ErrNoConvergence {
		t.Errorf("the same network twice: %v", err)
	}
	// Calibrated: with unrelated networks about one test in twenty is below 0.05.
	low := 0
	for round := range uint64(60) {
		r := random.New(round, 9)
		p, q := graphtest.Random(&r, 12, 0.3, true, false), graphtest.Random(&r, 12, 0.3, true, false)
		got, err := MRQAP(context.Background(), p, []*graph.Graph{q}, 99, round, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Tests[0].TwoSided <= 0.05 {
			low++
		}
	}
	if low > 9 {
		t.Errorf("%d of 60 unrelated networks have p <= 0.05", low)
	}
}

func TestRewireKeepsDegrees(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		got, err := Rewire(context.Background(), g, 10, r.Next(), graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := got.Graph
		if h.N() != g.N() || h.M() != g.M()-g.Loops() || h.Loops() != 0 || h.Directed() != g.Directed() {
			t.Errorf("%d nodes, %d edges, %d loops", h.N(), h.M(), h.Loops())
		}
		for v := range uint32(g.N()) {
			out, in := g.Degree(v), g.InDegree(v)
			if slices.Contains(g.Neighbors(v), v) {
				out, in = out-1, in-1
			}
			if h.Degree(v) != out || h.InDegree(v) != in {
				t.Errorf("node %d has degree %d, %d, want %d, %d", v, h.Degree(v), h.InDegree(v), out, in)
			}
		}
	})
	// All graphs with the degrees of a path of four edges come up about equally often.
	path := graphtest.Of(5, false, false, []graphtest.Tie{
		{U: 0, V: 1, Weight: 1},
		{U: 1, V: 2, Weight: 1},
		{U: 2, V: 3, Weight: 1},
		{U: 3, V: 4, Weight: 1},
	})
	seen := map[string]int{}
	for seed := range uint64(3000) {
		got, err := Rewire(context.Background(), path, 20, seed, graph.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		name := []byte{}
		_, targets, _ := got.Graph.Rows()
		for _, v := range targets {
			name = append(name, byte('0'+v))
		}
		seen[string(name)]++
	}
	// 0 and 4 of degree 1, 1 to 3 of degree 2: six paths, or a tie 0-4 and a triangle.
	if len(seen) != 7 {
		t.Errorf("%d graphs, want 7: %v", len(seen), seen)
	}
	for name, count := range seen {
		if count < 3000/7-120 || count > 3000/7+120 {
			t.Errorf("graph %s came up %d times of 3000", name, count)
		}
	}
}

func TestEdgeSetAgainstMap(t *testing.T) {
	r := random.New(1, 2)
	set, want := newEdgeSet(64), map[uint64]bool{}
	for range 200000 {
		key := 1 + r.Below(200)
		switch {
		case want[key]:
			set.drop(key)
			delete(want, key)
		case len(want) < 64:
			set.add(key)
			want[key] = true
		}
		probe := 1 + r.Below(200)
		if set.has(probe) != want[probe] {
			t.Fatalf("has(%d) = %v", probe, set.has(probe))
		}
	}
}

func BenchmarkRewire(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Rewire(context.Background(), graphtest.BenchGraph(b), 10, 1, opts)
		return err
	})
}

func BenchmarkQAPCorrelation(b *testing.B) {
	r := random.New(1, 1)
	x, y := graphtest.Random(&r, 200, 0.1, true, false), graphtest.Random(&r, 200, 0.1, true, false)
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := QAPCorrelation(context.Background(), x, y, 200, 1, opts)
		return err
	})
}
