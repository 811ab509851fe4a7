package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/op"
	"gave.network/internal/realdata"
)

// Moments beside the hole of nine months in the mail of the European institute are refused, and what is measured on
// four archives says what docs/goodwill.md says: no hazard beats silence on all of them; a formula orders better on the
// three that are large enough, also among the ties of one person at one moment, but those that it puts first do not
// drift more often than the longest silent on all, so nothing is foretold.
func TestRhythmOnRealMail(t *testing.T) {
	data := realdata.Dir(t)
	out, err := measureRhythm(context.Background(), op.Viewer{}, rhythmInput{Paths: []string{
		filepath.Join(data, "networks", "email-eu-core-temporal", "edges.csv.gz"),
		filepath.Join(data, "networks", "enron-email", "edges.csv.gz"),
		filepath.Join(data, "mail", "twisted-python-2003.mbox.gz"),
		filepath.Join(data, "mail", "r-sig-mixed-models-2009-2010.mbox.gz"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	beaten, led := 0, 0
	for _, r := range out.Records {
		t.Logf("%+v", r)
		if r.Looks < 50 || !(r.Silence.Low <= r.Silence.Value && r.Silence.Value <= r.Silence.High) {
			t.Errorf("%+v", r)
		}
		if r.LearntGain.Low > 0 {
			beaten++
		}
		if r.FadingLead.Low > 0 {
			led++
		}
		if r.Pairs > 50 && !(r.FadingGain.Low > 0 && r.OwnGain.Low > 0) {
			t.Errorf("%s: the formula is better by %s, among the ties of one by %s", r.Name, r.FadingGain, r.OwnGain)
		}
	}
	if eu := out.Records[0]; eu.Refused < 7 || eu.Moments < 10 || !(eu.Learnt.Value >= 0.75) {
		t.Errorf("%+v", eu)
	}
	if beaten == len(out.Records) {
		t.Error("the hazard beats silence on all archives: Gave may warn of drifting apart")
	}
	if led == len(out.Records) {
		t.Error("the formula finds more than the longest silent on all archives: Gave may warn of drifting apart")
	}
}

// A hazard learnt from records in which busy pairs end finds it in another, where silence says nothing.
func TestHazardIsLearnt(t *testing.T) {
	var paths []string
	for n := range 2 {
		var b strings.Builder
		b.WriteString("source,target,time\n")
		for pair := range 60 {
			every, ends := 3+pair%5, 500
			if pair%5 == 0 { // the liveliest end early
				ends = 60 + 5*pair + 20*n
			}
			for day := pair; day < ends; day += every {
				fmt.Fprintf(&b, "a%d,b%d,%d\n", pair, pair, (day+1)*86400)
			}
		}
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	out, err := measureRhythm(context.Background(), op.Viewer{}, rhythmInput{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Records {
		if !(r.Learnt.Value > 0.9) || !(r.LearntGain.Value > 0) || r.LearntDrifted.Value < 2*r.BaseRate {
			t.Errorf("%+v", r)
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
		in := rhythmInput{Paths: []string{path}}
		if out, err := measureRhythm(context.Background(), op.Viewer{}, in); err == nil {
			t.Errorf("%q: %+v", body, out)
		}
	}
}
