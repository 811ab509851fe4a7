package horizon

import (
	"cmp"
	"math"
	"slices"

	"gave.network/internal/tie"
)

// counts is how many people are of each value of each trait, values by their numbers in a traitTable; 0 is not counted.
type counts struct {
	of    [len(traits)][]int
	known [len(traits)]int
	same  [len(traits)]int // ordered pairs of two who are the same
}

func countsOf(table *traitTable, nodes []uint32) *counts {
	out := &counts{}
	for k := range traits {
		out.of[k] = make([]int, len(table.values[k]))
	}
	for _, n := range nodes {
		out.add(table.of[n])
	}
	return out
}

// add counts one more.
func (c *counts) add(values [len(traits)]uint32) {
	for k, value := range values {
		if value > 0 {
			c.same[k] += 2 * c.of[k][value]
			c.of[k][value]++
			c.known[k]++
		}
	}
}

// differ is the chance that two of the people differ in a trait who are drawn at random from those of whom it is known:
// one minus the index of Simpson (Measurement of diversity, 1949), drawn without putting back, which is known as that
// of Blau (1977) where it is put back. From 0 to 1; 0 where it is known of fewer than two.
func (c *counts) differ(trait int) float64 { return differ(c.same[trait], c.known[trait]) }

func differ(same, known int) float64 {
	if known < 2 {
		return 0
	}
	return 1 - float64(same)/(float64(known)*float64(known-1))
}

// entropy is that of Shannon (1948) in a trait over its greatest for so many values, which is the evenness of Pielou
// (1966): from 0, all are the same, to 1, each value is as common as the next. It is 0 where there is but one value.
// effective is how many equally common values would have as much of it: the number of Hill (1973) of order one.
func (c *counts) entropy(trait int) (even, effective float64, values int) {
	sum := 0.0
	for _, n := range c.of[trait] {
		if n > 0 {
			share := float64(n) / float64(c.known[trait])
			sum -= share * math.Log(share)
			values++
		}
	}
	if values > 1 {
		even = sum / math.Log(float64(values))
	}
	if values > 0 {
		effective = math.Exp(sum)
	}
	return even, effective, values
}

// gain is by how much one more person raises the chance that two differ, the mean over the traits; below 0 where they
// make the network more of the same. What is not known of them changes nothing.
func (c *counts) gain(values [len(traits)]uint32) float64 {
	sum := 0.0
	for k, value := range values {
		if value > 0 {
			sum += differ(c.same[k]+2*c.of[k][value], c.known[k]+1) - c.differ(k)
		}
	}
	return sum / float64(len(traits))
}

// reach is how many others stand within one, two and three ties of somebody over some of those whom they know.
type reach [3]int

// reached returns within how many ties each node of a view stands from somebody, over some of those whom they know: 0
// for who is farther than three, and for themselves.
func reached(view *tie.View, me uint32, over []uint32) (steps []uint8, out reach) {
	steps = make([]uint8, view.Graph.N())
	front := slices.Clone(over)
	for _, n := range front {
		steps[n] = 1
	}
	for k := range out {
		if k > 0 {
			var next []uint32
			for _, n := range front {
				for _, u := range view.Graph.Neighbors(n) {
					if u != me && steps[u] == 0 {
						steps[u] = uint8(k + 1)
						next = append(next, u)
					}
				}
			}
			front = next
		}
		out[k] = len(front)
		if k > 0 {
			out[k] += out[k-1]
		}
	}
	return steps, out
}

// Wider is somebody who would make a network more diverse: an acquaintance to be, or a dormant tie to be woken.
type Wider struct {
	Node    uint32
	Dormant bool
	Gain    float64 // of the chance that two differ, the mean over the traits
	Opens   int     // who comes within two steps and is not
	Through []Introduction
	trust   float64 // how well it would work: the chance of an introduction, or of waking
}

// mostWider is how many of either kind are told.
const mostWider = 3

// widen returns who would make a network more diverse, of each kind the first few: who adds most to the chance that two
// differ, among those who add the same whoever is easier to come by. Nobody is among them who adds nothing.
//
// take is asked of each acquaintance to be when it is their turn, and refuses who is not to come after those before.
func widen(
	view *tie.View, me uint32, table *traitTable, awake *counts, within []uint8, list []Wider, take func(n uint32) bool,
) []Wider {
	beyond := func(n uint32) bool { return n != me && (within[n] == 0 || within[n] > 2) }
	var kinds [2][]Wider
	for _, w := range list {
		// What is the same but for rounding is the same.
		if w.Gain = math.Round(1e9*awake.gain(table.of[w.Node])) / 1e9; w.Gain <= 0 {
			continue
		}
		kind := 0
		if w.Dormant {
			kind = 1
		}
		kinds[kind] = append(kinds[kind], w)
	}
	var out []Wider
	for _, of := range kinds {
		slices.SortFunc(of, func(a, b Wider) int {
			return cmp.Or(cmp.Compare(b.Gain, a.Gain), cmp.Compare(b.trust, a.trust), cmp.Compare(a.Node, b.Node))
		})
		told := 0
		for _, w := range of {
			if told == mostWider {
				break
			}
			if !w.Dormant && !take(w.Node) {
				continue
			}
			told++
			for _, u := range view.Graph.Neighbors(w.Node) {
				if beyond(u) {
					w.Opens++
				}
			}
			if beyond(w.Node) {
				w.Opens++
			}
			out = append(out, w)
		}
	}
	return out
}

// introducible returns the friends of friends whom somebody is likely enough to introduce; of each the best chance.
func introducible(view *tie.View, me uint32, may func(n uint32) bool) (out []Wider) {
	chance, known := make([]float64, view.Graph.N()), make([]bool, view.Graph.N())
	known[me] = true
	mine, strengths := view.Graph.Neighbors(me), view.Graph.Weights(me)
	for _, n := range mine {
		known[n] = true
	}
	for i, n := range mine {
		if !may(n) {
			continue
		}
		weights := view.Graph.Weights(n)
		for k, u := range view.Graph.Neighbors(n) {
			if !known[u] {
				chance[u] = max(chance[u], strengths.At(i)*weights.At(k)*tie.HopFactor)
			}
		}
	}
	for u, best := range chance {
		if best >= leastIntroduction && may(uint32(u)) {
			out = append(out, Wider{Node: uint32(u), trust: best})
		}
	}
	return out
}

// introductions are those who can introduce somebody, the likeliest first.
func introductions(view *tie.View, me, to uint32, may func(n uint32) bool) (out []Introduction) {
	weights := view.Graph.Weights(to)
	for k, n := range view.Graph.Neighbors(to) {
		if own, tied := view.Graph.Weight(me, n); tied && may(n) {
			if chance := own * weights.At(k) * tie.HopFactor; chance >= leastIntroduction {
				out = append(out, Introduction{n, chance})
			}
		}
	}
	slices.SortFunc(out, func(a, b Introduction) int {
		return cmp.Or(cmp.Compare(b.Chance, a.Chance), cmp.Compare(a.Node, b.Node))
	})
	return out
}
