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
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
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
}

func (s *Service) show(ctx context.Context, v op.Viewer, in PersonInput) (Chance, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return Chance{}, err
	}
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return Chance{}, err
	}
	samples, outcomes, err := s.samples(ctx, v)
	if err != nil {
		return Chance{}, err
	}
	x, err := s.featuresAt(ctx, v, p.ID, v.Now)
	if err != nil {
		return Chance{}, err
	}
	w := chance.Fit(chance.Start, samples)
	out := Chance{Person: people.Ref{ID: p.ID, Name: p.Name}, Features: map[string]float64{}, History: []Outcome{}}
	var before []chance.Answer
	for _, o := range outcomes {
		if o.person == p.ID {
			if tact.Delicate(o.What) {
				o.What = "" // the answer counts; what it was about is not brought up
			}
			out.History = append(out.History, o)
			before = append(before, chance.Answer{Yes: o.Yes, DaysAgo: v.Now.Sub(o.At).Hours() / 24, Weight: 1})
		}
	}
	out.Answers, out.AllAnswers = len(before), len(samples)
	alpha, beta := chance.Posterior(w.Chance(x), before)
	out.Probability, out.Low, out.High = alpha/(alpha+beta), chance.Quantile(alpha, beta, 0.1),
		chance.Quantile(alpha, beta, 0.9)
	for i, value := range x[1:chance.Openness] { // the rest is only known on lists
		out.Features[chance.FeatureNames[i+1]] = math.Round(value*1000) / 1000
	}
	return out, nil
}

// samples returns every answer with what was known before it.
func (s *Service) samples(ctx context.Context, v op.Viewer) ([]chance.Sample, []Outcome, error) {
	outcomes, err := s.outcomes(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	samples := make([]chance.Sample, len(outcomes))
	for i, o := range outcomes {
		x, err := s.featuresAt(ctx, v, o.person, o.At)
		if err != nil {
			return nil, nil, err
		}
		samples[i] = chance.Sample{X: x, Yes: float64(flag(o.Yes))}
	}
	return samples, outcomes, nil
}

// OutcomeInput is an answer to note.
type OutcomeInput struct {
	Person string    `json:"person" arg:"1" doc:"id, mail address or name" maxLength:"300" means:"person"`
	What   string    `json:"what" arg:"2" doc:"what was asked" maxLength:"2000"`
	Yes    bool      `json:"yes,omitempty" doc:"the answer was yes"`
	At     time.Time `json:"at,omitempty" doc:"the day; today when left out"`
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
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return chance.Evaluation{}, err
	}
	samples, outcomes, err := s.samples(ctx, v)
	if err != nil {
		return chance.Evaluation{}, err
	}
	if len(samples) < chance.FewestAnswers {
		return chance.Evaluation{}, fault.New(fault.Invalid, "There are too few answers to measure: it takes %d.",
			chance.FewestAnswers).
			WithHint("Note what people answer with gave goodwill outcome, or in a line: asked @anna for \"…\": yes.")
	}
	var foretold, came []float64
	w := chance.Start
	for i := range samples {
		if i%10 == 0 { // learns from what came before, now and then
			w = chance.Fit(chance.Start, samples[:i])
		}
		if i < chance.FewestAnswers {
			continue
		}
		var before []chance.Answer
		for _, o := range outcomes[:i] {
			if o.person == outcomes[i].person {
				before = append(before,
					chance.Answer{Yes: o.Yes, DaysAgo: outcomes[i].At.Sub(o.At).Hours() / 24, Weight: 1})
			}
		}
		alpha, beta := chance.Posterior(w.Chance(samples[i].X), before)
		foretold, came = append(foretold, alpha/(alpha+beta)), append(came, samples[i].Yes)
	}
	return chance.Measure(foretold, came), nil
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

// Text prints the chance with what it comes from.
func (c Chance) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %.0f %% (%.0f – %.0f %%)\n", c.Person.Name, 100*c.Probability, 100*c.Low, 100*c.High)
	for _, line := range c.restsOn(p) {
		b.WriteString("  " + line + "\n")
	}
	for _, name := range chance.FeatureNames[1:chance.Openness] {
		fmt.Fprintf(&b, "  %-14s %.2f\n", name, c.Features[name])
	}
	for _, o := range c.History {
		word := p.T("no")
		if o.Yes {
			word = p.T("yes")
		}
		fmt.Fprintf(&b, "  %s  %s: %s\n", o.At.In(p.Zone).Format(time.DateOnly), o.What, word)
	}
	return b.String()
}
