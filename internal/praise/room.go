// Package praise is the room of praise: others do the boasting.
package praise

import (
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "praise", Title: "Praise", About: "Let others do the boasting.",
		Places: []page.Place{{
			Key: "praise", Title: "Praise", Address: "/praise", Rank: page.Principle, Line: s.line, Count: s.waiting,
			About: "Let others do the boasting, and be the first to praise.",
			Icon:  "m12 4 2.3 4.9 5.2.6-3.9 3.6 1.1 5.3L12 15.7l-4.7 2.7 1.1-5.3L4.5 9.5l5.2-.6z",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Proposer:   s,
		Panel:      s.Panel, PanelBeside: true,
		Acts: []func(id.ID) room.Act{func(person id.ID) room.Act {
			return room.Act{Label: "Give praise", Icon: "praise", Address: writeAddress(person.String())}
		}},
		Shortcuts: []room.Shortcut{
			{Title: "Praise %s", Address: "/praise?person={person}", Icon: "praise", Fit: room.WithClose},
		},
		Tables: tables(),
		Letter: s.Letter,
		Answer: s.AnswerByMail,
		Brings: []room.Bring{{Kind: toDecide, Topic: room.Praise}},
		Inbox:  s.Inbox,
		Grounds: []room.Ground{{
			Table: "praise", Where: "owner = $2",
			Missing: "No praise is written yet",
			Why:     "Others do the boasting, once somebody begins.",
			Label:   "Give praise", Address: "/praise/new",
		}},
		Exports: []room.Export{{Operation: "praise.list", TakesIn: true}},
	}
}

// Consent is what the author allows to be done with the words.
type Consent string

// The scopes of consent.
const (
	ConsentPrivate Consent = "private"
	ConsentQuote   Consent = "quote"
	ConsentPublish Consent = "publish"
)

var consents = []Consent{ConsentPrivate, ConsentQuote, ConsentPublish}

func (c Consent) number() int {
	for i, x := range consents {
		if x == c {
			return i
		}
	}
	return 0
}

// Praise is what somebody said of somebody else.
type Praise struct {
	ID        id.ID      `json:"id"`
	Author    people.Ref `json:"author"`
	Subject   people.Ref `json:"subject"`
	Kind      string     `json:"kind" doc:"praise, recommendation or endorsement"`
	Text      string     `json:"text"`
	Occasion  string     `json:"occasion"`
	At        time.Time  `json:"at"`
	Consent   Consent    `json:"consent" enum:"private,quote,publish" doc:"what the author allows"`
	Evidence  string     `json:"evidence,omitempty" doc:"how the author gave consent, when not in Gave"`
	Published bool       `json:"published" doc:"the subject shows it on the public page"`
	Audience  Consent    `json:"audience" enum:"private,quote,publish" doc:"who sees it, as the subject decided; empty until they did"`
	Source    string     `json:"source" doc:"where it came from"`
	OfMe      bool       `json:"of_me"`
	ByMe      bool       `json:"by_me"`
	Kept      bool       `json:"kept" doc:"you keep what its author said elsewhere, and can note what they allowed"`
}

const (
	// longestText bounds the words of praise, longestOccasion what it was for, in characters.
	longestText     = 5000
	longestOccasion = 200

	// mostPraised is how many people can be praised in the same words.
	mostPraised = 50

	// answerWithin is how long the link of a request works.
	answerWithin = 30 * 24 * time.Hour
)

// words cleans the text of praise.
func words(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.New(fault.Invalid, "Say what was good.").WithField("text")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", fault.New(fault.Invalid, "The text is not in UTF-8.").WithField("text")
	case utf8.RuneCountInString(text) > longestText:
		return "", fault.New(fault.TooLarge, "Praise has at most %d characters.", longestText).
			WithHint("The shorter, the better it is read.").WithField("text")
	}
	return text, nil
}

func occasionOf(occasion string) (string, error) {
	occasion = strings.Join(strings.Fields(occasion), " ")
	if utf8.RuneCountInString(occasion) > longestOccasion || !utf8.ValidString(occasion) ||
		strings.ContainsRune(occasion, 0) {
		return "", fault.New(fault.Invalid, "An occasion has at most %d characters.", longestOccasion).
			WithField("occasion")
	}
	return occasion, nil
}

// moment checks when praise was given: between the beginning of mail and tomorrow.
func moment(at, now time.Time) (time.Time, error) {
	switch {
	case at.IsZero():
		return now, nil
	case at.Year() < 1971 || at.After(now.AddDate(0, 0, 1)):
		return at, fault.New(fault.Invalid, "Praise was given between 1971 and today.").WithField("at")
	}
	return at, nil
}
