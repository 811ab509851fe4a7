package horizon

import (
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
)

// Service is what can be done with the horizon.
type Service struct {
	db      *db.DB
	network *people.Store
	willing room.Willing // nil when nobody says
	charts  charts
	formal  skilled.Charts // nil when nobody says
	heard   []heard
	sealer  Sealer
}

// Sealer seals what is kept for one member alone.
type Sealer interface {
	Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error)
	Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool)
}

// Sealed says who seals where people lie on maps; once, when the program is built. Without it that is not stored.
func (s *Service) Sealed(sealer Sealer) { s.sealer = sealer }

// heard is a room that tells what people did.
type heard struct {
	kind   string // praise or told
	source room.Source
}

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service {
	return &Service{db: d, network: store, charts: charts{quick: mapQuick}}
}

// Hear sets who tells for what people are praised and what is told of them; once, when the program is built. What is
// delicate is no part of it.
func (s *Service) Hear(praised, told room.Source) {
	s.heard = []heard{{"praise", praised}, {"told", told}}
}

// Chart sets who says where people stand in the formal charts of a viewer; once, when the program is built.
func (s *Service) Chart(formal skilled.Charts) { s.formal = formal }

// Weigh sets who says how likely people are to do the viewer a favour; once, when the program is built.
func (s *Service) Weigh(willing room.Willing) { s.willing = willing }
