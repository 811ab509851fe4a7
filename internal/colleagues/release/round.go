package release

import "math"

// Base is what figures of people are rounded to: to multiples of it, and never by more than it. Nobody can move such a
// figure by more than Base - 1, whatever they do, so that two releases that differ by one person always leave it open
// whether this person made any difference at all. Fewer than Base are rounded to 0: a figure that is told rests on at
// least four people on either side, each of whom counts once, so that one or two never make up most of it.
const Base = 4

// measureBase is what correlations and the like are rounded to, in hundredths.
const measureBase = 20

// Draw returns a number from 0 to below n, by chance. It must be one that nobody can foresee or repeat.
type Draw func(n int) int

// rounder rounds by chance; without a draw it leaves figures as they are.
type rounder struct{ draw Draw }

// count rounds a count of people: random rounding, as official statistics do (Fellegi 1975; Hundepool et al. 2012,
// Statistical Disclosure Control, 5.4.3), with two things added. A count that is a multiple already moves as well, one
// time in five: an unmoved figure would be an exact one. And a count below the base becomes 0.
func (r rounder) count(n int) int {
	if r.draw == nil {
		return n
	}
	if n < Base {
		return 0
	}
	return r.multiple(n, Base)
}

// multiple returns a multiple of the base at most base away from n, by chance; its mean is n.
func (r rounder) multiple(n, base int) int {
	rest := ((n % base) + base) % base
	low := n - rest
	if rest > 0 {
		if r.draw(base) < rest {
			return low + base
		}
		return low
	}
	switch r.draw(10) {
	case 0:
		return n - base
	case 1:
		return n + base
	}
	return n
}

// people rounds how many people are in a group that may be spoken of: never below the threshold.
func (r rounder) people(n, threshold int) int {
	if r.draw == nil {
		return n
	}
	return max(r.count(n), threshold)
}

// measure rounds a measure between -1 and 1; nil for what is not defined.
func (r rounder) measure(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	if r.draw != nil {
		x = min(1, max(-1, float64(r.multiple(int(math.Round(100*x)), measureBase))/100))
	}
	return &x
}
