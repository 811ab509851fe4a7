// Package inbox brings to members what others do for them on purpose: praise, asks, introductions, thanks and what came
// of them. It keeps which thing of which room was brought to whom, and no word of it: the rooms show it.
package inbox

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "inbox", Title: "For you", About: "What others bring to you.",
		Places: []page.Place{{
			Key: "inbox", Title: "For you", Address: "/inbox", Rank: page.Inside, Count: s.count, Line: s.line,
			About: "What others bring to you.",
			Icon:  "M4 13v6h16v-6l-3-8H7zh5l1 3h4l1-3h5",
		}},
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Warm: func(ctx context.Context, v op.Viewer) error {
			_, err := s.count(ctx, v)
			return err
		},
	}
}

// Entry is what was brought to the viewer, as they see it.
type Entry struct {
	ID       id.ID     `json:"id"`
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Name     string    `json:"name,omitempty" doc:"who brought it"`
	Person   id.ID     `json:"person,omitzero"`
	Title    string    `json:"title" doc:"what it is"`
	Text     string    `json:"text,omitempty" doc:"their words"`
	Waits    bool      `json:"waits" doc:"it waits for your answer"`
	New      bool      `json:"new" doc:"you did not say yet that you saw it"`
	Address  string    `json:"address,omitempty" doc:"where it stands"`
	Commands []string  `json:"commands,omitempty" doc:"how to answer it"`

	acts templ.Component
}
