package goodwill

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/graph/temporal"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill/fetch"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
)

const (
	// longestTip is how much text is matched at most, in characters.
	longestTip = 200_000

	// mostFacts is how many facts are compared.
	mostFacts = 20_000

	// enough is the information that a match needs to be half convincing: one word that one in fifty lines has.
	enough = 4.0

	// byName is what a match counts in which no word is shared: what is known and the text name one skill by
	// other words, perhaps in two languages.
	byName = 0.75

	// leastScore is the least fit that is told: below it the thing has nothing to do with the person, or the
	// need is long forgotten.
	leastScore = 0.05

	// mostFitting is how many people are ranked by their goodwill too; it bounds what one asks for.
	mostFitting = 100

	// oddGesture is how much less a gesture is worth to somebody who would do the viewer no favour at all: from a
	// stranger it is odd.
	oddGesture = 0.4

	// lately is how long after a gift the same person is not the first to think of.
	lately = 14 * 24 * time.Hour
)

// What each kind of line counts: a need that is open is help, an interest a pleasure, a role or note a guess.
const (
	needCounts     = 1.0
	interestCounts = 0.9
	aboutCounts    = 0.5
	profileCounts  = 0.5
)

// How fast lines age: a need is met or forgotten within months, an interest stays for years.
const (
	needHalfLife     = 120 * 24 * time.Hour
	interestHalfLife = 3 * 365 * 24 * time.Hour
)

// line is something known of a person, as it is compared.
type line struct {
	room.Knowledge
	kind   Kind // empty for a role, tag or note
	terms  []string
	need   fit.Need // of what was told; of a profile it is empty
	counts float64
}

// match says who would like a link, a text or a tip.
func (s *Service) match(ctx context.Context, v op.Viewer, in MatchInput) (MatchOutput, error) {
	tip := strings.TrimSpace(in.Text)
	out := MatchOutput{People: []Match{}, Alike: []string{}}
	link := ""
	switch {
	case tip == "":
		return out, fault.New(fault.Invalid, "There is nothing to match.").WithHint("Give a link, a text or a tip.").
			WithField("text")
	case !utf8.ValidString(tip):
		return out, fault.New(fault.Invalid, "The text is not in UTF-8.").WithField("text")
	case utf8.RuneCountInString(tip) > longestTip:
		return out, fault.New(fault.TooLarge, "At most %d characters can be matched at once.", longestTip).
			WithHint("Give the part that matters.").WithField("text")
	}
	if link = linkOf(tip); link != "" {
		rest := strings.TrimPrefix(tip, link)
		page, err := s.reader.Read(ctx, link)
		switch {
		case err == nil:
			out.Title = page.Title
			tip = page.Title + "\n" + page.Title + "\n" + rest + "\n" + page.Text // the title says most
		case strings.TrimSpace(rest) == "":
			return out, err
		default:
			tip = rest // what the viewer says of it will do
		}
	}
	named := cmp.Or(out.Title, gist(tip, link))
	if tact.Delicate(named) {
		return out, nil // to hear that somebody thought of you with this may hurt
	}
	lines, err := s.lines(ctx, v)
	if err != nil {
		return out, err
	}
	people, err := s.rank(ctx, v, lines, tip)
	if err != nil {
		return out, err
	}
	for _, f := range people[:min(len(people), cmp.Or(in.Limit, 10))] {
		out.People = append(out.People, f.worded(v.Printer(), named, link))
	}
	keys := make([]id.ID, len(out.People))
	for i, one := range out.People {
		keys[i] = one.ID
	}
	out.Alike, err = skilled.AlikeLines(ctx, s.network, v, keys)
	return out, err
}

// linkOf is the address with which a tip begins; empty when it begins with none.
func linkOf(tip string) string {
	first, _, _ := strings.Cut(tip, " ")
	if lower := strings.ToLower(first); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		return first
	}
	return ""
}

// gist is the beginning of a text, to name it by.
func gist(tip, link string) string {
	if link != "" {
		return link
	}
	words := strings.Fields(tip)
	if len(words) > 12 {
		return strings.Join(words[:12], " ") + "…"
	}
	return strings.Join(words, " ")
}

