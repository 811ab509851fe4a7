package inference

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// Permutation is a test statistic and where it lies among those of permuted networks.
type Permutation struct {
	// Value is the statistic of the networks as they are.
	Value float64
	// Mean and Deviation describe the permuted values.
	Mean, Deviation float64
	// AtLeast and AtMost are the one-sided p-values, TwoSided that of the absolute value; the network itself counts as
	// one permutation, so that none is 0.
	AtLeast, AtMost, TwoSided float64
	// Permutations is the number of permuted networks.
	Permutations int
}

// maxDense is the largest number of nodes for which a kernel makes a full matrix (8 bytes for each pair: 200 MB).
const maxDense = 5000

// dense returns the weights (1 without weights) as a full matrix, row by row; loops are left out.
func dense(g *graph.Graph) []float64 {
	n := g.N()
	cells := make([]float64, n*n)
	for u := range n {
		weights := g.Weights(uint32(u))
		for i, v := range g.Neighbors(uint32(u)) {
			if u == int(v) {
				continue
			}
			cells[u*n+int(v)] = weights.At(i)
		}
	}
	return cells
}

// permutationOf returns the k-th random order of n nodes.
func permutationOf(order []uint32, seed, k uint64) []uint32 {
	for i := range order {
		order[i] = uint32(i)
	}
	r := random.New(seed, k)
	r.Shuffle(order)
	return order
}

// summary makes a Permutation of a value and the permuted values.
func summary(value float64, permuted []float64) *Permutation {
	p := &Permutation{Value: value, Permutations: len(permuted)}
	if math.IsNaN(value) {
		p.Mean, p.Deviation, p.AtLeast, p.AtMost, p.TwoSided = value, value, value, value, value
		return p
	}
	least, most, both := 1, 1, 1
	// Values that differ only by rounding are the same.
	slack := 1e-12 * max(1, math.Abs(value))
	for _, x := range permuted {
		p.Mean += x
		if x >= value-slack {
			least++
		}
		if x <= value+slack {
			most++
		}
		if math.Abs(x) >= math.Abs(value)-slack {
			both++
		}
	}
	count := float64(len(permuted))
	if count > 0 {
		p.Mean /= count
	}
	for _, x := range permuted {
		p.Deviation += (x - p.Mean) * (x - p.Mean)
	}
	if count > 1 {
		p.Deviation = math.Sqrt(p.Deviation / (count - 1))
	}
	p.AtLeast, p.AtMost, p.TwoSided = float64(least)/(count+1), float64(most)/(count+1), float64(both)/(count+1)
	return p
}

