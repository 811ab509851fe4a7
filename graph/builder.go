package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"gave.network/graph/internal/ranges"
)

// MaxNodes is the largest number of nodes of a graph: ids are 32 bits wide and the last one is kept free as "no node".
const MaxNodes = math.MaxUint32

// None is the id that stands for "no node".
const None = math.MaxUint32

// ErrTooManyNodes is returned for a graph of more than MaxNodes nodes.
var ErrTooManyNodes = errors.New("graph: more nodes than a 32-bit id can number")

// Edge is one edge (undirected) or arc (directed). The weight is used only where a weighted graph is built.
type Edge struct {
	From, To uint32
	Weight   float64
}

// Merge says what becomes of the weights of parallel edges, which are always merged into one.
type Merge uint8

const (
	// MergeSum adds the weights: two observations of one tie count together. The sum is taken in 64 bits, smallest
	// weight first.
	MergeSum Merge = iota
	// MergeMax keeps the largest weight. It is the right choice for a list that names each undirected edge in both
	// directions.
	MergeMax
	// MergeMin keeps the smallest weight.
	MergeMin
)

// BuildOptions says what kind of graph is built and how edges that are not simple are treated. The zero value builds an
// undirected, unweighted, simple graph.
type BuildOptions struct {
	// Directed keeps the direction of each edge; otherwise {u, v} and {v, u} are the same edge.
	Directed bool
	// Weighted keeps the weights, in 32 bits: about seven digits, from 1e-45 to 3e38. Without it they are ignored,
	// whatever they are.
	Weighted bool
	// Weights64 keeps the weights of a weighted graph in 64 bits, which takes 4 bytes more for each arc.
	Weights64 bool
	// Signed allows weights below zero: the sign of a tie is the sign of its weight. Without it a negative weight is an
	// error.
	Signed bool
	// KeepLoops keeps self-loops, one arc each; otherwise they are left out.
	KeepLoops bool
	// Merge says how the weights of parallel edges are combined.
	Merge Merge
}

// Pair is an edge without its weight, as a builder stores it.
type Pair struct{ From, To uint32 }

// edgeChunk is a run of edges in order of arrival. There are no weights, or they are parallel to pairs.
type edgeChunk struct {
	pairs   []Pair
	weights Weights
}

// chunkEdges is the capacity of a chunk: large enough that a chunk costs nothing, small enough that the last one wastes
// nothing.
const chunkEdges = 1 << 16

// Builder collects edges in any order and turns them into a Graph. It stores 8 bytes for each edge (12 or 16 with a
// weight), so that building an undirected graph takes about twice the size of the result.
//
// A Builder is for one goroutine; for many, give each its own Part. The graph depends only on the edges, not on their
// order nor on the number of parts or threads: neighbours are sorted and the weights of parallel edges are combined in
// order of size.
type Builder struct {
	options BuildOptions
	mutex   sync.Mutex
	parts   []*Part
	own     *Part
}

// Part is the share of a Builder that one goroutine fills.
type Part struct {
	weighted, wide bool
	fault          error // of the first edge whose weight cannot be kept

	chunks []edgeChunk
	nodes  uint64      // greatest id seen, plus one
	given  []edgeChunk // of AddPairs: their ids are looked at when the graph is built
}

// NewBuilder returns an empty builder.
func NewBuilder(options BuildOptions) *Builder {
	b := &Builder{options: options}
	b.own = b.Part()
	return b
}

// Part returns a new share for another goroutine. Part itself may be called by many goroutines.
func (b *Builder) Part() *Part {
	p := &Part{weighted: b.options.Weighted, wide: b.options.Weights64}
	b.mutex.Lock()
	b.parts = append(b.parts, p)
	b.mutex.Unlock()
	return p
}

// Add adds an edge of weight 1.
func (b *Builder) Add(u, v uint32) { b.own.AddWeighted(u, v, 1) }

