package goodwill

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

// Propose brings up reminders, and proposes to meet open needs, to mark birthdays and other days, and to get in touch
// where a tie fell silent.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	var out []move.Move
	for _, propose := range []func(context.Context, op.Viewer) ([]move.Move, error){
		s.reminderMoves, s.needMoves, s.dateMoves, s.driftMoves,
	} {
		moves, err := propose(ctx, v)
		if err != nil {
			return nil, err
		}
		out = append(out, moves...)
	}
	return out, nil
}

// mostOld is how many old needs are asked after at once; others come each week, and each once in half a year.
const mostOld = 2

// needMoves proposes to meet needs that are open, and to ask after those that are old or whose day has passed: Gave
// asks rather than assumes, and nothing vanishes in silence.
func (s *Service) needMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	p := v.Printer()
	needs, err := s.Facts(ctx, v, id.Zero, Need, true, 200)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	var old []Fact
	noted := map[string]bool{}
	for _, f := range needs { // the newest first
		age := v.Now.Sub(f.At)
		if age < 0 || f.delicate() {
			continue
		}
		// A need that was noted twice is one need.
		if again := f.Person.ID.String() + strings.Join(text.Words(f.Body), " "); noted[again] {
			continue
		} else {
			noted[again] = true
		}
		if age > needFresh {
			old = append(old, f)
			continue
		}
		what := p.T("Help %s along, who is looking for: %s.", f.Person.Name, f.Body)
		why := p.T("You noted it %s, and nothing says that it was found.", p.Ago(f.At, v.Now))
		pressing := false
		value := 0.9 * temporal.Faded(age.Hours()/24, 60) // a need of two months ago is half as likely to be open
		if f.Due != "" {
			if due, err := time.ParseInLocation(time.DateOnly, f.Due, v.Now.Location()); err == nil {
				if due.Before(v.Now.AddDate(0, 0, -1)) {
					old = append(old, f)
					continue
				}
				if due.Before(v.Now.AddDate(0, 0, 14)) {
					value, pressing = max(value, 0.85), true
					why = p.T("They need it by %s.", p.Date(due))
				}
			}
		}
		out = append(out, move.Move{
			Key: "need:" + f.ID.String(), Principle: "goodwill",
			Kind: "need", People: []move.Person{{ID: f.Person.ID, Name: f.Person.Name}},
			What: what, Why: why, Evidence: []move.Evidence{{Text: f.Body, Time: &f.At}},
			Value: value, EffortMinutes: 15, Pressing: pressing, Wish: move.Wished(f.Person.ID, f.Body),
			Draft: f.offer(age),
			Effects: []move.Effect{{
				Operation: "goodwill.answer", Input: map[string][]string{"fact": {f.ID.String()}},
				Undo: "goodwill.answer", UndoInput: map[string][]string{"fact": {f.ID.String()}, "open": {"true"}},
			}},
		})
	}
	for _, f := range move.Weekly(old, mostOld, v.Now) {
		half := v.Now.Year()*2 + int(v.Now.Month()-1)/6
		out = append(out, move.Move{
			Key: "still:" + f.ID.String() + ":" + strconv.Itoa(half), Principle: "goodwill", Kind: "still",
			People: []move.Person{{ID: f.Person.ID, Name: f.Person.Name}},
			What:   p.T("Ask %s whether it is still needed: %s.", f.Person.Name, f.Body),
			Why:    p.T("You noted it %s, and nothing was heard of it since.", p.Ago(f.At, v.Now)),
			Value:  0.3, EffortMinutes: 3, Evidence: []move.Evidence{{Text: f.Body, Time: &f.At}},
			Wish:    move.Wished(f.Person.ID, f.Body),
			Draft:   f.stillSo(),
			Effects: []move.Effect{move.Contact("message", f.Person.ID)},
		})
	}
	return out, nil
}

// justNoted is how long after a need was noted it is not asked yet whether it was met: it was told just now.
const justNoted = 7 * day

// offer offers to think along about what somebody needs, so long ago.
func (f Fact) offer(age time.Duration) move.Draft {
	if age > justNoted {
		return f.stillSo()
	}
	name := move.Given(f.Person.Name)
	return move.Write("Hello %s, I thought of what you are looking for: %s. Shall I ask around?", name, f.Body).
		Quoting(f.Body, move.Write("Hello %s, I thought of what you are looking for. Shall I ask around?", name))
}

// stillSo asks whether somebody still looks for what they needed.
func (f Fact) stillSo() move.Draft {
	name := move.Given(f.Person.Name)
	return move.Write("Hello %s, I thought of what you were looking for: %s. Did you find it? If not, I would like to "+
		"think along.", name, f.Body).
		Quoting(f.Body, move.Write("Hello %s, I thought of what you were looking for. Did you find it? If not, I "+
			"would like to think along.", name))
}

// ahead is how many days before a birthday or anniversary of somebody who is near it is brought up, so that a card
// arrives in time. Nobody is congratulated before the day as if it were the day.
const ahead = 3

