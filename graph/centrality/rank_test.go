package centrality

import (
	"context"
	"errors"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/linear"
	"gave.network/graph/internal/random"
)

func TestClosenessAgainstAllDistances(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) { checkCloseness(t, g) })
	r := random.New(3, 3)
	checkCloseness(t, graphtest.Random(&r, 300, 0.01, false, false))
	checkCloseness(t, graphtest.Random(&r, 300, 0.02, true, false))
}

func checkCloseness(t *testing.T, g *graph.Graph) {
	n := g.N()
	d := graphtest.AllDistances(g)
	harmonic, near, sums := make([]float64, n), make([]float64, n), make([][3]float64, n)
	for v := range n {
		for u := range n {
			if u != v && !math.IsInf(d[v][u], 1) {
				harmonic[v] += 1 / d[v][u]
				sums[v][0] += d[v][u]
				sums[v][1]++
				sums[v][2] = max(sums[v][2], d[v][u])
			}
		}
		near[v] = math.NaN()
		if sums[v][1] > 0 {
			near[v] = sums[v][1] / sums[v][0]
		}
	}
	for _, threads := range graphtest.ThreadCounts {
		got, err := Closeness(context.Background(), g, graph.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		graphtest.CloseTo(t, "harmonic", got.Harmonic, harmonic, 1e-12)
		graphtest.CloseTo(t, "closeness", got.Closeness, near, 1e-12)
		for v := range n {
			if have := [3]float64{
				float64(got.Farness[v]), float64(got.Reached[v]), float64(got.Eccentricity[v]),
			}; have != sums[v] {
				t.Errorf("node %d: sum, number and largest of distances %v, want %v", v, have, sums[v])
			}
		}
	}
}

func TestHyperBallWithinItsError(t *testing.T) {
	for _, directed := range []bool{false, true} {
		r := random.New(5, 0)
		g := graphtest.Random(&r, 400, 0.012, directed, false)
		exact, err := Closeness(context.Background(), g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var first *Balls
		for _, threads := range graphtest.ThreadCounts {
			got, err := HyperBall(context.Background(), g, 10, 1, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			graphtest.CloseTo(t, "harmonic with other threads", got.Harmonic, first.Harmonic, 0)
			sum, misses := 0.0, 0
			for v := range got.Harmonic {
				off := math.Abs(got.Harmonic[v]/max(exact.Harmonic[v], 1) - exact.Harmonic[v]/max(exact.Harmonic[v], 1))
				sum += off
				if off > 3*got.RelativeError {
					misses++
				}
			}
			if mean := sum / 400; mean > got.RelativeError || misses > 4 {
				t.Errorf("mean relative error %v, %d beyond three standard deviations of %v", mean, misses,
					got.RelativeError)
			}
		}
	}
	if _, err := HyperBall(
		context.Background(), graphtest.Of(3, false, false, nil), 3, 1, graph.Options{},
	); err != graph.ErrParameter {
		t.Errorf("too few registers: %v", err)
	}
}

// densePageRank solves the walk's equations directly.
func densePageRank(t *testing.T, g *graph.Graph, damping float64, restart []float64) []float64 {
	n := g.N()
	rows := make([][]float64, n)
	for v := range rows {
		rows[v] = make([]float64, n+1)
		rows[v][v] = 1
		rows[v][n] = restart[v]
	}
	for u := range n {
		weights, sum := g.Weights(uint32(u)), 0.0
		weight := weights.At
		for i := range g.Neighbors(uint32(u)) {
			sum += weight(i)
		}
		for i, v := range g.Neighbors(uint32(u)) {
			rows[v][u] -= damping * weight(i) / sum
		}
	}
	x, err := linear.Solve(context.Background(), rows)
	if err != nil {
		t.Fatal(err)
	}
	return toSumOne(x)
}

func TestPageRankAgainstDirectSolution(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		if n == 0 {
			got, err := PageRank(context.Background(), g, PageRankOptions{}, graph.Options{})
			if err != nil || len(got.Values) != 0 {
				t.Errorf("empty graph: %v, %v", got, err)
			}
			return
		}
		everywhere, here := make([]float64, n), make([]float64, n)
		for v := range n {
			everywhere[v] = 1 / float64(n)
		}
		here[r.Below(uint64(n))] = 1
		for _, threads := range graphtest.ThreadCounts {
			for _, damping := range []float64{0.85, 0.3, 0.99} {
				for _, restart := range [][]float64{nil, here} {
					params := PageRankOptions{
						Damping: damping, Tolerance: 1e-11, Restart: restart, MaxIterations: 20000,
					}
					got, err := PageRank(context.Background(), g, params, graph.Options{Threads: threads})
					if err != nil {
						t.Fatal(err)
					}
					want := everywhere
					if restart != nil {
						want = restart
					}
					want = densePageRank(t, g, damping, want)
					sum := 0.0
					for v := range want {
						sum += math.Abs(got.Values[v] - want[v])
					}
					if !(sum <= 2e-11) {
						t.Errorf("damping %v: error %v", damping, sum)
					}
				}
			}
		}
		search, err := NewPushSearch(g)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			source := uint32(r.Below(uint64(n)))
			clear(here)
			here[source] = 1
			want := densePageRank(t, g, 0.85, here)
			shares, err := search.From(context.Background(), source, 0.85, 1e-6)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, n)
			for _, s := range shares {
				got[s.Node] = s.Value
			}
			weakest := 1.0
			for _, s := range search.strength {
				if s > 0 {
					weakest = min(weakest, s)
				}
			}
			for v := range want {
				low := want[v] - 1e-6*max(search.strength[v], 1)*float64(n)
				if !g.Directed() {
					low = want[v] - 1e-6/weakest*max(search.strength[v], weakest)
				}
				if got[v] > want[v]+1e-12 || got[v] < low-1e-12 {
					t.Errorf("push from %d at %d: %v, exact %v", source, v, got[v], want[v])
				}
			}
		}
	})
}

