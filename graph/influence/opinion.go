package influence

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Opinions is the result of FriedkinJohnsen.
type Opinions struct {
	// Values are the opinions in equilibrium. They lie within ± the largest stance.
	Values     []float64
	Iterations int
	// Error bounds the absolute error of every value.
	Error float64
}

// FriedkinJohnsen returns the opinions on which people settle who heed both others and their own stance s (Friedkin &
// Johnsen 1990):
//
//	z = A W z + (I - A) s
//
// An arc i -> j says that i heeds j; W has the weights of each node's arcs out divided by the sum of their absolute
// values. Weights may be negative: i then moves away from j (Altafini 2013). A is the diagonal of susceptibility, in
// [0, 1) each: 0 keeps to its stance. A node without arcs out keeps to its stance. The iteration ends when no value is
// off by more than tolerance (0 means 1e-9); it converges since every susceptibility is below 1. Results do not depend
// on the number of threads.
func FriedkinJohnsen(
	ctx context.Context, g *graph.Graph, stance, susceptibility []float64, tolerance float64, opts graph.Options,
) (*Opinions, error) {
	n := g.N()
	if len(stance) != n || len(susceptibility) != n {
		return nil, graph.ErrLength
	}
	if tolerance == 0 {
		tolerance = 1e-9
	}
	if !(tolerance > 0) {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	most, largest := 0.0, 0.0
	for v := range n {
		if !(susceptibility[v] >= 0 && susceptibility[v] < 1) {
			return nil, graph.ErrParameter
		}
		if math.IsNaN(stance[v]) || math.IsInf(stance[v], 0) {
			return nil, graph.ErrNotFinite
		}
		most, largest = max(most, susceptibility[v]), max(largest, math.Abs(stance[v]))
	}
	// heed[v] is v's susceptibility over the sum of its absolute weights; fixed[v] is what its own stance adds.
	heed, fixed := make([]float64, n), make([]float64, n)
	for v := range n {
		sum := float64(g.Degree(uint32(v)))
		if weights := g.Weights(uint32(v)); weights.Given() {
			sum = 0
			for i := range weights.Len() {
				sum += math.Abs(weights.At(i))
			}
		}
		fixed[v] = stance[v]
		if sum > 0 {
			heed[v] = susceptibility[v] / sum
			fixed[v] = (1 - susceptibility[v]) * stance[v]
		}
	}
	z, next := append([]float64(nil), stance...), make([]float64, n)
	changes := ranges.NewSums(n)
	out := &Opinions{}
	// Each round shrinks the error by the largest susceptibility, so this many are always enough, up to rounding.
	limit := 10
	if most > 0 {
		limit += int(math.Ceil(math.Log(tolerance*(1-most)/max(2*largest, tolerance)) / math.Log(most)))
	}
	for {
		err := opts.Quiet().Run(ctx, n, ranges.VectorGrain, func(_, low, high int) {
			change := 0.0
			for v := low; v < high; v++ {
				sum := 0.0
				weights := g.Weights(uint32(v))
				for i, u := range g.Neighbors(uint32(v)) {
					sum += weights.At(i) * z[u]
				}
				next[v] = heed[v]*sum + fixed[v]
				change = max(change, math.Abs(next[v]-z[v]))
			}
			changes[low/ranges.VectorGrain] = change
		})
		if err != nil {
			return nil, err
		}
		z, next = next, z
		out.Iterations++
		change := 0.0
		for _, c := range changes {
			change = max(change, c)
		}
		out.Error = change * most / (1 - most)
		if opts.Progress != nil {
			opts.Progress(int64(out.Iterations), int64(max(limit, out.Iterations)))
		}
		if out.Error <= tolerance {
			out.Values = z
			return out, nil
		}
		if out.Iterations > limit {
			// The tolerance is below what rounding allows.
			return nil, &graph.NoConvergenceError{Iterations: out.Iterations, Reached: out.Error, Tolerance: tolerance}
		}
	}
}
