// Package ask is the room of asking: asks and offers, who is most likely to help and how to reach them, introductions
// to which both sides agree, and thanks that become the helper's gift.
package ask

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
		Key: "ask", Title: "Ask", About: "Dare to ask.",
		Places: []page.Place{{
			Key: "asks", Title: "Ask", Address: "/asks", Rank: page.Principle, Line: s.line,
			About: "Dare to ask: who can help, who wants to, and how you get there.",
			Icon:  "M4 5h16v11H10l-4 3.5V16H4zM10 9a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6.9M12 13.6v.01",
		}},
		Acts: []func(id.ID) room.Act{func(person id.ID) room.Act {
			return room.Act{Label: "Ask", Icon: "asks", Address: page.IntroductionAddress("", person.String())}
		}},
		Operations: s.Operations(),
		Versions: []room.Version{
			{Field: "ask", Of: s.Version, Operations: []string{
				"ask.show", "ask.sent", "ask.helped", "ask.help", "ask.thank", "ask.close", "ask.remove",
				"ask.answer", "ask.told",
			}},
		},
		Pages: s.pages,
		Find:  s.find,
		Shortcuts: []room.Shortcut{
			{
				Title: "Ask for an introduction to %s", Address: "/introductions/new?to={name}", Icon: "asks",
				Fit: room.WithFar,
			},
			{Title: "Ask something", Address: "/asks/new", Icon: "asks"},
			{
				Title: "Who can help with this?", Address: "/asks/new?text={words}", Icon: "asks", Fit: room.WithWords,
			},
		},
		Proposer: s,
		Tables:   tables(),
		Grounds: []room.Ground{{
			Table: "ask", Where: "owner = $2",
			Missing: "Nothing is asked yet",
			Why:     "Nobody can help with what nobody knows.",
			Label:   "Ask", Address: "/asks/new",
		}},
		Forget:  forget,
		Brings:  brings,
		Inbox:   s.Inbox,
		Letter:  s.Letter,
		Answer:  s.AnswerByMail,
		Exports: []room.Export{{Operation: "ask.list"}, {Operation: "introductions.list", TakesIn: true}},
	}
}

// Kind says whether something is asked or offered.
type Kind string

// The kinds.
const (
	Asking   Kind = "ask"
	Offering Kind = "offer"
)

// Audience says who may see an ask.
type Audience string

// The audiences, from the narrowest.
const (
	Named    Audience = "named"   // the people that it names
	MyTies   Audience = "ties"    // those whom the author has a tie with
	Friends  Audience = "friends" // those too who have a tie with one of these
	InSpace  Audience = "space"   // the members of the space
	Everyone Audience = "public"  // everybody, also without signing in
)

// Audiences returns all audiences, the narrowest first.
func Audiences() []Audience { return []Audience{Named, MyTies, Friends, InSpace, Everyone} }

// Valid says whether the audience is known.
func (a Audience) Valid() bool { return slices.Contains(Audiences(), a) }

func (a Audience) visibility() scope.Visibility {
	switch a {
	case Everyone:
		return scope.Public
	case InSpace:
		return scope.Space
	}
	return scope.Private
}

// State is how far an ask is.
type State string

// The states of an ask.
const (
	Open     State = "open"
	Answered State = "answered" // somebody helped or said that they can
	Thanked  State = "thanked"
	Closed   State = "closed"
)

// part is what a person has to do with an ask.
type part int

const (
	named  part = 1
	asked  part = 2
	helped part = 3
)

const (
	// maxBody is the most characters of an ask, an offer or a reason.
	maxBody = 4000
	// maxNamed is how many people an ask may name.
	maxNamed = 100
)

// Involved is a person in an ask, as its author sees them.
type Involved struct {
	people.Ref
	Note    string     `json:"note,omitempty"`
	At      time.Time  `json:"at"`
	Thanked *time.Time `json:"thanked,omitempty" doc:"when they were thanked"`
	Told    *time.Time `json:"told,omitempty" doc:"when they heard how it ended"`
}

// Ask is an ask or an offer. Whom it was put to and who helped only its author sees.
type Ask struct {
	ID       id.ID        `json:"id"`
	Kind     Kind         `json:"kind"`
	Text     string       `json:"text"`
	Why      string       `json:"why,omitempty" doc:"what it is for"`
	By       string       `json:"by,omitempty" doc:"the day by which it should be answered"`
	Audience Audience     `json:"audience"`
	State    State        `json:"state"`
	Outcome  string       `json:"outcome,omitempty" doc:"how it ended"`
	Created  time.Time    `json:"created"`
	Own      bool         `json:"own" doc:"you wrote it"`
	Author   *people.Ref  `json:"author,omitempty" doc:"who wrote it, when you may see them"`
	Named    []people.Ref `json:"named" doc:"whom it is addressed to"`
	Reached  []people.Ref `json:"reached" doc:"whom of these it was brought to in Gave; send it to the others yourself"`
	Asked    []Involved   `json:"asked" doc:"whom you asked"`
	Helped   []Involved   `json:"helped" doc:"who helped or said that they can"`
	Answers  []Reply      `json:"answers" doc:"what people said to it; of asks of others only what you said"`
}
