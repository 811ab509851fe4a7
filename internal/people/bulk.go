package people

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// KnownPerson is all that is kept of a person for an export: what pages show, and what they do not.
type KnownPerson struct {
	PersonDetail
	Handles  []string `json:"handles" doc:"names within closed sources, such as chats"`
	Rest     string   `json:"rest,omitempty" doc:"lines of an address card that have no field here"`
	Timeline []Event  `json:"timeline"`
}

// Known returns all that is kept of one person.
func (s *Store) Known(ctx context.Context, v op.Viewer, person id.ID) (KnownPerson, error) {
	p, err := s.Person(ctx, s.db, v, person)
	if err != nil {
		return KnownPerson{}, err
	}
	out := KnownPerson{Handles: []string{}, Rest: p.Rest}
	if out.PersonDetail, err = s.Detail(ctx, v, p); err != nil {
		return KnownPerson{}, err
	}
	identifiers, err := s.identifiers(ctx, v, []id.ID{p.ID})
	if err != nil {
		return KnownPerson{}, err
	}
	for _, n := range identifiers[p.ID] {
		if n.Kind == Handle {
			out.Handles = append(out.Handles, n.Value)
		}
	}
	out.Timeline, err = s.Timeline(ctx, v, p.ID, v.Now.AddDate(100, 0, 0), everything)
	return out, err
}

// everything is more than any list holds.
const everything = 10_000_000
