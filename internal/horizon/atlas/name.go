package atlas

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Kind is what a trait says of somebody.
type Kind uint8

// The kinds of traits, the most telling name of a circle first.
const (
	Organisation Kind = iota
	Department        // of a formal chart
	Tag
	Theme // what they do
	Place
)

// Trait is something that several people can have in common.
type Trait struct {
	Kind Kind
	Text string
}

const (
	// leastShare is the part of a circle that must have a trait which names it, and leastHolders how many people: a
	// name that fits one in ten would be a rumour.
	leastShare   = 0.2
	leastHolders = 3

	// apartFrom is from which z on a trait sets a circle apart: one in a thousand would by chance.
	apartFrom = 3.1

	// whole is from which share on one trait says enough.
	whole = 0.6
)

// tried is a trait that may name a circle.
type tried struct {
	Trait
	z, share float64
}

// name calls each circle after the traits that set it apart: those whose log-odds in the circle beside the rest of the
// map, with a prior of all of the map, lie furthest from nought for their uncertainty (Monroe, Colaresi & Quinn 2008:
// Fightin' words); a circle within another is set apart from the rest of that one. A circle that nothing sets apart has
// no traits. No two circles have the same ones.
func name(a *Atlas, s Source) {
	if s.Traits == nil {
		return
	}
	all := map[Trait]float64{}
	inCircle, inWithin := make([]map[Trait]float64, len(a.Circles)), make([]map[Trait]float64, len(a.Within))
	count := func(in []map[Trait]float64, at uint32, t Trait) {
		if at == Nobody {
			return
		}
		if in[at] == nil {
			in[at] = map[Trait]float64{}
		}
		in[at][t]++
	}
	seen := map[Trait]bool{}
	for place, node := range a.Nodes {
		clear(seen)
		circle, within := a.CircleOf(uint32(place)), a.WithinOf(uint32(place))
		for _, t := range s.Traits(node) {
			if t.Text == "" || seen[t] {
				continue
			}
			seen[t] = true
			all[t]++
			count(inCircle, circle, t)
			count(inWithin, within, t)
		}
	}
	taken := map[string]bool{}
	for i := range a.Circles {
		c := &a.Circles[i]
		c.Traits = choose(telling(inCircle[i], c.Count, all, len(a.Nodes), len(a.Circles) == 1), taken)
	}
	for i := range a.Within {
		c := &a.Within[i]
		whole := &a.Circles[c.In]
		if i == whole.FirstInner {
			clear(taken) // within another circle the same name may stand again
			taken[keyOf(whole.Traits)] = true
		}
		c.Traits = choose(telling(inWithin[i], c.Count, inCircle[c.In], whole.Count, false), taken)
	}
}

// telling are the traits that may name a circle of so many among so many, the best first.
func telling(here map[Trait]float64, count int, all map[Trait]float64, people int, alone bool) []tried {
	var list []tried
	for t, n := range here {
		one := tried{t, apart(n, float64(count), all[t], float64(people)), n / float64(count)}
		if n >= leastHolders && one.share >= leastShare && (one.z >= apartFrom || alone) {
			list = append(list, one)
		}
	}
	// A trait that more than half have goes before one that sets fewer apart more sharply.
	slices.SortFunc(list, func(x, y tried) int {
		return cmp.Or(cmp.Compare(y.worth(), x.worth()), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Text, y.Text))
	})
	return list
}

// worth orders traits: z, times the root of the share, so that the name fits many, and less for a place, which says
// little of why people know each other.
func (t tried) worth() float64 {
	by := [...]float64{Organisation: 1, Department: 1, Tag: 0.9, Theme: 0.8, Place: 0.6}
	return t.z * math.Sqrt(t.share) * by[t.Kind]
}

// choose takes the first trait, and a second one where the first does not fit most, or another circle has it already.
func choose(list []tried, taken map[string]bool) []string {
	key := keyOf
	for i, first := range list {
		one := []string{first.Text}
		if first.share >= whole && !taken[key(one)] {
			taken[key(one)] = true
			return one
		}
		for _, second := range list[i+1:] {
			if second.Kind == first.Kind && second.Kind == Place || strings.EqualFold(second.Text, first.Text) {
				continue
			}
			if two := []string{first.Text, second.Text}; !taken[key(two)] {
				taken[key(two)] = true
				return two
			}
		}
		if !taken[key(one)] {
			taken[key(one)] = true
			return one
		}
	}
	return nil
}

// keyOf is what tells names of circles apart.
func keyOf(traits []string) string { return strings.ToLower(strings.Join(traits, "\n")) }

// apart returns the z of the log-odds of a trait that here of n people have in a circle, beside those of the rest of
// the map, where all of n have it; the prior is the trait in all of the map, as heavy as ten people.
func apart(here, n, all, people float64) float64 {
	const weight = 10
	prior := weight * all / people
	rest, others := all-here, people-n
	odds := math.Log((here+prior)/(n-here+weight-prior)) - math.Log((rest+prior)/(others-rest+weight-prior))
	return odds / math.Sqrt(1/(here+prior)+1/(rest+prior))
}
