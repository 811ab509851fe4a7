package ask

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
	"gave.network/internal/tie"
)

const (
	// evidenceNow is how many of the newest interactions routing looks at; the stored ties hold the older ones. A page
	// waits for this.
	evidenceNow = 20_000
	// evidencePast is the same for an earlier moment, for which the ties are derived from these interactions.
	evidencePast = 100_000
	// unreachable is the chance taken for those to whom no way is known: the ask would go by an address alone.
	unreachable = 0.02
	// sameCircle is by how much each person of an organisation that is in the list already is put back, so that the
	// list holds different circles (in the spirit of MMR, Carbonell and Goldstein 1998).
	sameCircle = 0.8
	// unknown is what counts for how well somebody meets the ask of whom nothing is known that does: they come behind,
	// and stay in the list.
	unknown = 0.05
	// mainPart is which part of what was written lately is on one list for that to be where one asks.
	mainPart = 0.75
	// helpedWithin is how long ago answers to others are told as a reason.
	helpedWithin = 90 * 24 * time.Hour
	// answeredCounts is what a conversation counts in which somebody answered: less than what they do.
	answeredCounts = 0.6
	// begunCounts is what a conversation counts for who began it without a question: they spoke of it.
	begunCounts = 0.4
	// telling is how much the rare words that a line shares with an ask must say when the ask names no skill that the
	// lists have: a word that half of all people use says nothing.
	telling = 2.0
	// enough is which part of what the words of an ask say a line must have: one word of many is another subject.
	enough = 0.4
	// mostly is which part of what the words of a line say an ask must have: else it is mostly about something else.
	mostly = 0.6
	// alsoFits is how well a second reason must fit beside the first.
	alsoFits = 0.7
	// mostKnowing is how many are named when nothing is known of an ask.
	mostKnowing = 5
	// askedWithin is how long an ask to somebody weighs on them.
	askedWithin = 60 * 24 * time.Hour
	// askedMost is how many asks within that time are the most that anybody gets.
	askedMost = 3
)

// RouteQuery is an ask to route.
type RouteQuery struct {
	Text  string
	AsOf  time.Time // zero for now
	Limit int
	In    string  // the list on which it is asked, by its address or what stands before its subjects
	Only  []id.ID // when not empty: nobody else
	// Weights are others than those that were learnt and ship; for measuring.
	Weights *routing.Weights
}

// Helper is a person who may be able and willing to help, with why and how to get there. The parts compare the
// candidates of one ask with each other; they are no marks of a person.
type Helper struct {
	ID      id.ID        `json:"id"`
	Name    string       `json:"name"`
	Emails  []string     `json:"emails"`
	Score   float64      `json:"score" doc:"chance to help relative to the others in this answer, all candidates together 1"`
	Able    float64      `json:"able" doc:"how well what they know fits, 1 for the best of all candidates"`
	Near    float64      `json:"near" doc:"chance that the ask reaches them on the best way, from 0 to 1"`
	Willing float64      `json:"willing" doc:"how readily they answer, 1 for the readiest of all candidates"`
	Load    float64      `json:"load" doc:"how free they are of open and recent asks of yours, 1 for entirely"`
	Path    []people.Ref `json:"path" doc:"the best way from you to them, with who is in between"`
	Why     []string     `json:"why" doc:"in your language"`
	Class   tie.Class    `json:"class,omitempty" doc:"class of your tie with them; empty without one"`
}

// floor says that nothing is known of what is asked.
func (o RouteOutput) floor(p *locale.Printer) string {
	switch {
	case o.Known || len(o.People) == 0:
		return ""
	case o.Answer:
		return p.T("Nothing known of this; these answer most there.")
	case o.There:
		return p.T("Nothing known of this; these know most people there.")
	}
	return p.T("Nothing known of this; these know most people.")
}

// surely is how well what is known of somebody meets an ask from which they are asked first, whoever answers more: what
// is only near it, such as general communication for a crisis, is not enough.
const surely = 0.6

// RouteOutput is who may help.
type RouteOutput struct {
	People  []Helper     `json:"people"`
	Spared  []people.Ref `json:"spared" doc:"who would be among them, had you not asked them so often lately"`
	Known   bool         `json:"known" doc:"something is known of somebody that fits; if not, these know most people, or answer most on the list"`
	There   bool         `json:"there,omitempty" doc:"they know most people in the place where it is asked"`
	Answer  bool         `json:"answer,omitempty" doc:"they answer most on the list where it is asked"`
	Fitting int          `json:"fitting" doc:"of how many people something is known that fits"`
	Message string       `json:"message" doc:"a message to send, in the language of the ask"`
	Alike   []string     `json:"alike" doc:"in your language: when these are much alike, and who is missing"`
}

