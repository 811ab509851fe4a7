package graph_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/blocks"
	"gave.network/graph/centrality"
	"gave.network/graph/cliques"
	"gave.network/graph/cohesion"
	"gave.network/graph/community"
	"gave.network/graph/ego"
	"gave.network/graph/equivalence"
	"gave.network/graph/inference"
	"gave.network/graph/influence"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/layout"
	"gave.network/graph/multilayer"
	"gave.network/graph/prediction"
	"gave.network/graph/signed"
)

// kernelResults runs every kernel of this half of the package once.
func kernelResults(g *graph.Graph) map[string]func(ctx context.Context, opts graph.Options) (any, error) {
	n := g.N()
	group, numbers, half := make([]uint32, n), make([]float64, n), make([]float64, n)
	sets := make([][]uint32, n)
	for v := range n {
		group[v], numbers[v], half[v] = uint32(v%7), float64(v%11), 0.5
		sets[v] = g.Neighbors(uint32(v))
	}
	small := graphtest.Of(30, true, false, []graphtest.Tie{
		{U: 0, V: 1, Weight: 1},
		{U: 1, V: 2, Weight: 1},
		{U: 2, V: 0, Weight: 1},
		{U: 3, V: 1, Weight: 1},
	})
	other := graphtest.Of(30, true, false, []graphtest.Tie{
		{U: 0, V: 1, Weight: 1},
		{U: 4, V: 2, Weight: 1},
		{U: 2, V: 3, Weight: 1},
	})
	layers := graph.NewMultilayer(n)
	for _, name := range []string{"one", "two"} {
		if err := layers.Add(name, g); err != nil {
			panic(err)
		}
	}
	places := make([]layout.Point, n)
	for v := range places {
		places[v] = layout.Point{X: float64(v), Y: float64(v % 7)}
	}
	dense := g // for what has a value for each pair
	if n > 3000 {
		dense = graphtest.Social(3000, 10, 3)
	}
	return map[string]func(ctx context.Context, opts graph.Options) (any, error){
		"Simple": func(
			ctx context.Context, opts graph.Options,
		) (any, error) {
			got, err := graph.Simple(ctx, g, opts)
			return got, err
		},
		"ego.All": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := ego.All(ctx, g, opts)
			return got, err
		},
		"equivalence.Profiles": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := equivalence.Profiles(ctx, dense, equivalence.Correlation, opts)
			return got, err
		},
		"equivalence.Concor": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := equivalence.Concor(ctx, small, 2, opts)
			return got, err
		},
		"equivalence.Regular": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := equivalence.Regular(ctx, g, group, opts)
			return got, err
		},
		"equivalence.Equitable": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := equivalence.Equitable(ctx, g, group, opts)
			return got, err
		},
		"signed.Balance": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := signed.Balance(ctx, g, opts)
			return got, err
		},
		"signed.Frustration": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := signed.Frustration(ctx, g, signed.FrustrationOptions{}, opts)
			return got, err
		},
		"signed.Modularity": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := signed.Modularity(ctx, g, group, 1, opts)
			return got, err
		},
		"signed.Communities": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := signed.Communities(ctx, g, signed.CommunityOptions{}, opts)
			return got, err
		},
		"cliques.Maximal": func(ctx context.Context, opts graph.Options) (any, error) {
			var got [][]uint32
			err := cliques.Maximal(ctx, g, 3, func(c []uint32) bool {
				got = append(got, slices.Clone(c))
				return true
			}, opts)
			return got, err
		},
		"cliques.Percolation": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cliques.Percolation(ctx, g, 3, opts)
			return got, err
		},
		"Infomap": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.Infomap(ctx, g, community.InfomapOptions{Starts: 2}, opts)
			return got, err
		},
		"MapEquation": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.MapEquation(ctx, g, group, community.InfomapOptions{}, opts)
			return got, err
		},
		"multilayer.Participation": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := multilayer.Participation(ctx, layers, opts)
			return got, err
		},
		"multilayer.Compare": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := multilayer.Compare(ctx, layers, opts)
			return got, err
		},
		"multilayer.PageRank": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := multilayer.PageRank(ctx, layers, multilayer.RankOptions{}, opts)
			return got, err
		},
		"blocks.Length": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := blocks.Length(ctx, g, group, opts)
			return got, err
		},
		"blocks.Fit": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := blocks.Fit(ctx, g, blocks.FitOptions{Starts: 2}, opts)
			return got, err
		},
		"prediction.Try": func(ctx context.Context, opts graph.Options) (any, error) {
			after, params := graphtest.Social(dense.N(), 3, 8), prediction.TrialOptions{Draws: 10}
			got, err := prediction.Try(ctx, dense, after, prediction.AdamicAdar, params, opts)
			return got, err
		},
		"KCore": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.KCore(ctx, g, opts)
			return got, err
		},
		"Triangles": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.Triangles(ctx, g, opts)
			return got, err
		},
		"CountTriangles": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.CountTriangles(ctx, g, opts)
			return got, err
		},
		"EdgeOverlap": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.EdgeOverlap(ctx, g, opts)
			return got, err
		},
		"EdgeJaccard": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.EdgeJaccard(ctx, g, opts)
			return got, err
		},
		"LocalBridges": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.LocalBridges(ctx, g, opts)
			return got, err
		},
		"Constraint": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.Constraint(ctx, g, opts)
			return got, err
		},
		"StructuralHoles": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.StructuralHoles(ctx, g, opts)
			return got, err
		},
		"Betweenness": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.Betweenness(ctx, g, opts)
			return got, err
		},
		"BetweennessOfLengths": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.BetweennessOfLengths(ctx, g, opts)
			return got, err
		},
		"TriadCensus": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.TriadCensus(ctx, g, opts)
			return got, err
		},
		"BetweennessSample": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.BetweennessSample(ctx, g, centrality.SampleOptions{}, opts)
			return got, err
		},
		"Closeness": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.Closeness(ctx, g, opts)
			return got, err
		},
		"HyperBall": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.HyperBall(ctx, g, 6, 1, opts)
			return got, err
		},
		"PageRank": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.PageRank(ctx, g, centrality.PageRankOptions{}, opts)
			return got, err
		},
		"EigenvectorCentrality": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.EigenvectorCentrality(ctx, g, 0, opts)
			return got, err
		},
		"BonacichPower": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := centrality.BonacichPower(ctx, g, 0.001, opts)
			return got, err
		},
		"Leiden": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.Leiden(ctx, g, community.LeidenOptions{}, opts)
			return got, err
		},
		"Modularity": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.Modularity(ctx, g, group, 1, opts)
			return got, err
		},
		"PredictLinks": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := prediction.PredictLinks(ctx, g, group, prediction.AdamicAdar, 5, opts)
			return got, err
		},
		"MaxCoverage": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := influence.MaxCoverage(ctx, n, sets, influence.CoverageOptions{Most: 20}, opts)
			return got, err
		},
		"MaxInfluence": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := influence.MaxInfluence(ctx, g, 3, influence.CascadeOptions{Error: 0.4}, opts)
			return got, err
		},
		"Reach": func(ctx context.Context, opts graph.Options) (any, error) {
			mean, spread, err := influence.Reach(ctx, g, []uint32{1}, 50, influence.CascadeOptions{}, opts)
			return [2]float64{mean, spread}, err
		},
		"GroupSteinerTree": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := graph.GroupSteinerTree(ctx, g, [][]uint32{{1, 2}, {70}, {300, 301}, {500}}, opts)
			return got, err
		},
		"FriedkinJohnsen": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := influence.FriedkinJohnsen(ctx, g, numbers, half, 0, opts)
			return got, err
		},
		"MixingMatrix": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.MixingMatrix(ctx, g, group, opts)
			return got, err
		},
		"NumericAssortativity": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.NumericAssortativity(ctx, g, numbers, numbers, opts)
			return got, err
		},
		"DegreeAssortativity": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.DegreeAssortativity(ctx, g, opts)
			return got, err
		},
		"EIIndex": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := community.EIIndex(ctx, g, group, opts)
			return got, err
		},
		"Brokerage": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := cohesion.Brokerage(ctx, g, group, opts)
			return got, err
		},
		"QAPCorrelation": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := inference.QAPCorrelation(ctx, small, other, 50, 1, opts)
			return got, err
		},
		"MRQAP": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := inference.MRQAP(ctx, small, []*graph.Graph{other}, 50, 1, opts)
			return got, err
		},
		"Rewire": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := inference.Rewire(ctx, g, 2, 1, opts)
			return got, err
		},
		"Layout": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := layout.Layout(ctx, g, layout.LayoutOptions{Rounds: 5}, opts)
			return got, err
		},
		"NeighborhoodPreservation": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := layout.NeighborhoodPreservation(ctx, g, places, layout.MeasureOptions{Steps: 2}, opts)
			return got, err
		},
		"Stress": func(ctx context.Context, opts graph.Options) (any, error) {
			got, err := layout.Stress(ctx, g, places, layout.MeasureOptions{}, opts)
			return got, err
		},
	}
}

