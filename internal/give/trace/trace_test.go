package trace

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gave.network/internal/near"
)

var start = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

func always(a, b int32, strength float64) Tie { return Tie{a, b, strength, day(-1000), day(5000)} }

func TestWeightsByHand(t *testing.T) {
	// Gift 0 went to person 0, who knows 1, who knows 2, who brought a return a year later. Gift 1 went to the bringer,
	// but after the return.
	g := NewNetwork(4, []Tie{always(0, 1, 0.8), always(1, 2, 0.5), {3, 2, 1, day(0), day(10)}})
	gifts := []Gift{{At: day(0), Receivers: []int32{0}}, {At: day(400), Receivers: []int32{2}}, {
		At: day(20), Receivers: []int32{3},
	}}
	weights, _ := g.weigh(gifts, Return{At: day(365), From: 2}, UsualLag)
	shares := weights[0]
	if len(shares) != 1 || shares[0].Gift != 0 || !slices.Equal(shares[0].Path, []int32{0, 1, 2}) {
		t.Fatalf("shares %v: want gift 0 over 0, 1, 2 alone: the others came later or over a tie that had ended",
			shares)
	}
	near.Equal(t, "what it could have to do with it", shares[0].Share,
		PerHop*0.8*PerHop*0.5*UsualLag.At(365*24*time.Hour), 1e-12)
}

// Over whom a return is known to have come stands as near as who brought it: no tie between the two is needed.
func TestTraceVia(t *testing.T) {
	g := NewNetwork(4, []Tie{always(0, 1, 0.8)})
	gifts := []Gift{{At: day(0), Receivers: []int32{0}}, {At: day(0), Receivers: []int32{1}}}
	tracer := NewTracer(g, gifts, UsualLag)
	came := Return{At: day(365), From: 2}
	if shares, unexplained := tracer.Trace(came, 1, Believe(nil)); len(shares) > 0 || unexplained != 1 {
		t.Fatalf("nobody knows who brought it, and it is traced to %v", shares)
	}
	came.Via = []int32{1, 9, -1}
	shares, _ := tracer.Trace(came, 1, Believe(nil))
	if len(shares) != 2 || shares[0].Gift != 1 || !slices.Equal(shares[0].Path, []int32{1, 2}) ||
		!slices.Equal(shares[1].Path, []int32{0, 1, 2}) {
		t.Fatalf("got %v", shares)
	}
	near.Equal(t, "the gift a tie further off, beside the near one", shares[1].Share/shares[0].Share, PerHop*0.8, 1e-9)
}

// Two of one organisation may have heard of each other there, the less the larger it is; the way does not name it.
func TestColleagues(t *testing.T) {
	for people, want := range map[int32]float64{4: Colleagues, 40: 1.0 / 40} {
		var members []int32
		for v := range people {
			members = append(members, v)
		}
		g := NewNetwork(int(people)+1, nil, members)
		gifts := []Gift{{At: day(0), Receivers: []int32{0}}, {At: day(0), Receivers: []int32{people}}}
		weights, _ := g.weigh(gifts, Return{At: day(134), From: 3}, UsualLag)
		shares := weights[0]
		if len(shares) != 1 || !slices.Equal(shares[0].Path, []int32{0, 3}) {
			t.Fatalf("of %d: %+v", people, shares)
		}
		near.Equal(t, "what a colleague has to do with it", shares[0].Share/UsualLag.At(134*24*time.Hour), want, 1e-9)
	}
}

func TestLag(t *testing.T) {
	if UsualLag.At(0) != 0 || UsualLag.At(-time.Hour) != 0 {
		t.Error("a return came before its gift")
	}
	mode := time.Duration(math.Exp(math.Log(MedianLag.Hours())-LagSpread*LagSpread) * float64(time.Hour))
	if at := UsualLag.At(mode); !(math.Abs(at-1) <= 1e-9) {
		t.Errorf("the likeliest lag weighs %v, want 1", at)
	}
	fitted := Fit(slices.Repeat([]time.Duration{30 * 24 * time.Hour}, 200))
	if fitted.Median < 28*24*time.Hour || fitted.Median > 40*24*time.Hour {
		t.Errorf("two hundred lags of a month give a median of %v", fitted.Median)
	}
}

