// Package trace follows returns back to the gifts that may have led to them, over people and time, and tests whether
// gifts precede returns more than chance would. It knows nothing of storage. The formulas are of docs/give.md.
package trace

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"gave.network/graph/temporal"
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
	// SameTopic is how often what a gift leads to is about what the gift was about, beyond what chance makes of it.
	SameTopic = 0.3
	// rarest is the least that chance is taken to make of a topic, so that no rare word decides.
	rarest = 0.1
	// Unseen is how long before its first contact that is known, and after its last, a tie is taken to be alive: the
	// giver sees little of what goes on between two others.
	Unseen = 2 * 365 * 24 * time.Hour
	// Colleagues is the most that a common organisation lets through; of a larger one it is one over its people.
	Colleagues = 0.1
	// negligible ends the search along a path.
	negligible = 1e-4
)

// Tie is a tie between two people, numbered from 0, that was alive from its first contact to its last.
type Tie struct {
	A, B        int32
	Strength    float64 // from 0 to 1, at its best
	First, Last time.Time
}

// Seen is a tie between two others, of whom the giver sees little: it is taken to be alive for a while before the first
// contact that is known, and after the last.
func Seen(a, b int32, strength float64, first, last time.Time) Tie {
	return Tie{a, b, strength, first.Add(-Unseen), last.Add(Unseen)}
}

// Gift is something given.
type Gift struct {
	At        time.Time
	Receivers []int32 // none means everybody
	About     int32   // what it is about, as a number
}

// Return is something that came in.
type Return struct {
	At    time.Time
	From  int32
	Via   []int32 // over whom it is known to have come: news that reached one of them reached who brought it
	About Topic
}

// Topic says what a return is about.
type Topic struct {
	Known bool    // the words of the return say it
	Same  []int32 // what gifts are about that are about the same, in order
}

// has says whether a gift is about the same.
func (t Topic) has(gift Gift) bool {
	_, found := slices.BinarySearch(t.Same, gift.About)
	return found
}

// factors are how much likelier a gift about the same, and another one, led to a return than any gift, when a part of
// the gifts before it are about the same and people have their topics so much: how much likelier than any gift one to
// who brought something is about the same, without having led to it. Over the gifts before the return the factors are 1
// on average, so that a topic alone explains nothing; but when none is about the same, all are the less likely.
func factors(part, taste float64) (alike, other float64) {
	if part == 0 {
		return 1, 1 - SameTopic
	}
	chance := min(1, max(rarest, part)*taste)
	alike = (SameTopic + (1-SameTopic)*chance) / chance
	if usual := part * taste; usual < 1 {
		return alike, (1 - usual*alike) / (1 - usual)
	}
	return alike, 1 - SameTopic
}

// Network is the people among whom gifts travel.
type Network struct {
	n      int // of people and organisations
	people int
	ties   *temporal.Lasting

	lock     sync.Mutex
	around   map[int32][]nearby // by who brings something: whose gifts can matter at all, and how much at most
	searches sync.Pool          // of *temporal.WaySearch, in the order of time
	anyTime  sync.Pool          // of those in any order
}

// Bytes is about how much memory the network takes, with what it remembers of who is near to whom.
func (g *Network) Bytes() int64 {
	g.lock.Lock()
	defer g.lock.Unlock()
	n := int64(g.n)*8 + int64(g.ties.Arcs())*20
	for _, around := range g.around {
		n += int64(len(around)) * 8
	}
	return n
}

// anyNear says whether any receiver of a gift is among those of whom near has a bit.
func (g *Network) anyNear(near []uint64, gift Gift) bool {
	for _, v := range gift.Receivers {
		if v >= 0 && int(v) < g.n && near[v/64]&(1<<(v%64)) != 0 {
			return true
		}
	}
	return false
}

// nearTo returns a bit for each person from whom news can come to who brings something, at any time. It is made each
// time it is asked for: those of everybody who brought something would take more than all else that is remembered.
func (g *Network) nearTo(bringer int32) []uint64 {
	near := make([]uint64, (g.n+63)/64)
	for _, x := range g.aroundOf(bringer) {
		near[x.person/64] |= 1 << (x.person % 64)
	}
	return near
}

// aroundOf returns from whom news can come to who brings something, at any time, and remembers it.
func (g *Network) aroundOf(bringer int32) []nearby {
	g.lock.Lock()
	around, ok := g.around[bringer]
	g.lock.Unlock()
	if !ok {
		around = g.ever(bringer)
		g.lock.Lock()
		g.around[bringer] = around
		g.lock.Unlock()
	}
	return around
}

