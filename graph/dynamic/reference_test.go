package dynamic_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/dynamic"
	"gave.network/graph/internal/graphtest"
)

// TestMeasuresOfOthers brings real networks about tie by tie, with others that come and go between, and compares with
// igraph and networkx, as testdata/reference.py wrote down.
func TestMeasuresOfOthers(t *testing.T) {
	var want map[string]struct {
		Components   int
		Size         []int
		Core         []uint32
		Triangles    []int64
		Transitivity float64
		Constraint   []*float64
		Pagerank     []float64
	}
	graphtest.Reference(t, &want)
	ctx := context.Background()
	for name, expected := range want {
		nodes, rows := graphtest.Real(t, name)
		empty, err := graph.FromEdges(nodes, nil, graph.BuildOptions{})
		check(t, err)
		d, err := dynamic.New(empty)
		check(t, err)
		components, err := dynamic.NewComponents(ctx, d)
		check(t, err)
		cores, err := dynamic.NewCores(ctx, d)
		check(t, err)
		triangles, err := dynamic.NewTriangles(ctx, d)
		check(t, err)
		rank, err := dynamic.NewRank(ctx, d, dynamic.RankOptions{Tolerance: 1e-3})
		check(t, err)
		real := map[[2]uint32]bool{}
		for _, row := range rows {
			real[[2]uint32{min(row.From, row.To), max(row.From, row.To)}] = true
		}
		for i, row := range rows {
			if row.From == row.To {
				continue
			}
			check(t, d.Set(row.From, row.To, 1))
			u, v := uint32(i*7919%nodes), uint32(i*104729%nodes)
			if i%9 == 0 && u != v && !real[[2]uint32{min(u, v), max(u, v)}] {
				check(t, d.Set(u, v, 1))
				if i%2 == 0 {
					check(t, d.Remove(row.From, row.To))
					check(t, d.Set(row.From, row.To, 1))
				}
				check(t, d.Remove(u, v))
			}
		}
		check(t, rank.Settle(ctx))
		if components.Count() != expected.Components || !slices.Equal(cores.All(), expected.Core) {
			t.Errorf("%s: %d components, want %d, or other cores", name, components.Count(), expected.Components)
		}
		away := 0.0
		for v := range uint32(nodes) {
			away += math.Abs(rank.Value(v) - expected.Pagerank[v])
			constraint, err := d.Constraint(v)
			check(t, err)
			if other := expected.Constraint[v]; (other == nil) != (constraint != constraint) ||
				other != nil && !(math.Abs(constraint-*other) <= 1e-9) {
				t.Fatalf("%s, node %d: constraint %v, want %v", name, v, constraint, other)
			}
			if components.Size(v) != expected.Size[v] || triangles.At(v) != expected.Triangles[v] {
				t.Fatalf("%s, node %d: component of %d, %d triangles, want %d and %d", name, v, components.Size(v),
					triangles.At(v), expected.Size[v], expected.Triangles[v])
			}
		}
		if !(away <= min(rank.Error(), 3e-3)) {
			t.Errorf("%s: PageRank is %v away, within %v", name, away, rank.Error())
		}
		if !(math.Abs(triangles.Transitivity()-expected.Transitivity) <= 1e-12) {
			t.Errorf("%s: transitivity %v, want %v", name, triangles.Transitivity(), expected.Transitivity)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
