package graph

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gave.network/graph/internal/ranges"
)

// Apart says what alternatives may not have in common.
type Apart uint8

const (
	// ApartNodes is for routes that share no node but their ends: no middleman is needed twice.
	ApartNodes Apart = iota
	// ApartTies is for routes that share no tie, but may pass the same node.
	ApartTies
)

// Disjoint returns up to k routes from source to target that have nothing in common, as apart says, best first. Their
// joint value is the best possible: the product of all strengths, or the sum of all lengths (Suurballe 1974; Bhandari
// 1999 for more than two). The single best path is not always among them. When there are not k, it returns the most
// that there are.
func (s *PathSearch) Disjoint(ctx context.Context, source, target uint32, k int, apart Apart) ([]Route, error) {
	if k < 1 {
		return nil, fmt.Errorf("graph: %d paths: %w", k, ErrParameter)
	}
	if err := s.graph.CheckNodes(source, target); err != nil {
		return nil, err
	}
	if source == target {
		return []Route{s.route([]uint32{source})}, ctx.Err()
	}
	f, err := newFlow(ctx, s, source, target, apart == ApartNodes)
	if err != nil {
		return nil, err
	}
	defer f.reset()
	for range k {
		found, err := f.augment(ctx)
		if err != nil {
			return nil, err
		}
		if !found {
			break
		}
	}
	paths, err := f.paths(ctx)
	if err != nil {
		return nil, err
	}
	var routes []Route
	for _, nodes := range paths {
		routes = append(routes, s.route(nodes))
	}
	s.sortRoutes(routes)
	return routes, nil
}

// DisjointWithin returns up to k routes of at most so many ties that have no node in common but their ends: the best
// one, then the best one without its middle nodes, and so on. It is not always the best set: with a limit on length the
// best set is hard to find (Itai, Perl & Shiloach 1982).
func (s *PathSearch) DisjointWithin(ctx context.Context, source, target uint32, k, hops int) ([]Route, error) {
	if k < 1 || hops < 1 {
		return nil, fmt.Errorf("graph: %d paths of %d hops: %w", k, hops, ErrParameter)
	}
	s.ban = &ban{nodes: map[uint32]bool{}, source: None, heads: map[uint32]bool{}}
	defer func() { s.ban = nil }()
	var routes []Route
	for len(routes) < k {
		route, err := s.find(ctx, source, target, hops)
		if err != nil {
			return nil, err
		}
		if route.Nodes == nil {
			break
		}
		routes = append(routes, route)
		if len(route.Nodes) <= 2 {
			// A direct tie has no middle: it is the tie itself that may not be used again.
			if source == target {
				break
			}
			s.ban.source = source
			s.ban.heads[target] = true
			continue
		}
		for _, v := range route.Nodes[1 : len(route.Nodes)-1] {
			s.ban.nodes[v] = true
		}
	}
	return routes, nil
}

func (s *PathSearch) sortRoutes(routes []Route) {
	slices.SortFunc(routes, func(a, b Route) int {
		switch {
		case a.Value != b.Value && (a.Value > b.Value) == (s.options.Measure == Strength):
			return -1
		case a.Value != b.Value:
			return 1
		}
		return slices.Compare(a.Nodes, b.Nodes)
	})
}

// flow is a minimum-cost flow of one unit a path, by successive shortest paths with potentials (Edmonds & Karp 1972).
// Where nodes may be used once, a node on a path is two: it is entered at v and left at v+n, and between them lies the
// unit that passes.
//
// The first potentials are the distances to the target, as far as a search from both ends has settled them, and the
// distance that it got to for all other nodes. So the search for each path looks at little more than the search from
// both ends does.
type flow struct {
	search         *PathSearch
	n              uint32
	source, target uint32
	nodes          bool                // paths are apart in nodes
	next           map[uint32][]uint32 // the flow out of each node; few nodes have any
	previous       map[uint32][]uint32 // the flow into each node
	states         []flowState         // of length 2n
	touched        []uint32            // the states to reset in the end
	reached        []uint32            // the states reached by this search
	heap           heap
}

// flowState is what a search knows of a node, or of the exit of one.
type flowState struct {
	distance  float64
	potential float64
	from      uint32 // the state before
	reached   bool
	done      bool
	undo      bool // it was reached by undoing the flow of a tie
	touched   bool
}

// newFlow prepares a flow; the states are kept in the PathSearch.
func newFlow(ctx context.Context, s *PathSearch, source, target uint32, nodes bool) (*flow, error) {
	n := s.graph.N()
	if n > math.MaxUint32/2 {
		return nil, ErrTooManyNodes // states would not fit 32 bits
	}
	if s.states == nil {
		s.states = make([]flowState, 2*n)
	}
	f := &flow{
		search: s, n: uint32(n), source: source, target: target, nodes: nodes,
		next: map[uint32][]uint32{}, previous: map[uint32][]uint32{}, states: s.states,
	}
	s.begin(source, target)
	defer s.clean()
	s.keepAll = true
	err := s.dijkstra(ctx)
	s.keepAll = false
	w := &s.sides[1]
	if err != nil || len(w.heap) == 0 {
		return f, err
	}
	limit := s.length(w.heap[0].key)
	for entry, v := range w.nodes {
		if ranges.Ended(ctx, entry) {
			f.reset()
			return f, ctx.Err()
		}
		distance := s.length(w.keys[entry])
		if w.place[v] != uint32(entry) || distance >= limit {
			continue
		}
		for _, state := range [2]uint32{v, v + f.n} {
			f.touch(state)
			f.states[state].potential = limit - distance
		}
	}
	return f, nil
}

