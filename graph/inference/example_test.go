package inference_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/inference"
)

func ExampleQAPCorrelation() {
	p, err := inference.QAPCorrelation(
		context.Background(), graphtest.Kite(), graphtest.Kite(), 199, 1, graph.Options{},
	)
	fmt.Printf("%.0f %.3f %v\n", p.Value, p.AtLeast, err)
	// Output: 1 0.005 <nil>
}

func ExampleMRQAP() {
	other, err := inference.Rewire(context.Background(), graphtest.Kite(), 10, 1, graph.Options{})
	if err != nil {
		panic(err)
	}
	// What explains the kite beside a random network with its degrees? The constant and one network have a coefficient
	// each.
	r, err := inference.MRQAP(
		context.Background(), graphtest.Kite(), []*graph.Graph{other.Graph}, 99, 1, graph.Options{},
	)
	fmt.Println(len(r.Coefficients), r.Tests[0].Permutations, err)
	// Output: 2 99 <nil>
}

func ExampleRewire() {
	r, err := inference.Rewire(context.Background(), graphtest.Kite(), 10, 1, graph.Options{})
	fmt.Println(r.Graph.M(), r.Graph.Degree(3), err)
	// Output: 18 6 <nil>
}
