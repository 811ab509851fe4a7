package horizon

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// HintInput says whether the viewer allows hints.
type HintInput struct {
	Allow string `json:"allow" arg:"1" doc:"whether others of the space may be told that a colleague may know somebody there, when you do" enum:"yes,no"`
}

// HintOutput says whether the viewer allows hints.
type HintOutput struct {
	Allow bool `json:"allow"`
}

// Text says it in a sentence.
func (o HintOutput) Text(p *locale.Printer) string {
	if o.Allow {
		return p.T("Others may be told that a colleague may know somebody there, never that it is you, or whom.") + "\n"
	}
	return p.T("Nobody is told anything of whom you know.") + "\n"
}

func (s *Service) hint(ctx context.Context, v op.Viewer, in HintInput) (HintOutput, error) {
	allow := in.Allow == "yes"
	return HintOutput{allow}, s.setHinting(ctx, v, allow)
}

func (s *Service) showHint(ctx context.Context, v op.Viewer, _ op.None) (HintOutput, error) {
	allow, err := s.hinting(ctx, v)
	return HintOutput{allow}, err
}

const (
	// leastHinting is how many others must allow it before anything is said: no group is smaller where Gave says
	// something of one.
	leastHinting = 5

	// leastKnowing and leastThere are how many of these must know how many different people there: one more than who
	// works together with the one who asks, and so many that it is no one's name.
	leastKnowing, leastThere = 2, 3
)

// mayKnow says whether colleagues of the viewer who allow it may know somebody at an organisation or a place, by ties
// that are theirs alone. It is one word for all of them: not who, not whom, not how many. See docs/horizon.md for what
// it holds back and what it cannot.
//
// What counts is what was so before this month: whoever watches the answer from day to day learns nothing of that day.
func (s *Service) mayKnow(ctx context.Context, v op.Viewer, item string) (bool, error) {
	folded := text.Fold(item)
	if _, err := id.Parse(item); err == nil || v.Role < op.Member || folded == "" || tact.Delicate(item) {
		return false, nil // by an id somebody is meant
	}
	now := time.Now().UTC()
	before := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	allowing, err := s.hinters(ctx, v, before)
	if err != nil || len(allowing) < leastHinting {
		return false, err
	}
	members, err := s.network.Colleagues(ctx, v)
	if err != nil {
		return false, err
	}
	members = slices.DeleteFunc(members, func(m people.Colleague) bool {
		return m.Person.IsZero() || !slices.Contains(allowing, m.ID)
	})
	if len(members) < leastHinting {
		return false, nil
	}
	if may, err := s.mayAsk(ctx, v, folded, now); err != nil || !may {
		return false, err
	}
	knowing, known, err := s.network.PrivatelyKnown(ctx, v, members, item, before)
	return knowing >= leastKnowing && known >= leastThere, err
}

// mostAsked is for how many organisations and places a member gets hints in a day: enough to look for ways, too few to
// go through a list of them.
const mostAsked = 30
