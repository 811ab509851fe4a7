package colleagues

// support is how the votes on a proposal stand before anybody is talked to.
type support struct {
	people int
	votes  [4]float64 // in the order of standings
}

// standings are how somebody can stand to a proposal: the word, and the class of the bar.
var standings = [4]struct{ word, class string }{
	{"in favour", "for"}, {"leaning in favour", "leaning"}, {"you do not know", "unknown"}, {"against", "against"},
}

// supportOf says of a proposal how many votes stand where.
func supportOf(b *ballot) support {
	var out support
	for _, one := range b.People {
		person := asPerson(one, moved{})
		if person.Weight <= 0 {
			continue
		}
		out.people++
		switch {
		case person.Spread == unknownSpread || person.Stance > -0.2 && person.Stance <= 0.2:
			out.votes[2] += person.Weight
		case person.Stance > 0.6:
			out.votes[0] += person.Weight
		case person.Stance > 0.2:
			out.votes[1] += person.Weight
		default:
			out.votes[3] += person.Weight
		}
	}
	return out
}

// part is one part of the bar, of 100.
type part struct {
	word, class string
	from, share float64
}

// parts are the parts of the bar that are not empty.
func (s support) parts() []part {
	all := 0.0
	for _, votes := range s.votes {
		all += votes
	}
	var out []part
	from := 0.0
	for i, votes := range s.votes {
		if votes > 0 {
			share := 100 * votes / all
			out = append(out, part{standings[i].word, standings[i].class, from, share})
			from += share
		}
	}
	return out
}
