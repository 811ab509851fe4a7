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
	// Tolerance is how much may be left to pass on at a node, as a part of what restarts there, in (0, 1): 1e-2. A node
	// of more ties than the mean may keep that many times more. Where everybody has ties the sum of the absolute
	// errors of all values stays below about four times this number; Error says how far. The less it is, the more a
	// tie costs.
	Tolerance float64
	// Ties is how many ties are passed along after a change at most, before the rest waits for the next: 5 divided by
	// Tolerance, 500 at least; below 0 as many as it takes. A node of more ties is passed on along all of them, but
	// alone. While more waits than changes have room for, the error is larger than Tolerance allows; Error says how
	// far, and Settle lets nothing wait.
	Ties int
}

// Rank keeps PageRank: the stationary distribution of a walk that follows ties in proportion to their weights and
// restarts anywhere with the chance 1 - Damping, or where no tie leads on (Brin & Page 1998).
//
// It keeps for each node an estimate x and what is left to pass on, r = 1 + d Σ x(u) w(u,v)/s(u) - x(v), where s are
// the sums of weights; PageRank is x divided by its sum when all r are 0. A tie that comes or goes at u changes x(u) in
// proportion to s(u), so that what the others of u get stays, and r at the tie's ends only (Zhang, Lofgren & Goel
// 2016); then what is left is passed on where it is too much (Gauss-Southwell, as Ohsaka, Maehara & Kawarabayashi 2015
// have it): O(1/Tolerance) pushes at worst for a tie, each of one node's ties, of which RankOptions.Ties bounds how
// many are made at once. Memory 32 bytes a node. The result depends on the order of the changes, within the error.
type Rank struct {
	d         *Graph
	damping   float64
	tolerance float64
	ties      int     // passed along after a change
	mean      float64 // ties of a node, when it was made
	x, s      []float64
	rest      []rest
	queue     []uint32
	done      int     // how many of the queue
	whole     float64 // Σ x
	left      float64 // Σ |r|
	steps     int     // pushes since the sums were last added up afresh
}

// rest is what is left to pass on at a node, how much may be left there, and whether the node waits to pass it on. They
// are read together, and nodes in any order, so they lie together.
type rest struct {
	r     float64
	most  float32
	waits bool
}

// NewRank computes PageRank of d and keeps it from then on. It returns ErrParameter.
func NewRank(ctx context.Context, d *Graph, options RankOptions) (*Rank, error) {
	if options.Damping == 0 {
		options.Damping = 0.85
	}
	if options.Tolerance == 0 {
		options.Tolerance = 1e-2
	}
	if options.Ties == 0 {
		options.Ties = int(max(500, min(5/options.Tolerance, 1<<40)))
	} else if options.Ties < 0 {
		options.Ties = math.MaxInt
	}
	if !(options.Damping > 0 && options.Damping < 1) || !(options.Tolerance > 0 && float32(options.Tolerance) < 1) {
		return nil, graph.ErrParameter
	}
	n := d.N()
	k := &Rank{
		d: d, damping: options.Damping, tolerance: options.Tolerance, ties: options.Ties,
		mean: max(1, float64(d.overlay.Arcs())/float64(max(n, 1))),
	}
	for v := range uint32(n) {
		k.s = append(k.s, d.strength(v))
		k.x, k.rest = append(k.x, 0), append(k.rest, rest{})
		k.allow(v)
		k.pass(v, 1)
	}
	if err := k.settle(ctx, math.MaxInt); err != nil {
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
// pass on makes at most 1/(1 - d) of itself, and the division by the sum doubles it at most. It is infinite where
// nothing was passed on yet.
func (k *Rank) Error() float64 {
	switch {
	case len(k.x) == 0:
		return 0
	case !(k.whole > 0):
		return math.Inf(1)
	}
	// The sum is kept by adding and subtracting, which leaves some last digits of what went through it.
	return 2 * (math.Abs(k.left) + 1e-9) / ((1 - k.damping) * k.whole)
}

// allow says how much may be left at v, which depends on its ties.
func (k *Rank) allow(v uint32) {
	k.rest[v].most = float32(k.tolerance * max(1, float64(k.d.Degree(v))/k.mean))
}

func (k *Rank) grown(count int) {
	for range count {
		v := uint32(len(k.x))
		k.x, k.s, k.rest = append(k.x, 0), append(k.s, 0), append(k.rest, rest{})
		k.allow(v)
		k.pass(v, 1)
	}
	_ = k.settle(context.Background(), k.ties)
}

// pass adds to what is left at v.
func (k *Rank) pass(v uint32, more float64) {
	at := &k.rest[v]
	before := math.Abs(at.r)
	at.r += more
	after := math.Abs(at.r)
	k.left += after - before
	if after > float64(at.most) && !at.waits {
		at.waits = true
		k.queue = append(k.queue, v)
	}
}

// Settle passes on all that waits. When ctx ends it returns its error, and what is not done still waits.
func (k *Rank) Settle(ctx context.Context) error { return k.settle(ctx, math.MaxInt) }

// settle passes on what is too much, in the order in which it came to be so, until so many ties were passed along.
func (k *Rank) settle(ctx context.Context, ties int) error {
	for passed := 0; k.done < len(k.queue); {
		if k.done&(1<<10-1) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v := k.queue[k.done]
		row := k.d.Neighbors(v)
		if passed += len(row) + 1; passed > ties && passed > len(row)+1 {
			break
		}
		k.done++
		k.steps++
		at := &k.rest[v]
		more := at.r
		at.r, at.waits = 0, false
		k.left -= math.Abs(more)
		k.x[v] += more
		k.whole += more
		if s := k.s[v]; s > 0 {
			each := k.damping * more / s
			if !k.d.weighted {
				for _, u := range row {
					k.pass(u, each)
				}
			} else {
				weights := k.d.Weights(v)
				for i, u := range row {
					k.pass(u, each*weights.At(i))
				}
			}
		}
		if k.done >= 1<<10 && 2*k.done >= len(k.queue) { // what is behind is not needed
			k.queue = append(k.queue[:0], k.queue[k.done:]...)
			k.done = 0
		}
	}
	if k.steps > 1<<26 && k.steps > 100*len(k.x) {
		k.addUp()
	}
	return nil
}

// addUp adds the sums up afresh.
func (k *Rank) addUp() {
	k.whole, k.left, k.steps = 0, 0, 0
	for v, x := range k.x {
		k.whole += x
		k.left += math.Abs(k.rest[v].r)
	}
}

func (k *Rank) added(_, _ uint32) {}

func (k *Rank) removed(_, _ uint32) {}

func (k *Rank) weighed(u, v uint32, before, after float64) {
	k.change(u, v, before, after)
	if !k.d.directed {
		k.change(v, u, before, after)
	}
	_ = k.settle(context.Background(), k.ties)
}

// change lets the tie from u to v have another weight.
func (k *Rank) change(u, v uint32, before, after float64) {
	s := k.s[u]
	now := k.d.strength(u)
	k.s[u] = now
	k.allow(u)
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
