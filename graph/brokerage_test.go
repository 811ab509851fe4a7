package graph

import (
	"context"
	"slices"
	"testing"
)

func TestBrokerageAgainstAllTriples(t *testing.T) {
	EachKind(t, 40, func(t *testing.T, g *Graph, r *RandomSource) {
		n := g.N()
		group := make([]uint32, n)
		for v := range group {
			group[v] = uint32(r.Below(3))
		}
		a := Adjacency(g)
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
		for _, threads := range ThreadCounts {
			got, err := Brokerage(context.Background(), g, group, Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("roles = %v, %v, want %v", got, err, want)
			}
		}
	})
}

func BenchmarkBrokerage(b *testing.B) {
	group := make([]uint32, BenchGraph(b).N())
	for v := range group {
		group[v] = uint32(v % 5)
	}
	BenchThreads(b,
		func(opts Options) error {
			_, err := Brokerage(context.Background(), BenchGraph(b), group, opts)
			return err
		})
}
