package app_test

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/move"
)

// found is how well moves of a kind name the people whom the truth names.
type found struct{ proposed, right, cooled, expected, hit int }

func (f found) precision() float64 { return float64(f.right) / float64(max(f.proposed, 1)) }
func (f found) recall() float64    { return float64(f.hit) / float64(max(f.expected, 1)) }

// Today's proposers see what is true of a fictional world: who drifts, who is dormant, who needs something.
func TestProposersSeeWhatIsTrue(t *testing.T) {
	ctx := context.Background()
	total := map[string]*found{}
	for seed := uint64(1); seed <= 2; seed++ {
		f := importWorld(t, seed, 250, 6)
		want := map[string]map[string]bool{"drift": {}, "dormant": {}, "need": {}}
		for _, p := range f.truth.Drifting {
			want["drift"][p] = true
		}
		for _, p := range f.truth.Dormant {
			want["dormant"][p] = true
		}
		// Of lines about somebody whose name others bear too it is asked who is meant: they are not kept by themselves.
		facts, err := f.Goodwill.Facts(ctx, f.v, id.Zero, goodwill.Need, true, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		kept := map[string]bool{}
		for _, fact := range facts {
			for p := range f.stands[fact.Person.ID] {
				kept[p] = true
			}
		}
		for _, n := range f.truth.Needs {
			if n.Captured && n.Answered == "" && kept[n.Person] {
				want["need"][n.Person] = true
			}
		}
		seen := map[string]map[string]bool{"drift": {}, "dormant": {}, "need": {}}
		for _, proposer := range []move.Proposer{f.Goodwill, f.Horizon} {
			moves, err := proposer.Propose(ctx, f.v)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range moves {
				if seen[m.Kind] == nil {
					continue
				}
				if total[m.Kind] == nil {
					total[m.Kind] = &found{}
				}
				total[m.Kind].proposed++
				right, cooled := false, false
				for p := range f.stands[m.People[0].ID] {
					right = right || want[m.Kind][p]
					cooled = cooled || slices.Contains(f.truth.Cooled, p)
					seen[m.Kind][p] = true
				}
				switch {
				case right:
					total[m.Kind].right++
				case cooled:
					total[m.Kind].cooled++
				}
			}
		}
		for kind, people := range want {
			for p := range people {
				total[kind].expected++
				if seen[kind][p] {
					total[kind].hit++
				}
			}
		}
	}
	for kind, f := range total {
		t.Logf("%s: %d proposed, precision %.2f (%d of joint work that ended); %d expected, recall %.2f", kind,
			f.proposed, f.precision(), f.cooled, f.expected, f.recall())
	}
	if f := total["dormant"]; !(f.precision() >= 0.8) || !(f.recall() >= 0.8) {
		t.Errorf("dormant ties: precision %.2f, recall %.2f, want 0.8", f.precision(), f.recall())
	}
	if !(total["drift"].recall() >= 0.6) || !(total["need"].recall() >= 0.6) {
		t.Errorf("drifting ties %.2f and needs %.2f found, want 0.6", total["drift"].recall(), total["need"].recall())
	}
}
