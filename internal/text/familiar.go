package text

import (
	"strings"
	"unicode"
)

// Familiar says whether a name of somebody begins with a given name: of whom only initials are known is not greeted by
// them, and "Respondent 12" not as Respondent.
func Familiar(name string) bool {
	first, rest, _ := strings.Cut(strings.TrimSpace(name), " ")
	letters := func(r rune) bool { return r != '.' && !unicode.IsDigit(r) }
	if len([]rune(first)) < 2 || strings.TrimFunc(first, letters) != "" {
		return false
	}
	return rest == "" || strings.ContainsFunc(rest, unicode.IsLetter)
}
