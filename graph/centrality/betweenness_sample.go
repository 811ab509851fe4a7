package centrality

import (
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// SampleOptions are the parameters of BetweennessSample; the zero value of each field means the value in its comment.
type SampleOptions struct {
	// Error is the largest absolute error that any value may have, as a part of all pairs of nodes, in (0, 1): 0.01. So
	// small a one that 2^53 paths might have to be drawn is none.
	Error float64
	// Failure is the chance that some value is further off, in (0, 1): 0.1.
	Failure float64
	// Seed fixes the sample.
	Seed uint64
}

// SampledBetweenness is an estimate of Betweenness.
type SampledBetweenness struct {
	// Values estimate the values of Betweenness. All are right within Bound at the same time, except with the chance
	// asked for.
	Values []float64
	Bound  float64
	// Samples is the number of shortest paths that were drawn.
	Samples int64
}

// BetweennessSample estimates betweenness from shortest paths between random pairs, each found by a search from both
// ends, until the values are known well enough (KADABRA, Borassi & Natale 2016). The number of paths depends on the
// error, not on the size of the graph: at most about (log2(diameter) + 1 + ln(2 / failure)) / (2 error^2), and fewer
// when no node is on many paths. The result depends on the seed only, not on the number of threads.
func BetweennessSample(
	ctx context.Context, g *graph.Graph, params SampleOptions, opts graph.Options,
) (*SampledBetweenness, error) {
	if params.Error == 0 {
		params.Error = 0.01
	}
	if params.Failure == 0 {
		params.Failure = 0.1
	}
	if !(params.Error > 0 && params.Error < 1 && params.Failure > 0 && params.Failure < 1) {
		return nil, graph.ErrParameter
	}
	n := g.N()
	pairs := float64(n) * float64(n-1)
	if !g.Directed() {
		pairs /= 2
	}
	out := &SampledBetweenness{Values: make([]float64, n), Bound: params.Error * max(0, pairs)}
	if n < 3 {
		return out, ctx.Err()
	}
	p, err := newPacked(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	// Riondato & Kornaropoulos 2016: so many samples are enough whatever they say.
	longest := max(4, float64(p.pathBound(ctx, g.Directed())))
	most := math.Ceil(
		0.5 / (params.Error * params.Error) * (math.Floor(math.Log2(longest-2)) + 1 + math.Log(2/params.Failure)))
	if !(most < 1<<53) {
		return nil, graph.ErrParameter
	}
	searches := make([]*pathSampler, opts.Workers())
	drawn := uint64(0) // of the streams of random numbers
	draw := func(size int) error {
		err := opts.Quiet().Run(ctx, size, 32, func(worker, low, high int) {
			if searches[worker] == nil {
				searches[worker] = newPathSampler(p)
			}
			for i := low; i < high && ctx.Err() == nil; i++ {
				r := random.New(params.Seed, drawn+uint64(i))
				searches[worker].sample(ctx, &r)
			}
		})
		drawn += uint64(size)
		return err
	}
	counts := make([]uint64, n)
	sum := func() {
		for v := range counts {
			counts[v] = 0
			for _, s := range searches {
				if s != nil {
					counts[v] += s.count[v]
				}
			}
		}
	}
	// The first paths tell who is busy, and with that how the chance of failure is best shared out; they are not used
	// again.
	const batch = 1024
	if err := draw(batch); err != nil {
		return nil, err
	}
	sum()
	shares := shareFailure(counts, batch, most, params)
	for _, s := range searches {
		if s != nil {
			clear(s.count)
		}
	}
	for out.Samples < int64(most) {
		size := min(batch*max(1, int(out.Samples/(8*batch))), int(most)-int(out.Samples))
		if err := draw(size); err != nil {
			return nil, err
		}
		out.Samples += int64(size)
		if opts.Progress != nil {
			opts.Progress(out.Samples, int64(most))
		}
		sum()
		if shares.enough(counts, float64(out.Samples), most, params.Error) {
			break
		}
	}
	for v := range n {
		out.Values[v] = float64(counts[p.place[v]]) / float64(out.Samples) * pairs
	}
	return out, nil
}

// failureShares say how likely each node's bounds may fail. Nodes that were on equally many of the first paths have the
// same share.
type failureShares struct {
	of        []uint32  // the class of each node
	logChance []float64 // of each class: the logarithm of one over the chance
	busiest   []uint64
}

// shareFailure shares out the chance that some value is further off than the error: half of it is for the bound on the
// number of samples, the rest for the two bounds of each node. A busy node needs more samples than others at the same
// chance, so it gets more of it: those chances are chosen with which all nodes are expected to be done after the same
// number of samples (Borassi & Natale 2016, section 4.3).
func shareFailure(counts []uint64, first int, most float64, params SampleOptions) *failureShares {
	f := &failureShares{of: make([]uint32, len(counts))}
	number := map[uint64]uint32{}
	var expected, nodes []float64
	for v, count := range counts {
		class, known := number[count]
		if !known {
			class = uint32(len(expected))
			number[count] = class
			// Twice the standard deviation more, because more samples may say more.
			expected = append(expected, (float64(count)+2*math.Sqrt(float64(count)+1))/float64(first))
			nodes = append(nodes, 0)
		}
		f.of[v] = class
		nodes[class]++
	}
	f.logChance, f.busiest = make([]float64, len(nodes)), make([]uint64, len(nodes))
	// After tau samples the upper bound of theorem 9, the wider one, is as wide as the error with this chance.
	sum := func(tau float64) float64 {
		whole := 0.0
		for class, b := range expected {
			width := b*most/tau + params.Error*(1.0/3+most/tau)
			f.logChance[class] = params.Error * params.Error * tau / (2 * width)
			whole += nodes[class] * math.Exp(-f.logChance[class])
		}
		return whole
	}
	low, high := 1.0, 4*most
	for range 50 {
		if middle := (low + high) / 2; sum(middle) > params.Failure/4 {
			low = middle
		} else {
			high = middle
		}
	}
	// The first paths may be wrong about a node; so half of the chance is shared out evenly.
	even, whole := params.Failure/4/float64(len(counts)), sum(high)
	for class, logChance := range f.logChance {
		uneven := params.Failure / 4 * math.Exp(-logChance) / whole
		f.logChance[class] = -math.Log((even + uneven) / 2)
	}
	return f
}

// enough says whether after tau samples all values are known well enough. Both bounds grow with the estimate, so the
// busiest node of a class decides (Borassi & Natale 2016, theorem 9).
func (f *failureShares) enough(counts []uint64, tau, most, within float64) bool {
	clear(f.busiest)
	for v, count := range counts {
		class := f.of[v]
		f.busiest[class] = max(f.busiest[class], count)
	}
	for class, count := range f.busiest {
		chance, b := f.logChance[class], float64(count)/tau
		bound := func(factor float64) float64 {
			return chance / tau * (factor + math.Sqrt(factor*factor+2*b*most/chance))
		}
		if max(bound(1.0/3-most/tau), bound(1.0/3+most/tau)) > within {
			return false
		}
	}
	return true
}

// pathBound is an upper bound on the number of nodes on a shortest path: twice the depth of a search in each component,
// or, directed, the number of nodes.
func (p *packed) pathBound(ctx context.Context, directed bool) int {
	n := len(p.node)
	if directed {
		return n
	}
	seen := bitset.New(n)
	bound := 1
	var level, next []uint32
	for v := range uint32(n) {
		if ranges.Ended(ctx, int(v)) {
			break
		}
		if seen.Has(v) {
			continue
		}
		seen.Add(v)
		depth := -1
		for level = append(level[:0], v); len(level) > 0; depth++ {
			next = next[:0]
			for i, x := range level {
				if ranges.Ended(ctx, i) {
					return bound
				}
				for _, y := range p.targets[p.offsets[x]:p.offsets[x+1]] {
					if !seen.Has(y) {
						seen.Add(y)
						next = append(next, y)
					}
				}
			}
			level, next = next, level
		}
		bound = max(bound, 2*depth+1)
	}
	return bound
}

// pathSampler draws shortest paths.
type pathSampler struct {
	p        *packed
	count    []uint64
	from, to halfSearch
	crossing []graph.Pair
}

// halfSearch is the search from one end.
type halfSearch struct {
	steps  []uint32 // steps from the end, plus one; 0 when not seen
	paths  []float64
	level  []uint32
	next   []uint32
	seen   []uint32
	cost   int64 // arcs at the nodes of the level
	depth  uint32
	scaled uint32 // the first depth at which the numbers of paths were scaled down; 0 when there is none
}

func newPathSampler(p *packed) *pathSampler {
	n := len(p.node)
	return &pathSampler{
		p: p, count: make([]uint64, n),
		from: halfSearch{steps: make([]uint32, n), paths: make([]float64, n)},
		to:   halfSearch{steps: make([]uint32, n), paths: make([]float64, n)},
	}
}

func (h *halfSearch) start(v uint32) {
	h.level, h.seen = append(h.level[:0], v), append(h.seen[:0], v)
	h.steps[v], h.paths[v] = 1, 1
	h.cost, h.depth, h.scaled = 0, 1, 0
}

func (h *halfSearch) clear() {
	for _, v := range h.seen {
		h.steps[v], h.paths[v] = 0, 0
	}
}

// sample draws one pair and one shortest path between them, all with the same chance, and counts the nodes between.
func (s *pathSampler) sample(ctx context.Context, r *random.Source) {
	p := s.p
	n := uint64(len(p.node))
	u := uint32(r.Below(n))
	v := uint32(r.Below(n - 1))
	if v >= u {
		v++
	}
	s.from.start(u)
	s.to.start(v)
	s.crossing = s.crossing[:0]
	for len(s.crossing) == 0 && len(s.from.level) > 0 && len(s.to.level) > 0 {
		if s.from.cost <= s.to.cost {
			s.crossing = s.from.grow(ctx, &s.to, p.offsets, p.targets, s.crossing)
		} else {
			s.crossing = s.to.grow(ctx, &s.from, p.inOffsets, p.inTargets, s.crossing)
			for i, c := range s.crossing {
				s.crossing[i] = graph.Pair{From: c.To, To: c.From}
			}
		}
	}
	if len(s.crossing) > 0 {
		sum := 0.0
		for _, c := range s.crossing {
			sum += s.from.paths[c.From] * s.to.paths[c.To]
		}
		draw := r.Float() * sum
		choice := s.crossing[len(s.crossing)-1]
		for _, c := range s.crossing {
			draw -= s.from.paths[c.From] * s.to.paths[c.To]
			if draw < 0 {
				choice = c
				break
			}
		}
		s.walk(&s.from, choice.From, p.inOffsets, p.inTargets, r)
		s.walk(&s.to, choice.To, p.offsets, p.targets, r)
	}
	s.from.clear()
	s.to.clear()
}

// grow takes the search one step further, or lists the arcs on which it meets the other one: as the two have not met
// before, all of these are on shortest paths.
func (h *halfSearch) grow(
	ctx context.Context, other *halfSearch, offsets []int64, targets []uint32, crossing []graph.Pair,
) []graph.Pair {
	h.next, h.cost = h.next[:0], 0
	h.depth++
	for i, x := range h.level {
		if ranges.Ended(ctx, i) {
			break
		}
		paths := h.paths[x]
		for _, y := range targets[offsets[x]:offsets[x+1]] {
			if other.steps[y] != 0 {
				crossing = append(crossing, graph.Pair{From: x, To: y})
				continue
			}
			if h.steps[y] == 0 {
				h.steps[y] = h.depth
				h.next = append(h.next, y)
				h.cost += offsets[y+1] - offsets[y]
			}
			if h.steps[y] == h.depth {
				h.paths[y] += paths
			}
		}
	}
	if h.depth&3 == 0 && h.depth > 4 {
		// A path so unlikely that its number is lost stays all but unlikely.
		if scaled, _ := scaleDown(h.paths, h.next); scaled && h.scaled == 0 {
			h.scaled = h.depth
		}
	}
	h.seen = append(h.seen, h.next...)
	h.level, h.next = h.next, h.level
	return crossing
}

// walk goes back from v to the end of the search, choosing each step in proportion to the number of paths, and counts
// the nodes on the way.
func (s *pathSampler) walk(h *halfSearch, v uint32, offsets []int64, targets []uint32, r *random.Source) {
	for h.steps[v] > 1 {
		s.count[v]++
		paths := h.paths[v]
		if h.scaled != 0 && h.steps[v] >= h.scaled {
			paths = 0 // in the scale of the level before
			for _, x := range targets[offsets[v]:offsets[v+1]] {
				if h.steps[x] == h.steps[v]-1 {
					paths += h.paths[x]
				}
			}
		}
		draw := r.Float() * paths
		choice := v
		for _, x := range targets[offsets[v]:offsets[v+1]] {
			if h.steps[x] == h.steps[v]-1 {
				choice = x
				if draw -= h.paths[x]; draw < 0 {
					break
				}
			}
		}
		v = choice
	}
}
