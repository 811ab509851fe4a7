package colleagues

import (
	"gave.network/internal/db"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with the informal network.
type Service struct {
	db      *db.DB
	network *people.Store
	sources []room.Source
	mail    Mail // nil where no mail is sent
}

// NewService returns the service. The sources say what other rooms know of people's skills.
func NewService(d *db.DB, store *people.Store, sources ...room.Source) *Service {
	return &Service{db: d, network: store, sources: sources}
}
