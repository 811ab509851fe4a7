package dynamic_test

import (
	"context"
	"fmt"

	"gave.network/graph"
	"gave.network/graph/dynamic"
)

// twoGroups are two groups of four, in which everybody knows everybody, and one tie between them.
func twoGroups() *dynamic.Graph {
	var edges []graph.Edge
	for u := range uint32(4) {
		for v := range u {
			edges = append(edges, graph.Edge{From: u, To: v}, graph.Edge{From: u + 4, To: v + 4})
		}
	}
	edges = append(edges, graph.Edge{From: 0, To: 4})
	g, err := graph.FromEdges(0, edges, graph.BuildOptions{})
	if err != nil {
		panic(err)
	}
	d, err := dynamic.New(g)
	if err != nil {
		panic(err)
	}
	return d
}

func Example() {
	ctx := context.Background()
	d := twoGroups()
	parts, err := dynamic.NewComponents(ctx, d)
	if err != nil {
		panic(err)
	}
	fmt.Println(parts.Count(), parts.Size(1))
	if err := d.Remove(0, 4); err != nil { // the tie between the groups
		panic(err)
	}
	fmt.Println(parts.Count(), parts.Size(1), parts.Same(1, 5))
	// Output:
	// 1 8
	// 2 4 false
}

func ExampleCores() {
	d := twoGroups()
	cores, err := dynamic.NewCores(context.Background(), d)
	if err != nil {
		panic(err)
	}
	fmt.Println(cores.All())
	if err := d.Remove(1, 2); err != nil {
		panic(err)
	}
	fmt.Println(cores.All())
	// Output:
	// [3 3 3 3 3 3 3 3]
	// [2 2 2 2 3 3 3 3]
}

func ExampleTriangles() {
	d := twoGroups()
	triangles, err := dynamic.NewTriangles(context.Background(), d)
	if err != nil {
		panic(err)
	}
	fmt.Println(triangles.Total(), triangles.Local(1))
	if err := d.Remove(2, 3); err != nil {
		panic(err)
	}
	fmt.Printf("%d %.3f\n", triangles.Total(), triangles.Local(1))
	// Output:
	// 8 1
	// 6 0.667
}

func ExampleGraph_Constraint() {
	d := twoGroups()
	before, err := d.Constraint(0)
	if err != nil {
		panic(err)
	}
	if err := d.Remove(0, 4); err != nil {
		panic(err)
	}
	after, err := d.Constraint(0)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f %.3f\n", before, after)
	// Output: 0.583 0.926
}

func ExampleRank() {
	d := twoGroups()
	rank, err := dynamic.NewRank(context.Background(), d, dynamic.RankOptions{Tolerance: 1e-6})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f %.3f\n", rank.Value(0), rank.Value(1))
	if err := d.Remove(0, 4); err != nil {
		panic(err)
	}
	fmt.Printf("%.3f %.3f, off by less than 1e-5: %v\n", rank.Value(0), rank.Value(1), rank.Error() < 1e-5)
	// Output:
	// 0.150 0.117
	// 0.125 0.125, off by less than 1e-5: true
}

func ExampleGraph() {
	d := twoGroups()
	fmt.Println(d.N(), d.M(), d.Directed(), d.Degree(0), d.Neighbors(1), d.InNeighbors(1))
	added, err := d.AddNodes(1)
	if err != nil {
		panic(err)
	}
	if err := d.Set(added, 0, 1); err != nil {
		panic(err)
	}
	weight, tied := d.Weight(0, added)
	fmt.Println(d.N(), d.M(), weight, tied, d.Weights(0).Len())
	g, err := d.Graph(context.Background(), graph.Options{}) // for kernels that do not follow changes
	if err != nil {
		panic(err)
	}
	fmt.Println(g.M())
	// Output:
	// 8 13 false 4 [0 2 3] [0 2 3]
	// 9 14 1 true 0
	// 14
}

func ExampleComponents_Root() {
	d := twoGroups()
	parts, err := dynamic.NewComponents(context.Background(), d)
	if err != nil {
		panic(err)
	}
	fmt.Println(parts.Root(1) == parts.Root(5))
	// Output: true
}

func ExampleCores_Most() {
	cores, err := dynamic.NewCores(context.Background(), twoGroups())
	if err != nil {
		panic(err)
	}
	fmt.Println(cores.Core(0), cores.Most())
	// Output: 3 3
}

func ExampleTriangles_Transitivity() {
	triangles, err := dynamic.NewTriangles(context.Background(), twoGroups())
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d %.2f\n", triangles.At(0), triangles.Transitivity())
	// Output: 3 0.80
}

func ExampleRank_Values() {
	rank, err := dynamic.NewRank(context.Background(), twoGroups(), dynamic.RankOptions{})
	if err != nil {
		panic(err)
	}
	if err := rank.Settle(context.Background()); err != nil { // nothing waits after that
		panic(err)
	}
	sum := 0.0
	for _, value := range rank.Values() {
		sum += value
	}
	fmt.Printf("%.3f\n", sum)
	// Output: 1.000
}
