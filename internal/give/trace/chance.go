package trace

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"gave.network/graph/temporal"
)

// Least data for saying anything about chance.
const (
	FewestGifts   = 10
	FewestReturns = 5
	// Permutations of the receivers, at most: when EnoughAsGood of them do as well, it is known that chance may.
	Permutations = 1000
	EnoughAsGood = 60
)

// periods are within which receivers are permuted: whom one knows changes over the years, and that must not look like
// an effect. Short ones are the safer, long ones see more; a test must pass both.
var periods = [...]time.Duration{365 * 24 * time.Hour, 2 * 365 * 24 * time.Hour}

// Chance says whether gifts precede returns more than chance would.
type Chance struct {
	TooLittle bool    // too few gifts or returns to tell
	P         float64 // one-sided: the share of permutations that do as well, from 0.001 to 1
	Effect    float64 // beside the median permutation; 1 is no effect
	Gifts     int
	Returns   int
}

// Test permutes the receivers of the gifts within periods of one year and of two, and gives the more careful answer.
// What is compared is the sum, over the returns, of the best explanation by any gift: how well it comes to who brought
// the return, at its lag. When it makes no difference who received what and when, the true order does no better than
// the others. Gifts to everybody say nothing here and are left out.
func (g *Network) Test(gifts []Gift, returns []Return, lag Lag, seed uint64) Chance {
	return NewTester(g, lag, seed).Test(gifts, returns)
}

// Tester tests gifts and returns among the same people again and again. What it worked out for a return it uses again
// as long as gifts are only added, later than all before.
type Tester struct {
	network *Network
	lag     Lag
	seed    uint64
	median  float64 // the logarithm of the lag's, in hours

	lock     sync.Mutex
	named    []Gift
	returned map[returnKey]*returned
}

type returnKey struct {
	at   int64
	from int32
}

// returned is what the gifts could have to do with one return.
type returned struct {
	kernel    *kernel
	explained [len(periods)]explanation
	seen      int // how many of the gifts
}

// NewTester returns a tester.
func NewTester(g *Network, lag Lag, seed uint64) *Tester {
	return &Tester{network: g, lag: lag, seed: seed, median: math.Log(lag.Median.Hours())}
}

// Test is that of the network.
func (t *Tester) Test(gifts []Gift, returns []Return) Chance {
	var named []Gift
	for _, gift := range gifts {
		if len(gift.Receivers) > 0 {
			named = append(named, gift)
		}
	}
	out := Chance{Gifts: len(named), Returns: len(returns), P: 1, Effect: 1}
	if len(named) < FewestGifts || len(returns) < FewestReturns {
		out.TooLittle = true
		return out
	}
	slices.SortStableFunc(named, func(a, b Gift) int { return a.At.Compare(b.At) })
	t.lock.Lock()
	defer t.lock.Unlock()
	if len(named) < len(t.named) || !slices.EqualFunc(t.named, named[:len(t.named)], func(a, b Gift) bool {
		return a.At.Equal(b.At) && slices.Equal(a.Receivers, b.Receivers)
	}) {
		t.returned = nil
	}
	t.named = named
	there := make(map[returnKey]*returned, len(returns))
	var explained [len(periods)][]*explanation
	var stretches [len(periods)][]stretch
	for p, period := range periods {
		stretches[p] = stretchesOf(named, period)
	}
	for _, r := range returns {
		key := returnKey{r.At.UnixNano(), r.From}
		x := there[key]
		if x == nil {
			x = t.returned[key]
			if x == nil || x.seen < len(named) && named[x.seen].At.Before(r.At) {
				x = &returned{kernel: kernelOf(named, r.At, t.lag, t.median)}
			}
			t.network.explain(x, named, r, &stretches)
			there[key] = x
		}
		for p := range periods {
			if x.explained[p].any {
				explained[p] = append(explained[p], &x.explained[p])
			}
		}
	}
	t.returned = there
	out.P, out.Effect = 0, math.Inf(1)
	for p := range periods {
		share, effect := permute(len(named), explained[p], stretches[p], t.seed)
		out.P, out.Effect = max(out.P, share), min(out.Effect, effect)
	}
	return out
}

