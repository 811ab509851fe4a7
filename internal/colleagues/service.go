package colleagues

import (
	"context"
	"crypto/rand"
	"math/big"

	"gave.network/internal/colleagues/release"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with the informal network.
type Service struct {
	db      *db.DB
	network *people.Store
	sources []room.Source
	company Company
	draw    release.Draw
	seal    seal
	mail    Mail // nil where no mail is sent
}

// NewService returns the service. The sources say what other rooms know of people's skills.
func NewService(d *db.DB, store *people.Store, sources ...room.Source) *Service {
	return &Service{db: d, network: store, sources: sources, draw: chance, company: alone{}}
}

// Company knows the members of a space.
type Company interface {
	// Others says whether the viewer's space has, or had, other members than the viewer.
	Others(ctx context.Context, v op.Viewer) (bool, error)
	// Names are what the members are called.
	Names(ctx context.Context, v op.Viewer) (map[id.ID]string, error)
}

// alone is the company of who has none.
type alone struct{}

func (alone) Others(context.Context, op.Viewer) (bool, error) { return false, nil }

func (alone) Names(context.Context, op.Viewer) (map[id.ID]string, error) { return nil, nil }

// InCompany tells the service who knows the members of a space: where there are others, figures of people are those of
// the reports of the space alone.
func (s *Service) InCompany(c Company) { s.company = c }

// KeyIn says in which folder the key of private notes lies.
func (s *Service) KeyIn(folder string) { s.seal.folder = folder }

// chance draws from 0 to below n, so that nobody can foresee it.
func chance(n int) int {
	x, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("colleagues: " + err.Error()) // crypto/rand does not fail
	}
	return int(x.Int64())
}
