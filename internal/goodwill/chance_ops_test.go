package goodwill

import (
	"strings"
	"testing"

	"gave.network/internal/op"
	"gave.network/internal/people"
)

// A chance says plainly when it rests on little, and no longer when it does not.
func TestChanceSaysWhatItRestsOn(t *testing.T) {
	for _, c := range []struct {
		own, all      int
		little, guess bool
	}{{0, 0, true, true}, {2, 40, true, false}, {4, 19, false, true}, {4, 20, false, false}} {
		said := Chance{Person: people.Ref{Name: "Anna"}, Answers: c.own, AllAnswers: c.all}.Text(op.Viewer{}.Printer())
		if strings.Contains(said, "few answers of Anna") != c.little ||
			strings.Contains(said, "first guess") != c.guess {
			t.Errorf("%+v: %s", c, said)
		}
	}
}
