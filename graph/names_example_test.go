package graph_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"log"

	"gave.network/graph"
	"gave.network/graph/centrality"
)

func ExampleGraph() {
	g := must(graph.FromEdges(4, []graph.Edge{
		{From: 0, To: 1, Weight: 2}, {From: 0, To: 2, Weight: 3}, {From: 2, To: 2, Weight: 1},
	}, graph.BuildOptions{Directed: true, Weighted: true, Weights64: true, KeepLoops: true}))
	fmt.Println(g.N(), g.M(), g.Arcs(), g.Loops(), g.Directed(), g.Weighted(), g.Wide())
	fmt.Println(g.Neighbors(0), g.Degree(0), g.Weights(0).Sum(), g.InNeighbors(2), g.InDegree(2), g.InWeights(2).At(1))
	g.Edges(func(u, v uint32, weight float64) bool {
		fmt.Print(u, "→", v, " ", weight, "; ")
		return true
	})
	fmt.Println(g.Unweighted().Weighted(), g.UnitWeights().Weights(0).Sum(), g.CheckNodes(3), g.CheckNodes(4) != nil)
	// Output:
	// 4 3 3 1 true true true
	// [1 2] 2 5 [0 2] 2 1
	// 0→1 2; 0→2 3; 2→2 1; false 2 <nil> true
}

// A kernel of your own: what each node gets and gives, shared among the threads.
func ExampleOptions_Run() {
	g := favours()
	if err := errors.Join(graph.CheckWeights(ctx, g), graph.CheckFinite(ctx, g)); err != nil {
		log.Fatal(err)
	}
	opts := graph.Options{Threads: 2, Progress: func(done, total int64) {}}
	offsets, targets, weights := g.Rows()
	strength := make([]float64, g.N())
	err := opts.Quiet().Run(ctx, g.N(), 2, func(_, low, high int) {
		for v := low; v < high; v++ {
			strength[v] = weights.Slice(offsets[v], offsets[v+1]).Sum()
		}
	})
	fmt.Printf("%.1f %d arcs, %d threads, %v\n", strength, len(targets), opts.Workers(), err)
	sources, _, _ := g.InRows()
	fmt.Println(len(sources) == len(offsets))
	// Output:
	// [2.0 1.3 1.7 1.8 0.6 1.6] 14 arcs, 2 threads, <nil>
	// true
}

func ExampleFromRows() {
	weights := graph.Weights32([]float32{0.5, 0.5})
	g := must(graph.FromRows(ctx, false, []int64{0, 1, 2}, []uint32{1, 0}, weights, graph.Options{}))
	fmt.Println(g.M(), g.Verify(ctx, graph.Options{}))
	broken := must(graph.FromRows(ctx, false, []int64{0, 1, 1}, []uint32{1}, graph.Weights{}, graph.Options{}))
	fmt.Println(errors.Is(broken.Verify(ctx, graph.Options{}), graph.ErrDamaged))
	// Output:
	// 1 <nil>
	// true
}

func ExampleWeights() {
	w := graph.Weights64([]float64{1, 2, 4})
	fmt.Println(w.Len(), w.Given(), w.Wide(), w.At(2), w.Sum(), w.Slice(1, 3).Wide64(), w.Narrow() == nil)
	empty := w.Empty()
	empty.Put(1, w.Slice(0, 2))
	fmt.Println(empty.Wide64(), graph.Weights{}.At(7)) // without weights each counts 1
	// Output:
	// 3 true true 4 7 [2 4] true
	// [0 1 2] 1
}

func ExamplePart_AddPairs() {
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true, Merge: graph.MergeSum})
	part := builder.Part()
	pairs := []graph.Pair{{From: 0, To: 1}, {From: 1, To: 0}}
	if err := part.AddPairs(pairs, graph.Weights32([]float32{1, 2})); err != nil {
		log.Fatal(err)
	}
	builder.Add(1, 2)
	fmt.Println(must(builder.Graph(ctx, 0, graph.Options{})).Weight(0, 1))
	least := graph.NewBuilder(graph.BuildOptions{Weighted: true, Merge: graph.MergeMin})
	least.AddWeighted(0, 1, 5)
	least.AddWeighted(0, 1, 3)
	fmt.Println(must(least.Graph(ctx, 0, graph.Options{})).Weight(0, 1))
	// Output:
	// 3 true
	// 3 true
}

