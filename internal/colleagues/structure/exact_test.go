package structure

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/near"
)

// organisation makes a small one by chance: arcs without loops, some without a group, a level or a manager.
func organisation(seed uint64) Organisation {
	x := rand.New(rand.NewPCG(seed, 21))
	o := Organisation{N: 8 + x.IntN(22), Threshold: 5}
	density := []float64{0.04, 0.1, 0.25}[seed%3]
	groups := 1 + x.IntN(4)
	for range o.N {
		name := ""
		if g := x.IntN(groups*8 + 1); g > 0 {
			name = string(rune('a' + g%groups))
		}
		o.Group = append(o.Group, name)
		o.Level = append(o.Level, x.IntN(4))
		o.Manager = append(o.Manager, -1)
	}
	for a := range o.N {
		if a > 0 && x.IntN(3) > 0 {
			o.Manager[a] = x.IntN(a)
		}
		for b := range o.N {
			if p := density; a != b {
				if o.Group[a] == o.Group[b] {
					p *= 2
				}
				if seed%4 == 3 { // groups that keep to themselves
					if p = 0.5; o.Group[a] != o.Group[b] {
						p = 0.01
					}
				}
				if x.Float64() < p {
					o.Ties = append(o.Ties, graph.Edge{From: uint32(a), To: uint32(b)})
				}
			}
		}
	}
	return o
}

// matrix is who turns to whom.
func (o Organisation) matrix() [][]bool {
	m := make([][]bool, o.N)
	for i := range m {
		m[i] = make([]bool, o.N)
	}
	for _, e := range o.Ties {
		m[e.From][e.To] = true
	}
	return m
}

// parts numbers the parts of an undirected network without some person and without the tie of two others.
func parts(m [][]bool, without int, tie [2]int) (part []int, count int) {
	part = make([]int, len(m))
	var visit func(v int)
	visit = func(v int) {
		part[v] = count
		for u := range m {
			if u == without || part[u] > 0 || u == v || [2]int{min(u, v), max(u, v)} == tie {
				continue
			}
			if m[u][v] || m[v][u] {
				visit(u)
			}
		}
	}
	for v := range m {
		if v != without && part[v] == 0 {
			count++
			visit(v)
		}
	}
	return part, count
}

func pearson(a, b []float64) float64 {
	ma, mb, n := 0.0, 0.0, float64(len(a))
	for i := range a {
		ma, mb = ma+a[i]/n, mb+b[i]/n
	}
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if aa < 1e-12 || bb < 1e-12 {
		return math.NaN()
	}
	return ab / math.Sqrt(aa*bb)
}

// meanRanks gives to each value how many are less, and half of the others that are equal.
func meanRanks(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		for j, w := range values {
			if w < v {
				out[i]++
			} else if w == v && i != j {
				out[i] += 0.5
			}
		}
	}
	return out
}

// same is like near.Equal, but asks for NaN where NaN is right.
func same(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) {
		if !math.IsNaN(got) {
			t.Errorf("%s is %v, want it not to be defined", what, got)
		}
		return
	}
	near.Equal(t, what, got, want, 1e-9)
}

