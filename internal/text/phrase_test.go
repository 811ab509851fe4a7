package text

import "testing"

// The language of a short name of a skill is told by the lists of skills; a word of both languages says nothing.
func TestPhraseLanguage(t *testing.T) {
	for phrase, want := range map[string]string{
		"web development": "en", "translation": "en", "vertalen": "nl", "huisstijl": "nl", "video": "", "podcast": "",
		"help with plain language": "en", "iemand voor drukwerk": "nl",
	} {
		if got := PhraseLanguage(phrase); got != want {
			t.Errorf("%q is in %q, want %q", phrase, got, want)
		}
	}
}
