package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExampleLayout() {
	places, err := graph.Layout(context.Background(), kite(), graph.LayoutOptions{Seed: 1}, graph.Options{})
	// The tail of the kite points away from its body.
	fmt.Println(len(places), places[9].X > places[7].X == (places[7].X > places[0].X), err)
	// Output: 10 true <nil>
}
