package routing

import "math"

// Weights say how much each feature counts. The model is the conditional logit (McFadden 1974; as a ranking loss,
// ListNet of Cao and others 2007): the chance that a candidate answers is exp(w.x) over the sum of it for all
// candidates.
type Weights [Features]float64

// Score is the logarithm of a candidate's chance, up to what is common to all candidates of an ask.
func (w *Weights) Score(v *Vector) float64 {
	s := 0.0
	for i, x := range v {
		s += w[i] * float64(x)
	}
	return s
}

// Scores returns the score of each candidate.
func (w *Weights) Scores(vectors []Vector) []float64 {
	out := make([]float64, len(vectors))
	for i := range vectors {
		out[i] = w.Score(&vectors[i])
	}
	return out
}

// Chances turns scores into probabilities that sum to one.
func Chances(scores []float64) []float64 {
	most := math.Inf(-1)
	for _, s := range scores {
		most = max(most, s)
	}
	sum := 0.0
	out := make([]float64, len(scores))
	for i, s := range scores {
		out[i] = math.Exp(s - most)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// Example is an ask with its candidates, of which some answered.
type Example struct {
	Vectors  []Vector
	Answered []int // places in Vectors; at least one
}

// gradient adds to g the slope of the log likelihood of the example, that any of those who answered is drawn, and
// returns it: who asks is helped by the first.
func (w *Weights) gradient(e *Example, g *Weights) float64 {
	chances := Chances(w.Scores(e.Vectors))
	any := 1e-300
	for _, a := range e.Answered {
		any += chances[a]
	}
	for _, a := range e.Answered {
		for f, x := range e.Vectors[a] {
			g[f] += chances[a] / any * float64(x)
		}
	}
	for i := range e.Vectors {
		if chances[i] < 1e-9 {
			continue
		}
		for f, x := range e.Vectors[i] {
			g[f] -= chances[i] * float64(x)
		}
	}
	return math.Log(any)
}

// Learn returns the weights under which the answers of the examples are most likely, drawn to prior, by Adam (Kingma
// and Ba 2015) over all examples at once, begun at start. importance is the weight of each example, nil for equal ones;
// pull is the strength of the prior against their average.
func Learn(examples []Example, importance []float64, start, prior Weights, pull float64, rounds int) Weights {
	const rate, beta1, beta2 = 0.05, 0.9, 0.999
	w := start
	var m, v Weights
	total := 0.0
	weight := func(i int) float64 {
		if importance == nil {
			return 1
		}
		return importance[i]
	}
	for i := range examples {
		total += weight(i)
	}
	if total == 0 {
		return w
	}
	for round := 1; round <= rounds; round++ {
		var g Weights
		for i := range examples {
			var one Weights
			w.gradient(&examples[i], &one)
			for f := range g {
				g[f] += weight(i) * one[f] / total
			}
		}
		step := rate / (1 + float64(round)/100)
		for f := range w {
			g[f] -= pull * (w[f] - prior[f])
			m[f] = beta1*m[f] + (1-beta1)*g[f]
			v[f] = beta2*v[f] + (1-beta2)*g[f]*g[f]
			w[f] += step * (m[f] / (1 - math.Pow(beta1, float64(round)))) /
				(math.Sqrt(v[f]/(1-math.Pow(beta2, float64(round)))) + 1e-8)
		}
	}
	return w
}
