package centrality

import (
	"context"
	"errors"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestBetweennessAgainstAllPaths(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		n := g.N()
		d := graphtest.AllDistances(g)
		// paths[s][t] counts the shortest paths, by rising distance.
		paths := make([][]float64, n)
		for s := range n {
			paths[s] = make([]float64, n)
			paths[s][s] = 1
			for steps := 1.0; steps < float64(n); steps++ {
				for v := range n {
					if d[s][v] != steps {
						continue
					}
					for _, u := range g.InNeighbors(uint32(v)) {
						if d[s][u] == steps-1 {
							paths[s][v] += paths[s][u]
						}
					}
				}
			}
		}
		want, from := make([]float64, n), make([]float64, n)
		for v := range n {
			for s := range n {
				for e := range n {
					if s != v && e != v && s != e && !math.IsInf(d[s][e], 1) && d[s][v]+d[v][e] == d[s][e] {
						share := paths[s][v] * paths[v][e] / paths[s][e]
						if !g.Directed() {
							share /= 2
						}
						want[v] += share
						if s < 3 {
							from[v] += share
						}
					}
				}
			}
		}
		var first []float64
		for _, threads := range graphtest.ThreadCounts {
			got, err := Betweenness(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "betweenness", got, want, 1e-9)
			if first == nil {
				first = got
			}
			graphtest.CloseTo(t, "betweenness with other threads", got, first, 0)
		}
		if n >= 3 {
			got, err := BetweennessFrom(context.Background(), g, []uint32{0, 1, 2}, graph.Options{Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "betweenness from some", got, from, 1e-9)
		}
	})
}

func BenchmarkBetweenness64(b *testing.B) {
	sources := make([]uint32, 64)
	for i := range sources {
		sources[i] = uint32(i)
	}
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := BetweennessFrom(context.Background(), graphtest.BenchGraph(b), sources, opts)
		return err
	})
}

