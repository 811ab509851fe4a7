package dynamic_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/dynamic"
	"gave.network/graph/internal/graphtest"
)

func TestRankOfLooseTolerance(t *testing.T) {
	d, err := dynamic.New(graphtest.Kite())
	if err != nil {
		t.Fatal(err)
	}
	for _, tolerance := range []float64{1, 2, math.Inf(1), math.NaN(), -1, 1 - 1e-12} {
		_, err := dynamic.NewRank(context.Background(), d, dynamic.RankOptions{Tolerance: tolerance})
		if !errors.Is(err, graph.ErrParameter) {
			t.Errorf("Tolerance %g: %v", tolerance, err)
		}
	}
	k, err := dynamic.NewRank(context.Background(), d, dynamic.RankOptions{Tolerance: 0.999})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, x := range k.Values() {
		sum += x
	}
	if !(math.Abs(sum-1) < 1e-12) || !(k.Error() > 0) {
		t.Errorf("the values add up to %g, with an error of %g", sum, k.Error())
	}
}
