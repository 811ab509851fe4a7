package ask

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

const (
	// waitsAfter is when an open ask that nobody answered is brought up again.
	waitsAfter = 5 * 24 * time.Hour
)

// Propose proposes to go on with asks that wait, to thank who helped, to look at offers that match an ask, to help with
// asks of others, and to answer introductions.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	mine, err := s.List(ctx, v, Filter{Mine: true, Limit: 200})
	if err != nil {
		return nil, err
	}
	others, err := s.List(ctx, v, Filter{Other: true, Limit: 200})
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, a := range mine {
		out = append(out, s.ownMoves(v, a, others)...)
	}
	for _, a := range others {
		if a.Kind == Asking && a.State == Open && len(a.Answers) == 0 && v.Now.Sub(a.Created) < 60*24*time.Hour {
			p := v.Printer()
			what := p.T("Can you help? %s", text.Clip(a.Text, 120))
			if tact.Delicate(a.Text) {
				what = p.T("Somebody asks for help. Open it to read it.")
			}
			out = append(out, s.of(v, a, "help", what,
				p.T("It is asked within your reach, and nobody answered yet."), 0.45, 10))
		}
	}
	waiting, err := s.introductionMoves(ctx, v)
	if err != nil {
		return nil, err
	}
	dare, err := s.dareMoves(ctx, v, mine)
	return slices.Concat(out, waiting, dare), err
}

const (
	// daresAfter is after how long without an ask of one's own it is proposed to ask for something.
	daresAfter = 21 * 24 * time.Hour
	// mostDares is how many people are named at once, each in a move of their own.
	mostDares = 3
	// groupFrom is from how many people who are near on a tag is the name of a group, and no skill.
	groupFrom = 8
)

// dareMoves proposes to ask for advice to who has not asked for anything for long, and names who knows about what: the
// best known first. Others come each week.
func (s *Service) dareMoves(ctx context.Context, v op.Viewer, mine []Ask) ([]move.Move, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	last, err := s.lastAsk(ctx, v, mine)
	if err != nil || v.Now.Sub(last) < daresAfter {
		return nil, err
	}
	nearness, err := s.network.Nearness(ctx, v)
	if err != nil {
		return nil, err
	}
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	staff, err := s.network.Staff(ctx, v)
	if err != nil {
		return nil, err
	}
	var know []room.Knowledge
	borne := map[string]int{} // by how many of those who are near, of each tag
	var near []*people.Profile
	for key := range ties {
		p := profiles[key]
		if p == nil || nearness(key) < tie.ModerateFrom {
			continue
		}
		near = append(near, p)
		for _, l := range p.Lines {
			if l.Tag() {
				borne[l.Text]++
			}
		}
	}
	for _, p := range near {
		if p.Person.ID == v.Person || p.Died || !text.Familiar(p.Person.Name) {
			continue
		}
		for _, l := range p.Lines {
			// A tag of many is a group, one of a wide field may be, one of an organisation is where they work, and one
			// that names no skill is a word of one's own.
			if _, place := staff[strings.ToLower(l.Text)]; l.Tag() && !place && borne[l.Text] < groupFrom &&
				!tact.Delicate(l.Text) && fit.NeedOf(l.Text).Special() {
				know = append(know, room.Knowledge{Person: p.Person.ID, Name: p.Person.Name, Text: l.Text})
				break
			}
		}
	}
	know = room.Near(know, nearness, tie.ModerateFrom, func(room.Knowledge) bool { return true })
	p := v.Printer()
	why := p.T("You have not asked for anything yet. People agree about twice as often as one expects, and who asks " +
		"for advice shows trust.")
	if !last.IsZero() {
		why = p.T("You have not asked for anything for %s. People agree about twice as often as one expects, and who "+
			"asks for advice shows trust.", p.Span(v.Now.Sub(last)))
	}
	var out []move.Move
	for _, k := range move.Weekly(know, mostDares, v.Now) {
		name := move.Given(k.Name)
		out = append(out, move.Move{
			Key: "dare:" + k.Person.String(), Principle: "ask", Kind: "dare",
			People:   []move.Person{{ID: k.Person, Name: k.Name}},
			What:     p.T("Ask %s for advice about %s.", k.Name, k.Text),
			Why:      why,
			Evidence: []move.Evidence{{Text: p.T("%s knows about: %s", k.Name, text.Clip(k.Text, 80))}},
			Value:    0.45, EffortMinutes: 10,
			Draft: move.Write("Hello %s, you know a lot about %s. May I have your advice on something there? A "+
				"quarter of an hour is enough, and no is a fine answer.", name, k.Text).
				Quoting(k.Text, move.Write("Hello %s, may I have your advice on something that you know well? A "+
					"quarter of an hour is enough, and no is a fine answer.", name)),
			Action: move.Action{Label: p.T("Ask something"), Page: "/asks/new"},
		})
	}
	return out, nil
}

// lastAsk is when the viewer last asked for something, here or by the way; the zero time for never.
func (s *Service) lastAsk(ctx context.Context, v op.Viewer, mine []Ask) (last time.Time, err error) {
	for _, a := range mine {
		if a.Kind == Asking && a.Created.After(last) {
			last = a.Created
		}
	}
	if s.favours == nil {
		return last, nil
	}
	favours, err := s.favours(ctx, v)
	for _, f := range favours {
		if f.At.After(last) {
			last = f.At
		}
	}
	return last, err
}

