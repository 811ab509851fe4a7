package graph_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// cheapestTree tries all sets of nodes: the cheapest spanning tree of a connected set that has a member of each group.
func cheapestTree(g *graph.Graph, groups [][]uint32) float64 {
	n := g.N()
	a := make([][]float64, n)
	for v := range a {
		a[v] = make([]float64, n)
		for u := range a[v] {
			a[v][u] = math.Inf(1)
		}
	}
	for v := range uint32(n) {
		for i, u := range g.Neighbors(v) {
			w := 1.0
			if g.Weighted() {
				w = g.Weights(v).At(i)
			}
			a[v][u] = min(a[v][u], w)
			a[u][v] = min(a[u][v], w)
		}
	}
	best := math.Inf(1)
	for set := 1; set < 1<<n; set++ {
		covered := true
		for _, list := range groups {
			covered = covered && slices.ContainsFunc(list, func(v uint32) bool { return set>>v&1 != 0 })
		}
		if !covered {
			continue
		}
		in, cost := set&-set, 0.0
		for in != set && !math.IsInf(cost, 1) {
			near, next := math.Inf(1), 0
			for u := range n {
				for v := range n {
					if in>>u&1 != 0 && (set&^in)>>v&1 != 0 && a[u][v] < near {
						near, next = a[u][v], v
					}
				}
			}
			cost += near
			in |= 1 << next
		}
		best = min(best, cost)
	}
	return best
}

func TestGroupSteinerTreeAgainstAllSets(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		if n > 9 {
			return
		}
		groups := make([][]uint32, r.Below(8))
		for i := range groups {
			for range r.Below(4) {
				if n > 0 {
					groups[i] = append(groups[i], uint32(r.Below(uint64(n))))
				}
			}
		}
		want := 0.0
		if len(groups) > 0 {
			want = cheapestTree(g, groups)
		}
		got, err := graph.GroupSteinerTree(context.Background(), g, groups, graph.Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Exact || !(math.Abs(got.Cost-want) <= 1e-6) && got.Cost != want || got.LowerBound != got.Cost {
			t.Errorf("cost %v (exact %v, bound %v), want %v for %v", got.Cost, got.Exact, got.LowerBound, want, groups)
		}
		if len(got.Nodes) > 0 && len(got.Edges) != len(got.Nodes)-1 {
			t.Errorf("%d edges for %d nodes", len(got.Edges), len(got.Nodes))
		}
		if len(got.Nodes) > 0 {
			for _, list := range groups {
				if !slices.ContainsFunc(list, func(v uint32) bool { return slices.Contains(got.Nodes, v) }) {
					t.Errorf("group %v is not in %v", list, got.Nodes)
				}
			}
		}
		if len(groups) > 0 {
			near, err := graph.ApproximateSteiner(context.Background(), g, groups)
			if err != nil {
				t.Fatal(err)
			}
			if near.Cost < want-1e-6 || near.LowerBound > want+1e-6 ||
				near.Cost > max(1, float64(len(groups)-1))*want+1e-6 {
				t.Errorf("approximate cost %v, bound %v, best %v", near.Cost, near.LowerBound, want)
			}
		}
	})
}

func BenchmarkGroupSteinerTree(b *testing.B) {
	r := random.New(1, 1)
	groups := make([][]uint32, 6)
	for i := range groups {
		for range 20 {
			groups[i] = append(groups[i], uint32(r.Below(uint64(graphtest.BenchGraph(b).N()))))
		}
	}
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := graph.GroupSteinerTree(context.Background(), graphtest.BenchGraph(b), groups, opts)
		return err
	})
}
