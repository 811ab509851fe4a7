package goodwill

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

func (s *Service) chances() []op.Operation {
	return []op.Operation{
		op.New("goodwill.show", http.MethodGet, "/goodwill/people/{person}", op.Member,
			"Show the chance that somebody does you a small favour, and why.", s.show).
			With("An estimate with an interval that holds four times in five, from how close you are, how you meet, "+
				"what you gave and what they answered before. It is for you alone.",
				"gave goodwill show anna@example.org"),
		op.New("goodwill.outcome", http.MethodPost, "/goodwill/people/{person}/outcomes", op.Member,
			"Note what somebody answered to a small favour.", s.noteOutcome).
			With("Gave learns from it.", `gave goodwill outcome anna@example.org "the name of a printer" --yes`),
		op.New("goodwill.evaluate", http.MethodGet, "/goodwill/evaluate", op.Member,
			"Measure on your own answers how good the chances are.", s.evaluate).
			With(
				"It walks forward: each answer is foretold from what was known before it. The first twenty only teach.",
				"gave goodwill evaluate"),
	}
}

// PersonInput names a person.
type PersonInput struct {
	Person string `json:"person" arg:"1" doc:"id, mail address or name" maxLength:"300" means:"person"`
}

// Chance is the goodwill of a person towards the viewer.
type Chance struct {
	Person      people.Ref         `json:"person"`
	Probability float64            `json:"probability" doc:"the chance of a yes to a small favour, from 0 to 1"`
	Low         float64            `json:"low" doc:"lower end of the 80% interval"`
	High        float64            `json:"high" doc:"upper end of the 80% interval"`
	Answers     int                `json:"answers" doc:"answers of this person that it rests on"`
	AllAnswers  int                `json:"all_answers" doc:"answers of anybody from which it was learnt"`
	Features    map[string]float64 `json:"features" doc:"what it was estimated from"`
	History     []Outcome          `json:"history" doc:"what they answered before, oldest first"`

	features, weighs chance.Features
}

func (s *Service) show(ctx context.Context, v op.Viewer, in PersonInput) (Chance, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return Chance{}, err
	}
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return Chance{}, err
	}
	return s.chanceOf(ctx, v, people.Ref{ID: p.ID, Name: p.Name})
}

// chanceOf is the goodwill of a person towards the viewer now, with what it comes from.
func (s *Service) chanceOf(ctx context.Context, v op.Viewer, person people.Ref) (Chance, error) {
	known, err := s.learn(ctx, v, []id.ID{person.ID})
	if err != nil {
		return Chance{}, err
	}
	out := Chance{Person: person, AllAnswers: len(known.outcomes), Features: map[string]float64{}}
	for _, o := range known.outcomes {
		if o.person == person.ID {
			if tact.Delicate(o.What) {
				o.What = "" // the answer counts; what it was about is not brought up
			}
			out.History = append(out.History, o)
		}
	}
	out.Answers = len(out.History)
	out.features = known.at(person.ID, v.Now)
	alpha, beta := known.posterior(person.ID, v.Now)
	out.Probability, out.Low, out.High = alpha/(alpha+beta), chance.Quantile(alpha, beta, 0.1),
		chance.Quantile(alpha, beta, 0.9)
	for i, value := range out.features[1:chance.Openness] { // the rest is only known on lists
		out.Features[chance.FeatureNames[i+1]] = math.Round(value*1000) / 1000
		out.weighs[i+1] = known.weights[i+1] * value
	}
	return out, nil
}

// Chances says how likely people are to do the viewer a small favour now, from 0 to 1.
func (s *Service) Chances(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]float64, error) {
	known, err := s.learn(ctx, v, people)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]float64, len(people))
	for _, person := range people {
		alpha, beta := known.posterior(person, v.Now)
		out[person] = alpha / (alpha + beta)
	}
	return out, nil
}

// learnt is what is known of answers and of what went before them, and what was learnt from that.
type learnt struct {
	past
	outcomes []Outcome
	weights  chance.Features
}

