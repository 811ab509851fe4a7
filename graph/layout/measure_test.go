package layout

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

var path4 = graphtest.Of(4, false, false, []graphtest.Tie{{U: 0, V: 1}, {U: 1, V: 2}, {U: 2, V: 3}})

func TestMeasuresByHand(t *testing.T) {
	star := graphtest.Of(4, false, false, []graphtest.Tie{{U: 0, V: 1}, {U: 0, V: 2}, {U: 0, V: 3}})
	for _, c := range []struct {
		name         string
		g            *graph.Graph
		places       []Point
		steps        int
		near, stress float64
	}{
		{"a path drawn straight", path4, []Point{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, 1, 1, 0},
		{"ten times as large", path4, []Point{{0, 0}, {0, 10}, {0, 20}, {0, 30}}, 1, 1, 0},
		// 0-2-1-3: the ends have one of one wrong (0), the inner ones one of two right (1/3). The ratios of the pairs
		// 01 12 23 are 2 1 2, of 02 13 1/2 1/2, of 03 1: sum 7, of squares 10.5, so 1 - 49/63.
		{"the middle exchanged", path4, []Point{{0, 0}, {2, 0}, {1, 0}, {3, 0}}, 1, 1. / 6, 2. / 9},
		// Within two steps the ends have two of three, the inner ones all: P of 0 is 2 1, of 3 is 1 2.
		{"the same within two steps", path4, []Point{{0, 0}, {2, 0}, {1, 0}, {3, 0}}, 2, 1, 2. / 9},
		// By chance an end has 1/3 of one, i / (2 - i) = 1/5, an inner one 4/3 of two, i / (4 - i) = 1/2.
		{"all in one place", path4, make([]Point, 4), 1, 0.35, 1},
		// The middle has all. A leaf has one nearest: the middle. Pairs of leaves are √3 / 2 too near, ties 1.
		{
			"a star", star,
			[]Point{{0, 0}, {1, 0}, {-0.5, math.Sqrt(3) / 2}, {-0.5, -math.Sqrt(3) / 2}},
			1, 1,
			1 - square(3+3*math.Sqrt(3)/2)/(6*(3+9./4)),
		},
		{"no tie", graphtest.Of(2, false, false, nil), make([]Point, 2), 1, 0, 0},
	} {
		params := MeasureOptions{Steps: c.steps}
		near, err := NeighborhoodPreservation(context.Background(), c.g, c.places, params, graph.Options{})
		stress, err2 := Stress(context.Background(), c.g, c.places, params, graph.Options{})
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(near-c.near) <= 1e-12) || !(math.Abs(stress-c.stress) <= 1e-12) {
			t.Errorf("%s: preserved %v, want %v; stress %v, want %v", c.name, near, c.near, stress, c.stress)
		}
	}
}

func square(x float64) float64 { return x * x }

// plainNear is the measure by sorting, for places no two of which are equally far.
func plainNear(g *graph.Graph, distance [][]float64, places []Point, steps int) float64 {
	sum, count := 0.0, 0.0
	for v := range places {
		var order []int
		near := 0
		for u := range places {
			if u != v {
				order = append(order, u)
				if distance[v][u] <= float64(steps) {
					near++
				}
			}
		}
		if near == 0 {
			continue
		}
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Compare(math.Hypot(places[a].X-places[v].X, places[a].Y-places[v].Y),
				math.Hypot(places[b].X-places[v].X, places[b].Y-places[v].Y))
		})
		common := 0
		for _, u := range order[:near] {
			if distance[v][u] <= float64(steps) {
				common++
			}
		}
		sum, count = sum+float64(common)/float64(2*near-common), count+1
	}
	return sum / max(count, 1)
}

// plainStress looks for the scale by halving, instead of by its formula.
func plainStress(distance [][]float64, places []Point) float64 {
	at := func(s float64) float64 {
		sum, count := 0.0, 0.0
		for v := range places {
			for u := range v {
				if d := distance[v][u]; !math.IsInf(d, 1) {
					far := s * math.Hypot(places[u].X-places[v].X, places[u].Y-places[v].Y)
					sum, count = sum+square(far-d)/(d*d), count+1
				}
			}
		}
		return sum / max(count, 1)
	}
	low, high := 0.0, 1e3
	for range 200 {
		a, b := low+(high-low)/3, high-(high-low)/3
		if at(a) < at(b) {
			high = b
		} else {
			low = a
		}
	}
	return at(low)
}

