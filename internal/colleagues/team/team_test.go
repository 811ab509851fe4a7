package team

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"gave.network/internal/realdata"
)

// chance makes a problem of n people from a seed.
func chance(seed uint64, n, need, size int) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	p := Problem{Need: need, Size: size, Alternatives: 1, Newcomer: make([]bool, n), Skills: make([]uint64, n)}
	trust, cost := make([][]float64, n), make([][]float64, n)
	for a := range n {
		p.Newcomer[a] = r.Float64() < 0.3
		for k := range need {
			if r.Float64() < 0.25 {
				p.Skills[a] |= 1 << k
			}
		}
		trust[a], cost[a] = make([]float64, n), make([]float64, n)
		for b := range a {
			trust[a][b], cost[a][b] = r.Float64()*r.Float64(), r.Float64()
			trust[b][a], cost[b][a] = trust[a][b], cost[a][b]
			if r.Float64() < 0.1 {
				p.Never = append(p.Never, [2]int{a, b})
			}
		}
	}
	p.Trust = func(a, b int) float64 { return trust[a][b] }
	p.Cost = func(a, b int) float64 { return cost[a][b] }
	return p
}

// brute looks at every team.
func brute(p Problem, before []Team) (best float64, missing int, found bool) {
	n := len(p.Skills)
	missing = p.Need + 1
	for set := range uint64(1) << n {
		if bits.OnesCount64(set) != p.Size {
			continue
		}
		ok := true
		for _, m := range p.Must {
			ok = ok && set>>m&1 == 1
		}
		for _, pair := range p.Never {
			ok = ok && (set>>pair[0]&1 == 0 || set>>pair[1]&1 == 0)
		}
		for _, t := range before {
			same := 0
			for _, m := range t.Members {
				same += int(set >> m & 1)
			}
			ok = ok && same <= p.Size-max(1, p.Size/3)
		}
		if !ok {
			continue
		}
		covered, trust, cost, pairs, fresh := uint64(0), 0.0, 0.0, 0.0, 0
		for a := range n {
			if set>>a&1 == 0 {
				continue
			}
			covered |= p.Skills[a]
			if p.Newcomer[a] {
				fresh++
			}
			for b := range a {
				if set>>b&1 == 1 {
					trust, cost, pairs = trust+p.Trust(a, b), cost+p.Cost(a, b), pairs+1
				}
			}
		}
		value := 1.0
		if pairs > 0 {
			value = trust/pairs - CostWeight*cost/pairs
		}
		if w := Wanted(p.Size); w > 0 {
			value += NewcomerWeight * float64(min(fresh, w)) / float64(w)
		}
		lacks := p.Need - bits.OnesCount64(covered)
		if !found || lacks < missing || lacks == missing && value > best {
			best, missing, found = value, lacks, true
		}
	}
	return best, missing, found
}

func TestFindAgainstEveryTeam(t *testing.T) {
	for seed := range uint64(200) {
		p := chance(seed, 9+int(seed%5), 1+int(seed%6), 1+int(seed%5))
		p.Alternatives = 3
		if seed%3 == 0 {
			p.Must = []int{int(seed % 7)}
		}
		teams, err := Find(context.Background(), p)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i, team := range teams {
			value, missing, _ := brute(p, teams[:i])
			if got := p.Need - bits.OnesCount64(team.Covered); got != missing ||
				!(math.Abs(team.Value-value) <= 1e-9) || !team.Exact || team.Gap != 0 {
				t.Errorf("seed %d, team %d: value %v misses %d (exact %v, gap %v), best is %v and %d", seed, i,
					team.Value, got, team.Exact, team.Gap, value, missing)
			}
		}
		if len(teams) < p.Alternatives {
			if _, _, more := brute(p, teams); more {
				t.Errorf("seed %d: %d teams, and there is another", seed, len(teams))
			}
		}
	}
}

func TestConstraintsHold(t *testing.T) {
	for seed := range uint64(20) {
		p := chance(seed+100, 60, 8, 6)
		p.Must, p.Alternatives = []int{3, 11}, 3
		p.Never = slices.DeleteFunc(p.Never, func(x [2]int) bool { return x == [2]int{11, 3} })
		teams, err := Find(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, team := range teams {
			if len(team.Members) != 6 || !slices.Contains(team.Members, 3) || !slices.Contains(team.Members, 11) {
				t.Errorf("seed %d: %v", seed, team.Members)
			}
			for _, pair := range p.Never {
				if slices.Contains(team.Members, pair[0]) && slices.Contains(team.Members, pair[1]) {
					t.Errorf("seed %d: %v are both in %v", seed, pair, team.Members)
				}
			}
		}
	}
}

// When the search is cut short, the gap still holds the best team: more time never finds a team beyond it.
func TestLargeIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for seconds")
	}
	p := chance(5, 300, 12, 12)
	teams, err := Find(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if teams[0].Exact || teams[0].Gap <= 0 || teams[0].Covered != 1<<12-1 {
		t.Errorf("%+v", teams[0])
	}
	s, err := newSearch(p)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 { // no team that chance finds is beyond the bound, and none is better than what was found
		other := r.Perm(300)[:12]
		if worth := s.worth(other); worth > teams[0].Value+1e-9 {
			t.Fatalf("%v is worth %v, more than %+v", other, worth, teams[0])
		}
	}
}

