package grammar

import (
	"slices"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// dates reads the day and the time of a clause and takes them out of it.
func (p *parser) dates(c clause, lean when.Lean) (when.Date, bool) {
	for i := c.from + 1; i < c.to; i++ {
		if topicWords[p.word(i-1)] && p.isDated(i) && !p.used[i] { // "gebeld over zaterdag"
			end := i
			for end < c.to && (end == i || p.tokens[end-1].Stop == 0) {
				end++
			}
			kept := p.keep(clause{i, end})
			for k := i; k < end; k++ {
				p.used[k] = true
			}
			defer copy(p.used[i:end], kept)
		}
		if p.opensAsked(i-1) && !p.used[i] { // "whether I come on Sunday"
			kept := p.keep(clause{i, c.to})
			for k := i; k < c.to; k++ {
				p.used[k] = true
			}
			defer copy(p.used[i:c.to], kept)
		}
		if p.small(i) && !p.used[i] && p.isNoun(i, c.from) { // "his van on Saturday"
			p.used[i] = true
			defer func() { p.used[i] = false }()
		}
	}
	return when.DateIn(p.tokens[c.from:c.to], p.used[c.from:c.to], p.now, lean)
}

// lastedWords stand before how long something took.
var lastedWords = text.WordSet("capture", "lasted")

// clockAtWords make a number of hours behind them a time of day: om 2 uur.
var clockAtWords = text.WordSet("dates", "clock.at")

// duration reads how long something took, also in parentheses, and takes it out of the clause.
func (p *parser) duration(c clause) time.Duration {
	for i := c.from; i < c.to; i++ {
		length, next := when.DurationAt(p.word, i, clockAtWords[p.rawWord(i-1)])
		if length > 0 && i > c.from && lastedWords[p.word(i-1)] { // "took an hour"
			p.used[i-1] = true
		}
		if t := p.tokens[i]; t.Kind == text.GroupToken && !p.used[i] { // (20 min)
			inside := parser{tokens: text.SplitWords(t.Raw, 0, nil)}
			inside.used = make([]bool, len(inside.tokens))
			if in, end := when.DurationAt(inside.word, 0, false); end == len(inside.tokens) {
				length, next = in, i+1
			}
		}
		if length <= 0 || length > 7*24*time.Hour {
			continue
		}
		for k := i; k < next; k++ {
			p.used[k] = true
		}
		return length
	}
	return 0
}

// interaction reads that people were or will be in contact.
func (p *parser) interaction(c clause, item *Item) bool {
	if p.noteOnly {
		return false
	}
	if p.unmet(c) || p.tellsAddress(c) {
		return false
	}
	medium, at, met := p.medium(c)
	turn := p.turnIn(c)
	if !met && turn.medium == "" && medium != "" && p.withoutMe(c, at) {
		return false
	}
	if turn.medium == "" && medium == "" {
		if medium = p.companied(c); medium == "" {
			return false
		}
		if !p.hasEvent(c) && p.mendContact(c) { // "gebrld met @bob"
			medium, at, met = p.medium(c)
		} else {
			p.loose = true
		}
	}
	var word text.Token
	if turn.medium != "" && (at < 0 || turn.at <= at || shyMedia[p.word(at)]) {
		medium, at, met = turn.medium, -1, false
		for more := turn; more.medium != ""; more = p.turnIn(c) {
			for _, i := range more.tokens {
				p.used[i] = true
			}
			if turn.activity == "" {
				turn.activity = more.activity
			}
		}
		item.Activity = turn.activity
		word.Word = turn.activity
	}
	if at >= 0 {
		word = p.tokens[at]
		item.Activity = word.Word
	}
	item.Medium = medium
	people := slices.DeleteFunc(p.people(c.from, c.to, c), p.inTopic(c))
	if at >= 0 {
		p.used[at] = !p.inPlace(at, c)
	}
	if len(people) == 0 {
		for i := c.from; i < c.to; i++ {
			if pronouns[p.word(i)] && len(p.before) > 0 {
				p.used[i] = true
				people = p.meant(item.Span.Start)
				break
			}
		}
	}
	if len(people) == 0 {
		for i := c.from; i < c.to; i++ {
			p.used[i] = false
		}
		*item = Item{Span: item.Span}
		return false
	}
	item.Kind = KindInteraction
	item.People, item.Others = p.apart(people, c)
	people = item.People
	for _, m := range people {
		first := met && !metIsWith[text.Language(p.line)] || acquainted[word.Word]
		if first && m.New || m.Organisation != "" || m.Role != "" {
			item.Kind = KindPerson
		}
	}
	if met {
		item.Activity = ""
	}
	lean := when.Recent
	if p.first(c, planned, comes) >= 0 || appointments[word.Word] && !p.isOver(c) {
		lean = when.Future
	}
	p.whenOver(c, lean, item)
	if length := p.duration(c); length > 0 {
		item.Duration = length
	}
	p.rest(c, item)
	if outings[item.Activity] && text.Fold(item.Place) == item.Activity {
		item.Place = "" // "op de koffie" is no place
	}
	return true
}

// appointments are for a day to come, where nothing says that it is over.
var appointments = text.WordSet("capture", "appointment")

// hasEvent tells whether a clause names something that people do together.
func (p *parser) hasEvent(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if isEvent(p.word(i)) {
			return true
		}
	}
	return false
}

