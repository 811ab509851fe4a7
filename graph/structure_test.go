package graph

import (
	"math"
	"slices"
	"testing"
)

func TestFriedkinJohnsenAgainstDirectSolution(t *testing.T) {
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		n := g.N()
		if g.weights != nil && n > 0 {
			// Some ties are of distrust.
			signed := *g
			signed.weights = slices.Clone(g.weights)
			for i := range signed.weights {
				if r.below(3) == 0 {
					signed.weights[i] *= -1
				}
			}
			g = &signed
		}
		stance, open := make([]float64, n), make([]float64, n)
		rows := make([][]float64, n)
		for v := range n {
			stance[v], open[v] = 2*r.float()-1, 0.95*r.float()
			rows[v] = make([]float64, n+1)
		}
		for v := range n {
			rows[v][v], rows[v][n] = 1, stance[v]
			sum := 0.0
			weight := func(i int) float64 {
				if g.weights == nil {
					return 1
				}
				return float64(g.Weights(uint32(v))[i])
			}
			for i := range g.Neighbors(uint32(v)) {
				sum += math.Abs(weight(i))
			}
			if sum == 0 {
				continue
			}
			rows[v][n] *= 1 - open[v]
			for i, u := range g.Neighbors(uint32(v)) {
				rows[v][u] -= open[v] * weight(i) / sum
			}
		}
		want, err := solveDense(background, rows)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range threadCounts {
			got, err := FriedkinJohnsen(background, g, stance, open, 1e-11, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "opinion", got.Values, want, 2e-11)
			for _, z := range got.Values {
				if !(math.Abs(z) <= 1) {
					t.Errorf("opinion %v outside the stances", z)
				}
			}
		}
	})
	two := graphOf(2, true, false, []tie{{0, 1, 1}})
	for _, bad := range []float64{1, -0.1, math.NaN()} {
		if _, err := FriedkinJohnsen(background, two, []float64{0, 1}, []float64{bad, 0},
			0, Options{}); err != ErrParameter {
			t.Errorf("susceptibility %v: %v", bad, err)
		}
	}
}

func TestMixingAgainstDefinition(t *testing.T) {
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		n := g.N()
		group, x, y := make([]uint32, n), make([]float64, n), make([]float64, n)
		for v := range n {
			group[v], x[v], y[v] = uint32(r.below(3))*7, r.float(), r.float()
		}
		m, err := MixingMatrix(background, g, group, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, row := range m.Share {
			for _, e := range row {
				sum += e
			}
		}
		if g.Arcs() > 0 && !(math.Abs(sum-1) <= 1e-12) {
			t.Errorf("shares sum to %v", sum)
		}
		// Assortativity by expanding each end into a list of numbers is Pearson's correlation of the two lists.
		if !g.directed {
			y = x
		}
		var a, b, w []float64
		external, internal, whole := 0.0, 0.0, 0.0
		_ = eachArc(background, g, func(u, v uint32, weight float64) {
			a, b, w = append(a, x[u]), append(b, y[v]), append(w, weight)
			if u != v {
				whole += weight
				if group[u] == group[v] {
					internal += weight
				} else {
					external += weight
				}
			}
		})
		got, err := NumericAssortativity(background, g, x, y, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var sw, sa, sb, sab, saa, sbb float64
		for i := range a {
			sw += w[i]
			sa += w[i] * a[i]
			sb += w[i] * b[i]
			sab += w[i] * a[i] * b[i]
			saa += w[i] * a[i] * a[i]
			sbb += w[i] * b[i] * b[i]
		}
		want := (sab/sw - sa/sw*sb/sw) / math.Sqrt((saa/sw-sa*sa/sw/sw)*(sbb/sw-sb*sb/sw/sw))
		if !math.IsNaN(got) {
			closeTo(t, "assortativity", []float64{got}, []float64{want}, 1e-6)
		}
		e, err := EIIndex(background, g, group, Options{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "E-I index", []float64{e.Whole}, []float64{(external - internal) / whole}, 1e-12)
		for v := range n {
			inside, all := 0.0, 0.0
			_ = eachArc(background, g, func(u, w uint32, weight float64) {
				if u != w && (u == uint32(v) || w == uint32(v)) {
					all += weight
					if group[u] == group[w] {
						inside += weight
					}
				}
			})
			closeTo(t, "E-I index of a node", []float64{e.Node[v]}, []float64{(all - 2*inside) / all}, 1e-12)
		}
	})
}

func TestBrokerageAgainstAllTriples(t *testing.T) {
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		n := g.N()
		group := make([]uint32, n)
		for v := range group {
			group[v] = uint32(r.below(3))
		}
		a := adjacency(g)
		want := make([]Roles, n)
		for v := range n {
			for x := range n {
				for y := range n {
					if x == y || x == v || y == v || a[x][v] == 0 || a[v][y] == 0 || a[x][y] != 0 {
						continue
					}
					switch {
					case group[x] == group[v] && group[v] == group[y]:
						want[v].Coordinator++
					case group[x] == group[y]:
						want[v].Consultant++
					case group[v] == group[y]:
						want[v].Gatekeeper++
					case group[x] == group[v]:
						want[v].Representative++
					default:
						want[v].Liaison++
					}
				}
			}
		}
		for _, threads := range threadCounts {
			got, err := Brokerage(background, g, group, Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("roles = %v, %v, want %v", got, err, want)
			}
		}
	})
}