func TestMeasuresAgainstPlain(t *testing.T) {
	graphtest.EachKind(t, 20, func(t *testing.T, g *graph.Graph, r *random.Source) {
		simple, err := graph.Simple(context.Background(), g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		places := make([]Point, g.N())
		for v := range places {
			places[v] = Point{r.Float(), r.Float()}
		}
		distance := graphtest.AllDistances(simple)
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			for steps := 1; steps <= 3; steps++ {
				params := MeasureOptions{Steps: steps}
				got, err := NeighborhoodPreservation(context.Background(), g, places, params, opts)
				if want := plainNear(simple, distance, places, steps); err != nil || !(math.Abs(got-want) <= 1e-12) {
					t.Errorf("within %d steps %v are preserved, want %v (%v)", steps, got, want, err)
				}
			}
			got, err := Stress(context.Background(), g, places, MeasureOptions{}, opts)
			if want := plainStress(distance, places); err != nil || !(math.Abs(got-want) <= 1e-6) {
				t.Errorf("stress %v, want %v (%v)", got, want, err)
			}
		}
	})
}

func TestMeasuresOfASample(t *testing.T) {
	g := graphtest.Social(2000, 4, 5)
	places, err := Layout(context.Background(), g, LayoutOptions{Seed: 1}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type measure = func(context.Context, *graph.Graph, []Point, MeasureOptions, graph.Options) (float64, error)
	for name, m := range map[string]measure{"preserved": NeighborhoodPreservation, "stress": Stress} {
		whole, err := m(context.Background(), g, places, MeasureOptions{}, graph.Options{})
		sample := MeasureOptions{Sample: 500, Seed: 3}
		some, err2 := m(context.Background(), g, places, sample, graph.Options{})
		again, err3 := m(context.Background(), g, places, sample, graph.Options{Threads: 1})
		other, err4 := m(context.Background(), g, places, MeasureOptions{Sample: 500, Seed: 4}, graph.Options{})
		if err := errors.Join(err, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		if some != again || some == other || !(math.Abs(some-whole) <= 0.1*whole) {
			t.Errorf("%s: %v of all, %v, %v and %v of samples", name, whole, some, again, other)
		}
	}
}

func TestMeasuresRefuse(t *testing.T) {
	fine := make([]Point, 4)
	for _, c := range []struct {
		places []Point
		params MeasureOptions
		want   error
	}{
		{fine[:3], MeasureOptions{}, graph.ErrLength},
		{[]Point{{}, {}, {}, {math.NaN(), 0}}, MeasureOptions{}, graph.ErrNotFinite},
		{[]Point{{}, {}, {}, {0, math.Inf(-1)}}, MeasureOptions{}, graph.ErrNotFinite},
		{fine, MeasureOptions{Steps: -1}, graph.ErrParameter},
		{fine, MeasureOptions{Sample: -1}, graph.ErrParameter},
	} {
		if _, err := Stress(context.Background(), path4, c.places, c.params, graph.Options{}); !errors.Is(err, c.want) {
			t.Errorf("stress: %v, want %v", err, c.want)
		}
		_, err := NeighborhoodPreservation(context.Background(), path4, c.places, c.params, graph.Options{})
		if !errors.Is(err, c.want) {
			t.Errorf("preserved: %v, want %v", err, c.want)
		}
	}
	// Places so far apart that their squares are beyond 64 bits.
	far := []Point{{0, 0}, {1e300, 0}, {2e300, 0}, {3e300, 0}}
	got, err := Stress(context.Background(), path4, far, MeasureOptions{}, graph.Options{})
	if err != nil || !(got <= 1e-12) {
		t.Errorf("stress of a large map is %v (%v)", got, err)
	}
}

func TestStressOfTheLargestMap(t *testing.T) {
	path := graphtest.Of(3, false, false, []graphtest.Tie{{U: 0, V: 1, Weight: 1}, {U: 1, V: 2, Weight: 1}})
	places := []Point{{X: -math.MaxFloat64}, {}, {X: math.MaxFloat64}}
	got, err := Stress(context.Background(), path, places, MeasureOptions{}, graph.Options{})
	if err != nil || !(got < 1e-12) {
		t.Errorf("got %g, %v", got, err)
	}
}
