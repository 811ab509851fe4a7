package people

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// occasionRow is a meeting as it is kept.
type occasionRow struct {
	ID      id.ID
	Time    int64
	Medium  int
	Title   string
	Place   string
	Minutes int
	Source  string
	People  int
}

// occasions returns meetings with the people who are expected or came, as far as the viewer may see them; the viewer is
// not among them.
func (s *Store) occasions(ctx context.Context, v op.Viewer, rows []occasionRow) ([]Event, error) {
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	who, err := s.participants(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Event, len(rows))
	for i, r := range rows {
		others := slices.DeleteFunc(who[r.ID], func(ref Ref) bool { return ref.ID == v.Person })
		out[i] = Event{
			ID: r.ID, Time: time.UnixMicro(r.Time).UTC(), Medium: tie.MediumOf(r.Medium), Title: r.Title,
			Place: r.Place, Minutes: r.Minutes, Source: r.Source, People: others, Total: r.People,
		}
	}
	return out, nil
}

// Occasion returns a meeting, past or to come.
func (s *Store) Occasion(ctx context.Context, v op.Viewer, key id.ID) (Event, error) {
	rows, err := db.Select[occasionRow](ctx, s.db, `select i.id, i.time, i.medium, i.title, i.place, i.minutes, i.source,
		i.people from interaction i where `+scope.Seen("i")+` and i.id = $4`, scope.Args(v, key)...)
	if err != nil {
		return Event{}, err
	}
	if len(rows) == 0 {
		return Event{}, fault.New(fault.NotFound, "There is no such meeting.")
	}
	list, err := s.occasions(ctx, v, rows)
	if err != nil {
		return Event{}, err
	}
	return list[0], nil
}

// Ahead returns the meetings that the viewer's calendar has from an hour ago until then, the next first.
func (s *Store) Ahead(ctx context.Context, v op.Viewer, until time.Time) ([]Event, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	rows, err := db.Select[occasionRow](ctx, s.db, `select i.id, i.time, i.medium, i.title, i.place, i.minutes, i.source,
		i.people from participant p cross join interaction i
		where i.space = p.space and i.id = p.interaction and p.space = $1 and p.person = $6 and p.time >= $4
			and p.time < $5 and i.medium = $7 and `+scope.Seen("i")+` order by p.time, i.id limit 20`,
		scope.Args(v, v.Now.Add(-time.Hour).UnixMicro(), until.UnixMicro(), v.Person, tie.FaceToFace.Number())...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return s.occasions(ctx, v, rows)
}
