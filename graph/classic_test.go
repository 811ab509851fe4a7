package graph

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// classic reads a network of testdata/classic; SOURCES.md there names the publications.
func classic(t testing.TB, name string, options BuildOptions) *Network {
	t.Helper()
	n, err := readClassic(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func readClassic(name string, options BuildOptions) (*Network, error) {
	file, err := os.Open(filepath.Join("testdata", "classic", name+".csv"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadTables(context.Background(), nil, file, ReadOptions{Build: options}, Options{})
}

func TestClassicNetworks(t *testing.T) {
	for _, c := range []struct {
		name     string
		directed bool
		nodes    int
		layers   string
	}{
		{"karate", false, 34, "78"},
		{"krackhardt-kite", false, 10, "18"},
		{"florentine-families", false, 15, "marriage 20 business 15 "}, // Pucci has no ties
		{"krackhardt-hightech", true, 21, "advice 190 friendship 102 reports_to 20 "},
		{"lazega-lawfirm", true, 71, "advice 892 friendship 575 cowork 1104 "},
		{"sampson-monastery", true, 18, "like1 55 like2 57 like3 56 dislike 47 esteem 54 desesteem 58 " +
			"positive_influence 53 negative_influence 50 praise 39 blame 41 "},
	} {
		n := classic(t, c.name, BuildOptions{Directed: c.directed, Weighted: true, Signed: true})
		layers := ""
		for _, layer := range n.Layers {
			checkStructure(t, layer.Graph)
			layers += fmt.Sprintf("%s %d ", layer.Name, layer.Graph.M())
		}
		if n.Layers == nil {
			layers = fmt.Sprint(n.Graph.M())
		}
		if n.Graph.N() != c.nodes || layers != c.layers || n.Rejected != 0 {
			t.Errorf("%s: %d nodes, %s, %v", c.name, n.Graph.N(), layers, n.Problems)
		}
	}
}

// In the kite, the seventh node's ties to the eighth and tenth are the only ones to them (Krackhardt 1990: Heather,
// Ike, Jane).
func TestKiteIsCutWhereItIsThin(t *testing.T) {
	n := classic(t, "krackhardt-kite", BuildOptions{})
	cuts, err := FindCuts(context.Background(), n.Graph, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(cuts.Bridges, cuts.Articulation, len(cuts.Blocks)); got != "[[7 8] [8 9]] [7 8] 3" {
		t.Fatal(got)
	}
}

// The chart of who reports to whom is a tree that leads to the chief executive, number 7.
func TestChartLeadsToTheTop(t *testing.T) {
	n := classic(t, "krackhardt-hightech", BuildOptions{Directed: true})
	chart := n.Layers[2].Graph
	top, _ := n.Names.Lookup("7")
	pairs := NewPairSearch(chart)
	for v := range uint32(chart.N()) {
		if d, err := pairs.Distance(context.Background(), v, top); err != nil || d < 0 || d > 3 {
			t.Fatalf("%s is %d steps below the top, %v", n.Names.Name(v), d, err)
		}
	}
	if strong, err := StrongComponents(context.Background(), chart, Options{}); err != nil || strong.Count() != 21 {
		t.Fatal(strong, err)
	}
}

// The distances between the two leaders' followers are those that the list of ties gives by hand: 17 and 26 are the
// farthest pair together with their like; the diameter of the club is 5.
func TestKarateDistances(t *testing.T) {
	n := classic(t, "karate", BuildOptions{})
	longest, sum := int32(0), 0.0
	search := NewSearch(n.Graph)
	for v := range uint32(34) {
		distance, err := search.Distances(context.Background(), Options{}, v)
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
