// Package identity finds out who may be one person: it compares names, addresses, organisations and whom somebody was
// in touch with, merges what is beyond doubt, and proposes the rest.
package identity

import (
	"sync"

	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service finds out who is who, over the store of people.
type Service struct {
	*people.Store
	compared sync.Map // by who looks (compares): the edition of their people that was compared last
}

// NewService returns what finds out who is who among the people of a store.
func NewService(s *people.Store) *Service { return &Service{Store: s} }

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "identity", Title: "Who may be one person?", Operations: s.operations(), Pages: s.pages, Proposer: s,
		Exports: []room.Export{{Operation: "merges.list"}},
	}
}

// pages adds the pages of people who may be one.
func (s *Service) pages(m *page.Mux) {
	p := pages{s}
	m.Handle("GET /merges", op.Member, p.merges)
	m.Handle("POST /merges", op.Member, p.answer)
}

type pages struct{ *Service }
