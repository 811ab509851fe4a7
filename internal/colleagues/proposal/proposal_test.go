package proposal

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"gave.network/graph"
	"gave.network/graph/influence"
	"gave.network/internal/realdata"
)

func chance(seed uint64, n int) Problem {
	r := rand.New(rand.NewPCG(seed, 3))
	p := Problem{Quorum: 0.5 + r.Float64()*0.4, Seed: seed}
	for range n {
		x := Person{
			Weight: float64(r.IntN(3)), Stance: r.Float64()*1.6 - 1, Susceptibility: 0.9 * r.Float64(),
			Reachable: r.Float64() < 0.6,
		}
		if r.Float64() < 0.5 {
			x.Spread = r.Float64() / 2
		}
		p.People = append(p.People, x)
	}
	p.People[0].Weight = 1
	for a := range n {
		for b := range n {
			if a != b && r.Float64() < 0.3 {
				p.Arcs = append(p.Arcs, Arc{a, b, r.Float64()*1.3 - 0.3})
			}
		}
	}
	return p
}

// directly is the opinions with people won over, from the engine.
func directly(t *testing.T, p Problem, won []int) []float64 {
	t.Helper()
	n := len(p.People)
	stance, susceptibility := make([]float64, n), make([]float64, n)
	var edges []graph.Edge
	for i, x := range p.People {
		stance[i], susceptibility[i] = x.Stance, x.Susceptibility
		if slices.Contains(won, i) {
			stance[i], susceptibility[i] = 1, Won*x.Susceptibility
		}
	}
	for _, a := range p.Arcs {
		edges = append(edges, graph.Edge{From: uint32(a.From), To: uint32(a.To), Weight: float64(a.Weight)})
	}
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{Directed: true, Weighted: true, Signed: true})
	if err != nil {
		t.Fatal(err)
	}
	o, err := influence.FriedkinJohnsen(
		context.Background(), g, stance, susceptibility, 1e-12, graph.Options{Threads: 1},
	)
	if err != nil {
		t.Fatal(err)
	}
	return o.Values
}

func TestOpinionsAreThoseOfTheEngine(t *testing.T) {
	for seed := range uint64(40) {
		p := chance(seed, 14)
		m, err := newModel(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(seed, 4))
		won := r.Perm(14)[:r.IntN(13)]
		out := make([]float64, m.n)
		m.opinions(won, out)
		want := directly(t, p, won)
		for i := range out {
			if !(math.Abs(out[i]-want[i]) <= 1e-6) { // weights are 32 bits
				t.Fatalf("seed %d, %v won: %v thinks %v, not %v", seed, won, i, want[i], out[i])
			}
		}
		// The response to a stance is what a small change of it does.
		j := int(seed % 14)
		if !slices.Contains(won, j) {
			moved := chance(seed, 14)
			moved.People[j].Stance = max(-1, moved.People[j].Stance-0.1)
			shift := moved.People[j].Stance - p.People[j].Stance
			after := directly(t, moved, won)
			for i, x := range m.response(j, won) {
				if !(math.Abs(after[i]-want[i]-shift*x) <= 1e-6) {
					t.Fatalf("seed %d: the stance of %d moves %d by %v, not %v", seed, j, i, after[i]-want[i], shift*x)
				}
			}
		}
	}
}

