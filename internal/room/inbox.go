package room

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Delivery is something that somebody brings to members on purpose. Of its words nothing is kept: the room to which it
// belongs shows it, as long as it is there.
type Delivery struct {
	Kind    string  // what it is; the word is one room's
	Item    id.ID   // of the room
	To      []id.ID // persons: those who are members get it
	Members []id.ID // and these members
	Waits   bool    // for an answer; otherwise it is only to be read
	Alone   bool    // in the place of what others brought of it before, such as how far something is
}

// Bring is a kind of what a room brings to members, and of which topic it is.
type Bring struct {
	Kind  string
	Topic Topic
}

// Topic is what members choose to get by mail.
type Topic string

// The topics.
const (
	Praise        Topic = "praise"
	Asks          Topic = "asks" // and the answers to one's own
	Introductions Topic = "introductions"
	Thanks        Topic = "thanks"
	Outcomes      Topic = "outcomes"
)

// Topics are all topics, in their order.
var Topics = []Topic{Praise, Asks, Introductions, Thanks, Outcomes}

// TopicOf returns of which topic a kind is; false when no room brings it.
func TopicOf(rooms []Room, kind string) (Topic, bool) {
	for _, r := range rooms {
		for _, b := range r.Brings {
			if b.Kind == kind {
				return b.Topic, true
			}
		}
	}
	return "", false
}

// Letter is what a member can have mailed to somebody without an account: a link by which they answer.
type Letter struct {
	Person id.ID  // to whom
	Path   string // of the page behind the link
	// Write says it, in the language of the viewer that it is given.
	Write func(v op.Viewer) (subject, text string)
	// Sent notes in the room that the mail server took it; nil for nothing.
	Sent func(ctx context.Context, tx db.Queryer) error
}

// Said is what an answer is taken as.
type Said string

// What an answer can be taken as. What a room has no such answer for it refuses.
const (
	SaidYes   Said = "yes"
	SaidNo    Said = "no"
	SaidKnows Said = "knows" // they know somebody
	SaidKeep  Said = "keep"  // words to keep as what was asked for
)

// Answer is what somebody without an account wrote back to a letter.
type Answer struct {
	Space   id.ID
	Link    []byte // the digest of the secret of the link in the letter
	Member  id.ID  // whose letter it was
	Address string // to which it went
	Words   string
	Said    Said // what it is taken as; empty to ask what it can be taken as
	Now     time.Time
}

// Heard is what a room says of an answer.
type Heard struct {
	About string // what was asked
	To    string // the address it went to, where that is nobody who is kept
	// Instead is what can be done when it did not arrive: English, a key of translation; empty for another way to ask.
	Instead string
	// Choices are what it can be taken as still, with what that is called: English, keys of translation.
	Choices []Choice
	// Told says that the room showed the words to who asked itself.
	Told bool
	// Back is mailed to who answered: what the page behind the link shows after that answer; nil for nothing.
	Back *Letter
}

// Choice is what an answer can be taken as.
type Choice struct {
	Said  Said
	Label string
}

// Courier brings things to members, in the transaction in which they come about.
type Courier interface {
	// Deliver brings something in the viewer's name and returns the persons whom it reached, as they were given.
	Deliver(ctx context.Context, tx db.Queryer, v op.Viewer, d Delivery) (reached []id.ID, err error)
	// Done says that the viewer answered what waited.
	Done(ctx context.Context, tx db.Queryer, v op.Viewer, kind string, item id.ID) error
	// Recall takes all back that was brought of something.
	Recall(ctx context.Context, tx db.Queryer, space, item id.ID) error
	// Brought says to whose persons something of a kind was brought.
	Brought(ctx context.Context, v op.Viewer, kind string, items []id.ID) (map[id.ID][]id.ID, error)
}

// Nobody brings nothing to anybody.
type Nobody struct{}

// Deliver reaches nobody.
func (Nobody) Deliver(context.Context, db.Queryer, op.Viewer, Delivery) ([]id.ID, error) {
	return nil, nil
}

// Done does nothing.
func (Nobody) Done(context.Context, db.Queryer, op.Viewer, string, id.ID) error { return nil }

// Recall does nothing.
func (Nobody) Recall(context.Context, db.Queryer, id.ID, id.ID) error { return nil }

// Brought knows of nobody.
func (Nobody) Brought(context.Context, op.Viewer, string, []id.ID) (map[id.ID][]id.ID, error) {
	return nil, nil
}

// Delivered is something that was brought to the viewer.
type Delivered struct {
	ID     id.ID
	Kind   string
	Item   id.ID
	Author id.ID // the member who brought it; none for somebody without an account
	At     time.Time
	Waits  bool
}

// Shown is how a room shows what was brought to the viewer.
type Shown struct {
	ID      id.ID  // of what was brought
	Person  id.ID  // who brought it, when the viewer may see them
	Name    string // what they are called
	Title   string // what it is, in a sentence
	Text    string // their words
	Address string // where it stands in its room; empty where the viewer cannot go
	Waits   bool   // it still waits for an answer of the viewer
	// Acts are the forms with which it is answered; nil for none. Commands are the same for who types.
	Acts     templ.Component
	Commands []string
}

// Inbox says what was brought to the viewer. What is not there any more, or not the viewer's to see, is left out.
type Inbox func(ctx context.Context, v op.Viewer, list []Delivered) ([]Shown, error)
