package gonumgraph_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"

	"gave.network/graph"
	"gave.network/graph/gonumgraph"
	"gave.network/graph/internal/graphtest"
)

func ExampleAsUndirected() {
	kite, err := gonumgraph.AsUndirected(graphtest.Kite())
	fmt.Println(kite.Nodes().Len(), kite.From(9).Len(), kite.Node(9), kite.HasEdgeBetween(8, 9), err)
	fmt.Println(kite.Edge(0, 9), kite.EdgeBetween(8, 9) != nil, kite.WeightedEdgeBetween(8, 9).Weight())
	fmt.Println(kite.WeightedEdge(8, 9).From(), kite.WeightedEdge(8, 9).To())
	fmt.Println(kite.Weight(8, 9))
	// Output:
	// 10 1 9 true <nil>
	// <nil> true 1
	// 8 9
	// 1 true
}

func ExampleAsDirected() {
	kite := gonumgraph.AsDirected(graphtest.Kite())
	way, length := path.DijkstraFrom(kite.Node(9), kite).To(3)
	fmt.Println(way, length, kite.To(9).Len(), kite.HasEdgeFromTo(9, 8))
	// Output: [9 8 7 5 3] 4 1 true
}

func ExampleCopy() {
	own := simple.NewWeightedDirectedGraph(0, 0)
	own.SetWeightedEdge(own.NewWeightedEdge(simple.Node(10), simple.Node(20), 0.5))
	g, ids, err := gonumgraph.Copy(context.Background(), own, graph.BuildOptions{}, graph.Options{})
	fmt.Println(g.M(), ids, err)
	// Output: 1 [10 20] <nil>
}
