// Package goodwill is the room of small personal gestures: what matters to people, the days that count for them, and
// staying in touch in the rhythm that a tie has by itself.
package goodwill

import (
	"time"

	"gave.network/internal/id"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "goodwill", Title: "Goodwill", About: "Small personal gestures.",
		Places: []page.Place{{
			Key: "goodwill", Title: "Goodwill", Address: "/goodwill", Rank: page.Principle,
			About: "Small personal gestures: who would like this?",
			Icon:  "M12 20s-7.5-4.5-7.5-10A4 4 0 0 1 12 7.5 4 4 0 0 1 19.5 10c0 5.5-7.5 10-7.5 10z",
		}},
		Operations: s.Operations(),
		Shortcuts: []room.Shortcut{{
			Title: "Who would like this?", Address: "/goodwill?text={words}", Icon: "goodwill", Fit: room.WithWords,
		}},
		Pages:    s.pages,
		Proposer: s,
		Panel:    s.Panel,
		Lines:    s.Lines,
		Tables:   tables(),
		Ages: []room.Age{{
			Kind: "fact", Title: "needs, interests and facts", Table: "fact", Moment: "at",
			Cost: "What somebody needs, likes or is occupied by is forgotten.",
		}},
		Grounds: []room.Ground{{
			Table: "fact", Where: "owner = $2 and kind in ('need', 'interest')",
			Missing: "No wish of anybody is known yet",
			Why:     "Without wishes there is no gift to propose.",
			Label:   "Note", Address: "/goodwill#note",
		}},
		Exports: []room.Export{{Operation: "goodwill.facts"}, {Operation: "reminders.list", All: s.everyReminder}},
	}
}

// Kind is what sort of thing matters to somebody.
type Kind string

// The kinds of facts.
const (
	Need     Kind = "need"     // a house, a job, a school, a tip
	Interest Kind = "interest" // what they like and care about
	About    Kind = "fact"     // anything else that they told
)

// Fact is something that matters to a person, with where it comes from and when.
type Fact struct {
	ID         id.ID            `json:"id"`
	Person     people.Ref       `json:"person"`
	Kind       Kind             `json:"kind"`
	Body       string           `json:"body"`
	Source     string           `json:"source"`
	At         time.Time        `json:"at"`
	Due        string           `json:"due,omitempty" doc:"the day by which a need should be met"`
	Answered   *time.Time       `json:"answered,omitempty" doc:"when a need was met"`
	Visibility scope.Visibility `json:"visibility"`
}

// delicate says whether a fact leads to nothing: because of what it is, or because it is hearsay.
func (f Fact) delicate() bool { return tact.Delicate(f.Body) || tact.Secret(f.Source) }

// needFresh is how long a need is taken to be open when nothing is heard of it; then Gave asks rather than assumes.
const needFresh = 365 * 24 * time.Hour
