package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

// kite is the network of Krackhardt 1990: Diane (3) has the most ties, Heather (7) the most paths, Fernando (5) and
// Garth (6) are nearest to all.
func kite() *graph.Graph {
	g, err := graph.FromEdges(10, []graph.Edge{
		{From: 0, To: 1},
		{From: 0, To: 2},
		{From: 0, To: 3},
		{From: 0, To: 5},
		{From: 1, To: 3},
		{From: 1, To: 4},
		{From: 1, To: 6},
		{From: 2, To: 3},
		{From: 2, To: 5},
		{From: 3, To: 4},
		{From: 3, To: 5},
		{From: 3, To: 6},
		{From: 4, To: 6},
		{From: 5, To: 6},
		{From: 5, To: 7},
		{From: 6, To: 7},
		{From: 7, To: 8},
		{From: 8, To: 9},
	}, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return g
}

func largest(values []float64) int {
	best := 0
	for v, x := range values {
		if x > values[best] {
			best = v
		}
	}
	return best
}

func ExampleGroupSteinerTree() {
	tree, err := graph.GroupSteinerTree(context.Background(), kite(), [][]uint32{{9}, {0, 5}, {6, 2}}, graph.Options{})
	fmt.Println(tree.Nodes, tree.Cost, tree.Exact, err)
	// Output: [5 6 7 8 9] 4 true <nil>
}
