package graph

import (
	"context"

	"gave.network/graph/internal/ranges"
)

// Cuts is where a network falls apart: what it would lose by the loss of one tie or one person. Direction is not looked
// at, and self-loops play no part.
type Cuts struct {
	// Bridges are the ties without which their ends would not be connected, as pairs u < v, ascending.
	Bridges [][2]uint32
	// Articulation are the nodes without which their neighbours would not all be connected, ascending: cut points,
	// single middlemen.
	Articulation []uint32
	// Blocks are the biconnected components, each with its nodes ascending, in order of their smallest nodes: the
	// largest groups that stay connected when any one member leaves. A bridge is a block of two. A node is in several
	// blocks exactly when it is an articulation point, and in none when it has no ties.
	Blocks [][]uint32
}

// FindCuts returns bridges, articulation points and blocks by one depth-first search (Hopcroft & Tarjan 1973) without
// recursion, in time O(n + m).
func FindCuts(ctx context.Context, g *Graph, opts Options) (*Cuts, error) {
	s, err := newCutSearch(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	s.wantBlocks = true
	return s.run(ctx, opts)
}

// FindBridges is FindCuts without the blocks.
func FindBridges(ctx context.Context, g *Graph, opts Options) (*Cuts, error) {
	s, err := newCutSearch(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	return s.run(ctx, opts)
}

// cutSearch keeps one number for each node, which is all that is read at random; everything else lies on the path.
type cutSearch struct {
	g          *Graph
	wantBlocks bool
	number     []uint32 // when each node was visited, from 1; 0 when it was not
	visited    uint32
	isCut      []uint64 // a set of nodes
	path       []pathStep
	open       []uint32 // visited nodes that are not yet in a block
	bridges    [][2]uint32
	members    []uint32 // of the blocks, one block after the other, each ascending
	ends       []int    // where in members each block ends
	cuts       Cuts
	sorter     rowSorter // a block may be nearly all nodes
}

// pathStep is a node on the path from the start.
type pathStep struct {
	node   uint32
	next   uint32 // the place in its row of the tie to look at next
	number uint32
	low    uint32 // the least number that it or what hangs under it has a tie to
}

func newCutSearch(ctx context.Context, g *Graph, opts Options) (*cutSearch, error) {
	undirected, err := Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	return &cutSearch{g: undirected, number: make([]uint32, g.N()), isCut: make([]uint64, (g.N()+63)/64)}, nil
}

func (s *cutSearch) run(ctx context.Context, opts Options) (*Cuts, error) {
	n := s.g.N()
	for start := range uint32(n) {
		if ranges.Ended(ctx, int(start)) {
			return nil, ctx.Err()
		}
		if s.number[start] == 0 {
			if err := s.from(ctx, start); err != nil {
				return nil, err
			}
		}
		if opts.Progress != nil && start&(1<<16-1) == 0 {
			opts.Progress(int64(s.visited), int64(n))
		}
	}
	for v := range uint32(n) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		if s.isCut[v>>6]>>(v&63)&1 != 0 {
			s.cuts.Articulation = append(s.cuts.Articulation, v)
		}
	}
	if s.cuts.Bridges = permuted(s.bridges, orderOfPairs(ctx, n, s.bridges)); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// Two blocks have one node in common at most, so their two smallest tell them apart.
	smallest, blocks := make([][2]uint32, len(s.ends)), make([][]uint32, len(s.ends))
	from := 0
	for i, to := range s.ends {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		blocks[i] = s.members[from:to:to]
		smallest[i] = [2]uint32(blocks[i])
		from = to
	}
	s.cuts.Blocks = permuted(blocks, orderOfPairs(ctx, n, smallest))
	return &s.cuts, ctx.Err()
}

// orderOfPairs returns the places of pairs of nodes in ascending order, by counting: a network may have about as many
// bridges as nodes. When ctx ends the order is of no use.
func orderOfPairs(ctx context.Context, n int, pairs [][2]uint32) []uint32 {
	order, next := make([]uint32, len(pairs)), make([]uint32, len(pairs))
	for i := range order {
		order[i] = uint32(i)
	}
	if len(pairs) < 2 {
		return order
	}
	place := make([]uint32, n+1)
	for side := 1; side >= 0; side-- {
		clear(place)
		for i, pair := range pairs {
			if ranges.Ended(ctx, i) {
				return order
			}
			place[pair[side]+1]++
		}
		for v := range n {
			if ranges.Ended(ctx, v) {
				return order
			}
			place[v+1] += place[v]
		}
		for i, at := range order {
			if ranges.Ended(ctx, i) {
				return order
			}
			slot := &place[pairs[at][side]]
			next[*slot] = at
			*slot++
		}
		order, next = next, order
	}
	return order
}

// permuted returns the items of list in that order, nil for none.
func permuted[T any](list []T, order []uint32) []T {
	if len(list) == 0 {
		return nil
	}
	out := make([]T, len(list))
	for i, at := range order {
		out[i] = list[at]
	}
	return out
}

// visit puts a node at the end of the path.
func (s *cutSearch) visit(v uint32) {
	s.visited++
	s.number[v] = s.visited
	s.path = append(s.path,
		pathStep{node: v, number: s.visited, low: s.visited})
}

// from searches what start is connected to.
func (s *cutSearch) from(ctx context.Context, start uint32) error {
	number := s.number
	s.path, s.open = s.path[:0], s.open[:0]
	s.visit(start)
	children := 0
	for parent := uint32(None); ; {
		here := &s.path[len(s.path)-1]
		v, low, child := here.node, here.low, uint32(None)
		for i, u := range s.g.Neighbors(v)[here.next:] {
			if seen := number[u]; seen == 0 {
				child = u
				here.next += uint32(i) + 1
				break
			} else if seen < low && u != parent {
				low = seen
			}
		}
		here.low = low
		if child != None {
			if s.wantBlocks {
				s.open = append(s.open, child)
			}
			s.visit(child)
			parent = v
			if ranges.Ended(ctx, int(s.visited)) {
				return ctx.Err()
			}
			continue
		}
		s.path = s.path[:len(s.path)-1]
		if len(s.path) == 0 {
			break
		}
		up := &s.path[len(s.path)-1]
		up.low = min(up.low, low)
		parent = None
		if len(s.path) > 1 {
			parent = s.path[len(s.path)-2].node
		}
		if low < up.number {
			continue
		}
		// Nothing under v reaches above its parent: parent, v and what is open since v are a block.
		if len(s.path) == 1 {
			children++
		}
		if len(s.path) > 1 || children > 1 {
			s.isCut[up.node>>6] |= 1 << (up.node & 63)
		}
		if low > up.number {
			s.bridges = append(s.bridges, [2]uint32{min(v, up.node), max(v, up.node)})
		}
		if s.wantBlocks {
			at := len(s.open) - 1
			for s.open[at] != v {
				at--
			}
			from := len(s.members)
			s.members = append(append(s.members, up.node), s.open[at:]...)
			s.open = s.open[:at]
			s.sorter.sortPlain(s.members[from:])
			s.ends = append(s.ends, len(s.members))
		}
	}
	return nil
}
