package graph

import (
	"context"
	"math"
)

// CheckWeights returns an error when a weight is negative, infinite or not a number.
func CheckWeights(g *Graph) error {
	for _, w := range g.weights {
		if w < 0 {
			return ErrNegativeWeight
		}
		if w > math.MaxFloat32 || w != w {
			return ErrNotFinite
		}
	}
	return nil
}

// CheckFinite returns an error when a weight is infinite or not a number; negative weights pass.
func CheckFinite(g *Graph) error {
	for _, w := range g.weights {
		if w > math.MaxFloat32 || w < -math.MaxFloat32 || w != w {
			return ErrNotFinite
		}
	}
	return nil
}

// Simple returns the undirected graph without self-loops that the measures of cohesion and position are defined on: g
// itself when it is one already, else a copy. The two directions of a directed tie become one edge whose weight is
// their sum (a_ij + a_ji, as Burt 1992 has it).
func Simple(ctx context.Context, g *Graph, opts Options) (*Graph, error) {
	if !g.directed && g.loops == 0 {
		return g, ctx.Err()
	}
	n := g.N()
	out := &Graph{offsets: make([]int64, n+1), rules: rules{signed: g.rules.signed}}
	err := opts.Quiet().Run(ctx, n, 4096, func(_, low, high int) {
		for v := low; v < high; v++ {
			out.offsets[v+1] = int64(mergeBoth(g, uint32(v), nil, nil))
		}
	})
	if err != nil {
		return nil, err
	}
	for v := range n {
		out.offsets[v+1] += out.offsets[v]
	}
	out.targets = make([]uint32, out.offsets[n])
	if g.weights != nil {
		out.weights = make([]float32, out.offsets[n])
	}
	err = opts.Quiet().Run(ctx, n, 4096, func(_, low, high int) {
		for v := low; v < high; v++ {
			from, to := out.offsets[v], out.offsets[v+1]
			var weights []float32
			if out.weights != nil {
				weights = out.weights[from:to]
			}
			mergeBoth(g, uint32(v), out.targets[from:to], weights)
		}
	})
	if err != nil {
		return nil, err
	}
	out.inOffsets, out.inTargets, out.inWeights = out.offsets, out.targets, out.weights
	return out, nil
}

// mergeBoth merges the sorted out- and in-neighbours of v, without v itself, and returns how many there are. With nil
// targets it only counts.
func mergeBoth(g *Graph, v uint32, targets []uint32, weights []float32) int {
	outs, ins := g.Neighbors(v), g.InNeighbors(v)
	var outWeights, inWeights []float32
	if g.weights != nil {
		outWeights = g.weights[g.offsets[v]:g.offsets[v+1]]
		inWeights = g.inWeights[g.inOffsets[v]:g.inOffsets[v+1]]
	}
	if !g.directed {
		ins, inWeights = nil, nil
	}
	count, i, j := 0, 0, 0
	for i < len(outs) || j < len(ins) {
		var next uint32
		if j >= len(ins) || i < len(outs) && outs[i] <= ins[j] {
			next = outs[i]
		} else {
			next = ins[j]
		}
		weight := float32(0)
		for ; i < len(outs) && outs[i] == next; i++ {
			if outWeights != nil {
				weight += outWeights[i]
			}
		}
		for ; j < len(ins) && ins[j] == next; j++ {
			if inWeights != nil {
				weight += inWeights[j]
			}
		}
		if next == v {
			continue
		}
		if targets != nil {
			targets[count] = next
			if weights != nil {
				weights[count] = weight
			}
		}
		count++
	}
	return count
}

// Unweighted returns the same graph without its weights; the arcs are shared, not copied.
func (g *Graph) Unweighted() *Graph {
	if g.weights == nil {
		return g
	}
	plain := *g
	plain.weights, plain.inWeights = nil, nil
	return &plain
}

// UnitWeights returns the same graph with a weight of 1 on every arc, for measures that add weights up; the arcs are
// shared, not copied.
func (g *Graph) UnitWeights() *Graph {
	ones := *g
	ones.weights = make([]float32, len(g.targets))
	for i := range ones.weights {
		ones.weights[i] = 1
	}
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
