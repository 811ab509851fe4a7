package graphio

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gave.network/internal/realdata"

	"gave.network/graph"
)

// TestSummaryOfRealNetworks reads every real network as Gephi's tables and compares with what R igraph 1.3.5 says of
// each layer: the numbers of nodes, ties, components and the distances.
func TestSummaryOfRealNetworks(t *testing.T) {
	ctx := context.Background()
	heads, rows := readCSV(t, realdata.Path(t, "reference/SUMMARY.csv"))
	networks := map[string]*Network{}
	checked := 0
	for _, row := range rows {
		field := map[string]string{}
		for i, head := range heads {
			field[head] = row[i]
		}
		name := field["network"]
		directed := field["directed"] == "TRUE"
		key := name + field["directed"]
		if networks[key] == nil {
			networks[key] = readRealTables(t, name, directed)
		}
		n := networks[key]
		if n.Rejected > 0 {
			t.Fatalf("%s: %v", name, n.Problems)
		}
		var g *graph.Graph
		for _, layer := range n.Layers {
			if layer.Name == field["layer"] {
				g = layer.Graph
			}
		}
		if g == nil {
			t.Fatalf("%s: no layer %s", name, field["layer"])
		}
		undirected, err := graph.Simple(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		weak, err := graph.WeakComponents(ctx, g, graph.Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		strong, err := graph.StrongComponents(ctx, g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{
			"nodes": float64(g.N()), "simple_edges": float64(g.M()), "undirected_pairs": float64(undirected.M()),
			"weak_components": float64(weak.Count()), "largest_weak": float64(weak.Sizes[weak.Largest()]),
		}
		if directed {
			got["largest_strong"] = float64(strong.Sizes[strong.Largest()])
		}
		if g.N() <= 2000 {
			got["diameter_undirected"], got["mean_distance_undirected"] = distancesOf(t, undirected)
		}
		for quantity, value := range got {
			want, err := strconv.ParseFloat(field[quantity], 64)
			if err != nil {
				continue // not computed
			}
			checked++
			if !(math.Abs(value-want) <= 1e-6) {
				t.Errorf("%s.%s: %s is %v, want %v", name, field["layer"], quantity, value, want)
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d values were compared", checked)
	}
}

func readRealTables(t *testing.T, name string, directed bool) *Network {
	t.Helper()
	folder := realdata.Path(t, "networks/"+name)
	nodes, err := os.ReadFile(filepath.Join(folder, "nodes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "edges.csv")
	if _, err := os.Stat(path); err != nil {
		path += ".gz"
	}
	edges, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer edges.Close()
	n, err := ReadTables(context.Background(), bytes.NewReader(nodes), edges,
		ReadOptions{Build: graph.BuildOptions{Directed: directed}}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// distancesOf returns the largest and the mean distance of the pairs that are connected.
func distancesOf(t *testing.T, g *graph.Graph) (diameter, mean float64) {
	t.Helper()
	search := graph.NewSearch(g)
	sum, pairs := 0.0, 0.0
	for v := range uint32(g.N()) {
		distance, err := search.Distances(context.Background(), graph.Options{Threads: 1}, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range distance {
			if d > 0 {
				sum += float64(d)
				pairs++
				diameter = max(diameter, float64(d))
			}
		}
	}
	return diameter, sum / pairs
}
