package graph

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// searchRow returns where v is, or would be, in a sorted row, and whether it is there.
func searchRow(row []uint32, v uint32) (int, bool) {
	low, high := 0, len(row)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if row[middle] < v {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(row) && row[low] == v
}

// HasEdge says whether there is an arc from u to v (an edge between them in an undirected graph).
func (g *Graph) HasEdge(u, v uint32) bool {
	if !g.directed && g.Degree(v) < g.Degree(u) {
		u, v = v, u
	}
	_, found := searchRow(g.Neighbors(u), v)
	return found
}

// Weight returns the weight of the arc from u to v (1 in an unweighted graph), and whether the arc is there.
func (g *Graph) Weight(u, v uint32) (float64, bool) {
	i, found := searchRow(g.Neighbors(u), v)
	if !found {
		return 0, false
	}
	return g.Weights(u).At(i), true
}

// FromRows makes a graph of arrays that are in the form of Rows already, such as another library's compressed sparse
// rows: targets ascending without repeats in each row, both arcs of an undirected edge, no weights or one for each
// arc. They are not copied, and only Verify looks whether they are so; a Builder takes edges as they come.
func FromRows(
	ctx context.Context, directed bool, offsets []int64, targets []uint32, weights Weights, opts Options,
) (*Graph, error) {
	g := &Graph{directed: directed, offsets: offsets, targets: targets, weights: weights}
	for i := range weights.Len() {
		g.rules.signed = g.rules.signed || weights.At(i) < 0
	}
	err := g.complete(ctx, opts)
	g.rules.keepLoops = g.loops > 0
	return g, err
}

// Edges calls visit for each edge until it returns false: of an undirected graph once each with u <= v, of a directed
// graph each arc; ordered by u, then v. The weight is 1 in an unweighted graph.
func (g *Graph) Edges(visit func(u, v uint32, weight float64) bool) {
	for u := range uint32(g.N()) {
		row, weights := g.Neighbors(u), g.Weights(u)
		for i, v := range row {
			if !g.directed && v < u {
				continue
			}
			if !visit(u, v, weights.At(i)) {
				return
			}
		}
	}
}

// rowSorter sorts rows with buffers that it keeps.
type rowSorter struct {
	keys []uint64
	ids  []uint32
	wide []wideArc
}

// radixLength is the row length from which sorting by digits beats sorting by comparison.
const radixLength = 192

// sort orders a row by target (and then weight, where there are weights) and says whether it has equal targets.
func (s *rowSorter) sort(row []uint32, weights Weights) (duplicates bool) {
	strictly := true
	for i := 1; i < len(row); i++ {
		if row[i] <= row[i-1] {
			strictly = false
			break
		}
	}
	if strictly {
		return false
	}
	switch {
	case !weights.Given():
		s.sortPlain(row)
	case weights.Wide():
		s.sortWide(row, weights.Wide64())
	default:
		s.sortWeighted(row, weights.Narrow())
	}
	for i := 1; i < len(row); i++ {
		if row[i] == row[i-1] {
			return true
		}
	}
	return false
}

func (s *rowSorter) sortPlain(row []uint32) {
	switch {
	case len(row) <= 48:
		for i := 1; i < len(row); i++ {
			x := row[i]
			j := i
			for ; j > 0 && row[j-1] > x; j-- {
				row[j] = row[j-1]
			}
			row[j] = x
		}
	case len(row) < radixLength:
		slices.Sort(row)
	default:
		s.ids = slices.Grow(s.ids[:0], len(row))[:len(row)]
		radixSort(row, s.ids)
	}
}

// radixSort sorts ids by three digits of eleven bits; a digit that all ids share is skipped.
func radixSort(row, spare []uint32) {
	var counts [3][2048]uint32
	for _, x := range row {
		counts[0][x&2047]++
		counts[1][x>>11&2047]++
		counts[2][x>>22]++
	}
	from, to := row, spare
	for digit := range counts {
		count := &counts[digit]
		shift := uint(11 * digit)
		if count[from[0]>>shift&2047] == uint32(len(row)) {
			continue
		}
		sum := uint32(0)
		for i, c := range count {
			count[i] = sum
			sum += c
		}
		for _, x := range from {
			slot := &count[x>>shift&2047]
			to[*slot] = x
			*slot++
		}
		from, to = to, from
	}
	if &from[0] != &row[0] {
		copy(row, from)
	}
}

// sortWeighted sorts target and weight as one 64-bit key.
func (s *rowSorter) sortWeighted(row []uint32, weights []float32) {
	s.keys = s.keys[:0]
	for i, v := range row {
		s.keys = append(s.keys, uint64(v)<<32|uint64(orderedBits(weights[i])))
	}
	slices.Sort(s.keys)
	for i, key := range s.keys {
		row[i], weights[i] = uint32(key>>32), fromOrderedBits(uint32(key))
	}
}

// wideArc is a target with a weight of 64 bits.
type wideArc struct {
	target uint32
	weight float64
}

// sortWide sorts by target, then weight.
func (s *rowSorter) sortWide(row []uint32, weights []float64) {
	s.wide = s.wide[:0]
	for i, v := range row {
		s.wide = append(s.wide, wideArc{v, weights[i]})
	}
	slices.SortFunc(s.wide, func(a, b wideArc) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.weight, b.weight),
			cmp.Compare(math.Copysign(1, a.weight), math.Copysign(1, b.weight))) // -0 before 0
	})
	for i, a := range s.wide {
		row[i], weights[i] = a.target, a.weight
	}
}

// orderedBits maps a float32 to an integer that sorts as the number does; fromOrderedBits is its inverse.
func orderedBits(f float32) uint32 {
	b := math.Float32bits(f)
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

func fromOrderedBits(b uint32) float32 {
	if b>>31 != 0 {
		return math.Float32frombits(b &^ (1 << 31))
	}
	return math.Float32frombits(^b)
}
