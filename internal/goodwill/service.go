package goodwill

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/goodwill/fetch"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Service is what can be done with what matters to people.
type Service struct {
	db      *db.DB
	network *people.Store
	reader  reader
	gifts   Gifts
}

// Gifts says what the viewer gave.
type Gifts interface {
	// GivenSince says to whom the viewer gave something since a moment.
	GivenSince(ctx context.Context, v op.Viewer, since time.Time) ([]id.ID, error)
	// GivenTo returns when the viewer gave something to one of some people before a moment.
	GivenTo(ctx context.Context, v op.Viewer, people []id.ID, before time.Time) ([]time.Time, error)
}

// NewService returns the service. gifts may be nil when nobody knows of any.
func NewService(d *db.DB, store *people.Store, gifts Gifts) *Service {
	return &Service{db: d, network: store, reader: fetch.New(), gifts: gifts}
}
