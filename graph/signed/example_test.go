package signed_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/signed"
)

// quarrel is two camps of three, for each other inside and against each other, with one tie that does not fit.
func quarrel() *graph.Graph {
	g, err := graph.FromEdges(6, []graph.Edge{
		{From: 0, To: 1, Weight: 1},
		{From: 1, To: 2, Weight: 1},
		{From: 0, To: 2, Weight: 1},
		{From: 3, To: 4, Weight: 1},
		{From: 4, To: 5, Weight: 1},
		{From: 3, To: 5, Weight: -1},
		{From: 0, To: 3, Weight: -1},
		{From: 1, To: 4, Weight: -1},
		{From: 0, To: 4, Weight: -1},
		{From: 2, To: 5, Weight: -1},
	}, graph.BuildOptions{Weighted: true, Signed: true})
	if err != nil {
		panic(err)
	}
	return g
}

func ExampleBalance() {
	t, err := signed.Balance(context.Background(), quarrel(), graph.Options{})
	fmt.Printf("%v, %.2f balanced, %.2f weakly, %v\n", t.Negative, t.Balanced, t.Weak, err)
	// Output: [1 1 2 0], 0.75 balanced, 0.75 weakly, <nil>
}

func ExampleFrustration() {
	camps, err := signed.Frustration(
		context.Background(), quarrel(), signed.FrustrationOptions{Starts: 4, Seed: 1, ByCount: true}, graph.Options{},
	)
	fmt.Println(camps.Of, camps.Frustrated, camps.Bound, camps.Exact, err)
	// Output: [0 0 0 1 1 1] 1 1 true <nil>
}

func ExampleModularity() {
	q, err := signed.Modularity(context.Background(), quarrel(), []uint32{0, 0, 0, 1, 1, 1}, 1, graph.Options{})
	fmt.Printf("%.2f %v\n", q, err)
	// Output: 0.40 <nil>
}

func ExampleCommunities() {
	d, err := signed.Communities(
		context.Background(), quarrel(), signed.CommunityOptions{Resolution: 1, Starts: 4, Seed: 1}, graph.Options{},
	)
	fmt.Printf("%v %d %.2f %v\n", d.Of, d.Count, d.Modularity, err)
	// Output: [0 0 0 1 1 1] 2 0.40 <nil>
}
