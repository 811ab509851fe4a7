package graph

import (
	"math"
	"slices"
	"testing"
)

func TestKCoreAgainstPeeling(t *testing.T) {
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		a := symmetric(g)
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
		simple, err := Simple(background, g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range threadCounts {
			got, err := KCore(background, g, Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("cores = %v, %v, want %v", got, err, want)
			}
			got, err = coresByLevels(background, simple, Options{Threads: threads})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("cores by levels = %v, %v, want %v", got, err, want)
			}
		}
	})
}

func TestTrianglesAgainstAllTriples(t *testing.T) {
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		a := symmetric(g)
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
		for _, threads := range threadCounts {
			opts := Options{Threads: threads}
			if got, err := Triangles(background, g, opts); err != nil || got != total {
				t.Errorf("triangles = %d, %v, want %d", got, err, total)
			}
			c, err := CountTriangles(background, g, opts)
			if err != nil {
				t.Fatal(err)
			}
			if c.Triangles != total || !slices.Equal(c.PerNode, per) {
				t.Errorf("triangles = %d %v, want %d %v", c.Triangles, c.PerNode, total, per)
			}
			closeTo(t, "local clustering", c.Local, local, 1e-12)
			closeTo(t, "average and global", []float64{c.Average, c.Global}, []float64{average, global}, 1e-12)
		}
	})
}

func TestOverlapAgainstSets(t *testing.T) {
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		a := symmetric(g)
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
					var rest []tie
					for x := range n {
						for y := x + 1; y < n; y++ {
							if a[x][y] != 0 && (x != u || y != v) {
								rest = append(rest, tie{uint32(x), uint32(y), 1})
							}
						}
					}
					span := NoOtherPath
					if d := distances(graphOf(n, false, false, rest))[u][v]; !math.IsInf(d, 1) {
						span = int(d)
					}
					bridges = append(bridges, LocalBridge{uint32(u), uint32(v), span})
				}
			}
		}
		for _, threads := range threadCounts {
			opts := Options{Threads: threads}
			if got, err := EdgeOverlap(background, g, opts); err != nil || !slices.Equal(got, overlap) {
				t.Errorf("overlap = %v, %v, want %v", got, err, overlap)
			}
			if got, err := EdgeJaccard(background, g, opts); err != nil || !slices.Equal(got, jaccard) {
				t.Errorf("Jaccard = %v, %v, want %v", got, err, jaccard)
			}
			if got, err := LocalBridges(background, g, opts); err != nil || !slices.Equal(got, bridges) {
				t.Errorf("local bridges = %v, %v, want %v", got, err, bridges)
			}
		}
	})
}

func TestStructuralHolesAgainstDefinition(t *testing.T) {
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		a := adjacency(g)
		n := g.N()
		if g.directed {
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
		for _, threads := range threadCounts {
			got, err := StructuralHoles(background, g, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "constraint", got.Constraint, want.Constraint, 1e-12)
			closeTo(t, "effective size", got.EffectiveSize, want.EffectiveSize, 1e-12)
			closeTo(t, "efficiency", got.Efficiency, want.Efficiency, 1e-12)
			closeTo(t, "hierarchy", got.Hierarchy, want.Hierarchy, 1e-9)
			only, err := Constraint(background, g, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "constraint alone", only, got.Constraint, 1e-13)
			if first == nil {
				first, alone = got, only
			}
			closeTo(t, "constraint alone with other threads", only, alone, 0)
			closeTo(t, "constraint with other threads", got.Constraint, first.Constraint, 0)
		}
	})
}

func TestHolesRefuseBadWeights(t *testing.T) {
	for weight, want := range map[float32]error{-1: ErrNegativeWeight, float32(math.Inf(1)): ErrNotFinite} {
		if _, err := Constraint(background, graphOf(2, false, true, []tie{{0, 1, weight}}), Options{}); err != want {
			t.Errorf("weight %v: %v, want %v", weight, err, want)
		}
	}
	h, err := StructuralHoles(background, graphOf(2, false, true, []tie{{0, 1, 0}}), Options{})
	if err != nil || !math.IsNaN(h.Constraint[0]) {
		t.Errorf("a tie of weight 0 only: %v, %v, want NaN", h, err)
	}
}

func TestBetweennessAgainstAllPaths(t *testing.T) {
	manyRandomGraphs(t, 60, func(t *testing.T, g *Graph, _ *random) {
		n := g.N()
		d := distances(g)
		// paths[s][t] counts the shortest paths, by rising distance.
		paths := make([][]float64, n)
		for s := range n {
			paths[s] = make([]float64, n)
			paths[s][s] = 1
			for steps := 1.0; steps < float64(n); steps++ {
				for v := range n {
					if d[s][v] != steps {
						continue
					}
					for _, u := range g.InNeighbors(uint32(v)) {
						if d[s][u] == steps-1 {
							paths[s][v] += paths[s][u]
						}
					}
				}
			}
		}
		want, from := make([]float64, n), make([]float64, n)
		for v := range n {
			for s := range n {
				for e := range n {
					if s != v && e != v && s != e && !math.IsInf(d[s][e], 1) && d[s][v]+d[v][e] == d[s][e] {
						share := paths[s][v] * paths[v][e] / paths[s][e]
						if !g.directed {
							share /= 2
						}
						want[v] += share
						if s < 3 {
							from[v] += share
						}
					}
				}
			}
		}
		var first []float64
		for _, threads := range threadCounts {
			got, err := Betweenness(background, g, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "betweenness", got, want, 1e-9)
			if first == nil {
				first = got
			}
			closeTo(t, "betweenness with other threads", got, first, 0)
		}
		if n >= 3 {
			got, err := BetweennessFrom(background, g, []uint32{0, 1, 2}, Options{Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "betweenness from some", got, from, 1e-9)
		}
	})
}

func BenchmarkKCore(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := KCore(background, benchGraph(b), opts); return err })
}

func BenchmarkTriangles(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := Triangles(background, benchGraph(b), opts); return err })
}

func BenchmarkCountTriangles(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := CountTriangles(background, benchGraph(b), opts); return err })
}

func BenchmarkEdgeOverlap(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := EdgeOverlap(background, benchGraph(b), opts); return err })
}

func BenchmarkLocalBridges(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := LocalBridges(background, benchGraph(b), opts); return err })
}

func BenchmarkConstraint(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := Constraint(background, benchGraph(b), opts); return err })
}

func BenchmarkStructuralHoles(b *testing.B) {
	benchThreads(b, func(opts Options) error { _, err := StructuralHoles(background, benchGraph(b), opts); return err })
}

func BenchmarkBetweenness64(b *testing.B) {
	sources := make([]uint32, 64)
	for i := range sources {
		sources[i] = uint32(i)
	}
	benchThreads(b, func(opts Options) error {
		_, err := BetweennessFrom(background, benchGraph(b), sources, opts)
		return err
	})
}
