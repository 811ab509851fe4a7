package cohesion

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
)

// Holes are Burt's measures of structural holes (1992) for each node, on the graph with directions added up and loops
// left out. With p_ij = w_ij / s_i, the share of i's ties that goes to j, sums over the neighbours q of i:
type Holes struct {
	// Constraint is sum_j (p_ij + sum_q p_iq p_qj)^2. It is above 0, and can be above 1 in small dense neighbourhoods.
	Constraint []float64
	// EffectiveSize is k_i - sum_j sum_q p_iq m_jq with m_jq = w_jq / max_k w_jk; without weights k_i - 2 t_i / k_i
	// (Borgatti 1997). It lies in [1, k_i].
	EffectiveSize []float64
	// Efficiency is EffectiveSize / k_i, in (0, 1].
	Efficiency []float64
	// Hierarchy says how far the constraint comes from one neighbour: with c_ij the terms of Constraint, C their sum
	// and c their mean, sum_j (c_ij / c) ln(c_ij / c) / (k_i ln k_i), in [0, 1]; 1 for a node with one neighbour.
	Hierarchy []float64
}

// StructuralHoles returns Burt's measures for all nodes. Weights are used when the graph has them; they must not be
// negative. In a directed graph the two directions of a tie add up. All measures of a node without ties (or with ties
// of weight 0 only) are NaN, as igraph 1.0 has its constraint. Constraint agrees with igraph 1.0 on the simple graph.
//
// It works edge by edge: T_ij = sum_q w_iq w_jq / s_q is the same from both ends, and c_ij = ((w_ij + T_ij) / s_i)^2.
func StructuralHoles(ctx context.Context, g *graph.Graph, opts graph.Options) (*Holes, error) {
	return holes(ctx, g, opts, true)
}

// Constraint returns only the constraint of StructuralHoles, faster; without weights the last digits may differ.
func Constraint(ctx context.Context, g *graph.Graph, opts graph.Options) ([]float64, error) {
	h, err := holes(ctx, g, opts, false)
	if err != nil {
		return nil, err
	}
	return h.Constraint, nil
}

// holeSums holds for each edge, at its first end in order of degree, the sums over the common neighbours of its ends.
type holeSums struct {
	g                        *graph.Graph
	node                     []uint32
	start                    []int64   // for each node, the place of its first edge in the lists below
	through                  []float64 // T_ij
	shared                   []float64 // sum_q w_iq w_jq
	strength, inverse, heavy []float64 // s_i, 1/s_i and max_k w_ik
}

func holes(ctx context.Context, g *graph.Graph, opts graph.Options, all bool) (*Holes, error) {
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	if g.Directed() && !g.Weighted() {
		// A tie that goes both ways is twice as strong as one that goes one way.
		g = g.UnitWeights()
	}
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := g.N()
	if !all && !g.Weighted() {
		constraint, err := plainConstraint(ctx, g, opts)
		return &Holes{Constraint: constraint}, err
	}
	s := &holeSums{
		g: g, start: make([]int64, n+1), strength: make([]float64, n), inverse: make([]float64, n),
		heavy: make([]float64, n),
	}
	s.node, _ = graph.ByDegree(g)
	err = opts.Quiet().Run(ctx, n, 4096, func(_, low, high int) {
		for v := low; v < high; v++ {
			s.prepare(uint32(v))
		}
	})
	if err != nil {
		return nil, err
	}
	for v := range n {
		s.start[v+1] += s.start[v]
	}
	s.through = make([]float64, s.start[n])
	if all {
		s.shared = make([]float64, s.start[n])
	}
	workers := make([]*holeWorker, opts.Workers())
	err = opts.Run(ctx, n, 64, func(worker, low, high int) {
		if workers[worker] == nil {
			workers[worker] = newHoleWorker(g)
		}
		for _, u := range s.node[low:high] {
			workers[worker].node(s, u)
		}
	})
	if err != nil {
		return nil, err
	}
	return s.perNode(ctx, opts, all)
}

// prepare fills in the strength of v and the number of edges that are worked on at v.
func (s *holeSums) prepare(v uint32) {
	g := s.g
	count := int64(0)
	weights := g.Weights(v)
	for i, u := range g.Neighbors(v) {
		if before(g, v, u) {
			count++
		}
		weight := weights.At(i)
		s.strength[v] += weight
		s.heavy[v] = max(s.heavy[v], weight)
	}
	s.start[v+1] = count
	if s.strength[v] > 0 {
		s.inverse[v] = 1 / s.strength[v]
	}
}

