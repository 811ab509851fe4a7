package give

import (
	"context"
	"strconv"

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
			Draft: e.draft(),
			Effects: []move.Effect{{
				Operation: "give.log",
				Input: map[string][]string{
					"body": {e.Offer}, "to": {e.Person.ID.String()}, "minutes": {strconv.Itoa(e.Minutes)},
				},
				Undo: "give.remove",
			}},
		})
	}
	return out, nil
}

// draft is a line to send along.
func (e Effortless) draft() move.Draft {
	name := move.Given(e.Person.Name)
	if e.Need {
		return move.Write("Hello %s, you were looking for %s. Perhaps this helps: %s", name, e.Wish, e.Offer)
	}
	return move.Write("Hello %s, I came across this and thought of you and %s: %s", name, e.Wish, e.Offer)
}
