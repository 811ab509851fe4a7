package layout

import (
	"context"
	"math"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestTreeAgainstAllPairs(t *testing.T) {
	r := random.New(2, 2)
	for _, n := range []int{1, 2, 9, 500} {
		places, mass := make([]Point, n), make([]float64, n)
		for v := range places {
			// Half of them crowd in a corner.
			scale := 1.0
			if v%2 == 0 {
				scale = 0.01
			}
			places[v], mass[v] = Point{scale * r.Float(), scale * r.Float()}, 1+r.Float()
		}
		var quad tree
		quad.build(places, mass)
		worst, mean := 0.0, 0.0
		for _, p := range places {
			fx, fy := quad.push(p)
			var wx, wy, size float64
			for u, q := range places {
				dx, dy := p.X-q.X, p.Y-q.Y
				force := mass[u] / (dx*dx + dy*dy + nearest)
				wx, wy = wx+force*dx, wy+force*dy
				size += force * math.Hypot(dx, dy)
			}
			off := math.Hypot(fx-wx, fy-wy) / max(size, 1e-9)
			worst, mean = max(worst, off), mean+off/float64(n)
		}
		if !(worst <= 0.25) || !(mean <= 0.03) {
			t.Errorf("%d bodies: relative error at most %v, mean %v", n, worst, mean)
		}
	}
}

// shape returns the mean length of the edges and the mean distance of random pairs.
func shape(g *graph.Graph, places []Point) (edge, pair float64) {
	r := random.New(1, 1)
	count := 0.0
	for v := range uint32(g.N()) {
		for _, u := range g.Neighbors(v) {
			edge += math.Hypot(places[u].X-places[v].X, places[u].Y-places[v].Y)
			count++
		}
	}
	for range 10000 {
		a, b := places[r.Below(uint64(g.N()))], places[r.Below(uint64(g.N()))]
		pair += math.Hypot(a.X-b.X, a.Y-b.Y) / 10000
	}
	return edge / count, pair
}

func TestLayoutShowsStructure(t *testing.T) {
	// A grid of 30 by 30 unfolds: edges are short beside the whole.
	var ties []graphtest.Tie
	for x := range uint32(30) {
		for y := range uint32(30) {
			if x < 29 {
				ties = append(ties, graphtest.Tie{U: x*30 + y, V: x*30 + y + 30, Weight: 1})
			}
			if y < 29 {
				ties = append(ties, graphtest.Tie{U: x*30 + y, V: x*30 + y + 1, Weight: 1})
			}
		}
	}
	grid := graphtest.Of(900, false, false, ties)
	var first []Point
	for _, threads := range graphtest.ThreadCounts {
		places, err := Layout(context.Background(), grid, LayoutOptions{Seed: 3}, graph.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = places
		}
		for v := range places {
			if places[v] != first[v] {
				t.Fatalf("another map with %d threads", threads)
			}
		}
	}
	edge, pair := shape(grid, first)
	if edge > 0.12*pair {
		t.Errorf("mean edge %v, mean pair %v", edge, pair)
	}
	// Corners far apart in the grid are far apart on the map.
	corner := math.Hypot(first[0].X-first[899].X, first[0].Y-first[899].Y)
	if corner < 1.3*pair {
		t.Errorf("opposite corners %v apart, mean pair %v", corner, pair)
	}
}

func TestLayoutStaysRecognisable(t *testing.T) {
	g := graphtest.Social(1500, 4, 5)
	old, err := Layout(context.Background(), g, LayoutOptions{Seed: 1}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, pair := shape(g, old)
	// Ten new people and thirty new ties.
	r := random.New(8, 8)
	var ties []graphtest.Tie
	for v := range uint32(1500) {
		for _, u := range g.Neighbors(v) {
			if u < v {
				ties = append(ties, graphtest.Tie{U: u, V: v, Weight: 1})
			}
		}
	}
	for v := range uint32(10) {
		for range 3 {
			ties = append(ties, graphtest.Tie{U: 1500 + v, V: uint32(r.Below(1500)), Weight: 1})
		}
	}
	changed := graphtest.Of(1510, false, false, ties)
	start := append([]Point(nil), old...)
	for range 10 {
		start = append(start, Point{math.NaN(), math.NaN()})
	}
	places, err := Layout(context.Background(), changed, LayoutOptions{Seed: 1, Start: start}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	moved := 0.0
	for v := range old {
		moved += math.Hypot(places[v].X-old[v].X, places[v].Y-old[v].Y) / float64(len(old))
	}
	if moved > 0.03*pair {
		t.Errorf("nodes moved %v on average, mean pair %v", moved, pair)
	}
	for v := 1500; v < 1510; v++ {
		if !placed(places[v]) {
			t.Errorf("new node %d has no place", v)
		}
	}
}

func TestLayoutDegenerate(t *testing.T) {
	graphtest.EachKind(t, 10, func(t *testing.T, g *graph.Graph, _ *random.Source) {
		places, err := Layout(context.Background(), g, LayoutOptions{}, graph.Options{})
		if err != nil || len(places) != g.N() {
			t.Fatal(err, len(places))
		}
		for v, p := range places {
			if !placed(p) || math.IsInf(p.X, 0) || math.IsInf(p.Y, 0) {
				t.Errorf("node %d at %v", v, p)
			}
			for u := range v {
				if places[u] == p {
					t.Errorf("nodes %d and %d in one place", u, v)
				}
			}
		}
		// All in one place to start from, and some without a place.
		start := make([]Point, g.N())
		for v := range start {
			if v%3 == 1 {
				start[v] = Point{math.NaN(), 0}
			}
		}
		places, err = Layout(context.Background(), g, LayoutOptions{Start: start}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for v, p := range places {
			if !placed(p) {
				t.Errorf("node %d at %v", v, p)
			}
		}
	})
	alone, err := Layout(context.Background(), graphtest.Of(500, false, false, nil), LayoutOptions{}, graph.Options{})
	if err != nil || !placed(alone[499]) {
		t.Errorf("nodes without ties: %v", err)
	}
}

func BenchmarkLayout(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := Layout(context.Background(), graphtest.BenchGraph(b), LayoutOptions{}, opts)
		return err
	})
}
