// Package team finds people to do a project with: who together have the skills, trust each other, and can work together
// at little cost.
//
// The problem is that of Lappas, Liu & Terzi (Finding a team of experts in social networks, KDD 2009): cover the skills
// at the least cost of communication. Here trust within counts for a team, and so do new faces beside people who know
// the work (Guimera, Uzzi, Spiro & Amaral 2005; Reagans, Zuckerman & McEvily 2004).
package team

import (
	"cmp"
	"context"
	"errors"
	"math/bits"
	"slices"
)

const (
	// MaxSkills is how many skills can be asked for at once.
	MaxSkills = 64

	// MaxSize is the largest team. Beyond some dozens of people a team is an organisation.
	MaxSize = 40

	// MaxPeople is how many people can be chosen from.
	MaxPeople = 400

	// CostWeight is what coordination counts for, beside trust: a pair that trusts each other fully makes good for two
	// that have to be brought together over the longest way. A judgement; trust is what teams fail without.
	CostWeight = 0.5

	// NewcomerWeight is what new faces count for at most. It tips the balance between teams that are otherwise about
	// alike.
	NewcomerWeight = 0.15

	// uncovered is what a missing skill costs: more than all else together, so that a team that misses fewer is always
	// better.
	uncovered = 4.0

	// budget is how many pairs one search looks at when it bounds partial teams, a second or two of work.
	budget = 400_000_000
)

// The reasons why a problem cannot be posed.
var (
	ErrTooManySkills = errors.New("team: more skills than can be asked for at once")
	ErrTooManyPeople = errors.New("team: more people than can be chosen from")
	ErrSize          = errors.New("team: the size must lie between 1 and the largest team")
	ErrMustSize      = errors.New("team: more people must be in the team than it has places")
	ErrContradiction = errors.New("team: two people must both be in the team and never together")
	ErrTooFew        = errors.New("team: there are fewer people who can be together than the team has places")
	ErrPerson        = errors.New("team: there is no person with this number")
)

// Problem is a team to find. People are numbered from 0.
type Problem struct {
	// Skills has for each person a bit for each needed skill.
	Skills []uint64
	// Need is the number of needed skills, at most MaxSkills.
	Need int
	// Size is how many people the team has.
	Size int
	// Must are people who are in it, Never pairs who are not in it together.
	Must  []int
	Never [][2]int
	// Trust is how far two people trust each other and Cost what it takes to bring their work together, both from 0 to
	// 1 and the same whichever is named first.
	Trust, Cost func(a, b int) float64
	// Newcomer says who would be a new face.
	Newcomer []bool
	// Alternatives is how many teams to return at most; 1 at least.
	Alternatives int
}

// Team is a choice.
type Team struct {
	Members []int  // in ascending order
	Covered uint64 // the needed skills that somebody in it has
	// Trust and Cost are means over all pairs, from 0 to 1; a team of one has trust 1 and cost 0.
	Trust, Cost float64
	Newcomers   int
	// Value is Trust - CostWeight·Cost + NewcomerWeight·(newcomers, up to as many as are wanted), which the search
	// maximises among the teams that miss the fewest skills.
	Value float64
	// Exact says that no team is better; else none is better by more than Gap in Value. A team that may miss more
	// skills than another would has a Gap of more than 4.
	Exact bool
	Gap   float64
}

// Wanted is how many new faces a team of this size is best off with: one in four, one at least from three people on.
func Wanted(size int) int {
	if size < 3 {
		return 0
	}
	return max(1, (size+2)/4)
}

// Find returns the best team and, as Alternatives asks, the best of those that differ from every team before it in at
// least a third of its members (in one at least). When no team has all skills, it returns those that miss the fewest.
// It is exact when the search ends within its budget, which it does for some dozens of people; otherwise the teams come
// from a search by exchange and from as much of the exact search as there was time for, and Gap says how much better
// another team could be at most.
func Find(ctx context.Context, p Problem) ([]Team, error) {
	s, err := newSearch(p)
	if err != nil {
		return nil, err
	}
	var out []Team
	for range max(1, p.Alternatives) {
		s.before = out
		found, err := s.best(ctx)
		if err != nil {
			return nil, err
		}
		if found == nil {
			break
		}
		out = append(out, *found)
	}
	if len(out) == 0 {
		return nil, ErrTooFew
	}
	return out, nil
}

// search is the state of a branch and bound. A node is a set of chosen people and the candidates that come after in
// order.
type search struct {
	Problem
	n      int
	pair   [][]float64 // what a pair adds to Value: its share of the means
	never  [][]bool
	must   []bool
	wanted int
	before []Team

	top       [][]float64 // top[v][k] is the sum of the k largest pairs of v with anybody
	holder    []int
	value     float64 // of holder, skills included; holder is the best team so far
	nodes     int
	work      int     // pairs looked at
	open      float64 // the largest bound of what was not looked at
	cancelled error
}

