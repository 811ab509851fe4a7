package temporal

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// bestWay tries all ways of news that is with a node at a moment.
func bestWay(ties []Tie, directed bool, p Passing, v uint32, at, until int64, targets []uint32, hops int) float64 {
	best := 0.0
	if at > until {
		return 0
	}
	if slices.Contains(targets, v) {
		best = 1
	}
	if hops == p.MostTies {
		return best
	}
	for _, t := range ties {
		for range 2 {
			if now := max(at, t.First); t.From == v && t.To != v && now <= t.Last {
				best = max(best, p.PerTie*t.Strength*bestWay(ties, directed, p, t.To, now, until, targets, hops+1))
			}
			if t.From, t.To = t.To, t.From; directed {
				break
			}
		}
	}
	return best
}

func checkWays(t *testing.T, n int, ties []Tie, directed bool, p Passing, from, until int64, targets []uint32) {
	t.Helper()
	l, err := NewLasting(background, n, slices.Values(ties), directed)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewWaySearch(l, p)
	if err != nil {
		t.Fatal(err)
	}
	sources := []uint32{uint32(n) - 1, 0}
	for round := range 3 { // the later ones find the work space of the first
		err := s.To(background, from, until, targets...)
		if round == 2 {
			err = s.Between(background, sources, targets, from, until)
		}
		if err != nil {
			t.Fatal(err)
		}
		for v := range uint32(n) {
			if round == 2 && !slices.Contains(sources, v) {
				continue
			}
			for departure := from; departure <= until+1; departure++ {
				want := bestWay(ties, directed, p, v, departure, until, targets, 0)
				if want < p.Least {
					want = 0
				}
				got, way := s.Best(v, departure), s.Way(v, departure)
				if !(math.Abs(got-want) <= 1e-12) {
					t.Fatalf("from %d at %d to %v by %d: %v, want %v, of %+v, directed %t", v, departure, targets,
						until, got, want, ties, directed)
				}
				if (got > 0) != (len(way) > 0) || got > 0 && !slices.Contains(s.Reached(), v) {
					t.Fatalf("%v remains by the way %v, reached %v", got, way, s.Reached())
				}
				if got > 0 {
					checkWay(t, ties, directed, p, way, departure, until, targets, got)
				}
			}
		}
	}
	// When it does not matter when ties last, all is as if they always did.
	always := slices.Clone(ties)
	for i := range always {
		if t := &always[i]; t.First <= t.Last { // else it is none
			t.First, t.Last = math.MinInt64, math.MaxInt64
		}
	}
	p.AnyTime = true
	if s, err = NewWaySearch(l, p); err != nil {
		t.Fatal(err)
	}
	if err := s.To(background, from, until, targets...); err != nil {
		t.Fatal(err)
	}
	for v := range uint32(n) {
		want := bestWay(always, directed, p, v, from, until, targets, 0)
		if want < p.Least {
			want = 0
		}
		if got := s.Best(v, from); !(math.Abs(got-want) <= 1e-12) {
			t.Fatalf("from %d to %v at any time: %v, want %v, of %+v", v, targets, got, want, ties)
		}
	}
}

// checkWay fails the test unless a way is one, in the order of time, on which so much remains.
func checkWay(
	t *testing.T, ties []Tie, directed bool, p Passing, way []uint32, at, until int64, targets []uint32,
	remains float64,
) {
	t.Helper()
	values := map[int64]float64{at: 1} // what remains where it can be by a moment
	for i, v := range way[:len(way)-1] {
		then := map[int64]float64{}
		for _, tie := range ties {
			if tie.From != v || tie.To != way[i+1] {
				if tie.From, tie.To = tie.To, tie.From; directed || tie.From != v || tie.To != way[i+1] {
					continue
				}
			}
			for at, value := range values {
				if now := max(at, tie.First); now <= min(tie.Last, until) {
					then[now] = max(then[now], value*p.PerTie*tie.Strength)
				}
			}
		}
		values = then
	}
	best := 0.0
	for _, value := range values {
		best = max(best, value)
	}
	if !slices.Contains(targets, way[len(way)-1]) || len(way) > p.MostTies+1 || !(math.Abs(best-remains) <= 1e-12) {
		t.Fatalf("on the way %v to %v remains %v, and is said to be %v", way, targets, best, remains)
	}
}

