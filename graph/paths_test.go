package graph_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
)

// bruteDistances is the textbook's breadth-first search.
func bruteDistances(g *graph.Graph, source uint32) []int32 {
	distance := slices.Repeat([]int32{graph.Unreachable}, g.N())
	distance[source] = 0
	queue := []uint32{source}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, u := range g.Neighbors(v) {
			if distance[u] == graph.Unreachable {
				distance[u] = distance[v] + 1
				queue = append(queue, u)
			}
		}
	}
	return distance
}

func checkPath(t *testing.T, g *graph.Graph, path []uint32, from, to uint32) {
	t.Helper()
	if len(path) == 0 || path[0] != from || path[len(path)-1] != to {
		t.Fatalf("path %v does not lead from %d to %d", path, from, to)
	}
	for i := 1; i < len(path); i++ {
		if !g.HasEdge(path[i-1], path[i]) {
			t.Fatalf("path %v uses a tie that is not there", path)
		}
	}
	sorted := slices.Clone(path)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(path) {
		t.Fatalf("path %v passes a node twice", path)
	}
}

func TestDistancesAgreeWithTextbook(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for round := range 120 {
		n := 1 + r.IntN(60)
		m := r.IntN(4 * n)
		if round > 110 { // large and dense enough for the search backwards, and for threads
			n, m = 3000+r.IntN(500), 60_000
		}
		g := graph.SomeGraph(t, r, n, m, graph.BuildOptions{Directed: round&1 > 0, KeepLoops: round&2 > 0})
		search, pairs := graph.NewSearch(g), graph.NewPairSearch(g)
		for range 8 {
			source, target := uint32(r.IntN(n)), uint32(r.IntN(n))
			want := bruteDistances(g, source)
			for _, threads := range []int{1, 3} {
				got, err := search.Distances(context.Background(), graph.Options{Threads: threads}, source)
				if err != nil || !slices.Equal(got, want) {
					t.Fatalf("%d threads: other distances than the textbook's, %v", threads, err)
				}
			}
			path := search.Path(target)
			if len(path) != int(want[target])+1 {
				t.Fatalf("a path of %d nodes for a distance of %d", len(path), want[target])
			}
			if path != nil {
				checkPath(t, g, path, source, target)
			}
			distance, err := pairs.Distance(context.Background(), source, target)
			if err != nil || distance != int(want[target]) {
				t.Fatalf("pair distance %d, want %d, %v", distance, want[target], err)
			}
			path, err = pairs.Path(context.Background(), source, target)
			if err != nil || len(path) != int(want[target])+1 {
				t.Fatalf("pair path %v for a distance of %d, %v", path, want[target], err)
			}
			if path != nil {
				checkPath(t, g, path, source, target)
			}
			near, err := search.Within(context.Background(), 2, graph.Options{}, source)
			if err != nil {
				t.Fatal(err)
			}
			for v, d := range near {
				if want[v] <= 2 && d != want[v] || want[v] > 2 && d != graph.Unreachable {
					t.Fatalf("within two steps: node %d at %d, want %d", v, d, want[v])
				}
			}
		}
		other := uint32(r.IntN(n))
		both, err := graph.Distances(context.Background(), g, graph.Options{}, 0, other, other)
		if err != nil {
			t.Fatal(err)
		}
		first, second := bruteDistances(g, 0), bruteDistances(g, other)
		for v, d := range both {
			if min(uint32(first[v]), uint32(second[v])) != uint32(d) { // unreachable is the largest unsigned number
				t.Fatal("distances from two sources are not the smaller of both")
			}
		}
	}
}

// allRoutes lists every simple path, best first.
func allRoutes(g *graph.Graph, options graph.PathOptions, source, target uint32) []graph.Route {
	s := graph.PathArithmetic(g, options)
	var routes []graph.Route
	path := []uint32{source}
	var walk func()
	walk = func() {
		v := path[len(path)-1]
		if v == target {
			if route := s.ValueOf(slices.Clone(path)); options.Measure == graph.Length || route.Value > 0 {
				routes = append(routes, route)
			}
			return
		}
		for _, u := range g.Neighbors(v) {
			if !slices.Contains(path, u) {
				path = append(path, u)
				walk()
				path = path[:len(path)-1]
			}
		}
	}
	walk()
	s.SortRoutes(routes)
	return routes
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(a), math.Abs(b)) }

func TestBestPathsAgreeWithAllPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	ctx := context.Background()
	for round := range 400 {
		n := 2 + r.IntN(6)
		options := graph.PathOptions{Measure: graph.Measure(round & 1)}
		if round&2 > 0 && options.Measure == graph.Strength {
			options.HopFactor = 0.5
		}
		edges := make([]graph.Edge, r.IntN(3*n))
		for i := range edges {
			// Few different weights, so that there are ties, zeros and ones.
			edges[i] = graph.Edge{From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: float64(r.IntN(5)) / 4}
		}
		g, err := graph.FromEdges(n, edges,
			graph.BuildOptions{
				Directed: round&4 > 0, Weighted: round&24 > 0, Merge: graph.MergeMax, KeepLoops: round&32 > 0,
			})
		if err != nil {
			t.Fatal(err)
		}
		search, err := graph.NewPathSearch(g, options)
		if err != nil {
			t.Fatal(err)
		}
		for source := range uint32(n) {
			for target := range uint32(n) {
				all := allRoutes(g, options, source, target)
				for hops := range 6 {
					some := all
					if hops > 0 {
						some = slices.DeleteFunc(slices.Clone(all), func(r graph.Route) bool { return r.Hops() > hops })
					}
					checkBest(t, g, search, source, target, hops, some)
				}
				if source != target {
					checkDisjoint(t, ctx, g, search, source, target, all)
				}
			}
		}
	}
}

