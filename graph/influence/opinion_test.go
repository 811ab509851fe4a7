package influence

import (
	"context"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/linear"
	"gave.network/graph/internal/random"
)

func TestFriedkinJohnsenAgainstDirectSolution(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		if offsets, targets, weights := g.Rows(); weights.Given() && n > 0 {
			// Some ties are of distrust.
			list := make([]float64, weights.Len())
			for i := range list {
				list[i] = weights.At(i)
				if r.Below(3) == 0 {
					list[i] *= -1
				}
			}
			signed, err := graph.FromRows(
				context.Background(), g.Directed(), offsets, targets, graph.Weights64(list), graph.Options{},
			)
			if err != nil {
				t.Fatal(err)
			}
			g = signed
		}
		stance, open := make([]float64, n), make([]float64, n)
		rows := make([][]float64, n)
		for v := range n {
			stance[v], open[v] = 2*r.Float()-1, 0.95*r.Float()
			rows[v] = make([]float64, n+1)
		}
		for v := range n {
			rows[v][v], rows[v][n] = 1, stance[v]
			sum := 0.0
			weight := g.Weights(uint32(v)).At
			for i := range g.Neighbors(uint32(v)) {
				sum += math.Abs(weight(i))
			}
			if sum == 0 {
				continue
			}
			rows[v][n] *= 1 - open[v]
			for i, u := range g.Neighbors(uint32(v)) {
				rows[v][u] -= open[v] * weight(i) / sum
			}
		}
		want, err := linear.Solve(context.Background(), rows)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range graphtest.ThreadCounts {
			got, err := FriedkinJohnsen(context.Background(), g, stance, open, 1e-11, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "opinion", got.Values, want, 2e-11)
			for _, z := range got.Values {
				if !(math.Abs(z) <= 1) {
					t.Errorf("opinion %v outside the stances", z)
				}
			}
		}
	})
	two := graphtest.Of(2, true, false, []graphtest.Tie{{U: 0, V: 1, Weight: 1}})
	for _, bad := range []float64{1, -0.1, math.NaN()} {
		if _, err := FriedkinJohnsen(context.Background(), two, []float64{0, 1}, []float64{bad, 0},
			0, graph.Options{}); err != graph.ErrParameter {
			t.Errorf("susceptibility %v: %v", bad, err)
		}
	}
}

func BenchmarkFriedkinJohnsen(b *testing.B) {
	n := graphtest.BenchGraph(b).N()
	stance, open := make([]float64, n), make([]float64, n)
	r := random.New(1, 1)
	for v := range n {
		stance[v], open[v] = 2*r.Float()-1, 0.9*r.Float()
	}
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := FriedkinJohnsen(context.Background(), graphtest.BenchGraph(b), stance, open, 0, opts)
		return err
	})
}
