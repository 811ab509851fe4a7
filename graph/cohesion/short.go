package cohesion

import (
	"context"

	"gave.network/graph"
)

// shortRow is the most ties that a node has in a graph whose rows are all short, as in grids. There two rows are
// compared entry by entry sooner than one is marked and the other looked up.
const shortRow = 16

func shortRows(g *graph.Graph) bool {
	for v := range uint32(g.N()) {
		if g.Degree(v) > shortRow {
			return false
		}
	}
	return true
}

// shortTriangles calls found for each triangle u > v > w of a simple graph with short rows, from several goroutines
// with more than one thread.
func shortTriangles(
	ctx context.Context, g *graph.Graph, opts graph.Options, found func(worker int, u, v, w uint32),
) error {
	return opts.Run(ctx, g.N(), 2048, func(worker, low, high int) {
		for u := uint32(low); u < uint32(high); u++ {
			row := g.Neighbors(u)
			for i, v := range row {
				if v >= u {
					break
				}
				if i == 0 {
					continue // no neighbour of u comes before v
				}
				at := 0
				for _, w := range g.Neighbors(v) {
					if w >= v {
						break
					}
					for row[at] < w {
						at++
					}
					if row[at] == w {
						found(worker, u, v, w)
					}
				}
			}
		}
	})
}

// shortCommon is how many entries two short sorted rows have in common.
func shortCommon(a, b []uint32) int {
	count, at := 0, 0
	for _, x := range a {
		for at < len(b) && b[at] < x {
			at++
		}
		if at == len(b) {
			break
		}
		if b[at] == x {
			count++
		}
	}
	return count
}
