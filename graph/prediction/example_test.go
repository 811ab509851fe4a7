package prediction_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/prediction"
)

func ExamplePredictLinks() {
	links, err := prediction.PredictLinks(
		context.Background(), graphtest.Kite(), []uint32{0}, prediction.AdamicAdar, 2, graph.Options{},
	)
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
	common, err := prediction.SimilarityOf(graphtest.Kite(), 0, 6, prediction.CommonNeighbors)
	fmt.Println(common, err)
	// Output: 3 <nil>
}
