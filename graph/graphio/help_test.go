package graphio

import (
	"bytes"
	"context"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gave.network/graph"
)

// snapshotOf returns the arrays of a graph, by which two graphs can be compared.
func snapshotOf(t testing.TB, g *graph.Graph) string {
	t.Helper()
	var file bytes.Buffer
	if err := graph.WriteSnapshot(&file, g); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func sameGraph(t testing.TB, a, b *graph.Graph) bool {
	t.Helper()
	return snapshotOf(t, a) == snapshotOf(t, b)
}

// checkStructure fails the test when the arrays are not those of a graph.
func checkStructure(t testing.TB, g *graph.Graph) {
	t.Helper()
	if _, err := graph.ParseSnapshot(context.Background(), []byte(snapshotOf(t, g)), graph.Options{}); err != nil {
		t.Fatal(err)
	}
}

func someGraph(t testing.TB, r *rand.Rand, n, m int, o graph.BuildOptions) *graph.Graph {
	t.Helper()
	edges := make([]graph.Edge, m)
	for i := range edges {
		edges[i] = graph.Edge{
			From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: float64(1+r.IntN(9)) / 4,
		}
	}
	g, err := graph.FromEdges(n, edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// classic reads a network of ../testdata/classic; SOURCES.md there names the publications.
func classic(t testing.TB, name string, options graph.BuildOptions) *Network {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "testdata", "classic", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n, err := ReadTables(context.Background(), nil, file, ReadOptions{Build: options}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readCSV returns the headings and the rows of a table.
func readCSV(t testing.TB, name string) ([]string, [][]string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}
