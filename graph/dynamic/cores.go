package dynamic

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Cores keeps the core number of each node of an undirected graph: the largest k such that the node belongs to a
// subgraph in which every node has k ties or more.
//
// It keeps an order in which the graph may be peeled, nodes of one core number being a list with labels that say what
// comes first, and for each node how many of those around it come later: never more than its core number (the
// order-based maintenance of Zhang, Yu, Zhang & Qin 2017, as Guo & Sekerinski 2022 have it). A tie that comes adds one
// to that; only where it is then too many are nodes looked at, from there on in the order. Who loses a tie falls when
// fewer neighbours than its core number are of that number or higher. A change moves core numbers by one. Time O of the
// ties of the nodes that are looked at, which are few; no bound better than O(m) is known. Memory 40 bytes a node.
type Cores struct {
	d     *Graph
	core  []uint32
	later []uint32 // neighbours that come later in the order
	equal []uint32 // neighbours with the same core number or a higher one
	label []uint64
	next  []uint32
	prev  []uint32
	lists []coreList
	// While a tie comes or goes:
	state   []uint8
	support []uint32 // neighbours that come earlier and may rise
	queue   []uint32 // a heap in the order
	risen   []uint32
	seen    []uint32
	fallen  []uint32
}

// coreList are the nodes of one core number.
type coreList struct{ first, last uint32 }

// What a node is while a tie comes or goes.
const (
	mayRise = 1 << iota
	queued
	waiting
	falls
)

// NewCores finds the cores of d and keeps them from then on, in time O(n + m). It returns ErrParameter for a directed
// graph.
func NewCores(ctx context.Context, d *Graph) (*Cores, error) {
	if d.Directed() {
		return nil, graph.ErrParameter
	}
	n := d.N()
	c := &Cores{d: d}
	c.grow(n)
	// Batagelj & Zaversnik 2003: always the node with the fewest ties left.
	most := 0
	left := make([]uint32, n)
	for v := range uint32(n) {
		left[v] = uint32(d.Degree(v))
		most = max(most, d.Degree(v))
	}
	start := make([]int, most+2)
	for _, degree := range left {
		start[degree+1]++
	}
	for i := range most + 1 {
		start[i+1] += start[i]
	}
	order, place := make([]uint32, n), make([]int, n)
	fill := append([]int(nil), start...)
	for v := range uint32(n) {
		at := fill[left[v]]
		order[at], place[v] = v, at
		fill[left[v]]++
	}
	for i, v := range order {
		if i&(1<<10-1) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.core[v] = left[v]
		for _, u := range d.Neighbors(v) {
			if left[u] <= left[v] {
				if place[u] > i {
					c.later[v]++
				}
				continue
			}
			c.later[v]++
			// u goes to the front of those with as many left, and has one less.
			degree := left[u]
			first := start[degree]
			other := order[first]
			order[first], order[place[u]] = u, other
			place[other], place[u] = place[u], first
			start[degree]++
			left[u]--
		}
	}
	for _, v := range order {
		c.append(c.core[v], v)
	}
	for v := range uint32(n) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		c.countEqual(v)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.watchers = append(d.watchers, c)
	return c, nil
}

// Core returns the core number of v.
func (c *Cores) Core(v uint32) uint32 { return c.core[v] }

// All returns the core number of each node. The slice is good until the next change.
func (c *Cores) All() []uint32 { return c.core }

// Most returns the greatest core number.
func (c *Cores) Most() int {
	for k := len(c.lists) - 1; k >= 0; k-- {
		if c.lists[k].first != graph.None {
			return k
		}
	}
	return 0
}

func (c *Cores) grow(count int) {
	c.core, c.later = append(c.core, make([]uint32, count)...), append(c.later, make([]uint32, count)...)
	c.equal, c.label = append(c.equal, make([]uint32, count)...), append(c.label, make([]uint64, count)...)
	c.next, c.prev = append(c.next, make([]uint32, count)...), append(c.prev, make([]uint32, count)...)
	c.state, c.support = append(c.state, make([]uint8, count)...), append(c.support, make([]uint32, count)...)
}

func (c *Cores) grown(count int) {
	first := len(c.core)
	c.grow(count)
	for v := first; v < first+count; v++ {
		c.append(0, uint32(v))
	}
}

func (c *Cores) weighed(_, _ uint32, _, _ float64) {}

func (c *Cores) countEqual(v uint32) {
	c.equal[v] = 0
	for _, u := range c.d.Neighbors(v) {
		if c.core[u] >= c.core[v] {
			c.equal[v]++
		}
	}
}

