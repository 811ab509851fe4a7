package proposal

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gave.network/internal/near"
)

// With every stance known the votes are independent: the chance and the ends of the interval follow from all ways in
// which they can fall.
func TestSupportAgainstEveryOutcome(t *testing.T) {
	for seed := range uint64(30) {
		p := chance(seed, 8)
		for i := range p.People {
			p.People[i].Spread = 0
		}
		x := rand.New(rand.NewPCG(seed, 51))
		won := x.Perm(8)[:x.IntN(5)]
		got, err := Judge(context.Background(), p, append(slices.Clone(won), won...)) // named twice counts once
		if err != nil {
			t.Fatal(err)
		}
		z := directly(t, p, won)
		total, expected := 0.0, 0.0
		for i, person := range p.People {
			total += person.Weight
			expected += person.Weight / (1 + math.Exp(-3*z[i]))
		}
		near.Equal(t, fmt.Sprintf("seed %d: expected", seed), got.Expected, expected/total, 1e-6)
		// below[w] is the chance of so much weight in favour; weights are whole numbers here.
		falls := make([]float64, int(total)+1)
		for votes := range 1 << 8 {
			probability, weight := 1.0, 0.0
			for i, person := range p.People {
				y := 1 / (1 + math.Exp(-3*z[i]))
				if votes>>i&1 == 1 {
					probability *= y
					weight += person.Weight
				} else {
					probability *= 1 - y
				}
			}
			falls[int(weight)] += probability
		}
		carries := 0.0
		for w, probability := range falls {
			if float64(w) >= p.Quorum*total-1e-9 {
				carries += probability
			}
		}
		tolerance := 5*math.Sqrt(carries*(1-carries)/Draws) + 1e-6
		near.Equal(t, fmt.Sprintf("seed %d: the chance", seed), got.Chance, carries, tolerance)
		// An end of the interval is a quantile of the outcomes, give or take what 2,000 draws leave open.
		quantile := func(q float64) float64 {
			sum := 0.0
			for w, probability := range falls {
				if sum += probability; sum >= q {
					return float64(w) / total
				}
			}
			return 1
		}
		near.Within(t, fmt.Sprintf("seed %d: the low end", seed), got.Low, quantile(0.07)-1e-9, quantile(0.13)+1e-9)
		near.Within(t, fmt.Sprintf("seed %d: the high end", seed), got.High, quantile(0.87)-1e-9, quantile(0.93)+1e-9)
	}
}