func TestBetweennessSampleWithinItsBound(t *testing.T) {
	for _, directed := range []bool{false, true} {
		for round := range uint64(5) {
			r := random.New(round, 77)
			g := graphtest.Random(&r, 60, 0.05, directed, false)
			exact, err := Betweenness(context.Background(), g, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var first []float64
			for _, threads := range graphtest.ThreadCounts {
				got, err := BetweennessSample(
					context.Background(), g, SampleOptions{Error: 0.03, Failure: 0.001, Seed: round},
					graph.Options{Threads: threads},
				)
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = got.Values
				}
				graphtest.CloseTo(t, "sampled betweenness with other threads", got.Values, first, 0)
				for v := range exact {
					if !(math.Abs(got.Values[v]-exact[v]) <= got.Bound) {
						t.Errorf("node %d: %v, exact %v, bound %v", v, got.Values[v], exact[v], got.Bound)
					}
				}
			}
		}
	}
	// Without bias: far more samples than the bound asks for, and close to exact.
	kite := graphtest.Of(7, false, false,
		[]graphtest.Tie{
			{U: 0, V: 1, Weight: 1},
			{U: 0, V: 2, Weight: 1},
			{U: 1, V: 3, Weight: 1},
			{U: 2, V: 3, Weight: 1},
			{U: 3, V: 4, Weight: 1},
			{U: 4, V: 5, Weight: 1},
			{U: 3, V: 6, Weight: 1},
			{U: 6, V: 5, Weight: 1},
		})
	exact, _ := Betweenness(context.Background(), kite, graph.Options{})
	got, err := BetweennessSample(context.Background(), kite, SampleOptions{Error: 0.004}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	graphtest.CloseTo(t, "many samples", got.Values, exact, 0.02)
	graphtest.EachKind(t, 3, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		if _, err := BetweennessSample(
			context.Background(), g, SampleOptions{Error: 0.2}, graph.Options{},
		); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkBetweennessSample(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := BetweennessSample(context.Background(), graphtest.BenchGraph(b), SampleOptions{}, opts)
		return err
	})
}

func TestBetweennessSampleRefusesTooManyPaths(t *testing.T) {
	for _, within := range []float64{1e-10, 1e-200} {
		_, err := BetweennessSample(
			context.Background(), graphtest.Kite(), SampleOptions{Error: within}, graph.Options{})
		if !errors.Is(err, graph.ErrParameter) {
			t.Errorf("an error of %g: %v", within, err)
		}
	}
}

// Between layers of sixteen, all of whom know all of the next, there are 16^398 shortest paths, more than a number
// says.
func TestBetweennessOfVeryManyPaths(t *testing.T) {
	const wide, layers = 16, 400
	var ties []graphtest.Tie
	for v := range uint32(wide * (layers - 1)) {
		for i := range uint32(wide) {
			ties = append(ties, graphtest.Tie{U: v, V: (v/wide+1)*wide + i, Weight: 1})
		}
	}
	g := graphtest.Of(wide*layers, false, false, ties)
	from, err := BetweennessFrom(context.Background(), g, []uint32{0}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float64, g.N())
	for v := range want {
		if layer := v / wide; layer > 0 {
			want[v] = float64(layers-1-layer) / 2
			if layer == 1 {
				want[v] += float64(wide-1) / wide / 2 // to those of the first layer
			}
		}
	}
	graphtest.CloseTo(t, "betweenness from the first", from, want, 1e-9)
	p, err := newPacked(context.Background(), g, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newPathSampler(p)
	s.from.start(p.place[0])
	for range layers - 1 {
		s.from.grow(context.Background(), &s.to, p.offsets, p.targets, nil)
	}
	const walks = 4096
	for i := range uint64(walks) {
		r := random.New(1, i)
		s.walk(&s.from, p.place[wide*layers-1], p.inOffsets, p.inTargets, &r)
	}
	for v := wide; v < wide*(layers-1); v++ {
		if count := s.count[p.place[v]]; count < walks/wide/2 || count > walks/wide*2 {
			t.Fatalf("of %d paths %d pass node %d in a layer of %d", walks, count, v, wide)
		}
	}
}

func TestBetweennessOfALargeGrid(t *testing.T) {
	grid := func(side int) *graph.Graph {
		var ties []graphtest.Tie
		for v := range uint32(side * side) {
			if int(v)%side < side-1 {
				ties = append(ties, graphtest.Tie{U: v, V: v + 1, Weight: 1})
			}
			if int(v)/side < side-1 {
				ties = append(ties, graphtest.Tie{U: v, V: v + uint32(side), Weight: 1})
			}
		}
		return graphtest.Of(side*side, false, false, ties)
	}
	const side = 600
	got, err := BetweennessFrom(context.Background(), grid(side), []uint32{0}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	choose := func(a, b int) float64 { // the logarithm of the number of ways to go a steps down and b to the right
		both, _ := math.Lgamma(float64(a + b + 1))
		down, _ := math.Lgamma(float64(a + 1))
		right, _ := math.Lgamma(float64(b + 1))
		return both - down - right
	}
	for _, place := range [][2]int{{0, 1}, {300, 300}, {0, 500}, {20, 580}, {590, 590}} {
		i, j := place[0], place[1]
		want := -0.5 // the node is no target of its own
		for x := i; x < side; x++ {
			for y := j; y < side; y++ {
				want += math.Exp(choose(i, j)+choose(x-i, y-j)-choose(x, y)) / 2
			}
		}
		if have := got[i*side+j]; !(math.Abs(have-want) <= 1e-8*(1+want)) {
			t.Errorf("row %d, column %d: %g, want %g", i, j, have, want)
		}
	}
	if _, err := BetweennessFrom(
		context.Background(), grid(1300), []uint32{0}, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a grid whose numbers of paths differ by 1e390: %v", err)
	}
}