// of says how many of those who fit are named; nothing when they all are.
func (o RouteOutput) of(p *locale.Printer) string {
	if o.Fitting <= len(o.People) {
		return ""
	}
	return p.T("%d of %d", len(o.People), o.Fitting)
}

// line is a text that speaks for somebody's knowledge, with its terms.
type line struct {
	room.Knowledge
	terms   []int
	reading int     // of readings
	counts  float64 // at most 1: what somebody does counts most
	answer  bool    // to what somebody else began
	written bool    // in a conversation, and not on record of them
}

// fitting is a line with how well it meets the ask.
type fitting struct {
	line
	fit float64
}

// evidence is what routing knows for an ask at a moment.
type evidence struct {
	*standing
	words   lexicon // beyond those of standing
	need    fit.Need
	reader  fit.Reader
	met     []float64         // how well each of the readings meets the need
	asked   map[int]bool      // the terms of the need
	tells   float64           // what they say together
	willing map[id.ID]float64 // how much likelier than others they do the viewer a favour; 1 for who is not in it
	lately  map[id.ID]int     // asks of the viewer to them within askedWithin
	at      int               // the list where it is asked, -1 when none is known
}

// Route returns who is most likely to be able and willing to help, best first, and how to reach them. With AsOf only
// what was known at that moment counts.
func (s *Service) Route(ctx context.Context, v op.Viewer, q RouteQuery) (RouteOutput, error) {
	out := RouteOutput{People: []Helper{}, Spared: []people.Ref{}, Alike: []string{}}
	if strings.TrimSpace(q.Text) == "" {
		return out, fault.New(fault.Invalid, "Say what you ask.").WithField("text")
	}
	if len(q.Text) > maxBody {
		return out, fault.New(fault.TooLarge, "An ask is at most %d characters long.", maxBody).
			WithHint("Say the heart of it first; the rest can follow.").WithField("text")
	}
	if q.AsOf.IsZero() {
		q.AsOf = v.Now
	}
	e, best, candidates, err := s.describe(ctx, v, q)
	if err != nil {
		return out, err
	}
	for _, much := range best {
		if much >= fit.Floor {
			out.Fitting++
		}
	}
	out.Known = out.Fitting > 0
	limit := cmp.Or(q.Limit, 10)
	var list []Helper
	ranked, spared := e.rank(q, candidates, limit)
	out.Spared = append(out.Spared, spared...)
	knows := map[id.ID]int{}
	// On a list everybody hears the ask, whatever is known of them.
	if out.Answer = !out.Known && e.at >= 0; out.Answer || out.Known && e.at >= 0 {
		list = diversify(ranked, limit, e)
	} else if out.Known { // one by one, who surely knows of it is asked before who only answers much
		var fits, others []candidate
		for _, c := range ranked {
			if best[c.ID] >= surely {
				fits = append(fits, c)
			} else {
				others = append(others, c)
			}
		}
		if len(fits) > 0 {
			list = diversify(fits, limit, e)
		}
		if rest := limit - len(list); rest > 0 && len(others) > 0 {
			list = append(list, diversify(others, rest, e)...)
		}
	} else {
		placeOf, err := s.network.Places(ctx, v)
		if err != nil {
			return out, err
		}
		list, knows, out.There = e.acquainted(v, ranked, placeOf, min(limit, mostKnowing))
	}
	keys := make([]id.ID, len(list))
	for i := range list {
		keys[i] = list[i].ID
	}
	summaries, err := s.network.Summaries(ctx, v, keys)
	if err != nil {
		return out, err
	}
	emails := map[id.ID][]string{}
	for _, p := range summaries {
		emails[p.ID] = p.Emails
	}
	for i := range list {
		h := &list[i]
		if h.Emails = emails[h.ID]; h.Emails == nil {
			h.Emails = []string{}
		}
		h.Why = e.reasons(v, h, knows[h.ID], out.There, q.AsOf)
	}
	out.People = list
	out.Message = message(v, q.Text)
	out.Alike, err = skilled.AlikeLines(ctx, s.network, v, keys)
	return out, err
}

// Candidate is somebody who could be asked, with all that the model looks at.
type Candidate struct {
	ID       id.ID
	Features routing.Vector
}

