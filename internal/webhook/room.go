// Package webhook tells addresses that a member gave that something was brought to them: signed, tried again, and
// without a word of what it is.
package webhook

import (
	"net/netip"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/room"
)

// Sealer seals what only one member is to read, with a key that is not in the database.
type Sealer interface {
	Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error)
	Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool)
}

// Service is what can be done with webhooks.
type Service struct {
	db     *db.DB
	sealer Sealer
	client *fetch.Client
}

// mostTime is how long a receiver may take to answer.
const mostTime = 10 * time.Second

// NewService returns the service.
func NewService(d *db.DB, sealer Sealer) *Service {
	c := fetch.New(mostTime, "See whether the receiver can be reached from here.")
	c.Encrypted = true
	return &Service{db: d, sealer: sealer, client: c}
}

// Trust says in which networks receivers may be, besides the public internet.
func (s *Service) Trust(networks []netip.Prefix) {
	s.client.Trusted = nil
	if len(networks) > 0 {
		s.client.Trusted = func(at netip.AddrPort) bool {
			return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(at.Addr()) })
		}
	}
}

// Patience says how long a receiver may take to answer, instead of ten seconds.
func (s *Service) Patience(most time.Duration) { s.client.Time = most }

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "webhooks", Title: "Webhooks", About: "Programs that are told when something is brought to you.",
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Copied:     copied,
		Shortcuts:  []room.Shortcut{{Title: "Webhooks", Address: "/webhooks", Icon: "settings"}},
	}
}

// tables says what is kept of webhooks.
func tables() []room.Table {
	const governs = "what is told to other programs is of this installation"
	return []room.Table{
		room.Of("webhook", "webhooks").Key("id").Owner("owner").Words("name", "address").Secret("secret").
			Plain("created", "due", "worker", "claimed", "tries", "failing", "took").
			Withheld(governs),
		room.Of("webhook_message", "messages to webhooks").Key("id").Below("webhook", "webhook").
			Plain("kind", "item", "at", "took", "status").Withheld(governs),
	}
}