// before says whether u comes before v in the order.
func (c *Cores) before(u, v uint32) bool {
	return c.core[u] < c.core[v] || c.core[u] == c.core[v] && c.label[u] < c.label[v]
}

func (c *Cores) added(u, v uint32) {
	if c.core[v] >= c.core[u] {
		c.equal[u]++
	}
	if c.core[u] >= c.core[v] {
		c.equal[v]++
	}
	if c.before(v, u) {
		u, v = v, u
	}
	k := c.core[u]
	if c.later[u]++; c.later[u] <= k {
		return
	}
	c.risen, c.seen = c.risen[:0], c.seen[:0]
	c.push(u)
	for len(c.queue) > 0 {
		w := c.pop()
		if c.support[w]+c.later[w] > k {
			c.state[w] |= mayRise
			c.risen = append(c.risen, w)
			for _, x := range c.d.Neighbors(w) {
				if c.core[x] == k && c.label[w] < c.label[x] {
					c.support[x]++
					if c.state[x]&queued == 0 {
						c.push(x)
					}
				}
			}
		} else if c.support[w] > 0 {
			c.stays(w, k)
		}
	}
	// Who may rise does, and comes first among those with one more, in the same order.
	rose := c.risen[:0]
	for _, w := range c.risen {
		if c.state[w]&mayRise != 0 {
			rose = append(rose, w)
		}
	}
	for i := len(rose) - 1; i >= 0; i-- {
		w := rose[i]
		c.unlink(w)
		c.support[w] = 0
		c.core[w] = k + 1
		c.prepend(k+1, w)
	}
	for _, w := range rose {
		c.equal[w] = 0
		for _, x := range c.d.Neighbors(w) {
			if c.core[x] >= k+1 {
				c.equal[w]++
			}
			if c.core[x] == k+1 && c.state[x]&mayRise == 0 {
				c.equal[x]++
			}
		}
	}
	for _, w := range rose {
		c.state[w] &^= mayRise
	}
}

// stays is told that w does not rise: those before it that may have one neighbour less to rise with. Who then cannot
// either comes right after w.
func (c *Cores) stays(w, k uint32) {
	c.seen = c.seen[:0]
	c.without(w, k)
	c.later[w] += c.support[w]
	c.support[w] = 0
	behind := w
	for at := 0; at < len(c.seen); at++ {
		x := c.seen[at]
		c.state[x] &^= mayRise | waiting
		c.without(x, k)
		for _, y := range c.d.Neighbors(x) {
			if c.core[y] == k && c.label[x] < c.label[y] && c.support[y] > 0 {
				c.support[y]--
				c.weaken(y, k)
			}
		}
		c.unlink(x)
		c.insert(behind, x)
		behind = x
		c.later[x] += c.support[x]
		c.support[x] = 0
	}
}

// without takes x from what those before it that may rise count as later.
func (c *Cores) without(x, k uint32) {
	for _, y := range c.d.Neighbors(x) {
		if c.state[y]&mayRise != 0 && c.core[y] == k && c.label[y] < c.label[x] {
			c.later[y]--
			c.weaken(y, k)
		}
	}
}

func (c *Cores) weaken(y, k uint32) {
	if c.state[y]&(mayRise|waiting) == mayRise && c.support[y]+c.later[y] <= k {
		c.state[y] |= waiting
		c.seen = append(c.seen, y)
	}
}

func (c *Cores) removed(u, v uint32) {
	if c.core[v] >= c.core[u] {
		c.equal[u]--
	}
	if c.core[u] >= c.core[v] {
		c.equal[v]--
	}
	if c.before(v, u) {
		u, v = v, u
	}
	c.later[u]--
	k := c.core[u]
	c.fallen = c.fallen[:0]
	fall := func(w uint32) {
		if c.core[w] == k && c.state[w] == 0 && c.equal[w] < k {
			c.state[w] = falls
			c.fallen = append(c.fallen, w)
		}
	}
	fall(u)
	fall(v)
	for at := 0; at < len(c.fallen); at++ {
		for _, x := range c.d.Neighbors(c.fallen[at]) {
			if c.core[x] == k && c.state[x] == 0 {
				c.equal[x]--
				fall(x)
			}
		}
	}
	// Who falls comes last among those with one less, in the order of falling.
	for _, w := range c.fallen {
		c.later[w] = 0
		for _, x := range c.d.Neighbors(w) {
			switch {
			case c.core[x] > k || c.core[x] == k && c.state[x] == falls:
				c.later[w]++
			case c.core[x] == k:
				c.later[w]++
				if c.label[x] < c.label[w] {
					c.later[x]--
				}
			}
		}
		c.unlink(w)
		c.core[w] = k - 1
		c.append(k-1, w)
	}
	for _, w := range c.fallen {
		c.state[w] = 0
		c.countEqual(w)
	}
}

