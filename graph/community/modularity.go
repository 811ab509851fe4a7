package community

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/ranges"
)

// Modularity returns the modularity of a division into communities (Newman & Girvan 2004; with resolution, Reichardt &
// Bornholdt 2006),
//
//	Q = sum over communities of (w_in / m - resolution * (s_out / m) * (s_in / m))   directed (Leicht & Newman 2008)
//	Q = sum over communities of (w_in / m - resolution * (s / 2m)^2)                 undirected
//
// where w_in is the weight inside a community, s the strength of its nodes and m the whole weight. It is at most 1 and,
// at resolution 1, at least -1/2. A loop counts once to w_in and, undirected, twice to s, as in igraph 1.0. Without
// weight inside the graph the result is 0. Weights must not be negative; communities may have any numbers.
func Modularity(
	ctx context.Context, g *graph.Graph, community []uint32, resolution float64, opts graph.Options,
) (float64, error) {
	if len(community) != g.N() {
		return 0, graph.ErrLength
	}
	if !(resolution >= 0) {
		return 0, graph.ErrParameter
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return 0, err
	}
	community, count := partition.Number(community)
	n := g.N()
	inside, whole := ranges.NewSums(n), ranges.NewSums(n)
	out, in := make([]float64, n), make([]float64, n)
	err := opts.Quiet().Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
		within, all := 0.0, 0.0
		for v := low; v < high; v++ {
			weights := g.Weights(uint32(v))
			for i, u := range g.Neighbors(uint32(v)) {
				w := weights.At(i)
				if !g.Directed() && int(u) == v {
					// An undirected loop is stored once but is two ends.
					w *= 2
				}
				all += w
				out[v] += w
				if community[u] == community[v] {
					within += w
				}
			}
			if g.Directed() {
				in[v] = float64(g.InDegree(uint32(v)))
				if weights := g.InWeights(uint32(v)); weights.Given() {
					in[v] = weights.Sum()
				}
			}
		}
		inside[low/ranges.VectorGrain], whole[low/ranges.VectorGrain] = within, all
	})
	if err != nil {
		return 0, err
	}
	total := whole.Total()
	if total == 0 {
		return 0, nil
	}
	outs, ins := make([]float64, count), make([]float64, count)
	for v, c := range community {
		outs[c] += out[v]
		ins[c] += in[v]
	}
	q := inside.Total() / total
	for c := range outs {
		if g.Directed() {
			q -= resolution * (outs[c] / total) * (ins[c] / total)
		} else {
			q -= resolution * (outs[c] / total) * (outs[c] / total)
		}
	}
	return q, nil
}
