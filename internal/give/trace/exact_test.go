package trace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gave.network/internal/near"
)

// instance is a small network with ties of every kind: strong, weak, none, too strong, ended, yet to begin.
func instance(seed uint64) (n int, ties []Tie, gifts []Gift, r Return) {
	x := rand.New(rand.NewPCG(seed, 11))
	n = 3 + x.IntN(5)
	for range x.IntN(14) {
		first := x.IntN(500)
		ties = append(ties, Tie{
			int32(x.IntN(n+2) - 1), int32(x.IntN(n+2) - 1), float64(x.IntN(14)-1) / 10,
			day(first), day(first + x.IntN(700)),
		})
	}
	for range 1 + x.IntN(8) {
		g := Gift{At: day(x.IntN(600)), About: int32(x.IntN(3))}
		for range x.IntN(3) {
			g.Receivers = append(g.Receivers, int32(x.IntN(n)))
		}
		gifts = append(gifts, g)
	}
	return n, ties, gifts, Return{At: day(x.IntN(800)), From: int32(x.IntN(n))}
}

// walk returns the best product over all simple paths of at most MostHops ties that were alive when the news passed
// them, one after the other from one moment to the other, by trying them all.
func walk(n int, ties []Tie, from, to int32, start, end time.Time, visited []bool, hops int) float64 {
	if from == to {
		return 1
	}
	if hops == MostHops {
		return 0
	}
	best := 0.0
	visited[from] = true
	for _, t := range ties {
		if t.A < 0 || t.B < 0 || int(t.A) >= n || int(t.B) >= n || t.A == t.B || t.Strength <= 0 {
			continue
		}
		next := t.B
		if t.B == from {
			next = t.A
		} else if t.A != from {
			continue
		}
		if visited[next] || t.First.After(end) || t.Last.Before(start) {
			continue
		}
		best = max(best, PerHop*min(1, t.Strength)*walk(n, ties, next, to, later(start, t.First), end, visited, hops+1))
	}
	visited[from] = false
	return best
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// What a gift could have to do with a return is that of the formula: u·K, with u from all paths.
func TestWeightsAgainstEveryPath(t *testing.T) {
	shared, unshared := 0, 0
	for seed := range uint64(600) {
		n, ties, gifts, r := instance(seed)
		values := make([]float64, len(gifts))
		for i, g := range gifts {
			d := r.At.Sub(g.At)
			if d <= 0 {
				continue
			}
			u := 0.0
			if len(g.Receivers) == 0 {
				u = 1
			}
			for _, v := range g.Receivers {
				u = max(u, walk(n, ties, v, r.From, g.At, r.At, make([]bool, n), 0))
			}
			z := math.Log(d.Hours() / (365 * 24))
			// The density of the log-normal is highest, exp(1/2) per median, at exp(-1) of the median.
			kernel := math.Exp(-z*z/2) / math.Exp(z) / math.Exp(0.5)
			if u >= negligible && kernel >= negligible && u*kernel >= negligible {
				values[i] = u * kernel
			}
		}
		weights, _ := NewNetwork(n, ties).weigh(gifts, r, UsualLag)
		shares := weights[0]
		got := make([]float64, len(gifts))
		for _, s := range shares {
			got[s.Gift] = s.Share
			if s.Lag != r.At.Sub(gifts[s.Gift].At) {
				t.Errorf("seed %d: lag %v", seed, s.Lag)
			}
			if len(s.Path) == 0 || s.Path[len(s.Path)-1] != r.From || len(s.Path) > MostHops+1 {
				t.Errorf("seed %d: path %v to %d", seed, s.Path, r.From)
			}
			if to := gifts[s.Gift].Receivers; len(to) > 0 && !slices.Contains(to, s.Path[0]) {
				t.Errorf("seed %d: path %v begins at none of %v", seed, s.Path, to)
			}
			shared++
		}
		for i := range gifts {
			near.Equal(t, fmt.Sprintf("seed %d: the share of gift %d", seed, i), got[i], values[i], 1e-9)
			if values[i] == 0 {
				unshared++
			}
		}
	}
	if shared < 300 || unshared < 300 {
		t.Errorf("%d shares and %d gifts without: the test tells too little", shared, unshared)
	}
}

// A tie counts when it is alive at any moment from the gift to the return, both included; paths end after MostHops
// ties.
func TestTheEndsOfTies(t *testing.T) {
	gift, back := day(100), day(200)
	for _, c := range []struct {
		name        string
		first, last time.Time
		reached     bool
	}{
		{"ends as the gift is given", day(0), gift, true},
		{"ends a second before", day(0), gift.Add(-time.Second), false},
		{"begins as the return comes", back, day(300), true},
		{"begins a second after", back.Add(time.Second), day(300), false},
	} {
		g := NewNetwork(2, []Tie{{0, 1, 1, c.first, c.last}})
		shares, _ := g.weigh([]Gift{{At: gift, Receivers: []int32{0}}}, Return{At: back, From: 1}, UsualLag)
		if (len(shares[0]) == 1) != c.reached {
			t.Errorf("a tie that %s: %v", c.name, shares)
		}
	}
	var line []Tie
	for i := range int32(6) {
		line = append(line, always(i, i+1, 1))
	}
	g := NewNetwork(7, line)
	for hops := range int32(7) {
		shares, _ := g.weigh([]Gift{{At: gift, Receivers: []int32{0}}}, Return{At: gift.AddDate(1, 0, 0), From: hops},
			UsualLag)
		if (len(shares[0]) == 1) != (hops <= MostHops) {
			t.Errorf("over %d ties: %v", hops, shares)
		}
		if len(shares[0]) == 1 && len(shares[0][0].Path) != int(hops)+1 {
			t.Errorf("over %d ties: path %v", hops, shares[0][0].Path)
		}
	}
	// Of two equal ways the one over the person with the lower number is told, and of two equal gifts the later one is
	// the likelier.
	g = NewNetwork(4, []Tie{always(3, 1, 0.5), always(3, 2, 0.5), always(1, 0, 0.5), always(2, 0, 0.5)})
	tracer := NewTracer(g, []Gift{{At: gift, Receivers: []int32{3}}, {At: gift, Receivers: []int32{3}}}, UsualLag)
	shares, _ := tracer.Trace(Return{At: back, From: 0}, 1, Believe(nil))
	if len(shares) != 2 || shares[0].Gift != 1 || !slices.Equal(shares[0].Path, []int32{3, 1, 0}) {
		t.Errorf("%+v", shares)
	}
	// A tie that had ended by a gift is none for it, and is one for the gift of the day before.
	g = NewNetwork(2, []Tie{{0, 1, 1, day(0), day(100)}})
	weights, _ := g.weigh([]Gift{{At: day(100), Receivers: []int32{0}}, {At: day(101), Receivers: []int32{0}}},
		Return{At: day(400), From: 1}, UsualLag)
	if len(weights[0]) != 1 || weights[0][0].Gift != 0 {
		t.Errorf("gifts at the end of a tie and a day after it: %+v", weights[0])
	}
	// News does not pass a tie that had ended before it could be there.
	for _, c := range []struct {
		first, last int // of the second tie; the first lasts from day 150 on
		reached     bool
	}{{0, 149, false}, {0, 150, true}, {120, 300, true}} {
		g = NewNetwork(3, []Tie{{0, 1, 1, day(150), day(300)}, {1, 2, 1, day(c.first), day(c.last)}})
		weights, _ := g.weigh([]Gift{{At: gift, Receivers: []int32{0}}}, Return{At: back, From: 2}, UsualLag)
		if (len(weights[0]) == 1) != c.reached {
			t.Errorf("the second tie from day %d to %d: %+v", c.first, c.last, weights[0])
		}
	}
}

func TestLagByHand(t *testing.T) {
	l := Lag{100 * time.Hour, 0.5}
	density := func(hours float64) float64 {
		z := (math.Log(hours) - math.Log(100)) / 0.5
		return math.Exp(-z*z/2) / hours
	}
	highest := 0.0
	for hours := 1.0; hours < 400; hours += 0.01 {
		highest = max(highest, density(hours))
	}
	for _, hours := range []float64{1, 20, 60, 100, 150, 1000} {
		near.Equal(t, fmt.Sprintf("the weight of %v hours", hours), l.At(time.Duration(hours*float64(time.Hour))),
			density(hours)/highest, 1e-6)
	}
	// A single confirmed lag of e times the usual one: the mean of six logarithms rises by a sixth, the variance by a
	// part of it.
	usual := MedianLag.Hours()
	fitted := Fit([]time.Duration{time.Duration(math.E * float64(MedianLag)), 0, -time.Hour})
	near.Equal(t, "the median", fitted.Median.Hours(), usual*math.Exp(1.0/6), 0.01)
	near.Equal(t, "the spread", fitted.Spread, math.Sqrt((5+25.0/36)/6), 1e-6)
	if none := Fit(nil); none.Spread != 1 {
		t.Errorf("no lags: %+v", none)
	} else {
		near.Equal(t, "the median of no lags", none.Median.Hours(), usual, 1e-3)
	}
	near.Equal(t, "the least spread", Fit(slices.Repeat([]time.Duration{MedianLag}, 1000)).Spread, 0.4, 0)
}

// The p-value and the effect are recomputed from all orders of the receivers, a thousand of which the test draws.
func TestChanceAgainstEveryOrder(t *testing.T) {
	told := 0
	for seed := range uint64(8) {
		x := rand.New(rand.NewPCG(seed, 12))
		const people = 7
		var ties []Tie
		for a := range int32(people) {
			for b := range a {
				if x.IntN(3) > 0 {
					ties = append(ties, always(a, b, float64(1+x.IntN(9))/10))
				}
			}
		}
		// Two short periods, one of six gifts and one of four, whatever the length that the test asks for; a gift to
		// everybody is left out.
		var gifts []Gift
		for i := range 10 {
			at := x.IntN(300)
			if i >= 6 {
				at = 2000 + at/2 // within one period of each length
			}
			gifts = append(gifts, Gift{At: day(at), Receivers: []int32{int32(x.IntN(people))}})
		}
		gifts[0].At, gifts[6].At = day(0), day(2000)
		gifts = append(gifts, Gift{At: day(3)})
		var returns []Return
		for range 5 {
			returns = append(returns, Return{At: day(100 + x.IntN(2500)), From: int32(x.IntN(people))})
		}
		g := NewNetwork(people, ties)
		got := g.Test(gifts, returns, UsualLag, seed)
		// of a return and of a receiver, and of a return and of a gift; ties never end here
		var worth, kernel [5][10]float64
		for k, r := range returns {
			for i := range 10 {
				worth[k][i] = walk(people, ties, gifts[i].Receivers[0], r.From, day(0), day(4000),
					make([]bool, people), 0)
				if kernel[k][i] = UsualLag.At(r.At.Sub(gifts[i].At)); worth[k][i] < negligible {
					worth[k][i] = 0
				}
			}
		}
		statistic := func(receiver []int) float64 {
			sum := 0.0
			for k := range returns {
				best := 0.0
				for i := range 10 {
					best = max(best, worth[k][receiver[i]]*kernel[k][i])
				}
				sum += best
			}
			return sum
		}
		order := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		observed := statistic(order)
		var sums []float64
		asGood := 0.0
		permutations(order[:6], func() {
			permutations(order[6:], func() {
				s := statistic(order)
				sums = append(sums, s)
				if s >= observed-1e-12 {
					asGood++
				}
			})
		})
		slices.Sort(sums)
		p := asGood / float64(len(sums))
		// Both tests draw of the 17,280 orders until 60 are as good, and 1,000 at most; the larger p is told. Six
		// standard deviations and the one that is added.
		tolerance := 6*math.Sqrt(p*(1-p)/min(Permutations, EnoughAsGood/p)) + 0.02*p + 0.002
		near.Equal(t, fmt.Sprintf("seed %d: p", seed), got.P, p, tolerance)
		// The median of so many lies between these quantiles of all.
		low, high := observed/sums[len(sums)*8/10], observed/sums[len(sums)*2/10]
		near.Within(t, fmt.Sprintf("seed %d: the effect", seed), got.Effect, low-1e-9, high+1e-9)
		if got.Gifts != 10 || got.Returns != 5 || got.TooLittle {
			t.Errorf("seed %d: %+v", seed, got)
		}
		if near.In(p, 0.1, 0.9) {
			told++
		}
	}
	if told < 3 {
		t.Errorf("only %d of 8 have a p between .1 and .9: the test tells too little", told)
	}
}

// permutations calls f for each order of the list, which is as it was afterwards.
func permutations(list []int, f func()) {
	if len(list) < 2 {
		f()
		return
	}
	for i := range list {
		list[0], list[i] = list[i], list[0]
		permutations(list[1:], f)
		list[0], list[i] = list[i], list[0]
	}
}

// When every order is as good as every other, p is 1 and the effect 1; when nothing else comes near, p is one in 1,001.
func TestChanceAtItsEnds(t *testing.T) {
	var same, apart []Gift
	var returns, own []Return
	for i := range 10 {
		same = append(same, Gift{At: day(i * 20), Receivers: []int32{0}})
		apart = append(apart, Gift{At: day(i * 20), Receivers: []int32{int32(i)}})
		own = append(own, Return{At: day(i*20 + 10), From: int32(i)})
	}
	for i := range 5 {
		returns = append(returns, Return{At: day(300 + i), From: 0})
	}
	g := NewNetwork(10, nil)
	if c := g.Test(same, returns, UsualLag, 3); c.P != 1 || c.Effect != 1 || c.TooLittle {
		t.Errorf("all gifts to one: %+v, want p and effect of 1", c)
	}
	near.Equal(t, "p", g.Test(apart, own, Lag{10 * 24 * time.Hour, 0.1}, 3).P, 1.0/1001, 1e-12)
	// No way from any receiver to the bringer: nothing can be seen, so nothing is claimed.
	if c := g.Test(same, slices.Repeat([]Return{{At: day(300), From: 5}}, 5), UsualLag,
		3); c.P != 1 || c.Effect != 1 {
		t.Errorf("nobody reaches the bringer: %+v", c)
	}
	// Exactly as much as is needed, and one less of either.
	if c := g.Test(same[:9], returns, UsualLag, 1); !c.TooLittle || c.P != 1 || c.Effect != 1 || c.Gifts != 9 {
		t.Errorf("nine gifts: %+v", c)
	}
	if c := g.Test(same, returns[:4], UsualLag, 1); !c.TooLittle || c.Returns != 4 {
		t.Errorf("four returns: %+v", c)
	}
	// A gift and a return of one moment have nothing to do with each other.
	var now []Return
	for range 5 {
		now = append(now, Return{At: day(0), From: 0})
	}
	if c := g.Test(same, now, UsualLag, 1); c.P != 1 || c.Effect != 1 {
		t.Errorf("returns before every gift but one of the same moment: %+v", c)
	}
}

// The curve is the product over the days with a return of one minus the returns per gift that still waited.
func TestDelaysAgainstTheFormula(t *testing.T) {
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 13))
		var lags, waiting []time.Duration
		for range x.IntN(8) {
			lags = append(lags, time.Duration(1+x.IntN(6))*time.Hour)
		}
		for range x.IntN(8) {
			waiting = append(waiting, time.Duration(1+x.IntN(6))*time.Hour)
		}
		var want []Point
		survival := 1.0
		for h := time.Hour; h <= 6*time.Hour; h += time.Hour {
			came, atRisk := 0.0, 0.0
			for _, d := range lags {
				if d == h {
					came++
				}
				if d >= h {
					atRisk++
				}
			}
			for _, d := range waiting {
				if d >= h {
					atRisk++
				}
			}
			if came > 0 {
				survival *= 1 - came/atRisk
				want = append(want, Point{h, survival})
			}
		}
		got := Delays(lags, waiting)
		if len(got) != len(want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
		for i := range got {
			if got[i].After != want[i].After {
				t.Errorf("seed %d: %v, want %v", seed, got, want)
			}
			near.Equal(t, fmt.Sprintf("seed %d: step %d", seed, i), got[i].Waiting, want[i].Waiting, 1e-12)
		}
	}
}