// Candidates returns everybody who could be asked: whoever the viewer sees, also those who are known through others
// only. Route ranks these.
func (s *Service) Candidates(ctx context.Context, v op.Viewer, q RouteQuery) ([]Candidate, error) {
	_, _, out, err := s.describe(ctx, v, q)
	return out, err
}

// describe says what is known for an ask, how well it meets the ask at best for each person, and of whom what.
func (s *Service) describe(ctx context.Context, v op.Viewer, q RouteQuery) (
	e *evidence, best map[id.ID]float64, out []Candidate, err error,
) {
	// The stored ties hold all evidence up to the present; for an earlier moment, also one that --as-of chose, they are
	// derived again.
	if e, err = s.evidence(ctx, v, q, q.AsOf.Before(time.Now().Add(-time.Hour))); err != nil {
		return nil, nil, nil, err
	}
	onRecord, spoken := e.weigh(v)
	best = spoken
	who, vectors := e.history.Describe(routing.Ask{
		Asker: e.people[v.Person], At: float64(q.AsOf.Unix()) / 86400, Place: e.at,
		Terms: e.words.numbers(q.Text), Calls: e.named(q.Text),
	})
	for i, n := range who {
		key := e.keys[n]
		if e.profiles[key] == nil || key == v.Person || e.gone[key] ||
			len(q.Only) > 0 && !slices.Contains(q.Only, key) {
			continue
		}
		x := &vectors[i]
		x[routing.Fits] = float32(math.Log(unknown + onRecord[key]))
		x[routing.Spoke] = float32(math.Log(unknown + spoken[key]))
		x[routing.Way] = float32(math.Log(max(unreachable, e.ways[key].chance)))
		best[key] = max(spoken[key], onRecord[key])
		out = append(out, Candidate{key, *x})
	}
	return e, best, out, nil
}

// evidence brings what is known together with what is asked.
func (s *Service) evidence(ctx context.Context, v op.Viewer, q RouteQuery, past bool) (*evidence, error) {
	known, err := s.standing(ctx, v, q.AsOf, past)
	if err != nil {
		return nil, err
	}
	asked, _, _ := text.Subject(q.Text) // without the list that stands before it
	e := &evidence{
		standing: known, words: newLexicon(&known.lexicon), need: fit.NeedOf(asked),
		met: make([]float64, len(known.readings)), asked: map[int]bool{}, at: known.asked(q),
	}
	for i, r := range known.readings {
		// What names a skill is about that one: "Vacancy for a translator" is of no use to who asks about a vacancy.
		if !r.topic || !r.offer.Named() || e.need.Named() {
			e.met[i] = e.need.Met(r.offer)
		}
	}
	for _, t := range e.words.numbers(e.need.Words()) {
		if !e.asked[t] {
			e.asked[t] = true
			e.tells += e.history.Rarity(t)
		}
	}
	if s.sources.Willing != nil {
		v.Now = q.AsOf
		if e.willing, err = s.sources.Willing(ctx, v); err != nil {
			return nil, err
		}
	}
	e.lately, err = s.recentlyAsked(ctx, v, q.AsOf)
	return e, err
}

// meets says how well a line meets the ask. An ask that names no skill of the lists is compared by its words: what is
// rare in both speaks, and a line that has all of them.
func (e *evidence) meets(l *line) float64 {
	much := l.counts * e.met[l.reading]
	if len(e.asked) == 0 || e.need.Named() {
		return much
	}
	shared, words := 0.0, 0
	for j, t := range l.terms {
		if e.asked[t] && !slices.Contains(l.terms[:j], t) {
			shared += e.history.Rarity(t)
			words++
		}
	}
	rare := shared > telling && shared >= enough*e.tells && shared >= mostly*e.weight(l.terms)
	all := words > 0 && words == len(e.asked) // that is asked, however many say so
	// Who asks about it does not know it, and what names a skill is about that one.
	if (rare || all) && (l.answer || !e.reader.Asks(l.Text)) && !e.reader.TopicOf(l.Text).Named() {
		if much = max(much, fit.Floor); rare {
			much = max(much, 1-telling/2/shared)
		}
	}
	return much
}

// candidate is a helper with what list-making needs beside it.
type candidate struct {
	Helper
	logarithm float64
	spared    bool // was asked too often lately
}

// weigh says how well what is on record of each person meets the ask, and what they wrote about, at best.
func (e *evidence) weigh(v op.Viewer) (onRecord, spoken map[id.ID]float64) {
	onRecord, spoken = map[id.ID]float64{}, map[id.ID]float64{}
	for key, lines := range e.said {
		if key == v.Person || e.gone[key] {
			continue
		}
		for i := range lines {
			much, of := e.meets(&lines[i]), onRecord
			if lines[i].written {
				of = spoken
			}
			if much > of[key] {
				of[key] = much
			}
		}
	}
	return onRecord, spoken
}

