package community

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/ranges"
)

// InfomapOptions are the parameters of Infomap and MapEquation; the zero value of each field means the value in its
// comment.
type InfomapOptions struct {
	// Damping is the chance that the walker follows an arc of a directed graph and does not jump: 0.85.
	Damping float64
	// Starts is how many times Infomap begins anew, in another order of the nodes: 8. The best is kept.
	Starts int
	// Seed fixes the orders.
	Seed uint64
}

func (o InfomapOptions) check() (InfomapOptions, error) {
	if o.Damping == 0 {
		o.Damping = 0.85
	}
	if o.Starts == 0 {
		o.Starts = 8
	}
	if !(o.Damping > 0 && o.Damping < 1) || o.Starts < 0 || o.Starts > 1<<20 {
		return o, graph.ErrParameter
	}
	return o, nil
}

// MapEquation returns how many bits it takes to tell a step of a random walker when each community has a code of its
// own (the two-level map equation, Rosvall & Bergstrom 2008),
//
//	L = f(sum of in_c) - sum of f(in_c) - sum of f(out_c) + sum of f(out_c + p_c) - sum of f(p_v), f(x) = x log2 x,
//
// where p is how often the walker is at a node or in a community, and in and out how often it enters or leaves one. In
// an undirected graph it is at a node in proportion to its strength. In a directed graph it jumps with 1 - damping to a
// node in proportion to the strength of the arcs that leave it, from where none leaves always, and jumps are not told
// (Lambiotte & Rosvall 2012), as in the package infomap 2. Less is better; the entropy of the nodes is what one
// community takes. Loops are left out, weights must not be negative. Without weight the result is 0.
func MapEquation(
	ctx context.Context, g *graph.Graph, community []uint32, params InfomapOptions, opts graph.Options,
) (float64, error) {
	if len(community) != g.N() {
		return 0, graph.ErrLength
	}
	params, err := params.check()
	if err != nil {
		return 0, err
	}
	flow, err := walk(ctx, g, params.Damping)
	if err != nil {
		return 0, err
	}
	of, _ := partition.Number(community)
	return flow.length(ctx, of), ctx.Err()
}

// flow is what a walker does at one level of aggregation: how often it is at each node, and how often it passes each
// arc between two. An undirected flow goes both ways alike and has one list of arcs.
type flow struct {
	directed bool
	p        []float64
	out, in  arcs
	// leaves and enters are the sums of the arcs of each node.
	leaves, enters []float64
	looked         *int
}

type arcs struct {
	offsets []int64
	targets []uint32
	flow    []float64
}

// walk finds how the walker goes. It looks at the context.
func walk(ctx context.Context, g *graph.Graph, damping float64) (*flow, error) {
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	n := g.N()
	y := &flow{directed: g.Directed(), p: make([]float64, n), looked: new(int)}
	row := func(v uint32) ([]uint32, graph.Weights) { return g.Neighbors(v), g.Weights(v) }
	var err error
	if y.out, err = y.arcsOf(ctx, n, row); err != nil {
		return nil, err
	}
	strength, total := make([]float64, n), 0.0
	for v := range n {
		for _, w := range y.out.flow[y.out.offsets[v]:y.out.offsets[v+1]] {
			strength[v] += w
		}
		total += strength[v]
	}
	if total > 0 {
		for v := range strength {
			y.p[v] = strength[v] / total
		}
	}
	if !y.directed {
		y.in = y.out
		for i := range y.out.flow {
			if total > 0 {
				y.out.flow[i] /= total
			}
		}
		return y, y.addUp(ctx)
	}
	back := func(v uint32) ([]uint32, graph.Weights) { return g.InNeighbors(v), g.InWeights(v) }
	if y.in, err = y.arcsOf(ctx, n, back); err != nil {
		return nil, err
	}
	for i, u := range y.in.targets {
		if strength[u] > 0 {
			y.in.flow[i] /= strength[u] // the chance to take this arc out of u
		}
	}
	if total > 0 {
		if err := y.settle(ctx, strength, total, damping); err != nil {
			return nil, err
		}
	}
	// What passes each arc as seen from its source: the rows of in are ascending, so filling in order keeps rows so.
	next := append([]int64(nil), y.out.offsets...)
	for v := range n {
		for i := y.in.offsets[v]; i < y.in.offsets[v+1]; i++ {
			u := y.in.targets[i]
			y.out.flow[next[u]] = y.in.flow[i]
			next[u]++
		}
	}
	return y, y.addUp(ctx)
}

