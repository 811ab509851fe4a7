package ask

import (
	"context"

	"gave.network/internal/ask/archive"
	"gave.network/internal/db"
	"gave.network/internal/network"
)

// ReadArchive reads the mails of an archive of a mailing list at a path, in the order of the file.
type ReadArchive func(ctx context.Context, path string, yield func(archive.Mail) error) error

// Service is what can be done with asks, offers and introductions.
type Service struct {
	db      *db.DB
	network *network.Store
	read    ReadArchive
}

// NewService returns the service. read is used to measure on archives.
func NewService(d *db.DB, store *network.Store, read ReadArchive) *Service {
	return &Service{db: d, network: store, read: read}
}
