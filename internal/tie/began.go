package tie

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/op"
)

// Began says of each tie of a view since when it is known: the first contact, or when it was stated, whichever came
// first. A tie that was stated without a day is as old as any.
type Began struct {
	view  *View
	first []int   // of each node the place of its first tie
	at    []int64 // of each tie, in the order of the neighbours of its nodes, in microseconds
}

// Began returns since when the ties of a view are known. It is kept with the view.
func (s *Store) Began(ctx context.Context, v op.Viewer, w *View) (*Began, error) {
	return OfView(w, "began", func() (*Began, error) {
		ties, err := s.Ties(ctx, v)
		if err != nil {
			return nil, err
		}
		g := w.Graph
		out := &Began{view: w, first: make([]int, g.N()+1)}
		for u := range uint32(g.N()) {
			out.first[u+1] = out.first[u] + g.Degree(u)
		}
		out.at = make([]int64, out.first[g.N()])
		for pair, said := range w.stated {
			at := int64(firstOfAll)
			if !said.since.IsZero() {
				at = said.since.UnixMicro()
			}
			out.note(pair[0], pair[1], at)
		}
		for _, t := range ties {
			a, seen := w.number[t.A]
			b, also := w.number[t.B]
			if seen && also {
				out.note(a, b, t.FirstContact)
			}
		}
		return out, nil
	})
}

// firstOfAll is before every contact, and is not zero.
const firstOfAll = -1 << 62

// note sets since when a tie is known, unless it is known for longer.
func (b *Began) note(u, n uint32, at int64) {
	for _, end := range [][2]uint32{{u, n}, {n, u}} {
		k, found := slices.BinarySearch(b.view.Graph.Neighbors(end[0]), end[1])
		if !found {
			continue
		}
		if place := &b.at[b.first[end[0]]+k]; *place == 0 || at < *place {
			*place = at
		}
	}
}

// Within is View.Within over the ties that were there at a moment, each as strong as it is now: how far the network had
// grown, not how well it was kept up.
func (b *Began) Within(ctx context.Context, sources []uint32, hops int, at time.Time) ([]float64, error) {
	until := at.UnixMicro()
	return b.view.within(ctx, sources, hops, func(u uint32, k int) bool {
		began := b.at[b.first[u]+k]
		return began != 0 && began <= until
	})
}
