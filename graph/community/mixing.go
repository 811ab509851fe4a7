package community

import (
	"context"
	"math"
	"math/big"
	"math/bits"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/ranges"
)

// Mixing says how ties run between groups.
type Mixing struct {
	// Groups is the number of groups; group c of the matrix is the c-th in order of first appearance among the nodes.
	Groups int
	// Group is the group of each node by that numbering.
	Group []uint32
	// Share has the share of all tie weight that runs from group i to group j; it sums to 1. In an undirected graph
	// each tie counts from both ends.
	Share [][]float64
	// Assortativity is (sum e_ii - sum a_i b_i) / (1 - sum a_i b_i) with a and b the row and column sums (Newman 2003):
	// 1 when all ties stay inside groups, 0 as by chance; NaN when there are no ties or only one group has any.
	Assortativity float64
}

// MixingMatrix counts ties between groups. group has any number for each node. Weights are used when the graph has them
// and must not be negative; a loop counts once in a directed and twice in an undirected graph. Without weights,
// Assortativity agrees with igraph 1.0's assortativity_nominal.
func MixingMatrix(ctx context.Context, g *graph.Graph, group []uint32, _ graph.Options) (*Mixing, error) {
	if len(group) != g.N() {
		return nil, graph.ErrLength
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	m := &Mixing{}
	m.Group, m.Groups = partition.Number(group)
	if m.Groups > 1<<13 {
		return nil, graph.ErrParameter // the matrix would take gigabytes
	}
	m.Share = make([][]float64, m.Groups)
	for c := range m.Share {
		m.Share[c] = make([]float64, m.Groups)
	}
	whole := 0.0
	err := eachArc(ctx, g, 1, func(u, v uint32, w float64) {
		m.Share[m.Group[u]][m.Group[v]] += w
		whole += w
	})
	if err != nil {
		return nil, err
	}
	inside, expected := 0.0, 0.0
	out, in := make([]float64, m.Groups), make([]float64, m.Groups)
	for i, row := range m.Share {
		for j := range row {
			if whole > 0 {
				row[j] /= whole
			}
			out[i] += row[j]
			in[j] += row[j]
		}
		inside += row[i]
	}
	for c := range out {
		expected += out[c] * in[c]
	}
	m.Assortativity = math.NaN()
	if whole > 0 && 1-expected > 1e-15 {
		m.Assortativity = (inside - expected) / (1 - expected)
	}
	return m, ctx.Err()
}

// eachArc visits every arc with its weight times scale; an undirected loop is two ends and counts double.
func eachArc(ctx context.Context, g *graph.Graph, scale float64, visit func(u, v uint32, w float64)) error {
	for u := range uint32(g.N()) {
		if ranges.Ended(ctx, int(u)) {
			return ctx.Err()
		}
		weights := g.Weights(u)
		for i, v := range g.Neighbors(u) {
			w := weights.At(i) * scale
			if u == v && !g.Directed() {
				w *= 2
			}
			visit(u, v, w)
		}
	}
	return ctx.Err()
}

// NumericAssortativity is the correlation of a value at the two ends of a tie (Newman 2003), in [-1, 1]: out at its
// start and in at its end. For an undirected graph, and for one value only, give the same list twice. It is NaN where
// the values of nodes with ties do not vary. Weights are used when the graph has them and must not be negative; without
// weights it agrees with igraph 1.0's assortativity.
func NumericAssortativity(ctx context.Context, g *graph.Graph, out, in []float64, _ graph.Options) (float64, error) {
	if len(out) != g.N() || len(in) != g.N() {
		return 0, graph.ErrLength
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return 0, err
	}
	e, err := endsOf(ctx, g, 1)
	if err != nil {
		return 0, err
	}
	// Where sums of weights would be too large for a number, or so small that digits are lost, the weights are scaled.
	if math.IsInf(e.whole, 1) {
		e, err = endsOf(ctx, g, 0x1p-600)
	} else if e.whole > 0 && e.whole < 0x1p-500 {
		e, err = endsOf(ctx, g, 0x1p600)
	}
	if err != nil {
		return 0, err
	}
	x, squareOut := deviations(out, e.out, e.whole)
	y, squareIn := deviations(in, e.in, e.whole)
	if x == nil || y == nil {
		return math.NaN(), nil
	}
	both := 0.0
	err = eachArc(ctx, g, e.scale, func(u, v uint32, w float64) { both += w * x[u] * y[v] })
	if err != nil {
		return 0, err
	}
	return max(-1, min(both/(math.Sqrt(squareOut)*math.Sqrt(squareIn)), 1)), nil
}

// ends are the weights of the arcs that leave each node, and of those that enter it, times a scale.
type ends struct {
	out, in      []float64
	whole, scale float64
}

func endsOf(ctx context.Context, g *graph.Graph, scale float64) (ends, error) {
	e := ends{out: make([]float64, g.N()), in: make([]float64, g.N()), scale: scale}
	err := eachArc(ctx, g, scale, func(u, v uint32, w float64) {
		e.out[u] += w
		e.in[v] += w
		e.whole += w
	})
	return e, err
}

// deviations returns how far the value of each node with any strength lies from the mean, in parts of their range, and
// the sum of the squares, each node counting with its strength. Without a range it returns nil.
func deviations(values, strength []float64, whole float64) ([]float64, float64) {
	least, greatest := math.Inf(1), math.Inf(-1)
	for v, s := range strength {
		if s > 0 {
			least, greatest = min(least, values[v]), max(greatest, values[v])
		}
	}
	unit := 1.0
	if math.IsInf(greatest-least, 1) {
		unit = 0.5 // half of their range is a number
	}
	span := unit*greatest - unit*least
	if !(span > 0) || math.IsInf(span, 1) {
		return nil, 0
	}
	out, mean := make([]float64, len(values)), 0.0
	for v, s := range strength {
		if s > 0 {
			out[v] = (unit*values[v] - unit*least) / span
			mean += out[v] * (s / whole)
		}
	}
	square := 0.0
	for v, s := range strength {
		if s > 0 {
			out[v] -= mean
			square += s * out[v] * out[v]
		}
	}
	return out, square
}

// DegreeAssortativity is the correlation of degrees at the two ends of a tie (Newman 2002); in a directed graph of the
// out-degree at its start with the in-degree at its end. A loop counts twice to an undirected degree. Weights are
// ignored. It agrees with igraph 1.0's assortativity_degree.
func DegreeAssortativity(ctx context.Context, g *graph.Graph, opts graph.Options) (float64, error) {
	g, err := g.Compact(ctx, opts)
	if err != nil {
		return 0, err
	}
	n := g.N()
	// What a node counts as at the start of an arc and at its end.
	out := make([]uint32, n)
	in := out
	if g.Directed() {
		in = make([]uint32, n)
	}
	sums := make([]degreeSums, (n+degreeGrain-1)/degreeGrain)
	err = opts.Run(ctx, n, degreeGrain, func(_, low, high int) {
		sums[low/degreeGrain].fill(g, low, high, out, in)
	})
	if err != nil {
		return 0, err
	}
	narrow := true
	for i := range sums {
		narrow = narrow && sums[i].most < narrowDegree
	}
	err = opts.Run(ctx, n, degreeGrain, func(_, low, high int) {
		sums[low/degreeGrain].over(g, low, high, out, in, narrow)
	})
	if err != nil {
		return 0, err
	}
	var all degreeSums
	for i := range sums {
		all.add(&sums[i])
	}
	return all.correlation(), nil
}

// large is a sum of whole numbers, in 128 bits.
type large struct{ high, low uint64 }

// add adds a times b.
func (x *large) add(a, b uint64) {
	high, low := bits.Mul64(a, b)
	var carry uint64
	x.low, carry = bits.Add64(x.low, low, 0)
	x.high += high + carry
}

func (x *large) plus(y large) {
	var carry uint64
	x.low, carry = bits.Add64(x.low, y.low, 0)
	x.high += y.high + carry
}

func (x *large) whole() *big.Int {
	z := new(big.Int).SetUint64(x.high)
	return z.Lsh(z, 64).Add(z, new(big.Int).SetUint64(x.low))
}

// degreeSums are exact: nothing is lost to large degrees, nor to degrees that are all but equal. They are sums over the
// arcs, written as sums over the nodes.
type degreeSums struct {
	most                uint32 // the greatest degree
	arcs                uint64
	out, in             large // of the squares of the degrees: a node stands at the start of as many arcs as it has
	squareOut, squareIn large // of their cubes
	product             large
}

func (s *degreeSums) add(t *degreeSums) {
	s.arcs += t.arcs
	s.out.plus(t.out)
	s.in.plus(t.in)
	s.squareOut.plus(t.squareOut)
	s.squareIn.plus(t.squareIn)
	s.product.plus(t.product)
}

// narrowDegree is the degree below which sums over the nodes of a piece fit into 64 bits.
const (
	degreeGrain  = 4096
	narrowDegree = 1 << 17
)

// fill writes down the degrees of the nodes from low to high, and adds up their powers.
func (s *degreeSums) fill(g *graph.Graph, low, high int, out, in []uint32) {
	offsets, _, _ := g.Rows()
	list, ends := out[low:high], offsets[low+1:high+1]
	start := offsets[low]
	for i, end := range ends {
		list[i] = uint32(end - start)
		start = end
	}
	if g.Loops() > 0 && !g.Directed() {
		for v := low; v < high; v++ {
			if g.HasEdge(uint32(v), uint32(v)) {
				out[v]++ // both of its ends
			}
		}
	}
	s.arcs = s.powers(list, &s.out, &s.squareOut)
	if !g.Directed() {
		s.in, s.squareIn = s.out, s.squareOut
		return
	}
	for v := low; v < high; v++ {
		in[v] = uint32(g.InDegree(uint32(v)))
	}
	s.powers(in[low:high], &s.in, &s.squareIn)
}

// powers adds up the squares and cubes of degrees, and returns the sum of the degrees.
func (s *degreeSums) powers(degrees []uint32, squares, cubes *large) uint64 {
	most := uint32(0)
	for _, degree := range degrees {
		most = max(most, degree)
	}
	s.most = max(s.most, most)
	var sum, square, cube uint64
	for _, narrow := range degrees {
		degree := uint64(narrow)
		sum += degree
		if most < narrowDegree {
			square += degree * degree
			cube += degree * degree * degree
		} else {
			squares.add(degree, degree)
			cubes.add(degree*degree, degree)
		}
	}
	squares.add(square, 1)
	cubes.add(cube, 1)
	return sum
}

// correlation is that of the degrees at the two ends of an arc.
func (s *degreeSums) correlation() float64 {
	arcs := new(big.Int).SetUint64(s.arcs)
	spread := func(products, first, second *big.Int) *big.Float {
		products.Mul(products, arcs)
		products.Sub(products, first.Mul(first, second))
		return new(big.Float).SetInt(products)
	}
	both := spread(s.product.whole(), s.out.whole(), s.in.whole())
	squareOut := spread(s.squareOut.whole(), s.out.whole(), s.out.whole())
	squareIn := spread(s.squareIn.whole(), s.in.whole(), s.in.whole())
	if squareOut.Sign() <= 0 || squareIn.Sign() <= 0 {
		return math.NaN()
	}
	squareOut.Sqrt(squareOut.Mul(squareOut, squareIn))
	r, _ := both.Quo(both, squareOut).Float64()
	return r
}

// runningSums writes down the sum of values over the nodes of list before each of them and after the last, beginning at
// total, and returns the last. Within the loop over rows its few variables would not stay in registers.
//
//go:noinline
func runningSums(sums []uint64, list, values []uint32, total uint64) uint64 {
	before := sums[:len(list)]
	for i, v := range list {
		before[i] = total
		total += uint64(values[v])
	}
	sums[len(list)] = total
	return total
}

// over adds the products of the degrees at both ends up over the arcs that leave the nodes from low to high, a loop of
// an undirected graph twice. Rows are short and of every length, so a loop over each would cost a wrong guess of the
// processor at its end: the running sum of in over many rows is written down first, and each row's part of it is a
// difference.
func (s *degreeSums) over(g *graph.Graph, low, high int, out, in []uint32, narrow bool) {
	const block = 2048
	var running [block + 1]uint64
	var product uint64
	total, rowStart := uint64(0), uint64(0)
	offsets, targets, _ := g.Rows()
	degrees, ends := out[low:high], offsets[low+1:high+1]
	for from := offsets[low]; len(ends) > 0; from += block {
		to := min(from+block, offsets[high])
		sums := running[:to-from+1]
		total = runningSums(sums, targets[from:to], in, total)
		rows := 0
		for i, end := range ends {
			if end > to {
				break
			}
			sum := sums[end-from]
			if narrow {
				product += uint64(degrees[i]) * (sum - rowStart)
			} else {
				s.product.add(uint64(degrees[i]), sum-rowStart)
			}
			rowStart, rows = sum, i+1
		}
		degrees, ends = degrees[rows:], ends[rows:]
	}
	s.product.add(product, 1)
	if g.Loops() > 0 && !g.Directed() {
		for v := low; v < high; v++ {
			if g.HasEdge(uint32(v), uint32(v)) {
				s.product.add(uint64(out[v]), uint64(in[v]))
			}
		}
	}
}

// Boundary is the E-I index at three levels.
type Boundary struct {
	// Whole is (external - internal) / (external + internal) over all ties, in [-1, 1]: -1 when all stay inside groups.
	Whole float64
	// Expected is what Whole would be if ties ignored the groups, from their sizes alone.
	Expected float64
	// Group and Node have the index of the ties that touch each group (in order of first appearance) and each node.
	Group, Node []float64
	// External and Internal are the weights of ties between and inside groups.
	External, Internal float64
}

// EIIndex compares ties between groups with ties inside (Krackhardt & Stern 1988). Weights are used when the graph has
// them and must not be negative; loops are left out; in a directed graph each arc counts once, at both its nodes. An
// index without ties is NaN.
func EIIndex(ctx context.Context, g *graph.Graph, group []uint32, _ graph.Options) (*Boundary, error) {
	n := g.N()
	if len(group) != n {
		return nil, graph.ErrLength
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	of, count := partition.Number(group)
	b := &Boundary{Group: make([]float64, count), Node: make([]float64, n)}
	groupInside, nodeInside := make([]float64, count), make([]float64, n)
	groupAll, nodeAll := make([]float64, count), make([]float64, n)
	err := eachArc(ctx, g, 1, func(u, v uint32, w float64) {
		if u == v {
			return
		}
		if !g.Directed() {
			w /= 2 // each tie is met from both ends
		}
		nodeAll[u] += w
		nodeAll[v] += w
		groupAll[of[u]] += w
		if of[u] == of[v] {
			b.Internal += w
			nodeInside[u] += w
			nodeInside[v] += w
			groupInside[of[u]] += w
		} else {
			b.External += w
			groupAll[of[v]] += w
		}
	})
	if err != nil {
		return nil, err
	}
	index := func(inside, all float64) float64 {
		if all == 0 {
			return math.NaN()
		}
		return (all - 2*inside) / all
	}
	b.Whole = index(b.Internal, b.Internal+b.External)
	for v := range n {
		b.Node[v] = index(nodeInside[v], nodeAll[v])
	}
	size := make([]float64, count)
	for _, c := range of {
		size[c]++
	}
	pairs := 0.0
	for c := range count {
		b.Group[c] = index(groupInside[c], groupAll[c])
		pairs += size[c] * (size[c] - 1)
	}
	b.Expected = index(pairs, float64(n)*float64(n-1))
	return b, ctx.Err()
}
