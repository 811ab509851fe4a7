package release

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/colleagues/structure"
)

// space is one in which some take part: who they are stays the same while they come, go, move and answer anew.
type space struct {
	group, level, manager []int
	here, offers          []bool
	ties                  []map[[2]int]bool // a layer each
	threshold             int
}

// newSpace makes one by chance: 14 to 70 people in 2 to 6 departments and 2 to 4 levels, on 1 to 4 layers.
func newSpace(x *rand.Rand) *space {
	n, groups, levels := 14+x.IntN(57), 2+x.IntN(5), 2+x.IntN(3)
	s := &space{threshold: []int{0, 5, 6, 8, 10}[x.IntN(5)]}
	for v := range n {
		s.group = append(s.group, x.IntN(groups))
		s.level = append(s.level, 1+x.IntN(levels))
		s.manager = append(s.manager, x.IntN(v+1)-1)
		s.here = append(s.here, true)
		s.offers = append(s.offers, x.IntN(3) == 0)
	}
	density := []float64{0.02, 0.06, 0.15, 0.3}[x.IntN(4)]
	hub := x.IntN(n)
	for range 1 + x.IntN(4) {
		ties := map[[2]int]bool{}
		for a := range n {
			for b := range n {
				p := density
				if s.group[a] == s.group[b] {
					p = min(1, 3*p)
				}
				if a == hub || b == hub { // somebody on whom much hangs
					p = min(1, 5*p)
				}
				if a != b && x.Float64() < p {
					ties[[2]int{a, b}] = true
				}
			}
		}
		s.ties = append(s.ties, ties)
	}
	return s
}

// tiesOf is how many ties somebody has, on all layers.
func (s *space) tiesOf(v int) int {
	n := 0
	for _, layer := range s.ties {
		for t := range layer {
			if (t[0] == v || t[1] == v) && s.here[t[0]] && s.here[t[1]] {
				n++
			}
		}
	}
	return n
}

// without is the space after somebody is no longer in it in some way.
func (s *space) without(v int, how string, x *rand.Rand) *space {
	out := *s
	switch how {
	case "left":
		out.here = slices.Clone(s.here)
		out.here[v] = false
	case "moved":
		out.group = slices.Clone(s.group)
		out.group[v] = (s.group[v] + 1 + x.IntN(5)) % 6
	case "rose":
		out.level = slices.Clone(s.level)
		out.level[v] = 1 + x.IntN(4)
	case "offered":
		out.offers = slices.Clone(s.offers)
		out.offers[v] = !s.offers[v]
	case "answered anew", "was forgotten": // by themselves, or by themselves and all others
		out.ties = nil
		for _, layer := range s.ties {
			kept := map[[2]int]bool{}
			for t := range layer {
				if t[0] != v && (how == "answered anew" || t[1] != v) {
					kept[t] = true
				}
			}
			out.ties = append(out.ties, kept)
		}
	}
	return &out
}

var changes = []string{"left", "moved", "rose", "offered", "answered anew", "was forgotten"}

func (s *space) sample() Sample {
	place := make([]int, len(s.here))
	var out Sample
	for v, in := range s.here {
		if place[v] = -1; in {
			place[v] = out.N
			out.N++
			out.Group = append(out.Group, string(rune('a'+s.group[v])))
			out.Level = append(out.Level, s.level[v])
			if s.offers[v] {
				out.Offers = append(out.Offers, place[v])
			}
		}
	}
	for v, in := range s.here {
		if in {
			above := -1
			if s.manager[v] >= 0 {
				above = place[s.manager[v]]
			}
			out.Manager = append(out.Manager, above)
		}
	}
	for k, layer := range s.ties {
		one := Layer{Name: fmt.Sprint("layer ", k)}
		for t := range layer {
			if a, b := place[t[0]], place[t[1]]; a >= 0 && b >= 0 {
				one.Ties = append(one.Ties, graph.Edge{From: uint32(a), To: uint32(b)})
			}
		}
		slices.SortFunc(one.Ties, func(a, b graph.Edge) int {
			return (int(a.From)-int(b.From))*1000 + int(a.To) - int(b.To)
		})
		out.Layers = append(out.Layers, one)
	}
	return out
}

