package cliques

import (
	"cmp"
	"context"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Cover is a list of communities that may have nodes in common.
type Cover struct {
	// Groups are the nodes of each community, ascending; the largest community first, of equal ones the one with the
	// first node that the other lacks.
	Groups [][]uint32
	// Memberships is in how many communities each node is.
	Memberships []int32
}

// Percolation returns the overlapping communities that cliques of k nodes make (Palla, Derényi, Farkas & Vicsek 2005):
// two cliques of k nodes that have k-1 in common are in one community, and so is what hangs together by such steps. k
// must be at least 2; 2 gives the connected parts that are more than a node. Nodes in no clique of k are in none. Time
// is that of Maximal, and of comparing the cliques that have a node in common.
func Percolation(ctx context.Context, g *graph.Graph, k int, opts graph.Options) (*Cover, error) {
	if k < 2 {
		return nil, graph.ErrParameter
	}
	var list [][]uint32
	err := Maximal(ctx, g, k, func(clique []uint32) bool {
		list = append(list, clique)
		return true
	}, opts)
	if err != nil {
		return nil, err
	}
	root := make([]uint32, len(list))
	find := func(c uint32) uint32 {
		for root[c] != c {
			root[c] = root[root[c]]
			c = root[c]
		}
		return c
	}
	in := make([][]uint32, g.N()) // the cliques of each node, of those looked at so far
	shared := make([]int32, len(list))
	var near []uint32
	looked := 0
	for c, clique := range list {
		root[c] = uint32(c)
		near = near[:0]
		for _, v := range clique {
			for _, d := range in[v] {
				if looked++; ranges.Ended(ctx, looked) {
					return nil, ctx.Err()
				}
				if shared[d]++; shared[d] == 1 {
					near = append(near, d)
				}
			}
			in[v] = append(in[v], uint32(c))
		}
		for _, d := range near {
			if shared[d] >= int32(k-1) {
				a, b := find(uint32(c)), find(d)
				root[max(a, b)] = min(a, b)
			}
			shared[d] = 0
		}
	}
	number := map[uint32]int{}
	out := &Cover{Memberships: make([]int32, g.N())}
	for c, clique := range list {
		r := find(uint32(c))
		at, found := number[r]
		if !found {
			at = len(out.Groups)
			number[r] = at
			out.Groups = append(out.Groups, nil)
		}
		out.Groups[at] = append(out.Groups[at], clique...)
	}
	for i, group := range out.Groups {
		slices.Sort(group)
		out.Groups[i] = slices.Compact(group)
		for _, v := range out.Groups[i] {
			out.Memberships[v]++
		}
	}
	slices.SortFunc(out.Groups, func(a, b []uint32) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
	})
	return out, ctx.Err()
}
