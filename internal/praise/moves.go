package praise

import (
	"context"
	"math"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tact"
)

var _ move.Proposer = (*Service)(nil)

const (
	// deedFresh is how long after a deed praise for it is still timely.
	deedFresh = 120 * 24 * time.Hour

	// mostMoves is how many people to praise are proposed at once.
	mostMoves = 3
)

// Propose proposes to praise people for what they did, and to look at praise that may be published.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	list, _, err := s.List(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	lastPraised := map[id.ID]time.Time{}
	for _, x := range list {
		if x.ByMe && x.At.After(lastPraised[x.Subject.ID]) {
			lastPraised[x.Subject.ID] = x.At
		}
		if x.OfMe && x.Consent == ConsentPublish && !x.Published && v.Now.Sub(x.At) < deedFresh && len(out) == 0 &&
			!tact.Delicate(x.Text) {
			out = append(out, move.Move{
				Key: "publish:" + x.ID.String(), Principle: "praise", Kind: "publish",
				People:   []move.Person{{ID: x.Author.ID, Name: x.Author.Name}},
				What:     p.T("Show what %s wrote about you, or leave it.", x.Author.Name),
				Why:      p.T("They allow it to be published; you decide."),
				Evidence: []move.Evidence{{Text: x.Text, Time: &x.At}}, Value: 0.4, EffortMinutes: 2,
				Action: move.Action{Label: p.T("Look"), Page: "/praise"},
			})
		}
	}
	deeds, err := s.deeds(ctx, v)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(deeds, func(a, b room.Knowledge) int { return b.At.Compare(a.At) })
	proposed := map[id.ID]bool{}
	for _, d := range deeds {
		age := v.Now.Sub(d.At)
		if age < 0 || age > deedFresh || proposed[d.Person] || lastPraised[d.Person].After(d.At) ||
			d.Person == v.Person || len(proposed) == mostMoves || tact.Delicate(d.Text) {
			continue
		}
		proposed[d.Person] = true
		out = append(out, move.Move{
			Key:           "praise:" + d.Person.String() + ":" + d.At.Format(time.DateOnly),
			Principle:     "praise",
			Kind:          "praise",
			People:        []move.Person{{ID: d.Person, Name: d.Name}},
			What:          p.T("Praise %s for: %s.", d.Name, d.Text),
			Why:           p.T("It came in %s, and you have not said anything good about it yet.", p.Ago(d.At, v.Now)),
			Evidence:      []move.Evidence{{Text: d.Text, Time: &d.At}},
			Value:         0.6 * math.Exp2(-age.Hours()/24/45),
			EffortMinutes: 5,
			Draft: move.Write(
				"Hello %s, thank you for %s. It was of real use to me.",
				move.Given(d.Name),
				d.Text,
			),
			Action: move.Action{Label: p.T("Give praise"), Page: writeAddress(d.Person.String())},
		})
	}
	return out, nil
}
