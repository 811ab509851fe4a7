package cohesion

import (
	"context"
	"sync/atomic"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
)

// looks counts how often a kernel asks whether it is to stop.
type looks struct {
	context.Context
	count atomic.Int64
}

func (l *looks) Err() error {
	l.count.Add(1)
	return l.Context.Err()
}

// However dense a graph is, and however long a cascade, kernels look at the context now and then.
func TestLooksWithinPieces(t *testing.T) {
	const n, length = 1024, 1 << 15
	var all, path []graphtest.Tie
	for u := range uint32(n) {
		for v := range u {
			all = append(all, graphtest.Tie{U: u, V: v, Weight: 1})
		}
	}
	for v := range uint32(length - 1) {
		path = append(path, graphtest.Tie{U: v, V: v + 1, Weight: 1})
	}
	dense, long := graphtest.Of(n, false, false, all), graphtest.Of(length, false, false, path)
	for _, kernel := range []struct {
		name  string
		least int64 // more than there are pieces
		run   func(ctx context.Context) error
	}{
		{"Triangles", 15, func(ctx context.Context) error {
			_, err := Triangles(ctx, dense, graph.Options{Threads: 1})
			return err
		}},
		{"CountTriangles", 15, func(ctx context.Context) error {
			_, err := CountTriangles(ctx, dense, graph.Options{Threads: 1})
			return err
		}},
		{"EdgeOverlap", 30, func(ctx context.Context) error {
			_, err := EdgeOverlap(ctx, dense, graph.Options{Threads: 1})
			return err
		}},
		{"KCore", 22, func(ctx context.Context) error {
			_, err := KCore(ctx, long, graph.Options{Threads: 2})
			return err
		}},
	} {
		ctx := &looks{Context: context.Background()}
		if err := kernel.run(ctx); err != nil {
			t.Fatal(err)
		}
		t.Log(kernel.name, ctx.count.Load())
		if count := ctx.count.Load(); count < kernel.least {
			t.Errorf("%s looks %d times", kernel.name, count)
		}
	}
}
