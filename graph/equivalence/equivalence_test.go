package equivalence

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

// TestProfilesOfOthers compares with numpy and networkx, as testdata/reference.py wrote down.
func TestProfilesOfOthers(t *testing.T) {
	var want struct {
		Profiles  map[string]struct{ Distance, Correlation [][]float64 }
		Concor    map[string][][]uint32
		Equitable map[string][]uint32
	}
	graphtest.Reference(t, &want)
	graphs := map[string]*graph.Graph{
		"karate":   graphtest.Classic(t, "karate", "", false, true),
		"kite":     graphtest.Classic(t, "krackhardt-kite", "", false, false),
		"advice":   graphtest.Classic(t, "krackhardt-hightech", "advice", true, false),
		"marriage": graphtest.Classic(t, "florentine-families", "marriage", false, false),
	}
	for name, w := range want.Profiles {
		for by, rows := range map[By][][]float64{Euclidean: w.Distance, Correlation: w.Correlation} {
			got, err := Profiles(context.Background(), graphs[name], by, graph.Options{})
			if err != nil || got.N() != len(rows) {
				t.Fatal(err)
			}
			for i, row := range rows {
				graphtest.CloseTo(t, name, got.Row(uint32(i)), row, 1e-12)
			}
		}
	}
	for name, parts := range want.Concor {
		got, err := Concor(context.Background(), graphs[name], 2, graph.Options{})
		if err != nil || got.Count != len(parts) {
			t.Fatal(name, got, err)
		}
		for b, part := range parts {
			for _, v := range part {
				if got.Of[v] != uint32(b) {
					t.Errorf("%s: %d is in block %d, want %d", name, v, got.Of[v], b)
				}
			}
		}
	}
	for name, classes := range want.Equitable {
		got, err := Equitable(context.Background(), graphs[name], nil, graph.Options{})
		if err != nil || !slices.Equal(got, classes) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, classes)
		}
	}
}

func TestProfilesAgainstTheMatrix(t *testing.T) {
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		a := graphtest.Adjacency(g)
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			far, err1 := Profiles(context.Background(), g, Euclidean, opts)
			like, err2 := Profiles(context.Background(), g, Correlation, opts)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			for i := range a {
				for j := range a {
					var x, y []float64
					for k := range a {
						if k != i && k != j {
							x, y = append(x, a[i][k]), append(y, a[j][k])
							if g.Directed() {
								x, y = append(x, a[k][i]), append(y, a[k][j])
							}
						}
					}
					d, r := far.At(uint32(i), uint32(j)), like.At(uint32(i), uint32(j))
					if want, wantR := plain(x, y); !(math.Abs(d-want) <= 1e-12*max(1, want)) ||
						!(math.Abs(r-wantR) <= 1e-12) {
						t.Errorf("%d and %d: %v and %v, want %v and %v", i, j, d, r, want, wantR)
					}
				}
			}
			blocks, err := Concor(context.Background(), g, 3, opts)
			if err != nil || blocks.Count > 8 || len(blocks.Of) != g.N() {
				t.Fatal(blocks, err)
			}
			for _, b := range blocks.Of {
				if int(b) >= blocks.Count {
					t.Error(blocks)
				}
			}
		}
	})
}

func plain(x, y []float64) (distance, correlation float64) {
	mx, my := 0.0, 0.0
	for k := range x {
		distance += (x[k] - y[k]) * (x[k] - y[k])
		mx, my = mx+x[k]/float64(len(x)), my+y[k]/float64(len(x))
	}
	if slices.Equal(x, y) {
		return 0, 1
	}
	xx, yy, xy := 0.0, 0.0, 0.0
	for k := range x {
		xx, yy, xy = xx+(x[k]-mx)*(x[k]-mx), yy+(y[k]-my)*(y[k]-my), xy+(x[k]-mx)*(y[k]-my)
	}
	if xx < 1e-20 || yy < 1e-20 {
		return math.Sqrt(distance), 0
	}
	return math.Sqrt(distance), xy / math.Sqrt(xx*yy)
}

// TestRegularAgainstTheRelation finds the same classes as a relation from which what fails is struck, pair by pair.
func TestRegularAgainstTheRelation(t *testing.T) {
	graphtest.EachKind(t, 60, func(t *testing.T, g *graph.Graph, r *random.Source) {
		n := g.N()
		start := make([]uint32, n)
		for v := range start {
			start[v] = uint32(r.Below(2)) + 5
		}
		like := make([][]bool, n)
		for u := range like {
			like[u] = make([]bool, n)
			for v := range like {
				like[u][v] = start[u] == start[v]
			}
		}
		answered := func(from, by []uint32) bool {
			for _, a := range from {
				if !slices.ContainsFunc(by, func(b uint32) bool { return like[a][b] }) {
					return false
				}
			}
			return true
		}
		for changed := true; changed; {
			changed = false
			for u := range like {
				for v := range like {
					a, b := uint32(u), uint32(v)
					if like[u][v] && !(answered(g.Neighbors(a), g.Neighbors(b)) &&
						answered(g.Neighbors(b), g.Neighbors(a)) && answered(g.InNeighbors(a), g.InNeighbors(b)) &&
						answered(g.InNeighbors(b), g.InNeighbors(a))) {
						like[u][v], like[v][u], changed = false, false, true
					}
				}
			}
		}
		for _, threads := range graphtest.ThreadCounts {
			of, err := Regular(context.Background(), g, start, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			finer, err := Equitable(context.Background(), g, start, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			for u := range like {
				for v := range like {
					if like[u][v] != (of[u] == of[v]) || finer[u] == finer[v] && of[u] != of[v] {
						t.Errorf("%d and %d: %v, but classes %v and %v", u, v, like[u][v], of, finer)
					}
					if finer[u] == finer[v] && (g.Degree(uint32(u)) != g.Degree(uint32(v))) {
						t.Errorf("%d and %d are of one class", u, v)
					}
				}
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	_, err := Profiles(context.Background(), graphtest.Kite(), Correlation+1, graph.Options{})
	_, err2 := Concor(context.Background(), graphtest.Kite(), 17, graph.Options{})
	_, err3 := Profiles(context.Background(), graphtest.Of(MostNodes+1, false, false, nil), Euclidean, graph.Options{})
	_, err4 := Regular(context.Background(), graphtest.Kite(), []uint32{1}, graph.Options{})
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, graph.ErrParameter) {
			t.Error(err)
		}
	}
	if !errors.Is(err4, graph.ErrLength) {
		t.Error(err4)
	}
}
