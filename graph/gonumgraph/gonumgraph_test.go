package gonumgraph

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// gonum's algorithms on the views give what the engine's own kernels give.
func TestGonumOnTheViews(t *testing.T) {
	graphtest.EachKind(t, 30, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		if n == 0 {
			return
		}
		directed := AsDirected(g)
		source := uint32(r.Below(uint64(n)))
		want, err := graph.BestValues(
			context.Background(), g, source, graph.PathOptions{Measure: graph.Length}, graph.Options{},
		)
		if err != nil {
			t.Fatal(err)
		}
		shortest := path.DijkstraFrom(directed.Node(int64(source)), directed)
		for v, length := range want {
			if got := shortest.WeightTo(int64(v)); got != length && !(math.Abs(got-length) <= 1e-6) {
				t.Errorf("from %d to %d gonum finds %v, want %v", source, v, got, length)
			}
		}
		strong, err := graph.StrongComponents(context.Background(), g, graph.Options{})
		if err != nil || len(topo.TarjanSCC(directed)) != strong.Count() {
			t.Errorf("%v, %v", strong, err)
		}
		checkView(t, g, directed)
		undirected, err := AsUndirected(g)
		if g.Directed() {
			if !errors.Is(err, graph.ErrParameter) {
				t.Error(err)
			}
			return
		}
		parts, err2 := graph.WeakComponents(context.Background(), g, graph.Options{})
		if err := errors.Join(err, err2); err != nil || len(topo.ConnectedComponents(undirected)) != parts.Count() {
			t.Errorf("%v, %v", parts, err)
		}
		for u := range int64(n) {
			for v := range int64(n) {
				edge := undirected.EdgeBetween(u, v)
				if (edge != nil) != g.HasEdge(uint32(u), uint32(v)) ||
					(undirected.WeightedEdgeBetween(u, v) != nil) != (edge != nil) {
					t.Errorf("%d-%d is %v", u, v, edge)
				}
				if edge != nil && edge.ReversedEdge().From().ID() != v {
					t.Error(edge)
				}
			}
		}
	})
	kite := graphtest.Kite()
	undirected, err := AsUndirected(kite)
	if err != nil {
		t.Fatal(err)
	}
	want, err := centrality.Betweenness(context.Background(), kite, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for v, x := range network.Betweenness(undirected) {
		if !(math.Abs(x/2-want[v]) <= 1e-12) { // gonum counts each pair twice
			t.Errorf("betweenness of %d is %v, want %v", v, x/2, want[v])
		}
	}
}

func checkView(t *testing.T, g *graph.Graph, d Directed) {
	t.Helper()
	all := gonum.NodesOf(d.Nodes())
	if len(all) != g.N() || d.Node(-1) != nil || d.Node(int64(g.N())) != nil || d.From(-1).Len() != 0 ||
		d.Edge(0, int64(g.N())) != nil || d.HasEdgeFromTo(-1, 0) || d.HasEdgeBetween(0, -1) {
		t.Error("nodes that are not there")
	}
	for _, v := range all {
		nodes := d.To(v.ID())
		list := gonum.NodesOf(nodes)
		nodes.Reset()
		if len(list) != g.InDegree(uint32(v.ID())) || nodes.Len() != len(list) {
			t.Errorf("%d nodes lead to %d", len(list), v.ID())
		}
		for _, u := range list {
			weight, ok := d.Weight(u.ID(), v.ID())
			real, found := g.Weight(uint32(u.ID()), uint32(v.ID()))
			if !ok || !found || weight != real || !d.HasEdgeFromTo(u.ID(), v.ID()) ||
				!d.HasEdgeBetween(v.ID(), u.ID()) {
				t.Errorf("%d-%d: %v, want %v", u.ID(), v.ID(), weight, real)
			}
		}
	}
}

// What is taken over from a view, and from gonum's own graphs, is the graph again.
func TestCopy(t *testing.T) {
	graphtest.EachKind(t, 30, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		var from gonum.Graph = AsDirected(g)
		if !g.Directed() {
			from, _ = AsUndirected(g)
		}
		back, ids, err := Copy(
			context.Background(), from, graph.BuildOptions{Weights64: true, KeepLoops: true}, graph.Options{},
		)
		if err != nil || len(ids) != g.N() || back.M() != g.M() || back.Directed() != g.Directed() {
			t.Fatal(back, err)
		}
		g.Edges(func(u, v uint32, weight float64) bool {
			if got, found := back.Weight(u, v); !found || got != weight {
				t.Errorf("%d-%d weighs %v, want %v", u, v, got, weight)
			}
			return true
		})
	})
	own := simple.NewUndirectedGraph()
	own.SetEdge(own.NewEdge(simple.Node(40), simple.Node(7)))
	own.AddNode(simple.Node(-3))
	g, ids, err := Copy(context.Background(), own, graph.BuildOptions{}, graph.Options{})
	if err != nil || !slices.Equal(ids, []int64{-3, 7, 40}) || g.M() != 1 || !g.HasEdge(1, 2) || g.Weighted() {
		t.Error(g, ids, err)
	}
}
