package trace

import (
	"math"
	"slices"
	"time"
)

// What is believed before anything is known: that a quarter of what comes in was led to by gifts to somebody, and a
// twentieth by gifts to everybody. doubt is the power of one minus the part, in the density of what is believed.
const (
	doubtNamed  = 1
	doubtPublic = 18
	// mostTelling is how much likelier than by chance a return can be at most.
	mostTelling = 8
)

// month is how finely moments are told apart when a gift is moved to another time.
const month = 30 * 24 * time.Hour

// Tracer traces the returns of somebody to the gifts, beside what chance would have it: what the same gifts would
// explain had they been given at other times, namely when something was given and the two were in touch.
type Tracer struct {
	network *Network
	gifts   []Gift
	lag     Lag

	start     time.Time // of the first month
	months    []int32   // how many gifts to somebody each month has
	kernel    []float64 // of a lag of so many days
	receivers []receiver
	receiver  []int32 // by person, its place in receivers and one
	to        map[int32][]int32
	public    int // how many gifts are to everybody
}

// receiver is somebody to whom something was given.
type receiver struct {
	gifts float64
	from  int // the first month in which a gift to them may have been given
	until int // the last one
}

// Met is from when to when the giver and somebody were in touch.
type Met struct {
	Person      int32
	First, Last time.Time
}

// NewTracer returns a tracer of gifts. With who is not among those met, the giver was in touch all the time.
func NewTracer(g *Network, gifts []Gift, lag Lag, met ...Met) *Tracer {
	t := &Tracer{network: g, gifts: gifts, lag: lag, receiver: make([]int32, g.n), to: map[int32][]int32{}}
	if len(gifts) == 0 {
		return t
	}
	t.start = slices.MinFunc(gifts, func(a, b Gift) int { return a.At.Compare(b.At) }).At
	last := slices.MaxFunc(gifts, func(a, b Gift) int { return a.At.Compare(b.At) }).At
	t.months = make([]int32, t.monthOf(last)+1)
	windows := make(map[int32]Met, len(met))
	for _, m := range met {
		windows[m.Person] = m
	}
	for i, gift := range gifts {
		if len(gift.Receivers) == 0 {
			t.public++
			continue
		}
		t.months[t.monthOf(gift.At)]++
		for _, v := range gift.Receivers {
			t.gave(v, gift.At, windows)
			t.to[v] = append(t.to[v], int32(i))
		}
	}
	t.kernel = make([]float64, int(40*365.25))
	median := math.Log(lag.Median.Hours())
	for day := range t.kernel {
		t.kernel[day] = lag.at(time.Duration(day)*24*time.Hour, median)
	}
	return t
}

// monthOf is the month of a moment, within those of the gifts.
func (t *Tracer) monthOf(at time.Time) int {
	n := int(at.Sub(t.start) / month)
	if len(t.months) > 0 {
		n = min(n, len(t.months)-1)
	}
	return max(0, n)
}

// gave counts a gift to somebody.
func (t *Tracer) gave(v int32, at time.Time, met map[int32]Met) {
	if v < 0 || int(v) >= len(t.receiver) {
		return
	}
	if t.receiver[v] == 0 {
		r := receiver{until: len(t.months) - 1}
		if m, known := met[v]; known {
			r.from, r.until = t.monthOf(m.First), t.monthOf(m.Last)
		}
		t.receivers = append(t.receivers, r)
		t.receiver[v] = int32(len(t.receivers))
	}
	r, n := &t.receivers[t.receiver[v]-1], t.monthOf(at)
	r.gifts++
	r.from, r.until = min(r.from, n), max(r.until, n)
}

// Sums is how much gifts could have to do with a return, and which of them most: those to somebody and those to
// everybody, each about the same as the return and about something else.
type Sums struct {
	Part  float64 // of the gifts before the return, about the same
	Kinds [4]Sum
}

// Sum is how much gifts of a kind could have to do with a return.
type Sum struct {
	Sum  float64
	Best Share // its share is a part of the sum
}

// The kinds of gifts beside a return.
const (
	namedSame = iota
	namedOther
	publicSame
	publicOther
)

