package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExampleMaxCoverage() {
	g := kite()
	var sets [][]uint32
	for v := range uint32(10) {
		sets = append(sets, g.Neighbors(v))
	}
	c, err := graph.MaxCoverage(context.Background(), 10, sets, graph.CoverageOptions{Most: 2}, graph.Options{})
	fmt.Println(c.Choices[0].Set, c.Value, err)
	// Output: 3 8 <nil>
}

func ExampleMaxInfluence() {
	s, err := graph.MaxInfluence(context.Background(), kite(), 1, graph.CascadeOptions{Chance: 1}, graph.Options{})
	fmt.Printf("%.0f %v\n", s.Reach, err)
	// Output: 10 <nil>
}

func ExampleReach() {
	mean, off, err := graph.Reach(context.Background(), kite(), []uint32{9}, 100, graph.CascadeOptions{Chance: 1},
		graph.Options{})
	fmt.Println(mean, off, err)
	// Output: 10 0 <nil>
}

func ExampleFriedkinJohnsen() {
	g, err := graph.FromEdges(3, []graph.Edge{{From: 0, To: 1, Weight: 1}, {From: 0, To: 2, Weight: -1}},
		graph.BuildOptions{Directed: true, Weighted: true, Signed: true})
	if err != nil {
		panic(err)
	}
	// 0 heeds 1 and moves away from 2.
	o, err := graph.FriedkinJohnsen(context.Background(), g, []float64{0, 1, -1}, []float64{0.5, 0, 0}, 0,
		graph.Options{})
	fmt.Println(o.Values, err)
	// Output: [0.5 1 -1] <nil>
}
