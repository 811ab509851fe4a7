package graph_test

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"gave.network/graph"
)

// tiesGraph is a network of 100,000 nodes and about a million ties whose degrees fall by a power law; weights are
// probabilities.
var tiesGraph = sync.OnceValue(func() *graph.Graph {
	const n, m = 100_000, 1_000_000
	r := rand.New(rand.NewPCG(1, 1))
	edges := make([]graph.Edge, m)
	pick := func() uint32 { return uint32(n * math.Pow(r.Float64(), 1.7)) } // the first nodes are picked most
	for i := range edges {
		edges[i] = graph.Edge{From: pick(), To: pick(), Weight: float64(1+r.IntN(100)) / 101}
	}
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{Weighted: true, Merge: graph.MergeMax})
	if err != nil {
		panic(err)
	}
	return g
})

// eachQuery runs a query of two random nodes b.N times.
func eachQuery(b *testing.B, query func(u, v uint32) error) {
	b.Helper()
	r := rand.New(rand.NewPCG(2, 2))
	n := tiesGraph().N()
	b.ReportAllocs()
	for b.Loop() {
		if err := query(uint32(r.IntN(n)), uint32(r.IntN(n))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPairDistance(b *testing.B) {
	search := graph.NewPairSearch(tiesGraph())
	eachQuery(b, func(u, v uint32) error {
		_, err := search.Distance(context.Background(), u, v)
		return err
	})
}

func BenchmarkBestPath(b *testing.B) {
	search, err := graph.NewPathSearch(tiesGraph(), graph.PathOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		hops int
	}{{"within 3", 3}, {"within 4", 4}, {"any length", 0}} {
		b.Run(c.name, func(b *testing.B) {
			eachQuery(b, func(u, v uint32) error {
				_, err := search.Find(context.Background(), u, v, c.hops)
				return err
			})
		})
	}
}

func BenchmarkDisjointWithin(b *testing.B) {
	search, err := graph.NewPathSearch(tiesGraph(), graph.PathOptions{})
	if err != nil {
		b.Fatal(err)
	}
	eachQuery(b, func(u, v uint32) error {
		_, err := search.DisjointWithin(context.Background(), u, v, 3, 4)
		return err
	})
}

// perKernel runs a kernel with one thread and with two.
func perKernel(b *testing.B, kernel func(opts graph.Options) error) {
	b.Helper()
	for name, threads := range map[string]int{"1 thread": 1, "2 threads": 2} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := kernel(graph.Options{Threads: threads}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	search := graph.NewSearch(tiesGraph())
	perKernel(b, func(opts graph.Options) error {
		_, err := search.Distances(context.Background(), opts, 5)
		return err
	})
}

func BenchmarkSourceSearch(b *testing.B) {
	search, err := graph.NewSourceSearch(tiesGraph(), graph.PathOptions{})
	if err != nil {
		b.Fatal(err)
	}
	values := make([]float64, tiesGraph().N())
	perKernel(b, func(opts graph.Options) error { return search.Values(context.Background(), 5, values, opts) })
}

func BenchmarkWeakComponents(b *testing.B) {
	perKernel(b, func(opts graph.Options) error {
		_, err := graph.WeakComponents(context.Background(), tiesGraph(), opts)
		return err
	})
}

func BenchmarkFindCuts(b *testing.B) {
	for b.Loop() {
		if _, err := graph.FindCuts(context.Background(), tiesGraph(), graph.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenSnapshot(b *testing.B) {
	path := filepath.Join(b.TempDir(), "graph.snapshot")
	if err := graph.SaveSnapshot(path, tiesGraph()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := graph.OpenSnapshot(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOverlay changes a hundred ties and merges them.
func BenchmarkOverlay(b *testing.B) {
	overlay := graph.NewOverlay(tiesGraph())
	r := rand.New(rand.NewPCG(3, 3))
	for b.Loop() {
		for range 100 {
			u := uint32(r.IntN(100_000))
			if err := overlay.Set(u, (u+1+uint32(r.IntN(99_999)))%100_000, 0.5); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := overlay.Rebase(context.Background(), graph.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
