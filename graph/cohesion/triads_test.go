package cohesion

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// triadName tells the kind of a triad by its ties, without a table.
func triadName(g *graph.Graph, nodes [3]uint32) string {
	mutual, single := 0, 0
	var out, in [3]int // one-way arcs
	whole := -1        // the node that the mutual tie leaves out
	for i := range 3 {
		a, b := (i+1)%3, (i+2)%3
		forth, back := g.HasEdge(nodes[a], nodes[b]), g.HasEdge(nodes[b], nodes[a])
		switch {
		case forth && back:
			mutual++
			whole = i
		case forth:
			single++
			out[a]++
			in[b]++
		case back:
			single++
			out[b]++
			in[a]++
		}
	}
	name := string([]byte{'0' + byte(mutual), '0' + byte(single), '0' + byte(3-mutual-single)})
	has := func(list [3]int, count int) bool { return list[0] == count || list[1] == count || list[2] == count }
	switch name {
	case "021":
		switch {
		case has(out, 2):
			name += "D"
		case has(in, 2):
			name += "U"
		default:
			name += "C"
		}
	case "030":
		if name += "T"; !has(out, 2) {
			name = "030C"
		}
	case "111":
		if name += "U"; out[whole] == 1 { // the third points at the pair
			name = "111D"
		}
	case "120":
		switch {
		case out[whole] == 2:
			name += "D"
		case in[whole] == 2:
			name += "U"
		default:
			name += "C"
		}
	}
	return name
}

// TestTriadsOfOthers compares with what networkx and igraph count, which testdata/measures.py wrote down.
func TestTriadsOfOthers(t *testing.T) {
	data, err := os.ReadFile("../testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Triads map[string]map[string]int64 }
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for network, file := range map[string]string{"karate": "karate", "hightech": "krackhardt-hightech"} {
		opened, err := os.Open("../testdata/classic/" + file + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(opened).ReadAll()
		if err := errors.Join(err, opened.Close()); err != nil {
			t.Fatal(err)
		}
		names, ties := graph.NewNames(nil), []graph.Edge{}
		for _, row := range rows[1:] {
			if network == "karate" || row[2] == "advice" {
				ties = append(ties, graph.Edge{From: names.Intern([]byte(row[0])), To: names.Intern([]byte(row[1]))})
			}
		}
		g, err := graph.FromEdges(0, ties, graph.BuildOptions{Directed: network == "hightech"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := TriadCensus(context.Background(), g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for kind, name := range TriadNames {
			if count, found := want.Triads[network][name]; !found || got[kind] != count {
				t.Errorf("%s: %d triads of kind %s, want %d", network, got[kind], name, count)
			}
		}
	}
}

func TestTriadCensusAgainstAllTriples(t *testing.T) {
	seen := map[string]bool{}
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		want := map[string]int64{}
		for u := range uint32(g.N()) {
			for v := range u {
				for w := range v {
					name := triadName(g, [3]uint32{u, v, w})
					want[name]++
					seen[name] = true
				}
			}
		}
		for _, threads := range graphtest.ThreadCounts {
			got, err := TriadCensus(context.Background(), g, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			for kind, count := range got {
				if count != want[TriadNames[kind]] {
					t.Errorf("%d triads of kind %s, want %d", count, TriadNames[kind], want[TriadNames[kind]])
				}
			}
		}
	})
	if len(seen) != len(TriadNames) {
		t.Errorf("only %d kinds were tried", len(seen))
	}
}
