package horizon

import (
	"context"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

// Propose proposes dormant ties worth a call: once at least moderate, silent for two years or more. Such people have
// met others and learnt other things since, and the trust is still there (Levin, Walter & Murnighan 2011).
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	p := v.Printer()
	rows, err := s.network.DormantTies(ctx, v, 80)
	if err != nil {
		return nil, err
	}
	people := make([]id.ID, len(rows))
	for i, r := range rows {
		people[i] = r.Other
	}
	latest, err := s.network.LastContacts(ctx, v, people)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, r := range rows {
		// it may be somebody who is here under another name and is not silent at all
		if latest[r.Other].UnixMicro() > r.AsOf {
			continue
		}
		person, err := s.network.Person(ctx, s.db, v, r.Other)
		if err != nil {
			if fault.CodeOf(err) == fault.NotFound {
				continue
			}
			return nil, err
		}
		last := time.UnixMicro(r.AsOf).UTC()
		silent := v.Now.Sub(last)
		out = append(out, move.Move{
			Key:       "dormant:" + person.ID.String(),
			Principle: "horizon",
			Kind:      "dormant",
			People:    []move.Person{{ID: person.ID, Name: person.Name}},
			What:      p.T("Call %s.", person.Name),
			Why: p.T("You knew each other well, and it has been silent for %s. Dormant ties bring news, and the "+
				"trust is still there.", p.Span(silent)),
			Evidence: []move.Evidence{
				{Text: p.T("last contact %s", p.Date(last)), Time: &last},
				{Text: p.T("%d interactions before", r.Interactions)},
			},
			// The longer ago, the less likely that it still works.
			Value:         0.75 * tie.Strength(r.Peak) * 3650 / (3650 + silent.Hours()/24),
			EffortMinutes: 20,
			Draft: move.Write(
				"Hello %s, it has been long. How are you, and what keeps you busy these days? I would like "+
					"to call you one of these days.",
				move.Given(person.Name),
			),
			Effects: []move.Effect{move.Contact("call", person.ID)},
		})
	}
	return out, nil
}
