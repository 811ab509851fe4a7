package goodwill

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/network"
	"gave.network/internal/op"
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

// AddOutcome stores an answer within a transaction.
func (s *Service) AddOutcome(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, what string, yes bool,
	at time.Time,
) (id.ID, error) {
	key := id.New()
	_, err := tx.ExecContext(ctx, `insert into outcome (space, id, owner, person, what, yes, at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		v.Space, key, v.Member, person, what, flag(yes), at.UnixMicro())
	return key, db.Fault(err)
}

// Outcome is what somebody answered to a small favour.
type Outcome struct {
	What string    `json:"what"`
	Yes  bool      `json:"yes"`
	At   time.Time `json:"at"`

	person id.ID
}

// outcomes returns the viewer's outcomes up to now, oldest first, by the person that stands for who answered.
func (s *Service) outcomes(ctx context.Context, v op.Viewer) ([]Outcome, error) {
	rows, err := db.Select[struct {
		Person id.ID
		Merged id.ID
		What   string
		Yes    int64
		At     int64
	}](ctx, s.db, `select o.person, p.merged, o.what, o.yes, o.at from outcome o
		join person p on p.space = o.space and p.id = o.person
		where o.space = $1 and o.owner = $2 and o.at <= $3 order by o.at, o.id`, v.Space, v.Member, v.Now.UnixMicro())
	var out []Outcome
	for _, r := range rows {
		o := Outcome{What: r.What, Yes: r.Yes != 0, At: time.UnixMicro(r.At).UTC(), person: r.Person}
		if !r.Merged.IsZero() {
			o.person = r.Merged
		}
		out = append(out, o)
	}
	return out, err
}

// featuresAt returns what was known of a person just before a moment.
func (s *Service) featuresAt(ctx context.Context, v op.Viewer, person id.ID, at time.Time) (chance.Features, error) {
	v.Now = at
	x := chance.Features{chance.Constant: 1}
	if v.Person.IsZero() {
		return x, nil
	}
	tie, err := s.network.ExplainTie(ctx, v, network.Person{ID: v.Person}, network.Person{ID: person})
	if err != nil {
		return x, err
	}
	x[chance.Closeness], x[chance.Reciprocity] = tie.Strength, tie.Reciprocity
	if tie.FirstContact != nil {
		x[chance.Years] = min(6, at.Sub(*tie.FirstContact).Hours()/24/365)
	}
	near := 0.0
	for _, e := range tie.Evidence {
		if e.Medium == network.FaceToFace || e.Medium == network.Video || e.Medium == network.Call {
			near += e.Now
		}
	}
	if tie.Intensity > 0 {
		x[chance.FaceToFace] = tie.Strength * near / tie.Intensity
	}
	cluster, err := s.network.Cluster(ctx, s.db, v.Space, person)
	if err != nil {
		return x, err
	}
	in, args := db.In(5, cluster)
	given, err := db.Values[int64](ctx, s.db, `select g.at from gift g
		join gift_person p on p.space = g.space and p.gift = g.id
		where g.space = $1 and g.owner = $2 and g.direction = $3 and g.at < $4 and p.person in (`+in+`)`,
		append([]any{v.Space, v.Member, 1, at.UnixMicro()}, args...)...)
	if err != nil {
		return x, err
	}
	for _, g := range given {
		x[chance.Gestures] += math.Exp2(-at.Sub(time.UnixMicro(g)).Hours() / 24 / (2 * 365))
	}
	x[chance.Gestures] = min(2, x[chance.Gestures])
	return x, nil
}

// PersonInput names a person.
type PersonInput struct {
	Person string `json:"person" arg:"1" doc:"id, mail address or name" maxLength:"300"`
}

// Chance is the goodwill of a person towards the viewer.
type Chance struct {
	Person      network.Ref        `json:"person"`
	Probability float64            `json:"probability" doc:"the chance of a yes to a small favour, from 0 to 1"`
	Low         float64            `json:"low" doc:"lower end of the 80% interval"`
	High        float64            `json:"high" doc:"upper end of the 80% interval"`
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
	out := Chance{Person: network.Ref{ID: p.ID, Name: p.Name}, Features: map[string]float64{}, History: []Outcome{}}
	var before []chance.Answer
	for _, o := range outcomes {
		if o.person == p.ID {
			out.History = append(out.History, o)
			before = append(before, chance.Answer{Yes: o.Yes, DaysAgo: v.Now.Sub(o.At).Hours() / 24, Weight: 1})
		}
	}
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
	Person string    `json:"person" arg:"1" doc:"id, mail address or name" maxLength:"300"`
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

// Text prints the chance with what it comes from.
func (c Chance) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %.0f %% (%.0f – %.0f %%)\n", c.Person.Name, 100*c.Probability, 100*c.Low, 100*c.High)
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