// inTopic tells those who stand behind an article in what was talked of: about the Carla Jansen call.
func (p *parser) inTopic(c clause) func(Mention) bool {
	return func(m Mention) bool {
		for i := c.from; i+2 < c.to; i++ {
			if topicWords[p.rawWord(i)] && articles[p.rawWord(i+1)] && p.tokens[i+2].Start == m.Span.Start && m.New {
				for k := i + 2; k < c.to && p.tokens[k].End <= m.Span.End; k++ {
					p.used[k] = false
				}
				return true
			}
		}
		return false
	}
}

// tellsAddress tells "mail for @bob is bob@x.nl".
func (p *parser) tellsAddress(c clause) bool {
	last := c.to - 1
	if p.tokens[last].Kind != text.AddressToken || last == c.from || len(p.lookup(p.tokens[last].Raw, maxLookups)) > 0 {
		return false
	}
	return isWords[p.rawWord(last-1)] || p.tokens[last-1].Stop == ':'
}

// apart takes those through whom somebody was met, or of whom was spoken, out of the people: "met Peter through @anna",
// "talked to Tom about Laura".
func (p *parser) apart(people []Mention, c clause) (with, through []Mention) {
	for _, m := range people {
		via := false
		for i := c.from; i+1 < c.to; i++ {
			if (throughWords[p.rawWord(i)] || topicWords[p.rawWord(i)]) && p.tokens[i+1].Start == m.Span.Start {
				via = true
				p.used[i] = true
			}
		}
		if via {
			through = append(through, m)
		} else {
			with = append(with, m)
		}
	}
	if len(with) == 0 {
		return people, nil
	}
	return with, through
}

var throughWords = text.WordSet("capture", "from.through")

// Words around the one that says how people were in contact.
var (
	mediumTails     = lang.Pairs("capture", "pair.medium")      // verbs with a second part: kwam … tegen
	mediumTurns     = turnsOf("capture", "turn.medium")         // turns of several words: reed … mee
	metWords        = text.WordSet("capture", "met")            // say it alone: met Carla Jansen
	metBehind       = text.WordSet("capture", "met.behind")     // may stand before these
	towns           = text.WordSet("capture", "place.town")     // before a town rather than an occasion
	occasions       = text.WordSet("capture", "place.occasion") // before an occasion, beside the words for places
	destinations    = text.WordSet("capture", "place.to")       // before where people went
	placesWithin    = text.WordSet("capture", "place.within")   // open a second place
	placeArticles   = text.WordSet("capture", "article.place")  // belong to the place: 't Gooi
	inWords         = text.WordSet("capture", "place.in")
	mediumOfWords   = text.WordSet("capture", "beside.of")      // mail van @bob
	mediumOn        = text.WordSet("capture", "beside.on")      // on the phone
	mediumBy        = text.WordSet("capture", "beside.by")      // per mail
	mediumByMessage = text.WordSet("capture", "beside.message") // op LinkedIn
)

var (
	acquainted = text.WordSet("capture", "acquainted")
	outings    = text.WordSet("capture", "outing")
)

