package influence

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/random"
)

// CascadeOptions say how something spreads by independent cascade (Kempe, Kleinberg & Tardos 2003): who has got it
// passes it on once along each arc, with the arc's chance. The zero value of each field means the value in its comment.
type CascadeOptions struct {
	// Chance is the chance of every arc, in [0, 1]; 0 means the arc's weight, which must lie in [0, 1], or, in an
	// unweighted graph, 1 / the number of arcs into the receiver ("weighted cascade").
	Chance float64
	// Error is the part of the best reach that the method may miss beyond 1/e, in (0, 1): 0.1.
	Error float64
	// Seed fixes the sample.
	Seed uint64
	// MaxSets bounds the number of reverse-reachable sets, which take the memory: 20 million. ErrNoConvergence is
	// returned when more are needed.
	MaxSets int
}

// Spread is the result of MaxInfluence.
type Spread struct {
	// Starters are the chosen nodes in the order in which they were chosen.
	Starters []uint32
	// Reach estimates the expected number of nodes that get it, starters included; Reaches has it after each starter.
	Reach   float64
	Reaches []float64
	// Sets is the number of reverse-reachable sets of the final choice.
	Sets int
}

// cascade draws reverse-reachable sets: the nodes from which a random node would be reached in one outcome of all
// chances.
type cascade struct {
	g      *graph.Graph
	chance float64
}

func newCascade(g *graph.Graph, chance float64) (*cascade, error) {
	if !(chance >= 0 && chance <= 1) {
		return nil, graph.ErrParameter
	}
	for v := range uint32(g.N()) {
		if chance > 0 || !g.Weighted() {
			break
		}
		weights := g.Weights(v)
		for i := range weights.Len() {
			if w := weights.At(i); !(w >= 0 && w <= 1) {
				return nil, graph.ErrParameter
			}
		}
	}
	return &cascade{g, chance}, nil
}

// arc returns the chance of the i-th arc into v.
func (c *cascade) arc(v uint32, i int) float64 {
	if c.chance > 0 {
		return c.chance
	}
	if weights := c.g.InWeights(v); weights.Given() {
		return weights.At(i)
	}
	return 1 / float64(c.g.InDegree(v))
}

func (c *cascade) draw(r *random.Source, seen bitset.Set, into []uint32) []uint32 {
	from := len(into)
	root := uint32(r.Below(uint64(c.g.N())))
	seen.Add(root)
	into = append(into, root)
	for at := from; at < len(into); at++ {
		v := into[at]
		for i, u := range c.g.InNeighbors(v) {
			if !seen.Has(u) && r.Float() < c.arc(v, i) {
				seen.Add(u)
				into = append(into, u)
			}
		}
	}
	for _, v := range into[from:] {
		seen.Drop(v)
	}
	return into
}

// reverseSets holds many sets one after the other.
type reverseSets struct {
	start []int64
	nodes []uint32
}

// extend draws sets until there are count of them. Sets are drawn in pieces that are put together in order.
func (s *reverseSets) extend(
	ctx context.Context, c *cascade, stream uint64, seed uint64, count int, opts graph.Options,
) error {
	if s.start == nil {
		s.start = []int64{0}
	}
	have := len(s.start) - 1
	if count <= have {
		return ctx.Err()
	}
	const grain = 256
	type piece struct {
		nodes []uint32
		ends  []int
	}
	pieces := make([]piece, (count-have+grain-1)/grain)
	seen := make([]bitset.Set, opts.Workers())
	err := opts.Quiet().Run(ctx, count-have, grain, func(worker, low, high int) {
		if seen[worker] == nil {
			seen[worker] = bitset.New(c.g.N())
		}
		p := &pieces[low/grain]
		for i := low; i < high; i++ {
			r := random.New(seed^stream, uint64(have+i))
			p.nodes = c.draw(&r, seen[worker], p.nodes)
			p.ends = append(p.ends, len(p.nodes))
		}
	})
	if err != nil {
		return err
	}
	for _, p := range pieces {
		base := int64(len(s.nodes))
		s.nodes = append(s.nodes, p.nodes...)
		for _, end := range p.ends {
			s.start = append(s.start, base+int64(end))
		}
	}
	return nil
}

// greedy chooses k nodes that hit the most sets, and returns them and the number of sets hit after each.
func (s *reverseSets) greedy(n, k int) ([]uint32, []int) {
	count := make([]int, n)
	first := make([]int64, n+1)
	for _, v := range s.nodes {
		count[v]++
		first[v+1]++
	}
	for v := range n {
		first[v+1] += first[v]
	}
	in := make([]uint32, len(s.nodes))
	fill := append([]int64(nil), first[:n]...)
	for set := range len(s.start) - 1 {
		for _, v := range s.nodes[s.start[set]:s.start[set+1]] {
			in[fill[v]] = uint32(set)
			fill[v]++
		}
	}
	hit := bitset.New(len(s.start) - 1)
	chosen := bitset.New(n)
	var starters []uint32
	var hits []int
	sum := 0
	for len(starters) < k {
		best := -1
		for v := range n {
			if !chosen.Has(uint32(v)) && (best < 0 || count[v] > count[best]) {
				best = v
			}
		}
		if best < 0 {
			break
		}
		chosen.Add(uint32(best))
		sum += count[best]
		starters, hits = append(starters, uint32(best)), append(hits, sum)
		for _, set := range in[first[best]:first[best+1]] {
			if hit.Has(set) {
				continue
			}
			hit.Add(set)
			for _, v := range s.nodes[s.start[set]:s.start[set+1]] {
				count[v]--
			}
		}
	}
	return starters, hits
}

