// Package trace follows returns back to the gifts that may have led to them, over people and time, and tests whether
// gifts precede returns more than chance would. It knows nothing of storage. The formulas are of docs/give.md.
package trace

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
)

// What the tracing assumes; each is checked on fictional worlds by gave-lab give evaluate.
const (
	// PerHop is what remains of a gift's news at each person that it passes.
	PerHop = 0.5
	// MostHops is over how many ties a return is followed.
	MostHops = 4
	// MedianLag and LagSpread are of the log-normal time from a gift to its return, before there are confirmed traces
	// to fit it to.
	MedianLag = 365 * 24 * time.Hour
	LagSpread = 1.0
	// Unexplained is the weight of returns that no gift led to: a return whose best gift weighs as much is as likely as
	// not its fruit.
	Unexplained = 0.12
	// ToEverybody is what a gift to everybody is worth to one person, beside a gift to that person alone.
	ToEverybody = 0.15
	// negligible ends the search along a path.
	negligible = 1e-4
)

// Tie is a tie between two people, numbered from 0, that was alive from its first contact to its last.
type Tie struct {
	A, B        int32
	Strength    float64 // from 0 to 1, at its best
	First, Last time.Time
}

// Gift is something given.
type Gift struct {
	At        time.Time
	Receivers []int32 // none means everybody
}

// Return is something that came in.
type Return struct {
	At   time.Time
	From int32
}

// Network is the people among whom gifts travel.
type Network struct {
	n    int
	ties [][]halfTie

	lock sync.Mutex
	near map[int32]map[int32]bool // by who brings something: whose gifts can matter at all
}

// reaches says whether news of a gift can come from one of its receivers to who brings something, at any time.
func (g *Network) reaches(gift Gift, bringer int32) bool {
	g.lock.Lock()
	near, ok := g.near[bringer]
	g.lock.Unlock()
	if !ok {
		near = map[int32]bool{}
		for v := range g.reach(bringer, time.Unix(math.MinInt64/2, 0), time.Unix(math.MaxInt64/2, 0)) {
			near[v] = true
		}
		g.lock.Lock()
		g.near[bringer] = near
		g.lock.Unlock()
	}
	return slices.ContainsFunc(gift.Receivers, func(v int32) bool { return near[v] })
}

type halfTie struct {
	to          int32
	strength    float64
	first, last int64
}

// NewNetwork builds the network of n people. Ties of strength 0, and ends that are no person, are left out.
func NewNetwork(n int, ties []Tie) *Network {
	g := &Network{n: n, ties: make([][]halfTie, n), near: map[int32]map[int32]bool{}}
	for _, t := range ties {
		if t.A < 0 || t.B < 0 || int(t.A) >= n || int(t.B) >= n || t.A == t.B || !(t.Strength > 0) {
			continue
		}
		s := min(t.Strength, 1)
		g.ties[t.A] = append(g.ties[t.A], halfTie{t.B, s, t.First.Unix(), t.Last.Unix()})
		g.ties[t.B] = append(g.ties[t.B], halfTie{t.A, s, t.First.Unix(), t.Last.Unix()})
	}
	return g
}

// step is how well news comes from a person to the one who brought the return, and over whom it goes on.
type step struct {
	reach float64
	next  int32 // -1 at the end
	hops  int8
}

// reach finds for everybody how well news of a gift of the moment from comes to the person at, by the moment until: the
// largest product over paths of at most four ties, each alive in between.
func (g *Network) reach(at int32, from, until time.Time) map[int32]step {
	best := map[int32]step{}
	if at < 0 || int(at) >= g.n {
		return best
	}
	best[at] = step{1, -1, 0}
	frontier := []int32{at}
	start, end := from.Unix(), until.Unix()
	for hop := int8(1); hop <= MostHops && len(frontier) > 0; hop++ {
		found := map[int32]step{}
		for _, v := range frontier {
			value := best[v].reach * PerHop
			for _, t := range g.ties[v] {
				if t.first > end || t.last < start {
					continue
				}
				r := value * t.strength
				if r < negligible || r <= best[t.to].reach || r < found[t.to].reach ||
					r == found[t.to].reach && found[t.to].next <= v {
					continue
				}
				found[t.to] = step{r, v, hop}
			}
		}
		frontier = frontier[:0]
		for v, s := range found {
			best[v] = s
			frontier = append(frontier, v)
		}
		slices.Sort(frontier)
	}
	return best
}