// Every figure of a report is that of its definition, counted over all persons, pairs and triples.
func TestReportAgainstDefinitions(t *testing.T) {
	named, whole, standings, brokers, silos, missed, hidden := 0, 0, 0, 0, 0, 0, 0
	for seed := range uint64(240) {
		o := organisation(seed)
		r, err := Of(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		m, n := o.matrix(), o.N
		label := func(what string) string { return fmt.Sprintf("seed %d: %s", seed, what) }
		if r.People != n || r.Ties != len(o.Ties) || r.Threshold != 5 {
			t.Errorf("seed %d: %d people, %d ties, threshold %d", seed, r.People, r.Ties, r.Threshold)
		}
		none := [2]int{-1, -1}
		part, count := parts(m, -1, none)
		var cut []Loss
		bridges := 0
		ties, connected, either, both, needed := 0.0, 0.0, 0.0, 0.0, float64(n-count)
		reach := make([][]bool, n)
		for v := range n {
			reach[v] = slices.Clone(m[v])
		}
		for k := range n {
			for a := range n {
				for b := range n {
					reach[a][b] = reach[a][b] || reach[a][k] && reach[k][b]
				}
			}
		}
		for v := range n {
			alone := true
			for u := range n {
				alone = alone && !m[u][v] && !m[v][u]
			}
			// Without the person there are as many parts as before, or one fewer when the person was a part alone.
			if of, left := parts(m, v, none); !alone && left > count {
				cut = append(cut, lossByHand(m, v, of))
			}
			for u := range v {
				if part[u] == part[v] {
					connected++
				}
				if m[u][v] || m[v][u] {
					ties++
					if _, left := parts(m, -1, [2]int{u, v}); left > count {
						bridges++
					}
				}
				if reach[u][v] || reach[v][u] {
					either++
				}
				if reach[u][v] && reach[v][u] {
					both++
				}
			}
		}
		missed += len(cut)
		for i, l := range r.Losses {
			if want := slices.IndexFunc(cut, func(x Loss) bool { return x.Person == l.Person }); want < 0 ||
				l.People != cut[want].People || l.Parts != cut[want].Parts {
				t.Errorf("seed %d: %+v, want one of %+v", seed, l, cut)
			}
			if i > 0 && l.People > r.Losses[i-1].People {
				t.Errorf("seed %d: %+v stands behind %+v", seed, l, r.Losses[i-1])
			}
		}
		if len(r.Losses) != len(cut) || r.Bridges != bridges {
			t.Errorf("seed %d: %d losses and %d bridges, want %d and %d", seed, len(r.Losses), r.Bridges, len(cut),
				bridges)
		}
		same(t, label("connectedness"), r.Shape.Connectedness, connected/float64(n*(n-1)/2))
		hierarchy, efficiency := 1.0, 1.0
		if either > 0 {
			hierarchy = (either - both) / either
		}
		if connected > needed {
			efficiency = 1 - (ties-needed)/(connected-needed)
		}
		same(t, label("hierarchy"), r.Shape.Hierarchy, hierarchy)
		same(t, label("efficiency"), r.Shape.Efficiency, efficiency)

		// Groups and crossings.
		masked := Mask(o.Group, 5)
		size := map[string]float64{}
		for _, g := range masked {
			size[g]++
		}
		if len(size) >= 2 && len(o.Ties) > 0 {
			named++
			var pairs float64
			out, in := map[string]float64{}, map[string]float64{}
			share := map[[2]string]float64{}
			for a := range n {
				for b := range n {
					if a == b {
						continue
					}
					pairs++
					if !m[a][b] {
						continue
					}
					share[[2]string{masked[a], masked[b]}] += 1 / float64(len(o.Ties))
					if masked[a] == masked[b] {
						in[masked[a]]++
					} else {
						out[masked[a]]++
						out[masked[b]]++
					}
				}
			}
			if len(r.Groups) != len(size) ||
				!slices.IsSortedFunc(r.Groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) }) {
				t.Errorf("seed %d: groups %+v, want %v", seed, r.Groups, size)
			}
			for _, g := range r.Groups {
				want := (out[g.Name] - in[g.Name]) / (out[g.Name] + in[g.Name])
				if g.Name == Rest {
					want = math.NaN()
				}
				same(t, label("E-I of "+g.Name), g.EI, want)
				if float64(g.Size) != size[g.Name] || g.Closed != (!math.IsNaN(want) && want < -0.8+1e-12) {
					t.Errorf("seed %d: %+v, want size %v and index %v", seed, g, size[g.Name], want)
				}
				if g.Closed {
					silos++
				}
				from := 0.0
				for other := range size {
					from += share[[2]string{g.Name, other}] * float64(len(o.Ties))
				}
				if from = math.Round(from); from < 5 != (g.Towards == nil) {
					t.Errorf("seed %d: %v ties go out from %s, towards %v", seed, from, g.Name, g.Towards)
				}
				if g.Towards == nil {
					hidden++
				}
				for k, x := range g.Towards {
					same(t, label("towards"), x, share[[2]string{g.Name, r.Groups[k].Name}]*float64(len(o.Ties))/from)
				}
			}
			var ratios []float64
			for a := range size {
				for b := range size {
					if a != b {
						ratios = append(ratios, share[[2]string{a, b}]/(size[a]*size[b]/pairs))
					}
				}
			}
			slices.Sort(ratios)
			if len(r.Crossings) != min(10, len(ratios)) {
				t.Fatalf("seed %d: %d crossings of %d", seed, len(r.Crossings), len(ratios))
			}
			for i, c := range r.Crossings {
				same(t, label("share"), c.Share, share[[2]string{c.From, c.To}])
				same(t, label("expected share"), c.Expected, size[c.From]*size[c.To]/pairs)
				same(t, label("crossing in its order"), c.Share/c.Expected, ratios[i])
			}
		} else if len(r.Groups) > 0 || len(r.Crossings) > 0 {
			t.Errorf("seed %d: figures without groups: %+v", seed, r)
		}
		if checkWhole(t, label, o, m, r) {
			whole++
		}
		brokers += checkBrokers(t, seed, o, m, masked, r.Brokers)
		if checkStanding(t, label, o, m, r.Standing) {
			standings++
		}
	}
	if named < 60 || whole < 20 || standings < 200 || brokers < 100 || silos < 5 || missed < 60 || hidden < 5 {
		t.Errorf("%d with groups, %d with an index of the whole, %d with a chart, %d brokers, %d silos, %d missed, "+
			"%d hidden: the test tells too little", named, whole, standings, brokers, silos, missed, hidden)
	}
}