// explain works out what the gifts that a return has not seen could have to do with it.
func (g *Network) explain(x *returned, named []Gift, r Return, stretches *[len(periods)][]stretch) {
	from := x.seen
	x.seen = len(named)
	x.kernel.grow(named)
	near := g.nearTo(r.From)
	var reach *temporal.WaySearch
	for p := range periods {
		e, grew := &x.explained[p], false
		e.kernel = x.kernel
		if e.worth != nil {
			e.worth = append(e.worth, make([]float64, len(named)-len(e.worth))...)
		}
		for _, s := range stretches[p] {
			if s.end <= from || !named[s.first].At.Before(r.At) || !slices.ContainsFunc(named[max(s.first, from):s.end],
				func(gift Gift) bool { return g.anyNear(near, gift) }) {
				continue
			}
			if reach == nil { // one search for the stretches of all periods
				earliest := named[s.first].At.Unix()
				for _, list := range stretches {
					first := slices.IndexFunc(list, func(s stretch) bool { return s.end > from })
					earliest = min(earliest, named[list[first].first].At.Unix())
				}
				var sources []uint32
				for _, gift := range named[from:] {
					sources = g.there(sources, gift.Receivers)
				}
				reach = g.reach(r.From, earliest, r.At.Unix(), sources)
			}
			for i := max(s.first, from); i < s.end; i++ {
				_, worth := bestReceiver(named[i], r.From, reach, named[s.first].At)
				switch {
				case worth <= 0:
					continue
				case e.worth != nil:
					e.worth[i] = worth
				default:
					e.near, grew = append(e.near, nearGift{int32(i), worth, 0}), true
				}
				e.any = true
				e.worthiest = max(e.worthiest, worth)
			}
		}
		if grew {
			e.settle(len(named), stretches[p])
		}
	}
	if reach != nil {
		g.searches.Put(reach)
	}
}

// TestPublic says whether returns come after gifts to everybody more often than chance would have it. Nobody in
// particular received them, so all that can tell is when they were given: each is moved to any time of its period, of
// one year and of two, and the more careful answer is given. What is compared is how likely the returns come so long
// after.
func TestPublic(gifts []Gift, returns []Return, lag Lag, seed uint64) Chance {
	var public []Gift
	for _, gift := range gifts {
		if len(gift.Receivers) == 0 {
			public = append(public, gift)
		}
	}
	out := Chance{Gifts: len(public), Returns: len(returns), P: 1, Effect: 1}
	if len(public) < FewestGifts || len(returns) < FewestReturns {
		out.TooLittle = true
		return out
	}
	slices.SortStableFunc(public, func(a, b Gift) int { return a.At.Compare(b.At) })
	const day = 24 * time.Hour
	first, last := public[0].At, public[len(public)-1].At
	// What a gift of each day would have to do with all returns.
	days := make([]float64, 1+int(last.Sub(first)/day))
	median := math.Log(lag.Median.Hours())
	for n := range days {
		at := first.Add(time.Duration(n) * day)
		for _, r := range returns {
			days[n] += lag.at(r.At.Sub(at), median)
		}
	}
	chance := rand.New(rand.NewPCG(seed, 8))
	out.P, out.Effect = 0, math.Inf(1)
	for _, period := range periods {
		long := int(period / day)
		observed := 0.0
		for _, gift := range public {
			observed += days[int(gift.At.Sub(first)/day)]
		}
		var sums []float64
		asGood := 0
		for len(sums) < Permutations && asGood < EnoughAsGood {
			sum := 0.0
			for _, gift := range public {
				from := int(gift.At.Sub(first)/day) / long * long
				sum += days[from+chance.IntN(min(long, len(days)-from))]
			}
			sums = append(sums, sum)
			if sum >= observed-1e-12 {
				asGood++
			}
		}
		p, effect := chanceOf(sums, observed, asGood)
		out.P, out.Effect = max(out.P, p), min(out.Effect, effect)
	}
	return out
}

// chanceOf is the one-sided p, and the effect beside the median. Of orders that were drawn until enough were as good, p
// is the part that are (Besag & Clifford 1991).
func chanceOf(sums []float64, observed float64, asGood int) (p, effect float64) {
	slices.SortFunc(sums, cmp.Compare[float64])
	effect = 1
	if median := sums[len(sums)/2]; median > 0 {
		effect = observed / median
	}
	if asGood >= EnoughAsGood {
		return float64(asGood) / float64(len(sums)), effect
	}
	return float64(1+asGood) / float64(1+len(sums)), effect
}