func ExampleOverlay_Set() {
	overlay := graph.NewOverlay(favours())
	first := must(overlay.AddNodes(1))
	fmt.Println(first, overlay.N(), overlay.Set(0, first, 0.75), overlay.Changes())
	fmt.Println(overlay.Weight(0, first))
	fmt.Println(overlay.Set(0, 0, 1) == graph.ErrLoop, errors.Is(overlay.Set(0, 99, 1), graph.ErrNode))
	fmt.Println(errors.Is(overlay.Set(0, 1, 1e-60), graph.ErrUnderflow))
	// What lies on the new graph from now on begins without changes.
	fmt.Println(must(overlay.Rebase(ctx, graph.Options{})).M(), overlay.Changes())
	// Output:
	// 6 7 <nil> 1
	// 0.75 true
	// true true
	// true
	// 8 0
}

// Kernels read the view that an Overlay gives out where it is; those that want the arrays make it compact, once.
func ExampleGraph_Compact() {
	overlay := graph.NewOverlay(favours())
	if err := overlay.Set(4, 5, 0.5); err != nil {
		log.Fatal(err)
	}
	fmt.Println(overlay.Arcs(), overlay.Neighbors(4), overlay.InNeighbors(5), overlay.Weights(4).Len())
	view := must(overlay.Graph(ctx, graph.Options{}))
	fmt.Println(must(graph.NewPairSearch(view).Distance(ctx, 4, 5)))
	whole := must(view.Compact(ctx, graph.Options{}))
	again := must(view.Compact(ctx, graph.Options{}))
	fmt.Println(whole.M() == view.M(), whole == again)
	// Output:
	// 14 [0 5] [1 3 4] 2
	// 1
	// true true
}

