package lab

import (
	"context"
	"testing"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/realdata"
)

// Who answers on real lists is foretold better than by the rate alone, and without promising too much.
func TestGoodwillOnMailingLists(t *testing.T) {
	for _, name := range []string{"twisted-python-2003", "r-sig-mixed-models-2009-2010"} {
		e, err := measureReplies(context.Background(), op.Viewer{},
			repliesInput{Archive: realdata.Path(t, "mail/"+name+".mbox.gz")})
		if err != nil {
			t.Fatal(err)
		}
		if e.Answers < 500 || e.Brier > 0.9*e.BrierBaseline || !(e.CalibrationError <= 0.05) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	_, err := measureReplies(context.Background(), op.Viewer{},
		repliesInput{Archive: realdata.Path(t, "mail/pipermail-2001-November.txt.gz")})
	optest.Fault(t, err, fault.Invalid, "There are too few asks")
}
