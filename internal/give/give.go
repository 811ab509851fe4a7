// Package give is the room of giving without expecting anything back: what you gave, and what came in.
package give

import (
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/network"
)

// Kind is what sort of gift it was.
type Kind string

// The kinds of gifts.
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

// Kinds returns the kinds of gifts.
func Kinds() []Kind {
	return []Kind{Knowledge, Introduction, Time, Tip, Material, Feedback, Visibility, Referral, Other}
}

// Valid says whether the kind is known.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

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
	ID         id.ID              `json:"id"`
	Direction  Direction          `json:"-"`
	Kind       Kind               `json:"kind"`
	Body       string             `json:"body"`
	Link       string             `json:"link,omitempty"`
	Minutes    int                `json:"minutes,omitempty" doc:"the effort it took"`
	At         time.Time          `json:"at"`
	People     []network.Ref      `json:"people" doc:"to whom, or from whom; empty for everybody"`
	Visibility network.Visibility `json:"visibility"`
}
