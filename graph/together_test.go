package graph

import (
	"math"
	"math/bits"
	"slices"
	"testing"
)

func TestMaxCoverageAgainstAllChoices(t *testing.T) {
	for round := range 300 {
		r := newRandom(uint64(round), 5)
		items, count := int(r.below(12)), int(r.below(8))
		sets := make([][]uint32, count)
		params := CoverageOptions{Most: int(r.below(4))}
		for s := range sets {
			for range r.below(6) {
				if items > 0 {
					sets[s] = append(sets[s], uint32(r.below(uint64(items))))
				}
			}
		}
		if round%2 == 0 {
			params.Weight = make([]float64, items)
			for i := range params.Weight {
				params.Weight[i] = r.float() * 3
			}
		}
		equal := true
		if round%3 == 0 {
			equal = false
			params.Cost = make([]float64, count)
			for s := range params.Cost {
				params.Cost[s] = 0.2 + r.float()
			}
			params.Budget = 1.5
		}
		if items > 0 && round%5 == 0 {
			params.Covered = []uint32{uint32(r.below(uint64(items)))}
		}
		best := 0.0
		for choice := range 1 << count {
			if params.Most > 0 && bits.OnesCount(uint(choice)) > params.Most {
				continue
			}
			covered, value, cost := map[uint32]bool{}, 0.0, 0.0
			for _, i := range params.Covered {
				covered[i] = true
			}
			for s := range sets {
				if choice>>s&1 == 0 {
					continue
				}
				if params.Cost != nil {
					cost += params.Cost[s]
				}
				for _, i := range sets[s] {
					if !covered[i] {
						covered[i] = true
						if params.Weight != nil {
							value += params.Weight[i]
						} else {
							value++
						}
					}
				}
			}
			if params.Budget == 0 || cost <= params.Budget {
				best = max(best, value)
			}
		}
		got, err := MaxCoverage(background, items, sets, params, Options{})
		if err != nil {
			t.Fatal(err)
		}
		guarantee := 1 - 1/math.E
		if !equal {
			guarantee /= 2
		}
		if got.Value > best+1e-9 || got.Value < guarantee*best-1e-9 || got.Bound < best-1e-9 {
			t.Fatalf("round %d: value %v, bound %v, best %v", round, got.Value, got.Bound, best)
		}
		if params.Most > 0 && len(got.Choices) > params.Most || params.Budget > 0 && got.Cost > params.Budget+1e-9 {
			t.Fatalf("round %d: beyond the limits: %+v", round, got)
		}
		for i := 1; i < len(got.Choices) && equal; i++ {
			if got.Choices[i].Gain > got.Choices[i-1].Gain+1e-9 {
				t.Fatalf("gains rise: %v", got.Choices)
			}
		}
	}
}

