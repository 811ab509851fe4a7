package horizon

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

// Propose proposes to get to know people, and dormant ties worth a call: once at least moderate, silent for two years
// or more. Such people have met others and learnt other things since, and the trust is still there (Levin, Walter &
// Murnighan 2011).
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
	planned, err := s.network.Planned(ctx, v, people)
	if err != nil {
		return nil, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, r := range rows {
		// it may be somebody who is here under another name and is not silent at all
		if planned[r.Other] || latest[r.Other].UnixMicro() > r.AsOf {
			continue
		}
		person, ok := everybody.Ref(r.Other)
		if !ok {
			continue
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
	fresh, err := s.acquaintanceMoves(ctx, v)
	return append(out, fresh...), err
}

// middles orders those who can introduce somebody: who is likeliest to do the viewer a favour comes first.
func (s *Service) middles(ctx context.Context, v op.Viewer, list []Acquaintance) (map[id.ID][]people.Ref, error) {
	var keys []id.ID
	out := map[id.ID][]people.Ref{}
	for _, a := range list {
		out[a.ID] = slices.Clone(a.Through)
		for _, ref := range a.Through {
			keys = append(keys, ref.ID)
		}
	}
	if s.willing == nil || len(keys) == 0 {
		return out, nil
	}
	chances, err := s.willing(ctx, v, keys)
	for _, through := range out {
		slices.SortStableFunc(through, func(a, b people.Ref) int { return cmp.Compare(chances[b.ID], chances[a.ID]) })
	}
	return out, err
}

// leastGain is how many people who are new must come within reach for it to be worth asking somebody a favour.
const leastGain = 2

// mostFresh is how many people to get to know are proposed at once, of so many that are looked at.
const mostFresh, freshLooked = 6, 30

// acquaintanceMoves proposes to get to know those through whom most comes within reach, and whom somebody can
// introduce.
func (s *Service) acquaintanceMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	view, err := s.network.View(ctx, v)
	if err != nil {
		return nil, err
	}
	if _, known := view.Number(v.Person); !known {
		return nil, nil
	}
	edition, err := s.network.Naming(ctx, v, func(person id.ID) bool {
		_, in := view.Number(person)
		return in
	})
	if err != nil {
		return nil, err
	}
	name := fmt.Sprint("acquaintances of ", v.Person, edition)
	list, err := tie.OfView(view, name, func() ([]Acquaintance, error) {
		out, err := s.next(ctx, v, NextInput{Limit: freshLooked})
		return out.People, err
	})
	if err != nil {
		return nil, err
	}
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	doubles, err := s.network.Doubles(ctx, v)
	if err != nil {
		return nil, err
	}
	// Who is here twice may be known well under the other entry.
	known := func(person id.ID) bool {
		return slices.ContainsFunc(doubles.Of(person), func(entry id.ID) bool { return ties[entry].Interactions > 0 })
	}
	middles, err := s.middles(ctx, v, list)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, a := range list {
		if len(a.Through) == 0 || a.Name == "" || a.Gain < leastGain || len(out) == mostFresh || known(a.ID) {
			continue
		}
		middle := middles[a.ID][0]
		out = append(out, move.Move{
			Key: "meet:" + a.ID.String(), Principle: "horizon", Kind: "meet",
			People:   []move.Person{{ID: middle.ID, Name: middle.Name}, {ID: a.ID, Name: a.Name}},
			What:     p.T("Ask %s to bring you to %s.", middle.Name, a.Name),
			Why:      p.T("Through %s you may get to know %d people who are new to you.", a.Name, int(a.Gain)),
			Evidence: []move.Evidence{}, Value: 0.3, EffortMinutes: 10,
			Draft: move.Write("Hello %s, you know %s, don't you? I would like to get acquainted. Could you bring us "+
				"together?", move.Given(middle.Name), a.Name),
			Effects: []move.Effect{move.Contact("message", middle.ID)},
			Action: move.Action{
				Label: p.T("Ask for an introduction"),
				Page:  page.IntroductionAddress(a.ID.String(), middle.ID.String()),
			},
		})
	}
	return out, nil
}

// given is how somebody is called in a sentence.
func given(name string) string { return move.Given(name) }

// reaches is how people are reached.
type reaches = map[id.ID]move.Reach
