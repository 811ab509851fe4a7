package distance_test

import (
	"bytes"
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/distance"
)

// ring is a circle of people who each know two, with some ties more.
func ring(n uint32, edges ...graph.Edge) *graph.Graph {
	for u := range n {
		edges = append(edges, graph.Edge{From: u, To: (u + 1) % n})
	}
	g, err := graph.FromEdges(0, edges, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return g
}

func Example() {
	ctx := context.Background()
	g := ring(10)
	labels, err := distance.New(ctx, g, distance.Options{Groups: -1}, graph.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(labels.Distance(0, 5))
	if err := labels.Insert(0, 4); err != nil { // a tie that comes
		panic(err)
	}
	fmt.Println(labels.Distance(0, 5))

	// Labels are written beside the graph with the ties that came, and read again.
	var file bytes.Buffer
	if err := labels.Write(&file); err != nil {
		panic(err)
	}
	again, err := distance.Read(&file, ring(10, graph.Edge{From: 0, To: 4}))
	if err != nil {
		panic(err)
	}
	entries, memory := again.Size()
	fmt.Println(again.Distance(0, 5))
	fmt.Println(entries > 0, memory > 0)
	// Output:
	// 5 true
	// 2 true
	// 2 true
	// true true
}

func ExampleLabels() {
	var labels *distance.Labels
	labels, err := distance.New(context.Background(), ring(4), distance.Options{}, graph.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(labels.Distance(0, 2))
	// Output: 2 true
}