func TestPageRankRefusesBadInput(t *testing.T) {
	g := graphtest.Of(2, false, false, []graphtest.Tie{{U: 0, V: 1, Weight: 1}})
	for _, params := range []PageRankOptions{
		{Damping: 1},
		{Damping: -0.1},
		{Damping: math.NaN()},
		{Tolerance: -1},
		{Restart: []float64{0, 0}},
		{Restart: []float64{-1, 2}},
		{Restart: []float64{math.NaN(), 1}},
		{Restart: []float64{math.Inf(1), 1}},
	} {
		if _, err := PageRank(context.Background(), g, params, graph.Options{}); err != graph.ErrParameter {
			t.Errorf("%+v: %v, want %v", params, err, graph.ErrParameter)
		}
	}
	if _, err := PageRank(
		context.Background(), g, PageRankOptions{Restart: []float64{1}}, graph.Options{},
	); err != graph.ErrLength {
		t.Errorf("short restart: %v", err)
	}
}

func TestEigenvectorAgainstPowers(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		var first []float64
		for _, threads := range graphtest.ThreadCounts {
			got, err := EigenvectorCentrality(context.Background(), g, 0, graph.Options{Threads: threads})
			if g.Directed() && errors.Is(err, graph.ErrNoConvergence) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got.Values
			}
			graphtest.CloseTo(t, "eigenvector with other threads", got.Values, first, 0)
			w := walkOf(g)
			largest := 0.0
			for v, x := range got.Values {
				if x < 0 || x > 1 {
					t.Errorf("value %v outside [0, 1]", x)
				}
				largest = max(largest, x)
				if image := w.pull(v, got.Values); !(math.Abs(image-got.Eigenvalue*x) <= 1e-8*max(1, got.Eigenvalue)) {
					t.Errorf("A x = %v at %d, lambda x = %v", image, v, got.Eigenvalue*x)
				}
			}
			if g.N() > 0 && largest != 1 {
				t.Errorf("largest value %v", largest)
			}
			// No eigenvalue is larger: powers of A + I from the ones.
			x, norm := ones(g.N()), 0.0
			for range 3000 {
				next := make([]float64, g.N())
				norm = 0
				for v := range x {
					next[v] = w.pull(v, x) + x[v]
					norm = max(norm, next[v])
				}
				for v := range next {
					x[v] = next[v] / norm
				}
			}
			if g.N() > 0 && !(math.Abs(norm-1-got.Eigenvalue) <= 1e-2*max(1, norm)) {
				t.Errorf("eigenvalue %v, by powers %v", got.Eigenvalue, norm-1)
			}
		}
	})
}

