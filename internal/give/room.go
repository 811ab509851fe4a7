// Package give is the room of giving without expecting anything back: what you gave, and what came in.
package give

import (
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "give", Title: "Give", About: "Give without expecting anything back.",
		Places: []page.Place{{
			Key: "give", Title: "Give", Address: "/give", Rank: page.Principle, Line: s.line,
			About: "Give without expecting anything back. What came in may still have come from there.",
			Icon:  "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7c-4 0-5-4-2.5-4S12 7 12 7s0-4 2.5-4S16 7 12 7",
		}},
		Operations: s.Operations(),
		Versions: []room.Version{
			{Field: "gift", Of: s.Version, Operations: []string{
				"give.show", "give.edit", "give.remove",
			}},
		},
		Pages: s.pages,
		Warm:  s.warm,
		Find:  s.find,
		Shortcuts: []room.Shortcut{
			{Title: "Give %s something", Address: "/give?to={person}", Icon: "give", Fit: room.WithClose},
			{Title: "Share something with everybody", Address: "/commons", Icon: "give"},
		},
		Proposer: s,
		Panel:    s.Panel, PanelBeside: true,
		Acts: []func(id.ID) room.Act{func(person id.ID) room.Act {
			return room.Act{Label: "Give", Icon: "give", Address: "/give?to=" + person.String()}
		}},
		Tables: tables(),
		Grounds: []room.Ground{{
			Table: "gift", Where: "owner = $2 and direction = 1",
			Missing: "No gift is noted yet",
			Why:     "What comes back can be seen only beside what you gave.",
			Label:   "Note", Address: "/give",
		}},
		Forget:  forget,
		Files:   files,
		Exports: []room.Export{{Operation: "give.list"}, {Operation: "give.returns"}, {Operation: "commons.list"}},
	}
}

// Kind is what sort of gift it was, or what came in.
type Kind string

// The kinds of gifts. A tip or an introduction may come in as well, and so may any other gift of somebody.
const (
	Knowledge    Kind = "knowledge"
	Introduction Kind = "introduction"
	Time         Kind = "time"
	Tip          Kind = "tip"
	Material     Kind = "resource"
	Feedback     Kind = "feedback"
	Visibility   Kind = "visibility"
	Referral     Kind = "referral"
	Other        Kind = "other"
)

// The kinds of what only comes in. Who gave a job asked for something, and is no proof of knowing it.
const (
	Job           Kind = "job"
	Booking       Kind = "booking"
	Collaboration Kind = "collaboration"
)

// Kinds returns the kinds of gifts, or of what comes in.
func Kinds(direction Direction) []Kind {
	gifts := []Kind{Knowledge, Introduction, Time, Tip, Material, Feedback, Visibility, Referral, Other}
	if direction == CameIn {
		return append([]Kind{Job, Booking, Collaboration}, gifts...)
	}
	return gifts
}

// Of says whether a gift, or what came in, can be of the kind.
func (k Kind) Of(direction Direction) bool { return slices.Contains(Kinds(direction), k) }

// Direction says whether something was given or came in.
type Direction int

// The directions.
const (
	Given  Direction = 1
	CameIn Direction = -1 // a return: a job, a booking, a tip, an introduction
)

// Gift is something that was given, or a return that came in. There is no balance: the two are never set off against
// each other.
type Gift struct {
	ID         id.ID            `json:"id"`
	Direction  Direction        `json:"-"`
	Kind       Kind             `json:"kind"`
	Body       string           `json:"body"`
	Link       string           `json:"link,omitempty"`
	Minutes    int              `json:"minutes,omitempty" doc:"the effort it took"`
	At         time.Time        `json:"at"`
	People     []people.Ref     `json:"people" doc:"to whom, or from whom; empty for everybody"`
	Via        []people.Ref     `json:"via,omitempty" doc:"of what came in: over whom it came"`
	Visibility scope.Visibility `json:"visibility"`
}
