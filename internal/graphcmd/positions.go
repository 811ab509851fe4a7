package graphcmd

import (
	"context"
	"math/rand/v2"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/cohesion"
)

var positionKernels = []Kernel{
	{Name: "degree", Help: "Number of ties of each node.", Values: "node", prepare: of(degrees, (*job).perNode)},
	{
		Name: "pagerank", Help: "Share of a random walk that each node gets; with --source the walk restarts there.",
		Flags: []string{"source", "damping", "tolerance"}, Values: "node", prepare: preparePageRank,
	},
	{
		Name: "push", Help: "Personalised PageRank around the source by forward push.",
		Flags: []string{"source", "damping", "tolerance"}, Values: "node", prepare: preparePush,
	},
	{
		Name: "eigenvector", Help: "Eigenvector centrality, the greatest being 1.", Flags: []string{"tolerance"},
		Values: "node", prepare: prepareEigenvector,
	},
	{
		Name: "bonacich", Help: "Bonacich power centrality.", Flags: []string{"beta"}, Values: "node",
		prepare: func(j *job) (run, error) {
			return timed(func(ctx context.Context) ([]float64, error) {
				return centrality.BonacichPower(ctx, j.g, orDefault(j.request.Beta, 0.1), j.opts)
			}, j.perNode), nil
		},
	},
	{
		Name:  "betweenness",
		Help:  "Number of shortest paths through each node; with --samples from so many random sources, scaled to all.",
		Flags: []string{"samples"}, Values: "node", prepare: prepareBetweenness,
	},
	{
		Name: "length-betweenness", Help: "Number of shortest paths through each node, where weights are lengths.",
		Values: "node", prepare: of(centrality.BetweennessOfLengths, func(j *job, p *centrality.Passed) outcome {
			return j.perNode(p.Nodes)
		}),
	},
	{
		Name: "edge-betweenness", Help: "Number of shortest paths through each tie, where weights are lengths.",
		Values: "edge", prepare: of(centrality.BetweennessOfLengths, showPassedEdges),
	},
	{
		Name: "closeness", Help: "Reached nodes divided by the sum of the distances to them.", Values: "node",
		prepare: of(centrality.Closeness, func(j *job, n *centrality.Nearness) outcome {
			return j.perNode(n.Closeness)
		}),
	},
	{
		Name: "harmonic", Help: "Sum of 1 / distance to each other node.", Values: "node",
		prepare: of(centrality.Closeness, func(j *job, n *centrality.Nearness) outcome {
			return j.perNode(n.Harmonic)
		}),
	},
	{Name: "hyperball", Help: "Harmonic closeness, estimated; --k is the logarithm of the registers for each node (4 " +
		"to 16, default 8).", Flags: []string{"k"}, Values: "node", prepare: prepareHyperBall},
	{Name: "constraint", Help: "Burt's constraint.", Values: "node", prepare: of(cohesion.Constraint, (*job).perNode)},
	{
		Name: "effective-size", Help: "Burt's effective size.", Values: "node",
		prepare: of(cohesion.StructuralHoles, func(j *job, h *cohesion.Holes) outcome {
			return j.perNode(h.EffectiveSize)
		}),
	},
	{
		Name: "efficiency", Help: "Effective size divided by the number of ties.", Values: "node",
		prepare: of(cohesion.StructuralHoles, func(j *job, h *cohesion.Holes) outcome {
			return j.perNode(h.Efficiency)
		}),
	},
	{
		Name: "hierarchy", Help: "How far the constraint comes from one neighbour.", Values: "node",
		prepare: of(cohesion.StructuralHoles, func(j *job, h *cohesion.Holes) outcome {
			return j.perNode(h.Hierarchy)
		}),
	},
}

// showPassedEdges lists the ties in the order of graph.Edges, in which they are numbered.
func showPassedEdges(j *job, p *centrality.Passed) outcome {
	var ties [][2]uint32
	j.g.Edges(func(u, v uint32, _ float64) bool {
		ties = append(ties, [2]uint32{u, v})
		return true
	})
	return perTie(ties, p.Edges)
}

func degrees(ctx context.Context, g *graph.Graph, _ graph.Options) ([]float64, error) {
	values := make([]float64, g.N())
	for v := range values {
		values[v] = float64(g.Degree(uint32(v)))
	}
	return values, ctx.Err()
}

func preparePageRank(j *job) (run, error) {
	params := centrality.PageRankOptions{Damping: j.request.Damping, Tolerance: j.request.Tolerance}
	if j.request.Source != "" {
		source, err := j.source()
		if err != nil {
			return nil, err
		}
		params.Restart = make([]float64, j.g.N())
		params.Restart[source] = 1
	}
	return timed(func(ctx context.Context) (*centrality.Ranks, error) {
		return centrality.PageRank(ctx, j.g, params, j.opts)
	},
		func(ranks *centrality.Ranks) outcome {
			result := j.perNode(ranks.Values)
			result.summary["iterations"], result.summary["error"] = ranks.Iterations, ranks.Error
			return result
		}), nil
}

func preparePush(j *job) (run, error) {
	source, err := j.source()
	if err != nil {
		return nil, err
	}
	search, err := centrality.NewPushSearch(j.g)
	if err != nil {
		return nil, err
	}
	damping, tolerance := orDefault(j.request.Damping, 0.85), orDefault(j.request.Tolerance, 1e-6)
	return timed(func(ctx context.Context) ([]graph.Share, error) {
		return search.From(ctx, source, damping, tolerance)
	}, func(shares []graph.Share) outcome {
		values := make([]float64, j.g.N())
		for _, s := range shares {
			values[s.Node] = s.Value
		}
		result := j.perNode(values)
		result.summary["reached"] = len(shares)
		return result
	}), nil
}

func prepareEigenvector(j *job) (run, error) {
	return timed(func(ctx context.Context) (*centrality.Eigenvector, error) {
		return centrality.EigenvectorCentrality(ctx, j.g, j.request.Tolerance, j.opts)
	}, func(e *centrality.Eigenvector) outcome {
		result := j.perNode(e.Values)
		result.summary["eigenvalue"], result.summary["iterations"] = e.Eigenvalue, e.Iterations
		return result
	}), nil
}

func prepareBetweenness(j *job) (run, error) {
	n, samples := j.g.N(), j.request.Samples
	if samples <= 0 || samples >= n {
		return of(centrality.Betweenness, (*job).perNode)(j)
	}
	r := rand.New(rand.NewPCG(j.request.Seed, 64))
	sources := make([]uint32, samples)
	for i, v := range r.Perm(n)[:samples] {
		sources[i] = uint32(v)
	}
	return timed(func(ctx context.Context) ([]float64, error) {
		return centrality.BetweennessFrom(ctx, j.g, sources, j.opts)
	}, func(values []float64) outcome {
		for v := range values {
			values[v] *= float64(n) / float64(samples)
		}
		return j.perNode(values)
	}), nil
}

func prepareHyperBall(j *job) (run, error) {
	return timed(func(ctx context.Context) (*centrality.Balls, error) {
		return centrality.HyperBall(ctx, j.g, orDefault(j.request.K, 8), j.request.Seed, j.opts)
	}, func(balls *centrality.Balls) outcome {
		result := j.perNode(balls.Harmonic)
		result.summary["relative_error"], result.summary["steps"] = balls.RelativeError, balls.Steps
		return result
	}), nil
}
