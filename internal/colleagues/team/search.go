package team

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// bound returns the most that a team can be worth that holds the chosen and otherwise candidates only, and each
// candidate's own share in it.
//
// Each candidate adds its pairs with the chosen, and half of its best pairs with the others to come, since a pair is
// counted from both ends.
func (s *search) bound(chosen, candidates []int, fixed float64, shares []float64) float64 {
	left := s.Size - len(chosen)
	s.work += len(candidates) * (len(chosen) + 8)
	covered, count := uint64(0), 0
	for _, c := range chosen {
		covered |= s.Skills[c]
		if s.Newcomer[c] {
			count++
		}
	}
	union, fresh := uint64(0), 0
	var gains [MaxSkills + 1]int // how many candidates add so many skills
	for i, v := range candidates {
		sum := 0.0
		row := s.pair[v]
		for _, c := range chosen {
			sum += row[c]
		}
		shares[i] = sum + s.top[v][max(0, left-1)]/2
		union |= s.Skills[v]
		gains[bits.OnesCount64(s.Skills[v]&^covered)]++
		if s.Newcomer[v] {
			fresh++
		}
	}
	// What can be covered at most: what the candidates have together, and what the broadest so many of them have.
	broadest, places := 0, left
	for k := MaxSkills; k > 0 && places > 0; k-- {
		take := min(places, gains[k])
		broadest += take * k
		places -= take
	}
	missing := s.Need - bits.OnesCount64(covered) - min(broadest, bits.OnesCount64(union&^covered))
	return fixed + sumOfLargest(shares[:len(candidates)], left) + s.newcomers(count+min(fresh, left)) +
		s.alone() - uncovered*float64(missing)
}

// sumOfLargest returns the sum of the k largest values, without changing their order.
func sumOfLargest(values []float64, k int) float64 {
	if k <= 0 {
		return 0
	}
	var kept [MaxSize]float64
	n := 0
	for _, x := range values {
		if n == k && x <= kept[n-1] {
			continue
		}
		i := n
		if n < k {
			n++
		} else {
			i = n - 1
		}
		for ; i > 0 && kept[i-1] < x; i-- {
			kept[i] = kept[i-1]
		}
		kept[i] = x
	}
	sum := 0.0
	for _, x := range kept[:n] {
		sum += x
	}
	return sum
}

// branch looks at all teams that hold the chosen and otherwise candidates, as far as they can be better than the best
// so far.
func (s *search) branch(ctx context.Context, chosen, candidates []int, fixed float64) {
	if s.cancelled != nil {
		return
	}
	left := s.Size - len(chosen)
	if left == 0 {
		if worth := s.worth(chosen); worth > s.value+1e-12 && s.different(chosen) {
			s.holder, s.value = slices.Clone(chosen), worth
		}
		return
	}
	if len(candidates) < left {
		return
	}
	shares := make([]float64, len(candidates))
	limit := s.bound(chosen, candidates, fixed, shares)
	if limit <= s.value+1e-12 {
		return
	}
	s.nodes++
	if s.work > budget {
		s.open = max(s.open, limit)
		return
	}
	if s.nodes%1024 == 0 && ctx.Err() != nil {
		s.cancelled = ctx.Err()
		return
	}
	// The rarest missing skill decides who comes next: somebody who has it must be in. Without one that is rare, the
	// best share is first.
	order := s.order(chosen, candidates, shares)
	for i, v := range order {
		rest := make([]int, 0, len(order)-i-1)
		for _, u := range order[i+1:] {
			if !s.never[v][u] {
				rest = append(rest, u)
			}
		}
		more := fixed
		for _, c := range chosen {
			more += s.pair[v][c]
		}
		s.branch(ctx, append(slices.Clip(chosen), v), rest, more)
		// Teams without v, and without all before v, are next. They may not be able to be better any more.
		if remaining := order[i+1:]; len(remaining) < left ||
			s.bound(chosen, remaining, fixed, shares) <= s.value+1e-12 {
			return
		}
	}
}

// order puts those first who have the missing skill that the fewest have, and within both parts those with the best
// share.
func (s *search) order(chosen, candidates []int, shares []float64) []int {
	covered := uint64(0)
	for _, c := range chosen {
		covered |= s.Skills[c]
	}
	rare, least := uint64(0), len(candidates)+1
	for k := range s.Need {
		bit := uint64(1) << k
		if covered&bit != 0 {
			continue
		}
		have := 0
		for _, v := range candidates {
			if s.Skills[v]&bit != 0 {
				have++
			}
		}
		if have > 0 && have < least {
			rare, least = bit, have
		}
	}
	at := make([]int, len(candidates))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int {
		a, b := s.Skills[candidates[i]]&rare != 0, s.Skills[candidates[j]]&rare != 0
		if a != b {
			if a {
				return -1
			}
			return 1
		}
		return cmp.Compare(shares[j], shares[i])
	})
	out := make([]int, len(at))
	for i, k := range at {
		out[i] = candidates[k]
	}
	return out
}

// exchange finds a good team quickly: one person at a time, then one for another as long as that helps.
func (s *search) exchange() {
	members := slices.Clone(s.Must)
	fits := func(v, instead int) bool {
		for _, m := range members {
			if m != instead && (m == v || s.never[m][v]) {
				return false
			}
		}
		return true
	}
	for len(members) < s.Size {
		best, value := -1, 0.0
		for v := range s.n {
			if fits(v, -1) {
				if worth := s.worth(append(slices.Clip(members), v)); best < 0 || worth > value {
					best, value = v, worth
				}
			}
		}
		if best < 0 {
			return // a dead end: the exact search goes on from nothing
		}
		members = append(members, best)
	}
	keep := func() {
		if worth := s.worth(members); worth > s.value && s.different(members) {
			s.holder, s.value = slices.Clone(members), worth
		}
	}
	keep()
	for improved, rounds := true, 0; improved && rounds < 50; rounds++ {
		improved = false
		for i, m := range members {
			if s.must[m] {
				continue
			}
			now := s.worth(members)
			if !s.different(members) {
				now = -1e9
			}
			best := m
			for v := range s.n {
				if !fits(v, m) {
					continue
				}
				members[i] = v
				if worth := s.worth(members); worth > now+1e-12 && s.different(members) {
					best, now = v, worth
				}
			}
			members[i] = best
			if best != m {
				improved = true
				keep()
			}
		}
	}
}