// arcsOf copies the arcs that are no loops and have weight.
func (y *flow) arcsOf(
	ctx context.Context, n int, row func(uint32) ([]uint32, graph.Weights),
) (a arcs, err error) {
	a.offsets = make([]int64, n+1)
	for v := range uint32(n) {
		targets, weights := row(v)
		for i, u := range targets {
			if *y.looked++; ranges.Ended(ctx, *y.looked) {
				return a, ctx.Err()
			}
			if w := weights.At(i); u != v && w > 0 {
				a.targets, a.flow = append(a.targets, u), append(a.flow, w)
			}
		}
		a.offsets[v+1] = int64(len(a.targets))
	}
	return a, ctx.Err()
}

// settle finds where the walker is in the long run, and takes the last step without jumps.
func (y *flow) settle(ctx context.Context, strength []float64, total, damping float64) error {
	n := len(y.p)
	now := append([]float64(nil), y.p...)
	next := make([]float64, n)
	const rounds, tolerance = 1000, 1e-15
	for range rounds {
		idle := 0.0
		for v, x := range now {
			if strength[v] == 0 {
				idle += x
			}
		}
		change, sum := 0.0, 0.0
		for v := range next {
			came := 0.0
			for i := y.in.offsets[v]; i < y.in.offsets[v+1]; i++ {
				if *y.looked++; ranges.Ended(ctx, *y.looked) {
					return ctx.Err()
				}
				came += now[y.in.targets[i]] * y.in.flow[i]
			}
			next[v] = damping*came + (1-damping+damping*idle)*strength[v]/total
			sum += next[v]
		}
		for v := range next {
			next[v] /= sum
			change += math.Abs(next[v] - now[v])
		}
		now, next = next, now
		if change <= tolerance {
			break
		}
	}
	moving := 0.0
	for v, x := range now {
		if strength[v] > 0 {
			moving += x
		}
	}
	for v := range y.p {
		y.p[v] = 0
		for i := y.in.offsets[v]; i < y.in.offsets[v+1]; i++ {
			y.in.flow[i] *= now[y.in.targets[i]] / moving
			y.p[v] += y.in.flow[i]
		}
	}
	return ctx.Err()
}

// addUp adds up what leaves and enters each node.
func (y *flow) addUp(ctx context.Context) error {
	sums := func(a arcs) []float64 {
		out := make([]float64, len(y.p))
		for v := range out {
			for i := a.offsets[v]; i < a.offsets[v+1]; i++ {
				if ranges.Ended(ctx, int(i)) {
					return out
				}
				out[v] += a.flow[i]
			}
		}
		return out
	}
	y.leaves = sums(y.out)
	if y.enters = y.leaves; y.directed {
		y.enters = sums(y.in)
	}
	return ctx.Err()
}

func plogp(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return x * math.Log2(x)
}

// modules are the communities of a division as the map equation sees them.
type modules struct {
	p, out, in []float64
	entered    float64 // the sum of in
}

// modules adds them up; when ctx ends the rest is missing.
func (y *flow) modules(ctx context.Context, of []uint32) *modules {
	m := &modules{p: make([]float64, len(of)), out: make([]float64, len(of)), in: make([]float64, len(of))}
	for v, c := range of {
		m.p[c] += y.p[v]
		for i := y.out.offsets[v]; i < y.out.offsets[v+1]; i++ {
			if ranges.Ended(ctx, int(i)) {
				return m
			}
			if d := of[y.out.targets[i]]; d != c {
				m.out[c] += y.out.flow[i]
				m.in[d] += y.out.flow[i]
				m.entered += y.out.flow[i]
			}
		}
	}
	return m
}

// length is the map equation of a division of the nodes of the graph.
func (y *flow) length(ctx context.Context, of []uint32) float64 {
	m := y.modules(ctx, of)
	sum := plogp(m.entered)
	for c := range m.p {
		sum += plogp(m.out[c]+m.p[c]) - plogp(m.in[c]) - plogp(m.out[c])
	}
	for _, x := range y.p {
		sum -= plogp(x)
	}
	return sum
}
