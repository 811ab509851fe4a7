package graph

import "context"

// What the tests of package graph_test need of the inside.

var SomeGraph = someGraph

// PathArithmetic is a search that only does arithmetic: it works on graphs that NewPathSearch would refuse.
func PathArithmetic(g *Graph, options PathOptions) *PathSearch {
	s := &PathSearch{graph: g, options: options, factor: options.HopFactor}
	if s.factor == 0 {
		s.factor = 1
	}
	return s
}

func (s *PathSearch) Zero() float64                    { return s.zero() }
func (s *PathSearch) Worst() float64                   { return s.worst() }
func (s *PathSearch) Step(key, weight float64) float64 { return s.step(key, weight) }
func (s *PathSearch) ValueOf(nodes []uint32) Route     { return s.route(nodes) }
func (s *PathSearch) SortRoutes(routes []Route)        { s.sortRoutes(routes) }
func (s *PathSearch) Measure() Measure                 { return s.options.Measure }

func (s *PathSearch) Find(ctx context.Context, source, target uint32, hops int) (Route, error) {
	return s.find(ctx, source, target, hops)
}

// ApproximateSteiner is the approximation alone, as for many groups.
func ApproximateSteiner(ctx context.Context, g *Graph, groups [][]uint32) (*SteinerTree, error) {
	return (&steiner{ctx: ctx, g: g, groups: groups}).approximate()
}

// HoldCompact does as if a view were being made compact, until release is called.
func HoldCompact(g *Graph) (release func()) {
	g.view.compacted.lock <- struct{}{}
	return func() { <-g.view.compacted.lock }
}
