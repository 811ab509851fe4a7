package power

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
)

// Service is what people can do together.
type Service struct {
	db      *db.DB
	network *people.Store
	askings Askings // nil when nobody tells
	travels Travels // likewise
	charts  Charts  // likewise
}

// Charts says where people stood in the charts of a viewer on a day; the zero time stands for now. Who is in a chart,
// and was in none on that day, is in it without a level.
type Charts func(ctx context.Context, v op.Viewer, at time.Time) (map[id.ID]skilled.Standing, error)

// Chart says who tells where people stand in charts.
func (s *Service) Chart(charts Charts) { s.charts = charts }

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{db: d, network: store} }

// Hear says who tells what the viewer asked of others, and what they share and gave.
func (s *Service) Hear(askings Askings, travels Travels) { s.askings, s.travels = askings, travels }

func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	_, err := skilled.Offers(ctx, s.network, v)
	return err
}
