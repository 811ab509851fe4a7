package give

import "gave.network/internal/text"

// kindWords are the words by which a kind of gift is told, as captured lines have them; cameWords are those of what
// comes in.
var (
	kindWords = text.Kinds("capture", "gift.")
	cameWords = text.Kinds("capture", "return.")
)

// kindOf tells from its words what sort of gift it is, or what came in: the first word that names a kind says it.
// Without any it is something else, or knowledge when there is a link.
func kindOf(g Gift) Kind {
	for _, t := range text.SplitWords(g.Body, 0, nil) {
		if k := cameWords[t.Word]; k != "" && g.Direction == CameIn {
			return Kind(k)
		}
		if k := kindWords[t.Word]; k != "" {
			return Kind(k)
		}
	}
	if g.Link != "" {
		return Knowledge
	}
	return Other
}