// The best explanation is that of looking at every gift, to the last bit, however the receivers are mixed.
func TestBestExplanationIsThatOfLookingAtAll(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 77))
	for range 400 {
		named := make([]Gift, 1+x.IntN(60))
		share := x.Float64()
		worth := make([]float64, len(named))
		for i := range named {
			named[i].At = day(x.IntN(900))
			if x.Float64() < share {
				worth[i] = x.Float64()
			}
		}
		slices.SortFunc(named, func(a, b Gift) int { return a.At.Compare(b.At) })
		lag, came := Lag{time.Duration(1+x.IntN(400)) * 24 * time.Hour, 0.4 + x.Float64()}, day(x.IntN(1200))
		e := explanation{kernel: kernelOf(named, came, lag, math.Log(lag.Median.Hours()))}
		for i, w := range worth {
			if w > 0 {
				e.near, e.worthiest = append(e.near, nearGift{int32(i), w, 0}), max(e.worthiest, w)
			}
		}
		e.settle(len(named), []stretch{{0, len(named)}})
		for range 5 {
			receivers, at := make([]int32, len(named)), make([]int32, len(named))
			want := 0.0
			for i, j := range x.Perm(len(named)) {
				receivers[i], at[j] = int32(j), int32(i)
				want = max(want, worth[j]*lag.At(came.Sub(named[i].At)))
			}
			if got := e.best(receivers, at); got != want {
				t.Fatalf("%v, want %v of %v at %v in %v", got, want, worth, came, named)
			}
		}
	}
}

