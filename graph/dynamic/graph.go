package dynamic

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
)

// Graph is a simple graph that changes: without self-loops, with weights that are not negative if it has any. A change
// costs the copying of what lies behind it in two rows, O(degree) with the small constant of a block of memory, and
// whatever those that watch do.
type Graph struct {
	base     *graph.Graph
	arcs     int64
	touched  []uint64 // rows that are the graph's own, a bit for each
	rows     [][]uint32
	weights  [][]float64 // of rows that are the graph's own; nil in an unweighted graph
	watchers []watcher

	// For Constraint: a bit for each node around it, what each spreads, and those found.
	mark []uint64
	each []float64
	hits []uint32

	// The other side of a directed graph.
	inTouched []uint64
	inRows    [][]uint32
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
// ErrNegativeWeight when it has negative weights. It takes 24 bytes a node, of a directed or a weighted graph 48.
func New(g *graph.Graph) (*Graph, error) {
	if g.Loops() > 0 {
		return nil, graph.ErrLoop
	}
	if err := graph.CheckWeights(g); err != nil {
		return nil, err
	}
	n := g.N()
	d := &Graph{base: g, arcs: g.Arcs(), touched: make([]uint64, (n+63)/64), rows: make([][]uint32, n)}
	for v := range d.rows {
		row := g.Neighbors(uint32(v))
		d.rows[v] = row[:len(row):len(row)]
	}
	if g.Weighted() {
		d.weights = make([][]float64, n)
	}
	if g.Directed() {
		d.inTouched, d.inRows = make([]uint64, (n+63)/64), make([][]uint32, n)
		for v := range d.inRows {
			row := g.InNeighbors(uint32(v))
			d.inRows[v] = row[:len(row):len(row)]
		}
	}
	return d, nil
}

// N returns the number of nodes.
func (d *Graph) N() int { return len(d.rows) }

// M returns the number of ties.
func (d *Graph) M() int64 {
	if d.base.Directed() {
		return d.arcs
	}
	return d.arcs / 2
}

// Directed says whether ties have a direction.
func (d *Graph) Directed() bool { return d.base.Directed() }

// Neighbors returns those whom v has ties to, ascending. The slice is good until the next change.
func (d *Graph) Neighbors(v uint32) []uint32 { return d.rows[v] }

// InNeighbors returns those who have ties to v, ascending; in an undirected graph the same as Neighbors.
func (d *Graph) InNeighbors(v uint32) []uint32 {
	if d.inRows == nil {
		return d.rows[v]
	}
	return d.inRows[v]
}

// Degree returns the number of ties that leave v.
func (d *Graph) Degree(v uint32) int { return len(d.rows[v]) }

// Weights returns the weights of the ties that leave v, parallel to Neighbors, or none in an unweighted graph. They are
// good until the next change.
func (d *Graph) Weights(v uint32) graph.Weights {
	switch {
	case d.weights == nil:
		return graph.Weights{}
	case own(d.touched, v):
		return graph.Weights64(d.weights[v])
	}
	return d.base.Weights(v)
}

// Weight returns the weight of the tie between u and v (from u to v), and whether there is one.
func (d *Graph) Weight(u, v uint32) (float64, bool) {
	if d.check(u, v) != nil {
		return 0, false
	}
	i, found := slices.BinarySearch(d.rows[u], v)
	if !found {
		return 0, false
	}
	return d.Weights(u).At(i), true
}

func (d *Graph) check(u, v uint32) error {
	if int64(u) >= int64(d.N()) || int64(v) >= int64(d.N()) {
		return graph.ErrNode
	}
	return nil
}

// AddNodes adds isolated nodes and returns the number of the first. It returns ErrTooManyNodes.
func (d *Graph) AddNodes(count int) (uint32, error) {
	n := d.N()
	if count < 0 || int64(n)+int64(count) > graph.MaxNodes {
		return graph.None, graph.ErrTooManyNodes
	}
	grow := func(touched []uint64) []uint64 {
		for v := n; v < n+count; v++ { // what is new is the graph's own
			if v>>6 == len(touched) {
				touched = append(touched, 0)
			}
			touched[v>>6] |= 1 << (v & 63)
		}
		return touched
	}
	d.rows, d.touched = append(d.rows, make([][]uint32, count)...), grow(d.touched)
	if d.weights != nil {
		d.weights = append(d.weights, make([][]float64, count)...)
	}
	if d.inRows != nil {
		d.inRows, d.inTouched = append(d.inRows, make([][]uint32, count)...), grow(d.inTouched)
	}
	for _, w := range d.watchers {
		w.grown(count)
	}
	return uint32(n), nil
}

// Set adds the tie between u and v (from u to v) or gives it another weight, which in an unweighted graph is not looked
// at. It returns ErrNode, ErrLoop for u = v, ErrNotFinite and ErrNegativeWeight.
func (d *Graph) Set(u, v uint32, weight float64) error {
	if d.weights == nil {
		weight = 1
	}
	switch {
	case d.check(u, v) != nil:
		return graph.ErrNode
	case u == v:
		return graph.ErrLoop
	case weight != weight || math.IsInf(weight, 0):
		return graph.ErrNotFinite
	case weight < 0:
		return graph.ErrNegativeWeight
	}
	i, there := slices.BinarySearch(d.rows[u], v)
	before := 0.0
	if there {
		if before = d.Weights(u).At(i); before == weight {
			return nil
		}
	}
	d.put(u, v, weight)
	if d.inRows == nil {
		d.put(v, u, weight)
	} else if !there {
		d.ownIn(v)
		j, _ := slices.BinarySearch(d.inRows[v], u)
		d.inRows[v] = slices.Insert(d.inRows[v], j, u)
	}
	if !there {
		d.count(1)
	}
	for _, w := range d.watchers {
		w.weighed(u, v, before, weight)
		if !there {
			w.added(u, v)
		}
	}
	return nil
}

// Remove takes the tie between u and v (from u to v) out. Removing one that is not there does nothing. It returns
// ErrNode.
func (d *Graph) Remove(u, v uint32) error {
	before, there := d.Weight(u, v)
	if !there {
		return d.check(u, v)
	}
	d.drop(u, v)
	if d.inRows == nil {
		d.drop(v, u)
	} else {
		d.ownIn(v)
		j, _ := slices.BinarySearch(d.inRows[v], u)
		d.inRows[v] = slices.Delete(d.inRows[v], j, j+1)
	}
	d.count(-1)
	for _, w := range d.watchers {
		w.weighed(u, v, before, 0)
		w.removed(u, v)
	}
	return nil
}

func (d *Graph) count(ties int64) {
	if d.inRows == nil {
		ties *= 2
	}
	d.arcs += ties
}

func own(touched []uint64, v uint32) bool { return touched[v>>6]>>(v&63)&1 != 0 }

// ownRow makes the row of v the graph's own.
func (d *Graph) ownRow(v uint32) {
	if own(d.touched, v) {
		return
	}
	row := d.rows[v]
	if d.weights != nil {
		weights := d.base.Weights(v)
		list := make([]float64, len(row), len(row)+len(row)/8+2)
		for i := range list {
			list[i] = weights.At(i)
		}
		d.weights[v] = list
	}
	d.rows[v] = append(make([]uint32, 0, len(row)+len(row)/8+2), row...)
	d.touched[v>>6] |= 1 << (v & 63)
}

func (d *Graph) ownIn(v uint32) {
	if own(d.inTouched, v) {
		return
	}
	row := d.inRows[v]
	d.inRows[v] = append(make([]uint32, 0, len(row)+len(row)/8+2), row...)
	d.inTouched[v>>6] |= 1 << (v & 63)
}

func (d *Graph) put(u, v uint32, weight float64) {
	d.ownRow(u)
	i, there := slices.BinarySearch(d.rows[u], v)
	if !there {
		d.rows[u] = slices.Insert(d.rows[u], i, v)
		if d.weights != nil {
			d.weights[u] = slices.Insert(d.weights[u], i, weight)
		}
	} else if d.weights != nil {
		d.weights[u][i] = weight
	}
}

func (d *Graph) drop(u, v uint32) {
	d.ownRow(u)
	i, _ := slices.BinarySearch(d.rows[u], v)
	d.rows[u] = slices.Delete(d.rows[u], i, i+1)
	if d.weights != nil {
		d.weights[u] = slices.Delete(d.weights[u], i, i+1)
	}
}

// Graph returns the graph as it is now, for kernels that do not follow changes. It copies all ties, O(n + m); weights
// have 64 bits.
func (d *Graph) Graph(ctx context.Context, opts graph.Options) (*graph.Graph, error) {
	n := d.N()
	offsets := make([]int64, n+1)
	for v, row := range d.rows {
		offsets[v+1] = offsets[v] + int64(len(row))
	}
	targets := make([]uint32, d.arcs)
	var list []float64
	if d.weights != nil {
		list = make([]float64, d.arcs)
	}
	err := opts.Run(ctx, n, 1<<12, func(_, low, high int) {
		for v := low; v < high; v++ {
			at := offsets[v]
			copy(targets[at:], d.rows[v])
			if list != nil {
				for i, weights := 0, d.Weights(uint32(v)); i < weights.Len(); i++ {
					list[at+int64(i)] = weights.At(i)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return graph.FromRows(ctx, d.base.Directed(), offsets, targets, graph.Weights64(list), opts.Quiet())
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
	row, weights := d.rows[v], d.Weights(v)
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
		other, of := d.rows[j], d.Weights(j)
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
	if d.weights == nil {
		return float64(len(d.rows[v]))
	}
	return d.Weights(v).Sum()
}
