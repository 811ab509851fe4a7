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
