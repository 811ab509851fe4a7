package proposal

import (
	"cmp"
	"context"
	"slices"
)

const (
	// MostPoints is of how many numbers of talks a course says what comes of them.
	MostPoints = 8

	// mostOthers is of how many talks, the first, it is said who could stand in.
	mostOthers = 3

	// mostPlanned is up to how many talks of a plan it is said who else would help: beside more nobody matters much,
	// and looking for them takes long.
	mostPlanned = 80

	// leastGain is the share of the votes, and of the times that the proposal carries, that somebody has to bring to be
	// named beside a plan. A judgement: less is not worth a talk.
	leastGain = 0.02
)

// Point is what may be expected once so many talks, the first of a plan, have won people over.
type Point struct {
	Talks   int
	Support Support
}

// Other is somebody who is not in a plan and would help.
type Other struct {
	Person int
	// For is whom of the plan this person would stand in for; -1 for somebody who would help beside all of them.
	For     int
	Support Support
}

// Prospect is what comes of a plan when it is done in part, or with others.
type Prospect struct {
	Course []Point // by the number of talks, from none to all
	Others []Other // the first stands in for the first of the plan; none twice
	// Rests are on whom it rests, who matters the most first: what comes of the plan without them.
	Rests []Rest
}

// Rest is what comes of a plan when one person turns out otherwise.
type Rest struct {
	Person int
	// Talk says that this person is of the plan and the talk comes to nothing; else this person has a vote and turns
	// out to be against.
	Talk   bool
	Chance float64
}

const (
	// leastRest is by how much the chance has to fall for it to be said that it rests on somebody.
	leastRest = 0.05

	// mostTurned is of how many of those who vote, the heaviest, it is looked what comes of it when they are against.
	mostTurned = 40
)

// Ahead returns what comes of talking to these people, in this order, and who else would help.
func Ahead(ctx context.Context, p Problem, order []int) (*Prospect, error) {
	m, err := newModel(ctx, p)
	if err != nil {
		return nil, err
	}
	out := &Prospect{}
	for _, talks := range spaced(len(order)) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out.Course = append(out.Course, Point{talks, m.support(order[:talks])})
	}
	if len(order) > mostPlanned {
		return out, ctx.Err()
	}
	if out.Rests, err = m.rests(ctx, order); err != nil {
		return nil, err
	}
	add := func(set []int, instead int) {
		best := m.another(set, order)
		if best < 0 || slices.ContainsFunc(out.Others, func(o Other) bool { return o.Person == best }) {
			return
		}
		with := m.support(append(slices.Clip(set), best))
		if with.Chance-m.support(set).Chance >= leastGain {
			out.Others = append(out.Others, Other{best, instead, with})
		}
	}
	for i, person := range order[:min(len(order), mostOthers)] {
		add(slices.Delete(slices.Clone(order), i, i+1), person)
	}
	add(order, -1)
	return out, ctx.Err()
}

// rests returns on whom a plan rests.
func (m *model) rests(ctx context.Context, plan []int) ([]Rest, error) {
	with := m.chance(plan, nobody, 0)
	var out []Rest
	add := func(person int, talk bool, chance float64) {
		if with-chance >= leastRest {
			out = append(out, Rest{person, talk, chance})
		}
	}
	for i, person := range plan {
		add(person, true, m.chance(slices.Delete(slices.Clone(plan), i, i+1), nobody, 0))
	}
	voters := slices.DeleteFunc(slices.Clone(m.voters), func(i int) bool {
		return slices.Contains(plan, i) || m.People[i].Stance == -1 && m.People[i].Spread == 0
	})
	slices.SortStableFunc(voters, func(a, b int) int { return cmp.Compare(m.People[b].Weight, m.People[a].Weight) })
	steps := work / 4
	for _, i := range voters[:min(len(voters), mostTurned)] {
		chance, took := m.chanceIn(append(slices.Clip(plan), i), i, 0)
		add(i, false, chance)
		if steps -= took; steps < 0 || ctx.Err() != nil {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Rest) int { return cmp.Compare(a.Chance, b.Chance) })
	return out, ctx.Err()
}

// another is who brings the most beside a set, of those who are not in the plan; -1 when nobody brings enough.
func (m *model) another(set, plan []int) int {
	best, most := -1, m.expected(set)+leastGain
	for i, p := range m.People {
		if !p.Reachable || slices.Contains(plan, i) {
			continue
		}
		if brings := m.expected(append(slices.Clip(set), i)); brings > most {
			best, most = i, brings
		}
	}
	return best
}

// spaced returns the numbers from 0 to most, or so many of them, evenly apart, that they are not too many.
func spaced(most int) []int {
	steps := min(most, MostPoints-1)
	out := []int{0}
	for i := 1; i <= steps; i++ {
		out = append(out, (i*most+steps/2)/steps)
	}
	return out
}
