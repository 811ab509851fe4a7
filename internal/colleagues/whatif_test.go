package colleagues

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
)

// Whoever is supposed to be in favour, or not to vote, changes the outcome the way it should, and nothing else.
func TestSupposing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, o := context.Background(), newOffice(t, d)
		b := ballotOf(t, "person,votes,stance\nAnna Aal,2,against\nBram Beer,2,for\nSomebody Else,1,?\n")
		ask := func(s supposition) ProposalOutput {
			t.Helper()
			out, err := o.judged(ctx, o.v, s.of(b), nil, ProposalInput{})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		as := ask(supposition{})
		if as.Quorum != 0.6 || len(as.deciding) != 3 {
			t.Fatalf("%+v", as)
		}
		if won := ask(supposition{stands: map[int]int{2: farInFavour}}); won.BeforeChance <= as.BeforeChance {
			t.Errorf("with Anna in favour %v, without %v", won.BeforeChance, as.BeforeChance)
		}
		if lost := ask(supposition{stands: map[int]int{3: farAgainst}}); lost.BeforeChance >= as.BeforeChance {
			t.Errorf("with Bram against %v, without %v", lost.BeforeChance, as.BeforeChance)
		}
		// Three votes are left, of which two make the majority.
		without := ask(supposition{without: map[int]bool{2: true}})
		if without.Quorum != 2.0/3 || without.BeforeChance <= as.BeforeChance {
			t.Errorf("without Anna it needs %v and carries %v, with her %v", without.Quorum, without.BeforeChance,
				as.BeforeChance)
		}
		if again := ask(supposition{}); again.BeforeChance != as.BeforeChance {
			t.Error("what is supposed changes the proposal itself")
		}
		list := deciders(b, as.deciding, supposition{map[int]int{4: 70}, map[int]bool{3: true}})
		for i, want := range []string{"", "does not vote", "leaning in favour"} {
			if got := list[i].supposing(); got != want {
				t.Errorf("of %s %q is supposed, want %q", list[i].name, got, want)
			}
		}
	})
}

// Where somebody stands comes back from the page as it was sent, so that only what was moved is supposed.
func TestAPlaceStands(t *testing.T) {
	for stance, want := range map[float64]int{-1: 0, -0.8: 10, 0: 50, 0.33: 70, 1: 100} {
		if got := (voter{Stance: &stance}).place(); got != want {
			t.Errorf("%v stands at %d, want %d", stance, got, want)
		}
	}
	if got := (voter{}).place(); got != undecided {
		t.Errorf("who is not known stands at %d", got)
	}
}
