package layout

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// MeasureOptions are the parameters of the measures; the zero value of each field means the value in its comment.
type MeasureOptions struct {
	// Steps is how many ties away a neighbour may be, of NeighborhoodPreservation: 1.
	Steps int
	// Sample is how many nodes are looked from, chosen by Seed; 0 is all of them, and so is more than there are.
	Sample int
	// Seed fixes which nodes are chosen.
	Seed uint64
}

// NeighborhoodPreservation returns how well a map shows who is near whom: for each node v, let N be the nodes at most
// Steps ties from it, and P as many points as N has nodes, those nearest to v on the map. The measure is the mean of
//
//	|N ∩ P| / |N ∪ P|
//
// over all nodes that have a tie (Kruiger et al. 2017, who take 2 steps), from 0 to 1, where 1 is a map on which the
// nearest points are the neighbours. Where several points lie equally far and only some of them belong to P, each
// counts for the part that is taken, so that a map with all nodes in one place scores what chance does. Nodes whose
// neighbourhood is everybody score 1 on any map. A graph without ties has 0. Directions, weights and loops are left
// out.
//
// It takes O(n) for each node that is looked from, and the search for N. The result does not depend on the number of
// threads. A place that is not finite is [graph.ErrNotFinite], a list of another length [graph.ErrLength], a negative
// parameter [graph.ErrParameter].
func NeighborhoodPreservation(
	ctx context.Context, g *graph.Graph, places []Point, params MeasureOptions, opts graph.Options,
) (float64, error) {
	simple, from, err := measured(ctx, g, places, params, opts)
	if err != nil {
		return 0, err
	}
	n := simple.N()
	values := make([]float64, len(from)) // NaN where there is no tie
	work := make([]neighborhood, opts.Workers())
	err = opts.Run(ctx, len(from), max(1, 1<<16/max(n, 1)), func(worker, low, high int) {
		w := &work[worker]
		if w.search == nil {
			*w = neighborhood{
				search: graph.NewSearch(simple), far: make([]float64, n), sorted: make([]float64, n),
				inside: make([]uint32, 0, n),
			}
		}
		for i := low; i < high; i++ {
			values[i] = w.of(ctx, simple, places, from[i], params.Steps)
		}
	})
	if err != nil {
		return 0, err
	}
	sum, count := 0.0, 0
	for _, x := range values {
		if x == x {
			sum, count = sum+x, count+1
		}
	}
	return sum / float64(max(count, 1)), nil
}

// neighborhood is the work space of one thread.
type neighborhood struct {
	search      *graph.Search
	far, sorted []float64
	inside      []uint32
}

// of is the measure of one node; NaN for one without a tie. When ctx ends it is of no use.
func (w *neighborhood) of(ctx context.Context, g *graph.Graph, places []Point, v uint32, steps int) float64 {
	w.inside = w.inside[:0]
	if steps <= 1 {
		w.inside = append(w.inside, g.Neighbors(v)...)
	} else {
		steps := int32(min(steps, math.MaxInt32))
		distances, err := w.search.Within(ctx, steps, graph.Options{Threads: 1}, v)
		if err != nil {
			return math.NaN()
		}
		for u, d := range distances {
			if d > 0 {
				w.inside = append(w.inside, uint32(u))
			}
		}
	}
	k := len(w.inside)
	if k == 0 {
		return math.NaN()
	}
	here := places[v]
	for u, p := range places {
		w.far[u] = math.Hypot(p.X-here.X, p.Y-here.Y)
	}
	others := append(append(w.sorted[:0], w.far[:v]...), w.far[v+1:]...)
	edge := smallest(others, k-1)
	below, at := 0, 0 // points nearer than the last that is taken, and as near as it
	for _, d := range others {
		switch {
		case d < edge:
			below++
		case d == edge:
			at++
		}
	}
	both, bothAt := 0, 0
	for _, u := range w.inside {
		switch d := w.far[u]; {
		case d < edge:
			both++
		case d == edge:
			bothAt++
		}
	}
	common := float64(both) + float64(bothAt)*float64(k-below)/float64(at)
	return common / (2*float64(k) - common)
}

