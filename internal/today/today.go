// Package today asks the principles for moves and picks at most seven: the best, varied, never the same person twice.
package today

import (
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/move"
)

const (
	// Most is how many moves a day has at most.
	Most = 7

	// effortHalf is the effort in minutes at which a move counts for half of one without effort: small gestures come
	// first.
	effortHalf = 30.0

	// sameKind is what each further move of one kind counts for, so that the day is varied.
	sameKind = 0.55

	// asked is what a move is worth that the viewer asked for: more than any that is only proposed.
	asked = 10

	// samePrinciple is the same for moves of one principle: there are seven, and a day should have something of most.
	samePrinciple = 0.6

	// mostOfAKind and mostOfAPrinciple are how many of either a day has at most, and mostPressing how many of a kind
	// that press.
	mostOfAKind      = 2
	mostOfAPrinciple = 2
	mostPressing     = 4

	// paceDays is over how many days what there is of a principle is spread.
	paceDays = 10

	// restOfKind is for how long a kind counts for less after one of it was done.
	restOfKind = 36 * time.Hour

	// restFor is how long somebody is left alone after a move about them, and how long what was done counts.
	restFor = 7 * 24 * time.Hour

	// kindOfDays are birthdays and such, which are a reason of their own.
	kindOfDays = "date"

	// kindOfNeeds are needs of which nothing is known that meets them.
	kindOfNeeds = "need"
)

// worth is what a move is worth before the day's other moves are looked at.
func worth(m move.Move) float64 {
	return m.Value * effortHalf / (effortHalf + float64(m.EffortMinutes))
}

// Past is a move that was done.
type Past struct {
	Principle string
	Kind      string
	People    []id.ID
	At        time.Time
}

// history is what was done in the last days, as far as it makes moves of today wait.
type history struct {
	principles, kinds map[string]time.Time // when the last of each was done
	people            map[id.ID]time.Time  // when the last move about somebody was done, of those done within a week
	days              map[id.ID]bool       // there was a day of theirs among them
}

func historyOf(past []Past, now time.Time) history {
	h := history{map[string]time.Time{}, map[string]time.Time{}, map[id.ID]time.Time{}, map[id.ID]bool{}}
	latest := func(last map[string]time.Time, key string, at time.Time) {
		if at.After(last[key]) {
			last[key] = at
		}
	}
	for _, p := range past {
		latest(h.principles, p.Principle, p.At)
		latest(h.kinds, p.Kind, p.At)
		if now.Sub(p.At) >= restFor {
			continue
		}
		for _, person := range p.People {
			if p.At.After(h.people[person]) {
				h.people[person] = p.At
			}
			h.days[person] = h.days[person] || p.Kind == kindOfDays
		}
	}
	return h
}

// rests says whether the move is about somebody of whom one was done within a week, and nothing came up since.
func (h history) rests(m move.Move) bool {
	for _, p := range m.People {
		at, done := h.people[p.ID]
		switch {
		case !done:
		case m.Kind == kindOfDays && h.days[p.ID], !m.Pressing && !m.Asked && !arose(m).After(at):
			return true
		}
	}
	return false
}

// paced returns how many moves of each principle a day may have that do not press, so that what there is of each lasts:
// a tenth of it a day, and where that is less than one, one after so many days that ten days see one.
func (h history) paced(left []move.Move, now time.Time) map[string]int {
	there := map[string]int{}
	for _, m := range left {
		there[m.Principle]++
	}
	out := map[string]int{}
	for principle, n := range there {
		out[principle] = n / paceDays
		last, done := h.principles[principle]
		if !done || now.Sub(last).Hours()/24+0.5 >= paceDays/float64(n) {
			out[principle]++
		}
		out[principle] = min(out[principle], mostOfAPrinciple)
	}
	return out
}

// arose is when the reason for a move arose, as far as that is known: the last moment among its evidence.
func arose(m move.Move) time.Time {
	var out time.Time
	for _, e := range m.Evidence {
		if e.Time != nil && e.Time.After(out) {
			out = *e.Time
		}
	}
	return out
}

// Pick chooses at most n of the moves, after what was done in the days before. What the viewer asked for goes first,
// then the most worthy; of what does not press, each principle has as many as its pace allows. Each that is taken makes
// others of its kind and principle worth less, and equal ones are taken in the order of their keys, so that a day does
// not change by itself.
func Pick(moves []move.Move, past []Past, now time.Time, n int) []move.Move {
	before := historyOf(past, now)
	left := slices.DeleteFunc(slices.Clone(moves), before.rests)
	slices.SortFunc(left, func(a, b move.Move) int { return strings.Compare(a.Key, b.Key) })
	pace := before.paced(left, now)
	kinds, principles := map[string]int{}, map[string]int{}
	taken := map[id.ID]bool{}
	out := []move.Move{}
	for len(out) < n {
		best, bestWorth := -1, 0.0
		for i, m := range left {
			switch {
			case m.Pressing && !m.Asked && kinds[m.Kind] >= mostPressing,
				!m.Pressing && !m.Asked && (kinds[m.Kind] >= mostOfAKind ||
					principles[m.Principle] >= pace[m.Principle]),
				slices.ContainsFunc(m.People, func(p move.Person) bool { return taken[p.ID] }):
				continue
			}
			w := worth(m) * math.Pow(sameKind, float64(kinds[m.Kind])) *
				math.Pow(samePrinciple, float64(principles[m.Principle]))
			if last, done := before.kinds[m.Kind]; done && now.Sub(last) < restOfKind && !m.Pressing {
				w *= sameKind
			}
			if m.Asked {
				w = asked + worth(m)
			}
			if w > bestWorth {
				best, bestWorth = i, w
			}
		}
		if best < 0 {
			break
		}
		m := left[best]
		left = slices.Delete(left, best, best+1)
		out = append(out, m)
		kinds[m.Kind]++
		principles[m.Principle]++
		for _, p := range m.People {
			taken[p.ID] = true
		}
	}
	return out
}