// Whatever the network and the gifts: shares and the unexplained part are from 0 to 1 and sum to 1, paths are paths,
// gifts come before, and the likeliest is the first.
func TestTraceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "people")
		person := rapid.Int32Range(-1, int32(n))
		ties := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Tie {
			first := rapid.IntRange(0, 900).Draw(t, "first")
			return Tie{
				person.Draw(t, "a"), person.Draw(t, "b"), rapid.Float64Range(-0.5, 2).Draw(t, "strength"), day(first),
				day(first + rapid.IntRange(-5, 900).Draw(t, "days")),
			}
		}), 0, 20).Draw(t, "ties")
		gifts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Gift {
			return Gift{
				At: day(rapid.IntRange(0, 1000).Draw(t, "at")), About: rapid.Int32Range(0, 3).Draw(t, "about"),
				Receivers: rapid.SliceOfN(rapid.Int32Range(0, int32(n-1)), 0, 3).Draw(t, "receivers"),
			}
		}), 0, 12).Draw(t, "gifts")
		g := NewNetwork(n, ties, rapid.SliceOfN(person, 1, 4).Draw(t, "organisation"))
		var met []Met
		for v := range rapid.IntRange(0, n).Draw(t, "met") {
			first := rapid.IntRange(-100, 900).Draw(t, "first")
			met = append(met, Met{int32(v), day(first), day(first + rapid.IntRange(0, 900).Draw(t, "days"))})
		}
		returns := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Return {
			return Return{
				At:    day(rapid.IntRange(0, 1500).Draw(t, "at")),
				From:  rapid.Int32Range(0, int32(n-1)).Draw(t, "from"),
				Via:   rapid.SliceOfN(person, 0, 2).Draw(t, "via"),
				About: Topic{rapid.Bool().Draw(t, "known"), []int32{1, 3}},
			}
		}), 1, 9).Draw(t, "returns")
		tracer := NewTracer(g, gifts, UsualLag, met...)
		var sums []Sums
		for _, r := range returns {
			sums = append(sums, tracer.Sum(r))
		}
		taste := tracer.Taste(returns, sums)
		var evidence []Evidence
		for i, r := range returns {
			evidence = append(evidence, tracer.Beside(r, sums[i], taste))
		}
		belief := Believe(evidence)
		for i, r := range returns {
			shares, unexplained := tracer.Trace(r, taste, belief)
			sum := unexplained
			for _, s := range shares {
				sum += s.Share
				if !(s.Share > 0) || s.Share > 1 || !gifts[s.Gift].At.Before(r.At) || len(s.Path) == 0 ||
					s.Path[len(s.Path)-1] != r.From || len(s.Path) > MostHops+2 {
					t.Fatalf("share %+v of gift %+v for %+v", s, gifts[s.Gift], r)
				}
			}
			if !(math.Abs(sum-1) <= 1e-9) || !(unexplained >= -1e-12) {
				t.Fatalf("the shares sum to %v, with %v unexplained", sum, unexplained)
			}
			named, public := belief.Of(evidence[i])
			best := sums[i].Likeliest(r, taste, named, public)
			if len(shares) == 0 != (best.Gift < 0) ||
				len(shares) > 0 && !(math.Abs(best.Share-shares[0].Share) <= 1e-12) {
				t.Fatalf("the likeliest is %+v, and the first %+v", best, shares)
			}
		}
	})
}

func TestChanceNeedsEnough(t *testing.T) {
	g := NewNetwork(2, []Tie{always(0, 1, 1)})
	gifts, returns := []Gift{{At: day(0), Receivers: []int32{0}}}, []Return{{At: day(9), From: 1}}
	if c := g.Test(gifts, returns, UsualLag, 1); !c.TooLittle {
		t.Errorf("one gift and one return were enough: %+v", c)
	}
}

// A plain effect is found: each gift to somebody is followed by a return from the same one in a year, and nobody else
// ever brings one.
func TestChanceFindsAnEffect(t *testing.T) {
	var gifts []Gift
	var returns []Return
	for i := range 60 {
		gifts = append(gifts, Gift{At: day(i * 30), Receivers: []int32{int32(i)}})
		if i%2 == 0 {
			returns = append(returns, Return{At: day(i*30 + 134), From: int32(i)})
		}
	}
	if c := NewNetwork(60, nil).Test(gifts, returns, UsualLag, 1); c.TooLittle || !(c.P <= 0.01) || !(c.Effect >= 1.1) {
		t.Errorf("%+v: want p below 0.01", c)
	}
}

func TestDelaysByHand(t *testing.T) {
	// Of four gifts one comes back after 10 days, one is lost from sight after 15, one comes back after 20, one still
	// waits after 30.
	d := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	got := Delays([]time.Duration{d(20), d(10)}, []time.Duration{d(15), d(30)})
	want := []Point{{d(10), 0.75}, {d(20), 0.375}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