// push and pop keep nodes in a heap in their order. Labels may be written anew meanwhile: the order stays.
func (c *Cores) push(v uint32) {
	c.state[v] |= queued
	at := len(c.queue)
	c.queue = append(c.queue, v)
	for at > 0 {
		up := (at - 1) / 2
		if c.label[c.queue[up]] <= c.label[v] {
			break
		}
		c.queue[at] = c.queue[up]
		at = up
	}
	c.queue[at] = v
}

func (c *Cores) pop() uint32 {
	first, last := c.queue[0], c.queue[len(c.queue)-1]
	c.queue = c.queue[:len(c.queue)-1]
	n := len(c.queue)
	for at := 0; n > 0; {
		down := 2*at + 1
		if down+1 < n && c.label[c.queue[down+1]] < c.label[c.queue[down]] {
			down++
		}
		if down >= n || c.label[last] <= c.label[c.queue[down]] {
			c.queue[at] = last
			break
		}
		c.queue[at] = c.queue[down]
		at = down
	}
	c.state[first] &^= queued
	return first
}

// The labels of a list: between two nodes a new one finds room in the middle, at the ends there is a step.
const (
	labelStep = 1 << 32
	labelHalf = 1 << 61
	labelBits = 62
)

func (c *Cores) list(k uint32) *coreList {
	for int(k) >= len(c.lists) {
		c.lists = append(c.lists, coreList{graph.None, graph.None})
	}
	return &c.lists[k]
}

// append makes v the last of a list.
func (c *Cores) append(k, v uint32) {
	l := c.list(k)
	if l.last != graph.None {
		c.insert(l.last, v)
		return
	}
	l.first, l.last = v, v
	c.next[v], c.prev[v], c.label[v] = graph.None, graph.None, labelHalf
}

// prepend makes v the first of a list.
func (c *Cores) prepend(k, v uint32) {
	l := c.list(k)
	first := l.first
	if first == graph.None {
		c.append(k, v)
		return
	}
	for c.label[first] < 2 {
		c.relabel(first)
	}
	c.label[v] = c.label[first] - min(c.label[first]/2, labelStep)
	c.next[v], c.prev[v], c.prev[first], l.first = first, graph.None, v, v
}

// insert puts v behind another node of its list.
func (c *Cores) insert(behind, v uint32) {
	l := c.list(c.core[behind])
	next := c.next[behind]
	room := func() uint64 {
		if next == graph.None {
			return min(2*labelStep, 1<<labelBits-1-c.label[behind])
		}
		return c.label[next] - c.label[behind]
	}
	for room() < 2 {
		c.relabel(behind)
	}
	c.label[v] = c.label[behind] + room()/2
	c.next[behind], c.prev[v], c.next[v] = v, behind, next
	if next == graph.None {
		l.last = v
	} else {
		c.prev[next] = v
	}
}

// relabel spreads the labels around v evenly over the smallest range that has room (Bender, Cole, Demaine,
// Farach-Colton & Zito 2002): O(log n) a call that needs it, on average over many.
func (c *Cores) relabel(v uint32) {
	low, high, count := v, v, uint64(1)
	room := 1.0
	for bits := 1; bits <= labelBits; bits++ {
		width := uint64(1) << bits
		from := c.label[v] &^ (width - 1)
		for p := c.prev[low]; p != graph.None && c.label[p] >= from; p = c.prev[low] {
			low = p
			count++
		}
		for p := c.next[high]; p != graph.None && c.label[p] < from+width; p = c.next[high] {
			high = p
			count++
		}
		room *= 2 / 1.4
		if float64(count) < room && width/(count+1) >= 4 || bits == labelBits {
			step := width / (count + 1)
			at := from + step
			for p := low; ; p = c.next[p] {
				c.label[p] = at
				at += step
				if p == high {
					return
				}
			}
		}
	}
}

func (c *Cores) unlink(v uint32) {
	l := c.list(c.core[v])
	if p := c.prev[v]; p == graph.None {
		l.first = c.next[v]
	} else {
		c.next[p] = c.next[v]
	}
	if p := c.next[v]; p == graph.None {
		l.last = c.prev[v]
	} else {
		c.prev[p] = c.prev[v]
	}
}
