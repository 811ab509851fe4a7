package chance

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBetaQuantile(t *testing.T) {
	// Known values: uniform; symmetric; and I_x(2, 3) = 6x² - 8x³ + 3x⁴.
	for _, c := range []struct{ a, b, p, want float64 }{
		{1, 1, 0.3, 0.3}, {5, 5, 0.5, 0.5}, {2, 1, 0.25, 0.5}, {1, 2, 0.75, 0.5},
	} {
		if got := Quantile(c.a, c.b, c.p); !(math.Abs(got-c.want) <= 1e-9) {
			t.Errorf("quantile %v of Beta(%v, %v) is %v, want %v", c.p, c.a, c.b, got, c.want)
		}
	}
	x := 0.37
	if got, want := betaIncomplete(2, 3, x), 6*x*x-8*x*x*x+3*x*x*x*x; !(math.Abs(got-want) <= 1e-12) {
		t.Errorf("I_0.37(2, 3) is %v, want %v", got, want)
	}
}

// The fit finds the coefficients that made many answers, and stays at the start without any.
func TestFit(t *testing.T) {
	if w := Fit(Start, Hold, nil); w != Start {
		t.Errorf("without answers the coefficients are %v", w)
	}
	truth := Features{0.5, -1, 2, 1, 0.3, -0.2, 0.8, -0.5}
	r := rand.New(rand.NewPCG(1, 1))
	var samples []Sample
	for range 20_000 {
		x := Features{
			1, r.Float64(), r.Float64(), r.Float64(), 2 * r.Float64(), 6 * r.Float64(), r.Float64(), r.Float64(),
		}
		y := 0.0
		if r.Float64() < truth.Chance(x) {
			y = 1
		}
		samples = append(samples, Sample{x, y})
	}
	for i, w := range Fit(Start, Hold, samples) {
		if !(math.Abs(w-truth[i]) <= 0.25) {
			t.Errorf("%s: %v, want %v", FeatureNames[i], w, truth[i])
		}
	}
}

func TestPosterior(t *testing.T) {
	alpha, beta := Posterior(0.5, nil)
	if alpha != 2 || beta != 2 {
		t.Errorf("without answers Beta(%v, %v), want (2, 2)", alpha, beta)
	}
	alpha, beta = Posterior(0.5, []Answer{{true, 0, 1}, {true, AnswerFades, 1}, {false, 0, 1}})
	if alpha != 3.5 || beta != 3 {
		t.Errorf("Beta(%v, %v), want (3.5, 3)", alpha, beta)
	}
}

func TestMeasure(t *testing.T) {
	e := Measure([]float64{0.9, 0.9, 0.1, 0.1}, []float64{1, 1, 0, 1})
	if !(math.Abs(e.Brier-(0.01+0.01+0.01+0.81)/4) <= 1e-12) || !(math.Abs(e.BrierBaseline-0.1875) <= 1e-12) {
		t.Errorf("Brier %v beside %v", e.Brier, e.BrierBaseline)
	}
	if want := (0.2 + 0.8) / 4; !(math.Abs(e.PlainError-want) <= 1e-12) {
		t.Errorf("calibration error %v, want %v", e.PlainError, want)
	}
}

// The calibration error is near 0 for chances that are right, however few the answers, and finds what is wrong.
func TestCalibrationErrorIsWithoutBias(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	right, wrong, plain := 0.0, 0.0, 0.0
	const worlds = 400
	for range worlds {
		var foretold, tooHigh, came []float64
		for range 60 {
			p := random.Float64()
			y := 0.0
			if random.Float64() < p {
				y = 1
			}
			foretold, tooHigh, came = append(foretold, p), append(tooHigh, 0.7+0.3*p), append(came, y)
		}
		e := Measure(foretold, came)
		right += e.CalibrationError * e.CalibrationError / worlds
		plain += e.PlainError / worlds
		wrong += Measure(tooHigh, came).CalibrationError / worlds
	}
	if !(math.Sqrt(right) <= 0.07) || !(plain >= 0.07) || !(wrong >= 0.3) {
		t.Errorf("right chances %.3f (plain %.3f), wrong ones %.3f", math.Sqrt(right), plain, wrong)
	}
}
