package trace

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

func always(a, b int32, strength float64) Tie { return Tie{a, b, strength, day(-1000), day(5000)} }

func TestTraceByHand(t *testing.T) {
	// Gift 0 went to person 0, who knows 1, who knows 2, who brought a return a year later. Gift 1 went to the bringer,
	// but after the return.
	g := NewNetwork(4, []Tie{always(0, 1, 0.8), always(1, 2, 0.5), {3, 2, 1, day(0), day(10)}})
	gifts := []Gift{{At: day(0), Receivers: []int32{0}}, {At: day(400), Receivers: []int32{2}}, {
		At: day(20), Receivers: []int32{3},
	}}
	shares, unexplained := g.Trace(gifts, Return{At: day(365), From: 2}, UsualLag)
	if len(shares) != 1 || shares[0].Gift != 0 || !slices.Equal(shares[0].Path, []int32{0, 1, 2}) {
		t.Fatalf("shares %v: want gift 0 over 0, 1, 2 alone: the others came later or over a tie that had ended",
			shares)
	}
	value := PerHop * 0.8 * PerHop * 0.5 * UsualLag.At(365*24*time.Hour)
	if want := value / (value + Unexplained); !(math.Abs(shares[0].Share-want) <= 1e-9) ||
		!(math.Abs(unexplained-(1-want)) <= 1e-9) {
		t.Errorf("share %v and unexplained %v, want %v and %v", shares[0].Share, unexplained, want, 1-want)
	}
}

// Over whom a return is known to have come stands as near as who brought it: no tie between the two is needed.
func TestTraceVia(t *testing.T) {
	g := NewNetwork(4, []Tie{always(0, 1, 0.8)})
	gifts := []Gift{{At: day(0), Receivers: []int32{0}}, {At: day(0), Receivers: []int32{1}}}
	came := Return{At: day(365), From: 2}
	if shares, unexplained := g.Trace(gifts, came, UsualLag); len(shares) > 0 || unexplained != 1 {
		t.Fatalf("nobody knows who brought it, and it is traced to %v", shares)
	}
	shares, _ := g.Trace(gifts, came, UsualLag, 1, 9, -1)
	if len(shares) != 2 || shares[0].Gift != 1 || !slices.Equal(shares[0].Path, []int32{1, 2}) ||
		!slices.Equal(shares[1].Path, []int32{0, 1, 2}) {
		t.Fatalf("got %v", shares)
	}
	if ratio := shares[1].Share / shares[0].Share; !(math.Abs(ratio-PerHop*0.8) <= 1e-9) {
		t.Errorf("the gift a tie further off is worth %v of the near one", ratio)
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
// and gifts come before.
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
				day(rapid.IntRange(0, 1000).Draw(t, "at")), rapid.SliceOfN(rapid.Int32Range(0, int32(n-1)), 0, 3).
					Draw(t, "receivers"),
			}
		}), 0, 12).Draw(t, "gifts")
		r := Return{day(rapid.IntRange(0, 1500).Draw(t, "at")), rapid.Int32Range(0, int32(n-1)).Draw(t, "from")}
		g := NewNetwork(n, ties)
		shares, unexplained := g.Trace(gifts, r, UsualLag)
		sum := unexplained
		for _, s := range shares {
			sum += s.Share
			if s.Share <= 0 || s.Share > 1 || !gifts[s.Gift].At.Before(r.At) || len(s.Path) == 0 ||
				s.Path[len(s.Path)-1] != r.From || len(s.Path) > MostHops+1 {
				t.Fatalf("share %+v of gift %+v for %+v", s, gifts[s.Gift], r)
			}
		}
		if !(math.Abs(sum-1) <= 1e-9) {
			t.Fatalf("the shares sum to %v", sum)
		}
	})
}

func TestChanceNeedsEnough(t *testing.T) {
	g := NewNetwork(2, []Tie{always(0, 1, 1)})
	if c := g.Test([]Gift{{At: day(0), Receivers: []int32{0}}}, []Return{{day(9), 1}}, UsualLag, 1); !c.TooLittle {
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
			returns = append(returns, Return{day(i*30 + 134), int32(i)})
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
