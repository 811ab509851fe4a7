// Package chance is the model of goodwill: how likely somebody does a small favour, from what is known of the tie and
// from what they answered before. It is logistic regression whose prior is worth a few answers (Gelman et al. 2008),
// and a Beta distribution over somebody's own answers.
package chance

import (
	"fmt"
	"math"
	"strings"

	"gave.network/graph/temporal"
	"gave.network/internal/locale"
)

// The features of goodwill, each as it was at a moment. Their order is that of the coefficients.
const (
	Constant    = iota
	Closeness   // strength of the tie, from 0 to below 1
	FaceToFace  // the share of the tie that comes from meeting, video and calls, times its strength
	Reciprocity // from 0 to 1
	Gestures    // gifts to them, fading in two years, at most 2
	Years       // known, at most 6
	Praised     // praise of them by the viewer, fading in two years, at most 2
	PraisedYou  // praise of the viewer by them, likewise; what is published counts more
	// how often they answered asks of others that all could see, as log odds beside somebody of whom nothing is known
	Openness
	Presence // how much they answer at all these days: ln(1 + answers), halved every sixty days
	Unheard  // ln(1 + days since they wrote)
	featureCount
)

// FeatureNames are the names of the features in the order of their constants.
var FeatureNames = [featureCount]string{
	"constant", "closeness", "face_to_face", "reciprocity", "gestures", "years_known", "praised_them", "praised_you",
	"openness", "presence", "unheard",
}

// Features are what is known of a tie at a moment, one value for each constant; coefficients are of the same shape.
type Features [featureCount]float64

// Start are the coefficients where everybody starts, before any answer: about four in ten from an acquaintance, as half
// of all people agree to a small favour (Flynn and Lake 2008) and not all are asked in person, and three in four from
// somebody close to whom one gave. They follow the answers that come in.
var Start = Features{
	Constant: -0.4, Closeness: 1.1, FaceToFace: 0.3, Reciprocity: 0.4, Gestures: 0.4, Years: 0.05, Praised: 0.2,
	PraisedYou: 0.2,
}

// StartOnLists are the coefficients where it starts for an ask to a whole list: whoever answers at all, one in thirty,
// more if they do so often.
var StartOnLists = Features{Constant: -3.4, Closeness: 0.5, Openness: 0.5, Presence: 0.3}

// evidenceStrength is how many answers the prior is worth, and AnswerFades the half-life of an answer, in days.
const (
	evidenceStrength = 4
	AnswerFades      = 2 * 365.0
)

// Hold and HoldOnLists are how strongly the coefficients are held where they start, as a ridge penalty: on a list there
// are many more answers than anybody notes.
const (
	Hold        = 10.0
	HoldOnLists = 3.0
)

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Chance returns the chance of a yes, from 0 to 1, by these coefficients.
func (c *Features) Chance(x Features) float64 {
	sum := 0.0
	for i, w := range c {
		sum += w * x[i]
	}
	return logistic(sum)
}

// Sample is an answer with what was known when it was asked.
type Sample struct {
	X   Features
	Yes float64 // 1 or 0
}

// Fit returns the coefficients that explain the answers best without leaving their start, where they are held, further
// than they must: logistic regression with a ridge, by Newton's method.
func Fit(start Features, hold float64, samples []Sample) Features {
	w := start
	for range 25 {
		var gradient Features
		var hessian [featureCount][featureCount]float64
		for i := range w {
			gradient[i] = -hold * (w[i] - start[i])
			hessian[i][i] = hold
		}
		for _, s := range samples {
			p := w.Chance(s.X)
			for i := range w {
				gradient[i] += (s.Yes - p) * s.X[i]
				for j := range w {
					hessian[i][j] += p * (1 - p) * s.X[i] * s.X[j]
				}
			}
		}
		// A whole step may overshoot where the chances are all but certain, so it is halved until it helps.
		step, now := solve(hessian, gradient), loss(&w, &start, hold, samples)
		next, size := w, 0.0
		for share := 1.0; share > 1e-6; share /= 2 {
			size = 0
			for i := range w {
				next[i] = w[i] + share*step[i]
				size += math.Abs(share * step[i])
			}
			if loss(&next, &start, hold, samples) <= now {
				break
			}
		}
		w = next
		if size < 1e-9 {
			break
		}
	}
	return w
}

// loss is what Fit makes small.
func loss(w, start *Features, hold float64, samples []Sample) float64 {
	sum := 0.0
	for i := range w {
		sum += hold / 2 * (w[i] - start[i]) * (w[i] - start[i])
	}
	for _, s := range samples {
		p := w.Chance(s.X)
		sum -= s.Yes*math.Log(max(p, 1e-300)) + (1-s.Yes)*math.Log(max(1-p, 1e-300))
	}
	return sum
}

// solve solves a small positive definite system by Gauss elimination with pivots.
func solve(a [featureCount][featureCount]float64, b Features) Features {
	for i := range featureCount {
		pivot := i
		for r := i + 1; r < featureCount; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[pivot][i]) {
				pivot = r
			}
		}
		a[i], a[pivot] = a[pivot], a[i]
		b[i], b[pivot] = b[pivot], b[i]
		for r := i + 1; r < featureCount; r++ {
			f := a[r][i] / a[i][i]
			for c := i; c < featureCount; c++ {
				a[r][c] -= f * a[i][c]
			}
			b[r] -= f * b[i]
		}
	}
	for i := featureCount - 1; i >= 0; i-- {
		for c := i + 1; c < featureCount; c++ {
			b[i] -= a[i][c] * b[c]
		}
		b[i] /= a[i][i]
	}
	return b
}

