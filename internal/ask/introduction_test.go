package ask

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/people"
)

var (
	allParties = []Party{Requester, Middle, Target, Clock}
	allActs    = []Act{Agree, Decline, Withdraw, Make, Follow, Finish, Lapse}
)

// Every path through an introduction, by every act of every party: who is in the middle, whom it leads to and the
// addresses show to nobody too early, and every path comes to an end.
func TestEveryPathOfAnIntroduction(t *testing.T) {
	start := Introduction{
		ID: id.New(), Requester: people.Ref{ID: id.New(), Name: "Rita Requester"},
		Middle: people.Ref{ID: id.New(), Name: "Mia Middle"}, Target: people.Ref{ID: id.New(), Name: "Tom Target"},
		Text: "why", Step: Requested, RequesterAddress: "rita@requester.example", Expires: time.Now(),
	}
	ends := map[Step]int{}
	paths := 0
	var walk func(i Introduction, agreed map[Party]bool, depth int)
	walk = func(i Introduction, agreed map[Party]bool, depth int) {
		if depth > 6 {
			t.Fatalf("a path of %d steps has not ended at %s", depth, i.Step)
		}
		checkViews(t, i, agreed)
		moved := false
		for _, by := range allParties {
			for _, act := range allActs {
				next, err := Next(i.Step, act, by)
				if err != nil {
					if next != i.Step {
						t.Errorf("a refused %s by %s at %s went on to %s", act, by, i.Step, next)
					}
					continue
				}
				moved = true
				after := i
				after.Step = next
				now := map[Party]bool{Middle: agreed[Middle], Target: agreed[Target]}
				if act == Agree {
					now[by] = true
				}
				after.MiddleAgreed = now[Middle]
				if now[Target] {
					after.TargetAddress = "tom@target.example"
				}
				walk(after, now, depth+1)
			}
		}
		if !moved {
			paths++
			ends[i.Step]++
			if !i.Step.Over() {
				t.Errorf("%s is an end, but not over", i.Step)
			}
		}
	}
	for _, chosen := range []bool{false, true} {
		start.Chosen = chosen
		walk(start, map[Party]bool{}, 0)
	}
	for _, end := range []Step{Finished, Declined, Withdrawn, Lapsed} {
		if ends[end] == 0 {
			t.Errorf("no path ends at %s", end)
		}
	}
	if len(ends) != 4 || paths < 18 {
		t.Errorf("%d paths end at %v", paths, ends)
	}
}

func checkViews(t *testing.T, i Introduction, agreed map[Party]bool) {
	t.Helper()
	both := agreed[Middle] && agreed[Target]
	for _, party := range allParties {
		v, ok := i.ViewFor(party)
		if party == Clock || party == Target && !agreed[Middle] {
			if ok {
				t.Errorf("%s sees the introduction at %s", party, i.Step)
			}
			continue
		}
		if !ok {
			t.Errorf("%s sees nothing at %s", party, i.Step)
			continue
		}
		shown, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		s := string(shown)
		if party == Requester && !agreed[Middle] && !i.Chosen &&
			(strings.Contains(s, "Mia") || strings.Contains(s, i.Middle.ID.String())) {
			t.Errorf("the requester sees who is in the middle at %s: %s", i.Step, s)
		}
		for owner, address := range map[Party]string{Requester: i.RequesterAddress, Target: i.TargetAddress} {
			if address == "" {
				continue
			}
			other := Requester
			if owner == Requester {
				other = Target
			}
			if may := both && party == other; strings.Contains(s, address) != may {
				t.Errorf("%s sees the address of the %s at %s: %v, want %v", party, owner, i.Step, !may, may)
			}
		}
		for _, act := range v.Can {
			if _, err := Next(i.Step, act, party); err != nil {
				t.Errorf("%s is offered %s at %s, which is refused", party, act, i.Step)
			}
		}
	}
}
