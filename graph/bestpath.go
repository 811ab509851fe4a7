package graph

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Measure says how the weights of a path's ties make the value of the path.
type Measure uint8

const (
	// Strength multiplies the weights, which are probabilities in [0, 1] that a request passes a tie; the best path is
	// the one with the greatest product, which is the shortest path under -ln p. A path of no ties has strength 1, a
	// tie of weight 0 is none.
	Strength Measure = iota
	// Length adds the weights, which are zero or more; the best path is the one with the smallest sum.
	Length
)

// PathOptions says what the best path is.
type PathOptions struct {
	Measure Measure
	// HopFactor is what each tie of a path costs besides its weight, in (0, 1]; 0 means 1, no cost. It is for Strength
	// only: a favour that is asked for somebody else is granted less often.
	HopFactor float64
}

// Route is a path and its value: the product (Strength) or the sum (Length) along it, from the first tie to the last in
// 64 bits. A route without nodes, and with value 0, says that there is no path.
type Route struct {
	Nodes []uint32
	Value float64
}

// Hops returns the number of ties of the route.
func (r Route) Hops() int { return max(len(r.Nodes)-1, 0) }

// PathSearch finds the best paths between two nodes of a weighted graph. It keeps its work space, about 36 bytes for
// each node, so that a query allocates nothing but its answer. A PathSearch is for one goroutine at a time; make one
// for each.
type PathSearch struct {
	graph   *Graph
	options PathOptions
	factor  float64
	// marks has two bits for each node: seen from the source, seen from the target.
	marks []uint64
	sides [2]wave
	// best is the value of the best path found so far, and meet are its ends in the two waves.
	best  float64
	meet  [2]uint32
	ban   *ban
	touch uint32
	// keepAll makes Dijkstra's algorithm keep what cannot be on a best path too: Disjoint needs it. states are for
	// Disjoint as well.
	keepAll bool
	states  []flowState
}

// ban is what a search may not use: nodes, and arcs out of its source.
type ban struct {
	nodes  map[uint32]bool
	source uint32
	heads  map[uint32]bool
}

func (b *ban) forbids(from, to uint32) bool {
	return b != nil && (b.nodes[to] || b.nodes[from] || from == b.source && b.heads[to])
}

// wave is what is found from one end. An entry is a node with the value of a path to it; a node that is reached better
// later gets a new entry.
//
// Values are kept as keys, of which smaller is better: minus the product for Strength, the sum for Length.
type wave struct {
	rows
	place  []uint32 // the latest entry of each marked node
	nodes  []uint32
	keys   []float64
	parent []uint32 // the entry from which it was reached
	start  int      // where the entries of the last step begin
	edge   float64  // the best weight of a tie at this end, as a bound
	heap   heap
}

// check returns the hop factor, and what NewPathSearch refuses.
func (o PathOptions) check(ctx context.Context, g *Graph) (float64, error) {
	factor := o.HopFactor
	if factor == 0 {
		factor = 1
	}
	if !(factor > 0 && factor <= 1) || o.Measure > Length {
		return 0, fmt.Errorf("graph: the hop factor %v: %w", o.HopFactor, ErrParameter)
	}
	if err := CheckWeights(ctx, g); err != nil {
		return 0, err
	}
	if o.Measure == Length {
		return 1, nil
	}
	return factor, g.eachWeights(ctx, func(weights Weights) error {
		for i := range weights.Len() {
			if w := weights.At(i); w > 1 {
				return fmt.Errorf("graph: a weight of %v is no probability: %w", w, ErrParameter)
			}
		}
		return nil
	})
}

// NewPathSearch returns a work space for queries about g; an unweighted graph has weights of 1. It returns
// ErrNegativeWeight or ErrNotFinite for such weights, and ErrParameter when a weight is not a probability where it has
// to be, or the hop factor not in its range.
func NewPathSearch(g *Graph, options PathOptions) (*PathSearch, error) {
	factor, err := options.check(context.Background(), g)
	if err != nil {
		return nil, err
	}
	n := g.N()
	s := &PathSearch{graph: g, options: options, factor: factor, marks: make([]uint64, (n+31)/32)}
	s.sides[0] = wave{rows: g.outRows(), place: make([]uint32, n)}
	s.sides[1] = wave{rows: g.inRows(), place: make([]uint32, n)}
	return s, nil
}

