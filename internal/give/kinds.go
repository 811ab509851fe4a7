package give

import (
	"strings"
	"unicode"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// kindWords are the words by which a kind of gift is told, as captured lines have them; cameWords are those of what
// comes in.
var (
	kindWords = wordsOf("gift.", Given)
	cameWords = wordsOf("return.", CameIn)
)

func wordsOf(sections string, direction Direction) map[string]Kind {
	out := map[string]Kind{}
	said := lang.Under("capture", sections)
	for _, k := range Kinds(direction) {
		for _, word := range said[string(k)] {
			if word = text.Fold(word); out[word] == "" {
				out[word] = k
			}
		}
	}
	return out
}

// kindOf tells from its words what sort of gift it is, or what came in: the first word that names a kind says it.
// Without any it is something else, or knowledge when there is a link.
func kindOf(g Gift) Kind {
	for _, word := range strings.FieldsFunc(g.Body, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		word = text.Fold(word)
		if k, known := cameWords[word]; known && g.Direction == CameIn {
			return k
		}
		if k, known := kindWords[word]; known {
			return k
		}
	}
	if g.Link != "" {
		return Knowledge
	}
	return Other
}