// lossByHand is what falls apart without somebody, of the parts that are left.
func lossByHand(m [][]bool, v int, part []int) Loss {
	size := map[int]int{}
	for u := range m {
		if u != v && reaches(m, v, u) {
			size[part[u]]++
		}
	}
	all, most := 0, 0
	for _, n := range size {
		all, most = all+n, max(most, n)
	}
	return Loss{Person: v, People: all - most, Parts: len(size)}
}

// reaches says whether two people are connected at all.
func reaches(m [][]bool, a, b int) bool {
	part, _ := parts(m, -1, [2]int{-1, -1})
	return part[a] == part[b]
}

// checkWhole counts the index of the whole over the true groups, and says whether it was given: not when any of them is
// too small to be spoken of.
func checkWhole(t *testing.T, label func(string) string, o Organisation, m [][]bool, r *Report) bool {
	t.Helper()
	size := map[string]int{}
	for _, name := range o.Group {
		if name != "" {
			size[name]++
		}
	}
	small, alone := false, 0
	for _, n := range size {
		small = small || n < o.Threshold
	}
	for _, name := range o.Group {
		if name == "" {
			alone++
		}
	}
	inside, outside, near, far := 0.0, 0.0, 0.0, 0.0
	for a := range o.N {
		for b := range o.N {
			switch {
			case a == b || o.Group[a] == "" || o.Group[b] == "":
				continue
			case o.Group[a] == o.Group[b]:
				near++
				if m[a][b] {
					inside++
				}
			default:
				far++
				if m[a][b] {
					outside++
				}
			}
		}
	}
	// Who is in no group is told apart only when they are enough.
	if small || len(size) < 2 || inside+outside == 0 || alone > 0 && alone < o.Threshold {
		if !math.IsNaN(r.EI) || !math.IsNaN(r.Expected) {
			t.Errorf("%s of groups of which one is too small", label("E-I"))
		}
		return false
	}
	same(t, label("E-I"), r.EI, (outside-inside)/(outside+inside))
	same(t, label("expected E-I"), r.Expected, (far-near)/(far+near))
	return true
}

// checkBrokers counts all pairs that somebody stands between, and whose role it is.
func checkBrokers(t *testing.T, seed uint64, o Organisation, m [][]bool, masked []string, got []Broker) int {
	t.Helper()
	links, roles := make([]int, o.N), make([]map[string]int, o.N)
	total := 0
	for v := range o.N {
		roles[v] = map[string]int{}
		for a := range o.N {
			for c := range o.N {
				if a == c || a == v || c == v || !m[a][v] || !m[v][c] || m[a][c] {
					continue
				}
				first, own, last := o.Group[a], o.Group[v], o.Group[c]
				switch {
				case first == own && own == last:
					continue
				case first == last:
					roles[v]["consultant"]++
				case own == last:
					roles[v]["gatekeeper"]++
				case own == first:
					roles[v]["representative"]++
				default:
					roles[v]["liaison"]++
				}
				links[v]++
				total++
			}
		}
	}
	var want []int
	for v := range o.N {
		if links[v]*o.N > 2*total {
			want = append(want, v)
		}
	}
	var people []int
	for _, b := range got {
		people = append(people, b.Person)
		for role, count := range roles[b.Person] {
			if count > roles[b.Person][b.Role] {
				t.Errorf("seed %d: %d is called %s, and is more often %s: %v", seed, b.Person, b.Role, role,
					roles[b.Person])
			}
		}
		var between []string
		for u := range o.N {
			if (m[b.Person][u] || m[u][b.Person]) && masked[u] != "" && masked[u] != Rest {
				between = append(between, masked[u])
			}
		}
		slices.Sort(between)
		if between = slices.Compact(between); !slices.Equal(b.Between, between) {
			t.Errorf("seed %d: %d stands between %v, want %v", seed, b.Person, b.Between, between)
		}
	}
	kinds := slices.Compact(slices.Sorted(slices.Values(o.Group)))
	if len(kinds) < 2 {
		want = nil
	}
	if !slices.Equal(people, want) {
		t.Errorf("seed %d: brokers %v, want %v", seed, people, want)
	}
	return len(got)
}

