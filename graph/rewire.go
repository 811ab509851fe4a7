package graph

import "context"

// Rewired is a random graph with the degrees of another one.
type Rewired struct {
	Graph *Graph
	// Swaps is the number of swaps that were made; the others that were tried would have made a loop or a parallel edge.
	Swaps int64
}

// Rewire returns a random simple graph in which each node has the degree (in a directed graph the in- and the out-degree) it has in g: it tries
// tries times the number of edges to swap the ends of two random edges (Milo et al. 2003; 10 is usual). Loops are left out first; weights
// are left out too, since a swap has no meaning for them. The result depends on the seed only.
func Rewire(ctx context.Context, g *Graph, tries float64, seed uint64, opts Options) (*Rewired, error) {
	if !(tries >= 0 && tries < 1e6) {
		return nil, ErrParameter
	}
	n := g.N()
	edges := make([]Edge, 0, g.M())
	for u := range uint32(n) {
		for _, v := range g.Neighbors(u) {
			if u < v || g.directed && u != v {
				edges = append(edges, Edge{From: u, To: v})
			}
		}
	}
	key := func(u, v uint32) uint64 {
		if !g.directed && u > v {
			u, v = v, u
		}
		return uint64(u)<<32 | uint64(v)
	}
	set := newEdgeSet(len(edges))
	for _, e := range edges {
		set.add(key(e.From, e.To))
	}
	r := newRandom(seed, 0)
	out := &Rewired{}
	total := int64(tries * float64(len(edges)))
	if len(edges) < 2 {
		total = 0
	}
	for attempt := range total {
		if attempt&0xffff == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if opts.Progress != nil {
				opts.Progress(attempt, total)
			}
		}
		draw := r.next()
		i := int(uint64(uint32(draw)) * uint64(len(edges)) >> 32)
		j := int((draw >> 32) * uint64(len(edges)) >> 32)
		a, b, c, d := edges[i].From, edges[i].To, edges[j].From, edges[j].To
		if !g.directed && r.next()&1 == 0 {
			c, d = d, c
		}
		// a-b and c-d become a-d and c-b.
		if a == d || b == c || a == c || b == d || set.has(key(a, d)) || set.has(key(c, b)) {
			continue
		}
		set.drop(key(a, b))
		set.drop(key(c, d))
		set.add(key(a, d))
		set.add(key(c, b))
		edges[i], edges[j] = Edge{From: a, To: d}, Edge{From: c, To: b}
		out.Swaps++
	}
	var err error
	builder := NewBuilder(BuildOptions{Directed: g.directed})
	for _, e := range edges {
		builder.Add(e.From, e.To)
	}
	out.Graph, err = builder.Graph(ctx, n, opts.quiet())
	return out, err
}

// edgeSet is a set of edges: a table with linear probing, at most half full. 0 is an empty place; an edge from 0 to 0, a loop, is never in.
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
