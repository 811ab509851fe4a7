package distance_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/distance"
	"gave.network/graph/graphio"
)

// spent is the time that this process has worked.
func spent() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestLarge measures labels of the graph in the file that GAVE_LARGE names: how long they take to make, how large they
// are, a distance, and a tie that comes; GAVE_GROUPS is how many groups, if not as many as New takes. Without a file a
// small graph is taken through the same steps.
func TestLarge(t *testing.T) {
	ctx := context.Background()
	name := os.Getenv("GAVE_LARGE")
	tell := func(format string, values ...any) {
		if name != "" {
			fmt.Printf(format+"\n", values...)
		}
	}
	var g *graph.Graph
	pairs := 1000
	if name != "" {
		network, err := graphio.ReadFile(ctx, name, graphio.ReadOptions{}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		g, pairs = network.Graph, 200_000
	} else {
		g = build(t, 2000, someEdges(rand.New(rand.NewPCG(1, 2)), 2000, 4000))
	}
	groups, _ := strconv.Atoi(os.Getenv("GAVE_GROUPS"))
	wall, begin, next := time.Now(), spent(), int64(1)
	l, err := distance.New(ctx, g, distance.Options{Groups: groups}, graph.Options{Progress: func(done, total int64) {
		if done >= next {
			next = 2 * done
			tell("%d of %d after %.0f s", done, total, time.Since(wall).Seconds())
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	entries, memory := l.Size()
	tell("%d nodes, %d ties: made in %.1f s, %.1f s of processor time; %.1f entries in a list, %.2f GB", g.N(), g.M(),
		time.Since(wall).Seconds(), (spent() - begin).Seconds(), float64(entries)/float64(g.N()), float64(memory)/1e9)
	runtime.GC()
	r := rand.New(rand.NewPCG(5, 6))
	n := uint32(g.N())
	list := make([][2]uint32, pairs)
	for i := range list {
		list[i] = [2]uint32{r.Uint32N(n), r.Uint32N(n)}
	}
	begin = spent()
	sum := 0
	for _, p := range list {
		if d, way := l.Distance(p[0], p[1]); way {
			sum += d
		}
	}
	tell("a distance: mean %.2f µs (of %.2f ties)", float64((spent()-begin).Nanoseconds())/1000/float64(pairs),
		float64(sum)/float64(pairs))
	checkSome := func(g *graph.Graph, sources int) {
		for range sources {
			from := r.Uint32N(n)
			for v, want := range breadthFirst(g, from) {
				if got, way := l.Distance(from, uint32(v)); way != (want >= 0) || way && got != want {
					t.Fatalf("from %d to %d: %d (%v), want %d", from, v, got, way, want)
				}
			}
		}
	}
	checkSome(g, 2)
	overlay := graph.NewOverlay(g)
	var took []time.Duration
	for range 200 {
		u, v := r.Uint32N(n), r.Uint32N(n)
		if u == v {
			continue
		}
		begin := spent()
		if err := l.Insert(u, v); err != nil {
			t.Fatal(err)
		}
		took = append(took, spent()-begin)
		if err := overlay.Set(u, v, 1); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(took)
	after, _ := l.Size()
	tell("a tie between any two: median %v, p99 %v, %.0f entries more", took[len(took)/2], took[len(took)*99/100],
		float64(after-entries)/float64(len(took)))
	now, err := overlay.Graph(ctx, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkSome(now, 2)
	if err := l.Write(io.Discard); err != nil {
		t.Fatal(err)
	}
}
