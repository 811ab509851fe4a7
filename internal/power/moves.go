package power

import (
	"context"

	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/tact"
)

var _ move.Proposer = (*Service)(nil)

// mostGoalMoves is for how many goals moves are proposed at once.
const mostGoalMoves = 3

// Propose proposes for each open goal the next step: to talk to the holder that is reached best, or to get to know who
// would help most.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	goals, err := s.Goals(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, g := range goals {
		if g.State != StateOpen || len(out) == mostGoalMoves || tact.Delicate(g.Title) {
			continue
		}
		view, err := s.network.View(ctx, v)
		if err != nil {
			return nil, err
		}
		items, err := s.itemsOf(ctx, v, view, g)
		if err != nil {
			return nil, err
		}
		goal := move.Action{Label: p.T("The goal"), Page: "/power/goals/" + g.ID.String()}
		var best *Holder
		var of ItemReach
		for i := range items.reached {
			item := &items.reached[i]
			if len(item.Holders) == 0 || tact.Delicate(item.What) {
				continue
			}
			if best == nil || item.Holders[0].Reach > best.Reach {
				best, of = &item.Holders[0], *item
			}
		}
		switch {
		case best != nil && len(best.Routes) > 0 && len(best.Routes[0].People) > 2:
			middle := best.Routes[0].People[1]
			out = append(out, move.Move{
				Key: "goal:" + g.ID.String() + ":" + best.ID.String(), Principle: "power", Kind: "goal",
				People:   []move.Person{{ID: middle.ID, Name: middle.Name}, {ID: best.ID, Name: best.Name}},
				What:     p.T("Ask %s to bring you to %s.", middle.Name, best.Name),
				Why:      p.T("For your goal “%s” it takes: %s.", g.Title, of.What),
				Evidence: roleOf(best), Value: 0.4 + 0.3*best.Reach,
				EffortMinutes: 10,
				Draft: move.Write("Hello %s, for “%s” I would like to speak to %s. Could you bring us together?",
					move.Given(middle.Name), g.Title, best.Name),
				Effects: []move.Effect{move.Contact("message", middle.ID)},
				Action: move.Action{
					Label: p.T("Ask for an introduction"),
					Page:  page.IntroductionAddress(best.ID.String(), middle.ID.String()),
				},
				Other: &goal,
			})
		case best != nil:
			out = append(out, move.Move{
				Key:       "goal:" + g.ID.String() + ":" + best.ID.String(),
				Principle: "power",
				Kind:      "goal",
				People:    []move.Person{{ID: best.ID, Name: best.Name}},
				What:      p.T("Talk to %s about “%s”.", best.Name, g.Title),
				Why: p.T("For your goal “%s” it takes: %s.",
					g.Title, of.What),
				Evidence:      roleOf(best),
				Value:         0.4 + 0.3*best.Reach,
				EffortMinutes: 20,
				Draft: move.Write(
					"Hello %s, I am working on “%s” and would like to hear how you see it. Do you have half "+
						"an hour?",
					move.Given(best.Name),
					g.Title,
				),
				Effects: []move.Effect{move.Contact("message", best.ID)},
				Action:  goal,
			})
		}
	}
	return out, nil
}

// roleOf is what a holder does, as evidence.
func roleOf(h *Holder) []move.Evidence {
	if h.Role == "" || tact.DelicateTitle(h.Role) {
		return []move.Evidence{}
	}
	return []move.Evidence{{Text: h.Role}}
}