func newSearch(p Problem) (*search, error) {
	n := len(p.Skills)
	switch {
	case p.Need > MaxSkills:
		return nil, ErrTooManySkills
	case n > MaxPeople:
		return nil, ErrTooManyPeople
	case p.Size < 1 || p.Size > MaxSize:
		return nil, ErrSize
	case n < p.Size:
		return nil, ErrTooFew
	}
	s := &search{Problem: p, n: n, wanted: Wanted(p.Size), must: make([]bool, n)}
	for _, m := range p.Must {
		if m < 0 || m >= n {
			return nil, ErrPerson
		}
		s.must[m] = true
	}
	s.Must = nil
	for v := range n {
		if s.must[v] {
			s.Must = append(s.Must, v) // named twice is one place
		}
	}
	if len(s.Must) > p.Size {
		return nil, ErrMustSize
	}
	if len(p.Newcomer) != n {
		s.Newcomer = make([]bool, n)
	}
	s.pair, s.never = make([][]float64, n), make([][]bool, n)
	share := 1.0
	if p.Size > 1 {
		share = 2 / float64(p.Size*(p.Size-1))
	}
	for v := range n {
		s.pair[v], s.never[v] = make([]float64, n), make([]bool, n)
	}
	for a := range n {
		for b := range a {
			w := share * (p.Trust(a, b) - CostWeight*p.Cost(a, b))
			s.pair[a][b], s.pair[b][a] = w, w
		}
	}
	for _, pair := range p.Never {
		a, b := pair[0], pair[1]
		if a < 0 || b < 0 || a >= n || b >= n {
			return nil, ErrPerson
		}
		if s.must[a] && s.must[b] {
			return nil, ErrContradiction
		}
		s.never[a][b], s.never[b][a] = true, true
	}
	s.top = make([][]float64, n)
	for v := range n {
		row := make([]float64, 0, n)
		for u := range n {
			if u != v && !s.never[u][v] {
				row = append(row, s.pair[v][u])
			}
		}
		slices.SortFunc(row, func(a, b float64) int { return cmp.Compare(b, a) })
		s.top[v] = make([]float64, p.Size+1)
		for k := 1; k <= p.Size; k++ {
			s.top[v][k] = s.top[v][k-1]
			if k <= len(row) {
				s.top[v][k] += row[k-1]
			}
		}
	}
	return s, nil
}

// newcomers returns what so many new faces add to the value.
func (s *search) newcomers(count int) float64 {
	if s.wanted == 0 {
		return 0
	}
	return NewcomerWeight * float64(min(count, s.wanted)) / float64(s.wanted)
}

// worth is the value of a whole team with what its missing skills cost.
func (s *search) worth(members []int) float64 {
	sum, covered, count := 0.0, uint64(0), 0
	for i, a := range members {
		covered |= s.Skills[a]
		if s.Newcomer[a] {
			count++
		}
		for _, b := range members[:i] {
			sum += s.pair[a][b]
		}
	}
	return sum + s.newcomers(count) + s.alone() - uncovered*float64(s.Need-bits.OnesCount64(covered))
}

// alone is the trust of a team of one.
func (s *search) alone() float64 {
	if s.Size == 1 {
		return 1
	}
	return 0
}

// different says whether a whole team differs enough from those before it.
func (s *search) different(members []int) bool {
	least := max(1, s.Size/3)
	for _, t := range s.before {
		same := 0
		for _, m := range members {
			if slices.Contains(t.Members, m) {
				same++
			}
		}
		if same > s.Size-least {
			return false
		}
	}
	return true
}

// best returns the best team that differs from those before it, nil when there is none.
func (s *search) best(ctx context.Context) (*Team, error) {
	s.holder, s.value, s.nodes, s.work, s.open, s.cancelled = nil, -1e9, 0, 0, -1e9, nil
	s.exchange()
	var candidates []int
	for v := range s.n {
		if !s.must[v] && !slices.ContainsFunc(s.Must, func(m int) bool { return s.never[m][v] }) {
			candidates = append(candidates, v)
		}
	}
	chosen := slices.Clone(s.Must)
	fixed := 0.0
	for i, a := range chosen {
		for _, b := range chosen[:i] {
			fixed += s.pair[a][b]
		}
	}
	s.branch(ctx, chosen, candidates, fixed)
	if s.cancelled != nil {
		return nil, s.cancelled
	}
	if s.holder == nil {
		return nil, nil
	}
	return s.team(), nil
}

func (s *search) team() *Team {
	t := &Team{Members: slices.Sorted(slices.Values(s.holder)), Trust: 1}
	pairs := 0
	trust := 0.0
	for i, a := range t.Members {
		t.Covered |= s.Skills[a]
		if s.Newcomer[a] {
			t.Newcomers++
		}
		for _, b := range t.Members[:i] {
			trust += s.Trust(a, b)
			t.Cost += s.Cost(a, b)
			pairs++
		}
	}
	if pairs > 0 {
		t.Trust, t.Cost = trust/float64(pairs), t.Cost/float64(pairs)
	}
	t.Value = t.Trust - CostWeight*t.Cost + s.newcomers(t.Newcomers)
	if t.Gap = max(0, s.open-s.value); t.Gap < 1e-9 {
		t.Exact, t.Gap = true, 0
	}
	return t
}
