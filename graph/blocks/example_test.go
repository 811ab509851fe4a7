package blocks_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/blocks"
)

// departments are three groups of eight in which everybody has a tie to everybody, in a row.
func departments() *graph.Graph {
	var edges []graph.Edge
	for u := range uint32(24) {
		for v := range u {
			if u/8 == v/8 || u == v+8 && u%8 == 0 {
				edges = append(edges, graph.Edge{From: u, To: v})
			}
		}
	}
	g, err := graph.FromEdges(24, edges, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return g
}

func ExampleFit() {
	m, err := blocks.Fit(context.Background(), departments(), blocks.FitOptions{
		Starts: 2, Seed: 1, Flat: true,
	}, graph.Options{})
	fmt.Println(m.Of, m.Count, len(m.Levels), err)
	fmt.Printf("%.1f nats, %.1f in one block\n", m.Length, m.OneBlock)
	// Output:
	// [0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2] 3 1 <nil>
	// 147.1 nats, 181.2 in one block
}

func ExampleLength() {
	nats, err := blocks.Length(context.Background(), departments(), make([]uint32, 24), graph.Options{})
	fmt.Printf("%.1f %v\n", nats, err)
	// Output: 181.2 <nil>
}

func ExampleNestedLength() {
	three := make([]uint32, 24)
	for v := range three {
		three[v] = uint32(v / 8)
	}
	nats, err := blocks.NestedLength(
		context.Background(), departments(), [][]uint32{three, {0, 0, 0}}, graph.Options{},
	)
	fmt.Printf("%.1f %v\n", nats, err)
	// Output: 148.2 <nil>
}
