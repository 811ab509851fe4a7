package people

import (
	"context"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// SharedIdentifier is an address, number or link of a person that others have too: it does not say which of them is
// meant, and joins nobody.
type SharedIdentifier struct {
	Kind  IdentifierKind `json:"kind"`
	Value string         `json:"value"`
	With  []Ref          `json:"with" doc:"who else has it, of those you may see"`
}

// Sentence says in words that an identifier is shared.
func (i SharedIdentifier) Sentence(p *locale.Printer) string {
	names := make([]string, len(i.With))
	for n, other := range i.With {
		names[n] = other.Name
	}
	return p.T("%s is shared with %s, so it does not say who is meant.", i.Value, strings.Join(names, ", "))
}

// SharedWith returns those of the identifiers that others have too, of whom the viewer may see.
func (s *Store) SharedWith(
	ctx context.Context, v op.Viewer, person id.ID, list []Identifier,
) ([]SharedIdentifier, error) {
	var out []SharedIdentifier
	for _, n := range list {
		found, err := s.FindByIdentifier(ctx, v, n)
		if err != nil {
			return nil, err
		}
		shared := SharedIdentifier{Kind: n.Kind, Value: n.Value}
		for _, other := range found {
			if other.ID != person {
				shared.With = append(shared.With, Ref{other.ID, other.Name})
			}
		}
		if len(shared.With) > 0 {
			out = append(out, shared)
		}
	}
	return out, nil
}

// IdentifiedPerson is what is known of a person who was given identifiers.
type IdentifiedPerson struct {
	PersonDetail
	Shared []SharedIdentifier `json:"shared,omitempty" doc:"what was given and others have too: it does not say who is meant"`
}

// Text prints what is known of the person, and what is shared.
func (i IdentifiedPerson) Text(p *locale.Printer) string {
	return i.PersonDetail.Text(p) + strings.Join(SharedSentences(p, i.Shared), "\n")
}

// SharedSentences says of each identifier that it is shared, a line each.
func SharedSentences(p *locale.Printer, list []SharedIdentifier) []string {
	var out []string
	for _, shared := range list {
		out = append(out, shared.Sentence(p))
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

// identified shows a person who was given identifiers.
func (s *Store) identified(
	ctx context.Context, v op.Viewer, person id.ID, given []Identifier,
) (IdentifiedPerson, error) {
	detail, err := s.showPerson(ctx, v, PersonInput{person.String()})
	if err != nil {
		return IdentifiedPerson{}, err
	}
	shared, err := s.SharedWith(ctx, v, person, given)
	return IdentifiedPerson{detail, shared}, err
}
