package dynamic

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Components keeps the connected components, in which directions do not matter.
//
// Each component is a rooted tree of ties with the number of nodes below each node (the D-tree of Chen, Lachish, Helmer
// & Böhlen 2022). A tie between two trees hangs the smaller one under the other; one within a tree, whose ends lie more
// than one step apart in depth, takes the place of a tie above the deeper end, which keeps trees shallow. A tie of a
// tree that is removed cuts it in two, and the ties of the smaller part are looked through for one that joins them
// again. Time O(depth) for a tie that comes or is in no tree; for one in a tree O(depth) and the ties of the smaller
// part, which is of a few nodes on networks of people: half of a long path at worst. Memory 12 bytes a node.
type Components struct {
	d     *Graph
	up    []uint32 // the node above, None at a root
	size  []uint32 // nodes from here down
	mark  []uint32 // the part that was looked through last
	round uint32
	list  []uint32
	count int
}

// NewComponents finds the components of d and keeps them from then on, in time O(n + m).
func NewComponents(ctx context.Context, d *Graph) (*Components, error) {
	n := d.N()
	c := &Components{d: d, up: make([]uint32, n), size: make([]uint32, n), mark: make([]uint32, n)}
	// From the busiest node of each component, so that trees are shallow.
	g, err := d.Graph(ctx, graph.Options{})
	if err != nil {
		return nil, err
	}
	order, _ := graph.ByDegree(g)
	queue := make([]uint32, 0, n)
	for _, start := range order {
		if c.size[start] > 0 {
			continue
		}
		first := len(queue)
		c.up[start], c.size[start] = graph.None, 1
		queue = append(queue, start)
		c.count++
		for at := first; at < len(queue); at++ {
			if ranges.Ended(ctx, at) {
				return nil, ctx.Err()
			}
			v := queue[at]
			c.around(v, func(u uint32) bool {
				if c.size[u] == 0 {
					c.up[u], c.size[u] = v, 1
					queue = append(queue, u)
				}
				return true
			})
		}
		for at := len(queue) - 1; at > first; at-- {
			c.size[c.up[queue[at]]] += c.size[queue[at]]
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.watchers = append(d.watchers, c)
	return c, nil
}

// around calls visit for those with a tie to or from v, of a directed graph some twice, until it returns false.
func (c *Components) around(v uint32, visit func(u uint32) bool) {
	for _, u := range c.d.Neighbors(v) {
		if !visit(u) {
			return
		}
	}
	if c.d.directed {
		for _, u := range c.d.InNeighbors(v) {
			if !visit(u) {
				return
			}
		}
	}
}

// Count returns the number of components.
func (c *Components) Count() int { return c.count }

// Same says whether two nodes are in one component, in time O(depth).
func (c *Components) Same(u, v uint32) bool { return c.Root(u) == c.Root(v) }

// Size returns how many nodes the component of v has, in time O(depth).
func (c *Components) Size(v uint32) int { return int(c.size[c.Root(v)]) }

// Root returns a node that stands for the component of v until the next change, in time O(depth).
func (c *Components) Root(v uint32) uint32 {
	for c.up[v] != graph.None {
		v = c.up[v]
	}
	return v
}

// All returns the components as [graph.WeakComponents] numbers them, in time O(n).
func (c *Components) All(ctx context.Context) (*graph.Components, error) {
	n := len(c.up)
	of := make([]uint32, n)
	number := make([]uint32, n) // of a node, of the root when that is known: one more
	out := &graph.Components{Of: of}
	var path []uint32
	for v := range uint32(n) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		path = path[:0]
		at := v
		for number[at] == 0 && c.up[at] != graph.None {
			path = append(path, at)
			at = c.up[at]
		}
		if number[at] == 0 {
			out.Sizes = append(out.Sizes, int(c.size[at]))
			number[at] = uint32(len(out.Sizes))
		}
		for _, u := range path {
			number[u] = number[at]
		}
		of[v] = number[v] - 1
	}
	return out, ctx.Err()
}

func (c *Components) grown(count int) {
	for range count {
		c.up, c.size, c.mark = append(c.up, graph.None), append(c.size, 1), append(c.mark, 0)
		c.count++
	}
}

func (c *Components) weighed(_, _ uint32, _, _ float64) {}

// depth returns the root of v and how far above it is.
func (c *Components) depth(v uint32) (root uint32, depth int) {
	for c.up[v] != graph.None {
		v = c.up[v]
		depth++
	}
	return v, depth
}

func (c *Components) added(u, v uint32) {
	rootU, depthU := c.depth(u)
	rootV, depthV := c.depth(v)
	if rootU != rootV {
		if c.size[rootU] > c.size[rootV] {
			u, v = v, u
		}
		c.hang(u, v)
		c.count--
		return
	}
	if depthU < depthV {
		u, v, depthU, depthV = v, u, depthV, depthU
	}
	if depthU-depthV < 2 {
		return
	}
	// The upper half of the way from u to the depth of v stays, the lower half turns round and hangs under v.
	top := u
	for range (depthU - depthV - 2) / 2 {
		top = c.up[top]
	}
	c.cut(top)
	c.hang(u, v)
}

// cut makes the part below v a tree of its own.
func (c *Components) cut(v uint32) {
	size := c.size[v]
	for at := c.up[v]; at != graph.None; at = c.up[at] {
		c.size[at] -= size
	}
	c.up[v] = graph.None
}

// hang makes u the root of its tree and hangs that under v, which is in another.
func (c *Components) hang(u, v uint32) {
	// Turn the way from u to its root round. What was below a node of the way, but for the part that it came from,
	// stays below it.
	below, at, whole := v, u, uint32(0)
	for at != graph.None {
		next := c.up[at]
		c.up[at] = below
		own := c.size[at]
		c.size[at], whole = own-whole, own // first without what is now above, then with it
		below, at = at, next
	}
	// From the old root down again, add what hangs below now.
	for at, sum := below, uint32(0); at != v; at = c.up[at] {
		c.size[at] += sum
		sum = c.size[at]
	}
	for at := v; at != graph.None; at = c.up[at] {
		c.size[at] += whole
	}
}

func (c *Components) removed(u, v uint32) {
	if c.d.directed {
		if _, still := c.d.Weight(v, u); still {
			return
		}
	}
	switch {
	case c.up[u] == v:
	case c.up[v] == u:
		u, v = v, u
	default:
		return
	}
	c.cut(u)
	root := c.Root(v)
	if c.size[u] > c.size[root] {
		u, root = root, u
	}
	// The smaller part, from its root u.
	if c.round++; c.round == 0 {
		clear(c.mark)
		c.round = 1
	}
	c.list = append(c.list[:0], u)
	c.mark[u] = c.round
	for at := 0; at < len(c.list); at++ {
		w := c.list[at]
		if c.size[w] == 1 {
			continue
		}
		c.around(w, func(x uint32) bool {
			if c.up[x] == w && c.mark[x] != c.round {
				c.mark[x] = c.round
				c.list = append(c.list, x)
			}
			return true
		})
	}
	for _, w := range c.list {
		other := uint32(graph.None)
		c.around(w, func(x uint32) bool {
			if c.mark[x] != c.round {
				other = x
			}
			return other == graph.None
		})
		if other != graph.None {
			c.hang(w, other)
			return
		}
	}
	c.count++
}
