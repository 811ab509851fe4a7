package community

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// Described is the result of Infomap.
type Described struct {
	// Of is the community of each node, numbered from 0 by falling size, ties by the first node.
	Of []uint32
	// Count is the number of communities.
	Count int
	// CodeLength is the map equation of the division, in bits a step; OneCode is that of a single community.
	CodeLength, OneCode float64
}

// Infomap looks for the division in which a random walker is told in fewest bits (Rosvall & Bergstrom 2008; Rosvall,
// Axelsson & Bergstrom 2009, in two levels): communities are where the walker stays for long. Each start moves nodes,
// then communities as they are, and again from what came of it until nothing gets better. MapEquation says what is
// minimised, and what of loops, directions and weights. The result depends on the seed only.
func Infomap(ctx context.Context, g *graph.Graph, params InfomapOptions, opts graph.Options) (*Described, error) {
	params, err := params.check()
	if err != nil {
		return nil, err
	}
	base, err := walk(ctx, g, params.Damping)
	if err != nil {
		return nil, err
	}
	found := make([][]uint32, params.Starts)
	lengths := make([]float64, params.Starts)
	err = opts.Run(ctx, params.Starts, 1, func(_, start, _ int) {
		r := random.New(params.Seed, uint64(start))
		found[start] = base.divide(ctx, &r)
		lengths[start] = base.length(ctx, found[start])
	})
	if err != nil {
		return nil, err
	}
	one := make([]uint32, g.N())
	out := &Described{Of: one, CodeLength: base.length(ctx, one)}
	out.OneCode = out.CodeLength
	for start, x := range lengths {
		if x < out.CodeLength {
			out.Of, out.CodeLength = found[start], x
		}
	}
	out.Of, out.Count = partition.BySize(out.Of)
	return out, ctx.Err()
}

// divide runs once.
func (y *flow) divide(ctx context.Context, r *random.Source) []uint32 {
	base := *y
	base.looked = new(int)
	of := make([]uint32, len(y.p))
	for v := range of {
		of[v] = uint32(v)
	}
	for {
		moved := base.move(ctx, of, r)
		for ctx.Err() == nil {
			numbered, count := partition.Number(of)
			if count == len(of) {
				break
			}
			next := base.coarsen(ctx, numbered, count)
			if next == nil {
				return of
			}
			groups := make([]uint32, count)
			for c := range groups {
				groups[c] = uint32(c)
			}
			if !next.move(ctx, groups, r) {
				break
			}
			for v, c := range numbered {
				of[v] = groups[c]
			}
			moved = true
		}
		if !moved && ctx.Err() == nil {
			moved = base.retune(ctx, of, r)
		}
		if !moved || ctx.Err() != nil {
			return of
		}
	}
}

// retune lets the parts of communities move, those that each would fall into if it were all there is, and says whether
// any did.
func (y *flow) retune(ctx context.Context, of []uint32, r *random.Source) bool {
	inside := &flow{directed: y.directed, p: y.p, looked: y.looked}
	within := func(a arcs) (out arcs) {
		out.offsets = make([]int64, len(of)+1)
		for v := range of {
			for i := a.offsets[v]; i < a.offsets[v+1]; i++ {
				if *y.looked++; ranges.Ended(ctx, *y.looked) {
					return out
				}
				if of[a.targets[i]] == of[v] {
					out.targets, out.flow = append(out.targets, a.targets[i]), append(out.flow, a.flow[i])
				}
			}
			out.offsets[v+1] = int64(len(out.targets))
		}
		return out
	}
	inside.out = within(y.out)
	if inside.in = inside.out; y.directed {
		inside.in = within(y.in)
	}
	if ctx.Err() != nil || inside.addUp(ctx) != nil {
		return false
	}
	parts := make([]uint32, len(of))
	for v := range parts {
		parts[v] = uint32(v)
	}
	inside.move(ctx, parts, r)
	numbered, count := partition.Number(parts)
	next := y.coarsen(ctx, numbered, count)
	if next == nil || count == len(of) {
		return false
	}
	groups := make([]uint32, count)
	first := map[uint32]uint32{} // the part that gives each community its number
	for v, part := range numbered {
		if _, found := first[of[v]]; !found {
			first[of[v]] = part
		}
		groups[part] = first[of[v]]
	}
	if !next.move(ctx, groups, r) {
		return false
	}
	for v, part := range numbered {
		of[v] = groups[part]
	}
	return true
}