// named are the words of an ask by which somebody is called.
func (e *evidence) named(s string) (out []int) {
	for _, word := range text.Words(s) {
		if n, ok := e.called[word]; ok {
			out = append(out, n)
		}
	}
	return out
}

// weight is how much the different terms of a text say together.
func (e *evidence) weight(terms []int) (total float64) {
	for i, t := range terms {
		if !slices.Contains(terms[:i], t) {
			total += e.history.Rarity(t)
		}
	}
	return total
}

// acquainted are those who know most people where it is asked, the most first, with how many they know there: when
// nobody is known to know of it, they may know somebody who does. Without anybody there it is those who know most.
func (e *evidence) acquainted(
	v op.Viewer, ranked []candidate, placeOf func(person id.ID) string, limit int,
) (list []Helper, knows map[id.ID]int, there bool) {
	for _, there = range []bool{e.need.Place != "", false} {
		knows = map[id.ID]int{}
		for i := range ranked {
			key := ranked[i].ID
			for t := range e.web.Of(key) {
				other := t.Other(key)
				if other != v.Person && (!there || slices.Contains(text.Words(placeOf(other)), e.need.Place)) {
					knows[key]++
				}
			}
		}
		if len(knows) > 0 {
			break
		}
	}
	reached := slices.DeleteFunc(slices.Clone(ranked), func(c candidate) bool { return knows[c.ID] == 0 })
	likely := func(c candidate) float64 { return float64(knows[c.ID]) * max(c.Near, unreachable) }
	slices.SortStableFunc(reached, func(a, b candidate) int { return cmp.Compare(likely(b), likely(a)) })
	list = []Helper{}
	for _, c := range reached[:min(len(reached), limit)] {
		list = append(list, c.Helper)
	}
	return list, knows, there
}

// rank scores the candidates, and says who would be among the first so many and is spared.
func (e *evidence) rank(
	q RouteQuery, candidates []Candidate, first int,
) (ranked []candidate, spared []people.Ref) {
	w := routing.General()
	if q.Weights != nil {
		w = *q.Weights
	}
	out := make([]candidate, len(candidates))
	parts := make([][routing.Parts]float64, len(candidates))
	most := [routing.Parts]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i := range candidates {
		key := candidates[i].ID
		out[i] = candidate{Helper: Helper{ID: key, Name: e.profiles[key].Person.Name, Path: []people.Ref{}}}
		out[i].spared = e.lately[key] >= askedMost
		parts[i] = w.Split(&candidates[i].Features)
		if much, ok := e.willing[key]; ok {
			parts[i][routing.Willing] += math.Log(much)
		}
		for k := range most {
			if !out[i].spared {
				most[k] = max(most[k], parts[i][k])
			}
		}
	}
	total := 0.0
	for i := range out {
		c := &out[i]
		c.Able, c.Willing = math.Exp(parts[i][routing.Able]-most[routing.Able]),
			math.Exp(parts[i][routing.Willing]-most[routing.Willing])
		if c.Load = 1; !c.spared {
			c.Load = 1 / float64(1+e.lately[c.ID])
		}
		if w, ok := e.ways[c.ID]; ok {
			c.Near = w.chance
			for _, step := range w.steps {
				if p := e.profiles[step]; p != nil {
					c.Path = append(c.Path, p.Person)
				}
			}
		}
		if state, ok := e.ties[c.ID]; ok {
			c.Class = state.ClassAt(q.AsOf)
		}
		c.logarithm = parts[i][routing.Able] + parts[i][routing.Willing] + parts[i][routing.Near] + math.Log(c.Load)
	}
	order := make([]*candidate, len(out)) // candidates are large, and all people are some
	for i := range out {
		order[i] = &out[i]
	}
	slices.SortFunc(order, func(a, b *candidate) int {
		if by := cmp.Compare(b.logarithm, a.logarithm); by != 0 {
			return by
		}
		return cmp.Or(strings.Compare(a.Name, b.Name), a.ID.Compare(b.ID))
	})
	for i, c := range order {
		if !c.spared {
			ranked = append(ranked, *c)
		} else if i < first {
			spared = append(spared, people.Ref{ID: c.ID, Name: c.Name})
		}
	}
	for i := range ranked {
		ranked[i].Score = math.Exp(ranked[i].logarithm - ranked[0].logarithm)
		total += ranked[i].Score
	}
	for i := range ranked {
		ranked[i].Score /= total
	}
	return ranked, spared
}

