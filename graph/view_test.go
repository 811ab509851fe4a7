package graph_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/distance"
	"gave.network/graph/dynamic"
	"gave.network/graph/gonumgraph"
	"gave.network/graph/graphio"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/twomode"
)

// changedView changes about a tie for each node of g, and adds nodes, and returns a view of that, taken after others,
// and a graph that is built of the same ties.
func changedView(t testing.TB, g *graph.Graph, o graph.BuildOptions, r *rand.Rand) (view, built *graph.Graph) {
	t.Helper()
	overlay := graph.NewOverlay(g)
	if _, err := overlay.AddNodes(r.IntN(3)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for range overlay.N() / 3 {
			u, v := uint32(r.IntN(overlay.N())), uint32(r.IntN(overlay.N()))
			if row := overlay.Neighbors(u); len(row) > 0 && r.IntN(2) == 0 {
				if err := overlay.Remove(u, row[r.IntN(len(row))]); err != nil {
					t.Fatal(err)
				}
			} else if u != v || o.KeepLoops {
				if err := overlay.Set(u, v, float64(1+r.IntN(8))/8); err != nil {
					t.Fatal(err)
				}
			}
		}
		var err error
		if view, err = overlay.Graph(context.Background(), graph.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	var edges []graph.Edge
	view.Edges(func(u, v uint32, weight float64) bool {
		edges = append(edges, graph.Edge{From: u, To: v, Weight: weight})
		return true
	})
	built, err := graph.FromEdges(view.N(), edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return view, built
}

// someKind is a graph of one of sixteen kinds.
func someKind(t testing.TB, kind, n, m int, r *rand.Rand) (*graph.Graph, graph.BuildOptions) {
	t.Helper()
	o := graph.BuildOptions{
		Directed: kind&1 > 0, Weighted: kind&2 > 0, KeepLoops: kind&4 > 0, Weights64: kind&8 > 0,
		Merge: graph.MergeMax,
	}
	edges := make([]graph.Edge, m)
	for i := range edges {
		// Some nodes have many ties, and there are triangles.
		u, v := uint32(float64(n)*r.Float64()*r.Float64()), uint32(r.IntN(n))
		if i > 2 && r.IntN(3) == 0 {
			u, v = edges[r.IntN(i)].To, edges[r.IntN(i)].To
		}
		edges[i] = graph.Edge{From: u, To: v, Weight: float64(1+r.IntN(8)) / 8}
	}
	g, err := graph.FromEdges(n, edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g, o
}

// TestKernelsReadViews runs every kernel on a view and on a graph that is built of the same ties: the results are the
// same to the last bit.
func TestKernelsReadViews(t *testing.T) {
	ctx := context.Background()
	for kind := range 16 {
		r := rand.New(rand.NewPCG(31, uint64(kind)))
		g, o := someKind(t, kind, 510, 1200, r)
		view, built := changedView(t, g, o, r)
		calls := []map[string]func(context.Context, graph.Options) (any, error){}
		for i, g := range []*graph.Graph{view, built} {
			own := kernelResults(g)
			for name, call := range structureResults(g, i == 1) {
				own[name] = call
			}
			calls = append(calls, own)
		}
		for name, call := range calls[0] {
			if testing.Short() && kind%5 != 1 {
				continue
			}
			opts := graph.Options{Threads: 1 + kind/2%2}
			got, err := call(ctx, opts)
			want, wantErr := calls[1][name](ctx, opts)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Errorf("kind %d: %s: %v on the view, %v on the graph", kind, name, err, wantErr)
			} else if path := difference(reflect.ValueOf(got), reflect.ValueOf(want), 0); err == nil && path != "" {
				t.Errorf("kind %d: %s: not the same in %s", kind, name, path)
			}
		}
	}
}

// difference says where two results differ, "" when nowhere; graphs are compared by what they hold.
func difference(a, b reflect.Value, depth int) string {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return "type"
	}
	if !a.IsValid() || depth > 8 {
		return ""
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() == b.IsNil() {
				return ""
			}
			return "nil"
		}
		if a.CanInterface() {
			if g, is := a.Interface().(*graph.Graph); is {
				if !slices.Equal(edgesOf(g), edgesOf(b.Interface().(*graph.Graph))) {
					return "graph"
				}
				return ""
			}
		}
		return difference(a.Elem(), b.Elem(), depth+1)
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Field(i).Kind() == reflect.Func {
				continue
			}
			if path := difference(a.Field(i), b.Field(i), depth+1); path != "" {
				return a.Type().Field(i).Name + "." + path
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return "length"
		}
		for i := range a.Len() {
			if path := difference(a.Index(i), b.Index(i), depth+1); path != "" {
				return "[]." + path
			}
		}
	case reflect.Float64, reflect.Float32:
		if x, y := a.Float(), b.Float(); x != y && (x == x || y == y) {
			return "number"
		}
	default:
		if a.Comparable() && !a.Equal(b) {
			return "value"
		}
	}
	return ""
}

func edgesOf(g *graph.Graph) []graph.Edge {
	edges := []graph.Edge{{From: uint32(g.N()), Weight: float64(g.Loops())}}
	g.Edges(func(u, v uint32, weight float64) bool {
		edges = append(edges, graph.Edge{From: u, To: v, Weight: weight})
		return true
	})
	return edges
}

// structureResults runs what kernelResults does not: searches, components, and what makes other things of graphs.
func structureResults(g *graph.Graph, built bool) map[string]func(context.Context, graph.Options) (any, error) {
	n := uint32(g.N())
	each := func(query func(u, v uint32) (any, error)) func(context.Context, graph.Options) (any, error) {
		return func(context.Context, graph.Options) (any, error) {
			var got []any
			var errs []error
			r := rand.New(rand.NewPCG(5, 6))
			for range 50 {
				one, err := query(r.Uint32N(n), r.Uint32N(n))
				got, errs = append(got, one), append(errs, err)
			}
			return got, errors.Join(errs...)
		}
	}
	ctx := context.Background()
	return map[string]func(context.Context, graph.Options) (any, error){
		"graph.numbers": func(context.Context, graph.Options) (any, error) {
			return []any{g.N(), g.M(), g.Arcs(), g.Loops(), g.Weighted(), g.Wide(), g.Directed()}, nil
		},
		"graph.rows": func(context.Context, graph.Options) (any, error) {
			var got []any
			for v := range n {
				weights, in := g.Weights(v), g.InWeights(v)
				got = append(got, slices.Clone(g.Neighbors(v)), slices.Clone(g.InNeighbors(v)), weights.Wide64(),
					weights.Narrow(), in.Wide64(), in.Narrow(), g.Degree(v), g.InDegree(v))
			}
			return got, nil
		},
		"graph.ByDegree": func(context.Context, graph.Options) (any, error) {
			node, place := graph.ByDegree(g)
			return [][]uint32{node, place}, nil
		},
		"graph.Weight": each(func(u, v uint32) (any, error) {
			weight, found := g.Weight(u, v)
			return []any{weight, found, g.HasEdge(u, v)}, nil
		}),
		"graph.PairSearch": each(func(u, v uint32) (any, error) { return graph.NewPairSearch(g).Path(ctx, u, v) }),
		"graph.PathSearch": each(func(u, v uint32) (any, error) {
			search, err := graph.NewPathSearch(g, graph.PathOptions{HopFactor: 0.9})
			if err != nil {
				return nil, err
			}
			best, err1 := search.Best(ctx, u, v)
			within, err2 := search.Within(ctx, u, v, 4)
			disjoint, err3 := search.Disjoint(ctx, u, v, 3, graph.ApartNodes)
			return []any{best, within, disjoint}, errors.Join(err1, err2, err3)
		}),
		"graph.BestValues": func(ctx context.Context, opts graph.Options) (any, error) {
			one, err1 := graph.BestValues(ctx, g, 3, graph.PathOptions{}, opts)
			two, err2 := graph.BestValues(ctx, g, 3, graph.PathOptions{Measure: graph.Length}, opts)
			return [][]float64{one, two}, errors.Join(err1, err2)
		},
		"graph.Distances": func(ctx context.Context, opts graph.Options) (any, error) {
			return graph.Distances(ctx, g, opts, 0, 99)
		},
		"graph.WeakComponents": func(ctx context.Context, opts graph.Options) (any, error) {
			return graph.WeakComponents(ctx, g, opts)
		},
		"graph.StrongComponents": func(ctx context.Context, opts graph.Options) (any, error) {
			return graph.StrongComponents(ctx, g, opts)
		},
		"graph.FindCuts": func(ctx context.Context, opts graph.Options) (any, error) {
			return graph.FindCuts(ctx, g, opts)
		},
		"graph.WriteSnapshot": func(context.Context, graph.Options) (any, error) {
			var file bytes.Buffer
			err := graph.WriteSnapshot(&file, g)
			return file.Bytes(), err
		},
		"graph.Verify": func(ctx context.Context, opts graph.Options) (any, error) { return nil, g.Verify(ctx, opts) },
		"graph.Unweighted": func(context.Context, graph.Options) (any, error) {
			return []*graph.Graph{g.Unweighted(), g.UnitWeights(), g.Signs().Layer("positive")}, nil
		},
		"graph.EdgeIndex": each(func(u, v uint32) (any, error) {
			number, found := graph.NewEdgeIndex(g).Number(u, v)
			return []any{number * int64(map[bool]int{true: 1}[found]), found}, nil
		}),
		"graph.Flatten": func(ctx context.Context, opts graph.Options) (any, error) {
			m := graph.NewMultilayer(g.N())
			if err := m.Add("one", g); err != nil {
				return nil, err
			}
			return m.Flatten(ctx, graph.BuildOptions{Directed: true}, opts)
		},
		"graph.Overlay": func(ctx context.Context, opts graph.Options) (any, error) {
			overlay := graph.NewOverlay(g)
			if err := errors.Join(overlay.Set(3, 500, 0.5), overlay.Remove(0, 1), overlay.Remove(1, 0)); err != nil {
				return nil, err
			}
			return overlay.Graph(ctx, opts)
		},
		"centrality.PushSearch": func(ctx context.Context, _ graph.Options) (any, error) {
			search, err := centrality.NewPushSearch(g)
			if err != nil {
				return nil, err
			}
			return search.From(ctx, 5, 0.85, 1e-6)
		},
		"distance.Labels": func(ctx context.Context, opts graph.Options) (any, error) {
			labels, err := distance.New(ctx, g, distance.Options{Groups: 3}, opts)
			if err != nil {
				return nil, err
			}
			var file bytes.Buffer
			err = labels.Write(&file)
			return file.Bytes(), err
		},
		"dynamic.Rank": func(ctx context.Context, _ graph.Options) (any, error) {
			d, err := dynamic.New(g)
			if err != nil {
				return nil, err
			}
			rank, err := dynamic.NewRank(ctx, d, dynamic.RankOptions{})
			if err != nil {
				return nil, err
			}
			return rank.Values(), d.Set(1, 400, 0.5)
		},
		"gonumgraph": func(context.Context, graph.Options) (any, error) {
			nodes := gonumgraph.AsDirected(g).From(7)
			var got []int64
			for nodes.Next() {
				got = append(got, nodes.Node().ID())
			}
			return got, nil
		},
		"graphio.Write": func(context.Context, graph.Options) (any, error) {
			var file bytes.Buffer
			err := graphio.WriteGraphML(&file, &graphio.Network{Graph: g})
			return file.Bytes(), err
		},
		"twomode.Project": func(ctx context.Context, opts graph.Options) (any, error) {
			// Ties within one side are taken out first.
			overlay := graph.NewOverlay(g)
			side := make([]bool, g.N())
			for v := range side {
				side[v] = v%2 == 0
			}
			for _, e := range edgesOf(g)[1:] {
				if side[e.From] == side[e.To] {
					if err := overlay.Remove(e.From, e.To); err != nil {
						return nil, err
					}
				}
			}
			sides, err := overlay.Graph(ctx, opts)
			if built {
				sides, err = overlay.Rebase(ctx, opts)
			}
			if err != nil {
				return nil, err
			}
			return twomode.Project(ctx, sides, side, twomode.Newman, opts)
		},
	}
}

// FuzzOverlay makes changes of bytes; the view is the graph that is built of what is left of the ties, and views that
// were taken before stay what they were.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 200, 1, 3, 2})
	f.Add([]byte{3, 1, 1, 3, 255, 0, 0, 0, 1, 2, 9, 70, 1, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		kind := int(data[0] % 16)
		r := rand.New(rand.NewPCG(1, uint64(data[0])))
		g, o := someKind(t, kind, 70, 90, r)
		overlay := graph.NewOverlay(g)
		type taken struct {
			view  *graph.Graph
			edges []graph.Edge
		}
		var views []taken
		now := map[[2]uint32]float64{}
		g.Edges(func(u, v uint32, weight float64) bool { now[[2]uint32{u, v}] = weight; return true })
		for i := 1; i+2 < len(data); i += 3 {
			u, v := uint32(data[i+1])%uint32(overlay.N()), uint32(data[i+2])%uint32(overlay.N())
			key := [2]uint32{u, v}
			if !o.Directed && v < u {
				key = [2]uint32{v, u}
			}
			switch op := data[i] % 8; {
			case op < 3 && (u != v || o.KeepLoops):
				weight := 1.0
				if o.Weighted {
					weight = float64(data[i]) / 8
				}
				if err := overlay.Set(u, v, weight); err != nil {
					t.Fatal(err)
				}
				now[key] = weight
			case op < 6:
				if err := overlay.Remove(u, v); err != nil {
					t.Fatal(err)
				}
				delete(now, key)
			case op == 6:
				if _, err := overlay.AddNodes(int(data[i+1])); err != nil {
					t.Fatal(err)
				}
			case data[i+1]%4 == 0:
				if _, err := overlay.Rebase(context.Background(), graph.Options{Threads: 1}); err != nil {
					t.Fatal(err)
				}
			default:
				view, err := overlay.Graph(context.Background(), graph.Options{})
				if err != nil {
					t.Fatal(err)
				}
				views = append(views, taken{view, edgesOf(view)})
				if data[i+1]%4 == 1 {
					overlay = graph.NewOverlay(view)
				}
			}
		}
		view, err := overlay.Graph(context.Background(), graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var edges []graph.Edge
		for key, weight := range now {
			edges = append(edges, graph.Edge{From: key[0], To: key[1], Weight: weight})
		}
		built, err := graph.FromEdges(overlay.N(), edges, o)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(edgesOf(view), edgesOf(built)) || view.M() != built.M() {
			t.Fatal("the view is not what is left of the ties")
		}
		if err := view.Verify(context.Background(), graph.Options{Threads: 1}); err != nil {
			t.Fatal(err)
		}
		for i, one := range views {
			if !slices.Equal(edgesOf(one.view), one.edges) {
				t.Fatalf("view %d of %d has changed since", i, len(views))
			}
		}
	})
}

// TestViewsAreReadWhileOthersAreMade reads views from several goroutines, with kernels that make them compact too,
// while the overlay changes; it is for the race detector.
func TestViewsAreReadWhileOthersAreMade(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	g, _ := someKind(t, 2, 3000, 9000, r)
	overlay := graph.NewOverlay(g)
	var readers sync.WaitGroup
	for range 60 {
		for range 5 {
			u, v := uint32(r.IntN(100)), uint32(r.IntN(3000))
			if u != v {
				if err := overlay.Set(u, v, r.Float64()+0.1); err != nil {
					t.Fatal(err)
				}
			}
			if row := overlay.Neighbors(v); len(row) > 0 {
				if err := overlay.Remove(v, row[0]); err != nil {
					t.Fatal(err)
				}
			}
		}
		view, err := overlay.Graph(context.Background(), graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := edgesOf(view)
		for thread := range 2 {
			readers.Go(func() {
				if _, err := graph.WeakComponents(context.Background(), view, graph.Options{Threads: 2}); err != nil {
					t.Error(err)
				}
				whole, err := view.Compact(context.Background(), graph.Options{Threads: 1 + thread})
				if err != nil || !slices.Equal(edgesOf(whole), want) || !slices.Equal(edgesOf(view), want) {
					t.Errorf("a view changes while it is read: %v", err)
				}
			})
		}
	}
	readers.Wait()
}

func TestCompactEndsWhileAnotherWorks(t *testing.T) {
	o := graph.NewOverlay(graphtest.Kite())
	if err := o.Set(0, 9, 1); err != nil {
		t.Fatal(err)
	}
	view, err := o.Graph(context.Background(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	release := graph.HoldCompact(view)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := view.Compact(ctx, graph.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another works: %v", err)
	}
	release()
	if compact, err := view.Compact(context.Background(), graph.Options{}); err != nil || compact.M() != view.M() {
		t.Errorf("after it: %v", err)
	}
}
