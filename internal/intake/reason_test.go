package intake

import (
	"testing"
	"time"

	"gave.network/internal/locale"
)

// Every reason has its Dutch, and what the file says comes back unchanged in it.
func TestReasonsInDutch(t *testing.T) {
	for _, key := range reasons {
		if !locale.Has(locale.Dutch, key) {
			t.Errorf("%q has no Dutch", key)
		}
	}
	dutch, english := locale.New(locale.Dutch, time.UTC), locale.New(locale.English, time.UTC)
	for reason, want := range map[string]string{
		"the date 2099-01-31 has yet to come":     "de datum 2099-01-31 moet nog komen",
		`the date "31/02 \"x\"" cannot be read`:   `de datum "31/02 \"x\"" is niet te lezen`,
		"it is damaged: it ends in the middle":    "het is beschadigd: het houdt halverwege op",
		"it is damaged: something never seen":     "het is beschadigd: something never seen",
		"a sentence that no reader of files says": "a sentence that no reader of files says",
		"a record is larger than 16 MB":           "een record is groter dan 16 MB",
	} {
		if got := ReasonFor(dutch, reason); got != want {
			t.Errorf("%q in Dutch is %q, want %q", reason, got, want)
		}
		if got := ReasonFor(english, reason); got != reason {
			t.Errorf("%q in English is %q", reason, got)
		}
	}
}