// What is not known of a stance flattens the chance of a yes as the formula of MacKay says, and spreads over who heeds
// whom.
func TestUnknownStancesByHand(t *testing.T) {
	p := Problem{Quorum: 0.5, People: []Person{
		{Weight: 1, Stance: 0.2, Spread: 0.4}, // heeds nobody
		{Weight: 3, Stance: -0.1, Spread: 0.3, Susceptibility: 0.6},
	}, Arcs: []Arc{{1, 0, 2}, {1, 1, 5}}} // an arc to oneself says nothing
	got, err := Judge(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := 0.6*0.2 + 0.4*-0.1
	vote := func(z, variance float64) float64 {
		return 1 / (1 + math.Exp(-3*z/math.Sqrt(1+math.Pi*9*variance/8)))
	}
	want := (vote(0.2, 0.16) + 3*vote(second, 0.36*0.16+0.16*0.09)) / 4
	near.Equal(t, "expected", got.Expected, want, 1e-9)
	// Won over, the second thinks 0.85·1 + 0.15·0.2; of the first, who heeds nobody, only the stance counts.
	got, err = Judge(context.Background(), p, []int{1})
	if err != nil {
		t.Fatal(err)
	}
	m, err := newModel(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float64, 2)
	m.opinions([]int{1}, z)
	near.Equal(t, "the opinion of the second, won", z[1], 0.85+0.15*0.2, 1e-9)
	m.opinions([]int{0}, z)
	near.Equal(t, "the opinion of the first, won", z[0], 1, 1e-9)
	near.Equal(t, "the opinion of the second, with the first won", z[1], 0.6-0.04, 1e-9)
	near.Equal(t, "a stance of the first moves the second", m.response(0, nil)[1], 0.6, 1e-9)
	near.Equal(t, "and less when the second is won", m.response(0, []int{1})[1], 0.15, 1e-9)
	near.Equal(t, "a stance of the won counts for nothing", m.response(0, []int{0})[1], 0, 1e-9)
	near.Within(t, "the chance", got.Chance, 0, 1)
	for _, who := range [][]int{{-1}, {2}} {
		if _, err := Judge(context.Background(), p, who); err == nil {
			t.Errorf("%v is somebody", who)
		}
	}
}

// Equations with random coefficients, needing pivots, are solved.
func TestSolveSmall(t *testing.T) {
	x := rand.New(rand.NewPCG(1, 52))
	for k := 1; k <= 6; k++ {
		for range 50 {
			rows, want := make([]float64, k*(k+1)), make([]float64, k)
			for i := range want {
				want[i] = x.NormFloat64()
			}
			for r := range k {
				for c := range k {
					if rows[r*(k+1)+c] = x.NormFloat64(); k > 1 && r == c && x.IntN(2) == 0 {
						rows[r*(k+1)+c] = 0
					}
					rows[r*(k+1)+k] += rows[r*(k+1)+c] * want[c]
				}
			}
			solveSmall(rows, k)
			for i := range want {
				near.Equal(t, "a solution", rows[i*(k+1)+k], want[i], 1e-6)
			}
		}
	}
}

func TestChoose(t *testing.T) {
	for _, c := range [][3]int{
		{5, 0, 1}, {5, 1, 5}, {5, 2, 10}, {5, 5, 1}, {20, 10, 184_756}, {2, 3, 0}, {400, 3, budget + 1}, {
			1_200_000, 1, 1_200_000,
		},
	} {
		if got := choose(c[0], c[1]); got != c[2] {
			t.Errorf("%d over %d is %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// What cannot be is refused at its very bounds, and what is at the bounds can be.
func TestBounds(t *testing.T) {
	ok := func() Problem { return Problem{Quorum: 0.5, People: []Person{{Weight: 1}, {Weight: 1}}} }
	for name, c := range map[string]struct {
		change func(*Problem)
		can    bool
	}{
		"as it is":  {func(*Problem) {}, true},
		"unanimity": {func(p *Problem) { p.Quorum = 1 }, true},
		"the extremes": {
			func(p *Problem) { p.People[0] = Person{1, -1, 1, 0, true}; p.People[1] = Person{1, 1, 0, 0.99, true} },
			true,
		},
		"a stance below":         {func(p *Problem) { p.People[0].Stance = -1.01 }, false},
		"a stance above":         {func(p *Problem) { p.People[0].Stance = 1.01 }, false},
		"a spread below":         {func(p *Problem) { p.People[0].Spread = -0.01 }, false},
		"a spread above":         {func(p *Problem) { p.People[0].Spread = 1.01 }, false},
		"heeding others only":    {func(p *Problem) { p.People[0].Susceptibility = 1 }, false},
		"heeding less than none": {func(p *Problem) { p.People[0].Susceptibility = -0.1 }, false},
		"a vote against itself":  {func(p *Problem) { p.People[0].Weight = -1 }, false},
		"an endless vote":        {func(p *Problem) { p.People[0].Weight = math.Inf(1) }, false},
		"fewer than no talks":    {func(p *Problem) { p.Most = -1 }, false},
		"an arc from nobody":     {func(p *Problem) { p.Arcs = []Arc{{-1, 0, 1}} }, false},
		"an arc to nobody":       {func(p *Problem) { p.Arcs = []Arc{{0, -1, 1}} }, false},
		"an arc from beyond":     {func(p *Problem) { p.Arcs = []Arc{{2, 0, 1}} }, false},
		"an arc without number":  {func(p *Problem) { p.Arcs = []Arc{{0, 1, math.NaN()}} }, false},
		"an arc without end":     {func(p *Problem) { p.Arcs = []Arc{{0, 1, math.Inf(-1)}} }, false},
		"an arc to the last":     {func(p *Problem) { p.Arcs = []Arc{{0, 1, -1}, {1, 0, 1}} }, true},
		"as many as there can be": {
			func(p *Problem) { p.People = slices.Repeat([]Person{{Weight: 1}}, MaxPeople) }, true,
		},
	} {
		p := ok()
		c.change(&p)
		if _, err := Judge(context.Background(), p, nil); (err == nil) != c.can {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With at most so many talks nobody else is counted on; the order puts first who brings most.
func TestMostAndOrder(t *testing.T) {
	for seed := range uint64(30) {
		p := chance(seed, 9)
		p.Quorum, p.Most = 0.97, 2
		plan, err := Find(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		m, err := newModel(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Steps) > 2 {
			t.Errorf("seed %d: %d talks", seed, len(plan.Steps))
		}
		near.Equal(t, "before", plan.Before.Expected, m.expected(nil), 1e-12)
		best := m.chance(nil, nobody, 0)
		for a := range 9 {
			for b := range a + 1 {
				if p.People[a].Reachable && p.People[b].Reachable {
					best = max(best, m.chance(slices.Compact([]int{b, a}), nobody, 0))
				}
			}
		}
		near.Equal(t, fmt.Sprintf("seed %d: how often with two", seed), plan.Support.Chance, best, 1e-9)
		if len(plan.Steps) == 2 {
			first, second := plan.Steps[0].Person, plan.Steps[1].Person
			near.Equal(t, "the first", plan.Steps[0].After,
				max(m.expected([]int{first}), m.expected([]int{second})), 1e-12)
		}
	}
}

// The interval is of fixed draws: the same seed gives the same, and a spread widens it.
func TestSpreadWidens(t *testing.T) {
	p := Problem{Quorum: 0.5, Seed: 9}
	for range 200 {
		p.People = append(p.People, Person{Weight: 1, Stance: 0, Susceptibility: 0.9})
	}
	p.People = append(p.People, Person{Stance: 0})
	for i := range 200 {
		p.Arcs = append(p.Arcs, Arc{i, 200, 1})
	}
	sure, err := Judge(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	// 200 votes like coins: the middle 80 % lie within 1.28 · sqrt(200) / 2 of a hundred.
	near.Equal(t, "the low end of coins", sure.Low, 0.5-1.2816*math.Sqrt(200)/2/200, 0.012)
	near.Equal(t, "the high end of coins", sure.High, 0.5+1.2816*math.Sqrt(200)/2/200, 0.012)
	p.People[200].Spread = 0.5
	unsure, err := Judge(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	// All heed one whose stance is normal, cut at -1 and 1: at its tenth part, -0.64, a vote is in favour with
	// yes(0.9·-0.64).
	near.Equal(t, "the low end when one is not known", unsure.Low, yes(0.9*-0.6408), 0.04)
	near.Equal(t, "the high end when one is not known", unsure.High, yes(0.9*0.6408), 0.04)
	if again, err := Judge(context.Background(), p, nil); err != nil || again != unsure {
		t.Errorf("%+v and %+v, %v", unsure, again, err)
	}
	won, err := Judge(context.Background(), p, []int{200})
	if err != nil {
		t.Fatal(err)
	}
	near.Equal(t, "the width when that one is won", won.High-won.Low,
		2*1.2816*math.Sqrt(yes(0.9)*(1-yes(0.9))/200), 0.015)
}
