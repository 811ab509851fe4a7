package prediction

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strconv"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// beforeAndAfter are two layers of a real network, or what happened until the middle of its time and what after.
func beforeAndAfter(t *testing.T, name string, layers ...string) (before, after *graph.Graph) {
	t.Helper()
	if len(layers) == 2 {
		return graphtest.RealGraph(t, name, layers[0]), graphtest.RealGraph(t, name, layers[1])
	}
	n, rows := graphtest.Real(t, name)
	times := make([]float64, len(rows))
	first, last := math.Inf(1), math.Inf(-1)
	for i, row := range rows {
		x, err := strconv.ParseFloat(row.Time, 64)
		if err != nil {
			t.Fatal(err)
		}
		times[i], first, last = x, min(first, x), max(last, x)
	}
	var edges [2][]graph.Edge
	for i, row := range rows {
		half := 0
		if times[i] > first+(last-first)/2 {
			half = 1
		}
		edges[half] = append(edges[half], graph.Edge{From: row.From, To: row.To})
	}
	before, err1 := graph.FromEdges(n, edges[0], graph.BuildOptions{})
	after, err2 := graph.FromEdges(n, edges[1], graph.BuildOptions{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return before, after
}

var names = map[string]Similarity{
	"common": CommonNeighbors, "adamic": AdamicAdar, "allocation": ResourceAllocation, "jaccard": Jaccard,
	"attachment": PreferentialAttachment,
}

// TestTiesThatCame compares with what networkx's indices tell of real networks, as testdata/reference.py wrote down,
// and asserts what docs/networks.md says: each similarity beats chance and what only goes by degree.
func TestTiesThatCame(t *testing.T) {
	var want map[string]map[string]struct {
		Nodes     int
		AUC, Hits float64
	}
	graphtest.Reference(t, &want)
	for network, ways := range want {
		var layers []string
		if network == "kapferer-tailorshop" {
			layers = []string{"social_t1", "social_t2"}
		}
		before, after := beforeAndAfter(t, network, layers...)
		plain, err := Try(context.Background(), before, after, PreferentialAttachment, TrialOptions{}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for way, by := range names {
			got, err := Try(context.Background(), before, after, by, TrialOptions{}, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w, found := ways[way]
			if found && (got.Nodes != w.Nodes || !(math.Abs(got.AUC.Mean-w.AUC) <= 1e-9) ||
				!(math.Abs(got.Hits.Mean-w.Hits) <= 1e-9)) {
				t.Errorf("%s, %s: %+v, want %+v", network, way, got, w)
			}
			t.Logf("| %s | %s | %d | %.3f (%.3f–%.3f) | %.3f (%.3f–%.3f) | %.3f |", network, way, got.Nodes,
				got.AUC.Mean, got.AUC.Low, got.AUC.High, got.Hits.Mean, got.Hits.Low, got.Hits.High, got.Chance)
			if !(got.AUC.Low <= got.AUC.Mean && got.AUC.Mean <= got.AUC.High && got.Hits.Low <= got.Hits.High) {
				t.Errorf("%s, %s: %+v", network, way, got)
			}
			if by != PreferentialAttachment && !(got.AUC.Low > 0.5 && got.Hits.Low > got.Chance &&
				got.AUC.Mean > plain.AUC.Mean) {
				t.Errorf("%s, %s: %+v, no better than chance or degree", network, way, got)
			}
		}
	}
}

func TestTryOnEachKind(t *testing.T) {
	asked := 0
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		after := graphtest.Random(r, g.N(), 0.4, false, false)
		for _, by := range names {
			var first *Trial
			for _, threads := range graphtest.ThreadCounts {
				params, opts := TrialOptions{Draws: 20, First: 3}, graph.Options{Threads: threads}
				got, err := Try(context.Background(), g, after, by, params, opts)
				if err != nil {
					t.Fatal(err)
				}
				if got.Nodes == 0 {
					if !math.IsNaN(got.AUC.Mean) || got.Ties != 0 {
						t.Errorf("%+v", got)
					}
					continue
				}
				asked++
				if first != nil && !reflect.DeepEqual(got, first) {
					t.Error("another result with more threads")
				}
				if got.AUC.Mean < 0 || got.AUC.Mean > 1 || got.Hits.Mean < 0 || got.Hits.Mean > 1+1e-12 ||
					got.Chance <= 0 || got.Chance > 1+1e-12 {
					t.Errorf("%+v", got)
				}
				first = got
			}
		}
	})
	if asked < 100 {
		t.Error("hardly any was asked about")
	}
}

// When the similarity says nothing, all is as by chance.
func TestNothingAlikeIsChance(t *testing.T) {
	var ties, later []graphtest.Tie
	for v := uint32(0); v < 40; v += 2 { // pairs: nobody has anybody in common
		ties = append(ties, graphtest.Tie{U: v, V: v + 1, Weight: 1})
		later = append(later, graphtest.Tie{U: v, V: (v + 3) % 40, Weight: 1})
	}
	before, after := graphtest.Of(40, false, false, ties), graphtest.Of(40, false, false, later)
	for _, by := range names {
		got, err := Try(context.Background(), before, after, by, TrialOptions{}, graph.Options{})
		if err != nil || got.AUC.Mean != 0.5 || !(math.Abs(got.Hits.Mean-got.Chance) <= 1e-12) || got.Nodes != 40 ||
			got.Ties != 20 {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestTryRefusals(t *testing.T) {
	kite, opts := graphtest.Kite(), graph.Options{}
	ctx := context.Background()
	_, err1 := Try(ctx, kite, kite, PreferentialAttachment+1, TrialOptions{}, opts)
	_, err2 := Try(ctx, kite, kite, Jaccard, TrialOptions{Draws: -1}, opts)
	_, err3 := Try(ctx, kite, kite, Jaccard, TrialOptions{First: -1}, opts)
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, graph.ErrParameter) {
			t.Error(err)
		}
	}
	if _, err := Try(ctx, kite, graphtest.Of(2, false, false, nil), Jaccard, TrialOptions{}, opts); !errors.Is(
		err, graph.ErrLength,
	) {
		t.Error(err)
	}
}
