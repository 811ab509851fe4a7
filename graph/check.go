package graph

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// Verify returns ErrDamaged when the arrays are not those of a graph: rows that overlap or are not ascending, targets
// that are no nodes, weights that are not finite, loops miscounted, or a transpose that is not one.
func (g *Graph) Verify(ctx context.Context, opts Options) error {
	g, err := g.Compact(ctx, opts)
	if err != nil {
		return err
	}
	n := g.N()
	for _, offsets := range [][]int64{g.offsets, g.inOffsets} {
		for v := range n {
			if offsets[v] > offsets[v+1] || offsets[v] < 0 || offsets[v+1] > int64(len(g.targets)) {
				return fmt.Errorf("%w: the row of node %d is out of place", ErrDamaged, v)
			}
		}
	}
	switch err := CheckFinite(ctx, g); {
	case errors.Is(err, ErrNotFinite):
		return fmt.Errorf("%w: a weight is not finite", ErrDamaged)
	case err != nil:
		return err
	}
	var loops, bad atomic.Int64
	bad.Store(-1)
	// Both sides have strictly ascending rows and as many arcs; when each arc is found on the other side, with its
	// weight, they are each other's transpose.
	err = opts.Run(ctx, n, 4096, func(_, low, high int) {
		for v := uint32(low); v < uint32(high); v++ {
			for _, row := range [][]uint32{g.Neighbors(v), g.InNeighbors(v)} {
				for i, u := range row {
					if int(u) >= n || i > 0 && row[i-1] >= u {
						bad.Store(int64(v))
						return
					}
				}
			}
		}
	})
	if err == nil && bad.Load() < 0 {
		err = opts.Run(ctx, n, 4096, func(_, low, high int) {
			for v := uint32(low); v < uint32(high); v++ {
				for i, u := range g.Neighbors(v) {
					at, found := searchRow(g.InNeighbors(u), v)
					if !found ||
						g.inWeights.At(int(g.inOffsets[u])+at) != g.weights.At(int(g.offsets[v])+i) {
						bad.Store(int64(v))
						return
					}
					if u == v {
						loops.Add(1)
					}
				}
			}
		})
	}
	switch {
	case err != nil:
		return err
	case bad.Load() >= 0:
		return fmt.Errorf("%w: the row of node %d is not one", ErrDamaged, bad.Load())
	case loops.Load() != g.loops:
		return fmt.Errorf("%w: it has %d self-loops, not %d", ErrDamaged, loops.Load(), g.loops)
	}
	return nil
}

// CheckNodes returns ErrNode when a node is not in the graph.
func (g *Graph) CheckNodes(nodes ...uint32) error {
	for _, v := range nodes {
		if int64(v) >= int64(g.N()) {
			return fmt.Errorf("graph: node %d of %d: %w", v, g.N(), ErrNode)
		}
	}
	return nil
}
