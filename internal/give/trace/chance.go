package trace

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Least data for saying anything about chance.
const (
	FewestGifts   = 10
	FewestReturns = 5
	// Permutations of the receivers.
	Permutations = 1000
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
func (g *Network) permute(
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
				_, worth[k][i] = bestReceiver(named[i], r.From, reach)
			}
		}
	}
	var explained []explanation
	for k := range returns {
		if e := explanationOf(worth[k], kernel[k]); len(e.near) > 0 {
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
	sums := make([]float64, Permutations)
	asGood := 0
	for n := range sums {
		for _, p := range numbers {
			for k, from := range chance.Perm(len(members[p])) {
				receivers[members[p][k]] = members[p][from]
			}
		}
		sums[n] = statistic()
		if sums[n] >= observed-1e-12 {
			asGood++
		}
	}
	slices.SortFunc(sums, cmp.Compare[float64])
	effect = 1
	if median := sums[Permutations/2]; median > 0 {
		effect = observed / median
	}
	return float64(1+asGood) / float64(1+Permutations), effect
}

// explanation is what each gift could have to do with one return, so that the best of all is found without looking at
// all: by the time of a gift or by its receivers, whichever is likelier to end soon.
type explanation struct {
	worth, kernel   []float64
	near, recent    []int // gifts with any worth, the worthiest first; with any lag, the likeliest first
	worthiest, lags float64
}

func explanationOf(worth, kernel []float64) explanation {
	e := explanation{worth: worth, kernel: kernel}
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
func (e *explanation) few(gifts int) bool { return len(e.near)*len(e.near) <= gifts }

// best returns how well the best gift explains the return when gift i went to the receivers of gift receivers[i], and
// at is the other way round.
func (e *explanation) best(receivers, at []int) float64 {
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
