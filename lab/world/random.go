package world

import (
	"math"
	"math/rand/v2"
)

// A source is a stream of random numbers that belongs to one purpose and one thing, so that a change in one part of a
// world leaves all other parts as they are, and nothing depends on the order of work.
type source struct {
	*rand.Rand
	pcg rand.PCG
}

// mix is the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hash turns a purpose and a few numbers into 64 bits.
func hash(seed uint64, purpose string, numbers ...int) uint64 {
	h := mix(seed)
	for i := range len(purpose) {
		h = (h ^ uint64(purpose[i])) * 0x100000001b3
	}
	for _, n := range numbers {
		h = mix(h ^ uint64(n))
	}
	return mix(h)
}

// stream returns the stream of a purpose.
func stream(seed uint64, purpose string, numbers ...int) *source {
	s := &source{}
	h := hash(seed, purpose, numbers...)
	s.pcg.Seed(h, mix(h^seed))
	s.Rand = rand.New(&s.pcg)
	return s
}

// chance is true with probability p.
func (s *source) chance(p float64) bool { return s.Float64() < p }

// between returns a number from low up to high.
func (s *source) between(low, high float64) float64 { return low + (high-low)*s.Float64() }

// whole returns a whole number from low to high, both included.
func (s *source) whole(low, high int) int {
	if high <= low {
		return low
	}
	return low + s.IntN(high-low+1)
}

// logNormal returns a log-normal number with this median and standard deviation of its logarithm.
func (s *source) logNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*s.NormFloat64())
}

// gamma returns a gamma number with this shape of at least 1 and mean 1 (Marsaglia & Tsang 2000).
func (s *source) gamma(shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-s.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// pareto returns a number of at least low with a power-law tail of this exponent.
func (s *source) pareto(low, exponent float64) float64 {
	return low * math.Pow(1-s.Float64(), -1/exponent)
}

// pick returns one of the list.
func pick[T any](s *source, list []T) T { return list[s.IntN(len(list))] }

// weighted returns an index with probability proportional to its weight, -1 when all weights are 0.
func (s *source) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if sum <= 0 {
		return -1
	}
	x := s.Float64() * sum
	last := -1
	for i, w := range weights {
		if w <= 0 {
			continue
		}
		last = i
		if x -= w; x < 0 {
			return i
		}
	}
	return last
}

// some returns n different items of the list in random order, all of them when there are fewer.
func some[T any](s *source, list []T, n int) []T {
	order := s.Perm(len(list))
	n = min(n, len(list))
	out := make([]T, n)
	for i := range n {
		out[i] = list[order[i]]
	}
	return out
}

// logistic is 1 / (1 + e^-x).
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// round4 keeps four decimals, enough for a truth file and alike on every machine.
func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }
