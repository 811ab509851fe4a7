package cliques_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/cliques"
	"gave.network/graph/internal/graphtest"
)

func ExampleMaximal() {
	err := cliques.Maximal(context.Background(), graphtest.Kite(), 4, func(clique []uint32) bool {
		fmt.Println(clique)
		return true
	}, graph.Options{})
	fmt.Println(err)
	// Unordered output:
	// [0 2 3 5]
	// [1 3 4 6]
	// <nil>
}

func ExamplePercolation() {
	cover, err := cliques.Percolation(context.Background(), graphtest.Kite(), 4, graph.Options{})
	fmt.Println(cover.Groups, cover.Memberships, err)
	// Output: [[0 2 3 5] [1 3 4 6]] [1 1 1 2 1 1 1 0 0 0] <nil>
}
