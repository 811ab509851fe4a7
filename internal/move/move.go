// Package move says what a principle proposes to do. Rooms make moves and Today ranks them; neither knows the other.
package move

import (
	"context"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Person is somebody that a move is about.
type Person struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Evidence is a fact that made a move.
type Evidence struct {
	Text string     `json:"text"`
	Time *time.Time `json:"time,omitempty"`
}

// Action is what one tap does: it opens a page or runs an operation.
type Action struct {
	Label     string            `json:"label" doc:"in the viewer's language"`
	Operation string            `json:"operation,omitempty" doc:"the operation to run"`
	Input     map[string]string `json:"input,omitempty"`
	Page      string            `json:"page,omitempty" doc:"the page to open"`
}

// Move is one thing that would be good to do.
type Move struct {
	// Key names the move, so that an answer to it is remembered: the kind and whom it is about.
	Key       string     `json:"key"`
	Principle string     `json:"principle"`
	Kind      string     `json:"kind"`
	People    []Person   `json:"people"`
	What      string     `json:"what" doc:"what to do, in the viewer's language"`
	Why       string     `json:"why" doc:"why, in the viewer's language"`
	Evidence  []Evidence `json:"evidence"`
	// Value is how much good it is expected to do, from 0 to 1. It compares moves and is never shown as a score of a
	// person.
	Value         float64 `json:"value"`
	EffortMinutes int     `json:"effort_minutes"`
	Action        Action  `json:"action"`
}

// Proposer is a principle that proposes moves.
type Proposer interface {
	// Propose returns the moves that the principle sees for the viewer now, the best first; a few dozen at most.
	Propose(ctx context.Context, v op.Viewer) ([]Move, error)
}
