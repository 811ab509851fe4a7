package account

import (
	"context"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Assistant is an assistant that a member let in.
type Assistant struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name" doc:"as it calls itself; empty when it does not say"`
	Home    string     `json:"home" doc:"to where the browser was sent when it was let in"`
	Scope   string     `json:"scope" doc:"read or write"`
	Created time.Time  `json:"created" doc:"when it was let in"`
	Used    *time.Time `json:"used" doc:"when it last came in; null for never"`
	Expires time.Time  `json:"expires" doc:"when it ends unless it comes in before"`
	Agent   string     `json:"agent,omitempty" doc:"what the program calls itself that came in last"`
}

// Assistants returns the assistants that a viewer let in to the space, the newest first.
type Assistants func(ctx context.Context, v op.Viewer) ([]Assistant, error)

// AssistantsBy says who knows which assistants were let in; once, when the program is built.
func (s *Service) AssistantsBy(inside Assistants) { s.inside = inside }

// assistants are those that the viewer let in.
func (s *Service) assistants(ctx context.Context, v op.Viewer) ([]Assistant, error) {
	if s.inside == nil {
		return nil, nil
	}
	return s.inside(ctx, v)
}
