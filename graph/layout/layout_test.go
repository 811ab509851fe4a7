package layout

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/leiden"
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

func TestTreeOfNeighborsAgainstAllPairs(t *testing.T) {
	r := random.New(3, 3)
	places, mass := make([]Point, 600), make([]float64, 600)
	for v := range places {
		scale := 25.0
		if v%2 == 0 {
			scale = 2
		}
		places[v], mass[v] = Point{scale * r.Float(), scale * r.Float()}, 1
	}
	var quad tree
	quad.build(places, mass)
	mean, far := 0.0, 0
	for v, p := range places {
		fx, fy, sum := quad.pushNear(p)
		var wx, wy, want, size float64
		for u, q := range places {
			if u != v {
				dx, dy := p.X-q.X, p.Y-q.Y
				near := 1 / (1 + dx*dx + dy*dy)
				wx, wy, want = wx+near*near*dx, wy+near*near*dy, want+near
				size += near * near * math.Hypot(dx, dy)
			}
		}
		// Who lies at the corner of a square may be taken for a part of its crowd at the other corner, and is then far
		// off; so the mean is looked at, and how many are.
		off := max(math.Hypot(fx-wx, fy-wy)/size, math.Abs(sum-want)/want)
		mean += off / float64(len(places))
		if !(off <= 0.25) {
			far++
		}
	}
	if !(mean <= 0.05) || far > len(places)/50 {
		t.Errorf("mean of the relative errors %v, large of %d", mean, far)
	}
}

// With all nodes chosen a field asks what the stress of all pairs asks; with some, about as much in sum.
func TestFieldIsOfAllPairs(t *testing.T) {
	g := graphtest.Social(300, 3, 4)
	m := &mapper{ctx: context.Background(), g: g, seed: 1}
	whole := 0.0
	for _, count := range []int{300, 100, 50} {
		f, err := m.newField(count)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, source := range f.sources {
			distances, err := graph.Distances(context.Background(), g, graph.Options{}, source)
			if err != nil {
				t.Fatal(err)
			}
			for v, d := range distances {
				if int(f.steps[v*count+i]) != int(max(d, 0)) {
					t.Fatalf("%d steps from %d to %d, want %d", f.steps[v*count+i], source, v, d)
				}
				if d <= 1 {
					continue
				}
				w := f.weight[i][d]
				if count == 300 && !(math.Abs(w-1/float64(d*d)) <= 1e-12) {
					t.Fatalf("weight %v at %d steps", w, d)
				}
				sum += w
			}
		}
		if count == 300 {
			whole = sum
		}
		if !(math.Abs(sum-whole) <= 0.1*whole) {
			t.Errorf("%d nodes ask %v in sum, all ask %v", count, sum, whole)
		}
	}
}

func TestAims(t *testing.T) {
	g := graphtest.Social(600, 4, 5)
	var near, stress [3]float64
	for _, aim := range []Aim{Balanced, Neighborhoods, Distances} {
		var first []Point
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			places, err := Layout(context.Background(), g, LayoutOptions{Seed: 2, Aim: aim}, opts)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = places
			}
			if !slices.Equal(places, first) {
				t.Fatalf("aim %d: another map with %d threads", aim, threads)
			}
		}
		var err, err2 error
		near[aim], err = NeighborhoodPreservation(context.Background(), g, first, MeasureOptions{}, graph.Options{})
		stress[aim], err2 = Stress(context.Background(), g, first, MeasureOptions{}, graph.Options{})
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
	}
	if !(near[Neighborhoods] > 1.3*near[Balanced] && near[Balanced] > 1.3*near[Distances]) {
		t.Errorf("of neighbours are preserved %v", near)
	}
	if !(stress[Neighborhoods] > stress[Balanced] && stress[Balanced] > stress[Distances]) {
		t.Errorf("the stress is %v", stress)
	}
	for _, aim := range []Aim{-1, 3} {
		_, err := Layout(context.Background(), g, LayoutOptions{Aim: aim}, graph.Options{})
		if !errors.Is(err, graph.ErrParameter) {
			t.Errorf("aim %d: %v", aim, err)
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
	graphtest.EachKind(t, 10, func(t *testing.T, g *graph.Graph, r *random.Source) {
		aim := Aim(r.Below(3))
		places, err := Layout(context.Background(), g, LayoutOptions{Aim: aim}, graph.Options{})
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
		places, err = Layout(context.Background(), g, LayoutOptions{Start: start, Aim: aim}, graph.Options{})
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

func TestTiesOfWeightZero(t *testing.T) {
	var ties []graphtest.Tie
	for u := range uint32(100) {
		for v := range u {
			weight := 0.0
			if u%2 == 1 && v == u-1 {
				weight = 1
			}
			ties = append(ties, graphtest.Tie{U: u, V: v, Weight: weight})
		}
	}
	pairs := graphtest.Of(100, false, true, ties)
	for aim := range efforts {
		places, err := Layout(context.Background(), pairs, LayoutOptions{Aim: Aim(aim)}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkFinite(t, places)
	}
}

func TestWeightsWhoseSumOverflows(t *testing.T) {
	for _, unit := range []float64{1e308, 5e-324} {
		mean := unitMean(graph.Weights64([]float64{unit, unit, 0, unit}))
		if third := float32(4.0 / 3); mean.Len() != 4 || mean.At(0) != float64(third) || mean.At(2) != 0 {
			t.Errorf("weights of %g become %g and %g", unit, mean.At(0), mean.At(2))
		}
	}
}

func checkFinite(t *testing.T, places []Point) {
	t.Helper()
	for v, p := range places {
		if sum := p.X + p.Y; math.IsNaN(sum) || math.IsInf(sum, 0) {
			t.Fatalf("node %d lies at %v", v, p)
		}
	}
}

func TestNewNodesBeginAmongTheirNeighbours(t *testing.T) {
	// Of a path only the first node has a place, so each round places one more.
	const n = 100_000
	var ties []graphtest.Tie
	for v := range uint32(n - 2) {
		ties = append(ties, graphtest.Tie{U: v, V: v + 1, Weight: 1})
	}
	begin := func(ctx context.Context) ([]Point, error) {
		places, waiting := make([]Point, n), []uint32{}
		for v := range uint32(n - 1) {
			places[v+1] = Point{math.NaN(), math.NaN()}
			waiting = append(waiting, v+1)
		}
		m := &mapper{ctx: ctx, seed: 1}
		return places, m.begin(leiden.Of(graphtest.Of(n, false, false, ties)), places, waiting, 1000)
	}
	places, err := begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for v := 1; v < n-1; v++ {
		before, here := places[v-1], places[v]
		if !(math.Abs(here.X-before.X) <= 0.5 && math.Abs(here.Y-before.Y) <= 0.5) {
			t.Fatalf("node %d lies at %v, and the one before it at %v", v, here, before)
		}
	}
	if last := places[n-1]; !(math.Abs(math.Hypot(last.X, last.Y)-1000) < 1e-6) {
		t.Errorf("a node without ties lies at %v, not at the edge", last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := begin(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
