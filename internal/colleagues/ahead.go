package colleagues

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"gave.network/internal/colleagues/proposal"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// CoursePoint is how likely a proposal carries after some of the talks.
type CoursePoint struct {
	Talks  int     `json:"talks" doc:"the first so many won over"`
	Chance float64 `json:"chance" doc:"that the proposal carries then, from 0 to 1"`
}

// OtherTalk is a conversation beside those that are proposed.
type OtherTalk struct {
	Person    Party       `json:"person"`
	InsteadOf *Party      `json:"instead_of" doc:"whom they stand in for when that one says no; null for who helps beside all"`
	Through   *people.Ref `json:"through" doc:"who can bring you there; null when you know each other or nobody can"`
	Chance    float64     `json:"chance" doc:"that the proposal carries then, from 0 to 1"`
	Why       string      `json:"why" doc:"in the viewer's language"`
}

// RestsOn is somebody on whom it rests that a proposal carries.
type RestsOn struct {
	Person Party   `json:"person"`
	How    string  `json:"how" enum:"talk,vote" doc:"the talk comes to nothing, or they turn out to be against"`
	Chance float64 `json:"chance" doc:"that the proposal carries then, from 0 to 1"`
}

// try is something that may turn out otherwise, and what then comes of the proposal before any talk.
type try struct {
	name, said string // said is a key of translation
	field      string // the field of the page that supposes it, and its value
	value      string
	chance     float64
}

// leastChange is by how much the chance has to change for something to be worth a try. A judgement.
const leastChange = 0.05

// look adds to an answer what comes of the talks one by one, who else would help, and what may turn out otherwise. A
// share of the votes that was given stays as it is when somebody does not vote.
func (c *council) look(
	ctx context.Context, v op.Viewer, e *evidence, problem proposal.Problem, plan *proposal.Plan, given bool,
	out *ProposalOutput,
) error {
	order := make([]int, len(plan.Steps))
	for i, step := range plan.Steps {
		order[i] = step.Person
	}
	ahead, err := proposal.Ahead(ctx, problem, order)
	if err != nil {
		return proposalFault(err)
	}
	for _, point := range ahead.Course {
		out.Course = append(out.Course, CoursePoint{point.Talks, point.Support.Chance})
	}
	for _, other := range ahead.Others {
		talk := OtherTalk{
			Person: c.party(other.Person), Through: c.through(v, e, other.Person), Chance: other.Support.Chance,
			Why: c.why(v.Printer(), other.Person),
		}
		if other.For >= 0 {
			instead := c.party(other.For)
			talk.InsteadOf = &instead
		}
		out.Others = append(out.Others, talk)
	}
	for _, r := range ahead.Rests[:min(len(ahead.Rests), mostRests)] {
		how := "vote"
		if r.Talk {
			how = "talk"
		}
		out.Rests = append(out.Rests, RestsOn{c.party(r.Person), how, r.Chance})
	}
	out.nowOutcomes, out.thenOutcomes = plan.Before.Outcomes, plan.Support.Outcomes
	out.NowLow, out.NowHigh = plan.Before.Low, plan.Before.High
	out.tries, err = c.tries(ctx, problem, given, plan.Before.Chance)
	return err
}

// mostRests is how many of those on whom it rests are told.
const mostRests = 5

// tossUp is the chance below which it is more likely that a proposal fails.
const tossUp = 0.5

// restsOn says whether it rests on one person: then it fails more often than not without that one. That it does not is
// said only where it still carries as often as is wanted.
func (o ProposalOutput) restsOn(p *locale.Printer) string {
	if len(o.Rests) == 0 || o.Chance < tossUp {
		return ""
	}
	first := o.Rests[0]
	chance := p.Chance(first.Chance)
	switch {
	case first.Chance >= o.Wanted:
		return p.T("It does not rest on one person: without the one who matters most it still carries %s.", chance)
	case first.Chance >= tossUp && first.How == "talk":
		return p.T("Most depends on one talk: if you do not win %s over, it carries %s.", first.Person.Name, chance)
	case first.Chance >= tossUp:
		return p.T("Most depends on one voter: if %s turns out to be against, it carries %s.", first.Person.Name,
			chance)
	case first.How == "talk":
		return p.T("This rests on one talk: if you do not win %s over, it carries %s.", first.Person.Name, chance)
	}
	return p.T("This rests on one voter: if %s turns out to be against, it carries %s.", first.Person.Name, chance)
}

// said says how somebody on whom it rests turns out otherwise, and what then comes of the proposal.
func (r RestsOn) said(p *locale.Printer) string {
	if r.How == "talk" {
		return p.T("If you do not win them over: then it carries %s.", p.Chance(r.Chance))
	}
	return p.T("If they turn out to be against: then it carries %s.", p.Chance(r.Chance))
}

// tries are what may turn out otherwise and would matter the most: where the heaviest of those stands who are not
// known, and that the heaviest of those against does not vote. What hardly changes how often it carries now is left
// out.
func (c *council) tries(
	ctx context.Context, problem proposal.Problem, given bool, now float64,
) ([]try, error) {
	heaviest := func(is func(proposal.Person) bool) int {
		best := -1
		for i, p := range problem.People[:len(c.lines)] {
			if p.Weight > 0 && is(p) && (best < 0 || cmp.Or(cmp.Compare(p.Weight, problem.People[best].Weight),
				cmp.Compare(c.heeds[i], c.heeds[best])) > 0) {
				best = i
			}
		}
		return best
	}
	unknown := heaviest(func(p proposal.Person) bool { return p.Spread == unknownSpread })
	against := heaviest(func(p proposal.Person) bool { return p.Spread != unknownSpread && p.Stance < -0.2 })
	var out []try
	suppose := func(i int, said, field, value string, change func(*proposal.Person)) error {
		if i < 0 || i >= mostSliders {
			return nil
		}
		would := problem
		would.People = slices.Clone(problem.People)
		change(&would.People[i])
		if !given {
			would.Quorum = majority(would.People)
		}
		support, err := proposal.Judge(ctx, would, nil)
		if err != nil {
			return proposalFault(err)
		}
		if math.Abs(support.Chance-now) < leastChange {
			return nil
		}
		line := strconv.Itoa(c.lines[i])
		out = append(out, try{c.names[i], said, field + "-" + line, value, support.Chance})
		return nil
	}
	err := suppose(unknown, "%s turns out to be in favour", "stands", strconv.Itoa(farInFavour),
		func(p *proposal.Person) { p.Stance, p.Spread = 1, 0 })
	if err == nil {
		err = suppose(unknown, "%s turns out to be against", "stands", strconv.Itoa(farAgainst),
			func(p *proposal.Person) { p.Stance, p.Spread = -1, 0 })
	}
	if err == nil && against >= 0 && c.votes() > problem.People[against].Weight {
		err = suppose(against, "%s does not vote", "without", "yes", func(p *proposal.Person) { p.Weight = 0 })
	}
	return out, err
}

// leader is whom somebody heeds the most of those who are known to be in favour; -1 for nobody.
func (c *council) leader(i int) int {
	best, most := -1, 0.0
	for _, a := range c.problem.Arcs {
		to := c.problem.People[a.To]
		if a.From == i && to.Spread != unknownSpread && to.Stance > 0.2 && a.Weight > most {
			best, most = a.To, a.Weight
		}
	}
	return best
}
