// Package graphtest holds what the tests of the engine share: small graphs of every kind, large ones for benchmarks,
// and the plainest way to compute what kernels compute.
package graphtest

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// Tie is an edge or arc for the tests' own constructor.
type Tie struct {
	U, V   uint32
	Weight float64
}

// Of builds a graph directly, without the package's builder: parallel edges are merged by adding their weights.
func Of(n int, directed, weighted bool, ties []Tie) *graph.Graph {
	return of(n, directed, weighted, false, ties)
}

// of is Of, also with weights of 64 bits.
func of(n int, directed, weighted, wide bool, ties []Tie) *graph.Graph {
	arcs := slices.Clone(ties)
	if !directed {
		for _, t := range ties {
			if t.U != t.V {
				arcs = append(arcs, Tie{t.V, t.U, t.Weight})
			}
		}
	}
	rows := func(arcs []Tie) ([]int64, []uint32, graph.Weights) {
		slices.SortStableFunc(arcs, func(a, b Tie) int { return cmp.Or(cmp.Compare(a.U, b.U), cmp.Compare(a.V, b.V)) })
		offsets, targets, weights := make([]int64, n+1), []uint32{}, []float64{}
		for i, a := range arcs {
			if i > 0 && arcs[i-1].U == a.U && arcs[i-1].V == a.V {
				weights[len(weights)-1] += a.Weight
				continue
			}
			targets, weights = append(targets, a.V), append(weights, a.Weight)
			offsets[a.U+1]++
		}
		for v := range n {
			offsets[v+1] += offsets[v]
		}
		switch {
		case !weighted:
			return offsets, targets, graph.Weights{}
		case wide:
			return offsets, targets, graph.Weights64(weights)
		}
		narrow := make([]float32, len(weights))
		for i, w := range weights {
			narrow[i] = float32(w)
		}
		return offsets, targets, graph.Weights32(narrow)
	}
	offsets, targets, weights := rows(arcs)
	g, err := graph.FromRows(context.Background(), directed, offsets, targets, weights, graph.Options{Threads: 1})
	if err != nil {
		panic(err)
	}
	return g
}

// Random returns a small random graph, sometimes with loops.
func Random(r *random.Source, n int, density float64, directed, weighted bool) *graph.Graph {
	return Of(n, directed, weighted, randomTies(r, n, density, directed, 4))
}

// randomTies are ties whose weights are whole numbers divided by unit.
func randomTies(r *random.Source, n int, density float64, directed bool, unit float64) []Tie {
	var ties []Tie
	for u := range uint32(n) {
		for v := range uint32(n) {
			if !directed && v < u || u == v && r.Float() < 0.8 {
				continue
			}
			if r.Float() < density {
				ties = append(ties, Tie{u, v, float64(1+r.Below(9)) / unit})
			}
		}
	}
	return ties
}

// EachKind calls check with random graphs of 0 to 14 nodes, of each kind: without weights, with such that 32 bits can
// hold, and with such that need 64.
func EachKind(t *testing.T, rounds int, check func(t *testing.T, g *graph.Graph, r *random.Source)) {
	t.Helper()
	for round := range rounds {
		for kind := range 6 {
			r := random.New(uint64(round), uint64(kind))
			n := int(r.Below(15))
			unit := 4.0
			if kind >= 4 {
				unit = 10
			}
			directed := kind&1 != 0
			g := of(n, directed, kind >= 2, kind >= 4, randomTies(&r, n, r.Float(), directed, unit))
			check(t, g, &r)
			if t.Failed() {
				offsets, targets, weights := g.Rows()
				t.Fatalf("round %d, kind %d: n=%d offsets=%v targets=%v weights=%v", round, kind, n, offsets,
					targets, weights)
			}
		}
	}
}

