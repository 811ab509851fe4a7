package graph_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/cohesion"
	"gave.network/graph/community"
	"gave.network/graph/internal/graphtest"
	"gave.network/internal/realdata"
)

// network is one layer of a real network, as a simple graph, with its nodes' ids and attributes.
type network struct {
	graph *graph.Graph
	ids   []string
	place map[string]uint32
	nodes map[string][]string // attribute to values
}

func readCSV(t testing.TB, name string) ([]string, [][]string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var text io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}

// realNetwork reads one layer of a network of the real data; loops are left out, parallel rows merged.
func realNetwork(t testing.TB, name, layer string, weighted bool) *network {
	t.Helper()
	folder := realdata.Path(t, "networks/"+name)
	header, rows := readCSV(t, filepath.Join(folder, "nodes.csv"))
	w := &network{place: map[string]uint32{}, nodes: map[string][]string{}}
	for i, row := range rows {
		w.ids = append(w.ids, row[0])
		w.place[row[0]] = uint32(i)
		for k, column := range header {
			w.nodes[column] = append(w.nodes[column], row[k])
		}
	}
	meta := struct {
		Directed any `json:"directed"`
	}{}
	text, err := os.ReadFile(filepath.Join(folder, "meta.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		t.Fatal(err)
	}
	directed, _ := meta.Directed.(bool)
	if perLayer, ok := meta.Directed.(map[string]any); ok {
		directed, _ = perLayer[layer].(bool)
	}
	edges := filepath.Join(folder, "edges.csv")
	if _, err := os.Stat(edges); err != nil {
		edges += ".gz"
	}
	_, rows = readCSV(t, edges)
	var ties []graphtest.Tie
	seen := map[[2]uint32]bool{}
	for _, row := range rows {
		u, v := w.place[row[0]], w.place[row[1]]
		if !directed && u > v {
			u, v = v, u
		}
		if row[2] != layer || u == v || !weighted && seen[[2]uint32{u, v}] {
			continue
		}
		seen[[2]uint32{u, v}] = true
		weight := 1.0
		if weighted {
			weight, _ = strconv.ParseFloat(row[3], 32)
		}
		ties = append(ties, graphtest.Tie{U: u, V: v, Weight: float64(weight)})
	}
	w.graph = graphtest.Of(len(w.ids), directed, weighted, ties)
	return w
}

// undirected returns the simple undirected graph without weights.
func undirected(t testing.TB, g *graph.Graph) *graph.Graph {
	t.Helper()
	g, err := graph.Simple(context.Background(), g.Unweighted(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestReferenceValues compares all networks for which igraph's values are stored, to the digits that are stored.
func TestReferenceValues(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(realdata.Path(t, "reference"), "*.*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		name, layer, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".csv"), ".")
		t.Run(name+"/"+layer, func(t *testing.T) {
			w := realNetwork(t, name, layer, false)
			if w.graph.N() > 2000 {
				t.Skip("large")
			}
			header, rows := readCSV(t, file)
			want := map[string][]float64{}
			for _, column := range header[1:] {
				want[column] = make([]float64, len(w.ids))
			}
			for _, row := range rows {
				v, found := w.place[row[0]]
				if !found {
					t.Fatalf("unknown node %q", row[0])
				}
				for k, cell := range row[1:] {
					x, err := strconv.ParseFloat(cell, 64)
					if err != nil {
						x = math.NaN()
					}
					want[header[k+1]][v] = x
				}
			}
			both := undirected(t, w.graph)
			check := func(column string, got []float64, err error, tolerance float64) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				graphtest.CloseTo(t, column, got, want[column], tolerance)
			}
			cores, err := cohesion.KCore(context.Background(), both, graph.Options{})
			check("core", floats(cores), err, 0)
			between, err := centrality.Betweenness(context.Background(), w.graph, graph.Options{})
			check("betweenness", between, err, 6e-7)
			near, err := centrality.Closeness(context.Background(), both, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			check("harmonic_undirected", near.Harmonic, nil, 6e-7)
			ranks, err := centrality.PageRank(
				context.Background(), w.graph, centrality.PageRankOptions{Tolerance: 1e-12}, graph.Options{},
			)
			if err != nil {
				t.Fatal(err)
			}
			check("pagerank085", ranks.Values, nil, 6e-9)
			c, err := cohesion.CountTriangles(context.Background(), both, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for v, x := range want["clustering"] {
				if math.IsNaN(x) {
					want["clustering"][v] = 0
				}
			}
			check("clustering", c.Local, nil, 6e-7)
			constraint, err := cohesion.Constraint(context.Background(), both, graph.Options{})
			check("burt_constraint", constraint, err, 6e-7)
		})
	}
}

func floats(list []uint32) []float64 {
	out := make([]float64, len(list))
	for i, x := range list {
		out[i] = float64(x)
	}
	return out
}

func TestPublishedModularity(t *testing.T) {
	for _, c := range []struct {
		name, layer string
		weighted    bool
		want        float64
	}{
		{"karate", "tie", false, 0.4198},           // Brandes et al. 2008: the optimum
		{"dolphins", "association", false, 0.5285}, // the optimum
		{"lesmis", "cooccurrence", false, 0.5600},
		{"lesmis", "cooccurrence", true, 0.5667},
	} {
		w := realNetwork(t, c.name, c.layer, c.weighted)
		best := 0.0
		for seed := range uint64(10) {
			got, err := community.Leiden(
				context.Background(), w.graph, community.LeidenOptions{Iterations: -1, Seed: seed}, graph.Options{},
			)
			if err != nil {
				t.Fatal(err)
			}
			best = max(best, got.Modularity)
		}
		if !(math.Abs(best-c.want) <= 1e-4) {
			t.Errorf("%s weighted %v: best modularity %v, want %v", c.name, c.weighted, best, c.want)
		}
	}
}

func TestPublishedCentralities(t *testing.T) {
	kite := realNetwork(t, "krackhardt-kite", "tie", false)
	between, err := centrality.Betweenness(context.Background(), kite.graph, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	centrality.NormalizeBetweenness(kite.graph, between)
	sorted := slices.Clone(between)
	slices.SortFunc(sorted, func(a, b float64) int {
		if a > b {
			return -1
		}
		return 1
	})
	graphtest.CloseTo(t, "Krackhardt 1990: betweenness", sorted[:5], []float64{0.389, 0.231, 0.231, 0.222, 0.102}, 6e-4)

	// Jackson 2008 leaves out Pucci, who married nobody.
	families := realNetwork(t, "florentine-families", "marriage", false)
	between, err = centrality.Betweenness(context.Background(), families.graph, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := families.nodes["name"]
	if names == nil {
		names = families.ids
	}
	for name, want := range map[string]float64{"Medici": 0.522, "Guadagni": 0.255, "Strozzi": 0.103} {
		at := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, name) })
		if at < 0 {
			t.Fatalf("no %s among %v", name, names)
		}
		graphtest.CloseTo(t, name, []float64{between[at] / (14 * 13 / 2)}, []float64{want}, 6e-4)
	}
}

// TestExactValues compares with values of igraph 1.0 in full precision.
func TestExactValues(t *testing.T) {
	same := func(what string, got float64, err error, want float64) {
		t.Helper()
		if err != nil || !(math.Abs(got-want) <= 1e-9) {
			t.Errorf("%s = %v, %v, want %v", what, got, err, want)
		}
	}
	groupOf := func(values []string) []uint32 {
		numbers := map[string]uint32{}
		var out []uint32
		for _, x := range values {
			if _, found := numbers[x]; !found {
				numbers[x] = uint32(len(numbers))
			}
			out = append(out, numbers[x])
		}
		return out
	}
	karate := realNetwork(t, "karate", "tie", false)
	r, err := community.DegreeAssortativity(context.Background(), karate.graph, graph.Options{})
	same("karate: degree assortativity", r, err, -0.47561309768461435)
	m, err := community.MixingMatrix(
		context.Background(), karate.graph, groupOf(karate.nodes["faction"]), graph.Options{},
	)
	same("karate: assortativity of factions", m.Assortativity, err, 0.743421052631579)
	q, err := community.Modularity(
		context.Background(), karate.graph, groupOf(karate.nodes["faction"]), 1, graph.Options{},
	)
	same("karate: modularity of factions", q, err, 0.37146614069691)
	e, err := centrality.EigenvectorCentrality(context.Background(), karate.graph, 1e-12, graph.Options{})
	same("karate: eigenvector of 1", e.Values[0], err, 0.9521323664766562)
	same("karate: eigenvalue", e.Eigenvalue, err, 6.725697727631729)
	near, err := centrality.Closeness(context.Background(), karate.graph, graph.Options{})
	same("karate: closeness of 1", near.Closeness[0], err, 0.5689655172413793)

	law := realNetwork(t, "lazega-lawfirm", "advice", false)
	r, err = community.DegreeAssortativity(context.Background(), law.graph, graph.Options{})
	same("Lazega: degree assortativity", r, err, -0.0843076762068351)
	var age []float64
	for _, text := range law.nodes["age"] {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		age = append(age, x)
	}
	r, err = community.NumericAssortativity(context.Background(), law.graph, age, age, graph.Options{})
	same("Lazega: assortativity of age", r, err, 0.23669826705234817)
	m, err = community.MixingMatrix(context.Background(), law.graph, groupOf(law.nodes["office"]), graph.Options{})
	same("Lazega: assortativity of offices", m.Assortativity, err, 0.47558171223501833)
	q, err = community.Modularity(context.Background(), law.graph, groupOf(law.nodes["office"]), 1, graph.Options{})
	same("Lazega: modularity of offices", q, err, 0.19520174344949634)
	ranks, err := centrality.PageRank(
		context.Background(), law.graph, centrality.PageRankOptions{Tolerance: 1e-13}, graph.Options{},
	)
	same("Lazega: PageRank of 1", ranks.Values[0], err, 0.04556806587514704)
	restart := make([]float64, law.graph.N())
	restart[0] = 1
	ranks, err = centrality.PageRank(
		context.Background(), law.graph, centrality.PageRankOptions{Tolerance: 1e-13, Restart: restart},
		graph.Options{},
	)
	same("Lazega: PageRank of 2 from 1", ranks.Values[1], err, 0.08647266226115546)
	between, err := centrality.Betweenness(context.Background(), law.graph, graph.Options{})
	same("Lazega: betweenness of 1", between[0], err, 42.6666414301597)
	constraint, err := cohesion.Constraint(context.Background(), law.graph, graph.Options{})
	same("Lazega: constraint of 1, directions added up", constraint[0], err, 0.10378481996280521)
	e, err = centrality.EigenvectorCentrality(context.Background(), law.graph, 1e-12, graph.Options{})
	same("Lazega: eigenvector of 1", e.Values[0], err, 0.8333356614429778)
	same("Lazega: eigenvalue", e.Eigenvalue, err, 13.061983812766398)

	weighted := graphtest.Of(5, false, true, []graphtest.Tie{
		{U: 0, V: 1, Weight: 1},
		{U: 0, V: 2, Weight: 2.5},
		{U: 1, V: 2, Weight: 0.5},
		{U: 2, V: 3, Weight: 3},
		{U: 3, V: 4, Weight: 1},
		{U: 1, V: 4, Weight: 4},
	})
	constraint, err = cohesion.Constraint(context.Background(), weighted, graph.Options{})
	for v, want := range []float64{
		0.6671738254530463, 0.6259358426566219, 0.47742499203538163, 0.625, 0.6800000000000002,
	} {
		same("weighted constraint", constraint[v], err, want)
	}
	ranks, err = centrality.PageRank(
		context.Background(), weighted, centrality.PageRankOptions{Tolerance: 1e-13}, graph.Options{},
	)
	for v, want := range []float64{
		0.1526333303835271, 0.22377114088753142, 0.2486132264496244, 0.17043385694749938, 0.2045484453318176,
	} {
		same("weighted PageRank", ranks.Values[v], err, want)
	}
	e, err = centrality.EigenvectorCentrality(context.Background(), weighted, 1e-12, graph.Options{})
	for v, want := range []float64{0.6462524186519366, 1, 0.8726191063107294, 0.7267788078517053, 0.960127730869076} {
		same("weighted eigenvector", e.Values[v], err, want)
	}
}
