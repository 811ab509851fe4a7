package graph

import (
	"context"
	"math"
	"testing"
)

func TestBetweennessAgainstAllPaths(t *testing.T) {
	EachKind(t, 60, func(t *testing.T, g *Graph, _ *RandomSource) {
		n := g.N()
		d := AllDistances(g)
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
		for _, threads := range ThreadCounts {
			got, err := Betweenness(context.Background(), g, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			CloseTo(t, "betweenness", got, want, 1e-9)
			if first == nil {
				first = got
			}
			CloseTo(t, "betweenness with other threads", got, first, 0)
		}
		if n >= 3 {
			got, err := BetweennessFrom(context.Background(), g, []uint32{0, 1, 2}, Options{Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			CloseTo(t, "betweenness from some", got, from, 1e-9)
		}
	})
}

func BenchmarkBetweenness64(b *testing.B) {
	sources := make([]uint32, 64)
	for i := range sources {
		sources[i] = uint32(i)
	}
	BenchThreads(b, func(opts Options) error {
		_, err := BetweennessFrom(context.Background(), BenchGraph(b), sources, opts)
		return err
	})
}

func TestBetweennessSampleWithinItsBound(t *testing.T) {
	for _, directed := range []bool{false, true} {
		for round := range uint64(5) {
			r := RandomNew(round, 77)
			g := RandomGraph(&r, 60, 0.05, directed, false)
			exact, err := Betweenness(context.Background(), g, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var first []float64
			for _, threads := range ThreadCounts {
				got, err := BetweennessSample(context.Background(), g, SampleOptions{Error: 0.03, Failure: 0.001, Seed: round},
					Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = got.Values
				}
				CloseTo(t, "sampled betweenness with other threads", got.Values, first, 0)
				for v := range exact {
					if !(math.Abs(got.Values[v]-exact[v]) <= got.Bound) {
						t.Errorf("node %d: %v, exact %v, bound %v", v, got.Values[v], exact[v], got.Bound)
					}
				}
			}
		}
	}
	// Without bias: far more samples than the bound asks for, and close to exact.
	kite := Of(7, false, false,
		[]TestTie{{0, 1, 1}, {0, 2, 1}, {1, 3, 1}, {2, 3, 1}, {3, 4, 1}, {4, 5, 1}, {3, 6, 1}, {6, 5, 1}})
	exact, _ := Betweenness(context.Background(), kite, Options{})
	got, err := BetweennessSample(context.Background(), kite, SampleOptions{Error: 0.004}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	CloseTo(t, "many samples", got.Values, exact, 0.02)
	EachKind(t, 3, func(t *testing.T, g *Graph, _ *RandomSource) {
		if _, err := BetweennessSample(context.Background(), g, SampleOptions{Error: 0.2}, Options{}); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkBetweennessSample(b *testing.B) {
	BenchThreads(b, func(opts Options) error {
		_, err := BetweennessSample(context.Background(), BenchGraph(b), SampleOptions{}, opts)
		return err
	})
}