// kernel is how likely a return comes so long after each gift. It is worked out as far as it is asked for.
type kernel struct {
	named  []Gift // in the order of time
	at     time.Time
	lag    Lag
	median float64   // the logarithm of the lag's, in hours
	known  []float64 // by gift, of those before the return, where done says so
	done   []bool

	recent       []likely // the likeliest gifts, in their order, as far as they were asked for
	older, newer likely   // the next in both directions from the likeliest moment; of gift -1 where there is none
	before       int      // how many gifts there were before the return
}

// likely is a gift and how likely the return comes so long after it.
type likely struct {
	gift int32
	of   float64
}

// slack is more than what rounding makes of a likelihood, and of an order that rests on it.
const slack = 1 + 1e-12

// kernelOf returns the kernel of a return; the gifts are in the order of time.
func kernelOf(named []Gift, at time.Time, lag Lag, median float64) *kernel {
	k := &kernel{named: named, at: at, lag: lag, median: median}
	before := func(moment time.Time) int {
		n, _ := slices.BinarySearchFunc(named, moment,
			func(g Gift, moment time.Time) int { return g.At.Compare(moment) })
		return n
	}
	k.before = before(at)
	// The likelihood rises to its highest, at the mode of the log-normal, and falls from there on both sides.
	mode := time.Duration(math.Exp(median-lag.Spread*lag.Spread) * float64(time.Hour))
	top := min(before(at.Add(-mode)), k.before)
	k.older, k.newer = k.next(top-1), k.next(top)
	return k
}

// grow takes in gifts that were added, all of them after the return.
func (k *kernel) grow(named []Gift) {
	k.named = named
}

// next returns a gift with its likelihood; one of gift -1 when it is not before the return.
func (k *kernel) next(i int) likely {
	if i < 0 || i >= k.before {
		return likely{gift: -1}
	}
	return likely{int32(i), k.lag.at(k.at.Sub(k.named[i].At), k.median)}
}

// more adds the next likeliest gift to the recent ones; false when there is none that is likely at all.
func (k *kernel) more() bool {
	next := k.newer
	if k.older.of >= k.newer.of {
		next = k.older
	}
	if next.of <= 0 {
		return false
	}
	k.recent = append(k.recent, next)
	if next.gift == k.older.gift {
		k.older = k.next(int(next.gift) - 1)
	} else {
		k.newer = k.next(int(next.gift) + 1)
	}
	return true
}

// over works out the likelihood of each gift of a stretch, and returns the highest.
func (k *kernel) over(s stretch) float64 {
	if k.known == nil {
		k.known = make([]float64, k.before)
		k.done = make([]bool, k.before)
	}
	most := 0.0
	for i := s.first; i < min(s.end, k.before); i++ {
		if !k.done[i] {
			k.known[i], k.done[i] = k.lag.at(k.at.Sub(k.named[i].At), k.median), true
		}
		most = max(most, k.known[i])
	}
	return most
}

// stretch are the gifts of one period: from the first to before the end.
type stretch struct{ first, end int }

// stretchesOf returns the stretches of periods of one length. The gifts are in the order of time.
func stretchesOf(named []Gift, period time.Duration) []stretch {
	var out []stretch
	last := -1
	for i, gift := range named {
		if number := int(gift.At.Sub(named[0].At) / period); number != last {
			out = append(out, stretch{i, i})
			last = number
		}
		out[len(out)-1].end = i + 1
	}
	return out
}

// permute tests so many gifts within stretches.
func permute(gifts int, explained []*explanation, stretches []stretch, seed uint64) (p, effect float64) {
	few := slices.ContainsFunc(explained, func(e *explanation) bool { return e.worth == nil })
	receivers, at := make([]int32, gifts), make([]int32, gifts)
	statistic := func() float64 {
		if few {
			for i, j := range receivers {
				at[j] = int32(i)
			}
		}
		sum := 0.0
		for _, e := range explained {
			sum += e.best(receivers, at)
		}
		return sum
	}
	for i := range receivers {
		receivers[i] = int32(i)
	}
	observed := statistic()
	chance := rand.NewPCG(seed, 7)
	var sums []float64
	asGood := 0
	for len(sums) < Permutations && asGood < EnoughAsGood {
		for i := range receivers {
			receivers[i] = int32(i)
		}
		for _, s := range stretches {
			shuffle(receivers[s.first:s.end], chance)
		}
		sum := statistic()
		sums = append(sums, sum)
		if sum >= observed-1e-12 {
			asGood++
		}
	}
	return chanceOf(sums, observed, asGood)
}

