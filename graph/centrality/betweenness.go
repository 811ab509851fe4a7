package centrality

import (
	"context"
	"sync/atomic"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// Betweenness returns for each node the number of shortest paths between other nodes that pass it, each pair counting
// as one:
//
//	b_v = sum over s != v != t of sigma_st(v) / sigma_st
//
// (Freeman 1977; computed as Brandes 2001 has it, one search from each node, time O(n m)). In an undirected graph each
// unordered pair counts once, in a directed graph each ordered pair, as in igraph 1.0. Weights are ignored: every tie
// is one step long. Parallel arcs and loops do not occur or do not count. The range is [0,
// (n-1)(n-2)/2] undirected and [0, (n-1)(n-2)] directed; NormalizeBetweenness brings it to [0, 1]. Graphs of fewer than
// three nodes give zeros.
//
// The contributions of the sources are added in the order of the sources, so the result does not depend on the number
// of threads. ErrParameter is returned for a graph in which two nodes at one distance from a third have numbers of
// shortest paths that differ by a factor of 1e290 or more, which only very large grids and their like have.
func Betweenness(ctx context.Context, g *graph.Graph, opts graph.Options) ([]float64, error) {
	sources := make([]uint32, g.N())
	for v := range sources {
		sources[v] = uint32(v)
	}
	return BetweennessFrom(ctx, g, sources, opts)
}

// BetweennessFrom is Betweenness with only the paths that start at one of the given sources. In an undirected graph a
// pair still counts half from each end, so that all nodes as sources give Betweenness. (igraph 1.0 with sources has
// twice these values where both ends of the pairs are sources only once; multiply by 2 for "paths from these sources".)
// It returns the errors of Betweenness, and ErrNode.
func BetweennessFrom(ctx context.Context, g *graph.Graph, sources []uint32, opts graph.Options) ([]float64, error) {
	n := g.N()
	for _, s := range sources {
		if int(s) >= n {
			return nil, graph.ErrNode
		}
	}
	p, err := newPacked(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	sums := make([]float64, n)
	order := ranges.NewInOrder()
	searches := make([]*brandes, opts.Workers())
	var lost atomic.Bool
	err = opts.Run(ctx, len(sources), 1, func(worker, low, _ int) {
		if searches[worker] == nil {
			searches[worker] = newBrandes(p)
		}
		b := searches[worker]
		source := p.place[sources[low]]
		b.search(ctx, source)
		b.accumulate(ctx)
		if b.lost {
			lost.Store(true)
		}
		order.Do(low, func() {
			for _, v := range b.order[1:] {
				sums[v] += b.coefficient[v]*b.paths[v] - 1
			}
		})
		b.clear()
	})
	if err != nil {
		return nil, err
	}
	if lost.Load() {
		return nil, graph.ErrParameter
	}
	out := make([]float64, n)
	half := 1.0
	if !g.Directed() {
		half = 0.5
	}
	for v := range out {
		// Rounding can leave a node that no path passes a hair beside zero.
		if sum := sums[p.place[v]]; sum > 1e-9 {
			out[v] = sum * half
		}
	}
	return out, nil
}

// NormalizeBetweenness divides the values by the number of pairs of other nodes, in place, so that they lie in [0, 1].
func NormalizeBetweenness(g *graph.Graph, values []float64) {
	n := float64(g.N())
	pairs := (n - 1) * (n - 2)
	if !g.Directed() {
		pairs /= 2
	}
	if pairs <= 0 {
		return
	}
	for v := range values {
		values[v] /= pairs
	}
}

// packed is a graph for many searches: nodes renumbered by falling degree, so that what is read most often lies
// together.
type packed struct {
	node, place []uint32
	offsets     []int64
	targets     []uint32
	inOffsets   []int64
	inTargets   []uint32
}

func newPacked(ctx context.Context, g *graph.Graph, opts graph.Options) (*packed, error) {
	p := &packed{}
	p.node, p.place = graph.ByDegree(g)
	var err error
	p.offsets, p.targets, err = p.renumber(ctx, g.Arcs(), g.Neighbors, opts)
	if err != nil {
		return nil, err
	}
	p.inOffsets, p.inTargets = p.offsets, p.targets
	if g.Directed() {
		p.inOffsets, p.inTargets, err = p.renumber(ctx, g.Arcs(), g.InNeighbors, opts)
	}
	return p, err
}

func (p *packed) renumber(
	ctx context.Context, arcs int64, row func(v uint32) []uint32, opts graph.Options,
) ([]int64, []uint32, error) {
	n := len(p.node)
	newOffsets, newTargets := make([]int64, n+1), make([]uint32, arcs)
	for r, v := range p.node {
		newOffsets[r+1] = newOffsets[r] + int64(len(row(v)))
	}
	err := opts.Quiet().Run(ctx, n, 2048, func(_, low, high int) {
		for r := low; r < high; r++ {
			v := p.node[r]
			slot := newOffsets[r]
			for _, x := range row(v) {
				newTargets[slot] = p.place[x]
				slot++
			}
		}
	})
	return newOffsets, newTargets, err
}

// Numbers of shortest paths can be larger than a number may be, and only those at one distance are compared with each
// other. So at each fourth level from the eighth, where there is one above manyPaths, all are scaled down. In four
// levels the numbers grow by no more than the fourth power of the number of nodes, below 1e39.
const (
	manyPaths  = 1e100
	fewerPaths = 0x1p-332 // about 1 / manyPaths
	// leastPaths is the least that a number is scaled down to, so that no path is forgotten.
	leastPaths = 0x1p-970
)

// scaleDown scales the numbers of shortest paths to the nodes of a level down where one is large. It says whether it
// did, and whether some were so small that they are no longer right.
func scaleDown(paths []float64, level []uint32) (scaled, lost bool) {
	most := 0.0
	for _, v := range level {
		most = max(most, paths[v])
	}
	if most <= manyPaths {
		return false, false
	}
	for _, v := range level {
		fewer := paths[v] * fewerPaths
		if fewer < leastPaths {
			fewer, lost = leastPaths, true
		}
		paths[v] = fewer
	}
	return true, lost
}

// brandes is the work space of one search.
//
// Both directions of the computation are sums over all neighbours without looking at distances: when level d+1 is
// computed, only the nodes up to level d carry path counts, and a node of level d+1 has no neighbour below level d;
// likewise on the way back.
type brandes struct {
	p           *packed
	order       []uint32  // nodes in order of distance
	levels      []int     // start of each level in order
	scaled      []int     // the levels at which the numbers of paths were scaled down
	lost        bool      // some numbers of paths are not right
	paths       []float64 // number of shortest paths from the source, as scaled
	coefficient []float64 // (1 + dependency) / paths
	next        []float64 // values of one level before they are written
	unseen      bitset.Set
	frontier    bitset.Set
}

func newBrandes(p *packed) *brandes {
	n := len(p.node)
	b := &brandes{
		p: p, order: make([]uint32, 0, n), paths: make([]float64, n), coefficient: make([]float64, n),
		next: make([]float64, n), unseen: bitset.New(n), frontier: bitset.New(n),
	}
	for v := range n {
		b.unseen.Add(uint32(v))
	}
	return b
}

func (b *brandes) clear() {
	for _, v := range b.order {
		b.paths[v], b.coefficient[v] = 0, 0
		b.unseen.Add(v)
	}
}

// search finds the levels and the numbers of shortest paths from the source. When ctx ends it stops early, as the
// others do; what they leave is then of no use.
func (b *brandes) search(ctx context.Context, source uint32) {
	p := b.p
	b.order = append(b.order[:0], source)
	b.levels = append(b.levels[:0], 0)
	b.scaled = b.scaled[:0]
	b.unseen.Drop(source)
	b.paths[source] = 1
	arcsLeft := int64(len(p.targets))
	for from := 0; from < len(b.order); {
		to := len(b.order)
		level := b.order[from:to]
		arcs := int64(0)
		for _, v := range level {
			arcs += p.offsets[v+1] - p.offsets[v]
		}
		arcsLeft -= arcs
		// Beamer, Asanovic & Patterson 2012: when the frontier has a large part of the arcs, let the unseen nodes look
		// for it.
		if arcs > arcsLeft/8 && to-from > 64 {
			b.pull(ctx, level)
		} else {
			b.push(ctx, level)
		}
		next := b.order[to:]
		for i, w := range next {
			if ranges.Ended(ctx, i) {
				return
			}
			sum := 0.0
			for _, x := range p.inTargets[p.inOffsets[w]:p.inOffsets[w+1]] {
				sum += b.paths[x]
			}
			b.next[i] = sum
		}
		for i, w := range next {
			b.paths[w] = b.next[i]
		}
		if level := len(b.levels); level&3 == 0 && level > 4 {
			scaled, lost := scaleDown(b.paths, next)
			if scaled {
				b.scaled = append(b.scaled, level)
			}
			b.lost = b.lost || lost
		}
		from = to
		b.levels = append(b.levels, to)
	}
}

func (b *brandes) push(ctx context.Context, level []uint32) {
	p := b.p
	for i, v := range level {
		if ranges.Ended(ctx, i) {
			return
		}
		for _, w := range p.targets[p.offsets[v]:p.offsets[v+1]] {
			if b.unseen.Has(w) {
				b.unseen.Drop(w)
				b.order = append(b.order, w)
			}
		}
	}
}

func (b *brandes) pull(ctx context.Context, level []uint32) {
	p := b.p
	for _, v := range level {
		b.frontier.Add(v)
	}
	looked, over := 0, false
	b.unseen.Each(func(w uint32) {
		looked++
		if over = over || ranges.Ended(ctx, looked); over {
			return
		}
		for _, x := range p.inTargets[p.inOffsets[w]:p.inOffsets[w+1]] {
			if b.frontier.Has(x) {
				b.unseen.Drop(w)
				b.order = append(b.order, w)
				return
			}
		}
	})
	b.frontier.ClearWords(level)
}

// accumulate turns path counts into dependencies, from the last level back.
func (b *brandes) accumulate(ctx context.Context) {
	p := b.p
	last, scaled := len(b.levels)-1, len(b.scaled) // levels ends with the empty level
	for d := last - 1; d >= 1; d-- {
		level := b.order[b.levels[d]:b.levels[d+1]]
		if d == last-1 {
			for _, v := range level {
				b.coefficient[v] = 1 / b.paths[v]
			}
			continue
		}
		for i, v := range level {
			if ranges.Ended(ctx, i) {
				return
			}
			sum := 0.0
			for _, w := range p.targets[p.offsets[v]:p.offsets[v+1]] {
				sum += b.coefficient[w]
			}
			b.next[i] = sum
		}
		for scaled > 0 && b.scaled[scaled-1] > d+1 {
			scaled--
		}
		if scaled > 0 && b.scaled[scaled-1] == d+1 {
			for i := range level {
				b.next[i] *= fewerPaths // what is divided by the paths of this level
			}
		}
		for i, v := range level {
			b.coefficient[v] = b.next[i] + 1/b.paths[v]
		}
	}
}
