package horizon

import (
	"gave.network/internal/db"
	"gave.network/internal/network"
)

// Service is what can be done with the horizon.
type Service struct {
	db      *db.DB
	network *network.Store
}

// NewService returns the service.
func NewService(d *db.DB, store *network.Store) *Service { return &Service{db: d, network: store} }
