package graph

import (
	"context"
	"math"
	"slices"
)

// Overlay is a graph with edges added and removed since. It is how a graph that lives is kept: the changes of a day are
// small, so they wait in a table beside the arrays, and Graph merges them in when a kernel is next to be run. See
// DESIGN.md for why kernels read the merged graph and not the overlay.
//
// An Overlay is for one goroutine at a time; the graphs that Graph returned stay as they are.
type Overlay struct {
	base    *Graph
	nodes   int
	changes map[uint64]change // by source and target; of an undirected edge both arcs
	merged  *Graph            // base with the changes, nil when there are newer changes
}

// change is what became of an arc: a weight, or removed.
type change struct {
	weight  float64
	removed bool
}

// NewOverlay returns g without changes.
func NewOverlay(g *Graph) *Overlay {
	return &Overlay{base: g, nodes: g.N(), changes: map[uint64]change{}, merged: g}
}

// N returns the number of nodes, with those that were added.
func (o *Overlay) N() int { return o.nodes }

// Changes returns how many edges differ from the graph that the overlay lies on, at most.
func (o *Overlay) Changes() int {
	if o.base.directed {
		return len(o.changes)
	}
	return (len(o.changes) + 1) / 2
}

// AddNodes adds isolated nodes and returns the number of the first.
func (o *Overlay) AddNodes(count int) (uint32, error) {
	if count < 0 || int64(o.nodes)+int64(count) > MaxNodes {
		return None, ErrTooManyNodes
	}
	first := uint32(o.nodes)
	o.nodes += count
	if count > 0 {
		o.merged = nil
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
	case u == v && !o.base.rules.keepLoops && int64(u) < int64(o.nodes):
		return ErrLoop
	}
	if !o.base.Wide() {
		weight = float64(float32(weight))
	}
	return o.put(u, v, change{weight: weight})
}

// Remove removes the edge between u and v (the arc from u to v). Removing an edge that is not there does nothing. It
// returns ErrNode.
func (o *Overlay) Remove(u, v uint32) error { return o.put(u, v, change{removed: true}) }

func (o *Overlay) put(u, v uint32, c change) error {
	if int64(u) >= int64(o.nodes) || int64(v) >= int64(o.nodes) {
		return ErrNode
	}
	o.changes[uint64(u)<<32|uint64(v)] = c
	if !o.base.directed {
		o.changes[uint64(v)<<32|uint64(u)] = c
	}
	o.merged = nil
	return nil
}

// Weight returns the weight of the edge between u and v (of the arc from u to v) as it is now, and whether there is
// one.
func (o *Overlay) Weight(u, v uint32) (float64, bool) {
	if c, found := o.changes[uint64(u)<<32|uint64(v)]; found {
		return c.weight, !c.removed
	}
	if int64(u) >= int64(o.base.N()) || int64(v) >= int64(o.base.N()) {
		return 0, false
	}
	return o.base.Weight(u, v)
}

// Graph returns the graph as it is now, with all kernels' full speed. Unchanged rows are copied in runs, so it costs
// about as much as copying the arrays, and nothing when there was no change since the last call.
func (o *Overlay) Graph(ctx context.Context, opts Options) (*Graph, error) {
	if o.merged != nil {
		return o.merged, nil
	}
	arcs := make([]arcChange, 0, len(o.changes))
	for key, c := range o.changes {
		arcs = append(arcs, arcChange{key, c})
	}
	slices.SortFunc(arcs, compareArcs)
	g := &Graph{directed: o.base.directed, rules: o.base.rules}
	var err error
	g.offsets, g.targets, g.weights, err = mergeRows(ctx, o.nodes, o.base.offsets, o.base.targets,
		o.base.weights, arcs, opts)
	if err != nil {
		return nil, err
	}
	g.inOffsets, g.inTargets, g.inWeights = g.offsets, g.targets, g.weights
	if g.directed {
		for i, a := range arcs {
			arcs[i].key = a.key<<32 | a.key>>32
		}
		slices.SortFunc(arcs, compareArcs)
		g.inOffsets, g.inTargets, g.inWeights, err = mergeRows(ctx, o.nodes, o.base.inOffsets, o.base.inTargets,
			o.base.inWeights, arcs, opts)
		if err != nil {
			return nil, err
		}
	}
	g.loops = o.base.loops
	for key, c := range o.changes {
		if u := uint32(key); u == uint32(key>>32) {
			had := int(u) < o.base.N() && o.base.HasEdge(u, u)
			if had && c.removed {
				g.loops--
			} else if !had && !c.removed {
				g.loops++
			}
		}
	}
	o.merged = g
	return g, nil
}

