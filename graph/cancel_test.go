package graph

import (
	"context"
	"errors"
	"testing"
	"time"
)

// kernelCalls runs every kernel of this half of the package once.
func kernelCalls(g *Graph) map[string]func(ctx context.Context, opts Options) error {
	n := g.N()
	group, numbers, half := make([]uint32, n), make([]float64, n), make([]float64, n)
	sets := make([][]uint32, n)
	for v := range n {
		group[v], numbers[v], half[v] = uint32(v%7), float64(v%11), 0.5
		sets[v] = g.Neighbors(uint32(v))
	}
	small := Of(30, true, false, []TestTie{{0, 1, 1}, {1, 2, 1}, {2, 0, 1}, {3, 1, 1}})
	other := Of(30, true, false, []TestTie{{0, 1, 1}, {4, 2, 1}, {2, 3, 1}})
	return map[string]func(ctx context.Context, opts Options) error{
		"Simple": func(ctx context.Context, opts Options) error { _, err := Simple(ctx, g, opts); return err },
		"KCore":  func(ctx context.Context, opts Options) error { _, err := KCore(ctx, g, opts); return err },
		"Triangles": func(ctx context.Context, opts Options) error {
			_, err := Triangles(ctx, g, opts)
			return err
		},
		"CountTriangles": func(ctx context.Context, opts Options) error {
			_, err := CountTriangles(ctx, g, opts)
			return err
		},
		"EdgeOverlap": func(ctx context.Context, opts Options) error {
			_, err := EdgeOverlap(ctx, g, opts)
			return err
		},
		"EdgeJaccard": func(ctx context.Context, opts Options) error {
			_, err := EdgeJaccard(ctx, g, opts)
			return err
		},
		"LocalBridges": func(ctx context.Context, opts Options) error {
			_, err := LocalBridges(ctx, g, opts)
			return err
		},
		"Constraint": func(ctx context.Context, opts Options) error { _, err := Constraint(ctx, g, opts); return err },
		"StructuralHoles": func(ctx context.Context, opts Options) error {
			_, err := StructuralHoles(ctx, g, opts)
			return err
		},
		"Betweenness": func(ctx context.Context, opts Options) error {
			_, err := Betweenness(ctx, g, opts)
			return err
		},
		"BetweennessSample": func(ctx context.Context, opts Options) error {
			_, err := BetweennessSample(ctx, g, SampleOptions{}, opts)
			return err
		},
		"Closeness": func(ctx context.Context, opts Options) error { _, err := Closeness(ctx, g, opts); return err },
		"HyperBall": func(ctx context.Context, opts Options) error {
			_, err := HyperBall(ctx, g, 6, 1, opts)
			return err
		},
		"PageRank": func(ctx context.Context, opts Options) error {
			_, err := PageRank(ctx, g, PageRankOptions{}, opts)
			return err
		},
		"EigenvectorCentrality": func(ctx context.Context, opts Options) error {
			_, err := EigenvectorCentrality(ctx, g, 0, opts)
			return err
		},
		"BonacichPower": func(ctx context.Context, opts Options) error {
			_, err := BonacichPower(ctx, g, 0.001, opts)
			return err
		},
		"Leiden": func(ctx context.Context, opts Options) error {
			_, err := Leiden(ctx, g, LeidenOptions{}, opts)
			return err
		},
		"Modularity": func(ctx context.Context, opts Options) error {
			_, err := Modularity(ctx, g, group, 1, opts)
			return err
		},
		"PredictLinks": func(ctx context.Context, opts Options) error {
			_, err := PredictLinks(ctx, g, group, AdamicAdar, 5, opts)
			return err
		},
		"MaxCoverage": func(ctx context.Context, opts Options) error {
			_, err := MaxCoverage(ctx, n, sets, CoverageOptions{Most: 20}, opts)
			return err
		},
		"MaxInfluence": func(ctx context.Context, opts Options) error {
			_, err := MaxInfluence(ctx, g, 3, CascadeOptions{Error: 0.4}, opts)
			return err
		},
		"Reach": func(ctx context.Context, opts Options) error {
			_, _, err := Reach(ctx, g, []uint32{1}, 50, CascadeOptions{}, opts)
			return err
		},
		"GroupSteinerTree": func(ctx context.Context, opts Options) error {
			_, err := GroupSteinerTree(ctx, g, [][]uint32{{1, 2}, {70}, {300, 301}, {500}}, opts)
			return err
		},
		"FriedkinJohnsen": func(ctx context.Context, opts Options) error {
			_, err := FriedkinJohnsen(ctx, g, numbers, half, 0, opts)
			return err
		},
		"MixingMatrix": func(ctx context.Context, opts Options) error {
			_, err := MixingMatrix(ctx, g, group, opts)
			return err
		},
		"NumericAssortativity": func(ctx context.Context, opts Options) error {
			_, err := NumericAssortativity(ctx, g, numbers, numbers, opts)
			return err
		},
		"DegreeAssortativity": func(ctx context.Context, opts Options) error {
			_, err := DegreeAssortativity(ctx, g, opts)
			return err
		},
		"EIIndex": func(ctx context.Context, opts Options) error {
			_, err := EIIndex(ctx, g, group, opts)
			return err
		},
		"Brokerage": func(ctx context.Context, opts Options) error {
			_, err := Brokerage(ctx, g, group, opts)
			return err
		},
		"QAPCorrelation": func(ctx context.Context, opts Options) error {
			_, err := QAPCorrelation(ctx, small, other, 50, 1, opts)
			return err
		},
		"MRQAP": func(ctx context.Context, opts Options) error {
			_, err := MRQAP(ctx, small, []*Graph{other}, 50, 1, opts)
			return err
		},
		"Rewire": func(ctx context.Context, opts Options) error { _, err := Rewire(ctx, g, 2, 1, opts); return err },
		"Layout": func(ctx context.Context, opts Options) error {
			_, err := Layout(ctx, g, LayoutOptions{Rounds: 5}, opts)
			return err
		},
	}
}

func TestKernelsStopWhenCancelled(t *testing.T) {
	for _, g := range []*Graph{Social(700, 4, 1), Of(0, false, false, nil), Of(1, true, false, nil)} {
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		for name, call := range kernelCalls(g) {
			for _, threads := range []int{1, 2} {
				// Too few nodes for the arguments is an error of its own.
				if err := call(cancelled, Options{Threads: threads}); !errors.Is(err, context.Canceled) &&
					!errors.Is(err, ErrNode) {
					t.Errorf("%s of %d nodes with %d threads: %v after cancelling", name, g.N(), threads, err)
				}
			}
		}
	}
}

func TestKernelsStopInTheMiddle(t *testing.T) {
	g := Social(20000, 10, 2)
	for name, call := range kernelCalls(g) {
		deadline, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		begin := time.Now()
		err := call(deadline, Options{Threads: 2})
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		// Generous, since machines are busy: what matters is that it does not run to its end.
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%s took %v to stop", name, took)
		}
	}
}

func TestProgressNeverFalls(t *testing.T) {
	g := Social(700, 4, 1)
	for name, call := range kernelCalls(g) {
		last, calls, busy := int64(0), 0, false
		err := call(context.Background(), Options{Threads: 3, Progress: func(done, total int64) {
			if busy {
				t.Errorf("%s: calls overlap", name)
			}
			busy = true
			if done < last || done > total {
				t.Errorf("%s: progress %d of %d after %d", name, done, total, last)
			}
			last = done
			calls++
			busy = false
		}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
