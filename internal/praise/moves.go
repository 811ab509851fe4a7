package praise

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/id"
	"gave.network/internal/locale"
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

	// thankUntil is how long after a deed thanks are due, reportFrom from when on it can be told what came of it.
	thankUntil = 21 * 24 * time.Hour
	reportFrom = 21 * 24 * time.Hour

	// mostMoves is how many people to praise are proposed at once.
	mostMoves = 12

	// askFrom and askUntil are when somebody who was given something knows what it was worth, and still remembers.
	askFrom  = 10 * 24 * time.Hour
	askUntil = 75 * 24 * time.Hour

	// worthWords is from how many minutes on something is worth asking words about: nobody is asked to praise a tip.
	worthWords = 30

	// askedFor is how long somebody is not proposed again whom the viewer asked for some words: once is enough.
	askedFor = 10 * 365 * 24 * time.Hour
)

// Deed is something that somebody did for the viewer, by themselves.
type Deed struct {
	room.Knowledge
	Kind    string // what came in, as gifts name it: job, tip, introduction
	Work    bool   // they asked for something rather than gave it: a job, a booking, a collaboration
	Lead    bool   // something could come of it: a tip, an introduction, a recommendation
	Thanked bool   // the viewer thanked them for it
}

// Deeds tells what others did for the viewer.
type Deeds func(ctx context.Context, v op.Viewer) ([]Deed, error)

// Propose proposes to thank people for what they did, to report back to them and to praise them, to ask those for some
// words who thanked the viewer or were given something, and to look at praise that may be published.
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
		if x.waits() && v.Now.Sub(x.At) < deedFresh && len(out) == 0 &&
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
	done, proposed := s.deedMoves(v, deeds, lastPraised)
	thanked, err := s.thankedMoves(ctx, v, list, proposed)
	if err != nil {
		return nil, err
	}
	asks, err := s.askMoves(ctx, v, list, proposed)
	if err != nil {
		return nil, err
	}
	well, err := s.wellMoves(ctx, v, lastPraised, proposed)
	return slices.Concat(out, done, thanked, asks, well), err
}

// deedMoves proposes for what somebody did what its age asks for: thanks while it is fresh; then to report back to who
// brought work or a beginning, and to praise who helped where others hear it. Each person stands for one deed.
func (s *Service) deedMoves(
	v op.Viewer, deeds []Deed, lastPraised map[id.ID]time.Time,
) (out []move.Move, proposed map[id.ID]bool) {
	slices.SortStableFunc(deeds, func(a, b Deed) int { return b.At.Compare(a.At) })
	proposed = map[id.ID]bool{}
	for _, d := range deeds {
		age := v.Now.Sub(d.At)
		if age < 0 || age > deedFresh || proposed[d.Person] || d.Person == v.Person || len(proposed) == mostMoves ||
			tact.Delicate(d.Text) {
			continue
		}
		praised := lastPraised[d.Person].After(d.At)
		m := move.Move{
			Principle: "praise", People: []move.Person{{ID: d.Person, Name: d.Name}},
			Evidence: []move.Evidence{{Text: d.Text, Time: &d.At}}, Value: 0.6 * temporal.Faded(age.Hours()/24, 45),
		}
		switch {
		case age < thankUntil && !d.Thanked && !praised:
			thankMove(v.Printer(), d, &m, v.Now)
		case age >= reportFrom && (d.Work || d.Lead):
			reportMove(v.Printer(), d, &m, v.Now)
		case !d.Work && !d.Lead && !praised:
			praiseMove(v.Printer(), d, &m, v.Now)
		default:
			continue
		}
		m.Key = m.Kind + ":" + d.Person.String() + ":" + d.At.Format(time.DateOnly)
		proposed[d.Person] = true
		out = append(out, m)
	}
	return out, proposed
}

// The kinds of deeds that are thanked for in words of their own.
const (
	job           = "job"
	booking       = "booking"
	collaboration = "collaboration"
	tip           = "tip"
	introduction  = "introduction"
	referral      = "referral"
)

// thankMove proposes to thank somebody themselves, once for each deed, for what it was.
func thankMove(p *locale.Printer, d Deed, m *move.Move, now time.Time) {
	m.Kind, m.EffortMinutes, m.Rests = "thank", 2, deedFresh
	m.Why = p.T("It came in %s. Thanks are for them alone, and best while it is fresh.", p.Ago(d.At, now))
	given, plain := move.Given(d.Name), move.Draft{}
	switch d.Kind {
	case job:
		m.What = p.T("Thank %s for the job: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for coming to me for %s. I am glad to do it.", given, d.Text)
		plain = move.Write("Hello %s, thank you for coming to me with this. I am glad to do it.", given)
	case booking:
		m.What = p.T("Thank %s for asking you: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for asking me for %s. I look forward to it.", given, d.Text)
		plain = move.Write("Hello %s, thank you for asking me. I look forward to it.", given)
	case collaboration:
		m.What = p.T("Thank %s for working with you: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for taking me along in %s. I enjoy working with you.", given, d.Text)
		plain = move.Write("Hello %s, thank you for taking me along. I enjoy working with you.", given)
	case tip:
		m.What = p.T("Thank %s for the tip: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for your tip about %s. It was of real use to me.", given, d.Text)
		plain = move.Write("Hello %s, thank you for your tip. It was of real use to me.", given)
	case introduction:
		m.What = p.T("Thank %s for the introduction: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for the introduction around %s. It was kind of you.", given, d.Text)
		plain = move.Write("Hello %s, thank you for the introduction. It was kind of you.", given)
	case referral:
		m.What = p.T("Thank %s for recommending you: %s.", d.Name, d.Text)
		m.Draft = move.Write("Hello %s, thank you for recommending me for %s. It was kind of you.", given, d.Text)
		plain = move.Write("Hello %s, thank you for recommending me. It was kind of you.", given)
	default:
		m.What = p.T("Thank %s for: %s.", d.Name, d.Text)
		m.Draft, plain = helped(given, d.Text)
	}
	m.Draft = m.Draft.Quoting(d.Text, plain)
	m.Effects = []move.Effect{move.Contact("message", d.Person)}
}

