package proposal

import (
	"cmp"
	"context"
	"slices"
)

// search returns the set to talk to and says in the plan how sure it is that there is no better one.
func (m *model) search(ctx context.Context, plan *Plan) ([]int, error) {
	var candidates []int
	for i, p := range m.People {
		if p.Reachable {
			candidates = append(candidates, i)
		}
	}
	most := len(candidates)
	if m.Most > 0 {
		most = min(most, m.Most)
	}
	greedy, err := m.greedy(ctx, candidates, most)
	if err != nil {
		return nil, err
	}
	reached := m.expected(greedy) >= m.Quorum
	limit := most
	if reached {
		limit = len(greedy)
	}
	best, value := greedy, m.expected(greedy)
	left := budget
	for size := 1; size <= limit; size++ {
		if count := choose(len(candidates), size); count > left {
			plan.Gap = 0
			if reached {
				plan.Gap = len(best) - size
				plan.Exact = false
			}
			return best, nil
		} else {
			left -= count
		}
		set, brings, err := m.all(ctx, candidates, size)
		if err != nil {
			return nil, err
		}
		if brings >= m.Quorum {
			plan.Exact = true
			return set, nil
		}
		// Nothing carries so far. What brings most counts, and of what brings the same the fewest people.
		if !reached && brings > value+1e-12 {
			best, value = set, brings
		}
	}
	plan.Exact = true
	return best, nil
}

// choose returns n over k, or more than any budget when it is more than that.
func choose(n, k int) int {
	out := 1
	for i := range k {
		out = out * (n - i) / (i + 1)
		if out > budget {
			return budget + 1
		}
	}
	return out
}

// all looks at every set of so many candidates and returns the one that brings most.
func (m *model) all(ctx context.Context, candidates []int, size int) (best []int, value float64, err error) {
	at := make([]int, size)
	for i := range at {
		at[i] = i
	}
	set := make([]int, size)
	for round := 0; ; round++ {
		if round%4096 == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		for i, k := range at {
			set[i] = candidates[k]
		}
		if brings := m.expected(set); best == nil || brings > value+1e-12 {
			best, value = slices.Clone(set), brings
		}
		i := size - 1
		for i >= 0 && at[i] == len(candidates)-size+i {
			i--
		}
		if i < 0 {
			return best, value, nil
		}
		at[i]++
		for j := i + 1; j < size; j++ {
			at[j] = at[j-1] + 1
		}
	}
}

// greedy takes whoever brings most, until it carries, nobody brings anything more, or there are enough; then it leaves
// out whom it can do without. It is not lazy: with signed weights what somebody brings can grow with whom was won
// before.
func (m *model) greedy(ctx context.Context, candidates []int, most int) ([]int, error) {
	var chosen []int
	value := m.expected(nil)
	for len(chosen) < most && value < m.Quorum {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		best, after := -1, value
		for _, c := range candidates {
			if slices.Contains(chosen, c) {
				continue
			}
			if brings := m.expected(append(slices.Clip(chosen), c)); brings > after+1e-12 {
				best, after = c, brings
			}
		}
		if best < 0 {
			break
		}
		chosen, value = append(chosen, best), after
	}
	if value < m.Quorum {
		return chosen, nil
	}
	for i := 0; i < len(chosen); {
		without := slices.Delete(slices.Clone(chosen), i, i+1)
		if m.expected(without) >= m.Quorum {
			chosen = without
		} else {
			i++
		}
	}
	return chosen, nil
}

// order puts first who brings most, then who brings most beside, and so on.
func (m *model) order(chosen []int) []Step {
	rest := slices.Sorted(slices.Values(chosen))
	var taken []int
	out := []Step{}
	for len(rest) > 0 {
		type option struct {
			person int
			after  float64
		}
		var options []option
		for _, c := range rest {
			options = append(options, option{c, m.expected(append(slices.Clip(taken), c))})
		}
		next := slices.MaxFunc(options, func(a, b option) int { return cmp.Compare(a.after, b.after) })
		taken = append(taken, next.person)
		out = append(out, Step{next.person, next.after})
		rest = slices.DeleteFunc(rest, func(c int) bool { return c == next.person })
	}
	return out
}
