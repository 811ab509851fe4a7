package centrality

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"gave.network/graph"
)

// TestMeasuresOfOthers compares with the values of igraph that testdata/measures.py wrote down.
func TestMeasuresOfOthers(t *testing.T) {
	data, err := os.ReadFile("../testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	type passed struct {
		Nodes map[string]float64
		Edges [][3]any
	}
	var want struct {
		Karate, Hightech passed
		Tenths           passed `json:"karate_tenths"`
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	read := func(name string, weight func(row []string, u, v int) float64) *graph.Graph {
		file, err := os.Open("../testdata/classic/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		rows, err := csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var edges []graph.Edge
		for _, row := range rows[1:] {
			u, v := number(t, row[0]), number(t, row[1])
			if w := weight(row, u, v); w > 0 {
				edges = append(edges, graph.Edge{From: uint32(u), To: uint32(v), Weight: w})
			}
		}
		g, err := graph.FromEdges(0, edges, graph.BuildOptions{
			Directed: name != "karate", Weighted: true, Weights64: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	for _, c := range []struct {
		what string
		g    *graph.Graph
		want passed
	}{
		{"karate", read("karate", func(row []string, _, _ int) float64 {
			return float64(number(t, row[2]))
		}), want.Karate},
		{"karate in tenths", read("karate", func(row []string, _, _ int) float64 {
			return float64(number(t, row[2])) / 10
		}), want.Tenths},
		{"advice", read("krackhardt-hightech", func(row []string, u, v int) float64 {
			if row[2] != "advice" {
				return 0
			}
			return float64(1+u*v%7) / 10
		}), want.Hightech},
	} {
		got, err := BetweennessOfLengths(context.Background(), c.g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range c.want.Nodes {
			if x := got.Nodes[number(t, name)]; !(math.Abs(x-value) <= 1e-9*math.Max(1, value)) {
				t.Errorf("%s: betweenness of %s is %v, want %v", c.what, name, x, value)
			}
		}
		index := graph.NewEdgeIndex(c.g)
		for _, tie := range c.want.Edges {
			edge, found := index.Number(uint32(number(t, tie[0].(string))), uint32(number(t, tie[1].(string))))
			x, value := got.Edges[edge], tie[2].(float64)
			if !found || !(math.Abs(x-value) <= 1e-9*math.Max(1, value)) {
				t.Errorf("%s: betweenness of %v-%v is %v, want %v", c.what, tie[0], tie[1], x, value)
			}
		}
		if len(c.want.Nodes) == 0 || int64(len(c.want.Edges)) != c.g.M() {
			t.Errorf("%s: %d ties compared of %d", c.what, len(c.want.Edges), c.g.M())
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	x, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
