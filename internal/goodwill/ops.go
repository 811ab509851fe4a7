package goodwill

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
	"gave.network/internal/people"
)

// Operations returns what can be done with what matters to people.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("goodwill.facts", http.MethodGet, "/goodwill/facts", op.Member,
			"List what matters to people.", s.listFacts).
			With("Needs, interests and other things that people told you, each with its source and date.",
				"gave goodwill facts --kind need --open"),
		op.New("goodwill.note", http.MethodPost, "/goodwill/facts", op.Member,
			"Note what matters to a person.", s.noteFact).
			With("", `gave goodwill note "Dirk Visser" "an apartment in Utrecht" --kind need`),
		op.New("goodwill.answer", http.MethodPost, "/goodwill/facts/{fact}/answer", op.Member,
			"Say that a need was met, or is open after all.",
			func(ctx context.Context, v op.Viewer, in AnswerInput) (op.None, error) {
				return op.None{}, s.Answer(ctx, v, in.Fact, in.Open)
			}),
		op.New("goodwill.remove", http.MethodDelete, "/goodwill/facts/{fact}", op.Member,
			"Forget something that mattered.",
			func(ctx context.Context, v op.Viewer, in FactInput) (op.None, error) {
				return op.None{}, s.Remove(ctx, v, in.Fact)
			}),
	}, slices.Concat(s.remindings(), s.matches(), s.chances())...)
}

// FactsInput says which facts to list.
type FactsInput struct {
	Person string `json:"person,omitempty" doc:"only about this person" maxLength:"300" means:"person"`
	Kind   Kind   `json:"kind,omitempty" doc:"only of this kind" enum:"need,interest,fact"`
	Open   bool   `json:"open,omitempty" doc:"leave out needs that were met"`
	Limit  int    `json:"limit,omitempty" doc:"how many at most" default:"100" minimum:"1" maximum:"1000"`
}

// FactsOutput lists facts.
type FactsOutput struct {
	Facts []Fact `json:"facts"`
}

func (s *Service) listFacts(ctx context.Context, v op.Viewer, in FactsInput) (FactsOutput, error) {
	person := id.Zero
	if in.Person != "" {
		p, err := s.network.Resolve(ctx, v, in.Person)
		if err != nil {
			return FactsOutput{}, err
		}
		person = p.ID
	}
	facts, err := s.Facts(ctx, v, person, in.Kind, in.Open, max(in.Limit, 1))
	return FactsOutput{facts}, err
}

// Text prints facts, one on a line.
func (o FactsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, f := range o.Facts {
		fmt.Fprintf(&b, "%-28s  %-9s %s (%s)\n", f.Person.Name, p.T(string(f.Kind)), f.Body, p.Date(f.At))
	}
	if len(o.Facts) == 0 {
		b.WriteString(p.T("Nothing noted yet.") + "\n")
	}
	return b.String()
}

// NoteInput is a fact to note.
type NoteInput struct {
	Person string `json:"person" arg:"1" doc:"whom it matters to" maxLength:"300" means:"person"`
	Body   string `json:"body" arg:"2" doc:"what matters to them" maxLength:"2000"`
	Kind   Kind   `json:"kind,omitempty" doc:"what sort of thing" enum:"need,interest,fact" default:"interest"`
	Due    string `json:"due,omitempty" doc:"the day by which a need should be met, such as 2026-12-01" maxLength:"10"`
}

// FactInput names a fact.
type FactInput struct {
	Fact id.ID `json:"fact" arg:"1" doc:"the id of the fact"`
}

// AnswerInput says of a need that it was met.
type AnswerInput struct {
	Fact id.ID `json:"fact" arg:"1" doc:"the id of the fact"`
	Open bool  `json:"open,omitempty" doc:"it is open after all"`
}

func (s *Service) noteFact(ctx context.Context, v op.Viewer, in NoteInput) (FactInput, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return FactInput{}, fault.About(err, "person")
	}
	key, err := s.Add(ctx, s.db, v,
		Fact{Person: people.Ref{ID: p.ID}, Kind: in.Kind, Body: in.Body, Source: "said", Due: in.Due})
	return FactInput{key}, err
}
