package blocks

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/partition"
	"gave.network/graph/internal/random"
)

// FitOptions are the parameters of Fit; the zero value of each field means the value in its comment.
type FitOptions struct {
	// Starts is how many times the search begins anew: 4. The best is kept.
	Starts int
	// Seed fixes what is chosen at random.
	Seed uint64
	// Flat looks for the division of least Length, without blocks of blocks.
	Flat bool
}

// Model is a network described by blocks.
type Model struct {
	// Of is the block of each node, numbered from 0 by falling size, ties by the first node.
	Of []uint32
	// Count is the number of blocks.
	Count int
	// Levels are the blocks of the nodes, of the blocks, and so on, as NestedLength takes them. Of a flat model there
	// is one.
	Levels [][]uint32
	// Length is the description length, by NestedLength, or Length when Flat was asked for; OneBlock is that of all
	// nodes in one block, which is best where the network has no structure that the model sees.
	Length, OneBlock float64
}

// Fit looks for the blocks that describe the network in fewest nats. Each start begins with every node alone, merges
// blocks, those first that cost least, and lets nodes move after each round of it (after Peixoto 2014); of all numbers
// of blocks that it comes by the best is kept, with blocks of blocks found the same way. Directions, weights and loops
// do not count. The result depends on the seed only. Time is some fifty passes over the ties for each start.
func Fit(ctx context.Context, g *graph.Graph, params FitOptions, opts graph.Options) (*Model, error) {
	if params.Starts == 0 {
		params.Starts = 4
	}
	if params.Starts < 0 || params.Starts > 1<<20 {
		return nil, graph.ErrParameter
	}
	g, err := graph.Simple(ctx, g.Unweighted(), opts)
	if err != nil {
		return nil, err
	}
	n := g.N()
	out := &Model{Of: make([]uint32, n), Levels: [][]uint32{make([]uint32, n)}}
	if out.OneBlock, err = Length(ctx, g, out.Of, opts); err != nil {
		return nil, err
	}
	if n == 0 {
		return out, ctx.Err()
	}
	out.Length, out.Count = out.OneBlock, 1
	found := make([]*Model, params.Starts)
	err = opts.Run(ctx, params.Starts, 1, func(_, start, _ int) {
		f := &fit{params: params, r: random.New(params.Seed, uint64(start)), best: out.OneBlock}
		f.run(ctx, g)
		found[start] = f.model
	})
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		if m != nil && m.Length < out.Length {
			m.OneBlock = out.OneBlock
			out = m
		}
	}
	return out, nil
}

// fit is one start.
type fit struct {
	params FitOptions
	r      random.Source
	best   float64
	model  *Model
}

// shrink is the part of the blocks that is left after a round.
const shrink = 0.7

// oneByOne is the number of blocks from which one is merged in a round.
const oneByOne = 24

func (f *fit) run(ctx context.Context, g *graph.Graph) {
	alone := make([]uint32, g.N())
	for v := range alone {
		alone[v] = uint32(v)
	}
	s, err := newState(ctx, g, alone)
	if err != nil {
		return
	}
	for s.blocks > 1 {
		left, sweeps := int(float64(s.blocks)*shrink), 2
		switch {
		case s.blocks <= oneByOne:
			left, sweeps = s.blocks-1, 4
		case s.blocks > mostBlocks(len(s.of)):
			left, sweeps = s.blocks/2, 1
		}
		if !s.merge(left, &f.r) {
			return
		}
		for range sweeps {
			moved, over := s.sweep(&f.r)
			if over {
				return
			}
			if moved*200 < len(s.of) {
				break
			}
		}
		s.tidy()
		f.consider(s)
	}
}

// mostBlocks is how many blocks are looked at: about as many as a nested model can tell apart (Peixoto 2014).
func mostBlocks(n int) int { return 8 + int(float64(n)/math.Log(float64(n)+2)) }

// consider keeps what is better than all before.
func (f *fit) consider(s *state) {
	length := s.length() + s.edges()
	var levels [][]uint32
	if !f.params.Flat {
		if s.blocks > mostBlocks(len(s.of)) {
			return
		}
		levels, length = nest(s)
	}
	if s.ctx.Err() != nil || length >= f.best-1e-9 {
		return
	}
	f.best = length
	of, count := partition.BySize(s.of)
	order := places(s.of, of, count)
	f.model = &Model{Of: of, Count: s.blocks, Length: length, Levels: [][]uint32{of}}
	for _, level := range levels { // blocks of a level have new numbers, and so stand in new places
		named := make([]uint32, len(level))
		for b, c := range level {
			named[order[b]] = c
		}
		next, count := partition.BySize(named)
		order = places(named, next, count)
		f.model.Levels = append(f.model.Levels, next)
	}
}

