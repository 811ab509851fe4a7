package centrality

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestBetweennessOfLengthsAgainstAllPaths(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		n := g.N()
		equal := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }
		// All lengths by repeated relaxation, and the numbers of paths by rising length.
		d, paths := make([][]float64, n), make([][]float64, n)
		for s := range n {
			d[s], paths[s] = slices.Repeat([]float64{math.Inf(1)}, n), make([]float64, n)
			d[s][s] = 0
			for range n {
				g.Edges(func(u, v uint32, w float64) bool {
					d[s][v] = min(d[s][v], d[s][u]+w)
					if !g.Directed() {
						d[s][u] = min(d[s][u], d[s][v]+w)
					}
					return true
				})
			}
			order := make([]int, n)
			for v := range order {
				order[v] = v
			}
			slices.SortFunc(order, func(a, b int) int {
				if d[s][a] < d[s][b] {
					return -1
				}
				return 1
			})
			paths[s][s] = 1
			for _, v := range order {
				for i, u := range g.InNeighbors(uint32(v)) {
					if v != s && int(u) != v && equal(d[s][u]+g.InWeights(uint32(v)).At(i), d[s][v]) {
						paths[s][v] += paths[s][u]
					}
				}
			}
		}
		nodes, edges := make([]float64, n), []float64{}
		each := func(share func(s, e int) float64) float64 {
			sum := 0.0
			for s := range n {
				for e := range n {
					if s != e && !math.IsInf(d[s][e], 1) {
						sum += share(s, e)
					}
				}
			}
			if !g.Directed() {
				sum /= 2
			}
			return sum
		}
		for v := range n {
			nodes[v] = each(func(s, e int) float64 {
				if v == s || v == e || !equal(d[s][v]+d[v][e], d[s][e]) {
					return 0
				}
				return paths[s][v] * paths[v][e] / paths[s][e]
			})
		}
		g.Edges(func(a, b uint32, w float64) bool {
			edges = append(edges, each(func(s, e int) float64 {
				sum := 0.0
				for _, ends := range [][2]uint32{{a, b}, {b, a}}[:1+both(g, a, b)] {
					u, v := ends[0], ends[1]
					if u != v && equal(d[s][u]+w+d[v][e], d[s][e]) {
						sum += paths[s][u] * paths[v][e] / paths[s][e]
					}
				}
				return sum
			}))
			return true
		})
		var first *Passed
		for _, threads := range graphtest.ThreadCounts {
			got, err := BetweennessOfLengths(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "betweenness of nodes", got.Nodes, nodes, 1e-9)
			graphtest.CloseTo(t, "betweenness of edges", got.Edges, edges, 1e-9)
			if first == nil {
				first = got
			}
			graphtest.CloseTo(t, "betweenness with other threads", got.Edges, first.Edges, 0)
		}
		if plain, err := Betweenness(context.Background(), g, graph.Options{}); err != nil {
			t.Fatal(err)
		} else if !g.Weighted() {
			graphtest.CloseTo(t, "betweenness without weights", first.Nodes, plain, 1e-9)
		}
	})
	zero := graphtest.Of(2, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: 0}})
	_, err := BetweennessOfLengths(context.Background(), zero, graph.Options{})
	if !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a tie of no length: %v", err)
	}
}

// both is 1 where an edge is passed in both directions.
func both(g *graph.Graph, a, b uint32) int {
	if g.Directed() || a == b {
		return 0
	}
	return 1
}
