package people

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// PersonRecord is all that is kept of a person for an export: what pages show, and what they do not.
type PersonRecord struct {
	PersonDetail
	Handles  []string `json:"handles" doc:"names within closed sources, such as chats"`
	Rest     string   `json:"rest,omitempty" doc:"lines of an address card that have no field here"`
	Timeline []Event  `json:"timeline"`
}

// Record returns all that is kept of one person.
func (s *Store) Record(ctx context.Context, v op.Viewer, person id.ID) (PersonRecord, error) {
	p, err := s.Person(ctx, s.db, v, person)
	if err != nil {
		return PersonRecord{}, err
	}
	out := PersonRecord{Handles: []string{}, Rest: p.Rest}
	if out.PersonDetail, err = s.Detail(ctx, v, p); err != nil {
		return PersonRecord{}, err
	}
	identifiers, err := s.Identifiers(ctx, v, []id.ID{p.ID})
	if err != nil {
		return PersonRecord{}, err
	}
	for _, n := range identifiers[p.ID] {
		if n.Kind == Handle {
			out.Handles = append(out.Handles, n.Value)
		}
	}
	out.Timeline, err = s.Timeline(ctx, v, p.ID, "", v.Now.AddDate(100, 0, 0), everything)
	return out, err
}

// everything is more than any list holds.
const everything = 10_000_000
