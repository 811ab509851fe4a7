package trace

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// plain is the tracing and the test of chance as they are told in words, without anything that makes them fast: what
// the fast ones are compared with.
type plain struct {
	n    int
	list []Tie
	ways map[returnKey]map[int32][]plainWay
}

// plainWay is a way to who brings something, of news that sets out by a moment at the latest.
type plainWay struct {
	value float64
	leave int64
	path  []int32
}

// to returns all ways of news from everybody to somebody by a moment, over at most MostHops ties in the order of time.
func (g *plain) to(bringer int32, until int64) map[int32][]plainWay {
	key := returnKey{until, bringer}
	if ways, ok := g.ways[key]; ok {
		return ways
	}
	ties := make([][]Tie, g.n)
	for _, t := range g.list {
		if t.A != t.B {
			ties[t.A] = append(ties[t.A], t)
			ties[t.B] = append(ties[t.B], Tie{t.B, t.A, t.Strength, t.First, t.Last})
		}
	}
	ways := map[int32][]plainWay{}
	var walk func(way plainWay)
	walk = func(way plainWay) {
		v := way.path[0]
		ways[v] = append(ways[v], way)
		for _, t := range ties[v] {
			value, leave := way.value*PerHop*t.Strength, min(way.leave, t.Last.Unix())
			if len(way.path) <= MostHops && value >= negligible && leave >= t.First.Unix() {
				walk(plainWay{value, leave, append([]int32{t.B}, way.path...)})
			}
		}
	}
	walk(plainWay{1, until, []int32{bringer}})
	g.ways[key] = ways
	return ways
}

// best returns the best way of news that is with somebody at a moment.
func (g *plain) best(v, bringer int32, at time.Time, until int64) (best plainWay) {
	for _, way := range g.to(bringer, until)[v] {
		if way.leave >= at.Unix() && way.value > best.value {
			best = way
		}
	}
	return best
}

// reaches says whether news of a gift can come from one of its receivers to who brings something, at any time.
func (g *plain) reaches(gift Gift, bringer int32) bool {
	ways := g.to(bringer, math.MaxInt64)
	return slices.ContainsFunc(gift.Receivers, func(v int32) bool { return len(ways[v]) > 0 })
}

// weigh says how much each gift before a return could have to do with it, and which part of them is about the same.
func (g *plain) weigh(gifts []Gift, r Return, lag Lag) (shares []Share, part float64) {
	same, all := 0.0, 0.0
	for i, gift := range gifts {
		d := r.At.Sub(gift.At)
		if d <= 0 {
			continue
		}
		all++
		if r.About.Known && slices.Contains(r.About.Same, gift.About) {
			same++
		}
		kernel := lag.At(d)
		if kernel < negligible {
			continue
		}
		best := g.nearest(gift, r, gift.At)
		if value := best.value * kernel; value >= negligible {
			shares = append(shares, Share{Gift: i, Share: value, Lag: d, Path: best.path})
		}
	}
	return shares, same / max(1, all)
}

// nearest is the way from the receiver who is nearest to the bringer; a gift to everybody reached the bringer itself.
func (g *plain) nearest(gift Gift, r Return, at time.Time) (best plainWay) {
	if len(gift.Receivers) == 0 {
		return plainWay{value: 1, path: []int32{r.From}}
	}
	for _, v := range gift.Receivers {
		if way := g.best(v, r.From, at, r.At.Unix()); way.value > best.value {
			best = way
		}
	}
	return best
}

// Test permutes the receivers of the gifts within periods of one year and of two, and gives the more careful answer.
// What is compared is the sum, over the returns, of the best explanation by any gift: how well it comes to who brought
// the return, at its lag. When it makes no difference who received what and when, the true order does no better than
// the others. Gifts to everybody say nothing here and are left out.
func (g *plain) Test(gifts []Gift, returns []Return, lag Lag, seed uint64) Chance {
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
	// A return that no gift can have to do with explains nothing in any order.
	returns = slices.DeleteFunc(slices.Clone(returns), func(r Return) bool {
		return !slices.ContainsFunc(named, func(gift Gift) bool { return g.reaches(gift, r.From) })
	})
	// kernel[r][i] is how likely return r comes so long after gift i.
	kernel := make([][]float64, len(returns))
	for k, r := range returns {
		kernel[k] = make([]float64, len(named))
		for i, gift := range named {
			kernel[k][i] = lag.At(r.At.Sub(gift.At))
		}
	}
	out.P, out.Effect = 0, math.Inf(1)
	for _, period := range periods {
		p, effect := g.permute(named, returns, kernel, period, seed)
		out.P, out.Effect = max(out.P, p), min(out.Effect, effect)
	}
	return out
}

