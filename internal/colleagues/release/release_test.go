package release

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gave.network/graph"
	"gave.network/internal/near"
)

// largestMatching tries every way.
func largestMatching(to [][]int, taken map[int]bool) int {
	if len(to) == 0 {
		return 0
	}
	best := largestMatching(to[1:], taken)
	for _, j := range to[0] {
		if !taken[j] {
			taken[j] = true
			best = max(best, 1+largestMatching(to[1:], taken))
			delete(taken, j)
		}
	}
	return best
}

func TestMatchingAgainstEveryWay(t *testing.T) {
	for seed := range uint64(600) {
		x := rand.New(rand.NewPCG(seed, 1))
		rows, columns := x.IntN(8), 1+x.IntN(8)
		to := make([][]int, rows)
		for i := range to {
			for j := range columns {
				if x.Float64() < 0.35 {
					to[i] = append(to[i], j)
				}
			}
		}
		if got, want := matching(to, columns), largestMatching(to, map[int]bool{}); got != want {
			t.Errorf("seed %d: %d pairs, want %d: %v", seed, got, want, to)
		}
	}
	// A ladder on which each pair but the last must be given up for the next one.
	const n = 20_000
	to := make([][]int, n)
	for i := range to {
		to[i] = []int{i, i + 1}
	}
	to[n-1] = []int{0}
	if got := matching(to, n); got != n {
		t.Errorf("%d pairs on the ladder, want %d", got, n)
	}
}

// Values of scikit-learn 1.9 (adjusted_rand_score, adjusted_mutual_info_score).
func TestAgreementIsThatOfScikitLearn(t *testing.T) {
	numbers := func(s string) (out []uint32) {
		for _, r := range s {
			out = append(out, uint32(r-'0'))
		}
		return out
	}
	for _, c := range []struct {
		a, b      string
		rand, ami float64
	}{
		{"111222333", "111222333", 1.000000000000, 1.000000000000},
		{"112233", "121212", -0.363636363636, -0.448188687256},
		{"11112222", "11122223", 0.322580645161, 0.353091704542},
		{"1111122222333", "1122233311112", 0.117096018735, 0.213844313355},
		{"121322111123211332211211322112", "331534522243153135352445344223", 0.121009821977, 0.147399209664},
		{"123456", "111222", 0.000000000000, 0.000000000000},
	} {
		near.Equal(t, c.a+" "+c.b+" Rand", adjustedRand(numbers(c.a), numbers(c.b)), c.rand, 1e-9)
		near.Equal(t, c.a+" "+c.b+" information", adjustedMutualInformation(numbers(c.a), numbers(c.b)), c.ami, 1e-9)
	}
	for _, s := range []string{"", "1", "1111", "1234"} {
		if !math.IsNaN(adjustedRand(numbers(s), numbers(s))) ||
			!math.IsNaN(adjustedMutualInformation(numbers(s), numbers(s))) {
			t.Errorf("%q says something of %q", s, s)
		}
	}
}

