package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/text"
)

// Agreement says what two names say of people who share something, such as a mail address or a telephone number.
type Agreement int

// The agreements, from two people to one name.
const (
	Clash  Agreement = iota // names of two people: other given names, or father and son
	Silent                  // the names say nothing: one is missing, a handle, a changed family name or another script
	Agree                   // two ways to write what may be one name
	Same                    // one name
)

// Agreeing compares two names for that. Unlike Similarity it does not ask how likely two names are of one person,
// but whether they forbid it. The order of the arguments does not matter.
func Agreeing(a, b Name) Agreement {
	x, y := text.Squeeze(a.Display()), text.Squeeze(b.Display())
	if a.Derived || b.Derived || x == "" || y == "" {
		return Silent
	}
	one, other := generation(a.Suffix), generation(b.Suffix)
	if one != other {
		if one != "" && other != "" {
			return Clash
		}
		if x == y {
			return Silent // "Jan Huis" may be Jan Huis jr. or his father
		}
	}
	if x == y {
		return Same
	}
	if latin(x) != latin(y) {
		return Silent
	}
	if a.Given == "" || a.Family == "" || b.Given == "" || b.Family == "" {
		return agreeingPart(a, b)
	}
	given, _ := compareGiven(a, b)
	family, _ := compareFamily(a, b)
	switch {
	case given > 0 && family > 0:
		if one != other {
			return Silent
		}
		return Agree
	case given > 0, given == 0:
		return Silent // people change their family name
	}
	if alikeStart(a.Given, b.Family) || alikeStart(a.Family, b.Given) {
		if score, _ := Similarity(a, b); score >= 0.6 {
			return Agree // swapped
		}
	}
	if family > 0 && initialsOfShortForm(a, b) {
		return Agree
	}
	return Clash
}

// OtherGeneration says that one name is marked as the father's or the son's and the other is not, or otherwise.
func OtherGeneration(a, b Name) bool { return generation(a.Suffix) != generation(b.Suffix) }

// agreeingPart compares names of which at least one is a single word.
func agreeingPart(a, b Name) Agreement {
	if a.Given != "" && a.Family != "" {
		a, b = b, a
	}
	word, given := text.Fold(a.Display()), text.Fold(b.Given)
	if b.Family == "" {
		given = text.Fold(b.Display())
	}
	first := givenParts(given)[0]
	switch {
	case word == given, word == first, sameShortForm(word, first):
		return Agree
	case givenNames()[word] && givenNames()[first] && word != text.Fold(b.Family):
		return Clash
	}
	return Silent
}

// initialsOfShortForm says whether initials may be those of the formal name behind a short one: W. and Pim, of Willem.
func initialsOfShortForm(a, b Name) bool {
	if IsInitials(b.Given) {
		a, b = b, a
	}
	if !IsInitials(a.Given) || IsInitials(b.Given) {
		return false
	}
	letters := initialsOf(a)
	for _, i := range shortForms()[givenParts(text.Fold(b.Given))[0]] {
		for name, groups := range shortForms() {
			for _, j := range groups {
				if i == j && strings.HasPrefix(letters, initialOf(name)) {
					return true
				}
			}
		}
	}
	return false
}

func latin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// Spellings returns the ways in which people write their name as one word: johnfiction, fictionjohn, jfiction,
// fictionj, johnf and, as far as it is no common one, the family name. The value says how much of the name is in it,
// from 0 to 1. A name with a figure has none.
func Spellings(n Name) map[string]float64 {
	out := map[string]float64{}
	// Room 1 and Room 2, guest 7 and guest 8: the figure is what tells them apart, and addresses have it for other
	// reasons.
	if strings.ContainsFunc(n.Display(), unicode.IsDigit) {
		return out
	}
	given, family, bare := text.Letters(n.Given), text.Letters(n.Particle+n.Family), text.Letters(n.Family)
	if given == "" || family == "" {
		if word := text.Letters(n.Display()); utf8.RuneCountInString(word) >= 5 && !givenNames()[word] {
			out[word] = 0.8
		}
		return out
	}
	first := text.Letters(givenParts(text.Fold(n.Given))[0])
	set := func(word string, part float64) {
		if utf8.RuneCountInString(word) >= 5 {
			out[word] = max(out[word], part)
		}
	}
	common := commonSurnames()[text.Fold(n.Family)]
	for _, f := range []string{family, bare} {
		for _, g := range []string{given, first} {
			if utf8.RuneCountInString(g) > 1 {
				set(g+f, 1)
				set(f+g, 1)
			}
			set(g+initialOf(f), 0.6)
		}
		if !common {
			set(initialOf(given)+f, 0.8)
			set(f+initialOf(given), 0.8)
			if !givenNames()[f] {
				set(f, 0.7)
			}
		}
	}
	return out
}

// CommonFamily says that many people share this family name.
func CommonFamily(n Name) bool { return commonSurnames()[text.Fold(n.Family)] }
