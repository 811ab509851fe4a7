package ego_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/ego"
	"gave.network/graph/internal/graphtest"
)

func ExampleSearch_Around() {
	search := ego.NewSearch(graphtest.Kite())
	near, err := search.Around(context.Background(), 7, 1)
	fmt.Println(near.Ego(), near.Nodes[1:], near.Steps[1:], near.Has(9), err)
	fmt.Printf("size %d, ties %d, density %.3f\n", near.Size(), near.Ties(), near.Density())
	near.Edges(func(u, v uint32, _ float64) bool {
		fmt.Print(u, "-", v, " ")
		return true
	})
	// Output:
	// 7 [5 6 8] [1 1 1] false <nil>
	// size 3, ties 1, density 0.333
	// 7-8 5-6 5-7 6-7
}

func ExampleAll() {
	measures, err := ego.All(context.Background(), graphtest.Kite(), graph.Options{})
	m := measures[7]
	fmt.Println(m.Size, m.Ties, "of", m.Pairs, m.Components, "parts,", m.Broker, "pairs,", m.TwoSteps, "within two",
		err)
	fmt.Printf("density %.2f, brokerage %.2f, betweenness %.0f, effective size %.2f, constraint %.2f\n",
		m.Density, m.Brokerage, m.Betweenness, m.EffectiveSize, m.Constraint)
	// Output:
	// 3 1 of 3 2 parts, 2 pairs, 9 within two <nil>
	// density 0.33, brokerage 0.67, betweenness 2, effective size 2.33, constraint 0.61
}
