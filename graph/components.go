package graph

import (
	"context"
	"slices"
	"sync/atomic"
)

// Components is a partition of the nodes: Of[v] is the part of v. Parts are numbered 0 … Count-1 in the order of their
// smallest node, and Sizes holds how many nodes each has. An empty graph has no parts.
type Components struct {
	Of    []uint32
	Sizes []int
}

// Count returns the number of parts.
func (c *Components) Count() int { return len(c.Sizes) }

// Largest returns the part with the most nodes, of several the first; None in an empty graph.
func (c *Components) Largest() uint32 {
	if len(c.Sizes) == 0 {
		return None
	}
	return uint32(slices.Index(c.Sizes, slices.Max(c.Sizes)))
}

// WeakComponents returns the connected components, in which the direction of arcs does not matter: a union of trees
// along a few arcs of each node, then along the other arcs of the nodes outside the largest tree so far (Afforest:
// Sutton, Ben-Nun & Barak 2018). Time O(n + m) at worst, on graphs with a large component about O(n).
func WeakComponents(ctx context.Context, g *Graph, opts Options) (*Components, error) {
	n := g.N()
	up := make([]uint32, n)
	for v := range up {
		up[v] = uint32(v)
	}
	const rounds, grain = 2, 1 << 13
	whole := int64(n) * (rounds + 1)
	for round := range rounds {
		err := runPart(ctx, opts, n, grain, int64(round)*int64(n), whole, func(_, low, high int) {
			for v := uint32(low); v < uint32(high); v++ {
				if row := g.Neighbors(v); round < len(row) {
					link(up, v, row[round])
				}
			}
		})
		if err != nil {
			return nil, err
		}
		if err := opts.Quiet().Run(ctx, n,
			grain, func(_, low, high int) { compress(up, low, high) }); err != nil {
			return nil, err
		}
	}
	largest := commonest(up)
	err := runPart(ctx, opts, n, grain, rounds*int64(n), whole, func(_, low, high int) {
		for v := uint32(low); v < uint32(high); v++ {
			if atomic.LoadUint32(&up[v]) == largest {
				continue
			}
			// A node outside the largest tree has all its arcs looked at; an arc between both sides is seen from here.
			row := g.Neighbors(v)
			for _, u := range row[min(rounds, len(row)):] {
				link(up, v, u)
			}
			if g.directed {
				for _, u := range g.InNeighbors(v) {
					link(up, v, u)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := opts.Quiet().Run(ctx, n, grain, func(_, low, high int) { compress(up, low, high) }); err != nil {
		return nil, err
	}
	return numberParts(up), nil
}

// link joins the trees of two nodes: the root with the larger number goes under the other, so that roots are the
// smallest nodes of their trees whatever the order of the links.
func link(up []uint32, u, v uint32) {
	a, b := atomic.LoadUint32(&up[u]), atomic.LoadUint32(&up[v])
	for a != b {
		if a < b {
			a, b = b, a
		}
		top := atomic.LoadUint32(&up[a])
		if top == b || top == a && atomic.CompareAndSwapUint32(&up[a], a, b) {
			return
		}
		a, b = atomic.LoadUint32(&up[atomic.LoadUint32(&up[a])]), atomic.LoadUint32(&up[b])
	}
}

// compress hangs each node directly under its root.
func compress(up []uint32, low, high int) {
	for v := low; v < high; v++ {
		for {
			parent := atomic.LoadUint32(&up[v])
			top := atomic.LoadUint32(&up[parent])
			if top == parent {
				break
			}
			atomic.StoreUint32(&up[v], top)
		}
	}
}

// commonest returns the root that most of a sample of nodes have, or nearly: of roots that fall into one slot only the
// one with more than half of them is counted (Boyer & Moore 1991).
func commonest(up []uint32) uint32 {
	if len(up) == 0 {
		return None
	}
	var slots [256]struct{ root, count uint32 }
	best := &slots[0]
	best.root = up[0]
	r := uint64(1)
	for range 1024 {
		r = r*6364136223846793005 + 1442695040888963407
		root := up[(r>>33)*uint64(len(up))>>31]
		slot := &slots[root*0x9e3779b1>>24] // by the golden ratio (Knuth)
		switch {
		case slot.root == root:
			slot.count++
		case slot.count == 0:
			slot.root, slot.count = root, 1
		default:
			slot.count--
		}
		if slot.count > best.count {
			best = slot
		}
	}
	return best.root
}

// numberParts numbers the roots in order; each root is the smallest node of its part.
func numberParts(up []uint32) *Components {
	c := &Components{Of: up}
	for v, root := range up {
		if root == uint32(v) {
			up[v] = uint32(len(c.Sizes))
			c.Sizes = append(c.Sizes, 1)
			continue
		}
		up[v] = up[root] // the root came before and has its number by now
		c.Sizes[up[v]]++
	}
	return c
}

// StrongComponents returns the strongly connected components, in which every node reaches every other along the arcs
// (Tarjan 1972 in the form of Pearce 2016, which keeps one number a node and no recursion). Time O(n + m). In an
// undirected graph they are the weak ones.
func StrongComponents(ctx context.Context, g *Graph, opts Options) (*Components, error) {
	if !g.directed {
		return WeakComponents(ctx, g, opts)
	}
	n := g.N()
	const unseen = 0
	// low is 0, then the visit number or the least one reached, then, from the top of the number range downwards, the
	// part.
	low := make([]uint64, n)
	next := make([]uint32, n) // the arc of its row to look at next
	isRoot := make([]bool, n)
	var path, waiting []uint32
	visit, part := uint64(1), uint64(1)<<63
	steps := 0
	for start := range uint32(n) {
		if low[start] != unseen {
			continue
		}
		path = append(path[:0], start)
		low[start], isRoot[start] = visit, true
		visit++
		for len(path) > 0 {
			if steps++; steps&(1<<16-1) == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			v := path[len(path)-1]
			if row := g.Neighbors(v); int(next[v]) < len(row) {
				u := row[next[v]]
				if low[u] == unseen {
					path = append(path, u)
					low[u], isRoot[u] = visit, true
					visit++
					continue // the arc is looked at again on the way back
				}
				next[v]++
				if low[u] < low[v] {
					low[v], isRoot[v] = low[u], false
				}
				continue
			}
			path = path[:len(path)-1]
			if !isRoot[v] {
				waiting = append(waiting, v)
				continue
			}
			for len(waiting) > 0 && low[waiting[len(waiting)-1]] >= low[v] {
				low[waiting[len(waiting)-1]] = part
				waiting = waiting[:len(waiting)-1]
			}
			low[v] = part
			part++
		}
		if opts.Progress != nil {
			opts.Progress(int64(start)+1, int64(n))
		}
	}
	// Number the parts by their smallest node.
	c := &Components{Of: make([]uint32, n)}
	number := make([]uint32, part-1<<63)
	for v, p := range low {
		slot := &number[p-1<<63]
		if *slot == 0 {
			c.Sizes = append(c.Sizes, 0)
			*slot = uint32(len(c.Sizes))
		}
		c.Of[v] = *slot - 1
		c.Sizes[c.Of[v]]++
	}
	return c, ctx.Err()
}
