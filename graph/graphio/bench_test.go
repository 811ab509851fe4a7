package graphio

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
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

func BenchmarkParseEdgeList(b *testing.B) {
	var list bytes.Buffer
	if err := WriteEdgeList(&list, &Network{Graph: tiesGraph()}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(list.Len()))
	perKernel(b, func(opts graph.Options) error {
		_, err := ParseEdgeList(context.Background(), list.Bytes(), weightedFile, opts)
		return err
	})
}
