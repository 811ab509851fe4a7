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
}

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{d, store} }

func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	_, err := skilled.Offers(ctx, s.network, v)
	return err
}
