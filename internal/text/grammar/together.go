package grammar

import (
	"maps"
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// Ways of saying that people were together, beside the single words for it.

// turn is a way of saying in several words how people were in contact. Tail may stand further on: reed … mee.
type turn struct {
	words, tail      []string
	medium, activity string
}

// turnsOf reads turns that are written "words … tail = medium activity", by their first word, the longest first.
func turnsOf(list, section string) map[string][]turn {
	by := make(map[string][]turn)
	pairs := lang.Pairs(list, section)
	for _, written := range slices.Sorted(maps.Keys(pairs)) {
		opening, tail, _ := strings.Cut(written, " … ")
		medium, activity, _ := strings.Cut(pairs[written], " ")
		t := turn{strings.Fields(text.Fold(opening)), strings.Fields(text.Fold(tail)), medium, activity}
		by[t.words[0]] = append(by[t.words[0]], t)
	}
	for _, turns := range by {
		slices.SortStableFunc(turns, func(a, b turn) int {
			return len(b.words) + len(b.tail) - len(a.words) - len(a.tail)
		})
	}
	return by
}

// said is a turn as it stands in a clause.
type said struct {
	turn
	at     int
	tokens []int
}

// turnIn finds the first turn of a clause that says how people were in contact.
func (p *parser) turnIn(c clause) said {
	for i := c.from; i < c.to; i++ {
		if t, ok := p.turnAt(mediumTurns, i, c); ok {
			return t
		}
	}
	return said{}
}

// turnAt finds the longest turn that begins at token i.
func (p *parser) turnAt(turns map[string][]turn, i int, c clause) (said, bool) {
	for _, t := range turns[p.word(i)] {
		end, ok := p.standsAt(t.words, i, c.to)
		if !ok {
			continue
		}
		s := said{turn: t, at: i}
		s.take(i, end)
		if len(t.tail) == 0 {
			return s, true
		}
		if k := p.tailAt(t.tail[0], end, c.to); k >= 0 {
			if last, ok := p.standsAt(t.tail, k, c.to); ok {
				s.take(k, last)
				return s, true
			}
		}
	}
	return said{}, false
}

func (s *said) take(from, to int) {
	for i := from; i < to; i++ {
		s.tokens = append(s.tokens, i)
	}
}

// standsAt tells whether words stand at token i, and where they end.
func (p *parser) standsAt(words []string, i, to int) (end int, ok bool) {
	for n, word := range words {
		if i+n >= to || p.word(i+n) != word {
			return i, false
		}
	}
	return i + len(words), true
}

var (
	// intends are words for what has not happened and is not planned: moet nog bellen.
	intends       = text.WordSet("capture", "intends")
	intendsBefore = text.WordSet("capture", "intends.before") // before one of the next: "beloofd om te bellen"
	intendsVerb   = text.WordSet("capture", "intends.verb")
	intendsTurns  = text.Turns("capture", "intends.turn")
	didShapes     = shapes("shape.did")                   // participles: ge…d
	doingShapes   = shapes("shape.doing")                 // what people do together: hardlopen met @bob
	went          = text.WordSet("capture", "shape.went") // say that somebody was somewhere
)

// unmet tells whether a clause says that people were not in contact, or only ought to be.
func (p *parser) unmet(c clause) bool {
	for i := c.from; i < c.to && p.rawKind(i) != text.QuoteToken; i++ {
		word := p.rawWord(i)
		if topicWords[word] || i > c.from && p.tokens[i-1].Stop != 0 {
			return false
		}
		if _, next := intendsTurns.At(p.word, i); next > i { // "van plan", "tried to"
			return true
		}
		if intendsVerb[word] && p.isTodo(i, c) || intends[word] || notWords[word] || intendsBefore[word] &&
			intendsVerb[p.rawWord(i+1)] && !p.isPlanned(c) {
			return true
		}
	}
	return false
}

// isTodo tells "@bob mailen over de cursus" without a day.
func (p *parser) isTodo(i int, c clause) bool {
	if p.personEnd(c.from, i) != i || i == c.from {
		return false
	}
	for k := c.from; k < c.to; k++ {
		if p.isDated(k) || p.used[k] && p.tokens[k].Kind == text.WordToken {
			return false
		}
	}
	return true
}

// denied tells whether what a verb at a token says was not done, or only ought to be.
func (p *parser) denied(c clause, at int) bool {
	for i := c.from; i < c.to && i <= at+2; i++ {
		if word := p.rawWord(i); intends[word] || notWords[word] || i == at && intendsBefore[p.rawWord(i-1)] {
			return true
		}
	}
	return false
}

func (p *parser) isPlanned(c clause) bool { return p.first(c, planned) >= 0 }

// withoutMe tells what somebody does that the writer has no part in: "@bob heeft vrijdag een training", "@bob gaf een
// feest". They are the subject, and neither "with" nor "me" follows.
func (p *parser) withoutMe(c clause, at int) bool {
	end := p.headEnd(c, deed{at: c.to})
	if end <= c.from || end >= at || p.tokens[end-1].Stop != 0 {
		return false
	}
	word := p.rawWord(end)
	if p.inPlace(at, c) && word != "" && !vocabulary()[word] && !hasShape(word, didShapes) {
		return true // "@bob prees me tijdens de vergadering"
	}
	if i := p.first(clause{end, c.to}, selves); i >= 0 && !ownWords[p.word(i)] || andWords[word] {
		return false
	}
	if haveWords[word] {
		return !happened[p.rawWord(at)]
	}
	if goes[word] {
		return p.first(clause{end, c.to}, withWords) < 0
	}
	return word != "" && !vocabulary()[word] && !hasShape(word, didShapes) && p.first(clause{end, c.to}, withWords) < 0
}

var goes = text.WordSet("capture", "goes") // say that somebody else is on their way

// companied tells a clause in which the writer did something with somebody that has no word of its own here: "met @bob
// geschilderd", "naar het strand geweest met @bob", "hardlopen met @bob". Somebody before "with" would be who did it.
func (p *parser) companied(c clause) string {
	if d, gives := p.deedIn(c); gives && (d.kind != "time" || !p.togetherFirst(c)) {
		return ""
	}
	if p.isAppointment(c) {
		return "face"
	}
	with, did := -1, false
	for i := c.from; i < c.to && !topicWords[p.rawWord(i)]; i++ {
		word := p.rawWord(i)
		switch {
		case with < 0 && withWords[word] && p.personEnd(i+1, c.to) > i+1:
			with = i
		case with < 0 && p.withSelf(i, c.to):
			with = i
		case with < 0 && p.isSomebody(i, c) && !placeWords[p.rawWord(i-1)] && !destinations[p.rawWord(i-1)],
			haveWords[word] && with < 0 && (i > c.from || !happened[word]), isWords[word], troubles[word]:
			return ""
		case hasShape(word, didShapes) || went[word],
			hasShape(word, doingShapes) && (i == c.from || withWords[p.rawWord(i+1)]),
			with < 0 && isEvent(word), i == c.from && haveWords[word] && happened[word]:
			did = true
		}
	}
	if with < 0 || !did && !p.isOccasionNamed(clause{c.from, with}) {
		return ""
	}
	return "face"
}

// isAppointment tells a day and an hour, and nothing but whom and where: "Wednesday 2 pm @bob, Leeds".
func (p *parser) isAppointment(c clause) bool {
	end := p.headDate(c)
	if end == c.from || !p.anyClock(clause{c.from, end}) {
		return false
	}
	who := end
	for more := true; more && who < c.to && p.isSomebody(who, c); {
		if next := p.nameRun(who, c.to); next > who {
			who = next
		} else {
			who = max(who+1, p.smallName(who, c.to))
		}
		if more = andWords[p.rawWord(who)]; more {
			who++
		}
	}
	if who == end || who < c.to && p.tokens[who-1].Stop == 0 && !placeWords[p.rawWord(who)] {
		return false
	}
	for i := who; i < c.to; i++ {
		if word := p.rawWord(i); word == "" || p.isVerb(i) || isWords[word] || noteVerbs[word] || pronouns[word] {
			return false
		}
	}
	return c.to-who <= maxOccasion
}

// anyClock tells whether a date has an hour.
func (p *parser) anyClock(c clause) bool {
	date, ok := when.DateIn(p.tokens[c.from:c.to], make([]bool, c.to-c.from), p.now, when.Recent)
	return ok && date.Precision == when.PrecisionTime
}

// isOccasionNamed tells a few words that name what was done, without a verb: "leaflet drop with @bob".
func (p *parser) isOccasionNamed(c clause) bool {
	named := false
	if c.to-c.from > maxOccasion {
		return false
	}
	for i := c.from; i < c.to; i++ {
		word := p.rawWord(i)
		if p.tokens[i].Kind != text.WordToken || p.tokens[i].Stop != 0 || p.isDenial(i) || intends[word] ||
			hasShape(word, didShapes) || noteVerbs[word] || text.IsDigits(word) {
			return false
		}
		named = named || !vocabulary()[word] && !names.IsGiven(word)
	}
	return named
}

// maxOccasion is how many words may name what was done together.
const maxOccasion = 4

// isSomebody tells whether people who are known, or have a given name, stand at a token. A capital alone makes nobody.
func (p *parser) isSomebody(i int, c clause) bool {
	switch p.rawKind(i) {
	case text.MentionToken, text.AddressToken:
		return true
	case text.WordToken:
		end := p.nameRun(i, c.to)
		if end == i {
			return p.smallName(i, c.to) > i
		}
		return names.IsGiven(p.rawWord(i)) || p.isPossessive(i) && p.isKnown(i, i+1) || p.isKnown(i, end)
	}
	return false
}

var (
	events     = text.WordSet("capture", "event") // what people go through together: session, excursie
	eventTails = lang.Words("capture", "event.tail")
	troubles   = text.WordSet("capture", "trouble") // with somebody, and no meeting: a contract, an argument, postponed
)

// isEvent tells a word for something that people do together.
func isEvent(word string) bool {
	tailed := func(end string) bool { return len(word) > len(end)+2 && strings.HasSuffix(word, end) }
	return events[word] || !datelike[word] && !when.IsRelativeDay(word) && slices.ContainsFunc(eventTails, tailed)
}

// withSelf tells "@bob en ik".
func (p *parser) withSelf(i, to int) bool {
	end := p.personEnd(i, to)
	return end > i && andWords[p.rawWord(end)] && iWords[p.rawWord(end+1)]
}

// shape is the beginning and the end of words.
type shape struct{ start, end string }

// shapes reads shapes that are written "start…end".
func shapes(section string) (all []shape) {
	for _, written := range lang.Words("capture", section) {
		start, end, _ := strings.Cut(written, "…")
		all = append(all, shape{start, end})
	}
	return all
}

// hasShape tells a word with a stem of three letters or more in one of some shapes.
func hasShape(word string, list []shape) bool {
	return slices.ContainsFunc(list, func(s shape) bool {
		return len(word) >= len(s.start)+len(s.end)+3 && strings.HasPrefix(word, s.start) &&
			strings.HasSuffix(word, s.end)
	})
}
