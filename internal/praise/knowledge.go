package praise

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Knowledge tells what people are praised for: an endorsement says what somebody can.
func (s *Service) Knowledge(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	list, _, err := s.List(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, p := range list {
		if p.Subject.ID != v.Person {
			out = append(out, room.Knowledge{
				Person: p.Subject.ID, Name: p.Subject.Name, Text: p.Text + " " + p.Occasion, At: p.At,
			})
		}
	}
	return out, nil
}
