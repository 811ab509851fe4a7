package graph

import "context"

// Overlay is a graph with edges added and removed since. It is how a graph that lives is kept: rows that change are
// copied and stand beside the arrays of the graph that it lies on, and Graph gives out what there is now as a view,
// without copying, that all kernels read.
//
// A change costs the copying of two rows (O of the degrees of both ends, at the speed of memory) and of some tables of
// a few kilobytes the first time after a view was given out, and else a binary search and the move of what lies behind
// in the two rows. Memory is what changed rows take, and up to 1.5 kB for each.
//
// An Overlay is for one goroutine at a time; the graphs that Graph returned stay as they are, and may be read while the
// Overlay changes.
type Overlay struct {
	base    *Graph // for its direction, rules and kind of weights
	view    view
	loops   int64
	changes int
	stamp   uint64 // what has it is the overlay's own and no view's
	current *Graph // the graph as it is now, nil when there are newer changes
}

// NewOverlay returns g without changes. A view may have an overlay too.
func NewOverlay(g *Graph) *Overlay {
	o := &Overlay{}
	o.lie(g)
	return o
}

// lie makes g what the overlay lies on.
func (o *Overlay) lie(g *Graph) {
	*o = Overlay{base: g, current: g, loops: g.loops, stamp: stamps.Add(1)}
	if g.view != nil {
		o.view = *g.view
		return
	}
	o.view = view{
		nodes: g.N(), arcs: g.Arcs(), out: sideView{offsets: g.offsets, targets: g.targets, weights: g.weights},
		in: sideView{offsets: g.inOffsets, targets: g.inTargets, weights: g.inWeights},
	}
}

// N returns the number of nodes, with those that were added.
func (o *Overlay) N() int { return o.view.nodes }

// Arcs returns the number of stored arcs, as that of a Graph.
func (o *Overlay) Arcs() int64 { return o.view.arcs }

// Changes returns how many times an edge was added, removed or given another weight since the overlay lies on its
// graph.
func (o *Overlay) Changes() int { return o.changes }

// AddNodes adds isolated nodes and returns the number of the first.
func (o *Overlay) AddNodes(count int) (uint32, error) {
	if count < 0 || int64(o.view.nodes)+int64(count) > MaxNodes {
		return None, ErrTooManyNodes
	}
	first := uint32(o.view.nodes)
	o.view.nodes += count
	if count > 0 {
		o.current = nil
	}
	return first, nil
}

// Set adds the edge between u and v (the arc from u to v) or gives it another weight. It keeps to the rules that the
// graph was built by: in an unweighted graph the weight is not looked at, ErrLoop is returned for a self-loop where
// BuildOptions.KeepLoops was not set, and ErrNegativeWeight for a negative weight where Signed was not. A weight that
// is infinite or not a number gives ErrNotFinite, one that 32 bits would make 0 ErrUnderflow, a node that is not there
// ErrNode. There is no parallel edge: of two calls for one edge the later counts.
func (o *Overlay) Set(u, v uint32, weight float64) error {
	if !o.base.Weighted() {
		weight = 1
	}
	if err := fits(weight, o.base.Wide()); err != nil {
		return err
	}
	switch {
	case weight < 0 && !o.base.rules.signed:
		return ErrNegativeWeight
	case u == v && !o.base.rules.keepLoops && int64(u) < int64(o.view.nodes):
		return ErrLoop
	case o.outside(u, v):
		return ErrNode
	}
	if !o.base.Wide() {
		weight = float64(float32(weight))
	}
	before, found := o.Weight(u, v)
	if found && before == weight {
		return nil
	}
	o.view.out.put(u, v, weight, o.stamp)
	switch {
	case o.base.directed:
		o.view.in.put(v, u, weight, o.stamp)
	case u != v:
		o.view.out.put(v, u, weight, o.stamp)
	}
	if !found {
		o.count(u, v, 1)
	}
	o.changed()
	return nil
}

// Remove removes the edge between u and v (the arc from u to v). Removing an edge that is not there does nothing. It
// returns ErrNode.
func (o *Overlay) Remove(u, v uint32) error {
	if o.outside(u, v) {
		return ErrNode
	}
	if _, found := o.Weight(u, v); !found {
		return nil
	}
	o.view.out.drop(u, v, o.stamp)
	switch {
	case o.base.directed:
		o.view.in.drop(v, u, o.stamp)
	case u != v:
		o.view.out.drop(v, u, o.stamp)
	}
	o.count(u, v, -1)
	o.changed()
	return nil
}

func (o *Overlay) outside(u, v uint32) bool {
	return int64(u) >= int64(o.view.nodes) || int64(v) >= int64(o.view.nodes)
}

// count adds an edge to the numbers of arcs and loops, or takes it away.
func (o *Overlay) count(u, v uint32, by int64) {
	o.view.arcs += by
	if u == v {
		o.loops += by
	} else if !o.base.directed {
		o.view.arcs += by
	}
}

func (o *Overlay) changed() {
	o.changes++
	o.current = nil
}

// Neighbors returns the targets of the arcs that leave v as they are now, ascending. The slice is good until the next
// change: do not change it.
func (o *Overlay) Neighbors(v uint32) []uint32 { return o.view.out.row(v) }

// InNeighbors returns the sources of the arcs that enter v as they are now; of an undirected graph the same as
// Neighbors.
func (o *Overlay) InNeighbors(v uint32) []uint32 {
	if !o.base.directed {
		return o.view.out.row(v)
	}
	return o.view.in.row(v)
}

// Weights returns the weights of the arcs that leave v as they are now, parallel to Neighbors, or none when the graph
// is unweighted. They are good until the next change.
func (o *Overlay) Weights(v uint32) Weights {
	if !o.base.Weighted() {
		return Weights{}
	}
	return o.view.out.rowWeights(v)
}

// Weight returns the weight of the edge between u and v (of the arc from u to v) as it is now, and whether there is
// one.
func (o *Overlay) Weight(u, v uint32) (float64, bool) {
	if o.outside(u, v) {
		return 0, false
	}
	i, found := searchRow(o.Neighbors(u), v)
	if !found {
		return 0, false
	}
	return o.Weights(u).At(i), true
}

// Graph returns the graph as it is now: a view, in time O(1), and the same one while there is no change. It shares its
// rows with the graph that the overlay lies on, which has to stay open when it is a mapped file. Kernels read a view in
// place; those that pass over the arrays make it compact first, once (see Graph.Compact). Where a large part of all
// rows has changed kernels are slower on a view, and Rebase is due. The error is that of ctx.
func (o *Overlay) Graph(ctx context.Context, _ Options) (*Graph, error) {
	if o.current == nil {
		v := o.view
		v.compacted = newCompacted()
		if !o.base.directed {
			v.in = v.out
		}
		o.current = &Graph{
			directed: o.base.directed, rules: o.base.rules, loops: o.loops, weights: o.base.weights.Slice(0, 0),
			inWeights: o.base.inWeights.Slice(0, 0), view: &v,
		}
		o.stamp = stamps.Add(1) // what there is now is the view's
	}
	return o.current, ctx.Err()
}

// Rebase makes the graph as it is now, in arrays without gaps, the one that the overlay lies on and forgets the
// changes, as one does after saving a new snapshot. It copies all arcs.
func (o *Overlay) Rebase(ctx context.Context, opts Options) (*Graph, error) {
	g, err := o.Graph(ctx, opts)
	if err == nil {
		g, err = g.Compact(ctx, opts)
	}
	if err != nil {
		return nil, err
	}
	o.lie(g)
	return g, nil
}