// lines gathers what is known of people that something may fit. What is delicate never leads to a proposal, nor does a
// need that was met.
func (s *Service) lines(ctx context.Context, v op.Viewer) ([]line, error) {
	facts, err := s.Facts(ctx, v, id.Zero, "", false, mostFacts)
	if err != nil {
		return nil, err
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	gone, err := s.network.Deceased(ctx, v)
	if err != nil {
		return nil, err
	}
	terms, err := people.ReadLines(ctx, s.network, v, "terms of tips", termsOf)
	if err != nil {
		return nil, err
	}
	var out []line
	add := func(l line) {
		if l.Person == v.Person {
			return
		}
		known, ok := terms[l.Text]
		if !ok {
			known = termsOf(l.Text)
		}
		// A place is no match: a flat in Nijmegen is nothing for who looks for an accountant there.
		if l.need.Place != "" {
			there := text.Terms(l.need.Place, "")
			known = slices.DeleteFunc(slices.Clone(known), func(t string) bool { return slices.Contains(there, t) })
		}
		if l.terms = known; len(l.terms) > 0 {
			out = append(out, l)
		}
	}
	var reader fit.Reader
	for _, f := range facts {
		if f.Kind == Need && f.Answered != nil || f.delicate() || gone[f.Person.ID] {
			continue
		}
		l := line{Knowledge: f.knowledge(), kind: f.Kind, counts: aboutCounts, need: reader.NeedOf(f.Body)}
		age := max(v.Now.Sub(f.At).Hours(), 0)
		switch f.Kind {
		case Need:
			l.counts = needCounts * temporal.Faded(age, needHalfLife.Hours())
		case Interest:
			l.counts = interestCounts * temporal.Faded(age, interestHalfLife.Hours())
		}
		add(l)
	}
	for key, p := range profiles {
		if gone[key] {
			continue
		}
		for _, known := range p.Lines {
			add(line{
				Knowledge: room.Knowledge{Person: key, Text: known.Text, At: known.At()}, counts: profileCounts,
			})
		}
	}
	slices.SortFunc(out, func(a, b line) int {
		return cmp.Or(slices.Compare(a.Person[:], b.Person[:]), cmp.Compare(a.kind, b.kind), a.At.Compare(b.At),
			cmp.Compare(a.Text, b.Text))
	})
	return out, nil
}

// termsOf returns the terms of a line, each once and in order.
func termsOf(line string) []string {
	terms := text.Terms(line, "")
	slices.Sort(terms)
	return slices.Compact(terms)
}

// fitting is a person with the lines that fit, the best first.
type fitting struct {
	ref   people.Ref
	score float64
	lines []line
}

// rank ranks people. A line fits as far as its words, weighted by how rare they are among all lines, are in the text;
// it convinces the more, the more they say. Of several lines each leaves the less room for doubt. A text does not have
// to have much of what is known, but a line must be covered by it.
func (s *Service) rank(ctx context.Context, v op.Viewer, lines []line, tip string) ([]fitting, error) {
	seen := map[string]int{}
	for _, l := range lines {
		for _, t := range l.terms {
			seen[t]++
		}
	}
	rare := func(t string) float64 { return math.Log(1 + float64(len(lines))/float64(seen[t])) }
	asked := map[string]bool{}
	for _, t := range text.Terms(tip, "") {
		asked[t] = true
	}
	var reader fit.Reader
	topic := reader.TopicOf(tip)
	byPerson := map[id.ID]*fitting{}
	var order []id.ID
	for _, l := range lines {
		has, all := 0.0, 0.0
		for _, t := range l.terms {
			all += rare(t)
			if asked[t] {
				has += rare(t)
			}
		}
		score := 0.0
		if has >= all/3 { // one word of a long note says nothing
			score = has / all * (1 - math.Exp2(-has/enough))
		}
		if much := l.need.Met(topic); much >= fit.Floor {
			score = max(score, byName*much)
		}
		if score *= l.counts; score < leastScore {
			continue
		}
		f := byPerson[l.Person]
		if f == nil {
			f = &fitting{}
			byPerson[l.Person] = f
			order = append(order, l.Person)
		}
		l.counts = score
		f.lines = append(f.lines, l)
		f.score = 1 - (1-f.score)*(1-score)
	}
	refs, err := s.network.Refs(ctx, v, order)
	if err != nil {
		return nil, err
	}
	given, err := s.givenLately(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []fitting
	for _, key := range order {
		f, ref := byPerson[key], refs[key]
		if ref.ID.IsZero() {
			continue
		}
		f.ref = ref
		if given[key] {
			f.score *= 0.7
		}
		slices.SortStableFunc(f.lines, func(a, b line) int { return cmp.Compare(b.counts, a.counts) })
		out = append(out, *f)
	}
	byScore := func(a, b fitting) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.ref.Name, b.ref.Name),
			slices.Compare(a.ref.ID[:], b.ref.ID[:]))
	}
	slices.SortStableFunc(out, byScore)
	out = out[:min(len(out), mostFitting)]
	var fit []id.ID
	for _, f := range out {
		fit = append(fit, f.ref.ID)
	}
	chances, err := s.Chances(ctx, v, fit)
	for i := range out {
		out[i].score *= 1 - oddGesture*(1-chances[out[i].ref.ID])
	}
	slices.SortStableFunc(out, byScore)
	return out, err
}

// givenLately says to whom the viewer gave something in the last days.
func (s *Service) givenLately(ctx context.Context, v op.Viewer) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	if s.gifts == nil {
		return out, nil
	}
	list, err := s.gifts.GivenSince(ctx, v, v.Now.Add(-lately))
	for _, key := range list {
		out[key] = true
	}
	return out, err
}

// mostWhy is how many reasons are told.
const mostWhy = 3

// worded says a fit in the viewer's language, with a line to send along.
func (f fitting) worded(p *locale.Printer, title, link string) Match {
	out := Match{ID: f.ref.ID, Name: f.ref.Name, Score: f.score, Why: []string{}}
	for _, l := range f.lines[:min(len(f.lines), mostWhy)] {
		why := ""
		switch l.kind {
		case Need:
			why = p.T("needs: %s", l.Text)
		case Interest:
			why = p.T("cares about: %s", l.Text)
		default:
			why = p.T("on record: %s", l.Text)
		}
		if !l.At.IsZero() {
			why += " (" + p.Date(l.At) + ")"
		}
		out.Why = append(out.Why, why)
	}
	given, _, _ := strings.Cut(f.ref.Name, " ")
	best := f.lines[0]
	switch best.kind {
	case Need:
		out.Draft = p.T("Hello %s, you were looking for %s. Perhaps this helps: %s", given, best.Text, title)
	case Interest:
		out.Draft = p.T("Hello %s, I came across this and thought of you and %s: %s", given, best.Text, title)
	default:
		out.Draft = p.T("Hello %s, I came across this and thought of you: %s", given, title)
	}
	if link != "" && title != link {
		out.Draft += " " + link
	}
	return out
}

// reader reads pages of the web.
type reader interface {
	Read(ctx context.Context, address string) (fetch.Page, error)
}
