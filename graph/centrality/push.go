package centrality

import (
	"context"

	"gave.network/graph"
)

// PushSearch computes personalised PageRank around one node without looking at the rest of the graph, by forward push
// (Andersen, Chung & Lang 2006). It holds work space for one goroutine; use one for many searches.
type PushSearch struct {
	g             *graph.Graph
	strength      []float64
	value, excess []float64
	queued        []bool
	queue         []uint32
	touched       []uint32
}

// NewPushSearch returns the work space for searches in g, whose weights must not be negative.
func NewPushSearch(g *graph.Graph) (*PushSearch, error) {
	if err := graph.CheckWeights(context.Background(), g); err != nil {
		return nil, err
	}
	n := g.N()
	s := &PushSearch{
		g: g, strength: make([]float64, n), value: make([]float64, n), excess: make([]float64, n),
		queued: make([]bool, n),
	}
	for v := range n {
		s.strength[v] = float64(g.Degree(uint32(v)))
		if weights := g.Weights(uint32(v)); weights.Given() {
			s.strength[v] = weights.Sum()
		}
	}
	return s, nil
}

// From returns the personalised PageRank of the nodes near source, in the order in which they were reached, where the
// walk goes on with chance damping, in [0, 1), and restarts at source. No value is above the exact one, and for an
// undirected graph none is more than tolerance times the node's degree (strength, with weights) below it; where the
// least strength is below 1, tolerance divided by that. Tolerance is above 0. The values sum to 1 less what was left
// out. The time is at most 1 / ((1 - damping) tolerance), whatever the size of the graph. A walk that has no way on
// restarts.
func (s *PushSearch) From(ctx context.Context, source uint32, damping, tolerance float64) ([]graph.Share, error) {
	if int(source) >= s.g.N() {
		return nil, graph.ErrNode
	}
	if !(damping >= 0 && damping < 1) || !(tolerance > 0) {
		return nil, graph.ErrParameter
	}
	g := s.g
	s.queue, s.touched = append(s.queue[:0], source), append(s.touched[:0], source)
	s.excess[source], s.queued[source] = 1, true
	var err error
	for head := 0; head < len(s.queue); head++ {
		if head&0xfff == 0xfff {
			if err = ctx.Err(); err != nil {
				break
			}
		}
		if head > 1<<16 && head > len(s.queue)/2 {
			s.queue = s.queue[:copy(s.queue, s.queue[head:])]
			head = 0
		}
		v := s.queue[head]
		s.queued[v] = false
		amount := s.excess[v]
		s.excess[v] = 0
		if s.strength[v] == 0 {
			// All that reaches a dead end goes back to the source; a walk that starts in one stays there.
			if v == source {
				s.value[v] += amount
				continue
			}
			s.value[v] += (1 - damping) * amount
			s.give(source, damping*amount, tolerance)
			continue
		}
		s.value[v] += (1 - damping) * amount
		pass := damping * amount / s.strength[v]
		weights := g.Weights(v)
		for i, w := range g.Neighbors(v) {
			if weight := weights.At(i); weight > 0 {
				s.give(w, pass*weight, tolerance)
			}
		}
	}
	shares := make([]graph.Share, 0, len(s.touched))
	for _, v := range s.touched {
		if s.value[v] > 0 {
			shares = append(shares, graph.Share{Node: v, Value: s.value[v]})
		}
		s.value[v], s.excess[v], s.queued[v] = 0, 0, false
	}
	if err != nil {
		return nil, err
	}
	return shares, nil
}

func (s *PushSearch) give(v uint32, amount, tolerance float64) {
	if s.excess[v] == 0 && s.value[v] == 0 && !s.queued[v] {
		s.touched = append(s.touched, v)
	}
	s.excess[v] += amount
	if !s.queued[v] && s.excess[v] > tolerance*max(s.strength[v], 1) {
		s.queued[v] = true
		s.queue = append(s.queue, v)
	}
}
