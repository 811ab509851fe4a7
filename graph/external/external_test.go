package external_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/external"
)

// bothWays builds a graph on disk and in memory, and returns both snapshots.
func bothWays(
	t *testing.T, edges []graph.Edge, nodes int, build graph.BuildOptions, options external.Options,
) (disk, memory []byte) {
	t.Helper()
	ctx := context.Background()
	options.Directory = t.TempDir()
	b, err := external.NewBuilder(ctx, build, options)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var fault error
	for _, e := range edges {
		if err := b.Add(e.From, e.To, e.Weight); err != nil {
			fault = err
			break
		}
	}
	path := filepath.Join(t.TempDir(), "g.snapshot")
	var n int
	var m int64
	if fault == nil {
		n, m, fault = b.Save(ctx, path, external.SaveOptions{Nodes: nodes}, graph.Options{})
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(options.Directory); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	g, err := graph.FromEdges(nodes, edges, build)
	if err != nil || fault != nil {
		for _, kind := range []error{
			graph.ErrNode, graph.ErrTooManyNodes, graph.ErrNotFinite, graph.ErrUnderflow, graph.ErrNegativeWeight,
			graph.ErrParameter,
		} {
			if errors.Is(err, kind) != errors.Is(fault, kind) {
				t.Fatalf("in memory %v, on disk %v", err, fault)
			}
		}
		if err == nil || fault == nil {
			t.Fatalf("in memory %v, on disk %v", err, fault)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
			t.Errorf("a build that failed left %v", left)
		}
		return nil, nil
	}
	if n != g.N() || m != g.M() {
		t.Errorf("%d nodes and %d edges, want %d and %d", n, m, g.N(), g.M())
	}
	var want bytes.Buffer
	if err := graph.WriteSnapshot(&want, g); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return got, want.Bytes()
}

func randomBuild(r *rand.Rand) graph.BuildOptions {
	coin := func() bool { return r.IntN(2) == 0 }
	return graph.BuildOptions{
		Directed: coin(), Weighted: coin(), Weights64: coin(), Signed: coin(), KeepLoops: coin(),
		Merge: graph.Merge(r.IntN(3)),
	}
}

func randomEdges(r *rand.Rand, n, m int, signed bool) []graph.Edge {
	weights := []float64{0, 0.1, 1. / 3, 7, 1e-30, 1e30, 3, 1 << 40}
	edges := make([]graph.Edge, m)
	for i := range edges {
		w := weights[r.IntN(len(weights))] * float64(1+r.IntN(3))
		if signed && r.IntN(3) == 0 {
			w = -w
		}
		edges[i] = graph.Edge{From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: w}
	}
	return edges
}

// A graph that was built on disk is the same file as one that was built in memory.
func TestTheSameFile(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		build := randomBuild(r)
		edges := randomEdges(r, 1+r.IntN(60), r.IntN(400), build.Signed)
		nodes := 0
		if r.IntN(3) == 0 {
			nodes = 40 + r.IntN(40)
		}
		if r.IntN(20) == 0 && len(edges) > 0 { // what cannot be kept is refused alike
			edges[r.IntN(len(edges))].Weight = []float64{math.NaN(), math.Inf(1), -1, 1e-50, 1e50}[r.IntN(5)]
		}
		options := external.Options{Memory: int64(1 + r.IntN(8000)), Threads: 1 + r.IntN(3)}
		got, want := bothWays(t, edges, nodes, build, options)
		if !bytes.Equal(got, want) {
			t.Fatalf("seed %d, %+v: %d bytes, want %d", seed, build, len(got), len(want))
		}
	}
}

func TestDegenerateGraphs(t *testing.T) {
	hub := make([]graph.Edge, 1500)
	for i := range hub {
		hub[i] = graph.Edge{From: 7, To: uint32(i), Weight: 1}
	}
	same := slices.Repeat([]graph.Edge{{From: 1, To: 2, Weight: 0.1}}, 1500)
	most := math.MaxFloat32
	for name, edges := range map[string][]graph.Edge{
		"empty": nil, "loop": {{From: 3, To: 3, Weight: 2}}, "one": {{From: 0, To: 1, Weight: 2}},
		"hub": hub, "the same": same, "zeros": {{From: 1, To: 2}, {From: 1, To: 2, Weight: math.Copysign(0, -1)}},
		"too large a sum": {{From: 1, To: 2, Weight: most}, {From: 1, To: 2, Weight: most}},
		"too many nodes":  {{From: 1, To: math.MaxUint32, Weight: 1}},
	} {
		for _, nodes := range []int{0, 3, 6000, -1} {
			for bits := range 48 {
				if nodes != 0 && bits%5 != 0 {
					continue
				}
				build := graph.BuildOptions{
					Directed: bits&1 != 0, Weighted: bits&2 != 0, Weights64: bits&4 != 0, KeepLoops: bits&8 != 0,
					Merge: graph.Merge(bits >> 4 % 3),
				}
				got, want := bothWays(t, edges, nodes, build, external.Options{Memory: 3000, Threads: 1})
				if !bytes.Equal(got, want) {
					t.Fatalf("%s, %d nodes, %+v: %d bytes, want %d", name, nodes, build, len(got), len(want))
				}
			}
		}
	}
}