// posterior is the chance of a yes of somebody at a moment: what was learnt from everybody, and their own answers
// before it.
func (l learnt) posterior(person id.ID, at time.Time) (alpha, beta float64) {
	var before []chance.Answer
	for _, o := range l.outcomes {
		if o.person == person {
			before = append(before, chance.Answer{Yes: o.Yes, DaysAgo: at.Sub(o.At).Hours() / 24, Weight: 1})
		}
	}
	return chance.Posterior(l.weights.Chance(l.at(person, at)), before)
}

// until is what was known and learnt after the first so many answers.
func (l learnt) until(n int, samples []chance.Sample) learnt {
	return learnt{l.past, l.outcomes[:n], chance.Fit(chance.Start, chance.Hold, samples[:n])}
}

// samples returns every answer with what was known before it.
func (l learnt) samples() []chance.Sample {
	out := make([]chance.Sample, len(l.outcomes))
	for i, o := range l.outcomes {
		out[i] = chance.Sample{X: l.at(o.person, o.At), Yes: float64(flag(o.Yes))}
	}
	return out
}

// OutcomeInput is an answer to note.
type OutcomeInput struct {
	Person string    `json:"person" arg:"1" doc:"id, mail address or name" maxLength:"300" means:"person"`
	What   string    `json:"what" arg:"2" doc:"what was asked" maxLength:"2000"`
	Yes    bool      `json:"yes,omitempty" doc:"the answer was yes"`
	At     time.Time `json:"at,omitempty" doc:"the day; today when left out"`
}

// Answered is what somebody answered to a small favour of the viewer's.
type Answered struct {
	Person id.ID
	Outcome
}

// Answers returns what people answered to the viewer's small favours, the oldest first.
func (s *Service) Answers(ctx context.Context, v op.Viewer) ([]Answered, error) {
	list, err := s.outcomes(ctx, v)
	out := make([]Answered, len(list))
	for i, o := range list {
		out[i] = Answered{o.person, o}
	}
	return out, err
}

func (s *Service) noteOutcome(ctx context.Context, v op.Viewer, in OutcomeInput) (op.None, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return op.None{}, err
	}
	if in.At.IsZero() {
		in.At = v.Now
	}
	if in.At.After(v.Now.AddDate(0, 0, 1)) || in.At.Year() < 1950 {
		return op.None{}, fault.New(fault.Invalid, "The day %s cannot be right.", in.At.Format(time.DateOnly)).
			WithField("at")
	}
	_, err = s.AddOutcome(ctx, s.db, v, p.ID, in.What, in.Yes, in.At)
	return op.None{}, err
}

func (s *Service) evaluate(ctx context.Context, v op.Viewer, _ op.None) (chance.Evaluation, error) {
	list, err := s.Foretell(ctx, v)
	if err != nil {
		return chance.Evaluation{}, err
	}
	if len(list) == 0 {
		return chance.Evaluation{}, fault.New(fault.Invalid, "There are too few answers to measure: it takes %d.",
			chance.FewestAnswers).
			WithHint("Note what people answer with gave goodwill outcome, or in a line: asked @anna for \"…\": yes.")
	}
	var foretold, came []float64
	for _, f := range list {
		foretold, came = append(foretold, f.Chance), append(came, f.Came)
	}
	return chance.Measure(foretold, came), nil
}

// Foretold is an answer with the chance that was foretold, and what simpler ways to foretell it rest on.
type Foretold struct {
	Chance   float64
	Came     float64 // 1 for a yes, 0 for a no
	Rate     float64 // the share of yes among all answers before it
	Own      float64 // the share among those of the same person, towards Rate when they are few
	Silent   float64 // days since the last contact; a lifetime when there was none
	Contacts float64 // how many there were
}

// mostFits is how often it is learnt anew at most while answers are foretold one after the other.
const mostFits = 400

