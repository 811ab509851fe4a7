package goodwill

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/goodwill/fetch"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with what matters to people.
type Service struct {
	db      *db.DB
	network *people.Store
	reader  reader
	gifts   Gifts
	praise  Praise
}

// Gifts says what the viewer gave.
type Gifts interface {
	// GivenSince says to whom the viewer gave something since a moment.
	GivenSince(ctx context.Context, v op.Viewer, since time.Time) ([]id.ID, error)
	// GivenTo returns when the viewer gave something to each of some people, by the ids under which it was noted.
	GivenTo(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]time.Time, error)
}

// Praise says what praise there was.
type Praise interface {
	// Exchanged tells what praise went between the viewer and some people, by the ids under which it was noted.
	Exchanged(ctx context.Context, v op.Viewer, people []id.ID) ([]room.Praised, error)
}

// NewService returns the service. gifts and praise may be nil when nobody knows of any.
func NewService(d *db.DB, store *people.Store, gifts Gifts, praise Praise) *Service {
	return &Service{db: d, network: store, reader: fetch.New(), gifts: gifts, praise: praise}
}
