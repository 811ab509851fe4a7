package identity

import (
	"cmp"
	"context"
	"slices"

	"gave.network/internal/id"
	"gave.network/internal/locale"
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

// allOf proposes to merge at once all pairs of which nothing says that they are two people; first is one of them, by
// which an answer is remembered.
func allOf(p *locale.Printer, first people.Proposal, certain int) move.Move {
	return move.Move{
		Key: "merges:" + first.ID.String(), Principle: "network", Kind: "merges",
		People: []move.Person{}, Evidence: []move.Evidence{},
		What:  p.T("Join %d double entries.", certain),
		Why:   p.T("They have the same name and nothing speaks against it. All of it can be undone at once."),
		Value: 0.6, EffortMinutes: 1,
		Action: move.Action{Label: p.T("Merge them"), Operation: "merges.certain", Undo: "merges.back"},
		Other:  &move.Action{Label: p.T("Look at them"), Page: "/merges"},
	}
}

// Propose proposes to merge at once all pairs that are certain, and else to look at one pair of people that may be one:
// a network that counts somebody twice misleads every other room. It is one pair a day, of the people that matter most
// to the viewer; who wants to do more does so on the page of merges.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	p := v.Printer()
	proposals, err := s.Proposals(ctx, v, id.Zero, 50)
	if err != nil {
		return nil, err
	}
	first := slices.IndexFunc(proposals, func(m people.Proposal) bool { return m.Certain })
	if first >= 0 {
		_, certain, err := s.OpenProposals(ctx, v)
		if err != nil {
			return nil, err
		}
		if certain > 1 {
			return []move.Move{allOf(p, proposals[first], certain)}, nil
		}
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