// permute tests within periods of one length. The gifts are in order of time.
func (g *plain) permute(
	named []Gift, returns []Return, kernel [][]float64, period time.Duration, seed uint64,
) (p, effect float64) {
	members := map[int][]int{}
	for i, gift := range named {
		number := int(gift.At.Sub(named[0].At) / period)
		members[number] = append(members[number], i)
	}
	var numbers []int
	for number := range members {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	// worth[r][j] is how well the receivers of gift j come to who brought return r.
	worth := make([][]float64, len(returns))
	for k, r := range returns {
		worth[k] = make([]float64, len(named))
		for _, p := range numbers {
			first := named[members[p][0]]
			if !first.At.Before(r.At) {
				continue
			}
			if !slices.ContainsFunc(members[p], func(i int) bool { return g.reaches(named[i], r.From) }) {
				continue
			}
			for _, i := range members[p] {
				worth[k][i] = g.nearest(named[i], r, first.At).value
			}
		}
	}
	var explained []plainExplanation
	for k := range returns {
		if e := plainExplanationOf(worth[k], kernel[k]); len(e.near) > 0 {
			explained = append(explained, e)
		}
	}
	receivers, at := make([]int, len(named)), make([]int, len(named))
	statistic := func() float64 {
		for i, j := range receivers {
			at[j] = i
		}
		sum := 0.0
		for k := range explained {
			sum += explained[k].best(receivers, at)
		}
		return sum
	}
	for i := range receivers {
		receivers[i] = i
	}
	observed := statistic()
	chance := rand.New(rand.NewPCG(seed, 7))
	var sums []float64
	asGood := 0
	for len(sums) < Permutations && asGood < EnoughAsGood {
		for _, p := range numbers {
			for k, from := range chance.Perm(len(members[p])) {
				receivers[members[p][k]] = members[p][from]
			}
		}
		sum := statistic()
		sums = append(sums, sum)
		if sum >= observed-1e-12 {
			asGood++
		}
	}
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

// plainExplanation is what each gift could have to do with one return, so that the best of all is found without looking
// at all: by the time of a gift or by its receivers, whichever is likelier to end soon.
type plainExplanation struct {
	worth, kernel   []float64
	near, recent    []int // gifts with any worth, the worthiest first; with any lag, the likeliest first
	worthiest, lags float64
}

func plainExplanationOf(worth, kernel []float64) plainExplanation {
	e := plainExplanation{worth: worth, kernel: kernel}
	for i := range worth {
		if worth[i] > 0 {
			e.near = append(e.near, i)
			e.worthiest = max(e.worthiest, worth[i])
		}
		if kernel[i] > 0 {
			e.recent = append(e.recent, i)
			e.lags = max(e.lags, kernel[i])
		}
	}
	slices.SortStableFunc(e.near, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
	if e.few(len(worth)) {
		return e // the order of the others is not asked for
	}
	slices.SortStableFunc(e.recent, func(a, b int) int { return cmp.Compare(kernel[b], kernel[a]) })
	return e
}

// few says whether so few of the gifts are near that the best of them is soon found.
func (e *plainExplanation) few(gifts int) bool { return len(e.near)*len(e.near) <= gifts }

// best returns how well the best gift explains the return when gift i went to the receivers of gift receivers[i], and
// at is the other way round.
func (e *plainExplanation) best(receivers, at []int) float64 {
	best := 0.0
	if e.few(len(receivers)) {
		for _, j := range e.near {
			if e.worth[j]*e.lags <= best {
				break
			}
			best = max(best, e.worth[j]*e.kernel[at[j]])
		}
		return best
	}
	for _, i := range e.recent {
		if e.worthiest*e.kernel[i] <= best {
			break
		}
		best = max(best, e.worth[receivers[i]]*e.kernel[i])
	}
	return best
}
