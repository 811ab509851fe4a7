package graph

import (
	"context"
	"slices"
	"sync/atomic"
	"unsafe"

	"gave.network/graph/internal/ranges"
)

// view is what makes a Graph a changed view of another: rows that differ from the arrays of the graph that it was made
// of, in a tree of tables. A table that holds no changed row is not there, so that a view of a large graph after few
// changes is a few tables, and views share those that they have in common. A view that was handed out never changes:
// an Overlay copies what it shares with one before it writes to it.
type view struct {
	nodes     int
	arcs      int64
	out, in   sideView // of an undirected graph the same
	compacted *compacted
}

// compacted is the same graph in arrays of its own, once one is wanted.
type compacted struct {
	lock  chan struct{} // of size 1; who waits for it can be told to stop, unlike with a mutex
	graph *Graph
}

func newCompacted() *compacted { return &compacted{lock: make(chan struct{}, 1)} }

// sideView is one direction of a view: the arrays that it lies on, and the changed rows. The leaf of node v is
// tables[v / (leafRows tableLeaves)][v / leafRows % tableLeaves].
type sideView struct {
	offsets []int64
	targets []uint32
	weights Weights
	tables  []*table
	stamp   uint64 // of tables; see Overlay
}

const (
	leafBits, tableBits = 5, 7
	leafRows            = 1 << leafBits
	tableLeaves         = 1 << tableBits
)

// table is a table of leaves, those without changed rows nil.
type table struct {
	stamp  uint64
	leaves [tableLeaves]*leaf
}

// leaf has a few rows that follow each other, of which some are changed. Of those that are the Overlay's that has the
// stamp, own has the bits; no view reads them.
type leaf struct {
	stamp uint64
	own   uint32
	rows  [leafRows]changedRow
}

// changedRow is a row and its weights. Where it is an Overlay's own there is room for as many weights as for targets.
type changedRow struct {
	targets []uint32
	weights Weights
}

// leafOf returns the leaf of v, nil when none of its rows is changed.
func (s *sideView) leafOf(v uint32) *leaf {
	if i := int(v >> (leafBits + tableBits)); i < len(s.tables) {
		if t := s.tables[i]; t != nil {
			return t.leaves[v>>leafBits&(tableLeaves-1)]
		}
	}
	return nil
}

// baseNodes is the number of nodes of the arrays.
func (s *sideView) baseNodes() int { return max(len(s.offsets)-1, 0) }

// row returns the targets of v. A node that was added and has no arcs has no row.
func (s *sideView) row(v uint32) []uint32 {
	if l := s.leafOf(v); l != nil {
		return l.rows[v&(leafRows-1)].targets
	}
	if int(v) >= s.baseNodes() {
		return nil
	}
	return s.targets[s.offsets[v]:s.offsets[v+1]]
}

// rowWeights returns the weights of v's row, none where there are none.
func (s *sideView) rowWeights(v uint32) Weights {
	if l := s.leafOf(v); l != nil {
		return l.rows[v&(leafRows-1)].weights
	}
	if int(v) >= s.baseNodes() {
		return s.weights.Slice(0, 0)
	}
	return s.weights.Slice(s.offsets[v], s.offsets[v+1])
}

// stamps numbers the times between two views: what has the present stamp of an Overlay is its own.
var stamps atomic.Uint64

// ownLeaf returns the leaf of v to be written to.
func (s *sideView) ownLeaf(v uint32, stamp uint64) *leaf {
	i := int(v >> (leafBits + tableBits))
	if s.stamp != stamp || i >= len(s.tables) {
		tables := make([]*table, max(len(s.tables), i+1))
		copy(tables, s.tables)
		s.tables, s.stamp = tables, stamp
	}
	t := s.tables[i]
	if t == nil || t.stamp != stamp {
		fresh := &table{stamp: stamp}
		if t != nil {
			fresh.leaves = t.leaves
		}
		t, s.tables[i] = fresh, fresh
	}
	slot := &t.leaves[v>>leafBits&(tableLeaves-1)]
	if *slot == nil {
		l := &leaf{stamp: stamp}
		for j := range l.rows {
			if u := v&^(leafRows-1) + uint32(j); int(u) < s.baseNodes() {
				from, to := s.offsets[u], s.offsets[u+1]
				l.rows[j] = changedRow{s.targets[from:to:to], s.weights.Slice(from, to)}
			} else {
				l.rows[j].weights = s.weights.Slice(0, 0)
			}
		}
		*slot = l
	} else if (*slot).stamp != stamp {
		*slot = &leaf{stamp: stamp, rows: (*slot).rows}
	}
	return *slot
}

