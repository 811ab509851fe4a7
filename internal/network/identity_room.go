package network

import (
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Resolver finds out who is who, over the store of people.
type Resolver struct{ *Store }

// NewResolver returns what finds out who is who among the people of a store.
func NewResolver(s *Store) *Resolver { return &Resolver{s} }

// Room says what the part is.
func (s *Resolver) Room() room.Room {
	return room.Room{
		Key: "identity", Title: "Who may be one person?", Operations: s.operations(), Pages: s.pages, Proposer: s,
		Exports: []room.Export{{Operation: "merges.list"}},
	}
}

// pages adds the pages of people who may be one.
func (s *Resolver) pages(m *page.Mux) {
	p := resolverPages{s}
	m.Handle("GET /merges", op.Member, p.merges)
	m.Handle("POST /merges", op.Member, p.answer)
}

type resolverPages struct{ *Resolver }
