package community

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// TestMapEquationOfOthers compares with the package infomap and igraph, as testdata/reference.py wrote down.
func TestMapEquationOfOthers(t *testing.T) {
	var want map[string]struct {
		Group, Found             []uint32
		Codelength, Best, Igraph float64
	}
	graphtest.Reference(t, &want)
	graphs := map[string]*graph.Graph{
		"karate":          graphtest.Classic(t, "karate", "", false, false),
		"karate_weighted": graphtest.Classic(t, "karate", "", false, true),
		"marriage":        graphtest.Classic(t, "florentine-families", "marriage", false, false),
		"advice":          graphtest.Classic(t, "krackhardt-hightech", "advice", true, false),
		"friendship":      graphtest.Classic(t, "krackhardt-hightech", "friendship", true, false),
		"chart":           graphtest.Classic(t, "krackhardt-hightech", "reports_to", true, false),
		"cowork":          graphtest.Classic(t, "lazega-lawfirm", "cowork", true, false),
	}
	for name, g := range graphs {
		w := want[name]
		for _, c := range []struct {
			of   []uint32
			want float64
		}{{w.Group, w.Codelength}, {w.Found, w.Best}} {
			got, err := MapEquation(context.Background(), g, c.of, InfomapOptions{}, graph.Options{})
			if err != nil || !(math.Abs(got-c.want) <= 1e-9) {
				t.Errorf("%s: %v bits, %v, want %v", name, got, err, c.want)
			}
		}
		found, err := Infomap(context.Background(), g, InfomapOptions{}, graph.Options{})
		if err != nil || !(found.CodeLength <= w.Best+1e-9) {
			t.Errorf("%s: %v bits, %v, others found %v", name, found.CodeLength, err, w.Best)
		}
	}
	mail := graphtest.RealGraph(t, "email-eu-core", "email")
	found, err := Infomap(context.Background(), mail, InfomapOptions{Starts: 20}, graph.Options{})
	if err != nil || !(found.CodeLength <= 1.002*want["email-eu-core"].Best) {
		t.Errorf("email-eu-core: %v bits, %v, others found %v", found.CodeLength, err, want["email-eu-core"].Best)
	}
}

func TestInfomapAgainstAllDivisions(t *testing.T) {
	missed, tried := 0, 0
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		var first *Described
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			got, err := Infomap(context.Background(), g, InfomapOptions{Seed: 4}, opts)
			if err != nil {
				t.Fatal(err)
			}
			length, err := MapEquation(context.Background(), g, got.Of, InfomapOptions{}, opts)
			if err != nil || !(math.Abs(length-got.CodeLength) <= 1e-12) || got.CodeLength > got.OneCode {
				t.Errorf("%+v, but counted %v, %v", got, length, err)
			}
			if first != nil && !slices.Equal(first.Of, got.Of) {
				t.Error("another result with more threads")
			}
			first = got
		}
		if g.N() > 7 || g.N() == 0 {
			return
		}
		best := math.Inf(1)
		of := make([]uint32, g.N())
		var next func(v int, count uint32)
		next = func(v int, count uint32) {
			if v == g.N() {
				length, err := MapEquation(context.Background(), g, of, InfomapOptions{}, graph.Options{})
				if err != nil {
					t.Fatal(err)
				}
				best = min(best, length)
				return
			}
			for c := range count + 1 {
				of[v] = c
				next(v+1, max(count, c+1))
			}
		}
		next(0, 0)
		tried++
		if first.CodeLength > best+1e-9 {
			missed++
		}
		if first.CodeLength < best-1e-9 {
			t.Errorf("%v bits, but the least is %v", first.CodeLength, best)
		}
	})
	if tried < 40 || missed*20 > tried {
		t.Errorf("the best of all divisions was missed %d of %d times", missed, tried)
	}
}

func TestInfomapRefusals(t *testing.T) {
	for _, params := range []InfomapOptions{{Damping: 1}, {Damping: math.NaN()}, {Starts: -1}} {
		if _, err := Infomap(
			context.Background(), graphtest.Kite(), params, graph.Options{},
		); !errors.Is(err, graph.ErrParameter) {
			t.Error(params, err)
		}
	}
	if _, err := MapEquation(
		context.Background(), graphtest.Kite(), nil, InfomapOptions{}, graph.Options{},
	); !errors.Is(err, graph.ErrLength) {
		t.Error(err)
	}
}
