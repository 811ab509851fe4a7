// Package linear solves small systems of equations.
package linear

import (
	"context"
	"math"

	"gave.network/graph"
)

// Solve solves a square system given with its right side as last column, by Gaussian elimination with row
// exchanges.
func Solve(ctx context.Context, rows [][]float64) ([]float64, error) {
	n := len(rows)
	for k := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pivot := k
		for r := k + 1; r < n; r++ {
			if math.Abs(rows[r][k]) > math.Abs(rows[pivot][k]) {
				pivot = r
			}
		}
		if math.Abs(rows[pivot][k]) < 1e-13 {
			return nil, graph.ErrNoConvergence
		}
		rows[k], rows[pivot] = rows[pivot], rows[k]
		for r := k + 1; r < n; r++ {
			factor := rows[r][k] / rows[k][k]
			if factor == 0 {
				continue
			}
			for c := k; c <= n; c++ {
				rows[r][c] -= factor * rows[k][c]
			}
		}
	}
	x := make([]float64, n)
	for k := n - 1; k >= 0; k-- {
		sum := rows[k][n]
		for c := k + 1; c < n; c++ {
			sum -= rows[k][c] * x[c]
		}
		x[k] = sum / rows[k][k]
	}
	return x, nil
}
