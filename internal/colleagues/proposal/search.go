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
	best := found{greedy, m.chance(greedy, nobody, 0), m.expected(greedy)}
	if now := (found{nil, plan.Before.Chance, plan.Before.Expected}); !best.better(now) {
		best = now // to talk to nobody is best as long as nothing is better
	}
	reached := best.chance >= m.Wanted
	limit := most
	if reached {
		limit = len(best.set)
	}
	sets, steps := budget, work
	for size := 1; size <= limit; size++ {
		count := choose(len(candidates), size)
		one, all := found{}, false
		if count <= sets {
			sets -= count
			least := best.chance
			if reached {
				least = m.Wanted // a smaller set need not be better, and of the same size the better is taken
			}
			if one, all, err = m.all(ctx, candidates, size, least, &steps); err != nil {
				return nil, err
			}
		}
		if one.set != nil && (one.chance >= m.Wanted || one.better(best)) {
			best = one
		}
		if !all {
			if best.chance >= m.Wanted {
				plan.Gap = len(best.set) - size
			}
			return best.set, nil
		}
		if best.chance >= m.Wanted && len(best.set) == size {
			break
		}
	}
	plan.Exact = true
	return best.set, nil
}

// found is a set with how often it carries.
type found struct {
	set              []int
	chance, expected float64
}

// better says whether a set carries more often than another; of two that do so as often the one with more support.
func (f found) better(than found) bool {
	if d := f.chance - than.chance; d > 1e-12 || d < -1e-12 {
		return d > 0
	}
	return f.expected > than.expected+1e-12
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

// all looks at every set of so many candidates and returns the one that carries most often, of those that do at least
// so often; a set that is nil when none does. It says whether it could look at all within the steps that are left.
func (m *model) all(
	ctx context.Context, candidates []int, size int, least float64, steps *int,
) (best found, all bool, err error) {
	at := make([]int, size)
	for i := range at {
		at[i] = i
	}
	set := make([]int, size)
	best.chance = least
	for round := 0; ; round++ {
		if round%4096 == 0 && ctx.Err() != nil {
			return found{}, false, ctx.Err()
		}
		for i, k := range at {
			set[i] = candidates[k]
		}
		if expected := m.expected(set); !m.hopeless(expected, best.chance) {
			chance, took := m.chanceIn(set, nobody, best.chance)
			if *steps -= took; *steps < 0 {
				return best, false, nil
			}
			one := found{set, chance, expected}
			if chance >= least && (best.set == nil || one.better(best)) {
				best = found{slices.Clone(set), chance, expected}
			}
		}
		i := size - 1
		for i >= 0 && at[i] == len(candidates)-size+i {
			i--
		}
		if i < 0 {
			return best, true, nil
		}
		at[i]++
		for j := i + 1; j < size; j++ {
			at[j] = at[j-1] + 1
		}
	}
}

// greedy takes whoever brings most, until it carries as often as is wanted, nobody brings anything more, or there are
// enough; then it leaves out whom it can do without. It is not lazy: with signed weights what somebody brings can grow
// with whom was won before.
func (m *model) greedy(ctx context.Context, candidates []int, most int) ([]int, error) {
	carries := func(set []int) bool { return m.chance(set, nobody, m.Wanted) >= m.Wanted }
	var chosen []int
	value, done := m.expected(nil), false
	for len(chosen) < most && !done {
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
		done = !m.hopeless(value, m.Wanted) && carries(chosen)
	}
	if !done {
		return chosen, nil
	}
	for i := 0; i < len(chosen); {
		if without := slices.Delete(slices.Clone(chosen), i, i+1); carries(without) {
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
