package world

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gave.network/lab/world/random"
)

type gift struct {
	at        int64
	kind      int // index of giftKinds
	receivers []int
	topic     int
	minutes   int
	logged    bool
}

var giftKinds = []struct {
	name    string
	share   float64
	minutes float64 // median effort
	nl, en  string  // with the topic in place of %s
}{
	{"knowledge", 30, 10, "artikel over %s", "article on %s"},
	{"introduction", 14, 8, "introductie voor %s", "introduction for %s"},
	{"time", 10, 50, "hulp met %s", "help with %s"},
	{"tip", 18, 4, "tip over %s", "tip on %s"},
	{"resource", 10, 15, "sjabloon voor %s", "template for %s"},
	{"feedback", 10, 25, "feedback op stuk over %s", "feedback on a piece about %s"},
	{"visibility", 5, 6, "vermelding in nieuwsbrief over %s", "mention in a newsletter on %s"},
	{"referral", 3, 5, "verwijzing voor %s", "referral for %s"},
}

type comeback struct {
	at     int64
	kind   int // index of returnKinds
	from   int
	gift   int // index of gifts, -1 for none
	path   []int
	told   bool
	logged bool
	topic  int
}

var returnKinds = []struct {
	name   string
	share  float64
	nl, en string
}{
	{"job", 30, "opdracht", "assignment"},
	{"booking", 12, "uitnodiging voor een lezing", "booking for a talk"},
	{"collaboration", 22, "samenwerking", "collaboration"},
	{"tip", 20, "tip", "tip"},
	{"introduction", 16, "introductie", "introduction"},
}

const (
	returnChance = 0.34 // that a gift to one receiver comes back
	returnMedian = 365  // days
	returnSigma  = 0.6  // of the logarithm of the delay
)

var giftShares, returnShares = func() (g, r []float64) {
	for _, k := range giftKinds {
		g = append(g, k.share)
	}
	for _, k := range returnKinds {
		r = append(r, k.share)
	}
	return g, r
}()

// give plans what the owner gives. A fixed share goes to people who are near from the first day to the last, drawn by
// weights that never change. So, in a world without effect, gifts to those who bring returns could as well have been
// given in another order, which is what the permutation test assumes, whatever period it permutes within.
func (w *world) give() {
	r := random.Stream(w.storySeed(), "gifts")
	story := &w.options.Story
	perYear := min(60, 8+float64(len(w.people))/9)
	w.stable = make([]float64, len(w.people))
	for i := 1; i < len(w.people); i++ {
		t := &w.people[i].tie
		if w.groups[w.people[i].group].kind != family && t.silence == 0 && t.open(w.start+45*day) {
			w.stable[i] = 0.2 + t.closeness(w.until) + 0.3*r.ExpFloat64()
		}
	}
	stable := 0.65 // the part of gifts that goes to who is always near
	if story.Near {
		stable = 0
	}
	for year := yearOf(w.start); year <= yearOf(w.until); year++ {
		from, until := w.yearBounds(year)
		if until <= from {
			continue
		}
		n := perYear * float64(until-from) / (365 * day)
		passing := make([]float64, len(w.people))
		for i := 1; i < len(w.people); i++ {
			t := &w.people[i].tie
			if (w.stable[i] == 0 || story.Near) && w.groups[w.people[i].group].kind != family && t.open(from) &&
				t.open(until-1) {
				passing[i] = 0.15 + t.closeness(from+(until-from)/2)
			}
		}
		w.giveTo(r, slices.Clone(w.stable), int(stable*n+r.Float64()), from, until)
		w.giveTo(r, passing, int((1-stable)*n+r.Float64()), from, until)
		// A few things are given to everybody.
		for range 2 {
			w.gifts = append(w.gifts, gift{
				at: w.workTime(r, from+int64(r.Float64()*float64(until-from))), kind: 4,
				topic: random.Pick(r, w.people[0].skills).topic, minutes: r.Whole(30, 120), logged: true,
			})
		}
	}
	slices.SortStableFunc(w.gifts, func(a, b gift) int { return cmp.Compare(a.at, b.at) })
	w.comeBack()
}

// giveTo plans n gifts within a year, nobody's turn coming twice.
func (w *world) giveTo(r *random.Source, weight []float64, n int, from, until int64) {
	var drawn []int
	for len(drawn) < n {
		k := r.Weighted(weight)
		if k < 0 {
			break
		}
		drawn = append(drawn, k)
		weight[k] = 0
	}
	r.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	for len(drawn) > 0 {
		k := r.Weighted(giftShares)
		take := 1
		if giftKinds[k].name == "introduction" && len(drawn) > 1 {
			take = 2
		} else if r.Chance(0.05) {
			take = min(3, len(drawn))
		}
		g := gift{kind: k, receivers: drawn[:take:take]}
		drawn = drawn[take:]
		for range 20 {
			g.at = w.workTime(r, from+int64(r.Float64()*float64(until-from)))
			if !slices.ContainsFunc(g.receivers, func(q int) bool { return !w.people[q].tie.open(g.at) }) {
				break
			}
		}
		g.topic = w.people[0].skills[r.IntN(len(w.people[0].skills))].topic
		if r.Chance(0.35) {
			g.topic = r.IntN(len(topics))
		}
		if skills := w.people[g.receivers[0]].skills; w.options.Story.Taste && len(skills) > 0 {
			g.topic = random.Pick(r, skills).topic
		}
		g.minutes = max(1, int(math.Round(r.LogNormal(giftKinds[k].minutes, 0.5))))
		g.logged = !r.Chance(0.3 * w.options.Noise)
		w.gifts = append(w.gifts, g)
	}
}

