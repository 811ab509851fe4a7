package colleagues

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

var _ move.Proposer = (*Service)(nil)

// Propose proposes to get to know a second person where all contact with an organisation rests on one, to ask how
// things run where somebody can tell, and to look again at own observations that fade.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	out, err := s.singleThreads(ctx, v)
	if err != nil {
		return nil, err
	}
	faded, err := s.fadedMoves(ctx, v)
	return append(out, faded...), err
}

const (
	// severalKnown is how many people of an organisation must be known before it is odd that contact rests on one of
	// them.
	severalKnown = 4

	// mostThreads is how many such organisations are proposed at once, and mostRuns how many to ask about.
	mostThreads = 10
	mostRuns    = 10

	// mostFaded is how many observations are asked about again at once.
	mostFaded = 3

	// fadedBelow is what is left of an observation when it is time to look again: about half a year after a usual one.
	fadedBelow = 0.35
)

// contact is how much the viewer has to do with somebody of an organisation.
type contact struct {
	person   id.ID
	strength float64
}

// thread is an organisation with those whom the viewer knows of there, the best known first.
type thread struct {
	organisation string
	strength     float64 // of the tie with the best known
	contacts     []contact
}

// runMoves proposes to ask who is known best in an organisation how things really run there.
func runMoves(p *locale.Printer, everybody *people.Everybody, list []thread) []move.Move {
	var out []move.Move
	for _, t := range list {
		one := everybody.Of(t.contacts[0].person)
		out = append(out, move.Move{
			Key: "runs:" + one.ID.String(), Principle: "colleagues", Kind: "runs",
			People: []move.Person{{ID: one.ID, Name: one.Name}},
			What:   p.T("Ask %s whom at %s you can best turn to for what.", one.Name, one.Organisation),
			Why: p.T("You have to do with more than one of the %d people whom you know of there, and who turns to "+
				"whom is in no chart.", len(t.contacts)),
			Evidence: []move.Evidence{
				{Text: p.T("Of those there you know %s best.", one.Name)},
			},
			Value: 0.2 + 0.2*t.contacts[0].strength, EffortMinutes: 10,
			Draft: move.Write("Hello %s, I have to do with several people at %s. Shall we have coffee? I would like "+
				"to hear from you whom I can best turn to for what.", move.Given(one.Name), one.Organisation),
			Effects: []move.Effect{move.Contact("message", one.ID)},
			Action:  move.Action{Label: p.T("Write down what you hear"), Page: "/colleagues/notes"},
		})
	}
	return out
}

// singleThreads finds organisations that the viewer reaches through one person only, though more people there are
// known, and those of which somebody can tell how they run.
func (s *Service) singleThreads(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	states, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	staff, err := s.network.Staff(ctx, v)
	if err != nil {
		return nil, err
	}
	name := func(p *people.Entry) string { return strings.ToLower(strings.TrimSpace(p.Organisation)) }
	own := ""
	if me := everybody.Of(v.Person); me != nil {
		own = name(me)
	}
	strength := func(person id.ID) float64 {
		state, ok := states[person]
		if !ok {
			return 0
		}
		return tie.Strength(state.IntensityAt(v.Now))
	}
	// Of each organisation the strongest tie, when it is at least moderate, and whether another would stay when that
	// person leaves. All other ties are weaker than to play a part in that.
	type strongest struct {
		best, next float64
	}
	const stays = tie.ModerateFrom / 3
	known := map[string]strongest{}
	best := map[string]float64{} // by name: somebody may be here twice, and be known well under the other entry
	for key := range states {
		s := strength(key)
		if s < stays {
			continue
		}
		p := everybody.Of(key)
		if p != nil {
			best[p.Folded] = max(best[p.Folded], s)
		}
		if p == nil || key == v.Person || !p.Merged.IsZero() || name(p) == own {
			continue
		}
		of := known[name(p)]
		known[name(p)] = strongest{max(of.best, s), max(of.next, min(of.best, s))}
	}
	var threads, runs []thread
	for at, of := range known {
		switch {
		case of.best < tie.ModerateFrom || len(staff[at]) < severalKnown:
		case of.next < stays:
			threads = append(threads, thread{at, of.best, nil})
		default:
			runs = append(runs, thread{at, of.best, nil})
		}
	}
	first := func(list []thread, most int) []thread {
		slices.SortFunc(list, func(a, b thread) int {
			return cmp.Or(cmp.Compare(b.strength, a.strength), strings.Compare(a.organisation, b.organisation))
		})
		list = list[:min(len(list), most)]
		for i := range list {
			for _, key := range staff[list[i].organisation] {
				list[i].contacts = append(list[i].contacts, contact{key, strength(key)})
			}
			slices.SortFunc(list[i].contacts, func(a, b contact) int {
				return cmp.Or(cmp.Compare(b.strength, a.strength), a.person.Compare(b.person))
			})
		}
		return list
	}
	threads, runs = first(threads, mostThreads), first(runs, mostRuns)
	doubles, err := s.network.Doubles(ctx, v)
	if err != nil {
		return nil, err
	}
	// Who works in several places, as far as is known, may have left this one; and of whom only initials are known it
	// is not clear who they are.
	var keys []id.ID
	for _, t := range slices.Concat(threads, runs) {
		keys = append(keys, t.contacts[0].person)
	}
	places, err := s.network.Workplaces(ctx, v, doubles, keys)
	if err != nil {
		return nil, err
	}
	left := func(t thread) bool {
		one := everybody.Of(t.contacts[0].person)
		return len(places[one.ID]) > 1 || !text.Familiar(one.Name)
	}
	threads, runs = slices.DeleteFunc(threads, left), slices.DeleteFunc(runs, left)
	var seconds []id.ID
	for _, t := range threads {
		for _, c := range t.contacts[1:] {
			seconds = append(seconds, c.person)
		}
	}
	planned, err := s.network.Planned(ctx, v, seconds)
	if err != nil {
		return nil, err
	}
	if places, err = s.network.Workplaces(ctx, v, doubles, seconds); err != nil {
		return nil, err
	}
	p := v.Printer()
	out := runMoves(p, everybody, runs)
	for _, t := range threads {
		at := slices.IndexFunc(t.contacts[1:], func(c contact) bool {
			return best[everybody.Of(c.person).Folded] < stays && len(places[c.person]) <= 1
		})
		if at >= 0 && planned[t.contacts[1+at].person] {
			continue // the door opens by itself
		}
		if at >= 0 {
			second := t.contacts[1+at].person
			var state tie.State // the latest, under any entry
			for _, entry := range doubles.Of(second) {
				if one := states[entry]; one.AsOf > state.AsOf {
					state = one
				}
			}
			m := threadMove(p, t, everybody.Of(t.contacts[0].person), everybody.Of(second))
			if state.Interactions > 0 {
				m = m.again(p, v.Now.Sub(time.UnixMicro(state.AsOf)), state.Interactions)
			}
			out = append(out, m.Move)
		}
	}
	return out, nil
}

