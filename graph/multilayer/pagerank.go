package multilayer

import (
	"context"
	"math"

	"gave.network/graph"
)

// RankOptions are the parameters of PageRank; the zero value of each field means the value in its comment.
type RankOptions struct {
	// Damping is the chance that the walker follows a tie: 0.85.
	Damping float64
	// Switch is the chance that it first changes to another layer, each as likely: 0.5.
	Switch float64
	// Tolerance is the greatest error of the ranks, all added up: 1e-10.
	Tolerance float64
}

// Ranks is the result of PageRank.
type Ranks struct {
	// Layers are the ranks of the nodes in each layer; all together add up to 1.
	Layers [][]float64
	// Nodes are the sums over the layers (the versatility of each node).
	Nodes []float64
	// Iterations is how many steps were taken; Error is at most how far off the ranks are, all added up.
	Iterations int
	Error      float64
}

// PageRank returns how often a walker is at each node in each layer (De Domenico, Solé-Ribalta, Omodei, Gómez & Arenas
// 2015, on the layers' copies of the nodes). At each step it jumps with 1 - damping to any copy; else it may change to
// the same node in another layer, and then follows a tie of the layer where it is, in proportion to weight. Where no
// tie leaves it jumps. In a single layer it is centrality.PageRank. Weights must not be negative.
func PageRank(
	ctx context.Context, m *graph.Multilayer, params RankOptions, opts graph.Options,
) (*Ranks, error) {
	if params.Damping == 0 {
		params.Damping = 0.85
	}
	if params.Switch == 0 {
		params.Switch = 0.5
	}
	if params.Tolerance == 0 {
		params.Tolerance = 1e-10
	}
	if !(params.Damping > 0 && params.Damping < 1) || !(params.Switch > 0 && params.Switch <= 1) ||
		!(params.Tolerance > 0) {
		return nil, graph.ErrParameter
	}
	layers, n := m.Layers(), m.N()
	out := &Ranks{Nodes: make([]float64, n)}
	count := len(layers)
	if n == 0 || count == 0 {
		return out, ctx.Err()
	}
	strength := make([][]float64, count)
	now, next, stays := make([][]float64, count), make([][]float64, count), make([][]float64, count)
	for k, layer := range layers {
		if err := graph.CheckWeights(ctx, layer.Graph); err != nil {
			return nil, err
		}
		strength[k] = make([]float64, n)
		now[k], next[k], stays[k] = make([]float64, n), make([]float64, n), make([]float64, n)
		for v := range now[k] {
			now[k][v] = 1 / float64(n*count)
		}
		err := opts.Quiet().Run(ctx, n, 2048, func(_, low, high int) {
			for v := low; v < high; v++ {
				weights := layer.Graph.Weights(uint32(v))
				for i := range layer.Graph.Neighbors(uint32(v)) {
					strength[k][v] += weights.At(i)
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	const most = 100_000
	for out.Iterations < most {
		// Who changes layers does so before following a tie. What has no tie to follow jumps.
		idle := 0.0
		for v := range n {
			all := 0.0
			for k := range layers {
				all += now[k][v]
			}
			for k := range layers {
				stays[k][v] = now[k][v]
				if count > 1 {
					stays[k][v] = (1-params.Switch)*now[k][v] + params.Switch*(all-now[k][v])/float64(count-1)
				}
				if strength[k][v] == 0 {
					idle += stays[k][v]
				}
			}
		}
		jump := (1 - params.Damping + params.Damping*idle) / float64(n*count)
		for k, layer := range layers {
			err := opts.Quiet().Run(ctx, n, 1024, func(_, low, high int) {
				for v := low; v < high; v++ {
					came := 0.0
					weights := layer.Graph.InWeights(uint32(v))
					for i, u := range layer.Graph.InNeighbors(uint32(v)) {
						if strength[k][u] > 0 {
							came += stays[k][u] * weights.At(i) / strength[k][u]
						}
					}
					next[k][v] = jump + params.Damping*came
				}
			})
			if err != nil {
				return nil, err
			}
		}
		change := 0.0
		for k := range layers {
			for v, x := range next[k] {
				change += math.Abs(x - now[k][v])
			}
		}
		now, next = next, now
		out.Iterations++
		out.Error = change * params.Damping / (1 - params.Damping)
		if out.Error <= params.Tolerance {
			break
		}
	}
	out.Layers = now
	for v := range n {
		for k := range layers {
			out.Nodes[v] += now[k][v]
		}
	}
	if out.Error > params.Tolerance {
		return out, &graph.NoConvergenceError{
			Iterations: out.Iterations, Reached: out.Error, Tolerance: params.Tolerance,
		}
	}
	return out, ctx.Err()
}