// The arithmetic of keys. Both measures share one loop, in which the branch on the measure is always taken the same
// way.

func (s *PathSearch) zero() float64 {
	if s.options.Measure == Strength {
		return -1
	}
	return 0
}

// worst is the key of no path.
func (s *PathSearch) worst() float64 {
	if s.options.Measure == Strength {
		return 0
	}
	return math.Inf(1)
}

// join is the key of a path made of two.
func (s *PathSearch) join(a, b float64) float64 {
	if s.options.Measure == Strength {
		return -(a * b)
	}
	return a + b
}

// step is the key of a path with one more tie.
func (s *PathSearch) step(key float64, weight float64) float64 {
	if s.options.Measure == Strength {
		return key * (weight * s.factor)
	}
	return key + weight
}

// Best returns the best path from source to target, of any number of ties, by Dijkstra's algorithm from both ends
// (Dantzig 1960, Nicholson 1966): the waves advance in turn, best node first, until no path through what is left can be
// better than the best one found.
func (s *PathSearch) Best(ctx context.Context, source, target uint32) (Route, error) {
	return s.find(ctx, source, target, 0)
}

// Within returns the best path from source to target of at most so many ties: exact, also where a longer path to some
// node on the way would be better. This is the question "who can introduce me, and how" for three or four hops.
func (s *PathSearch) Within(ctx context.Context, source, target uint32, hops int) (Route, error) {
	if hops < 1 {
		return Route{}, fmt.Errorf("graph: %d hops: %w", hops, ErrParameter)
	}
	return s.find(ctx, source, target, hops)
}

// find answers a query; hops = 0 means any number.
func (s *PathSearch) find(ctx context.Context, source, target uint32, hops int) (Route, error) {
	if err := s.graph.CheckNodes(source, target); err != nil {
		return Route{}, err
	}
	if source == target {
		return s.route([]uint32{source}), ctx.Err()
	}
	s.begin(source, target)
	defer s.clean()
	var err error
	if hops > 0 {
		err = s.layers(ctx, hops)
	} else {
		err = s.dijkstra(ctx)
	}
	if err != nil || s.best == s.worst() {
		return Route{}, err
	}
	return s.route(s.trace()), nil
}

// begin puts the ends of a query into the waves.
func (s *PathSearch) begin(source, target uint32) {
	s.best = s.worst()
	for side, v := range [2]uint32{source, target} {
		w := &s.sides[side]
		w.nodes, w.keys, w.parent, w.start = w.nodes[:0], w.keys[:0], w.parent[:0], 0
		w.edge = s.zero()
		s.enter(side, v, s.zero(), 0)
	}
}

// enter makes a new entry for v on a side.
func (s *PathSearch) enter(side int, v uint32, key float64, parent uint32) {
	w := &s.sides[side]
	s.marks[v>>5] |= 1 << (2*(v&31) + uint32(side))
	w.place[v] = uint32(len(w.nodes))
	w.nodes = append(w.nodes, v)
	w.keys = append(w.keys, key)
	w.parent = append(w.parent, parent)
}

// layers looks one tie farther from the side with less to look at, until all ties are used. As the entries of a side
// hold the best value with at most as many ties as it has taken, and both together take all of them, the best join of
// two entries is the answer. The last step only looks for joins and stores nothing.
func (s *PathSearch) layers(ctx context.Context, hops int) error {
	for taken := range hops {
		if err := ctx.Err(); err != nil {
			return err
		}
		side := 0
		if s.sides[1].work() < s.sides[0].work() {
			side = 1
		}
		if s.sides[side].start == len(s.sides[side].nodes) {
			return nil
		}
		s.layer(side, taken == hops-1)
	}
	return nil
}

