package colleagues

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// decisionOps are what can be done with proposals that are kept.
func (s *Service) decisionOps() []op.Operation {
	return []op.Operation{
		op.New("colleagues.decision.keep", http.MethodPost, "/colleagues/decisions", op.Member,
			"Keep a proposal, to note later what became of it.", s.keepProposal).
			With("It is yours alone. Once you note who voted how, Gave learns how far each can be moved.",
				`gave colleagues decision keep voters.csv --title "Four days a week"`),
		op.New("colleagues.decisions", http.MethodGet, "/colleagues/decisions", op.Member,
			"List the proposals that you keep, and what became of them.",
			func(ctx context.Context, v op.Viewer, _ op.None) (DecisionsOutput, error) {
				list, err := s.Decisions(ctx, v)
				return DecisionsOutput{list}, err
			}).With("", "gave colleagues decisions"),
		op.New("colleagues.decision.close", http.MethodPost, "/colleagues/decisions/{decision}", op.Member,
			"Note what became of a proposal.", s.closeDecision).
			With("Name who voted in favour, who against, and with whom you talked.",
				`gave colleagues decision close ID --outcome carried --favour "Anna de Wit" --talked "Anna de Wit"`),
		op.New("colleagues.decision.remove", http.MethodDelete, "/colleagues/decisions/{decision}", op.Member,
			"Forget a proposal that you keep.",
			func(ctx context.Context, v op.Viewer, in DecisionInput) (op.None, error) {
				return op.None{}, s.dropDecision(ctx, v, in.Decision)
			}).With("", "gave colleagues decision remove ID"),
	}
}

// DecisionInput names a decision.
type DecisionInput struct {
	Decision id.ID `json:"decision" arg:"1" doc:"id of the decision"`
}

// KeepInput is a proposal to keep.
type KeepInput struct {
	File   string  `json:"file" arg:"1" doc:"table with a line for each who decides: person, votes, stance (from -1 against to 1 in favour), certainty; or the same as JSON" example:"person,votes,stance" means:"person"`
	Title  string  `json:"title,omitempty" doc:"what it is about, when the file does not say" maxLength:"200"`
	Quorum float64 `json:"quorum,omitempty" doc:"share of the votes that it needs; more than half when nothing says otherwise" minimum:"0" maximum:"1"`
	Chance float64 `json:"chance,omitempty" doc:"how often it has to carry, as a share of the times; 0.8 when nothing says otherwise" minimum:"0" maximum:"0.99"`
}

// KeptOutput names what was kept.
type KeptOutput struct {
	Decision id.ID `json:"decision"`
}

func (s *Service) keepProposal(ctx context.Context, v op.Viewer, in KeepInput) (KeptOutput, error) {
	b, faults, err := readBallot(in.File)
	if err != nil {
		return KeptOutput{}, err
	}
	if title := strings.TrimSpace(in.Title); title != "" {
		b.Title = title
	}
	found, err := s.judged(ctx, v, b, faults, ProposalInput{Quorum: in.Quorum, Chance: in.Chance})
	if err != nil {
		return KeptOutput{}, err
	}
	d := Decision{ID: id.New(), Title: b.Title, Quorum: found.Quorum, Chance: found.Chance, Voices: found.voices()}
	return KeptOutput{d.ID}, s.keepDecision(ctx, v, d)
}

// voices are those who decide, and those without a vote who are to be talked to.
func (o ProposalOutput) voices() []Voice {
	var out []Voice
	for _, d := range o.deciding {
		out = append(out, Voice{Person: d.party, Votes: d.votes, Stance: d.stance})
	}
	for _, talk := range o.TalkTo {
		i := slices.IndexFunc(out, func(x Voice) bool { return x.Person.is(talk.Person) })
		if i < 0 {
			i = len(out)
			out = append(out, Voice{Person: talk.Person})
		}
		out[i].Talk = talk.Order
	}
	return out
}

// is says whether two are one and the same.
func (p Party) is(other Party) bool {
	if p.ID == nil || other.ID == nil {
		return p.ID == other.ID && p.Name == other.Name
	}
	return *p.ID == *other.ID
}

// DecisionsOutput lists decisions.
type DecisionsOutput struct {
	Decisions []Decision `json:"decisions"`
}

// Text prints decisions, one on a line.
func (o DecisionsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, d := range o.Decisions {
		fmt.Fprintf(&b, "%s  %-8s %s\n", d.ID, p.T(string(d.Outcome)), d.Title)
	}
	return b.String()
}

// OutcomeInput says what became of a decision.
type OutcomeInput struct {
	Decision id.ID    `json:"decision" arg:"1" doc:"id of the decision"`
	Outcome  Outcome  `json:"outcome" doc:"what became of it" enum:"open,carried,failed"`
	Favour   []string `json:"favour,omitempty" doc:"who voted in favour; may be given more than once" means:"person"`
	Against  []string `json:"against,omitempty" doc:"who voted against; may be given more than once" means:"person"`
	Talked   []string `json:"talked,omitempty" doc:"with whom you talked; may be given more than once" means:"person"`
}

// closeDecision notes what became of a decision. Who is not named has no vote that is known.
func (s *Service) closeDecision(ctx context.Context, v op.Viewer, in OutcomeInput) (op.None, error) {
	d, err := s.decision(ctx, v, in.Decision)
	if err != nil {
		return op.None{}, err
	}
	d.Outcome = in.Outcome
	for i := range d.Voices {
		d.Voices[i].Vote, d.Voices[i].Talked = "", false
	}
	for _, note := range []struct {
		field string
		names []string
		set   func(*Voice)
	}{
		{"favour", in.Favour, func(x *Voice) { x.Vote = For }},
		{"against", in.Against, func(x *Voice) { x.Vote = Against }},
		{"talked", in.Talked, func(x *Voice) { x.Talked = true }},
	} {
		for _, name := range note.names {
			if strings.TrimSpace(name) == "" {
				continue
			}
			i, err := s.voiceNamed(ctx, v, d, name)
			if err != nil {
				return op.None{}, fault.About(err, note.field)
			}
			note.set(&d.Voices[i])
		}
	}
	return op.None{}, s.noteOutcome(ctx, v, d)
}

// voiceNamed finds who is named among the voices of a decision.
func (s *Service) voiceNamed(ctx context.Context, v op.Viewer, d Decision, name string) (int, error) {
	p, err := s.network.Resolve(ctx, v, name)
	if err != nil && fault.CodeOf(err) != fault.NotFound && fault.CodeOf(err) != fault.Conflict {
		return 0, err
	}
	i := slices.IndexFunc(d.Voices, func(x Voice) bool {
		if err == nil && x.Person.ID != nil {
			return *x.Person.ID == p.ID
		}
		return strings.EqualFold(x.Person.Name, strings.TrimSpace(name))
	})
	if i < 0 {
		return 0, fault.New(fault.NotFound, "%s has no part in this decision.", strings.TrimSpace(name))
	}
	return i, nil
}
