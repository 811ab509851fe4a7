package horizon

import (
	"gave.network/internal/db"
	"gave.network/internal/people"
)

// Service is what can be done with the horizon.
type Service struct {
	db      *db.DB
	network *people.Store
}

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{db: d, network: store} }
