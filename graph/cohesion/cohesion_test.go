package cohesion

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestKCoreAgainstPeeling(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		a := graphtest.Symmetric(g)
		want := make([]uint32, g.N())
		for k := 1; k < g.N(); k++ {
			alive := make([]bool, g.N())
			for v := range alive {
				alive[v] = true
			}
			for changed := true; changed; {
				changed = false
				for v := range a {
					degree := 0
					for u := range a {
						if alive[u] && a[v][u] != 0 {
							degree++
						}
					}
					if alive[v] && degree < k {
						alive[v], changed = false, true
					}
				}
			}
			for v := range alive {
				if alive[v] {
					want[v] = uint32(k)
				}
			}
		}
		simple, err := graph.Simple(context.Background(), g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range graphtest.ThreadCounts {
			got, err := KCore(context.Background(), g, graph.Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("cores = %v, %v, want %v", got, err, want)
			}
			got, err = coresByLevels(context.Background(), simple, graph.Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("cores by levels = %v, %v, want %v", got, err, want)
			}
		}
	})
}

func TestTrianglesAgainstAllTriples(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		a := graphtest.Symmetric(g)
		n := g.N()
		per := make([]int64, n)
		total := int64(0)
		for u := range n {
			for v := range u {
				for w := range v {
					if a[u][v] != 0 && a[v][w] != 0 && a[u][w] != 0 {
						per[u]++
						per[v]++
						per[w]++
						total++
					}
				}
			}
		}
		local, average, triples := make([]float64, n), 0.0, 0.0
		for v := range n {
			k := 0.0
			for u := range n {
				if a[v][u] != 0 {
					k++
				}
			}
			if k >= 2 {
				local[v] = float64(2*per[v]) / (k * (k - 1))
				triples += k * (k - 1) / 2
			}
			average += local[v] / float64(n)
		}
		global := 0.0
		if triples > 0 {
			global = 3 * float64(total) / triples
		}
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			if got, err := Triangles(context.Background(), g, opts); err != nil || got != total {
				t.Errorf("triangles = %d, %v, want %d", got, err, total)
			}
			c, err := CountTriangles(context.Background(), g, opts)
			if err != nil {
				t.Fatal(err)
			}
			if c.Triangles != total || !slices.Equal(c.PerNode, per) {
				t.Errorf("triangles = %d %v, want %d %v", c.Triangles, c.PerNode, total, per)
			}
			graphtest.CloseTo(t, "local clustering", c.Local, local, 1e-12)
			graphtest.CloseTo(
				t, "average and global", []float64{c.Average, c.Global}, []float64{average, global}, 1e-12,
			)
		}
	})
}

func TestOverlapAgainstSets(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		a := graphtest.Symmetric(g)
		n := g.N()
		var overlap, jaccard []EdgeValue
		var bridges []LocalBridge
		for u := range n {
			for v := u + 1; v < n; v++ {
				if a[u][v] == 0 {
					continue
				}
				common, either := 0, 0
				for w := range n {
					if a[u][w] != 0 && a[v][w] != 0 {
						common++
					}
					if a[u][w] != 0 || a[v][w] != 0 {
						either++
					}
				}
				value := 0.0
				if either > 2 {
					value = float64(common) / float64(either-2)
				}
				overlap = append(overlap, EdgeValue{uint32(u), uint32(v), value})
				jaccard = append(jaccard, EdgeValue{uint32(u), uint32(v), float64(common) / float64(either)})
				if common == 0 {
					var rest []graphtest.Tie
					for x := range n {
						for y := x + 1; y < n; y++ {
							if a[x][y] != 0 && (x != u || y != v) {
								rest = append(rest, graphtest.Tie{U: uint32(x), V: uint32(y), Weight: 1})
							}
						}
					}
					span := NoOtherPath
					if d := graphtest.AllDistances(graphtest.Of(n, false, false, rest))[u][v]; !math.IsInf(d, 1) {
						span = int(d)
					}
					bridges = append(bridges, LocalBridge{uint32(u), uint32(v), span})
				}
			}
		}
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			if got, err := EdgeOverlap(context.Background(), g, opts); err != nil || !slices.Equal(got, overlap) {
				t.Errorf("overlap = %v, %v, want %v", got, err, overlap)
			}
			if got, err := EdgeJaccard(context.Background(), g, opts); err != nil || !slices.Equal(got, jaccard) {
				t.Errorf("Jaccard = %v, %v, want %v", got, err, jaccard)
			}
			if got, err := LocalBridges(context.Background(), g, opts); err != nil || !slices.Equal(got, bridges) {
				t.Errorf("local bridges = %v, %v, want %v", got, err, bridges)
			}
		}
	})
}

