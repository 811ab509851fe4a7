package dynamic

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
)

// Graph is a simple graph that changes: without self-loops, with weights that are not negative if it has any. It is a
// graph.Overlay and those that watch it: a change costs what it costs there, and whatever those that watch do.
type Graph struct {
	overlay  *graph.Overlay
	directed bool
	weighted bool
	watchers []watcher

	// For Constraint: a bit for each node around it, what each spreads, and those found.
	mark []uint64
	each []float64
	hits []uint32
}

// watcher is told of changes after they were made.
type watcher interface {
	grown(count int)
	added(u, v uint32)
	removed(u, v uint32)
	// weighed is told of every change of a weight, also from and to 0 of a tie that was not there.
	weighed(u, v uint32, before, after float64)
}

// New returns g as a graph that may change; g stays as it is. It returns ErrLoop when g has self-loops and
// ErrNegativeWeight when it has negative weights.
func New(g *graph.Graph) (*Graph, error) {
	if g.Loops() > 0 {
		return nil, graph.ErrLoop
	}
	if err := graph.CheckWeights(context.Background(), g); err != nil {
		return nil, err
	}
	return &Graph{overlay: graph.NewOverlay(g), directed: g.Directed(), weighted: g.Weighted()}, nil
}

// N returns the number of nodes.
func (d *Graph) N() int { return d.overlay.N() }

// M returns the number of ties.
func (d *Graph) M() int64 {
	if d.directed {
		return d.overlay.Arcs()
	}
	return d.overlay.Arcs() / 2
}

// Directed says whether ties have a direction.
func (d *Graph) Directed() bool { return d.directed }

// Neighbors returns those whom v has ties to, ascending. The slice is good until the next change.
func (d *Graph) Neighbors(v uint32) []uint32 { return d.overlay.Neighbors(v) }

// InNeighbors returns those who have ties to v, ascending; in an undirected graph the same as Neighbors.
func (d *Graph) InNeighbors(v uint32) []uint32 { return d.overlay.InNeighbors(v) }

// Degree returns the number of ties that leave v.
func (d *Graph) Degree(v uint32) int { return len(d.overlay.Neighbors(v)) }

// Weights returns the weights of the ties that leave v, parallel to Neighbors, or none in an unweighted graph. They are
// good until the next change.
func (d *Graph) Weights(v uint32) graph.Weights { return d.overlay.Weights(v) }

// Weight returns the weight of the tie between u and v (from u to v), and whether there is one.
func (d *Graph) Weight(u, v uint32) (float64, bool) { return d.overlay.Weight(u, v) }

// AddNodes adds isolated nodes and returns the number of the first. It returns ErrTooManyNodes.
func (d *Graph) AddNodes(count int) (uint32, error) {
	first, err := d.overlay.AddNodes(count)
	if err != nil {
		return first, err
	}
	for _, w := range d.watchers {
		w.grown(count)
	}
	return first, nil
}

// Set adds the tie between u and v (from u to v) or gives it another weight, which in an unweighted graph is not looked
// at, and is rounded where the graph has weights of 32 bits. It returns ErrNode, ErrLoop for u = v, ErrNotFinite,
// ErrUnderflow and ErrNegativeWeight.
func (d *Graph) Set(u, v uint32, weight float64) error {
	if !d.weighted {
		weight = 1
	}
	n := int64(d.N())
	switch {
	case int64(u) >= n || int64(v) >= n:
		return graph.ErrNode
	case u == v:
		return graph.ErrLoop
	case weight < 0 && !math.IsInf(weight, 0):
		return graph.ErrNegativeWeight
	}
	before, there := d.overlay.Weight(u, v)
	if err := d.overlay.Set(u, v, weight); err != nil {
		return err
	}
	after, _ := d.overlay.Weight(u, v)
	if there && before == after {
		return nil
	}
	for _, w := range d.watchers {
		w.weighed(u, v, before, after)
		if !there {
			w.added(u, v)
		}
	}
	return nil
}

