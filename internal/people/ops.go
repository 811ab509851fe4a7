package people

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// Operations returns what can be done with people and ties.
func (s *Store) Operations() []op.Operation {
	return append(slices.Concat(s.annotations(), s.listings(), s.memberOperations(), s.sharings()),
		op.New("people.list", http.MethodGet, "/people", op.Guest, "List the people you know.", s.People).
			With("The strongest ties come first. Words may be the beginning of any word of a name, address, "+
				"organisation, place or tag.", "gave people list --query jansen"),
		op.New("people.show", http.MethodGet, "/people/{person}", op.Guest,
			"Show all that is known of a person.", s.showPerson).
			With("", `gave people show "Anna Jansen"`),
		op.New("people.sources", http.MethodGet, "/people/{person}/sources", op.Member,
			"Say where what is known of a person comes from.", s.showSources).
			With("Each value, with the file that brought it, or that somebody typed it.",
				`gave people sources "Anna Jansen"`),
		op.New("people.card", http.MethodGet, "/people/{person}/card", op.Guest,
			"Write a person as a card for an address book (vCard).", s.showCard).
			With("What you noted of them is not in it.", `gave people card "Anna Jansen"`),
		op.New("people.timeline", http.MethodGet, "/people/{person}/timeline", op.Guest,
			"Show when and how you were in contact with a person.", s.timeline).
			With("", "gave people timeline anna@example.org"),
		op.New("tie.show", http.MethodGet, "/ties/{person}/{other}", op.Guest,
			"Explain the tie between two people.", s.showTie).
			With("Strength is 1 - exp(-intensity / saturation). Intensity is the sum of what each interaction gave, "+
				"halved every half-life. The evidence lists each of them.",
				"gave tie show me anna@example.org"),
		op.New("rebuild", http.MethodPost, "/rebuild", op.Owner,
			"Derive all ties again from their evidence.", s.rebuild).
			With("Ties are kept up to date as evidence arrives; this gives the same figures to the last bit.",
				"gave rebuild").InParts(),
	)
}

// PersonInput names a person.
type PersonInput struct {
	Person string `json:"person" arg:"1" doc:"an id, a mail address, or an unambiguous name; me is you" maxLength:"300" means:"person"`
}

// Text prints a list of people.
func (l PeopleList) Text(p *locale.Printer) string {
	if len(l.People) == 0 {
		return p.T("Nobody found.") + "\n"
	}
	var b strings.Builder
	for _, person := range l.People {
		fmt.Fprintf(&b, "%-32s  %-9s %4.2f  %s", person.Name, p.T(string(person.Class)), person.Strength,
			person.Organisation)
		if person.LastContact != nil {
			fmt.Fprintf(&b, "  (%s)", p.Ago(*person.LastContact, time.Now()))
		}
		b.WriteByte('\n')
	}
	if l.More {
		b.WriteString(p.T("There are more: use --limit and --offset.") + "\n")
	}
	return b.String()
}

func (s *Store) showPerson(ctx context.Context, v op.Viewer, in PersonInput) (PersonDetail, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return PersonDetail{}, err
	}
	return s.Detail(ctx, v, p)
}

// SourcesOutput is what is known of a person, with where it comes from.
type SourcesOutput struct {
	Facts []SourcedFact `json:"facts"`
}

func (s *Store) showSources(ctx context.Context, v op.Viewer, in PersonInput) (SourcesOutput, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return SourcesOutput{}, err
	}
	facts, err := s.Sources(ctx, v, p)
	return SourcesOutput{facts}, err
}

// Text prints a line for each fact.
func (o SourcesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, f := range o.Facts {
		fmt.Fprintf(&b, "%-14s %-40s %s\n", p.T(f.What), f.Value, f.From(p))
	}
	return b.String()
}

// From says where a fact comes from.
func (f SourcedFact) From(p *locale.Printer) string {
	switch {
	case f.Typed:
		return p.T("typed or noted")
	case f.At == nil:
		return p.T("from an import of somebody else")
	case f.File == "":
		return p.T("imported on %s", p.Date(*f.At))
	}
	return p.T("from %s, imported on %s", f.File, p.Date(*f.At))
}

