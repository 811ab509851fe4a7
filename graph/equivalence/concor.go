package equivalence

import (
	"context"

	"gave.network/graph"
)

// Blocks are nodes put together because they stand alike.
type Blocks struct {
	// Of is the block of each node. Blocks that were split from one have numbers beside each other.
	Of []uint32
	// Count is the number of blocks.
	Count int
	// Density is what there is from one block to another as a part of what there could be, loops left out: the mean of
	// the weights, 0 where there could be nothing.
	Density [][]float64
}

// mostRounds is how often correlations are correlated: ten times what it takes.
const mostRounds = 200

// Concor splits the nodes in two, each part in two again, and so on depth times (Breiger, Boorman & Arabie 1975): the
// correlations of profiles are correlated with each other until they are 1 or -1, or mostly so after 200 rounds, and
// the nodes go with the first of their part or against it. A part that does not divide stays whole. There are at
// most 2^depth blocks; depth must be 0 to 16. Time is the cube of the number of nodes, some twenty times.
func Concor(ctx context.Context, g *graph.Graph, depth int, opts graph.Options) (*Blocks, error) {
	if depth < 0 || depth > 16 {
		return nil, graph.ErrParameter
	}
	start, err := Profiles(ctx, g, Correlation, opts.Quiet())
	if err != nil {
		return nil, err
	}
	n := g.N()
	whole := make([]uint32, n)
	for v := range whole {
		whole[v] = uint32(v)
	}
	parts := [][]uint32{whole}
	for level := range depth {
		var next [][]uint32
		for _, part := range parts {
			same, other, err := split(ctx, start, part, opts.Quiet())
			if err != nil {
				return nil, err
			}
			next = append(next, same)
			if len(other) > 0 {
				next = append(next, other)
			}
		}
		parts = next
		if opts.Progress != nil {
			opts.Progress(int64(level+1), int64(depth))
		}
	}
	out := &Blocks{Of: make([]uint32, n), Count: len(parts)}
	if n == 0 {
		out.Count = 0
	}
	for b, part := range parts {
		for _, v := range part {
			out.Of[v] = uint32(b)
		}
	}
	out.Density = densities(g, out.Of, out.Count)
	return out, ctx.Err()
}

// split divides a part by its first node.
func split(ctx context.Context, start *Matrix, part []uint32, opts graph.Options) (same, other []uint32, err error) {
	k := len(part)
	if k < 2 {
		return part, nil, ctx.Err()
	}
	r, next := make([]float64, k*k), make([]float64, k*k)
	for i, v := range part {
		for j, u := range part {
			r[i*k+j] = start.At(v, u)
		}
	}
	for range mostRounds {
		if err := correlate(ctx, next, r, k, opts); err != nil {
			return nil, nil, err
		}
		r, next = next, r
		done := true
		for _, x := range r {
			done = done && (x > 1-1e-12 || x < -1+1e-12)
		}
		if done {
			break
		}
	}
	for j, v := range part {
		if r[j] >= 0 {
			same = append(same, v)
		} else {
			other = append(other, v)
		}
	}
	return same, other, nil
}

// correlate sets next to the correlations of the rows of r, k by k.
func correlate(ctx context.Context, next, r []float64, k int, opts graph.Options) error {
	squares := make([]float64, k)
	sizes := make([]float64, k)
	centred := make([]float64, k*k)
	for i := range k {
		row, to := r[i*k:(i+1)*k], centred[i*k:(i+1)*k]
		mean := 0.0
		for _, x := range row {
			mean += x
		}
		mean /= float64(k)
		for j, x := range row {
			to[j] = x - mean
			squares[i] += to[j] * to[j]
		}
		sizes[i] = float64(k) * mean * mean
	}
	return opts.Run(ctx, k, 1, func(_, i, _ int) {
		a := centred[i*k : (i+1)*k]
		for j := range k {
			if j&255 == 255 && ctx.Err() != nil {
				return
			}
			sum, equal := 0.0, true
			for c, x := range centred[j*k : (j+1)*k] {
				sum += a[c] * x
				equal = equal && a[c] == x
			}
			if next[i*k+j] = correlation(squares[i], squares[j], sum, max(sizes[i], sizes[j])); equal {
				next[i*k+j] = 1
			}
		}
	})
}

func densities(g *graph.Graph, of []uint32, count int) [][]float64 {
	out, size := make([][]float64, count), make([]float64, count)
	for b := range out {
		out[b] = make([]float64, count)
	}
	for v, b := range of {
		size[b]++
		weights := g.Weights(uint32(v))
		for i, u := range g.Neighbors(uint32(v)) {
			if int(u) != v {
				out[b][of[u]] += weights.At(i)
			}
		}
	}
	for a := range out {
		for b := range out {
			could := size[a] * size[b]
			if a == b {
				could -= size[a]
			}
			if could > 0 {
				out[a][b] /= could
			}
		}
	}
	return out
}
