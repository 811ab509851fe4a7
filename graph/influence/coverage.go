package influence

import (
	stdheap "container/heap"
	"context"
	"math"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// CoverageOptions are the parameters of MaxCoverage.
type CoverageOptions struct {
	// Weight is what covering each item is worth, not negative; nil means 1 each.
	Weight []float64
	// Cost is what choosing each set costs, above 0; nil means 1 each.
	Cost []float64
	// Budget bounds the sum of the costs; 0 means no bound.
	Budget float64
	// Most bounds the number of sets; 0 means no bound.
	Most int
	// Covered are items that count as covered from the start.
	Covered []uint32
}

// Choice is one set that MaxCoverage chose, and what it added.
type Choice struct {
	Set  int
	Gain float64
}

// Coverage is the result of MaxCoverage.
type Coverage struct {
	Choices []Choice
	// Value is the sum of the gains, Cost that of the costs.
	Value, Cost float64
	// Bound is a value that no choice within the limits can exceed, from the gains that were still to be had at the end
	// (Leskovec et al. 2007). Value is at least (1 - 1/e) times the best when all costs are the same, and half of that
	// under a budget.
	Bound float64
}

// MaxCoverage chooses sets of the items 0 … items-1 so that what they cover together is worth the most: greedily by
// gain per cost, with gains looked at again only when they may decide (lazy greedy, CELF: Leskovec et al. 2007). Under
// a budget with unequal costs it also tries gain alone and returns the better choice. Sets may repeat items. Equal
// gains go to the set that comes first.
func MaxCoverage(
	ctx context.Context, items int, sets [][]uint32, params CoverageOptions, opts graph.Options,
) (*Coverage, error) {
	if params.Weight != nil && len(params.Weight) != items || params.Cost != nil && len(params.Cost) != len(sets) {
		return nil, graph.ErrLength
	}
	if params.Budget < 0 || params.Most < 0 || math.IsNaN(params.Budget) {
		return nil, graph.ErrParameter
	}
	equal := true
	for i, c := range params.Cost {
		if !(c > 0) || math.IsInf(c, 1) {
			return nil, graph.ErrParameter
		}
		equal = equal && c == params.Cost[max(0, i-1)]
	}
	for _, w := range params.Weight {
		if !(w >= 0) || math.IsInf(w, 1) {
			return nil, graph.ErrParameter
		}
	}
	for i, list := range append(sets[:len(sets):len(sets)], params.Covered) {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		for _, item := range list {
			if int(item) >= items {
				return nil, graph.ErrNode
			}
		}
	}
	best, err := cover(ctx, items, sets, params, true, opts)
	if err != nil || equal || params.Budget == 0 {
		return best, err
	}
	other, err := cover(ctx, items, sets, params, false, opts)
	if err != nil {
		return nil, err
	}
	bound := min(best.Bound, other.Bound)
	if other.Value > best.Value {
		best = other
	}
	best.Bound = bound
	return best, nil
}

// gains is a heap of sets by what they added when last looked at.
type gains struct {
	set   []int
	gain  []float64 // by place in the heap
	ratio []float64
	round []int
}

func (h *gains) Len() int { return len(h.set) }
func (h *gains) Less(i, j int) bool {
	return h.ratio[i] > h.ratio[j] || h.ratio[i] == h.ratio[j] && h.set[i] < h.set[j]
}

func (h *gains) Swap(i, j int) {
	h.set[i], h.set[j] = h.set[j], h.set[i]
	h.gain[i], h.gain[j] = h.gain[j], h.gain[i]
	h.ratio[i], h.ratio[j] = h.ratio[j], h.ratio[i]
	h.round[i], h.round[j] = h.round[j], h.round[i]
}
func (h *gains) Push(any) {}

func (h *gains) Pop() any {
	last := len(h.set) - 1
	h.set, h.gain, h.ratio, h.round = h.set[:last], h.gain[:last], h.ratio[:last], h.round[:last]
	return nil
}

func cover(
	ctx context.Context, items int, sets [][]uint32, params CoverageOptions, perCost bool, opts graph.Options,
) (*Coverage, error) {
	covered := bitset.New(items)
	covered.AddAll(params.Covered)
	cost := func(s int) float64 {
		if params.Cost == nil {
			return 1
		}
		return params.Cost[s]
	}
	// gain counts each item once, by marking it and taking the marks back.
	gain := func(s int, keep bool) float64 {
		sum := 0.0
		var marked []uint32
		if !keep {
			marked = make([]uint32, 0, len(sets[s]))
		}
		for _, item := range sets[s] {
			if covered.Has(item) {
				continue
			}
			covered.Add(item)
			if !keep {
				marked = append(marked, item)
			}
			if params.Weight == nil {
				sum++
			} else {
				sum += params.Weight[item]
			}
		}
		for _, item := range marked {
			covered.Drop(item)
		}
		return sum
	}
	h := &gains{}
	ratio := func(s int, g float64) float64 {
		if perCost {
			return g / cost(s)
		}
		return g
	}
	for s := range sets {
		if ranges.Ended(ctx, s) {
			return nil, ctx.Err()
		}
		g := gain(s, false)
		h.set, h.gain, h.ratio, h.round = append(h.set, s), append(h.gain, g), append(h.ratio, ratio(s, g)),
			append(h.round, 0)
	}
	stdheap.Init(h)
	out := &Coverage{Bound: math.Inf(1)}
	for h.Len() > 0 && (params.Most == 0 || len(out.Choices) < params.Most) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := h.set[0]
		if params.Budget > 0 && out.Cost+cost(s) > params.Budget {
			stdheap.Pop(h)
			continue
		}
		if h.round[0] < len(out.Choices) {
			h.gain[0] = gain(s, false)
			h.ratio[0], h.round[0] = ratio(s, h.gain[0]), len(out.Choices)
			stdheap.Fix(h, 0)
			continue
		}
		if h.gain[0] <= 0 {
			break
		}
		added := gain(s, true)
		out.Choices = append(out.Choices, Choice{s, added})
		out.Value += added
		out.Cost += cost(s)
		stdheap.Pop(h)
		if opts.Progress != nil {
			opts.Progress(int64(len(out.Choices)), int64(max(params.Most, len(out.Choices))))
		}
	}
	out.Bound = coverageBound(ctx, items, sets, params, out, covered, cost)
	return out, ctx.Err()
}