// QAPCorrelation is the correlation of two networks over the same nodes, cell by cell off the diagonal (no tie is 0),
// and how it compares with networks whose nodes are relabelled at random, which keeps their structure (quadratic
// assignment procedure, Hubert 1987; Krackhardt 1988). At most 5,000 nodes. It is NaN where a network has no variation.
// Results depend on the seed only.
func QAPCorrelation(
	ctx context.Context, a, b *graph.Graph, permutations int, seed uint64,
	opts graph.Options,
) (*Permutation, error) {
	n := a.N()
	if b.N() != n {
		return nil, graph.ErrLength
	}
	if permutations < 0 || n > maxDense {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckFinite(ctx, a); err != nil {
		return nil, err
	}
	if err := graph.CheckFinite(ctx, b); err != nil {
		return nil, err
	}
	// The sums of each network do not change with the order of its nodes, only the sum of products does; and that is
	// over the ties of a.
	matrix := dense(b)
	sums := func(g *graph.Graph) (mean, squares float64) {
		cells := float64(n) * float64(n-1)
		eachCell(g, func(_, _ uint32, w float64) { mean += w })
		mean /= cells
		eachCell(g, func(_, _ uint32, w float64) { squares += w * w })
		return mean, squares - cells*mean*mean
	}
	meanA, squaresA := sums(a)
	meanB, squaresB := sums(b)
	scale := math.Sqrt(squaresA * squaresB)
	if !(squaresA > 1e-12 && squaresB > 1e-12) {
		return summary(math.NaN(), nil), ctx.Err()
	}
	correlation := func(order []uint32) float64 {
		sum := 0.0
		eachCell(a, func(u, v uint32, w float64) { sum += w * matrix[int(order[u])*n+int(order[v])] })
		return (sum - float64(n)*float64(n-1)*meanA*meanB) / scale
	}
	same := make([]uint32, n)
	for i := range same {
		same[i] = uint32(i)
	}
	permuted := make([]float64, permutations)
	orders := make([][]uint32, opts.Workers())
	err := opts.Run(ctx, permutations, 8, func(worker, low, high int) {
		if orders[worker] == nil {
			orders[worker] = make([]uint32, n)
		}
		for k := low; k < high; k++ {
			permuted[k] = correlation(permutationOf(orders[worker], seed, uint64(k)))
		}
	})
	if err != nil {
		return nil, err
	}
	return summary(correlation(same), permuted), nil
}

// eachCell visits the arcs that are not loops.
func eachCell(g *graph.Graph, visit func(u, v uint32, w float64)) {
	for u := range uint32(g.N()) {
		weights := g.Weights(u)
		for i, v := range g.Neighbors(u) {
			if u == v {
				continue
			}
			visit(u, v, weights.At(i))
		}
	}
}

// Regression is the result of MRQAP.
type Regression struct {
	// Coefficients are the constant and then one for each explaining network.
	Coefficients []float64
	// RSquared is the part of the variation that is explained.
	RSquared float64
	// Tests has for each explaining network the t-statistic of its coefficient among those of permuted residuals.
	Tests []*Permutation
}

// MRQAP explains one network by others over the same nodes, cell by cell off the diagonal, by least squares, and tests
// each of them with double semi-partialing: the part of it that the others do not explain is relabelled at random
// (Dekker, Krackhardt & Snijders 2007). At most 5,000 nodes, of which 3 at least. ErrNoConvergence is returned when the
// explaining networks depend on each other linearly.
func MRQAP(
	ctx context.Context, explained *graph.Graph, explaining []*graph.Graph, permutations int, seed uint64,
	opts graph.Options,
) (*Regression, error) {
	n := explained.N()
	if permutations < 0 || n > maxDense || n < 3 || len(explaining) == 0 {
		return nil, graph.ErrParameter
	}
	for _, g := range append([]*graph.Graph{explained}, explaining...) {
		if g.N() != n {
			return nil, graph.ErrLength
		}
		if err := graph.CheckFinite(ctx, g); err != nil {
			return nil, err
		}
	}
	columns := [][]float64{slices.Repeat([]float64{1}, n*n)}
	for i := range n {
		columns[0][i*n+i] = 0
	}
	for _, g := range explaining {
		columns = append(columns, dense(g))
	}
	y := dense(explained)
	cells := float64(n)*float64(n-1) - float64(len(columns))
	whole, _, ok := leastSquares(columns, y, -1, nil, cells)
	if !ok || cells < 1 {
		return nil, graph.ErrNoConvergence
	}
	out := &Regression{Coefficients: whole.coefficients}
	mean, squares := 0.0, 0.0
	for _, x := range y {
		mean += x
		squares += x * x
	}
	count := float64(n) * float64(n-1)
	mean /= count
	out.RSquared = math.NaN()
	if variation := squares - count*mean*mean; variation > 1e-12 {
		out.RSquared = 1 - whole.residual/variation
	}
	for k := 1; k < len(columns); k++ {
		others := append(append([][]float64(nil), columns[:k]...), columns[k+1:]...)
		_, rest, ok := leastSquares(others, columns[k], -1, nil, cells)
		if !ok {
			return nil, graph.ErrNoConvergence
		}
		permuted := make([]float64, permutations)
		failed := make([]bool, permutations)
		quiet := opts.Quiet()
		err := quiet.Run(ctx, permutations, 4, func(_, low, high int) {
			shuffled, order := make([]float64, n*n), make([]uint32, n)
			for p := low; p < high; p++ {
				permutationOf(order, seed+uint64(k)<<32, uint64(p))
				for i := range n {
					for j := range n {
						shuffled[i*n+j] = rest[int(order[i])*n+int(order[j])]
					}
				}
				fit, _, ok := leastSquares(columns, y, k, shuffled, cells)
				if !ok {
					failed[p] = true
					continue
				}
				permuted[p] = fit.t[k]
			}
		})
		if err != nil {
			return nil, err
		}
		kept := permuted[:0]
		for p, t := range permuted {
			if !failed[p] {
				kept = append(kept, t)
			}
		}
		out.Tests = append(out.Tests, summary(whole.t[k], kept))
		if opts.Progress != nil {
			opts.Progress(int64(k), int64(len(columns)-1))
		}
	}
	return out, nil
}

type fit struct {
	coefficients, t []float64
	residual        float64 // sum of squares
}

// leastSquares explains y by the columns, with column replace exchanged for another. When replace is below 0 it also
// returns the residuals.
func leastSquares(
	columns [][]float64, y []float64, replace int, other []float64, freedom float64,
) (fit, []float64, bool) {
	p := len(columns)
	column := func(i int) []float64 {
		if i == replace {
			return other
		}
		return columns[i]
	}
	product := func(a, b []float64) float64 {
		sum := 0.0
		b = b[:len(a)]
		for i, x := range a {
			sum += x * b[i]
		}
		return sum
	}
	// Gauss-Jordan on (X'X | X'y | I).
	rows := make([][]float64, p)
	for i := range p {
		rows[i] = make([]float64, 2*p+1)
		rows[i][p+1+i] = 1
		rows[i][p] = product(column(i), y)
		for j := range i + 1 {
			rows[i][j] = product(column(i), column(j))
			rows[j][i] = rows[i][j]
		}
	}
	right, diagonal := make([]float64, p), make([]float64, p)
	for i := range p {
		right[i], diagonal[i] = rows[i][p], rows[i][i]
	}
	for k := range p {
		pivot := k
		for r := k + 1; r < p; r++ {
			if math.Abs(rows[r][k]) > math.Abs(rows[pivot][k]) {
				pivot = r
			}
		}
		if !(math.Abs(rows[pivot][k]) > 1e-10*diagonal[k]) {
			return fit{}, nil, false
		}
		rows[k], rows[pivot] = rows[pivot], rows[k]
		scale := rows[k][k]
		for c := range rows[k] {
			rows[k][c] /= scale
		}
		for r := range p {
			if factor := rows[r][k]; r != k && factor != 0 {
				for c := range rows[r] {
					rows[r][c] -= factor * rows[k][c]
				}
			}
		}
	}
	f := fit{coefficients: make([]float64, p), t: make([]float64, p)}
	f.residual = product(y, y)
	for i := range p {
		f.coefficients[i] = rows[i][p]
		f.residual -= rows[i][p] * right[i]
	}
	f.residual = max(f.residual, 0)
	for i := range p {
		f.t[i] = f.coefficients[i] / math.Sqrt(f.residual/freedom*rows[i][p+1+i])
	}
	if replace >= 0 {
		return f, nil, true
	}
	rest := append([]float64(nil), y...)
	for i, c := range columns {
		for cell, x := range c {
			rest[cell] -= f.coefficients[i] * x
		}
	}
	return f, rest, true
}
