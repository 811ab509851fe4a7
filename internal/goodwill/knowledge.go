package goodwill

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Knowledge tells what people care about.
func (s *Service) Knowledge(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	facts, err := s.Facts(ctx, v, id.Zero, "", false, room.MostKnowledge)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, f := range facts {
		if f.Kind != Need { // who needs a thing is not who has it
			out = append(out, room.Knowledge{Person: f.Person.ID, Text: f.Body, At: f.At})
		}
	}
	return out, nil
}