// Foretell foretells each of the viewer's answers from what was known before it, as the chance of today is worked out;
// the first answers only teach. Without enough of them there is nothing.
func (s *Service) Foretell(ctx context.Context, v op.Viewer) ([]Foretold, error) {
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return nil, err
	}
	outcomes, err := s.outcomes(ctx, v)
	if err != nil || len(outcomes) < chance.FewestAnswers {
		return nil, err
	}
	all, err := s.told(ctx, v, outcomes)
	if err != nil {
		return nil, err
	}
	samples := all.samples()
	every := 1 + len(samples)/mostFits
	var out []Foretold
	var then learnt
	for i := chance.FewestAnswers; i < len(samples); i++ {
		o := outcomes[i]
		if (i-chance.FewestAnswers)%every == 0 {
			then = all.until(i, samples)
		}
		then.outcomes = outcomes[:i]
		alpha, beta := then.posterior(o.person, o.At)
		f := Foretold{Chance: alpha / (alpha + beta), Came: samples[i].Yes, Silent: 100 * 365}
		own, ownYes := 0.0, 0.0
		for k, before := range outcomes[:i] {
			f.Rate += samples[k].Yes / float64(i)
			if before.person == o.person {
				own, ownYes = own+1, ownYes+samples[k].Yes
			}
		}
		f.Own = (ownYes + f.Rate) / (own + 1)
		if contacts := tie.Until(all.contacts[o.person], o.At.Add(-time.Microsecond)); len(contacts) > 0 {
			f.Contacts = float64(len(contacts))
			f.Silent = o.At.Sub(time.UnixMicro(contacts[len(contacts)-1].At)).Hours() / 24
		}
		out = append(out, f)
	}
	return out, nil
}

// fewOwn is below how many answers of a person a chance says more of ties like it than of the person: where it starts
// is worth four.
const fewOwn = 4

// restsOn says plainly that a chance rests on little, and on what; nothing when it rests on enough.
func (c Chance) restsOn(p *locale.Printer) []string {
	var out []string
	if c.Answers < fewOwn {
		out = append(out, p.T("This rests on little: few answers of %s are known.", c.Person.Name))
	}
	if c.AllAnswers < chance.FewestAnswers {
		out = append(out,
			p.T("It is a first guess from your tie: too few answers of anybody were noted to learn from."))
	}
	return out
}

// sentence says the chance in words.
func (c Chance) sentence(p *locale.Printer) string {
	return p.T("Ask %s for something small, and it is a yes %s.", c.Person.Name, p.Chance(c.Probability))
}

// doubt says how sharp it is: between what it lies in four of five cases, and never nearer to certain than words are.
func (c Chance) doubt(p *locale.Printer) string {
	bound := func(x float64) int { return min(95, max(5, int(math.Round(100*x)))) }
	low, high := bound(c.Low), bound(c.High)
	if low == high {
		return p.T("An estimate: it may be a little different.")
	}
	return p.T("An estimate: it may as well be %d or %d. In four of five cases it lies between these.", low, high)
}

// grounds are what the chance comes from, each with how much there is of it and how much that weighs.
func (c Chance) grounds(p *locale.Printer) [][]string {
	var out [][]string
	for _, g := range []struct {
		feature int
		name    string
	}{
		{chance.Closeness, p.T("how close you are, from 0 to 1")},
		{chance.FaceToFace, p.T("of that, by meeting and talking")},
		{chance.Reciprocity, p.T("balance of who writes to whom, from 0 to 1")},
		{chance.Gestures, p.T("what you gave them, fading in two years")},
		{chance.Years, p.T("years you know each other, at most 6")},
		{chance.Praised, p.T("praise of yours for them, fading in two years")},
		{chance.PraisedYou, p.T("praise of theirs for you, fading in two years")},
	} {
		out = append(out, []string{g.name, p.Decimal(c.features[g.feature], 2), p.Decimal(c.weighs[g.feature], 2)})
	}
	return out
}

// answers are what they answered before, the latest first.
func (c Chance) answers(p *locale.Printer) []string {
	var out []string
	for i := len(c.History) - 1; i >= 0; i-- {
		o := c.History[i]
		word := p.T("no")
		if o.Yes {
			word = p.T("yes")
		}
		said := p.Date(o.At)
		if o.What != "" {
			said += ", " + o.What
		}
		out = append(out, said+": "+word)
	}
	return out
}

// Text prints the chance with what it comes from.
func (c Chance) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", c.sentence(p), c.doubt(p))
	for _, line := range c.restsOn(p) {
		b.WriteString("  " + line + "\n")
	}
	for _, ground := range c.grounds(p) {
		fmt.Fprintf(&b, "  %6s  %6s  %s\n", ground[1], ground[2], ground[0])
	}
	for _, line := range c.answers(p) {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}
