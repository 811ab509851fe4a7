package chance

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gave.network/internal/near"
)

// The posterior is the prior as four answers, with later answers fading by half in two years; its quantiles are those
// of its density.
func TestPosteriorAndQuantilesByHand(t *testing.T) {
	alpha, beta := Posterior(0.7, []Answer{{true, 0, 1}, {false, 2 * 365, 1}})
	near.Equal(t, "alpha", alpha, 4*0.7+1, 1e-9)
	near.Equal(t, "beta", beta, 4*0.3+0.5, 2e-3)
	x := rand.New(rand.NewPCG(1, 61))
	for range 20 {
		a, b := 0.6+8*x.Float64(), 0.6+8*x.Float64()
		for _, q := range []float64{0.1, 0.5, 0.9} {
			at := Quantile(a, b, q)
			near.Within(t, "a quantile", at, 0, 1)
			// The density, integrated in the variable sin²: without poles at the ends for shapes above one half.
			const steps = 4000
			below, whole := 0.0, 0.0
			for i := range steps {
				u := (float64(i) + 0.5) / steps * math.Pi / 2
				p := math.Pow(math.Sin(u), 2)
				w := math.Pow(math.Sin(u), 2*a-1) * math.Pow(math.Cos(u), 2*b-1)
				whole += w
				if p <= at {
					below += w
				}
			}
			near.Equal(t, fmt.Sprintf("what lies below the quantile %v of %v and %v", q, a, b), below/whole, q, 1e-3)
		}
	}
}

// Newton's steps end where the slope of the loss is nought: no small change of any weight is better.
func TestFitIsTheLeastLoss(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 62))
	var samples []Sample
	for range 80 {
		s := Sample{}
		s.X[0] = 1
		for i := 1; i < featureCount; i++ {
			s.X[i] = x.NormFloat64()
		}
		if x.Float64() < Start.Chance(s.X) {
			s.Yes = 1
		}
		samples = append(samples, s)
	}
	w := Fit(Start, Hold, samples)
	least := loss(&w, &Start, Hold, samples)
	for i := range w {
		for _, d := range []float64{-0.01, 0.01} {
			moved := w
			moved[i] += d
			if other := loss(&moved, &Start, Hold, samples); !(other > least) {
				t.Errorf("weight %d moved by %v: loss %v, and %v before", i, d, other, least)
			}
		}
	}
	if Fit(Start, Hold, nil) != Start {
		t.Error("no answers change the weights")
	}
	near.Equal(t, "the logistic", logistic(math.Log(3)), 0.75, 1e-12)
}
