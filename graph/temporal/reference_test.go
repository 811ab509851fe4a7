package temporal

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gave.network/graph"
)

// networks are the real data sets beside the repository.
const networks = "../../../shared/data/networks"

// total is the sum of a value over the nodes that have one, other than the source.
type total struct {
	Nodes int
	Sum   int64
}

func totalOf(values []int64, source uint32) total {
	var t total
	for v, x := range values {
		if uint32(v) != source && x != Never && x != -Never {
			t.Nodes++
			t.Sum += x
		}
	}
	return t
}

// readContacts reads the first contacts of a network; nodes are numbered in the order in which they appear.
func readContacts(t *testing.T, name string, most int, directed bool) *Sequence {
	t.Helper()
	file, err := os.Open(filepath.Join(networks, name, "edges.csv.gz"))
	if err != nil {
		t.Skip("the real networks are not beside the repository: ", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]uint32{}
	number := func(name string) uint32 {
		v, found := ids[name]
		if !found {
			v = uint32(len(ids))
			ids[name] = v
		}
		return v
	}
	var contacts []Contact
	for _, row := range rows[1:] {
		if row[0] == row[1] || len(contacts) == most {
			continue
		}
		at, err := strconv.ParseInt(row[5], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		from := number(row[0])
		contacts = append(contacts, Contact{from, number(row[1]), at, 0})
	}
	s, err := New(context.Background(), len(ids), contacts, directed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRealNetworks compares with what testdata/reference.py works out in other ways.
func TestRealNetworks(t *testing.T) {
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var references []struct {
		Network     string
		Directed    bool
		Contacts, N int
		Sources     []struct {
			Source                              uint32
			Arrival, Departure, Fastest, Fewest total
		}
		Reach        int
		ReachOf7     int `json:"reach_of_7"`
		BurstyNodes  int `json:"bursty_nodes"`
		Closeness    float64
		ClosenessOf7 float64 `json:"closeness_of_7"`
		Burstiness   float64
	}
	if err := json.Unmarshal(data, &references); err != nil {
		t.Fatal(err)
	}
	for _, want := range references {
		s := readContacts(t, want.Network, want.Contacts, want.Directed)
		first, last := s.Span()
		w := Window{From: first, Until: last}
		if s.N() != want.N || s.Len() != want.Contacts {
			t.Fatalf("%s: %d nodes, %d contacts", want.Network, s.N(), s.Len())
		}
		for _, of := range want.Sources {
			for _, c := range []struct {
				what string
				find func(context.Context, *Sequence, uint32, Window) (*Paths, error)
				want total
			}{
				{"arrivals", EarliestArrivals, of.Arrival},
				{"departures", LatestDepartures, of.Departure},
				{"fastest", FastestPaths, of.Fastest},
				{"fewest", FewestContacts, of.Fewest},
			} {
				p, err := c.find(background, s, of.Source, w)
				if err != nil {
					t.Fatal(err)
				}
				if got := totalOf(p.Values, of.Source); got != c.want {
					t.Errorf("%s, %s of %d: %+v, want %+v", want.Network, c.what, of.Source, got, c.want)
				}
			}
		}
		reach, err := Reach(background, s, w, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		near, err := Closeness(background, s, w, 3600, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rhythms, err := Rhythms(background, s, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		out, in, closeness, burstiness, bursty := 0, 0, 0.0, 0.0, 0
		for v := range s.N() {
			out, in, closeness = out+reach.Out[v], in+reach.In[v], closeness+near[v]
			if b := rhythms[v].Burstiness; !math.IsNaN(b) {
				burstiness, bursty = burstiness+b, bursty+1
			}
		}
		if out != want.Reach || in != want.Reach || reach.Out[7] != want.ReachOf7 || bursty != want.BurstyNodes {
			t.Errorf("%s: reach %d and %d, of 7 %d, %d bursty; want %d, %d, %d", want.Network, out, in, reach.Out[7],
				bursty, want.Reach, want.ReachOf7, want.BurstyNodes)
		}
		for _, c := range [][2]float64{
			{closeness, want.Closeness}, {near[7], want.ClosenessOf7}, {burstiness, want.Burstiness},
		} {
			if !(math.Abs(c[0]-c[1]) <= 1e-9*math.Max(1, c[1])) {
				t.Errorf("%s: closeness or burstiness %v, want %v", want.Network, c[0], c[1])
			}
		}
	}
}
