package power

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
)

// Service is what people can do together.
type Service struct {
	db      *db.DB
	network *people.Store
	askings Askings        // nil when nobody tells
	travels Travels        // likewise
	charts  skilled.Charts // likewise
}

// Chart says who tells where people stand in charts.
func (s *Service) Chart(charts skilled.Charts) { s.charts = charts }

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{db: d, network: store} }

// Hear says who tells what the viewer asked of others, and what they share and gave.
func (s *Service) Hear(askings Askings, travels Travels) { s.askings, s.travels = askings, travels }

func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	_, err := skilled.Offers(ctx, s.network, v)
	return err
}