func TestMaxInfluence(t *testing.T) {
	// With chance 1 everything connected is reached: the starters are one in each of the largest components.
	parts := graphOf(12, false, false,
		[]tie{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}, {5, 6, 1}, {6, 7, 1}, {7, 8, 1}, {9, 10, 1}})
	got, err := MaxInfluence(background, parts, 3, CascadeOptions{Chance: 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sides := []int{0, 0, 0}
	for _, v := range got.Starters {
		switch {
		case v <= 4:
			sides[0]++
		case v <= 8:
			sides[1]++
		case v <= 10:
			sides[2]++
		}
	}
	if !slices.Equal(sides, []int{1, 1, 1}) || !(math.Abs(got.Reach-11) <= 0.5) {
		t.Errorf("starters %v reach %v, want one of each component, 11", got.Starters, got.Reach)
	}

	// Against the best pair by simulation, on graphs with weights as chances.
	for round := range uint64(4) {
		r := newRandom(round, 8)
		g := randomGraph(&r, 12, 0.2, true, false)
		var first *Spread
		for _, threads := range threadCounts {
			got, err := MaxInfluence(background, g, 2, CascadeOptions{Chance: 0.3, Seed: 1}, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !slices.Equal(got.Starters, first.Starters) || got.Reach != first.Reach {
				t.Errorf("another result with %d threads", threads)
			}
		}
		best := 0.0
		for u := range uint32(12) {
			for v := range u {
				mean, _, err := Reach(background, g, []uint32{u, v}, 2000, CascadeOptions{Chance: 0.3}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				best = max(best, mean)
			}
		}
		mean, off, err := Reach(background, g, first.Starters, 20000, CascadeOptions{Chance: 0.3, Seed: 9}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if mean < (1-1/math.E-0.1)*best || !(math.Abs(first.Reach-mean) <= 5*off+0.1*mean) {
			t.Errorf("reach %v, simulated %v ± %v, best %v", first.Reach, mean, off, best)
		}
	}
	manyRandomGraphs(t, 3, func(t *testing.T, g *Graph, r *random) {
		if _, err := MaxInfluence(background, g.Unweighted(), int(r.below(20)),
			CascadeOptions{Error: 0.5}, Options{}); err != nil {
			t.Error(err)
		}
	})
	if _, err := MaxInfluence(background, graphOf(2, false, true, []tie{{0, 1, 2}}), 1,
		CascadeOptions{}, Options{}); err != ErrParameter {
		t.Errorf("a weight that is no chance: %v", err)
	}
}

// cheapestTree tries all sets of nodes: the cheapest spanning tree of a connected set that has a member of each group.
func cheapestTree(g *Graph, groups [][]uint32) float64 {
	n := g.N()
	a := make([][]float64, n)
	for v := range a {
		a[v] = make([]float64, n)
		for u := range a[v] {
			a[v][u] = math.Inf(1)
		}
	}
	for v := range uint32(n) {
		for i, u := range g.Neighbors(v) {
			w := 1.0
			if g.weights != nil {
				w = float64(g.Weights(v)[i])
			}
			a[v][u] = min(a[v][u], w)
			a[u][v] = min(a[u][v], w)
		}
	}
	best := math.Inf(1)
	for set := 1; set < 1<<n; set++ {
		covered := true
		for _, list := range groups {
			covered = covered && slices.ContainsFunc(list, func(v uint32) bool { return set>>v&1 != 0 })
		}
		if !covered {
			continue
		}
		in, cost := set&-set, 0.0
		for in != set && !math.IsInf(cost, 1) {
			near, next := math.Inf(1), 0
			for u := range n {
				for v := range n {
					if in>>u&1 != 0 && (set&^in)>>v&1 != 0 && a[u][v] < near {
						near, next = a[u][v], v
					}
				}
			}
			cost += near
			in |= 1 << next
		}
		best = min(best, cost)
	}
	return best
}

func TestGroupSteinerTreeAgainstAllSets(t *testing.T) {
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		n := g.N()
		if n > 9 {
			return
		}
		groups := make([][]uint32, r.below(5))
		for i := range groups {
			for range r.below(4) {
				if n > 0 {
					groups[i] = append(groups[i], uint32(r.below(uint64(n))))
				}
			}
		}
		want := 0.0
		if len(groups) > 0 {
			want = cheapestTree(g, groups)
		}
		got, err := GroupSteinerTree(background, g, groups, Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Exact || !(math.Abs(got.Cost-want) <= 1e-6) && got.Cost != want || got.LowerBound != got.Cost {
			t.Errorf("cost %v (exact %v, bound %v), want %v for %v", got.Cost, got.Exact, got.LowerBound, want, groups)
		}
		if len(got.Nodes) > 0 && len(got.Edges) != len(got.Nodes)-1 {
			t.Errorf("%d edges for %d nodes", len(got.Edges), len(got.Nodes))
		}
		if len(got.Nodes) > 0 {
			for _, list := range groups {
				if !slices.ContainsFunc(list, func(v uint32) bool { return slices.Contains(got.Nodes, v) }) {
					t.Errorf("group %v is not in %v", list, got.Nodes)
				}
			}
		}
		// The approximation alone, as for many groups.
		if len(groups) > 0 {
			s := &steiner{ctx: background, g: g, groups: groups}
			near, err := s.approximate()
			if err != nil {
				t.Fatal(err)
			}
			if near.Cost < want-1e-6 || near.LowerBound > want+1e-6 ||
				near.Cost > max(1, float64(len(groups)-1))*want+1e-6 {
				t.Errorf("approximate cost %v, bound %v, best %v", near.Cost, near.LowerBound, want)
			}
		}
	})
}

func TestPredictLinksAgainstDefinition(t *testing.T) {
	manyRandomGraphs(t, 40, func(t *testing.T, g *Graph, r *random) {
		a := symmetric(g)
		n := g.N()
		nodes := make([]uint32, n)
		for v := range nodes {
			nodes[v] = uint32(v)
		}
		k := int(r.below(6))
		degree := make([]float64, n)
		for v := range n {
			for u := range n {
				if a[v][u] != 0 {
					degree[v]++
				}
			}
		}
		for by := CommonNeighbors; by <= Jaccard; by++ {
			want := make([][]Share, n)
			for u := range n {
				for v := range n {
					score, common := 0.0, 0.0
					for z := range n {
						if a[u][z] != 0 && a[v][z] != 0 {
							common++
							switch by {
							case CommonNeighbors, Jaccard:
								score++
							case AdamicAdar:
								score += 1 / math.Log(degree[z])
							case ResourceAllocation:
								score += 1 / degree[z]
							}
						}
					}
					if by == Jaccard && common > 0 {
						score /= degree[u] + degree[v] - common
					}
					single, err := SimilarityOf(g, uint32(u), uint32(v), by)
					if err != nil || u != v && !(math.Abs(single-score) <= 1e-12) {
						t.Errorf("similarity %d of %d and %d: %v, %v, want %v", by, u, v, single, err, score)
					}
					if u != v && a[u][v] == 0 && common > 0 {
						want[u] = append(want[u], Share{uint32(v), score})
					}
				}
				slices.SortStableFunc(want[u], func(x, y Share) int {
					if math.Abs(x.Value-y.Value) < 1e-12 {
						return 0
					}
					if x.Value > y.Value {
						return -1
					}
					return 1
				})
				want[u] = want[u][:min(k, len(want[u]))]
			}
			for _, threads := range threadCounts {
				got, err := PredictLinks(background, g, nodes, by, k, Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				for u := range want {
					x, y := []float64{}, []float64{}
					for i := range got[u] {
						x = append(x, got[u][i].Value)
					}
					for i := range want[u] {
						y = append(y, want[u][i].Value)
					}
					closeTo(t, "scores", x, y, 1e-12)
				}
			}
		}
	})
}

func TestBetweennessSampleWithinItsBound(t *testing.T) {
	for _, directed := range []bool{false, true} {
		for round := range uint64(5) {
			r := newRandom(round, 77)
			g := randomGraph(&r, 60, 0.05, directed, false)
			exact, err := Betweenness(background, g, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var first []float64
			for _, threads := range threadCounts {
				got, err := BetweennessSample(background, g, SampleOptions{Error: 0.03, Failure: 0.001, Seed: round},
					Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = got.Values
				}
				closeTo(t, "sampled betweenness with other threads", got.Values, first, 0)
				for v := range exact {
					if !(math.Abs(got.Values[v]-exact[v]) <= got.Bound) {
						t.Errorf("node %d: %v, exact %v, bound %v", v, got.Values[v], exact[v], got.Bound)
					}
				}
			}
		}
	}
	// Without bias: far more samples than the bound asks for, and close to exact.
	kite := graphOf(7, false, false,
		[]tie{{0, 1, 1}, {0, 2, 1}, {1, 3, 1}, {2, 3, 1}, {3, 4, 1}, {4, 5, 1}, {3, 6, 1}, {6, 5, 1}})
	exact, _ := Betweenness(background, kite, Options{})
	got, err := BetweennessSample(background, kite, SampleOptions{Error: 0.004}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "many samples", got.Values, exact, 0.02)
	manyRandomGraphs(t, 3, func(t *testing.T, g *Graph, _ *random) {
		if _, err := BetweennessSample(background, g, SampleOptions{Error: 0.2}, Options{}); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkPredictLinks(b *testing.B) {
	r := newRandom(1, 1)
	nodes := make([]uint32, 1000)
	for i := range nodes {
		nodes[i] = uint32(r.below(uint64(benchGraph(b).N())))
	}
	benchThreads(b, func(opts Options) error {
		_, err := PredictLinks(background, benchGraph(b), nodes, AdamicAdar, 10, opts)
		return err
	})
}

func BenchmarkBetweennessSample(b *testing.B) {
	benchThreads(b, func(opts Options) error {
		_, err := BetweennessSample(background, benchGraph(b), SampleOptions{}, opts)
		return err
	})
}

func BenchmarkMaxInfluence(b *testing.B) {
	benchThreads(b, func(opts Options) error {
		_, err := MaxInfluence(background, benchGraph(b), 10, CascadeOptions{Error: 0.3}, opts)
		return err
	})
}

func BenchmarkMaxCoverage(b *testing.B) {
	g := benchGraph(b)
	sets := make([][]uint32, g.N())
	for v := range sets {
		sets[v] = g.Neighbors(uint32(v))
	}
	benchThreads(b, func(opts Options) error {
		_, err := MaxCoverage(background, g.N(), sets, CoverageOptions{Most: 50}, opts)
		return err
	})
}

func BenchmarkGroupSteinerTree(b *testing.B) {
	r := newRandom(1, 1)
	groups := make([][]uint32, 6)
	for i := range groups {
		for range 20 {
			groups[i] = append(groups[i], uint32(r.below(uint64(benchGraph(b).N()))))
		}
	}
	benchThreads(b, func(opts Options) error {
		_, err := GroupSteinerTree(background, benchGraph(b), groups, opts)
		return err
	})
}
