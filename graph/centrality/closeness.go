package centrality

import (
	"context"
	"math"
	"math/bits"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Nearness is how far each node lies from the nodes it can reach, in steps along the ties (out of it, in a directed
// graph).
type Nearness struct {
	// Harmonic is sum over the other nodes u of 1 / d(v, u), where no path counts 0 (Marchiori & Latora 2000). Divide
	// by n - 1 for igraph 1.0's normalised value, in [0, 1].
	Harmonic []float64
	// Closeness is reached / sum of distances over the nodes that v can reach, in (0, 1], as igraph 1.0 has it; NaN for
	// a node that reaches none.
	Closeness []float64
	// Farness is the sum of the distances to the nodes that v can reach.
	Farness []int64
	// Reached is the number of other nodes that v can reach.
	Reached []int64
	// Eccentricity is the largest of these distances, 0 for a node that reaches none.
	Eccentricity []uint32
}

// lanes is the number of 64-bit words, each of 64 searches, that run together.
const lanes = 4

type laneSet [lanes]uint64

// Closeness measures all nodes exactly, by breadth-first searches of which 256 run at once, one bit each (Then et al.
// 2014). Time O(n m / 256) for the small distances of social networks. Weights and loops are ignored. The result does
// not depend on the number of threads.
func Closeness(ctx context.Context, g *graph.Graph, opts graph.Options) (*Nearness, error) {
	n := g.N()
	p, err := newPacked(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	out := &Nearness{
		Harmonic: make([]float64, n), Closeness: make([]float64, n), Farness: make([]int64, n),
		Reached: make([]int64, n), Eccentricity: make([]uint32, n),
	}
	searches := make([]*manySearches, opts.Workers())
	order := ranges.NewInOrder()
	const batch = 64 * lanes
	err = opts.Run(ctx, n, batch, func(worker, low, high int) {
		if searches[worker] == nil {
			searches[worker] = newManySearches(p)
		}
		s := searches[worker]
		s.run(ctx, low, high)
		order.Do(low/batch, func() {
			for r, v := range p.node {
				out.Harmonic[v] += s.harmonic[r]
				out.Farness[v] += s.farness[r]
				out.Reached[v] += s.reached[r]
				out.Eccentricity[v] = max(out.Eccentricity[v], s.last[r])
			}
		})
	})
	if err != nil {
		return nil, err
	}
	for v := range out.Closeness {
		out.Closeness[v] = math.NaN()
		if out.Reached[v] > 0 {
			out.Closeness[v] = float64(out.Reached[v]) / float64(out.Farness[v])
		}
	}
	return out, nil
}

// manySearches is the work space of one batch. The searches run against the arcs, so that what is counted at a node is
// its own distance to the sources.
type manySearches struct {
	p                 *packed
	seen, front, next []laneSet
	harmonic          []float64
	farness, reached  []int64
	last              []uint32
	active, found     []uint32
}

func newManySearches(p *packed) *manySearches {
	n := len(p.node)
	return &manySearches{
		p: p, seen: make([]laneSet, n), front: make([]laneSet, n), next: make([]laneSet, n),
		harmonic: make([]float64, n),
		farness:  make([]int64, n), reached: make([]int64, n), last: make([]uint32, n), active: make([]uint32, 0, n),
		found: make([]uint32, 0, n),
	}
}

// run searches from the nodes low to high. When ctx ends it stops early; what it leaves is then of no use.
func (s *manySearches) run(ctx context.Context, low, high int) {
	p := s.p
	clear(s.seen)
	clear(s.front)
	clear(s.harmonic)
	clear(s.farness)
	clear(s.reached)
	clear(s.last)
	var full laneSet
	s.active = s.active[:0]
	for source := low; source < high; source++ {
		lane := source - low
		full[lane>>6] |= 1 << (lane & 63)
		s.seen[source][lane>>6] |= 1 << (lane & 63)
		s.front[source][lane>>6] |= 1 << (lane & 63)
		s.active = append(s.active, uint32(source))
	}
	for steps := uint32(1); len(s.active) > 0 && ctx.Err() == nil; steps++ {
		arcs := int64(0)
		for _, v := range s.active {
			arcs += p.inOffsets[v+1] - p.inOffsets[v]
		}
		s.found = s.found[:0]
		if arcs < int64(len(p.targets))/6 {
			s.push(ctx)
		} else {
			s.pull(ctx, full)
		}
		weight := 1 / float64(steps)
		for _, v := range s.active {
			s.front[v] = laneSet{}
		}
		for _, v := range s.found {
			next := s.next[v]
			s.front[v] = next
			s.next[v] = laneSet{}
			count := 0
			for i, word := range next {
				s.seen[v][i] |= word
				count += bits.OnesCount64(word)
			}
			s.harmonic[v] += float64(count) * weight
			s.farness[v] += int64(count) * int64(steps)
			s.reached[v] += int64(count)
			s.last[v] = steps
		}
		s.active, s.found = s.found, s.active
	}
}

// push sends the searches at the active nodes on to the nodes with an arc to them.
func (s *manySearches) push(ctx context.Context) {
	p := s.p
	for i, v := range s.active {
		if ranges.Ended(ctx, i) {
			return
		}
		at := s.front[v]
		for _, w := range p.inTargets[p.inOffsets[v]:p.inOffsets[v+1]] {
			seen, next := &s.seen[w], &s.next[w]
			new0, new1, new2, new3 := at[0]&^seen[0], at[1]&^seen[1], at[2]&^seen[2], at[3]&^seen[3]
			if new0|new1|new2|new3 == 0 {
				continue
			}
			if next[0]|next[1]|next[2]|next[3] == 0 {
				s.found = append(s.found, w)
			}
			next[0] |= new0
			next[1] |= new1
			next[2] |= new2
			next[3] |= new3
		}
	}
}

// pull lets every node that some search has not seen yet look at the nodes its arcs lead to.
func (s *manySearches) pull(ctx context.Context, full laneSet) {
	p := s.p
	for v := range s.seen {
		if ranges.Ended(ctx, v) {
			return
		}
		seen := s.seen[v]
		if seen == full {
			continue
		}
		var got0, got1, got2, got3 uint64
		for _, x := range p.targets[p.offsets[v]:p.offsets[v+1]] {
			front := &s.front[x]
			got0 |= front[0]
			got1 |= front[1]
			got2 |= front[2]
			got3 |= front[3]
		}
		next := laneSet{got0 &^ seen[0], got1 &^ seen[1], got2 &^ seen[2], got3 &^ seen[3]}
		if next[0]|next[1]|next[2]|next[3] != 0 {
			s.next[v] = next
			s.found = append(s.found, uint32(v))
		}
	}
}
