package graph

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// Unreachable is the distance of a node to which there is no path.
const Unreachable = -1

// Distances returns for each node the number of steps of a shortest path from the nearest of the sources, Unreachable
// where there is none. Weights are not looked at. See Search for the method; use a Search for many searches of one
// graph.
func Distances(ctx context.Context, g *Graph, opts Options, sources ...uint32) ([]int32, error) {
	return NewSearch(g).Distances(ctx, opts, sources...)
}

// Search is the work space of breadth-first searches: direction-optimising (Beamer, Asanović & Patterson 2012), that
// is, from the searched nodes outwards while they are few, and from the nodes that are still to be found backwards when
// they are many. It takes O(n + m) time at worst and about 8.5 bytes for each node, which it keeps: a second search
// allocates nothing. A Search is for one goroutine at a time; the searches themselves use the threads that their
// options allow. The result is the same at any number of threads.
type Search struct {
	graph    *Graph
	distance []int32
	queue    []uint32 // nodes in order of discovery; the last level is the frontier
	seen     []uint64 // the nodes found so far
	front    []uint64 // the frontier, when searching backwards
	next     []uint64
	found    [][]uint32 // what each thread found
}

// NewSearch returns a work space for searches of g.
func NewSearch(g *Graph) *Search {
	words := (g.N() + 63) / 64
	return &Search{
		graph: g, distance: make([]int32, g.N()), queue: make([]uint32, 0, g.N()),
		seen: make([]uint64, words), front: make([]uint64, words), next: make([]uint64, words),
	}
}

// Distances is the function of that name; the result belongs to the Search and is overwritten by its next search.
func (s *Search) Distances(ctx context.Context, opts Options, sources ...uint32) ([]int32, error) {
	return s.Within(ctx, math.MaxInt32, opts, sources...)
}

// The switches between the two directions, as measured by Beamer et al.: backwards when the arcs out of the frontier
// are more than 1/15 of the arcs not yet looked at, forwards again when the frontier is smaller than 1/18 of the nodes.
const (
	backwardsArcs = 15
	forwardsNodes = 18
)

// Within is Distances up to a number of steps: nodes that are farther count as unreachable.
func (s *Search) Within(ctx context.Context, steps int32, opts Options, sources ...uint32) ([]int32, error) {
	g := s.graph
	if err := g.CheckNodes(sources...); err != nil {
		return nil, err
	}
	for i := range s.distance {
		s.distance[i] = Unreachable
	}
	clear(s.seen)
	s.queue = s.queue[:0]
	frontierArcs, restArcs := int64(0), g.Arcs()
	for _, v := range sources {
		if s.seen[v>>6]>>(v&63)&1 == 0 {
			s.seen[v>>6] |= 1 << (v & 63)
			s.distance[v] = 0
			s.queue = append(s.queue, v)
			frontierArcs += int64(g.Degree(v))
		}
	}
	start, frontier := 0, len(s.queue) // the frontier is queue[start:], when searching forwards
	backwards := false
	previous := 0
	for depth := int32(1); frontier > 0 && depth <= steps; depth++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if opts.Progress != nil {
			opts.Progress(g.Arcs()-restArcs, g.Arcs())
		}
		switch {
		case !backwards && frontierArcs > restArcs/backwardsArcs && frontier > 64:
			backwards = true
			clear(s.front)
			for _, v := range s.queue[start:] {
				s.front[v>>6] |= 1 << (v & 63)
			}
		case backwards && frontier < previous && frontier < g.N()/forwardsNodes:
			backwards = false
			s.queue = s.queue[:0]
			start, frontierArcs = 0, 0
			for i, word := range s.front {
				for ; word != 0; word &= word - 1 {
					v := uint32(i<<6 + bits.TrailingZeros64(word))
					s.queue = append(s.queue, v)
					frontierArcs += int64(g.Degree(v))
				}
			}
		}
		restArcs -= frontierArcs
		previous = frontier
		if backwards {
			frontier = s.stepBackwards(depth, opts)
			frontierArcs = 0
			s.front, s.next = s.next, s.front
			continue
		}
		end := len(s.queue)
		frontierArcs = s.stepForwards(depth, start, frontierArcs, opts)
		start, frontier = end, len(s.queue)-end
	}
	return s.distance, ctx.Err()
}

