package lab

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/op"
	"gave.network/internal/realdata"
)

// On real mail the own rhythm foresees drifting apart no worse than a fixed interval that warns of as many.
func TestRhythmOnRealMail(t *testing.T) {
	for _, name := range []string{"email-eu-core-temporal", "enron-email"} {
		out, err := measureRhythm(context.Background(), op.Viewer{},
			rhythmInput{filepath.Join(realdata.Dir(t), "networks", name, "edges.csv.gz")})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", name, out)
		if out.Pairs < 500 || out.AUC <= out.FixedAUC || out.Precision < out.FixedPrecise-0.01 ||
			out.Precision < 1.5*out.BaseRate {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestRhythmOfBadTables(t *testing.T) {
	for _, body := range []string{
		"", "source,target,time\n", "source,target,time\na,b,soon\n", "a,b\n1,2\n",
		"source,target,time\na,b,1\na,b,2\n",
	} {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := measureRhythm(context.Background(), op.Viewer{}, rhythmInput{path}); err == nil {
			t.Errorf("%q: %+v", body, out)
		}
	}
}
