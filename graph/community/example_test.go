package community_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/community"
)

func ExampleLeiden() {
	c, err := community.Leiden(
		context.Background(), graphtest.Kite(), community.LeidenOptions{Seed: 1}, graph.Options{},
	)
	fmt.Println(c.Count, c.Of[7] == c.Of[8], c.Of[8] == c.Of[9], c.Of[0] == c.Of[9], err)
	// Output: 3 true true false <nil>
}

func ExampleModularity() {
	q, err := community.Modularity(
		context.Background(), graphtest.Kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, 1, graph.Options{},
	)
	fmt.Printf("%.4f %v\n", q, err)
	// Output: 0.1667 <nil>
}

func ExampleMixingMatrix() {
	m, err := community.MixingMatrix(
		context.Background(), graphtest.Kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{},
	)
	fmt.Printf("%.3f %.3f %v\n", m.Share[0][1], m.Assortativity, err)
	// Output: 0.056 0.600 <nil>
}

func ExampleNumericAssortativity() {
	age := []float64{31, 30, 33, 29, 34, 40, 41, 52, 60, 61}
	r, err := community.NumericAssortativity(context.Background(), graphtest.Kite(), age, age, graph.Options{})
	fmt.Printf("%.2f %v\n", r, err)
	// Output: 0.70 <nil>
}

func ExampleDegreeAssortativity() {
	r, err := community.DegreeAssortativity(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Printf("%.4f %v\n", r, err)
	// Output: 0.1525 <nil>
}

func ExampleEIIndex() {
	b, err := community.EIIndex(
		context.Background(), graphtest.Kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{},
	)
	fmt.Printf("%.3f, expected %.3f, %v\n", b.Whole, b.Expected, err)
	// Output: -0.778, expected -0.067, <nil>
}

func ExampleInfomap() {
	found, err := community.Infomap(
		context.Background(), graphtest.Kite(), community.InfomapOptions{Starts: 4, Seed: 1}, graph.Options{},
	)
	fmt.Println(found.Of, found.Count, err)
	fmt.Printf("%.3f bits a step, %.3f with one code\n", found.CodeLength, found.OneCode)
	// Output:
	// [0 0 0 0 0 0 0 0 1 1] 2 <nil>
	// 3.111 bits a step, 3.198 with one code
}

func ExampleMapEquation() {
	halves := []uint32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	bits, err := community.MapEquation(
		context.Background(), graphtest.Kite(), halves, community.InfomapOptions{}, graph.Options{},
	)
	fmt.Printf("%.3f %v\n", bits, err)
	// Output: 3.620 <nil>
}

func ExampleObjective() {
	for _, by := range []community.Objective{community.ByModularity, community.ByCPM} {
		found, err := community.Leiden(context.Background(), graphtest.Kite(), community.LeidenOptions{
			Objective: by, Resolution: 0.5,
		}, graph.Options{})
		fmt.Println(found.Count, err)
	}
	// Output:
	// 2 <nil>
	// 4 <nil>
}
