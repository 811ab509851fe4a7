package cohesion

import (
	"context"
	"sync"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// TriadNames are the sixteen kinds of triad: the numbers of mutual, one-way and missing ties, and where these do not
// tell, D for down, U for up, C for cyclic and T for transitive (Holland & Leinhardt 1970).
var TriadNames = [16]string{
	"003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210",
	"300",
}

// triadOf is the kind of each pattern of the six arcs among v, u and w, with the bits v-u 1, u-v 2, v-w 4, w-v 8, u-w
// 16 and w-u 32 (Batagelj & Mrvar 2001).
var triadOf = [64]uint8{
	0, 1, 1, 2, 1, 3, 5, 7, 1, 5, 4, 6, 2, 7, 6, 10, 1, 5, 3, 7, 4, 8, 8, 12, 5, 9, 8, 13, 6, 13, 11, 14,
	1, 4, 5, 6, 5, 8, 9, 13, 3, 8, 8, 11, 7, 12, 13, 14, 2, 6, 7, 10, 6, 11, 13, 14, 7, 13, 12, 14, 10, 14, 14, 15,
}

// TriadCensus counts the kinds of triad among all sets of three nodes, in the order of TriadNames (Batagelj & Mrvar
// 2001). The ties of an undirected graph are mutual; weights and loops do not count. Time is the sum over the ties of
// the degrees of their ends: triads without or with one tie are not looked at one by one.
func TriadCensus(ctx context.Context, g *graph.Graph, opts graph.Options) ([16]int64, error) {
	var census [16]int64
	whole, err := graph.Simple(ctx, g.Unweighted(), opts)
	if err != nil {
		return census, err
	}
	n := int64(g.N())
	var mutex sync.Mutex
	err = opts.Run(ctx, g.N(), 64, func(_, low, high int) {
		var part [16]int64
		for v := uint32(low); v < uint32(high) && ctx.Err() == nil; v++ {
			triadsAt(ctx, g, whole, v, &part)
		}
		mutex.Lock()
		for kind, count := range part {
			census[kind] += count
		}
		mutex.Unlock()
	})
	if err != nil {
		return [16]int64{}, err
	}
	if n > 2 {
		// Divided as soon as it goes: n(n-1)(n-2) may be more than 64 bits hold.
		a, b, c := n, n-1, n-2
		for _, x := range []*int64{&a, &b, &c} {
			if *x%3 == 0 {
				*x /= 3
				break
			}
		}
		if a%2 == 0 {
			a /= 2
		} else {
			b /= 2
		}
		census[0] = a * b * c
	}
	for _, count := range census[1:] {
		census[0] -= count
	}
	return census, nil
}

// triadsAt counts the triads whose tie of the smallest numbers begins at v.
func triadsAt(ctx context.Context, g, whole *graph.Graph, v uint32, census *[16]int64) {
	mine := whole.Neighbors(v)
	for steps, u := range mine {
		if ranges.Ended(ctx, steps) {
			return
		}
		if u < v {
			continue
		}
		// Both lists are in order: each third node is met once.
		theirs := whole.Neighbors(u)
		base := arcs(g, v, u)
		thirds := int64(0)
		for i, j := 0, 0; i < len(mine) || j < len(theirs); {
			var w uint32
			near, far := false, false
			switch {
			case j == len(theirs) || i < len(mine) && mine[i] < theirs[j]:
				w, near = mine[i], true
				i++
			case i == len(mine) || theirs[j] < mine[i]:
				w, far = theirs[j], true
				j++
			default:
				w, near, far = mine[i], true, true
				i++
				j++
			}
			if w == v || w == u {
				continue
			}
			thirds++
			if u < w || v < w && w < u && !near {
				code := base
				if near {
					code |= arcs(g, v, w) << 2
				}
				if far {
					code |= arcs(g, u, w) << 4
				}
				census[triadOf[code]]++
			}
		}
		kind := 1
		if base == 3 {
			kind = 2
		}
		census[kind] += int64(g.N()) - thirds - 2
	}
}

// arcs has bit 1 when there is an arc from a to b, and bit 2 when there is one back.
func arcs(g *graph.Graph, a, b uint32) uint8 {
	found := uint8(0)
	if g.HasEdge(a, b) {
		found = 1
	}
	if g.HasEdge(b, a) {
		found |= 2
	}
	return found
}
