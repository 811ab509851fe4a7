package colleagues

import (
	"testing"

	"gave.network/internal/people"
)

func TestSkillInLine(t *testing.T) {
	for _, c := range []struct {
		skill, line string
		want        bool
	}{
		{"typografie", "cursus typografie", true},
		{"Typography", "likes typography a lot", true},
		{"R", "statistics in R", true},
		{"R", "statistics in Python", false},
		{"project management", "knows management", false},
		{"arbeidsmarkt", "iemand voor arbeidsmarktcommunicatie", true},
		{"communicatie", "adviseur arbeidsmarktcommunicatie", true},
		{"market", "supermarket", false}, // too short to be looked for in compounds
		{"strategie", "strategisch", false},
		{"data", "database", false},
	} {
		if got := skillNamed(c.skill).in(people.TermsOf(c.line)); got != c.want {
			t.Errorf("%q in %q: %v", c.skill, c.line, got)
		}
	}
}
