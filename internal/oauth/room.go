// Package oauth lets assistants in that ask for it with OAuth 2.1, as the authorization of the Model Context Protocol
// has it: a member reads who asks, where it leads and what it may do, and says yes or no. What the assistant gets opens
// one address, the one for assistants, in one space, until the member ends it.
package oauth

import (
	"time"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/room"
)

// Sealer seals what only one member is to read, with a key that is not in the database.
type Sealer interface {
	Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error)
	Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool)
}

// Service is what can be done with assistants that come in from elsewhere.
type Service struct {
	// Now returns the present; tests set it.
	Now func() time.Time

	db      *db.DB
	account *account.Service
	sealer  Sealer
}

// NewService returns the service.
func NewService(d *db.DB, accounts *account.Service, sealer Sealer) *Service {
	return &Service{Now: time.Now, db: d, account: accounts, sealer: sealer}
}

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "assistants", Title: "Assistants", About: "Assistants that you let in.",
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Copied:     copied,
	}
}

// tables says what is kept of assistants.
func tables() []room.Table {
	const governs = "who may come in is of this installation"
	return []room.Table{
		room.Of("oauth_client", "programs that registered").
			Plain("known", "name", "redirects", "created", "used").Withheld(governs),
		room.Of("oauth_grant", "assistants that were let in").Key("id").Owner("owner").Plain("client").
			Words("name").Plain("home", "scope", "resource", "created", "used", "expires", "agent").Withheld(governs),
		room.Of("oauth_secret", "keys of assistants").Secret("token").Below("given", "oauth_grant").
			Plain("kind", "redirect").Secret("challenge").Plain("expires", "used").Withheld(governs),
	}
}
