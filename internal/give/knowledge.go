package give

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Knowledge tells what people can, from what they gave before.
func (s *Service) Knowledge(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	returns, err := s.List(ctx, v, CameIn, room.MostKnowledge)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, g := range returns {
		for _, p := range g.People {
			out = append(out, room.Knowledge{Person: p.ID, Text: g.Body, At: g.At})
		}
	}
	return out, nil
}