// kernelCalls is kernelResults without the results.
func kernelCalls(g *graph.Graph) map[string]func(ctx context.Context, opts graph.Options) error {
	calls := map[string]func(ctx context.Context, opts graph.Options) error{}
	for name, call := range kernelResults(g) {
		calls[name] = func(ctx context.Context, opts graph.Options) error {
			_, err := call(ctx, opts)
			return err
		}
	}
	return calls
}

func TestKernelsStopWhenCancelled(t *testing.T) {
	for _, g := range []*graph.Graph{
		graphtest.Social(700, 4, 1), graphtest.Of(0, false, false, nil), graphtest.Of(1, true, false, nil),
	} {
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		for name, call := range kernelCalls(g) {
			for _, threads := range []int{1, 2} {
				// Too few nodes for the arguments is an error of its own.
				if err := call(cancelled, graph.Options{Threads: threads}); !errors.Is(err, context.Canceled) &&
					!errors.Is(err, graph.ErrNode) {
					t.Errorf("%s of %d nodes with %d threads: %v after cancelling", name, g.N(), threads, err)
				}
			}
		}
	}
}

func TestKernelsStopInTheMiddle(t *testing.T) {
	g := graphtest.Social(20000, 10, 2)
	for name, call := range kernelCalls(g) {
		deadline, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		begin := time.Now()
		err := call(deadline, graph.Options{Threads: 2})
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
	g := graphtest.Social(700, 4, 1)
	for name, call := range kernelCalls(g) {
		last, calls, busy := int64(0), 0, false
		err := call(context.Background(), graph.Options{Threads: 3, Progress: func(done, total int64) {
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

// endsLater is a context that ends after so many looks at it.
type endsLater struct {
	context.Context
	looks int
}

func (e *endsLater) Err() error {
	if e.looks--; e.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Who breaks a check of a graph off, at any moment, is not told that it is damaged.
func TestVerifyBrokenOff(t *testing.T) {
	g := graphtest.Of(3, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: 2}})
	for looks := range 4 {
		err := g.Verify(&endsLater{context.Background(), looks}, graph.Options{Threads: 1})
		if !errors.Is(err, context.Canceled) || errors.Is(err, graph.ErrDamaged) {
			t.Errorf("after %d looks: %v", looks, err)
		}
	}
}
