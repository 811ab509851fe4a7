package goodwill

import (
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// delicate are words of health, faith, family trouble, politics and orientation: the special categories of the law
// (GDPR, article 9) and what a friend would not bring up unasked. A stem is enough; too many is better than too few.
var delicate = lang.Words("delicate", "stem")

// Delicate says whether a line speaks of something that must not lead to a proposal.
func Delicate(s string) bool {
	for _, word := range text.Words(s) {
		for _, stem := range delicate {
			if strings.HasPrefix(word, stem) {
				return true
			}
		}
	}
	return false
}