// Lag is how likely a return comes this long after its gift, beside the likeliest time: from 0 to 1.
type Lag struct {
	Median time.Duration
	Spread float64 // of the logarithm
}

// UsualLag is the lag before any trace is confirmed.
var UsualLag = Lag{MedianLag, LagSpread}

// At returns the weight of a lag.
func (l Lag) At(d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	// The density of the log-normal, divided by its highest value.
	z := (math.Log(d.Hours()) - math.Log(l.Median.Hours())) / l.Spread
	return math.Exp(-z*z/2 - l.Spread*z - l.Spread*l.Spread/2)
}

// Fit fits the lag to confirmed ones, drawn towards the usual as if that were five of them.
func Fit(lags []time.Duration) Lag {
	const prior = 5
	sum, n := prior*math.Log(MedianLag.Hours()), float64(prior)
	for _, d := range lags {
		if d > 0 {
			sum += math.Log(d.Hours())
			n++
		}
	}
	mean := sum / n
	variance := prior * LagSpread * LagSpread
	for _, d := range lags {
		if d > 0 {
			variance += (math.Log(d.Hours()) - mean) * (math.Log(d.Hours()) - mean)
		}
	}
	return Lag{time.Duration(math.Exp(mean) * float64(time.Hour)), max(0.4, math.Sqrt(variance/n))}
}

// Share is how much of a return a gift may explain.
type Share struct {
	Gift  int // its place in the list
	Share float64
	Path  []int32 // from who received it to who brought the return
	Lag   time.Duration
}

// Trace shares a return among the gifts before it and what is unexplained; the shares and the unexplained part together
// are 1. The largest share comes first, and of equal ones the later gift.
func (g *Network) Trace(gifts []Gift, r Return, lag Lag) (shares []Share, unexplained float64) {
	total := Unexplained
	reaches := map[int64]map[int32]step{}
	for i, gift := range gifts {
		d := r.At.Sub(gift.At)
		if d <= 0 || len(gift.Receivers) > 0 && !g.reaches(gift, r.From) {
			continue
		}
		kernel := lag.At(d)
		if kernel < negligible {
			continue
		}
		day := gift.At.Unix() / 86400
		reach, ok := reaches[day]
		if !ok {
			reach = g.reach(r.From, gift.At, r.At)
			reaches[day] = reach
		}
		receiver, best := bestReceiver(gift, r.From, reach)
		value := best * kernel
		if value < negligible {
			continue
		}
		s := Share{Gift: i, Share: value, Lag: d}
		for v := receiver; v >= 0; v = reach[v].next {
			s.Path = append(s.Path, v)
		}
		shares = append(shares, s)
		total += value
	}
	for i := range shares {
		shares[i].Share /= total
	}
	slices.SortFunc(shares, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(b.Gift, a.Gift))
	})
	return shares, Unexplained / total
}

// bestReceiver returns who of the receivers is nearest to the bringer; a gift to everybody reached the bringer itself,
// diluted.
func bestReceiver(gift Gift, bringer int32, reach map[int32]step) (receiver int32, value float64) {
	receiver = -1
	if len(gift.Receivers) == 0 {
		return bringer, ToEverybody
	}
	for _, v := range gift.Receivers {
		if s, ok := reach[v]; ok && s.reach > value {
			receiver, value = v, s.reach
		}
	}
	return receiver, value
}