func TestWaysAgainstAllWays(t *testing.T) {
	for round := range uint64(400) {
		r := random.New(round, 12)
		n := 2 + int(r.Below(5))
		ties := make([]Tie, r.Below(9))
		for i := range ties {
			first := int64(r.Below(9)) - 2
			ties[i] = Tie{
				uint32(r.Below(uint64(n))), uint32(r.Below(uint64(n))), float64(1+r.Below(10)) / 10, first,
				first + int64(r.Below(8)) - 1,
			}
		}
		switch round % 4 { // moments that need all 64 bits, and ties that always last
		case 1:
			ties = append(ties, Tie{0, 1, 1, -1 << 40, 1 - 1<<40})
		case 2:
			ties = append(ties, Tie{1, 0, 0.5, math.MinInt64, math.MaxInt64})
		case 3:
			ties = append(ties, Tie{0, 1, 0.7, math.MinInt64, math.MaxInt64 - 1}, Tie{1, 0, 0.6, math.MinInt64 + 1, 3})
		}
		p := Passing{
			PerTie: 0.5 + 0.5*float64(r.Below(2)), MostTies: int(r.Below(5)), Least: 0.01 * float64(r.Below(9)),
		}
		from := int64(r.Below(6)) - 2
		targets := []uint32{uint32(r.Below(uint64(n)))}
		if r.Below(3) == 0 {
			targets = append(targets, uint32(r.Below(uint64(n))))
		}
		checkWays(t, n, ties, r.Below(2) == 0, p, from, from+int64(r.Below(9))-1, targets)
	}
}

func FuzzWays(f *testing.F) {
	f.Add([]byte{0x12, 9, 1, 5, 0x20, 5, 3, 2, 0x01, 10, 0, 9}, true, uint8(4))
	f.Add([]byte{0x12, 9, 5, 5, 0x20, 5, 3, 2, 0x21, 10, 0, 9}, false, uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, directed bool, most uint8) {
		const n = 4
		var ties []Tie
		for ; len(data) >= 4 && len(ties) < 8; data = data[4:] {
			first := int64(data[2] % 10)
			ties = append(ties, Tie{
				uint32(data[0]>>4) % n, uint32(data[0]&15) % n, float64(1+data[1]%10) / 10, first,
				first + int64(int8(data[3])%10),
			})
		}
		checkWays(t, n, ties, directed, Passing{PerTie: 0.5, MostTies: int(most % 5), Least: 1e-4}, 0, 9, []uint32{0})
	})
}

func TestLastingRefuses(t *testing.T) {
	for _, c := range []struct {
		tie  Tie
		want error
	}{
		{Tie{0, 1, 0.5, 0, 9}, nil},
		{Tie{0, 2, 0.5, 0, 9}, graph.ErrNode},
		{Tie{0, 1, 0, 0, 9}, graph.ErrParameter},
		{Tie{0, 1, 1.5, 0, 9}, graph.ErrParameter},
		{Tie{0, 1, math.NaN(), 0, 9}, graph.ErrParameter},
		{Tie{0, 1, 1, 9, 0}, nil},
		{Tie{1, 1, 1, 0, 9}, nil},
		{Tie{0, 1, 1, math.MinInt64, math.MaxInt64}, nil},
	} {
		if _, err := NewLasting(background, 2, slices.Values([]Tie{c.tie}), false); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.tie, err, c.want)
		}
	}
	l, err := NewLasting(background, 2, slices.Values([]Tie{{0, 1, 1, 0, 9}}), false)
	if err != nil || l.N() != 2 || l.Arcs() != 2 {
		t.Fatal(l, err)
	}
	for _, p := range []Passing{
		{PerTie: 0, MostTies: 1},
		{PerTie: 1.1, MostTies: 1},
		{PerTie: 1, MostTies: -1},
		{PerTie: 1, MostTies: 128},
		{PerTie: 1, Least: -1},
		{PerTie: math.NaN()},
	} {
		if _, err := NewWaySearch(l, p); !errors.Is(err, graph.ErrParameter) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	s, err := NewWaySearch(l, Passing{PerTie: 1, MostTies: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.To(background, 0, 9, 2); !errors.Is(err, graph.ErrNode) {
		t.Errorf("a target that is no node: %v", err)
	}
	if s.Best(7, 0) != 0 || s.Way(7, 0) != nil {
		t.Error("a node that is not there has a way")
	}
	if err := s.Between(background, []uint32{2}, []uint32{1}, 0, 9); !errors.Is(err, graph.ErrNode) {
		t.Errorf("a source that is no node: %v", err)
	}
	over, cancel := context.WithCancel(background)
	cancel()
	if err := s.To(over, 0, 9, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
