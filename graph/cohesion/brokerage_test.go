package cohesion

import (
	"context"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestBrokerageAgainstAllTriples(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		group := make([]uint32, n)
		for v := range group {
			group[v] = uint32(r.Below(3))
		}
		a := graphtest.Adjacency(g)
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
		for _, threads := range graphtest.ThreadCounts {
			got, err := Brokerage(context.Background(), g, group, graph.Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("roles = %v, %v, want %v", got, err, want)
			}
		}
	})
}

func BenchmarkBrokerage(b *testing.B) {
	group := make([]uint32, graphtest.BenchGraph(b).N())
	for v := range group {
		group[v] = uint32(v % 5)
	}
	graphtest.BenchThreads(b,
		func(opts graph.Options) error {
			_, err := Brokerage(context.Background(), graphtest.BenchGraph(b), group, opts)
			return err
		})
}
