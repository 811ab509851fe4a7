package influence_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/influence"
)

func ExampleMaxCoverage() {
	g := graphtest.Kite()
	var sets [][]uint32
	for v := range uint32(10) {
		sets = append(sets, g.Neighbors(v))
	}
	c, err := influence.MaxCoverage(context.Background(), 10, sets, influence.CoverageOptions{Most: 2}, graph.Options{})
	fmt.Println(c.Choices[0].Set, c.Value, err)
	// Output: 3 8 <nil>
}

func ExampleMaxInfluence() {
	s, err := influence.MaxInfluence(
		context.Background(), graphtest.Kite(), 1, influence.CascadeOptions{Chance: 1}, graph.Options{},
	)
	fmt.Printf("%.0f %v\n", s.Reach, err)
	// Output: 10 <nil>
}

func ExampleReach() {
	mean, off, err := influence.Reach(
		context.Background(), graphtest.Kite(), []uint32{9}, 100, influence.CascadeOptions{Chance: 1},
		graph.Options{},
	)
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
	o, err := influence.FriedkinJohnsen(context.Background(), g, []float64{0, 1, -1}, []float64{0.5, 0, 0}, 0,
		graph.Options{})
	fmt.Println(o.Values, err)
	// Output: [0.5 1 -1] <nil>
}
