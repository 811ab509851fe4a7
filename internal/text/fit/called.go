package fit

import (
	"strings"
	"sync"

	"gave.network/internal/lang"
)

// called are the first words by which each language names each field, by the language and the field.
var called = sync.OnceValue(func() map[[2]string]string {
	out := map[[2]string]string{}
	for _, l := range lang.All() {
		for _, line := range l.Words("skills", "skill") {
			field, words, _ := strings.Cut(line, ":")
			first, _, _ := strings.Cut(words, ",")
			key := [2]string{l.Tag, strings.TrimRight(strings.TrimSpace(field), "*~")}
			if first = strings.Trim(strings.TrimSpace(first), "*~"); out[key] == "" && first != "" {
				out[key] = first
			}
		}
	}
	return out
})

// Called is what a language calls a field that Offer.Field returns: its first word for it. English calls it by its name
// where it has none.
func Called(field, language string) string {
	if first := called()[[2]string{language, field}]; first != "" && language != lang.Default {
		return first
	}
	return strings.ReplaceAll(field, "-", " ")
}