// CardOutput is a person as a card.
type CardOutput struct {
	Card string `json:"card" doc:"vCard 3.0"`
}

func (s *Store) showCard(ctx context.Context, v op.Viewer, in PersonInput) (CardOutput, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return CardOutput{}, err
	}
	card, err := s.VCards(ctx, v, []id.ID{p.ID})
	return CardOutput{string(card)}, err
}

// Text prints the card.
func (o CardOutput) Text(*locale.Printer) string { return o.Card }

// TimelineInput says which part of whose timeline to show.
type TimelineInput struct {
	PersonInput
	Before time.Time `json:"before,omitempty" doc:"only what happened before this moment; now when left out"`
	Limit  int       `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
}

// TimelineOutput is a part of a timeline.
type TimelineOutput struct {
	Person Ref     `json:"person"`
	Events []Event `json:"events"`
}

func (s *Store) timeline(ctx context.Context, v op.Viewer, in TimelineInput) (TimelineOutput, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return TimelineOutput{}, err
	}
	if in.Before.IsZero() {
		in.Before = v.Now.AddDate(2, 0, 0)
	}
	if in.Limit <= 0 {
		in.Limit = 50
	}
	events, err := s.Timeline(ctx, v, p.ID, "", in.Before, in.Limit)
	return TimelineOutput{Ref{p.ID, p.Name}, events}, err
}

// TieInput names the two people of a tie.
type TieInput struct {
	PersonInput
	Other string `json:"other" arg:"2" doc:"the other person" maxLength:"300" means:"person"`
}

func (s *Store) showTie(ctx context.Context, v op.Viewer, in TieInput) (TieExplained, error) {
	a, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return TieExplained{}, err
	}
	b, err := s.Resolve(ctx, v, in.Other)
	if err != nil {
		return TieExplained{}, err
	}
	return s.ExplainTie(ctx, v, a, b)
}

// Text prints a tie with the evidence that weighs most.
func (t TieExplained) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s – %s\n", t.People[0].Name, t.People[1].Name)
	fmt.Fprintf(&b, "  %s %.3f (%s)\n", p.T("strength"), t.Strength, p.T(string(t.Class)))
	fmt.Fprintf(&b, "  %s %.4f, %s %.4f, %s %.2f\n", p.T("intensity"), t.Intensity, p.T("peak"), t.Peak,
		p.T("reciprocity"), t.Reciprocity)
	if t.FirstContact != nil {
		fmt.Fprintf(&b, "  %s %s, %s %s\n", p.T("first contact"), p.Date(*t.FirstContact), p.T("last contact"),
			p.Date(*t.LastContact))
	}
	for i, e := range t.Evidence {
		if i == 15 {
			fmt.Fprintf(&b, "  … %s\n", p.T("and %d more; --json lists them all", len(t.Evidence)-i))
			break
		}
		fmt.Fprintf(&b, "  %s  %-8s %.4f → %.4f  %s\n", e.Time.In(p.Zone).Format(time.DateOnly), p.T(string(e.Medium)),
			e.Contribution, e.Now, e.Title)
	}
	for _, c := range t.Carried {
		fmt.Fprintf(&b, "  %s\n", c.Sentence(p))
	}
	for _, st := range t.Statements {
		fmt.Fprintf(&b, "  %s: %s → %s (%s)\n", p.T(st.Layer), st.From.Name, st.To.Name, st.Source)
	}
	return b.String()
}

// RebuildOutput says what a rebuild made.
type RebuildOutput struct {
	Ties int `json:"ties"`
}

func (s *Store) rebuild(ctx context.Context, v op.Viewer, _ op.None) (RebuildOutput, error) {
	n, err := s.Rebuild(ctx, v.Space, tie.Present(v))
	return RebuildOutput{n}, err
}
