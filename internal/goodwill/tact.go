package goodwill

import (
	"strings"

	"gave.network/internal/text"
)

// delicate are words of health, faith, family trouble, politics and orientation: the special categories of the law
// (GDPR, article 9) and what a friend would not bring up unasked. A stem is enough; too many is better than too few.
var delicate = strings.Fields(`
	ziek ziekte kanker chemo tumor depressi burnout burn-out overspannen psych therapie verslav alcohol zwanger miskraam
	abortus operatie ziekenhuis diagnose handicap reuma diabetes dement gescheid scheiding echtscheid overled begrafenis
	rouw kerk moskee synagoge geloof gelovig islam moslim christ joods katholiek gereformeerd hindoe boeddhis bidden
	homo lesbi biseks transgender vakbond stemt partijlid ill illness sick cancer chemother tumour depress burnout
	psychiat therapy addict alcoholic pregnan miscarr abortion surgery hospital diagnos disab rheum diabet dementia
	divorc funeral mourn grief died widow church mosque synagogue faith religio muslim christian jewish catholic
	protestant hindu buddhis pray gay lesbian bisexual union`)

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
