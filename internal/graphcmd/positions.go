package graphcmd

import (
	"context"
	"math/rand/v2"

	"gave.network/graph"
)

var positionKernels = []Kernel{
	{Name: "degree", Help: "Number of ties of each node.", Values: "node", prepare: nodes(func(_ context.Context, j *job) ([]float64, error) {
		values := make([]float64, j.g.N())
		for v := range values {
			values[v] = float64(j.g.Degree(uint32(v)))
		}
		return values, nil
	})},
	{Name: "pagerank", Help: "Share of a random walk that each node gets; with --source the walk restarts there.", Flags: []string{"source", "damping", "tolerance"}, Values: "node", prepare: preparePageRank},
	{Name: "push", Help: "Personalised PageRank around the source by forward push.", Flags: []string{"source", "damping", "tolerance"}, Values: "node", prepare: preparePush},
	{Name: "eigenvector", Help: "Eigenvector centrality, the greatest being 1.", Flags: []string{"tolerance"}, Values: "node", prepare: func(j *job) (run, error) {
		return func(ctx context.Context) (outcome, error) {
			e, err := graph.EigenvectorCentrality(ctx, j.g, j.request.Tolerance, j.opts)
			if err != nil {
				return outcome{}, err
			}
			result := j.perNode(e.Values)
			result.summary["eigenvalue"], result.summary["iterations"] = e.Eigenvalue, e.Iterations
			return result, nil
		}, nil
	}},
	{Name: "bonacich", Help: "Bonacich power centrality.", Flags: []string{"beta"}, Values: "node", prepare: nodes(func(ctx context.Context, j *job) ([]float64, error) {
		return graph.BonacichPower(ctx, j.g, orDefault(j.request.Beta, 0.1), j.opts)
	})},
	{Name: "betweenness", Help: "Number of shortest paths through each node; with --samples from so many random sources, scaled to all.", Flags: []string{"samples", "seed"}, Values: "node", prepare: prepareBetweenness},
	{Name: "closeness", Help: "Reached nodes divided by the sum of the distances to them.", Values: "node", prepare: nearness(func(n *graph.Nearness) []float64 { return n.Closeness })},
	{Name: "harmonic", Help: "Sum of 1 / distance to each other node.", Values: "node", prepare: nearness(func(n *graph.Nearness) []float64 { return n.Harmonic })},
	{Name: "hyperball", Help: "Harmonic closeness, estimated; --k is the logarithm of the registers for each node (4 to 16, default 8).", Flags: []string{"k", "seed"}, Values: "node", prepare: prepareHyperBall},
	{Name: "constraint", Help: "Burt's constraint.", Values: "node", prepare: nodes(func(ctx context.Context, j *job) ([]float64, error) {
		return graph.Constraint(ctx, j.g, j.opts)
	})},
	{Name: "effective-size", Help: "Burt's effective size.", Values: "node", prepare: holes(func(h *graph.Holes) []float64 { return h.EffectiveSize })},
	{Name: "efficiency", Help: "Effective size divided by the number of ties.", Values: "node", prepare: holes(func(h *graph.Holes) []float64 { return h.Efficiency })},
	{Name: "hierarchy", Help: "How far the constraint comes from one neighbour.", Values: "node", prepare: holes(func(h *graph.Holes) []float64 { return h.Hierarchy })},
}

// nodes makes a kernel of a function that gives a value for each node.
func nodes(compute func(ctx context.Context, j *job) ([]float64, error)) func(*job) (run, error) {
	return func(j *job) (run, error) {
		return func(ctx context.Context) (outcome, error) {
			values, err := compute(ctx, j)
			if err != nil {
				return outcome{}, err
			}
			return j.perNode(values), nil
		}, nil
	}
}

func nearness(part func(*graph.Nearness) []float64) func(*job) (run, error) {
	return nodes(func(ctx context.Context, j *job) ([]float64, error) {
		n, err := graph.Closeness(ctx, j.g, j.opts)
		if err != nil {
			return nil, err
		}
		return part(n), nil
	})
}

func holes(part func(*graph.Holes) []float64) func(*job) (run, error) {
	return nodes(func(ctx context.Context, j *job) ([]float64, error) {
		h, err := graph.StructuralHoles(ctx, j.g, j.opts)
		if err != nil {
			return nil, err
		}
		return part(h), nil
	})
}

func preparePageRank(j *job) (run, error) {
	params := graph.PageRankOptions{Damping: j.request.Damping, Tolerance: j.request.Tolerance}
	if j.request.Source != "" {
		source, err := j.source()
		if err != nil {
			return nil, err
		}
		params.Restart = make([]float64, j.g.N())
		params.Restart[source] = 1
	}
	return func(ctx context.Context) (outcome, error) {
		ranks, err := graph.PageRank(ctx, j.g, params, j.opts)
		if err != nil {
			return outcome{}, err
		}
		result := j.perNode(ranks.Values)
		result.summary["iterations"], result.summary["error"] = ranks.Iterations, ranks.Error
		return result, nil
	}, nil
}

func preparePush(j *job) (run, error) {
	source, err := j.source()
	if err != nil {
		return nil, err
	}
	search, err := graph.NewPushSearch(j.g)
	if err != nil {
		return nil, err
	}
	damping, tolerance := orDefault(j.request.Damping, 0.85), orDefault(j.request.Tolerance, 1e-6)
	return func(ctx context.Context) (outcome, error) {
		shares, err := search.From(ctx, source, damping, tolerance)
		if err != nil {
			return outcome{}, err
		}
		values := make([]float64, j.g.N())
		for _, s := range shares {
			values[s.Node] = s.Value
		}
		result := j.perNode(values)
		result.summary["reached"] = len(shares)
		return result, nil
	}, nil
}

func prepareBetweenness(j *job) (run, error) {
	n, samples := j.g.N(), j.request.Samples
	if samples <= 0 || samples >= n {
		return nodes(func(ctx context.Context, j *job) ([]float64, error) { return graph.Betweenness(ctx, j.g, j.opts) })(j)
	}
	r := rand.New(rand.NewPCG(j.request.Seed, 64))
	sources := make([]uint32, samples)
	for i, v := range r.Perm(n)[:samples] {
		sources[i] = uint32(v)
	}
	return nodes(func(ctx context.Context, j *job) ([]float64, error) {
		values, err := graph.BetweennessFrom(ctx, j.g, sources, j.opts)
		for v := range values {
			values[v] *= float64(n) / float64(samples)
		}
		return values, err
	})(j)
}

func prepareHyperBall(j *job) (run, error) {
	return func(ctx context.Context) (outcome, error) {
		balls, err := graph.HyperBall(ctx, j.g, orDefault(j.request.K, 8), j.request.Seed, j.opts)
		if err != nil {
			return outcome{}, err
		}
		result := j.perNode(balls.Harmonic)
		result.summary["relative_error"], result.summary["steps"] = balls.RelativeError, balls.Steps
		return result, nil
	}, nil
}
