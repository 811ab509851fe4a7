package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"gave.network/graph"
)

// pairCount is how many pairs of nodes all are asked about, drawn with seed 99.
const pairCount = 1000

func randomPairs(nodes int) [][2]uint32 {
	r := rand.New(rand.NewPCG(99, 0))
	pairs := make([][2]uint32, pairCount)
	for i := range pairs {
		pairs[i] = [2]uint32{uint32(r.IntN(nodes)), uint32(r.IntN(nodes))}
	}
	return pairs
}

// writePairs writes the pairs to a file for the peers.
func writePairs(pairs [][2]uint32) (string, error) {
	file, err := os.CreateTemp("", "pairs")
	if err != nil {
		return "", err
	}
	for _, p := range pairs {
		fmt.Fprintln(file, p[0], p[1])
	}
	return file.Name(), file.Close()
}

// query makes a question about two nodes of a graph; the answer is not a number where there is no path.
type query func(g *graph.Graph, w weights) (func(ctx context.Context, u, v uint32) (float64, error), error)

func distanceOf(g *graph.Graph, _ weights) (func(ctx context.Context, u, v uint32) (float64, error), error) {
	search := graph.NewPairSearch(g)
	return func(ctx context.Context, u, v uint32) (float64, error) {
		steps, err := search.Distance(ctx, u, v)
		if steps == graph.Unreachable {
			return math.NaN(), err
		}
		return float64(steps), err
	}, nil
}

func bestPath(hops int) query {
	return func(g *graph.Graph, w weights) (func(ctx context.Context, u, v uint32) (float64, error), error) {
		options := graph.PathOptions{Measure: graph.Length}
		if w == strength {
			options.Measure = graph.Strength
		}
		search, err := graph.NewPathSearch(g, options)
		return func(ctx context.Context, u, v uint32) (float64, error) {
			var route graph.Route
			var err error
			if hops > 0 {
				route, err = search.Within(ctx, u, v, hops)
			} else {
				route, err = search.Best(ctx, u, v)
			}
			if route.Nodes == nil {
				return math.NaN(), err
			}
			return route.Value, err
		}, err
	}
}

// askAll times each pair alone.
func askAll(ctx context.Context, g *graph.Graph, k kernel, pairs [][2]uint32) (times, values []float64, err error) {
	ask, err := k.query(g, k.graph)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range pairs {
		start := time.Now()
		value, err := ask(ctx, p[0], p[1])
		times = append(times, time.Since(start).Seconds())
		if err != nil {
			return nil, nil, err
		}
		values = append(values, value)
	}
	return times, values, nil
}

// sameValues says whether the answers of a peer are Gave's, as far as it came.
func sameValues(own []float64, other []*float64) bool {
	for i, x := range other {
		switch {
		case x == nil:
			if !math.IsNaN(own[i]) {
				return false
			}
		case math.IsNaN(own[i]) || math.Abs(own[i]-*x) > 1e-5*math.Abs(*x):
			return false
		}
	}
	return true
}