func TestQAPCorrelation(t *testing.T) {
	r := newRandom(4, 4)
	a := randomGraph(&r, 20, 0.3, true, true)
	b := randomGraph(&r, 20, 0.3, true, true)
	var first *Permutation
	for _, threads := range threadCounts {
		got, err := QAPCorrelation(background, a, b, 500, 1, Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		x, y := adjacency(a), adjacency(b)
		var p, q []float64
		for u := range x {
			for v := range x {
				if u != v {
					p, q = append(p, x[u][v]), append(q, y[u][v])
				}
			}
		}
		closeTo(t, "correlation", []float64{got.Value}, []float64{pearson(p, q)}, 1e-12)
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
	same, err := QAPCorrelation(background, a, a, 500, 1, Options{})
	if err != nil || !(math.Abs(same.Value-1) <= 1e-12) || same.AtLeast != 1.0/501 || same.AtMost != 1 {
		t.Errorf("a network with itself: %+v, %v", same, err)
	}
	empty, err := QAPCorrelation(background, a, graphOf(20, false, false, nil), 10, 1, Options{})
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
	r := newRandom(6, 6)
	n := 25
	a := randomGraph(&r, n, 0.3, true, false)
	b := randomGraph(&r, n, 0.3, true, false)
	// y = 2 a - noise, without b.
	x := adjacency(a)
	var ties []tie
	for u := range n {
		for v := range n {
			if u != v {
				ties = append(ties, tie{uint32(u), uint32(v), float32(1 + 2*x[u][v] + r.float())})
			}
		}
	}
	y := graphOf(n, true, true, ties)
	got, err := MRQAP(background, y, []*Graph{a, b}, 300, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "coefficients", got.Coefficients, []float64{1.5, 2, 0}, 0.1)
	if got.Tests[0].TwoSided != 1.0/301 || !(got.Tests[1].TwoSided >= 0.02) || !(got.RSquared >= 0.85) {
		t.Errorf("tests %+v %+v, R squared %v", got.Tests[0], got.Tests[1], got.RSquared)
	}
	if _, err := MRQAP(background, y, []*Graph{a, a}, 10, 1, Options{}); err != ErrNoConvergence {
		t.Errorf("the same network twice: %v", err)
	}
	// Calibrated: with unrelated networks about one test in twenty is below 0.05.
	low := 0
	for round := range uint64(60) {
		r := newRandom(round, 9)
		p, q := randomGraph(&r, 12, 0.3, true, false), randomGraph(&r, 12, 0.3, true, false)
		got, err := MRQAP(background, p, []*Graph{q}, 99, round, Options{})
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
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		got, err := Rewire(background, g, 10, r.next(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := got.Graph
		if h.N() != g.N() || h.M() != g.M()-g.loops || h.loops != 0 || h.directed != g.directed {
			t.Errorf("%d nodes, %d edges, %d loops", h.N(), h.M(), h.loops)
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
	path := graphOf(5, false, false, []tie{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}})
	seen := map[string]int{}
	for seed := range uint64(3000) {
		got, err := Rewire(background, path, 20, seed, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		name := []byte{}
		for _, v := range got.Graph.targets {
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
	r := newRandom(1, 2)
	set, want := newEdgeSet(64), map[uint64]bool{}
	for range 200000 {
		key := 1 + r.below(200)
		switch {
		case want[key]:
			set.drop(key)
			delete(want, key)
		case len(want) < 64:
			set.add(key)
			want[key] = true
		}
		probe := 1 + r.below(200)
		if set.has(probe) != want[probe] {
			t.Fatalf("has(%d) = %v", probe, set.has(probe))
		}
	}
}

func BenchmarkFriedkinJohnsen(b *testing.B) {
	n := benchGraph(b).N()
	stance, open := make([]float64, n), make([]float64, n)
	r := newRandom(1, 1)
	for v := range n {
		stance[v], open[v] = 2*r.float()-1, 0.9*r.float()
	}
	benchThreads(b, func(opts Options) error {
		_, err := FriedkinJohnsen(background, benchGraph(b), stance, open, 0, opts)
		return err
	})
}

func BenchmarkRewire(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := Rewire(background, benchGraph(b), 10, 1, opts); return err })
}

func BenchmarkBrokerage(b *testing.B) {
	group := make([]uint32, benchGraph(b).N())
	for v := range group {
		group[v] = uint32(v % 5)
	}
	benchThreads(b,
		func(opts Options) error { _, err := Brokerage(background, benchGraph(b), group, opts); return err })
}

func BenchmarkDegreeAssortativity(b *testing.B) {
	benchThreads(b,
		func(opts Options) error { _, err := DegreeAssortativity(background, benchGraph(b), opts); return err })
}

func BenchmarkQAPCorrelation(b *testing.B) {
	r := newRandom(1, 1)
	x, y := randomGraph(&r, 200, 0.1, true, false), randomGraph(&r, 200, 0.1, true, false)
	benchThreads(b, func(opts Options) error { _, err := QAPCorrelation(background, x, y, 200, 1, opts); return err })
}

// The correlation of degrees is that of any other number, with loops, directions and several threads.
func TestDegreeAssortativityAgainstDefinition(t *testing.T) {
	defined := 0
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		x, y := make([]float64, g.N()), make([]float64, g.N())
		for v := range uint32(g.N()) {
			x[v], y[v] = float64(g.Degree(v)), float64(g.InDegree(v))
			if !g.directed && g.HasEdge(v, v) {
				x[v]++
				y[v]++
			}
		}
		want, err := NumericAssortativity(background, g.Unweighted(), x, y, Options{})
		if err != nil {
			t.Fatal(err)
		}
		one, err := DegreeAssortativity(background, g, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		two, err := DegreeAssortativity(background, g, Options{Threads: 2})
		if err != nil || math.Float64bits(one) != math.Float64bits(two) {
			t.Fatalf("%v with one thread, %v with two; %v", one, two, err)
		}
		if !math.IsNaN(want) {
			defined++
			closeTo(t, "assortativity", []float64{one}, []float64{want}, 1e-9)
		}
	})
	if defined < 10 {
		t.Errorf("only %d graphs have a correlation", defined)
	}
}
