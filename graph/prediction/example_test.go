package prediction_test

import (
	"context"
	"fmt"

	"gave.network/graph/internal/graphtest"

	"gave.network/graph"
	"gave.network/graph/prediction"
)

func ExamplePredictLinks() {
	links, err := prediction.PredictLinks(
		context.Background(), graphtest.Kite(), []uint32{0}, prediction.AdamicAdar, 2, graph.Options{},
	)
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
	common, err := prediction.SimilarityOf(graphtest.Kite(), 0, 6, prediction.CommonNeighbors)
	fmt.Println(common, err)
	// Output: 3 <nil>
}

func ExampleTry() {
	// A path of five, in which ends of two steps then meet.
	var early, late []graph.Edge
	for v := range uint32(5) {
		early = append(early, graph.Edge{From: v, To: v + 1})
	}
	late = append(late, graph.Edge{From: 0, To: 2}, graph.Edge{From: 3, To: 5})
	before, err1 := graph.FromEdges(6, early, graph.BuildOptions{})
	after, err2 := graph.FromEdges(6, late, graph.BuildOptions{})
	if err1 != nil || err2 != nil {
		panic("these are networks")
	}
	trial, err := prediction.Try(context.Background(), before, after, prediction.AdamicAdar, prediction.TrialOptions{
		First: 1, Draws: 100, Seed: 1,
	}, graph.Options{})
	fmt.Println(trial.Nodes, "nodes,", trial.Ties, "new ties,", trial.AUC.Mean, trial.Each, err)
	fmt.Printf("%.2f hits (%.2f to %.2f), by chance %.2f\n",
		trial.Hits.Mean, trial.Hits.Low, trial.Hits.High, trial.Chance)
	// Output:
	// 4 nodes, 2 new ties, 0.875 [1 0.75 0.75 1] <nil>
	// 0.75 hits (0.62 to 1.00), by chance 0.29
}

func ExampleSimilarity() {
	for _, by := range []prediction.Similarity{
		prediction.CommonNeighbors, prediction.AdamicAdar, prediction.ResourceAllocation, prediction.Jaccard,
		prediction.PreferentialAttachment,
	} {
		value, err := prediction.SimilarityOf(graphtest.Kite(), 7, 0, by)
		fmt.Printf("%.3f %v\n", value, err)
	}
	// Output:
	// 1.000 <nil>
	// 0.621 <nil>
	// 0.200 <nil>
	// 0.167 <nil>
	// 12.000 <nil>
}