// quoted is a text as evidence; none of what is delicate, which is read where it stands.
func quoted(body string, at *time.Time) []move.Evidence {
	if tact.Delicate(body) {
		return []move.Evidence{}
	}
	return []move.Evidence{{Text: text.Clip(body, 200), Time: at}}
}

// of makes a move about an ask.
func (s *Service) of(v op.Viewer, a Ask, kind, what, why string, value float64, minutes int) move.Move {
	m := move.Move{
		Key: kind + ":" + a.ID.String(), Principle: "ask", Kind: kind, People: []move.Person{}, What: what, Why: why,
		Evidence: quoted(a.Text, &a.Created), Value: value, EffortMinutes: minutes,
		Action: move.Action{Label: v.Printer().T("Look at the ask"), Page: "/asks/" + a.ID.String()},
	}
	if a.Author != nil && !a.Own {
		m.People = append(m.People, move.Person{ID: a.Author.ID, Name: a.Author.Name})
	}
	return m
}

func (s *Service) ownMoves(v op.Viewer, a Ask, others []Ask) []move.Move {
	if a.State == Closed || a.Kind != Asking {
		return nil
	}
	p := v.Printer()
	var out []move.Move
	for _, h := range a.Helped {
		if h.Thanked == nil {
			m := s.of(v, a, "thank", p.T("Thank %s for the help.", h.Name),
				p.T("They helped %s with what you asked.", p.Ago(h.At, v.Now)), 0.8, 3)
			m.Key += ":" + h.ID.String()
			m.People, m.Pressing = []move.Person{{ID: h.ID, Name: h.Name}}, true
			m.Draft = move.Write("Hello %s, thank you for your help. It meant a lot to me.", move.Given(h.Name))
			m.Effects = []move.Effect{{
				Operation: "ask.thank", Input: map[string][]string{"ask": {a.ID.String()}, "person": {h.ID.String()}},
			}}
			out = append(out, m)
		}
	}
	if a.State != Open {
		return out
	}
	last := a.Created
	for _, x := range a.Asked {
		if x.At.After(last) {
			last = x.At
		}
	}
	if silent := v.Now.Sub(last); silent >= waitsAfter {
		value := 0.55
		why := p.T("Nobody answered since %s. Ask one more person, or say it more clearly.", p.Date(last))
		if by, err := time.ParseInLocation(time.DateOnly, a.By, v.Now.Location()); err == nil {
			if by.Before(v.Now.AddDate(0, 0, -1)) {
				why = p.T("The day by which you needed it is over: close it, or ask again.")
			} else if by.Before(v.Now.AddDate(0, 0, 7)) {
				value, why = 0.8, p.T("You need it by %s.", p.Date(by))
			}
		}
		// An old ask is less and less likely to be alive.
		what := p.T("Your ask waits: %s", text.Clip(a.Text, 120))
		if tact.Delicate(a.Text) {
			what = p.T("An ask of yours waits. Open it to read it.")
		}
		out = append(out, s.of(v, a, "waits", what, why,
			value*temporal.Faded(silent.Hours()/24, 60), 10))
	}
	for _, o := range others {
		if o.Kind == Offering && o.State != Closed && fit.Meets(a.Text, o.Text) >= fit.Floor &&
			!tact.Any(a.Text, o.Text) {
			m := s.of(v, o, "match", p.T("This offer may be what you ask: %s", text.Clip(o.Text, 120)),
				p.T("You asked: %s", text.Clip(a.Text, 120)), 0.75, 5)
			m.Key += ":" + a.ID.String()
			out = append(out, m)
		}
	}
	return out
}

func (s *Service) introductionMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	list, err := s.openIntroductions(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, i := range list {
		m := move.Move{
			Key: "introduction:" + string(i.Step) + ":" + i.ID.String(), Principle: "ask", Kind: "introduction",
			People: []move.Person{}, What: i.Sentence(p),
			Evidence: quoted(i.Text, &i.Created), EffortMinutes: 5, Pressing: true,
			Action: move.Action{Label: p.T("Look"), Page: "/introductions"},
		}
		switch {
		case i.You != Requester && len(i.Can) > 0 && (i.Step == Requested || i.You == Target && i.Step == Willing):
			m.Why, m.Value = p.T("They wait for your yes or no."), 0.8
		case i.You == Requester && i.Step.bothAgreed() && i.Step != Finished:
			m.Why, m.Value = p.T("Both agreed: get in touch, say what came of it, and thank who introduced you."), 0.85
		case i.You == Requester && (i.Step == Requested || i.Step == Willing) && v.Now.Sub(i.Created) > remindAfter:
			m.Why, m.Value = p.T("No answer yet since %s. A short reminder is fine; it ends by itself on %s.",
				p.Date(i.Created), p.Date(*i.Expires)), 0.4
		default:
			continue
		}
		out = append(out, m)
	}
	return out, nil
}

// greeting begins a message to somebody.
func greeting(p *locale.Printer, name string) string { return p.T("Hello %s,", move.Given(name)) }