func (s *space) figures(t *testing.T, draw Draw) *Figures {
	t.Helper()
	f, err := Of(context.Background(), s.sample(), Options{Threshold: s.threshold, Draw: draw})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// contacts are the figures of groups and who has to do with whom alone.
func (s *space) contacts(draw Draw) *Figures {
	m := newMaker(context.Background(), s.sample(), Options{Threshold: s.threshold, Draw: draw})
	if m.N >= m.threshold {
		m.contacts()
	}
	return m.out
}

// interval is what an attacker knows of a true number.
type interval struct{ low, high int }

func (i interval) with(j interval) interval { return interval{max(i.low, j.low), min(i.high, j.high)} }
func (i interval) empty() bool              { return i.low > i.high }

// knowledge is what an attacker knows of all true numbers behind the figures of a release, by the name of each.
type knowledge map[string]interval

// know reads a release as an attacker does who knows how Gave rounds. Groups are known by name, so that the same number
// has the same name before and after.
func know(f *Figures, s Sample) knowledge {
	out := knowledge{}
	rest := Rest // of which groups it is made, which the attacker knows
	for _, name := range slices.Compact(slices.Sorted(slices.Values(s.Group))) {
		if !slices.ContainsFunc(f.Departments, func(g Group) bool { return g.Name == name }) {
			rest += name
		}
	}
	f.Departments = slices.Clone(f.Departments)
	for i := range f.Departments {
		if f.Departments[i].Name == Rest {
			f.Departments[i].Name = rest
		}
	}
	division := "" // which departments are spoken of: another division has other numbers
	for _, g := range f.Departments {
		division += " " + g.Name
	}
	bands := ""
	for _, g := range f.Levels {
		bands += " " + g.Name
	}
	count := func(name string, n *int) {
		switch {
		case n == nil:
		case f.Exact:
			out[name] = interval{*n, *n}
		case *n == 0:
			out[name] = interval{0, Base}
		default:
			out[name] = interval{max(*n-Base, Base), *n + Base}
		}
	}
	measure := func(name string, x *float64) {
		if x == nil {
			return
		}
		n, wide := int(math.Round(*x*1e6)), measureBase*10_000
		if f.Exact {
			wide = 0
		}
		out[name] = interval{n - wide, n + wide}
	}
	for kind, groups := range map[string][]Group{"department ": f.Departments, "level ": f.Levels} {
		for _, g := range groups {
			n := interval{g.People - Base, g.People + Base}
			if f.Exact {
				n = interval{g.People, g.People}
			}
			out[kind+g.Name] = n
		}
	}
	for _, c := range append([]Contact{f.Together}, f.Layers...) {
		for a, row := range c.Departments {
			for b, n := range row {
				count(c.Layer+" from "+f.Departments[a].Name+" to "+f.Departments[b].Name, n)
			}
		}
		for a, row := range c.Levels {
			for b, n := range row {
				count(c.Layer+" level "+f.Levels[a].Name+" to level "+f.Levels[b].Name, n)
			}
		}
		count(c.Layer+" inside"+division, c.Inside)
		count(c.Layer+" outside"+division, c.Outside)
		count(c.Layer+" up"+bands, c.Up)
		count(c.Layer+" down"+bands, c.Down)
	}
	for _, l := range f.Likeness {
		measure(l.First+" like "+l.Second, l.Correlation)
	}
	if f.Chart != nil {
		measure("lines", f.Chart.Lines)
		measure("rank", f.Chart.Rank)
	}
	if f.Communities != nil {
		measure("Rand"+division, f.Communities.Rand)
		measure("information"+division, f.Communities.Information)
	}
	count("reached", f.Reached)
	return out
}

// solve tightens what is known by what must hold between the numbers, until nothing gets tighter: all layers together
// have at least what one has; who is named outside is in some cell, and in none more; and no cell has more pairs than
// people. These are all the linear relations between the figures. It returns the names of numbers for which nothing is
// left.
func (k knowledge) solve(f *Figures) []string {
	narrow := func(name string, to interval) bool {
		old, known := k[name]
		if !known {
			return false
		}
		k[name] = old.with(to)
		return k[name] != old
	}
	division := ""
	for _, g := range f.Departments {
		division += " " + g.Name
	}
	var layers []string
	for _, c := range f.Layers {
		layers = append(layers, c.Layer)
	}
	const none, all = 0, math.MaxInt
	for range 50 {
		changed := false
		more := func(larger, smaller string) { // the true number of the first is no less than that of the second
			a, both := k[larger]
			b, also := k[smaller]
			if both && also {
				changed = narrow(larger, interval{b.low, all}) || changed
				changed = narrow(smaller, interval{none, a.high}) || changed
			}
		}
		for name := range k {
			for _, layer := range layers {
				if len(name) > len(layer) && name[:len(layer)] == layer && name[len(layer)] == ' ' &&
					name[len(layer)+1] != 'l' || len(name) > len(layer)+6 && name[:len(layer)+6] == layer+" level" {
					more(name[len(layer):], name)
				}
			}
		}
		for _, layer := range append(layers, "") {
			sum, known := interval{}, true
			for _, a := range f.Departments {
				for _, b := range f.Departments {
					cell := layer + " from " + a.Name + " to " + b.Name
					more("department "+a.Name, cell)
					more("department "+b.Name, cell)
					if a.Name == b.Name {
						more(layer+" inside"+division, cell)
						continue
					}
					more(layer+" outside"+division, cell)
					c, ok := k[cell]
					known = known && ok
					sum.low, sum.high = sum.low+c.low, sum.high+c.high
				}
			}
			if known {
				changed = narrow(layer+" outside"+division, interval{none, sum.high}) || changed
			}
		}
		if !changed {
			break
		}
	}
	var out []string
	for name, i := range k {
		if i.empty() {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// found attacks two releases before and after one person changed, of whom the attacker knows who it is and what they
// did, and all else stayed as it was. The attacker supposes that this person had no tie that counts, so that all true
// numbers stayed the same, and finds the person where that cannot be: by subtraction of single figures, and by solving
// all of both at once.
func found(t *testing.T, before, after *space, draw Draw) []string {
	t.Helper()
	first, second := before.figures(t, draw), after.figures(t, draw)
	a, b := know(first, before.sample()), know(second, after.sample())
	both := knowledge{}
	for name, i := range a {
		if j, ok := b[name]; ok {
			both[name] = i.with(j)
		} else {
			both[name] = i
		}
	}
	for name, j := range b {
		if _, ok := a[name]; !ok {
			both[name] = j
		}
	}
	return both.solve(first)
}

// pairsOfQuestions is how many pairs of releases the attacker looks at.
const pairsOfQuestions = 10_000

// The attacker looks at ten thousand pairs of releases of random spaces, each before and after one person left, came,
// moved, rose, offered something or answered anew, and finds nobody. Unprotected, the same figures of the same spaces
// give away nearly everybody who has a tie.
func TestTheAttackerFindsNobody(t *testing.T) {
	protected, open, could := 0, 0, 0
	for seed := range uint64(pairsOfQuestions) {
		x := rand.New(rand.NewPCG(seed, 31))
		before := newSpace(x)
		who := x.IntN(len(before.here))
		how := changes[seed%uint64(len(changes))]
		after := before.without(who, how, x)
		if x.IntN(2) == 0 { // somebody comes instead of going
			before, after = after, before
		}
		if names := found(t, before, after, x.IntN); len(names) > 0 {
			protected++
			t.Errorf("seed %d, one of %d %s: what cannot be if they had no tie: %v", seed, len(before.here), how, names)
			if protected > 5 {
				t.FailNow()
			}
		}
		if seed%10 == 0 && how != "offered" && before.tiesOf(who)+after.tiesOf(who) > 0 {
			could++
			if len(found(t, before, after, nil)) > 0 {
				open++
			}
		}
	}
	t.Logf("of %d pairs the attacker found %d; unprotected %d of %d", pairsOfQuestions, protected, open, could)
	if open < could/2 || could < 500 {
		t.Errorf("unprotected the attacker finds only %d of %d: it proves too little", open, could)
	}
}

// What was told before: the report on twenty people less the report on nineteen of them is the number of ties of one.
func TestTheAttackerFindsByTags(t *testing.T) {
	hits := 0
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 32))
		s := newSpace(x)
		who := x.IntN(len(s.here))
		ties := func(s *space) int {
			sample := s.sample()
			r, err := structure.Of(context.Background(),
				structure.Organisation{N: sample.N, Ties: sample.Layers[0].Ties})
			if err != nil {
				t.Fatal(err)
			}
			return r.Ties
		}
		s.ties = s.ties[:1]
		if ties(s)-ties(s.without(who, "left", x)) == s.tiesOf(who) {
			hits++
		}
	}
	if hits != 200 {
		t.Errorf("the attacker learns the ties of %d of 200 from what is not protected", hits)
	}
}

// Whatever two counts of people that one person can tell apart are rounded to, there is a count that both may stem
// from.
func TestEveryCountIsDeniable(t *testing.T) {
	outcomes := func(n int) map[int]bool {
		out := map[int]bool{}
		for k := range 10 {
			r := rounder{func(n int) int { return k % n }}
			out[r.count(n)] = true
		}
		return out
	}
	var mays []map[int]bool
	for n := range 200 {
		mays = append(mays, outcomes(n))
	}
	from := func(v int) (out []int) {
		for n, may := range mays {
			if may[v] {
				out = append(out, n)
			}
		}
		return out
	}
	for n := range 180 {
		for d := range Base {
			for v := range mays[n] {
				for w := range mays[n+d] {
					a, b := from(v), from(w)
					if !slices.ContainsFunc(a, func(c int) bool { return slices.Contains(b, c) }) {
						t.Errorf("%d told as %d and %d told as %d give away that they differ", n, v, n+d, w)
					}
				}
			}
		}
		for v := range mays[n] {
			if v%Base != 0 || v < 0 || v > 0 && n < Base || abs(v-n) > Base {
				t.Errorf("%d is told as %d", n, v)
			}
			if list := from(v); list[len(list)-1]-list[0] < Base {
				t.Errorf("%d says that it is from %d to %d", v, list[0], list[len(list)-1])
			}
		}
	}
}

func abs(n int) int { return max(n, -n) }

// How much a guess gains that goes by likelihood and not by certainty: somebody with ties left, or somebody without
// any. The figure is told, not judged away.
func TestWhatAGuessGains(t *testing.T) {
	right, all := 0.0, 0.0
	var scores [2][]float64
	for seed := range uint64(3000) {
		x := rand.New(rand.NewPCG(seed, 33))
		s := newSpace(x)
		who := x.IntN(len(s.here))
		kind := int(seed % 2)
		if kind == 0 {
			s = s.without(who, "was forgotten", x)
		} else if s.tiesOf(who) == 0 {
			continue
		}
		a, b := s.contacts(x.IntN), s.without(who, "left", x).contacts(x.IntN)
		score, own := 0.0, string(rune('a'+s.group[who]))
		for _, f := range []struct {
			of   *Figures
			sign float64
		}{{a, 1}, {b, -1}} {
			for _, c := range append([]Contact{f.of.Together}, f.of.Layers...) {
				for g, row := range c.Departments {
					for h, n := range row {
						if f.of.Departments[g].Name == own || f.of.Departments[h].Name == own {
							score += f.sign * float64(*n)
						}
					}
				}
				if c.Outside != nil {
					score += f.sign * float64(*c.Outside+*c.Inside)
				}
			}
		}
		if len(a.Departments) == 0 || len(b.Departments) != len(a.Departments) {
			continue
		}
		scores[kind] = append(scores[kind], score)
	}
	for _, a := range scores[1] {
		for _, b := range scores[0] {
			all++
			if a > b {
				right++
			} else if a == b {
				right += 0.5
			}
		}
	}
	t.Logf("of two who left, one with ties and one without, the guess is right %.1f of 100 times (%d and %d)",
		100*right/all, len(scores[1]), len(scores[0]))
	if !(right/all <= 0.8) {
		t.Errorf("a guess is right %.1f of 100 times", 100*right/all)
	}
}
