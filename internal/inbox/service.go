package inbox

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with what was brought to members.
type Service struct {
	db      *db.DB
	network *people.Store
	rooms   []room.Room
	told    Told
}

// Told hears that something was brought to a member, in the transaction in which that happens.
type Told func(ctx context.Context, tx db.Queryer, space, member id.ID, kind string, item id.ID, at time.Time) error

// Tell says who hears of what is brought; once, when the program is built.
func (s *Service) Tell(told Told) { s.told = told }

var _ room.Courier = (*Service)(nil)

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{db: d, network: store} }

// SetRooms says which rooms bring something.
func (s *Service) SetRooms(rooms []room.Room) { s.rooms = rooms }

// most is how much the inbox holds at once.
const most = 200

// Inbox returns what was brought to the viewer: first what waits for an answer, then what is new, then the rest, each
// the newest first.
func (s *Service) Inbox(ctx context.Context, v op.Viewer) ([]Entry, error) {
	rows, err := s.rows(ctx, v, most)
	if err != nil {
		return nil, err
	}
	out, gone, over, err := s.shown(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.rank() - b.rank() })
	return out, s.settle(ctx, v, gone, over)
}

// Unmailed returns what was brought to the viewer since a moment, of the kinds of these topics, that no mail told of
// and that the viewer did not see yet; what waits for an answer first. It changes nothing.
func (s *Service) Unmailed(
	ctx context.Context, v op.Viewer, topics []room.Topic, since time.Time,
) (map[room.Topic][]Entry, error) {
	rows, err := s.unmailed(ctx, v, since, most)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r deliveryRow) bool {
		topic, known := room.TopicOf(s.rooms, r.Kind)
		return !known || !slices.Contains(topics, topic)
	})
	list, _, _, err := s.shown(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return a.rank() - b.rank() })
	out := map[room.Topic][]Entry{}
	for _, e := range list {
		topic, _ := room.TopicOf(s.rooms, e.Kind)
		out[topic] = append(out[topic], e)
	}
	return out, nil
}

// shown asks the rooms for what they brought, and says which rows are gone there and which wait no more.
func (s *Service) shown(
	ctx context.Context, v op.Viewer, rows []deliveryRow,
) (out []Entry, gone, over []id.ID, err error) {
	shown := map[id.ID]room.Shown{}
	for _, kind := range kinds(rows) {
		i := slices.IndexFunc(s.rooms, func(r room.Room) bool { return brings(r, kind) })
		if i < 0 { // a newer program on the same database brings it: it is left for that one
			rows = slices.DeleteFunc(rows, func(r deliveryRow) bool { return r.Kind == kind })
			continue
		}
		var list []room.Delivered
		for _, r := range rows {
			if r.Kind == kind {
				list = append(list, room.Delivered{
					ID: r.ID, Kind: r.Kind, Item: r.Item, Author: r.Author, At: time.UnixMicro(r.At).UTC(),
					Waits: r.Waits,
				})
			}
		}
		found, err := s.rooms[i].Inbox(ctx, v, list)
		if err != nil {
			return nil, nil, nil, err
		}
		for _, f := range found {
			shown[f.ID] = f
		}
	}
	out = []Entry{}
	for _, r := range rows {
		f, ok := shown[r.ID]
		if !ok {
			gone = append(gone, r.ID)
			continue
		}
		if r.Waits && !f.Waits {
			over = append(over, r.ID)
		}
		out = append(out, Entry{
			ID: r.ID, Kind: r.Kind, At: time.UnixMicro(r.At).UTC(), Name: f.Name, Person: f.Person, Title: f.Title,
			Text: f.Text, Waits: r.Waits && f.Waits, New: r.Seen == 0, Address: f.Address, Commands: f.Commands,
			acts: f.Acts,
		})
	}
	return out, gone, over, nil
}

// brings says whether a room brings things of a kind.
func brings(r room.Room, kind string) bool {
	return slices.ContainsFunc(r.Brings, func(b room.Bring) bool { return b.Kind == kind })
}

func (e Entry) rank() int {
	switch {
	case e.Waits:
		return 0
	case e.New:
		return 1
	}
	return 2
}

// Seen notes that the viewer saw something; all, when it is the zero ID.
func (s *Service) Seen(ctx context.Context, v op.Viewer, one id.ID) error {
	if !one.IsZero() {
		if err := s.has(ctx, v, one); err != nil {
			return err
		}
	}
	_, err := s.see(ctx, v, one, v.Now)
	return err
}

// line says how much waits, for the page that leads to all rooms.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	n, err := s.count(ctx, v)
	if err != nil || n == 0 {
		return "", err
	}
	return v.Printer().T("%d new or waiting", n), nil
}
