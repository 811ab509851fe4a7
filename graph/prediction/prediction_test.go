package prediction

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestPredictLinksAgainstDefinition(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		a := graphtest.Symmetric(g)
		n := g.N()
		nodes := make([]uint32, n)
		for v := range nodes {
			nodes[v] = uint32(v)
		}
		k := int(r.Below(6))
		degree := make([]float64, n)
		for v := range n {
			for u := range n {
				if a[v][u] != 0 {
					degree[v]++
				}
			}
		}
		for by := CommonNeighbors; by <= Jaccard; by++ {
			want := make([][]graph.Share, n)
			for u := range n {
				for v := range n {
					score, common := 0.0, 0.0
					for z := range n {
						if a[u][z] != 0 && a[v][z] != 0 {
							common++
							switch by {
							case CommonNeighbors, Jaccard:
								score++
							case AdamicAdar:
								score += 1 / math.Log(degree[z])
							case ResourceAllocation:
								score += 1 / degree[z]
							}
						}
					}
					if by == Jaccard && common > 0 {
						score /= degree[u] + degree[v] - common
					}
					single, err := SimilarityOf(g, uint32(u), uint32(v), by)
					if err != nil || u != v && !(math.Abs(single-score) <= 1e-12) {
						t.Errorf("similarity %d of %d and %d: %v, %v, want %v", by, u, v, single, err, score)
					}
					if u != v && a[u][v] == 0 && common > 0 {
						want[u] = append(want[u], graph.Share{Node: uint32(v), Value: score})
					}
				}
				slices.SortStableFunc(want[u], func(x, y graph.Share) int {
					if math.Abs(x.Value-y.Value) < 1e-12 {
						return 0
					}
					if x.Value > y.Value {
						return -1
					}
					return 1
				})
				want[u] = want[u][:min(k, len(want[u]))]
			}
			for _, threads := range graphtest.ThreadCounts {
				got, err := PredictLinks(context.Background(), g, nodes, by, k, graph.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				for u := range want {
					x, y := []float64{}, []float64{}
					for i := range got[u] {
						x = append(x, got[u][i].Value)
					}
					for i := range want[u] {
						y = append(y, want[u][i].Value)
					}
					graphtest.CloseTo(t, "scores", x, y, 1e-12)
				}
			}
		}
	})
}

func BenchmarkPredictLinks(b *testing.B) {
	r := random.New(1, 1)
	nodes := make([]uint32, 1000)
	for i := range nodes {
		nodes[i] = uint32(r.Below(uint64(graphtest.BenchGraph(b).N())))
	}
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := PredictLinks(context.Background(), graphtest.BenchGraph(b), nodes, AdamicAdar, 10, opts)
		return err
	})
}
