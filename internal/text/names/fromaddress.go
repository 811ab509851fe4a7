package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// gluedParticles are written onto the family name in mail addresses: a.vandenberg@.
var gluedParticles = text.Turns("names", "particle.glued")

// FromAddress guesses a name from the local part of a normalised mail address: anna.jansen@, a.vd.berg@,
// jan-willem.devries@. A word that says nothing about its place in the name stays the family name.
func FromAddress(address string) Name {
	local := address[:strings.LastIndexByte(address, '@')]
	local, _, _ = strings.Cut(local, "+")
	n := Name{Derived: true}
	if !strings.ContainsAny(local, "._") { // jan-de-vries@, but jan-willem.jansen@ keeps its hyphen
		local = strings.ReplaceAll(local, "-", ".")
	}
	parts := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' })
	var words []string
	for _, p := range parts {
		p = strings.TrimRight(strings.Trim(p, "-'"), "0123456789")
		if p == "" || !lettersOnly(p) {
			continue
		}
		words = append(words, p)
	}
	switch len(words) {
	case 0:
		n.Full = local
		return n
	case 1:
		word := TitleWord(words[0], false)
		if givenNames()[text.Fold(words[0])] {
			n.Given = word
		} else {
			n.Family = word
		}
		n.Full = word
		return n
	}
	var particle, family, given []string
	for i, w := range words {
		switch {
		case i > 0 && i < len(words)-1 && len(family) == 0 && particles[w]:
			particle = append(particle, dottedParticle(w))
		case i < len(words)-1 && len(particle) == 0 && utf8.RuneCountInString(w) == 1:
			given = append(given, strings.ToUpper(w)+".")
		case i == 0 && utf8.RuneCountInString(w) == 2 && !givenNames()[text.Fold(w)] && !particles[w]: // gp.fictova@
			given = append(given, dotted(strings.ToUpper(w)))
		case i < len(words)-1 && len(particle) == 0:
			given = append(given, TitleWord(w, false))
		default:
			family = append(family, w)
		}
	}
	// jansen.anna@: the given name last.
	if len(particle) == 0 && len(words) == 2 && givenNames()[text.Fold(words[1])] &&
		!givenNames()[text.Fold(words[0])] && utf8.RuneCountInString(words[0]) > 1 {
		given, family = []string{TitleWord(words[1], false)}, []string{words[0]}
	}
	if len(particle) == 0 && len(family) == 1 {
		for _, g := range gluedParticles {
			rest := strings.TrimPrefix(family[0], g.Words[0])
			if rest != family[0] && len(rest) >= 4 && !givenNames()[text.Fold(family[0])] {
				particle, family = []string{g.Value}, []string{rest}
				break
			}
		}
	}
	for i := range family {
		family[i] = TitleWord(family[i], false)
	}
	n.Particle = strings.Join(particle, " ")
	n.Family = strings.Join(family, " ")
	n.Given = strings.Join(given, " ")
	n.splitInitials(given)
	n.Full = n.Display()
	return n
}

var shortParticles = lang.Pairs("names", "particle.short")

// dottedParticle writes the short forms of "van der", "van den" and "van de" in one way; which it is cannot be known.
func dottedParticle(w string) string {
	if whole := shortParticles[w]; whole != "" {
		return whole
	}
	return w
}

func lettersOnly(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != '\'' {
			return false
		}
	}
	return true
}
