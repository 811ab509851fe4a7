package text

import (
	"strings"
	"sync"

	"gave.network/internal/lang"
)

// phraseWords are the words by which each spoken language names what people can, by its tag.
var phraseWords = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, l := range lang.Spoken() {
		out[l.Tag] = map[string]bool{}
		for _, line := range l.Words("skills", "skill") {
			_, list, _ := strings.Cut(line, ":")
			for _, word := range Words(list) {
				out[l.Tag][word] = true
			}
		}
	}
	return out
})

// PhraseLanguage tells the language of the name of a skill or a subject, which Language finds too short: the only one
// whose lists have one of its words. It is "" when it cannot be told.
func PhraseLanguage(s string) string {
	if tag := Language(s); tag != "" {
		return tag
	}
	only := ""
	for _, word := range Words(s) {
		tag, in := "", 0
		for one, words := range phraseWords() {
			if words[word] {
				tag, in = one, in+1
			}
		}
		switch {
		case in != 1:
		case only != "" && only != tag:
			return ""
		default:
			only = tag
		}
	}
	return only
}