// nearby is somebody from whom news comes to who brings something, at some time.
type nearby struct {
	person int32
	worth  float32
}

// ever looks how well news comes from everybody to who brings something, over ties of any time.
func (g *Network) ever(bringer int32, via ...int32) []nearby {
	s := g.search(&g.anyTime, true)
	if err := s.To(context.Background(), math.MinInt64, math.MaxInt64, g.targets(bringer, via)...); err != nil {
		panic(err) // all targets are there, and nothing ends it
	}
	out := make([]nearby, len(s.Reached()))
	for i, v := range s.Reached() {
		out[i] = nearby{int32(v), float32(s.Best(v, math.MinInt64))}
	}
	g.anyTime.Put(s)
	return out
}

// nearby returns from whom news can come to who brought a return, at any time.
func (g *Network) nearby(r Return) []nearby {
	if len(r.Via) > 0 {
		return g.ever(r.From, r.Via...)
	}
	return g.aroundOf(r.From)
}

// NewNetwork builds the network of n people. Ties of strength 0, and ends that are no person, are left out.
// Organisations lists the people of each: any two of them may have heard of each other there.
func NewNetwork(n int, ties []Tie, organisations ...[]int32) *Network {
	return NetworkOf(n, slices.Values(ties), organisations...)
}

// NetworkOf is NewNetwork of ties that are gone through twice, each time the same, instead of lying in memory.
func NetworkOf(n int, ties iter.Seq[Tie], organisations ...[]int32) *Network {
	all := n + len(organisations)
	each := func(yield func(temporal.Tie) bool) {
		for t := range ties {
			if t.A < 0 || t.B < 0 || int(t.A) >= n || int(t.B) >= n || !(t.Strength > 0) {
				continue
			}
			if !yield(temporal.Tie{
				From: uint32(t.A), To: uint32(t.B), Strength: min(t.Strength, 1),
				First: t.First.Unix(), Last: t.Last.Unix(),
			}) {
				return
			}
		}
		for i, members := range organisations {
			// News passes an organisation by two steps, in from one and out to another.
			s := math.Sqrt(min(Colleagues, 1/float64(len(members)))) / PerHop
			for _, v := range members {
				if v >= 0 && int(v) < n && !yield(temporal.Tie{
					From: uint32(v), To: uint32(n + i), Strength: s, First: math.MinInt64, Last: math.MaxInt64,
				}) {
					return
				}
			}
		}
	}
	lasting, err := temporal.NewLasting(context.Background(), all, each, false)
	if err != nil {
		panic(err) // what it refuses was left out
	}
	return &Network{
		n: all, people: n, ties: lasting, around: map[int32][]nearby{},
	}
}

// reach finds from the sources how well news that sets out between two moments comes to the person at by the second:
// the largest product over ways of at most four ties, each alive when the news passes it. Those over whom it is known
// to have come are as near as the person. The caller puts the search back.
func (g *Network) reach(at int32, from, until int64, sources []uint32, via ...int32) *temporal.WaySearch {
	s := g.search(&g.searches, false)
	if err := s.Between(context.Background(), sources, g.targets(at, via), from, until); err != nil {
		panic(err) // all sources and targets are there, and nothing ends it
	}
	return s
}

// search returns a search of a pool.
func (g *Network) search(pool *sync.Pool, anyTime bool) *temporal.WaySearch {
	if s, ok := pool.Get().(*temporal.WaySearch); ok {
		return s
	}
	s, err := temporal.NewWaySearch(g.ties, temporal.Passing{
		PerTie: PerHop, MostTies: MostHops, Least: negligible, AnyTime: anyTime,
	})
	if err != nil {
		panic(err) // the constants are within its bounds
	}
	return s
}

// targets are those to whom news of a gift came when it came to who brought a return.
func (g *Network) targets(bringer int32, via []int32) []uint32 {
	if bringer < 0 || int(bringer) >= g.n {
		return nil
	}
	return g.there([]uint32{uint32(bringer)}, via)
}

// there adds those of a list who are people of the network.
func (g *Network) there(to []uint32, list []int32) []uint32 {
	for _, v := range list {
		if v >= 0 && int(v) < g.n {
			to = append(to, uint32(v))
		}
	}
	return to
}

// Lag is how likely a return comes this long after its gift, beside the likeliest time: from 0 to 1.
type Lag struct {
	Median time.Duration
	Spread float64 // of the logarithm
}

