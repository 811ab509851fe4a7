package layout

import (
	"context"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// net is a grid of so many nodes along and across.
func net(along, across uint32) *graph.Graph {
	var ties []graphtest.Tie
	for x := range along {
		for y := range across {
			v := x*across + y
			if x+1 < along {
				ties = append(ties, graphtest.Tie{U: v, V: v + across, Weight: 1})
			}
			if y+1 < across {
				ties = append(ties, graphtest.Tie{U: v, V: v + 1, Weight: 1})
			}
		}
	}
	return graphtest.Of(int(along*across), false, false, ties)
}

// A net lies flat and a ring round, whatever the seed: whether all distances are known or some.
func TestNoFolds(t *testing.T) {
	var around []graphtest.Tie
	for v := range uint32(300) {
		around = append(around, graphtest.Tie{U: v, V: (v + 1) % 300, Weight: 1})
	}
	for name, g := range map[string]*graph.Graph{
		"net": net(20, 20), "wide net": net(40, 40), "strip": net(100, 3),
		"ring": graphtest.Of(300, false, false, around),
	} {
		for _, aim := range []Aim{Balanced, Distances} {
			for seed := range uint64(4) {
				params := LayoutOptions{Seed: seed, Aim: aim}
				places, err := Layout(context.Background(), g, params, graph.Options{})
				if err != nil {
					t.Fatal(err)
				}
				stress, err := Stress(context.Background(), g, places, MeasureOptions{}, graph.Options{})
				if err != nil || !(stress < 0.03) {
					t.Errorf("%s, aim %d, seed %d: stress %v, %v", name, aim, seed, stress, err)
				}
			}
		}
	}
}

// With some nodes apart from the rest the map begins with the rest, and each part apart is whole.
func TestSpreadOfParts(t *testing.T) {
	var ties []graphtest.Tie
	net(20, 20).Edges(func(u, v uint32, _ float64) bool {
		ties = append(ties, graphtest.Tie{U: u, V: v, Weight: 1})
		return true
	})
	for v := uint32(400); v < 412; v += 3 {
		ties = append(ties, graphtest.Tie{U: v, V: v + 1, Weight: 1}, graphtest.Tie{U: v + 1, V: v + 2, Weight: 1})
	}
	begin := func(g *graph.Graph, count int) ([]Point, bool) {
		m := &mapper{ctx: context.Background(), g: g, seed: 5}
		f, err := m.newField(count)
		if err != nil {
			t.Fatal(err)
		}
		places, ok, err := m.spread(f, g.N())
		if err != nil {
			t.Fatal(err)
		}
		return places, ok
	}
	for _, count := range []int{413, 40} {
		g := graphtest.Of(413, false, false, ties) // the last has no tie
		places, ok := begin(g, count)
		if !ok {
			t.Fatal("a few apart keep the others from beginning")
		}
		checkFinite(t, places)
		radius := math.Sqrt(413)
		for v := 400; v < 412; v++ {
			near := places[400+(v-400)/3*3]
			if far := math.Hypot(places[v].X, places[v].Y); !(far > radius-1) ||
				!(math.Hypot(places[v].X-near.X, places[v].Y-near.Y) < 2) {
				t.Errorf("node %d, apart, lies at %v", v, places[v])
			}
		}
		for v := range 400 {
			if !(math.Hypot(places[v].X, places[v].Y) < radius) {
				t.Errorf("node %d of the net lies at %v", v, places[v])
			}
		}
	}
	if _, ok := begin(graphtest.Of(800, false, false, ties), 800); ok {
		t.Error("half of the nodes have no tie, and the map begins with distances")
	}
}

// A descent finds the places of points whose distances it is given, and never ends with more stress than others found.
func TestDescend(t *testing.T) {
	g := net(1, 50)
	m := &mapper{ctx: context.Background(), g: g, seed: 1}
	f, err := m.newField(50)
	if err != nil {
		t.Fatal(err)
	}
	r := random.New(1, 9)
	places := make([]Point, 50)
	for v := range places {
		places[v] = Point{r.Float(), r.Float()}
	}
	before := f.stress(places)
	want, err := Stress(context.Background(), g, places, MeasureOptions{}, graph.Options{})
	if err != nil || !(math.Abs(before-want) < 1e-12) {
		t.Errorf("stress %v, want %v, %v", before, want, err)
	}
	if err := m.descend(f, places); err != nil {
		t.Fatal(err)
	}
	if after := f.stress(places); !(after < 0.01) {
		t.Errorf("stress of a path %v, before %v", after, before)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m.ctx = ctx
	if err := m.descend(f, places); err == nil {
		t.Error("it goes on after the end")
	}
}
