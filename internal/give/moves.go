package give

import (
	"context"

	"gave.network/internal/move"
	"gave.network/internal/op"
)

var _ move.Proposer = (*Service)(nil)

// Propose proposes the gifts that cost least and help most.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	list, err := s.effortless(ctx, v, EffortlessInput{Limit: 3})
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, e := range list.Gifts {
		out = append(out, move.Move{
			Key: "effortless:" + e.Person.ID.String() + ":" + e.Wish, Principle: "give", Kind: "effortless",
			People: []move.Person{{ID: e.Person.ID, Name: e.Person.Name}},
			What:   p.T("Give %s: %s.", e.Person.Name, e.Offer), Why: e.Why, Evidence: []move.Evidence{{Text: e.Wish}},
			Value: 0.3 + 0.4*e.Score, EffortMinutes: e.Minutes,
			Action: move.Action{Label: p.T("Open"), Page: "/people/" + e.Person.ID.String()},
		})
	}
	return out, nil
}
