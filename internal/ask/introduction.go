package ask

import (
	"slices"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/people"
)

// Step is how far an introduction is.
type Step string

// The steps of an introduction.
const (
	Requested Step = "requested" // waits for who is in the middle
	Willing   Step = "willing"   // who is in the middle agreed; waits for the other
	Agreed    Step = "agreed"    // both agreed: addresses have passed
	Made      Step = "made"      // the two were brought together
	Followed  Step = "followed"  // the requester said what came of it
	Finished  Step = "finished"  // who is in the middle was thanked
	Declined  Step = "declined"  // one of the two said no
	Withdrawn Step = "withdrawn" // the requester took it back
	Lapsed    Step = "lapsed"    // no answer came in time
)

// Party is one of the three in an introduction.
type Party string

// The parties.
const (
	Requester Party = "requester"
	Middle    Party = "middle"
	Target    Party = "target"
	Clock     Party = "clock" // time passed
)

// Act is what a party does.
type Act string

// The acts.
const (
	Agree    Act = "agree"
	Decline  Act = "decline"
	Withdraw Act = "withdraw"
	Make     Act = "make"
	Follow   Act = "follow"
	Finish   Act = "finish"
	Lapse    Act = "lapse"
)

// rule lets parties do an act at a step.
type rule struct {
	at  Step
	act Act
	by  []Party
	to  Step
}

// rules are all that can happen. Until both agreed everybody can step out, and time does it for those who are silent;
// afterwards the addresses have passed and only what came of it is left to say.
var rules = []rule{
	{Requested, Agree, []Party{Middle}, Willing},
	{Requested, Decline, []Party{Middle}, Declined},
	{Requested, Withdraw, []Party{Requester}, Withdrawn},
	{Requested, Lapse, []Party{Clock}, Lapsed},
	{Willing, Agree, []Party{Target}, Agreed},
	{Willing, Decline, []Party{Middle, Target}, Declined},
	{Willing, Withdraw, []Party{Requester}, Withdrawn},
	{Willing, Lapse, []Party{Clock}, Lapsed},
	{Agreed, Make, []Party{Requester, Middle}, Made},
	{Agreed, Follow, []Party{Requester}, Followed},
	{Made, Follow, []Party{Requester}, Followed},
	{Followed, Finish, []Party{Requester}, Finished},
}

// Next returns the step to which an act of a party leads, or a fault.
func Next(at Step, act Act, by Party) (Step, error) {
	for _, r := range rules {
		if r.at == at && r.act == act && slices.Contains(r.by, by) {
			return r.to, nil
		}
	}
	return at, fault.New(fault.Conflict, "That cannot be done with this introduction now.").
		WithHint("See how far it is.")
}

// Over says whether nothing more can happen.
func (s Step) Over() bool {
	return !slices.ContainsFunc(rules, func(r rule) bool { return r.at == s })
}

// bothAgreed says whether both sides have said yes, so that addresses may be known.
func (s Step) bothAgreed() bool { return slices.Contains([]Step{Agreed, Made, Followed, Finished}, s) }

// Introduction is an introduction with everything in it. It is never shown as it is: see View.
type Introduction struct {
	ID                              id.ID
	Requester, Middle, Target       people.Ref
	Chosen                          bool // the requester named who is in the middle, and so knows
	MiddleAgreed                    bool // they said yes once
	Text                            string
	Step                            Step
	RequesterAddress, TargetAddress string
	Outcome                         string
	Created, Expires                time.Time
	Told                            bool // what came of it was brought to the two others
}

// View is an introduction as one of its parties may see it.
type View struct {
	ID        id.ID       `json:"id"`
	You       Party       `json:"you" doc:"your part in it" enum:"requester,middle,target"`
	Step      Step        `json:"step"`
	Requester *people.Ref `json:"requester,omitempty"`
	Middle    *people.Ref `json:"middle,omitempty" doc:"who is in the middle; hidden until they agreed"`
	Target    *people.Ref `json:"target,omitempty"`
	Text      string      `json:"text,omitempty"`
	Address   string      `json:"address,omitempty" doc:"where the other side is to be reached; only after both agreed"`
	Outcome   string      `json:"outcome,omitempty"`
	Created   time.Time   `json:"created"`
	Expires   *time.Time  `json:"expires,omitempty" doc:"an answer that has not come by then is taken as no"`
	Can       []Act       `json:"can" doc:"what you can do now"`
}

// ViewFor returns what a party sees. Whom it leads to learns of it, and of who is in the middle, only when that one
// agreed; who is in the middle is hidden from a requester who did not name them until they agreed; addresses are seen
// when both agreed, and only by the two.
func (i Introduction) ViewFor(party Party) (View, bool) {
	if party == Target && !i.MiddleAgreed || party == Clock {
		return View{}, false
	}
	v := View{ID: i.ID, You: party, Step: i.Step, Text: i.Text, Created: i.Created, Can: []Act{}}
	requester, target := i.Requester, i.Target
	v.Requester, v.Target = &requester, &target
	if party != Requester || i.Chosen || i.MiddleAgreed {
		middle := i.Middle
		v.Middle = &middle
	}
	if i.Step.bothAgreed() {
		switch party {
		case Requester:
			v.Address = i.TargetAddress
		case Target:
			v.Address = i.RequesterAddress
		}
	}
	if party == Requester || i.Told {
		v.Outcome = i.Outcome
	}
	if i.Step == Requested || i.Step == Willing {
		expires := i.Expires
		v.Expires = &expires
	}
	for _, r := range rules {
		if r.at == i.Step && slices.Contains(r.by, party) {
			v.Can = append(v.Can, r.act)
		}
	}
	return v, true
}
