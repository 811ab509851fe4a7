package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/graph/prediction"
	"gave.network/internal/graphcmd"
)

// sample is what a run of a kernel gives, of Gave or of a peer.
type sample struct {
	times  []float64
	cpu    []float64 // processor time of the same runs
	check  *float64
	values []float64 // of a query, Gave's
	others []*float64
}

// loaded is a graph in the forms that kernels need.
type loaded struct {
	path   string
	forms  [3]*graphio.Network
	pairs  [][2]uint32
	source uint32
}

func load(ctx context.Context, path string, weighted bool, threads int) (*graphio.Network, error) {
	options := graphio.ReadOptions{Build: graph.BuildOptions{Weighted: weighted}, IDs: graphio.NumberIDs}
	return graphio.ReadFile(ctx, path, options, graph.Options{Threads: threads})
}

// loadAll reads the file and, where there is one, that with the weights beside it.
func loadAll(ctx context.Context, path string) (*loaded, error) {
	l := &loaded{path: path}
	var err error
	if l.forms[plain], err = load(ctx, path, false, 0); err != nil {
		return nil, err
	}
	g := l.forms[plain].Graph
	l.pairs = randomPairs(g.N())
	for v := range uint32(g.N()) {
		if g.Degree(v) > g.Degree(l.source) {
			l.source = v
		}
	}
	if l.forms[lengths], err = load(ctx, strings.TrimSuffix(path, ".el")+".wel", true, 0); err != nil {
		return l, nil // there are no weights beside the file
	}
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true})
	l.forms[lengths].Graph.Edges(func(u, v uint32, w float64) bool {
		builder.AddWeighted(u, v, w/100)
		return true
	})
	strong, err := builder.Graph(ctx, g.N(), graph.Options{})
	l.forms[strength] = &graphio.Network{Graph: strong}
	return l, err
}

// own runs a kernel of Gave that often in one turn.
func (l *loaded) own(ctx context.Context, k kernel, threads, round, runs int) (sample, error) {
	network := l.forms[k.graph]
	opts := graph.Options{Threads: threads}
	switch {
	case k.name == "load":
		runtime.GC()
		start, before := time.Now(), spent()
		n, err := load(ctx, l.path, false, threads)
		if err != nil {
			return sample{}, err
		}
		took, processor := time.Since(start).Seconds(), spent()-before
		return sample{
			times: []float64{took}, cpu: []float64{processor}, check: number(float64(n.Graph.M())),
		}, nil
	case k.query != nil:
		times, values, err := askAll(ctx, network.Graph, k, l.pairs)
		return sample{times: times, values: values}, err
	case k.name == "adamic-adar":
		nodes := make([]uint32, len(l.pairs))
		for i, p := range l.pairs {
			nodes[i] = p[0]
		}
		runtime.GC()
		start, before := time.Now(), spent()
		lists, err := prediction.PredictLinks(ctx, network.Graph, nodes, prediction.AdamicAdar, 10, opts)
		if err != nil {
			return sample{}, err
		}
		s := sample{times: []float64{time.Since(start).Seconds()}, cpu: []float64{spent() - before}}
		sum := 0.0
		for _, list := range lists {
			for _, share := range list {
				sum += share.Value
			}
		}
		s.check = &sum
		return s, nil
	}
	request := k.request
	if request.Kernel == "" {
		request.Kernel = k.name
	}
	request.Threads, request.Runs = threads, runs
	if k.name == "betweenness" {
		request.Samples = sources(network.Graph.N())
	}
	if k.once {
		return l.ownSeeds(ctx, request, round)
	}
	result, err := graphcmd.RunOn(ctx, network, request)
	check, known := asNumber(result.Result[k.check])
	if !known {
		return sample{times: result.Runs, cpu: result.CPU}, err
	}
	return sample{times: result.Runs, cpu: result.CPU, check: &check}, err
}

// ownSeeds finds communities with several seeds and checks their mean.
func (l *loaded) ownSeeds(ctx context.Context, request graphcmd.Request, round int) (sample, error) {
	var s sample
	if round > 0 && l.forms[plain].Graph.N() <= manyNodes {
		return s, nil // ten seeds are enough
	}
	request.Runs = 1
	sum, count := 0.0, seedCount(l.forms[plain].Graph.N())
	for seed := range count {
		request.Seed = uint64(seed + 1)
		result, err := graphcmd.RunOn(ctx, l.forms[plain], request)
		if err != nil {
			return s, err
		}
		s.times, s.cpu = append(s.times, result.Runs...), append(s.cpu, result.CPU...)
		quality, _ := asNumber(result.Result["modularity"])
		sum += quality
	}
	s.check = number(sum / float64(count))
	return s, nil
}

func seedCount(nodes int) int {
	if nodes > manyNodes {
		return 1
	}
	return seeds
}

func number(x float64) *float64 { return &x }

// spent is the processor time of this process in seconds.
func spent() float64 {
	return graphcmd.Spent().Seconds()
}

func asNumber(value any) (float64, bool) {
	switch x := value.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case int32:
		return float64(x), true
	}
	return math.NaN(), false
}

// memory is what a graph takes in bytes, and what its arrays should take.
func memory(ctx context.Context, path string) (took, arrays float64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := load(ctx, path, false, 1)
	if err != nil {
		return 0, 0, err
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	arrays = float64(8*n.Graph.M() + 8*int64(n.Graph.N()))
	took = float64(after.HeapAlloc) - float64(before.HeapAlloc)
	runtime.KeepAlive(n)
	return took, arrays, nil
}

// openSnapshot returns the median time to open a snapshot of the graph, of 51, and the size of the file.
func openSnapshot(g *graph.Graph) (seconds float64, size int64, err error) {
	folder, err := os.MkdirTemp("", "snapshot")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "graph.snapshot")
	if err := graph.SaveSnapshot(path, g); err != nil {
		return 0, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	var times []float64
	for range 51 {
		start := time.Now()
		s, err := graph.OpenSnapshot(path)
		if err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(start).Seconds())
		if err := s.Close(); err != nil {
			return 0, 0, err
		}
	}
	return median(times), info.Size(), nil
}

func median(list []float64) float64 { return quantile(list, 0.5) }

// quantile returns the value below which that part of the list lies.
func quantile(list []float64, part float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(int(float64(len(sorted))*part), len(sorted)-1)]
}
