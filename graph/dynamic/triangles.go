package dynamic

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Triangles keeps the number of triangles, in all and at each node, and with them the clustering of an undirected
// graph. A tie that comes or goes changes the triangles of those whom both its ends have ties to: time O(a log b) for
// ends with a and b ties, a the fewer.
type Triangles struct {
	d     *Graph
	at    []int64
	total int64
	pairs float64 // pairs of ties of one node
}

// NewTriangles counts the triangles of d and keeps their number from then on. It takes O(m^1.5) at worst and 8 bytes a
// node, and returns ErrParameter for a directed graph.
func NewTriangles(ctx context.Context, d *Graph) (*Triangles, error) {
	if d.Directed() {
		return nil, graph.ErrParameter
	}
	n := d.N()
	t := &Triangles{d: d, at: make([]int64, n)}
	// Each triangle is found at the tie of its two lowest nodes in order of degree.
	before := func(u, v uint32) bool {
		a, b := d.Degree(u), d.Degree(v)
		return a < b || a == b && u < v
	}
	above := make([][]uint32, n)
	for u := range uint32(n) {
		if ranges.Ended(ctx, int(u)) {
			return nil, ctx.Err()
		}
		var row []uint32
		for _, v := range d.Neighbors(u) {
			if before(u, v) {
				row = append(row, v)
			}
		}
		above[u] = row
		degree := float64(d.Degree(u))
		t.pairs += degree * (degree - 1) / 2
	}
	for u := range uint32(n) {
		if u&63 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, v := range above[u] {
			common(above[u], above[v], func(w uint32) {
				t.total++
				t.at[u]++
				t.at[v]++
				t.at[w]++
			})
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.watchers = append(d.watchers, t)
	return t, nil
}

// Total returns the number of triangles.
func (t *Triangles) Total() int64 { return t.total }

// At returns the number of triangles that v is in.
func (t *Triangles) At(v uint32) int64 { return t.at[v] }

// Local returns the local clustering of v, the share of the pairs of those around it who have a tie (Watts & Strogatz
// 1998), in [0, 1]; 0 for a node with fewer than two ties.
func (t *Triangles) Local(v uint32) float64 {
	degree := t.d.Degree(v)
	if degree < 2 {
		return 0
	}
	return 2 * float64(t.at[v]) / float64(degree) / float64(degree-1)
}

// Transitivity returns three times the triangles for each pair of ties that meet, in [0, 1]; 0 when none do.
func (t *Triangles) Transitivity() float64 {
	if t.pairs == 0 {
		return 0
	}
	return 3 * float64(t.total) / t.pairs
}

func (t *Triangles) grown(count int) { t.at = append(t.at, make([]int64, count)...) }

func (t *Triangles) weighed(_, _ uint32, _, _ float64) {}

func (t *Triangles) added(u, v uint32) {
	t.pairs += float64(t.d.Degree(u) + t.d.Degree(v) - 2)
	t.change(u, v, 1)
}

func (t *Triangles) removed(u, v uint32) {
	t.pairs -= float64(t.d.Degree(u) + t.d.Degree(v))
	t.change(u, v, -1)
}

func (t *Triangles) change(u, v uint32, by int64) {
	common(t.d.Neighbors(u), t.d.Neighbors(v), func(w uint32) {
		t.total += by
		t.at[u] += by
		t.at[v] += by
		t.at[w] += by
	})
}
