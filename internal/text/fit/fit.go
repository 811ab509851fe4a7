// Package fit says how well what is known of somebody meets a need. A need has a head, which must be met (the drukker
// of "een drukker in Utrecht"), and more that makes it better. Words are compared by the skill that they name, in
// whatever language: the lists of skills are in skills.txt of each language in package lang. A word that is in no list
// is compared by its stem, and by the parts of compounds.
package fit

import (
	"slices"
	"strings"
)

// Floor is the least fit that is worth telling somebody: below it nothing is known of what is needed. Chosen on the
// half of the judged pairs that was looked at (testdata/seen.txt).
const Floor = 0.35

// What the parts of a fit count. A part of what is needed is that; who does something in general may do a kind of it;
// who does another kind of it hardly does this one.
const (
	wider   = 0.6  // a designer, for a graphic designer
	sibling = 0.25 // an interior designer, for a graphic designer
	// A translator of another language.
	elsewhere = 0.4

	// What comes beside the head adds a quarter at most.
	headCounts = 0.75

	// A compound is a kind of what it ends with, and has to do with what it begins with.
	compoundHead = 0.85
	compoundRest = 0.4
	shortestPart = 5 // of a compound, in bytes; the other part may be one shorter
)

// How far a word of an offer speaks for who says it.
const (
	behindPlace = 0.3  // "secretary at a law firm"
	behindAim   = 0.55 // "writes newsletters for clubs"
	happened    = 0.3  // "got a grant", which is no knowledge of grants
)

// Means is what would meet a need.
type Means string

// The means. Unknown is "".
const (
	Person      Means = "person"
	Thing       Means = "thing"
	Information Means = "information"
	Money       Means = "money"
	Time        Means = "time"
)

// unit is one skill or word that a text is about.
type unit struct {
	skill  *skill // nil for a word that is in no list
	word   string
	stems  [2]string // of a word
	kind   string    // of a skill: what a compound has before it, or behind a space the word that stands before it
	weight float32   // from 0 to 1
}

// Offer is what a line says that somebody can, does or has.
type Offer struct{ units []unit }

// Need is what somebody looks for.
type Need struct {
	Means Means
	Place string // where, folded; "" when it does not say
	head  []unit
	rest  []unit
}

// Words returns the words of the heart of a need that name no skill.
func (n Need) Words() string {
	var said []string
	for i := range n.head {
		if n.head[i].skill == nil {
			said = append(said, n.head[i].word)
		}
	}
	return strings.Join(said, " ")
}

// Empty says whether a need says nothing by which it can be met.
func (n Need) Empty() bool { return len(n.head) == 0 }

// Named says whether the heart of a need is a skill that the lists have: then what does not meet it does not.
func (n Need) Named() bool { return len(n.head) > 0 && n.head[0].skill != nil }

// Special says whether the heart of a need is a skill that says something by itself: policy, design and law are wide
// fields.
func (n Need) Special() bool {
	return n.Named() && (n.head[0].kind != "" || n.head[0].skill.sort == special && !n.head[0].skill.wide)
}

// Named says whether an offer names a skill that the lists have.
func (o Offer) Named() bool {
	return slices.ContainsFunc(o.units, func(u unit) bool { return u.skill != nil })
}

// Met says how well an offer meets the need, from 0 to 1.
func (n Need) Met(o Offer) float64 {
	if len(n.head) == 0 || len(o.units) == 0 {
		return 0
	}
	average, least := met(n.head, o.units)
	head := (average + least) / 2 // one of two skills is not half of the help
	if head == 0 || len(n.rest) == 0 {
		return head
	}
	more, _ := met(n.rest, o.units)
	head *= headCounts + (1-headCounts)*more
	if otherTopic(n.rest, o.units) {
		head *= elsewhere
	}
	return head
}

// otherTopic says whether an offer names a topic, such as a language, and not the one that is needed.
func otherTopic(asked, offered []unit) bool {
	other := false
	for i := range asked {
		if asked[i].skill == nil || asked[i].skill.sort != topic {
			continue
		}
		for j := range offered {
			switch o := offered[j].skill; {
			case o == asked[i].skill:
				return false
			case o != nil && o.sort == topic && o.above == asked[i].skill.above:
				other = true
			}
		}
	}
	return other
}

// met is how well the units of a need are met on average, and the one that is met least.
func met(asked, offered []unit) (average, least float64) {
	least = 1
	for i := range asked {
		best := 0.0
		for j := range offered {
			best = max(best, alike(&asked[i], &offered[j]))
		}
		average += best
		least = min(least, best)
	}
	return average / float64(len(asked)), least
}

// alike says how far what is offered is what is asked.
func alike(asked, offered *unit) float64 {
	by := float64(offered.weight)
	switch {
	case asked.skill != nil && offered.skill != nil:
		switch a, o := asked.skill, offered.skill; {
		case a == o && otherKind(asked.kind, offered.kind), o.above == a && asked.kind != "":
			return by * sibling
		case a == o || o.above == a:
			return by
		case a.above == o && offered.kind != "":
			return by * sibling
		case a.above == o:
			return by * wider
		case a.above != nil && a.above == o.above:
			return by * sibling
		}
	case asked.skill == nil && offered.skill == nil:
		if asked.word == offered.word || asked.stems[0] == offered.stems[0] || asked.stems[1] == offered.stems[1] {
			return by
		}
		return by * ofCompound(asked.word, offered.word)
	}
	return 0
}

