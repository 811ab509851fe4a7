package distance_test

import (
	"context"
	"maps"
	"testing"

	"gave.network/graph"
	"gave.network/graph/distance"
	"gave.network/graph/internal/graphtest"
)

// TestDistancesOfOthers compares with igraph, as testdata/reference.py wrote down: labels of a whole network, and
// labels of most of it to which the rest came tie by tie.
func TestDistancesOfOthers(t *testing.T) {
	var want map[string]map[int]int
	graphtest.Reference(t, &want)
	ctx := context.Background()
	for name, expected := range want {
		nodes, rows := graphtest.Real(t, name)
		var most, whole []graph.Edge
		for i, row := range rows {
			edge := graph.Edge{From: row.From, To: row.To}
			if whole = append(whole, edge); i%20 != 0 {
				most = append(most, edge)
			}
		}
		for _, edges := range [][]graph.Edge{whole, most} {
			g, err := graph.FromEdges(nodes, edges, graph.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			l, err := distance.New(ctx, g, distance.Options{}, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, edge := range whole {
				if edge.From == edge.To {
					continue
				}
				if err := l.Insert(edge.From, edge.To); err != nil {
					t.Fatal(err)
				}
			}
			count := map[int]int{}
			for u := uint32(0); u < uint32(nodes); u += 7 {
				for v := range uint32(nodes) {
					d, way := l.Distance(u, v)
					if !way {
						d = -1
					}
					count[d]++
				}
			}
			if !maps.Equal(count, expected) {
				t.Errorf("%s, begun with %d ties: pairs by distance %v, want %v", name, len(edges), count, expected)
			}
		}
	}
}
