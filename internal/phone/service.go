// Package phone brings the people of a space to the devices of a member: as an address book that devices read and
// write (CardDAV, RFC 6352), and as a calendar by a secret address (RFC 5545).
package phone

import (
	"context"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Again is that it is about time to be in touch with somebody, as the two are used to.
type Again struct {
	Person people.Ref
	On     time.Time // the day
	Last   time.Time // when they were last in touch
}

// Hears is what other parts tell: each asks for a viewer.
type Hears struct {
	// Lines says what occupies each of some people, in a few words, nothing delicate.
	Lines func(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]string, error)
	// Again says with whom it is about time to be in touch within so many days.
	Again func(ctx context.Context, v op.Viewer, days int) ([]Again, error)
	// Today are the moves of the day.
	Today func(ctx context.Context, v op.Viewer) ([]move.Move, error)
}

// Service is what can be done with the devices of a member.
type Service struct {
	db      *db.DB
	network *people.Store
	account *account.Service
	hears   Hears
}

// NewService returns the service.
func NewService(d *db.DB, network *people.Store, accounts *account.Service, hears Hears) *Service {
	return &Service{db: d, network: network, account: accounts, hears: hears}
}

// Left is somebody whom the viewer took off their devices.
type Left struct {
	people.Ref
	At time.Time `json:"at" doc:"when"`
}

// Overview is what of the viewer's goes to devices.
type Overview struct {
	Server  string          `json:"server" doc:"the path of the address book on this server"`
	User    string          `json:"user" doc:"the user name to give; any will do, the password says who you are"`
	Devices []account.Token `json:"devices" doc:"the passwords of devices, for contacts alone"`
	Links   []account.Token `json:"calendars" doc:"the secret addresses of your calendar"`
	Left    []Left          `json:"left" doc:"who was deleted on a device: they are in the network still"`
}

// Overview returns what of the viewer's goes to devices.
func (s *Service) Overview(ctx context.Context, v op.Viewer) (Overview, error) {
	out := Overview{Server: root, Devices: []account.Token{}, Links: []account.Token{}, Left: []Left{}}
	profile, err := s.account.Profile(ctx, v)
	if err != nil {
		return out, err
	}
	if out.User = profile.Email; out.User == "" {
		out.User = "gave"
	}
	tokens, err := s.account.Tokens(ctx, v)
	if err != nil {
		return out, err
	}
	for _, t := range tokens {
		switch t.Scope {
		case account.ScopeContacts:
			out.Devices = append(out.Devices, t)
		case account.ScopeCalendar:
			out.Links = append(out.Links, t)
		}
	}
	rows, err := s.leftRows(ctx, v)
	if err != nil {
		return out, err
	}
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.Person
	}
	refs, err := s.network.Refs(ctx, v, keys)
	for _, r := range rows {
		if ref, seen := refs[r.Person]; seen && ref.ID == r.Person {
			out.Left = append(out.Left, Left{ref, time.UnixMicro(r.At).UTC()})
		}
	}
	return out, err
}

// End revokes the password of a device, or the address of a calendar.
func (s *Service) End(ctx context.Context, v op.Viewer, key id.ID) error {
	list, err := s.Overview(ctx, v)
	if err != nil {
		return err
	}
	for _, t := range append(list.Devices, list.Links...) {
		if t.ID == key {
			return s.account.RevokeToken(ctx, v, key)
		}
	}
	return fault.New(fault.NotFound, "There is no such password or address.")
}

// Back puts somebody who was deleted on a device in the viewer's book again.
func (s *Service) Back(ctx context.Context, v op.Viewer, person people.Person) error {
	return s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		n, err := s.putBack(ctx, v, person.ID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "%s was not taken off your devices.", person.Name)
		}
		return err
	})
}
