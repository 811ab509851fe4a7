// Package random gives streams of chance that belong to one purpose, so that worlds are the same whatever else changes.
package random

import (
	"math"
	"math/rand/v2"
)

// A Source is a stream of random numbers that belongs to one purpose and one thing, so that a change in one part of a
// world leaves all other parts as they are, and nothing depends on the order of work.
type Source struct {
	*rand.Rand
	pcg rand.PCG
}

// Mix is the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Hash turns a purpose and a few numbers into 64 bits.
func Hash(seed uint64, purpose string, numbers ...int) uint64 {
	h := Mix(seed)
	for i := range len(purpose) {
		h = (h ^ uint64(purpose[i])) * 0x100000001b3
	}
	for _, n := range numbers {
		h = Mix(h ^ uint64(n))
	}
	return Mix(h)
}

// Stream returns the stream of a purpose.
func Stream(seed uint64, purpose string, numbers ...int) *Source {
	s := &Source{}
	h := Hash(seed, purpose, numbers...)
	s.pcg.Seed(h, Mix(h^seed))
	s.Rand = rand.New(&s.pcg)
	return s
}

// Chance is true with probability p.
func (s *Source) Chance(p float64) bool { return s.Float64() < p }

// Between returns a number from low up to high.
func (s *Source) Between(low, high float64) float64 { return low + (high-low)*s.Float64() }

// Whole returns a whole number from low to high, both included.
func (s *Source) Whole(low, high int) int {
	if high <= low {
		return low
	}
	return low + s.IntN(high-low+1)
}

// LogNormal returns a log-normal number with this median and standard deviation of its logarithm.
func (s *Source) LogNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*s.NormFloat64())
}

// Gamma returns a gamma number with this shape of at least 1 and mean 1 (Marsaglia & Tsang 2000).
func (s *Source) Gamma(shape float64) float64 {
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

// Pareto returns a number of at least low with a power-law tail of this exponent.
func (s *Source) Pareto(low, exponent float64) float64 {
	return low * math.Pow(1-s.Float64(), -1/exponent)
}

// Pick returns one of the list.
func Pick[T any](s *Source, list []T) T { return list[s.IntN(len(list))] }

// Weighted returns an index with probability proportional to its weight, -1 when all weights are 0.
func (s *Source) Weighted(weights []float64) int {
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

// Some returns n different items of the list in random order, all of them when there are fewer.
func Some[T any](s *Source, list []T, n int) []T {
	order := s.Perm(len(list))
	n = min(n, len(list))
	out := make([]T, n)
	for i := range n {
		out[i] = list[order[i]]
	}
	return out
}

// Logistic is 1 / (1 + e^-x).
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Round4 keeps four decimals, enough for a truth file and alike on every machine.
func Round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }
