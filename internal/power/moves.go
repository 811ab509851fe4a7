package power

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

var _ move.Proposer = (*Service)(nil)

// mostGoalMoves is for how many goals moves are proposed at once.
const mostGoalMoves = 3

// mostHolders is how many people are proposed for a goal at once: the next comes when one was spoken to.
const mostHolders = 8

// reviewed is how often it is proposed to look at a goal.
const reviewed = 10 * 24 * time.Hour

// spreads is how often it is proposed to spread what hangs on one person.
const spreads = 60 * 24 * time.Hour

// Propose proposes for each open goal to talk to the holders that are reached best, or to ask who can bring the viewer
// there; and to name a goal to who has none.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	goals, err := s.Goals(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	goals = slices.DeleteFunc(goals, func(g Goal) bool { return g.State != StateOpen })
	if len(goals) == 0 && !v.Person.IsZero() {
		return []move.Move{{
			Key: "goal:none", Principle: "power", Kind: "start", People: []move.Person{},
			What:     p.T("Name one thing that you want to bring about, with others."),
			Why:      p.T("Then Gave says who must be in, whom of them you reach, and who can bring you there."),
			Evidence: []move.Evidence{}, Value: 0.4, EffortMinutes: 5,
			Action: move.Action{Label: p.T("Set a goal"), Page: "/power"},
		}}, nil
	}
	met, err := s.metBefore(ctx, v)
	if err != nil {
		return nil, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, g := range goals[:min(len(goals), mostGoalMoves)] {
		if tact.Delicate(g.Title) {
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
		for _, x := range nextHolders(items.reached) {
			out = append(out, goalMove(p, g, x, met(x.ID)))
		}
		if m, is := spreadMove(p, g, items.reached, everybody); is {
			out = append(out, m)
		}
		out = append(out, move.Move{
			Key: "review:" + g.ID.String(), Principle: "power", Kind: "review", Rests: reviewed,
			People:   []move.Person{},
			What:     p.T("Look where “%s” stands: what is arranged, and what is still needed?", g.Title),
			Why:      p.T("A goal that nobody looks at for a while falls asleep."),
			Evidence: []move.Evidence{}, Value: 0.2, EffortMinutes: 5,
			Action: move.Action{Label: p.T("The goal"), Page: "/power/goals/" + g.ID.String()},
		})
	}
	return out, nil
}

// spreadMove proposes, quietly, that something which a goal takes and only one person has does not stay so.
func spreadMove(p *locale.Printer, g Goal, items []ItemReach, everybody *people.Everybody) (move.Move, bool) {
	for _, item := range items {
		if !item.Only || item.Kind == KindOrganisation || tact.Delicate(item.What) {
			continue
		}
		who, seen := everybody.Ref(item.holders[0])
		if !seen || !text.Familiar(who.Name) {
			continue
		}
		return move.Move{
			Key: "spread:" + g.ID.String() + ":" + who.ID.String(), Principle: "power", Kind: "spread", Rests: spreads,
			People: []move.Person{{ID: who.ID, Name: who.Name}},
			What:   p.T("Only %s holds “%s”: look for a second, or ask to show somebody else.", who.Name, item.What),
			Why:    p.T("For your goal “%s” it takes: %s.", g.Title, item.What), Evidence: []move.Evidence{},
			Value: 0.15, EffortMinutes: 10,
			Action: move.Action{Label: p.T("What hangs on one person"), Page: "/power/travel"},
		}, true
	}
	return move.Move{}, false
}

// nextHolder is somebody who holds something that a goal takes.
type nextHolder struct {
	*Holder
	item Item
}

// nextHolders are those who are reached best, each for one item.
func nextHolders(items []ItemReach) []nextHolder {
	var out []nextHolder
	for i := range items {
		if tact.Delicate(items[i].What) {
			continue
		}
		for k := range items[i].Holders {
			// Whose name or organisation only has the word is no reason to bother them, and of whom only initials are
			// known it is not clear who they are.
			h := &items[i].Holders[k]
			if text.Familiar(h.Name) && (items[i].Kind != KindSkill || h.Line != "" && !tact.Delicate(h.Line)) {
				out = append(out, nextHolder{h, items[i].Item})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b nextHolder) int { return cmp.Compare(b.Reach, a.Reach) })
	seen := map[id.ID]bool{}
	out = slices.DeleteFunc(out, func(h nextHolder) bool {
		again := seen[h.ID]
		seen[h.ID] = true
		return again
	})
	return out[:min(len(out), mostHolders)]
}

// metOften is from how many contacts on nobody is introduced to the other, however long ago that was.
const metOften = 5

// metBefore says whether the viewer knew somebody well enough to write to them, under any entry that may be theirs.
func (s *Service) metBefore(ctx context.Context, v op.Viewer) (func(person id.ID) bool, error) {
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	doubles, err := s.network.Doubles(ctx, v)
	return func(person id.ID) bool {
		return slices.ContainsFunc(doubles.Of(person), func(entry id.ID) bool {
			return ties[entry].Interactions >= metOften
		})
	}, err
}

func goalMove(p *locale.Printer, g Goal, x nextHolder, met bool) move.Move {
	goal := move.Action{Label: p.T("The goal"), Page: "/power/goals/" + g.ID.String()}
	m := move.Move{
		Key: "goal:" + g.ID.String() + ":" + x.ID.String(), Principle: "power", Kind: "goal",
		Why:      p.T("For your goal “%s” it takes: %s.", g.Title, x.item.What),
		Evidence: saysSo(p, x), Value: 0.4 + 0.3*x.Reach,
	}
	far := len(x.Routes) > 0 && len(x.Routes[0].People) > 2
	if far && !met {
		middle := x.Routes[0].People[1]
		m.People = []move.Person{{ID: middle.ID, Name: middle.Name}, {ID: x.ID, Name: x.Name}}
		m.What = p.T("Ask %s to bring you to %s.", middle.Name, x.Name)
		m.EffortMinutes = 10
		m.Draft = move.Write("Hello %s, for “%s” I would like to speak to %s. Could you bring us together?",
			move.Given(middle.Name), g.Title, x.Name)
		m.Effects = []move.Effect{move.Contact("message", middle.ID)}
		m.Action = move.Action{
			Label: p.T("Ask for an introduction"), Page: page.IntroductionAddress(x.ID.String(), middle.ID.String()),
		}
		m.Other = &goal
		return m
	}
	m.People = []move.Person{{ID: x.ID, Name: x.Name}}
	m.What = p.T("Talk to %s about “%s”.", x.Name, g.Title)
	m.EffortMinutes = 20
	name := move.Given(x.Name)
	m.Draft = move.Write("Hello %s, I am working on “%s” and would like to hear how you see it. Do you have half an "+
		"hour?", name, g.Title)
	switch {
	case far: // nobody else is needed to find each other again
		m.Draft = move.Write("Hello %s, it has been a while. I am working on “%s” and thought of you. Do you have "+
			"half an hour? I would like to hear how you see it.", name, g.Title)
	case x.item.Kind == KindSkill:
		m.Draft = move.Write("Hello %s, I am working on “%s”. You know a lot about %s, so I would like to hear how "+
			"you see it. Do you have half an hour?", name, g.Title, x.item.What).Quoting(x.item.What, m.Draft)
	}
	m.Effects = []move.Effect{move.Contact("message", x.ID)}
	m.Action = goal
	return m
}

// saysSo is what says that a holder has what is needed, and what they do, as evidence. Where an organisation is needed,
// that they work there says so.
func saysSo(p *locale.Printer, h nextHolder) []move.Evidence {
	out := []move.Evidence{}
	if h.item.Kind == KindOrganisation {
		says := p.T("works at %s", h.item.What)
		if h.Role != "" && !tact.DelicateTitle(h.Role) {
			says += ": " + h.Role
		}
		return append(out, move.Evidence{Text: says})
	}
	if h.Line != "" {
		out = append(out, move.Evidence{Text: text.Clip(h.Line, 120)})
	}
	if h.Role != "" && !tact.DelicateTitle(h.Role) && text.Fold(h.Role) != text.Fold(h.Line) {
		out = append(out, move.Evidence{Text: h.Role})
	}
	return out
}
