package external_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gave.network/graph"
	"gave.network/graph/external"
)

func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	var builder *external.Builder
	builder, err = external.NewBuilder(ctx, graph.BuildOptions{}, external.Options{Memory: 1 << 20, Directory: folder})
	if err != nil {
		panic(err)
	}
	defer builder.Close()
	if err := builder.Add(0, 1, 1); err != nil {
		panic(err)
	}
	more := []graph.Pair{{From: 1, To: 2}, {From: 2, To: 0}, {From: 0, To: 2}}
	if err := builder.AddPairs(more, graph.Weights{}); err != nil {
		panic(err)
	}
	path := filepath.Join(folder, "friends.snapshot")
	nodes, edges, err := builder.Save(ctx, path, external.SaveOptions{Nodes: 4}, graph.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(builder.Ties(), nodes, edges)
	snapshot, err := graph.OpenSnapshot(path)
	if err != nil {
		panic(err)
	}
	defer snapshot.Close()
	fmt.Println(snapshot.Graph.Neighbors(2))
	// Output:
	// 4 4 3
	// [0 1]
}
