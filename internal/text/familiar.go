package text

import "strings"

// Familiar says whether a name of somebody begins with a given name: of whom only initials are known is not greeted by
// them.
func Familiar(name string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return len([]rune(first)) >= 2 && !strings.Contains(first, ".")
}
