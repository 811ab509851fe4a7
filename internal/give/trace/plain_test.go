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
	*Network
	near map[int32]map[int32]bool
}

// reaches says whether news of a gift can come from one of its receivers to who brings something, at any time.
func (g *plain) reaches(gift Gift, bringer int32) bool {
	near, ok := g.near[bringer]
	if !ok {
		near = map[int32]bool{}
		for v := range g.reach(bringer, time.Unix(math.MinInt64/2, 0), time.Unix(math.MaxInt64/2, 0)) {
			near[v] = true
		}
		g.near[bringer] = near
	}
	return slices.ContainsFunc(gift.Receivers, func(v int32) bool { return near[v] })
}

// reach finds for everybody how well news of a gift of the moment from comes to the person at, by the moment until: the
// largest product over paths of at most four ties, each alive in between.
func (g *plain) reach(at int32, from, until time.Time) map[int32]step {
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
			for _, t := range g.tiesOf(v) {
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

// weigh says how much each gift before a return could have to do with it, and which part of them is about the same.
func (g *plain) weigh(gifts []Gift, r Return, lag Lag) (shares []Share, part float64) {
	reaches := map[int64]map[int32]step{}
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
		if len(gift.Receivers) > 0 && !g.reaches(gift, r.From) {
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
		receiver, best := plainReceiver(gift, r.From, reach)
		value := best * kernel
		if value < negligible {
			continue
		}
		s := Share{Gift: i, Share: value, Lag: d}
		for v := receiver; v >= 0; v = reach[v].next {
			if int(v) < g.people {
				s.Path = append(s.Path, v)
			}
		}
		shares = append(shares, s)
	}
	return shares, same / max(1, all)
}

// plainReceiver returns who of the receivers is nearest to the bringer; a gift to everybody reached the bringer itself.
func plainReceiver(gift Gift, bringer int32, reach map[int32]step) (receiver int32, value float64) {
	receiver = -1
	if len(gift.Receivers) == 0 {
		return bringer, 1
	}
	for _, v := range gift.Receivers {
		if s, ok := reach[v]; ok && s.reach > value {
			receiver, value = v, s.reach
		}
	}
	return receiver, value
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
			reach := g.reach(r.From, first.At, r.At)
			for _, i := range members[p] {
				_, worth[k][i] = plainReceiver(named[i], r.From, reach)
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