// work estimates the arcs of the last layer.
func (w *wave) work() int64 {
	return w.rows.work(w.nodes[w.start:])
}

// layer takes one step from all entries of the side's last one.
func (s *PathSearch) layer(side int, last bool) {
	const batch = 32
	w, far := &s.sides[side], &s.sides[1-side]
	end := len(w.nodes)
	first := w.start == 0
	var rows [batch][]uint32
	own, other := uint64(1)<<side, uint64(2)>>side
	bestTie := s.worst()
	for at := w.start; at < end; at += batch {
		count := min(batch, end-at)
		for i, v := range w.nodes[at : at+count] {
			rows[i] = w.of(v)
		}
		touch := uint32(0)
		for _, row := range rows[:count] {
			if len(row) > 0 {
				touch ^= row[0]
			}
		}
		s.touch = touch
		for i := range count {
			entry := at + i
			v, key := w.nodes[entry], w.keys[entry]
			// A better entry of the same layer replaces this one. One that this very step made does not: its path is a
			// tie longer.
			if latest := w.place[v]; latest != uint32(entry) && int(latest) < end || s.join(key, far.edge) >= s.best {
				continue
			}
			weights := w.weightsOf(v)
			for j, u := range rows[i] {
				mark := s.marks[u>>5] >> (2 * (u & 31))
				if last && mark&other == 0 {
					continue
				}
				reached := s.step(key, weights.At(j))
				if first && reached < bestTie {
					bestTie = reached
				}
				if reached >= s.best || mark&own != 0 && reached >= w.keys[w.place[u]] || s.banned(side, v, u) {
					continue
				}
				if mark&other != 0 {
					if whole := s.join(reached, far.keys[far.place[u]]); whole < s.best {
						s.best = whole
						// The joining entry is made even in the last step: the path is read from it.
						s.enter(side, u, reached, uint32(entry))
						s.meet[side], s.meet[1-side] = uint32(len(w.nodes)-1), far.place[u]
						continue
					}
				}
				if !last && s.join(reached, far.edge) < s.best {
					s.enter(side, u, reached, uint32(entry))
				}
			}
		}
	}
	w.start = end
	if first {
		w.edge = bestTie
	}
}

func (s *PathSearch) banned(side int, from, to uint32) bool {
	if s.ban == nil {
		return false
	}
	if side == 1 {
		from, to = to, from
	}
	return s.ban.forbids(from, to)
}

// trace returns the nodes of the best path, without the cycles that rounding or ties of strength 1 can leave where the
// waves met.
func (s *PathSearch) trace() []uint32 {
	var nodes []uint32
	for entry := s.meet[0]; ; entry = s.sides[0].parent[entry] {
		nodes = append(nodes, s.sides[0].nodes[entry])
		if entry == 0 {
			break
		}
	}
	slices.Reverse(nodes)
	for entry := s.meet[1]; entry != 0; {
		entry = s.sides[1].parent[entry]
		nodes = append(nodes, s.sides[1].nodes[entry])
	}
	return withoutCycles(nodes)
}

func withoutCycles(nodes []uint32) []uint32 {
	for i := 0; i < len(nodes); i++ {
		for j := len(nodes) - 1; j > i; j-- {
			if nodes[j] == nodes[i] {
				nodes = append(nodes[:i], nodes[j:]...)
				break
			}
		}
	}
	return nodes
}

// route gives a path its value.
func (s *PathSearch) route(nodes []uint32) Route {
	key := s.zero()
	for i := 1; i < len(nodes); i++ {
		weight, _ := s.graph.Weight(nodes[i-1], nodes[i])
		key = s.step(key, weight)
	}
	if s.options.Measure == Strength {
		key = -key
	}
	return Route{Nodes: nodes, Value: key}
}

func (s *PathSearch) clean() {
	if len(s.sides[0].nodes)+len(s.sides[1].nodes) > len(s.marks)/4 {
		clear(s.marks)
		return
	}
	for _, w := range s.sides {
		for _, v := range w.nodes {
			s.marks[v>>5] = 0
		}
	}
}
