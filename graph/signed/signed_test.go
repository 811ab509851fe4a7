package signed

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

// sampson is what the novices said for and against each other in one question.
func sampson(t *testing.T, layers ...string) *graph.Graph {
	t.Helper()
	builder := graph.NewBuilder(graph.BuildOptions{Directed: true, Weighted: true, Signed: true})
	for _, layer := range layers {
		graphtest.Classic(t, "sampson-monastery", layer, true, true).Edges(func(u, v uint32, w float64) bool {
			builder.AddWeighted(u, v, w)
			return true
		})
	}
	g, err := builder.Graph(context.Background(), 18, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestValuesOfOthers compares with numpy and igraph, as testdata/reference.py wrote down.
func TestValuesOfOthers(t *testing.T) {
	var want map[string]struct {
		Negative         [4]int64
		Frustration      float64
		FrustrationCount float64 `json:"frustration_count"`
		Group            []uint32
		Modularity, Best float64
	}
	graphtest.Reference(t, &want)
	graphs := map[string]*graph.Graph{
		"like3": sampson(t, "like3", "dislike"), "esteem": sampson(t, "esteem", "desesteem"),
	}
	for name, g := range graphs {
		w := want[name]
		triangles, err := Balance(context.Background(), g, graph.Options{})
		if err != nil || triangles.Negative != w.Negative {
			t.Errorf("%s: %+v, %v, want %v", name, triangles, err, w.Negative)
		}
		for byCount, least := range map[bool]float64{false: w.Frustration, true: w.FrustrationCount} {
			camps, err := Frustration(
				context.Background(), g, FrustrationOptions{ByCount: byCount}, graph.Options{},
			)
			if err != nil || !(math.Abs(camps.Frustrated-least) <= 1e-9) || !camps.Exact {
				t.Errorf("%s: %+v, %v, want %v", name, camps, err, least)
			}
		}
		q, err := Modularity(context.Background(), g, w.Group, 1, graph.Options{})
		if err != nil || !(math.Abs(q-w.Modularity) <= 1e-12) {
			t.Errorf("%s: modularity %v, %v, want %v", name, q, err, w.Modularity)
		}
		both, err := graph.Simple(context.Background(), g, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := Communities(context.Background(), both, CommunityOptions{}, graph.Options{})
		if err != nil || !(d.Modularity >= w.Best-1e-9) {
			t.Errorf("%s: %+v, %v, others found %v", name, d, err, w.Best)
		}
	}
}

// signs gives a graph's weights random signs, some of them 0.
func signs(g *graph.Graph, r *random.Source) *graph.Graph {
	var ties []graphtest.Tie
	g.Edges(func(u, v uint32, w float64) bool {
		ties = append(ties, graphtest.Tie{U: u, V: v, Weight: w * []float64{1, -1, 1, -1, 0}[r.Below(5)]})
		return true
	})
	return graphtest.Of(g.N(), g.Directed(), true, ties)
}

func TestAgainstAllCamps(t *testing.T) {
	missed, tried := 0, 0
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		g = signs(g, r)
		a := graphtest.Symmetric(g)
		n := len(a)
		var triangles [4]int64
		for u := range a {
			for v := range u {
				for w := range v {
					if a[u][v] != 0 && a[v][w] != 0 && a[u][w] != 0 {
						k := 0
						for _, x := range []float64{a[u][v], a[v][w], a[u][w]} {
							if x < 0 {
								k++
							}
						}
						triangles[k]++
					}
				}
			}
		}
		least := math.Inf(1)
		for camps := range 1 << max(n-1, 0) {
			sum := 0.0
			for u := range a {
				for v := range u {
					if same := camps>>u&1 == camps>>v&1; same == (a[u][v] < 0) {
						sum += math.Abs(a[u][v])
					}
				}
			}
			least = min(least, sum)
		}
		for _, threads := range graphtest.ThreadCounts {
			opts := graph.Options{Threads: threads}
			got, err := Balance(context.Background(), g, opts)
			if err != nil || got.Negative != triangles {
				t.Errorf("%v, %v, want %v", got, err, triangles)
			}
			camps, err := Frustration(context.Background(), g, FrustrationOptions{}, opts)
			if err != nil || !camps.Exact || !(math.Abs(camps.Frustrated-least) <= 1e-6) {
				t.Errorf("%+v, %v, want %v", camps, err, least)
			}
		}
		tried++
		if checkSearch(t, g, least) {
			missed++
		}
	})
	if missed*50 > tried {
		t.Errorf("the search missed the least %d of %d times", missed, tried)
	}
}

// checkSearch solves a small graph by the way of the large ones: search and bound enclose the least.
func checkSearch(t *testing.T, g *graph.Graph, least float64) (missed bool) {
	t.Helper()
	simple, err := graph.Simple(context.Background(), g, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFrustration(context.Background(), simple, false)
	if err != nil {
		t.Fatal(err)
	}
	for v := range f.searched {
		f.searched[v] = true
	}
	bound, err := f.pack(context.Background())
	if err != nil || bound > least+1e-6 || !(least <= 1e-6) && bound == 0 {
		t.Errorf("bound %v, %v, but the least is %v", bound, err, least)
	}
	s := &exchange{frustration: f, ctx: context.Background(), camp: make([]uint8, g.N()), gains: make([]float64, g.N())}
	r := random.New(1, 1)
	best := math.Inf(1)
	for range 8 {
		for _, part := range f.parts {
			s.tree(part, &r)
			for before := f.cost(s.camp, func(int) bool { return true }); s.pass(part); {
				now := f.cost(s.camp, func(int) bool { return true })
				if now >= before {
					t.Errorf("%v is not less than %v", now, before)
				}
				before = now
			}
		}
		best = min(best, f.cost(s.camp, func(int) bool { return true }))
	}
	if best < least-1e-6 {
		t.Errorf("the search found %v, the least is %v", best, least)
	}
	return best > least+1e-6
}

// TestLargeCamps hides two camps in a graph and lets some ties contradict them.
func TestLargeCamps(t *testing.T) {
	r := random.New(3, 0)
	var ties []graphtest.Tie
	against := 0.0
	graphtest.Social(1000, 8, 5).Edges(func(u, v uint32, _ float64) bool {
		w := 1.0
		if u%2 != v%2 {
			w = -1
		}
		if r.Below(200) == 0 {
			w = -w
			against++
		}
		ties = append(ties, graphtest.Tie{U: u, V: v, Weight: w})
		return true
	})
	g := graphtest.Of(1000, false, true, ties)
	var first *Camps
	for _, threads := range graphtest.ThreadCounts {
		camps, err := Frustration(
			context.Background(), g, FrustrationOptions{Starts: 4}, graph.Options{Threads: threads},
		)
		if err != nil || camps.Frustrated > against || camps.Bound > camps.Frustrated || camps.Bound < 0.5*against {
			t.Fatal(camps.Frustrated, camps.Bound, against, err)
		}
		if first != nil && (camps.Frustrated != first.Frustrated || !slices.Equal(camps.Of, first.Of)) {
			t.Error("another result with more threads")
		}
		first = camps
	}
}

func TestModularityAgainstTheMatrix(t *testing.T) {
	missed, tried := 0, 0
	graphtest.EachKind(t, 40, func(t *testing.T, g *graph.Graph, r *random.Source) {
		of := groups(g, r)
		plain, err1 := community.Modularity(context.Background(), g, of, 0.7, graph.Options{})
		same, err2 := Modularity(context.Background(), g, of, 0.7, graph.Options{})
		if err := errors.Join(err1, err2); err != nil || !(math.Abs(plain-same) <= 1e-12) {
			t.Errorf("without negative ties %v, but community.Modularity is %v, %v", same, plain, err)
		}
		g = signs(g, r)
		var p, n [][2]float64 // of each node what leaves and enters
		var all [2]float64
		p, n = make([][2]float64, g.N()), make([][2]float64, g.N())
		arcs := func(visit func(u, v int, w float64)) {
			for u := range g.N() {
				for i, v := range g.Neighbors(uint32(u)) {
					w := g.Weights(uint32(u)).At(i)
					if !g.Directed() && int(v) == u {
						w *= 2
					}
					visit(u, int(v), w)
				}
			}
		}
		arcs(func(u, v int, w float64) {
			if w < 0 {
				n[u][0], n[v][1], all[1] = n[u][0]-w, n[v][1]-w, all[1]-w
			} else {
				p[u][0], p[v][1], all[0] = p[u][0]+w, p[v][1]+w, all[0]+w
			}
		})
		value := func(of []uint32, resolution float64) float64 {
			q := 0.0
			arcs(func(u, v int, w float64) {
				if of[u] == of[v] {
					q += w
				}
			})
			for u := range of {
				for v := range of {
					if of[u] != of[v] {
						continue
					}
					if all[0] > 0 {
						q -= resolution * p[u][0] * p[v][1] / all[0]
					}
					if all[1] > 0 {
						q += resolution * n[u][0] * n[v][1] / all[1]
					}
				}
			}
			if all[0]+all[1] == 0 {
				return 0
			}
			return q / (all[0] + all[1])
		}
		got, err := Modularity(context.Background(), g, of, 0.7, graph.Options{Threads: 2})
		if want := value(of, 0.7); err != nil || !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("modularity %v, %v, want %v", got, err, want)
		}
		if g.N() > 7 || g.Directed() || g.Loops() > 0 {
			return
		}
		best := math.Inf(-1)
		divisions(g.N(), func(of []uint32) { best = max(best, value(of, 1)) })
		tried++
		for _, threads := range graphtest.ThreadCounts {
			d, err := Communities(context.Background(), g, CommunityOptions{}, graph.Options{Threads: threads})
			if err != nil || d.Modularity > best+1e-9 {
				t.Errorf("%+v, %v, but the best is %v", d, err, best)
			}
			if d.Modularity < best-1e-9 && threads == 1 {
				missed++
			}
		}
	})
	if tried < 20 || missed*20 > tried {
		t.Errorf("the best of all divisions was missed %d of %d times", missed, tried)
	}
}

func groups(g *graph.Graph, r *random.Source) []uint32 {
	of := make([]uint32, g.N())
	for v := range of {
		of[v] = uint32(r.Below(4)) * 9
	}
	return of
}

// divisions visits all divisions of n nodes.
func divisions(n int, visit func([]uint32)) {
	of := make([]uint32, n)
	var next func(v int, count uint32)
	next = func(v int, count uint32) {
		if v == n {
			visit(of)
			return
		}
		for c := range count + 1 {
			of[v] = c
			next(v+1, max(count, c+1))
		}
	}
	next(0, 0)
}

func TestRefusals(t *testing.T) {
	ctx, kite, opts := context.Background(), graphtest.Kite(), graph.Options{}
	_, err1 := Frustration(ctx, kite, FrustrationOptions{Starts: -1}, opts)
	_, err2 := Communities(ctx, kite, CommunityOptions{Resolution: math.NaN()}, opts)
	_, err3 := Communities(ctx, kite, CommunityOptions{Starts: -1}, opts)
	_, err4 := Modularity(ctx, kite, make([]uint32, 10), -1, opts)
	for _, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, graph.ErrParameter) {
			t.Error(err)
		}
	}
	if _, err := Modularity(ctx, kite, nil, 1, opts); !errors.Is(err, graph.ErrLength) {
		t.Error(err)
	}
}