// diversify makes the list: best first, circles mixed, always with a weak or dormant tie where there is one.
func diversify(ranked []candidate, limit int, e *evidence) []Helper {
	limit = max(1, min(limit, len(ranked)))
	circles := map[string]int{}
	pool := slices.Clone(ranked[:min(len(ranked), 5*limit)])
	out := []Helper{}
	for len(out) < limit && len(pool) > 0 {
		best, most := 0, -1.0
		for i, c := range pool {
			circle := text.Fold(e.profiles[c.ID].Organisation)
			score := c.Score
			if circle != "" {
				score *= math.Pow(sameCircle, float64(circles[circle]))
			}
			if score > most {
				best, most = i, score
			}
		}
		if circle := text.Fold(e.profiles[pool[best].ID].Organisation); circle != "" {
			circles[circle]++
		}
		out = append(out, pool[best].Helper)
		pool = slices.Delete(pool, best, best+1)
	}
	weak := func(h Helper) bool { return h.Class == tie.Weak || h.Class == tie.Dormant }
	if len(out) > 1 && !slices.ContainsFunc(out, weak) {
		for _, c := range ranked {
			if weak(c.Helper) {
				out[len(out)-1] = c.Helper
				break
			}
		}
	}
	return out
}

// reasons says in the viewer's language why somebody is in the list. When nothing is known of the ask, knows is how
// many people they know, in the place where it is asked when there is so.
func (e *evidence) reasons(v op.Viewer, h *Helper, knows int, there bool, asOf time.Time) []string {
	p := v.Printer()
	why := []string{}
	var lines []fitting
	for _, l := range e.said[h.ID] {
		much := e.meets(&l)
		if much >= fit.Floor && !slices.ContainsFunc(lines, func(x fitting) bool { return sameSaid(x.Text, l.Text) }) {
			lines = append(lines, fitting{l, much})
		}
	}
	slices.SortStableFunc(lines, func(a, b fitting) int {
		return cmp.Or(cmp.Compare(b.fit, a.fit), b.At.Compare(a.At))
	})
	if knows > 0 && there {
		why = append(why, p.T("Knows %d people there whom you can see.", knows))
	} else if knows > 0 {
		why = append(why, p.T("Knows %d people whom you can see.", knows))
	}
	for _, l := range lines[:min(len(lines), 2)] {
		if l.fit < alsoFits*lines[0].fit {
			break
		}
		l.Text = strings.Join(strings.Fields(l.Text), " ")
		if l.At.IsZero() {
			why = append(why, p.T("It fits what is on record: %s.", text.Clip(l.Text, 120)))
		} else {
			why = append(why, p.T("It fits “%s” (%s).", text.Clip(l.Text, 120), p.Date(l.At)))
		}
	}
	if e.at >= 0 {
		if n := e.history.Helped(e.people[h.ID], e.at, asOf.Add(-helpedWithin)); n > 0 {
			why = append(why, p.T("Answered %d questions of others there in the last three months.", n))
		}
	}
	if n := e.answered[h.ID]; n > 0 {
		why = append(why, p.T("Answered you %d times before.", n))
	}
	if state, ok := e.ties[h.ID]; ok && state.Interactions > 0 {
		why = append(why, p.T("Your tie is %s; last contact %s.", p.T(string(state.ClassAt(asOf))),
			p.Ago(time.UnixMicro(state.AsOf), asOf)))
	} else if len(h.Path) > 2 {
		why = append(why, p.T("You can reach them through %s.", h.Path[1].Name))
	}
	if h.Class == tie.Weak || h.Class == tie.Dormant {
		why = append(why, p.T("A tie at some distance often brings news."))
	}
	if n := e.lately[h.ID]; n > 0 {
		why = append(why, p.T("You asked them %d times in the last weeks.", n))
	}
	return why
}

// sameSaid says whether two lines say the same.
func sameSaid(a, b string) bool {
	return text.Fold(strings.TrimSpace(a)) == text.Fold(strings.TrimSpace(b))
}

// message is the ask as it can be sent, with an easy way to say no, in the language of the ask.
func message(v op.Viewer, body string) string {
	p := locale.New(locale.Or(text.Language(body), v.Lang), v.Zone)
	return p.T("Hello,") + "\n\n" + strings.TrimSpace(body) + "\n\n" +
		p.T("I thought of you for this. If it does not suit you, just say so; that is fine.") + "\n"
}