// coarsen makes a node of each community.
func (y *flow) coarsen(ctx context.Context, of []uint32, count int) *flow {
	members := make([][]uint32, count)
	next := &flow{directed: y.directed, p: make([]float64, count), looked: y.looked}
	for v, c := range of {
		members[c] = append(members[c], uint32(v))
		next.p[c] += y.p[v]
	}
	join := func(a arcs) (out arcs) {
		out.offsets = make([]int64, count+1)
		sum, known := make([]float64, count), make([]bool, count)
		var near []uint32
		for c, list := range members {
			near = near[:0]
			for _, v := range list {
				for i := a.offsets[v]; i < a.offsets[v+1]; i++ {
					if *y.looked++; ranges.Ended(ctx, *y.looked) {
						return out
					}
					d := of[a.targets[i]]
					if int(d) == c {
						continue
					}
					if !known[d] {
						known[d] = true
						near = append(near, d)
					}
					sum[d] += a.flow[i]
				}
			}
			for _, d := range near {
				out.targets, out.flow = append(out.targets, d), append(out.flow, sum[d])
				sum[d], known[d] = 0, false
			}
			out.offsets[c+1] = int64(len(out.targets))
		}
		return out
	}
	next.out = join(y.out)
	if next.in = next.out; y.directed {
		next.in = join(y.in)
	}
	if ctx.Err() != nil || next.addUp(ctx) != nil {
		return nil
	}
	return next
}

// move lets nodes go where most bits are saved until none moves, and says whether any did.
func (y *flow) move(ctx context.Context, of []uint32, r *random.Source) bool {
	n := len(of)
	m := y.modules(ctx, of)
	size := make([]int32, n)
	for _, c := range of {
		size[c]++
	}
	var free []uint32
	order, waiting := make([]uint32, n), make([]bool, n)
	for v := range order {
		order[v], waiting[v] = uint32(v), true
		if size[v] == 0 {
			free = append(free, uint32(v))
		}
	}
	r.Shuffle(order)
	to, from, known := make([]float64, n), make([]float64, n), make([]bool, n)
	var near []uint32
	any := false
	const limit = 1e-12 // bits: less is rounding
	for at := 0; at < len(order); at++ {
		v := order[at]
		waiting[v] = false
		own := of[v]
		near = append(near[:0], own)
		known[own] = true
		gather := func(a arcs, sum []float64) bool {
			for i := a.offsets[v]; i < a.offsets[v+1]; i++ {
				if *y.looked++; ranges.Ended(ctx, *y.looked) {
					return false
				}
				c := of[a.targets[i]]
				if !known[c] {
					known[c] = true
					near = append(near, c)
				}
				sum[c] += a.flow[i]
			}
			return true
		}
		if !gather(y.out, to) || y.directed && !gather(y.in, from) {
			return false
		}
		if !y.directed {
			for _, c := range near {
				from[c] = to[c]
			}
		}
		if size[own] > 1 && len(free) > 0 {
			near = append(near, free[len(free)-1])
		}
		// Without v its community leaves and is entered by other ways.
		leaves, enters, p := y.leaves[v], y.enters[v], y.p[v]
		out, in := m.out[own]-(leaves-to[own])+from[own], m.in[own]-(enters-from[own])+to[own]
		rest := plogp(out+m.p[own]-p) - plogp(out) - plogp(in) -
			(plogp(m.out[own]+m.p[own]) - plogp(m.out[own]) - plogp(m.in[own]))
		best, least := own, -limit
		for _, c := range near[1:] {
			newOut, newIn := m.out[c]+(leaves-to[c])-from[c], m.in[c]+(enters-from[c])-to[c]
			entered := m.entered + in - m.in[own] + newIn - m.in[c]
			change := rest + plogp(entered) - plogp(m.entered) +
				plogp(newOut+m.p[c]+p) - plogp(newOut) - plogp(newIn) -
				(plogp(m.out[c]+m.p[c]) - plogp(m.out[c]) - plogp(m.in[c]))
			if change < least {
				best, least = c, change
			}
		}
		if best != own {
			newOut, newIn := m.out[best]+(leaves-to[best])-from[best], m.in[best]+(enters-from[best])-to[best]
			m.entered += in - m.in[own] + newIn - m.in[best]
			m.out[own], m.in[own], m.p[own] = max(out, 0), max(in, 0), m.p[own]-p
			m.out[best], m.in[best], m.p[best] = max(newOut, 0), max(newIn, 0), m.p[best]+p
		}
		for _, c := range near {
			to[c], from[c], known[c] = 0, 0, false
		}
		if best == own {
			continue
		}
		any = true
		if size[best] == 0 {
			free = free[:len(free)-1]
		}
		if size[own]--; size[own] == 0 {
			free = append(free, own)
			m.out[own], m.in[own], m.p[own] = 0, 0, 0
		}
		size[best]++
		of[v] = best
		for _, a := range [2]arcs{y.out, y.in} {
			for _, u := range a.targets[a.offsets[v]:a.offsets[v+1]] {
				if !waiting[u] && of[u] != best {
					waiting[u] = true
					order = append(order, u)
				}
			}
		}
		if at > 1<<16 && at > len(order)/2 { // what is done is let go
			order = append(order[:0], order[at+1:]...)
			at = -1
		}
	}
	return any
}