// UsualLag is the lag before any trace is confirmed.
var UsualLag = Lag{MedianLag, LagSpread}

// At returns the weight of a lag.
func (l Lag) At(d time.Duration) float64 { return l.at(d, math.Log(l.Median.Hours())) }

// at is At, with the logarithm of the median's hours.
func (l Lag) at(d time.Duration, median float64) float64 {
	if d <= 0 {
		return 0
	}
	// The density of the log-normal, divided by its highest value.
	z := (math.Log(d.Hours()) - median) / l.Spread
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

// bySize puts the largest share first, and of equal ones the later gift.
func bySize(a, b Share) int {
	return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(b.Gift, a.Gift))
}

// weigh says how much each gift before a return could have to do with it, in the order of the gifts: how well news of
// it comes to who brought the return, times how likely a return is so long after, for each of several lags. Part is the
// part of the gifts before the return that are about the same.
func (g *Network) weigh(gifts []Gift, r Return, lags ...Lag) (shares [][]Share, part float64) {
	type candidate struct {
		gift, lag int
		kernel    float64
	}
	var candidates []candidate
	medians := make([]float64, len(lags))
	for n, lag := range lags {
		medians[n] = math.Log(lag.Median.Hours())
	}
	near := [][]uint64{g.nearTo(r.From)}
	for _, v := range r.Via {
		near = append(near, g.nearTo(v))
	}
	same, all, earliest := 0, 0, int64(math.MaxInt64)
	var sources []uint32
	for i, gift := range gifts {
		d := r.At.Sub(gift.At)
		if d <= 0 {
			continue
		}
		if all++; r.About.Known && r.About.has(gift) {
			same++
		}
		if len(gift.Receivers) > 0 &&
			!slices.ContainsFunc(near, func(to []uint64) bool { return g.anyNear(to, gift) }) {
			continue
		}
		for n, lag := range lags {
			if kernel := lag.at(d, medians[n]); kernel >= negligible {
				candidates = append(candidates, candidate{i, n, kernel})
				if len(gift.Receivers) > 0 {
					earliest, sources = min(earliest, gift.At.Unix()), g.there(sources, gift.Receivers)
				}
			}
		}
	}
	shares, part = make([][]Share, len(lags)), float64(same)/float64(max(1, all))
	if len(candidates) == 0 {
		return shares, part
	}
	// One search for all gifts: it knows how well news comes of each moment.
	reach := g.reach(r.From, earliest, r.At.Unix(), sources, r.Via...)
	defer g.searches.Put(reach)
	last, receiver, best := -1, int32(-1), 0.0
	var path []int32
	for _, c := range candidates {
		gift := gifts[c.gift]
		if c.gift != last {
			last, path = c.gift, nil
			receiver, best = bestReceiver(gift, r.From, reach, gift.At)
		}
		value := best * c.kernel
		if value < negligible {
			continue
		}
		if path == nil {
			path = g.pathOf(reach, receiver, r.From, gift.At)
		}
		shares[c.lag] = append(shares[c.lag], Share{c.gift, value, path, r.At.Sub(gift.At)})
	}
	return shares, part
}

// pathOf is the way of news from a receiver to who brought a return, without the organisations on it.
func (g *Network) pathOf(reach *temporal.WaySearch, receiver, bringer int32, at time.Time) []int32 {
	path := []int32{}
	if receiver == bringer && bringer >= 0 && int(bringer) < g.people {
		return append(path, bringer)
	}
	if receiver < 0 {
		return path
	}
	for _, v := range reach.Way(uint32(receiver), at.Unix()) {
		if int(v) < g.people {
			path = append(path, int32(v))
		}
	}
	if len(path) > 0 && path[len(path)-1] != bringer {
		path = append(path, bringer) // over somebody over whom it is known to have come
	}
	return path
}

// bestReceiver returns who of the receivers is nearest to the bringer for news of a moment; a gift to everybody reached
// the bringer itself.
func bestReceiver(gift Gift, bringer int32, reach *temporal.WaySearch, at time.Time) (receiver int32, value float64) {
	receiver = -1
	if len(gift.Receivers) == 0 {
		return bringer, 1
	}
	for _, v := range gift.Receivers {
		if v < 0 {
			continue
		}
		if s := reach.Best(uint32(v), at.Unix()); s > value {
			receiver, value = v, s
		}
	}
	return receiver, value
}
