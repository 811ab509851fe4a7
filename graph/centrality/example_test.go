package centrality_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/centrality"
)

func ExampleBetweenness() {
	g := graphtest.Kite()
	values, err := centrality.Betweenness(context.Background(), g, graph.Options{})
	fmt.Println(graphtest.Largest(values), values[7], err)
	centrality.NormalizeBetweenness(g, values)
	fmt.Printf("%.3f\n", values[7])
	// Output:
	// 7 14 <nil>
	// 0.389
}

func ExampleBetweennessSample() {
	s, err := centrality.BetweennessSample(
		context.Background(), graphtest.Kite(), centrality.SampleOptions{Error: 0.05, Seed: 1}, graph.Options{},
	)
	fmt.Println(graphtest.Largest(s.Values), err)
	// Output: 7 <nil>
}

func ExampleCloseness() {
	near, err := centrality.Closeness(context.Background(), graphtest.Kite(), graph.Options{})
	fmt.Printf("%.3f %.3f %v\n", near.Closeness[5], near.Closeness[6], err)
	// Output: 0.643 0.643 <nil>
}

func ExampleHyperBall() {
	balls, err := centrality.HyperBall(context.Background(), graphtest.Kite(), 10, 1, graph.Options{})
	fmt.Printf("%.0f others within reach, ± %.1f %%, %v\n", balls.Reached[0], 100*balls.RelativeError, err)
	// Output: 9 others within reach, ± 3.2 %, <nil>
}

func ExamplePageRank() {
	ranks, err := centrality.PageRank(
		context.Background(), graphtest.Kite(), centrality.PageRankOptions{}, graph.Options{},
	)
	fmt.Printf("%d %.4f %v\n", graphtest.Largest(ranks.Values), ranks.Values[3], err)
	// Output: 3 0.1471 <nil>
}

func ExamplePushSearch() {
	search, err := centrality.NewPushSearch(graphtest.Kite())
	if err != nil {
		panic(err)
	}
	shares, err := search.From(context.Background(), 9, 0.85, 1e-6)
	fmt.Println(shares[0].Node, len(shares), err)
	// Output: 9 10 <nil>
}

func ExampleEigenvectorCentrality() {
	e, err := centrality.EigenvectorCentrality(context.Background(), graphtest.Kite(), 0, graph.Options{})
	fmt.Printf("%d %.3f %v\n", graphtest.Largest(e.Values), e.Eigenvalue, err)
	// Output: 3 4.306 <nil>
}

func ExampleBonacichPower() {
	power, err := centrality.BonacichPower(context.Background(), graphtest.Kite(), -0.1, graph.Options{})
	fmt.Println(graphtest.Largest(power), err)
	// Output: 3 <nil>
}

func ExampleBetweennessOfLengths() {
	passed, err := centrality.BetweennessOfLengths(context.Background(), graphtest.Kite(), graph.Options{})
	if err != nil {
		panic(err)
	}
	last, _ := graph.NewEdgeIndex(graphtest.Kite()).Number(8, 9)
	fmt.Println(graphtest.Largest(passed.Nodes), passed.Edges[last])
	// Output: 7 9
}

func ExampleBetweennessFrom() {
	kite := graphtest.Kite()
	paths, err := centrality.BetweennessFrom(context.Background(), kite, []uint32{9, 8}, graph.Options{})
	fmt.Println(paths[7], err)
	// Output: 7 <nil>
}