// The set that reaches nine in ten does so, no smaller number than the bound does, and it is within its guarantee.
func TestCoverAgainstEverySet(t *testing.T) {
	for seed := range uint64(200) {
		x := rand.New(rand.NewPCG(seed, 2))
		n := 1 + x.IntN(11)
		var ties []graph.Edge
		for a := range n {
			for b := range a {
				if x.Float64() < 0.25 {
					ties = append(ties, graph.Edge{From: uint32(a), To: uint32(b)})
				}
			}
		}
		g, err := graph.FromEdges(n, ties, graph.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		set, least := cover(g, coverShare)
		wanted := int(math.Ceil(coverShare * float64(n)))
		reached := func(of func(v int) bool) int {
			seen, count := make([]bool, n), 0
			for v := range n {
				if of(v) {
					count += reach(g, v, seen)
				}
			}
			return count
		}
		if got := reached(func(v int) bool { return slices.Contains(set, v) }); got < wanted {
			t.Errorf("seed %d: %v reach %d of %d", seed, set, got, n)
		}
		smallest := n
		for chosen := range 1 << n {
			size := 0
			for v := range n {
				size += chosen >> v & 1
			}
			if size < smallest && reached(func(v int) bool { return chosen>>v&1 == 1 }) >= wanted {
				smallest = size
			}
		}
		if least > smallest || float64(len(set)) > float64(smallest)*(1+math.Log(float64(n))) {
			t.Errorf("seed %d: %d people, at least %d; the smallest set has %d", seed, len(set), least, smallest)
		}
	}
}

// Twenty people in two departments: all of the first name one and the same of the second, who names nobody.
func TestFiguresByHand(t *testing.T) {
	s := Sample{N: 20, Group: make([]string, 20), Level: make([]int, 20), Manager: make([]int, 20)}
	layer := Layer{Name: "advice"}
	for v := range 20 {
		s.Group[v], s.Level[v], s.Manager[v] = []string{"north", "south"}[v/10], 1+v/4, v/4-1
		if v < 10 {
			layer.Ties = append(layer.Ties, graph.Edge{From: uint32(v), To: 10})
		} else if v > 10 {
			layer.Ties = append(layer.Ties, graph.Edge{From: uint32(v), To: uint32(v - 1)})
		}
	}
	s.Layers = []Layer{layer, {Name: "lunch", Ties: layer.Ties[:12]}}
	f, err := Of(context.Background(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cells := func(c [][]*int) string {
		var b strings.Builder
		for _, row := range c {
			for _, n := range row {
				fmt.Fprintf(&b, "%d ", *n)
			}
		}
		return strings.TrimSpace(b.String())
	}
	// Ten name the same one: that is a bridge of one person. In the south nine name nine.
	if got := cells(f.Together.Departments); got != "0 1 0 9" || len(f.Layers) != 2 {
		t.Errorf("departments %s, %d layers", got, len(f.Layers))
	}
	if got := cells(f.Layers[1].Departments); got != "0 1 0 2" {
		t.Errorf("lunch %s", got)
	}
	// Levels of four people each are put together until they are eight, the last four with those before.
	if len(f.Levels) != 2 || f.Levels[0] != (Group{"1–2", 8}) || f.Levels[1] != (Group{"3–5", 12}) {
		t.Errorf("levels %v", f.Levels)
	}
	if *f.Together.Inside != 9 || *f.Together.Outside != 1 || f.People != 20 || !f.Exact || f.Base != 1 {
		t.Errorf("%+v", f)
	}
	if len(f.Likeness) != 1 || f.Likeness[0].Correlation == nil || !(*f.Likeness[0].Correlation >= 0.5) ||
		f.Chart == nil || f.Chart.Rank == nil || f.Chart.Lines == nil {
		t.Errorf("likeness %+v, chart %+v", f.Likeness, f.Chart)
	}
	x := rand.New(rand.NewPCG(1, 3))
	if f, err = Of(context.Background(), s, Options{Draw: x.IntN}); err != nil {
		t.Fatal(err)
	}
	if n := *f.Together.Departments[0][1]; n != 0 {
		t.Errorf("what one person makes up is told as %d", n)
	}
	if n := *f.Together.Departments[1][1]; n != 8 && n != 12 {
		t.Errorf("9 is told as %d", n)
	}
	if f.Exact || f.Cover != nil || f.CoverLeast != 0 || f.Base != Base {
		t.Errorf("%+v", f)
	}
	if s.N = 7; true {
		s.Layers = nil
		if f, err = Of(context.Background(), s, Options{}); err != nil || f.People != 0 || len(f.Departments) > 0 {
			t.Errorf("of seven people is told %+v, %v", f, err)
		}
	}
}

// Those who offered to pass word on reach two others each; of fewer than the threshold nothing is told.
func TestOffers(t *testing.T) {
	s := Sample{N: 40}
	layer := Layer{Name: "advice"}
	for v := range 10 {
		s.Offers = append(s.Offers, v)
		for u := 10; u < 16; u++ {
			layer.Ties = append(layer.Ties, graph.Edge{From: uint32(v), To: uint32(u)})
		}
	}
	s.Layers = []Layer{layer}
	f, err := Of(context.Background(), s, Options{})
	if err != nil || f.Offered != 10 || *f.Reached != 16 {
		t.Errorf("%+v, %v", f, err)
	}
	if len(f.Cover) != 22 { // one of the ten and one of the six, and the rest are alone: 36 of 40
		t.Errorf("%d people reach nine in ten: %v", len(f.Cover), f.Cover)
	}
	s.Offers = s.Offers[:7]
	if f, err = Of(context.Background(), s, Options{}); err != nil || f.Offered != 0 || f.Reached != nil {
		t.Errorf("of seven is told %+v, %v", f, err)
	}
}

func TestDegenerate(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 4))
	for _, s := range []Sample{
		{},
		{N: 1},
		{N: 9},
		{N: 30, Group: []string{"a", "b"}, Level: []int{1, 2}, Manager: []int{-1, 0, 99}},
		{
			N: 16, Layers: []Layer{{Name: "x", Ties: []graph.Edge{{From: 3, To: 3}}}},
			Offers: []int{1, 2, 3, 4, 5, 6, 7, 8},
		},
	} {
		for _, draw := range []Draw{nil, x.IntN} {
			if _, err := Of(context.Background(), s, Options{Draw: draw}); err != nil {
				t.Errorf("%+v: %v", s, err)
			}
		}
	}
}
