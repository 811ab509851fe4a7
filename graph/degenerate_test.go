package graph

import (
	"context"
	"errors"
	"math"
	"testing"
)

// queryCalls asks each search for the ways between the first and the last node.
func queryCalls(g *Graph) map[string]func(ctx context.Context, opts Options) error {
	last := uint32(max(g.N()-1, 0))
	paths := func(ask func(*PathSearch, context.Context) error, options PathOptions) func(
		context.Context, Options) error {
		return func(ctx context.Context, _ Options) error {
			search, err := NewPathSearch(g, options)
			if err != nil {
				return err
			}
			return ask(search, ctx)
		}
	}
	best := func(s *PathSearch, ctx context.Context) error { _, err := s.Best(ctx, 0, last); return err }
	return map[string]func(ctx context.Context, opts Options) error{
		"WeakComponents": func(ctx context.Context, opts Options) error {
			_, err := WeakComponents(ctx, g, opts)
			return err
		},
		"StrongComponents": func(ctx context.Context, opts Options) error {
			_, err := StrongComponents(ctx, g, opts)
			return err
		},
		"FindCuts": func(ctx context.Context, opts Options) error { _, err := FindCuts(ctx, g, opts); return err },
		"FindBridges": func(ctx context.Context, opts Options) error {
			_, err := FindBridges(ctx, g, opts)
			return err
		},
		"Distances": func(ctx context.Context, opts Options) error { _, err := Distances(ctx, g, opts, 0); return err },
		"PairSearch": func(ctx context.Context, _ Options) error {
			_, err := NewPairSearch(g).Path(ctx, 0, last)
			return err
		},
		"BestValues": func(ctx context.Context, opts Options) error {
			_, err := BestValues(ctx, g, 0, PathOptions{Measure: Length}, opts)
			return err
		},
		"Best by strength": paths(best, PathOptions{}),
		"Best by length":   paths(best, PathOptions{Measure: Length}),
		"Within": paths(func(s *PathSearch, ctx context.Context) error {
			_, err := s.Within(ctx, 0, last, 4)
			return err
		}, PathOptions{Measure: Length}),
		"Alternatives": paths(func(s *PathSearch, ctx context.Context) error {
			_, err := s.Alternatives(ctx, 0, last, 3, 0)
			return err
		}, PathOptions{Measure: Length}),
		"Disjoint": paths(func(s *PathSearch, ctx context.Context) error {
			_, err := s.Disjoint(ctx, 0, last, 2, ApartNodes)
			return err
		}, PathOptions{Measure: Length}),
		"PushSearch": func(ctx context.Context, _ Options) error {
			search, err := NewPushSearch(g)
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
	stated := []error{ErrNegativeWeight, ErrNotFinite, ErrNode, ErrParameter, ErrLength, ErrNoConvergence}
	weighted := func(w ...float32) *Graph {
		var ties []TestTie
		for i, x := range w {
			ties = append(ties, TestTie{uint32(i), uint32(i + 1), x}, TestTie{uint32(i), uint32(i+2) % uint32(len(w)+1), x})
		}
		return Of(len(w)+1, false, true, ties)
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	broken := map[string]*Graph{
		"not a number": weighted(1, nan, 2, 1), "infinite": weighted(1, inf, 2, 1), "below zero": weighted(1, -2, 2, 1),
	}
	graphs := map[string]*Graph{
		"no nodes":          Of(0, false, false, nil),
		"no nodes, arcs":    Of(0, true, true, nil),
		"zero value":        {},
		"one node":          Of(1, false, false, nil),
		"one loop":          Of(1, false, true, []TestTie{{0, 0, 3}}),
		"one loop, arc":     Of(1, true, false, []TestTie{{0, 0, 1}}),
		"no edges":          Of(800, false, false, nil),
		"one edge":          Of(2, false, false, []TestTie{{0, 1, 1}}),
		"one arc":           Of(2, true, true, []TestTie{{0, 1, 1}}),
		"disconnected":      Of(6, false, true, []TestTie{{0, 1, 1}, {1, 2, 1}, {3, 4, 1}}),
		"only zeros":        weighted(0, 0, 0, 0),
		"a zero":            weighted(1, 0, 2, 1),
		"huge and tiny":     weighted(math.MaxFloat32, math.SmallestNonzeroFloat32, 1, math.MaxFloat32),
		"loops everywhere":  Of(3, false, true, []TestTie{{0, 0, 1}, {1, 1, 1}, {2, 2, 1}, {0, 1, 1}, {1, 2, 1}}),
		"arcs and sinks":    Of(4, true, true, []TestTie{{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}),
		"the same edge ten": Of(2, false, true, []TestTie{{0, 1, 1}, {0, 1, 1}, {1, 0, 1}, {0, 1, 1}}),
	}
	for name, g := range broken {
		graphs[name] = g
	}
	refused := 0
	for name, g := range graphs {
		for _, calls := range []map[string]func(context.Context, Options) error{kernelCalls(g), queryCalls(g)} {
			for kernel, call := range calls {
				for _, threads := range []int{1, 2} {
					err := call(context.Background(), Options{Threads: threads})
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
	for kernel, want := range map[string]map[string]error{
		"Constraint": {"not a number": ErrNotFinite, "infinite": ErrNotFinite, "below zero": ErrNegativeWeight},
		"PageRank":   {"not a number": ErrNotFinite, "infinite": ErrNotFinite, "below zero": ErrNegativeWeight},
		"Leiden":     {"not a number": ErrNotFinite, "infinite": ErrNotFinite, "below zero": ErrNegativeWeight},
		"BestValues": {"not a number": ErrNotFinite, "infinite": ErrNotFinite, "below zero": ErrNegativeWeight},
	} {
		for name, wanted := range want {
			call := kernelCalls(broken[name])[kernel]
			if call == nil {
				call = queryCalls(broken[name])[kernel]
			}
			if err := call(context.Background(), Options{}); !errors.Is(err, wanted) {
				t.Errorf("%s on a graph with a weight that is %s: %v, want %v", kernel, name, err, wanted)
			}
		}
	}
}