// put gives the arc from u to v a weight; it is added when it is not there.
func (s *sideView) put(u, v uint32, weight float64, stamp uint64) {
	l := s.ownLeaf(u, stamp)
	row := &l.rows[u&(leafRows-1)]
	i, found := searchRow(row.targets, v)
	if found && !row.weights.Given() {
		return
	}
	more := 1
	if found {
		more = 0
	}
	bit := uint32(1) << (u & (leafRows - 1))
	if l.own&bit == 0 || len(row.targets)+more > cap(row.targets) {
		row.copy(len(row.targets) + more)
		l.own |= bit
	}
	if !found {
		row.targets = slices.Insert(row.targets, i, v)
		row.weights.open(i)
	}
	if row.weights.Given() {
		row.weights.set(int64(i), weight)
	}
}

// drop takes the arc from u to v out, which is there.
func (s *sideView) drop(u, v uint32, stamp uint64) {
	l := s.ownLeaf(u, stamp)
	row := &l.rows[u&(leafRows-1)]
	if bit := uint32(1) << (u & (leafRows - 1)); l.own&bit == 0 {
		row.copy(len(row.targets))
		l.own |= bit
	}
	i, _ := searchRow(row.targets, v)
	row.targets = slices.Delete(row.targets, i, i+1)
	row.weights.close(i)
}

// copy gives the row arrays of its own, with room for some more than so many.
func (r *changedRow) copy(count int) {
	room := count + count/8 + 2
	r.targets = append(make([]uint32, 0, room), r.targets...)
	if r.weights.Given() {
		weights := newWeights(int64(room), r.weights.Wide())
		weights.Put(0, r.weights)
		weights.n = r.weights.n
		r.weights = weights
	}
}

// open makes a gap before place i; there has to be room for it.
func (w *Weights) open(i int) {
	switch {
	case w.first == nil:
		return
	case w.wide:
		list := unsafe.Slice((*float64)(w.first), w.n+1)
		copy(list[i+1:], list[i:])
	default:
		list := unsafe.Slice((*float32)(w.first), w.n+1)
		copy(list[i+1:], list[i:])
	}
	w.n++
}

// close takes the weight in place i out.
func (w *Weights) close(i int) {
	switch {
	case w.first == nil:
		return
	case w.wide:
		list := w.Wide64()
		copy(list[i:], list[i+1:])
	default:
		list := w.Narrow()
		copy(list[i:], list[i+1:])
	}
	w.n--
}

// changedNeighbors is Neighbors of a view; so that Neighbors can be inlined it is not.
//
//go:noinline
func (g *Graph) changedNeighbors(v uint32) []uint32 {
	return g.view.out.checked(v, g.view.nodes).row(v)
}

//go:noinline
func (g *Graph) changedInNeighbors(v uint32) []uint32 {
	return g.view.in.checked(v, g.view.nodes).row(v)
}

// checked panics for what is not a node, as reading past the end of an array does.
func (s *sideView) checked(v uint32, nodes int) *sideView {
	if int64(v) >= int64(nodes) {
		panic("graph: there is no such node")
	}
	return s
}

// rows is one direction of a graph for loops that read many rows: the arrays, or the view.
type rows struct {
	offsets []int64
	targets []uint32
	weights Weights   // of a view an empty run
	changed *sideView // nil in an ordinary graph
}

func (g *Graph) outRows() rows {
	if g.view != nil {
		return rows{weights: g.weights, changed: &g.view.out}
	}
	return rows{g.offsets, g.targets, g.weights, nil}
}

func (g *Graph) inRows() rows {
	if g.view != nil {
		return rows{weights: g.weights, changed: &g.view.in}
	}
	return rows{g.inOffsets, g.inTargets, g.inWeights, nil}
}

// of returns the row of v.
func (r *rows) of(v uint32) []uint32 {
	if r.changed != nil {
		return r.changed.row(v)
	}
	return r.targets[r.offsets[v]:r.offsets[v+1]]
}

// weightsOf returns the weights of the row of v.
func (r *rows) weightsOf(v uint32) Weights {
	switch {
	case r.changed == nil:
		return r.weights.Slice(r.offsets[v], r.offsets[v+1])
	case !r.weights.Given():
		return Weights{}
	}
	return r.changed.rowWeights(v)
}

// rowOf is rows.of for loops that keep the parts of rows in variables.
func rowOf(offsets []int64, targets []uint32, changed *sideView, v uint32) []uint32 {
	if changed != nil {
		return changed.row(v)
	}
	return targets[offsets[v]:offsets[v+1]]
}

