package tie

import (
	"context"
	"math"
	"slices"
	"time"

	"gave.network/graph"
	"gave.network/internal/op"
)

// Beginnings say of each tie of a view when it began.
type Beginnings struct {
	view *View
	from []int   // where the ties of each node begin, and after the last where they end
	at   []int64 // microseconds; Undated where it is not known
}

// Undated is the beginning of a tie of which nobody said when it began.
const Undated = math.MinInt64

// Of returns when the ties of a node began, in the order of its neighbours.
func (b Beginnings) Of(node uint32) []int64 { return b.at[b.from[node]:b.from[node+1]] }

// Within is View.Within over the ties that had begun by a moment, each as strong as it is now: how far the network had
// grown, not how well it was kept up. What is undated counts as older than any.
func (b Beginnings) Within(ctx context.Context, sources []uint32, hops int, at time.Time) ([]float64, error) {
	until := at.UnixMicro()
	return b.view.within(ctx, sources, hops, func(u uint32, k int) bool { return b.at[b.from[u]+k] <= until })
}

// Beginnings returns when each tie of a view began: at its first contact, or when it was first stated. Contact that
// came after the view was made is not in it. It is kept with the view.
func (s *Store) Beginnings(ctx context.Context, v op.Viewer, w *View) (Beginnings, error) {
	return OfView(w, "beginnings", func() (Beginnings, error) { return s.beginnings(ctx, v, w) })
}

func (s *Store) beginnings(ctx context.Context, v op.Viewer, w *View) (Beginnings, error) {
	ties, err := s.Ties(ctx, v)
	if err != nil {
		return Beginnings{}, err
	}
	n := w.Graph.N()
	out := Beginnings{view: w, from: make([]int, n+1)}
	for i := range n {
		out.from[i+1] = out.from[i] + w.Graph.Degree(uint32(i))
	}
	out.at = make([]int64, out.from[n])
	for i := range out.at {
		out.at[i] = Undated
	}
	// Nodes, neighbours and ties are all in the order of the ids, so that one walk along all three finds the place of
	// each tie, from both ends.
	next := make([]int, n) // the first neighbour of each node that was not passed yet
	place := func(of uint32, other uint32) int {
		list := w.Graph.Neighbors(of)
		for next[of] < len(list) && list[next[of]] < other {
			next[of]++
		}
		if next[of] == len(list) || list[next[of]] != other {
			return -1
		}
		return out.from[of] + next[of]
	}
	nodes := make([]uint32, len(ties.people))
	for i, person := range ties.people {
		nodes[i] = graph.None
		if node, seen := w.number[person]; seen {
			nodes[i] = node
		}
	}
	for i, a := range nodes {
		for row := ties.from[i]; row < ties.from[i+1]; row++ {
			b := nodes[ties.other[row]]
			if a == graph.None || b == graph.None {
				continue
			}
			for _, ends := range [2][2]uint32{{a, b}, {b, a}} {
				if k := place(ends[0], ends[1]); k >= 0 {
					out.at[k] = ties.first[row]
				}
			}
		}
	}
	for i, pair := range w.stated.pair {
		since := w.stated.since[i]
		if since == 0 {
			continue
		}
		a, b := uint32(pair>>32), uint32(pair)
		for _, ends := range [][2]uint32{{a, b}, {b, a}} {
			k, found := slices.BinarySearch(w.Graph.Neighbors(ends[0]), ends[1])
			if at := out.from[ends[0]] + k; found && (out.at[at] == Undated || since < out.at[at]) {
				out.at[at] = since
			}
		}
	}
	return out, nil
}
