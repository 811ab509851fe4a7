package inference

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// Rewired is a random graph with the degrees of another one.
type Rewired struct {
	Graph *graph.Graph
	// Swaps is the number of swaps that were made; the others that were tried would have made a loop or a parallel
	// edge.
	Swaps int64
}

// Rewire returns a random simple graph in which each node has the degree (in a directed graph the in- and the
// out-degree) it has in g: it tries tries times the number of edges to swap the ends of two random edges (Milo et al.
// 2003; 10 is usual). Loops are left out first; weights are left out too, since a swap has no meaning for them. The
// result depends on the seed only.
func Rewire(ctx context.Context, g *graph.Graph, tries float64, seed uint64, opts graph.Options) (*Rewired, error) {
	if !(tries >= 0 && tries < 1e6) {
		return nil, graph.ErrParameter
	}
	n := g.N()
	edges := make([]graph.Edge, 0, g.M())
	for u := range uint32(n) {
		if ranges.Ended(ctx, int(u)) {
			return nil, ctx.Err()
		}
		for _, v := range g.Neighbors(u) {
			if u < v || g.Directed() && u != v {
				edges = append(edges, graph.Edge{From: u, To: v})
			}
		}
	}
	key := func(u, v uint32) uint64 {
		if !g.Directed() && u > v {
			u, v = v, u
		}
		return uint64(u)<<32 | uint64(v)
	}
	set := newEdgeSet(len(edges))
	for i, e := range edges {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		set.add(key(e.From, e.To))
	}
	r := random.New(seed, 0)
	out := &Rewired{}
	total := int64(tries * float64(len(edges)))
	if len(edges) < 2 {
		total = 0
	}
	// Every draw looks at six places in memory far apart. A batch of them is read ahead, so that the processor waits
	// for many places at the same time.
	var batch [rewireBatch]swap
	for attempt := int64(0); attempt < total; attempt += rewireBatch {
		if attempt&0x3fff == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if opts.Progress != nil {
				opts.Progress(attempt, total)
			}
		}
		swaps := batch[:min(rewireBatch, total-attempt)]
		for k := range swaps {
			bits := r.Next()
			swaps[k].i = uint32(uint64(uint32(bits)) * uint64(len(edges)) >> 32)
			swaps[k].j = uint32((bits >> 32) * uint64(len(edges)) >> 32)
			swaps[k].turned = !g.Directed() && r.Next()&1 == 0
		}
		for k := range swaps {
			swaps[k].readAhead = uint64(edges[swaps[k].i].From ^ edges[swaps[k].j].From)
		}
		for k := range swaps {
			a, b, c, d := swaps[k].ends(edges)
			swaps[k].readAhead ^= set.at(key(a, b)) ^ set.at(key(c, d)) ^ set.at(key(a, d)) ^ set.at(key(c, b))
		}
		for k := range swaps {
			a, b, c, d := swaps[k].ends(edges)
			// a-b and c-d become a-d and c-b.
			if a == d || b == c || a == c || b == d || set.has(key(a, d)) || set.has(key(c, b)) {
				continue
			}
			set.drop(key(a, b))
			set.drop(key(c, d))
			set.add(key(a, d))
			set.add(key(c, b))
			edges[swaps[k].i], edges[swaps[k].j] = graph.Edge{From: a, To: d}, graph.Edge{From: c, To: b}
			out.Swaps++
		}
	}
	var err error
	builder := graph.NewBuilder(graph.BuildOptions{Directed: g.Directed()})
	for i, e := range edges {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		builder.Add(e.From, e.To)
	}
	out.Graph, err = builder.Graph(ctx, n, opts.Quiet())
	return out, err
}

// rewireBatch is how many swaps are read ahead: what they touch fits in the nearest memory of a processor.
const rewireBatch = 256

// swap is one that is tried: of edges i and j, the second of them turned or not.
type swap struct {
	i, j      uint32
	turned    bool
	readAhead uint64 // keeps what was read ahead from being left out as useless
}

// ends returns the nodes of the two edges as they are now.
func (s *swap) ends(edges []graph.Edge) (a, b, c, d uint32) {
	first, second := edges[s.i], edges[s.j]
	if s.turned {
		second.From, second.To = second.To, second.From
	}
	return first.From, first.To, second.From, second.To
}

// edgeSet is a set of edges: a table with linear probing, at most half full. 0 is an empty place; an edge from 0 to 0,
// a loop, is never in.
type edgeSet struct {
	slots []uint64
	shift uint
}

func newEdgeSet(size int) *edgeSet {
	bits := uint(4)
	for 1<<bits < 2*size {
		bits++
	}
	return &edgeSet{make([]uint64, 1<<bits), 64 - bits}
}

func (s *edgeSet) home(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> s.shift }

// at is what lies where the search for a key begins.
func (s *edgeSet) at(key uint64) uint64 { return s.slots[s.home(key)] }

func (s *edgeSet) has(key uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for at := s.home(key); ; at = (at + 1) & mask {
		switch s.slots[at] {
		case key:
			return true
		case 0:
			return false
		}
	}
}

func (s *edgeSet) add(key uint64) {
	mask := uint64(len(s.slots) - 1)
	at := s.home(key)
	for s.slots[at] != 0 {
		at = (at + 1) & mask
	}
	s.slots[at] = key
}

// drop takes the key out and moves back what had been displaced past it.
func (s *edgeSet) drop(key uint64) {
	mask := uint64(len(s.slots) - 1)
	at := s.home(key)
	for s.slots[at] != key {
		at = (at + 1) & mask
	}
	gap := at
	for {
		at = (at + 1) & mask
		moved := s.slots[at]
		if moved == 0 {
			break
		}
		// An entry may fill the gap when its home does not lie between the gap and itself.
		if (at-s.home(moved))&mask >= (at-gap)&mask {
			s.slots[gap] = moved
			gap = at
		}
	}
	s.slots[gap] = 0
}