// second is the move towards a second person of an organisation.
type second struct {
	move.Move
	organisation string
}

// spokenOften is from how many contacts on two have spoken with each other, rather than seen each other's name.
const spokenOften = 5

// again makes it one towards somebody with whom the viewer had contact before, so long ago and so often: nobody is
// introduced to whom they know.
func (s second) again(p *locale.Printer, silent time.Duration, contacts int) second {
	slices.Reverse(s.People)
	who := s.People[0]
	s.What = p.T("Speak to a second person at %s too: %s.", s.organisation, who.Name)
	s.Draft = move.Write("Hello %s, we know each other only a little. I would like to hear how things are at %s. "+
		"Shall we have coffee one of these weeks?", move.Given(who.Name), s.organisation)
	if silent > 60*24*time.Hour && contacts >= spokenOften {
		s.Draft = move.Write("Hello %s, it has been a while since we spoke. How are things at %s? Shall we have "+
			"coffee one of these weeks?", move.Given(who.Name), s.organisation)
	}
	s.Effects, s.Action = []move.Effect{move.Contact("message", who.ID)}, move.Action{}
	return s
}

// threadMove proposes to get to know a second person of an organisation.
func threadMove(p *locale.Printer, t thread, one, other *people.Entry) second {
	m := move.Move{
		Key: "thread:" + one.ID.String(), Principle: "colleagues", Kind: "thread",
		People: []move.Person{{ID: one.ID, Name: one.Name}, {ID: other.ID, Name: other.Name}},
		What:   p.T("Get to know a second person at %s: ask %s about %s.", one.Organisation, one.Name, other.Name),
		Why: p.T("You know of %d people there, and all contact rests on one of them. If that one leaves, the "+
			"door closes.", len(t.contacts)),
		Evidence: []move.Evidence{{Text: p.T("Your tie with %s is the only one there that lives.", one.Name)}},
		Value:    0.25 + 0.3*t.contacts[0].strength, EffortMinutes: 10,
		Draft: move.Write("Hello %s, at %s you are really the only one I know. I would like to get to know %s too. "+
			"Could you bring us together?", move.Given(one.Name), one.Organisation, other.Name),
		Effects: []move.Effect{move.Contact("message", one.ID)},
		Action: move.Action{
			Label: p.T("Ask for an introduction"),
			Page:  page.IntroductionAddress(other.ID.String(), one.ID.String()),
		},
	}
	if other.Title != "" && !tact.DelicateTitle(other.Title) {
		m.Evidence = append(m.Evidence, move.Evidence{Text: other.Name + ": " + other.Title})
	}
	return second{m, one.Organisation}
}

// fadedMoves asks again about observations that have faded: they are not proof for ever.
func (s *Service) fadedMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	list, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(x tie.Stated) bool { return x.Weight >= fadedBelow || x.Weight < 0.1 })
	slices.SortFunc(list, func(a, b tie.Stated) int {
		return cmp.Or(b.At.Compare(a.At), slices.Compare(a.From[:], b.From[:]), slices.Compare(a.To[:], b.To[:]))
	})
	list = list[:min(len(list), mostFaded)]
	var keys []id.ID
	for _, x := range list {
		keys = append(keys, x.From, x.To)
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, x := range list {
		first, ok := refs[x.From]
		second, also := refs[x.To]
		if !ok || !also {
			continue
		}
		out = append(out, move.Move{
			Key: "faded:" + x.From.String() + ":" + x.To.String() + ":" + x.Layer.Name, Principle: "colleagues",
			Kind:     "observation",
			People:   []move.Person{{ID: first.ID, Name: first.Name}, {ID: second.ID, Name: second.Name}},
			What:     p.T("Is it still so: %s turns to %s (%s)?", first.Name, second.Name, p.T(x.Layer.Name)),
			Why:      p.T("You saw it %s, and an observation fades.", p.Ago(x.At, v.Now)),
			Evidence: []move.Evidence{{Text: p.T("your own observation"), Time: &x.At}},
			Value:    0.15, EffortMinutes: 2, Action: move.Action{Label: p.T("Look"), Page: "/colleagues/notes"},
		})
	}
	return out, nil
}