func TestStructuralHolesAgainstDefinition(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		a := graphtest.Adjacency(g)
		n := g.N()
		if g.Directed() {
			for u := range a {
				for v := range u {
					a[u][v] += a[v][u]
					a[v][u] = a[u][v]
				}
			}
		}
		want := &Holes{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
		strength, heavy := make([]float64, n), make([]float64, n)
		for v := range n {
			for u := range n {
				strength[v] += a[v][u]
				heavy[v] = max(heavy[v], a[v][u])
			}
		}
		for i := range n {
			degree, constraint, size := 0.0, 0.0, 0.0
			var terms []float64
			for j := range n {
				if a[i][j] == 0 {
					continue
				}
				degree++
				term, redundant := a[i][j]/strength[i], 0.0
				for q := range n {
					if q != i && q != j && a[i][q] != 0 {
						term += a[i][q] / strength[i] * a[q][j] / strength[q]
						redundant += a[i][q] / strength[i] * a[j][q] / heavy[j]
					}
				}
				constraint += term * term
				terms = append(terms, term*term)
				size += 1 - redundant
			}
			hierarchy := 1.0
			if degree > 1 {
				hierarchy = 0
				for _, c := range terms {
					r := c / (constraint / degree)
					hierarchy += r * math.Log(r)
				}
				hierarchy /= degree * math.Log(degree)
			}
			if degree == 0 {
				constraint, size, hierarchy = math.NaN(), math.NaN(), math.NaN()
			}
			want.Constraint[i], want.EffectiveSize[i], want.Efficiency[i], want.Hierarchy[i] = constraint, size,
				size/degree, hierarchy
		}
		var first *Holes
		var alone []float64
		for _, threads := range graphtest.ThreadCounts {
			got, err := StructuralHoles(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "constraint", got.Constraint, want.Constraint, 1e-12)
			graphtest.CloseTo(t, "effective size", got.EffectiveSize, want.EffectiveSize, 1e-12)
			graphtest.CloseTo(t, "efficiency", got.Efficiency, want.Efficiency, 1e-12)
			graphtest.CloseTo(t, "hierarchy", got.Hierarchy, want.Hierarchy, 1e-9)
			only, err := Constraint(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			graphtest.CloseTo(t, "constraint alone", only, got.Constraint, 1e-13)
			if first == nil {
				first, alone = got, only
			}
			graphtest.CloseTo(t, "constraint alone with other threads", only, alone, 0)
			graphtest.CloseTo(t, "constraint with other threads", got.Constraint, first.Constraint, 0)
		}
	})
}

func TestHolesRefuseBadWeights(t *testing.T) {
	for weight, want := range map[float64]error{-1: graph.ErrNegativeWeight, float64(math.Inf(1)): graph.ErrNotFinite} {
		g := graphtest.Of(2, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: weight}})
		if _, err := Constraint(context.Background(), g, graph.Options{}); err != want {
			t.Errorf("weight %v: %v, want %v", weight, err, want)
		}
	}
	nothing := graphtest.Of(2, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: 0}})
	h, err := StructuralHoles(context.Background(), nothing, graph.Options{})
	if err != nil || !math.IsNaN(h.Constraint[0]) {
		t.Errorf("a tie of weight 0 only: %v, %v, want NaN", h, err)
	}
}

func BenchmarkKCore(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := KCore(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkTriangles(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Triangles(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkCountTriangles(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := CountTriangles(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkEdgeOverlap(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := EdgeOverlap(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkLocalBridges(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := LocalBridges(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkConstraint(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Constraint(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}

func BenchmarkStructuralHoles(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := StructuralHoles(context.Background(), graphtest.BenchGraph(b), opts)
		return err
	})
}
