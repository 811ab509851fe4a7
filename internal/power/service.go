package power

import (
	"gave.network/internal/db"
	"gave.network/internal/network"
)

// Service is what people can do together.
type Service struct {
	db      *db.DB
	network *network.Store
}

// NewService returns the service.
func NewService(d *db.DB, store *network.Store) *Service { return &Service{d, store} }
