package world

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"gave.network/lab/world/random"
)

// id is the number of a person by the key of the truth.
func id(key string) int {
	n, err := strconv.Atoi(key[1:])
	if err != nil {
		panic(err)
	}
	return n
}

func plan(t *testing.T, o Options) *world {
	t.Helper()
	w, err := newWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// tracer works out from which gift a return came by the formula of the product's science, on the true ties: the best
// path of up to two steps from a receiver, each tie alive from gift to return, times the density of the delay.
type tracer struct {
	w *world
}

func (x *tracer) path(from, to int, gift, at int64) float64 {
	if from == to {
		return 1
	}
	best := 0.0
	for _, n := range x.w.around[from] {
		b := &x.w.bonds[n]
		if !b.alive(gift) || !b.alive(at) {
			continue
		}
		c := x.w.other(int(n), from)
		if c == to {
			best = max(best, 0.5*b.strength)
		} else if second := x.w.between(c, to); second != nil && second.alive(gift) && second.alive(at) {
			best = max(best, 0.25*b.strength*second.strength)
		}
	}
	return best
}

func (x *tracer) value(receivers []int, gift int64, r *comeback) float64 {
	if gift >= r.at {
		return 0
	}
	best := 0.0
	for _, q := range receivers {
		best = max(best, x.path(q, r.from, gift, r.at))
	}
	return best * lag(float64(r.at-gift)/day)
}

// lag is the density of the delay, of a log-normal in days.
func lag(days float64) float64 {
	z := math.Log(days/returnMedian) / returnSigma
	return math.Exp(-z*z/2) / days
}

// With true ties known, the gift behind a return is among the first three candidates nearly always: the world has in it
// what tracing is to find.
func TestReturnsCanBeTraced(t *testing.T) {
	hits, all := 0, 0
	for seed := range uint64(6) {
		for _, people := range []int{200, 1000} {
			o := small
			o.People, o.Years, o.Seed = people, 5, seed
			w := plan(t, o)
			x := &tracer{w: w}
			for i := range w.returns {
				r := &w.returns[i]
				if r.gift < 0 || !r.logged || !w.gifts[r.gift].logged {
					continue
				}
				all++
				better := 0
				own := x.value(w.gifts[r.gift].receivers, w.gifts[r.gift].at, r)
				for n := range w.gifts {
					if g := &w.gifts[n]; n != r.gift && g.logged && x.value(g.receivers, g.at, r) > own {
						better++
					}
				}
				if better < 3 {
					hits++
				}
			}
		}
	}
	share := float64(hits) / float64(all)
	t.Logf("%.3f of %d returns have their gift among the first three", share, all)
	if !(share >= 0.88) || all < 300 {
		t.Errorf("only %.3f of %d", share, all)
	}
}

// permute is the permutation test of the product's science: are returns nearer to earlier gifts than with the receivers
// of gifts exchanged within each period of some years? It returns the one-sided p.
func permute(w *world, period, rounds int) float64 {
	x := &tracer{w: w}
	periods := map[int][]int{}
	receivers := make([][]int, len(w.gifts))
	for n := range w.gifts {
		receivers[n] = w.gifts[n].receivers
		if k := (yearOf(w.gifts[n].at) - yearOf(w.start)) / period; len(receivers[n]) > 0 {
			periods[k] = append(periods[k], n)
		}
	}
	near := make([][]float64, len(w.returns)) // of each person to who brought the return, over ties alive at the time
	for i := range near {
		near[i] = make([]float64, len(w.people))
		for q := range near[i] {
			near[i][q] = x.path(q, w.returns[i].from, w.returns[i].at, w.returns[i].at)
		}
	}
	lags := make([][]float64, len(w.returns))
	for i := range lags {
		lags[i] = make([]float64, len(w.gifts))
		for n := range w.gifts {
			if days := float64(w.returns[i].at-w.gifts[n].at) / day; days > 0 {
				lags[i][n] = lag(days)
			}
		}
	}
	statistic := func() float64 {
		sum := 0.0
		for i := range w.returns {
			for n, list := range receivers {
				best := 0.0
				for _, q := range list {
					best = max(best, near[i][q])
				}
				sum += best * lags[i][n]
			}
		}
		return sum
	}
	observed := statistic()
	r := random.Stream(w.seed, "permutation")
	atLeast := 1
	for range rounds {
		for k := range 1 + int(w.options.Years) {
			list := periods[k]
			r.Shuffle(len(list), func(i, j int) {
				receivers[list[i]], receivers[list[j]] = receivers[list[j]], receivers[list[i]]
			})
		}
		if statistic() >= observed {
			atLeast++
		}
	}
	return float64(atLeast) / float64(rounds+1)
}

// Without effect the permutation test finds something as often as it should, with effect nearly always.
func TestEffect(t *testing.T) {
	const worlds, with = 40, 15
	for _, period := range []int{2, 10} {
		low := map[bool]int{}
		for seed := range uint64(worlds) {
			for _, effect := range []bool{false, true} {
				if effect && seed >= with {
					continue
				}
				o := small
				o.Years, o.Seed, o.Effect = 5, seed, effect
				w := plan(t, o)
				if len(w.returns) < 10 {
					t.Fatalf("%d returns", len(w.returns))
				}
				if permute(w, period, 39) <= 0.05 {
					low[effect]++
				}
			}
		}
		t.Logf("periods of %d years: p up to 0.05 in %d of %d worlds without effect and %d of %d with it", period,
			low[false], worlds, low[true], with)
		// 6 or more of 40 happen by chance once in 70 times at a rate of 5 %.
		if low[false] > 5 || period == 10 && low[true] < with*3/4 {
			t.Errorf("periods of %d years: p up to 0.05 in %d of %d worlds without effect and %d of %d with it", period,
				low[false], worlds, low[true], with)
		}
	}
	for _, effect := range []bool{false, true} {
		o := small
		o.Effect = effect
		caused := 0
		for _, r := range plan(t, o).returns {
			if r.gift >= 0 {
				caused++
			}
		}
		if (caused > 0) != effect {
			t.Errorf("effect %v: %d returns come from gifts", effect, caused)
		}
	}
}

// Who is said to be out of touch is: nothing between the owner and a dormant or drifting person after the silence
// began, but for mail to very many and posts on lists.
func TestSilence(t *testing.T) {
	for seed := range uint64(6) {
		o := small
		o.People, o.Years, o.Seed = 300, 6, seed
		w := plan(t, o)
		silent := 0
		for i := 1; i < len(w.people); i++ {
			if w.people[i].tie.silence != 0 {
				silent++
			}
		}
		late := func(what string, who int, at int64) {
			if who > 0 && w.people[who].tie.over(at) {
				t.Errorf("seed %d: %s with %s at %s, silent since %s", seed, what, key(who), stamp(at),
					stamp(w.people[who].tie.silence))
			}
		}
		for i := range w.mails {
			m := &w.mails[i]
			if m.kind == mailAnnounce || m.box == boxList || m.kind == mailAsk || m.kind == mailAnswer ||
				m.kind == mailListTalk {
				continue
			}
			late("mail", m.from, m.at)
			for _, q := range append(slices.Clone(m.to), m.cc...) {
				late("mail", q, m.at)
			}
		}
		for i := range w.meetings {
			for _, q := range w.meetings[i].people {
				late("meeting", q, w.meetings[i].at)
			}
		}
		for _, c := range w.chats {
			for _, l := range c.lines {
				late("chat", l.from, l.at)
				if len(c.people) == 1 {
					late("chat", c.people[0], l.at)
				}
			}
		}
		for _, m := range w.inmails {
			late("message", max(m.from, m.to), m.at)
		}
		for _, a := range w.asks {
			for _, x := range a.answers {
				if a.asker == 0 || x.person == 0 {
					late("answer", max(a.asker, x.person), x.at)
				}
			}
		}
		for i := range w.captures {
			c := &w.captures[i]
			if slices.Contains([]string{"lunch", "call", "coffee", "met", "gift", "favour"}, c.Kind) {
				at, err := time.Parse(time.DateOnly, c.When)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range c.People {
					late(c.Kind, id(k), at.Unix())
				}
			}
		}
		w.truth.Counts = map[string]int{}
		w.tell()
		if silent == 0 || len(w.truth.Dormant) == 0 || len(w.truth.Drifting) == 0 {
			t.Errorf("seed %d: %d silent, %d dormant, %d drifting", seed, silent, len(w.truth.Dormant),
				len(w.truth.Drifting))
		}
	}
}

// A steady tie is not late at the end.
func TestSteady(t *testing.T) {
	steady, late := 0, 0
	for seed := range uint64(5) {
		o := small
		o.Seed = seed
		w := plan(t, o)
		for i := 1; i < len(w.people); i++ {
			p := &w.people[i]
			if p.tie.plan != planModerate && p.tie.plan != planGrowing && p.tie.plan != planStrong {
				continue
			}
			steady++
			if gap := float64(w.until-w.contact[i].last) / day; gap > max(7, 2*p.tie.interval)+4 {
				late++
			}
		}
	}
	if late*50 > steady {
		t.Errorf("%d of %d steady ties are late", late, steady)
	}
}

// Who answers depends on knowing and willing: the true chances rank those who answered far better than mere activity
// does, and chances of favours tell more than their mean.
func TestAsksAndFavours(t *testing.T) {
	var true1, active, n float64
	var brier, constant, yes, m float64
	var outcomes []favour
	for seed := range uint64(6) {
		o := small
		o.People, o.Years, o.Seed = 600, 5, seed
		w := plan(t, o)
		posts := make([]float64, len(w.people))
		for _, a := range w.asks {
			chance := map[int]float64{}
			for _, c := range a.able {
				chance[id(c.Person)] = c.Probability
			}
			if len(a.answers) > 0 {
				n++
				true1 += reciprocal(w, a, func(id int) float64 { return chance[id] })
				active += reciprocal(w, a, func(id int) float64 { return posts[id] })
			}
			for _, x := range a.answers {
				posts[x.person]++
			}
		}
		outcomes = append(outcomes, w.favours...)
	}
	for _, f := range outcomes {
		if f.yes {
			yes++
		}
		m++
	}
	for _, f := range outcomes {
		y := 0.0
		if f.yes {
			y = 1
		}
		brier += (f.p - y) * (f.p - y)
		constant += (yes/m - y) * (yes/m - y)
	}
	t.Logf("MRR of true chances %.3f, of most active %.3f, %.0f asks; Brier %.4f against %.4f, %.0f favours", true1/n,
		active/n, n, brier/m, constant/m, m)
	if true1 < 1.6*active {
		t.Errorf("MRR of true chances %.3f, of most active %.3f", true1/n, active/n)
	}
	if brier > 0.85*constant || m < 200 {
		t.Errorf("Brier %.4f against %.4f on %.0f favours", brier/m, constant/m, m)
	}
}

// reciprocal is 1 over the rank of the first who really answered.
func reciprocal(w *world, a ask, score func(int) float64) float64 {
	ids := append([]int{0}, w.groups[2].members...)
	slices.SortStableFunc(ids, func(x, y int) int { return cmp.Compare(score(y), score(x)) })
	for rank, who := range ids {
		if slices.ContainsFunc(a.answers, func(x answer) bool { return x.person == who }) {
			return 1 / float64(rank+1)
		}
	}
	return 0
}

// The distributions have the shapes that real networks have.
func TestShapes(t *testing.T) {
	res, truth := generate(t, small)
	if len(truth.Persons) != small.People || len(truth.Ties) != small.People-1 || len(res.Me) != 3 {
		t.Errorf("%d persons, %d ties", len(truth.Persons), len(truth.Ties))
	}
	var contacts []int
	class := map[string]int{}
	for _, x := range truth.Ties {
		contacts = append(contacts, x.Contacts)
		class[x.Class]++
	}
	slices.Sort(contacts)
	slices.Reverse(contacts)
	total, top := 0, 0
	for i, c := range contacts {
		total += c
		if i < len(contacts)/10 {
			top += c
		}
	}
	if share := float64(top) / float64(total); !(share >= 0.3) || !(share <= 0.9) {
		t.Errorf("the nearest tenth has %.2f of all contacts", share)
	}
	for _, c := range []string{"strong", "moderate", "weak", "dormant", "latent"} {
		if n := class[c]; n < 5 || n > 100 {
			t.Errorf("%d ties are %s", n, c)
		}
	}
	named, spelled, addressed := 0, 0, 0
	for _, p := range truth.Persons {
		names, addresses := map[string]bool{}, map[string]bool{}
		for _, id := range p.Identities {
			if id.Name != "" {
				names[id.Name] = true
			}
			if id.Address != "" {
				addresses[id.Address] = true
			}
		}
		if len(names) > 0 {
			named++
		}
		if len(names) > 1 {
			spelled++
		}
		if len(addresses) > 1 {
			addressed++
		}
	}
	if named < 150 || spelled*4 < named || addressed*4 < named {
		t.Errorf("of %d people named, %d have several names and %d several addresses", named, spelled, addressed)
	}
	if len(truth.SameName) < 2 || len(truth.Distrust) == 0 || len(truth.Needs) < 20 || len(truth.Interests) < 50 ||
		len(truth.Praise) < 20 {
		t.Errorf("%d namesakes, %d pairs apart, %d needs, %d interests, %d praise", len(truth.SameName),
			len(truth.Distrust), len(truth.Needs), len(truth.Interests), len(truth.Praise))
	}
	kinds := map[string]int{}
	for _, m := range truth.Today {
		kinds[m.Kind]++
	}
	for _, k := range []string{"drifting", "dormant", "birthday", "need", "merge", "match", "borrel"} {
		if kinds[k] == 0 {
			t.Errorf("nothing of kind %s for Today", k)
		}
	}
}

// Ten thousand people take a few seconds, and those further away make a network with hubs.
func TestLarge(t *testing.T) {
	o := small
	o.People = 10_000
	_, truth := generate(t, o)
	if got := len(truth.Persons) + truth.Outer.Persons; got != o.People {
		t.Errorf("%d people", got)
	}
	if n := truth.Counts["network/edges.csv"]; n < 60_000 || n > 200_000 || truth.Outer.Ties < 60_000 {
		t.Errorf("%d ties", n)
	}
	w := plan(t, o)
	degree := make([]int, w.outer.people)
	for f := range w.firms {
		for k := range f.size {
			w.reach(f, k, func(j int, _ float64) { degree[f.first+k]++; degree[j]++ })
		}
	}
	slices.Sort(degree)
	if top, median := degree[len(degree)-1], degree[len(degree)/2]; top < 5*median || median < 8 {
		t.Errorf("the median of ties is %d, the most %d", median, top)
	}
}