// Rebase makes the merged graph the one that the overlay lies on and forgets the changes, as one does after saving a
// new snapshot.
func (o *Overlay) Rebase(ctx context.Context, opts Options) (*Graph, error) {
	g, err := o.Graph(ctx, opts)
	if err != nil {
		return nil, err
	}
	o.base, o.changes = g, map[uint64]change{}
	return g, nil
}

type arcChange struct {
	key uint64
	change
}

func compareArcs(a, b arcChange) int {
	if a.key < b.key {
		return -1
	}
	return 1 // keys differ
}

// mergeRows merges sorted changes into rows. Rows between two changed ones are copied as one run.
func mergeRows(ctx context.Context, n int, offsets []int64, targets []uint32, weights Weights, arcs []arcChange,
	opts Options,
) ([]int64, []uint32, Weights, error) {
	old := max(len(offsets)-1, 0)
	rowEnd := func(v int) int64 {
		if old == 0 {
			return 0
		}
		return offsets[min(v, old)]
	}
	// First the length of each changed row, then the offsets, then the rows, in ranges that threads share.
	newOffsets := make([]int64, n+1)
	type changedRow struct {
		node       int
		from, to   int // its changes in arcs
		difference int64
	}
	var rows []changedRow
	for from := 0; from < len(arcs); {
		v := int(arcs[from].key >> 32)
		to := from
		row := targets[rowEnd(v):rowEnd(v+1)]
		difference := int64(0)
		for ; to < len(arcs) && int(arcs[to].key>>32) == v; to++ {
			_, had := searchRow(row, uint32(arcs[to].key))
			if had && arcs[to].removed {
				difference--
			} else if !had && !arcs[to].removed {
				difference++
			}
		}
		rows = append(rows, changedRow{v, from, to, difference})
		from = to
	}
	shift, next := int64(0), 0
	for v := range n + 1 {
		newOffsets[v] = rowEnd(v) + shift
		if next < len(rows) && rows[next].node == v {
			shift += rows[next].difference
			next++
		}
	}
	newTargets := make([]uint32, newOffsets[n])
	var merged Weights
	if weights.Given() {
		merged = newWeights(newOffsets[n], weights.Wide())
	}
	copyRun := func(from, to int) {
		copy(newTargets[newOffsets[from]:], targets[rowEnd(from):rowEnd(to)])
		merged.Put(newOffsets[from], weights.Slice(rowEnd(from), rowEnd(to)))
	}
	pieces := 4 * opts.Workers()
	err := opts.Run(ctx, n, n/pieces+1, func(_, low, high int) {
		first, _ := slices.BinarySearchFunc(rows, low, func(r changedRow, v int) int { return r.node - v })
		at := low
		for _, r := range rows[first:] {
			if r.node >= high {
				break
			}
			copyRun(at, r.node)
			at = r.node + 1
			begin, end := rowEnd(r.node), rowEnd(r.node+1)
			out := newOffsets[r.node]
			emit := func(target uint32, weight float64) {
				newTargets[out] = target
				if merged.Given() {
					merged.set(out, weight)
				}
				out++
			}
			keep := func(before uint64) {
				for ; begin < end && uint64(targets[begin]) < before; begin++ {
					emit(targets[begin], weights.At(int(begin)))
				}
			}
			for _, a := range arcs[r.from:r.to] {
				target := uint32(a.key)
				keep(uint64(target))
				if begin < end && targets[begin] == target {
					begin++
				}
				if !a.removed {
					emit(target, a.weight)
				}
			}
			keep(math.MaxUint64)
		}
		copyRun(at, high)
	})
	return newOffsets, newTargets, merged, err
}