// metIsWith are the languages in which a word that says a meeting in another is a preposition: Dutch "met".
var metIsWith = func() map[string]bool {
	out := map[string]bool{}
	for _, l := range lang.All() {
		out[l.Tag] = slices.ContainsFunc(l.Words("capture", "with"), func(word string) bool { return metWords[word] })
	}
	return out
}()

// medium finds the word that says how people were in contact; -1 when a bare "met" says it.
func (p *parser) medium(c clause) (medium string, at int, met bool) {
	first, placed := -1, -1
	topic := false
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		if topic = topic || i > c.from && topicWords[word] && articles[p.rawWord(i+1)]; topic && !happened[word] {
			continue // "told Tom about the call"
		}
		m, ok := mediumWords[word]
		tail := mediumTails[word]
		if !ok || p.isNamed(i) || shyMedia[word] && !p.nextToPerson(i, c) || tail != "" && p.tailAt(tail, i, c.to) < 0 {
			continue
		}
		if p.inPlace(i, c) {
			if placed < 0 && !p.isOccasion(i) {
				placed = i
			}
			continue
		}
		if m == "video" || first >= 0 && mediumWords[p.word(first)] == "face" && m == "call" {
			first = i // "teams meeting", "telefonisch overleg"
			if m == "video" {
				break
			}
		}
		if first < 0 {
			first = i
		}
	}
	if first >= 0 {
		return mediumWords[p.word(first)], first, false
	}
	// English "met Carla Jansen"; Dutch "met" only stands before somebody.
	for i := c.from; i < c.to && i < c.from+3; i++ {
		if metWords[p.word(i)] && p.meets(i+1, c) {
			if placed >= 0 && i > c.from {
				break
			}
			return "face", -1, true
		}
		if !metBehind[p.word(i)] {
			break
		}
	}
	if placed >= 0 {
		return mediumWords[p.word(placed)], placed, false
	}
	return "", -1, false
}

// isNamed tells "is called".
func (p *parser) isNamed(i int) bool {
	before := p.rawWord(i - 1)
	return namedWords[p.rawWord(i)] && (isWords[before] || relations[before] || before != "" && !vocabulary()[before] &&
		!text.IsCapitalised(p.tokens[i-1].Raw) && p.smallName(i-1, i) == i-1) // "a business called Hughes"
}

var namedWords = text.WordSet("capture", "named")

// inPlace tells whether a medium word is part of a place or occasion: "at borrel Utrecht", "tijdens de lunch".
func (p *parser) inPlace(i int, c clause) bool {
	k := i - 1
	if articles[p.rawWord(k)] {
		k--
	}
	if k < c.from {
		return false
	}
	word := p.rawWord(k)
	return placeWords[word] && !towns[word] || occasions[word]
}

// meets tells whether somebody stands close behind "met", before any pause.
func (p *parser) meets(i int, c clause) bool {
	for k := i; k < c.to && k < i+6; k++ {
		if p.personEnd(k, c.to) > k || pronouns[p.word(k)] || p.tokens[k].Kind != text.WordToken {
			return true
		}
		if p.tokens[k].Stop != 0 && p.tokens[k].Stop != '.' {
			return p.nameRun(k+1, c.to) > k+2 // "met a new guy, Daniel Okafor"
		}
	}
	return false
}

// isOccasion tells a medium word behind "for" or "after": it says what something was for, not that people met.
func (p *parser) isOccasion(i int) bool {
	before := p.rawWord(i - 1)
	if articles[before] {
		before = p.rawWord(i - 2)
	}
	return occasions[before]
}

