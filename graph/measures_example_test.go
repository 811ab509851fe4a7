package graph_test

import (
	"context"
	"fmt"

	"gave.network/graph"
)

// kite is the network of Krackhardt 1990: Diane (3) has the most ties, Heather (7) the most paths, Fernando (5) and
// Garth (6) are nearest to all.
func kite() *graph.Graph {
	g, err := graph.FromEdges(10, []graph.Edge{
		{From: 0, To: 1},
		{From: 0, To: 2},
		{From: 0, To: 3},
		{From: 0, To: 5},
		{From: 1, To: 3},
		{From: 1, To: 4},
		{From: 1, To: 6},
		{From: 2, To: 3},
		{From: 2, To: 5},
		{From: 3, To: 4},
		{From: 3, To: 5},
		{From: 3, To: 6},
		{From: 4, To: 6},
		{From: 5, To: 6},
		{From: 5, To: 7},
		{From: 6, To: 7},
		{From: 7, To: 8},
		{From: 8, To: 9},
	}, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	return g
}

func largest(values []float64) int {
	best := 0
	for v, x := range values {
		if x > values[best] {
			best = v
		}
	}
	return best
}

func ExampleKCore() {
	cores, err := graph.KCore(context.Background(), kite(), graph.Options{})
	fmt.Println(cores, err)
	// Output: [3 3 3 3 3 3 3 2 1 1] <nil>
}

func ExampleTriangles() {
	count, err := graph.Triangles(context.Background(), kite(), graph.Options{})
	fmt.Println(count, err)
	// Output: 11 <nil>
}

func ExampleCountTriangles() {
	c, err := graph.CountTriangles(context.Background(), kite(), graph.Options{})
	fmt.Printf("%d triangles, transitivity %.4f, %v\n", c.Triangles, c.Global, err)
	// Output: 11 triangles, transitivity 0.5789, <nil>
}

func ExampleEdgeOverlap() {
	edges, err := graph.EdgeOverlap(context.Background(), kite(), graph.Options{})
	last := edges[len(edges)-1]
	fmt.Println(len(edges), last.U, last.V, last.Value, err)
	// Output: 18 8 9 0 <nil>
}

func ExampleEdgeJaccard() {
	edges, err := graph.EdgeJaccard(context.Background(), kite(), graph.Options{})
	fmt.Println(edges[0].U, edges[0].V, edges[0].Value, err)
	// Output: 0 1 0.14285714285714285 <nil>
}

func ExampleLocalBridges() {
	bridges, err := graph.LocalBridges(context.Background(), kite(), graph.Options{})
	for _, b := range bridges {
		fmt.Println(b.U, b.V, b.Span == graph.NoOtherPath)
	}
	fmt.Println(err)
	// Output:
	// 7 8 true
	// 8 9 true
	// <nil>
}

func ExampleConstraint() {
	constraint, err := graph.Constraint(context.Background(), kite(), graph.Options{})
	fmt.Printf("%.3f %v\n", constraint[9], err)
	// Output: 1.000 <nil>
}

func ExampleStructuralHoles() {
	h, err := graph.StructuralHoles(context.Background(), kite(), graph.Options{})
	fmt.Printf("node 7: effective size %.2f of 3, efficiency %.2f, %v\n", h.EffectiveSize[7], h.Efficiency[7], err)
	// Output: node 7: effective size 2.33 of 3, efficiency 0.78, <nil>
}

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

func ExampleLeiden() {
	c, err := graph.Leiden(context.Background(), kite(), graph.LeidenOptions{Seed: 1}, graph.Options{})
	fmt.Println(c.Count, c.Of[7] == c.Of[8], c.Of[8] == c.Of[9], c.Of[0] == c.Of[9], err)
	// Output: 3 true true false <nil>
}

func ExampleModularity() {
	q, err := graph.Modularity(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, 1, graph.Options{})
	fmt.Printf("%.4f %v\n", q, err)
	// Output: 0.1667 <nil>
}

func ExamplePredictLinks() {
	links, err := graph.PredictLinks(context.Background(), kite(), []uint32{0}, graph.AdamicAdar, 2, graph.Options{})
	for _, l := range links[0] {
		fmt.Printf("%d %.3f\n", l.Node, l.Value)
	}
	fmt.Println(err)
	// Output:
	// 6 1.901
	// 4 1.279
	// <nil>
}

func ExampleSimilarityOf() {
	common, err := graph.SimilarityOf(kite(), 0, 6, graph.CommonNeighbors)
	fmt.Println(common, err)
	// Output: 3 <nil>
}

func ExampleMaxCoverage() {
	g := kite()
	var sets [][]uint32
	for v := range uint32(10) {
		sets = append(sets, g.Neighbors(v))
	}
	c, err := graph.MaxCoverage(context.Background(), 10, sets, graph.CoverageOptions{Most: 2}, graph.Options{})
	fmt.Println(c.Choices[0].Set, c.Value, err)
	// Output: 3 8 <nil>
}

func ExampleMaxInfluence() {
	s, err := graph.MaxInfluence(context.Background(), kite(), 1, graph.CascadeOptions{Chance: 1}, graph.Options{})
	fmt.Printf("%.0f %v\n", s.Reach, err)
	// Output: 10 <nil>
}

func ExampleReach() {
	mean, off, err := graph.Reach(context.Background(), kite(), []uint32{9}, 100, graph.CascadeOptions{Chance: 1},
		graph.Options{})
	fmt.Println(mean, off, err)
	// Output: 10 0 <nil>
}

func ExampleGroupSteinerTree() {
	tree, err := graph.GroupSteinerTree(context.Background(), kite(), [][]uint32{{9}, {0, 5}, {6, 2}}, graph.Options{})
	fmt.Println(tree.Nodes, tree.Cost, tree.Exact, err)
	// Output: [5 6 7 8 9] 4 true <nil>
}

func ExampleFriedkinJohnsen() {
	g, err := graph.FromEdges(3, []graph.Edge{{From: 0, To: 1, Weight: 1}, {From: 0, To: 2, Weight: -1}},
		graph.BuildOptions{Directed: true, Weighted: true, Signed: true})
	if err != nil {
		panic(err)
	}
	// 0 heeds 1 and moves away from 2.
	o, err := graph.FriedkinJohnsen(context.Background(), g, []float64{0, 1, -1}, []float64{0.5, 0, 0}, 0,
		graph.Options{})
	fmt.Println(o.Values, err)
	// Output: [0.5 1 -1] <nil>
}

func ExampleMixingMatrix() {
	m, err := graph.MixingMatrix(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{})
	fmt.Printf("%.3f %.3f %v\n", m.Share[0][1], m.Assortativity, err)
	// Output: 0.056 0.600 <nil>
}

func ExampleNumericAssortativity() {
	age := []float64{31, 30, 33, 29, 34, 40, 41, 52, 60, 61}
	r, err := graph.NumericAssortativity(context.Background(), kite(), age, age, graph.Options{})
	fmt.Printf("%.2f %v\n", r, err)
	// Output: 0.70 <nil>
}

func ExampleDegreeAssortativity() {
	r, err := graph.DegreeAssortativity(context.Background(), kite(), graph.Options{})
	fmt.Printf("%.4f %v\n", r, err)
	// Output: 0.1525 <nil>
}

func ExampleEIIndex() {
	b, err := graph.EIIndex(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{})
	fmt.Printf("%.3f, expected %.3f, %v\n", b.Whole, b.Expected, err)
	// Output: -0.778, expected -0.067, <nil>
}

func ExampleBrokerage() {
	roles, err := graph.Brokerage(context.Background(), kite(), []uint32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, graph.Options{})
	fmt.Printf("%+v %v\n", roles[7], err)
	// Output: {Coordinator:0 Consultant:0 Gatekeeper:2 Representative:2 Liaison:0} <nil>
}

func ExampleQAPCorrelation() {
	p, err := graph.QAPCorrelation(context.Background(), kite(), kite(), 199, 1, graph.Options{})
	fmt.Printf("%.0f %.3f %v\n", p.Value, p.AtLeast, err)
	// Output: 1 0.005 <nil>
}

func ExampleMRQAP() {
	other, err := graph.Rewire(context.Background(), kite(), 10, 1, graph.Options{})
	if err != nil {
		panic(err)
	}
	// What explains the kite beside a random network with its degrees? The constant and one network have a coefficient
	// each.
	r, err := graph.MRQAP(context.Background(), kite(), []*graph.Graph{other.Graph}, 99, 1, graph.Options{})
	fmt.Println(len(r.Coefficients), r.Tests[0].Permutations, err)
	// Output: 2 99 <nil>
}

func ExampleRewire() {
	r, err := graph.Rewire(context.Background(), kite(), 10, 1, graph.Options{})
	fmt.Println(r.Graph.M(), r.Graph.Degree(3), err)
	// Output: 18 6 <nil>
}

func ExampleLayout() {
	places, err := graph.Layout(context.Background(), kite(), graph.LayoutOptions{Seed: 1}, graph.Options{})
	// The tail of the kite points away from its body.
	fmt.Println(len(places), places[9].X > places[7].X == (places[7].X > places[0].X), err)
	// Output: 10 true <nil>
}
