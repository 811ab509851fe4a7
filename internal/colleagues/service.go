package colleagues

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Known is something that speaks for what somebody can, from another room.
type Known struct {
	Person id.ID
	Text   string
}

// Service is what can be done with the informal network.
type Service struct {
	db      *db.DB
	network *network.Store
	sources []func(ctx context.Context, v op.Viewer) ([]Known, error)
}

// NewService returns the service. The sources say what other rooms know of people's skills.
func NewService(
	d *db.DB, store *network.Store, sources ...func(ctx context.Context, v op.Viewer) ([]Known, error),
) *Service {
	return &Service{db: d, network: store, sources: sources}
}