// nextToPerson tells whether a word with many meanings is used as a medium: first in the clause, or beside a person.
func (p *parser) nextToPerson(i int, c clause) bool {
	if mediumWords[p.rawWord(i+1)] != "" { // "telephone conversation"
		return true
	}
	if i == c.from || i == c.to-1 || p.tokens[i-1].Stop == ':' || p.dashBefore(i) || p.isDated(i-1) ||
		p.isPlaceOfPerson(i+1, c) || i == c.from+1 &&
		(glue[p.rawWord(c.from)] || p.rawKind(c.from) == text.MentionToken) {
		return true
	}
	next := p.rawKind(i + 1)
	if i+1 < c.to && (next == text.MentionToken || next == text.AddressToken || withWords[p.rawWord(i+1)] ||
		text.IsCapitalised(p.tokens[i+1].Raw) && p.isSomebody(i+1, c)) {
		return true
	}
	if mediumOfWords[p.rawWord(i+1)] { // "kreeg mail van @bob"
		if next := p.rawKind(i + 2); next == text.MentionToken || next == text.AddressToken ||
			i+2 < c.to && p.nameRun(i+2, c.to) > i+2 {
			return true
		}
	}
	if mediumOn[p.rawWord(i-2)] && articles[p.rawWord(i-1)] { // "on the phone"
		return true
	}
	previous := p.rawKind(i - 1)
	return previous == text.MentionToken || previous == text.AddressToken || mediumBy[p.rawWord(i-1)] ||
		mediumByMessage[p.rawWord(i-1)] && mediumWords[p.rawWord(i)] == "message"
}

// isPlaceOfPerson tells "bij @bob".
func (p *parser) isPlaceOfPerson(i int, c clause) bool {
	return placesWithin[p.rawWord(i)] && p.personEnd(i+1, c.to) > i+1
}

// apposed tells whether what somebody does and where stands behind a name and a comma: "Joris Tulp, accountant bij
// Bos".
func (p *parser) apposed(i, to int) bool {
	if p.tokens[i-1].Stop != ',' {
		return false
	}
	end := i
	for end < to && !p.used[end] && p.tokens[end].Kind == text.WordToken && (end == i || p.tokens[end-1].Stop == 0) {
		end++
	}
	if _, _, verb := p.predicateAt(i, to); verb || end == i || p.datelike(i, end) || mediumWords[p.word(i)] != "" {
		return false
	}
	role, _, ok := cutAt(p.textOf(i, end))
	return ok && strings.Count(role, " ") < 3
}

// personAlone reads a new person without a meeting: "Carla Jansen (ACME, sales)", "new: Carla Jansen".
func (p *parser) personAlone(c clause, item *Item) bool {
	start := c.from
	added := false
	for start < c.to && (strongLeads[p.word(start)] || articles[p.word(start)]) && !withWords[p.word(start)] {
		p.used[start] = true
		added = true
		start++
	}
	if !added {
		// Without such a word only a name with details in parentheses behind it says enough.
		if start >= c.to || p.tokens[start].Kind != text.MentionToken && p.nameRun(start, c.to) == start {
			return false
		}
		group := start + 1
		if p.tokens[start].Kind == text.WordToken {
			group = p.nameRun(start, c.to)
		}
		if group >= c.to || p.tokens[group].Kind != text.GroupToken && !p.apposed(group, c.to) {
			return false
		}
		added = p.tokens[group].Kind != text.GroupToken
	}
	if p.rawWord(c.from) != "" && articles[p.rawWord(c.from)] && p.personEnd(start, c.to) == start {
		for i := c.from; i < start; i++ {
			p.used[i] = false
		}
		return false // "de boor terug van @bob"
	}
	var people []Mention
	if start < c.to && p.tokens[start].Kind == text.WordToken {
		if end := p.nameRun(start, c.to); end > start {
			m := p.mention(p.textOf(start, end), p.span(start, end))
			p.take(start, end)
			switch {
			case end < c.to && p.tokens[end].Kind == text.GroupToken:
				m.details(p.tokens[end].Raw)
				p.used[end] = true
			case end < c.to && p.apposed(end, c.to):
				m.details(p.take(end, c.to))
			}
			people = append(people, m)
		}
	}
	people = append(people, p.people(start, c.to, c)...)
	if len(people) == 0 {
		for i := c.from; i < start; i++ {
			p.used[i] = false
		}
		return false
	}
	item.Kind, item.People = KindPerson, people
	// "nieuw: Carla Jansen, ACME, sales"
	if added && len(people) == 1 && people[0].Organisation == "" {
		for i := start; i < c.to; i++ {
			if !p.used[i] && p.tokens[i].Kind == text.WordToken && i > c.from && p.tokens[i-1].Stop == ',' {
				item.People[0].details(p.take(i, c.to))
				break
			}
		}
	}
	p.whenOver(c, when.Past, item)
	p.rest(c, item)
	return true
}
