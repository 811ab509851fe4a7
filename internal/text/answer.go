package text

import (
	"regexp"
	"strings"
)

// answered is a line such as: asked @anna for "the name of a printer": yes
var answered = regexp.MustCompile(`(?i)^(?:asked|vroeg|gevraagd aan)\s.*?\s(?:for|om|voor|about|over)\s+["“”']?(.+?)["“”']?\s*:\s*(yes|no|ja|nee|nee bedankt|no thanks)\s*[.!]?$`)

// FavourAnswer reads what somebody answered to a small favour out of a line of notes: what was asked, and whether the
// answer was yes. ok is false when the line does not tell.
func FavourAnswer(line string) (what string, yes, ok bool) {
	found := answered.FindStringSubmatch(strings.TrimSpace(line))
	if found == nil {
		return "", false, false
	}
	answer := strings.ToLower(found[2])
	return found[1], answer == "yes" || answer == "ja", true
}
