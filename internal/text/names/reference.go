package names

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
)

// LeastScore is the least that RefScore gives to somebody who may be meant.
const LeastScore = 0.3

// RefScore says how well a short reference to a person, as people type it, fits a known name and its mail addresses,
// from 0 to 1: a mail address or its local part, the whole name, a given or family name, a short form, initials, a name
// begun or mistyped.
func RefScore(ref string, name Name, mails ...string) float64 {
	if address, ok := addresses.Mail(ref); ok {
		if slices.Contains(mails, address) {
			return 1
		}
		return 0
	}
	folded := text.Fold(ref)
	if folded == "" {
		return 0
	}
	for _, a := range mails {
		if local, _, ok := strings.Cut(text.Fold(a), "@"); ok && local == folded && utf8.RuneCountInString(local) > 2 {
			return 0.95
		}
	}
	spaced := strings.Join(strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == '.' || r == '_' }),
		" ")
	if whole := text.Fold(name.Display()); spaced == whole || text.Squeeze(spaced) == text.Squeeze(whole) {
		return 1
	}
	given, family := text.Fold(name.Given), text.Fold(name.Family)
	first, _, _ := strings.Cut(given, " ")
	withParticle := text.Fold(joinParticle(name.Particle, name.Family))
	length := utf8.RuneCountInString(spaced)
	if strings.Contains(given, "-") && text.Squeeze(spaced) == text.Squeeze(given) { // "jan willem"
		return 0.92
	}
	if strings.Contains(spaced, " ") && text.Squeeze(spaced) != text.Squeeze(withParticle) {
		// "anna j", "anna jan": the family name begun.
		if head, tail, _ := strings.Cut(spaced, " "); (head == first || head == given) &&
			(strings.HasPrefix(family, tail) || strings.HasPrefix(withParticle, tail)) {
			return 0.9
		}
		score, _ := Similarity(Parse(spaced), name)
		return score
	}
	switch {
	case spaced == given || spaced == first:
		return 0.92
	case spaced == family || text.Squeeze(spaced) == text.Squeeze(withParticle):
		return 0.85
	case sameShortForm(spaced, first) && first != "":
		return 0.81
	case first != "" && family != "" && (text.Squeeze(spaced) == initialOf(first)+text.Squeeze(family) ||
		text.Squeeze(spaced) == initialOf(first)+text.Squeeze(withParticle)):
		return 0.85
	case length >= 3 && (strings.HasPrefix(given, spaced) || strings.HasPrefix(family, spaced)):
		return 0.6
	case length >= 4 && (edits(spaced, first) == 1 || edits(spaced, family) == 1 && length >= 5):
		return 0.5
	}
	return 0
}
