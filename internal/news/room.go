// Package news has what people publish, by the feeds (RSS, Atom) that members note of them: a reason to be in touch.
package news

import (
	"net/netip"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Service is what can be done with feeds.
type Service struct {
	db      *db.DB
	network *people.Store
	client  *fetch.Client
}

// mostTime is how long reading a feed may take.
const mostTime = 20 * time.Second

// NewService returns the service.
func NewService(d *db.DB, network *people.Store) *Service {
	return &Service{
		db: d, network: network, client: fetch.New(mostTime, "See whether the address opens in a browser."),
	}
}

// Trust says in which networks feeds may lie, besides the public internet.
func (s *Service) Trust(networks []netip.Prefix) {
	s.client.Trusted = func(at netip.AddrPort) bool {
		return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(at.Addr()) })
	}
}

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "news", Title: "News of people", About: "What people publish, as a reason to be in touch.",
		Operations: s.Operations(),
		Pages:      s.pages,
		Proposer:   s,
		Panel:      s.Panel,
		Tables: []room.Table{
			room.Of("feed", "feeds of people").Key("id").Owner("owner").Person("person", room.Goes).
				Own("address").Words("title").Secret("etag", "modified").Plain("created", "due", "worker",
				"claimed", "tries").
				Words("trouble").Plain("came").Withheld("a feed is read by this installation; what it holds is on " +
				"the web"),
			room.Of("feed_item", "items of feeds").Key("id").Below("feed", "feed").Secret("mark").Words("title",
				"link").
				Plain("at", "fresh").Withheld("what a feed holds is on the web"),
		},
	}
}

// Feed is a feed of a person, as its owner sees it.
type Feed struct {
	ID      id.ID      `json:"id"`
	Person  people.Ref `json:"person"`
	Address string     `json:"address"`
	Title   string     `json:"title,omitempty" doc:"what it calls itself"`
	Came    *time.Time `json:"came" doc:"when it was last read well; null for never"`
	Next    *time.Time `json:"next" doc:"when it is read next; null when it is read no more"`
	Trouble string     `json:"trouble,omitempty" doc:"why it cannot be read"`
	Items   []Item     `json:"items" doc:"the newest of what it holds"`
}

// Item is something that somebody published.
type Item struct {
	Title string    `json:"title"`
	Link  string    `json:"link,omitempty"`
	At    time.Time `json:"at"`
	Fresh bool      `json:"fresh" doc:"it came after you noted the feed"`

	id id.ID
}
