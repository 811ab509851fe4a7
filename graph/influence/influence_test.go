package influence

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/graphtest"
	"gave.network/graph/internal/random"
)

func TestMaxCoverageAgainstAllChoices(t *testing.T) {
	for round := range 300 {
		r := random.New(uint64(round), 5)
		items, count := int(r.Below(12)), int(r.Below(8))
		sets := make([][]uint32, count)
		params := CoverageOptions{Most: int(r.Below(4))}
		for s := range sets {
			for range r.Below(6) {
				if items > 0 {
					sets[s] = append(sets[s], uint32(r.Below(uint64(items))))
				}
			}
		}
		if round%2 == 0 {
			params.Weight = make([]float64, items)
			for i := range params.Weight {
				params.Weight[i] = r.Float() * 3
			}
		}
		equal := true
		if round%3 == 0 {
			equal = false
			params.Cost = make([]float64, count)
			for s := range params.Cost {
				params.Cost[s] = 0.2 + r.Float()
			}
			params.Budget = 1.5
		}
		if items > 0 && round%5 == 0 {
			params.Covered = []uint32{uint32(r.Below(uint64(items)))}
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
		got, err := MaxCoverage(context.Background(), items, sets, params, graph.Options{})
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
	parts := graphtest.Of(12, false, false,
		[]graphtest.Tie{
			{U: 0, V: 1, Weight: 1},
			{U: 1, V: 2, Weight: 1},
			{U: 2, V: 3, Weight: 1},
			{U: 3, V: 4, Weight: 1},
			{U: 5, V: 6, Weight: 1},
			{U: 6, V: 7, Weight: 1},
			{U: 7, V: 8, Weight: 1},
			{U: 9, V: 10, Weight: 1},
		})
	got, err := MaxInfluence(context.Background(), parts, 3, CascadeOptions{Chance: 1}, graph.Options{})
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
		r := random.New(round, 8)
		g := graphtest.Random(&r, 12, 0.2, true, false)
		var first *Spread
		for _, threads := range graphtest.ThreadCounts {
			got, err := MaxInfluence(
				context.Background(), g, 2, CascadeOptions{Chance: 0.3, Seed: 1}, graph.Options{Threads: threads},
			)
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
				mean, _, err := Reach(
					context.Background(), g, []uint32{u, v}, 2000, CascadeOptions{Chance: 0.3}, graph.Options{},
				)
				if err != nil {
					t.Fatal(err)
				}
				best = max(best, mean)
			}
		}
		mean, off, err := Reach(
			context.Background(), g, first.Starters, 20000, CascadeOptions{Chance: 0.3, Seed: 9}, graph.Options{},
		)
		if err != nil {
			t.Fatal(err)
		}
		if mean < (1-1/math.E-0.1)*best || !(math.Abs(first.Reach-mean) <= 5*off+0.1*mean) {
			t.Errorf("reach %v, simulated %v ± %v, best %v", first.Reach, mean, off, best)
		}
	}
	graphtest.EachKind(t, 3, func(t *testing.T, g *graph.Graph, r *random.Source) {
		if _, err := MaxInfluence(context.Background(), g.Unweighted(), int(r.Below(20)),
			CascadeOptions{Error: 0.5}, graph.Options{}); err != nil {
			t.Error(err)
		}
	})
	if _, err := MaxInfluence(context.Background(), graphtest.Of(2, false, true, []graphtest.Tie{
		{U: 0, V: 1, Weight: 2},
	}), 1,
		CascadeOptions{}, graph.Options{}); err != graph.ErrParameter {
		t.Errorf("a weight that is no chance: %v", err)
	}
}

func BenchmarkMaxInfluence(b *testing.B) {
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := MaxInfluence(context.Background(), graphtest.BenchGraph(b), 10, CascadeOptions{Error: 0.3}, opts)
		return err
	})
}

func BenchmarkMaxCoverage(b *testing.B) {
	g := graphtest.BenchGraph(b)
	sets := make([][]uint32, g.N())
	for v := range sets {
		sets[v] = g.Neighbors(uint32(v))
	}
	graphtest.BenchThreads(b, func(opts graph.Options) error {
		_, err := MaxCoverage(context.Background(), g.N(), sets, CoverageOptions{Most: 50}, opts)
		return err
	})
}