// Every set of up to eleven people is looked at here, in another way than Find does.
func TestFindAgainstEverySet(t *testing.T) {
	carried, exact := 0, 0
	for seed := range uint64(40) {
		p := chance(seed, 11)
		plan, err := Find(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		m, err := newModel(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		size, brings, most := 12, 0.0, 0.0
		for set := range 1 << 11 {
			var won []int
			ok := true
			for i := range 11 {
				if set>>i&1 == 1 {
					won = append(won, i)
					ok = ok && p.People[i].Reachable
				}
			}
			if !ok {
				continue
			}
			x := m.expected(won)
			most = max(most, x)
			if x >= p.Quorum && (len(won) < size || len(won) == size && x > brings) {
				size, brings = len(won), x
			}
		}
		if plan.Carries != (size < 12) || !plan.Exact || plan.Gap != 0 {
			t.Errorf("seed %d: %+v, and the smallest set that carries has %d", seed, plan, size)
			continue
		}
		if plan.Carries {
			carried++
			if len(plan.Steps) != size || len(plan.Steps) > 0 && !(math.Abs(plan.Support.Expected-brings) <= 1e-9) {
				t.Errorf("seed %d: %d people bring %v, and %d bring %v", seed, len(plan.Steps),
					plan.Support.Expected, size, brings)
			}
		} else if !(math.Abs(plan.Support.Expected-most) <= 1e-9) {
			t.Errorf("seed %d: nothing carries, and %v is not the most: %v", seed, plan.Support.Expected, most)
		}
		if len(plan.Steps) > 1 {
			exact++
		}
		if len(plan.Steps) > 0 && !(math.Abs(plan.Steps[len(plan.Steps)-1].After-plan.Support.Expected) <= 1e-9) {
			t.Errorf("seed %d: the last talk ends at %v, not %v", seed, plan.Steps[len(plan.Steps)-1].After,
				plan.Support.Expected)
		}
		if plan.Support.Low > plan.Support.High || plan.Support.Chance < 0 || plan.Support.Chance > 1+1e-9 {
			t.Errorf("seed %d: %+v", seed, plan.Support)
		}
	}
	if carried < 10 || carried > 38 || exact < 5 {
		t.Errorf("%d of 40 carry, %d with several talks: the test tells too little", carried, exact)
	}
}

// With many people the gap is honest: the set that a larger budget would find is not smaller than the gap says.
func TestLargeIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for seconds")
	}
	p := chance(8, 150)
	for i := range p.People {
		p.People[i].Stance = -0.5
	}
	p.Quorum = 0.55
	plan, err := Find(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Exact || plan.Gap < 1 || !plan.Carries || len(plan.Steps)-plan.Gap < 3 {
		t.Errorf("exact %v, gap %d, carries %v, %d talks", plan.Exact, plan.Gap, plan.Carries, len(plan.Steps))
	}
	for i := range plan.Steps { // nobody in it can be left out
		var won []int
		for k, s := range plan.Steps {
			if k != i {
				won = append(won, s.Person)
			}
		}
		without, err := Judge(context.Background(), p, won)
		if err != nil || without.Expected >= p.Quorum {
			t.Errorf("without %d it carries too: %v", plan.Steps[i].Person, err)
		}
	}
}

// The interval holds what comes of the votes: of 2,000 other draws about eight in ten lie within.
func TestIntervalHolds(t *testing.T) {
	p := chance(3, 12)
	first, err := Judge(context.Background(), p, []int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	m, err := newModel(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(99, 99))
	within, mean := 0, 0.0
	const draws = 2000
	for range draws {
		q := p
		q.People = slices.Clone(p.People)
		for i := range q.People {
			q.People[i].Stance = min(1, max(-1, q.People[i].Stance+r.NormFloat64()*q.People[i].Spread))
		}
		z := directly(t, q, []int{1, 2})
		share := 0.0
		for i, x := range q.People {
			if r.Float64() < yes(z[i]) {
				share += x.Weight / m.total
			}
		}
		mean += share / draws
		if share >= first.Low-1e-9 && share <= first.High+1e-9 {
			within++
		}
	}
	// votes come in steps, so the interval may hold more
	if share := float64(within) / draws; !(share >= 0.77) || !(share <= 0.97) {
		t.Errorf("%v of the draws lie within %v", share, first)
	}
	if !(math.Abs(mean-first.Expected) <= 0.02) {
		t.Errorf("expected %v, drawn %v", first.Expected, mean)
	}
}

func TestWhatCannotBe(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		p    Problem
		want error
	}{
		"no votes":       {Problem{People: []Person{{Stance: 1}}, Quorum: 0.5}, ErrNoVotes},
		"nobody":         {Problem{Quorum: 0.5}, ErrNoVotes},
		"quorum of 0":    {Problem{People: []Person{{Weight: 1}}}, ErrRange},
		"quorum above 1": {Problem{People: []Person{{Weight: 1}}, Quorum: 1.1}, ErrRange},
		"not a number":   {Problem{People: []Person{{Weight: 1, Stance: math.NaN()}}, Quorum: 0.5}, ErrRange},
		"no such person": {Problem{People: []Person{{Weight: 1}}, Arcs: []Arc{{0, 1, 1}}, Quorum: 0.5}, ErrRange},
		"too many":       {Problem{People: make([]Person, MaxPeople+1), Quorum: 0.5}, ErrTooManyPeople},
	} {
		if _, err := Find(ctx, c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// All against, and nobody can be talked to: an answer, not an error.
	p := Problem{Quorum: 0.5, People: []Person{{Weight: 1, Stance: -1}, {Weight: 1, Stance: -1}}}
	plan, err := Find(ctx, p)
	if err != nil || plan.Carries || len(plan.Steps) != 0 || !plan.Exact {
		t.Errorf("%+v, %v", plan, err)
	}
	// Everybody in favour: nobody needs to be talked to.
	p = Problem{Quorum: 0.5, People: []Person{{Weight: 1, Stance: 1, Reachable: true}}}
	if plan, err = Find(ctx, p); err != nil || !plan.Carries || len(plan.Steps) != 0 || !plan.Exact {
		t.Errorf("%+v, %v", plan, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Find(cancelled, chance(8, 150)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Krackhardt's 21 managers (Krackhardt 1987), with advice as influence and everybody against. Manager 2, whom 18 of the
// 20 others ask for advice, the most of all, brings more than most others do, and no three bring what the four bring
// that Find chooses.
func TestManagers(t *testing.T) {
	f, err := os.Open(realdata.Path(t, "networks/krackhardt-hightech/edges.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p := Problem{Quorum: 0.5, People: make([]Person, 21)}
	for i := range p.People {
		p.People[i] = Person{Weight: 1, Stance: -0.5, Susceptibility: 0.5, Reachable: true}
	}
	asked := make([]int, 21)
	for _, row := range rows[1:] {
		if row[2] != "advice" {
			continue
		}
		from, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		to, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		asked[to-1]++
		p.Arcs = append(p.Arcs, Arc{from - 1, to - 1, 1})
	}
	if len(p.Arcs) != 190 || slices.Max(asked) != asked[1] || asked[1] != 18 {
		t.Fatalf("%d arcs, manager 2 is asked by %d: %v", len(p.Arcs), asked[1], asked)
	}
	plan, err := Find(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	brings := func(won ...int) float64 {
		sum := 0.0
		for _, z := range directly(t, p, won) {
			sum += yes(z) / 21
		}
		return sum
	}
	if !plan.Carries || !plan.Exact || len(plan.Steps) < 2 {
		t.Fatalf("%+v", plan)
	}
	better := 0
	for i := range 21 {
		if brings(i) > brings(1) {
			better++
		}
	}
	if better > 4 {
		t.Errorf("%d managers bring more than manager 2", better)
	}
	if len(plan.Steps) != 4 {
		t.Fatalf("%d talks: the sets below are of three", len(plan.Steps))
	}
	for a := range 21 { // fewer are not enough
		for b := range a {
			for c := range b {
				if brings(a, b, c) >= p.Quorum {
					t.Errorf("%d, %d and %d are enough", a, b, c)
				}
			}
		}
	}
}

func ExampleFind() {
	// Three votes; the two against heed the chair, who has none.
	plan, err := Find(context.Background(), Problem{
		Quorum: 0.7,
		People: []Person{
			{Weight: 1, Stance: 0.8}, {
				Weight: 1, Stance: -0.4, Susceptibility: 0.8,
			}, {Weight: 1, Stance: -0.4, Susceptibility: 0.8}, {Reachable: true},
		},
		Arcs: []Arc{{1, 3, 1}, {2, 3, 1}},
	})
	fmt.Printf("talk to %d, expected support %.2f, carries %v, exact %v, %v\n", plan.Steps[0].Person,
		plan.Support.Expected, plan.Carries, plan.Exact, err)
	// Output: talk to 3, expected support 0.90, carries true, exact true, <nil>
}