// kindOf is the kind of a gift beside a return.
func kindOf(gift Gift, r Return) int {
	kind := namedOther
	if len(gift.Receivers) == 0 {
		kind = publicOther
	}
	if r.About.Known && r.About.has(gift) {
		kind-- // about the same
	}
	return kind
}

// Sum weighs the gifts before a return.
func (t *Tracer) Sum(r Return) Sums {
	return SumsOf([]*Tracer{t}, r)[0]
}

// SumsOf weighs the gifts before a return with several tracers of the same gifts, which share the search for ways.
func SumsOf(tracers []*Tracer, r Return) []Sums {
	out := make([]Sums, len(tracers))
	if len(tracers) == 0 {
		return out
	}
	lags := make([]Lag, len(tracers))
	for n, t := range tracers {
		lags[n] = t.lag
	}
	weights, part := tracers[0].network.weigh(tracers[0].gifts, r, lags...)
	for n, t := range tracers {
		out[n] = t.sum(r, weights[n], part)
	}
	return out
}

func (t *Tracer) sum(r Return, weights []Share, part float64) Sums {
	out := Sums{Part: part}
	for _, s := range weights {
		x := &out.Kinds[kindOf(t.gifts[s.Gift], r)]
		x.Sum += s.Share
		if x.Best.Share == 0 || bySize(s, x.Best) < 0 {
			x.Best = s
		}
	}
	return out
}

// Taste says how much likelier than any gift one to who brought a return is about the same, without having led to it:
// that is seen from the gifts that came after the return. It is at least 1.
func (t *Tracer) Taste(returns []Return, sums []Sums) float64 {
	const before, worth = 1.5, 2.0 // what is believed at first, and how many gifts about the same that is worth
	same, expected := before*worth, worth
	for i, r := range returns {
		if !r.About.Known || sums[i].Part == 0 {
			continue
		}
		for _, n := range t.to[r.From] {
			if gift := t.gifts[n]; gift.At.After(r.At) {
				expected += sums[i].Part
				if r.About.has(gift) {
					same++
				}
			}
		}
	}
	return max(1, same/expected)
}

// Weights are what to multiply what gifts of each kind could have to do with a return by, as people have their topics
// so much.
func (s Sums) weights(r Return, taste float64) [4]float64 {
	if !r.About.Known {
		return [4]float64{1, 1, 1, 1}
	}
	alike, other := factors(s.Part, taste)
	return [4]float64{alike, other, alike, other}
}

// Likeliest returns the gift that a return is traced to most, as a share of it; of gift -1 when it is traced to none.
func (s Sums) Likeliest(r Return, taste, named, public float64) Share {
	best := Share{Gift: -1}
	for kind, share := range s.Kinds {
		if share.Best.Share == 0 {
			continue
		}
		one := share.Best
		one.Share *= s.scale(r, taste, named, public)[kind]
		if best.Gift < 0 || bySize(one, best) < 0 {
			best = one
		}
	}
	return best
}

// scale returns what makes shares of what gifts of each kind could have to do with a return.
func (s Sums) scale(r Return, taste, named, public float64) [4]float64 {
	w := s.weights(r, taste)
	sums := s.both(w)
	for kind := range w {
		if sum := sums[kind/publicSame]; sum > 0 {
			w[kind] *= [2]float64{named, public}[kind/publicSame] / sum
		}
	}
	return w
}

// both are the sums of gifts to somebody and to everybody, multiplied by weights.
func (s Sums) both(w [4]float64) [2]float64 {
	return [2]float64{
		s.Kinds[namedSame].Sum*w[namedSame] + s.Kinds[namedOther].Sum*w[namedOther],
		s.Kinds[publicSame].Sum*w[publicSame] + s.Kinds[publicOther].Sum*w[publicOther],
	}
}

// Evidence is how much more the gifts before a return have to do with it than the same gifts at other times would, by
// gifts to somebody and by those to everybody: 1 is no more than by chance.
type Evidence struct {
	Named, Public float64
	Early         bool   // no gift was noted yet, so that it says nothing
	Said          Answer // what the giver says of it
}

// Answer is what the giver says of a return.
type Answer int8

