package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
)

func ExampleGroupSteinerTree() {
	tree, err := graph.GroupSteinerTree(
		context.Background(), graphtest.Kite(), [][]uint32{{9}, {0, 5}, {6, 2}}, graph.Options{},
	)
	fmt.Println(tree.Nodes, tree.Cost, tree.Exact, err)
	// Output: [5 6 7 8 9] 4 true <nil>
}
