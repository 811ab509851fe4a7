package team

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"gave.network/internal/near"
)

// pairs makes a problem of n people without skills and costs, in which only the named pairs trust each other.
func pairs(n, size int, trust map[[2]int]float64) Problem {
	return Problem{
		Skills: make([]uint64, n), Size: size, Newcomer: make([]bool, n),
		Trust: func(a, b int) float64 { return trust[[2]int{min(a, b), max(a, b)}] },
		Cost:  func(a, b int) float64 { return 0 },
	}
}

// begin returns a search before its first step.
func begin(t *testing.T, p Problem) *search {
	t.Helper()
	s, err := newSearch(p)
	if err != nil {
		t.Fatal(err)
	}
	s.value, s.open = -1e9, -1e9
	return s
}

// first returns the numbers below n.
func first(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestWanted(t *testing.T) {
	for size, want := range []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4} {
		if got := Wanted(size); got != want {
			t.Errorf("a team of %d is best off with %d new faces, want %d", size, got, want)
		}
	}
}

func TestTheLargestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		n, need, size int
		want          error
	}{
		"all skills":              {5, MaxSkills, 3, nil},
		"a skill too many":        {5, MaxSkills + 1, 3, ErrTooManySkills},
		"all people":              {MaxPeople, 2, 2, nil},
		"one too many":            {MaxPeople + 1, 2, 2, ErrTooManyPeople},
		"the largest team":        {MaxSize + 1, 2, MaxSize, nil},
		"everybody":               {MaxSize, 2, MaxSize, nil},
		"a place too many":        {MaxSize + 5, 2, MaxSize + 1, ErrSize},
		"one person":              {1, 1, 1, nil},
		"fewer people than sized": {2, 1, 3, ErrTooFew},
	} {
		p := pairs(c.n, c.size, nil)
		p.Need = c.need
		if _, err := newSearch(p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for _, c := range []struct {
		never [2]int
		want  error
	}{
		{[2]int{0, 3}, nil},
		{[2]int{3, 0}, nil},
		{[2]int{-1, 0}, ErrPerson},
		{[2]int{0, -1}, ErrPerson},
		{[2]int{4, 0}, ErrPerson},
		{[2]int{0, 4}, ErrPerson},
	} {
		p := pairs(4, 2, nil)
		p.Never = [][2]int{c.never}
		if _, err := newSearch(p); !errors.Is(err, c.want) {
			t.Errorf("never %v: %v, want %v", c.never, err, c.want)
		}
	}
	for _, m := range []int{-1, 4} {
		p := pairs(4, 2, nil)
		p.Must = []int{m}
		if _, err := newSearch(p); !errors.Is(err, ErrPerson) {
			t.Errorf("must %d: %v", m, err)
		}
	}
}

// What a pair adds and the sums of the best pairs are those of the definition; people who are never
// together add nothing to each other.
func TestPairs(t *testing.T) {
	for seed := range uint64(20) {
		size := 1 + int(seed%6)
		p := chance(seed+300, 7, 2, size)
		for b := range 6 {
			if b != 2 {
				p.Never = append(p.Never, [2]int{6, b}) // so that one has fewer than a team full of others
			}
		}
		s := begin(t, p)
		for v := range 7 {
			var row []float64
			for u := range 7 {
				if u == v {
					continue
				}
				want := p.Trust(u, v) - CostWeight*p.Cost(u, v)
				if size > 1 {
					want /= float64(size*(size-1)) / 2
				}
				near.Equal(t, fmt.Sprintf("seed %d: pair %d, %d", seed, u, v), s.pair[u][v], want, 1e-12)
				if !slices.Contains(p.Never, [2]int{max(u, v), min(u, v)}) {
					row = append(row, want)
				}
			}
			slices.Sort(row)
			slices.Reverse(row)
			sum := 0.0
			for k := range size + 1 {
				near.Equal(t, fmt.Sprintf("seed %d: the best %d of %d", seed, k, v), s.top[v][k], sum, 1e-12)
				if k < len(row) {
					sum += row[k]
				}
			}
		}
	}
}

func TestWorth(t *testing.T) {
	alone := pairs(2, 1, nil)
	alone.Skills, alone.Need = []uint64{0b01, 0b11}, 2
	s := begin(t, alone)
	near.Equal(t, "one who lacks a skill", s.worth([]int{0}), 1-uncovered, 1e-12)
	near.Equal(t, "one who has all", s.worth([]int{1}), 1, 1e-12)

	p := pairs(7, 6, map[[2]int]float64{{0, 1}: 0.6, {2, 5}: 0.9})
	p.Cost = func(a, b int) float64 { return 0.2 }
	p.Newcomer[0] = true
	s = begin(t, p)
	near.Equal(t, "one new face of two", s.worth(first(6)), 1.5/15-0.1+NewcomerWeight/2, 1e-12)
	p.Newcomer[1], p.Newcomer[2] = true, true
	near.Equal(t, "three new faces for two", s.worth(first(6)), 1.5/15-0.1+NewcomerWeight, 1e-12)
}

// Every field of what is found is that of its members.
func TestFieldsAreThoseOfTheMembers(t *testing.T) {
	for seed := range uint64(30) {
		p := chance(seed+500, 12, 5, 1+int(seed%8))
		p.Never, p.Alternatives = nil, 2
		teams, err := Find(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, team := range teams {
			if len(team.Members) != p.Size || !slices.IsSorted(team.Members) ||
				len(slices.Compact(slices.Clone(team.Members))) != p.Size {
				t.Fatalf("seed %d: members %v", seed, team.Members)
			}
			covered, fresh, trust, cost, n := uint64(0), 0, 0.0, 0.0, 0.0
			for _, a := range team.Members {
				covered |= p.Skills[a]
				if p.Newcomer[a] {
					fresh++
				}
				for _, b := range team.Members {
					if a < b {
						trust, cost, n = trust+p.Trust(a, b), cost+p.Cost(a, b), n+1
					}
				}
			}
			if n == 0 {
				trust, n = 1, 1
			}
			value := trust/n - CostWeight*cost/n
			if w := Wanted(p.Size); w > 0 {
				value += NewcomerWeight * min(1, float64(fresh)/float64(w))
			}
			if team.Covered != covered || team.Newcomers != fresh || !team.Exact || team.Gap != 0 {
				t.Errorf("seed %d: %+v has skills %b and %d new faces", seed, team, covered, fresh)
			}
			near.Equal(t, "trust", team.Trust, trust/n, 1e-12)
			near.Equal(t, "cost", team.Cost, cost/n, 1e-12)
			near.Equal(t, "value", team.Value, value, 1e-12)
		}
	}
}

// With people who must be in it and larger teams, what is found is the best of all teams.
func TestFindAroundThoseWhoMust(t *testing.T) {
	for seed := range uint64(200) {
		size := 4 + int(seed%4)
		p := chance(seed+700, 12, 1+int(seed%7), size)
		p.Must, p.Alternatives = []int{1, 4, 9}[:2+int(seed%2)], 2
		p.Never = slices.DeleteFunc(p.Never, func(x [2]int) bool {
			return slices.Contains(p.Must, x[0]) && slices.Contains(p.Must, x[1])
		})
		teams, err := Find(context.Background(), p)
		if err != nil {
			if _, _, some := brute(p, nil); some || !errors.Is(err, ErrTooFew) {
				t.Errorf("seed %d: %v", seed, err)
			}
			continue
		}
		for i, team := range teams {
			value, missing, _ := brute(p, teams[:i])
			near.Equal(t, fmt.Sprintf("seed %d: value of team %d", seed, i), team.Value, value, 1e-9)
			if got := p.Need - bits.OnesCount64(team.Covered); got != missing {
				t.Errorf("seed %d: team %d misses %d, the best %d", seed, i, got, missing)
			}
		}
	}
}

func TestSumOfLargest(t *testing.T) {
	for _, c := range []struct {
		values []float64
		k      int
		want   float64
	}{
		{nil, 0, 0},
		{[]float64{3, 1}, 0, 0},
		{[]float64{3, 1}, -1, 0},
		{[]float64{1, 3, 2}, 1, 3},
		{[]float64{1, 3, 2}, 2, 5},
		{[]float64{1, 3, 2}, 5, 6},
		{[]float64{2, 2, 2}, 2, 4},
		{[]float64{-3, -1, -2}, 2, -3},
		{[]float64{-3, -2, -1}, 1, -1},
	} {
		what := fmt.Sprintf("the %d largest of %v", c.k, c.values)
		near.Equal(t, what, sumOfLargest(slices.Clone(c.values), c.k), c.want, 1e-12)
	}
	many := make([]float64, 60)
	for i := range many {
		many[i] = float64(i * 7 % 60)
	}
	near.Equal(t, "the 40 largest of 0 to 59", sumOfLargest(many, MaxSize), (20+59)*20, 1e-9)
}

// The bound is what its description says, and no team is beyond it.
func TestBound(t *testing.T) {
	for seed := range uint64(200) {
		size := 1 + int(seed%6)
		p := chance(seed+900, 11, 1+int(seed%9), size)
		p.Never = nil
		s := begin(t, p)
		chosen := first(int(seed/6) % size)
		candidates := first(11)[len(chosen):]
		left, fixed := size-len(chosen), 0.0
		covered, union, fresh, count := uint64(0), uint64(0), 0, 0
		for i, a := range chosen {
			covered |= p.Skills[a]
			if p.Newcomer[a] {
				count++
			}
			for _, b := range chosen[:i] {
				fixed += s.pair[a][b]
			}
		}
		var want []float64
		var adds []int
		for _, v := range candidates {
			share := s.top[v][left-1] / 2
			for _, c := range chosen {
				share += s.pair[v][c]
			}
			want, adds = append(want, share), append(adds, bits.OnesCount64(p.Skills[v]&^covered))
			union |= p.Skills[v]
			if p.Newcomer[v] {
				fresh++
			}
		}
		shares := make([]float64, len(candidates))
		got := s.bound(chosen, candidates, fixed, shares)
		for i := range shares {
			near.Equal(t, fmt.Sprintf("seed %d: share of %d", seed, candidates[i]), shares[i], want[i], 1e-12)
		}
		slices.SortFunc(want, func(a, b float64) int { return cmp.Compare(b, a) })
		slices.SortFunc(adds, func(a, b int) int { return cmp.Compare(b, a) })
		most, broadest := fixed, 0
		for k := range left {
			most, broadest = most+want[k], broadest+adds[k]
		}
		missing := p.Need - bits.OnesCount64(covered) - min(broadest, bits.OnesCount64(union&^covered))
		if w := Wanted(size); w > 0 {
			most += NewcomerWeight * float64(min(w, count+min(fresh, left))) / float64(w)
		}
		if size == 1 {
			most++
		}
		near.Equal(t, fmt.Sprintf("seed %d: bound", seed), got, most-uncovered*float64(missing), 1e-9)
		if work := len(candidates)*len(chosen) + 8*len(candidates); s.work != work {
			t.Errorf("seed %d: work %d, want %d", seed, s.work, work)
		}
		p.Must = chosen
		if value, lacks, _ := brute(p, nil); value-uncovered*float64(lacks) > got+1e-9 {
			t.Errorf("seed %d: a team is worth %v and misses %d, beyond the bound %v", seed, value, lacks, got)
		}
	}
}

func TestOrder(t *testing.T) {
	for name, c := range map[string]struct {
		need       int
		skills     []uint64 // of the person who is chosen, if any, and of the candidates
		chosen     int
		shares     []float64
		candidates []int
		want       []int
	}{
		"the best share":    {0, []uint64{0, 0, 0}, 0, []float64{1, 3, 2}, []int{0, 1, 2}, []int{1, 2, 0}},
		"alike stay":        {0, []uint64{0, 0, 0}, 0, []float64{1, 1, 1}, []int{2, 0, 1}, []int{2, 0, 1}},
		"one of two has it": {1, []uint64{0, 1}, 0, []float64{3, 1}, []int{0, 1}, []int{1, 0}},
		"the rarest": {
			2, []uint64{1, 1, 2, 0}, 0, []float64{4, 3, 1, 9}, []int{0, 1, 2, 3}, []int{2, 3, 0, 1},
		},
		"the rarest comes first": {
			2, []uint64{2, 2, 1, 0}, 0, []float64{4, 3, 1, 9}, []int{0, 1, 2, 3}, []int{2, 3, 0, 1},
		},
		"two who have it": {
			1, []uint64{1, 0, 1, 0}, 0, []float64{1, 4, 2, 3}, []int{0, 1, 2, 3}, []int{2, 0, 1, 3},
		},
		"the chosen has it":        {2, []uint64{2, 1, 2, 1}, 1, []float64{1, 3, 2}, []int{1, 2, 3}, []int{3, 1, 2}},
		"of two as rare the first": {2, []uint64{2, 1, 0}, 0, []float64{3, 1, 2}, []int{0, 1, 2}, []int{1, 0, 2}},
		"nobody has it":            {2, []uint64{1, 0, 0}, 0, []float64{1, 3, 2}, []int{0, 1, 2}, []int{0, 1, 2}},
	} {
		p := pairs(len(c.skills), 2, nil)
		p.Need, p.Skills = c.need, c.skills
		if got := begin(t, p).order(first(c.chosen), c.candidates, c.shares); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The exchange begins with the best first person and ends where no single exchange helps.
func TestExchange(t *testing.T) {
	for name, c := range map[string]struct {
		n     int
		trust map[[2]int]float64
		never [][2]int
		want  []int
	}{
		"the first of those alike, and nothing to be gained by one": {
			5,
			map[[2]int]float64{
				{0, 1}: 0.5, {0, 4}: 0.1, {1, 2}: 0.1, {1, 4}: 0.1, {2, 3}: 0.8, {2, 4}: 0.1, {3, 4}: 0.9,
			},
			nil,
			[]int{0, 1},
		},
		"no exchange for one as good": {4, map[[2]int]float64{{0, 1}: 0.5, {1, 2}: 0.5, {2, 3}: 0.9}, nil, []int{0, 1}},
		"one after the other":         {4, map[[2]int]float64{{0, 1}: 0.2, {1, 2}: 0.5, {2, 3}: 0.9}, nil, []int{2, 3}},
		"never together": {
			4,
			map[[2]int]float64{{0, 1}: 0.5, {0, 2}: 0.3, {0, 3}: 0.2},
			[][2]int{{1, 0}},
			[]int{0, 2},
		},
		"a dead end": {3, nil, [][2]int{{0, 1}, {0, 2}}, nil},
	} {
		p := pairs(c.n, 2, c.trust)
		p.Never = c.never
		s := begin(t, p)
		s.exchange()
		if !slices.Equal(s.holder, c.want) {
			t.Errorf("%s: %v, want %v", name, s.holder, c.want)
		}
		if c.want != nil {
			near.Equal(t, name, s.value, p.Trust(c.want[0], c.want[1]), 1e-12)
		}
	}
	// The exact search goes on where the exchange came to a dead end, or to an end too early.
	for want, p := range map[[2]int]Problem{
		{1, 2}: func() Problem { p := pairs(3, 2, nil); p.Never = [][2]int{{0, 1}, {0, 2}}; return p }(),
		{3, 4}: pairs(5, 2, map[[2]int]float64{{0, 1}: 0.5, {3, 4}: 0.9}),
	} {
		if teams, err := Find(context.Background(), p); err != nil || !slices.Equal(teams[0].Members, want[:]) {
			t.Errorf("%+v, %v, want %v", teams, err, want)
		}
	}
}

// What is as good as the best so far takes no more work, and does not take its place.
func TestAlikeEndTheSearch(t *testing.T) {
	alike := pairs(3, 2, map[[2]int]float64{{0, 1}: 0.5, {0, 2}: 0.5, {1, 2}: 0.5})
	s := begin(t, alike)
	s.branch(context.Background(), nil, first(3), 0)
	// The root, the others beside the first, the last beside the first, and the teams without the first.
	if work := 3*8 + 2*9 + 1*9 + 2*8; !slices.Equal(s.holder, []int{0, 1}) || s.nodes != 2 || s.work != work {
		t.Errorf("%v after %d nodes and work %d, want work %d", s.holder, s.nodes, s.work, work)
	}
	near.Equal(t, "value", s.value, 0.5, 1e-12)

	s.nodes = 0
	s.branch(context.Background(), nil, first(3), 0)
	if s.nodes != 0 {
		t.Errorf("%d nodes for what cannot be better", s.nodes)
	}
	s.branch(context.Background(), []int{1, 2}, nil, 0.5)
	if !slices.Equal(s.holder, []int{0, 1}) {
		t.Errorf("%v took the place of one as good", s.holder)
	}
	s.value = 0.4
	s.branch(context.Background(), []int{1, 2}, nil, 0.5)
	if !slices.Equal(s.holder, []int{1, 2}) {
		t.Errorf("%v stays, and another is better", s.holder)
	}
}

// A search that has used its budget keeps what it has, and says by how much another team could be better.
func TestGap(t *testing.T) {
	p := pairs(4, 2, map[[2]int]float64{{0, 1}: 0.5, {2, 3}: 0.9})
	s := begin(t, p)
	s.holder, s.value, s.work = []int{1, 0}, 0.5, budget
	s.branch(context.Background(), nil, first(4), 0)
	// Half of the best pairs of the best two: 0.45 each.
	near.Equal(t, "open", s.open, 0.9, 1e-12)
	got := s.team()
	if !slices.Equal(got.Members, []int{0, 1}) || got.Exact {
		t.Errorf("%+v", got)
	}
	near.Equal(t, "gap", got.Gap, 0.4, 1e-12)
	near.Equal(t, "value", got.Value, 0.5, 1e-12)
	s.open = 0.3 // what was left open was overtaken
	if got := s.team(); !got.Exact || got.Gap != 0 {
		t.Errorf("%+v", got)
	}

	s = begin(t, p)
	s.work = budget - 4*8 // the last that is within it
	s.branch(context.Background(), nil, first(4), 0)
	if s.nodes < 2 {
		t.Errorf("the search ended at the root, within its budget, with %v open", s.open)
	}
}

// The context is asked at each 1024th node only, so that a small search ends before it is asked.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := pairs(4, 2, map[[2]int]float64{{0, 1}: 0.5, {2, 3}: 0.9})
	s := begin(t, p)
	s.branch(ctx, nil, first(4), 0)
	if s.cancelled != nil || !slices.Equal(s.holder, []int{2, 3}) && !slices.Equal(s.holder, []int{3, 2}) {
		t.Errorf("%v, %v", s.holder, s.cancelled)
	}
	s = begin(t, p)
	s.nodes = 1023
	s.branch(ctx, nil, first(4), 0)
	if !errors.Is(s.cancelled, context.Canceled) || s.holder != nil || s.nodes != 1024 {
		t.Errorf("%v, %v after %d nodes", s.holder, s.cancelled, s.nodes)
	}
	s.branch(context.Background(), []int{2, 3}, nil, 0.9)
	if s.holder != nil {
		t.Errorf("%v was found after the end", s.holder)
	}
}
