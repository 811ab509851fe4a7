package give

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Asked says whether who brought it asked for something rather than gave something: a job says what they need.
func (g Gift) Asked() bool { return g.Kind == Job || g.Kind == Booking || g.Kind == Collaboration }

// Knowledge tells what people can, from what they gave before.
func (s *Service) Knowledge(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	returns, err := s.List(ctx, v, CameIn, room.MostKnowledge)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, g := range returns {
		if g.Asked() {
			continue
		}
		for _, p := range g.People {
			out = append(out, room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At})
		}
	}
	return out, nil
}

// newest is how many gifts of one direction are looked at where the newest tell enough.
const newest = 200
