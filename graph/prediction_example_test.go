package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExamplePredictLinks() {
	links, err := graph.PredictLinks(context.Background(), kite(), []uint32{0}, graph.AdamicAdar, 2, graph.Options{})
	for _, l := range links[0] {
		fmt.Printf("%d %.3f\n", l.Node, l.Value)
	}
	fmt.Println(err)
	// Output:
	// 6 1.901
	// 4 1.279
	// <nil>
}

func ExampleSimilarityOf() {
	common, err := graph.SimilarityOf(kite(), 0, 6, graph.CommonNeighbors)
	fmt.Println(common, err)
	// Output: 3 <nil>
}
