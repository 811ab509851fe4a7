package graphcmd

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/cohesion"
	"gave.network/graph/community"
	"gave.network/graph/layout"
	"gave.network/internal/fault"
)

var groupKernels = []Kernel{
	{Name: "components", Help: "Connected component of each node.", Values: "node", prepare: of(graph.WeakComponents,
		showComponents)},
	{
		Name: "strong-components", Help: "Strongly connected component of each node.", Values: "node",
		prepare: of(graph.StrongComponents, showComponents),
	},
	{
		Name: "articulation", Help: "1 for each node without which its neighbours would not all be connected.",
		Values: "node", prepare: of(graph.FindBridges, showArticulation),
	},
	{
		Name: "bridges", Help: "The ties without which their ends would not be connected, each with the value 1.",
		Values: "edge", prepare: of(graph.FindBridges, showBridges),
	},
	{
		Name: "blocks", Help: "Number of biconnected components that each node is in.", Values: "node",
		prepare: of(graph.FindCuts, showBlocks),
	},
	{
		Name: "kcore", Help: "Core number of each node.", Values: "node",
		prepare: of(cohesion.KCore, func(j *job, cores []uint32) outcome { return j.perNode(floats(cores)) }),
	},
	{
		Name: "triangles", Help: "Number of triangles in the graph; with --out of each node.", Values: "node",
		prepare: prepareTriangles,
	},
	{
		Name: "clustering", Help: "Clustering coefficient of each node.", Values: "node",
		prepare: of(cohesion.CountTriangles, showClustering),
	},
	{
		Name: "triads", Help: "How many triads there are of each of the sixteen kinds.", Values: "graph",
		prepare: of(cohesion.TriadCensus, func(_ *job, census [16]int64) outcome {
			summary := map[string]any{}
			for kind, count := range census {
				summary[cohesion.TriadNames[kind]] = count
			}
			return outcome{summary: summary}
		}),
	},
	{
		Name: "overlap", Help: "Overlap of the neighbours of the ends of each tie.", Values: "edge",
		prepare: of(cohesion.EdgeOverlap, showEdges),
	},
	{
		Name: "jaccard", Help: "Jaccard similarity of the neighbours of the ends of each tie.", Values: "edge",
		prepare: of(cohesion.EdgeJaccard, showEdges),
	},
	{
		Name: "local-bridges", Help: "Span of each tie whose ends have no neighbour in common.", Values: "edge",
		prepare: of(cohesion.LocalBridges, showLocalBridges),
	},
	{
		Name: "leiden", Help: "Community of each node (Leiden); --objective is modularity or cpm.",
		Flags: []string{"resolution", "objective", "iterations"}, Values: "node", prepare: prepareLeiden,
	},
	{Name: "layout", Help: "Place of each node on a map, as x and y.", Values: "place", prepare: prepareLayout},
}

func showComponents(_ *job, c *graph.Components) outcome {
	largest := 0
	if c.Count() > 0 {
		largest = c.Sizes[c.Largest()]
	}
	return outcome{map[string]any{"components": c.Count(), "largest": largest}, table{nodes: floats(c.Of)}}
}

func showArticulation(j *job, cuts *graph.Cuts) outcome {
	values := make([]float64, j.g.N())
	for _, v := range cuts.Articulation {
		values[v] = 1
	}
	return outcome{map[string]any{"articulation": len(cuts.Articulation)}, table{nodes: values}}
}

func showBridges(_ *job, cuts *graph.Cuts) outcome {
	// A table of no ties is a table of ties all the same, so the list is never nil.
	ties, values := append([][2]uint32{}, cuts.Bridges...), make([]float64, len(cuts.Bridges))
	for i := range values {
		values[i] = 1
	}
	return outcome{map[string]any{"bridges": len(values)}, table{ties: ties, value: values}}
}

func showBlocks(j *job, cuts *graph.Cuts) outcome {
	values := make([]float64, j.g.N())
	largest := 0
	for _, block := range cuts.Blocks {
		largest = max(largest, len(block))
		for _, v := range block {
			values[v]++
		}
	}
	return outcome{map[string]any{"blocks": len(cuts.Blocks), "largest": largest}, table{nodes: values}}
}

// prepareTriangles counts those of each node only where they are asked for: the graph's number alone is found faster.
func prepareTriangles(j *job) (run, error) {
	if j.request.Out == "" {
		return of(cohesion.Triangles, func(_ *job, count int64) outcome {
			return outcome{summary: map[string]any{"triangles": count}}
		})(j)
	}
	return of(cohesion.CountTriangles, func(_ *job, c *cohesion.Clustering) outcome {
		return outcome{map[string]any{"triangles": c.Triangles}, table{nodes: floats(c.PerNode)}}
	})(j)
}

func showClustering(_ *job, c *cohesion.Clustering) outcome {
	summary := map[string]any{
		"triangles": c.Triangles, "average": c.Average, "average_defined": c.AverageDefined, "global": c.Global,
	}
	return outcome{summary, table{nodes: c.Local}}
}

func showEdges(_ *job, list []cohesion.EdgeValue) outcome {
	ties, values := make([][2]uint32, len(list)), make([]float64, len(list))
	for i, e := range list {
		ties[i], values[i] = [2]uint32{e.U, e.V}, e.Value
	}
	return perTie(ties, values)
}

func showLocalBridges(_ *job, list []cohesion.LocalBridge) outcome {
	ties, values := make([][2]uint32, len(list)), make([]float64, len(list))
	for i, b := range list {
		ties[i], values[i] = [2]uint32{b.U, b.V}, float64(b.Span)
		if b.Span == cohesion.NoOtherPath {
			values[i] = math.NaN()
		}
	}
	return perTie(ties, values)
}

func prepareLeiden(j *job) (run, error) {
	params := community.LeidenOptions{
		Resolution: j.request.Resolution, Iterations: j.request.Iterations, Seed: j.request.Seed,
	}
	switch j.request.Objective {
	case "", "modularity":
	case "cpm":
		params.Objective = community.ByCPM
	default:
		return nil, fault.New(fault.Usage, "An objective is either modularity or cpm, not %s.", j.request.Objective)
	}
	return timed(func(ctx context.Context) (*community.Communities, error) {
		return community.Leiden(ctx, j.g, params, j.opts)
	}, func(c *community.Communities) outcome {
		return outcome{
			map[string]any{"communities": c.Count, "modularity": c.Modularity, "iterations": c.Iterations},
			table{nodes: floats(c.Of)},
		}
	}), nil
}

func prepareLayout(j *job) (run, error) {
	params := layout.LayoutOptions{Seed: j.request.Seed}
	return timed(func(ctx context.Context) ([]layout.Point, error) { return layout.Layout(ctx, j.g, params, j.opts) },
		func(places []layout.Point) outcome {
			width, height := 0.0, 0.0
			for _, p := range places {
				width, height = max(width, math.Abs(p.X)), max(height, math.Abs(p.Y))
			}
			return outcome{map[string]any{"width": 2 * width, "height": 2 * height}, table{place: places}}
		}), nil
}
