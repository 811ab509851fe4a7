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

// mostAhead is how many meetings to come are looked at.
const mostAhead = 100

// Occasion returns a meeting, past or to come, with the others who are expected or came, as far as the viewer may see
// them.
func (s *Store) Occasion(ctx context.Context, v op.Viewer, key id.ID) (Event, error) {
	rows, err := db.Select[eventRow](ctx, s.db, `select `+eventColumns+` from interaction i
		where `+scope.Seen("i")+` and i.id = $4`, scope.Args(v, key)...)
	if err != nil {
		return Event{}, err
	}
	if len(rows) == 0 {
		return Event{}, fault.New(fault.NotFound, "There is no such meeting.")
	}
	list, err := s.eventsFrom(ctx, v, rows)
	if err != nil {
		return Event{}, err
	}
	return withoutMe(v, list)[0], nil
}

// Ahead returns the meetings that the viewer's calendar has from an hour ago until then, the next first, with the
// others who are expected.
func (s *Store) Ahead(ctx context.Context, v op.Viewer, until time.Time) ([]Event, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	rows, err := db.Select[eventRow](ctx, s.db, `select `+eventColumns+` from participant p cross join interaction i
		where i.space = p.space and i.id = p.interaction and p.space = $1 and p.person = $6 and p.time >= $4
			and p.time < $5 and i.medium = $7 and `+scope.Seen("i")+` order by p.time, i.id limit $8`,
		scope.Args(v, v.Now.Add(-time.Hour).UnixMicro(), until.UnixMicro(), v.Person, tie.FaceToFace.Number(),
			mostAhead)...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list, err := s.eventsFrom(ctx, v, rows)
	return withoutMe(v, list), err
}

// withoutMe takes the viewer out of who took part.
func withoutMe(v op.Viewer, list []Event) []Event {
	for i := range list {
		list[i].People = slices.DeleteFunc(list[i].People, func(ref Ref) bool { return ref.ID == v.Person })
	}
	return list
}