// coverageBound adds to the value the most that the limits would allow if all gains that are left could be had in full.
func coverageBound(
	ctx context.Context, items int, sets [][]uint32, params CoverageOptions, out *Coverage, covered bitset.Set,
	cost func(int) float64,
) float64 {
	h := &gains{}
	seen := bitset.New(items)
	all := 0.0
	for s, list := range sets {
		if ranges.Ended(ctx, s) {
			return 0
		}
		sum := 0.0
		var marked []uint32
		for _, item := range list {
			if covered.Has(item) {
				continue
			}
			w := 1.0
			if params.Weight != nil {
				w = params.Weight[item]
			}
			if !seen.Has(item) {
				seen.Add(item)
				all += w
			}
			covered.Add(item)
			marked = append(marked, item)
			sum += w
		}
		for _, item := range marked {
			covered.Drop(item)
		}
		if sum > 0 {
			h.set, h.gain, h.ratio, h.round = append(h.set, s), append(h.gain, sum), append(h.ratio, sum/cost(s)),
				append(h.round, 0)
		}
	}
	bound := out.Value + all
	if params.Budget > 0 {
		budget, extra := params.Budget, 0.0
		byRatio := *h
		stdheap.Init(&byRatio)
		for byRatio.Len() > 0 && budget > 0 {
			part := min(1, budget/cost(byRatio.set[0]))
			extra += part * byRatio.gain[0]
			budget -= cost(byRatio.set[0])
			stdheap.Pop(&byRatio)
		}
		bound = min(bound, out.Value+extra)
	}
	if params.Most > 0 {
		copy(h.ratio[:len(h.gain)], h.gain)
		extra := 0.0
		stdheap.Init(h)
		for k := 0; k < params.Most && h.Len() > 0; k++ {
			extra += h.gain[0]
			stdheap.Pop(h)
		}
		bound = min(bound, out.Value+extra)
	}
	return bound
}
