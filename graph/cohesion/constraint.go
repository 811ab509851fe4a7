package cohesion

import (
	"context"
	"math"
	"math/bits"
	"sync/atomic"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
)

// plainConstraint returns the constraint of each node of a simple graph without weights. T_ij = sum_q 1 / k_q runs over
// the triangles with the edge {i, j}, so each triangle is found once, as Triangles finds it, and adds to its three
// edges. The sums are in whole numbers of a small unit: those come out the same in any order, and so with any number of
// threads. The unit is so small that the sums are right to about 1e-13.
func plainConstraint(ctx context.Context, g *graph.Graph, opts graph.Options) ([]float64, error) {
	o, err := orient(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	n := g.N()
	most := 0
	for v := range uint32(n) {
		most = max(most, g.Degree(v))
	}
	// A sum has less than most terms of at most 1/2.
	units := math.Exp2(float64(62 - bits.Len(uint(most))))
	t := &triangleSums{
		o: o, inverse: make([]uint64, n), through: make([]uint64, len(o.targets)), threads: opts.Workers(),
	}
	for r := range n {
		if degree := g.Degree(o.node[r]); degree > 0 {
			t.inverse[r] = uint64(math.Round(units / float64(degree)))
		}
	}
	workers := make([]*triangleWorker, t.threads)
	err = opts.Run(ctx, n, 256, func(worker, low, high int) {
		if workers[worker] == nil {
			workers[worker] = &triangleWorker{
				mark: bitset.New(n), at: make([]uint32, n), own: make([]uint64, most), hits: make([]uint32, most+1),
			}
		}
		for r := low; r < high; r++ {
			workers[worker].node(t, uint32(r))
		}
	})
	if err != nil {
		return nil, err
	}
	squares := make([]float64, n)
	share := (n + t.threads - 1) / t.threads
	err = opts.Quiet().Run(ctx, n, share, func(_, low, high int) {
		// Each thread keeps to its own nodes and passes all edges in the same order.
		from, to := uint32(low), uint32(high)
		for r := range uint32(n) {
			mine := r >= from && r < to
			for i := o.offsets[r]; i < o.offsets[r+1]; i++ {
				s := o.targets[i]
				theirs := s >= from && s < to
				if !mine && !theirs {
					continue
				}
				sum := 1 + float64(t.through[i])/units
				if mine {
					squares[r] += sum * sum
				}
				if theirs {
					squares[s] += sum * sum
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]float64, n)
	for r, v := range o.node {
		degree := float64(g.Degree(v))
		out[v] = squares[r] / (degree * degree) // not a number without ties
	}
	return out, nil
}

// triangleSums are sums over the triangles that each edge is part of, in the places of the oriented form.
type triangleSums struct {
	o       *oriented
	inverse []uint64 // 1 / k of each node
	through []uint64 // T of each edge
	threads int
}

// triangleWorker is the work space of one thread.
type triangleWorker struct {
	mark bitset.Set
	at   []uint32 // where a marked node stands in the list of the present one
	own  []uint64 // sums of the edges of the present node
	hits []uint32
}

// node adds up the triangles whose node of the lowest degree is r.
func (w *triangleWorker) node(t *triangleSums, r uint32) {
	o := t.o
	list := o.list(r)
	if len(list) < 2 {
		return
	}
	w.mark.AddAll(list)
	own := w.own[:len(list)]
	for i, s := range list {
		w.at[s], own[i] = uint32(i), 0
	}
	mine := t.inverse[r]
	hits := w.hits
	for i, s := range list {
		other := o.list(s)
		found := uint64(0)
		for j, q := range other {
			hits[found] = uint32(j)
			found += w.mark.Bit(q)
		}
		if found == 0 {
			continue
		}
		row, theirs, sum := t.through[o.offsets[s]:o.offsets[s+1]], t.inverse[s], uint64(0)
		if t.threads == 1 {
			for _, j := range hits[:found] {
				q := other[j]
				sum += t.inverse[q]
				own[w.at[q]] += theirs
				row[j] += mine
			}
		} else {
			for _, j := range hits[:found] {
				q := other[j]
				sum += t.inverse[q]
				own[w.at[q]] += theirs
				atomic.AddUint64(&row[j], mine)
			}
		}
		own[i] += sum
	}
	row := t.through[o.offsets[r]:]
	for i, sum := range own {
		if sum != 0 {
			atomic.AddUint64(&row[i], sum)
		}
	}
	w.mark.ClearWords(list)
}
