package layout

import (
	"context"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
)

// TestMeasuresOfOthers compares both measures of a drawing with what testdata/reference.py computed from their
// definitions, with distances by networkx.
func TestMeasuresOfOthers(t *testing.T) {
	var want map[string]struct {
		Kept   map[int]float64
		Stress float64
	}
	graphtest.Reference(t, &want)
	ctx := context.Background()
	for name, layer := range map[string]string{"krackhardt-hightech": "friendship", "email-eu-core": "email"} {
		g := graphtest.RealGraph(t, name, layer)
		places := make([]Point, g.N())
		for i := range places {
			x := float64(i)
			places[i] = Point{math.Mod(0.754877666*x*x, 1), math.Mod(0.569840291*x*x, 1)}
		}
		for steps, expected := range want[name].Kept {
			got, err := NeighborhoodPreservation(ctx, g, places, MeasureOptions{Steps: steps}, graph.Options{})
			if err != nil || !(math.Abs(got-expected) <= 1e-12) {
				t.Errorf("%s, within %d ties: %v, %v, want %v", name, steps, got, err, expected)
			}
		}
		got, err := Stress(ctx, g, places, MeasureOptions{}, graph.Options{})
		if err != nil || !(math.Abs(got-want[name].Stress) <= 1e-12) {
			t.Errorf("%s: stress %v, %v, want %v", name, got, err, want[name].Stress)
		}
	}
}
