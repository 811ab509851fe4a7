package multilayer

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func classic(t *testing.T, file string, directed bool, names ...string) *graph.Multilayer {
	t.Helper()
	var m *graph.Multilayer
	for _, name := range names {
		g := graphtest.Classic(t, file, name, directed, false)
		if m == nil {
			m = graph.NewMultilayer(g.N())
		}
		if err := m.Add(name, g); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// TestValuesOfOthers compares with numpy, scipy and networkx, as testdata/reference.py wrote down.
func TestValuesOfOthers(t *testing.T) {
	var want map[string]struct {
		Degrees                     [][]int64
		Coefficient                 []*float64
		Neighbors                   []int64
		Jaccard, Correlation, Ranks [][]float64
		PageRank                    [][]float64
	}
	graphtest.Reference(t, &want)
	for name, m := range map[string]*graph.Multilayer{
		"lawfirm":  classic(t, "lazega-lawfirm", true, "advice", "friendship", "cowork"),
		"florence": classic(t, "florentine-families", false, "marriage", "business"),
	} {
		w := want[name]
		parts, err := Participation(context.Background(), m, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for v, p := range parts {
			if !reflect.DeepEqual(p.Degrees, w.Degrees[v]) || p.Neighbors != w.Neighbors[v] {
				t.Errorf("%s: %d does %+v", name, v, p)
			}
			c := w.Coefficient[v]
			if c == nil != math.IsNaN(p.Coefficient) || c != nil && !(math.Abs(p.Coefficient-*c) <= 1e-12) {
				t.Errorf("%s: participation of %d is %v, want %v", name, v, p.Coefficient, c)
			}
		}
		pairs, err := Compare(context.Background(), m, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for a, row := range pairs {
			for b, pair := range row {
				graphtest.CloseTo(t, name, []float64{pair.Jaccard, pair.Degrees, pair.Ranks},
					[]float64{w.Jaccard[a][b], w.Correlation[a][b], w.Ranks[a][b]}, 1e-12)
			}
		}
		ranks, err := PageRank(context.Background(), m, RankOptions{Switch: 0.3, Tolerance: 1e-12}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range ranks.Layers {
			graphtest.CloseTo(t, name, ranks.Layers[k], w.PageRank[k], 1e-10)
		}
	}
}

func TestLayersOfEachKind(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		m := graph.NewMultilayer(g.N())
		other := graphtest.Random(r, g.N(), 0.3, r.Below(2) == 0, false)
		if err := errors.Join(m.Add("one", g)); err != nil {
			t.Fatal(err)
		}
		alone, err := PageRank(context.Background(), m, RankOptions{Tolerance: 1e-12}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := centrality.PageRank(
			context.Background(), g, centrality.PageRankOptions{Tolerance: 1e-12}, graph.Options{},
		)
		if err != nil {
			t.Fatal(err)
		}
		graphtest.CloseTo(t, "PageRank in one layer", alone.Nodes, plain.Values, 1e-10)
		if err := m.Add("two", other); err != nil {
			t.Fatal(err)
		}
		var firstParts []Part
		var firstPairs [][]Pair
		var firstRanks *Ranks
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			parts, err1 := Participation(context.Background(), m, opts)
			pairs, err2 := Compare(context.Background(), m, opts)
			ranks, err3 := PageRank(context.Background(), m, RankOptions{}, opts)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for _, x := range ranks.Nodes {
				sum += x
			}
			if g.N() > 0 && !(math.Abs(sum-1) <= 1e-9) {
				t.Errorf("ranks add up to %v", sum)
			}
			for v := range parts {
				if math.IsNaN(parts[v].Coefficient) {
					parts[v].Coefficient = -1
				}
			}
			for _, row := range pairs {
				for k := range row {
					for _, x := range []*float64{&row[k].Degrees, &row[k].Ranks} {
						if math.IsNaN(*x) {
							*x = -2
						}
					}
				}
			}
			if firstParts != nil && !(reflect.DeepEqual(parts, firstParts) && reflect.DeepEqual(pairs, firstPairs) &&
				reflect.DeepEqual(ranks, firstRanks)) {
				t.Error("another result with more threads")
			}
			firstParts, firstPairs, firstRanks = parts, pairs, ranks
		}
		a, b := graphtest.Adjacency(g), graphtest.Adjacency(other)
		both := int64(0)
		for u := range a {
			for v := range a {
				if a[u][v] != 0 && b[u][v] != 0 && (g.Directed() || other.Directed() || v > u) {
					both++
				}
			}
		}
		if firstPairs[0][1].Shared != both || firstPairs[1][0] != firstPairs[0][1] {
			t.Errorf("%+v, but %d are shared", firstPairs, both)
		}
	})
}

func TestRefusals(t *testing.T) {
	m := graph.NewMultilayer(10)
	for _, params := range []RankOptions{{Damping: 1}, {Switch: 2}, {Switch: math.NaN()}, {Tolerance: -1}} {
		if _, err := PageRank(context.Background(), m, params, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
			t.Error(params, err)
		}
	}
	if ranks, err := PageRank(context.Background(), m, RankOptions{}, graph.Options{}); err != nil ||
		len(ranks.Nodes) != 10 {
		t.Error(ranks, err)
	}
	bad := graphtest.Of(10, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: math.Inf(1)}})
	if err := m.Add("bad", bad); err != nil {
		t.Fatal(err)
	}
	if _, err := Participation(context.Background(), m, graph.Options{}); !errors.Is(err, graph.ErrNotFinite) {
		t.Error(err)
	}
}