// What the giver can say.
const (
	NothingSaid Answer = iota
	ByGift             // a gift to somebody led to it
	ByPublic           // a gift to everybody led to it
	ByNothing          // nothing that was given did
)

// Beside compares what the gifts before a return have to do with it, with what chance would have it.
func (t *Tracer) Beside(r Return, s Sums, taste float64) Evidence {
	sums := s.both(s.weights(r, taste))
	if sums == [2]float64{} {
		return Evidence{Early: len(t.months) == 0 || !r.At.After(t.start)}
	}
	// What a gift of each month, and of the months before, could have to do with the return.
	before, counts := make([]float64, len(t.months)+1), make([]float64, len(t.months)+1)
	always := 0.0
	for n, gifts := range t.months {
		k := 0.0
		if d := r.At.Sub(t.start.Add(time.Duration(n)*month + month/2)); d > 0 {
			k = t.kernel[min(int(d.Hours()/24), len(t.kernel)-1)]
		}
		before[n+1], counts[n+1] = before[n]+k*float64(gifts), counts[n]+float64(gifts)
		always += k
	}
	var out Evidence
	if sums[0] > 0 {
		byChance := 0.0
		for _, near := range t.network.nearby(r) {
			if n := t.receiver[near.person]; n > 0 {
				x := &t.receivers[n-1]
				if gifts := counts[x.until+1] - counts[x.from]; gifts > 0 {
					byChance += float64(near.worth) * x.gifts * (before[x.until+1] - before[x.from]) / gifts
				}
			}
		}
		out.Named = telling(sums[0], byChance)
	}
	if sums[1] > 0 {
		out.Public = telling(sums[1], float64(t.public)*always/float64(len(t.months)))
	}
	return out
}

// telling is how much more than by chance it is.
func telling(weight, byChance float64) float64 {
	if byChance <= 0 {
		return 1
	}
	return min(weight/byChance, mostTelling)
}

// Belief is what a whole ledger says of how much of what comes in gifts led to: how likely each part is.
type Belief struct {
	parts []part
	fits  float64 // the logarithm of how much better what is known fits than where gifts lead to nothing
}

// part is a possible part of the returns that gifts to somebody, and to everybody, led to.
type part struct{ named, public, likely float64 }

// Believe weighs what each return says. Where the gifts stand no better before the returns than chance would have it,
// the parts become small.
func Believe(list []Evidence) Belief {
	const named, public = 30, 12
	b := Belief{parts: make([]part, 0, named*public)}
	for i := range named {
		for j := range public {
			p := part{named: (float64(i) + 0.5) / named, public: 0.6 * (float64(j) + 0.5) / public}
			if p.named+p.public < 1 {
				p.likely = math.Pow(1-p.named, doubtNamed) * math.Pow(1-p.public, doubtPublic)
				b.parts = append(b.parts, p)
			}
		}
	}
	b.scale()
	b.fits = 0
	for n, e := range list {
		for i := range b.parts {
			p := &b.parts[i]
			switch e.Said {
			case ByGift:
				p.likely *= p.named
			case ByPublic:
				p.likely *= p.public
			case ByNothing:
				p.likely *= 1 - p.named - p.public
			default:
				if e.Early {
					continue
				}
				p.likely *= 1 - p.named - p.public + p.named*e.Named + p.public*e.Public
			}
		}
		if n%16 == 15 { // far from what a number can hold
			b.scale()
		}
	}
	b.scale()
	return b
}

// scale makes what is likely sum to 1.
func (b *Belief) scale() {
	sum := 0.0
	for _, p := range b.parts {
		sum += p.likely
	}
	for i := range b.parts {
		b.parts[i].likely /= sum
	}
	b.fits += math.Log(sum)
}

// Of returns how much of a return gifts to somebody and gifts to everybody explain; the rest is unexplained.
func (b Belief) Of(e Evidence) (named, public float64) {
	for _, p := range b.parts {
		n, all := p.named*e.Named, p.public*e.Public
		total := 1 - p.named - p.public + n + all
		named += p.likely * n / total
		public += p.likely * all / total
	}
	return named, public
}

// Fits says whether what is known fits better where gifts lead to something than where they lead to nothing.
func (b Belief) Fits() bool { return b.fits > 0 }