// shuffle is rand.Shuffle without a call for each element: the same order from the same source.
func shuffle(list []int32, chance *rand.PCG) {
	for i := len(list) - 1; i > 0; i-- {
		n := uint64(i + 1)
		var j uint64
		if n&(n-1) == 0 {
			j = chance.Uint64() & (n - 1)
		} else {
			high, low := bits.Mul64(chance.Uint64(), n)
			if low < n {
				for least := -n % n; low < least; {
					high, low = bits.Mul64(chance.Uint64(), n)
				}
			}
			j = high
		}
		list[i], list[j] = list[j], list[i]
	}
}

// explanation is what each gift could have to do with one return, so that the best of all is found without looking at
// all: by the time of a gift or by its receivers, whichever is likelier to end soon.
type explanation struct {
	any       bool // some gift has something to do with it
	kernel    *kernel
	near      []nearGift // those with any worth; in the order of most unless worth is there
	worth     []float64  // by gift; only when too many are near to look at each
	worthiest float64
}

// nearGift is a gift whose receivers come near to who brought a return.
type nearGift struct {
	gift        int32
	worth, most float64 // most is what it could explain at the likeliest moment of its stretch
}

// settle chooses how the best is found, once it is known which gifts are near.
func (e *explanation) settle(gifts int, stretches []stretch) {
	if len(e.near)*len(e.near) > gifts {
		e.worth = make([]float64, gifts)
		for _, n := range e.near {
			e.worth[n.gift] = n.worth
		}
		e.near = nil
		return
	}
	slices.SortFunc(e.near, func(a, b nearGift) int { return cmp.Compare(a.gift, b.gift) })
	i := 0
	for _, s := range stretches {
		from := i
		for i < len(e.near) && int(e.near[i].gift) < s.end {
			i++
		}
		if from == i {
			continue
		}
		most := e.kernel.over(s)
		for j := from; j < i; j++ {
			e.near[j].most = e.near[j].worth * most
		}
	}
	slices.SortFunc(e.near, func(a, b nearGift) int { return cmp.Compare(b.most, a.most) })
}

// best returns how well the best gift explains the return when gift i went to the receivers of gift receivers[i], and
// at is the other way round.
func (e *explanation) best(receivers, at []int32) float64 {
	best := 0.0
	if e.worth == nil {
		known := e.kernel.known
		for i := range e.near {
			n := &e.near[i]
			if n.most <= best {
				break
			}
			if i := at[n.gift]; int(i) < len(known) { // else it comes after the return
				best = max(best, n.worth*known[i])
			}
		}
		return best
	}
	for n := 0; n < len(e.kernel.recent) || e.kernel.more(); n++ {
		likely := e.kernel.recent[n]
		if e.worthiest*likely.of*slack <= best {
			break
		}
		best = max(best, e.worth[receivers[likely.gift]]*likely.of)
	}
	return best
}

// Point is a step of the delay curve: the share of gifts that still wait for a first return after a time.
type Point struct {
	After   time.Duration
	Waiting float64
}

// Delays is the curve of Kaplan & Meier (1958) of the time to the first return of each gift. lags holds the time of
// those that had one, waiting that of those that have none yet.
func Delays(lags, waiting []time.Duration) []Point {
	type event struct {
		after time.Duration
		came  bool
	}
	var events []event
	for _, d := range lags {
		events = append(events, event{d, true})
	}
	for _, d := range waiting {
		events = append(events, event{d, false})
	}
	slices.SortFunc(events, func(a, b event) int {
		if a.after == b.after { // a return on the day that another gift was last seen waiting comes first
			if a.came == b.came {
				return 0
			} else if a.came {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.after, b.after)
	})
	var out []Point
	alive, survival := len(events), 1.0
	for i := 0; i < len(events); {
		j, came := i, 0
		for ; j < len(events) && events[j].after == events[i].after; j++ {
			if events[j].came {
				came++
			}
		}
		if came > 0 {
			survival *= 1 - float64(came)/float64(alive)
			out = append(out, Point{events[i].after, survival})
		}
		alive -= j - i
		i = j
	}
	return out
}