// AddWeighted adds an edge with a weight.
func (b *Builder) AddWeighted(u, v uint32, weight float64) { b.own.AddWeighted(u, v, weight) }

// Graph builds the graph of all edges added so far and empties the builder. nodes is the number of nodes; 0 means as
// many as the greatest id asks for. No part may be in use. See FromEdges for the errors.
func (b *Builder) Graph(ctx context.Context, nodes int, opts Options) (*Graph, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var chunks, given []edgeChunk
	needed := uint64(0)
	var fault error
	for _, p := range b.parts {
		fault = cmp.Or(fault, p.fault)
		p.fault = nil
		chunks = append(chunks, p.chunks...)
		needed = max(needed, p.nodes)
		given = append(given, p.given...)
		p.chunks, p.given, p.nodes = nil, nil, 0
	}
	b.parts = append(b.parts[:0], b.own)
	if fault != nil {
		return nil, fault
	}
	most, err := greatestOf(ctx, given, opts)
	if err != nil {
		return nil, err
	}
	chunks, needed = append(chunks, given...), max(needed, most)
	n, err := nodeCount(nodes, needed)
	if err != nil {
		return nil, err
	}
	return build(ctx, n, chunks, b.options, opts)
}

// Add adds an edge of weight 1.
func (p *Part) Add(u, v uint32) { p.AddWeighted(u, v, 1) }

// AddWeighted adds an edge with a weight.
func (p *Part) AddWeighted(u, v uint32, weight float64) {
	last := len(p.chunks) - 1
	if last < 0 || len(p.chunks[last].pairs) == cap(p.chunks[last].pairs) {
		size := min(chunkEdges, 256<<min(len(p.chunks), 8))
		chunk := edgeChunk{pairs: make([]Pair, 0, size)}
		if p.weighted {
			chunk.weights = newWeights(int64(size), p.wide)
			chunk.weights.n = 0
		}
		p.chunks = append(p.chunks, chunk)
		last++
	}
	chunk := &p.chunks[last]
	chunk.pairs = append(chunk.pairs, Pair{u, v})
	if p.weighted {
		if p.fault == nil {
			p.fault = edgeFault(u, v, fits(weight, p.wide))
		}
		chunk.weights.n++
		chunk.weights.set(int64(chunk.weights.n-1), weight)
	}
	p.nodes = max(p.nodes, uint64(max(u, v))+1)
}

// AddPairs adds many edges at once, without copying: the slices belong to the builder from now on. Weights go with the
// pairs; none stand for a weight of 1 each. It returns ErrLength when there are not as many of both. Weights of other
// bits than the graph's are copied. Runs of some ten thousand edges let all threads work.
func (p *Part) AddPairs(pairs []Pair, weights Weights) error {
	if weights.Len() != len(pairs) && weights.Given() {
		return fmt.Errorf("graph: %d edges with %d weights: %w", len(pairs), weights.Len(), ErrLength)
	}
	switch {
	case !p.weighted:
		weights = Weights{}
	case !weights.Given() || weights.Wide() != p.wide:
		kept := newWeights(int64(len(pairs)), p.wide)
		for i := range pairs {
			if err := fits(weights.At(i), p.wide); err != nil {
				return edgeFault(pairs[i].From, pairs[i].To, err)
			}
			kept.set(int64(i), weights.At(i))
		}
		weights = kept
	}
	if len(pairs) > 0 {
		p.given = append(p.given, edgeChunk{pairs, weights})
	}
	return nil
}

// greatestOf returns the greatest id in chunks, plus one; 0 when they are empty.
func greatestOf(ctx context.Context, chunks []edgeChunk, opts Options) (uint64, error) {
	var mutex sync.Mutex
	needed := uint64(0)
	err := opts.Quiet().Run(ctx, len(chunks), 1, func(_, i, _ int) {
		most := uint32(0)
		for _, p := range chunks[i].pairs {
			most = max(most, p.From, p.To)
		}
		mutex.Lock()
		needed = max(needed, uint64(most)+1)
		mutex.Unlock()
	})
	return needed, err
}