func checkStanding(t *testing.T, label func(string) string, o Organisation, m [][]bool, got *Standing) bool {
	t.Helper()
	if got == nil {
		t.Error(label("nothing is said of the chart"))
		return false
	}
	var place, asked, chart, turns []float64
	level, up, down, count := 0.0, 0.0, 0.0, 0.0
	for v := range o.N {
		if o.Level[v] > 0 {
			in := 0.0
			for u := range o.N {
				if m[u][v] {
					in++
				}
			}
			place, asked = append(place, float64(10-o.Level[v])), append(asked, in)
		}
		for u := range o.N {
			if u == v {
				continue
			}
			x, y := 0.0, 0.0
			if o.Manager[v] == u {
				x = 1
			}
			if m[v][u] {
				y = 1
				if o.Level[v] > 0 && o.Level[u] > 0 {
					count++
					if o.Level[u] < o.Level[v] { // 1 is the top
						up++
					} else if o.Level[u] > o.Level[v] {
						down++
					} else {
						level++
					}
				}
			}
			chart, turns = append(chart, x), append(turns, y)
		}
	}
	same(t, label("rank"), got.Rank, pearson(meanRanks(place), meanRanks(asked)))
	if count > 0 {
		same(t, label("ties within a level"), got.SameLevel, level/count)
		same(t, label("ties up"), got.Up, up/count)
		same(t, label("ties down"), got.Down, down/count)
	} else if got.SameLevel != 0 || got.Up != 0 || got.Down != 0 {
		t.Error(label("shares of no ties"))
	}
	if slices.Contains(chart, 1) && slices.Contains(turns, 1) {
		same(t, label("the correlation with the chart"), got.Lines, pearson(chart, turns))
	}
	return true
}