// storySeed draws gifts and returns.
func (w *world) storySeed() uint64 {
	if w.options.Story.Seed == 0 {
		return w.seed
	}
	return random.Mix(w.seed + w.options.Story.Seed)
}

// yearBounds returns the part of a calendar year within the world.
func (w *world) yearBounds(year int) (from, until int64) {
	return max(w.start, newYear(year)), min(w.until, newYear(year+1))
}

// comeBack plans what comes back: through the receivers and the people they know, or, in a world without effect, as
// often but from anybody at any time.
func (w *world) comeBack() {
	r := random.Stream(w.storySeed(), "returns")
	lagDays, lagSpread := cmp.Or(w.options.Story.LagDays, returnMedian), cmp.Or(w.options.Story.LagSpread, returnSigma)
	given := make([][]int64, len(w.people)) // times of gifts to each
	for _, g := range w.gifts {
		for _, q := range g.receivers {
			given[q] = append(given[q], g.at)
		}
	}
	planned := 0
	for n := range w.gifts {
		g := &w.gifts[n]
		for _, receiver := range g.receivers {
			if !r.Chance(returnChance) {
				continue
			}
			at := g.at + int64(r.LogNormal(lagDays, lagSpread)*day)
			hops := r.Weighted([]float64{0.52, 0.33, 0.15})
			if at >= w.until {
				continue
			}
			planned++
			if !w.options.Effect {
				continue
			}
			if path := w.follow(r, receiver, hops, g.at, at, given); path != nil {
				w.addReturn(r, at, path[len(path)-1], n, path)
			}
		}
	}
	chance := int(math.Round(float64(planned) * w.options.Noise))
	if !w.options.Effect {
		chance += planned
	}
	luck := make([]float64, len(w.people))
	for i := range luck {
		if w.stable[i] > 0 {
			luck[i] = 0.2 + r.ExpFloat64()
		}
	}
	for range chance {
		at := w.start + int64(r.Between(0.1, 1)*float64(w.until-w.start))
		if w.options.Story.Near {
			for i := range luck {
				luck[i] = 0
				if t := &w.people[i].tie; i > 0 && w.groups[w.people[i].group].kind != family && t.open(at) {
					luck[i] = 0.15 + t.closeness(at)
				}
			}
		}
		if from := r.Weighted(luck); from > 0 {
			w.addReturn(r, at, from, -1, nil)
		}
	}
	slices.SortStableFunc(w.returns, func(a, b comeback) int { return cmp.Compare(a.at, b.at) })
}

// follow walks from a receiver over people who know each other from the gift until the return.
func (w *world) follow(r *random.Source, receiver, hops int, gift, at int64, given [][]int64) []int {
	path := []int{receiver}
	for range hops {
		here := path[len(path)-1]
		var next []int
		var weight []float64
		for _, n := range w.around[here] {
			x := &w.bonds[n]
			q := w.other(int(n), here)
			if !x.alive(gift) || !x.alive(at) || slices.Contains(path, q) ||
				w.groups[w.people[q].group].kind == family {
				continue
			}
			if t := &w.people[q].tie; t.silence != 0 && at >= t.silence {
				continue
			}
			// Word of a good turn goes along the strongest ties, to those who had none: who got a gift lately seldom
			// comes by way of another.
			c := x.strength * x.strength * x.strength
			if w.options.Story.EvenWalk {
				c = 1
			}
			for _, g := range given[q] {
				if !w.options.Story.EvenWalk && g < at && at-g < 3*365*day {
					c *= 0.03
				}
			}
			next = append(next, q)
			weight = append(weight, c)
		}
		k := r.Weighted(weight)
		if k < 0 {
			break
		}
		path = append(path, next[k])
	}
	last := &w.people[path[len(path)-1]].tie
	if last.silence != 0 && at >= last.silence || at < last.met && last.plan != planNone {
		return nil
	}
	return path
}

func (w *world) addReturn(r *random.Source, at int64, from, gift int, path []int) {
	c := comeback{
		at: w.workTime(r, at), kind: r.Weighted(returnShares), from: from, gift: gift, path: path,
		topic: r.IntN(len(topics)),
	}
	if gift >= 0 && r.Chance(0.6) && !w.options.Story.OtherTopics {
		c.topic = w.gifts[gift].topic
	}
	if skills := w.people[from].skills; gift < 0 && w.options.Story.Taste && len(skills) > 0 {
		c.topic = random.Pick(r, skills).topic
	}
	c.told = len(path) > 1 && r.Chance(0.25)
	c.logged = !r.Chance(0.2 * w.options.Noise)
	w.returns = append(w.returns, c)
	if t := &w.people[from].tie; t.plan == planNone {
		// A stranger has become an acquaintance.
		t.plan, t.met = planWeak, c.at-int64(5*day)
		t.interval = 365
		t.windows = []window{{c.at, w.until, 365, 365, 1}}
	}
}

func (g *gift) note(lang string) string {
	k := &giftKinds[g.kind]
	if lang == "en" {
		return fmt.Sprintf(k.en, topics[g.topic].en)
	}
	return fmt.Sprintf(k.nl, topics[g.topic].nl)
}
