package graph_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"gave.network/graph"
	"gave.network/graph/graphio"
)

// classic reads a network of testdata/classic; SOURCES.md there names the publications.
func classic(t testing.TB, name string, options graph.BuildOptions) *graphio.Network {
	t.Helper()
	n, err := readClassic(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func readClassic(name string, options graph.BuildOptions) (*graphio.Network, error) {
	path := filepath.Join("testdata", "classic", name+".csv")
	return graphio.ReadFile(context.Background(), path, graphio.ReadOptions{Build: options}, graph.Options{})
}

// In the kite, the seventh node's ties to the eighth and tenth are the only ones to them (Krackhardt 1990: Heather,
// Ike, Jane).
func TestKiteIsCutWhereItIsThin(t *testing.T) {
	n := classic(t, "krackhardt-kite", graph.BuildOptions{})
	cuts, err := graph.FindCuts(context.Background(), n.Graph, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(cuts.Bridges, cuts.Articulation, len(cuts.Blocks)); got != "[[7 8] [8 9]] [7 8] 3" {
		t.Fatal(got)
	}
}

// The chart of who reports to whom is a tree that leads to the chief executive, number 7.
func TestChartLeadsToTheTop(t *testing.T) {
	n := classic(t, "krackhardt-hightech", graph.BuildOptions{Directed: true})
	chart := n.Layers[2].Graph
	top, _ := n.Names.Lookup("7")
	pairs := graph.NewPairSearch(chart)
	for v := range uint32(chart.N()) {
		if d, err := pairs.Distance(context.Background(), v, top); err != nil || d < 0 || d > 3 {
			t.Fatalf("%s is %d steps below the top, %v", n.Names.Name(v), d, err)
		}
	}
	strong, err := graph.StrongComponents(context.Background(), chart, graph.Options{})
	if err != nil || strong.Count() != 21 {
		t.Fatal(strong, err)
	}
}

// The distances between the two leaders' followers are those that the list of ties gives by hand: 17 and 26 are the
// farthest pair together with their like; the diameter of the club is 5.
func TestKarateDistances(t *testing.T) {
	n := classic(t, "karate", graph.BuildOptions{})
	longest, sum := int32(0), 0.0
	search := graph.NewSearch(n.Graph)
	for v := range uint32(34) {
		distance, err := search.Distances(context.Background(), graph.Options{}, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range distance {
			longest = max(longest, d)
			sum += float64(d)
		}
	}
	if mean := sum / (34 * 33); longest != 5 || !(math.Abs(mean-2.4082) <= 1e-4) {
		t.Fatalf("diameter %d, mean distance %v", longest, mean)
	}
}
