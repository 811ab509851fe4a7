package equivalence_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/equivalence"
	"gave.network/graph/internal/graphtest"
)

func ExampleProfiles() {
	kite := graphtest.Kite()
	far, err := equivalence.Profiles(context.Background(), kite, equivalence.Euclidean, graph.Options{})
	fmt.Println(far.N(), far.At(0, 1), far.Row(0)[2], err)
	like, err := equivalence.Profiles(context.Background(), kite, equivalence.Correlation, graph.Options{})
	fmt.Printf("%.3f %v\n", like.At(0, 1), err)
	// Output:
	// 10 2 1 <nil>
	// -0.067 <nil>
}

func ExampleConcor() {
	blocks, err := equivalence.Concor(context.Background(), graphtest.Kite(), 1, graph.Options{})
	fmt.Println(blocks.Count, blocks.Of, err)
	fmt.Printf("%.2f\n", blocks.Density)
	// Output:
	// 2 [0 0 0 0 0 0 0 1 1 1] <nil>
	// [[0.67 0.10] [0.10 0.67]]
}

func ExampleRegular() {
	// Two chiefs, each with staff, and a tie from chief to chief.
	g, err := graph.FromEdges(6, []graph.Edge{
		{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 4}, {From: 1, To: 5}, {From: 1, To: 3},
	}, graph.BuildOptions{Directed: true})
	if err != nil {
		panic(err)
	}
	roles, err := equivalence.Regular(context.Background(), g, nil, graph.Options{})
	fmt.Println(roles, err)
	exact, err := equivalence.Equitable(context.Background(), g, nil, graph.Options{})
	fmt.Println(exact, err)
	// Output:
	// [0 0 1 1 1 1] <nil>
	// [0 1 2 3 4 4] <nil>
}

func ExampleBy() {
	for _, by := range []equivalence.By{equivalence.Euclidean, equivalence.Correlation} {
		m, err := equivalence.Profiles(context.Background(), graphtest.Kite(), by, graph.Options{})
		fmt.Println(m.N() <= equivalence.MostNodes, err)
	}
	// Output:
	// true <nil>
	// true <nil>
}
