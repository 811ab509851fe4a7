package twomode

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

func TestProjectAgainstSets(t *testing.T) {
	for round := range 200 {
		r := random.New(uint64(round), 1)
		n := int(r.Below(14))
		side, ties := make([]bool, n), []graph.Edge{}
		for v := range side {
			side[v] = r.Below(2) == 0
		}
		events := make([]map[int]bool, n)
		for v := range events {
			events[v] = map[int]bool{}
		}
		for range r.Below(30) {
			if n == 0 {
				break
			}
			u, v := int(r.Below(uint64(n))), int(r.Below(uint64(n)))
			if side[u] != side[v] {
				ties = append(ties, graph.Edge{From: uint32(u), To: uint32(v), Weight: 3})
				events[u][v], events[v][u] = true, true
			}
		}
		g, err := graph.FromEdges(n, ties, graph.BuildOptions{Directed: round%2 > 0, Weighted: round%3 > 0})
		if err != nil {
			t.Fatal(err)
		}
		for weighting := range Jaccard + 1 {
			for _, threads := range []int{1, 3} {
				p, err := Project(context.Background(), g, side, weighting, graph.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				place := 0
				for v := range n {
					if side[v] {
						if p.Nodes[place] != uint32(v) {
							t.Fatalf("node %d of the projection is %d, want %d", place, p.Nodes[place], v)
						}
						place++
					}
				}
				if place != p.Graph.N() {
					t.Fatalf("%d nodes, want %d", p.Graph.N(), place)
				}
				for i, u := range p.Nodes {
					for j, v := range p.Nodes {
						both, sum := 0.0, 0.0
						for event := range events[u] {
							if u != v && events[v][event] {
								both++
								sum += 1 / float64(len(events[event])-1)
							}
						}
						want := map[Weighting]float64{
							Newman: sum, Count: both, Jaccard: both / (float64(len(events[u])+len(events[v])) - both),
						}[weighting]
						got, found := p.Graph.Weight(uint32(i), uint32(j))
						if found != (both > 0) || found && !(math.Abs(got-want) <= 1e-12) {
							t.Fatalf("weighting %d, %d-%d: %v (%v), want %v", weighting, u, v, got, found, want)
						}
					}
				}
			}
		}
	}
}

func TestProjectRefuses(t *testing.T) {
	g, err := graph.FromEdges(3, []graph.Edge{{From: 0, To: 1}, {From: 1, To: 2}}, graph.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		side      []bool
		weighting Weighting
		want      error
	}{
		{[]bool{true, false}, Newman, graph.ErrLength},
		{[]bool{true, true, false}, Newman, graph.ErrParameter},
		{[]bool{true, false, true}, 9, graph.ErrParameter},
		{[]bool{true, false, true}, Newman, nil},
	} {
		if _, err := Project(context.Background(), g, c.side, c.weighting, graph.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%v, %d: %v, want %v", c.side, c.weighting, err, c.want)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Project(cancelled, g, []bool{true, false, true}, Newman, graph.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	looped, err := graph.FromEdges(1, []graph.Edge{{}}, graph.BuildOptions{KeepLoops: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Project(context.Background(), looped, []bool{true}, Count, graph.Options{})
	if !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a self-loop: %v", err)
	}
}

// TestSouthernWomen compares with the values that networkx has, which testdata/measures.py wrote down.
func TestSouthernWomen(t *testing.T) {
	file, err := os.Open("../../../shared/data/networks/southern-women/edges.csv")
	if err != nil {
		t.Skip("the real networks are not beside the repository: ", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names, ties := graph.NewNames(nil), []graph.Edge{}
	women := map[uint32]bool{}
	for _, row := range rows[1:] {
		u := names.Intern([]byte(row[0]))
		women[u] = true
		ties = append(ties, graph.Edge{From: u, To: names.Intern([]byte(row[1]))})
	}
	g, err := graph.FromEdges(0, ties, graph.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	side := make([]bool, g.N())
	for v := range women {
		side[v] = true
	}
	data, err := os.ReadFile("../testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		SouthernWomen map[string][]struct {
			A, B   string
			Weight float64
		} `json:"southern_women"`
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for name, weighting := range map[string]Weighting{"newman": Newman, "count": Count, "jaccard": Jaccard} {
		p, err := Project(context.Background(), g, side, weighting, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		number := map[string]uint32{}
		for i, v := range p.Nodes {
			number[names.Name(v)] = uint32(i)
		}
		list := want.SouthernWomen[name]
		if int64(len(list)) != p.Graph.M() || len(list) == 0 {
			t.Fatalf("%s: %d ties, want %d", name, p.Graph.M(), len(list))
		}
		for _, tie := range list {
			if got, _ := p.Graph.Weight(number[tie.A], number[tie.B]); !(math.Abs(got-tie.Weight) <= 1e-9) {
				t.Errorf("%s: %s-%s is %v, want %v", name, tie.A, tie.B, got, tie.Weight)
			}
		}
	}
}
