package horizon

import (
	"cmp"
	"math"
	"slices"

	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// leastWindow is the strength below which a tie is no window: a contact once in eight years, or one of a mailing list
// long ago. Nothing is likely to come through it, whatever lies behind.
const leastWindow = 0.01

// Window is one tie of somebody, as a way to see what they do not see otherwise.
type Window struct {
	Node     uint32
	Strength float64
	// Difference is how rare it is what the other is, among the others one knows: the mean over all traits, from 0 to
	// 1. What is not known of somebody counts as no difference.
	Difference float64
	// Same and Known are, of each trait, how many of the others one knows are the same, and of how many it is known;
	// Known is 0 where it is not known of the other themselves.
	Same, Known [len(traits)]int
	// Opens is how many people are within two steps only over this tie.
	Opens int
	// Common is how many acquaintances the two have in common.
	Common int
	// Passage is how well news comes through, from 0 to 1.
	Passage float64
	// Worth orders windows: difference, times one and the doublings of whom it opens, times passage. 0 for no window.
	Worth float64
}

// passage says how well news comes through a tie of some strength: the inverted U 4 s (1 - s), which is highest at 0.5,
// a talk once a month, and 0 below leastWindow. It takes a tie to be told anything, and who is told everything hears
// little that is new. Of the men who found work through an acquaintance 56 % saw that one more than once a year and
// less than twice a week, 28 % less and 17 % more often (Granovetter 1973); a talk a month lies in the middle of that,
// on the scale of how often. In the experiments of LinkedIn it were moderately weak ties too (Rajkumar et al. 2022).
func passage(strength float64) float64 {
	if strength < leastWindow {
		return 0
	}
	return 4 * strength * (1 - strength)
}

// woken is the passage of a dormant tie: the trust that was there once, the less the longer ago; after ten years half.
func woken(state tie.State, now int64) float64 {
	const decade = 3650 * 86_400_000_000 // microseconds
	silent := float64(max(0, now-state.AsOf))
	return tie.Strength(state.Peak) * decade / (decade + silent)
}

// worth is what a window brings.
func worth(difference float64, opens int, passage float64) float64 {
	return difference * (1 + math.Log2(float64(1+opens))) * passage
}

// cover says of each node of a view how many of those whom somebody knows know it: 0, 1, or 2 for several.
type cover []uint8

// coverOf counts, without the one themselves and those whom they know.
func coverOf(view *tie.View, me uint32) cover {
	out, known := make(cover, view.Graph.N()), make([]bool, view.Graph.N())
	known[me] = true
	for _, n := range view.Graph.Neighbors(me) {
		known[n] = true
	}
	for _, n := range view.Graph.Neighbors(me) {
		for _, u := range view.Graph.Neighbors(n) {
			if !known[u] && out[u] < 2 {
				out[u]++
			}
		}
	}
	return out
}

// opened are those who are within two steps only over a node.
func (c cover) opened(view *tie.View, over uint32) (out []uint32) {
	for _, u := range view.Graph.Neighbors(over) {
		if c[u] == 1 {
			out = append(out, u)
		}
	}
	return out
}

// Windows returns all ties of somebody in a view as windows, in the order of the nodes, and who covers whom. passes
// says how well news comes through a tie; nil for what follows from its strength.
func Windows(
	view *tie.View, me uint32, of func(n uint32) Traits, passes func(n uint32, strength float64) float64,
) ([]Window, cover) {
	g := view.Graph
	mine, strengths := g.Neighbors(me), g.Weights(me)
	known := make([]bool, g.N())
	for _, n := range mine {
		known[n] = true
	}
	covered, usual := coverOf(view, me), usualOf(mine, of)
	out := make([]Window, 0, len(mine))
	for i, n := range mine {
		w := Window{Node: n, Strength: strengths.At(i)}
		for _, u := range g.Neighbors(n) {
			switch {
			case known[u]:
				w.Common++
			case u != me && covered[u] == 1:
				w.Opens++
			}
		}
		for k, value := range of(n) {
			others := usual.known[k] - 1 // without the tie itself
			if value == "" || others == 0 {
				continue
			}
			w.Same[k], w.Known[k] = usual.times[k][value]-1, others
			w.Difference += (1 - float64(w.Same[k])/float64(others)) / float64(len(traits))
		}
		if passes != nil {
			w.Passage = passes(n, w.Strength)
		} else {
			w.Passage = passage(w.Strength)
		}
		w.Worth = worth(w.Difference, w.Opens, w.Passage)
		out = append(out, w)
	}
	return out, covered
}

// best orders windows, those that bring the most first.
func best(list []Window) {
	slices.SortFunc(list, func(a, b Window) int {
		return cmp.Or(cmp.Compare(b.Worth, a.Worth), cmp.Compare(a.Node, b.Node))
	})
}

// Behind is where most of those work whom a tie opens.
type Behind struct {
	Organisation string `json:"organisation"`
	People       int    `json:"people"`
}

// leastBehind is how many people a window must open at one organisation for that one to be named.
const leastBehind = 2

// behind returns where most of some people work, of what may be brought up; nothing when no two work in one place.
func behind(everybody *people.Everybody, keys []id.ID, may func(organisation string) bool) Behind {
	times := map[string]int{}
	for _, key := range keys {
		if one := everybody.Of(key); one != nil && one.Organisation != "" {
			times[one.Organisation]++
		}
	}
	var out Behind
	for name, n := range times {
		if n >= leastBehind && (n > out.People || n == out.People && name < out.Organisation) && may(name) {
			out = Behind{name, n}
		}
	}
	return out
}
