package graph_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gave.network/graph"
	"gave.network/graph/graphio"
)

var ctx = context.Background()

// must ends an example that cannot go on.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// florence is the marriages among the families of Florence (Padgett & Ansell 1993): 9 is the Medici.
func florence() *graphio.Network {
	path := filepath.Join("testdata", "classic", "florentine-families.csv")
	network := must(graphio.ReadFile(ctx, path, graphio.ReadOptions{}, graph.Options{}))
	network.Graph = network.Layers[0].Graph
	return network
}

// favours is who would do whom a favour, and how probably.
func favours() *graph.Graph {
	return must(graph.FromEdges(6, []graph.Edge{
		{From: 0, To: 1, Weight: 0.9},
		{From: 1, To: 5, Weight: 0.4},
		{From: 0, To: 2, Weight: 0.8},
		{From: 2, To: 3, Weight: 0.9},
		{From: 3, To: 5, Weight: 0.9},
		{From: 0, To: 4, Weight: 0.3},
		{From: 4, To: 5, Weight: 0.3},
	}, graph.BuildOptions{Weighted: true}))
}

func ExampleFromEdges() {
	g := must(graph.FromEdges(0, []graph.Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 2, To: 1}, {From: 2, To: 2}},
		graph.BuildOptions{}))
	fmt.Println(g.N(), g.M(), g.Neighbors(1), g.HasEdge(2, 2))
	// Output: 3 2 [0 2] false
}

func ExampleBuilder() {
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true, Weights64: true, Merge: graph.MergeMax})
	one, other := builder.Part(), builder.Part() // one for each goroutine
	one.AddWeighted(0, 1, 0.5)
	other.AddWeighted(1, 0, 0.7)
	g := must(builder.Graph(ctx, 0, graph.Options{}))
	fmt.Println(g.Weight(0, 1))
	// Output: 0.7 true
}

func ExampleOverlay() {
	overlay := graph.NewOverlay(florence().Graph)
	before, _ := overlay.Graph(ctx, graph.Options{})
	if err := overlay.Remove(0, 1); err != nil {
		log.Fatal(err)
	}
	after := must(overlay.Graph(ctx, graph.Options{}))
	fmt.Println(before.M(), after.M())
	// Output: 20 19
}

func ExampleMultilayer() {
	m := graph.NewMultilayer(3)
	advice := must(graph.FromEdges(3, []graph.Edge{{From: 0, To: 1}}, graph.BuildOptions{Directed: true}))
	friends := must(graph.FromEdges(3, []graph.Edge{{From: 1, To: 2}}, graph.BuildOptions{}))
	for name, layer := range map[string]*graph.Graph{"advice": advice, "friendship": friends} {
		if err := m.Add(name, layer); err != nil {
			log.Fatal(err)
		}
	}
	all := must(m.Flatten(ctx, graph.BuildOptions{}, graph.Options{}))
	fmt.Println(all.M(), m.Layer("advice").M())
	// Output: 2 1
}

func ExampleGraph_Signs() {
	g := must(graph.FromEdges(3, []graph.Edge{{From: 0, To: 1, Weight: 2}, {From: 1, To: 2, Weight: -1}},
		graph.BuildOptions{Weighted: true, Signed: true}))
	signs := g.Signs()
	fmt.Println(signs.Layer("positive").M(), signs.Layer("negative").M())
	// Output: 1 1
}

func ExampleOpenSnapshot() {
	folder := must(os.MkdirTemp("", "snapshot"))
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "florence.snapshot")
	if err := graph.SaveSnapshot(path, florence().Graph); err != nil {
		log.Fatal(err)
	}
	snapshot := must(graph.OpenSnapshot(path))
	defer snapshot.Close()
	fmt.Println(snapshot.Graph.M(), snapshot.Verify(ctx, graph.Options{}))
	// Output: 20 <nil>
}

func ExampleSearch() {
	network := florence()
	medici, _ := network.Names.Lookup("9")
	distance := must(graph.NewSearch(network.Graph).Distances(ctx, graph.Options{}, medici))
	count := map[int32]int{}
	for _, d := range distance {
		count[d]++
	}
	fmt.Println(count) // -1: no path
	// Output: map[0:1 1:6 2:5 3:3]
}

func ExamplePairSearch() {
	pairs := graph.NewPairSearch(favours())
	fmt.Println(pairs.Distance(ctx, 0, 5))
	fmt.Println(pairs.Path(ctx, 0, 5))
	// Output:
	// 2 <nil>
	// [0 1 5] <nil>
}

func ExamplePathSearch_Best() {
	search := must(graph.NewPathSearch(favours(), graph.PathOptions{}))
	route := must(search.Best(ctx, 0, 5))
	fmt.Printf("%v %.3f\n", route.Nodes, route.Value)
	// Output: [0 2 3 5] 0.648
}

func ExamplePathSearch_Within() {
	search := must(graph.NewPathSearch(favours(), graph.PathOptions{}))
	route := must(search.Within(ctx, 0, 5, 2)) // one introduction, not two
	fmt.Printf("%v %.2f\n", route.Nodes, route.Value)
	// Output: [0 1 5] 0.36
}

func ExamplePathSearch_Alternatives() {
	search := must(graph.NewPathSearch(favours(), graph.PathOptions{HopFactor: 0.5}))
	for _, route := range must(search.Alternatives(ctx, 0, 5, 2, 4)) {
		fmt.Printf("%v %.3f\n", route.Nodes, route.Value)
	}
	// Output:
	// [0 1 5] 0.090
	// [0 2 3 5] 0.081
}

func ExamplePathSearch_Disjoint() {
	search := must(graph.NewPathSearch(favours(), graph.PathOptions{}))
	for _, route := range must(search.Disjoint(ctx, 0, 5, 3, graph.ApartNodes)) {
		fmt.Printf("%v %.3f\n", route.Nodes, route.Value)
	}
	// Output:
	// [0 2 3 5] 0.648
	// [0 1 5] 0.360
	// [0 4 5] 0.090
}

func ExampleSourceSearch() {
	values := must(graph.BestValues(ctx, favours(), 0, graph.PathOptions{Measure: graph.Strength}, graph.Options{}))
	fmt.Printf("%.3f\n", values)
	// Output: [1.000 0.900 0.800 0.720 0.300 0.648]
}

func ExampleWeakComponents() {
	g := must(graph.FromEdges(5, []graph.Edge{{From: 0, To: 3}, {From: 1, To: 2}}, graph.BuildOptions{}))
	parts := must(graph.WeakComponents(ctx, g, graph.Options{}))
	fmt.Println(parts.Of, parts.Sizes)
	// Output: [0 1 1 0 2] [2 2 1]
}

func ExampleStrongComponents() {
	g := must(graph.FromEdges(3, []graph.Edge{{From: 0, To: 1}, {From: 1, To: 0}, {From: 1, To: 2}},
		graph.BuildOptions{Directed: true}))
	fmt.Println(must(graph.StrongComponents(ctx, g, graph.Options{})).Sizes)
	// Output: [2 1]
}

func ExampleFindCuts() {
	g := must(graph.FromEdges(5,
		[]graph.Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 2, To: 0}, {From: 2, To: 3}, {From: 3, To: 4}},
		graph.BuildOptions{}))
	cuts := must(graph.FindCuts(ctx, g, graph.Options{}))
	fmt.Println(cuts.Bridges, cuts.Articulation, cuts.Blocks)
	// Output: [[2 3] [3 4]] [2 3] [[0 1 2] [2 3] [3 4]]
}
