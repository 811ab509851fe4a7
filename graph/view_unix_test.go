//go:build unix

package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/graphio"
)

// TestViewPerTie measures, in processor time of the thread that works, what it takes to change a tie and have a view,
// and what kernels take on a view, on a graph of a million ties or on that in the file that GAVE_LARGE names, of which
// it tells.
func TestViewPerTie(t *testing.T) {
	ctx := context.Background()
	g, count := tiesGraph(), 2000
	name := os.Getenv("GAVE_LARGE")
	if name != "" {
		network, err := graphio.ReadFile(ctx, name, graphio.ReadOptions{}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		g, count = network.Graph, 50_000
		fmt.Printf("%d nodes, %d ties\n", g.N(), g.M())
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r := rand.New(rand.NewPCG(3, 3))
	overlay := graph.NewOverlay(g)
	var first, view *graph.Graph
	var took []time.Duration
	for range count {
		// An end of a tie has more ties than any node.
		u := uint32(r.IntN(g.N()))
		row := g.Neighbors(u)
		if len(row) == 0 {
			continue
		}
		v, w := row[r.IntN(len(row))], uint32(r.IntN(g.N()))
		var err error
		begin := spent()
		if r.IntN(2) == 0 || u == w {
			err = overlay.Remove(u, v)
		} else {
			err = overlay.Set(u, w, 0.5)
		}
		if err == nil {
			view, err = overlay.Graph(ctx, graph.Options{})
		}
		if err != nil {
			t.Fatal(err)
		}
		took = append(took, spent()-begin)
		if first == nil {
			first = view
		}
	}
	slices.Sort(took)
	if median := took[len(took)/2]; median > time.Millisecond {
		t.Errorf("a view after one tie takes %v", median)
	}
	if name == "" {
		return
	}
	fmt.Printf("a view after one tie: median %v, p99 %v, most %v\n", took[len(took)/2], took[len(took)*99/100],
		took[len(took)-1])
	one := graph.Options{Threads: 1}
	begin := spent()
	whole, err := view.Compact(ctx, one)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("compact after %d changes: %v\n", overlay.Changes(), spent()-begin)
	for _, kernel := range []struct {
		name string
		run  func(g *graph.Graph) error
	}{
		{"a thousand pair distances", func(g *graph.Graph) error {
			search := graph.NewPairSearch(g)
			for i := range 1000 {
				if _, err := search.Distance(ctx, uint32(i), uint32(g.N()-1-i)); err != nil {
					return err
				}
			}
			return nil
		}},
		{"breadth-first search", func(g *graph.Graph) error { _, err := graph.Distances(ctx, g, one, 5); return err }},
		{"components", func(g *graph.Graph) error { _, err := graph.WeakComponents(ctx, g, one); return err }},
		{"PageRank", func(g *graph.Graph) error {
			_, err := centrality.PageRank(ctx, g, centrality.PageRankOptions{}, one)
			return err
		}},
	} {
		best := [3]time.Duration{time.Hour, time.Hour, time.Hour}
		for range 3 {
			for i, g := range []*graph.Graph{first, view, whole} {
				begin := spent()
				if err := kernel.run(g); err != nil {
					t.Fatal(err)
				}
				best[i] = min(best[i], spent()-begin)
			}
		}
		fmt.Printf("%s: %v after one tie, %v after all, %v on the compact graph\n",
			kernel.name, best[0], best[1], best[2])
	}
}