// places says which number each group has in another numbering of the same groups.
func places(groups, numbered []uint32, count int) []uint32 {
	out := make([]uint32, count)
	for v, b := range groups {
		out[b] = numbered[v]
	}
	return out
}

// tidy numbers the blocks that are not empty from 0.
func (s *state) tidy() {
	number := map[uint32]uint32{}
	for v, b := range s.of {
		if _, found := number[b]; !found {
			number[b] = uint32(len(number))
		}
		s.of[v] = number[b]
	}
	_ = s.count(len(number))
}

// unit is that of sums which are made of whole numbers, so that they do not depend on the order.
const unit = 1 << 32

func whole(x float64) int64 { return int64(math.Round(x * unit)) }

// proposal is a merge of a block into another and what it costs.
type proposal struct {
	cost     int64
	from, to uint32
}

// merge merges blocks until so many are left, and says whether the context goes on.
func (s *state) merge(left int, r *random.Source) bool {
	left = max(left, 1)
	for s.blocks > left {
		var list []proposal
		for a := range uint32(len(s.row)) {
			best := proposal{cost: math.MaxInt64, from: a}
			for _, b := range s.partners(a, r) {
				if s.step(len(s.row[a]) + 8) {
					return false
				}
				cost := s.mergeCost(a, b)
				if cost < best.cost || cost == best.cost && b < best.to {
					best.cost, best.to = cost, b
				}
			}
			if best.cost < math.MaxInt64 {
				list = append(list, best)
			}
		}
		slices.SortFunc(list, func(a, b proposal) int {
			return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.from, b.from))
		})
		into := make([]uint32, len(s.row))
		used := make([]bool, len(s.row))
		for b := range into {
			into[b] = uint32(b)
		}
		count := s.blocks
		for _, p := range list {
			if count == left {
				break
			}
			if !used[p.from] && !used[p.to] {
				used[p.from], used[p.to] = true, true
				into[p.from] = p.to
				count--
			}
		}
		for v, b := range s.of {
			s.of[v] = into[b]
		}
		s.tidy()
		if s.ctx.Err() != nil {
			return false
		}
	}
	return true
}

