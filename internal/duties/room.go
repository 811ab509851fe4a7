// Package duties is what whoever keeps people in Gave owes them by law: a record of what is done with their data, a
// notice that tells them, an answer to what they ask, and rules by which what is old is thrown away.
package duties

import (
	"context"
	"io"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/room"
)

// Service is what can be done about these duties.
type Service struct {
	db      *db.DB
	network *people.Store
	eraser  *erase.Service
	courier room.Courier
	hears   Hears
}

// Hears is what the service asks of the rest of Gave.
type Hears struct {
	// Space says what the viewer's space is called, what it is for (private or professional), and who governs it.
	Space func(ctx context.Context, v op.Viewer) (Space, error)
	// Export writes what the viewer keeps of a person, with the names of others masked.
	Export func(ctx context.Context, v op.Viewer, w io.Writer, person string) error
}

// Space is who answers for what is kept, and what for.
type Space struct {
	Name    string
	Private bool // family and friends, and nothing else
	Owners  []Contact
	Members int
}

// Contact is somebody to turn to.
type Contact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// NewService returns the service.
func NewService(d *db.DB, network *people.Store, eraser *erase.Service, hears Hears) *Service {
	return &Service{db: d, network: network, eraser: eraser, courier: room.Nobody{}, hears: hears}
}

// DeliverBy says who brings things to members; once, when the program is built.
func (s *Service) DeliverBy(c room.Courier) { s.courier = c }

// Room says what the part is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "duties", Title: "Duties", About: "What you owe the people whom you keep.",
		Places: []page.Place{{
			Key: "duties", Title: "Duties", Address: "/duties", Rank: page.Cellar,
			About: "What people ask about themselves, the notice that tells them, and how long what is old stays.",
			Icon:  "M12 3v18M7 21h10M4 8h16M4 8l-2 6h5zM20 8l-3 6h5z",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Brings:     []room.Bring{{Kind: asked, Topic: room.Asks}},
		Inbox:      s.Inbox,
	}
}

// tables says what is kept of these duties.
func tables() []room.Table {
	const governs = "rules and requests belong to this installation"
	return []room.Table{
		room.Of("retention", "rules for what is old").Owner("owner").Plain("kind", "months").Link("author", "member").
			Plain("at", "begins", "done").Withheld(governs),
		room.Of("notice_given", "people who were told that they are kept").Owner("owner").Person("person", room.Goes).
			Plain("at").InOrder("owner", "person"),
		room.Of("subject_request", "requests of people about themselves").Key("id").Owner("owner").
			Mention("person", room.Cleared).Plain("kind", "everywhere", "received", "closed").
			Kept("outcome", "what was answered; the line says so beside the field").Withheld(governs),
		room.Of("subject_part", "what members gave for requests").Below("request", "subject_request").
			Link("owner", "member").Mention("person", room.Goes).Plain("state").Secret("body").Plain("at").
			Withheld("what members gave is for who asked"),
	}
}

// ours says whether a table is of this room.
func ours(table string) bool {
	_, found := room.Find(tables(), table)
	return found
}

// Leave forgets the rules of a member who leaves, in the transaction that ends the membership.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	return s.forgetRules(ctx, space, member)
}

// ages are the kinds of what may be thrown away when it is old, of all rooms.
func (s *Service) ages() []room.Age {
	var out []room.Age
	for _, r := range s.network.Rooms() {
		out = append(out, r.Ages...)
	}
	return out
}

func (s *Service) age(kind string) (room.Age, bool) {
	all := s.ages()
	i := slices.IndexFunc(all, func(a room.Age) bool { return a.Kind == kind })
	if i < 0 {
		return room.Age{}, false
	}
	return all[i], true
}
