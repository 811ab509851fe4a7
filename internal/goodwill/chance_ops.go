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
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

func (s *Service) chances() []op.Operation {
	return []op.Operation{
		op.New("goodwill.show", http.MethodGet, "/goodwill/people/{person}", op.Member, "Show the chance that somebody does you a small favour, and why.", s.show).
			With("An estimate with an interval that holds four times in five, from how close you are, how you meet, what you gave and what they answered before. It is for you alone.", "gave goodwill show anna@example.org"),
		op.New("goodwill.outcome", http.MethodPost, "/goodwill/people/{person}/outcomes", op.Member, "Note what somebody answered to a small favour.", s.noteOutcome).
			With("Gave learns from it.", `gave goodwill outcome anna@example.org "the name of a printer" --yes`),
		op.New("goodwill.evaluate", http.MethodGet, "/goodwill/evaluate", op.Member, "Measure on your own answers how good the chances are.", s.evaluate).
			With("It walks forward: each answer is foretold from what was known before it. The first twenty only teach.", "gave goodwill evaluate"),
		op.New("goodwill.replies", http.MethodGet, "/goodwill/replies", op.Member, "Measure the chances on the archive of a mailing list.", s.measureReplies).
			With("Who wrote to the list before an ask, and had exchanged mail with the asker: did they answer? It walks forward, and the later half counts.", "gave goodwill replies archive.mbox").Local(),
	}
}

