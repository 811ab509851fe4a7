package give

import (
	"context"
	"strconv"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

// mostEffortless is how many small gifts are proposed at once.
const mostEffortless = 12

// Propose proposes to bring together who looks for somebody and who may be that, and the gifts that cost least and help
// most.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if s.wishes == nil {
		return nil, nil
	}
	wishes, err := s.wishes(ctx, v)
	if err != nil {
		return nil, err
	}
	out, err := s.introductionMoves(ctx, v, wishes)
	if err != nil {
		return nil, err
	}
	list, err := s.effortlessOf(ctx, v, wishes, mostEffortless)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	for _, e := range list {
		out = append(out, move.Move{
			Key: "effortless:" + e.Person.ID.String() + ":" + e.Wish, Principle: "give", Kind: "effortless",
			People: []move.Person{{ID: e.Person.ID, Name: e.Person.Name}},
			What:   p.T("Offer %s what you have: %s.", e.Person.Name, e.Offer), Why: e.Why,
			Evidence: []move.Evidence{{Text: e.Wish, Time: &e.at}},
			Value:    0.3 + 0.4*e.Score, EffortMinutes: e.Minutes, Wish: move.Wished(e.Person.ID, e.Wish),
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
	thoughts, err := s.thoughtMoves(ctx, v, wishes, out)
	return append(out, thoughts...), err
}

// mostThoughts is how many people are named at once of whom is known what they like.
const mostThoughts = 6

// thoughtMoves proposes to look for something for those of whom is known what they like, and for whom nothing is at
// hand; the best known first. Others come each week.
func (s *Service) thoughtMoves(
	ctx context.Context, v op.Viewer, wishes []room.Knowledge, not []move.Move,
) ([]move.Move, error) {
	nearness, err := s.network.Nearness(ctx, v)
	if err != nil {
		return nil, err
	}
	other := map[id.ID]bool{v.Person: true}
	for _, m := range not {
		other[m.People[0].ID] = true
	}
	wishes = room.Near(wishes, nearness, tie.ModerateFrom, func(w room.Knowledge) bool {
		return !w.Need && !other[w.Person] && !tact.Delicate(w.Text)
	})
	p := v.Printer()
	var out []move.Move
	for _, w := range move.Weekly(wishes, mostThoughts, v.Now) {
		out = append(out, move.Move{
			Key: "thought:" + w.Person.String() + ":" + w.Text, Principle: "give", Kind: "thought",
			People: []move.Person{{ID: w.Person, Name: w.Name}},
			What:   p.T("Send %s something about %s: a piece, a name, a thought.", w.Name, w.Text),
			Why:    p.T("They care about it, and it costs you five minutes."), Value: 0.25, EffortMinutes: 5,
			Evidence: []move.Evidence{{Text: w.Text, Time: &w.At}},
			Draft: move.Write("Hello %s, I thought of you and %s, and wanted to send you this:",
				move.Given(w.Name), w.Text).
				Quoting(w.Text, move.Write("Hello %s, I thought of you, and wanted to send you this:",
					move.Given(w.Name))),
			Effects: []move.Effect{move.Contact("message", w.Person)},
		})
	}
	return out, nil
}

// draft is a line to send along.
func (e Effortless) draft() move.Draft {
	name := move.Given(e.Person.Name)
	if e.Need {
		return move.Write("Hello %s, I thought of what you were looking for. Perhaps this is of use: %s. Shall I send "+
			"it?", name, e.Offer).
			Quoting(e.Offer, move.Write("Hello %s, I thought of what you were looking for. I have something that may "+
				"be of use. Shall I send it?", name))
	}
	return move.Write("Hello %s, I have something that you may like: %s. Shall I send it?", name, e.Offer).
		Quoting(e.Offer, move.Write("Hello %s, I have something that you may like. Shall I send it?", name))
}

// draft asks who looks for somebody whether they want to be brought together.
func (m match) draft() move.Draft {
	name := move.Given(m.wish.Name)
	if !m.through.ID.IsZero() {
		return move.Write("Hello %s, I thought of what you were looking for: %s. Are you still looking? %s knows "+
			"somebody who may help. Shall I ask?", name, m.wish.Text, m.through.Name).
			Quoting(m.wish.Text, move.Write("Hello %s, I thought of what you were looking for. Are you still looking? "+
				"%s knows somebody who may help. Shall I ask?", name, m.through.Name))
	}
	return move.Write("Hello %s, I thought of what you were looking for: %s. Are you still looking? Perhaps %s can "+
		"help you. Shall I bring you together?", name, m.wish.Text, m.helper.Name).
		Quoting(m.wish.Text, move.Write("Hello %s, I thought of what you were looking for. Are you still looking? "+
			"Perhaps %s can help you. Shall I bring you together?", name, m.helper.Name))
}

// other asks who may help, or who knows them, and does not say yet who it is for.
func (m match) other() move.Draft {
	if !m.through.ID.IsZero() {
		name := move.Given(m.through.Name)
		return move.Write("Hello %s, somebody I know is looking for %s. You know %s. Could that be something, and "+
			"would you bring them together? No is fine too.", name, m.wish.Text, m.helper.Name).
			Quoting(m.wish.Text, move.Write("Hello %s, somebody I know looks for help, and I thought of %s, whom you "+
				"know. Could that be something, and would you bring them together? No is fine too.", name,
				m.helper.Name))
	}
	name := move.Given(m.helper.Name)
	return move.Write("Hello %s, somebody I know is looking for %s. I thought of you. May I bring you together? No is "+
		"fine too.", name, m.wish.Text).
		Quoting(m.wish.Text, move.Write("Hello %s, somebody I know looks for help with something that you know well. "+
			"May I bring you together? No is fine too.", name))
}

// mostIntroductions is how many introductions are proposed at once.
const mostIntroductions = 12

func (s *Service) introductionMoves(
	ctx context.Context, v op.Viewer, wishes []room.Knowledge,
) ([]move.Move, error) {
	found, err := s.matches(ctx, v, wishes)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, m := range found[:min(len(found), mostIntroductions)] {
		seeker, helper := move.Person{ID: m.wish.Person, Name: m.wish.Name},
			move.Person{ID: m.helper.ID, Name: m.helper.Name}
		one := move.Move{
			Key:       "introduce:" + m.wish.Person.String() + ":" + m.helper.ID.String(),
			Principle: "give", Kind: "introduce", People: []move.Person{seeker, helper},
			What: p.T("Introduce %s to %s.", m.wish.Name, m.helper.Name),
			Why: p.T("%s looks for: %s. You noted it %s, and %s knows of this.", m.wish.Name, m.wish.Text,
				p.Ago(m.wish.At, v.Now), m.helper.Name),
			Evidence: []move.Evidence{
				{Text: m.wish.Text, Time: &m.wish.At}, {Text: m.helper.Name + ": " + m.line},
			},
			Value: 0.6 + 0.2*m.tie, EffortMinutes: 10, Wish: move.Wished(m.wish.Person, m.wish.Text),
			Draft: m.draft(), OtherDraft: m.other(),
			Effects: []move.Effect{move.Contact("message", m.wish.Person), {
				Operation: "give.log",
				Input: map[string][]string{
					"body": {p.T("an introduction to %s", m.helper.Name)}, "to": {m.wish.Person.String()},
					"kind": {string(Introduction)}, "minutes": {"10"},
				},
				Undo: "give.remove",
			}},
		}
		if !m.through.ID.IsZero() {
			one.Kind, one.Value = "bridge", 0.45+0.2*m.tie
			one.People = []move.Person{seeker, {ID: m.through.ID, Name: m.through.Name}, helper}
			one.What = p.T("Bring %s to %s, through %s.", m.wish.Name, m.helper.Name, m.through.Name)
			one.Why = p.T("%s looks for: %s. You noted it %s. %s knows of this, and %s knows them.", m.wish.Name,
				m.wish.Text, p.Ago(m.wish.At, v.Now), m.helper.Name, m.through.Name)
			one.Effects[0] = move.Contact("message", m.wish.Person, m.through.ID)
		}
		out = append(out, one)
	}
	return out, nil
}