func ExampleColumns() {
	people := graph.NewColumns(3)
	age, name := people.Add("age", graph.Integer), people.Add("name", graph.Text)
	paid, member := people.Add("paid", graph.Number), people.Add("member", graph.Boolean)
	for row, text := range []string{"41", "39"} {
		if err := errors.Join(age.Set(row, text), name.Set(row, "ann"), paid.Set(row, "2.5"),
			member.Set(row, "true")); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(people.Rows(), len(people.All()), people.Column("age").Number(0), age.Text(1), age.Has(2))
	codes, values := name.Codes()
	fmt.Println(codes, values)
	// Output:
	// 3 4 41 39 false
	// [0 0 -1] [ann]
}

func ExampleNames() {
	names := graph.NewNames([]string{"Ann"})
	bob := names.Intern([]byte("Bob"))
	names.Append([]byte("Cas"))
	moved := names.InternAll(graph.NewNames([]string{"Bob", "Dee"}))
	fmt.Println(names.Len(), names.Name(bob), moved)
	fmt.Println(graph.NumberNames(1, 3).Name(0)) // nodes that are called 1, 2, 3
	fmt.Println(names.Lookup("Cas"))
	// Output:
	// 4 Bob [1 3]
	// 1
	// 2 true
}

func ExampleEdgeIndex() {
	index := graph.NewEdgeIndex(favours())
	fmt.Println(index.Number(5, 1)) // its place among graph.Edges, for columns of edges
	// Output: 3 true
}

func ExampleSimple() {
	g := must(graph.FromEdges(2, []graph.Edge{
		{From: 0, To: 1, Weight: 1}, {From: 1, To: 0, Weight: 2}, {From: 0, To: 0, Weight: 5},
	}, graph.BuildOptions{Directed: true, Weighted: true, KeepLoops: true}))
	simple := must(graph.Simple(ctx, g, graph.Options{}))
	fmt.Println(simple.M())
	fmt.Println(simple.Weight(0, 1))
	order, place := graph.ByDegree(simple)
	fmt.Println(order, place)
	// Output:
	// 1
	// 3 true
	// [0 1] [0 1]
}

func ExampleFindBridges() {
	g := must(graph.FromEdges(5, []graph.Edge{{From: 0, To: 1}, {From: 2, To: 3}, {From: 3, To: 4}, {From: 2, To: 4}},
		graph.BuildOptions{}))
	cuts := must(graph.FindBridges(ctx, g, graph.Options{}))
	parts := must(graph.WeakComponents(ctx, g, graph.Options{}))
	fmt.Println(cuts.Bridges, parts.Count(), parts.Largest(), parts.Of[2] == parts.Largest())
	distance := must(graph.Distances(ctx, g, graph.Options{}, 0))
	fmt.Println(distance, distance[2] == graph.Unreachable)
	// Output:
	// [[0 1]] 2 1 true
	// [0 1 -1 -1 -1] true
}

func ExamplePathSearch_DisjointWithin() {
	search := must(graph.NewPathSearch(favours(), graph.PathOptions{Measure: graph.Length}))
	for _, route := range must(search.DisjointWithin(ctx, 0, 5, 2, 2)) {
		fmt.Printf("%v %.1f in %d\n", route.Nodes, route.Value, route.Hops())
	}
	apart := graph.Apart(graph.ApartTies) // or graph.ApartNodes
	fmt.Println(len(must(search.Disjoint(ctx, 0, 5, 9, apart))))
	// Output:
	// [0 4 5] 0.6 in 2
	// [0 1 5] 1.3 in 2
	// 3
}

func ExampleNewSourceSearch() {
	search := must(graph.NewSourceSearch(favours(), graph.PathOptions{Measure: graph.Length}))
	values := make([]float64, 6)
	for _, source := range []uint32{0, 5} { // one work space for many sources
		if err := search.Values(ctx, source, values, graph.Options{}); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.1f\n", values)
	}
	// Output:
	// [0.0 0.9 0.8 1.5 0.3 0.6]
	// [0.6 0.4 1.4 0.9 0.3 0.0]
}

func ExampleWriteSnapshot() {
	var file bytes.Buffer
	if err := graph.WriteSnapshot(&file, favours()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(graph.IsSnapshot(file.Bytes()))
	g := must(graph.ParseSnapshot(ctx, file.Bytes(), graph.Options{}))
	fmt.Println(g.M())
	_, err := graph.ParseSnapshot(ctx, []byte("a letter"), graph.Options{})
	data := file.Bytes()
	data[8] = 99 // a version of the future, with a right checksum
	sum := crc32.Checksum(data[:92], crc32.MakeTable(crc32.Castagnoli))
	binary.LittleEndian.PutUint32(data[92:], sum)
	_, later := graph.ParseSnapshot(ctx, file.Bytes(), graph.Options{})
	fmt.Println(errors.Is(err, graph.ErrNotSnapshot), errors.Is(later, graph.ErrSnapshotVersion))
	// Output:
	// true
	// 7
	// true true
}

// What cannot be is said by an error that a program can tell from others.
func Example_errors() {
	_, negative := graph.FromEdges(2, []graph.Edge{{From: 0, To: 1, Weight: -1}}, graph.BuildOptions{Weighted: true})
	_, many := graph.FromEdges(graph.MaxNodes+1, nil, graph.BuildOptions{})
	_, parameter := graph.NewPathSearch(favours(), graph.PathOptions{HopFactor: 2})
	short := graph.NewMultilayer(3).Add("too few", favours())
	fmt.Println(errors.Is(negative, graph.ErrNegativeWeight), errors.Is(many, graph.ErrTooManyNodes))
	fmt.Println(errors.Is(parameter, graph.ErrParameter), errors.Is(short, graph.ErrLength))
	_, infinite := graph.FromEdges(2, []graph.Edge{{From: 0, To: 1, Weight: 1e99}}, graph.BuildOptions{Weighted: true})
	fmt.Println(errors.Is(infinite, graph.ErrNotFinite))
	// An iteration that does not reach its tolerance says how far it came.
	_, unfinished := centrality.PageRank(
		context.Background(), favours(), centrality.PageRankOptions{MaxIterations: 1}, graph.Options{},
	)
	var far *graph.NoConvergenceError
	fmt.Println(errors.As(unfinished, &far), far.Unwrap() == graph.ErrNoConvergence)
	fmt.Println(far.Error())
	var nobody uint32 = graph.None // stands where there is no node
	shares := []graph.Share{{Node: nobody, Value: 0.5}}
	fmt.Println(len(shares))
	// Output:
	// true true
	// true true
	// true
	// true true
	// graph: the iteration did not converge: after 1 iterations it is at 0.27, not within 1e-09
	// 1
}