// AddOutcome stores an answer within a transaction.
func (s *Service) AddOutcome(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, what string, yes bool, at time.Time) (id.ID, error) {
	key := id.New()
	_, err := tx.ExecContext(ctx, `insert into outcome (space, id, owner, person, what, yes, at) values ($1, $2, $3, $4, $5, $6, $7)`,
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
	}](ctx, s.db, `select o.person, p.merged, o.what, o.yes, o.at from outcome o join person p on p.space = o.space and p.id = o.person
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
func (s *Service) featuresAt(ctx context.Context, v op.Viewer, person id.ID, at time.Time) (features, error) {
	v.Now = at
	x := features{constant: 1}
	if v.Person.IsZero() {
		return x, nil
	}
	tie, err := s.network.ExplainTie(ctx, v, network.Person{ID: v.Person}, network.Person{ID: person})
	if err != nil {
		return x, err
	}
	x[closeness], x[reciprocity] = tie.Strength, tie.Reciprocity
	if tie.FirstContact != nil {
		x[years] = min(6, at.Sub(*tie.FirstContact).Hours()/24/365)
	}
	near := 0.0
	for _, e := range tie.Evidence {
		if e.Medium == network.FaceToFace || e.Medium == network.Video || e.Medium == network.Call {
			near += e.Now
		}
	}
	if tie.Intensity > 0 {
		x[faceToFace] = tie.Strength * near / tie.Intensity
	}
	cluster, err := s.network.Cluster(ctx, s.db, v.Space, person)
	if err != nil {
		return x, err
	}
	in, args := db.In(5, cluster)
	given, err := db.Values[int64](ctx, s.db, `select g.at from gift g join gift_person p on p.space = g.space and p.gift = g.id
		where g.space = $1 and g.owner = $2 and g.direction = $3 and g.at < $4 and p.person in (`+in+`)`, append([]any{v.Space, v.Member, 1, at.UnixMicro()}, args...)...)
	if err != nil {
		return x, err
	}
	for _, g := range given {
		x[gestures] += math.Exp2(-at.Sub(time.UnixMicro(g)).Hours() / 24 / (2 * 365))
	}
	x[gestures] = min(2, x[gestures])
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
	w := fit(coefficients, samples)
	out := Chance{Person: network.Ref{ID: p.ID, Name: p.Name}, Features: map[string]float64{}, History: []Outcome{}}
	var before []answer
	for _, o := range outcomes {
		if o.person == p.ID {
			out.History = append(out.History, o)
			before = append(before, answer{o.Yes, v.Now.Sub(o.At).Hours() / 24, 1})
		}
	}
	alpha, beta := posterior(w.chance(x), before)
	out.Probability, out.Low, out.High = alpha/(alpha+beta), betaQuantile(alpha, beta, 0.1), betaQuantile(alpha, beta, 0.9)
	for i, value := range x[1:openness] { // the rest is only known on lists
		out.Features[featureNames[i+1]] = math.Round(value*1000) / 1000
	}
	return out, nil
}

// samples returns every answer with what was known before it.
func (s *Service) samples(ctx context.Context, v op.Viewer) ([]sample, []Outcome, error) {
	outcomes, err := s.outcomes(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	samples := make([]sample, len(outcomes))
	for i, o := range outcomes {
		x, err := s.featuresAt(ctx, v, o.person, o.At)
		if err != nil {
			return nil, nil, err
		}
		samples[i] = sample{x, float64(flag(o.Yes))}
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
		return op.None{}, fault.New(fault.Invalid, "The day %s cannot be right.", in.At.Format(time.DateOnly)).WithField("at")
	}
	_, err = s.AddOutcome(ctx, s.db, v, p.ID, in.What, in.Yes, in.At)
	return op.None{}, err
}

// Bin is a step of the reliability diagram.
type Bin struct {
	From     float64 `json:"from"`
	Until    float64 `json:"until"`
	Answers  int     `json:"answers"`
	Foretold float64 `json:"foretold" doc:"mean of the chances in this bin"`
	Came     float64 `json:"came" doc:"share of yes in this bin"`
}

// Evaluation is how good the chances are.
type Evaluation struct {
	Answers          int     `json:"answers" doc:"answers that were foretold"`
	Brier            float64 `json:"brier" doc:"mean squared error of the chances; lower is better"`
	BrierBaseline    float64 `json:"brier_baseline" doc:"the same when everybody's chance is the share of yes among all of them"`
	LogLoss          float64 `json:"log_loss"`
	CalibrationError float64 `json:"calibration_error" doc:"root of the mean squared difference between what was foretold and what came, over the bins, less what chance alone makes of so few answers"`
	PlainError       float64 `json:"calibration_error_plain" doc:"mean difference between what was foretold and what came, over the bins; with few answers it is large for perfect chances too"`
	Bins             []Bin   `json:"bins"`
}

// fewestAnswers is from how many answers there is something to measure.
const fewestAnswers = 20

func (s *Service) evaluate(ctx context.Context, v op.Viewer, _ op.None) (Evaluation, error) {
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return Evaluation{}, err
	}
	samples, outcomes, err := s.samples(ctx, v)
	if err != nil {
		return Evaluation{}, err
	}
	if len(samples) < fewestAnswers {
		return Evaluation{}, fault.New(fault.Invalid, "There are too few answers to measure: it takes %d.", fewestAnswers).
			WithHint("Note what people answer with gave goodwill outcome, or in a line: asked @anna for \"…\": yes.")
	}
	var foretold, came []float64
	w := coefficients
	for i := range samples {
		if i%10 == 0 { // learns from what came before, now and then
			w = fit(coefficients, samples[:i])
		}
		if i < fewestAnswers {
			continue
		}
		var before []answer
		for _, o := range outcomes[:i] {
			if o.person == outcomes[i].person {
				before = append(before, answer{o.Yes, outcomes[i].At.Sub(o.At).Hours() / 24, 1})
			}
		}
		alpha, beta := posterior(w.chance(samples[i].x), before)
		foretold, came = append(foretold, alpha/(alpha+beta)), append(came, samples[i].yes)
	}
	return measure(foretold, came), nil
}

// bins is in how many steps calibration is judged.
const bins = 5

// measure compares what was foretold with what came. The calibration error is without bias (Bröcker 2012; Kumar, Liang & Ma 2019): the plain one of sixty
// answers is a tenth even when every chance is right.
func measure(foretold, came []float64) Evaluation {
	out := Evaluation{Answers: len(foretold), Bins: make([]Bin, bins)}
	n, rate := float64(len(foretold)), 0.0
	for _, y := range came {
		rate += y / n
	}
	for i, p := range foretold {
		y := came[i]
		out.Brier += (p - y) * (p - y) / n
		out.BrierBaseline += (rate - y) * (rate - y) / n
		out.LogLoss -= (y*math.Log(max(p, 1e-9)) + (1-y)*math.Log(max(1-p, 1e-9))) / n
		b := &out.Bins[min(int(p*bins), bins-1)]
		b.Answers++
		b.Foretold += p
		b.Came += y
	}
	squared, inBins := 0.0, 0.0
	for i := range out.Bins {
		b := &out.Bins[i]
		b.From, b.Until = float64(i)/bins, float64(i+1)/bins
		if b.Answers == 0 {
			continue
		}
		size := float64(b.Answers)
		out.PlainError += math.Abs(b.Foretold-b.Came) / n
		b.Foretold /= size
		b.Came /= size
		if b.Answers > 1 {
			squared += size * ((b.Foretold-b.Came)*(b.Foretold-b.Came) - b.Came*(1-b.Came)/(size-1))
			inBins += size
		}
	}
	out.CalibrationError = math.Sqrt(max(0, squared/max(1, inBins)))
	return out
}

// Text prints the chance with what it comes from.
func (c Chance) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %.0f %% (%.0f – %.0f %%)\n", c.Person.Name, 100*c.Probability, 100*c.Low, 100*c.High)
	for _, name := range featureNames[1:openness] {
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

// Text prints the figures.
func (e Evaluation) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nBrier %.4f (%s %.4f), log loss %.4f, %s %.4f\n", p.T("%d answers foretold", e.Answers), e.Brier, p.T("constant rate"), e.BrierBaseline, e.LogLoss, p.T("calibration error"), e.CalibrationError)
	for _, bin := range e.Bins {
		fmt.Fprintf(&b, "  %.1f – %.1f  %4d  %.3f  %.3f\n", bin.From, bin.Until, bin.Answers, bin.Foretold, bin.Came)
	}
	return b.String()
}
