package cliques

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// Maximal calls visit for each clique of at least so many nodes that no node could join, until it returns false. A
// node without ties is a clique of one. The nodes of a clique are ascending; cliques come in the same order at any
// number of threads, and visit is never called twice at once. The slice is not changed afterwards. Directions, weights
// and loops do not count. The method is that of Bron and Kerbosch 1973 with pivots (Tomita, Tanaka & Takahashi 2006),
// from each node in an order in which few follow (Eppstein, Löffler & Strash 2010). There can be 3^(d/3) cliques for
// each node where d is the highest core number; end the context when it takes too long. It returns
// graph.ErrParameter for least below 1.
func Maximal(
	ctx context.Context, g *graph.Graph, least int, visit func(clique []uint32) bool, opts graph.Options,
) error {
	if least < 1 {
		return graph.ErrParameter
	}
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return err
	}
	order, err := degeneracy(ctx, g)
	if err != nil {
		return err
	}
	place := make([]uint32, len(order))
	for i, v := range order {
		place[v] = uint32(i)
	}
	workers := make([]*finder, opts.Workers())
	turns := ranges.NewInOrder()
	var enough atomic.Bool
	err = opts.Run(ctx, len(order), 1, func(worker, i, _ int) {
		if workers[worker] == nil {
			workers[worker] = &finder{ctx: ctx, g: g, place: place, least: least, at: make([]int32, g.N())}
		}
		f := workers[worker]
		f.found = f.found[:0]
		if !enough.Load() {
			f.from(order[i])
		}
		turns.Do(i, func() {
			for _, clique := range f.found {
				if enough.Load() || f.ended {
					return
				}
				enough.Store(!visit(clique))
			}
		})
	})
	if enough.Load() {
		return nil
	}
	return err
}

// degeneracy returns the nodes so that each has few neighbours after it: always the one of lowest degree among those
// that are left.
func degeneracy(ctx context.Context, g *graph.Graph) ([]uint32, error) {
	n := g.N()
	degree, most := make([]int, n), 0
	for v := range degree {
		degree[v] = g.Degree(uint32(v))
		most = max(most, degree[v])
	}
	start := make([]int, most+2)
	for _, d := range degree {
		start[d+1]++
	}
	for d := range most + 1 {
		start[d+1] += start[d]
	}
	order, place, next := make([]uint32, n), make([]int, n), slices.Clone(start)
	for v, d := range degree {
		order[next[d]], place[v] = uint32(v), next[d]
		next[d]++
	}
	looked := 0
	for i, v := range order {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		for _, u := range g.Neighbors(v) {
			if looked++; ranges.Ended(ctx, looked) {
				return nil, ctx.Err()
			}
			// A neighbour that is left goes to the front of those of its degree, and then counts one less.
			d := degree[u]
			if d <= degree[v] {
				continue
			}
			front := max(start[d], i+1)
			w := order[front]
			order[place[u]], order[front] = w, u
			place[w], place[u] = place[u], front
			start[d] = front + 1
			degree[u]--
		}
	}
	return order, ctx.Err()
}

// finder is the work space of one thread: the cliques in which one node comes first in the order.
type finder struct {
	ctx    context.Context
	g      *graph.Graph
	place  []uint32
	least  int
	at     []int32 // of a node that may follow its number and 1
	follow []uint32
	rows   []bitset.Set // who of those that may follow are neighbours of each, and then of each that came before
	clique []uint32
	found  [][]uint32
	looked int
	ended  bool
}

func (f *finder) from(v uint32) {
	f.follow = f.follow[:0]
	var before []uint32
	for _, u := range f.g.Neighbors(v) {
		if f.place[u] > f.place[v] {
			f.follow = append(f.follow, u)
		} else {
			before = append(before, u)
		}
	}
	k := len(f.follow)
	f.clique = append(f.clique[:0], v)
	if k+1 < f.least {
		return
	}
	if k == 0 {
		if len(before) == 0 {
			f.keep()
		}
		return
	}
	for i, u := range f.follow {
		f.at[u] = int32(i + 1)
	}
	f.rows = f.rows[:0]
	barred := make([]uint32, 0, len(before))
	for i, u := range append(slices.Clone(f.follow), before...) {
		row := bitset.New(k)
		any := false
		for _, w := range f.g.Neighbors(u) {
			if f.step(1); f.at[w] > 0 {
				row.Add(uint32(f.at[w] - 1))
				any = true
			}
		}
		if i >= k {
			if !any {
				continue
			}
			barred = append(barred, uint32(len(f.rows)))
		}
		f.rows = append(f.rows, row)
	}
	for _, u := range f.follow {
		f.at[u] = 0
	}
	all := bitset.New(k)
	for i := range uint32(k) {
		all.Add(i)
	}
	f.extend(all, bitset.New(k), barred)
}

// step looks at the context after so much work.
func (f *finder) step(work int) {
	if f.looked += work; f.looked > 1<<14 {
		f.looked = 0
		f.ended = f.ended || f.ctx.Err() != nil
	}
}

// keep keeps the clique as it is.
func (f *finder) keep() {
	if len(f.clique) >= f.least {
		clique := slices.Clone(f.clique)
		slices.Sort(clique)
		f.found = append(f.found, clique)
	}
}

// extend finds the cliques with one or more of those that may join; done are those of them that were tried, and barred
// the rows of those before the first node, with whom a clique was found elsewhere.
func (f *finder) extend(may, done bitset.Set, barred []uint32) {
	f.step(1 + len(barred)*len(may))
	if f.ended {
		return
	}
	left, busy, pivot := 0, -1, uint32(0)
	for _, word := range may {
		left += bits.OnesCount64(word)
	}
	if left == 0 {
		if len(barred) == 0 && empty(done) {
			f.keep()
		}
		return
	}
	if len(f.clique)+left < f.least {
		return
	}
	try := func(row uint32) {
		if count := common(f.rows[row], may); count > busy {
			busy, pivot = count, row
		}
	}
	may.Each(try)
	done.Each(try)
	for _, row := range barred {
		try(row)
	}
	branch := make(bitset.Set, len(may))
	for i := range may {
		branch[i] = may[i] &^ f.rows[pivot][i]
	}
	next, past := make(bitset.Set, len(may)), make(bitset.Set, len(may))
	branch.Each(func(u uint32) {
		if f.ended {
			return
		}
		row := f.rows[u]
		for i := range may {
			next[i], past[i] = may[i]&row[i], done[i]&row[i]
		}
		var still []uint32
		for _, b := range barred {
			if f.rows[b].Has(u) {
				still = append(still, b)
			}
		}
		f.clique = append(f.clique, f.follow[u])
		f.extend(next, past, still)
		f.clique = f.clique[:len(f.clique)-1]
		may.Drop(u)
		done.Add(u)
	})
}

func empty(s bitset.Set) bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

func common(a, b bitset.Set) int {
	count := 0
	for i, word := range a {
		count += bits.OnesCount64(word & b[i])
	}
	return count
}