// Remove takes the tie between u and v (from u to v) out. Removing one that is not there does nothing. It returns
// ErrNode.
func (d *Graph) Remove(u, v uint32) error {
	before, there := d.overlay.Weight(u, v)
	if err := d.overlay.Remove(u, v); err != nil || !there {
		return err
	}
	for _, w := range d.watchers {
		w.weighed(u, v, before, 0)
		w.removed(u, v)
	}
	return nil
}

// Graph returns the graph as it is now, for kernels that do not follow changes: a view, without copying, which stays as
// it is (graph.Overlay).
func (d *Graph) Graph(ctx context.Context, opts graph.Options) (*graph.Graph, error) {
	return d.overlay.Graph(ctx, opts)
}

// common calls visit for each node that is in both lists, ascending. It takes O(a log b) where a is the shorter list,
// and no more than O(a + b).
func common(a, b []uint32, visit func(w uint32)) {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) < 16*len(a) {
		for i, j := 0, 0; i < len(a) && j < len(b); {
			switch {
			case a[i] < b[j]:
				i++
			case a[i] > b[j]:
				j++
			default:
				visit(a[i])
				i++
				j++
			}
		}
		return
	}
	for _, v := range a {
		// What is sought lies behind the last place: double the step until it is passed.
		step := 1
		for step < len(b) && b[step] < v {
			step *= 2
		}
		i, found := slices.BinarySearch(b[:min(step+1, len(b))], v)
		if found {
			visit(v)
		}
		if b = b[i:]; len(b) == 0 {
			return
		}
	}
}

// Constraint returns Burt's constraint of v as the graph now is: the sum over those whom v has ties to, j, of
// (p(v,j) + sum over q of p(v,q) p(q,j))², where p(a,b) is the share of b in the weights of the ties of a (Burt 1992).
// It is for undirected graphs and returns ErrParameter for others, not-a-number for a node without ties, ErrNode. After
// a change of the tie between u and v it is these two whose constraint changes first. The time is O of the degrees of
// those around v; it takes 9 bytes a node.
func (d *Graph) Constraint(v uint32) (float64, error) {
	switch {
	case d.Directed():
		return 0, graph.ErrParameter
	case int64(v) >= int64(d.N()):
		return 0, graph.ErrNode
	}
	row, weights := d.Neighbors(v), d.Weights(v)
	whole := d.strength(v)
	if whole == 0 {
		return math.NaN(), nil
	}
	if len(d.mark) < (d.N()+63)/64 {
		d.mark = make([]uint64, (d.N()+63)/64)
		d.each = nil
	}
	for _, q := range row {
		d.mark[q>>6] |= 1 << (q & 63)
	}
	// Of each q once what it spreads.
	if len(d.each) < d.N() {
		d.each = make([]float64, d.N())
	}
	for i, q := range row {
		d.each[q] = 0
		if theirs := d.strength(q); theirs > 0 {
			d.each[q] = weights.At(i) / whole / theirs
		}
	}
	sum := 0.0
	for i, j := range row {
		other, of := d.Neighbors(j), d.Weights(j)
		p := weights.At(i) / whole
		switch {
		case len(other) > 16*len(row): // few of many: look them up
			at := 0
			common(row, other, func(q uint32) {
				k, _ := slices.BinarySearch(other[at:], q)
				at += k
				p += d.each[q] * of.At(at)
			})
		case !of.Given():
			d.hits = slices.Grow(d.hits[:0], len(other)+1)[:len(other)+1]
			found := uint64(0)
			for _, q := range other {
				d.hits[found] = q
				found += d.mark[q>>6] >> (q & 63) & 1
			}
			for _, q := range d.hits[:found] {
				p += d.each[q]
			}
		default:
			for at, q := range other {
				if d.mark[q>>6]>>(q&63)&1 != 0 {
					p += d.each[q] * of.At(at)
				}
			}
		}
		sum += p * p
	}
	for _, q := range row {
		d.mark[q>>6] = 0
	}
	return sum, nil
}

// strength is the sum of the weights of the ties that leave v, in order.
func (d *Graph) strength(v uint32) float64 {
	if !d.weighted {
		return float64(d.Degree(v))
	}
	return d.Weights(v).Sum()
}
