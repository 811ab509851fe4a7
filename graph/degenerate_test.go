package graph_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/internal/graphtest"
)

// queryCalls asks each search for the ways between the first and the last node.
func queryCalls(g *graph.Graph) map[string]func(ctx context.Context, opts graph.Options) error {
	last := uint32(max(g.N()-1, 0))
	paths := func(ask func(*graph.PathSearch, context.Context) error, options graph.PathOptions) func(
		context.Context, graph.Options) error {
		return func(ctx context.Context, _ graph.Options) error {
			search, err := graph.NewPathSearch(g, options)
			if err != nil {
				return err
			}
			return ask(search, ctx)
		}
	}
	best := func(s *graph.PathSearch, ctx context.Context) error { _, err := s.Best(ctx, 0, last); return err }
	return map[string]func(ctx context.Context, opts graph.Options) error{
		"WeakComponents": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.WeakComponents(ctx, g, opts)
			return err
		},
		"StrongComponents": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.StrongComponents(ctx, g, opts)
			return err
		},
		"FindCuts": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.FindCuts(ctx, g, opts)
			return err
		},
		"FindBridges": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.FindBridges(ctx, g, opts)
			return err
		},
		"Distances": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.Distances(ctx, g, opts, 0)
			return err
		},
		"PairSearch": func(ctx context.Context, _ graph.Options) error {
			_, err := graph.NewPairSearch(g).Path(ctx, 0, last)
			return err
		},
		"BestValues": func(ctx context.Context, opts graph.Options) error {
			_, err := graph.BestValues(ctx, g, 0, graph.PathOptions{Measure: graph.Length}, opts)
			return err
		},
		"Best by strength": paths(best, graph.PathOptions{}),
		"Best by length":   paths(best, graph.PathOptions{Measure: graph.Length}),
		"Within": paths(func(s *graph.PathSearch, ctx context.Context) error {
			_, err := s.Within(ctx, 0, last, 4)
			return err
		}, graph.PathOptions{Measure: graph.Length}),
		"Alternatives": paths(func(s *graph.PathSearch, ctx context.Context) error {
			_, err := s.Alternatives(ctx, 0, last, 3, 0)
			return err
		}, graph.PathOptions{Measure: graph.Length}),
		"Disjoint": paths(func(s *graph.PathSearch, ctx context.Context) error {
			_, err := s.Disjoint(ctx, 0, last, 2, graph.ApartNodes)
			return err
		}, graph.PathOptions{Measure: graph.Length}),
		"PushSearch": func(ctx context.Context, _ graph.Options) error {
			search, err := centrality.NewPushSearch(g)
			if err != nil {
				return err
			}
			_, err = search.From(ctx, 0, 0.85, 1e-6)
			return err
		},
	}
}

// Whatever the graph is, a kernel gives a result or one of the errors that the package states; it does not panic and it
// ends.
func TestKernelsOnDegenerateGraphs(t *testing.T) {
	stated := []error{
		graph.ErrNegativeWeight, graph.ErrNotFinite, graph.ErrNode, graph.ErrParameter, graph.ErrLength,
		graph.ErrNoConvergence,
	}
	weighted := func(w ...float64) *graph.Graph {
		var ties []graphtest.Tie
		for i, x := range w {
			ties = append(
				ties, graphtest.Tie{U: uint32(i), V: uint32(i + 1), Weight: x},
				graphtest.Tie{U: uint32(i), V: uint32(i+2) % uint32(len(w)+1), Weight: x},
			)
		}
		return graphtest.Of(len(w)+1, false, true, ties)
	}
	nan, inf := float64(math.NaN()), float64(math.Inf(1))
	broken := map[string]*graph.Graph{
		"not a number": weighted(1, nan, 2, 1), "infinite": weighted(1, inf, 2, 1), "below zero": weighted(1, -2, 2, 1),
	}
	graphs := map[string]*graph.Graph{
		"no nodes":       graphtest.Of(0, false, false, nil),
		"no nodes, arcs": graphtest.Of(0, true, true, nil),
		"zero value":     {},
		"one node":       graphtest.Of(1, false, false, nil),
		"one loop":       graphtest.Of(1, false, true, []graphtest.Tie{{U: 0, V: 0, Weight: 3}}),
		"one loop, arc":  graphtest.Of(1, true, false, []graphtest.Tie{{U: 0, V: 0, Weight: 1}}),
		"no edges":       graphtest.Of(800, false, false, nil),
		"one edge":       graphtest.Of(2, false, false, []graphtest.Tie{{U: 0, V: 1, Weight: 1}}),
		"one arc":        graphtest.Of(2, true, true, []graphtest.Tie{{U: 0, V: 1, Weight: 1}}),
		"disconnected": graphtest.Of(6, false, true, []graphtest.Tie{
			{U: 0, V: 1, Weight: 1},
			{U: 1, V: 2, Weight: 1},
			{U: 3, V: 4, Weight: 1},
		}),
		"only zeros":    weighted(0, 0, 0, 0),
		"a zero":        weighted(1, 0, 2, 1),
		"huge and tiny": weighted(math.MaxFloat32, math.SmallestNonzeroFloat32, 1, math.MaxFloat32),
		"loops everywhere": graphtest.Of(3, false, true, []graphtest.Tie{
			{U: 0, V: 0, Weight: 1},
			{U: 1, V: 1, Weight: 1},
			{U: 2, V: 2, Weight: 1},
			{U: 0, V: 1, Weight: 1},
			{U: 1, V: 2, Weight: 1},
		}),
		"arcs and sinks": graphtest.Of(4, true, true, []graphtest.Tie{
			{U: 0, V: 1, Weight: 1},
			{U: 0, V: 2, Weight: 1},
			{U: 0, V: 3, Weight: 1},
		}),
		"the same edge ten": graphtest.Of(2, false, true, []graphtest.Tie{
			{U: 0, V: 1, Weight: 1},
			{U: 0, V: 1, Weight: 1},
			{U: 1, V: 0, Weight: 1},
			{U: 0, V: 1, Weight: 1},
		}),
	}
	for name, g := range broken {
		graphs[name] = g
	}
	refused := 0
	for name, g := range graphs {
		for _, calls := range []map[string]func(context.Context, graph.Options) error{kernelCalls(g), queryCalls(g)} {
			for kernel, call := range calls {
				for _, threads := range []int{1, 2} {
					err := call(context.Background(), graph.Options{Threads: threads})
					known := err == nil
					for _, one := range stated {
						known = known || errors.Is(err, one)
					}
					if !known {
						t.Errorf("%s on %s: %v", kernel, name, err)
					}
					if _, bad := broken[name]; bad && err != nil {
						refused++
					}
				}
			}
		}
	}
	if refused < 3*2*10 {
		t.Errorf("only %d calls refused weights that mean nothing", refused)
	}
	// What measures the weights says which weights it cannot take.
	refusals := map[string]error{
		"not a number": graph.ErrNotFinite, "infinite": graph.ErrNotFinite, "below zero": graph.ErrNegativeWeight,
	}
	for _, kernel := range []string{"Constraint", "PageRank", "Leiden", "BestValues"} {
		for name, wanted := range refusals {
			call := kernelCalls(broken[name])[kernel]
			if call == nil {
				call = queryCalls(broken[name])[kernel]
			}
			if err := call(context.Background(), graph.Options{}); !errors.Is(err, wanted) {
				t.Errorf("%s on a graph with a weight that is %s: %v, want %v", kernel, name, err, wanted)
			}
		}
	}
}
