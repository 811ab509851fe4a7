package graphcmd

import (
	"context"
	"math"

	"gave.network/graph"
)

var groupKernels = []Kernel{
	{Name: "components", Help: "Connected component of each node.", Values: "node", prepare: components(graph.WeakComponents)},
	{Name: "strong-components", Help: "Strongly connected component of each node.", Values: "node", prepare: components(graph.StrongComponents)},
	{Name: "articulation", Help: "1 for each node without which its neighbours would not all be connected.", Values: "node", prepare: prepareArticulation},
	{Name: "bridges", Help: "The ties without which their ends would not be connected, each with the value 1.", Values: "edge", prepare: prepareBridges},
	{Name: "blocks", Help: "Number of biconnected components that each node is in.", Values: "node", prepare: prepareBlocks},
	{Name: "kcore", Help: "Core number of each node.", Values: "node", prepare: nodes(func(ctx context.Context, j *job) ([]float64, error) {
		cores, err := graph.KCore(ctx, j.g, j.opts)
		return floats(cores), err
	})},
	{Name: "triangles", Help: "Number of triangles in the graph.", Values: "node", prepare: prepareTriangles},
	{Name: "clustering", Help: "Clustering coefficient of each node.", Values: "node", prepare: prepareClustering},
	{Name: "overlap", Help: "Overlap of the neighbours of the ends of each tie.", Values: "edge", prepare: edges(graph.EdgeOverlap)},
	{Name: "jaccard", Help: "Jaccard similarity of the neighbours of the ends of each tie.", Values: "edge", prepare: edges(graph.EdgeJaccard)},
	{Name: "local-bridges", Help: "Span of each tie whose ends have no neighbour in common.", Values: "edge", prepare: prepareLocalBridges},
	{Name: "leiden", Help: "Community of each node (Leiden, modularity).", Flags: []string{"seed", "resolution"}, Values: "node", prepare: prepareLeiden},
}

func components(find func(context.Context, *graph.Graph, graph.Options) (*graph.Components, error)) func(*job) (run, error) {
	return func(j *job) (run, error) {
		return func(ctx context.Context) (outcome, error) {
			c, err := find(ctx, j.g, j.opts)
			if err != nil {
				return outcome{}, err
			}
			largest := 0
			if c.Count() > 0 {
				largest = c.Sizes[c.Largest()]
			}
			return outcome{map[string]any{"components": c.Count(), "largest": largest}, table{nodes: floats(c.Of)}}, nil
		}, nil
	}
}

func prepareArticulation(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		cuts, err := graph.FindBridges(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		values := make([]float64, j.g.N())
		for _, v := range cuts.Articulation {
			values[v] = 1
		}
		return outcome{map[string]any{"articulation": len(cuts.Articulation)}, table{nodes: values}}, nil
	}, nil
}

func prepareBridges(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		cuts, err := graph.FindBridges(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		values := make([]float64, len(cuts.Bridges))
		for i := range values {
			values[i] = 1
		}
		return outcome{map[string]any{"bridges": len(values)}, table{ties: nonNil(cuts.Bridges), value: values}}, nil
	}, nil
}

// nonNil makes a table of no ties a table of ties all the same.
func nonNil(ties [][2]uint32) [][2]uint32 {
	if ties == nil {
		return [][2]uint32{}
	}
	return ties
}

func prepareBlocks(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		cuts, err := graph.FindCuts(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		values := make([]float64, j.g.N())
		largest := 0
		for _, block := range cuts.Blocks {
			largest = max(largest, len(block))
			for _, v := range block {
				values[v]++
			}
		}
		return outcome{map[string]any{"blocks": len(cuts.Blocks), "largest": largest}, table{nodes: values}}, nil
	}, nil
}

func prepareTriangles(j *job) (run, error) {
	if j.request.Out == "" {
		return func(ctx context.Context) (outcome, error) {
			count, err := graph.Triangles(ctx, j.g, j.opts)
			return outcome{summary: map[string]any{"triangles": count}}, err
		}, nil
	}
	return func(ctx context.Context) (outcome, error) {
		c, err := graph.CountTriangles(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		return outcome{map[string]any{"triangles": c.Triangles}, table{nodes: floats(c.PerNode)}}, nil
	}, nil
}

func prepareClustering(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		c, err := graph.CountTriangles(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		summary := map[string]any{"triangles": c.Triangles, "average": c.Average, "average_defined": c.AverageDefined, "global": c.Global}
		return outcome{summary, table{nodes: c.Local}}, nil
	}, nil
}

func edges(compute func(context.Context, *graph.Graph, graph.Options) ([]graph.EdgeValue, error)) func(*job) (run, error) {
	return func(j *job) (run, error) {
		return func(ctx context.Context) (outcome, error) {
			list, err := compute(ctx, j.g, j.opts)
			if err != nil {
				return outcome{}, err
			}
			ties, values := make([][2]uint32, len(list)), make([]float64, len(list))
			for i, e := range list {
				ties[i], values[i] = [2]uint32{e.U, e.V}, e.Value
			}
			return perTie(ties, values), nil
		}, nil
	}
}

func prepareLocalBridges(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		list, err := graph.LocalBridges(ctx, j.g, j.opts)
		if err != nil {
			return outcome{}, err
		}
		ties, values := make([][2]uint32, len(list)), make([]float64, len(list))
		for i, b := range list {
			ties[i], values[i] = [2]uint32{b.U, b.V}, float64(b.Span)
			if b.Span == graph.NoOtherPath {
				values[i] = math.NaN()
			}
		}
		return perTie(ties, values), nil
	}, nil
}

func prepareLeiden(j *job) (run, error) {
	params := graph.LeidenOptions{Resolution: j.request.Resolution, Seed: j.request.Seed}
	return func(ctx context.Context) (outcome, error) {
		c, err := graph.Leiden(ctx, j.g, params, j.opts)
		if err != nil {
			return outcome{}, err
		}
		return outcome{map[string]any{"communities": c.Count, "modularity": c.Modularity, "iterations": c.Iterations}, table{nodes: floats(c.Of)}}, nil
	}, nil
}
