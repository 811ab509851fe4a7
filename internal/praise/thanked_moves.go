package praise

import (
	"context"
	"slices"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

const (
	// thanksFresh is how long somebody remembers well for what they thanked.
	thanksFresh = 45 * 24 * time.Hour

	// mostThanked is of how many people thanks are brought up at once.
	mostThanked = 3

	// thanksAmong is to how many people a mail of thanks is written at most, with its author: thanks to a whole club
	// are no praise of one.
	thanksAmong = 3
)

// thanked returns who thanked the viewer by mail, by themselves, the newest first, each once. What is delicate is not
// brought up.
func (s *Service) thanked(ctx context.Context, v op.Viewer) ([]Thanks, error) {
	list, err := s.network.MessagesTo(ctx, v, v.Now.Add(-thanksFresh), v.Now, thanksAmong)
	if err != nil {
		return nil, err
	}
	var out []Thanks
	seen := map[id.ID]bool{}
	for i := len(list) - 1; i >= 0; i-- {
		x := &list[i]
		if len(x.Participants) == 0 || x.Participants[0].Role != tie.From {
			continue
		}
		author, me := x.Participants[0].Person, tie.Participant{Person: v.Person, Role: tie.To}
		if author == v.Person || seen[author] || !slices.Contains(x.Participants, me) {
			continue
		}
		about, ok := thanksOf(x.Title)
		if !ok || tact.Delicate(x.Title) {
			continue
		}
		seen[author] = true
		subject, _, _ := text.Subject(x.Title)
		out = append(out, Thanks{author, subject, about, time.UnixMicro(x.Time).UTC()})
	}
	return out, nil
}

// thankedMoves proposes to ask who thanked the viewer whether their words may be kept as praise: the best moment to ask
// for some. Once for each person, and not of who praised the viewer or was asked before. Nothing is stored by it. Whom
// it is about goes into not.
func (s *Service) thankedMoves(
	ctx context.Context, v op.Viewer, list []Praise, not map[id.ID]bool,
) ([]move.Move, error) {
	found, err := s.thanked(ctx, v)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	asked, err := s.asked(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		if x.OfMe {
			asked = append(asked, x.Author.ID)
		}
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, t := range found {
		ref, ok := everybody.Ref(t.Person)
		if !ok || not[t.Person] || slices.Contains(asked, t.Person) || len(out) == mostThanked {
			continue
		}
		not[t.Person] = true
		out = append(out, move.Move{
			Key: "thanked:" + t.Person.String(), Principle: "praise", Kind: "thanked",
			People: []move.Person{{ID: ref.ID, Name: ref.Name}},
			What:   p.T("%s thanked you. Ask whether you may keep their words as praise.", ref.Name),
			Why: p.T("They wrote to you %s. What others say of you carries further than what you say yourself.",
				p.Ago(t.At, v.Now)),
			Evidence: []move.Evidence{{Text: t.Subject, Time: &t.At}},
			Value:    0.5 * temporal.Faded(v.Now.Sub(t.At).Hours()/24, 21), EffortMinutes: 3,
			Draft: move.Write("Hello %s, your thanks did me good. May I keep your words, and show them to others? "+
				"No is fine too.", move.Given(ref.Name)),
			Effects: []move.Effect{move.Contact("message", t.Person)}, Rests: askedFor,
			Action: move.Action{Label: p.T("Keep their words"), Page: keepAddress(t)},
		})
	}
	return out, nil
}
