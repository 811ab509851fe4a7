package temporal

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Rhythm describes the gaps between events that follow each other.
type Rhythm struct {
	// Events is how many there are. Mean and Deviation are those of the Events-1 gaps between them (of all gaps, not of
	// a sample); not a number without a gap.
	Events          int
	Mean, Deviation float64
	// Burstiness is (deviation - mean) / (deviation + mean): -1 for a clock, 0 for chance (a Poisson process), up to 1
	// for bursts (Goh & Barabási 2008). It is not a number with fewer than 2 gaps, or when all gaps are 0.
	Burstiness float64
	// Finite is the burstiness without the bias that few events have (Kim & Jo 2016, equation 22): with r = deviation /
	// mean and n events, (√(n+1) r - √(n-1)) / ((√(n+1) - 2) r + √(n-1)).
	Finite float64
	// Memory is the correlation of a gap with the next one, in [-1, 1] (Goh & Barabási 2008). It is not a number with
	// fewer than 3 gaps or where they do not vary.
	Memory float64
}

// Gaps are the lengths of the gaps between events that follow each other, the shortest first.
type Gaps []int64

// GapsOf returns the gaps between events at these times, in any order: one less than there are events.
func GapsOf(times []int64) Gaps {
	if !slices.IsSorted(times) {
		times = slices.Sorted(slices.Values(times))
	}
	gaps := make(Gaps, max(0, len(times)-1))
	for i := range gaps {
		gaps[i] = times[i+1] - times[i]
	}
	slices.Sort(gaps)
	return gaps
}

// Quantile returns the gap than which part of so many parts of all are shorter or equal: the median is Quantile(1, 2),
// the upper of the two in the middle where their number is even. It is 0 without a gap; part is from 0 to below of.
func (g Gaps) Quantile(part, of int) int64 {
	if len(g) == 0 {
		return 0
	}
	return g[len(g)*part/of]
}

// RhythmOf returns the rhythm of events at these times, in any order.
func RhythmOf(times []int64) Rhythm {
	nan := math.NaN()
	r := Rhythm{Events: len(times), Mean: nan, Deviation: nan, Burstiness: nan, Finite: nan, Memory: nan}
	if !slices.IsSorted(times) {
		times = slices.Sorted(slices.Values(times))
	}
	count := len(times) - 1
	if count < 1 {
		return r
	}
	gap := func(i int) float64 { return float64(times[i+1] - times[i]) }
	r.Mean, r.Deviation = meanOf(0, count, gap)
	if count < 2 || r.Mean == 0 {
		return r
	}
	r.Burstiness = (r.Deviation - r.Mean) / (r.Deviation + r.Mean)
	n, ratio := float64(len(times)), r.Deviation/r.Mean
	up, down := math.Sqrt(n+1), math.Sqrt(n-1)
	r.Finite = (up*ratio - down) / ((up-2)*ratio + down)
	if count < 3 {
		return r
	}
	mean1, deviation1 := meanOf(0, count-1, gap)
	mean2, deviation2 := meanOf(1, count, gap)
	if deviation1 == 0 || deviation2 == 0 {
		return r
	}
	sum := 0.0
	for i := range count - 1 {
		sum += (gap(i) - mean1) * (gap(i+1) - mean2)
	}
	r.Memory = sum / float64(count-1) / (deviation1 * deviation2)
	return r
}

// meanOf returns the mean and the standard deviation of value(low) … value(high-1).
func meanOf(low, high int, value func(int) float64) (mean, deviation float64) {
	n := float64(high - low)
	for i := low; i < high; i++ {
		mean += value(i) / n
	}
	for i := low; i < high; i++ {
		deviation += (value(i) - mean) * (value(i) - mean) / n
	}
	return mean, math.Sqrt(deviation)
}

// Rhythms returns the rhythm of each node's contacts, by their starts; in a directed sequence of those that it begins.
func Rhythms(ctx context.Context, s *Sequence, opts graph.Options) ([]Rhythm, error) {
	offsets := make([]int64, s.n+1)
	each := func(visit func(v uint32, t int64)) error {
		for i, e := range s.events {
			if ranges.Ended(ctx, i) {
				return ctx.Err()
			}
			visit(e.from, e.start)
			if !s.directed {
				visit(e.to, e.start)
			}
		}
		return ctx.Err()
	}
	if err := each(func(v uint32, _ int64) { offsets[v+1]++ }); err != nil {
		return nil, err
	}
	for v := range s.n {
		offsets[v+1] += offsets[v]
	}
	times, next := make([]int64, offsets[s.n]), slices.Clone(offsets[:s.n])
	if err := each(func(v uint32, t int64) { times[next[v]] = t; next[v]++ }); err != nil {
		return nil, err
	}
	out := make([]Rhythm, s.n)
	err := opts.Run(ctx, s.n, 64, func(_, low, high int) {
		for v := low; v < high; v++ {
			out[v] = RhythmOf(times[offsets[v]:offsets[v+1]])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
