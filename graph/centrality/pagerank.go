package centrality

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// PageRankOptions are the parameters of PageRank; the zero value of each field means the value in its comment.
type PageRankOptions struct {
	// Damping is the chance that the walk follows a tie and does not restart, in (0, 1): 0.85.
	Damping float64
	// Tolerance is the largest sum of the absolute errors of all values that is allowed: 1e-9. It bounds the distance
	// to the exact solution, not the last change, so that it means the same on every graph.
	Tolerance float64
	// MaxIterations is the number of passes over the ties after which a *graph.NoConvergenceError is returned: 1000.
	MaxIterations int
	// Restart gives for each node the weight with which the walk restarts there, not negative and not all 0; nil means
	// everywhere alike. With one node it gives personalised PageRank.
	Restart []float64
}

// Ranks is the result of PageRank.
type Ranks struct {
	// Values has each node's share of the walk's time; they are not negative and sum to 1.
	Values []float64
	// Iterations is the number of passes over the ties, Error the bound on the sum of absolute errors that was reached.
	Iterations int
	Error      float64
}

// PageRank returns the stationary distribution of a walk that follows ties in proportion to their weights and now and
// then restarts (Brin & Page 1998). From a node without ties out, or with weights of 0 only, it restarts. Weights must
// not be negative; a loop counts once. Values agree with igraph 1.0 and networkx.
//
// Undirected graphs are solved by conjugate gradients on (D - d A) u = b, which is symmetric and positive definite, and
// which needs far fewer passes than powers of the matrix; directed ones by powers. Results do not depend on the number
// of threads.
func PageRank(ctx context.Context, g *graph.Graph, params PageRankOptions, opts graph.Options) (*Ranks, error) {
	if params.Damping == 0 {
		params.Damping = 0.85
	}
	if params.Tolerance == 0 {
		params.Tolerance = 1e-9
	}
	if params.MaxIterations == 0 {
		params.MaxIterations = 1000
	}
	if !(params.Damping > 0 && params.Damping < 1) || !(params.Tolerance > 0) || params.MaxIterations < 0 {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	n := g.N()
	if n == 0 {
		return &Ranks{Values: []float64{}}, ctx.Err()
	}
	restart := make([]float64, n)
	if params.Restart == nil {
		for v := range restart {
			restart[v] = 1 / float64(n)
		}
	} else {
		if len(params.Restart) != n {
			return nil, graph.ErrLength
		}
		sum := 0.0
		for _, r := range params.Restart {
			if r < 0 {
				return nil, graph.ErrParameter
			}
			sum += r
		}
		if !(sum > 0) || math.IsInf(sum, 1) {
			return nil, graph.ErrParameter
		}
		for v, r := range params.Restart {
			restart[v] = r / sum
		}
	}
	w := walkOf(g)
	w.damping, w.restart, w.strength = params.Damping, restart, make([]float64, n)
	err := opts.Quiet().Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
		for v := low; v < high; v++ {
			w.strength[v] = float64(g.Degree(uint32(v)))
			if weights := g.Weights(uint32(v)); weights.Given() {
				w.strength[v] = weights.Sum()
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if g.Directed() {
		return w.powers(ctx, params, opts)
	}
	return w.gradients(ctx, params, opts)
}

// walk is the work of one PageRank. With y the unnormalised values, restarting from dead ends as from anywhere only
// scales the solution, so y = d P y + restart is solved and y brought to sum 1.
type walk struct {
	g        *graph.Graph
	weighted bool
	damping  float64
	restart  []float64
	strength []float64
	unit     float64 // what weights are divided by when they are read; 0: by nothing
}

// short is the error of ranks that are not within the tolerance.
func (r *Ranks) short(params PageRankOptions) error {
	return &graph.NoConvergenceError{Iterations: r.Iterations, Reached: r.Error, Tolerance: params.Tolerance}
}

func walkOf(g *graph.Graph) *walk { return &walk{g: g, weighted: g.Weighted()} }

// pull adds the values at v's neighbours into v, times the weights.
func (w *walk) pull(v int, values []float64) float64 {
	sources := w.g.InNeighbors(uint32(v))
	if w.weighted {
		weights := w.g.InWeights(uint32(v))
		if w.unit != 0 {
			sum := 0.0
			for i, x := range sources {
				sum += values[x] * (weights.At(i) / w.unit)
			}
			return sum
		}
		if weights.Wide() {
			return pullWeighted(sources, weights.Wide64(), values)
		}
		return pullWeighted(sources, weights.Narrow(), values)
	}
	// Four sums at a time do not wait for each other.
	var a, b, c, d float64
	for ; len(sources) >= 4; sources = sources[4:] {
		a += values[sources[0]]
		b += values[sources[1]]
		c += values[sources[2]]
		d += values[sources[3]]
	}
	for _, x := range sources {
		a += values[x]
	}
	return (a + b) + (c + d)
}

func pullWeighted[W float32 | float64](sources []uint32, weights []W, values []float64) float64 {
	weights = weights[:len(sources)]
	var a, b, c, d float64
	for ; len(sources) >= 4; sources, weights = sources[4:], weights[4:] {
		a += values[sources[0]] * float64(weights[0])
		b += values[sources[1]] * float64(weights[1])
		c += values[sources[2]] * float64(weights[2])
		d += values[sources[3]] * float64(weights[3])
	}
	for i, x := range sources {
		a += values[x] * float64(weights[i])
	}
	return (a + b) + (c + d)
}

func (w *walk) gradients(ctx context.Context, params PageRankOptions, opts graph.Options) (*Ranks, error) {
	n := w.g.N()
	quiet := opts.Quiet()
	d := w.damping
	// u = y / strength; the residual is that of y = d P y + restart itself, so its sum bounds the error of y by 1 / (1
	// - d).
	u, residual, direction, image := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	products, sizes := ranges.NewSums(n), ranges.NewSums(n)
	mass, strength := 0.0, 0.0
	for v, s := range w.strength {
		if s > 0 {
			mass += w.restart[v]
			strength += s
		}
	}
	start := 0.0
	if strength > 0 {
		start = mass / (1 - d) / strength
	}
	err := quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
		product, size := 0.0, 0.0
		for v := low; v < high; v++ {
			if s := w.strength[v]; s > 0 {
				u[v] = start
				residual[v] = w.restart[v] - (1-d)*start*s
				direction[v] = residual[v] / s
				product += residual[v] * direction[v]
				size += math.Abs(residual[v])
			}
		}
		products[low/ranges.VectorGrain], sizes[low/ranges.VectorGrain] = product, size
	})
	if err != nil {
		return nil, err
	}
	alone := 0.0 // what nodes without ties keep
	for v, s := range w.strength {
		if s == 0 {
			alone += w.restart[v]
		}
	}
	whole := mass/(1-d) + alone
	product, size := products.Total(), sizes.Total()
	ranks := &Ranks{}
	for {
		// Bringing an inexact vector to sum 1 at most doubles its relative error.
		ranks.Error = 2 * size / (1 - d) / whole
		if ranks.Error <= params.Tolerance || product == 0 {
			break
		}
		if ranks.Iterations == params.MaxIterations {
			return nil, ranks.short(params)
		}
		ranks.Iterations++
		err := quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			sum := 0.0
			for v := low; v < high; v++ {
				if s := w.strength[v]; s > 0 {
					image[v] = s*direction[v] - d*w.pull(v, direction)
					sum += direction[v] * image[v]
				}
			}
			products[low/ranges.VectorGrain] = sum
		})
		if err != nil {
			return nil, err
		}
		step := product / products.Total()
		err = quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			product, size := 0.0, 0.0
			for v := low; v < high; v++ {
				if s := w.strength[v]; s > 0 {
					u[v] += step * direction[v]
					r := residual[v] - step*image[v]
					residual[v] = r
					product += r * r / s
					size += math.Abs(r)
				}
			}
			products[low/ranges.VectorGrain], sizes[low/ranges.VectorGrain] = product, size
		})
		if err != nil {
			return nil, err
		}
		before := product
		product, size = products.Total(), sizes.Total()
		turn := product / before
		err = quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			for v := low; v < high; v++ {
				if s := w.strength[v]; s > 0 {
					direction[v] = residual[v]/s + turn*direction[v]
				}
			}
		})
		if err != nil {
			return nil, err
		}
		if opts.Progress != nil {
			opts.Progress(int64(ranks.Iterations), int64(params.MaxIterations))
		}
	}
	for v, s := range w.strength {
		if s > 0 {
			// An error below the tolerance may have left a value that is 0 a hair below it.
			u[v] = max(0, u[v]*s)
		} else {
			u[v] = w.restart[v]
		}
	}
	ranks.Values = toSumOne(u)
	return ranks, nil
}