// partners are blocks that a block could be merged with: neighbours, neighbours of these, and any.
func (s *state) partners(a uint32, r *random.Source) []uint32 {
	var out []uint32
	add := func(b uint32) {
		if b != a && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	if len(s.row) <= 24 {
		for b := range uint32(len(s.row)) {
			add(b)
		}
		return out
	}
	near := sorted(s.row[a])
	for range 6 {
		if len(near) == 0 {
			break
		}
		b := near[r.Below(uint64(len(near)))]
		add(b)
		if next := s.row[b]; len(next) < 256 {
			keys := sorted(next)
			add(keys[r.Below(uint64(len(keys)))])
		}
	}
	for range 3 {
		add(uint32(r.Below(uint64(len(s.row)))))
	}
	return out
}

// mergeCost is how much longer the description gets, without what depends on the number of blocks alone.
func (s *state) mergeCost(a, b uint32) int64 {
	x, y := s.row[a], s.row[b]
	if len(x) > len(y) {
		x, y = y, x
		a, b = b, a
	}
	sum := int64(0)
	for c, e := range x {
		if f := y[c]; f > 0 && c != a && c != b {
			sum -= whole(logFactorial(e+f) - logFactorial(e) - logFactorial(f))
		}
	}
	between := s.row[a][b]
	aa, bb := s.row[a][a], s.row[b][b]
	sum -= whole(logEven(aa+bb+2*between) - logEven(aa) - logEven(bb) - logFactorial(between))
	sum += whole(s.block(s.degree[a]+s.degree[b], s.size[a]+s.size[b]) - s.block(s.degree[a], s.size[a]) -
		s.block(s.degree[b], s.size[b]))
	few, many := s.counts[a], s.counts[b]
	if len(few) > len(many) {
		few, many = many, few
	}
	for k, e := range few {
		if f := many[k]; f > 0 {
			sum -= whole(logFactorial(e+f) - logFactorial(e) - logFactorial(f))
		}
	}
	return sum
}

// sweep lets each node move once to a block that its neighbours, or theirs, are in. It returns how many did, and
// whether the context has ended.
func (s *state) sweep(r *random.Source) (moved int, over bool) {
	order := make([]uint32, len(s.of))
	for v := range order {
		order[v] = uint32(v)
	}
	r.Shuffle(order)
	to := map[uint32]int64{}
	var near, tried []uint32
	for _, v := range order {
		own := s.of[v]
		if s.size[own] == 1 {
			continue // merging does that
		}
		row := s.g.Neighbors(v)
		clear(to)
		near, tried = near[:0], tried[:0]
		for _, u := range row {
			b := s.of[u]
			if to[b]++; to[b] == 1 {
				near = append(near, b)
			}
		}
		if s.step(len(row) + 16*len(near) + 16) {
			return moved, true
		}
		try := func(b uint32) {
			if b != own && !slices.Contains(tried, b) {
				tried = append(tried, b)
			}
		}
		if len(s.row) <= 8 {
			for b := range uint32(len(s.row)) {
				try(b)
			}
		} else {
			for range min(4, len(row)) {
				u := row[r.Below(uint64(len(row)))]
				try(s.of[u])
				if next := s.g.Neighbors(u); len(next) > 0 {
					try(s.of[next[r.Below(uint64(len(next)))]])
				}
			}
			try(uint32(r.Below(uint64(len(s.row)))))
		}
		best, least := own, -1e-9
		for _, b := range tried {
			if change := s.moveCost(v, own, b, near, to); change < least {
				best, least = b, change
			}
		}
		if best != own {
			s.move(v, own, best, near, to)
			moved++
		}
	}
	return moved, false
}

// moveCost is how much longer the description gets when v goes from a to b.
func (s *state) moveCost(v, a, b uint32, near []uint32, to map[uint32]int64) float64 {
	if s.size[b] == 0 {
		return math.Inf(1)
	}
	k := int64(s.g.Degree(v))
	sum := 0.0
	for _, c := range near {
		if c == a || c == b {
			continue
		}
		d, e, f := to[c], s.between(a, c), s.between(b, c)
		sum -= logFactorial(e-d) - logFactorial(e) + logFactorial(f+d) - logFactorial(f)
	}
	da, db := to[a], to[b]
	e, own, other := s.between(a, b), s.between(a, a), s.between(b, b)
	sum -= logFactorial(e+da-db) - logFactorial(e)
	sum -= logEven(own-2*da) - logEven(own) + logEven(other+2*db) - logEven(other)
	sum += s.block(s.degree[a]-k, s.size[a]-1) - s.block(s.degree[a], s.size[a])
	sum += s.block(s.degree[b]+k, s.size[b]+1) - s.block(s.degree[b], s.size[b])
	// ln of how many have this degree, before and after.
	sum += math.Log(float64(s.counts[a][int32(k)])) - math.Log(float64(s.counts[b][int32(k)]+1))
	return sum
}

func (s *state) move(v, a, b uint32, near []uint32, to map[uint32]int64) {
	k := s.g.Degree(v)
	add := func(c, d uint32, e int64) {
		if s.row[c][d] += e; s.row[c][d] == 0 {
			delete(s.row[c], d)
		}
		if s.table != nil {
			s.table[int(c)*s.wide+int(d)] += e
		}
	}
	for _, c := range near {
		d := to[c]
		switch c {
		case a: // ties inside a are now between
			add(a, a, -2*d)
			add(a, b, d)
			add(b, a, d)
		case b:
			add(b, b, 2*d)
			add(a, b, -d)
			add(b, a, -d)
		default:
			add(a, c, -d)
			add(c, a, -d)
			add(b, c, d)
			add(c, b, d)
		}
	}
	s.of[v] = b
	s.size[a]--
	s.size[b]++
	s.degree[a] -= int64(k)
	s.degree[b] += int64(k)
	if s.counts[a][int32(k)]--; s.counts[a][int32(k)] == 0 {
		delete(s.counts[a], int32(k))
	}
	s.counts[b][int32(k)]++
	if s.size[a] == 0 {
		s.blocks--
	}
}
