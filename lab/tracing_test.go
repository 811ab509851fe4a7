package lab

import (
	"context"
	"testing"

	"gave.network/internal/near"
	"gave.network/internal/op"
)

// On worlds that nothing was chosen by, the true giver is mostly among the first three, whichever way gifts and returns
// go, and what is unexplained tells where nothing comes back. The long form is gave-lab give evaluate.
func TestTracingOnWorlds(t *testing.T) {
	out, err := evaluateTracing(context.Background(), op.Viewer{}, tracingInput{Worlds: 2, Ledgers: 15, Seed: 900})
	if err != nil || len(out.Ways) != len(ways) {
		t.Fatal(err, len(out.Ways))
	}
	nothing := 0.0
	for _, w := range out.Ways {
		if w.Name == "no effect" {
			nothing = w.Unexplained.Value
		}
	}
	for _, w := range out.Ways {
		if w.Effect != (w.Ledgers == 6) || !(w.Found.Low <= w.Found.Value) || !(w.Found.Value <= w.Found.High) {
			t.Errorf("%+v", w)
		}
		if !w.Effect {
			near.Within(t, w.Name+": unexplained", w.Unexplained.Value, 0.7, 1)
			continue
		}
		near.Within(t, w.Name+": the true path among the first three", w.Top3.Value, 0.66, 0.95)
		if !(w.Top3.Value >= w.DirectTop3.Value+0.05) || w.Returns < 100 {
			t.Errorf("%s: %v of %d, beside the latest gifts to who brought it %v", w.Name, w.Top3, w.Returns,
				w.DirectTop3)
		}
		if !(w.Unexplained.Value <= nothing-0.1) {
			t.Errorf("%s: %v is unexplained, where nothing comes back %.3f", w.Name, w.Unexplained, nothing)
		}
	}
}

// A rate is the sum of the parts over the sum of all, and its interval comes of drawing worlds.
func TestRateOf(t *testing.T) {
	r := rateOf([][2]float64{{1, 2}, {3, 4}, {0, 2}})
	near.Equal(t, "the rate", r.Value, 0.5, 1e-12)
	near.Equal(t, "the least of it", r.Low, 0, 1e-12)
	near.Equal(t, "the most of it", r.High, 0.75, 1e-12)
	none := rate{}.of(100)
	near.Equal(t, "the most that none of a hundred may be", none.High, 0.037, 0.0005)
	near.Equal(t, "the least", none.Low, 0, 0)
	if wide := (rate{0.5, 0.1, 0.9}).of(1000); wide.Low != 0.1 || wide.High != 0.9 {
		t.Errorf("an interval that worlds make wide is %v", wide)
	}
	if r := rateOf([][2]float64{{0, 0}}); r.Value != 0 || r.High != 0 {
		t.Errorf("of nothing: %v", r)
	}
}