// MaxInfluence chooses k nodes from which an independent cascade is expected to reach the most nodes: at least 1 - 1/e
// - Error times the best choice, with chance 1 - 1/n (reverse-reachable sets, Borgs et al. 2014; with martingales, IMM,
// Tang, Shi & Xiao 2015; the sets of the final choice are drawn anew, as Chen 2018 requires). The result depends on the
// seed only.
func MaxInfluence(
	ctx context.Context, g *graph.Graph, k int, params CascadeOptions, opts graph.Options,
) (*Spread, error) {
	if params.Error == 0 {
		params.Error = 0.1
	}
	if params.MaxSets == 0 {
		params.MaxSets = 20_000_000
	}
	if k < 0 || !(params.Error > 0 && params.Error < 1) || params.MaxSets < 0 {
		return nil, graph.ErrParameter
	}
	c, err := newCascade(g, params.Chance)
	if err != nil {
		return nil, err
	}
	n := g.N()
	k = min(k, n)
	out := &Spread{}
	if k == 0 || n < 2 {
		for v := range k {
			out.Starters, out.Reaches = append(out.Starters, uint32(v)), append(out.Reaches, float64(v+1))
			out.Reach = float64(v + 1)
		}
		return out, ctx.Err()
	}
	size := float64(n)
	choices := logChoose(n, k)
	failure := 1 + math.Ln2/math.Log(size) // so that both phases together fail with chance 1/n
	e := math.Sqrt2 * params.Error
	lambda := (2 + 2*e/3) * (choices + failure*math.Log(size) + math.Log(max(1, math.Log2(size)))) * size / (e * e)
	low := float64(k)
	trial := &reverseSets{}
	for i := 1; i < int(math.Log2(size)); i++ {
		x := size / math.Exp2(float64(i))
		need := int(math.Ceil(lambda / x))
		if need > params.MaxSets {
			return nil, graph.ErrNoConvergence
		}
		if err := trial.extend(ctx, c, 0, params.Seed, need, opts); err != nil {
			return nil, err
		}
		_, hits := trial.greedy(n, k)
		reach := size * float64(hits[len(hits)-1]) / float64(len(trial.start)-1)
		if opts.Progress != nil {
			opts.Progress(int64(i), int64(math.Log2(size))+1)
		}
		if reach >= (1+e)*x {
			low = max(low, reach/(1+e))
			break
		}
	}
	alpha := math.Sqrt(failure*math.Log(size) + math.Ln2)
	share := 1 - 1/math.E
	beta := math.Sqrt(share * (choices + failure*math.Log(size) + math.Ln2))
	need := int(math.Ceil(2 * size * (share*alpha + beta) * (share*alpha + beta) / (params.Error * params.Error) / low))
	if need > params.MaxSets {
		return nil, graph.ErrNoConvergence
	}
	final := &reverseSets{}
	if err := final.extend(ctx, c, 0xa24baed4963ee407, params.Seed, need, opts); err != nil {
		return nil, err
	}
	var hits []int
	out.Starters, hits = final.greedy(n, k)
	out.Sets = need
	for _, h := range hits {
		out.Reaches = append(out.Reaches, size*float64(h)/float64(need))
	}
	out.Reach = out.Reaches[len(out.Reaches)-1]
	return out, nil
}

// logChoose is ln of the number of ways to choose k of n.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// Reach simulates cascades from the starters and returns the mean number of nodes reached, starters included, and its
// standard error. It depends on the seed only.
func Reach(
	ctx context.Context, g *graph.Graph, starters []uint32, runs int, params CascadeOptions, opts graph.Options,
) (mean, standardError float64, err error) {
	c, err := newCascade(g, params.Chance)
	if err != nil {
		return 0, 0, err
	}
	if runs < 1 {
		return 0, 0, graph.ErrParameter
	}
	for _, v := range starters {
		if int(v) >= g.N() {
			return 0, 0, graph.ErrNode
		}
	}
	starters = slices.Compact(slices.Sorted(slices.Values(starters)))
	counts := make([]int, runs)
	seen := make([]bitset.Set, opts.Workers())
	lists := make([][]uint32, opts.Workers())
	err = opts.Run(ctx, runs, 64, func(worker, low, high int) {
		if seen[worker] == nil {
			seen[worker] = bitset.New(g.N())
		}
		for run := low; run < high; run++ {
			r := random.New(params.Seed, uint64(run))
			list := append(lists[worker][:0], starters...)
			seen[worker].AddAll(list)
			for at := 0; at < len(list); at++ {
				v := list[at]
				weights := g.Weights(v)
				for i, u := range g.Neighbors(v) {
					if seen[worker].Has(u) {
						continue
					}
					chance := c.chance
					if chance == 0 {
						chance = 1 / float64(g.InDegree(u))
						if weights.Given() {
							chance = weights.At(i)
						}
					}
					if r.Float() < chance {
						seen[worker].Add(u)
						list = append(list, u)
					}
				}
			}
			counts[run] = len(list)
			seen[worker].ClearWords(list)
			lists[worker] = list
		}
	})
	if err != nil {
		return 0, 0, err
	}
	sum, squares := 0.0, 0.0
	for _, x := range counts {
		sum += float64(x)
	}
	mean = sum / float64(runs)
	for _, x := range counts {
		squares += (float64(x) - mean) * (float64(x) - mean)
	}
	if runs > 1 {
		standardError = math.Sqrt(squares / float64(runs-1) / float64(runs))
	}
	return mean, standardError, nil
}
