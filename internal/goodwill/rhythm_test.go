package goodwill

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gave.network/internal/op"
	"gave.network/internal/realdata"
)

// On real mail the own rhythm foresees drifting apart no worse than a fixed interval that warns of as many.
func TestRhythmOnRealMail(t *testing.T) {
	for _, name := range []string{"email-eu-core-temporal", "enron-email"} {
		out, err := (*Service)(nil).measureRhythm(context.Background(), op.Viewer{}, RhythmInput{filepath.Join(realdata.Dir(t), "networks", name, "edges.csv.gz")})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", name, out)
		if out.Pairs < 500 || out.AUC <= out.FixedAUC || out.Precision < out.FixedPrecise-0.01 || out.Precision < 1.5*out.BaseRate {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

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
	lively, slow := Rhythm{Gaps: 100, Span: 300 * day, Silent: 45 * day}, Rhythm{Gaps: 5, Span: 300 * day, Silent: 45 * day}
	if lively.Ended(900*day) <= slow.Ended(900*day) {
		t.Error("a lively tie that fell silent is likelier to go on than a slow one")
	}
	if x := (Rhythm{}).Ended(day); !(x >= 0 && x <= 1) {
		t.Errorf("a tie without anything: %g", x)
	}
}

func TestRhythmOfBadTables(t *testing.T) {
	for _, body := range []string{"", "source,target,time\n", "source,target,time\na,b,soon\n", "a,b\n1,2\n", "source,target,time\na,b,1\na,b,2\n"} {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := (*Service)(nil).measureRhythm(context.Background(), op.Viewer{}, RhythmInput{path}); err == nil {
			t.Errorf("%q: %+v", body, out)
		}
	}
}
