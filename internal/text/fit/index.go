package fit

import "slices"

// Index holds offers, so that those which may meet a need are found without looking at all of them. The zero Index is
// ready for use.
type Index struct {
	offers []Offer
	skills map[*skill][]int // by the widest skill
	stems  [2]map[string][]int
	words  map[string][]int
}

// Add takes in an offer. Offers are numbered in the order in which they come.
func (x *Index) Add(o Offer) {
	if x.skills == nil {
		x.skills, x.words = map[*skill][]int{}, map[string][]int{}
		x.stems = [2]map[string][]int{{}, {}}
	}
	n := len(x.offers)
	x.offers = append(x.offers, o)
	for i := range o.units {
		u := &o.units[i]
		if u.skill != nil {
			x.skills[u.skill.widest()] = append(x.skills[u.skill.widest()], n)
			continue
		}
		x.words[u.word] = append(x.words[u.word], n)
		for k, stem := range u.stems {
			x.stems[k][stem] = append(x.stems[k][stem], n)
		}
	}
}

// widest is what a skill is a part of in the end, or the skill itself.
func (s *skill) widest() *skill {
	for s.above != nil {
		s = s.above
	}
	return s
}

// Met calls with the number of each offer that meets a need by at least the floor, in their order, and how well.
func (x *Index) Met(n Need, found func(offer int, much float64)) {
	var may []int
	for i := range n.head {
		u := &n.head[i]
		if u.skill != nil {
			may = append(may, x.skills[u.skill.widest()]...)
			continue
		}
		for k, stem := range u.stems {
			may = append(may, x.stems[k][stem]...)
		}
		for word, offers := range x.words {
			if ofCompound(u.word, word) > 0 {
				may = append(may, offers...)
			}
		}
	}
	slices.Sort(may)
	for _, i := range slices.Compact(may) {
		if much := n.Met(x.offers[i]); much >= Floor {
			found(i, much)
		}
	}
}
