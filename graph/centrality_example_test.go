package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

func ExampleBetweenness() {
	g := kite()
	values, err := graph.Betweenness(context.Background(), g, graph.Options{})
	fmt.Println(largest(values), values[7], err)
	graph.NormalizeBetweenness(g, values)
	fmt.Printf("%.3f\n", values[7])
	// Output:
	// 7 14 <nil>
	// 0.389
}

func ExampleBetweennessSample() {
	s, err := graph.BetweennessSample(context.Background(), kite(), graph.SampleOptions{Error: 0.05, Seed: 1},
		graph.Options{})
	fmt.Println(largest(s.Values), err)
	// Output: 7 <nil>
}

func ExampleCloseness() {
	near, err := graph.Closeness(context.Background(), kite(), graph.Options{})
	fmt.Printf("%.3f %.3f %v\n", near.Closeness[5], near.Closeness[6], err)
	// Output: 0.643 0.643 <nil>
}

func ExampleHyperBall() {
	balls, err := graph.HyperBall(context.Background(), kite(), 10, 1, graph.Options{})
	fmt.Printf("%.0f others within reach, ± %.1f %%, %v\n", balls.Reached[0], 100*balls.RelativeError, err)
	// Output: 9 others within reach, ± 3.2 %, <nil>
}

func ExamplePageRank() {
	ranks, err := graph.PageRank(context.Background(), kite(), graph.PageRankOptions{}, graph.Options{})
	fmt.Printf("%d %.4f %v\n", largest(ranks.Values), ranks.Values[3], err)
	// Output: 3 0.1471 <nil>
}

func ExamplePushSearch() {
	search, err := graph.NewPushSearch(kite())
	if err != nil {
		panic(err)
	}
	shares, err := search.From(context.Background(), 9, 0.85, 1e-6)
	fmt.Println(shares[0].Node, len(shares), err)
	// Output: 9 10 <nil>
}

func ExampleEigenvectorCentrality() {
	e, err := graph.EigenvectorCentrality(context.Background(), kite(), 0, graph.Options{})
	fmt.Printf("%d %.3f %v\n", largest(e.Values), e.Eigenvalue, err)
	// Output: 3 4.306 <nil>
}

func ExampleBonacichPower() {
	power, err := graph.BonacichPower(context.Background(), kite(), -0.1, graph.Options{})
	fmt.Println(largest(power), err)
	// Output: 3 <nil>
}