// stepForwards finds the nodes one step from queue[start:], appends them to the queue and returns how many arcs they
// have.
func (s *Search) stepForwards(depth int32, start int, arcs int64, opts Options) int64 {
	const worthThreads = 1 << 15 // arcs; below, starting threads costs more than it brings
	if opts.Workers() == 1 || arcs < worthThreads {
		return s.forwardsSerial(depth, start)
	}
	frontier := s.queue[start:len(s.queue):len(s.queue)]
	for len(s.found) < opts.Workers() {
		s.found = append(s.found, nil)
	}
	for i := range s.found {
		s.found[i] = s.found[i][:0]
	}
	var degrees atomic.Int64
	// The error is the context's, and there is none here.
	_ = opts.Quiet().Run(context.Background(), len(frontier), 256, func(worker, low, high int) {
		found := s.found[worker]
		sum := int64(0)
		for _, v := range frontier[low:high] {
			for _, u := range s.graph.Neighbors(v) {
				bit := uint64(1) << (u & 63)
				if atomic.LoadUint64(&s.seen[u>>6])&bit != 0 || atomic.OrUint64(&s.seen[u>>6], bit)&bit != 0 {
					continue
				}
				s.distance[u] = depth
				found = append(found, u)
				sum += int64(s.graph.Degree(u))
			}
		}
		s.found[worker] = found
		degrees.Add(sum)
	})
	for _, found := range s.found {
		s.queue = append(s.queue, found...)
	}
	return degrees.Load()
}

func (s *Search) forwardsSerial(depth int32, start int) int64 {
	if s.graph.view != nil {
		return s.forwardsView(depth, start)
	}
	offsets, targets, seen := s.graph.offsets, s.graph.targets, s.seen
	queue := s.queue
	sum := int64(0)
	for _, v := range queue[start:] {
		for _, u := range targets[offsets[v]:offsets[v+1]] {
			if word := &seen[u>>6]; *word>>(u&63)&1 == 0 {
				*word |= 1 << (u & 63)
				s.distance[u] = depth
				queue = append(queue, u)
				sum += offsets[u+1] - offsets[u]
			}
		}
	}
	s.queue = queue
	return sum
}

// forwardsView is forwardsSerial on a view.
func (s *Search) forwardsView(depth int32, start int) int64 {
	sum := int64(0)
	for _, v := range s.queue[start:] {
		for _, u := range s.graph.view.out.row(v) {
			if word := &s.seen[u>>6]; *word>>(u&63)&1 == 0 {
				*word |= 1 << (u & 63)
				s.distance[u] = depth
				s.queue = append(s.queue, u)
				sum += int64(len(s.graph.view.out.row(u)))
			}
		}
	}
	return sum
}

// stepBackwards looks from each node that is not yet found for a neighbour in the frontier; it fills next and returns
// how many it found. Each thread has words of the sets for itself.
func (s *Search) stepBackwards(depth int32, opts Options) int {
	var found atomic.Int64
	_ = opts.Quiet().Run(context.Background(), len(s.seen), 64, func(_, low, high int) {
		found.Add(int64(s.backwardsRange(depth, low, high)))
	})
	return int(found.Load())
}

func (s *Search) backwardsRange(depth int32, low, high int) int {
	rows := s.graph.inRows()
	offsets, targets, changed := rows.offsets, rows.targets, rows.changed
	front, distance := s.front, s.distance
	n := s.graph.N()
	count := 0
	for i := low; i < high; i++ {
		missing := ^s.seen[i]
		if i == len(s.seen)-1 && n&63 != 0 {
			missing &= 1<<(n&63) - 1
		}
		hits := uint64(0)
		for ; missing != 0; missing &= missing - 1 {
			bit := bits.TrailingZeros64(missing)
			v := i<<6 + bit
			for _, u := range rowOf(offsets, targets, changed, uint32(v)) {
				if front[u>>6]>>(u&63)&1 != 0 {
					hits |= 1 << bit
					distance[v] = depth
					break
				}
			}
		}
		s.next[i] = hits
		s.seen[i] |= hits
		count += bits.OnesCount64(hits)
	}
	return count
}

// Path returns a shortest path from a source to v of the last search, both ends included, or nil when v was not
// reached. Of several it is the one whose nodes have the smallest numbers, looked at from the end.
func (s *Search) Path(v uint32) []uint32 {
	if int64(v) >= int64(s.graph.N()) || s.distance[v] == Unreachable {
		return nil
	}
	path := []uint32{v}
	for depth := s.distance[v]; depth > 0; depth-- {
		for _, u := range s.graph.InNeighbors(v) {
			if s.distance[u] == depth-1 {
				v = u
				break
			}
		}
		path = append(path, v)
	}
	slices.Reverse(path)
	return path
}
