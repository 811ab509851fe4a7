package community

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/leiden"
	"gave.network/graph/internal/partition"
)

// Objective is what Leiden maximises.
type Objective uint8

const (
	// ByModularity compares the weight inside communities with what the strengths of the nodes let expect.
	ByModularity Objective = iota
	// ByCPM compares it with resolution times the number of pairs of nodes (the constant Potts model, Traag, Van Dooren
	// & Nesterov 2011), so that communities have a density above the resolution inside and below it between them.
	ByCPM
)

// LeidenOptions are the parameters of Leiden; the zero value of each field means the value in its comment.
type LeidenOptions struct {
	Objective Objective
	// Resolution is the factor before what is expected; more gives more communities: 1.
	Resolution float64
	// Iterations is how often the whole method runs, each time from the result of the last: 3. Below 0 it runs until
	// nothing changes. 1 is quick.
	Iterations int
	// Seed fixes the random order of the nodes.
	Seed uint64
	// Start is the division to start from, one number for each node; nil starts with each node alone.
	Start []uint32
}

// Communities is the result of Leiden.
type Communities struct {
	// Of is the community of each node, numbered from 0 by falling size, ties by the first node.
	Of []uint32
	// Count is the number of communities.
	Count int
	// Modularity is the modularity of the division at the resolution given (also for ByCPM, then at resolution 1).
	Modularity float64
	// Iterations is how often the method ran; Converged says that the last run changed nothing.
	Iterations int
	Converged  bool
}

// Leiden divides the graph into communities (Traag, Waltman & van Eck 2019). Every community is connected, and when the
// method has converged every node is where it does best and every community is well connected inside. Directed ties
// count in both directions, loops are left out, weights must not be negative. The result depends on the seed only, not
// on the number of threads: nodes are looked at in pieces of fixed size, and their moves are made in order.
func Leiden(ctx context.Context, g *graph.Graph, params LeidenOptions, opts graph.Options) (*Communities, error) {
	if params.Resolution == 0 {
		params.Resolution = 1
	}
	if params.Iterations == 0 {
		params.Iterations = 3
	}
	if !(params.Resolution > 0) || params.Resolution > 1e300 || params.Objective > ByCPM {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	if params.Start != nil && len(params.Start) != g.N() {
		return nil, graph.ErrLength
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err == nil {
		simple, err = simple.Compact(ctx, opts)
	}
	if err != nil {
		return nil, err
	}
	n := simple.N()
	base := leiden.Of(simple).Tied()
	whole := 0.0
	for v := range n {
		base.Mass[v] = 1
		if params.Objective == ByModularity {
			base.Mass[v] = 0
			for i := base.Offsets[v]; i < base.Offsets[v+1]; i++ {
				base.Mass[v] += base.Weight(i)
			}
		}
		whole += base.Mass[v]
	}
	l := &leiden.Run{Ctx: ctx, Base: base, Factor: params.Resolution, Seed: params.Seed, Opts: opts.Quiet()}
	if params.Objective == ByModularity && whole > 0 {
		l.Factor /= whole
	}
	if params.Start != nil {
		l.Of, _ = partition.Number(params.Start)
		err = l.Gather()
	} else {
		err = l.Begin()
	}
	if err != nil {
		return nil, err
	}
	out := &Communities{}
	for !l.Converged && (params.Iterations < 0 || l.Iterations < params.Iterations) {
		if opts.Progress != nil {
			opts.Progress(int64(l.Iterations), int64(max(params.Iterations, l.Iterations+1)))
		}
		if err := l.Iterate(); err != nil {
			return nil, err
		}
	}
	out.Iterations, out.Converged = l.Iterations, l.Converged
	of := make([]uint32, n)
	for v, c := range l.Of {
		of[l.Node[v]] = c
	}
	out.Of, out.Count = partition.BySize(leiden.ConnectedParts(base, of))
	resolution := params.Resolution
	if params.Objective == ByCPM {
		resolution = 1
	}
	out.Modularity, err = Modularity(ctx, g, out.Of, resolution, opts)
	return out, err
}
