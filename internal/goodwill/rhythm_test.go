package goodwill

import (
	"testing"
	"time"
)

// The longer the silence, and the livelier the tie was, the likelier it has ended; and it is a chance.
func TestEnded(t *testing.T) {
	day := 24 * time.Hour
	before := 0.0
	for silent := range 400 {
		r := Rhythm{Usual: 7 * day, Long: 14 * day, Gaps: 20, Span: 140 * day, Silent: time.Duration(silent) * day}
		x := r.Ended(90 * day)
		if !(x >= before && x <= 1) {
			t.Fatalf("%d days of silence: %g after %g", silent, x, before)
		}
		before = x
	}
	lively, slow := Rhythm{Gaps: 100, Span: 300 * day, Silent: 45 * day},
		Rhythm{Gaps: 5, Span: 300 * day, Silent: 45 * day}
	if lively.Ended(900*day) <= slow.Ended(900*day) {
		t.Error("a lively tie that fell silent is likelier to go on than a slow one")
	}
	if x := (Rhythm{}).Ended(day); !(x >= 0 && x <= 1) {
		t.Errorf("a tie without anything: %g", x)
	}
}
