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
			out = append(out, room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At})
		}
	}
	return out, nil
}

// newest is how many returns praise looks at.
const newest = 200

// Deeds tells what people did for the viewer, each by themselves.
func (s *Service) Deeds(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	returns, err := s.List(ctx, v, CameIn, newest)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, g := range returns {
		if len(g.People) == 1 {
			p := g.People[0]
			out = append(out, room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At})
		}
	}
	return out, nil
}
