package power

import (
	"gave.network/internal/db"
	"gave.network/internal/people"
)

// Service is what people can do together.
type Service struct {
	db      *db.DB
	network *people.Store
}

// NewService returns the service.
func NewService(d *db.DB, store *people.Store) *Service { return &Service{d, store} }