func (w *walk) powers(ctx context.Context, params PageRankOptions, opts graph.Options) (*Ranks, error) {
	n := w.g.N()
	quiet := opts.Quiet()
	d := w.damping
	y, share, next := append([]float64(nil), w.restart...), make([]float64, n), make([]float64, n)
	changes := ranges.NewSums(n)
	ranks := &Ranks{}
	for {
		err := quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			for v := low; v < high; v++ {
				if s := w.strength[v]; s > 0 {
					share[v] = d * y[v] / s
				}
			}
		})
		if err != nil {
			return nil, err
		}
		err = quiet.Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			change := 0.0
			for v := low; v < high; v++ {
				next[v] = w.restart[v] + w.pull(v, share)
				change += math.Abs(next[v] - y[v])
			}
			changes[low/ranges.VectorGrain] = change
		})
		if err != nil {
			return nil, err
		}
		ranks.Iterations++
		y, next = next, y
		whole := 0.0
		for _, x := range y {
			whole += x
		}
		// The change is the residual before this pass; a pass shrinks the error at least by d.
		ranks.Error = 2 * changes.Total() * d / (1 - d) / whole
		if opts.Progress != nil {
			opts.Progress(int64(ranks.Iterations), int64(params.MaxIterations))
		}
		if ranks.Error <= params.Tolerance {
			break
		}
		if ranks.Iterations >= params.MaxIterations {
			return nil, ranks.short(params)
		}
	}
	ranks.Values = toSumOne(y)
	return ranks, nil
}

func toSumOne(values []float64) []float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	for v := range values {
		values[v] /= sum
	}
	return values
}
