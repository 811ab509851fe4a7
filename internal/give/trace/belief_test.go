package trace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gave.network/internal/near"
)

// ledger are gifts over six years, each to one of a hundred, and sixty returns: caused ones come from who received a
// gift, about a year after, the others from anybody at any time.
func ledger(seed uint64, caused float64) (gifts []Gift, returns []Return) {
	x := rand.New(rand.NewPCG(seed, 21))
	for range 200 {
		gifts = append(gifts, Gift{
			At: day(x.IntN(2190)), Receivers: []int32{int32(x.IntN(100))}, About: int32(x.IntN(12)),
		})
	}
	for len(returns) < 60 {
		r := Return{At: day(x.IntN(2190)), From: int32(x.IntN(100)), About: Topic{Known: true}}
		topic := int32(x.IntN(12))
		if x.Float64() < caused {
			g := gifts[x.IntN(len(gifts))]
			r.From = g.Receivers[0]
			if r.At = g.At.AddDate(0, 0, int(365*math.Exp(0.6*x.NormFloat64()))); r.At.After(day(2190)) {
				continue
			}
			if x.IntN(2) == 0 {
				topic = g.About
			}
		}
		r.About.Same = []int32{topic}
		returns = append(returns, r)
	}
	return gifts, returns
}

// unexplained is the mean of what is unexplained, and the evidence of each return.
func unexplained(t *Tracer, returns []Return) (mean float64, evidence []Evidence) {
	var sums []Sums
	for _, r := range returns {
		sums = append(sums, t.Sum(r))
	}
	taste := t.Taste(returns, sums)
	for i, r := range returns {
		evidence = append(evidence, t.Beside(r, sums[i], taste))
	}
	belief := Believe(evidence)
	for i := range evidence {
		named, public := belief.Of(evidence[i])
		mean += (1 - named - public) / float64(len(evidence))
	}
	return mean, evidence
}

// Where gifts lead to nothing, most is unexplained, and what stands before a return is on average no more than by
// chance. The more of the returns gifts led to, the less is unexplained.
func TestUnexplainedFollowsTheLedger(t *testing.T) {
	const ledgers = 30
	last := 1.0
	for _, caused := range []float64{0, 0.4, 0.8} {
		mean, named := 0.0, 0.0
		for seed := range uint64(ledgers) {
			gifts, returns := ledger(seed, caused)
			one, evidence := unexplained(NewTracer(NewNetwork(100, nil), gifts, UsualLag), returns)
			mean += one / ledgers
			for _, e := range evidence {
				named += e.Named / float64(len(evidence)) / ledgers
			}
		}
		if caused == 0 {
			near.Within(t, "what is unexplained where nothing came of gifts", mean, 0.85, 0.99)
			near.Within(t, "what stands before returns, beside chance", named, 0.7, 1.1)
		} else if !(mean <= last-0.2) {
			t.Errorf("of %v %.3f is unexplained, after %.3f", caused, mean, last)
		}
		last = mean
	}
}

// A gift is compared with the same one at other times, by hand: one gift a month over four years, all of other people
// but one, which was given a year before the return, when the two had been in touch for two years.
func TestBesideByHand(t *testing.T) {
	g := NewNetwork(50, nil)
	var gifts []Gift
	for n := range 48 {
		gifts = append(gifts, Gift{At: day(30*n + 15), Receivers: []int32{int32(n + 1)}})
	}
	gifts[24].Receivers[0] = 0
	r := Return{At: day(36*30 + 15), From: 0}
	for _, c := range []struct{ from, until int }{{0, 47}, {12, 35}, {24, 24}} {
		tracer := NewTracer(g, gifts, UsualLag, Met{0, gifts[c.from].At, gifts[c.until].At})
		byChance, months := 0.0, 0.0
		for n := c.from; n <= c.until; n++ {
			// From the middle of a month of thirty days that begins with the first gift.
			byChance += UsualLag.At(r.At.Sub(gifts[n].At.AddDate(0, 0, 15)))
			months++
		}
		want := min(mostTelling, UsualLag.At(r.At.Sub(gifts[24].At))/(byChance/months))
		near.Equal(t, fmt.Sprint(c), tracer.Beside(r, tracer.Sum(r), 1).Named, want, 0.02*want)
	}
}

