package identity

import (
	"cmp"
	"context"
	"slices"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

var _ move.Proposer = (*Service)(nil)

// sureEnough is the score from which a pair of names is worth a place in the day; the rest waits on its own page.
const sureEnough = 0.8

func describe(p people.PersonSummary) string {
	switch {
	case len(p.Emails) > 0:
		return p.Name + " (" + p.Emails[0] + ")"
	case p.Organisation != "":
		return p.Name + " (" + p.Organisation + ")"
	}
	return p.Name
}

// Propose proposes to look at one pair of people that may be one: a network that counts somebody twice misleads every
// other room. It is one pair a day, of the people that matter most to the viewer; who wants to do more does so on the
// page of merges.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	p := v.Printer()
	proposals, err := s.Proposals(ctx, v, id.Zero, 50)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, m := range proposals {
		if m.Score < sureEnough {
			continue
		}
		var evidence []move.Evidence
		for _, r := range m.Reasons {
			evidence = append(evidence, move.Evidence{Text: p.T(r)})
		}
		pair := map[string]string{"merge": m.ID.String()}
		out = append(out, move.Move{
			Key: "merge:" + m.ID.String(), Principle: "network", Kind: "merge",
			People: []move.Person{{ID: m.Keep.ID, Name: m.Keep.Name}, {ID: m.Absorb.ID, Name: m.Absorb.Name}},
			What:   p.T("Is %s the same person as %s?", describe(m.Keep), describe(m.Absorb)),
			Why:    p.T("They look alike. Merging can be undone at any time."), Evidence: evidence,
			Value: 0.3 + 0.25*m.Score*max(m.Keep.Strength, m.Absorb.Strength, 0.2), EffortMinutes: 1,
			Action: move.Action{
				Label: p.T("One person"), Operation: "merges.accept", Undo: "merges.undo", Input: pair,
			},
			Other: &move.Action{Label: p.T("Two people"), Operation: "merges.reject", Input: pair},
		})
	}
	if len(out) > 1 {
		out = []move.Move{slices.MaxFunc(out, func(a, b move.Move) int { return cmp.Compare(a.Value, b.Value) })}
	}
	return out, nil
}
