// Package today asks the principles for moves and picks at most seven: the best, varied, never the same person twice.
package today

import (
	"slices"
	"strings"

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

	// samePrinciple is the same for moves of one principle: there are seven, and a day should have something of most.
	samePrinciple = 0.6
)

// worth is what a move is worth before the day's other moves are looked at.
func worth(m move.Move) float64 {
	return m.Value * effortHalf / (effortHalf + float64(m.EffortMinutes))
}

// Pick chooses at most n of the moves. It takes the most worthy first; each that is taken makes others of its kind and
// principle worth less. Equal ones are taken in the order of their keys, so that a day does not change by itself.
func Pick(moves []move.Move, n int) []move.Move {
	left := slices.Clone(moves)
	slices.SortFunc(left, func(a, b move.Move) int { return strings.Compare(a.Key, b.Key) })
	kinds, principles := map[string]float64{}, map[string]float64{}
	taken := map[id.ID]bool{}
	factor := func(m map[string]float64, key string) float64 {
		if f, ok := m[key]; ok {
			return f
		}
		return 1
	}
	out := []move.Move{}
	for len(out) < n {
		best, bestWorth := -1, 0.0
		for i, m := range left {
			if slices.ContainsFunc(m.People, func(p move.Person) bool { return taken[p.ID] }) {
				continue
			}
			if w := worth(m) * factor(kinds, m.Kind) * factor(principles, m.Principle); w > bestWorth {
				best, bestWorth = i, w
			}
		}
		if best < 0 {
			break
		}
		m := left[best]
		left = slices.Delete(left, best, best+1)
		out = append(out, m)
		kinds[m.Kind] = factor(kinds, m.Kind) * sameKind
		principles[m.Principle] = factor(principles, m.Principle) * samePrinciple
		for _, p := range m.People {
			taken[p.ID] = true
		}
	}
	return out
}