// smallest returns the value that would be at place k if the list were sorted, and moves the values about (Hoare 1961).
func smallest(list []float64, k int) float64 {
	low, high := 0, len(list)-1
	for low < high {
		pivot := list[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return list[k]
		}
	}
	return list[k]
}

// Stress returns how far the distances on a map are from those in the graph: with d the steps between two nodes, the
// mean over all pairs that a way joins of
//
//	(s |p_u - p_v| / d - 1)²
//
// which is the stress of Gansner, Koren & North (2005), with their weights of d to the power of -2, divided by the
// number of pairs. The scale s is the one that makes it least, so that a map may be of any size; with it the value lies
// from 0, where all distances are right, to 1, all nodes in one place. A graph without ties has 0. Directions, weights
// and loops are left out. With Sample, the pairs are those of the chosen nodes with all others.
//
// It takes O(n + m) for each node that is looked from. The result does not depend on the number of threads. Errors are
// as in [NeighborhoodPreservation].
func Stress(
	ctx context.Context, g *graph.Graph, places []Point, params MeasureOptions, opts graph.Options,
) (float64, error) {
	simple, from, err := measured(ctx, g, places, params, opts)
	if err != nil {
		return 0, err
	}
	reach := 0.0 // so that squares of large coordinates do not overflow
	for _, p := range places {
		reach = max(reach, math.Abs(p.X), math.Abs(p.Y))
	}
	if reach == 0 {
		reach = 1
	}
	scaled := make([]Point, len(places))
	for v, p := range places {
		scaled[v] = Point{p.X / reach, p.Y / reach}
	}
	type sums struct{ ratio, square, pairs float64 }
	all := make([]sums, len(from))
	searches := make([]*graph.Search, opts.Workers())
	grain := max(1, 1<<16/max(simple.N()+int(simple.M()), 1))
	err = opts.Run(ctx, len(from), grain, func(worker, low, high int) {
		if searches[worker] == nil {
			searches[worker] = graph.NewSearch(simple)
		}
		for i := low; i < high; i++ {
			v := from[i]
			distances, err := searches[worker].Distances(ctx, graph.Options{Threads: 1}, v)
			if err != nil {
				return // the context's, which Run returns
			}
			here, s := scaled[v], &all[i]
			for u, d := range distances {
				if d > 0 {
					p := scaled[u]
					ratio := math.Hypot(p.X-here.X, p.Y-here.Y) / float64(d)
					s.ratio, s.square, s.pairs = s.ratio+ratio, s.square+ratio*ratio, s.pairs+1
				}
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var whole sums
	for _, s := range all {
		whole.ratio, whole.square, whole.pairs = whole.ratio+s.ratio, whole.square+s.square, whole.pairs+s.pairs
	}
	switch {
	case whole.pairs == 0:
		return 0, nil
	case whole.square == 0:
		return 1, nil
	}
	// With s = ratio / square the sum of (s r - 1)² is pairs - ratio² / square.
	return max(0, 1-whole.ratio/whole.square*whole.ratio/whole.pairs), nil
}

// measured checks what the measures are given and returns the nodes that they look from.
func measured(
	ctx context.Context, g *graph.Graph, places []Point, params MeasureOptions, opts graph.Options,
) (*graph.Graph, []uint32, error) {
	if params.Steps < 0 || params.Sample < 0 {
		return nil, nil, graph.ErrParameter
	}
	if len(places) != g.N() {
		return nil, nil, graph.ErrLength
	}
	for _, p := range places {
		if !placed(p) || math.IsInf(p.X, 0) || math.IsInf(p.Y, 0) {
			return nil, nil, graph.ErrNotFinite
		}
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, nil, err
	}
	from := make([]uint32, g.N())
	for v := range from {
		from[v] = uint32(v)
	}
	if params.Sample > 0 && params.Sample < len(from) {
		r := random.New(params.Seed, 0)
		r.Shuffle(from)
		from = from[:params.Sample]
		slices.Sort(from) // neighbours in memory one after another
	}
	return simple, from, nil
}
