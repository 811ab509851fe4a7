package multilayer

import (
	"context"

	"gave.network/graph"
)

// Part is what a node does in the layers of a network.
type Part struct {
	// Degrees are its degrees in each layer, Strengths the sums of the weights of these ties.
	Degrees   []int64
	Strengths []float64
	// Overlap is the sum of the degrees (the overlapping degree), Active the number of layers in which there is one.
	Overlap int64
	Active  int
	// Neighbors is how many others it has a tie with in any layer.
	Neighbors int64
	// Coefficient is M/(M-1) (1 - sum of the squares of the layers' parts of the degree) over M layers (Battiston,
	// Nicosia & Latora 2014): 1 when the ties are spread evenly, 0 when they are all in one layer, NaN without ties or
	// in a network of a single layer.
	Coefficient float64
}

// Participation returns what each node does in the layers. In a directed layer the ties that leave and those that
// enter both count. Loops are left out. Weights count in Strengths only.
func Participation(ctx context.Context, m *graph.Multilayer, opts graph.Options) ([]Part, error) {
	layers := m.Layers()
	for _, layer := range layers {
		if err := graph.CheckFinite(ctx, layer.Graph); err != nil {
			return nil, err
		}
	}
	out := make([]Part, m.N())
	seen := make([]map[uint32]bool, opts.Workers())
	err := opts.Run(ctx, m.N(), 64, func(worker, low, high int) {
		if seen[worker] == nil {
			seen[worker] = map[uint32]bool{}
		}
		near := seen[worker]
		looked := 0
		for v := uint32(low); v < uint32(high); v++ {
			clear(near)
			p := Part{Degrees: make([]int64, len(layers)), Strengths: make([]float64, len(layers))}
			for k, layer := range layers {
				each(layer.Graph, v, func(u uint32, weight float64) bool {
					looked++
					if looked&(1<<16-1) == 0 && ctx.Err() != nil {
						return false
					}
					p.Degrees[k]++
					p.Strengths[k] += weight
					near[u] = true
					return true
				})
				p.Overlap += p.Degrees[k]
				if p.Degrees[k] > 0 {
					p.Active++
				}
			}
			p.Neighbors = int64(len(near))
			sum := 0.0
			for _, d := range p.Degrees {
				part := float64(d) / float64(p.Overlap)
				sum += part * part
			}
			count := float64(len(layers))
			p.Coefficient = count / (count - 1) * (1 - sum)
			out[v] = p
		}
	})
	return out, err
}

// each visits the ties of a node in one layer, of a directed layer those that leave and then those that enter, until
// visit returns false.
func each(g *graph.Graph, v uint32, visit func(u uint32, weight float64) bool) {
	weights := g.Weights(v)
	for i, u := range g.Neighbors(v) {
		if u != v && !visit(u, weights.At(i)) {
			return
		}
	}
	if !g.Directed() {
		return
	}
	weights = g.InWeights(v)
	for i, u := range g.InNeighbors(v) {
		if u != v && !visit(u, weights.At(i)) {
			return
		}
	}
}
