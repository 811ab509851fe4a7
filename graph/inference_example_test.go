package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExampleQAPCorrelation() {
	p, err := graph.QAPCorrelation(context.Background(), kite(), kite(), 199, 1, graph.Options{})
	fmt.Printf("%.0f %.3f %v\n", p.Value, p.AtLeast, err)
	// Output: 1 0.005 <nil>
}

func ExampleMRQAP() {
	other, err := graph.Rewire(context.Background(), kite(), 10, 1, graph.Options{})
	if err != nil {
		panic(err)
	}
	// What explains the kite beside a random network with its degrees? The constant and one network have a coefficient
	// each.
	r, err := graph.MRQAP(context.Background(), kite(), []*graph.Graph{other.Graph}, 99, 1, graph.Options{})
	fmt.Println(len(r.Coefficients), r.Tests[0].Permutations, err)
	// Output: 2 99 <nil>
}

func ExampleRewire() {
	r, err := graph.Rewire(context.Background(), kite(), 10, 1, graph.Options{})
	fmt.Println(r.Graph.M(), r.Graph.Degree(3), err)
	// Output: 18 6 <nil>
}
