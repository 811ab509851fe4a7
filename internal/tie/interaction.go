package tie

import (
	"gave.network/internal/id"
	"gave.network/internal/scope"
)

// ParticipantRole is what a person did in an interaction.
type ParticipantRole int

// The roles, strongest first: a person who has two keeps the first of them.
const (
	From      ParticipantRole = iota // sender, organiser, author
	To                               // named recipient, invited and not declined
	Cc                               // copied in
	Mentioned                        // spoken of; makes no tie and is not counted
)

// String returns the role's English name.
func (r ParticipantRole) String() string { return [...]string{"from", "to", "cc", "mentioned"}[r] }

// MarshalText writes the English name.
func (r ParticipantRole) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the English name; anything else is to.
func (r *ParticipantRole) UnmarshalText(text []byte) error {
	*r = To
	for i := From; i <= Mentioned; i++ {
		if i.String() == string(text) {
			*r = i
		}
	}
	return nil
}

// Participant is a person in an interaction.
type Participant struct {
	Person id.ID
	Role   ParticipantRole
}

// Interaction is one thing that happened between people at one moment.
type Interaction struct {
	ID         id.ID
	Owner      id.ID
	Visibility scope.Visibility
	Medium     Medium
	Time       int64 // microseconds
	Minutes    int
	Title      string
	Place      string
	People     int    // how many persons took part, known to Gave or not
	Source     string // the space of external ids
	External   id.ID  // hash of the external id, see ExternalID
	ReplyTo    id.ID
	Import     id.ID
	// Participants are the persons that Gave knows, each once.
	Participants []Participant
}

// Statement is what somebody said about a tie.
type Statement struct {
	ID           id.ID
	Owner        id.ID
	Visibility   scope.Visibility
	Layer        string
	Sign         int
	Weight       float64
	SourcePerson id.ID
	TargetPerson id.ID
	Directed     bool
	Time         int64
	Source       string
	External     id.ID
	Import       id.ID
}