// What is fast gives what is plain, to the last bit: shares and paths, and what chance would have it.
func TestFastIsPlain(t *testing.T) {
	same := func(a, b []Share) bool {
		return slices.EqualFunc(a, b, func(x, y Share) bool {
			return x.Gift == y.Gift && x.Share == y.Share && x.Lag == y.Lag && slices.Equal(x.Path, y.Path)
		})
	}
	few, many := 0, 0
	for seed := range uint64(60) {
		x := rand.New(rand.NewPCG(seed, 5))
		n := 5 + x.IntN(200)
		moment := func(days int) time.Time { return day(x.IntN(days)).Add(time.Duration(x.IntN(86400)) * time.Second) }
		var ties []Tie
		for range n * (1 + x.IntN(4)) {
			first := x.IntN(1500)
			ties = append(ties, Tie{
				int32(x.IntN(n)), int32(x.IntN(n)), x.Float64(), day(first), day(first + x.IntN(2000)),
			})
		}
		var gifts []Gift
		for range FewestGifts + x.IntN(300) {
			g := Gift{At: moment(2500)}
			for range x.IntN(4) {
				g.Receivers = append(g.Receivers, int32(x.IntN(n)))
			}
			gifts = append(gifts, g)
		}
		var returns []Return
		for range FewestReturns + x.IntN(15) {
			returns = append(returns, Return{At: moment(3000), From: int32(x.IntN(n))})
		}
		lag := Lag{time.Duration(30+x.IntN(600)) * 24 * time.Hour, 0.4 + x.Float64()}
		g := NewNetwork(n, ties)
		p := &plain{n: n, list: ties, ways: map[returnKey]map[int32][]plainWay{}}
		for _, r := range returns {
			weights, part := g.weigh(gifts, r, UsualLag, lag)
			shares := weights[1]
			want, wantPart := p.weigh(gifts, r, lag)
			if !same(shares, want) || part != wantPart {
				t.Fatalf("seed %d: %v and %v, want %v and %v", seed, shares, part, want, wantPart)
			}
		}
		got, want := g.Test(gifts, returns, lag, seed), p.Test(gifts, returns, lag, seed)
		if got != want {
			t.Fatalf("seed %d: %+v, want %+v", seed, got, want)
		}
		// A tester that saw less before, and gifts that came later, gives the same.
		tester, late := NewTester(g, lag, seed), slices.Clone(gifts)
		tester.Test(late, returns)
		for range 3 {
			more := Gift{At: day(2400 + x.IntN(900)), Receivers: []int32{int32(x.IntN(n))}}
			late = append(late, more)
			if got, want := tester.Test(late, returns), p.Test(late, returns, lag, seed); got != want {
				t.Fatalf("seed %d, after a gift: %+v, want %+v", seed, got, want)
			}
			if x.IntN(3) == 0 {
				returns = append(returns, Return{At: moment(3000), From: int32(x.IntN(n))})
			}
			if x.IntN(4) == 0 {
				late = slices.Delete(late, 0, 1)
			}
		}
		if got.P < 1 {
			many++
		} else {
			few++
		}
	}
	if many < 10 {
		t.Errorf("only %d of %d worlds had anything to compare", many, few+many)
	}
}

// The order is that of the library, from the same source.
func TestShuffleIsThatOfTheLibrary(t *testing.T) {
	mine, theirs := rand.NewPCG(3, 7), rand.New(rand.NewPCG(3, 7))
	for n := range 300 {
		list := make([]int32, n)
		for i := range list {
			list[i] = int32(i)
		}
		shuffle(list, mine)
		for i, want := range theirs.Perm(n) {
			if int(list[i]) != want {
				t.Fatalf("of %d, place %d has %d, want %d", n, i, list[i], want)
			}
		}
	}
}
