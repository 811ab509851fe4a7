package signed

import (
	"context"
	"math"
	"math/bits"

	"gave.network/graph"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// FrustrationOptions are the parameters of Frustration; the zero value of each field means the value in its comment.
type FrustrationOptions struct {
	// Starts is how many times the search begins anew: 8.
	Starts int
	// Seed fixes where it begins.
	Seed uint64
	// ByCount counts ties; otherwise their weights, without the sign, are added up.
	ByCount bool
}

// Camps are two camps, and what does not fit.
type Camps struct {
	// Of is the camp of each node, 0 or 1; the first node of each connected part is in 0.
	Of []uint8
	// Frustrated is the weight of the positive ties between the camps and the negative ones inside; 0 is balance.
	Frustrated float64
	// Bound is proven to be at most the least that any two camps can have, the frustration index; Exact says that
	// Frustrated is that index.
	Bound float64
	Exact bool
}

// exactMost is the number of nodes up to which all camps of a connected part are tried.
const exactMost = 20

// Frustration looks for the two camps that fewest ties contradict (the frustration index, or line index of balance:
// Harary 1959; to find it is NP-hard). Connected parts of at most 20 nodes are solved by trying all camps. In larger
// ones each start takes a random spanning tree at its word and then exchanges nodes by passes of Kernighan and Lin
// 1970; the best start is kept. The bound is a packing of negative cycles that have no tie in common, each of which
// contradicts any camps. The two directions of a tie are added up first; loops do not count.
func Frustration(
	ctx context.Context, g *graph.Graph, params FrustrationOptions, opts graph.Options,
) (*Camps, error) {
	if params.Starts == 0 {
		params.Starts = 8
	}
	if params.Starts < 0 || params.Starts > 1<<20 {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckFinite(ctx, g); err != nil {
		return nil, err
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	f, err := newFrustration(ctx, simple, params.ByCount)
	if err != nil {
		return nil, err
	}
	out := &Camps{Of: make([]uint8, simple.N())}
	if err := f.trySmall(ctx, out.Of); err != nil {
		return nil, err
	}
	if f.large {
		camps := make([][]uint8, params.Starts)
		costs := make([]float64, params.Starts)
		err := opts.Run(ctx, params.Starts, 1, func(_, start, _ int) {
			camps[start] = append([]uint8(nil), out.Of...)
			costs[start] = f.search(ctx, camps[start], random.New(params.Seed, uint64(start)))
		})
		if err != nil {
			return nil, err
		}
		best := 0
		for start, cost := range costs {
			if cost < costs[best] {
				best = start
			}
		}
		out.Of = camps[best]
	}
	out.Frustrated = f.cost(out.Of, func(int) bool { return true })
	small := f.cost(out.Of, func(v int) bool { return !f.searched[v] })
	if out.Bound = out.Frustrated; out.Frustrated > small {
		packed, err := f.pack(ctx)
		if err != nil {
			return nil, err
		}
		out.Bound = min(small+packed, out.Frustrated)
	}
	out.Exact = out.Frustrated-out.Bound <= 1e-12*out.Frustrated
	f.settle(out.Of)
	return out, ctx.Err()
}

// frustration is a graph whose ties have a sign and a strength.
type frustration struct {
	offsets  []int64
	targets  []uint32
	weights  []float64 // below 0 for a negative tie; ties of 0 are left out
	parts    [][]uint32
	searched []bool // nodes of parts that are too large to try all
	large    bool
}

func newFrustration(ctx context.Context, g *graph.Graph, byCount bool) (*frustration, error) {
	n := g.N()
	f := &frustration{offsets: make([]int64, n+1), searched: make([]bool, n)}
	for v := range uint32(n) {
		weights := g.Weights(v)
		for i, u := range g.Neighbors(v) {
			if ranges.Ended(ctx, len(f.targets)) {
				return nil, ctx.Err()
			}
			w := weights.At(i)
			if byCount {
				w = float64(sign(w))
			}
			if w != 0 {
				f.targets, f.weights = append(f.targets, u), append(f.weights, w)
			}
		}
		f.offsets[v+1] = int64(len(f.targets))
	}
	seen := make([]bool, n)
	for v := range uint32(n) {
		if seen[v] {
			continue
		}
		seen[v] = true
		part := []uint32{v}
		for at := 0; at < len(part); at++ {
			if ranges.Ended(ctx, at) {
				return nil, ctx.Err()
			}
			for _, u := range f.row(part[at]) {
				if !seen[u] {
					seen[u] = true
					part = append(part, u)
				}
			}
		}
		f.parts = append(f.parts, part)
		if len(part) > exactMost {
			f.large = true
			for _, u := range part {
				f.searched[u] = true
			}
		}
	}
	return f, ctx.Err()
}

func (f *frustration) row(v uint32) []uint32 { return f.targets[f.offsets[v]:f.offsets[v+1]] }

// cost is what does not fit, of the nodes for which of says so.
func (f *frustration) cost(camp []uint8, of func(v int) bool) float64 {
	sum := 0.0
	for v := range camp {
		if !of(v) {
			continue
		}
		for i := f.offsets[v]; i < f.offsets[v+1]; i++ {
			if u, w := f.targets[i], f.weights[i]; int(u) > v && (camp[u] == camp[v]) == (w < 0) {
				sum += math.Abs(w)
			}
		}
	}
	return sum
}

// gain is how much less does not fit when v goes to the other camp.
func (f *frustration) gain(camp []uint8, v uint32) float64 {
	gain := 0.0
	for i := f.offsets[v]; i < f.offsets[v+1]; i++ {
		if camp[f.targets[i]] == camp[v] {
			gain -= f.weights[i]
		} else {
			gain += f.weights[i]
		}
	}
	return gain
}

// trySmall finds the best camps of the small parts by a Gray code, in which one node changes at a time.
func (f *frustration) trySmall(ctx context.Context, camp []uint8) error {
	for _, part := range f.parts {
		if len(part) > exactMost {
			continue
		}
		now, least, best := 0.0, 0.0, uint64(0)
		for step := uint64(1); step < 1<<(len(part)-1); step++ {
			if ranges.Ended(ctx, int(step)) {
				return ctx.Err()
			}
			v := part[bits.TrailingZeros64(step)+1]
			now -= f.gain(camp, v)
			camp[v] ^= 1
			if now < least-1e-12*math.Abs(least) {
				least, best = now, step
			}
		}
		for i, v := range part[1:] {
			camp[v] = uint8((best ^ best>>1) >> i & 1)
		}
	}
	return ctx.Err()
}

// settle puts the first node of each part into camp 0.
func (f *frustration) settle(camp []uint8) {
	for _, part := range f.parts {
		turn := camp[part[0]]
		for _, v := range part {
			camp[v] ^= turn
		}
	}
}

// search sets the camps of the large parts and returns what does not fit.
func (f *frustration) search(ctx context.Context, camp []uint8, r random.Source) float64 {
	s := &exchange{frustration: f, ctx: ctx, camp: camp, gains: make([]float64, len(camp))}
	for _, part := range f.parts {
		if len(part) > exactMost {
			s.tree(part, &r)
			for s.pass(part) {
			}
		}
	}
	return f.cost(camp, func(v int) bool { return f.searched[v] })
}

// exchange is one search.
type exchange struct {
	*frustration
	ctx   context.Context
	camp  []uint8
	gains []float64
	moved []bool
	heap  []candidate
}

type candidate struct {
	gain float64
	node uint32
}

// tree sets the camps that a random spanning tree asks for.
func (s *exchange) tree(part []uint32, r *random.Source) {
	seen := make(map[uint32]bool, len(part))
	next := []uint32{part[r.Below(uint64(len(part)))]}
	seen[next[0]] = true
	for looked := 0; len(next) > 0; {
		at := int(r.Below(uint64(len(next))))
		v := next[at]
		next[at] = next[len(next)-1]
		next = next[:len(next)-1]
		for i := s.offsets[v]; i < s.offsets[v+1]; i++ {
			if looked++; ranges.Ended(s.ctx, looked) {
				return
			}
			if u := s.targets[i]; !seen[u] {
				seen[u] = true
				s.camp[u] = s.camp[v]
				if s.weights[i] < 0 {
					s.camp[u] ^= 1
				}
				next = append(next, u)
			}
		}
	}
}

// pass lets every node of a part go over once, always the one that gains most, and keeps the best that it came by. It
// says whether that was better than before.
func (s *exchange) pass(part []uint32) bool {
	if s.moved == nil {
		s.moved = make([]bool, len(s.camp))
	}
	s.heap = s.heap[:0]
	for i, v := range part {
		if ranges.Ended(s.ctx, i) {
			return false
		}
		s.moved[v] = false
		s.gains[v] = s.gain(s.camp, v)
		s.push(candidate{s.gains[v], v})
	}
	sum, best, kept := 0.0, 0.0, 0
	var order []uint32
	for looked := 0; len(s.heap) > 0; {
		c := s.pop()
		if s.moved[c.node] || c.gain != s.gains[c.node] {
			continue // another entry has what is so now
		}
		if len(order)-kept > 4096 && c.gain < 0 {
			break // far past the best; what would come seldom makes up for it
		}
		v := c.node
		s.moved[v] = true
		sum += c.gain
		order = append(order, v)
		if sum > best+1e-9*(1+math.Abs(best)) {
			best, kept = sum, len(order)
		}
		s.camp[v] ^= 1
		for i := s.offsets[v]; i < s.offsets[v+1]; i++ {
			if looked++; ranges.Ended(s.ctx, looked) {
				return false
			}
			u, w := s.targets[i], s.weights[i]
			if s.moved[u] {
				continue
			}
			// A positive tie inside a camp holds its ends there, a negative one drives them out.
			if s.camp[u] == s.camp[v] {
				s.gains[u] -= 2 * w
			} else {
				s.gains[u] += 2 * w
			}
			s.push(candidate{s.gains[u], u})
		}
	}
	for _, v := range order[kept:] {
		s.camp[v] ^= 1
	}
	return kept > 0 && s.ctx.Err() == nil
}

func (c candidate) before(d candidate) bool {
	return c.gain > d.gain || c.gain == d.gain && c.node < d.node
}

func (s *exchange) push(c candidate) {
	s.heap = append(s.heap, c)
	for i := len(s.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.heap[i].before(s.heap[up]) {
			break
		}
		s.heap[i], s.heap[up] = s.heap[up], s.heap[i]
		i = up
	}
}

func (s *exchange) pop() candidate {
	top, last := s.heap[0], len(s.heap)-1
	s.heap[0] = s.heap[last]
	s.heap = s.heap[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && s.heap[down+1].before(s.heap[down]) {
			down++
		}
		if !s.heap[down].before(s.heap[i]) {
			return top
		}
		s.heap[i], s.heap[down] = s.heap[down], s.heap[i]
		i = down
	}
}
