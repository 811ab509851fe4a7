package graph_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
)

// FuzzKernels makes a graph of bytes, with weights of every kind, and runs the kernels that have a package for their
// name: each gives a result or an error that the engine states, the same with more threads.
func FuzzKernels(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 0, 0, 0, 0})
	f.Add([]byte{9, 3, 0, 1, 3, 1, 2, 4, 2, 0, 5, 3, 3, 2, 4, 5, 1, 5, 6, 7, 6, 7, 2})
	f.Add([]byte{12, 7, 0, 1, 0, 1, 2, 8, 2, 3, 9, 3, 0, 1, 4, 5, 2, 5, 6, 3, 6, 4, 3, 7, 7, 4})
	weights := []float64{
		1, 0, -1, 2.5, -0.1, math.NaN(), math.Inf(1), math.SmallestNonzeroFloat64, math.MaxFloat64, -math.MaxFloat64,
	}
	stated := []error{
		graph.ErrNegativeWeight, graph.ErrNotFinite, graph.ErrNode, graph.ErrParameter, graph.ErrLength,
		graph.ErrNoConvergence,
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 2 {
			data = append(data, 0, 0)
		}
		n := int(data[0] % 24)
		var ties []graphtest.Tie
		for at := 2; at+2 < len(data) && n > 0 && len(ties) < 200; at += 3 {
			ties = append(ties, graphtest.Tie{
				U: uint32(data[at]) % uint32(n), V: uint32(data[at+1]) % uint32(n),
				Weight: weights[int(data[at+2])%len(weights)],
			})
		}
		g := graphtest.Of(n, data[1]&1 != 0, data[1]&2 != 0, ties)
		for name, call := range kernelCalls(g) {
			if !strings.Contains(name, ".") && !strings.Contains(name, "map") && !strings.Contains(name, "Map") {
				continue
			}
			for _, threads := range []int{1, 3} {
				err := call(context.Background(), graph.Options{Threads: threads})
				known := err == nil
				for _, one := range stated {
					known = known || errors.Is(err, one)
				}
				if !known {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	})
}