// holeWorker is the work space of one thread.
type holeWorker struct {
	mark  bitset.Set
	local []float64 // weight of the tie from the present node, where marked
	hits  []uint32
}

func newHoleWorker(g *graph.Graph) *holeWorker {
	most := 0
	for v := range g.N() {
		most = max(most, g.Degree(uint32(v)))
	}
	w := &holeWorker{mark: bitset.New(g.N()), hits: make([]uint32, most+1)}
	if g.Weighted() {
		w.local = make([]float64, g.N())
	}
	return w
}

// node computes the sums of the edges that are worked on at u.
func (w *holeWorker) node(s *holeSums, u uint32) {
	g := s.g
	list, weights := g.Neighbors(u), g.Weights(u)
	w.mark.AddAll(list)
	for i := range weights.Len() {
		w.local[list[i]] = weights.At(i)
	}
	slot := s.start[u]
	hits := w.hits
	for _, v := range list {
		other := g.Neighbors(v)
		if len(other) > len(list) || len(other) == len(list) && v < u {
			continue
		}
		found := uint64(0)
		through, shared := 0.0, 0.0
		if !weights.Given() {
			for _, q := range other {
				hits[found] = q
				found += w.mark.Bit(q)
			}
			for _, q := range hits[:found] {
				through += s.inverse[q]
			}
			shared = float64(found)
		} else {
			for j, q := range other {
				hits[found] = uint32(j)
				found += w.mark.Bit(q)
			}
			otherWeights := g.Weights(v)
			for _, j := range hits[:found] {
				q := other[j]
				product := w.local[q] * otherWeights.At(int(j))
				through += product * s.inverse[q]
				shared += product
			}
		}
		s.through[slot] = through
		if s.shared != nil {
			s.shared[slot] = shared
		}
		slot++
	}
	w.mark.ClearWords(list)
}

// perNode adds the edges up for both ends. Each thread keeps to its own range of nodes and passes all edges in the same
// order, so that the sums do not depend on the number of threads.
func (s *holeSums) perNode(ctx context.Context, opts graph.Options, all bool) (*Holes, error) {
	g, n := s.g, s.g.N()
	squares, redundant, entropy := make([]float64, n), []float64(nil), []float64(nil)
	if all {
		redundant, entropy = make([]float64, n), make([]float64, n)
	}
	share := (n + opts.Workers() - 1) / opts.Workers()
	err := opts.Quiet().Run(ctx, n, share, func(_, low, high int) {
		from, to := uint32(low), uint32(high)
		add := func(v, other uint32, slot int64, square float64) {
			squares[v] += square
			if all && square > 0 {
				entropy[v] += square * math.Log(square)
			}
			if all && s.heavy[other] > 0 {
				redundant[v] += s.shared[slot] / s.heavy[other]
			}
		}
		for u := range uint32(n) {
			slot := s.start[u]
			if slot == s.start[u+1] {
				continue
			}
			list, weights := g.Neighbors(u), g.Weights(u)
			mine := u >= from && u < to
			for i, v := range list {
				if !before(g, u, v) {
					continue
				}
				theirs := v >= from && v < to
				if mine || theirs {
					sum := weights.At(i) + s.through[slot]
					square := sum * sum
					if mine {
						add(u, v, slot, square)
					}
					if theirs {
						add(v, u, slot, square)
					}
				}
				slot++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	h := &Holes{Constraint: make([]float64, n)}
	if all {
		h.EffectiveSize, h.Efficiency, h.Hierarchy = make([]float64, n), make([]float64, n), make([]float64, n)
	}
	for v := range n {
		degree := float64(g.Degree(uint32(v)))
		if s.strength[v] == 0 {
			h.Constraint[v] = math.NaN()
			if all {
				h.EffectiveSize[v], h.Efficiency[v], h.Hierarchy[v] = math.NaN(), math.NaN(), math.NaN()
			}
			continue
		}
		h.Constraint[v] = squares[v] * s.inverse[v] * s.inverse[v]
		if !all {
			continue
		}
		h.EffectiveSize[v] = degree - redundant[v]*s.inverse[v]
		h.Efficiency[v] = h.EffectiveSize[v] / degree
		h.Hierarchy[v] = 1
		if degree > 1 {
			// With q_j = c_ij s_i^2 and Q their sum: sum (q_j k / Q) ln(q_j k / Q) = k (sum q ln q / Q + ln(k / Q)).
			h.Hierarchy[v] = max(0, (entropy[v]/squares[v]+math.Log(degree/squares[v]))/math.Log(degree))
		}
	}
	return h, nil
}
