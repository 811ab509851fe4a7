package graph_test

import (
	"context"
	"errors"
	"testing"

	"gave.network/graph"
)

func TestSimpleRefusesWeightsTooLarge(t *testing.T) {
	for _, weight := range []float64{1, 3e38} {
		b := graph.NewBuilder(graph.BuildOptions{Directed: true, Weighted: true})
		b.AddWeighted(0, 1, weight)
		b.AddWeighted(1, 0, weight)
		b.AddWeighted(1, 2, weight)
		g, err := b.Graph(context.Background(), 3, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = graph.Simple(context.Background(), g, graph.Options{})
		if errors.Is(err, graph.ErrNotFinite) != (weight > 1) {
			t.Errorf("ties of %g both ways: %v", weight, err)
		}
	}
}
