package graphio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"gave.network/graph"
	"gave.network/graph/graphio"
)

// Any file is read and any form written by its name.
func ExampleWriteFile() {
	folder := must(os.MkdirTemp("", "graphio"))
	defer os.RemoveAll(folder)
	network := must(graphio.ParseEdgeList(ctx, []byte("1 2\n2 3\n"), graphio.ReadOptions{IDs: graphio.NameIDs},
		graph.Options{}))
	for _, name := range []string{"a.snapshot", "a.graphml", "a.gexf", "a.net", "a.csv", "a.el"} {
		path := filepath.Join(folder, name)
		if err := graphio.WriteFile(path, network); err != nil {
			log.Fatal(err)
		}
		head := must(os.ReadFile(path))
		back := must(graphio.ReadFile(ctx, path, graphio.ReadOptions{}, graph.Options{}))
		fmt.Println(graphio.DetectFormat(path, head), back.Graph.M())
	}
	all := []graphio.Format{
		graphio.FormatSnapshot, graphio.FormatGraphML, graphio.FormatGEXF, graphio.FormatPajek, graphio.FormatTable,
		graphio.FormatEdgeList,
	}
	fmt.Println(len(all))
	// Output:
	// snapshot 2
	// GraphML 2
	// GEXF 2
	// Pajek 2
	// edge table 2
	// edge list 2
	// 6
}

func ExampleWriteEdgeTable() {
	list := "1 2\n2 3\n"
	ids := graphio.NumberIDs // graphio.AutoIDs looks at the file
	network := must(graphio.ReadEdgeList(ctx, strings.NewReader(list), graphio.ReadOptions{IDs: ids}, graph.Options{}))
	fmt.Println(network.Graph.N(), graphio.AutoIDs != ids)
	for _, write := range []func(io.Writer, *graphio.Network) error{
		graphio.WriteNodeTable, graphio.WriteEdgeTable, graphio.WriteEdgeList, graphio.WriteGEXF, graphio.WritePajek,
	} {
		var file bytes.Buffer
		if err := write(&file, network); err != nil {
			log.Fatal(err)
		}
		fmt.Println(strings.Count(file.String(), "\n") > 1)
	}
	// Output:
	// 4 true
	// true
	// true
	// true
	// true
	// true
}

func ExampleNetwork_AddNodeTable() {
	list := strings.NewReader("Ann Bob\nBob\n")
	network := must(graphio.ReadEdgeList(ctx, list, graphio.ReadOptions{}, graph.Options{}))
	table := strings.NewReader("id,town\nAnn,Utrecht\n")
	if err := network.AddNodeTable(ctx, table, graphio.ReadOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(network.Nodes.Column("town").Text(0), network.Problems[0].String(), graphio.MaxProblems)
	fmt.Println(errors.Is(graphio.ErrTooLarge, io.EOF))
	// Output:
	// Utrecht line 2: a line needs two ids 100
	// false
}

func ExampleReadContactsFile() {
	folder := must(os.MkdirTemp("", "contacts"))
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "contacts.csv")
	file := "time,from,to\n2026-01-02,Ann,Bob\n2026-01-05,Bob,Cem\n"
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		log.Fatal(err)
	}
	contacts := must(graphio.ReadContactsFile(ctx, path, graphio.ReadOptions{}))
	first, last := contacts.Sequence.Span()
	begin := must(graphio.ReadTime("2026-01-02"))
	var out bytes.Buffer
	if err := graphio.WriteContacts(&out, contacts); err != nil {
		log.Fatal(err)
	}
	fmt.Println(first == begin, (last-first)/86400, "days,", strings.Count(out.String(), "\n"), "lines")
	// Output: true 3 days, 3 lines
}
