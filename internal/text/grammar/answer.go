package grammar

import (
	"regexp"
	"strings"

	"gave.network/internal/lang"
)

// answered is a line such as: asked @anna for "the name of a printer": yes
var answered = regexp.MustCompile(`(?i)^(?:` + oneOf("asked") + `)\s.*?\s(?:` + oneOf("for") + `)\s+["“”']?(.+?)["“”']?\s*:\s*(?:(` +
	oneOf("yes") + `)|` + oneOf("no") + `)\s*[.!]?$`)

func oneOf(section string) string {
	var all []string
	for _, turn := range lang.Words("capture", "favour."+section) {
		all = append(all, regexp.QuoteMeta(turn))
	}
	return strings.Join(all, "|")
}

// FavourAnswer reads what somebody answered to a small favour out of a line of notes: what was asked, and whether the
// answer was yes. ok is false when the line does not tell.
func FavourAnswer(line string) (what string, yes, ok bool) {
	found := answered.FindStringSubmatch(strings.TrimSpace(line))
	if found == nil {
		return "", false, false
	}
	return found[1], found[2] != "", true
}
