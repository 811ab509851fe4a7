package goodwill

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/goodwill/fetch"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Service is what can be done with what matters to people.
type Service struct {
	db      *db.DB
	network *network.Store
	reader  reader
	given   func(ctx context.Context, v op.Viewer, since time.Time) ([]id.ID, error)
}

// NewService returns the service. given tells to whom the viewer gave something since a moment; nil when nobody knows.
func NewService(
	d *db.DB, store *network.Store, given func(ctx context.Context, v op.Viewer, since time.Time) ([]id.ID, error),
) *Service {
	return &Service{db: d, network: store, reader: fetch.New(), given: given}
}
