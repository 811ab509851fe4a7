package graph

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// BestValues returns the value of the best path from a source to each node, in the sense of PathOptions: the greatest
// product of strengths, 0 where there is no path, or the smallest length, +Inf where there is none. See SourceSearch.
func BestValues(ctx context.Context, g *Graph, source uint32, options PathOptions, opts Options) ([]float64, error) {
	s, err := newSourceSearch(ctx, g, options)
	if err != nil {
		return nil, err
	}
	values := make([]float64, g.N())
	return values, s.Values(ctx, source, values, opts)
}

// SourceSearch finds the best paths from one node to all others by delta-stepping (Meyer & Sanders 2003): nodes wait in
// buckets of about the same value, and the nodes of the best bucket are looked at in any order, by many threads, until
// that bucket stays empty. The result is exact and the same at any number of threads: the value of a path is computed
// from its source on, and the best of them is one number. It keeps its work space, about 16 bytes for each node. A
// SourceSearch is for one goroutine at a time.
type SourceSearch struct {
	graph   *Graph
	measure Measure
	factor  float64
	scale   float64 // buckets for each unit of length
	mask    uint64  // the buckets are a ring, of which at most this many are in use at a time
	// Labels order as values do, the best is the smallest: the bits of the length, or what the bits of the product lack
	// to those of 1.
	nodes   []labelled
	workers []bucketWorker
	front   []uint32
}

// labelled is a node's label and the label, plus 1, with which its arcs were last looked at; both are wanted at the
// same time.
type labelled struct {
	label  uint64
	looked uint64
}

// bucketWorker holds the buckets that one thread fills.
type bucketWorker struct {
	buckets [][]uint32
	waiting int
}

const (
	noPath = math.MaxUint64
	// octave is the position of the fourth bit after the point of a product: a bucket of products is as wide as a
	// sixteenth of an octave.
	octave = 48
)

var oneBits = math.Float64bits(1)

// NewSourceSearch returns a work space for searches of g. The errors are those of NewPathSearch.
func NewSourceSearch(g *Graph, options PathOptions) (*SourceSearch, error) {
	return newSourceSearch(context.Background(), g, options)
}