// Ids may be numbered when all are known, and a weight may be made of the sum.
func TestNumbersAndFinalWeights(t *testing.T) {
	ctx := context.Background()
	b, err := external.NewBuilder(ctx, graph.BuildOptions{Weighted: true, Directed: true},
		external.Options{Memory: 100, Final: func(sum float64) float64 { return sum / (1 + sum) }})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.AddPairs([]graph.Pair{{From: 90, To: 10}, {From: 10, To: 50}, {From: 90, To: 10}},
		graph.Weights64([]float64{1e-60, 1, 3})); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "g.snapshot")
	number := func(id uint32) uint32 { return map[uint32]uint32{10: 0, 50: 1, 90: 2}[id] }
	if _, _, err := b.Save(ctx, path, external.SaveOptions{Number: number}, graph.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := graph.OpenSnapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(ctx, graph.Options{}); err != nil {
		t.Fatal(err)
	}
	a, _ := s.Graph.Weight(2, 0)
	c, _ := s.Graph.Weight(0, 1)
	if s.Graph.N() != 3 || s.Graph.M() != 2 || a != 0.75 || c != 0.5 {
		t.Errorf("%d nodes, %d arcs, weights %v and %v", s.Graph.N(), s.Graph.M(), a, c)
	}
}

// Many goroutines may add.
func TestTogether(t *testing.T) {
	ctx := context.Background()
	var files [2][]byte
	for i := range files {
		b, err := external.NewBuilder(ctx, graph.BuildOptions{Weighted: true}, external.Options{Memory: 1 << 16})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for part := range 4 {
			group.Go(func() {
				r := rand.New(rand.NewPCG(uint64(part), 0))
				for _, e := range randomEdges(r, 300, 5000, false) {
					if err := b.Add(e.From, e.To, e.Weight); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		path := filepath.Join(t.TempDir(), "g.snapshot")
		if _, _, err := b.Save(ctx, path, external.SaveOptions{}, graph.Options{}); err != nil {
			t.Fatal(err)
		}
		b.Close()
		files[i], _ = os.ReadFile(path)
	}
	if len(files[0]) == 0 || !bytes.Equal(files[0], files[1]) {
		t.Error("two builds of the same ties differ")
	}
}

// A build that is interrupted, while it sorts or while it merges, is soon over and leaves what was there.
func TestInterrupted(t *testing.T) {
	for _, after := range []int{0, 3, 500_000} {
		ctx, cancel := context.WithCancel(context.Background())
		options := external.Options{Memory: 1 << 22, Directory: t.TempDir()}
		b, err := external.NewBuilder(ctx, graph.BuildOptions{Directed: true}, options)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "g.snapshot")
		if err := os.WriteFile(path, []byte("what was there"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		for range 1_000_000 {
			if err := b.Add(r.Uint32()>>12, r.Uint32()>>12, 1); err != nil {
				t.Fatal(err)
			}
		}
		var ended time.Time
		told := 0
		stop := func() {
			if told++; told == 1 {
				ended = time.Now()
				cancel()
			}
		}
		if after < 10 {
			stop()
		}
		_, _, err = b.Save(ctx, path, external.SaveOptions{}, graph.Options{Progress: func(done, _ int64) {
			if done >= int64(after) {
				stop()
			}
		}})
		if took := time.Since(ended); !errors.Is(err, context.Canceled) || took > 5*time.Second {
			t.Errorf("%v, %v after the end", err, took)
		}
		b.Close()
		for _, folder := range []string{options.Directory, filepath.Dir(path)} {
			left, _ := os.ReadDir(folder)
			for _, f := range left {
				if f.Name() != "g.snapshot" {
					t.Errorf("%s is left", f.Name())
				}
			}
		}
		if was, _ := os.ReadFile(path); string(was) != "what was there" {
			t.Errorf("the old file is %q", was)
		}
	}
}

// The memory that a build takes does not grow with the number of ties: the small form of the run in docs/scale.md.
func TestBoundedMemory(t *testing.T) {
	const ties, memory = 3_000_000, 8 << 20 // both arcs as they are: 48 MB
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "g.snapshot")
	b, err := external.NewBuilder(ctx, graph.BuildOptions{}, external.Options{Memory: memory, Directory: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := rand.New(rand.NewPCG(5, 5))
	pairs := make([]graph.Pair, 1<<14)
	for added := 0; added < ties; added += len(pairs) {
		for i := range pairs {
			pairs[i] = graph.Pair{From: r.Uint32() >> 13, To: r.Uint32() >> 13}
		}
		if err := b.AddPairs(pairs, graph.Weights{}); err != nil {
			t.Fatal(err)
		}
	}
	n, m, err := b.Save(ctx, path, external.SaveOptions{}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	// All that was ever allocated, with the blocks that runs are written from.
	if took := after.TotalAlloc - before.TotalAlloc; took > 5*memory+16<<20 {
		t.Errorf("%d MB", took>>20)
	}
	s, err := graph.OpenSnapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(ctx, graph.Options{}); err != nil || s.Graph.N() != n || s.Graph.M() != m || m < ties-100_000 {
		t.Errorf("%v: %d nodes, %d edges", err, n, m)
	}
}

func FuzzTheSameFile(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6}, uint64(3))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 2))
		build := randomBuild(r)
		var edges []graph.Edge
		for ; len(data) >= 3; data = data[3:] {
			edges = append(edges, graph.Edge{
				From: uint32(data[0]), To: uint32(data[1]), Weight: float64(int8(data[2])) / 3,
			})
		}
		got, want := bothWays(t, edges, 0, build, external.Options{Memory: int64(1 + seed%5000), Threads: 1})
		if !bytes.Equal(got, want) {
			t.Fatalf("%+v: %d bytes, want %d", build, len(got), len(want))
		}
	})
}
