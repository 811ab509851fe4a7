package equivalence

import (
	"context"
	"encoding/binary"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Regular returns the coarsest regular equivalence that is within start: two nodes of one class have ties to, and from,
// nodes of the same classes, no matter how many (White & Reitz 1983; found by refinement as in CATREGE, Borgatti &
// Everett 1993). Classes are numbered by their first node. With start nil all nodes begin in one class: an
// undirected graph in which everybody has a tie then stays one class, and a directed one is told apart by who sends
// and who gets nothing; give attributes as start to see roles. Weights are ignored, loops count. Time is the arcs for
// each round, of which there are at most as many as classes.
func Regular(ctx context.Context, g *graph.Graph, start []uint32, opts graph.Options) ([]uint32, error) {
	return refine(ctx, g, start, false, opts)
}

// Equitable returns the coarsest equitable partition that is within start: two nodes of one class have as many ties to,
// and from, nodes of each class (colour refinement, Weisfeiler & Leman 1968). Nodes that a symmetry of the graph
// exchanges are in one class. The rest is as with Regular.
func Equitable(ctx context.Context, g *graph.Graph, start []uint32, opts graph.Options) ([]uint32, error) {
	return refine(ctx, g, start, true, opts)
}

func refine(
	ctx context.Context, g *graph.Graph, start []uint32, counted bool, opts graph.Options,
) ([]uint32, error) {
	n := g.N()
	if start == nil {
		start = make([]uint32, n)
	}
	if len(start) != n {
		return nil, graph.ErrLength
	}
	signs := make([]string, n)
	first := map[uint32]uint32{}
	of := make([]uint32, n)
	for v, c := range start {
		if _, found := first[c]; !found {
			first[c] = uint32(len(first))
		}
		of[v] = first[c]
	}
	count := len(first)
	for {
		err := opts.Quiet().Run(ctx, n, 1024, func(_, low, high int) {
			var near []uint32
			var sign []byte
			looked := 0
			for v := uint32(low); v < uint32(high); v++ {
				sign = binary.AppendUvarint(sign[:0], uint64(of[v]))
				rows := [][]uint32{g.Neighbors(v)}
				if g.Directed() {
					rows = append(rows, g.InNeighbors(v))
				}
				for _, row := range rows {
					if looked += len(row); looked > 1<<19 {
						if looked = 0; ctx.Err() != nil {
							return
						}
					}
					near = near[:0]
					for _, u := range row {
						near = append(near, of[u])
					}
					slices.Sort(near)
					if !counted {
						near = slices.Compact(near)
					}
					sign = binary.AppendUvarint(sign, uint64(len(near)))
					for _, c := range near {
						sign = binary.AppendUvarint(sign, uint64(c))
					}
				}
				signs[v] = string(sign)
			}
		})
		if err != nil {
			return nil, err
		}
		number := make(map[string]uint32, count)
		for v, sign := range signs {
			if ranges.Ended(ctx, v) {
				return nil, ctx.Err()
			}
			c, found := number[sign]
			if !found {
				c = uint32(len(number))
				number[sign] = c
			}
			of[v] = c
		}
		if opts.Progress != nil {
			opts.Progress(int64(len(number)), int64(n))
		}
		if len(number) == count {
			return of, nil
		}
		count = len(number)
	}
}
