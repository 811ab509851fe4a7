package ego

import (
	"context"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Search makes views of what is around a node. It keeps its work space, so make one for each goroutine; a Network is
// of use until the next call of Around.
type Search struct {
	g     *graph.Graph
	place []int32 // the place of each node in the view and 1, or 0
	last  Network
}

// NewSearch returns a search in g. It needs 4 bytes a node.
func NewSearch(g *graph.Graph) *Search { return &Search{g: g, place: make([]int32, g.N())} }

// Network is the ego network of a node: the nodes within so many ties of it, and all ties between them, looked at in
// the graph where they are.
type Network struct {
	search *Search
	// Nodes are the ego, and then the others by distance, those of one distance by number.
	Nodes []uint32
	// Steps are the distances of the nodes from the ego.
	Steps []int32
}

// Around returns the view of the nodes within radius ties of v, in whichever direction the ties go. Time is the ties of
// those nearer than radius. It returns graph.ErrNode for a node that is not there, and graph.ErrParameter for a
// radius below 0.
func (s *Search) Around(ctx context.Context, v uint32, radius int) (*Network, error) {
	if err := s.g.CheckNodes(v); err != nil {
		return nil, err
	}
	if radius < 0 {
		return nil, graph.ErrParameter
	}
	for _, u := range s.last.Nodes {
		s.place[u] = 0
	}
	s.last = Network{search: s, Nodes: append(s.last.Nodes[:0], v), Steps: append(s.last.Steps[:0], 0)}
	e := &s.last
	s.place[v] = 1
	looked := 0
	for from, step := 0, 0; step < radius && from < len(e.Nodes); step++ {
		to := len(e.Nodes)
		for _, u := range e.Nodes[from:to] {
			for _, row := range s.rows(u) {
				for _, w := range row {
					if looked++; ranges.Ended(ctx, looked) {
						return nil, ctx.Err()
					}
					if s.place[w] == 0 {
						s.place[w] = 1
						e.Nodes, e.Steps = append(e.Nodes, w), append(e.Steps, int32(step+1))
					}
				}
			}
		}
		slices.Sort(e.Nodes[to:])
		from = to
	}
	for i, u := range e.Nodes {
		s.place[u] = int32(i + 1)
	}
	return e, ctx.Err()
}

// rows are the neighbours of a node: of a directed graph both ways, in which some may be twice.
func (s *Search) rows(v uint32) [2][]uint32 {
	if s.g.Directed() {
		return [2][]uint32{s.g.Neighbors(v), s.g.InNeighbors(v)}
	}
	return [2][]uint32{s.g.Neighbors(v)}
}

// Ego returns the node in the middle.
func (e *Network) Ego() uint32 { return e.Nodes[0] }

// Has says whether a node is in the view.
func (e *Network) Has(v uint32) bool { return int(v) < len(e.search.place) && e.search.place[v] > 0 }

// Edges calls visit for each tie between nodes of the view until it returns false, as Graph.Edges does for the whole:
// an undirected one once with u <= v, an arc each; by the order of Nodes, then by number. Time is the ties of the
// nodes.
func (e *Network) Edges(visit func(u, v uint32, weight float64) bool) {
	g := e.search.g
	for _, u := range e.Nodes {
		row, weights := g.Neighbors(u), g.Weights(u)
		for i, v := range row {
			if !e.Has(v) || !g.Directed() && v < u {
				continue
			}
			if !visit(u, v, weights.At(i)) {
				return
			}
		}
	}
}

// Size returns how many others there are beside the ego.
func (e *Network) Size() int { return len(e.Nodes) - 1 }

// Ties returns how many ties, or arcs, the others have among each other; loops are none.
func (e *Network) Ties() int64 {
	count := int64(0)
	e.Edges(func(u, v uint32, _ float64) bool {
		if u != v && u != e.Nodes[0] && v != e.Nodes[0] {
			count++
		}
		return true
	})
	return count
}

// Density returns the ties among the others as a part of those that there could be, in [0, 1]; 0 where there are fewer
// than two.
func (e *Network) Density() float64 {
	if pairs := e.search.pairs(e.Size()); pairs > 0 {
		return float64(e.Ties()) / float64(pairs)
	}
	return 0
}

// pairs is how many ties so many nodes could have, or arcs.
func (s *Search) pairs(size int) int64 {
	if s.g.Directed() {
		return int64(size) * int64(size-1)
	}
	return int64(size) * int64(size-1) / 2
}
