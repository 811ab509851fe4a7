package centrality

import (
	"container/heap"
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Passed says how many shortest paths pass what.
type Passed struct {
	// Nodes is the betweenness of each node, as Betweenness counts it.
	Nodes []float64
	// Edges is the betweenness of each edge (Girvan & Newman 2002), as graph.EdgeIndex numbers them: the paths between
	// all pairs of nodes that use it, the ends among them. A self-loop has 0.
	Edges []float64
}

// sameLength is by how much two lengths may differ, for their size, and still be equal: sums of the same weights in
// another order do.
const sameLength = 1e-10

// BetweennessOfLengths returns the betweenness of nodes and edges where weights are lengths, which add up; without
// weights every tie is one long, and Nodes is Betweenness (Brandes 2001 and 2008, with Dijkstra's search). Lengths that
// differ by less than one part in 10^10 are equal, as in igraph 1.0. In an undirected graph each unordered pair of
// nodes counts once, in a directed graph each ordered pair. It returns graph.ErrParameter for a tie of length 0, around
// which paths could go for ever. Time is O(n m log n); the result does not depend on the number of threads.
func BetweennessOfLengths(ctx context.Context, g *graph.Graph, opts graph.Options) (*Passed, error) {
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	g, err := g.Compact(ctx, opts)
	if err != nil {
		return nil, err
	}
	_, _, weights := g.Rows()
	for i := range weights.Len() {
		if weights.At(i) == 0 {
			return nil, graph.ErrParameter
		}
	}
	n := g.N()
	numbers, err := edgesOfArcs(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &Passed{Nodes: make([]float64, n), Edges: make([]float64, g.M())}
	searches := make([]*lengthSearch, opts.Workers())
	order := ranges.NewInOrder()
	half := 1.0
	if !g.Directed() {
		half = 0.5
	}
	err = opts.Run(ctx, n, 1, func(worker, source, _ int) {
		if searches[worker] == nil {
			searches[worker] = newLengthSearch(g, numbers)
		}
		s := searches[worker]
		s.search(ctx, uint32(source))
		s.spread(ctx)
		order.Do(source, func() {
			for _, v := range s.settled[min(1, len(s.settled)):] {
				out.Nodes[v] += half * s.passed[v]
			}
			for i, edge := range s.edges {
				out.Edges[edge] += half * s.shares[i]
			}
		})
		s.clear()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// edgesOfArcs returns the number of the edge of each arc in, in the places of InRows.
func edgesOfArcs(ctx context.Context, g *graph.Graph) ([]int64, error) {
	index := graph.NewEdgeIndex(g)
	_, sources, _ := g.InRows()
	numbers := make([]int64, 0, len(sources))
	for v := range uint32(g.N()) {
		if ranges.Ended(ctx, int(v)) {
			return nil, ctx.Err()
		}
		for _, u := range g.InNeighbors(v) {
			number, _ := index.Number(u, v)
			numbers = append(numbers, number)
		}
	}
	return numbers, ctx.Err()
}

// lengthSearch is the work space of one search.
type lengthSearch struct {
	g        *graph.Graph
	numbers  []int64
	length   []float64 // from the source
	place    []int32   // in settled; -1 before
	paths    []float64 // number of shortest paths from the source
	passed   []float64 // Brandes' dependency
	settled  []uint32
	waiting  lengthHeap
	edges    []int64 // edges of shortest paths, with their share of them
	shares   []float64
	inStart  []int64
	inSource []uint32
	inLength graph.Weights
}

func newLengthSearch(g *graph.Graph, numbers []int64) *lengthSearch {
	n := g.N()
	s := &lengthSearch{
		g: g, numbers: numbers, length: make([]float64, n), place: make([]int32, n), paths: make([]float64, n),
		passed: make([]float64, n),
	}
	s.inStart, s.inSource, s.inLength = g.InRows()
	for v := range n {
		s.length[v], s.place[v] = math.Inf(1), -1
	}
	return s
}

func (s *lengthSearch) clear() {
	for _, v := range s.settled {
		s.length[v], s.place[v], s.paths[v], s.passed[v] = math.Inf(1), -1, 0, 0
	}
	for _, w := range s.waiting {
		s.length[w.node] = math.Inf(1)
	}
	s.settled, s.waiting, s.edges, s.shares = s.settled[:0], s.waiting[:0], s.edges[:0], s.shares[:0]
}

// before says whether the arc from u, in the i-th place of InRows, is the last of a shortest path to w: u was settled
// before w, and the lengths agree.
func (s *lengthSearch) before(u, w uint32, i int64) bool {
	if s.place[u] < 0 || s.place[u] >= s.place[w] {
		return false
	}
	return s.length[u]+s.inLength.At(int(i)) <= s.length[w]*(1+sameLength)
}

// search settles the nodes in order of length and counts the shortest paths. When ctx ends it stops early; what it
// leaves is then of no use.
func (s *lengthSearch) search(ctx context.Context, source uint32) {
	s.length[source], s.paths[source] = 0, 1
	s.waiting = append(s.waiting, lengthItem{0, source})
	for steps := 0; len(s.waiting) > 0; steps++ {
		if ranges.Ended(ctx, steps) {
			return
		}
		item := heap.Pop(&s.waiting).(lengthItem)
		v := item.node
		if s.place[v] >= 0 {
			continue
		}
		s.place[v] = int32(len(s.settled))
		s.settled = append(s.settled, v)
		if v != source {
			for i := s.inStart[v]; i < s.inStart[v+1]; i++ {
				if u := s.inSource[i]; s.before(u, v, i) {
					s.paths[v] += s.paths[u]
				}
			}
		}
		weights := s.g.Weights(v)
		for i, u := range s.g.Neighbors(v) {
			if length := item.length + weights.At(i); s.place[u] < 0 && length < s.length[u] {
				s.length[u] = length
				heap.Push(&s.waiting, lengthItem{length, u})
			}
		}
	}
}

// spread hands the dependencies back from the farthest node to the source.
func (s *lengthSearch) spread(ctx context.Context) {
	for at := len(s.settled) - 1; at > 0; at-- {
		if ranges.Ended(ctx, at) {
			return
		}
		w := s.settled[at]
		part := (1 + s.passed[w]) / s.paths[w]
		for i := s.inStart[w]; i < s.inStart[w+1]; i++ {
			if u := s.inSource[i]; s.before(u, w, i) {
				share := s.paths[u] * part
				s.passed[u] += share
				s.edges, s.shares = append(s.edges, s.numbers[i]), append(s.shares, share)
			}
		}
	}
}

type lengthItem struct {
	length float64
	node   uint32
}

// lengthHeap is a heap for container/heap, the shortest first, of equal ones the first node.
type lengthHeap []lengthItem

func (h lengthHeap) Len() int { return len(h) }

func (h lengthHeap) Less(i, j int) bool {
	return h[i].length < h[j].length || h[i].length == h[j].length && h[i].node < h[j].node
}
func (h lengthHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *lengthHeap) Push(x any)   { *h = append(*h, x.(lengthItem)) }
func (h *lengthHeap) Pop() any {
	list := *h
	last := list[len(list)-1]
	*h = list[:len(list)-1]
	return last
}
