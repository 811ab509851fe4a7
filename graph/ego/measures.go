package ego

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Measures are what UCINET lists of an ego network: of the others (alters) to whom the ego has a tie in either
// direction, and their ties among each other. Loops do not count.
type Measures struct {
	// Size is the number of alters.
	Size int
	// Ties is the number of ties among alters, arcs in a directed graph; Pairs is how many there could be.
	Ties, Pairs int64
	// Density is Ties / Pairs, 0 where there are no pairs.
	Density float64
	// Components is how many parts the alters fall into when the ego goes, directions left out.
	Components int
	// Broker is Pairs - Ties: the pairs of alters who do not know each other. Brokerage is Broker / Pairs, 0 without
	// pairs.
	Broker    int64
	Brokerage float64
	// TwoSteps is how many others are reached in at most two ties, directions left out.
	TwoSteps int
	// Betweenness is the ego's betweenness in its ego network: of each pair of alters without a tie, or from a to c in
	// a directed graph with a -> ego -> c and no a -> c, 1 / (how many nodes of the ego network are between them)
	// (Everett & Borgatti 2005).
	Betweenness float64
	// EffectiveSize is Burt's without weights: n - 2t / n for n alters with t ties among each other, directions left
	// out (Borgatti 1997), 0 without alters.
	EffectiveSize float64
	// Constraint is Burt's within the ego network alone,
	//
	//	sum over alters j of (p_ij + sum over q of p_iq p_qj)^2,
	//
	// where the p of the alters come from their ties inside the ego network, as UCINET has it. cohesion.Constraint
	// takes them from all their ties. It is 0 without alters.
	Constraint float64
}

// All returns the measures of each node's ego network. Weights count in Constraint alone, and must not be negative.
// Time is, for each node, the sum over the ties among its alters of how many ties their ends have.
func All(ctx context.Context, g *graph.Graph, opts graph.Options) ([]Measures, error) {
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	out := make([]Measures, g.N())
	workers := make([]*measurer, opts.Workers())
	err = opts.Run(ctx, g.N(), 16, func(worker, low, high int) {
		if workers[worker] == nil {
			workers[worker] = newMeasurer(ctx, g, simple)
		}
		for v := low; v < high && !workers[worker].ended; v++ {
			out[v] = workers[worker].of(uint32(v))
		}
	})
	return out, err
}

// measurer is the work space of one thread.
type measurer struct {
	ctx       context.Context
	g, simple *graph.Graph
	place     []uint32  // of an alter its place and 1; the ego's is greater than any alter's
	strength  []float64 // of each alter inside the ego network
	between   []int32   // how many nodes lie between the present alter and each
	part      []uint32
	steps     []bool
	touched   []uint32
	looked    int
	ended     bool
}

func newMeasurer(ctx context.Context, g, simple *graph.Graph) *measurer {
	return &measurer{
		ctx: ctx, g: g, simple: simple, place: make([]uint32, g.N()), steps: make([]bool, g.N()),
	}
}

// goOn looks at the context now and then, and says no when it has ended; what comes out is then of no use.
func (m *measurer) goOn() bool {
	m.looked++
	m.ended = m.ended || ranges.Ended(m.ctx, m.looked)
	return !m.ended
}

func (m *measurer) of(v uint32) Measures {
	alters := m.simple.Neighbors(v)
	n := len(alters)
	out := Measures{Size: n, Pairs: int64(n) * int64(n-1)}
	if n == 0 {
		return Measures{}
	}
	if !m.g.Directed() {
		out.Pairs /= 2
	}
	for i, u := range alters {
		m.place[u] = uint32(i + 1)
	}
	m.place[v] = uint32(n + 1)
	m.strength = append(m.strength[:0], make([]float64, n)...)
	m.part = append(m.part[:0], make([]uint32, n)...)
	for i := range m.part {
		m.part[i] = uint32(i)
	}
	joined := 0
	undirected := 0
	for i, u := range alters {
		weights := m.simple.Weights(u)
		for k, w := range m.simple.Neighbors(u) {
			if !m.goOn() {
				break
			}
			at := m.place[w]
			if at == 0 {
				if !m.steps[w] {
					m.steps[w] = true
					m.touched = append(m.touched, w)
				}
				continue
			}
			m.strength[i] += weights.At(k)
			if w != v && w > u {
				undirected++
				if m.join(uint32(i), at-1) {
					joined++
				}
			}
		}
	}
	out.TwoSteps = n + len(m.touched)
	for _, w := range m.touched {
		m.steps[w] = false
	}
	m.touched = m.touched[:0]
	out.Components = n - joined
	out.EffectiveSize = float64(n) - 2*float64(undirected)/float64(n)
	out.Constraint = m.constraint(v, alters)
	out.Ties, out.Betweenness = m.betweenness(v, alters)
	out.Broker = out.Pairs - out.Ties
	if out.Pairs > 0 {
		out.Density = float64(out.Ties) / float64(out.Pairs)
		out.Brokerage = float64(out.Broker) / float64(out.Pairs)
	}
	for _, u := range alters {
		m.place[u] = 0
	}
	m.place[v] = 0
	return out
}

// join puts two alters into one part and says whether they were in two.
func (m *measurer) join(a, b uint32) bool {
	root := func(x uint32) uint32 {
		for m.part[x] != x {
			m.part[x] = m.part[m.part[x]]
			x = m.part[x]
		}
		return x
	}
	a, b = root(a), root(b)
	m.part[max(a, b)] = min(a, b)
	return a != b
}

func (m *measurer) constraint(v uint32, alters []uint32) float64 {
	own := m.simple.Weights(v)
	all := 0.0
	for i := range alters {
		all += own.At(i)
	}
	if all == 0 {
		return 0
	}
	sum := 0.0
	for i, u := range alters {
		p := own.At(i) / all
		weights := m.simple.Weights(u)
		for k, q := range m.simple.Neighbors(u) {
			if !m.goOn() {
				return 0
			}
			if at := m.place[q]; at != 0 && q != v && m.strength[at-1] > 0 {
				p += own.At(int(at-1)) / all * (weights.At(k) / m.strength[at-1])
			}
		}
		sum += p * p
	}
	return sum
}

// betweenness also counts the ties among alters.
func (m *measurer) betweenness(v uint32, alters []uint32) (ties int64, between float64) {
	n := len(alters)
	m.between = append(m.between[:0], make([]int32, n+1)...)
	g := m.g
	pointsTo := func(u, to uint32) bool { return !g.Directed() || g.HasEdge(u, to) }
	for i, u := range alters {
		m.touched = m.touched[:0]
		for _, q := range g.Neighbors(u) { // what lies between u and c in the ego network
			if m.place[q] == 0 || q == u || q == v {
				continue
			}
			for _, c := range g.Neighbors(q) {
				if !m.goOn() {
					m.touched = m.touched[:0]
					return 0, 0
				}
				if at := m.place[c]; at != 0 && c != v && c != u && c != q {
					m.between[at-1]++
				}
			}
		}
		// Alters that u has a tie to are no pair; they are taken out by a count below 0.
		for _, c := range g.Neighbors(u) {
			if at := m.place[c]; at != 0 && c != v && c != u {
				ties++
				m.between[at-1] = -1
			}
		}
		reaches := pointsTo(u, v)
		for k, c := range alters {
			if !m.goOn() {
				break
			}
			if reaches && k != i && m.between[k] >= 0 && pointsTo(v, c) {
				between += 1 / float64(m.between[k]+1)
			}
			m.between[k] = 0
		}
	}
	if !g.Directed() {
		return ties / 2, between / 2
	}
	return ties, between
}