func newSourceSearch(ctx context.Context, g *Graph, options PathOptions) (*SourceSearch, error) {
	factor, err := options.check(ctx, g)
	if err != nil {
		return nil, err
	}
	s := &SourceSearch{graph: g, measure: options.Measure, factor: factor, nodes: make([]labelled, g.N())}
	sum, most, least := 0.0, 1.0, 1.0
	first := true
	err = g.eachWeights(ctx, func(weights Weights) error {
		for i := range weights.Len() {
			x := weights.At(i)
			if first {
				most, first = x, false
			}
			sum += x
			most = max(most, x)
			if x > 0 {
				least = min(least, x)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ring := uint64(64)
	if s.measure == Length {
		width := 1.0
		if g.Weighted() && sum > 0 {
			// Half of the mean weight; wider when the weights are so uneven that there would be too many buckets.
			width = max(sum/float64(g.Arcs())/2, most/(1<<16))
		}
		s.scale = 1 / width
		ring = uint64(most/width) + 2
	} else {
		// products fall on the buckets of a straight line, not of a logarithm: two more
		ring = (oneBits-math.Float64bits(least*s.factor))>>octave + 4
	}
	if s.measure == Length && (s.scale > math.MaxFloat64 || s.scale == 0) {
		return nil, fmt.Errorf("graph: weights too small or too large to add: %w", ErrParameter)
	}
	s.mask = 1<<bits.Len64(ring) - 1
	return s, nil
}

func (s *SourceSearch) bucket(label uint64) uint64 {
	if s.measure == Length {
		return uint64(math.Float64frombits(label) * s.scale)
	}
	return label >> octave
}

// Values writes the value of the best path from source to each node to values, which has one element for each node.
func (s *SourceSearch) Values(ctx context.Context, source uint32, values []float64, opts Options) error {
	if err := s.graph.CheckNodes(source); err != nil {
		return err
	}
	if len(values) != s.graph.N() {
		return ErrLength
	}
	for i := range s.nodes {
		s.nodes[i] = labelled{noPath, 0}
	}
	threads := opts.Workers()
	for len(s.workers) < threads {
		s.workers = append(s.workers, bucketWorker{buckets: make([][]uint32, s.mask+1)})
	}
	for i := range s.workers {
		for j := range s.workers[i].buckets {
			s.workers[i].buckets[j] = s.workers[i].buckets[j][:0]
		}
		s.workers[i].waiting = 0
	}
	s.nodes[source].label = 0
	s.workers[0].add(source, 0, s.mask)
	for current := uint64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		waiting := 0
		for i := range s.workers {
			waiting += s.workers[i].waiting
		}
		if waiting == 0 {
			break
		}
		s.front = s.front[:0]
		for i := range s.workers {
			w := &s.workers[i]
			bucket := &w.buckets[current&s.mask]
			s.front = append(s.front, *bucket...)
			w.waiting -= len(*bucket)
			*bucket = (*bucket)[:0]
		}
		if len(s.front) == 0 {
			current++
			continue
		}
		const worthThreads = 1 << 10
		if threads == 1 || len(s.front) < worthThreads {
			for part := range slices.Chunk(s.front, 1<<12) {
				if err := ctx.Err(); err != nil {
					return err
				}
				s.workers[0].relax(s, part, current)
			}
		} else {
			err := opts.Quiet().Run(ctx, len(s.front), 128, func(worker, low, high int) {
				s.workers[worker].relaxShared(s, s.front[low:high], current)
			})
			if err != nil {
				return err
			}
		}
		if opts.Progress != nil {
			opts.Progress(int64(current), int64(current)+1)
		}
	}
	for v := range s.nodes {
		label := s.nodes[v].label
		switch {
		case s.measure == Length && label == noPath:
			values[v] = math.Inf(1)
		case s.measure == Length:
			values[v] = math.Float64frombits(label)
		case label == noPath:
			values[v] = 0
		default:
			values[v] = math.Float64frombits(oneBits - label)
		}
	}
	return nil
}

func (w *bucketWorker) add(v uint32, bucket, mask uint64) {
	slot := &w.buckets[bucket&mask]
	*slot = append(*slot, v)
	w.waiting++
}

// relax looks along the arcs of the nodes of the current bucket.
func (w *bucketWorker) relax(s *SourceSearch, front []uint32, current uint64) {
	g, nodes := s.graph, s.nodes
	for _, v := range front {
		label := nodes[v].label
		// A node that has since been reached better was looked at in an earlier bucket. One that waits twice in this
		// one is looked at once.
		if s.bucket(label) != current || nodes[v].looked == label+1 {
			continue
		}
		nodes[v].looked = label + 1
		row, weights := g.Neighbors(v), g.Weights(v)
		if s.measure == Length {
			length := math.Float64frombits(label)
			for i, u := range row {
				if reached := math.Float64bits(length + weights.At(i)); reached < nodes[u].label {
					w.improve(s, u, reached)
				}
			}
			continue
		}
		strength := math.Float64frombits(oneBits - label)
		for i, u := range row {
			reached := strength * (s.factor * weights.At(i))
			if reached > 0 && oneBits-math.Float64bits(reached) < nodes[u].label {
				w.improve(s, u, oneBits-math.Float64bits(reached))
			}
		}
	}
}

func (w *bucketWorker) improve(s *SourceSearch, u uint32, label uint64) {
	s.nodes[u] = labelled{label, 0}
	w.add(u, s.bucket(label), s.mask)
}

// relaxShared is relax for many threads at a time.
func (w *bucketWorker) relaxShared(s *SourceSearch, front []uint32, current uint64) {
	g := s.graph
	for _, v := range front {
		label := atomic.LoadUint64(&s.nodes[v].label)
		if s.bucket(label) != current || atomic.SwapUint64(&s.nodes[v].looked, label+1) == label+1 {
			continue
		}
		weights := g.Weights(v)
		value := math.Float64frombits(label)
		if s.measure == Strength {
			value = math.Float64frombits(oneBits - label)
		}
		for i, u := range g.Neighbors(v) {
			weight := weights.At(i)
			var reached uint64
			if s.measure == Length {
				reached = math.Float64bits(value + weight)
			} else if product := value * (weight * s.factor); product > 0 {
				reached = oneBits - math.Float64bits(product)
			} else {
				continue
			}
			for old := atomic.LoadUint64(&s.nodes[u].label); reached < old; old = atomic.LoadUint64(&s.nodes[u].label) {
				if atomic.CompareAndSwapUint64(&s.nodes[u].label, old, reached) {
					w.add(u, s.bucket(reached), s.mask)
					break
				}
			}
		}
	}
}
