// Package trace follows returns back to the gifts that may have led to them, over people and time, and tests whether
// gifts precede returns more than chance would. It knows nothing of storage. The formulas are of docs/give.md.
package trace

import (
	"cmp"
	"iter"
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
	from   []int // where the ties of each begin, and after the last where they end
	ties   []halfTie

	lock     sync.Mutex
	near     map[int32][]uint64 // by who brings something: whose gifts can matter at all, a bit for each person
	around   map[int32][]nearby // and how much, at most
	searches sync.Pool          // of *search
}

// Bytes is about how much memory the network takes, with what it remembers of who is near to whom.
func (g *Network) Bytes() int64 {
	g.lock.Lock()
	defer g.lock.Unlock()
	n := int64(len(g.from))*8 + int64(len(g.ties))*32
	for _, near := range g.near {
		n += int64(len(near)) * 8
	}
	for _, around := range g.around {
		n += int64(len(around)) * 8
	}
	return n
}

// reaches says whether news of a gift can come from one of its receivers to who brings something, at any time.
func (g *Network) reaches(gift Gift, bringer int32) bool {
	return g.anyNear(g.nearTo(bringer), gift)
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

// nearTo returns a bit for each person from whom news can come to who brings something, at any time.
func (g *Network) nearTo(bringer int32) []uint64 {
	g.lock.Lock()
	near, ok := g.near[bringer]
	g.lock.Unlock()
	if ok {
		return near
	}
	near = make([]uint64, (g.n+63)/64)
	around := g.ever(bringer)
	for _, x := range around {
		near[x.person/64] |= 1 << (x.person % 64)
	}
	g.lock.Lock()
	g.near[bringer], g.around[bringer] = near, around
	g.lock.Unlock()
	return near
}

// nearby is somebody from whom news comes to who brings something, at some time.
type nearby struct {
	person int32
	worth  float32
}

// ever looks how well news comes from everybody to who brings something, over ties of any time.
func (g *Network) ever(bringer int32, via ...int32) []nearby {
	s := g.reach(bringer, time.Unix(math.MinInt64/2, 0), time.Unix(math.MaxInt64/2, 0), via...)
	out := make([]nearby, len(s.all))
	for i, v := range s.all {
		out[i] = nearby{v, float32(s.best[v].reach)}
	}
	g.searches.Put(s)
	return out
}

// nearby returns from whom news can come to who brought a return, at any time.
func (g *Network) nearby(r Return) []nearby {
	if len(r.Via) > 0 {
		return g.ever(r.From, r.Via...)
	}
	g.nearTo(r.From)
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.around[r.From]
}

type halfTie struct {
	to          int32
	strength    float64
	first, last int64
}

// NewNetwork builds the network of n people. Ties of strength 0, and ends that are no person, are left out.
// Organisations lists the people of each: any two of them may have heard of each other there.
func NewNetwork(n int, ties []Tie, organisations ...[]int32) *Network {
	return NetworkOf(n, slices.Values(ties), organisations...)
}

// NetworkOf is NewNetwork of ties that are gone through twice, each time the same, instead of lying in memory.
func NetworkOf(n int, ties iter.Seq[Tie], organisations ...[]int32) *Network {
	all := n + len(organisations)
	g := &Network{
		n: all, people: n, from: make([]int, all+1), near: map[int32][]uint64{}, around: map[int32][]nearby{},
	}
	each := func(add func(v int32, t halfTie)) {
		for t := range ties {
			if t.A < 0 || t.B < 0 || int(t.A) >= n || int(t.B) >= n || t.A == t.B || !(t.Strength > 0) {
				continue
			}
			s := min(t.Strength, 1)
			add(t.A, halfTie{t.B, s, t.First.Unix(), t.Last.Unix()})
			add(t.B, halfTie{t.A, s, t.First.Unix(), t.Last.Unix()})
		}
		for i, members := range organisations {
			// News passes an organisation by two steps, in from one and out to another.
			s := math.Sqrt(min(Colleagues, 1/float64(len(members)))) / PerHop
			for _, v := range members {
				if v >= 0 && int(v) < n {
					add(v, halfTie{int32(n + i), s, math.MinInt64, math.MaxInt64})
					add(int32(n+i), halfTie{v, s, math.MinInt64, math.MaxInt64})
				}
			}
		}
	}
	each(func(v int32, _ halfTie) { g.from[v+1]++ })
	for v := range all {
		g.from[v+1] += g.from[v]
	}
	g.ties = make([]halfTie, g.from[all])
	next := slices.Clone(g.from)
	each(func(v int32, t halfTie) {
		g.ties[next[v]] = t
		next[v]++
	})
	return g
}

// tiesOf returns the ties of a person or an organisation.
func (g *Network) tiesOf(v int32) []halfTie { return g.ties[g.from[v]:g.from[v+1]] }

// step is how well news comes from a person to the one who brought the return, and over whom it goes on.
type step struct {
	reach float64
	next  int32 // -1 at the end
	hops  int8
}

// search is how well news comes from everybody to the one who brought a return. It is used again and again: what counts
// is only what the present round wrote.
type search struct {
	best, found       []step
	inBest, inFound   []uint32 // the round and the hop that wrote best and found
	round, hop        uint32
	all               []int32 // who is reached
	frontier, nearest []int32
}

// of returns the step of somebody, and false when news does not come from there.
func (s *search) of(v int32) (step, bool) {
	if v < 0 || int(v) >= len(s.best) || s.inBest[v] != s.round {
		return step{}, false
	}
	return s.best[v], true
}

// reach finds for everybody how well news of a gift of the moment from comes to the person at, by the moment until: the
// largest product over paths of at most four ties, each alive in between. Those over whom it is known to have come are
// as near as the person. The caller puts the search back.
func (g *Network) reach(at int32, from, until time.Time, via ...int32) *search {
	s, ok := g.searches.Get().(*search)
	if !ok {
		s = &search{
			best: make([]step, g.n), found: make([]step, g.n),
			inBest: make([]uint32, g.n), inFound: make([]uint32, g.n),
		}
	}
	s.round++
	s.all = s.all[:0]
	if at < 0 || int(at) >= g.n {
		return s
	}
	s.best[at], s.inBest[at] = step{1, -1, 0}, s.round
	s.all = append(s.all, at)
	s.frontier = append(s.frontier[:0], at)
	for _, v := range via {
		if v >= 0 && int(v) < g.n && s.inBest[v] != s.round {
			s.best[v], s.inBest[v] = step{1, at, 0}, s.round
			s.all = append(s.all, v)
			s.frontier = append(s.frontier, v)
		}
	}
	start, end := from.Unix(), until.Unix()
	for hop := int8(1); hop <= MostHops && len(s.frontier) > 0; hop++ {
		s.hop++
		s.nearest = s.nearest[:0]
		for _, v := range s.frontier {
			value := s.best[v].reach * PerHop
			for _, t := range g.tiesOf(v) {
				if t.first > end || t.last < start {
					continue
				}
				r := value * t.strength
				if r < negligible || s.inBest[t.to] == s.round && r <= s.best[t.to].reach {
					continue
				}
				if s.inFound[t.to] == s.hop {
					if f := s.found[t.to]; r < f.reach || r == f.reach && f.next <= v {
						continue
					}
				} else {
					s.inFound[t.to] = s.hop
					s.nearest = append(s.nearest, t.to)
				}
				s.found[t.to] = step{r, v, hop}
			}
		}
		slices.Sort(s.nearest)
		for _, v := range s.nearest {
			if s.inBest[v] != s.round {
				s.inBest[v] = s.round
				s.all = append(s.all, v)
			}
			s.best[v] = s.found[v]
		}
		s.frontier, s.nearest = s.nearest, s.frontier
	}
	return s
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
// it comes to who brought the return, times how likely a return is so long after. Part is the part of the gifts before
// the return that are about the same.
func (g *Network) weigh(gifts []Gift, r Return, lag Lag) (shares []Share, part float64) {
	type candidate struct {
		gift   int
		day    int64
		kernel float64
	}
	var candidates []candidate
	median := math.Log(lag.Median.Hours())
	same, all := 0, 0
	for i, gift := range gifts {
		d := r.At.Sub(gift.At)
		if d <= 0 {
			continue
		}
		if all++; r.About.Known && r.About.has(gift) {
			same++
		}
		if len(gift.Receivers) > 0 && !g.reaches(gift, r.From) &&
			!slices.ContainsFunc(r.Via, func(v int32) bool { return g.reaches(gift, v) }) {
			continue
		}
		if kernel := lag.at(d, median); kernel >= negligible {
			candidates = append(candidates, candidate{i, gift.At.Unix() / 86400, kernel})
		}
	}
	// One search for all gifts of a day; it is as of the first of them.
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.day, b.day) })
	for from := 0; from < len(candidates); {
		day := candidates[from].day
		reach := g.reach(r.From, gifts[candidates[from].gift].At, r.At, r.Via...)
		for ; from < len(candidates) && candidates[from].day == day; from++ {
			c := candidates[from]
			receiver, best := bestReceiver(gifts[c.gift], r.From, reach)
			value := best * c.kernel
			if value < negligible {
				continue
			}
			s := Share{Gift: c.gift, Share: value, Lag: r.At.Sub(gifts[c.gift].At)}
			for v := receiver; v >= 0; {
				if int(v) < g.people {
					s.Path = append(s.Path, v)
				}
				step, ok := reach.of(v)
				if !ok {
					break
				}
				v = step.next
			}
			shares = append(shares, s)
		}
		g.searches.Put(reach)
	}
	slices.SortFunc(shares, func(a, b Share) int { return cmp.Compare(a.Gift, b.Gift) })
	return shares, float64(same) / float64(max(1, all))
}

// bestReceiver returns who of the receivers is nearest to the bringer; a gift to everybody reached the bringer itself.
func bestReceiver(gift Gift, bringer int32, reach *search) (receiver int32, value float64) {
	receiver = -1
	if len(gift.Receivers) == 0 {
		return bringer, 1
	}
	for _, v := range gift.Receivers {
		if s, ok := reach.of(v); ok && s.reach > value {
			receiver, value = v, s.reach
		}
	}
	return receiver, value
}
