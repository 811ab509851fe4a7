package proposal

import (
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
}

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
