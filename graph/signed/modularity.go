package signed

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Modularity returns the modularity of a division of a signed network (Gómez, Jensen & Arenas 2009; Traag & Bruggeman
// 2009 with one resolution for both signs),
//
//	Q = sum over i, j of one community of
//	    (w_ij - resolution * (p_i p_j / 2P - n_i n_j / 2N)) / (2P + 2N)
//
// where p and n are the strengths of a node in positive and in negative ties, without their sign, and 2P and 2N the
// sums of these; in a directed graph p_i and n_i are those that leave i, p_j and n_j those that enter j, and the sums
// are P and N. Without negative ties it is community.Modularity. It lies in [-1, 1]; without weight it is 0. An
// undirected loop counts twice, as there.
func Modularity(
	ctx context.Context, g *graph.Graph, community []uint32, resolution float64, opts graph.Options,
) (float64, error) {
	n := g.N()
	if len(community) != n {
		return 0, graph.ErrLength
	}
	if !(resolution >= 0) {
		return 0, graph.ErrParameter
	}
	if err := graph.CheckFinite(ctx, g); err != nil {
		return 0, err
	}
	number := map[uint32]uint32{}
	of := make([]uint32, n)
	for v, c := range community {
		if _, found := number[c]; !found {
			number[c] = uint32(len(number))
		}
		of[v] = number[c]
	}
	// The two signs of what leaves and enters each node; the pieces of the sum over all are added up in order.
	var out, in [2][]float64
	for s := range 2 {
		out[s], in[s] = make([]float64, n), make([]float64, n)
	}
	inside := ranges.NewSums(n)
	err := opts.Quiet().Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
		within := 0.0
		for v := low; v < high; v++ {
			weights := g.Weights(uint32(v))
			for i, u := range g.Neighbors(uint32(v)) {
				w := weights.At(i)
				if !g.Directed() && int(u) == v {
					w *= 2
				}
				if of[u] == of[v] {
					within += w
				}
				add(&out, v, w)
			}
			weights = g.InWeights(uint32(v))
			for i := range g.InNeighbors(uint32(v)) {
				add(&in, v, weights.At(i))
			}
		}
		inside[low/ranges.VectorGrain] = within
	})
	if err != nil {
		return 0, err
	}
	if !g.Directed() {
		in = out
	}
	q, total := inside.Total(), 0.0
	for s, way := range [2]float64{1, -1} {
		outs, ins, sum := make([]float64, len(number)), make([]float64, len(number)), 0.0
		for v, c := range of {
			outs[c] += out[s][v]
			ins[c] += in[s][v]
			sum += out[s][v]
		}
		total += sum
		for c := range outs {
			if sum > 0 {
				q -= way * resolution * outs[c] * (ins[c] / sum)
			}
		}
	}
	if total == 0 {
		return 0, nil
	}
	return q / total, nil
}

func add(to *[2][]float64, v int, w float64) {
	if w < 0 {
		to[1][v] -= w
	} else {
		to[0][v] += w
	}
}
