package horizon

import (
	"gave.network/internal/db"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with the horizon.
type Service struct {
	db      *db.DB
	network *people.Store
	willing room.Willing // nil when nobody says
	charts  charts
}

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{db: d, network: store} }

// Weigh sets who says how likely people are to do the viewer a favour; once, when the program is built.
func (s *Service) Weigh(willing room.Willing) { s.willing = willing }
