package temporal_test

import (
	"context"
	"fmt"
	"slices"

	"gave.network/graph"
	"gave.network/graph/temporal"
)

var ctx = context.Background()

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// week is who met whom on which day: 0 Ann, 1 Bob, 2 Cem, 3 Dee.
func week() *temporal.Sequence {
	return must(temporal.New(ctx, 4, []temporal.Contact{
		{From: 0, To: 1, Time: 1},
		{From: 0, To: 2, Time: 2},
		{From: 1, To: 2, Time: 3},
		{From: 1, To: 3, Time: 6},
		{From: 2, To: 3, Time: 7},
	}, false))
}

func ExampleEarliestArrivals() {
	news := must(temporal.EarliestArrivals(ctx, week(), 0, temporal.Always))
	fmt.Println(news.Values[3], news.To(3))
	// Output: 6 [{0 1 1 0} {1 3 6 0}]
}

func ExampleLatestDepartures() {
	news := must(temporal.LatestDepartures(ctx, week(), 3, temporal.Always))
	fmt.Println(news.Values[0], news.To(0))
	// Output: 2 [{0 2 2 0} {2 3 7 0}]
}

func ExampleFastestPaths() {
	fastest := must(temporal.FastestPaths(ctx, week(), 0, temporal.Window{From: 0, Until: 6}))
	fmt.Println(fastest.Values[3])
	// Output: 4
}

func ExampleFewestContacts() {
	fewest := must(temporal.FewestContacts(ctx, week(), 0, temporal.Always))
	fmt.Println(fewest.Values)
	// Output: [0 1 1 2]
}

func ExampleReach() {
	reach := must(temporal.Reach(ctx, week(), temporal.Window{From: 3, Until: 7}, graph.Options{}))
	fmt.Println(reach.Out, reach.In)
	// Output: [0 2 2 2] [0 2 2 2]
}

func ExampleCloseness() {
	near := must(temporal.Closeness(ctx, week(), temporal.Window{From: 0, Until: 7}, 1, graph.Options{}))
	fmt.Printf("%.3f\n", near)
	// Output: [0.556 0.556 0.333 0.103]
}

func ExampleRhythmOf() {
	clock, bursts := temporal.RhythmOf([]int64{0, 5, 10, 15}), temporal.RhythmOf([]int64{0, 1, 2, 30, 31, 32})
	fmt.Printf("%.2f %.2f\n", clock.Burstiness, bursts.Burstiness)
	// Output: -1.00 0.26
}

func ExampleGapsOf() {
	gaps := temporal.GapsOf([]int64{0, 1, 2, 30, 31, 32})
	fmt.Println(gaps, gaps.Quantile(1, 2), gaps.Quantile(9, 10))
	// Output: [1 1 1 1 28] 1 28
}

func ExampleFaded() {
	fmt.Println(temporal.Faded(0, 180), temporal.Faded(180, 180), temporal.Faded(360, 180))
	// Output: 1 0.5 0.25
}

// News passes from 0 over 1 or 2 to 3; the tie of 1 and 3 ends on day 20, before that of 0 and 1 begins.
func ExampleWaySearch() {
	ties := must(temporal.NewLasting(ctx, 4, slices.Values([]temporal.Tie{
		{From: 0, To: 1, Strength: 0.9, First: 30, Last: 90},
		{From: 1, To: 3, Strength: 0.9, First: 0, Last: 20},
		{From: 0, To: 2, Strength: 0.5, First: 10, Last: 50},
		{From: 2, To: 3, Strength: 0.5, First: 40, Last: 80},
	}), false))
	search := must(temporal.NewWaySearch(ties, temporal.Passing{PerTie: 1, MostTies: 4}))
	if err := search.To(ctx, 0, 100, 3); err != nil {
		panic(err)
	}
	fmt.Println(search.Best(0, 0), search.Way(0, 50), search.Way(0, 51), len(search.Reached()))
	// Only what is asked of 0 counts now.
	if err := search.Between(ctx, []uint32{0}, []uint32{3}, 0, 100); err != nil {
		panic(err)
	}
	fmt.Println(search.Way(0, 0), ties.N(), ties.Arcs())
	// Output:
	// 0.25 [0 2 3] [] 4
	// [0 2 3] 4 8
}

func ExampleRhythms() {
	rhythms := must(temporal.Rhythms(ctx, week(), graph.Options{}))
	fmt.Printf("%d contacts of Bob, on average %.1f days apart\n", rhythms[1].Events, rhythms[1].Mean)
	// Output: 3 contacts of Bob, on average 2.5 days apart
}

func ExampleFading() {
	const halfLife = 2
	ties := must(temporal.NewFading(ctx, week(), halfLife))
	fmt.Println(ties.Intensity(0, 1, 0), ties.Intensity(0, 1, 1), ties.Intensity(0, 1, 5))
	g := must(ties.Graph(ctx, 7, graph.Options{}))
	fmt.Println(g.Weight(2, 3))
	// Output:
	// 0 1 0.25
	// 1 true
}

func ExampleSequence_Graph() {
	g := must(week().Graph(ctx, 1, 3, graph.Options{}))
	fmt.Println(g.M(), g.HasEdge(1, 3))
	// Output: 3 false
}

func ExampleSequence() {
	s := week()
	first, last := s.Span()
	fmt.Println(s.N(), s.Len(), s.Directed(), first, last)
	fading := must(temporal.NewFading(ctx, s, 2))
	fmt.Println(fading.Ties())
	// Who is never reached has the value Never; times may be as large as MaxTime.
	window := temporal.Window{From: last + 1, Until: temporal.MaxTime}
	fmt.Println(must(temporal.EarliestArrivals(ctx, s, 0, window)).Values[1] == temporal.Never)
	// Output:
	// 4 5 false 1 7
	// 5
	// true
}
