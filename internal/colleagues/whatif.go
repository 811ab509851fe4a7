package colleagues

import (
	"math"
	"slices"
)

// Where somebody stands as it is set on a page: from against to in favour, in steps.
const (
	farAgainst, undecided, farInFavour = 0, 50, 100
	stanceStep                         = 10
)

// supposition is a proposal otherwise: by the line of those who decide, where they would stand, and who would not vote.
type supposition struct {
	stands  map[int]int
	without map[int]bool
}

func (s supposition) empty() bool { return len(s.stands)+len(s.without) == 0 }

// of returns the proposal as it would be. What is supposed of somebody is taken for sure; who does not vote is still
// heeded by others.
func (s supposition) of(b *ballot) *ballot {
	out := *b
	out.People = slices.Clone(b.People)
	for i := range out.People {
		one := &out.People[i]
		if place, ok := s.stands[one.line]; ok {
			stance, sure := float64(place-undecided)/(farInFavour-undecided), 1.0
			one.Stance, one.Certainty = &stance, &sure
		}
		if s.without[one.line] {
			none := 0.0
			one.Weight = &none
		}
	}
	return &out
}

// place is where somebody stands, as it is set on a page: in the middle for who is not known.
func (one voter) place() int {
	if one.Stance == nil {
		return undecided
	}
	return undecided + stanceStep*int(math.Round(*one.Stance*float64(farInFavour-undecided)/stanceStep))
}

// stanceWord is a place in a word.
func stanceWord(place int) string {
	switch {
	case place > 80:
		return "in favour"
	case place > 60:
		return "leaning in favour"
	case place >= 40:
		return "undecided"
	case place >= 20:
		return "leaning against"
	}
	return "against"
}

// mostSliders is how many of those who decide can be moved on a page: the first.
const mostSliders = 40

// decider is somebody who decides, as the page shows them.
type decider struct {
	deciding
	place    int // where the proposal says they stand
	supposed int // where they are supposed to stand
	without  bool
}

// deciders are those who decide, with what is supposed of them.
func deciders(b *ballot, list []deciding, s supposition) []decider {
	place := map[int]int{}
	for _, one := range b.People {
		place[one.line] = one.place()
	}
	var out []decider
	for _, d := range list[:min(len(list), mostSliders)] {
		one := decider{d, place[d.line], place[d.line], s.without[d.line]}
		if at, ok := s.stands[d.line]; ok {
			one.supposed = at
		}
		out = append(out, one)
	}
	return out
}

// supposing says what is supposed of somebody, in a key of translation; empty when nothing is.
func (d decider) supposing() string {
	switch {
	case d.without:
		return "does not vote"
	case d.supposed != d.place:
		return stanceWord(d.supposed)
	}
	return ""
}