func TestBonacichPower(t *testing.T) {
	// Bonacich 1987, figure 1: a chain of five. With beta below 0 the second and fourth are strong, with beta above 0
	// the middle one.
	chain := graphtest.Of(5, false, false, []graphtest.Tie{
		{U: 0, V: 1, Weight: 1},
		{U: 1, V: 2, Weight: 1},
		{U: 2, V: 3, Weight: 1},
		{U: 3, V: 4, Weight: 1},
	})
	weak, err := BonacichPower(context.Background(), chain, -0.5, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	strong, err := BonacichPower(context.Background(), chain, 0.5, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !(weak[1] > weak[2] && weak[2] < weak[3] && strong[2] > strong[1] && strong[1] > strong[0]) {
		t.Errorf("beta -0.5: %v, beta 0.5: %v", weak, strong)
	}
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		beta := r.Float()*0.3 - 0.15
		direct, err := BonacichPower(context.Background(), g, beta, graph.Options{})
		if errors.Is(err, graph.ErrNoConvergence) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		a := graphtest.Adjacency(g)
		// c - beta A c is proportional to A 1.
		left, right := make([]float64, g.N()), make([]float64, g.N())
		sumLeft, sumRight, squares := 0.0, 0.0, 0.0
		for v := range a {
			left[v] = direct[v]
			squares += direct[v] * direct[v]
			for u := range a {
				left[v] -= beta * a[v][u] * direct[u]
				right[v] += a[v][u]
			}
			sumLeft, sumRight = sumLeft+left[v], sumRight+right[v]
		}
		if sumRight == 0 {
			graphtest.CloseTo(t, "power without ties", direct, right, 0)
			return
		}
		for v := range right {
			right[v] *= sumLeft / sumRight
		}
		graphtest.CloseTo(t, "c - beta A c", left, right, 1e-9)
		graphtest.CloseTo(t, "sum of squares", []float64{squares}, []float64{float64(g.N())}, 1e-9)
		rights := make([]float64, g.N())
		for v := range rights {
			rights[v] = pullOut(g, v, nil)
		}
		iterative, err := bonacichIterative(context.Background(), g, beta, rights, graph.Options{Threads: 2})
		if err == nil {
			length := 0.0
			for _, x := range iterative {
				length += x * x
			}
			for v := range iterative {
				iterative[v] *= math.Sqrt(float64(g.N()) / length)
			}
			graphtest.CloseTo(t, "iterative", iterative, direct, 1e-7)
		} else if !(math.Abs(beta) >= 0.02) {
			t.Errorf("no convergence at beta %v", beta)
		}
	})
}

func BenchmarkPageRank(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := PageRank(context.Background(), graphtest.BenchGraph(b), PageRankOptions{Tolerance: 1e-6}, opts)
		return err
	})
}

func BenchmarkEigenvector(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := EigenvectorCentrality(context.Background(), graphtest.BenchGraph(b), 0, opts)
		return err
	})
}

func BenchmarkHyperBall(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := HyperBall(context.Background(), graphtest.BenchGraph(b), 6, 1, opts)
		return err
	})
}

func BenchmarkCloseness(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Closeness(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkPush(b *testing.B) {
	search, err := NewPushSearch(graphtest.BenchGraph(b))
	if err != nil {
		b.Fatal(err)
	}
	r := random.New(1, 1)
	for b.Loop() {
		if _, err := search.From(
			context.Background(), uint32(r.Below(uint64(graphtest.BenchGraph(b).N()))), 0.85, 1e-6,
		); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEigenvectorOfWeightsOfAnySize(t *testing.T) {
	for _, directed := range []bool{false, true} {
		ask := func(unit float64) *Eigenvector {
			b := graph.NewBuilder(graph.BuildOptions{Directed: directed, Weighted: true, Weights64: true})
			for v := range uint32(5) {
				b.AddWeighted(v, (v+1)%5, unit*float64(v+1))
			}
			b.AddWeighted(0, 2, unit)
			g, err := b.Graph(context.Background(), 5, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			e, err := EigenvectorCentrality(context.Background(), g, 1e-12, graph.Options{})
			if err != nil {
				t.Fatalf("weights of %g: %v", unit, err)
			}
			return e
		}
		plain := ask(1)
		for _, unit := range []float64{1e200, 1e-200, 1e300, 1e-300, 1e60, 1e40} {
			e := ask(unit)
			if !(math.Abs(e.Eigenvalue/unit/plain.Eigenvalue-1) < 1e-9) || e.Iterations > plain.Iterations+5 {
				t.Errorf("weights of %g: eigenvalue %g in %d iterations, want %g times that in %d",
					unit, e.Eigenvalue, e.Iterations, plain.Eigenvalue, plain.Iterations)
			}
			graphtest.CloseTo(t, "values", e.Values, plain.Values, 1e-9)
		}
	}
}