func TestWhatCannotBe(t *testing.T) {
	base := func() Problem { p := chance(1, 6, 2, 3); p.Never = nil; return p }
	for name, c := range map[string]struct {
		change func(*Problem)
		want   error
	}{
		"a contradiction": {
			func(p *Problem) { p.Must, p.Never = []int{0, 1}, [][2]int{{1, 0}} }, ErrContradiction,
		},
		"more must than places":   {func(p *Problem) { p.Must = []int{0, 1, 2, 3} }, ErrMustSize},
		"more places than people": {func(p *Problem) { p.Size = 7 }, ErrTooFew},
		"no place":                {func(p *Problem) { p.Size = 0 }, ErrSize},
		"10,000 skills":           {func(p *Problem) { p.Need = 10_000 }, ErrTooManySkills},
		"nobody by this number":   {func(p *Problem) { p.Must = []int{6} }, ErrPerson},
		"everybody against others": {func(p *Problem) {
			for a := range 6 {
				for b := range a {
					p.Never = append(p.Never, [2]int{a, b})
				}
			}
		}, ErrTooFew},
	} {
		p := base()
		c.change(&p)
		if _, err := Find(context.Background(), p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// A skill that nobody has is no reason for no team: the nearest one comes.
	p := base()
	p.Need = 3
	teams, err := Find(context.Background(), p)
	if err != nil || teams[0].Covered>>2&1 == 1 || !teams[0].Exact {
		t.Errorf("%+v, %v", teams, err)
	}
	// One must named twice takes one place.
	p = base()
	p.Size, p.Must = 1, []int{2, 2}
	if teams, err := Find(context.Background(), p); err != nil || !slices.Equal(teams[0].Members, []int{2}) ||
		teams[0].Trust != 1 {
		t.Errorf("%+v, %v", teams, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Find(ctx, chance(5, 300, 12, 12)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// readTies reads one layer of a network of ../shared/data as a matrix, with the columns of its nodes.
func readTies(t *testing.T, network, layer string) (n int, tie [][]bool, column func(name string) []string) {
	t.Helper()
	read := func(file string) [][]string {
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
	nodes := read("nodes.csv")
	n = len(nodes) - 1
	number := map[string]int{}
	for i, row := range nodes[1:] {
		number[row[0]] = i
	}
	tie = make([][]bool, n)
	for i := range tie {
		tie[i] = make([]bool, n)
	}
	for _, row := range read("edges.csv")[1:] {
		if row[2] == layer {
			tie[number[row[0]]][number[row[1]]] = true
		}
	}
	return n, tie, func(name string) []string {
		i := slices.Index(nodes[0], name)
		if i < 0 {
			t.Fatalf("%s has no column %s: %v", network, name, nodes[0])
		}
		out := make([]string, n)
		for k := range out {
			out[k] = nodes[k+1][i]
		}
		return out
	}
}

// Lazega's 71 lawyers (Lazega 2001): a case asks for litigation and corporate law in the offices of Boston and
// Hartford. Trust is friendship that both named. The team that Find returns is the best of all teams of four.
func TestLawyers(t *testing.T) {
	n, friend, column := readTies(t, "lazega-lawfirm", "friendship")
	_, cowork, _ := readTies(t, "lazega-lawfirm", "cowork")
	arcs := 0
	for a := range n {
		for b := range n {
			if friend[a][b] {
				arcs++
			}
		}
	}
	if n != 71 || arcs != 575 { // Lazega & Pattison 1999
		t.Fatalf("%d lawyers, %d arcs", n, arcs)
	}
	practice, office := column("practice"), column("office")
	p := Problem{Skills: make([]uint64, n), Need: 4, Size: 4, Alternatives: 2}
	for v := range n {
		k, err := strconv.Atoi(practice[v])
		if err != nil {
			t.Fatal(err)
		}
		o, err := strconv.Atoi(office[v])
		if err != nil {
			t.Fatal(err)
		}
		p.Skills[v] = 1 << (k - 1)
		if o <= 2 {
			p.Skills[v] |= 1 << (o + 1)
		}
	}
	p.Trust = func(a, b int) float64 {
		x := 0.0
		if friend[a][b] {
			x += 0.5
		}
		if friend[b][a] {
			x += 0.5
		}
		return x
	}
	p.Cost = func(a, b int) float64 {
		if cowork[a][b] || cowork[b][a] {
			return 0
		}
		return 1
	}
	p.Newcomer = make([]bool, n)
	teams, err := Find(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	best := -1.0
	for a := range n {
		for b := range a {
			for c := range b {
				for d := range c {
					if p.Skills[a]|p.Skills[b]|p.Skills[c]|p.Skills[d] != 15 {
						continue
					}
					value := 0.0
					for _, x := range [6][2]int{{a, b}, {a, c}, {a, d}, {b, c}, {b, d}, {c, d}} {
						value += p.Trust(x[0], x[1]) - CostWeight*p.Cost(x[0], x[1])
					}
					best = max(best, value/6)
				}
			}
		}
	}
	if !teams[0].Exact || teams[0].Covered != 15 || !(math.Abs(teams[0].Value-best) <= 1e-9) {
		t.Errorf("%+v, the best is worth %v", teams[0], best)
	}
}

func ExampleFind() {
	// Three people: the first two trust each other, and only the first and the last have both skills together.
	teams, err := Find(context.Background(), Problem{
		Skills: []uint64{0b01, 0b01, 0b10}, Need: 2, Size: 2, Newcomer: make([]bool, 3),
		Trust: func(a, b int) float64 { return []float64{0.5, 0.25, 0.1}[max(a, b)-1+min(a, b)] },
		Cost:  func(a, b int) float64 { return 0 },
	})
	fmt.Println(teams[0].Members, teams[0].Trust, teams[0].Exact, err)
	// Output: [0 2] 0.25 true <nil>
}