// What the giver says counts as a return of which all is known; saying that nothing led to it leaves more unexplained
// of the others.
func TestAnswersCount(t *testing.T) {
	plain := Evidence{Named: 1, Public: 1}
	left := func(list ...Evidence) float64 {
		named, public := Believe(list).Of(plain)
		return 1 - named - public
	}
	before := left()
	near.Equal(t, "unexplained before anything is known", before, 1-1.0/3-0.05, 0.02)
	if nothing := left(Evidence{Said: ByNothing}, Evidence{Said: ByNothing}); !(nothing > before+0.05) {
		t.Errorf("after “nothing” twice %v is unexplained, before %v", nothing, before)
	}
	if gift := left(Evidence{Said: ByGift}); !(gift < before-0.05) {
		t.Errorf("after a gift was named %v is unexplained, before %v", gift, before)
	}
	if early := left(Evidence{Early: true}, Evidence{Early: true}); !(math.Abs(early-before) <= 1e-12) {
		t.Errorf("after returns of before all gifts %v is unexplained, before %v", early, before)
	}
	named, public := Believe([]Evidence{{Said: ByPublic}, {Said: ByPublic}}).Part()
	if beforeNamed, beforePublic := Believe(nil).Part(); !(public > beforePublic) || !(named < beforeNamed) {
		t.Errorf("after two gifts to everybody were named, the parts are %v and %v", named, public)
	}
	// However many returns say much or nothing, it is a number.
	for _, e := range []Evidence{{}, {Named: mostTelling, Public: mostTelling}, {Said: ByNothing}} {
		var many []Evidence
		for range 5000 {
			many = append(many, e)
		}
		near.Within(t, fmt.Sprintf("unexplained after many of %+v", e), left(many...), 0, 1)
	}
}

// Somebody who gives to everybody each week is not what brings jobs from strangers, though hundreds of gifts came
// before them; but a burst after each gift to everybody is seen.
func TestGiftsToEverybody(t *testing.T) {
	var weekly []Gift
	for n := range 253 {
		weekly = append(weekly, Gift{At: day(7 * n), About: 1})
	}
	strangers := []Return{
		{At: day(1500), From: 3, About: Topic{Known: true, Same: []int32{9}}},
		{At: day(1700), From: 4, About: Topic{Known: true, Same: []int32{8}}},
	}
	if mean, _ := unexplained(NewTracer(NewNetwork(9, nil), weekly, UsualLag), strangers); !(mean > 0.9) {
		t.Errorf("of two jobs from strangers only %.3f is unexplained", mean)
	}
	quarter := Lag{90 * 24 * 3600 * 1e9, 0.5}
	alarms, found := 0, 0
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 5))
		var gifts []Gift
		var chance, after []Return
		for range 40 {
			gifts = append(gifts, Gift{At: day(x.IntN(2190))})
		}
		for range 40 {
			chance = append(chance, Return{At: day(x.IntN(2190)), From: 1})
			lag := int(90 * math.Exp(0.5*x.NormFloat64()))
			after = append(after, Return{At: gifts[x.IntN(len(gifts))].At.AddDate(0, 0, lag), From: 1})
		}
		if c := TestPublic(gifts, chance, quarter, seed); !c.TooLittle && c.P < 0.05 {
			alarms++
		}
		if c := TestPublic(gifts, after, quarter, seed); c.P < 0.05 {
			found++
		}
	}
	if alarms > 16 || found < 100 {
		t.Errorf("of 200 each, %d by chance and %d after gifts have p below .05", alarms, found)
	}
	if c := TestPublic(weekly[:9], strangers, UsualLag, 1); !c.TooLittle || c.P != 1 {
		t.Errorf("%+v", c)
	}
}

// Returns of before the first gift say nothing of gifts, which were not noted then; those after it do.
func TestEarlyReturns(t *testing.T) {
	tracer := NewTracer(NewNetwork(2, nil), []Gift{{At: day(100), Receivers: []int32{0}}}, UsualLag)
	for at, want := range map[int]bool{10: true, 100: true, 101: false, 500: false} {
		r := Return{At: day(at), From: 1}
		if e := tracer.Beside(r, tracer.Sum(r), 1); e.Early != want || e.Named != 0 {
			t.Errorf("a return %d days after the first gift gives %+v", at-100, e)
		}
	}
	none := NewTracer(NewNetwork(2, nil), nil, UsualLag)
	r := Return{At: day(10), From: 1}
	if e := none.Beside(r, none.Sum(r), 1); !e.Early {
		t.Errorf("a return where there are no gifts gives %+v", e)
	}
}