// Part returns which part of all that came in gifts to somebody, and to everybody, are believed to have led to.
func (b Belief) Part() (named, public float64) {
	return b.Of(Evidence{Named: 1, Public: 1})
}

// Lags are the times that gifts may take to come back: as is known, or as usual, and others, of which one is taken only
// when the returns fit it better.
func Lags(known Lag) []Lag {
	const year = 365 * 24 * time.Hour
	return []Lag{known, {year / 2, 0.6}, {year, 0.6}, {2 * year, 0.6}}
}

// Tracers returns a tracer for each lag.
func Tracers(g *Network, gifts []Gift, lags []Lag, met ...Met) []*Tracer {
	out := make([]*Tracer, len(lags))
	for i, lag := range lags {
		out[i] = NewTracer(g, gifts, lag, met...)
	}
	return out
}

// Ledger is what is made of all returns together.
type Ledger struct {
	Tracer   *Tracer // with the lag that fits
	Taste    float64
	Belief   Belief
	Sums     []Sums // of each return
	Evidence []Evidence
}

const (
	// fittedReturns is over how many returns, the last ones, a lag is chosen.
	fittedReturns = 300
	// asKnown is how much better, as a logarithm, another lag than the known one must fit.
	asKnown = 1
)

// Understand looks at all returns together, which are in the order of time. What the giver said of each is in said;
// sums weighs a return with some of the tracers, or knows what that gave before.
func Understand(
	tracers []*Tracer, returns []Return, said []Answer, sums func(tracers []int, i int) []Sums,
) (out Ledger) {
	of := func(n, from int, sums []Sums) Ledger {
		l := Ledger{Tracer: tracers[n], Sums: sums}
		l.Taste = l.Tracer.Taste(returns[from:], l.Sums)
		for i, r := range returns[from:] {
			e := l.Tracer.Beside(r, l.Sums[i], l.Taste)
			e.Said = said[from+i]
			l.Evidence = append(l.Evidence, e)
		}
		l.Belief = Believe(l.Evidence)
		return l
	}
	from, best, fits := max(0, len(returns)-fittedReturns), 0, math.Inf(-1)
	all, fitted := make([]int, len(tracers)), make([][]Sums, len(tracers))
	for n := range all {
		all[n] = n
	}
	for i := from; i < len(returns); i++ {
		for n, s := range sums(all, i) {
			fitted[n] = append(fitted[n], s)
		}
	}
	for n := range tracers {
		l := of(n, from, fitted[n])
		fit := l.Belief.fits
		if n == 0 {
			fit += asKnown
		}
		if fit > fits {
			out, best, fits = l, n, fit
		}
	}
	if from == 0 {
		return out
	}
	older := make([]Sums, 0, len(returns))
	for i := range from {
		older = append(older, sums([]int{best}, i)...)
	}
	return of(best, 0, append(older, fitted[best]...))
}

// Trace shares a return among the gifts before it and what is unexplained, by what is made of all returns together.
func (l Ledger) Trace(r Return) (shares []Share, unexplained float64) {
	return l.Tracer.Trace(r, l.Taste, l.Belief)
}

// Likeliest returns the gift that a return is traced to most, by its place among those that were understood.
func (l Ledger) Likeliest(r Return, i int) Share {
	named, public := l.Belief.Of(l.Evidence[i])
	return l.Sums[i].Likeliest(r, l.Taste, named, public)
}

// Trace shares a return among the gifts before it and what is unexplained; the shares and the unexplained part together
// are 1. The largest share comes first, and of equal ones the later gift.
func (t *Tracer) Trace(r Return, taste float64, b Belief) (shares []Share, unexplained float64) {
	weights, part := t.network.weigh(t.gifts, r, t.lag)
	shares = weights[0]
	s := t.sum(r, shares, part)
	named, public := b.Of(t.Beside(r, s, taste))
	scale := s.scale(r, taste, named, public)
	for i := range shares {
		shares[i].Share *= scale[kindOf(t.gifts[shares[i].Gift], r)]
	}
	slices.SortFunc(shares, bySize)
	return shares, 1 - named - public
}
