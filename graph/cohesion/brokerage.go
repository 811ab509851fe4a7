package cohesion

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
)

// Roles counts for a node v the pairs (a, c) that it stands between: a -> v -> c without a -> c (Gould & Fernandez
// 1989).
type Roles struct {
	Coordinator    int64 // all three in one group
	Consultant     int64 // a and c in one group, v in another (itinerant broker)
	Gatekeeper     int64 // v and c in one group, a in another
	Representative int64 // a and v in one group, c in another
	Liaison        int64 // three groups
}

// Total is the number of pairs in all roles.
func (r Roles) Total() int64 {
	return r.Coordinator + r.Consultant + r.Gatekeeper + r.Representative + r.Liaison
}

// Brokerage counts for each node the roles in which it brokers between the groups. In an undirected graph each tie
// counts as two arcs, so that each pair counts in both directions: gatekeeper and representative are then equal.
// Weights and loops are ignored. Time is the sum of in-degree times out-degree over all nodes.
func Brokerage(ctx context.Context, g *graph.Graph, group []uint32, opts graph.Options) ([]Roles, error) {
	n := g.N()
	if len(group) != n {
		return nil, graph.ErrLength
	}
	out := make([]Roles, n)
	marks := make([]bitset.Set, opts.Workers())
	outs := make([]map[uint32]int64, opts.Workers())
	err := opts.Run(ctx, n, 16, func(worker, low, high int) {
		if marks[worker] == nil {
			marks[worker], outs[worker] = bitset.New(n), map[uint32]int64{}
		}
		for v := uint32(low); v < uint32(high); v++ {
			out[v] = brokerRoles(g, group, v, marks[worker], outs[worker])
		}
	})
	return out, err
}

// brokerRoles counts all pairs by group first, and takes off those that have a tie of their own.
func brokerRoles(g *graph.Graph, group []uint32, v uint32, mark bitset.Set, perGroup map[uint32]int64) Roles {
	var roles Roles
	ends := g.Neighbors(v)
	clear(perGroup)
	all := int64(0)
	for _, c := range ends {
		if c != v {
			mark.Add(c)
			perGroup[group[c]]++
			all++
		}
	}
	count := func(a, c uint32, times int64) {
		switch ga, gv, gc := group[a], group[v], group[c]; {
		case ga == gv && gv == gc:
			roles.Coordinator += times
		case ga == gc:
			roles.Consultant += times
		case gv == gc:
			roles.Gatekeeper += times
		case ga == gv:
			roles.Representative += times
		default:
			roles.Liaison += times
		}
	}
	for _, a := range g.InNeighbors(v) {
		if a == v {
			continue
		}
		own, same := perGroup[group[v]], perGroup[group[a]]
		if group[a] == group[v] {
			roles.Coordinator += own
			roles.Representative += all - own
		} else {
			roles.Consultant += same
			roles.Gatekeeper += own
			roles.Liaison += all - own - same
		}
		if mark.Has(a) {
			count(a, a, -1)
		}
		for _, c := range g.Neighbors(a) {
			if c != a && mark.Has(c) {
				count(a, c, -1)
			}
		}
	}
	mark.ClearWords(ends)
	return roles
}
