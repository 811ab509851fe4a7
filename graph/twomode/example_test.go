package twomode_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/twomode"
)

// Ann (0), Bob (1) and Cem (2) go to a party (3), Ann and Bob also to a walk (4).
func ExampleProject() {
	g, err := graph.FromEdges(5, []graph.Edge{
		{From: 0, To: 3}, {From: 1, To: 3}, {From: 2, To: 3}, {From: 0, To: 4}, {From: 1, To: 4},
	}, graph.BuildOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	people := []bool{true, true, true, false, false}
	p, err := twomode.Project(context.Background(), g, people, twomode.Newman, graph.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Graph.Weight(0, 1))
	fmt.Println(p.Graph.Weight(1, 2))
	// Output:
	// 1.5 true
	// 0.5 true
}

func ExampleWeighting() {
	g, err := graph.FromEdges(4, []graph.Edge{
		{From: 0, To: 2}, {From: 1, To: 2}, {From: 0, To: 3},
	}, graph.BuildOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, by := range []twomode.Weighting{twomode.Count, twomode.Jaccard} {
		p, err := twomode.Project(context.Background(), g, []bool{true, true, false, false}, by, graph.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Graph.Weight(0, 1))
	}
	// Output:
	// 1 true
	// 0.5 true
}
