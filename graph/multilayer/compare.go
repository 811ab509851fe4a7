package multilayer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Pair compares two layers, loops left out.
type Pair struct {
	// Shared is how many ties are in both, Jaccard that as a part of the ties in either, 0 where there are none.
	// Between an undirected and a directed layer the arcs of both are compared.
	Shared  int64
	Jaccard float64
	// Degrees is Pearson's correlation of the nodes' degrees in the two layers, Ranks that of the ranks of these
	// (Spearman's), both NaN where a layer's degrees do not vary. The degree in a directed layer is of both directions.
	Degrees, Ranks float64
}

// Compare compares each layer with each, in the order of the layers.
func Compare(ctx context.Context, m *graph.Multilayer, opts graph.Options) ([][]Pair, error) {
	layers := m.Layers()
	degrees, ranks := make([][]float64, len(layers)), make([][]float64, len(layers))
	for k, layer := range layers {
		degrees[k] = make([]float64, m.N())
		for v := range uint32(m.N()) {
			if ranges.Ended(ctx, int(v)) {
				return nil, ctx.Err()
			}
			g := layer.Graph
			count := g.Degree(v)
			if g.Directed() {
				count += g.InDegree(v)
			}
			if g.Loops() > 0 && g.HasEdge(v, v) {
				count--
				if g.Directed() {
					count--
				}
			}
			degrees[k][v] = float64(count)
		}
		ranks[k] = rank(ctx, degrees[k])
	}
	out := make([][]Pair, len(layers))
	for a := range layers {
		out[a] = make([]Pair, len(layers))
	}
	for a := range layers {
		for b := range a + 1 {
			pair, err := shared(ctx, layers[a].Graph, layers[b].Graph, opts.Quiet())
			if err != nil {
				return nil, err
			}
			pair.Degrees = pearson(ctx, degrees[a], degrees[b])
			pair.Ranks = pearson(ctx, ranks[a], ranks[b])
			out[a][b], out[b][a] = pair, pair
		}
		if opts.Progress != nil {
			opts.Progress(int64(a+1), int64(len(layers)))
		}
	}
	return out, ctx.Err()
}

// shared counts the ties that two layers have in common and those that either has.
func shared(ctx context.Context, a, b *graph.Graph, opts graph.Options) (Pair, error) {
	const grain = 512
	both, either := make([]int64, a.N()/grain+1), make([]int64, a.N()/grain+1)
	err := opts.Run(ctx, a.N(), grain, func(_, low, high int) {
		for v := uint32(low); v < uint32(high); v++ {
			x, y := a.Neighbors(v), b.Neighbors(v)
			for i, j := 0, 0; i < len(x) || j < len(y); {
				if (i+j)&(1<<18-1) == 1<<18-1 && ctx.Err() != nil {
					return
				}
				u, in := uint32(0), int64(0)
				switch {
				case j >= len(y) || i < len(x) && x[i] < y[j]:
					u = x[i]
					i++
				case i >= len(x) || y[j] < x[i]:
					u = y[j]
					j++
				default:
					u, in = x[i], 1
					i++
					j++
				}
				if u != v && (a.Directed() || b.Directed() || u > v) {
					both[low/grain] += in
					either[low/grain]++
				}
			}
		}
	})
	out, all := Pair{}, int64(0)
	for i := range both {
		out.Shared += both[i]
		all += either[i]
	}
	if all > 0 {
		out.Jaccard = float64(out.Shared) / float64(all)
	}
	return out, err
}

// rank returns the ranks of a list, equal values having the mean of theirs.
func rank(ctx context.Context, list []float64) []float64 {
	order := make([]uint32, len(list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, ranges.Interruptible(ctx, func(a, b uint32) int { return cmp.Compare(list[a], list[b]) }))
	out := make([]float64, len(list))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && list[order[j]] == list[order[i]] {
			j++
		}
		for _, v := range order[i:j] {
			out[v] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

func pearson(ctx context.Context, x, y []float64) float64 {
	mx, my, n := 0.0, 0.0, float64(len(x))
	for i := range x {
		mx, my = mx+x[i]/n, my+y[i]/n
	}
	xx, yy, xy := 0.0, 0.0, 0.0
	for i := range x {
		if ranges.Ended(ctx, i) {
			break
		}
		a, b := x[i]-mx, y[i]-my
		xx, yy, xy = xx+a*a, yy+b*b, xy+a*b
	}
	const rounding = 1e-24
	if xx <= rounding*n*mx*mx || yy <= rounding*n*my*my {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}
