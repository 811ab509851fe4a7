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

	// telling is from which z on a trait sets a circle apart: one in a thousand would by chance.
	telling = 3.1

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
// Fightin' words). A circle that nothing sets apart has no traits. No two circles have the same ones.
func name(a *Atlas, s Source) {
	if s.Traits == nil {
		return
	}
	all := map[Trait]float64{}
	inCircle := make([]map[Trait]float64, len(a.Circles))
	seen := map[Trait]bool{}
	sum := 0.0
	for place, node := range a.Nodes {
		clear(seen)
		circle := a.CircleOf(uint32(place))
		for _, t := range s.Traits(node) {
			if t.Text == "" || seen[t] {
				continue
			}
			seen[t] = true
			all[t]++
			sum++
			if circle != Nobody {
				if inCircle[circle] == nil {
					inCircle[circle] = map[Trait]float64{}
				}
				inCircle[circle][t]++
			}
		}
	}
	taken := map[string]bool{}
	people := float64(len(a.Nodes))
	for i := range a.Circles {
		c := &a.Circles[i]
		var list []tried
		for t, here := range inCircle[i] {
			one := tried{t, apart(here, float64(c.Count), all[t], people), here / float64(c.Count)}
			if here >= leastHolders && one.share >= leastShare && (one.z >= telling || len(a.Circles) == 1) {
				list = append(list, one)
			}
		}
		// A trait that more than half have goes before one that sets fewer apart more sharply.
		slices.SortFunc(list, func(x, y tried) int {
			return cmp.Or(cmp.Compare(y.worth(), x.worth()), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Text, y.Text))
		})
		c.Traits = choose(list, taken)
	}
}

// worth orders traits: z, times the root of the share, so that the name fits many, and less for a place, which says
// little of why people know each other.
func (t tried) worth() float64 {
	by := [...]float64{Organisation: 1, Tag: 0.9, Theme: 0.8, Place: 0.6}
	return t.z * math.Sqrt(t.share) * by[t.Kind]
}

// choose takes the first trait, and a second one where the first does not fit most, or another circle has it already.
func choose(list []tried, taken map[string]bool) []string {
	key := func(traits []string) string { return strings.ToLower(strings.Join(traits, "\n")) }
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

// apart returns the z of the log-odds of a trait that here of n people have in a circle, beside those of the rest of
// the map, where all of n have it; the prior is the trait in all of the map, as heavy as ten people.
func apart(here, n, all, people float64) float64 {
	const weight = 10
	prior := weight * all / people
	rest, others := all-here, people-n
	odds := math.Log((here+prior)/(n-here+weight-prior)) - math.Log((rest+prior)/(others-rest+weight-prior))
	return odds / math.Sqrt(1/(here+prior)+1/(rest+prior))
}