// FromEdges builds a graph of n nodes from a list of edges in any order; n = 0 means as many nodes as the greatest id
// asks for.
//
// Parallel edges become one edge and self-loops are kept or left out, as the options say. It returns ErrNode when an
// edge names a node that is not below n, ErrTooManyNodes for n above MaxNodes, ErrNotFinite for a weight that is
// infinite or not a number (also when merging made it so), ErrUnderflow for one that 32 bits would make 0, and
// ErrNegativeWeight for a negative weight where Signed is not set. A weight of zero is a tie of weight zero.
func FromEdges(n int, edges []Edge, options BuildOptions) (*Graph, error) {
	builder := NewBuilder(options)
	for _, e := range edges {
		builder.own.AddWeighted(e.From, e.To, e.Weight)
	}
	return builder.Graph(context.Background(), n, Options{})
}

func nodeCount(asked int, needed uint64) (int, error) {
	switch {
	case needed > MaxNodes || uint64(max(asked, 0)) > MaxNodes:
		return 0, ErrTooManyNodes
	case asked < 0:
		return 0, fmt.Errorf("graph: %d nodes: %w", asked, ErrParameter)
	case asked == 0:
		return int(needed), nil
	case needed > uint64(asked):
		return 0, fmt.Errorf("graph: an edge names node %d of %d: %w", needed-1, asked, ErrNode)
	}
	return asked, nil
}

// build turns chunks into a graph: it counts the arcs of each node, scatters the arcs to their rows, then sorts and
// merges each row. Every thread has its own counters, so no atomic operation is needed and rows hold their arcs in
// order of arrival.
func build(ctx context.Context, n int, chunks []edgeChunk, options BuildOptions, opts Options) (*Graph, error) {
	g := &Graph{directed: options.Directed, rules: rules{options.KeepLoops, options.Signed}}
	arcs := int64(0)
	for _, c := range chunks {
		arcs += int64(len(c.pairs))
	}
	if err := checkChunks(ctx, chunks, options, opts); err != nil {
		return nil, err
	}
	// Counters cost 4 bytes for each node and thread: never more than the rows themselves.
	threads := opts.Workers()
	threads = max(1, min(threads, len(chunks), int(2*arcs/int64(n+1))+1))
	shares := shareChunks(chunks, threads)
	counts := make([][]uint32, len(shares))
	err := Options{Threads: threads}.Run(ctx, len(shares), 1, func(_, share, _ int) {
		counts[share] = make([]uint32, n)
		countArcs(ctx, counts[share], shares[share], options)
	})
	if err != nil {
		return nil, err
	}
	g.offsets = make([]int64, n+1)
	sum := int64(0)
	for v := range n {
		start := uint32(0)
		for _, count := range counts {
			start, count[v] = start+count[v], start
		}
		g.offsets[v] = sum
		sum += int64(start)
	}
	g.offsets[n] = sum
	g.targets = make([]uint32, sum)
	if options.Weighted {
		g.weights = newWeights(sum, options.Weights64)
	}
	err = Options{Threads: threads}.Run(ctx, len(shares), 1, func(_, share, _ int) {
		g.scatterArcs(ctx, counts[share], shares[share], options)
	})
	if err != nil {
		return nil, err
	}
	return g, g.finish(ctx, options.Merge, opts)
}

// finish sorts and merges the rows, closes the gaps that merging left, and completes the graph.
func (g *Graph) finish(ctx context.Context, merge Merge, opts Options) error {
	if err := g.tidyRows(ctx, merge, opts); err != nil {
		return err
	}
	return g.complete(ctx, opts)
}

// complete counts the loops and adds the transpose.
func (g *Graph) complete(ctx context.Context, opts Options) error {
	for v := range g.N() {
		if ranges.Ended(ctx, v) {
			return ctx.Err()
		}
		if _, found := searchRow(g.Neighbors(uint32(v)), uint32(v)); found {
			g.loops++
		}
	}
	if !g.directed {
		g.inOffsets, g.inTargets, g.inWeights = g.offsets, g.targets, g.weights
		return ctx.Err()
	}
	return g.transpose(ctx, opts)
}

