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

// endsAt is a context that ends when it is looked at for the last time.
type endsAt struct {
	context.Context
	looks int
}

func (e *endsAt) Err() error {
	if e.looks--; e.looks < 0 {
		return context.Canceled
	}
	return nil
}

// What was not made does not watch: a change would reach what nobody has.
func TestWhatWasNotMadeDoesNotWatch(t *testing.T) {
	makers := map[string]func(ctx context.Context, d *dynamic.Graph) error{
		"Components": func(ctx context.Context, d *dynamic.Graph) error {
			_, err := dynamic.NewComponents(ctx, d)
			return err
		},
		"Cores": func(ctx context.Context, d *dynamic.Graph) error {
			_, err := dynamic.NewCores(ctx, d)
			return err
		},
		"Triangles": func(ctx context.Context, d *dynamic.Graph) error {
			_, err := dynamic.NewTriangles(ctx, d)
			return err
		},
	}
	for name, makes := range makers {
		ended := 0
		for looks := range 50 {
			d, err := dynamic.New(graphtest.Kite())
			if err != nil {
				t.Fatal(err)
			}
			if err = makes(&endsAt{context.Background(), looks}, d); err == nil {
				break
			}
			ended++
			if watchers := dynamic.Watchers(d); watchers != 0 {
				t.Errorf("%s that ended after %d looks: %d watch", name, looks, watchers)
			}
		}
		if ended == 0 {
			t.Errorf("%s never looks at its context", name)
		}
	}
}