// How likely so high a correlation comes by chance is the share of all renumberings that have one as high.
func TestChanceOfTheChartAgainstEveryOrder(t *testing.T) {
	between := 0
	for seed := range uint64(8) {
		x := rand.New(rand.NewPCG(seed, 22))
		o := Organisation{N: 7, Threshold: 5, Level: []int{1, 2, 2, 3, 3, 3, 3}, Manager: []int{-1, 0, 0, 1, 1, 2, 2}}
		for a := range 7 {
			for b := range 7 {
				p := 0.25
				if o.Manager[a] == b {
					p = 0.6
				}
				if a != b && x.Float64() < p {
					o.Ties = append(o.Ties, graph.Edge{From: uint32(a), To: uint32(b)})
				}
			}
		}
		r, err := Of(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		m := o.matrix()
		hits := func(at []int) int {
			n := 0
			for a, manager := range o.Manager {
				if manager >= 0 && m[at[a]][at[manager]] {
					n++
				}
			}
			return n
		}
		order := []int{0, 1, 2, 3, 4, 5, 6}
		observed := hits(order)
		all, asHigh := 0.0, 0.0
		var permute func(k int)
		permute = func(k int) {
			if k == len(order) {
				all++
				// the correlation grows with the hits, all else being the same in every order
				if hits(order) >= observed {
					asHigh++
				}
				return
			}
			for i := k; i < len(order); i++ {
				order[k], order[i] = order[i], order[k]
				permute(k + 1)
				order[k], order[i] = order[i], order[k]
			}
		}
		permute(0)
		p := asHigh / all
		near.Equal(t, fmt.Sprintf("seed %d: chance", seed), r.Standing.Chance, p,
			5*math.Sqrt(p*(1-p)/permutations)+0.003)
		if near.In(p, 0.05, 0.95) {
			between++
		}
	}
	if between < 3 {
		t.Errorf("%d of 8 chances lie between .05 and .95: the test tells too little", between)
	}
}

// Six people: 0 leads 1 and 2, who lead 3, 4 and 5. All turn to who leads them, and 3 to 0 as well.
func TestStandingByHand(t *testing.T) {
	o := Organisation{
		N: 6, Threshold: 6, Level: []int{1, 2, 2, 3, 3, 3}, Manager: []int{-1, 0, 0, 1, 1, 2},
		Ties: []graph.Edge{{
			From: 1, To: 0,
		}, {From: 2, To: 0}, {From: 3, To: 1}, {From: 4, To: 1}, {From: 5, To: 2}, {From: 3, To: 0}, {From: 1, To: 2}},
	}
	r, err := Of(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	// Turned to by 3, 2, 2, 0, 0, 0, in the very order of the levels.
	near.Equal(t, "rank", r.Standing.Rank, 1, 1e-12)
	near.Equal(t, "up", r.Standing.Up, 6.0/7, 1e-12)
	near.Equal(t, "within a level", r.Standing.SameLevel, 1.0/7, 1e-12)
	near.Equal(t, "down", r.Standing.Down, 0, 0)
	// Of 30 pairs 5 are lines and 7 ties, and all lines are ties: (30·5 - 5·7) / sqrt(5·25·7·23).
	near.Equal(t, "lines", r.Standing.Lines, 115/math.Sqrt(5*25*7*23), 1e-9)
	// One person too few for the threshold, nobody in the chart, one alone in it.
	o.Threshold = 7
	if r, err = Of(context.Background(), o); err != nil || r.Standing != nil {
		t.Errorf("%+v, %v", r.Standing, err)
	}
	o.Threshold, o.Level, o.Manager = 6, []int{1, 0, 0, 0, 0, 0}, []int{-1, 6, -2}
	if r, err = Of(context.Background(), o); err != nil || r.Standing != nil {
		t.Errorf("%+v, %v", r.Standing, err)
	}
	o.Level = []int{1, 2}
	if r, err = Of(context.Background(), o); err != nil || r.Standing == nil || !math.IsNaN(r.Standing.Lines) ||
		!math.IsNaN(r.Standing.Chance) {
		t.Errorf("two levels and no lines: %+v, %v", r.Standing, err)
	} else {
		near.Equal(t, "rank of two", r.Standing.Rank, 1, 1e-12)
	}
	o.Level, o.Manager = nil, []int{-1, 0}
	if r, err = Of(context.Background(), o); err != nil || r.Standing == nil || !math.IsNaN(r.Standing.Rank) ||
		math.IsNaN(r.Standing.Lines) {
		t.Errorf("a line and no levels: %+v, %v", r.Standing, err)
	}
}

func TestSpearmanAgainstItsDefinition(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 23))
	for range 300 {
		a, b := make([]float64, x.IntN(9)), []float64{}
		for i := range a {
			a[i] = float64(x.IntN(4))
			b = append(b, float64(x.IntN(4)))
		}
		want := math.NaN()
		if len(a) > 1 {
			want = pearson(meanRanks(a), meanRanks(b))
		}
		same(t, fmt.Sprint(a, b), Spearman(a, b), want)
	}
}

// What is masked, by hand: from the smallest group on, until what is hidden together is as large as a group that may be
// named.
func TestMaskByHand(t *testing.T) {
	mask := func(groups string) string {
		list := make([]string, len(groups))
		for i, g := range groups {
			if g != '.' {
				list[i] = string(g)
			}
		}
		out := ""
		for _, g := range Mask(list, 5) {
			if g == "" {
				g = "."
			}
			out += g
		}
		return out
	}
	for groups, want := range map[string]string{
		"aaaaabbbbb": "aaaaabbbbb",
		// four are hidden, and the six with them so that they are not found by subtraction
		"aaaaaabbbb":           "..........",
		"aaaaaabbbbbc":         "aaaaaa******",
		"aaaaaaabbbbbbcdefg":   "aaaaaaabbbbbb*****",
		"aaaaaaabbbbbbcdef":    "aaaaaaa**********",
		"aaaaabbbbb.":          "*****bbbbb*", // of equal groups the one that comes first by name is hidden
		"aaaaabbbbbccccc.....": "aaaaabbbbbccccc*****",
		"":                     "",
	} {
		if got := mask(groups); got != want {
			t.Errorf("%s is shown as %s, want %s", groups, got, want)
		}
	}
	for asked, want := range map[int]int{0: 8, 1: 5, 4: 5, 5: 5, 6: 6, 9: 9} {
		if got := atLeast(asked); got != want {
			t.Errorf("a threshold of %d counts as %d, want %d", asked, got, want)
		}
	}
}
