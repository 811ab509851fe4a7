package graph_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"gave.network/graph"
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
func florence() *graph.Network {
	file := must(os.Open(filepath.Join("testdata", "classic", "florentine-families.csv")))
	defer file.Close()
	network := must(graph.ReadTables(ctx, nil, file, graph.ReadOptions{}, graph.Options{}))
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
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true, Merge: graph.MergeMax})
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

func ExampleReadEdgeList() {
	list := "# who knows whom\nAnn Bob 3\nBob Cas 1\nCas\n"
	network := must(graph.ReadEdgeList(ctx, strings.NewReader(list),
		graph.ReadOptions{Build: graph.BuildOptions{Weighted: true}}, graph.Options{}))
	bob, _ := network.Names.Lookup("Bob")
	fmt.Println(network.Graph.N(), network.Graph.Degree(bob), network.Problems)
	// Output: 3 2 [line 4: a line needs two ids]
}

func ExampleReadTables() {
	nodes := "id,age\nAnn,41\nBob,39\n"
	edges := "source,target,layer,since\nAnn,Bob,work,1999\nBob,Cas,home,2004\n"
	network := must(graph.ReadTables(ctx, strings.NewReader(nodes), strings.NewReader(edges), graph.ReadOptions{},
		graph.Options{}))
	fmt.Println(network.Nodes.Column("age").Number(0), network.Layers[1].Name, network.Edges.Column("since").Text(1))
	// Output: 41 home 2004
}

func ExampleWriteGraphML() {
	network := must(graph.ReadEdgeList(ctx, strings.NewReader("Ann Bob\n"), graph.ReadOptions{}, graph.Options{}))
	var file bytes.Buffer
	if err := graph.WriteGraphML(&file, network); err != nil {
		log.Fatal(err)
	}
	back := must(graph.ReadGraphML(ctx, &file, graph.ReadOptions{}, graph.Options{}))
	fmt.Println(back.Names.Name(0), back.Graph.M())
	// Output: Ann 1
}

func ExampleReadPajek() {
	network := must(graph.ReadPajek(ctx, strings.NewReader("*Vertices 2\n1 \"Ann\"\n2 \"Bob\"\n*Arcs\n1 2\n"),
		graph.ReadOptions{}, graph.Options{}))
	fmt.Println(network.Graph.Directed(), network.Names.Name(1))
	// Output: true Bob
}

func ExampleReadGEXF() {
	gexf := `<gexf version="1.3"><graph defaultedgetype="undirected"><nodes><node id="a" label="Ann"/><node id="b" label="Bob"/></nodes>
		<edges><edge source="a" target="b"/></edges></graph></gexf>`
	network := must(graph.ReadGEXF(ctx, strings.NewReader(gexf), graph.ReadOptions{}, graph.Options{}))
	fmt.Println(network.Nodes.Column("label").Text(1), network.Graph.M())
	// Output: Bob 1
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
