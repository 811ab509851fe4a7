package graphio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"gave.network/graph"
	"gave.network/graph/external"
	"gave.network/graph/graphio"
	"gave.network/graph/temporal"
)

var ctx = context.Background()

// must ends an example that cannot go on.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func ExampleReadEdgeList() {
	list := "# who knows whom\nAnn Bob 3\nBob Cas 1\nCas\n"
	network := must(graphio.ReadEdgeList(ctx, strings.NewReader(list),
		graphio.ReadOptions{Build: graph.BuildOptions{Weighted: true}}, graph.Options{}))
	bob, _ := network.Names.Lookup("Bob")
	fmt.Println(network.Graph.N(), network.Graph.Degree(bob), network.Problems)
	// Output: 3 2 [line 4: a line needs two ids]
}

func ExampleReadTables() {
	nodes := "id,age\nAnn,41\nBob,39\n"
	edges := "source,target,layer,since\nAnn,Bob,work,1999\nBob,Cas,home,2004\n"
	network := must(graphio.ReadTables(ctx, strings.NewReader(nodes), strings.NewReader(edges), graphio.ReadOptions{},
		graph.Options{}))
	fmt.Println(network.Nodes.Column("age").Number(0), network.Layers[1].Name, network.Edges.Column("since").Text(1))
	// Output: 41 home 2004
}

func ExampleWriteGraphML() {
	network := must(graphio.ReadEdgeList(ctx, strings.NewReader("Ann Bob\n"), graphio.ReadOptions{}, graph.Options{}))
	var file bytes.Buffer
	if err := graphio.WriteGraphML(&file, network); err != nil {
		log.Fatal(err)
	}
	back := must(graphio.ReadGraphML(ctx, &file, graphio.ReadOptions{}, graph.Options{}))
	fmt.Println(back.Names.Name(0), back.Graph.M())
	// Output: Ann 1
}

func ExampleReadPajek() {
	network := must(graphio.ReadPajek(ctx, strings.NewReader("*Vertices 2\n1 \"Ann\"\n2 \"Bob\"\n*Arcs\n1 2\n"),
		graphio.ReadOptions{}, graph.Options{}))
	fmt.Println(network.Graph.Directed(), network.Names.Name(1))
	// Output: true Bob
}

func ExampleReadGEXF() {
	gexf := `<gexf version="1.3"><graph defaultedgetype="undirected"><nodes><node id="a" label="Ann"/><node id="b" label="Bob"/></nodes>
		<edges><edge source="a" target="b"/></edges></graph></gexf>`
	network := must(graphio.ReadGEXF(ctx, strings.NewReader(gexf), graphio.ReadOptions{}, graph.Options{}))
	fmt.Println(network.Nodes.Column("label").Text(1), network.Graph.M())
	// Output: Bob 1
}

func ExampleReadContacts() {
	file := "time,from,to,duration\n9,Bob,Cem,0\n4,Ann,Bob,2\nsoon,Ann,Cem,0\n"
	contacts := must(graphio.ReadContacts(ctx, strings.NewReader(file), graphio.ReadOptions{}))
	ann, _ := contacts.Names.Lookup("Ann")
	news := must(temporal.EarliestArrivals(ctx, contacts.Sequence, ann, temporal.Always))
	cem, _ := contacts.Names.Lookup("Cem")
	fmt.Println(news.Values[cem], contacts.Problems)
	// Output: 9 [line 4: the time "soon" is neither a whole number nor a date]
}

func ExampleBuildSnapshot() {
	folder := must(os.MkdirTemp("", "example"))
	defer os.RemoveAll(folder)
	list, to := filepath.Join(folder, "ties.txt"), filepath.Join(folder, "ties.snapshot")
	must(0, os.WriteFile(list, []byte("0 1\n1 2\n2 0\n"), 0o600))
	network := must(graphio.BuildSnapshot(ctx, list, to, graphio.ReadOptions{}, external.Options{}, graph.Options{}))
	snapshot := must(graph.OpenSnapshot(to))
	defer snapshot.Close()
	fmt.Println(snapshot.Graph.N(), snapshot.Graph.M(), network.Rejected)

	// What has no lines cannot be sorted on disk.
	_, err := graphio.BuildSnapshot(ctx, to, list, graphio.ReadOptions{}, external.Options{}, graph.Options{})
	fmt.Println(errors.Is(err, graphio.ErrNotEdgeList))
	// Output:
	// 3 3 0
	// true
}
