package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExampleLeiden() {
	c, err := graph.Leiden(context.Background(), kite(), graph.LeidenOptions{Seed: 1}, graph.Options{})
	fmt.Println(c.Count, c.Of[7] == c.Of[8], c.Of[8] == c.Of[9], c.Of[0] == c.Of[9], err)
	// Output: 3 true true false <nil>
}

func ExampleModularity() {
	q, err := graph.Modularity(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, 1, graph.Options{})
	fmt.Printf("%.4f %v\n", q, err)
	// Output: 0.1667 <nil>
}

func ExampleMixingMatrix() {
	m, err := graph.MixingMatrix(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{})
	fmt.Printf("%.3f %.3f %v\n", m.Share[0][1], m.Assortativity, err)
	// Output: 0.056 0.600 <nil>
}

func ExampleNumericAssortativity() {
	age := []float64{31, 30, 33, 29, 34, 40, 41, 52, 60, 61}
	r, err := graph.NumericAssortativity(context.Background(), kite(), age, age, graph.Options{})
	fmt.Printf("%.2f %v\n", r, err)
	// Output: 0.70 <nil>
}

func ExampleDegreeAssortativity() {
	r, err := graph.DegreeAssortativity(context.Background(), kite(), graph.Options{})
	fmt.Printf("%.4f %v\n", r, err)
	// Output: 0.1525 <nil>
}

func ExampleEIIndex() {
	b, err := graph.EIIndex(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{})
	fmt.Printf("%.3f, expected %.3f, %v\n", b.Whole, b.Expected, err)
	// Output: -0.778, expected -0.067, <nil>
}
