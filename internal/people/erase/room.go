// Package erase takes somebody out of all that the rooms keep, also out of the texts of others, and keeps those out who
// are not to come back.
package erase

import (
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service erases people with all that the rooms keep of them, and keeps them out.
type Service struct{ *people.Store }

// NewService returns what erases people of a store, from the rooms that the store knows.
func NewService(s *people.Store) *Service { return &Service{s} }

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "erase", Title: "Who is not to come back", Operations: s.operations(), Pages: s.pages,
		Versions: []room.Version{{Field: "person", Of: s.Version, Operations: []string{"erase"}}},
		Tables:   tables(),
	}
}

// pages adds the pages of erasing and of suppressions.
func (s *Service) pages(m *page.Mux) {
	p := pages{s}
	m.Handle("GET /people/{person}/erase", op.Member, p.preview)
	m.Handle("POST /people/{person}/erase", op.Member, p.erased)
	m.Handle("GET /suppressions", op.Member, p.suppressions)
	m.Handle("POST /suppressions", op.Member, p.lift)
}

type pages struct{ *Service }

// tables says what is kept of whom was erased.
func tables() []room.Table {
	return []room.Table{
		room.Of("suppressed", "objections of before").Secret("hash").Plain("at").
			Withheld("hashes without a key; they become suppressions of the space"),
		room.Of("suppression", "suppressions").Key("id").Owner("owner").Plain("erasure", "hash").Words("reason").
			Link("author", "member").Plain("at", "left_out"),
		room.Of("suppression_key", "keys of suppressions").Owner("owner").Plain("secret"),
	}
}
