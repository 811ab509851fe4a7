package signed

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// CommunityOptions are the parameters of Communities; the zero value of each field means the value in its comment.
type CommunityOptions struct {
	// Resolution is the factor before what is expected; more gives more communities: 1.
	Resolution float64
	// Starts is how many times the search begins, in another order of the nodes: 8. The best is kept.
	Starts int
	// Seed fixes the orders.
	Seed uint64
}

// Division is a division into communities.
type Division struct {
	// Of is the community of each node, numbered from 0 by falling size, ties by the first node.
	Of []uint32
	// Count is the number of communities.
	Count int
	// Modularity is the signed modularity of the division at the resolution given.
	Modularity float64
}

// Communities looks for the division of highest signed modularity: nodes that are for each other are put together,
// nodes that are against each other apart. Each start moves nodes, then communities as they are (Blondel et al. 2008),
// and again from what came of it until nothing gets better. The two directions of a tie are added up first, loops are
// left out. The result depends on the seed only.
func Communities(
	ctx context.Context, g *graph.Graph, params CommunityOptions, opts graph.Options,
) (*Division, error) {
	if params.Resolution == 0 {
		params.Resolution = 1
	}
	if params.Starts == 0 {
		params.Starts = 8
	}
	if !(params.Resolution > 0) || params.Resolution > 1e300 || params.Starts < 0 || params.Starts > 1<<20 {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	base, err := baseLevel(ctx, simple, params.Resolution)
	if err != nil {
		return nil, err
	}
	found := make([][]uint32, params.Starts)
	values := make([]float64, params.Starts)
	err = opts.Run(ctx, params.Starts, 1, func(_, start, _ int) {
		r := random.New(params.Seed, uint64(start))
		found[start], values[start] = base.divide(ctx, &r)
	})
	if err != nil {
		return nil, err
	}
	best := 0
	for start, x := range values {
		if x > values[best] {
			best = start
		}
	}
	out := &Division{}
	out.Of, out.Count = partition.BySize(found[best])
	out.Modularity, err = Modularity(ctx, g, out.Of, params.Resolution, opts)
	return out, err
}

// level is the network at one level of aggregation. The gain of a node in a community is the weight of its ties there
// less resolution * (p P / 2P - n N / 2N).
type level struct {
	offsets []int64
	targets []uint32
	weights []float64
	mass    [2][]float64 // strengths in positive and in negative ties
	factor  [2]float64   // resolution by the sums of these
	looked  *int
}

func baseLevel(ctx context.Context, g *graph.Graph, resolution float64) (*level, error) {
	g, err := g.Compact(ctx, graph.Options{})
	if err != nil {
		return nil, err
	}
	n := g.N()
	y := &level{}
	y.offsets, y.targets, _ = g.Rows()
	if n == 0 {
		y.offsets = []int64{0}
	}
	y.weights = make([]float64, len(y.targets))
	y.mass = [2][]float64{make([]float64, n), make([]float64, n)}
	for v := range n {
		weights := g.Weights(uint32(v))
		for i := range g.Neighbors(uint32(v)) {
			if ranges.Ended(ctx, int(y.offsets[v])+i) {
				return nil, ctx.Err()
			}
			w := weights.At(i)
			y.weights[y.offsets[v]+int64(i)] = w
			add(&y.mass, v, w)
		}
	}
	for s, way := range [2]float64{1, -1} {
		sum := 0.0
		for _, x := range y.mass[s] {
			sum += x
		}
		if sum > 0 {
			y.factor[s] = way * resolution / sum
		}
	}
	return y, ctx.Err()
}

// divide runs once and returns the division with its quality.
func (y *level) divide(ctx context.Context, r *random.Source) ([]uint32, float64) {
	base := *y
	base.looked = new(int)
	n := len(y.mass[0])
	of := make([]uint32, n)
	for v := range of {
		of[v] = uint32(v)
	}
	for {
		moved := base.move(ctx, of, r)
		for ctx.Err() == nil {
			next, number := base.coarsen(ctx, of)
			if next == nil {
				break
			}
			groups := make([]uint32, len(next.mass[0]))
			for c := range groups {
				groups[c] = uint32(c)
			}
			if !next.move(ctx, groups, r) {
				break
			}
			for v, c := range of {
				of[v] = groups[number[c]]
			}
			moved = true
		}
		if !moved || ctx.Err() != nil {
			return of, base.quality(of)
		}
	}
}

// fewCommunities is how many there may be for a node to look at all of them. It can be better to be with those whom one
// has no tie to, when both are against many others.
const fewCommunities = 64

// move lets nodes go where they gain most until none moves, and says whether any did.
func (y *level) move(ctx context.Context, of []uint32, r *random.Source) bool {
	n := len(of)
	var mass [2][]float64
	size := make([]int32, n)
	for s := range mass {
		mass[s] = make([]float64, n)
		for v, c := range of {
			mass[s][c] += y.mass[s][v]
		}
	}
	for _, c := range of {
		size[c]++
	}
	free := make([]uint32, 0, n)
	for c, count := range size {
		if count == 0 {
			free = append(free, uint32(c))
		}
	}
	order := make([]uint32, n)
	for v := range order {
		order[v] = uint32(v)
	}
	r.Shuffle(order)
	waiting := make([]bool, n)
	for v := range waiting {
		waiting[v] = true
	}
	to := make([]float64, n)
	known := make([]bool, n)
	var near []uint32
	any := false
	for at := 0; at < len(order); at++ {
		v := order[at]
		waiting[v] = false
		own := of[v]
		near = append(near[:0], own)
		known[own] = true
		for i := y.offsets[v]; i < y.offsets[v+1]; i++ {
			if *y.looked++; ranges.Ended(ctx, *y.looked) {
				return false
			}
			u := y.targets[i]
			if u == v {
				continue
			}
			c := of[u]
			if !known[c] {
				known[c] = true
				near = append(near, c)
			}
			to[c] += y.weights[i]
		}
		if n-len(free) <= fewCommunities {
			for c, count := range size {
				if count > 0 && !known[c] {
					known[c] = true
					near = append(near, uint32(c))
				}
			}
		}
		for s := range mass {
			mass[s][own] -= y.mass[s][v]
		}
		value := func(c uint32) float64 {
			return to[c] - y.factor[0]*y.mass[0][v]*mass[0][c] - y.factor[1]*y.mass[1][v]*mass[1][c]
		}
		best, most := own, value(own)
		limit := 1e-12 * (y.mass[0][v] + y.mass[1][v])
		for _, c := range near {
			if x := value(c); x > most+limit {
				best, most = c, x
			}
		}
		if most < -limit && len(free) > 0 && size[own] > 1 {
			best = free[len(free)-1] // alone it would be at 0
		}
		for _, c := range near {
			to[c], known[c] = 0, false
		}
		for s := range mass {
			mass[s][best] += y.mass[s][v]
		}
		if best == own {
			continue
		}
		any = true
		if len(free) > 0 && best == free[len(free)-1] {
			free = free[:len(free)-1]
		}
		if size[own]--; size[own] == 0 {
			free = append(free, own)
		}
		size[best]++
		of[v] = best
		for _, u := range y.targets[y.offsets[v]:y.offsets[v+1]] {
			if !waiting[u] && of[u] != best {
				waiting[u] = true
				order = append(order, u)
			}
		}
		if at > 1<<16 && at > len(order)/2 { // what is done is let go
			order = append(order[:0], order[at+1:]...)
			at = -1
		}
	}
	return any
}

// coarsen makes a node of each community, and returns the number of each; nil when every node is alone.
func (y *level) coarsen(ctx context.Context, of []uint32) (*level, []uint32) {
	n := len(of)
	number := make([]uint32, n)
	seen := make([]bool, n)
	members := [][]uint32{}
	for v, c := range of {
		if !seen[c] {
			seen[c] = true
			number[c] = uint32(len(members))
			members = append(members, nil)
		}
		members[number[c]] = append(members[number[c]], uint32(v))
	}
	if len(members) == n {
		return nil, nil
	}
	next := &level{offsets: make([]int64, len(members)+1), factor: y.factor, looked: y.looked}
	for s := range next.mass {
		next.mass[s] = make([]float64, len(members))
	}
	sum := make([]float64, len(members))
	known := make([]bool, len(members))
	var near []uint32
	for c, list := range members {
		near = near[:0]
		for _, v := range list {
			for s := range next.mass {
				next.mass[s][c] += y.mass[s][v]
			}
			for i := y.offsets[v]; i < y.offsets[v+1]; i++ {
				if *y.looked++; ranges.Ended(ctx, *y.looked) {
					return nil, nil
				}
				d := number[of[y.targets[i]]]
				if int(d) == c {
					continue
				}
				if !known[d] {
					known[d] = true
					near = append(near, d)
				}
				sum[d] += y.weights[i]
			}
		}
		for _, d := range near {
			next.targets, next.weights = append(next.targets, d), append(next.weights, sum[d])
			sum[d], known[d] = 0, false
		}
		next.offsets[c+1] = int64(len(next.targets))
	}
	return next, number
}

// quality is the modularity times a constant, without what is the same for all divisions.
func (y *level) quality(of []uint32) float64 {
	sum := 0.0
	var mass [2][]float64
	for s := range mass {
		mass[s] = make([]float64, len(of))
		for v, c := range of {
			mass[s][c] += y.mass[s][v]
		}
	}
	for v, c := range of {
		for i := y.offsets[v]; i < y.offsets[v+1]; i++ {
			if of[y.targets[i]] == c {
				sum += y.weights[i]
			}
		}
		sum -= y.factor[0] * mass[0][c] * y.mass[0][v]
		sum -= y.factor[1] * mass[1][c] * y.mass[1][v]
	}
	return sum
}
