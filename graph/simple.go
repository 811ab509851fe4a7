package graph

import (
	"context"
	"math"
	"sync/atomic"
)

// CheckWeights returns an error when a weight is negative, infinite or not a number.
func CheckWeights(ctx context.Context, g *Graph) error { return checkAll(ctx, g, 0) }

// CheckFinite returns an error when a weight is infinite or not a number; negative weights pass.
func CheckFinite(ctx context.Context, g *Graph) error { return checkAll(ctx, g, -math.MaxFloat64) }

// checkAll returns an error when a weight is below the least that may be, infinite or not a number.
func checkAll(ctx context.Context, g *Graph, least float64) error {
	return g.eachWeights(ctx, func(weights Weights) error {
		i := 0
		if weights.Wide() {
			i = within(weights.Wide64(), least)
		} else {
			i = within(weights.Narrow(), float32(max(least, -math.MaxFloat32)))
		}
		switch {
		case i == weights.Len():
			return nil
		case least == 0 && weights.At(i) < 0:
			return ErrNegativeWeight
		}
		return ErrNotFinite
	})
}

// within returns the place of the first weight that is below the least, infinite or not a number, the length where
// there is none.
func within[W float32 | float64](weights []W, least W) int {
	for i, w := range weights {
		if !(w >= least) || w-w != 0 {
			return i
		}
	}
	return len(weights)
}

// Simple returns the undirected graph without self-loops that the measures of cohesion and position are defined on: g
// itself when it is one already, else a copy. The two directions of a directed tie become one edge whose weight is
// their sum (a_ij + a_ji, as Burt 1992 has it); ErrNotFinite is returned where that is too large for the bits of a
// weight.
func Simple(ctx context.Context, g *Graph, opts Options) (*Graph, error) {
	if !g.directed && g.loops == 0 {
		return g, ctx.Err()
	}
	n := g.N()
	out := &Graph{offsets: make([]int64, n+1), rules: rules{signed: g.rules.signed}}
	err := opts.Quiet().Run(ctx, n, 4096, func(_, low, high int) {
		for v := low; v < high; v++ {
			count, _ := mergeBoth(g, uint32(v), nil, Weights{})
			out.offsets[v+1] = int64(count)
		}
	})
	if err != nil {
		return nil, err
	}
	for v := range n {
		out.offsets[v+1] += out.offsets[v]
	}
	out.targets = make([]uint32, out.offsets[n])
	if g.Weighted() {
		out.weights = newWeights(out.offsets[n], g.Wide())
	}
	var tooLarge atomic.Bool
	err = opts.Quiet().Run(ctx, n, 4096, func(_, low, high int) {
		for v := low; v < high; v++ {
			from, to := out.offsets[v], out.offsets[v+1]
			if _, finite := mergeBoth(g, uint32(v), out.targets[from:to], out.weights.Slice(from, to)); !finite {
				tooLarge.Store(true)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if tooLarge.Load() {
		return nil, ErrNotFinite
	}
	out.inOffsets, out.inTargets, out.inWeights = out.offsets, out.targets, out.weights
	return out, nil
}

// mergeBoth merges the sorted out- and in-neighbours of v, without v itself, and returns how many there are and whether
// all merged weights are finite. With nil targets it only counts.
func mergeBoth(g *Graph, v uint32, targets []uint32, weights Weights) (count int, finite bool) {
	outs, ins := g.Neighbors(v), g.InNeighbors(v)
	outWeights, inWeights := g.Weights(v), g.InWeights(v)
	if !g.directed {
		ins = nil
	}
	finite = true
	i, j := 0, 0
	for i < len(outs) || j < len(ins) {
		var next uint32
		if j >= len(ins) || i < len(outs) && outs[i] <= ins[j] {
			next = outs[i]
		} else {
			next = ins[j]
		}
		weight := 0.0
		for ; i < len(outs) && outs[i] == next; i++ {
			weight += outWeights.At(i)
		}
		for ; j < len(ins) && ins[j] == next; j++ {
			weight += inWeights.At(j)
		}
		if next == v {
			continue
		}
		if targets != nil {
			targets[count] = next
			if weights.Given() {
				weights.set(int64(count), weight)
				finite = finite && !math.IsInf(weights.At(count), 0)
			}
		}
		count++
	}
	return count, finite
}

// Unweighted returns the same graph without its weights; the arcs are shared, not copied.
func (g *Graph) Unweighted() *Graph {
	if !g.Weighted() {
		return g
	}
	plain := *g
	plain.weights, plain.inWeights = Weights{}, Weights{}
	if g.view != nil {
		own := *g.view
		own.compacted = newCompacted()
		plain.view = &own
	}
	return &plain
}

// UnitWeights returns the same graph with a weight of 1 on every arc, for measures that add weights up; the arcs are
// shared, not copied, but for those of a view, which is made compact.
func (g *Graph) UnitWeights() *Graph {
	g = g.arrays()
	ones := *g
	list := make([]float32, len(g.targets))
	for i := range list {
		list[i] = 1
	}
	ones.weights = Weights32(list)
	ones.inWeights = ones.weights
	return &ones
}

// ByDegree returns the nodes by falling degree, ties by number, and each node's place in that order.
func ByDegree(g *Graph) (node, place []uint32) {
	n := g.N()
	most := 0
	for v := range n {
		most = max(most, g.Degree(uint32(v)))
	}
	start := make([]uint32, most+2)
	for v := range n {
		start[most-g.Degree(uint32(v))+1]++
	}
	for d := range most + 1 {
		start[d+1] += start[d]
	}
	node, place = make([]uint32, n), make([]uint32, n)
	for v := range n {
		slot := &start[most-g.Degree(uint32(v))]
		node[*slot], place[v] = uint32(v), *slot
		*slot++
	}
	return node, place
}