// Where people have their topics, gifts about them that came after a return show it, and a topic says less.
func TestTaste(t *testing.T) {
	var gifts []Gift
	for n := range 40 {
		gifts = append(gifts, Gift{At: day(30 * n), Receivers: []int32{int32(n % 10)}, About: int32(n % 10)})
	}
	tracer := NewTracer(NewNetwork(10, nil), gifts, UsualLag)
	tasteOf := func(about int32) float64 {
		var returns []Return
		var sums []Sums
		for v := range int32(10) {
			r := Return{At: day(600), From: v, About: Topic{true, []int32{(v + about) % 10}}}
			returns, sums = append(returns, r), append(sums, tracer.Sum(r))
		}
		return tracer.Taste(returns, sums)
	}
	if same, other := tasteOf(0), tasteOf(5); !(same > 4) || other != 1 {
		t.Errorf("taste is %v where people have their topics, and %v where they have others", same, other)
	}
	alike, other := factors(0.1, 1)
	near.Equal(t, "what the factors are on average", 0.1*alike+0.9*other, 1, 1e-12)
	tasted, _ := factors(0.1, 4)
	if !(tasted < alike) || !(tasted > 1) {
		t.Errorf("a topic counts %v, and %v where people have theirs", alike, tasted)
	}
	if alike, other := factors(0, 1); other != 1-SameTopic {
		t.Errorf("no gift about the same: %v and %v", alike, other)
	}
	if alike, other := factors(1, 1); !(math.Abs(alike-1) < 1e-12) || other != 1-SameTopic {
		t.Errorf("all gifts about the same: %v and %v", alike, other)
	}
}

// Of the lags that are tried the one is taken by which the returns came; with nothing to tell by, the known one.
func TestTheLagThatFits(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 31))
	var gifts []Gift
	var returns []Return
	for n := range 300 {
		gifts = append(gifts, Gift{At: day(x.IntN(2190)), Receivers: []int32{int32(n % 120)}})
	}
	for n := 0; n < 300; n += 4 {
		if at := gifts[n].At.AddDate(0, 0, int(730*math.Exp(0.4*x.NormFloat64()))); at.Before(day(2190)) {
			returns = append(returns, Return{At: at, From: gifts[n].Receivers[0]})
		}
	}
	lags := Lags(UsualLag)
	tracers := Tracers(NewNetwork(120, nil), gifts, lags)
	understand := func(returns []Return) Ledger {
		return Understand(tracers, returns, make([]Answer, len(returns)),
			func(some []int, i int) []Sums {
				out := make([]Sums, len(some))
				for k, n := range some {
					out[k] = tracers[n].Sum(returns[i])
				}
				return out
			})
	}
	if l := understand(returns); l.Tracer != tracers[3] || len(l.Sums) != len(returns) {
		t.Errorf("%d returns of two years after their gifts are understood by a lag of %v", len(returns), l.Tracer.lag)
	}
	if l := understand(nil); l.Tracer != tracers[0] {
		t.Errorf("nothing is understood by a lag of %v", l.Tracer.lag)
	}
	// When there are many, the lag is that of the last ones, and all are weighed with it.
	many := returns
	for len(many) <= fittedReturns {
		many = append(many, returns...)
	}
	l := understand(many)
	if l.Tracer != tracers[3] || len(l.Sums) != len(many) || len(l.Evidence) != len(many) {
		t.Errorf("of %d returns %d are weighed, by a lag of %v", len(many), len(l.Sums), l.Tracer.lag)
	}
	for i, r := range many {
		shares, _ := l.Trace(r)
		best := l.Likeliest(r, i)
		if len(shares) == 0 != (best.Gift < 0) || len(shares) > 0 && best.Gift != shares[0].Gift {
			t.Fatalf("the likeliest gift is %v, and the shares are %v", best, shares)
		}
	}
}