// CloseTo fails the test when two lists differ by more than the tolerance anywhere (relative above 1).
func CloseTo(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if math.IsNaN(got[i]) && math.IsNaN(want[i]) || got[i] == want[i] {
			continue
		}
		if !(math.Abs(got[i]-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
			t.Errorf("%s of %d = %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

// Adjacency returns the weights as a dense matrix; loops are left out.
func Adjacency(g *graph.Graph) [][]float64 {
	a := make([][]float64, g.N())
	for v := range a {
		a[v] = make([]float64, g.N())
		for i, u := range g.Neighbors(uint32(v)) {
			if int(u) == v {
				continue
			}
			a[v][u] = 1
			if g.Weighted() {
				a[v][u] = g.Weights(uint32(v)).At(i)
			}
		}
	}
	return a
}

// Symmetric returns the dense matrix of Simple(g).
func Symmetric(g *graph.Graph) [][]float64 {
	a := Adjacency(g)
	if !g.Directed() {
		return a
	}
	for u := range a {
		for v := range u {
			sum := a[u][v] + a[v][u]
			if !g.Weighted() && sum > 0 {
				sum = 1
			}
			a[u][v], a[v][u] = sum, sum
		}
	}
	return a
}

// AllDistances returns all distances in steps by the Floyd-Warshall method; math.Inf(1) where there is no path.
func AllDistances(g *graph.Graph) [][]float64 {
	a := Adjacency(g)
	for u := range a {
		for v := range a {
			if u == v {
				a[u][v] = 0
			} else if _, found := slices.BinarySearch(g.Neighbors(uint32(u)), uint32(v)); found {
				a[u][v] = 1
			} else {
				a[u][v] = math.Inf(1)
			}
		}
	}
	for k := range a {
		for u := range a {
			for v := range a {
				a[u][v] = min(a[u][v], a[u][k]+a[k][v])
			}
		}
	}
	return a
}

// ThreadCounts are tried by the tests: serial, and more threads than most pieces of work.
var ThreadCounts = []int{1, 2, 5}

// BenchGraph returns the graph that benchmarks run on: the edge list named by GAVE_BENCH_GRAPH, or a random social
// graph of 20,000 nodes with communities and hubs.
func BenchGraph(b *testing.B) *graph.Graph {
	b.Helper()
	if loadedBenchGraph == nil {
		if name := os.Getenv("GAVE_BENCH_GRAPH"); name != "" {
			loadedBenchGraph = readTestEdges(b, name)
		} else {
			loadedBenchGraph = Social(20000, 10, 7)
		}
	}
	return loadedBenchGraph
}

var loadedBenchGraph *graph.Graph

func readTestEdges(t testing.TB, name string) *graph.Graph {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	builder := graph.NewBuilder(graph.BuildOptions{})
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		from, to, _ := strings.Cut(lines.Text(), " ")
		u, errU := strconv.ParseUint(from, 10, 32)
		v, errV := strconv.ParseUint(to, 10, 32)
		if errU != nil || errV != nil {
			t.Fatalf("not an edge: %q", lines.Text())
		}
		builder.Add(uint32(u), uint32(v))
	}
	g, err := builder.Graph(context.Background(), 0, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Social makes communities of 30 nodes with hubs: half of each node's ties are inside, a third to popular nodes,
// the rest anywhere.
func Social(n, tiesEach int, seed uint64) *graph.Graph {
	r := random.New(seed, 0)
	seen := map[[2]uint32]bool{}
	var ties []Tie
	for u := range uint32(n) {
		for k := range tiesEach {
			var v uint32
			switch {
			case k%2 == 0:
				v = u/30*30 + uint32(r.Below(30))
			case k%3 == 0:
				v = uint32(float64(n) * r.Float() * r.Float() * r.Float())
			default:
				v = uint32(r.Below(uint64(n)))
			}
			key := [2]uint32{min(u, v), max(u, v)}
			if v == u || int(v) >= n || seen[key] {
				continue
			}
			seen[key] = true
			ties = append(ties, Tie{u, v, float64(1 + r.Below(100))})
		}
	}
	return Of(n, false, false, ties)
}

// BenchThreads runs a benchmark with one and with two threads.
func BenchThreads(b *testing.B, run func(opts graph.Options) error) {
	BenchGraph(b)
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			for b.Loop() {
				if err := run(graph.Options{Threads: threads}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Kite is the network of Krackhardt 1990: Diane (3) has the most ties, Heather (7) the most paths, Fernando (5) and
// Garth (6) are nearest to all.
func Kite() *graph.Graph {
	g, err := graph.FromEdges(10, []graph.Edge{
		{From: 0, To: 1},
		{From: 0, To: 2},
		{From: 0, To: 3},
		{From: 0, To: 5},
		{From: 1, To: 3},
		{From: 1, To: 4},
		{From: 1, To: 6},
		{From: 2, To: 3},
		{From: 2, To: 5},
		{From: 3, To: 4},
		{From: 3, To: 5},
		{From: 3, To: 6},
		{From: 4, To: 6},
		{From: 5, To: 6},
		{From: 5, To: 7},
		{From: 6, To: 7},
		{From: 7, To: 8},
		{From: 8, To: 9},
	}, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return g
}

// Largest returns the place of the largest value.
func Largest(values []float64) int {
	best := 0
	for v, x := range values {
		if x > values[best] {
			best = v
		}
	}
	return best
}

// Classic reads a network of testdata/classic, of a file with layers the one that is named. Node 1 of the file is node
// 0 here. Edges count once; weighted keeps the weights of the file, which is taken as 1 where it has none.
func Classic(t testing.TB, file, layer string, directed, weighted bool) *graph.Graph {
	t.Helper()
	opened, err := os.Open(filepath.Join(testdata(), "classic", file+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	rows, err := csv.NewReader(opened).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string {
		if at := slices.Index(rows[0], name); at >= 0 {
			return row[at]
		}
		return ""
	}
	n, ties := 0, []Tie{}
	for _, row := range rows[1:] {
		u, _ := strconv.Atoi(row[0])
		v, _ := strconv.Atoi(row[1])
		n = max(n, u, v)
		if column(row, "layer") != layer {
			continue
		}
		weight, err := strconv.ParseFloat(column(row, "weight"), 64)
		if err != nil {
			weight = 1
		}
		if column(row, "sign") == "-1" {
			weight = -weight
		}
		ties = append(ties, Tie{uint32(u - 1), uint32(v - 1), weight})
	}
	return of(n, directed, weighted, true, ties)
}

// Reference reads the values that a package's testdata/reference.py wrote down, as others give them.
func Reference(t testing.TB, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// testdata is the folder of what packages share, wherever the test runs.
func testdata() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "testdata")
}

// RealTie is a row of a real network, as it stands in the file.
type RealTie struct {
	From, To     uint32
	Layer        string
	Weight, Sign float64 // 1 where the file has none
	Time         string
}

// Real reads a network of the real data sets beside the project, and skips the test where they are missing. Nodes are
// numbered in the order of its table of nodes.
func Real(t testing.TB, name string) (nodes int, rows []RealTie) {
	t.Helper()
	folder := filepath.Join(testdata(), "..", "..", "..", "shared", "data", "networks", name)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the real network " + name + " is not here: ../shared/data is missing beside the project")
	}
	number := map[string]uint32{}
	for _, row := range realRows(t, filepath.Join(folder, "nodes.csv"))[1:] {
		number[row[0]] = uint32(len(number))
	}
	edges := filepath.Join(folder, "edges.csv")
	if _, err := os.Stat(edges); err != nil {
		edges += ".gz"
	}
	list := realRows(t, edges)
	if !slices.Equal(list[0], []string{"source", "target", "layer", "weight", "sign", "time"}) {
		t.Fatalf("%s has the columns %v", edges, list[0])
	}
	one := func(text string) float64 {
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return x
		}
		return 1
	}
	for _, row := range list[1:] {
		rows = append(rows, RealTie{number[row[0]], number[row[1]], row[2], one(row[3]), one(row[4]), row[5]})
	}
	return len(number), rows
}

func realRows(t testing.TB, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var text io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// RealGraph is one layer of a real network as a simple undirected graph without weights.
func RealGraph(t testing.TB, name, layer string) *graph.Graph {
	t.Helper()
	nodes, rows := Real(t, name)
	var edges []graph.Edge
	for _, row := range rows {
		if row.Layer == layer {
			edges = append(edges, graph.Edge{From: row.From, To: row.To})
		}
	}
	g, err := graph.FromEdges(nodes, edges, graph.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}