// helped thanks for help of any kind.
func helped(given, what string) (quoting, plain move.Draft) {
	return move.Write("Hello %s, thank you for your help: %s. It was of real use to me.", given, what),
		move.Write("Hello %s, thank you for your help. It meant a lot to me.", given)
}

// reportMove proposes to tell who began something what came of it, and to ask who came with work how it goes; once for
// each deed.
func reportMove(p *locale.Printer, d Deed, m *move.Move, now time.Time) {
	m.Kind, m.EffortMinutes, m.Rests = "report", 5, deedFresh
	m.What = p.T("Tell %s what came of: %s.", d.Name, d.Text)
	m.Why = p.T("It came from them %s. Who began something likes to hear how it went on.", p.Ago(d.At, now))
	given, plain := move.Given(d.Name), move.Draft{}
	switch {
	case d.Work:
		m.What = p.T("Ask %s how it goes with: %s.", d.Name, d.Text)
		m.Why = p.T("They came to you with it %s. Who asks afterwards shows that it was about them.",
			p.Ago(d.At, now))
		m.Draft = move.Write("Hello %s, a while ago you came to me for %s. Does it go as you hoped? If anything is "+
			"needed, I would like to hear.", given, d.Text)
		plain = move.Write("Hello %s, a while ago you came to me with something. Does it go as you hoped? If anything "+
			"is needed, I would like to hear.", given)
	case d.Kind == introduction:
		m.Draft = move.Write("Hello %s, you introduced me to somebody around %s. May I tell you what came of it?",
			given, d.Text)
		plain = move.Write("Hello %s, lately you introduced me to somebody, and something came of it. May I tell you "+
			"what?", given)
	case d.Kind == referral:
		m.Draft = move.Write("Hello %s, you recommended me for %s. May I tell you what came of it?", given, d.Text)
		plain = move.Write("Hello %s, lately you recommended me, and something came of it. May I tell you what?", given)
	default:
		m.Draft = move.Write("Hello %s, you gave me a tip about %s. May I tell you what came of it?", given, d.Text)
		plain = move.Write("Hello %s, lately you gave me a tip, and something came of it. May I tell you what?", given)
	}
	m.Draft = m.Draft.Quoting(d.Text, plain)
	m.Effects = []move.Effect{move.Contact("message", d.Person)}
}

// praiseMove proposes to say of somebody what they did, where others hear it.
func praiseMove(p *locale.Printer, d Deed, m *move.Move, now time.Time) {
	given := move.Given(d.Name)
	m.Kind, m.EffortMinutes = "praise", 5
	m.What = p.T("Praise %s for: %s.", d.Name, d.Text)
	m.Why = p.T("It came in %s, and you have not said anything good about it yet.", p.Ago(d.At, now))
	said, plain := helped(given, d.Text)
	m.Draft = said.Quoting(d.Text, plain)
	m.Action = move.Action{Label: p.T("Give praise"), Page: writeAddress(d.Person.String())}
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
	asked, err := s.asked(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, person := range asked {
		other[person] = true
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
			Effects: []move.Effect{move.Contact("message", g.Person)}, Rests: askedFor,
			Action: move.Action{Label: p.T("Ask for praise"), Page: writeAddress(g.Person.String())},
		})
	}
	return out, nil
}

// letter is a mail that is written already.
type letter struct{ to, text string }

// thanks are mails to the authors of praise, each in the language in which they and the viewer write. Who has no
// address is left out.
func (s *Service) thanks(ctx context.Context, v op.Viewer, list []Praise) (map[id.ID]letter, error) {
	authors := make([]id.ID, len(list))
	for i, p := range list {
		authors[i] = p.Author.ID
	}
	reaches, err := s.network.ReachOfAll(ctx, v, authors)
	out := map[id.ID]letter{}
	for _, p := range list {
		reach := reaches[p.Author.ID]
		if reach.Email == "" {
			continue
		}
		draft := move.Write("Hello %s, thank you for what you wrote about me. It does me good.",
			move.Given(p.Author.Name))
		out[p.ID] = letter{reach.Email, draft.In(locale.New(locale.Or(reach.Lang, v.Lang), v.Zone))}
	}
	return out, err
}