// Answer is an earlier answer of the same person.
type Answer struct {
	Yes     bool
	DaysAgo float64
	Weight  float64 // 1 for what was asked of them alone, less for what was asked of many
}

// Posterior joins the prior with a person's own answers: a Beta distribution, of which it returns the parameters.
func Posterior(prior float64, answers []Answer) (alpha, beta float64) {
	alpha, beta = evidenceStrength*prior, evidenceStrength*(1-prior)
	for _, a := range answers {
		weight := a.Weight * temporal.Faded(a.DaysAgo, AnswerFades)
		if a.Yes {
			alpha += weight
		} else {
			beta += weight
		}
	}
	return alpha, beta
}

// Quantile returns x with I_x(a, b) = p, by bisection.
func Quantile(a, b, p float64) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		middle := (low + high) / 2
		if betaIncomplete(a, b, middle) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// betaIncomplete is the regularised incomplete beta function, by its continued fraction (Press et al., Numerical
// Recipes, 6.4: the method of Lentz).
func betaIncomplete(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - betaIncomplete(b, a, 1-x)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny = 1e-300
	f, c, d := 1.0, 1.0, 0.0
	for i := range 300 {
		m := float64(i / 2)
		term := 1.0
		switch {
		case i == 0:
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		if d = 1 + term*d; math.Abs(d) < tiny {
			d = tiny
		}
		d = 1 / d
		if c = 1 + term/c; math.Abs(c) < tiny {
			c = tiny
		}
		f *= c * d
		if math.Abs(1-c*d) < 1e-12 {
			break
		}
	}
	return front * (f - 1)
}

// Bin is a step of the reliability diagram.
type Bin struct {
	From     float64 `json:"from"`
	Until    float64 `json:"until"`
	Answers  int     `json:"answers"`
	Foretold float64 `json:"foretold" doc:"mean of the chances in this bin"`
	Came     float64 `json:"came" doc:"share of yes in this bin"`
}

// Evaluation is how good the chances are.
type Evaluation struct {
	Answers          int     `json:"answers" doc:"answers that were foretold"`
	Brier            float64 `json:"brier" doc:"mean squared error of the chances; lower is better"`
	BrierBaseline    float64 `json:"brier_baseline" doc:"the same when everybody's chance is the share of yes among all of them"`
	LogLoss          float64 `json:"log_loss"`
	CalibrationError float64 `json:"calibration_error" doc:"root of the mean squared difference between what was foretold and what came, over the bins, less what chance alone makes of so few answers"`
	PlainError       float64 `json:"calibration_error_plain" doc:"mean difference between what was foretold and what came, over the bins; with few answers it is large for perfect chances too"`
	Bins             []Bin   `json:"bins"`
}

// FewestAnswers is from how many answers there is something to measure.
const FewestAnswers = 20

// bins is in how many steps calibration is judged.
const bins = 5

// Measure compares what was foretold with what came. The calibration error is without bias (Bröcker 2012; Kumar, Liang
// & Ma 2019): the plain one of sixty answers is a tenth even when every chance is right.
func Measure(foretold, came []float64) Evaluation {
	out := Evaluation{Answers: len(foretold), Bins: make([]Bin, bins)}
	n, rate := float64(len(foretold)), 0.0
	for _, y := range came {
		rate += y / n
	}
	for i, p := range foretold {
		y := came[i]
		out.Brier += (p - y) * (p - y) / n
		out.BrierBaseline += (rate - y) * (rate - y) / n
		out.LogLoss -= (y*math.Log(max(p, 1e-9)) + (1-y)*math.Log(max(1-p, 1e-9))) / n
		b := &out.Bins[min(int(p*bins), bins-1)]
		b.Answers++
		b.Foretold += p
		b.Came += y
	}
	squared, inBins := 0.0, 0.0
	for i := range out.Bins {
		b := &out.Bins[i]
		b.From, b.Until = float64(i)/bins, float64(i+1)/bins
		if b.Answers == 0 {
			continue
		}
		size := float64(b.Answers)
		out.PlainError += math.Abs(b.Foretold-b.Came) / n
		b.Foretold /= size
		b.Came /= size
		if b.Answers > 1 {
			squared += size * ((b.Foretold-b.Came)*(b.Foretold-b.Came) - b.Came*(1-b.Came)/(size-1))
			inBins += size
		}
	}
	out.CalibrationError = math.Sqrt(max(0, squared/max(1, inBins)))
	return out
}

// Text prints the figures.
func (e Evaluation) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nBrier %.4f (%s %.4f), log loss %.4f, %s %.4f\n", p.T("%d answers foretold", e.Answers),
		e.Brier, p.T("constant rate"), e.BrierBaseline, e.LogLoss, p.T("calibration error"), e.CalibrationError)
	for _, bin := range e.Bins {
		fmt.Fprintf(&b, "  %.1f – %.1f  %4d  %.3f  %.3f\n", bin.From, bin.Until, bin.Answers, bin.Foretold, bin.Came)
	}
	return b.String()
}
