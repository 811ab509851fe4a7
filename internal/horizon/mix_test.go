package horizon

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/skilled"
	"gave.network/internal/tie"
)

// chanceToDiffer looks at every ordered pair.
func chanceToDiffer(values []string) float64 {
	pairs, other := 0, 0
	for i, a := range values {
		for j, b := range values {
			if i != j && a != "" && b != "" {
				pairs++
				if a != b {
					other++
				}
			}
		}
	}
	if pairs == 0 {
		return 0
	}
	return float64(other) / float64(pairs)
}

// Diversity, reach, and who would add the most, beside looking at every pair, every path and every one who may come.
func TestDiversityAgainstEverybody(t *testing.T) {
	nobody := &people.Everybody{}
	added, several := 0, 0
	for seed := range uint64(200) {
		v, weight, trait := randomNetwork(t, seed)
		n := len(weight)
		table := tableOf(v, func(u uint32) Traits { return trait[u] }, nobody)
		var awake []uint32
		var list []Wider
		for u := range n {
			switch {
			case weight[0][u] == 0:
			case u%4 == 0:
				list = append(list, Wider{Node: uint32(u), Dormant: true, trust: weight[0][u]})
			default:
				awake = append(awake, uint32(u))
			}
		}
		everybody := func(uint32) bool { return true }
		fresh, _ := candidates(v, 0, everybody)
		may := introducible(v, 0, everybody)
		if len(may) != len(fresh) {
			t.Errorf("seed %d: %d can be introduced, want %d", seed, len(may), len(fresh))
		}
		for _, c := range fresh {
			if !slices.Equal(introductions(v, 0, c.Node, everybody), c.Through) ||
				!slices.ContainsFunc(may, func(w Wider) bool { return w.Node == c.Node && w.trust == c.Chance() }) {
				t.Errorf("seed %d: the introductions to %d are others", seed, c.Node)
			}
		}
		list = append(list, may...)
		counted := countsOf(table, awake)
		valuesOf := func(k int, more ...uint32) (out []string) {
			for _, u := range slices.Concat(awake, more) {
				out = append(out, trait[u][k])
			}
			return out
		}
		for k := range traits {
			near.Equal(t, fmt.Sprintf("seed %d: differ in %s", seed, traits[k]), counted.differ(k),
				chanceToDiffer(valuesOf(k)), 1e-12)
		}

		// Steps by looking at all ways again and again.
		far := make([]int, n)
		for u := range far {
			far[u] = 99
		}
		for _, u := range awake {
			far[u] = 1
		}
		for range n {
			for a := 1; a < n; a++ {
				for b := 1; b < n; b++ {
					if weight[a][b] > 0 && far[a]+1 < far[b] {
						far[b] = far[a] + 1
					}
				}
			}
		}
		var want reach
		for u := 1; u < n; u++ {
			for k := range want {
				if far[u] <= k+1 {
					want[k]++
				}
			}
		}
		steps, got := reached(v, 0, awake)
		if got != want {
			t.Errorf("seed %d: reach %v, want %v", seed, got, want)
		}

		gain := func(u uint32) float64 {
			sum := 0.0
			for k := range traits {
				sum += chanceToDiffer(valuesOf(k, u)) - chanceToDiffer(valuesOf(k))
			}
			return sum / float64(len(traits))
		}
		wider := widen(v, 0, table, counted, steps, list, everybody)
		for _, dormant := range []bool{false, true} {
			most, may := 0.0, 0
			for _, w := range list {
				if g := gain(w.Node); w.Dormant == dormant && g > 1e-12 {
					most = max(most, g)
					may++
				}
			}
			var told []Wider
			for _, w := range wider {
				if w.Dormant == dormant {
					told = append(told, w)
				}
			}
			if len(told) != min(may, mostWider) {
				t.Errorf("seed %d: %d are told, %d may be", seed, len(told), may)
			}
			if may > mostWider {
				several++
			}
			for i, w := range told {
				near.Equal(t, fmt.Sprintf("seed %d: what %d adds", seed, w.Node), w.Gain, gain(w.Node), 1e-9)
				if i == 0 {
					near.Equal(t, fmt.Sprintf("seed %d: the first adds the most", seed), w.Gain, most, 1e-9)
					added++
				}
				opens := 0
				for u := 1; u < n; u++ {
					if far[u] > 2 && (u == int(w.Node) || weight[w.Node][u] > 0) {
						opens++
					}
				}
				if w.Opens != opens {
					t.Errorf("seed %d: %d opens %d, want %d", seed, w.Node, w.Opens, opens)
				}
			}
		}
	}
	if added < 150 || several < 50 {
		t.Errorf("%d add, %d times there are several: the test tells too little", added, several)
	}
}