// eachWeights calls visit for the weights of all arcs, in order and in pieces, until it returns an error or ctx ends.
func (g *Graph) eachWeights(ctx context.Context, visit func(Weights) error) error {
	const piece = 1 << 20
	if !g.Weighted() {
		return nil
	}
	if g.view == nil {
		for from := 0; from < g.weights.Len(); from += piece {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := visit(g.weights.Slice(int64(from), int64(min(from+piece, g.weights.Len())))); err != nil {
				return err
			}
		}
		return nil
	}
	for v := range uint32(g.N()) {
		if ranges.Ended(ctx, int(v)) {
			return ctx.Err()
		}
		if err := visit(g.Weights(v)); err != nil {
			return err
		}
	}
	return nil
}

// Compact returns the graph in arrays without gaps: g itself unless it is a view that an Overlay gave out. Of a view
// the rows are copied, in runs where they are unchanged, about as fast as memory is; the view keeps the copy for the
// next time. Those that need the arrays do it themselves: Rows and InRows, snapshots and Verify, Signs and UnitWeights,
// community.Leiden and DegreeAssortativity, layout, signed.Communities, centrality.BetweennessOfLengths. All other
// kernels read views in place.
func (g *Graph) Compact(ctx context.Context, opts Options) (*Graph, error) {
	if g.view == nil {
		return g, ctx.Err()
	}
	c := g.view.compacted
	select {
	case c.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.lock }()
	if c.graph != nil {
		return c.graph, ctx.Err()
	}
	out := &Graph{directed: g.directed, rules: g.rules, loops: g.loops}
	var err error
	out.offsets, out.targets, out.weights, err = g.view.out.compact(ctx, g.view.nodes, g.weights, opts)
	if err != nil {
		return nil, err
	}
	out.inOffsets, out.inTargets, out.inWeights = out.offsets, out.targets, out.weights
	if g.directed {
		out.inOffsets, out.inTargets, out.inWeights, err = g.view.in.compact(ctx, g.view.nodes, g.weights, opts)
		if err != nil {
			return nil, err
		}
	}
	c.graph = out
	return out, nil
}

// arrays is Compact for what has no context.
func (g *Graph) arrays() *Graph {
	if g.view == nil {
		return g
	}
	out, err := g.Compact(context.Background(), Options{})
	if err != nil { // a context that does not end gives none
		panic(err)
	}
	return out
}

// compact returns the arrays of one direction; like says of what kind the weights are.
func (s *sideView) compact(
	ctx context.Context, n int, like Weights, opts Options,
) ([]int64, []uint32, Weights, error) {
	offsets := make([]int64, n+1)
	base := s.baseNodes()
	for low := 0; low < n; low += leafRows {
		if low&(1<<20-1) == 0 && ctx.Err() != nil {
			return nil, nil, Weights{}, ctx.Err()
		}
		high := min(low+leafRows, n)
		if l := s.leafOf(uint32(low)); l != nil {
			for v := low; v < high; v++ {
				offsets[v+1] = offsets[v] + int64(len(l.rows[v-low].targets))
			}
			continue
		}
		end := min(high, base)
		for v := low; v < end; v++ {
			offsets[v+1] = offsets[low] + s.offsets[v+1] - s.offsets[low]
		}
		for v := max(low, end); v < high; v++ {
			offsets[v+1] = offsets[v]
		}
	}
	targets := make([]uint32, offsets[n])
	var weights Weights
	if like.Given() {
		weights = newWeights(offsets[n], like.Wide())
	}
	const piece = 1 << 12
	err := opts.Quiet().Run(ctx, n, piece, func(_, low, high int) {
		from := low // what is not yet copied, unchanged rows
		run := func(to int) {
			if from, to := min(from, base), min(to, base); from < to {
				copy(targets[offsets[from]:], s.targets[s.offsets[from]:s.offsets[to]])
				if like.Given() {
					weights.Put(offsets[from], s.weights.Slice(s.offsets[from], s.offsets[to]))
				}
			}
		}
		for at := low; at < high; at += leafRows {
			l := s.leafOf(uint32(at))
			if l == nil {
				continue
			}
			run(at)
			from = min(at+leafRows, high)
			for v := at; v < from; v++ {
				copy(targets[offsets[v]:], l.rows[v-at].targets)
				if like.Given() {
					weights.Put(offsets[v], l.rows[v-at].weights)
				}
			}
		}
		run(high)
	})
	return offsets, targets, weights, err
}
