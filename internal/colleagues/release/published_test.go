package release

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/internal/realdata"
)

// table reads a table of a network of ../shared/data.
func readTable(t *testing.T, file string) (heads map[string]int, rows [][]string) {
	t.Helper()
	f, err := os.Open(realdata.Path(t, "networks/"+file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	all, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	heads = map[string]int{}
	for i, name := range all[0] {
		heads[name] = i
	}
	return heads, all[1:]
}

// published reads a network as a sample: its people with a column as their department and one as their level, and its
// layers in the order given.
func published(t *testing.T, network, edges, department, level string, layers ...string) Sample {
	t.Helper()
	heads, rows := readTable(t, network+"/nodes.csv")
	s, at := Sample{N: len(rows)}, map[string]uint32{}
	for i, row := range rows {
		at[row[heads["id"]]] = uint32(i)
		s.Group = append(s.Group, row[heads[department]])
		n := 0
		if level != "" {
			n, _ = strconv.Atoi(row[heads[level]])
		}
		s.Level = append(s.Level, n)
	}
	heads, rows = readTable(t, network+"/"+edges)
	for _, name := range layers {
		layer := Layer{Name: name}
		for _, row := range rows {
			if row[heads["layer"]] == name {
				layer.Ties = append(layer.Ties,
					graph.Edge{From: at[row[heads["source"]]], To: at[row[heads["target"]]]})
			}
		}
		s.Layers = append(s.Layers, layer)
	}
	return s
}

// density is the share of ordered pairs that are tied.
func (s Sample) density(layer int) float64 {
	return float64(len(s.Layers[layer].Ties)) / float64(s.N*(s.N-1))
}

func around(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.4f, published %.4f", what, got, want)
	}
}

// Krackhardt's managers: published densities .452 and .243, mean out-degrees 9.05 and 4.86 (Krackhardt 1987; Wasserman
// & Faust 1994). The report names a department only where it has enough people.
func TestManagersAsPublished(t *testing.T) {
	s := published(t, "krackhardt-hightech", "edges.csv", "dept", "level", "advice", "friendship")
	around(t, "density of advice", s.density(0), 0.452, 0.0005)
	around(t, "density of friendship", s.density(1), 0.243, 0.0005)
	around(t, "mean out-degree of advice", 20*s.density(0), 9.05, 0.005)
	around(t, "mean out-degree of friendship", 20*s.density(1), 4.86, 0.005)
	f, err := Of(context.Background(), s, Options{Threshold: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Departments) != 3 || f.Departments[0] != (Group{Rest, 8}) || f.Departments[2] != (Group{"2", 8}) {
		t.Errorf("departments %v", f.Departments)
	}
	// Advice goes up much more than down; among friends less so (Krackhardt & Hanson 1993).
	if len(f.Levels) == 0 || *f.Layers[0].Up < *f.Layers[0].Down {
		t.Errorf("levels %v: %d up, %d down", f.Levels, *f.Layers[0].Up, *f.Layers[0].Down)
	}
}

// Lazega's lawyers: published densities .18, .12 and .22 (Lazega 2001; Lazega & Pattison 1999). People turn to their
// own practice, and the three layers are alike.
func TestLawyersAsPublished(t *testing.T) {
	s := published(t, "lazega-lawfirm", "edges.csv", "practice", "status", "advice", "friendship", "cowork")
	for i, want := range []float64{0.18, 0.12, 0.22} {
		around(t, "density of "+s.Layers[i].Name, s.density(i), want, 0.005)
	}
	f, err := Of(context.Background(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Departments) != 2 || f.Departments[0].People+f.Departments[1].People != 71 || len(f.Likeness) != 3 {
		t.Fatalf("%+v", f)
	}
	same, all := 0, 0
	for _, e := range s.Layers[0].Ties {
		if all++; s.Group[e.From] == s.Group[e.To] {
			same++
		}
	}
	expected := 0.0
	for _, g := range f.Departments {
		expected += float64(g.People*(g.People-1)) / (71 * 70)
	}
	if !(float64(same)/float64(all) > expected+0.1) {
		t.Errorf("%d of %d arcs of advice stay within a practice; chance would have %.2f", same, all, expected)
	}
	for _, l := range f.Likeness {
		if l.Correlation == nil || !(*l.Correlation > 0.2) {
			t.Errorf("%s and %s are alike by %v", l.First, l.Second, l.Correlation)
		}
	}
}

// The departments of the mail of a European research institution (Yin, Benson, Leskovec & Gleich 2017) and the
// communities of its mail: normalised mutual information .57 for one run of Louvain, as the collection notes it.
func TestDepartmentsOfMailAsPublished(t *testing.T) {
	s := published(t, "email-eu-core", "edges.csv.gz", "department", "", "email")
	if s.N != 1005 || len(s.Layers[0].Ties) != 25571 {
		t.Fatalf("%d people, %d arcs", s.N, len(s.Layers[0].Ties))
	}
	directed, err := graph.FromEdges(s.N, s.Layers[0].Ties, graph.BuildOptions{Directed: true})
	if err != nil {
		t.Fatal(err)
	}
	simple, err := graph.Simple(context.Background(), directed.Unweighted(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := community.Leiden(context.Background(), simple, community.LeidenOptions{Seed: 1}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	departments := make([]uint32, s.N)
	for v, name := range s.Group {
		n, err := strconv.Atoi(name)
		if err != nil {
			t.Fatal(err)
		}
		departments[v] = uint32(n)
	}
	around(t, "NMI", normalised(departments, found.Of), 0.57, 0.06)
	f, err := Of(context.Background(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Communities == nil || !(*f.Communities.Information > 0.4) || len(f.Departments) < 25 ||
		len(f.Departments) > 42 {
		t.Fatalf("%+v of %d departments", f.Communities, len(f.Departments))
	}
	t.Logf("NMI %.3f; adjusted Rand %.3f and AMI %.3f over the departments that are spoken of: %d of 42",
		normalised(departments, found.Of), *f.Communities.Rand, *f.Communities.Information, len(f.Departments)-1)
}

// normalised is the mutual information of two divisions over the mean of their entropies.
func normalised(a, b []uint32) float64 {
	n := float64(len(a))
	cells, ofA, ofB := table(a, b)
	information, ha, hb := 0.0, 0.0, 0.0
	for at, c := range cells {
		information += float64(c) / n * math.Log(n*float64(c)/float64(ofA[at[0]]*ofB[at[1]]))
	}
	for _, c := range ofA {
		ha -= float64(c) / n * math.Log(float64(c)/n)
	}
	for _, c := range ofB {
		hb -= float64(c) / n * math.Log(float64(c)/n)
	}
	return 2 * information / (ha + hb)
}
