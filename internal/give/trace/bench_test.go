package trace

import (
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkUnderstand understands ten years of gifts and returns among 3,000 people who have a hundred ties each.
func BenchmarkUnderstand(b *testing.B) {
	x := rand.New(rand.NewPCG(3, 3))
	const n, days = 3000, 3650
	ties := make([]Tie, n*50)
	for i := range ties {
		first := x.IntN(days)
		ties[i] = Seen(x.Int32N(n), x.Int32N(n), x.Float64()*x.Float64(), day(first), day(first+x.IntN(days-first)))
	}
	gifts, returns := make([]Gift, 600), make([]Return, 400)
	for i := range gifts {
		gifts[i] = Gift{At: day(i * days / len(gifts)), Receivers: []int32{x.Int32N(n)}, About: x.Int32N(9)}
	}
	for i := range returns {
		returns[i] = Return{At: day((i + 1) * days / len(returns)).Add(time.Hour), From: x.Int32N(n)}
	}
	for b.Loop() {
		// A network remembers who is near to whom.
		tracers := Tracers(NewNetwork(n, ties), gifts, Lags(UsualLag))
		Understand(tracers, returns, make([]Answer, len(returns)), func(some []int, i int) []Sums {
			with := make([]*Tracer, len(some))
			for k, n := range some {
				with[k] = tracers[n]
			}
			return SumsOf(with, returns[i])
		})
	}
}