// otherKind says whether two kinds of a skill that are written alike are two.
func otherKind(a, b string) bool {
	return a != "" && b != "" && a != b && (a[0] == ' ') == (b[0] == ' ')
}

// ofCompound says how far one word is a kind of the other.
func ofCompound(asked, offered string) float64 {
	long, short, counts := offered, asked, [2]float64{compoundHead, compoundRest}
	if len(asked) > len(offered) { // what is asked is a kind of what is offered
		long, short, counts = asked, offered, [2]float64{wider, 0}
	}
	if len(short) < shortestPart || len(long)-len(short) < shortestPart-1 {
		return 0
	}
	switch {
	case strings.HasSuffix(long, short):
		return counts[0]
	case strings.HasPrefix(long, short):
		return counts[1]
	}
	return 0
}

// NeedOf reads a need, in any of the languages: "a good printer in Utrecht".
func NeedOf(s string) Need { return needOf(tokensOf(s, nil)) }

func needOf(tokens []token) Need {
	n := Need{Means: meansOf(tokens)}
	clauses := clausesOf(tokens)
	if i := slices.IndexFunc(clauses, words().asking); i > 0 {
		clauses = append(clauses[i:len(clauses):len(clauses)], clauses[:i]...) // what comes before says what it is for
	}
	for _, clause := range clauses {
		var part []unit
		add := func() {
			if len(n.head) == 0 {
				n.head, n.rest = subject(part)
			} else {
				n.rest = append(n.rest, part...)
			}
			part = nil
		}
		units := unitsOf(clause)
		for i := range clause {
			switch {
			case units[i] != nil && !n.placed(clause, i):
				part = append(part, units[i]...)
			case units[i] != nil:
				n.Place = clause[i].word
			case words().beside[clause[i].word] || words().over[clause[i].word]:
				add()
			}
		}
		add()
	}
	return n
}

// placed says whether a word is where something is needed: behind "in", with a capital, and no skill.
func (n Need) placed(clause []token, i int) bool {
	return i > 0 && words().beside[clause[i-1].word] && clause[i].capital && clause[i].skill == nil
}

// subject parts what is the heart of a need from what only goes with it: with a skill that is named the words around it
// are more, and a teacher of something must know that something.
func subject(units []unit) (head, rest []unit) {
	rank := func(u unit) int {
		switch {
		case u.skill != nil && u.skill.sort == special:
			return 2
		case u.skill == nil || u.skill.sort == topic:
			return 1
		}
		return 0
	}
	most := 0
	for _, u := range units {
		most = max(most, rank(u))
	}
	for _, u := range units {
		if rank(u) == most {
			head = append(head, u)
		} else {
			rest = append(rest, u)
		}
	}
	return head, rest
}

// OfferOf reads a line of what somebody can, does or has. What it asks for, refuses or only mentions as past speaks
// for nothing, or for little.
func OfferOf(s string) Offer { return offerOf(tokensOf(s, nil), false) }

func offerOf(tokens []token, topic bool) Offer {
	var o Offer
	for _, clause := range clausesOf(tokens) {
		if !topic && words().asking(clause) {
			continue
		}
		switch no := refused(clause); {
		case no == all:
			return Offer{}
		case no == this && !topic:
			continue
		}
		weight := float32(1)
		for _, t := range clause {
			if words().happened[t.word] {
				weight = happened
			}
		}
		said := len(o.units)
		for i, units := range unitsOf(clause) {
			for _, u := range units {
				u.weight *= weight
				o.units = append(o.units, u)
			}
			switch {
			case units != nil || topic:
			case words().beside[clause[i].word]:
				weight = min(weight, behindPlace)
			case words().over[clause[i].word] && len(o.units) > said:
				weight = min(weight, behindAim)
			}
		}
	}
	return o
}

// Meets says how well a line meets a need, from 0 to 1.
func Meets(need, offer string) float64 { return NeedOf(need).Met(OfferOf(offer)) }

// meansOf says what would meet a need; "" when that cannot be told.
func meansOf(tokens []token) Means {
	named, agent := false, false
	said := map[Means]bool{}
	for i := range tokens {
		named = named || tokens[i].skill != nil
		agent = agent || tokens[i].skill != nil && words().agent(tokens[i].word)
		for _, m := range words().means[tokens[i].word] {
			if m.at(tokens[i:]) {
				said[m.means] = true
			}
		}
	}
	switch {
	case said[Money]:
		return Money
	case said[Information]:
		return Information
	case said[Thing] && !named:
		return Thing
	case said[Person] || agent:
		return Person
	case said[Time]:
		return Time
	}
	return ""
}

// Field is the widest of the skills of which an offer names the first; "" when it names none that says anything by
// itself.
func (o Offer) Field() string {
	for _, u := range o.units {
		if u.skill != nil && u.skill.sort == special {
			return u.skill.widest().name
		}
	}
	return ""
}
