package goodwill

import "math"

// The features of goodwill, each as it was at a moment. Their order is that of the coefficients.
const (
	constant    = iota
	closeness   // strength of the tie, from 0 to below 1
	faceToFace  // the share of the tie that comes from meeting, video and calls, times its strength
	reciprocity // from 0 to 1
	gestures    // gifts to them, fading in two years, at most 2
	years       // known, at most 6
	openness    // how often they answered asks of others that all could see, as log odds beside somebody of whom nothing is known
	presence    // how much they answer at all these days: ln(1 + answers), halved every sixty days
	unheard     // ln(1 + days since they wrote)
	featureCount
)

var featureNames = [featureCount]string{"constant", "closeness", "face_to_face", "reciprocity", "gestures", "years_known", "openness", "presence", "unheard"}

type features [featureCount]float64

// coefficients are where everybody starts, before any answer: about four in ten from an acquaintance, nine in ten from somebody close to whom one
// gave. They follow the answers that come in.
var coefficients = features{constant: -0.9, closeness: 2.2, faceToFace: 0.6, reciprocity: 0.4, gestures: 0.7, years: 0.1}

// coefficientsOnLists are where it starts for an ask to a whole list: whoever answers at all, one in thirty, more if they do so often.
var coefficientsOnLists = features{constant: -3.4, closeness: 0.5, openness: 0.5, presence: 0.3}

// evidenceStrength is how many answers the prior is worth, and answerFades the half-life of an answer, in days.
const (
	evidenceStrength = 4
	answerFades      = 2 * 365.0
)

// towardsStart is how strongly the coefficients are held where they start, as a ridge penalty.
const towardsStart = 3.0

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (c *features) chance(x features) float64 {
	sum := 0.0
	for i, w := range c {
		sum += w * x[i]
	}
	return logistic(sum)
}

// sample is an answer with what was known when it was asked.
type sample struct {
	x   features
	yes float64
}

// fit returns the coefficients that explain the answers best without leaving their start further than they must: logistic regression with a ridge, by
// Newton's method.
func fit(start features, samples []sample) features {
	w := start
	for range 25 {
		var gradient features
		var hessian [featureCount][featureCount]float64
		for i := range w {
			gradient[i] = -towardsStart * (w[i] - start[i])
			hessian[i][i] = towardsStart
		}
		for _, s := range samples {
			p := w.chance(s.x)
			for i := range w {
				gradient[i] += (s.yes - p) * s.x[i]
				for j := range w {
					hessian[i][j] += p * (1 - p) * s.x[i] * s.x[j]
				}
			}
		}
		// A whole step may overshoot where the chances are all but certain, so it is halved until it helps.
		step, now := solve(hessian, gradient), loss(&w, &start, samples)
		next, size := w, 0.0
		for share := 1.0; share > 1e-6; share /= 2 {
			size = 0
			for i := range w {
				next[i] = w[i] + share*step[i]
				size += math.Abs(share * step[i])
			}
			if loss(&next, &start, samples) <= now {
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

// loss is what fit makes small.
func loss(w, start *features, samples []sample) float64 {
	sum := 0.0
	for i := range w {
		sum += towardsStart / 2 * (w[i] - start[i]) * (w[i] - start[i])
	}
	for _, s := range samples {
		p := w.chance(s.x)
		sum -= s.yes*math.Log(max(p, 1e-300)) + (1-s.yes)*math.Log(max(1-p, 1e-300))
	}
	return sum
}

// solve solves a small positive definite system by Gauss elimination with pivots.
func solve(a [featureCount][featureCount]float64, b features) features {
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

// answer is an earlier answer of the same person.
type answer struct {
	yes     bool
	daysAgo float64
	weight  float64 // 1 for what was asked of them alone, less for what was asked of many
}

// posterior joins the prior with a person's own answers: a Beta distribution, of which it returns the parameters.
func posterior(prior float64, answers []answer) (alpha, beta float64) {
	alpha, beta = evidenceStrength*prior, evidenceStrength*(1-prior)
	for _, a := range answers {
		weight := a.weight * math.Exp2(-a.daysAgo/answerFades)
		if a.yes {
			alpha += weight
		} else {
			beta += weight
		}
	}
	return alpha, beta
}

// betaQuantile returns x with I_x(a, b) = p, by bisection.
func betaQuantile(a, b, p float64) float64 {
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

// betaIncomplete is the regularised incomplete beta function, by its continued fraction (Press et al., Numerical Recipes, 6.4: the method of Lentz).
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
