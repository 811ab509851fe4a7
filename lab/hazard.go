package lab

import (
	"math"
	"slices"
	"time"

	"gave.network/graph/temporal"
)

// traits are what a hazard of drifting apart is learnt from: the history of a pair and how busy one of them was.
const traits = 14

// traitsOf describes a pair at a day, from the days on which the two were in contact in the year before and the days
// on which one of them was in contact with anybody. All are sorted and none is later than the day.
func traitsOf(days, mine []int64, now int64) [traits]float64 {
	gaps, rhythm := temporal.GapsOf(days), temporal.RhythmOf(days)
	silent, shorter := float64(now-days[len(days)-1]), 0.0
	for _, gap := range gaps {
		if float64(gap) <= silent {
			shorter++
		}
	}
	last := float64(days[len(days)-1] - days[len(days)-2])
	quantile := (shorter + 0.5) / float64(len(gaps)+1)
	since := func(list []int64, span float64) float64 {
		i, _ := slices.BinarySearch(list, now-int64(span)+1)
		return float64(len(list) - i)
	}
	ratio := func(a, b float64) float64 { return math.Log((a + 1) / (b + 1)) }
	return [traits]float64{
		1, math.Log1p(silent), math.Log1p(float64(len(gaps))), math.Log(quantile / (1 - quantile)),
		ratio(silent, float64(gaps.Quantile(1, 2))), ratio(silent, float64(gaps.Quantile(9, 10))),
		(rhythm.Deviation - rhythm.Mean) / (rhythm.Deviation + rhythm.Mean + 0.01), // bursts (Goh & Barabási 2008)
		math.Log1p(float64(days[len(days)-1] - days[0])), math.Log1p(since(days, 30)), math.Log1p(since(days, 60)),
		math.Log1p(since(days, 120)), math.Log1p(last),
		math.Log1p(since(mine, silent)), ratio(since(mine, 30), since(mine, 120)/4),
	}
}

// hazard is a logistic regression over traits that are scaled to a mean of 0 and a deviation of 1.
type hazard struct{ weight, mean, deviation [traits]float64 }

func (h *hazard) of(x [traits]float64) float64 {
	sum := 0.0
	for i, w := range h.weight {
		sum += w * (x[i] - h.mean[i]) / h.deviation[i]
	}
	return sum
}

// learnHazard fits it to several records by Newton's method with a ridge. One with four times the looks counts twice as
// much.
func learnHazard(records [][]silence) *hazard {
	const ridge, steps = 3.0, 12
	h := &hazard{}
	each := func(see func(weight float64, x *silence)) {
		for _, list := range records {
			for i := range list {
				see(1/math.Sqrt(float64(len(list))), &list[i])
			}
		}
	}
	total := 0.0
	each(func(weight float64, x *silence) {
		total += weight
		for i, value := range x.traits {
			h.mean[i] += weight * value
		}
	})
	for i := range h.mean {
		h.mean[i] /= total
	}
	each(func(weight float64, x *silence) {
		for i, value := range x.traits {
			h.deviation[i] += weight * (value - h.mean[i]) * (value - h.mean[i])
		}
	})
	for i := range h.deviation {
		h.deviation[i] = math.Sqrt(h.deviation[i]/total) + 1e-9
	}
	h.mean[0], h.deviation[0] = 0, 1
	for range steps {
		var gradient [traits]float64
		var curve [traits][traits]float64
		for i := range traits {
			curve[i][i], gradient[i] = ridge, -ridge*h.weight[i]
		}
		each(func(weight float64, x *silence) {
			p := 1 / (1 + math.Exp(-h.of(x.traits)))
			came := 0.0
			if x.drifted {
				came = 1
			}
			var z [traits]float64
			for i := range z {
				z[i] = (x.traits[i] - h.mean[i]) / h.deviation[i]
				gradient[i] += weight * (came - p) * z[i]
				for j := range i + 1 {
					curve[i][j] += weight * p * (1 - p) * z[i] * z[j]
					curve[j][i] = curve[i][j]
				}
			}
		})
		for i, step := range solveSymmetric(curve, gradient) {
			h.weight[i] += step
		}
	}
	return h
}

// solveSymmetric solves a positive definite system by elimination.
func solveSymmetric(a [traits][traits]float64, b [traits]float64) [traits]float64 {
	for i := range traits {
		for r := i + 1; r < traits; r++ {
			f := a[r][i] / a[i][i]
			for c := i; c < traits; c++ {
				a[r][c] -= f * a[i][c]
			}
			b[r] -= f * b[i]
		}
	}
	for i := traits - 1; i >= 0; i-- {
		for c := i + 1; c < traits; c++ {
			b[i] -= a[i][c] * b[c]
		}
		b[i] /= a[i][i]
	}
	return b
}

func daysOf(times []time.Time) []int64 {
	days := make([]int64, len(times))
	for i, t := range times {
		days[i] = t.Unix() / 86400
	}
	slices.Sort(days)
	return slices.Compact(days)
}