func checkChunks(ctx context.Context, chunks []edgeChunk, options BuildOptions, opts Options) error {
	if !options.Weighted {
		return ctx.Err()
	}
	var mutex sync.Mutex
	var found error
	err := opts.Quiet().Run(ctx, len(chunks), 1, func(_, i, _ int) {
		weights := chunks[i].weights
		for j := range weights.Len() {
			w := weights.At(j)
			var bad error
			if w != w || math.IsInf(w, 0) {
				bad = ErrNotFinite
			} else if w < 0 && !options.Signed {
				bad = ErrNegativeWeight
			}
			if bad != nil {
				mutex.Lock()
				if found == nil {
					found = edgeFault(chunks[i].pairs[j].From, chunks[i].pairs[j].To, bad)
				}
				mutex.Unlock()
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return found
}

// edgeFault says of which edge an error is.
func edgeFault(u, v uint32, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("graph: edge %d-%d: %w", u, v, err)
}

// shareChunks cuts the chunks into runs of about the same number of edges.
func shareChunks(chunks []edgeChunk, threads int) [][]edgeChunk {
	total := 0
	for _, c := range chunks {
		total += len(c.pairs)
	}
	var shares [][]edgeChunk
	start, filled := 0, 0
	for i, c := range chunks {
		filled += len(c.pairs)
		if filled*threads >= total*(len(shares)+1) {
			shares = append(shares, chunks[start:i+1])
			start = i + 1
		}
	}
	if start < len(chunks) {
		shares = append(shares, chunks[start:])
	}
	return shares
}

func countArcs(ctx context.Context, count []uint32, chunks []edgeChunk, options BuildOptions) {
	for _, c := range chunks {
		if ctx.Err() != nil {
			return
		}
		for _, p := range c.pairs {
			if p.From == p.To {
				if options.KeepLoops {
					count[p.From]++
				}
				continue
			}
			count[p.From]++
			if !options.Directed {
				count[p.To]++
			}
		}
	}
}

func (g *Graph) scatterArcs(ctx context.Context, next []uint32, chunks []edgeChunk, options BuildOptions) {
	offsets, targets, weights := g.offsets, g.targets, g.weights
	for _, c := range chunks {
		if ctx.Err() != nil {
			return
		}
		for i, p := range c.pairs {
			if p.From == p.To && !options.KeepLoops {
				continue
			}
			at := offsets[p.From] + int64(next[p.From])
			next[p.From]++
			targets[at] = p.To
			if weights.Given() {
				weights.set(at, c.weights.At(i))
			}
			if options.Directed || p.From == p.To {
				continue
			}
			at = offsets[p.To] + int64(next[p.To])
			next[p.To]++
			targets[at] = p.From
			if weights.Given() {
				weights.set(at, c.weights.At(i))
			}
		}
	}
}

// tidyRows sorts each row, merges equal targets and closes the gaps.
func (g *Graph) tidyRows(ctx context.Context, merge Merge, opts Options) error {
	n := g.N()
	const grain = 2048
	// kept[v] is the length of row v after merging; it is made only when some row has equal targets.
	var kept []uint32
	var mutex sync.Mutex
	overflow := false
	sorters := make([]rowSorter, opts.Workers())
	err := opts.Run(ctx, n, grain, func(worker, low, high int) {
		sorter := &sorters[worker]
		for v := low; v < high; v++ {
			from, to := g.offsets[v], g.offsets[v+1]
			row := g.targets[from:to]
			weights := g.weights.Slice(from, to)
			if !sorter.sort(row, weights) {
				continue
			}
			length, finite := mergeRow(row, weights, merge)
			mutex.Lock()
			if kept == nil {
				kept = make([]uint32, n)
			}
			kept[v] = uint32(len(row)-length) + 1
			overflow = overflow || !finite
			mutex.Unlock()
		}
	})
	if err != nil || kept == nil {
		return err
	}
	if overflow {
		return fmt.Errorf("graph: the sum of the weights of parallel edges: %w", ErrNotFinite)
	}
	return g.closeGaps(ctx, kept)
}

// closeGaps moves the rows together after merging; dropped[v] is 1 more than the number of arcs that row v lost, or 0.
func (g *Graph) closeGaps(ctx context.Context, dropped []uint32) error {
	n := g.N()
	at := int64(0)
	for v := range n {
		if ranges.Ended(ctx, v) {
			return ctx.Err()
		}
		from, to := g.offsets[v], g.offsets[v+1]
		if dropped[v] > 0 {
			to -= int64(dropped[v] - 1)
		}
		g.offsets[v] = at
		if at != from {
			copy(g.targets[at:], g.targets[from:to])
			g.weights.Put(at, g.weights.Slice(from, to))
		}
		at += to - from
	}
	g.offsets[n] = at
	if at < int64(len(g.targets))/20*19 {
		// More than a twentieth would lie idle: copy into arrays of the right size.
		g.targets = append(make([]uint32, 0, at), g.targets[:at]...)
		if g.weights.Given() {
			kept := newWeights(at, g.weights.Wide())
			kept.Put(0, g.weights.Slice(0, at))
			g.weights = kept
		}
		return ctx.Err()
	}
	g.targets, g.weights = g.targets[:at:at], g.weights.Slice(0, at)
	return ctx.Err()
}

// mergeRow merges equal targets of a sorted row in place and returns its new length, and whether all weights stayed
// finite.
func mergeRow(row []uint32, weights Weights, merge Merge) (int, bool) {
	finite := true
	length := 0
	for i := 0; i < len(row); {
		end := i + 1
		for end < len(row) && row[end] == row[i] {
			end++
		}
		row[length] = row[i]
		if weights.Given() {
			w := weights.At(i) // the smallest, as rows are sorted by target and weight
			switch {
			case end == i+1:
			case merge == MergeMax:
				w = weights.At(end - 1)
			case merge == MergeSum:
				w = weights.Slice(int64(i), int64(end)).Sum()
			}
			weights.set(int64(length), w)
			finite = finite && !math.IsInf(weights.At(length), 0)
		}
		length++
		i = end
	}
	return length, finite
}

// transpose fills the arcs in of a directed graph. Rows come out sorted because sources are visited in ascending order.
func (g *Graph) transpose(ctx context.Context, opts Options) error {
	n := g.N()
	g.inOffsets = make([]int64, n+1)
	for part := range slices.Chunk(g.targets, 1<<18) {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, t := range part {
			g.inOffsets[t+1]++
		}
	}
	for v := range n {
		g.inOffsets[v+1] += g.inOffsets[v]
	}
	g.inTargets = make([]uint32, len(g.targets))
	if g.weights.Given() {
		g.inWeights = newWeights(g.Arcs(), g.Wide())
	}
	// Each thread fills the rows of its own range of targets and reads all arcs: no two write to one row.
	threads := max(1, min(opts.Workers(), n, runtime.NumCPU()))
	next := make([]int64, n)
	copy(next, g.inOffsets)
	return Options{Threads: threads}.Run(ctx, threads, 1, func(_, share, _ int) {
		low, high := uint32(n*share/threads), uint32(n*(share+1)/threads)
		for u := range n {
			if ranges.Ended(ctx, u) {
				return
			}
			row := g.Neighbors(uint32(u))
			first, _ := searchRow(row, low)
			for i := first; i < len(row) && row[i] < high; i++ {
				at := next[row[i]]
				next[row[i]]++
				g.inTargets[at] = uint32(u)
				if g.weights.Given() {
					g.inWeights.set(at, g.weights.At(int(g.offsets[u])+i))
				}
			}
		}
	})
}
