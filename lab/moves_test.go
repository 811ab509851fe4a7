package lab

import (
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// A month in which every move is done on its day, and nothing else happens, goes by all the principles: none is lost
// from sight, nobody is bothered twice in a week, and no day is all of one kind. gave-lab today month walks larger
// ones.
func TestAMonthOfMoves(t *testing.T) {
	for _, lang := range []locale.Lang{locale.Dutch, locale.English} {
		m, err := walkMonth(t.Context(), op.Viewer{Lang: lang}, monthInput{People: 120, Years: 4, Seed: 1, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		if m.Fewest < 6 || m.MostOfAKind > 4 || m.Again > 0 || m.Empty > 1 || m.Principles["ask"] == 0 {
			t.Errorf("in %v: %s", lang, m.Text(locale.New(locale.English, nil)))
		}
	}
}
