package layout_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/layout"
)

func ExampleLayout() {
	places, err := layout.Layout(context.Background(), graphtest.Kite(), layout.LayoutOptions{Seed: 1}, graph.Options{})
	// The tail of the kite points away from its body.
	fmt.Println(len(places), places[9].X > places[7].X == (places[7].X > places[0].X), err)
	// Output: 10 true <nil>
}

// A map is judged by who lies next to whom, and by how far all lie from each other.
func ExampleNeighborhoodPreservation() {
	// The ties 0-1, 1-2 and 2-3, drawn as a line on which 1 and 2 have changed places.
	ties := []graph.Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 2, To: 3}}
	g, err := graph.FromEdges(4, ties, graph.BuildOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	places := []layout.Point{{X: 0}, {X: 2}, {X: 1}, {X: 3}}
	near, err := layout.NeighborhoodPreservation(context.Background(), g, places, layout.MeasureOptions{},
		graph.Options{})
	fmt.Printf("%.3f %v\n", near, err)
	// Output: 0.167 <nil>
}

func ExampleStress() {
	kite := graphtest.Kite()
	for _, aim := range []layout.Aim{layout.Neighborhoods, layout.Balanced, layout.Distances} {
		params := layout.LayoutOptions{Seed: 1, Aim: aim}
		places, err := layout.Layout(context.Background(), kite, params, graph.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		stress, err := layout.Stress(context.Background(), kite, places, layout.MeasureOptions{}, graph.Options{})
		fmt.Printf("%.3f %v\n", stress, err)
	}
	// Output:
	// 0.046 <nil>
	// 0.014 <nil>
	// 0.014 <nil>
}
