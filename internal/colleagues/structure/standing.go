package structure

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/inference"
)

// maxReach is up to how many people the pairs of the shape are counted.
const maxReach = 3000

// standing sets the chart beside the informal network; nil without a chart.
func standing(ctx context.Context, g *graph.Graph, o Organisation) (*Standing, error) {
	var lines []graph.Edge
	for i, m := range o.Manager {
		if m >= 0 && m < o.N {
			lines = append(lines, graph.Edge{From: uint32(i), To: uint32(m)})
		}
	}
	known := 0
	for _, l := range o.Level {
		if l > 0 {
			known++
		}
	}
	if len(lines) == 0 && known < 2 {
		return nil, nil
	}
	out := &Standing{Rank: math.NaN(), Lines: math.NaN(), Chance: math.NaN()}
	var formal, informal []float64
	for v, l := range o.Level {
		if l > 0 {
			formal, informal = append(formal, -float64(l)), append(informal, float64(g.InDegree(uint32(v))))
		}
	}
	out.Rank = Spearman(formal, informal)
	count := 0.0
	g.Edges(func(u, v uint32, _ float64) bool {
		a, b := o.Level[u], o.Level[v]
		if a == 0 || b == 0 {
			return true
		}
		count++
		switch {
		case a == b:
			out.SameLevel++
		case a > b:
			out.Up++
		default:
			out.Down++
		}
		return true
	})
	if count > 0 {
		out.SameLevel, out.Up, out.Down = out.SameLevel/count, out.Up/count, out.Down/count
	}
	if len(lines) > 0 && o.N >= 3 && o.N <= 2000 {
		chart, err := graph.FromEdges(o.N, lines, graph.BuildOptions{Directed: true})
		if err != nil {
			return nil, err
		}
		p, err := inference.QAPCorrelation(ctx, chart, g.Unweighted(), permutations, 1, graph.Options{})
		if err != nil {
			return nil, err
		}
		out.Lines, out.Chance = p.Value, p.AtLeast
	}
	return out, nil
}

// Spearman returns the rank correlation of two lists of one length, equal values sharing a rank; NaN when one does not
// vary.
func Spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	var sx, sy, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	varies := (sxx - sx*sx/n) * (syy - sy*sy/n)
	if len(x) < 2 || !(varies > 1e-12) {
		return math.NaN()
	}
	return (sxy - sx*sy/n) / math.Sqrt(varies)
}

func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, v := range order[i:j] {
			out[v] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

// shapeOf returns Krackhardt's measures of hierarchy. They are NaN for more than maxReach people.
func shapeOf(ctx context.Context, directed, simple *graph.Graph) (Shape, error) {
	n := directed.N()
	if n < 2 || n > maxReach {
		return Shape{math.NaN(), math.NaN(), math.NaN()}, nil
	}
	parts, err := graph.WeakComponents(ctx, simple, graph.Options{})
	if err != nil {
		return Shape{}, err
	}
	needed, most := 0.0, 0.0 // ties that connect the parts, and pairs within parts
	for _, k := range parts.Sizes {
		needed += float64(k - 1)
		most += float64(k*(k-1)) / 2
	}
	out := Shape{Connectedness: most / (float64(n*(n-1)) / 2), Hierarchy: 1, Efficiency: 1}
	if most > needed {
		out.Efficiency = 1 - (float64(simple.M())-needed)/(most-needed)
	}
	words := (n + 63) / 64
	reach := make([]uint64, n*words)
	queue := make([]uint32, 0, n)
	for s := range uint32(n) {
		if s%256 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		row := reach[int(s)*words : (int(s)+1)*words]
		row[s/64] |= 1 << (s % 64)
		queue = append(queue[:0], s)
		for len(queue) > 0 {
			v := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, u := range directed.Neighbors(v) {
				if row[u/64]>>(u%64)&1 == 0 {
					row[u/64] |= 1 << (u % 64)
					queue = append(queue, u)
				}
			}
		}
	}
	either, both := 0, 0
	has := func(a, b int) bool { return reach[a*words+b/64]>>(b%64)&1 == 1 }
	for a := range n {
		for b := range a {
			there, back := has(a, b), has(b, a)
			if there || back {
				either++
			}
			if there && back {
				both++
			}
		}
	}
	if either > 0 {
		out.Hierarchy = 1 - float64(both)/float64(either)
	}
	return out, nil
}