func (s *Service) dateMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	p := v.Printer()
	now := v.Now.In(p.Zone)
	var out []move.Move
	days := make([]time.Time, ahead+1)
	for i := range days {
		days[i] = now.AddDate(0, 0, i)
	}
	rows, err := s.network.DaysBetween(ctx, v, days)
	if err != nil {
		return nil, err
	}
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.Person
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	persons := make([]id.ID, 0, len(refs))
	for _, ref := range refs {
		persons = append(persons, ref.ID)
	}
	ties, err := s.network.TieStates(ctx, v, v.Person, persons)
	if err != nil {
		return nil, err
	}
	if len(persons) == 0 {
		return nil, nil
	}
	latest, err := s.network.LastContacts(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	for day, on := range days {
		begins := time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, on.Location())
		for _, r := range rows {
			ref, ok := refs[r.Person]
			if !ok || ref.ID == v.Person || r.Day != int(on.Month())*100+on.Day() {
				continue
			}
			if at, met := latest[ref.ID]; met && !at.Before(begins) {
				continue // they were in touch on the day itself
			}
			what, why := p.T("Think of %s.", ref.Name), p.T("%s: %s.", people.DayKind(r.Kind, p), p.Ago(on, now))
			evidence := people.DayKind(r.Kind, p) + " " + p.Date(on)
			draft := move.Write("Hello %s, I am thinking of you.", move.Given(ref.Name))
			switch tact.DayOf(r.Kind) {
			case tact.Silent, tact.Deceased:
				continue
			case tact.Quiet: // somebody may read along on a screen or in the morning mail
				why, evidence = p.T("You wanted to be told of this day."), p.Date(on)
			case tact.Glad:
				what = p.T("Congratulate %s.", ref.Name)
				draft = move.Write("Hello %s, congratulations. I wish you a fine day.", move.Given(ref.Name))
			}
			strength := tie.Strength(ties[ref.ID].Peak)
			if day > 0 {
				if strength < tie.StrongFrom || tact.DayOf(r.Kind) != tact.Glad {
					continue
				}
				what = p.T("Send %s a card, so that it is there on %s.", ref.Name, p.Date(on))
				draft = move.Write("Hello %s, a little ahead of the day: congratulations. I wish you a fine day.",
					move.Given(ref.Name))
			}
			if r.Kind == "birthday" {
				why = p.T("Has a birthday %s.", p.Ago(on, now))
			}
			if r.Kind == "birthday" && r.Year > 1900 && now.Year() > r.Year {
				why = p.T("Turns %d %s.", on.Year()-r.Year, p.Ago(on, now))
			}
			out = append(out, move.Move{
				Key:       "date:" + r.Kind + ":" + ref.ID.String() + ":" + on.Format(time.DateOnly),
				Principle: "goodwill", Kind: "date",
				People: []move.Person{{ID: ref.ID, Name: ref.Name}}, What: what, Why: why,
				Evidence: []move.Evidence{{Text: evidence}},
				Value:    (0.35 + 0.6*strength) * (1 - 0.1*float64(day)), EffortMinutes: 5, Pressing: true,
				Draft: draft, Effects: []move.Effect{move.Contact("message", ref.ID)},
			})
		}
	}
	return out, nil
}

// mostDrifts is how many ties that fell silent are proposed at once: the rest can wait.
const mostDrifts = 40

// recordYears is how far back it is looked on which days the viewer was in contact with anybody.
const recordYears = 3

// silenceFades is how much longer than need be a silence has lasted when half of what was pressing about it is gone: a
// word is easiest soon.
const silenceFades = 60 * day

// driftMoves looks at the ties that once were most intense and have been silent for longer than they are used to. It
// says that they are silent, and no more: that they end is not foreseen better than by silence itself.
func (s *Service) driftMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	const looked = 250 // ties; with at most 40 contacts each this stays within a few milliseconds
	p := v.Printer()
	ties, err := s.rhythms(ctx, v, shortestRhythm, looked)
	if err != nil {
		return nil, err
	}
	var out []move.Move
	for _, t := range ties {
		person, rhythm, last := t.person, t.rhythm, t.last
		if !rhythm.Quiet() {
			continue
		}
		soon := temporal.Faded(float64(rhythm.Silent-rhythm.Speaks()), float64(silenceFades))
		out = append(out, move.Move{
			Key: "drift:" + person.ID.String(), Principle: "goodwill",
			Kind: "drift", People: []move.Person{{ID: person.ID, Name: person.Name}},
			What: p.T("Get in touch with %s.", person.Name),
			Why:  p.T("You were last in touch %s.", p.Ago(last, v.Now)),
			Evidence: []move.Evidence{
				{Text: p.T("last contact %s", p.Date(last)), Time: &last},
				{Text: p.T("before that usually %s apart", p.Span(max(rhythm.Usual, day)))},
			},
			Value: tie.Strength(t.peak) * (0.5 + 0.4*soon), EffortMinutes: 10,
			Draft: move.Write("Hello %s, it has been a while. How are you? Shall we have coffee one of these weeks?",
				move.Given(person.Name)),
			Effects: []move.Effect{move.Contact("message", person.ID)},
		})
	}
	slices.SortStableFunc(out, func(a, b move.Move) int { return cmp.Compare(b.Value, a.Value) })
	return out[:min(len(out), mostDrifts)], nil
}
