package structure

import (
	"context"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/internal/realdata"
)

// read reads one layer of a network of ../shared/data, whose people are numbered from 1, and a column of its people.
func read(t *testing.T, network, layer string) (ties []graph.Edge, column func(name string) []int) {
	t.Helper()
	rows := func(file string) [][]string {
		f, err := os.Open(realdata.Path(t, "networks/"+network+"/"+file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, row := range rows("edges.csv")[1:] {
		if row[2] == layer {
			ties = append(ties, graph.Edge{From: uint32(number(row[0]) - 1), To: uint32(number(row[1]) - 1)})
		}
	}
	nodes := rows("nodes.csv")
	return ties, func(name string) []int {
		i := slices.Index(nodes[0], name)
		var out []int
		for _, row := range nodes[1:] {
			out = append(out, number(row[i]))
		}
		return out
	}
}

func texts(numbers []int) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return out
}

// Krackhardt's managers (Krackhardt 1987): 190 arcs of advice, 102 of friendship; who reports to whom is a tree with
// manager 7 at the root, so that connectedness, hierarchy and efficiency are all 1 (Krackhardt 1994).
func TestManagers(t *testing.T) {
	chart, column := read(t, "krackhardt-hightech", "reports_to")
	o := Organisation{
		N: 21, Ties: chart, Group: texts(column("dept")), Level: column("level"), Manager: make([]int, 21),
	}
	for i := range o.Manager {
		o.Manager[i] = -1
	}
	for _, e := range chart {
		o.Manager[e.From] = int(e.To)
	}
	if o.Manager[6] != -1 || len(chart) != 20 {
		t.Fatalf("manager 7 reports to %d", o.Manager[6]+1)
	}
	formal, err := Of(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if formal.Shape != (Shape{1, 1, 1}) {
		t.Errorf("the chart has the shape %+v", formal.Shape)
	}
	if !(math.Abs(formal.Standing.Lines-1) <= 1e-12) || !(formal.Standing.Chance <= 0.01) {
		t.Errorf("the chart beside itself: %+v", formal.Standing)
	}
	// All five above the others are cut points of a tree of three levels: the root and its four.
	if len(formal.Losses) != 5 || formal.Bridges != 20 {
		t.Errorf("losses: %v, %d bridges", formal.Losses, formal.Bridges)
	}
	advice, _ := read(t, "krackhardt-hightech", "advice")
	friends, _ := read(t, "krackhardt-hightech", "friendship")
	if len(advice) != 190 || len(friends) != 102 {
		t.Fatalf("%d and %d arcs", len(advice), len(friends))
	}
	o.Ties = advice
	a, err := Of(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Ties = friends
	f, err := Of(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	// Advice follows rank and goes up; friendship does so less (Krackhardt & Hanson 1993 read these networks so).
	if !(a.Standing.Rank >= 0.3) || a.Standing.Rank <= f.Standing.Rank || a.Standing.Up <= a.Standing.Down {
		t.Errorf("advice %+v, friendship %+v", a.Standing, f.Standing)
	}
	if !(a.Standing.Lines >= 0.05) || !(a.Standing.Chance <= 0.05) {
		t.Errorf("people ask their own manager no more than chance would: %+v", a.Standing)
	}
	if a.Shape.Connectedness != 1 || !(a.Shape.Hierarchy <= 0.6) || !(a.Shape.Efficiency <= 0.6) {
		t.Errorf("advice has the shape of a chart: %+v", a.Shape)
	}
	// Departments of 8, 5, 4, 3 and 1: at a threshold of 5 only two may be named, and what is left is 8 people.
	o.Threshold, o.Ties = 5, advice
	if a, err = Of(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, g := range a.Groups {
		sizes[g.Name] = g.Size
	}
	// The index over the true departments is .516; over the three groups it would be another, so that none is given.
	group := make([]uint32, o.N)
	for i, name := range o.Group {
		group[i] = uint32(slices.Index(o.Group, name))
	}
	directed, err := graph.FromEdges(o.N, o.Ties, graph.BuildOptions{Directed: true})
	if err != nil {
		t.Fatal(err)
	}
	boundary, err := community.EIIndex(context.Background(), directed, group, graph.Options{})
	if err != nil || !(math.Abs(boundary.Whole-0.516) <= 0.0005) || !math.IsNaN(a.EI) || !math.IsNaN(a.Expected) {
		t.Errorf("E-I %+v, and %g is given beside %g, %v", boundary, a.EI, a.Expected, err)
	}
	if len(sizes) != 3 || sizes["2"] != 8 || sizes["1"] != 5 || sizes[Rest] != 8 {
		t.Errorf("groups %v", sizes)
	}
}

// Lazega's lawyers (Lazega 2001; Lazega & Pattison 1999): 892, 575 and 1,104 arcs; the first 36 are partners. Offices
// are the strongest boundary of work, and advice goes up to partners more than down.
func TestLawyers(t *testing.T) {
	for layer, arcs := range map[string]int{"advice": 892, "friendship": 575, "cowork": 1104} {
		ties, column := read(t, "lazega-lawfirm", layer)
		if len(ties) != arcs {
			t.Fatalf("%s has %d arcs", layer, len(ties))
		}
		status := column("status")
		for i, s := range status {
			if (s == 1) != (i < 36) {
				t.Fatalf("lawyer %d has status %d", i+1, s)
			}
		}
		office := column("office")
		o := Organisation{N: 71, Ties: ties, Group: texts(office), Level: status, Threshold: 5}
		r, err := Of(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		// The third office has 4 people: no index of the whole is given. Both practices may be spoken of.
		if len(r.Groups) != 2 || !math.IsNaN(r.EI) {
			t.Errorf("%s: E-I %v, %+v", layer, r.EI, r.Groups)
		}
		practice := column("practice")
		o.Group = texts(practice)
		both, err := Of(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		external, internal := 0.0, 0.0
		for _, e := range ties {
			if practice[e.From] == practice[e.To] {
				internal++
			} else {
				external++
			}
		}
		// By the definition of Krackhardt & Stern 1988: people turn to their own practice.
		if want := (external - internal) / (external + internal); !(math.Abs(both.EI-want) <= 1e-9) ||
			both.EI >= both.Expected {
			t.Errorf("%s: E-I %v, want %v; expected by chance %v", layer, both.EI, want, both.Expected)
		}
		if layer == "advice" && (r.Standing.Up <= r.Standing.Down || !(r.Standing.Rank >= 0.3)) {
			t.Errorf("advice goes down: %+v", r.Standing)
		}
		if len(r.Brokers) == 0 || len(r.Brokers) > mostBrokers ||
			!slices.IsSortedFunc(r.Brokers, func(a, b Broker) int { return a.Person - b.Person }) {
			t.Errorf("%s: %d brokers", layer, len(r.Brokers))
		}
	}
}

// Whatever the groups, nothing is said of fewer people than the threshold, and no such figure follows by subtraction:
// what is not named is itself large enough, or nothing is named.
func TestMaskProperties(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		groups := make([]string, r.IntN(60))
		kinds := 1 + r.IntN(8)
		for i := range groups {
			if k := int(float64(kinds) * r.Float64() * r.Float64()); k > 0 {
				groups[i] = strconv.Itoa(k)
			}
		}
		threshold := []int{0, 3, 5, 8, 12}[seed%5]
		least := atLeast(threshold)
		masked := Mask(groups, threshold)
		sizes := map[string]int{}
		for i, g := range masked {
			sizes[g]++
			if g != "" && g != Rest && g != groups[i] {
				t.Fatalf("seed %d: %q became %q", seed, groups[i], g)
			}
		}
		for g, size := range sizes {
			if g != "" && size < least {
				t.Fatalf("seed %d: %q has %d people, least is %d: %v", seed, g, size, least, groups)
			}
			if g == "" && len(sizes) > 1 {
				t.Fatalf("seed %d: some are unnamed and some are not: %v", seed, masked)
			}
		}
	}
}

func TestDegenerate(t *testing.T) {
	for _, o := range []Organisation{
		{}, {N: 1}, {N: 2, Ties: []graph.Edge{{From: 0, To: 1}}}, {N: 9, Group: []string{"a", "b"}}, {
			N: 20, Level: []int{1, 2}, Manager: []int{-1, 0},
		},
	} {
		r, err := Of(context.Background(), o)
		if err != nil || r.People != o.N || len(r.Groups) > 0 || len(r.Brokers) > 0 {
			t.Errorf("%+v: %+v, %v", o, r, err)
		}
	}
	if !math.IsNaN(Spearman([]float64{1, 1}, []float64{1, 2})) ||
		!(Spearman([]float64{1, 2, 2, 3}, []float64{4, 5, 5, 9}) >= 0.999) ||
		!(Spearman([]float64{1, 2, 3}, []float64{3, 2, 1}) <= -0.999) {
		t.Error("Spearman")
	}
}
