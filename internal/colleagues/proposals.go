package colleagues

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gave.network/internal/colleagues/proposal"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tie"
)

// ProposalInput is a proposal and what is asked of it.
type ProposalInput struct {
	File   string   `json:"file" arg:"1" doc:"table with a line for each who decides: person, votes, stance (from -1 against to 1 in favour), certainty; or the same as JSON" example:"person,votes,stance" means:"person"`
	Quorum float64  `json:"quorum,omitempty" doc:"share of the votes that it needs; more than half when nothing says otherwise" minimum:"0" maximum:"1"`
	Chance float64  `json:"chance,omitempty" doc:"how often it has to carry, as a share of the times; 0.8 when nothing says otherwise" minimum:"0" maximum:"0.99"`
	Most   int      `json:"most,omitempty" doc:"how many people you can talk to at most" minimum:"0" maximum:"100"`
	Won    []string `json:"won,omitempty" doc:"what if this person were won over; may be given more than once" means:"person"`
}

// Party is somebody in a proposal. The id is missing for who is not in the network.
type Party struct {
	ID   *id.ID `json:"id,omitempty"`
	Name string `json:"name"`
}

// Talk is one conversation.
type Talk struct {
	Person  Party       `json:"person"`
	Through *people.Ref `json:"through" doc:"who can bring you there; null when you know each other or nobody can"`
	Order   int         `json:"order" doc:"from 1"`
	After   float64     `json:"after" doc:"expected support once this talk and those before won them over"`
	Why     string      `json:"why" doc:"in the viewer's language"`
}

