package praise

import (
	"cmp"
	"slices"

	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// Share is how somebody had a part in something.
type Share string

// The shares, the closest to the work first.
const (
	ShareAchieved Share = "achieved" // it, with others
	ShareGave     Share = "gave"
	ShareHelped   Share = "helped"
	ShareMet      Share = "met"
)

var shareWeight = map[Share]float64{ShareAchieved: 1, ShareGave: 1, ShareHelped: 1, ShareMet: 0.4}

// Part is something that somebody did which may have had a part in something.
type Part struct {
	room.Knowledge
	Share Share
}

const (
	// mostCredited is how many people are named, mostParts how much is told of each.
	mostCredited = 30
	mostParts    = 4
)

// credit finds who had a part in something, of what is known of people, the largest part first. What is delicate is
// no credit.
func credit(what string, parts []Part, refs map[id.ID]people.Ref) []Credited {
	sought := terms(what)
	found, weight := map[id.ID]*Credited{}, map[id.ID]float64{}
	for _, p := range parts {
		ref, ok := refs[p.Person]
		if !ok || tact.Delicate(p.Text) {
			continue
		}
		has := terms(p.Text)
		n := 0
		for term := range sought {
			if has[term] {
				n++
			}
		}
		if n == 0 || 2*n < len(sought) && n < 2 {
			continue
		}
		key := ref.ID
		if found[key] == nil {
			found[key] = &Credited{Person: ref, Parts: []PartOutput{}}
		}
		c := found[key]
		weight[key] += shareWeight[p.Share] * float64(n) / float64(len(sought))
		same := func(x PartOutput) bool { return x.Text == p.Text && x.Share == string(p.Share) }
		if len(c.Parts) < mostParts && !slices.ContainsFunc(c.Parts, same) {
			c.Parts = append(c.Parts, PartOutput{Share: string(p.Share), Text: p.Text, At: p.At})
		}
	}
	out := []Credited{}
	for _, c := range found {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Credited) int {
		return cmp.Or(cmp.Compare(weight[b.Person.ID], weight[a.Person.ID]),
			cmp.Compare(a.Person.Name, b.Person.Name), a.Person.ID.Compare(b.Person.ID))
	})
	return out[:min(len(out), mostCredited)]
}

// terms are the words of a text that say something, each once; in both languages, since what somebody gave may be
// noted in either.
func terms(s string) map[string]bool {
	out := map[string]bool{}
	for _, term := range text.Terms(s, "") {
		out[term] = true
	}
	return out
}