// length is the additive length of a key.
func (s *PathSearch) length(key float64) float64 {
	if s.options.Measure == Length {
		return key
	}
	return -math.Log(-key)
}

func (f *flow) touch(state uint32) {
	if !f.states[state].touched {
		f.states[state].touched = true
		f.touched = append(f.touched, state)
	}
}

// reset leaves the states clean for the next query.
func (f *flow) reset() {
	if len(f.touched) > len(f.states)/16 {
		clear(f.states) // in one run, which is quicker than going from place to place
		return
	}
	for _, state := range f.touched {
		f.states[state] = flowState{}
	}
}

// cost is what a tie adds to a path.
func (f *flow) cost(weight float64) float64 {
	if f.search.options.Measure == Length {
		return weight
	}
	return -math.Log(weight * f.search.factor)
}

// occupied says whether a path passes v, so that v has an entrance and an exit.
func (f *flow) occupied(v uint32) bool {
	return f.nodes && v != f.source && v != f.target && len(f.next) > 0 && len(f.next[v]) > 0
}

// node returns the node of a state: states below n are nodes, or the entrances of occupied ones; the others are exits.
func (f *flow) node(state uint32) (v uint32, exit bool) {
	if state >= f.n {
		return state - f.n, true
	}
	return state, false
}

// augment finds the cheapest way to have one path more and takes it.
func (f *flow) augment(ctx context.Context) (bool, error) {
	for _, state := range f.reached {
		f.states[state].reached, f.states[state].done = false, false
	}
	f.reached, f.heap = f.reached[:0], f.heap[:0]
	f.reach(f.source, f.source, 0, false)
	// The context is looked at after so many arcs, not so many nodes: the busiest come first.
	for work := int64(math.MaxInt32); len(f.heap) > 0; {
		if work > 1<<14 {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			work = 0
		}
		item := f.heap.pop()
		state := &f.states[item.entry]
		if state.done {
			continue
		}
		state.done = true
		if item.entry == f.target {
			return true, f.take(ctx, item.key)
		}
		v, _ := f.node(item.entry)
		work += 64 + int64(f.search.graph.Degree(v))
		f.relax(item.entry)
	}
	return false, nil
}

// reach offers a way to a state that costs so much from another.
func (f *flow) reach(from, to uint32, cost float64, undo bool) {
	here, there := &f.states[from], &f.states[to]
	// Rounding can make a reduced cost a little less than nothing.
	distance := here.distance + max(cost+here.potential-there.potential, 0)
	if from == to {
		distance = 0
	}
	if there.reached {
		if distance >= there.distance {
			return
		}
	} else {
		there.reached = true
		f.reached = append(f.reached, to)
		f.touch(to)
	}
	there.distance, there.from, there.undo = distance, from, undo
	f.heap.push(heapItem{distance, to})
}

// relax looks along the residual arcs of a state.
func (f *flow) relax(state uint32) {
	g := f.search.graph
	v, exit := f.node(state)
	occupied := f.occupied(v)
	// Back along the flow that comes in; this undoes it. It arrives at the exit of the node before.
	if !exit {
		for _, u := range f.previous[v] {
			weight, _ := g.Weight(u, v)
			to := u
			if f.occupied(u) {
				to = u + f.n
			}
			f.reach(state, to, -f.cost(weight), true)
		}
	}
	if occupied && exit {
		f.reach(state, v, 0, false) // back through the node itself
	}
	if occupied && !exit {
		return // the way through is taken
	}
	weights, used := g.Weights(v), f.next[v]
	for i, u := range g.Neighbors(v) {
		weight := weights.At(i)
		if u == v || u == f.source || weight == 0 && f.search.options.Measure == Strength ||
			len(used) > 0 && slices.Contains(used, u) {
			continue
		}
		f.reach(state, u, f.cost(weight), false)
	}
}

// take changes the potentials and the flow by the path that was found; length is its reduced length.
func (f *flow) take(ctx context.Context, length float64) error {
	for i, state := range f.reached {
		if ranges.Ended(ctx, i) {
			return ctx.Err()
		}
		change := min(f.states[state].distance, length) - length
		if change == 0 {
			continue
		}
		f.states[state].potential += change
		// A node that is no pair of states yet has the same potential at both, in case it becomes one.
		if v, exit := f.node(state); f.nodes && !exit && !f.occupied(v) {
			f.touch(v + f.n)
			f.states[v+f.n].potential = f.states[v].potential
		}
	}
	for state := f.target; state != f.source; {
		step := f.states[state]
		to, _ := f.node(state)
		from, _ := f.node(step.from)
		switch {
		case from == to:
		case step.undo:
			f.next[to] = without(f.next[to], from)
			f.previous[from] = without(f.previous[from], to)
		default:
			f.next[from] = append(f.next[from], to)
			f.previous[to] = append(f.previous[to], from)
		}
		state = step.from
	}
	return nil
}

func without(list []uint32, v uint32) []uint32 {
	at := slices.Index(list, v)
	return slices.Delete(slices.Clone(list), at, at+1)
}

// paths follows the flow from the source.
func (f *flow) paths(ctx context.Context) ([][]uint32, error) {
	var paths [][]uint32
	starts := slices.Clone(f.next[f.source])
	slices.Sort(starts)
	for _, v := range starts {
		path := []uint32{f.source}
		for v != f.target {
			if path = append(path, v); ranges.Ended(ctx, len(path)) {
				return nil, ctx.Err()
			}
			out := f.next[v]
			next := slices.Min(out)
			f.next[v] = without(out, next)
			v = next
		}
		paths = append(paths, withoutCycles(append(path, v)))
	}
	return paths, nil
}
