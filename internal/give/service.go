package give

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// possible says whether something can have been given on a day.
func possible(at, now time.Time) error {
	if at.Before(oldest) || at.After(now.AddDate(0, 0, 2)) {
		return fault.New(fault.Invalid, "The day %s cannot be right.", at.Format(time.DateOnly)).
			WithHint("A gift lies between 1971 and today.").WithField("at")
	}
	return nil
}

// Service is what can be done with gifts.
type Service struct {
	db      *db.DB
	network *people.Store
	folder  string // of shared files
	wishes  room.Source
	willing room.Willing // nil when nobody says
}

// NewService returns the service. Shared files lie in the folder.
func NewService(d *db.DB, store *people.Store, folder string) *Service {
	return &Service{db: d, network: store, folder: folder}
}

// mostOfGroup is how many people a group has at most to which something is given.
const mostOfGroup = 200

// group returns the ids of the people of a tag or an organisation; of nobody when it has no name.
func (s *Service) group(ctx context.Context, v op.Viewer, name string) ([]string, error) {
	if name = strings.TrimSpace(name); name == "" {
		return nil, nil
	}
	for _, query := range []people.PeopleQuery{
		{Tag: name}, {Tag: strings.ToLower(name)}, {Organisation: name},
	} {
		query.Sort, query.Limit = "name", mostOfGroup
		found, err := s.network.People(ctx, v, query)
		if err != nil {
			return nil, err
		}
		if found.More {
			return nil, fault.New(fault.Invalid, "More than %d people belong to %s.", mostOfGroup, name).
				WithHint("Note it as given to everybody.").WithField("group")
		}
		var out []string
		for _, p := range found.People {
			if p.ID != v.Person {
				out = append(out, p.ID.String())
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, fault.New(fault.NotFound, "No tag and no organisation is called %s.", name).WithField("group")
}

// oldest is before which no gift is dated: files without a date say 1970.
var oldest = time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *Service) log(ctx context.Context, v op.Viewer, in ReceiveInput, direction Direction) (GiftInput, error) {
	g := Gift{Direction: direction, Kind: in.Kind, Body: in.Body, Link: in.Link, Minutes: in.Minutes, At: in.At}
	if g.At.IsZero() {
		g.At = v.Now
	}
	for _, to := range in.To {
		p, err := s.network.Resolve(ctx, v, to)
		if err != nil {
			return GiftInput{}, fault.About(err, "to")
		}
		g.People = append(g.People, people.Ref{ID: p.ID, Name: p.Name})
	}
	for _, via := range in.Via {
		p, err := s.network.Resolve(ctx, v, via)
		if err != nil {
			return GiftInput{}, fault.About(err, "via")
		}
		g.Via = append(g.Via, people.Ref{ID: p.ID, Name: p.Name})
	}
	var key id.ID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		key, err = s.Add(ctx, tx, v, g)
		return err
	})
	return GiftInput{key}, err
}