func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		of              []int
		even, effective float64
		values          int
	}{
		{[]int{0}, 0, 0, 0},
		{[]int{0, 5}, 0, 1, 1},
		{[]int{0, 3, 3}, 1, 2, 2},
		{[]int{0, 2, 2, 2, 2}, 1, 4, 4},
		{[]int{0, 3, 1}, 0.8112781244591328, math.Exp(0.5623351446188083), 2},
		{[]int{7, 3, 0, 3}, 1, 2, 2},
	} {
		x := counts{}
		x.of[0] = append([]int{0}, c.of[1:]...)
		for _, n := range x.of[0] {
			x.known[0] += n
		}
		even, effective, values := x.entropy(0)
		near.Equal(t, fmt.Sprint("evenness of ", c.of), even, c.even, 1e-12)
		near.Equal(t, fmt.Sprint("effective of ", c.of), effective, c.effective, 1e-12)
		if values != c.values {
			t.Errorf("%v: %d values", c.of, values)
		}
	}
}

func TestHalves(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for until, want := range map[string][3]string{
		"2026-06-30": {"2025-07-01", "2026-01-01", "2026-07-01"},
		"2026-07-01": {"2026-01-01", "2026-07-01", "2027-01-01"},
		"2026-12-31": {"2026-01-01", "2026-07-01", "2027-01-01"},
	} {
		got := halves(day(until), 2)
		for i := range want {
			if len(got) != 3 || !got[i].Equal(day(want[i])) {
				t.Errorf("%s: %v, want %v", until, got, want)
				break
			}
		}
	}
}

// The trend is as of each half year: who came when, who slept already, and whom these reached by then; it says where
// the record begins and where it has a hole. The beginnings of ties are the same from both ends.
func TestTrend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d))
		name := map[string]id.ID{}
		for _, n := range []string{"Old", "New", "Asleep", "Behind", "Later"} {
			name[n] = peopletest.Person(t, d, v, n+" Person").ID
		}
		var list []tie.Interaction
		meet := func(day string, who ...id.ID) {
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, peopletest.Interaction(v, tie.FaceToFace, at, who...))
		}
		for month := range 36 { // a record without holes but for the second half of 2025
			at := time.Date(2023, 12, 5, 9, 0, 0, 0, time.UTC).AddDate(0, month, 0)
			if at.Before(v.Now) && (at.Year() != 2025 || at.Month() < time.July) {
				for _, day := range []int{0, 10, 20} {
					meet(at.AddDate(0, 0, day).Format(time.DateOnly), v.Person, name["Old"])
				}
			}
		}
		for day := range 25 {
			meet(fmt.Sprintf("2024-01-%02d", day+1), v.Person, name["Asleep"])
		}
		meet("2026-02-03", v.Person, name["New"])
		meet("2024-03-03", name["Old"], name["Behind"])
		meet("2026-08-03", name["Behind"], name["Later"])
		meet("2026-09-03", name["New"], name["Later"])
		peopletest.Record(t, d, v, list...)
		s.network.DropKept()
		out, err := s.diversity(ctx, v, op.None{})
		if err != nil {
			t.Fatal(err)
		}
		type half struct {
			from             string
			new, people, two int
			record           string
		}
		var got []half
		for _, h := range out.Trend {
			got = append(got, half{h.From.Format(time.DateOnly), h.New, h.People, h.Two, h.Record})
		}
		want := []half{
			{"2023-07-01", 1, 1, 1, "begins"},
			{"2024-01-01", 1, 2, 3, "whole"},
			{"2024-07-01", 0, 2, 3, "whole"},
			{"2025-01-01", 0, 2, 3, "whole"},
			{"2025-07-01", 0, 2, 3, "hole"},
			{"2026-01-01", 1, 2, 3, "whole"}, // Asleep sleeps from the end of January on
			{"2026-07-01", 0, 2, 4, "whole"},
		}
		if !slices.Equal(got, want) {
			t.Errorf("trend\n%v, want\n%v", got, want)
		}
		last := out.Trend[len(out.Trend)-1]
		if out.People != last.People || out.Two != last.Two || out.Dormant != 1 || out.Undated != 0 {
			t.Errorf("now %+v, and the trend ends with %+v", out, last)
		}

		view, err := s.network.View(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		begun, err := s.network.Beginnings(ctx, v, view)
		if err != nil {
			t.Fatal(err)
		}
		dated := 0
		for n := range uint32(view.Graph.N()) {
			for i, u := range view.Graph.Neighbors(n) {
				states, err := s.network.TieStatesOf(ctx, v, [][2]id.ID{{view.IDs[n], view.IDs[u]}})
				if err != nil {
					t.Fatal(err)
				}
				if at := states[[2]id.ID{view.IDs[n], view.IDs[u]}].FirstContact; at != begun.Of(n)[i] {
					t.Errorf("tie of %d and %d: %d, want %d", n, u, begun.Of(n)[i], at)
				}
				dated++
			}
		}
		if dated != 12 {
			t.Errorf("%d ends of ties", dated)
		}
	})
}

// What people differ in is said in every language, and so is each of its values that has a name.
func TestTraitsAreSaid(t *testing.T) {
	texts := slices.Clone(traits[:])
	for _, s := range skilled.Sectors() {
		texts = append(texts, string(s))
	}
	for _, l := range skilled.Levels() {
		texts = append(texts, string(l))
	}
	for _, text := range texts {
		if !locale.Has(locale.Dutch, text) {
			t.Errorf("no Dutch for %q", text)
		}
	}
}
