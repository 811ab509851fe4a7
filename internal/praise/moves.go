package praise

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

const (
	// deedFresh is how long after a deed praise for it is still timely.
	deedFresh = 120 * 24 * time.Hour

	// mostMoves is how many people to praise are proposed at once.
	mostMoves = 12

	// askFrom and askUntil are when somebody who was given something knows what it was worth, and still remembers.
	askFrom  = 10 * 24 * time.Hour
	askUntil = 75 * 24 * time.Hour

	// worthWords is from how many minutes on something is worth asking words about: nobody is asked to praise a tip.
	worthWords = 30
)

// Propose proposes to praise people for what they did, to ask those for some words who were given something, and to
// look at praise that may be published.
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
	asks, err := s.askMoves(ctx, v, list, proposed)
	if err != nil {
		return nil, err
	}
	well, err := s.wellMoves(ctx, v, lastPraised, proposed)
	return slices.Concat(out, asks, well), err
}

const (
	// mostWell is how many people are named at once of whom something good can be said.
	mostWell = 3
	// wellAgain is after how long somebody may be praised again without new reason.
	wellAgain = 182 * 24 * time.Hour
)

// wellMoves proposes to say something good, where others hear it, of those whom the viewer has most to do with and did
// not praise for half a year. Others come each week.
func (s *Service) wellMoves(
	ctx context.Context, v op.Viewer, lastPraised map[id.ID]time.Time, not map[id.ID]bool,
) ([]move.Move, error) {
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	type known struct {
		person   id.ID
		strength float64
	}
	var near []known
	for person, state := range ties {
		strength := tie.Strength(state.IntensityAt(v.Now))
		if strength >= tie.StrongFrom && !not[person] && v.Now.Sub(lastPraised[person]) > wellAgain {
			near = append(near, known{person, strength})
		}
	}
	slices.SortFunc(near, func(a, b known) int {
		return cmp.Or(cmp.Compare(b.strength, a.strength), a.person.Compare(b.person))
	})
	near = move.Weekly(near[:min(len(near), 8*mostWell)], mostWell, v.Now)
	keys := make([]id.ID, len(near))
	for i, k := range near {
		keys[i] = k.person
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, key := range keys {
		ref, ok := everybody.Ref(key)
		if !ok {
			continue
		}
		out = append(out, move.Move{
			Key: "well:" + ref.ID.String(), Principle: "praise", Kind: "well",
			People: []move.Person{{ID: ref.ID, Name: ref.Name}},
			What:   p.T("Say something good of %s where others hear it.", ref.Name),
			Why: p.T("You have much to do with each other, and praise from you carries further than from " +
				"themselves."),
			Evidence: []move.Evidence{}, Value: 0.2, EffortMinutes: 5,
			Action: move.Action{Label: p.T("Give praise"), Page: writeAddress(ref.ID.String())},
		})
	}
	return out, nil
}

// askMoves proposes to ask those whom the viewer knows well for some words who were given something not long ago, and
// who never praised the viewer.
func (s *Service) askMoves(ctx context.Context, v op.Viewer, list []Praise, not map[id.ID]bool) ([]move.Move, error) {
	if s.gave == nil {
		return nil, nil
	}
	gave, err := s.gave(ctx, v)
	if err != nil {
		return nil, err
	}
	nearness, err := s.network.Nearness(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	other := maps.Clone(not)
	other[v.Person] = true
	for _, x := range list {
		if x.OfMe {
			other[x.Author.ID] = true
		}
	}
	gave = room.Near(gave, nearness, tie.ModerateFrom, func(k room.Knowledge) bool {
		age := v.Now.Sub(k.At)
		return age >= askFrom && age <= askUntil && k.Minutes >= worthWords && !other[k.Person] &&
			!tact.Delicate(k.Text)
	})
	var out []move.Move
	for _, g := range gave[:min(len(gave), mostMoves)] {
		out = append(out, move.Move{
			Key: "words:" + g.Person.String(), Principle: "praise", Kind: "words",
			People: []move.Person{{ID: g.Person, Name: g.Name}},
			What:   p.T("Ask %s for a few words about: %s.", g.Name, g.Text),
			Why: p.T("You gave it %s. What others say of you carries further than what you say yourself.",
				p.Ago(g.At, v.Now)),
			Evidence: []move.Evidence{{Text: g.Text, Time: &g.At}},
			Value:    0.3 + 0.3*nearness(g.Person), EffortMinutes: 5,
			Draft: move.Write("Hello %s, I wonder whether this was of use to you: %s. If so, would you write me a "+
				"line about it that I may show? No is fine too.", move.Given(g.Name), g.Text).
				Quoting(g.Text, move.Write("Hello %s, I wonder whether what I did for you lately was of use. If so, "+
					"would you write me a line about it that I may show? No is fine too.", move.Given(g.Name))),
			Effects: []move.Effect{move.Contact("message", g.Person)},
			Action:  move.Action{Label: p.T("Ask for praise"), Page: writeAddress(g.Person.String())},
		})
	}
	return out, nil
}