// ProposalOutput is whom to talk to.
type ProposalOutput struct {
	Title           string     `json:"title,omitempty"`
	TalkTo          []Talk     `json:"talk_to"`
	Alike           []string   `json:"alike" doc:"in your language: when these, with who else would help, are much alike, and who is missing"`
	Quorum          float64    `json:"quorum"`
	Before          float64    `json:"before" doc:"expected support as it stands, as a share of the votes"`
	BeforeChance    float64    `json:"before_chance" doc:"that the proposal carries as it stands, from 0 to 1"`
	ExpectedSupport float64    `json:"expected_support" doc:"after these talks"`
	Low             float64    `json:"low" doc:"eight of ten times the support lies between low and high"`
	High            float64    `json:"high"`
	NowLow          float64    `json:"now_low" doc:"the same as it stands"`
	NowHigh         float64    `json:"now_high"`
	Chance          float64    `json:"chance" doc:"that the proposal carries, from 0 to 1"`
	Wanted          float64    `json:"wanted" doc:"the chance that is wanted, from 0 to 1"`
	Carries         bool       `json:"carries" doc:"the chance is as high as is wanted"`
	Exact           bool       `json:"exact" doc:"no smaller set is enough"`
	Gap             int        `json:"gap" doc:"by how many people a smaller set could do with at most"`
	Nearest         string     `json:"nearest,omitempty" doc:"when nothing carries it: what comes nearest, in the viewer's language"`
	Rejected        []Rejected `json:"rejected"`

	Course []CoursePoint `json:"course" doc:"how the chance rises with the talks, from none to all of them"`
	Others []OtherTalk   `json:"others" doc:"who could stand in for the first of them, and who would help beside them"`
	Layers []string      `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
	Rests  []RestsOn     `json:"rests" doc:"on whom it rests, who matters the most first: what comes of it when they turn out otherwise"`

	deciding                  []deciding // who has a line, in the order of the lines
	tries                     []try
	nowOutcomes, thenOutcomes [101]float64 // the chance of so many hundredths of the votes, now and after the talks
}

// deciding is somebody who decides: the line of the proposal, the name that was resolved, and what counts of them.
type deciding struct {
	line      int
	name, why string
	share     float64 // of the votes
	heeds     int     // how many of those with a vote heed them
	party     Party
	votes     float64
	stance    *float64 // nil when it is not known
}

// ExitCode is 3 when some lines were rejected.
func (o ProposalOutput) ExitCode() int {
	if len(o.Rejected) > 0 {
		return 3
	}
	return 0
}

// heeded is how many people without a vote are taken in because those with one heed them.
const heeded = 40

// proposal says whom to have on one's side.
func (s *Service) proposal(ctx context.Context, v op.Viewer, in ProposalInput) (ProposalOutput, error) {
	b, faults, err := readBallot(in.File)
	if err != nil {
		return ProposalOutput{}, err
	}
	return s.judged(ctx, v, b, faults, in)
}

// judged says whom to have on one's side for a proposal that was read.
func (s *Service) judged(
	ctx context.Context, v op.Viewer, b *ballot, faults []lineFault, in ProposalInput,
) (ProposalOutput, error) {
	p := v.Printer()
	out := ProposalOutput{
		Title: b.Title, TalkTo: []Talk{}, Alike: []string{}, Rejected: []Rejected{}, Course: []CoursePoint{},
		Others: []OtherTalk{},
		Rests:  []RestsOn{},
	}
	for _, f := range faults {
		out.Rejected = append(out.Rejected, Rejected{f.line, p.Fault(f.err)})
	}
	e, err := s.gather(ctx, v)
	if err != nil {
		return out, err
	}
	out.Layers = e.layers()
	council, err := s.council(ctx, v, e, b, &out)
	if err != nil {
		return out, err
	}
	won, err := council.numbers(ctx, v, s, in.Won)
	if err != nil {
		return out, err
	}
	problem := council.problem
	problem.Most = in.Most
	problem.Quorum = cmp.Or(in.Quorum, b.Quorum, majority(problem.People))
	problem.Wanted = cmp.Or(in.Chance, b.Chance, proposal.DefaultWanted)
	out.Quorum, out.Wanted = problem.Quorum, problem.Wanted
	for _, i := range won {
		problem.People[i].Stance, problem.People[i].Spread = 1, 0
		problem.People[i].Susceptibility *= proposal.Won
	}
	plan, err := proposal.Find(ctx, problem)
	if err != nil {
		return out, proposalFault(err)
	}
	out.Before, out.BeforeChance = plan.Before.Expected, plan.Before.Chance
	out.ExpectedSupport, out.Low, out.High, out.Chance = plan.Support.Expected, plan.Support.Low, plan.Support.High,
		plan.Support.Chance
	out.Carries, out.Exact, out.Gap = plan.Carries, plan.Exact, plan.Gap
	for i, line := range council.lines {
		one := deciding{
			line: line, name: council.names[i], why: council.why(p, i),
			share: problem.People[i].Weight / council.votes(),
			heeds: council.heeds[i], party: council.party(i), votes: problem.People[i].Weight,
		}
		if person := council.problem.People[i]; person.Spread < unknownSpread {
			one.stance = &person.Stance
		}
		out.deciding = append(out.deciding, one)
	}
	for i, step := range plan.Steps {
		talk := Talk{Person: council.party(step.Person), Order: i + 1, After: step.After, Through: council.through(v,
			e, step.Person)}
		talk.Why = council.why(p, step.Person)
		out.TalkTo = append(out.TalkTo, talk)
	}
	if err = council.look(ctx, v, e, problem, plan, in.Quorum > 0 || b.Quorum > 0, &out); err != nil {
		return out, err
	}
	if out.Alike, err = skilled.AlikeLines(ctx, s.network, v, out.proposed()); err != nil {
		return out, err
	}
	if !out.Carries {
		out.Nearest = p.T("No talks make it as sure as you want; with these it carries most often. More votes have " +
			"to come from elsewhere, or the proposal has to change.")
		if len(plan.Steps) == 0 {
			out.Nearest = p.T("No talk makes it surer. More votes have to come from elsewhere, or the proposal has " +
				"to change.")
		}
	}
	return out, nil
}

// proposed are the people whom it is proposed to talk to, and who else would help, as far as the network has them.
func (o *ProposalOutput) proposed() []id.ID {
	var out []id.ID
	for _, t := range o.TalkTo {
		if t.Person.ID != nil {
			out = append(out, *t.Person.ID)
		}
	}
	for _, t := range o.Others {
		if t.Person.ID != nil {
			out = append(out, *t.Person.ID)
		}
	}
	return out
}

func proposalFault(err error) error {
	switch {
	case errors.Is(err, proposal.ErrNoVotes):
		return fault.New(fault.Invalid, "Nobody in this proposal has a vote.").
			WithHint("Give each who decides 1 or more votes.").WithField("file")
	case errors.Is(err, proposal.ErrTooManyPeople):
		return fault.New(fault.TooLarge, "At most %d people can decide on one proposal.", proposal.MaxPeople-heeded).
			WithField("file")
	case errors.Is(err, proposal.ErrRange):
		return fault.Wrap(err, fault.Invalid, "The quorum is a share of the votes, such as 0.5 or 67%%.").
			WithField("quorum")
	}
	return err
}

// majority is the least share that is more than half of the votes: with whole votes half of them and one.
func majority(people []proposal.Person) float64 {
	all, whole := 0.0, true
	for _, p := range people {
		all += p.Weight
		whole = whole && p.Weight == math.Trunc(p.Weight)
	}
	if all == 0 {
		return 0.5
	}
	if whole {
		return (math.Floor(all/2) + 1) / all
	}
	return math.Nextafter(0.5, 1)
}

// council is everybody who counts for a proposal, with or without a vote.
type council struct {
	problem proposal.Problem
	ids     []id.ID // zero for who is not in the network
	names   []string
	place   map[id.ID]int
	heeds   []int // how many of those with a vote heed this one
	lines   []int // of those who decide, who are the first
	taught  map[id.ID]moved
}

// council gathers those who decide, and those whom they heed most.
func (s *Service) council(
	ctx context.Context, v op.Viewer, e *evidence, b *ballot, out *ProposalOutput,
) (*council, error) {
	if len(b.People) > proposal.MaxPeople-heeded {
		return nil, proposalFault(proposal.ErrTooManyPeople)
	}
	c := &council{place: map[id.ID]int{}}
	kept, err := s.Decisions(ctx, v)
	if err != nil {
		return nil, err
	}
	c.taught = taught(kept)
	called := map[string]int{}
	var unclear []fault.Unclear
	for _, one := range b.People {
		person, err := s.decider(ctx, v, e, one.Person)
		switch {
		case len(fault.UnclearIn(err)) > 0: // who decides is asked, never left out: an answer without them is another
			for _, u := range fault.UnclearIn(err) {
				if !slices.ContainsFunc(unclear, func(x fault.Unclear) bool { return x.Reference == u.Reference }) {
					unclear = append(unclear, u)
				}
			}
			continue
		case fault.CodeOf(err) == fault.NotFound: // who decides need not be an acquaintance
			person = people.Person{Name: strings.TrimSpace(one.Person)}
		case fault.CodeOf(err) == fault.Internal || fault.CodeOf(err) == fault.Unavailable:
			return nil, err
		case err != nil:
			out.Rejected = append(out.Rejected, Rejected{one.line, v.Printer().Fault(err)})
			continue
		}
		_, known := c.place[person.ID]
		_, twice := called[strings.ToLower(person.Name)]
		if !person.ID.IsZero() && known || person.ID.IsZero() && twice {
			out.Rejected = append(out.Rejected,
				Rejected{one.line, v.Printer().T("%s has a line already.", person.Name)})
			continue
		}
		if person.ID.IsZero() {
			called[strings.ToLower(person.Name)] = len(c.ids)
		}
		c.add(person.ID, person.Name, asPerson(one, c.taught[person.ID]))
		c.lines = append(c.lines, one.line)
	}
	if len(unclear) > 0 {
		return nil, unclearVoters(unclear)
	}
	slices.SortFunc(out.Rejected, func(a, b Rejected) int { return a.Line - b.Line })
	if len(c.ids) == 0 {
		return nil, fault.New(fault.Invalid, "The proposal names nobody who decides.").
			WithHint("A line for each: person, votes, stance.").WithField("file")
	}
	voters := len(c.ids)
	c.addHeeded(e, v, voters)
	c.arcs(e)
	for _, x := range b.Influence {
		from, to := c.find(ctx, s, v, called, x.From), c.find(ctx, s, v, called, x.To)
		if from < 0 || to < 0 || from == to || math.IsNaN(x.Weight) || math.Abs(x.Weight) > 1e6 || x.Weight == 0 {
			return nil, fault.New(fault.Invalid,
				"The influence of %q on %q names two people of the proposal and a weight that is not 0.", x.To, x.From).
				WithField("file")
		}
		c.problem.Arcs = append(c.problem.Arcs, proposal.Arc{From: from, To: to, Weight: x.Weight})
	}
	c.heeds = make([]int, len(c.ids))
	for _, a := range c.problem.Arcs {
		if a.From < voters && a.Weight > 0 {
			c.heeds[a.To]++
		}
	}
	c.problem.Seed = 1
	return c, nil
}

// unclearVoters is the fault that names in a proposal can mean several people.
func unclearVoters(unclear []fault.Unclear) error {
	var named []string
	for _, u := range unclear {
		var choices []string
		for _, c := range u.Choices {
			choices = append(choices, c.Name)
		}
		named = append(named, u.Reference+" ("+strings.Join(choices, ", ")+")")
	}
	return fault.New(fault.Conflict, "It is not clear who decides: %s.", strings.Join(named, "; ")).
		WithHint("Give the mail address or the whole name.").OnPage("Say below who is meant.").
		WithField("file").Asking(unclear...)
}

// decider resolves somebody who decides; of several people with one name the only one who is in the chart.
func (s *Service) decider(ctx context.Context, v op.Viewer, e *evidence, reference string) (people.Person, error) {
	person, err := s.network.Resolve(ctx, v, reference)
	if fault.CodeOf(err) != fault.Conflict {
		return person, err
	}
	list, also := s.network.Candidates(ctx, v, reference, 20)
	if also != nil {
		return person, also
	}
	list = slices.DeleteFunc(list, func(p people.Person) bool {
		return e.chart[p.ID].Person.IsZero() || !strings.EqualFold(p.Name, strings.TrimSpace(reference))
	})
	if len(list) != 1 {
		return person, err
	}
	return list[0], nil
}

func (c *council) add(key id.ID, name string, p proposal.Person) {
	if !key.IsZero() {
		c.place[key] = len(c.ids)
	}
	c.ids, c.names, c.problem.People = append(c.ids, key), append(c.names, name), append(c.problem.People, p)
}

// asPerson is somebody who decides, as the proposal says and, of how far they can be moved, what was learnt.
func asPerson(one voter, learnt moved) proposal.Person {
	p := proposal.Person{Weight: 1, Spread: unknownSpread, Susceptibility: learnt.susceptibility(), Reachable: true}
	if one.Weight != nil {
		p.Weight = *one.Weight
	}
	if one.Susceptibility != nil {
		p.Susceptibility = min(*one.Susceptibility, 0.99) // an opinion of nobody's own would have no solution
	}
	if one.Stance != nil {
		certainty := usualCertainty
		if one.Certainty != nil {
			certainty = *one.Certainty
		}
		p.Stance, p.Spread = *one.Stance, unknownSpread*(1-certainty)
	}
	return p
}

// addHeeded takes in who has no vote and is heeded by those who have one, the most first; the viewer is left out, who
// makes the proposal.
func (c *council) addHeeded(e *evidence, v op.Viewer, voters int) {
	sum := map[id.ID]float64{}
	for _, key := range c.ids[:voters] {
		if key.IsZero() {
			continue
		}
		for other := range e.neighboursOf(key) {
			if _, in := c.place[other]; !in && other != v.Person && e.profiles[other] != nil {
				sum[other] += e.heed(key, other)
			}
		}
	}
	list := slices.Collect(maps.Keys(sum))
	slices.SortFunc(list, func(a, b id.ID) int {
		return cmp.Or(cmp.Compare(sum[b], sum[a]), slices.Compare(a[:], b[:]))
	})
	for _, key := range list[:min(len(list), heeded)] {
		c.add(key, e.ref(key).Name,
			proposal.Person{Spread: unknownSpread, Susceptibility: c.taught[key].susceptibility(), Reachable: true})
	}
}

// contactHeed is what contact counts for influence beside what is said: to meet is not yet to be heeded.
const contactHeed = 0.3

// heed is how much one heeds another: what is said of advice and trust, and contact for less.
func (e *evidence) heed(from, to id.ID) float64 {
	if e.apart[pairOf(from, to)] {
		return 0
	}
	return e.heeds(from, to) + contactHeed*e.strength(from, to)
}

// neighboursOf returns who counts for somebody.
func (e *evidence) neighboursOf(key id.ID) map[id.ID]bool {
	out := map[id.ID]bool{}
	for t := range e.ties.Of(key) {
		if e.strengthOf(t) > 0 {
			out[t.Other(key)] = true
		}
	}
	for x := range e.said.Of(key, e.now) {
		if !x.Layer.Formal {
			out[x.To] = true
		}
	}
	return out
}

func (c *council) arcs(e *evidence) {
	for i, from := range c.ids {
		for j, to := range c.ids {
			if i == j || from.IsZero() || to.IsZero() {
				continue
			}
			if w := e.heed(from, to); w > 0 {
				c.problem.Arcs = append(c.problem.Arcs, proposal.Arc{From: i, To: j, Weight: w})
			}
		}
	}
}

// find returns the number of a person in the proposal, -1 when there is none.
func (c *council) find(ctx context.Context, s *Service, v op.Viewer, called map[string]int, name string) int {
	if i, ok := called[strings.ToLower(strings.TrimSpace(name))]; ok {
		return i
	}
	p, err := s.network.Resolve(ctx, v, name)
	if i, ok := c.place[p.ID]; err == nil && ok {
		return i
	}
	return -1
}

// numbers resolves who is supposed to be won over.
func (c *council) numbers(ctx context.Context, v op.Viewer, s *Service, names []string) ([]int, error) {
	var out []int
	for _, name := range names {
		i := slices.IndexFunc(c.names, func(n string) bool { return strings.EqualFold(n, strings.TrimSpace(name)) })
		if i < 0 {
			i = c.find(ctx, s, v, nil, name)
		}
		if i < 0 {
			return nil, fault.New(fault.NotFound, "%s has no part in this proposal.", name).WithField("won")
		}
		out = append(out, i)
	}
	return out, nil
}

func (c *council) party(i int) Party {
	if c.ids[i].IsZero() {
		return Party{Name: c.names[i]}
	}
	return Party{ID: &c.ids[i], Name: c.names[i]}
}

// through is who can best bring the viewer to somebody: nobody where they know each other.
func (c *council) through(v op.Viewer, e *evidence, i int) *people.Ref {
	target := c.ids[i]
	if target.IsZero() || v.Person.IsZero() || target == v.Person {
		return nil
	}
	direct := e.trust(v.Person, target)
	best, most := id.Zero, direct
	for middle := range e.neighboursOf(v.Person) {
		if middle == target || e.apart[pairOf(middle, target)] || e.profiles[middle] == nil {
			continue
		}
		chance := e.trust(v.Person, middle) * e.trust(middle, target) / 2 // a favour asked for somebody else
		if chance > most || chance == most && !best.IsZero() && slices.Compare(middle[:], best[:]) < 0 {
			best, most = middle, chance
		}
	}
	if best.IsZero() || direct >= tie.ModerateFrom {
		return nil
	}
	ref := e.ref(best)
	return &ref
}

// why says what makes this talk worth it.
func (c *council) why(p *locale.Printer, i int) string {
	person := c.problem.People[i]
	var parts []string
	if person.Weight > 0 {
		parts = append(parts, p.T("has %s of the votes", locale.Percent(person.Weight/c.votes())))
	}
	switch {
	case person.Spread == unknownSpread:
		parts = append(parts, p.T("stance not known"))
	case person.Stance < -0.2:
		parts = append(parts, p.T("against as it stands"))
	case person.Stance > 0.2:
		parts = append(parts, p.T("in favour already, and can carry others along"))
	default:
		parts = append(parts, p.T("undecided"))
	}
	if leader := c.leader(i); leader >= 0 && (person.Spread == unknownSpread || person.Stance <= 0.2) {
		parts = append(parts, p.T("heeds %s, who is in favour", c.names[leader]))
	}
	if m := c.taught[c.ids[i]]; m.times > 0 && !c.ids[i].IsZero() {
		parts = append(parts, p.T("came along %d of %d times that you talked", m.favour, m.times))
	}
	if c.heeds[i] > 0 {
		parts = append(parts, p.T("heeded by %d of those who vote", c.heeds[i]))
	}
	return strings.Join(parts, ", ")
}

func (c *council) votes() float64 {
	all := 0.0
	for _, p := range c.problem.People {
		all += p.Weight
	}
	return all
}

// sure says how often it carries, beside how often that is wanted.
func (o ProposalOutput) sure(p *locale.Printer) string {
	return p.T("It carries %s; you want %s.", p.Chance(o.Chance), p.Chance(o.Wanted))
}

// Text prints whom to talk to.
func (o ProposalOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	if o.Title != "" {
		fmt.Fprintln(&b, o.Title)
	}
	for _, t := range o.TalkTo {
		through := ""
		if t.Through != nil {
			through = ", " + p.T("through %s", t.Through.Name)
		}
		fmt.Fprintf(&b, "%2d. %-30s  %s%s\n", t.Order, t.Person.Name, t.Why, through)
	}
	for _, line := range o.Alike {
		fmt.Fprintln(&b, line)
	}
	fmt.Fprintln(&b, o.sure(p))
	if said := o.restsOn(p); said != "" {
		fmt.Fprintln(&b, said)
	}
	fmt.Fprintln(&b, p.T("Expected support %s (%s to %s), before the talks %s; it needs %s.",
		locale.Percent(o.ExpectedSupport), locale.Percent(o.Low), locale.Percent(o.High), locale.Percent(o.Before),
		locale.Percent(o.Quorum)))
	if o.Nearest != "" {
		fmt.Fprintln(&b, o.Nearest)
	}
	for _, r := range o.Rejected {
		fmt.Fprintln(&b, "  "+p.T("line %d: %s", r.Line, r.Reason))
	}
	return b.String()
}
