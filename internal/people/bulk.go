package people

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
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

// Row is a record of a person as other programs for large data get it.
type Row struct {
	ID, Merged id.ID // Merged is the record that this one was found to be; zero when it stands for itself
	Name       string
	Address    string // the first of the mail addresses; "" without one
}

// EachRow calls f with every record of a person that the viewer may see, in the order of their ids.
func (s *Store) EachRow(ctx context.Context, v op.Viewer, f func(*Row) error) error {
	var current Row
	finish := func() error {
		if current.ID.IsZero() {
			return nil
		}
		return f(&current)
	}
	err := db.Each(ctx, s.db, func(r *Row) error {
		if r.ID == current.ID {
			return nil // another address
		}
		if err := finish(); err != nil {
			return err
		}
		current = *r
		return nil
	}, `select p.id, p.merged, p.name, coalesce(n.value, '') as address from person p
		left join identifier n on n.space = p.space and n.person = p.id and n.kind = $4
			and (n.owner = $2 or n.owner = p.owner)
		where `+scope.Seen("p")+` order by p.id, n.value`, scope.Args(v, MailAddress)...)
	if err != nil {
		return err
	}
	return finish()
}
