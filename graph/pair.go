package graph

import (
	"context"
	"slices"
)

// PairSearch finds shortest paths between two nodes by breadth-first search from both ends, always on the side that has
// fewer arcs to look at (Pohl 1971). It takes 2 bits for each node and what the two balls around the ends hold, and
// keeps both: a query allocates nothing but the path that it returns. A PairSearch is for one goroutine at a time; make
// one for each.
type PairSearch struct {
	graph *Graph
	// marks has two bits for each node: seen from the source, seen from the target. Together they stay in the
	// processor's cache where distances or parents of all nodes would not.
	marks []uint64
	sides [2]ball
	touch uint32
}

// ball is what is found around one end.
type ball struct {
	rows
	nodes  []uint32 // in order of discovery
	parent []uint32 // place in nodes of the node that found it
	start  int      // where the last level begins
	depth  int
}

// NewPairSearch returns a work space for queries about g.
func NewPairSearch(g *Graph) *PairSearch {
	p := &PairSearch{graph: g, marks: make([]uint64, (g.N()+31)/32)}
	p.sides[0].rows, p.sides[1].rows = g.outRows(), g.inRows()
	return p
}

// Distance returns the number of steps of a shortest path from source to target, Unreachable when there is none.
func (p *PairSearch) Distance(ctx context.Context, source, target uint32) (int, error) {
	distance, _, err := p.search(ctx, source, target, false)
	return distance, err
}

// Path returns the nodes of a shortest path from source to target, both included; nil when there is none.
func (p *PairSearch) Path(ctx context.Context, source, target uint32) ([]uint32, error) {
	_, path, err := p.search(ctx, source, target, true)
	return path, err
}

func (p *PairSearch) search(ctx context.Context, source, target uint32, wantPath bool) (int, []uint32, error) {
	if err := p.graph.CheckNodes(source, target); err != nil {
		return 0, nil, err
	}
	if source == target {
		return 0, []uint32{source}, ctx.Err()
	}
	for side, v := range [2]uint32{source, target} {
		b := &p.sides[side]
		b.nodes, b.parent = append(b.nodes[:0], v), append(b.parent[:0], 0)
		b.start, b.depth = 0, 0
		p.marks[v>>5] |= 1 << (2*(v&31) + uint32(side))
	}
	defer p.clean()
	for {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		side := 0
		if p.sides[1].work() < p.sides[0].work() {
			side = 1
		}
		b := &p.sides[side]
		if b.start == len(b.nodes) {
			return Unreachable, nil, nil
		}
		from, to, met := p.expand(side)
		if !met {
			continue
		}
		distance := b.depth + 1 + p.sides[1-side].depth
		if !wantPath {
			return distance, nil, nil
		}
		return distance, p.join(side, from, to), nil
	}
}

// work estimates how many arcs the next level has to look at, from the degrees of some of its nodes.
func (b *ball) work() int64 { return b.rows.work(b.nodes[b.start:]) }

func (r *rows) work(level []uint32) int64 {
	const sample = 48
	step := max(1, len(level)/sample)
	sum, count := int64(0), int64(0)
	for i := 0; i < len(level); i += step {
		if v := level[i]; r.changed == nil {
			sum += r.offsets[v+1] - r.offsets[v]
		} else {
			sum += int64(len(r.changed.row(v)))
		}
		count++
	}
	if count == 0 {
		return 0
	}
	return sum * int64(len(level)) / count
}

// expand looks one level further on one side. When an arc reaches a node seen from the other side, that arc lies on a
// shortest path: expand returns the place of its tail in this side's nodes and its head.
//
// Rows lie anywhere in memory, so the nodes are taken in batches: the offsets of a whole batch are read, then the
// beginnings of its rows, then the rows. The reads of a step do not wait for each other, and the processor fetches many
// at the same time.
func (p *PairSearch) expand(side int) (tail int, head uint32, met bool) {
	const batch = 32
	b := &p.sides[side]
	if b.changed != nil {
		return p.expandView(side)
	}
	marks, targets := p.marks, b.targets
	level := len(b.nodes)
	own, other := uint64(1)<<side, uint64(2)>>side
	var from, to [batch]int64
	for at := b.start; at < level; at += batch {
		count := min(batch, level-at)
		for i, v := range b.nodes[at : at+count] {
			from[i], to[i] = b.offsets[v], b.offsets[v+1]
		}
		touch := uint32(0)
		for i := range count {
			if from[i] < to[i] {
				touch ^= targets[from[i]]
			}
		}
		p.touch = touch
		for i := range count {
			for _, u := range targets[from[i]:to[i]] {
				word := &marks[u>>5]
				mark := *word >> (2 * (u & 31))
				if mark&3 == 0 {
					*word |= own << (2 * (u & 31))
					b.nodes = append(b.nodes, u)
					b.parent = append(b.parent, uint32(at+i))
				} else if mark&other != 0 {
					return at + i, u, true
				}
			}
		}
	}
	b.start = level
	b.depth++
	return 0, 0, false
}

// expandView is expand on a view, whose rows are read one after the other.
func (p *PairSearch) expandView(side int) (tail int, head uint32, met bool) {
	b := &p.sides[side]
	level := len(b.nodes)
	own, other := uint64(1)<<side, uint64(2)>>side
	for at := b.start; at < level; at++ {
		for _, u := range b.changed.row(b.nodes[at]) {
			word := &p.marks[u>>5]
			mark := *word >> (2 * (u & 31))
			if mark&3 == 0 {
				*word |= own << (2 * (u & 31))
				b.nodes = append(b.nodes, u)
				b.parent = append(b.parent, uint32(at))
			} else if mark&other != 0 {
				return at, u, true
			}
		}
	}
	b.start = level
	b.depth++
	return 0, 0, false
}

// join makes the path that the arc from place tail on one side to the node head on the other closes.
func (p *PairSearch) join(side, tail int, head uint32) []uint32 {
	near, far := &p.sides[side], &p.sides[1-side]
	path := make([]uint32, 0, near.depth+far.depth+2)
	for ; ; tail = int(near.parent[tail]) {
		path = append(path, near.nodes[tail])
		if tail == 0 {
			break
		}
	}
	slices.Reverse(path)
	for place := far.start + slices.Index(far.nodes[far.start:], head); ; place = int(far.parent[place]) {
		path = append(path, far.nodes[place])
		if place == 0 {
			break
		}
	}
	if side == 1 {
		slices.Reverse(path)
	}
	return path
}

// clean removes the marks for the next query.
func (p *PairSearch) clean() {
	if len(p.sides[0].nodes)+len(p.sides[1].nodes) > len(p.marks)/4 {
		clear(p.marks)
		return
	}
	for _, b := range p.sides {
		for _, v := range b.nodes {
			p.marks[v>>5] = 0
		}
	}
}
