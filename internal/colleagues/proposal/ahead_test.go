package proposal

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gave.network/internal/near"
)

// What comes of part of a plan is what Judge says of it; who stands in brings most of all who are not in the plan.
func TestAheadAgainstJudge(t *testing.T) {
	ctx, stoodIn := context.Background(), 0
	for seed := range uint64(20) {
		p := chance(seed, 10)
		p.Quorum = 0.7
		plan, err := Find(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for _, step := range plan.Steps {
			order = append(order, step.Person)
		}
		ahead, err := Ahead(ctx, p, order)
		if err != nil {
			t.Fatal(err)
		}
		judge := func(won []int) Support {
			t.Helper()
			out, err := Judge(ctx, p, won)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if first, last := ahead.Course[0], ahead.Course[len(ahead.Course)-1]; first.Support != plan.Before ||
			last.Talks != len(order) {
			t.Errorf("seed %d: the course goes from %+v to %d talks", seed, first, last.Talks)
		}
		for _, point := range ahead.Course {
			near.Equal(t, fmt.Sprintf("seed %d: expected after %d", seed, point.Talks), point.Support.Expected,
				judge(order[:point.Talks]).Expected, 1e-9)
		}
		for _, other := range ahead.Others {
			set := slices.DeleteFunc(slices.Clone(order), func(i int) bool { return i == other.For })
			if other.For >= 0 {
				stoodIn++
			}
			if slices.Contains(order, other.Person) || !p.People[other.Person].Reachable {
				t.Errorf("seed %d: %d is in the plan or cannot be reached", seed, other.Person)
			}
			without := judge(set)
			if other.Support.Expected <= without.Expected+leastGain ||
				other.Support.Chance < without.Chance+leastGain {
				t.Errorf("seed %d: %d brings %+v, hardly more than %+v", seed, other.Person, other.Support, without)
			}
			for i := range p.People {
				if p.People[i].Reachable && !slices.Contains(order, i) {
					near.Within(t, fmt.Sprintf("seed %d: what %d brings", seed, i),
						judge(append(slices.Clone(set), i)).Expected, 0, other.Support.Expected+1e-9)
				}
			}
		}
	}
	if stoodIn == 0 {
		t.Error("nobody ever stood in for anybody")
	}
}

// Beside a plan of very many nobody else is looked for; its course is told all the same.
func TestAheadOfMany(t *testing.T) {
	p := Problem{Quorum: 0.42, Seed: 1}
	var order []int
	for i := range mostPlanned + 10 {
		one := Person{Weight: 20, Stance: -0.5, Reachable: true} // who is not in the plan weighs the most
		if i <= mostPlanned {
			one.Weight, order = 1, append(order, i)
		}
		p.People = append(p.People, one)
	}
	for many, others := range map[int]bool{mostPlanned: true, mostPlanned + 1: false} {
		ahead, err := Ahead(context.Background(), p, order[:many])
		if err != nil {
			t.Fatal(err)
		}
		if len(ahead.Course) != MostPoints || len(ahead.Others) > 0 != others {
			t.Errorf("%d talks: %d numbers and %d others", many, len(ahead.Course), len(ahead.Others))
		}
	}
}

// A course has none and all of the talks in it, and never more numbers than can be drawn.
func TestSpaced(t *testing.T) {
	for most, want := range map[int][]int{
		0: {0}, 1: {0, 1}, 3: {0, 1, 2, 3}, 7: {0, 1, 2, 3, 4, 5, 6, 7}, 22: {0, 3, 6, 9, 13, 16, 19, 22},
	} {
		if got := spaced(most); !slices.Equal(got, want) {
			t.Errorf("%d talks: %v, want %v", most, got, want)
		}
	}
}

// All draws fall somewhere, and those at the quorum or above are the chance.
func TestOutcomes(t *testing.T) {
	p := Problem{Quorum: 0.5, Seed: 3, People: []Person{
		{Weight: 1, Stance: 0.2, Spread: 0.3}, {Weight: 1, Stance: -0.4}, {Weight: 2, Stance: 0.1},
	}}
	got, err := Judge(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, carries := 0.0, 0.0
	for hundredths, share := range got.Outcomes {
		all += share
		if hundredths >= 50 {
			carries += share
		}
		if share > 0 && hundredths%25 != 0 {
			t.Errorf("of four votes %d hundredths are in favour", hundredths)
		}
	}
	near.Equal(t, "all draws", all, 1, 1e-9)
	near.Equal(t, "those that carry", carries, got.Chance, 1e-9)
}
