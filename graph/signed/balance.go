package signed

import (
	"context"

	"gave.network/graph"
)

// Triangles counts triangles by their signs.
type Triangles struct {
	// Negative[k] is the number of triangles with k negative ties.
	Negative [4]int64
	// Balanced is the part of all triangles that have no or two negative ties: a friend's friend is a friend, an
	// enemy's enemy too (Heider 1946; Cartwright & Harary 1956). Weak also takes three enemies for balance (Davis
	// 1967). Both are NaN without triangles.
	Balanced, Weak float64
}

// Balance counts the triangles of each kind. The two directions of a tie are added up first, loops and ties of 0 do
// not count, nor how strong a tie is. Time is that of listing all triangles.
func Balance(ctx context.Context, g *graph.Graph, opts graph.Options) (*Triangles, error) {
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := simple.N()
	_, place := graph.ByDegree(simple)
	// Each triangle is found from its two ends of highest degree down: only neighbours of higher degree are marked.
	counts := make([][4]int64, opts.Workers())
	marks := make([][]int8, opts.Workers())
	err = opts.Run(ctx, n, 64, func(worker, low, high int) {
		if marks[worker] == nil {
			marks[worker] = make([]int8, n)
		}
		mark, count, looked := marks[worker], &counts[worker], 0
		for u := uint32(low); u < uint32(high); u++ {
			row, weights := simple.Neighbors(u), simple.Weights(u)
			for i, v := range row {
				if place[v] < place[u] {
					mark[v] = sign(weights.At(i))
				}
			}
			for i, v := range row {
				first := sign(weights.At(i))
				if place[v] > place[u] || first == 0 {
					continue
				}
				if looked += simple.Degree(v); looked > 1<<20 {
					if looked = 0; ctx.Err() != nil {
						return
					}
				}
				others := simple.Weights(v)
				for k, w := range simple.Neighbors(v) {
					if place[w] < place[v] && mark[w] != 0 {
						if second := sign(others.At(k)); second != 0 {
							count[(3-first-second-mark[w])/2]++
						}
					}
				}
			}
			for _, v := range row {
				mark[v] = 0
			}
		}
	})
	out := &Triangles{}
	for _, c := range counts {
		for k, x := range c {
			out.Negative[k] += x
		}
	}
	whole := float64(out.Negative[0] + out.Negative[1] + out.Negative[2] + out.Negative[3])
	out.Balanced = float64(out.Negative[0]+out.Negative[2]) / whole
	out.Weak = float64(out.Negative[0]+out.Negative[2]+out.Negative[3]) / whole
	return out, err
}

func sign(w float64) int8 {
	switch {
	case w > 0:
		return 1
	case w < 0:
		return -1
	}
	return 0
}
