package multilayer_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/multilayer"
)

// office is who asks whom for advice and who eats with whom.
func office() *graph.Multilayer {
	advice, err1 := graph.FromEdges(4, []graph.Edge{{From: 0, To: 1}, {From: 0, To: 2}, {From: 0, To: 3}},
		graph.BuildOptions{})
	lunch, err2 := graph.FromEdges(4, []graph.Edge{{From: 1, To: 2}, {From: 2, To: 3}, {From: 0, To: 3}},
		graph.BuildOptions{})
	m := graph.NewMultilayer(4)
	if err1 != nil || err2 != nil || m.Add("advice", advice) != nil || m.Add("lunch", lunch) != nil {
		panic("this is a network")
	}
	return m
}

func ExampleParticipation() {
	parts, err := multilayer.Participation(context.Background(), office(), graph.Options{})
	p := parts[0]
	fmt.Println(p.Degrees, p.Strengths, p.Overlap, p.Active, p.Neighbors, p.Coefficient, err)
	// Output: [3 1] [3 1] 4 2 3 0.75 <nil>
}

func ExampleCompare() {
	pairs, err := multilayer.Compare(context.Background(), office(), graph.Options{})
	p := pairs[0][1]
	fmt.Printf("%d shared, %.2f, degrees %.2f, ranks %.2f, %v\n", p.Shared, p.Jaccard, p.Degrees, p.Ranks, err)
	// Output: 1 shared, 0.20, degrees -0.58, ranks -0.58, <nil>
}

func ExamplePageRank() {
	ranks, err := multilayer.PageRank(context.Background(), office(), multilayer.RankOptions{
		Damping: 0.85, Switch: 0.5, Tolerance: 1e-9,
	}, graph.Options{})
	fmt.Printf("%.3f = %.3f + %.3f, %v\n", ranks.Nodes[0], ranks.Layers[0][0], ranks.Layers[1][0], err)
	fmt.Println(ranks.Iterations > 10, ranks.Error < 1e-9)
	// Output:
	// 0.368 = 0.287 + 0.080, <nil>
	// true true
}
