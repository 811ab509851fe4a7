package graph

import (
	"context"
	"math"
	"slices"
	"testing"
)

func TestQAPCorrelation(t *testing.T) {
	r := RandomNew(4, 4)
	a := RandomGraph(&r, 20, 0.3, true, true)
	b := RandomGraph(&r, 20, 0.3, true, true)
	var first *Permutation
	for _, threads := range ThreadCounts {
		got, err := QAPCorrelation(context.Background(), a, b, 500, 1, Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		x, y := Adjacency(a), Adjacency(b)
		var p, q []float64
		for u := range x {
			for v := range x {
				if u != v {
					p, q = append(p, x[u][v]), append(q, y[u][v])
				}
			}
		}
		CloseTo(t, "correlation", []float64{got.Value}, []float64{pearson(p, q)}, 1e-12)
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
	same, err := QAPCorrelation(context.Background(), a, a, 500, 1, Options{})
	if err != nil || !(math.Abs(same.Value-1) <= 1e-12) || same.AtLeast != 1.0/501 || same.AtMost != 1 {
		t.Errorf("a network with itself: %+v, %v", same, err)
	}
	empty, err := QAPCorrelation(context.Background(), a, Of(20, false, false, nil), 10, 1, Options{})
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
	r := RandomNew(6, 6)
	n := 25
	a := RandomGraph(&r, n, 0.3, true, false)
	b := RandomGraph(&r, n, 0.3, true, false)
	// y = 2 a - noise, without b.
	x := Adjacency(a)
	var ties []TestTie
	for u := range n {
		for v := range n {
			if u != v {
				ties = append(ties, TestTie{uint32(u), uint32(v), float32(1 + 2*x[u][v] + r.Float())})
			}
		}
	}
	y := Of(n, true, true, ties)
	got, err := MRQAP(context.Background(), y, []*Graph{a, b}, 300, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	CloseTo(t, "coefficients", got.Coefficients, []float64{1.5, 2, 0}, 0.1)
	if got.Tests[0].TwoSided != 1.0/301 || !(got.Tests[1].TwoSided >= 0.02) || !(got.RSquared >= 0.85) {
		t.Errorf("tests %+v %+v, R squared %v", got.Tests[0], got.Tests[1], got.RSquared)
	}
	if _, err := MRQAP(context.Background(), y, []*Graph{a, a}, 10, 1, Options{}); err != ErrNoConvergence {
		t.Errorf("the same network twice: %v", err)
	}
	// Calibrated: with unrelated networks about one test in twenty is below 0.05.
	low := 0
	for round := range uint64(60) {
		r := RandomNew(round, 9)
		p, q := RandomGraph(&r, 12, 0.3, true, false), RandomGraph(&r, 12, 0.3, true, false)
		got, err := MRQAP(context.Background(), p, []*Graph{q}, 99, round, Options{})
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
	EachKind(t, 40, func(t *testing.T, g *Graph, r *RandomSource) {
		got, err := Rewire(context.Background(), g, 10, r.Next(), Options{})
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
	path := Of(5, false, false, []TestTie{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}})
	seen := map[string]int{}
	for seed := range uint64(3000) {
		got, err := Rewire(context.Background(), path, 20, seed, Options{Threads: 1})
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
	r := RandomNew(1, 2)
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
	BenchThreads(b, func(opts Options) error {
		_, err := Rewire(context.Background(), BenchGraph(b), 10, 1, opts)
		return err
	})
}

func BenchmarkQAPCorrelation(b *testing.B) {
	r := RandomNew(1, 1)
	x, y := RandomGraph(&r, 200, 0.1, true, false), RandomGraph(&r, 200, 0.1, true, false)
	BenchThreads(b, func(opts Options) error {
		_, err := QAPCorrelation(context.Background(), x, y, 200, 1, opts)
		return err
	})
}
