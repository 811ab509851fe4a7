package graph_test

import (
	"context"
	"errors"
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

// kernelCalls runs every kernel of this half of the package once.
func kernelCalls(g *graph.Graph) map[string]func(ctx context.Context, opts graph.Options) error {
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
	return map[string]func(ctx context.Context, opts graph.Options) error{
		"Simple": func(
			ctx context.Context, opts graph.Options,
		) error {
			_, err := graph.Simple(ctx, g, opts)
			return err
		},
		"ego.All": func(ctx context.Context, opts graph.Options) error {
			_, err := ego.All(ctx, g, opts)
			return err
		},
		"equivalence.Profiles": func(ctx context.Context, opts graph.Options) error {
			_, err := equivalence.Profiles(ctx, dense, equivalence.Correlation, opts)
			return err
		},
		"equivalence.Concor": func(ctx context.Context, opts graph.Options) error {
			_, err := equivalence.Concor(ctx, small, 2, opts)
			return err
		},
		"equivalence.Regular": func(ctx context.Context, opts graph.Options) error {
			_, err := equivalence.Regular(ctx, g, group, opts)
			return err
		},
		"equivalence.Equitable": func(ctx context.Context, opts graph.Options) error {
			_, err := equivalence.Equitable(ctx, g, group, opts)
			return err
		},
		"signed.Balance": func(ctx context.Context, opts graph.Options) error {
			_, err := signed.Balance(ctx, g, opts)
			return err
		},
		"signed.Frustration": func(ctx context.Context, opts graph.Options) error {
			_, err := signed.Frustration(ctx, g, signed.FrustrationOptions{}, opts)
			return err
		},
		"signed.Modularity": func(ctx context.Context, opts graph.Options) error {
			_, err := signed.Modularity(ctx, g, group, 1, opts)
			return err
		},
		"signed.Communities": func(ctx context.Context, opts graph.Options) error {
			_, err := signed.Communities(ctx, g, signed.CommunityOptions{}, opts)
			return err
		},
		"cliques.Maximal": func(ctx context.Context, opts graph.Options) error {
			err := cliques.Maximal(ctx, g, 3, func([]uint32) bool { return true }, opts)
			return err
		},
		"cliques.Percolation": func(ctx context.Context, opts graph.Options) error {
			_, err := cliques.Percolation(ctx, g, 3, opts)
			return err
		},
		"Infomap": func(ctx context.Context, opts graph.Options) error {
			_, err := community.Infomap(ctx, g, community.InfomapOptions{Starts: 2}, opts)
			return err
		},
		"MapEquation": func(ctx context.Context, opts graph.Options) error {
			_, err := community.MapEquation(ctx, g, group, community.InfomapOptions{}, opts)
			return err
		},
		"multilayer.Participation": func(ctx context.Context, opts graph.Options) error {
			_, err := multilayer.Participation(ctx, layers, opts)
			return err
		},
		"multilayer.Compare": func(ctx context.Context, opts graph.Options) error {
			_, err := multilayer.Compare(ctx, layers, opts)
			return err
		},
		"multilayer.PageRank": func(ctx context.Context, opts graph.Options) error {
			_, err := multilayer.PageRank(ctx, layers, multilayer.RankOptions{}, opts)
			return err
		},
		"blocks.Length": func(ctx context.Context, opts graph.Options) error {
			_, err := blocks.Length(ctx, g, group, opts)
			return err
		},
		"blocks.Fit": func(ctx context.Context, opts graph.Options) error {
			_, err := blocks.Fit(ctx, g, blocks.FitOptions{Starts: 2}, opts)
			return err
		},
		"prediction.Try": func(ctx context.Context, opts graph.Options) error {
			after, params := graphtest.Social(dense.N(), 3, 8), prediction.TrialOptions{Draws: 10}
			_, err := prediction.Try(ctx, dense, after, prediction.AdamicAdar, params, opts)
			return err
		},
		"KCore": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.KCore(ctx, g, opts)
			return err
		},
		"Triangles": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.Triangles(ctx, g, opts)
			return err
		},
		"CountTriangles": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.CountTriangles(ctx, g, opts)
			return err
		},
		"EdgeOverlap": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.EdgeOverlap(ctx, g, opts)
			return err
		},
		"EdgeJaccard": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.EdgeJaccard(ctx, g, opts)
			return err
		},
		"LocalBridges": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.LocalBridges(ctx, g, opts)
			return err
		},
		"Constraint": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.Constraint(ctx, g, opts)
			return err
		},
		"StructuralHoles": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.StructuralHoles(ctx, g, opts)
			return err
		},
		"Betweenness": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.Betweenness(ctx, g, opts)
			return err
		},
		"BetweennessOfLengths": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.BetweennessOfLengths(ctx, g, opts)
			return err
		},
		"TriadCensus": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.TriadCensus(ctx, g, opts)
			return err
		},
		"BetweennessSample": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.BetweennessSample(ctx, g, centrality.SampleOptions{}, opts)
			return err
		},
		"Closeness": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.Closeness(ctx, g, opts)
			return err
		},
		"HyperBall": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.HyperBall(ctx, g, 6, 1, opts)
			return err
		},
		"PageRank": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.PageRank(ctx, g, centrality.PageRankOptions{}, opts)
			return err
		},
		"EigenvectorCentrality": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.EigenvectorCentrality(ctx, g, 0, opts)
			return err
		},
		"BonacichPower": func(ctx context.Context, opts graph.Options) error {
			_, err := centrality.BonacichPower(ctx, g, 0.001, opts)
			return err
		},
		"Leiden": func(ctx context.Context, opts graph.Options) error {
			_, err := community.Leiden(ctx, g, community.LeidenOptions{}, opts)
			return err
		},
		"Modularity": func(ctx context.Context, opts graph.Options) error {
			_, err := community.Modularity(ctx, g, group, 1, opts)
			return err
		},
		"PredictLinks": func(ctx context.Context, opts graph.Options) error {
			_, err := prediction.PredictLinks(ctx, g, group, prediction.AdamicAdar, 5, opts)
			return err
		},
		"MaxCoverage": func(ctx context.Context, opts graph.Options) error {
			_, err := influence.MaxCoverage(ctx, n, sets, influence.CoverageOptions{Most: 20}, opts)
			return err
		},
		"MaxInfluence": func(ctx context.Context, opts graph.Options) error {
			_, err := influence.MaxInfluence(ctx, g, 3, influence.CascadeOptions{Error: 0.4}, opts)
			return err
		},
		"Reach": func(ctx context.Context, opts graph.Options) error {
			_, _, err := influence.Reach(ctx, g, []uint32{1}, 50, influence.CascadeOptions{}, opts)
			return err
		},
		"GroupSteinerTree": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.GroupSteinerTree(ctx, g, [][]uint32{{1, 2}, {70}, {300, 301}, {500}}, opts)
			return err
		},
		"FriedkinJohnsen": func(ctx context.Context, opts graph.Options) error {
			_, err := influence.FriedkinJohnsen(ctx, g, numbers, half, 0, opts)
			return err
		},
		"MixingMatrix": func(ctx context.Context, opts graph.Options) error {
			_, err := community.MixingMatrix(ctx, g, group, opts)
			return err
		},
		"NumericAssortativity": func(ctx context.Context, opts graph.Options) error {
			_, err := community.NumericAssortativity(ctx, g, numbers, numbers, opts)
			return err
		},
		"DegreeAssortativity": func(ctx context.Context, opts graph.Options) error {
			_, err := community.DegreeAssortativity(ctx, g, opts)
			return err
		},
		"EIIndex": func(ctx context.Context, opts graph.Options) error {
			_, err := community.EIIndex(ctx, g, group, opts)
			return err
		},
		"Brokerage": func(ctx context.Context, opts graph.Options) error {
			_, err := cohesion.Brokerage(ctx, g, group, opts)
			return err
		},
		"QAPCorrelation": func(ctx context.Context, opts graph.Options) error {
			_, err := inference.QAPCorrelation(ctx, small, other, 50, 1, opts)
			return err
		},
		"MRQAP": func(ctx context.Context, opts graph.Options) error {
			_, err := inference.MRQAP(ctx, small, []*graph.Graph{other}, 50, 1, opts)
			return err
		},
		"Rewire": func(ctx context.Context, opts graph.Options) error {
			_, err := inference.Rewire(ctx, g, 2, 1, opts)
			return err
		},
		"Layout": func(ctx context.Context, opts graph.Options) error {
			_, err := layout.Layout(ctx, g, layout.LayoutOptions{Rounds: 5}, opts)
			return err
		},
		"NeighborhoodPreservation": func(ctx context.Context, opts graph.Options) error {
			_, err := layout.NeighborhoodPreservation(ctx, g, places, layout.MeasureOptions{Steps: 2}, opts)
			return err
		},
		"Stress": func(ctx context.Context, opts graph.Options) error {
			_, err := layout.Stress(ctx, g, places, layout.MeasureOptions{}, opts)
			return err
		},
	}
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
