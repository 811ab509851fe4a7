package centrality

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/linear"
	"gave.network/graph/internal/ranges"
)

// BonacichPower returns the power centrality of Bonacich (1987),
//
//	c = alpha (I - beta A)^-1 A 1      with alpha such that the squares of c sum to n
//
// where A has the (weighted) ties out of each node; weights may be negative. With beta above 0 a node gains from ties
// to powerful nodes, with beta below 0 from ties to weak ones. |beta| is usually below 1 / the largest eigenvalue,
// where the series sum beta^k A^(k+1) 1 converges; beyond it the formula is still solved, but what it means is
// doubtful. Loops are ignored, as igraph 1.0 does. A graph without ties gives zeros.
//
// Up to 600 nodes the system is solved directly, above by BiCGSTAB (van der Vorst 1992) to a relative residual of
// 1e-12. ErrNoConvergence is returned when beta is at or too near a pole. Results do not depend on the number of
// threads.
func BonacichPower(ctx context.Context, g *graph.Graph, beta float64, opts graph.Options) ([]float64, error) {
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	if math.IsNaN(beta) || math.IsInf(beta, 0) {
		return nil, graph.ErrNotFinite
	}
	n := g.N()
	right := make([]float64, n)
	for v := range n {
		right[v] = pullOut(g, v, nil)
	}
	size := 0.0
	for _, x := range right {
		size += x * x
	}
	if size == 0 {
		return right, ctx.Err()
	}
	var c []float64
	var err error
	if n <= 600 {
		c, err = bonacichDirect(ctx, g, beta, right)
	} else {
		c, err = bonacichIterative(ctx, g, beta, right, opts)
	}
	if err != nil {
		return nil, err
	}
	size = 0
	for _, x := range c {
		size += x * x
	}
	if !(size > 0) || math.IsInf(size, 1) {
		return nil, graph.ErrNoConvergence
	}
	for v := range c {
		c[v] *= math.Sqrt(float64(n) / size)
	}
	return c, nil
}

// pullOut adds up values over the ties out of v, without loops; nil values are 1.
func pullOut(g *graph.Graph, v int, values []float64) float64 {
	sum := 0.0
	weights := g.Weights(uint32(v))
	for i, u := range g.Neighbors(uint32(v)) {
		if int(u) == v {
			continue
		}
		x := 1.0
		if values != nil {
			x = values[u]
		}
		sum += x * weights.At(i)
	}
	return sum
}

func bonacichDirect(ctx context.Context, g *graph.Graph, beta float64, right []float64) ([]float64, error) {
	n := g.N()
	rows := make([][]float64, n)
	for v := range rows {
		rows[v] = make([]float64, n+1)
		weights := g.Weights(uint32(v))
		for i, u := range g.Neighbors(uint32(v)) {
			if int(u) != v {
				rows[v][u] = -beta * weights.At(i)
			}
		}
		rows[v][v] = 1
		rows[v][n] = right[v]
	}
	return linear.Solve(ctx, rows)
}

func bonacichIterative(
	ctx context.Context, g *graph.Graph, beta float64, right []float64, opts graph.Options,
) ([]float64, error) {
	n := g.N()
	s := &spectrum{ctx: ctx, opts: opts, n: n, sums: ranges.NewSums(n)}
	apply := func(out, x []float64) {
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				out[v] = x[v] - beta*pullOut(g, v, x)
			}
			return 0
		})
	}
	x, r := make([]float64, n), append([]float64(nil), right...)
	shadow := append([]float64(nil), right...)
	p, image, second := make([]float64, n), make([]float64, n), make([]float64, n)
	goal := 1e-12 * math.Sqrt(s.product(right, right))
	rho, alpha, omega := 1.0, 1.0, 1.0
	const most = 2000
	rounds, size := 0, 0.0
	for ; rounds < most; rounds++ {
		if s.err != nil {
			return nil, s.err
		}
		if size = math.Sqrt(s.product(r, r)); size <= goal {
			return x, s.err
		}
		if opts.Progress != nil {
			opts.Progress(int64(rounds), most)
		}
		next := s.product(shadow, r)
		turn := next / rho * alpha / omega
		rho = next
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				p[v] = r[v] + turn*(p[v]-omega*image[v])
			}
			return 0
		})
		apply(image, p)
		alpha = rho / s.product(shadow, image)
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				x[v] += alpha * p[v]
				r[v] -= alpha * image[v]
			}
			return 0
		})
		if math.Sqrt(s.product(r, r)) <= goal {
			return x, s.err
		}
		apply(second, r)
		omega = s.product(second, r) / s.product(second, second)
		s.each(func(low, high int) float64 {
			for v := low; v < high; v++ {
				x[v] += omega * r[v]
				r[v] -= omega * second[v]
			}
			return 0
		})
		if math.IsNaN(alpha) || math.IsNaN(omega) || omega == 0 {
			break
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	return nil, &graph.NoConvergenceError{Iterations: rounds, Reached: size, Tolerance: goal}
}
