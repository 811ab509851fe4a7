package dynamic

import (
	"context"
	"math"

	"gave.network/graph"
)

// RankOptions are the parameters of Rank; the zero value of each field means the value in its comment.
type RankOptions struct {
	// Damping is the chance that the walk follows a tie and does not restart, in (0, 1): 0.85.
	Damping float64
	// Tolerance is how much may be left to pass on at a node, as a part of what restarts there: 1e-2. A node of more
	// ties than the mean may keep that many times more. Where everybody has ties the sum of the absolute errors of
	// all values stays below about four times this number; Error says how far. The less it is, the more a tie costs.
	Tolerance float64
}

// Rank keeps PageRank: the stationary distribution of a walk that follows ties in proportion to their weights and
// restarts anywhere with the chance 1 - Damping, or where no tie leads on (Brin & Page 1998).
//
// It keeps for each node an estimate x and what is left to pass on, r = 1 + d Σ x(u) w(u,v)/s(u) - x(v), where s are
// the sums of weights; PageRank is x divided by its sum when all r are 0. A tie that comes or goes at u changes x(u) in
// proportion to s(u), so that what the others of u get stays, and r at the tie's ends only (Zhang, Lofgren & Goel
// 2016); then what is left is passed on where it is too much (Gauss-Southwell, as Ohsaka, Maehara & Kawarabayashi 2015
// have it). Time O(1/Tolerance) pushes at worst for a tie, each of one node's ties. Memory 33 bytes a node. The result
// depends on the order of the changes, within the error.
type Rank struct {
	d         *Graph
	damping   float64
	tolerance float64
	mean      float64 // ties of a node, when it was made
	x, r, s   []float64
	waits     []bool
	queue     []uint32
	whole     float64 // Σ x
	left      float64 // Σ |r|
	steps     int     // pushes since the sums were last added up afresh
}

// NewRank computes PageRank of d and keeps it from then on. It returns ErrParameter.
func NewRank(ctx context.Context, d *Graph, options RankOptions) (*Rank, error) {
	if options.Damping == 0 {
		options.Damping = 0.85
	}
	if options.Tolerance == 0 {
		options.Tolerance = 1e-2
	}
	if !(options.Damping > 0 && options.Damping < 1) || !(options.Tolerance > 0) {
		return nil, graph.ErrParameter
	}
	n := d.N()
	k := &Rank{
		d: d, damping: options.Damping, tolerance: options.Tolerance,
		mean: max(1, float64(d.overlay.Arcs())/float64(max(n, 1))),
	}
	for v := range uint32(n) {
		k.grow()
		k.s[v] = d.strength(v)
	}
	if err := k.settle(ctx); err != nil {
		return nil, err
	}
	k.addUp()
	d.watchers = append(d.watchers, k)
	return k, nil
}

// Value returns the PageRank of v; those of all nodes sum to 1.
func (k *Rank) Value(v uint32) float64 { return k.x[v] / k.whole }

// Values returns the PageRank of all nodes, in time O(n).
func (k *Rank) Values() []float64 {
	out := make([]float64, len(k.x))
	for v, x := range k.x {
		out[v] = x / k.whole
	}
	return out
}

// Error returns a bound on the sum of the absolute errors of all values: 2 Σ|r| / ((1 - d) Σx), since what is left to
// pass on makes at most 1/(1 - d) of itself, and the division by the sum doubles it at most.
func (k *Rank) Error() float64 {
	if k.whole == 0 {
		return 0
	}
	// The sum is kept by adding and subtracting, which leaves some last digits of what went through it.
	return 2 * (math.Abs(k.left) + 1e-9) / ((1 - k.damping) * k.whole)
}

func (k *Rank) grow() {
	k.x, k.r, k.s, k.waits = append(k.x, 0), append(k.r, 0), append(k.s, 0), append(k.waits, false)
	k.pass(uint32(len(k.x)-1), 1)
}

func (k *Rank) grown(count int) {
	for range count {
		k.grow()
	}
	_ = k.settle(context.Background())
}

// pass adds to what is left at v.
func (k *Rank) pass(v uint32, more float64) {
	before := k.r[v]
	after := before + more
	k.r[v] = after
	after = math.Abs(after)
	k.left += after - math.Abs(before)
	if !k.waits[v] && after > k.tolerance && after > k.tolerance*float64(len(k.d.Neighbors(v)))/k.mean {
		k.waits[v] = true
		k.queue = append(k.queue, v)
	}
}

// settle passes on what is too much, in the order in which it came to be so.
func (k *Rank) settle(ctx context.Context) error {
	for at := 0; at < len(k.queue); at++ {
		if at&(1<<10-1) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v := k.queue[at]
		more := k.r[v]
		k.waits[v] = false
		k.r[v] = 0
		k.left -= math.Abs(more)
		k.x[v] += more
		k.whole += more
		if s := k.s[v]; s > 0 {
			each := k.damping * more / s
			if !k.d.weighted {
				for _, u := range k.d.Neighbors(v) {
					k.pass(u, each)
				}
			} else {
				weights := k.d.Weights(v)
				for i, u := range k.d.Neighbors(v) {
					k.pass(u, each*weights.At(i))
				}
			}
		}
		if at == 1<<20 { // what is behind is not needed
			k.queue = append(k.queue[:0], k.queue[at+1:]...)
			at = -1
		}
	}
	if k.steps += len(k.queue); k.steps > 1<<26 && k.steps > 100*len(k.x) {
		k.addUp()
	}
	k.queue = k.queue[:0]
	return nil
}

// addUp adds the sums up afresh.
func (k *Rank) addUp() {
	k.whole, k.left, k.steps = 0, 0, 0
	for v, x := range k.x {
		k.whole += x
		k.left += math.Abs(k.r[v])
	}
}

func (k *Rank) added(_, _ uint32) {}

func (k *Rank) removed(_, _ uint32) {}

func (k *Rank) weighed(u, v uint32, before, after float64) {
	k.change(u, v, before, after)
	if !k.d.directed {
		k.change(v, u, before, after)
	}
	_ = k.settle(context.Background())
}

// change lets the tie from u to v have another weight.
func (k *Rank) change(u, v uint32, before, after float64) {
	s := k.s[u]
	now := k.d.strength(u)
	k.s[u] = now
	switch {
	case s == 0 && now == 0:
	case s == 0: // what was not passed on goes to v
		k.pass(v, k.damping*k.x[u]*(after/now))
	case now == 0:
		k.pass(v, -k.damping*k.x[u]*(before/s))
	default:
		per := k.x[u] / s
		x := per * now
		k.whole += x - k.x[u]
		k.pass(u, k.x[u]-x)
		k.x[u] = x
		k.pass(v, k.damping*per*(after-before))
	}
}