func checkBest(
	t *testing.T, g *graph.Graph, search *graph.PathSearch, source, target uint32, hops int, want []graph.Route,
) {
	t.Helper()
	ctx := context.Background()
	best, err := search.Best(ctx, source, target)
	if hops > 0 {
		best, err = search.Within(ctx, source, target, hops)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 {
		if best.Nodes != nil {
			t.Fatalf("%d-%d within %d: %v where there is no path", source, target, hops, best)
		}
		return
	}
	if best.Nodes == nil || !near(best.Value, want[0].Value) || hops > 0 && best.Hops() > hops {
		t.Fatalf("%d-%d within %d: %v, want %v", source, target, hops, best, want[0])
	}
	checkPath(t, g, best.Nodes, source, target)
	k := min(6, len(want)+1)
	routes, err := search.Alternatives(ctx, source, target, k, hops)
	if err != nil || len(routes) != min(k, len(want)) {
		t.Fatalf("%d-%d within %d: %d alternatives of %d, %v", source, target, hops, len(routes),
			min(k, len(want)), err)
	}
	for i, route := range routes {
		if !near(route.Value, want[i].Value) || hops > 0 && route.Hops() > hops {
			t.Fatalf("%d-%d within %d: alternative %d is %v, want %v", source, target, hops, i, route, want[i])
		}
		checkPath(t, g, route.Nodes, source, target)
		for _, other := range routes[:i] {
			if slices.Equal(other.Nodes, route.Nodes) {
				t.Fatalf("alternative %v twice", route)
			}
		}
	}
}

// apartNodes says whether two paths share no middle node nor, when they have no middle, are the same tie.
func apart(a, b []uint32, kind graph.Apart, directed bool) bool {
	if kind == graph.ApartNodes {
		for _, v := range a[1 : len(a)-1] {
			if slices.Contains(b[1:len(b)-1], v) {
				return false
			}
		}
		return len(a) > 2 || len(b) > 2
	}
	for i := 1; i < len(a); i++ {
		for j := 1; j < len(b); j++ {
			if a[i-1] == b[j-1] && a[i] == b[j] || !directed && a[i-1] == b[j] && a[i] == b[j-1] {
				return false
			}
		}
	}
	return true
}

// checkDisjoint compares with the best of all sets of two and three paths.
func checkDisjoint(
	t *testing.T, ctx context.Context, g *graph.Graph, search *graph.PathSearch, source, target uint32,
	all []graph.Route,
) {
	t.Helper()
	if len(all) > 40 {
		return
	}
	strength := search.Measure() == graph.Strength
	total := func(routes ...graph.Route) float64 {
		sum := 0.0
		if strength {
			sum = 1
		}
		for _, r := range routes {
			if strength {
				sum *= r.Value
			} else {
				sum += r.Value
			}
		}
		return sum
	}
	for _, kind := range []graph.Apart{graph.ApartNodes, graph.ApartTies} {
		best := map[int]float64{}
		offer := func(count int, value float64) {
			if old, known := best[count]; !known || strength && value > old || !strength && value < old {
				best[count] = value
			}
		}
		for i, a := range all {
			offer(1, total(a))
			for j, b := range all[:i] {
				if !apart(a.Nodes, b.Nodes, kind, g.Directed()) {
					continue
				}
				offer(2, total(a, b))
				for _, c := range all[:j] {
					if apart(a.Nodes, c.Nodes, kind, g.Directed()) && apart(b.Nodes, c.Nodes, kind, g.Directed()) {
						offer(3, total(a, b, c))
					}
				}
			}
		}
		for k := 1; k <= 3; k++ {
			routes, err := search.Disjoint(ctx, source, target, k, kind)
			if err != nil {
				t.Fatal(err)
			}
			most := min(k, len(best))
			if len(routes) != most || most > 0 && !near(total(routes...), best[most]) {
				t.Fatalf("%d-%d: %d paths apart: %v, want %d of value %v", source, target, k, routes, most, best[most])
			}
			for i, a := range routes {
				checkPath(t, g, a.Nodes, source, target)
				for _, b := range routes[:i] {
					if !apart(a.Nodes, b.Nodes, kind, g.Directed()) {
						t.Fatalf("%v and %v are not apart", a, b)
					}
				}
			}
		}
	}
	routes, err := search.DisjointWithin(ctx, source, target, 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range routes {
		checkPath(t, g, a.Nodes, source, target)
		for _, b := range routes[:i] {
			if a.Hops() > 3 || !apart(a.Nodes, b.Nodes, graph.ApartNodes, g.Directed()) {
				t.Fatalf("%v and %v are not apart", a, b)
			}
		}
	}
}

// On graphs that are too large to list all paths, hop limits are checked against the table of best values by number of
// ties.
func TestWithinAgreesWithTable(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for round := range 60 {
		n := 50 + r.IntN(200)
		edges := make([]graph.Edge, 4*n)
		for i := range edges {
			edges[i] = graph.Edge{From: uint32(r.IntN(n)), To: uint32(r.IntN(n)), Weight: float64(r.IntN(100)) / 100}
		}
		options := graph.PathOptions{Measure: graph.Measure(round & 1)}
		g, err := graph.FromEdges(
			n, edges, graph.BuildOptions{Weighted: true, Merge: graph.MergeMax, Directed: round&2 > 0},
		)
		if err != nil {
			t.Fatal(err)
		}
		search, err := graph.NewPathSearch(g, options)
		if err != nil {
			t.Fatal(err)
		}
		source := uint32(r.IntN(n))
		table := slices.Repeat([]float64{search.Worst()}, n)
		table[source] = search.Zero()
		for hops := 1; hops <= 12; hops++ {
			next := slices.Clone(table)
			g.Edges(func(u, v uint32, w float64) bool {
				next[v] = min(next[v], search.Step(table[u], float64(w)))
				if !g.Directed() {
					next[u] = min(next[u], search.Step(table[v], float64(w)))
				}
				return true
			})
			table = next
			for target := range uint32(n) {
				got, err := search.Within(context.Background(), source, target, hops)
				want := math.Abs(table[target])
				if err != nil || got.Nodes == nil && table[target] != search.Worst() ||
					got.Nodes != nil && (!near(got.Value, want) || got.Hops() > hops) {
					t.Fatalf("%d-%d within %d: %v, want %v, %v", source, target, hops, got, want, err)
				}
			}
		}
		for target := range uint32(n) {
			// Twelve ties are more than enough in such a graph for nearly all best paths; longer ones can only be
			// better.
			got, err := search.Best(context.Background(), source, target)
			if err != nil || got.Nodes == nil && table[target] != search.Worst() {
				t.Fatal(got, err)
			}
			key := got.Value
			if options.Measure == graph.Strength {
				key = -key
			}
			if got.Nodes != nil && key > table[target]+1e-12 {
				t.Fatalf("%d-%d: best %v is worse than within twelve %v", source, target, key, table[target])
			}
		}
	}
}

func TestPathsRefuse(t *testing.T) {
	ctx := context.Background()
	weighted := func(w float64) *graph.Graph {
		g, err := graph.FromEdges(
			3, []graph.Edge{{From: 0, To: 1, Weight: w}}, graph.BuildOptions{Weighted: true, Signed: true},
		)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	infinite := graphtest.Of(3, false, true, []graphtest.Tie{{U: 0, V: 1, Weight: float64(math.NaN())}})
	for _, c := range []struct {
		g       *graph.Graph
		options graph.PathOptions
		want    error
	}{
		{weighted(-1), graph.PathOptions{}, graph.ErrNegativeWeight},
		{weighted(2), graph.PathOptions{}, graph.ErrParameter},
		{weighted(2), graph.PathOptions{Measure: graph.Length}, nil},
		{infinite, graph.PathOptions{Measure: graph.Length}, graph.ErrNotFinite},
		{weighted(1), graph.PathOptions{HopFactor: 1.5}, graph.ErrParameter},
		{weighted(1), graph.PathOptions{HopFactor: math.NaN()}, graph.ErrParameter},
		{weighted(1), graph.PathOptions{Measure: 9}, graph.ErrParameter},
	} {
		if _, err := graph.NewPathSearch(c.g, c.options); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
	search, err := graph.NewPathSearch(weighted(0.5), graph.PathOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := search.Best(ctx, 0, 3); !errors.Is(err, graph.ErrNode) {
		t.Error(err)
	}
	if _, err := search.Within(ctx, 0, 1, 0); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	if _, err := search.Alternatives(ctx, 0, 1, 0, 0); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	if _, err := search.Disjoint(ctx, 0, 7, 2, graph.ApartNodes); !errors.Is(err, graph.ErrNode) {
		t.Error(err)
	}
	if _, err := search.DisjointWithin(ctx, 0, 1, 2, 0); !errors.Is(err, graph.ErrParameter) {
		t.Error(err)
	}
	if _, err := graph.Distances(ctx, &graph.Graph{}, graph.Options{}, 0); !errors.Is(err, graph.ErrNode) {
		t.Error(err)
	}
	if d, err := graph.Distances(ctx, &graph.Graph{}, graph.Options{}); err != nil || len(d) != 0 {
		t.Error(d, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := graph.Distances(cancelled, weighted(1), graph.Options{}, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := graph.NewPairSearch(weighted(1)).Distance(cancelled, 0, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := search.Best(cancelled, 0, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := search.Disjoint(cancelled, 0, 1, 2, graph.ApartTies); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPairQueriesDoNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	g := graph.SomeGraph(t, r, 5000, 50_000, graph.BuildOptions{})
	pairs := graph.NewPairSearch(g)
	ctx := context.Background()
	query := func() {
		if _, err := pairs.Distance(ctx, uint32(r.IntN(5000)), uint32(r.IntN(5000))); err != nil {
			t.Fatal(err)
		}
	}
	for range 2000 {
		query()
	}
	if allocated := testing.AllocsPerRun(500, query); allocated > 0 {
		t.Fatalf("%v allocations a query", allocated)
	}
}
