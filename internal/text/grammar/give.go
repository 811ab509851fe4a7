package grammar

import (
	"strings"

	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// first finds the first unused word of a set in a clause, -1 when there is none.
func (p *parser) first(c clause, sets ...map[string]bool) int {
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		if word == "" {
			continue
		}
		for _, set := range sets {
			if set[word] {
				return i
			}
		}
	}
	return -1
}

// opensWith tells whether only people, pronouns and small words stand before token i. Before a participle that closes a
// statement what was given may stand there too: "mijn boor uitgeleend aan @bob".
func (p *parser) opensWith(i int, c clause) bool {
	last := participles[p.word(i)]
	asks := askWords[p.word(i)]
	head := true // only people so far
	named := false
	for k := c.from; k < i; {
		t := p.tokens[k]
		next := k + 1
		switch {
		case p.used[k], t.Kind == text.GroupToken, asks && (intends[t.Word] || intendsBefore[t.Word]),
			glue[t.Word], pronouns[t.Word], andWords[t.Word]:
			head = head && !articles[t.Word] && !ownWords[t.Word] && !haveWords[t.Word] && !placeWords[t.Word]
		case t.Kind == text.MentionToken, t.Kind == text.AddressToken:
			named = true
		case t.Kind == text.WordToken && p.nameRun(k, i) > k:
			next, named = p.nameRun(k, i), true
		case p.smallName(k, i) > k:
			next, named = p.smallName(k, i), true
		case !last:
			return false
		case head && named && !p.opensObject(k) && (i-k > 3 || hasShape(t.Word, didShapes)):
			return false // "@anna vertelde dat …"
		default:
			head = false
		}
		k = next
	}
	return true
}

// opensObject tells whether what was given may begin at a token that stands right behind a person.
func (p *parser) opensObject(i int) bool {
	word := p.word(i)
	return p.tokens[i].Kind != text.WordToken || articles[word] || ownWords[word] || adverbs[word] ||
		giftNouns[word] != "" || returnNouns[word] != "" || eachOther[word] || topicWords[word] || placeWords[word] ||
		haveWords[word] || askedFor[word] || word != "" && text.IsDigits(word[:1]) || p.isDated(i)
}

// reset gives back what a try has used.
func (p *parser) reset(c clause, used []bool) bool {
	copy(p.used[c.from:c.to], used)
	return false
}

func (p *parser) keep(c clause) []bool {
	return append([]bool(nil), p.used[c.from:c.to]...)
}

// introduction reads "introduced @a to @b", "@a voorgesteld aan @b", "stelde @a voor aan @b", "intro @a - @b".
func (p *parser) introduction(c clause, item *Item) bool {
	if p.first(c, reflexive) >= 0 {
		return false // "introduced myself to @bob"
	}
	if p.knowEachOther(c, item) {
		return true
	}
	at := p.first(c, introWords)
	if at < 0 || !p.opensWith(at, c) || p.denied(c, at) || p.passive(c, deed{at: at}) ||
		p.doneByOther(c, deed{at: at, word: p.word(at)}) {
		return false
	}
	// "@x introduced me to @y" came in.
	for i := at + 1; i < c.to && i <= at+2; i++ {
		if selves[p.word(i)] {
			return false
		}
	}
	word := p.word(at)
	used := p.keep(c)
	p.used[at] = true
	// Two groups of people, parted by "to", "aan" or the like.
	split := -1
	for i := c.from; i < c.to; i++ {
		if i+1 < c.to && (introducedTo[p.word(i)] || split < 0 && introParticles[word+" "+p.word(i)]) {
			split = i
		}
	}
	var people, others []Mention
	if split > c.from {
		people = p.peopleOrMeant(c.from, split, c, item)
		others = p.peopleOrMeant(split, c.to, c, item)
		p.used[split] = true
	}
	if len(others) == 0 || len(people) == 0 {
		p.reset(c, used)
		p.used[at] = true
		others = nil
		if people = p.people(c.from, c.to, c); len(people) == 2 {
			people, others = people[:1], people[1:]
		}
	}
	if len(people) == 0 && len(others) == 0 || len(others) == 0 && !p.broughtTo(c, at) {
		return p.reset(c, used)
	}
	if len(others) == 0 {
		item.Kind, item.People, item.Gift = KindGift, people, "introduction"
		p.content(c, item)
		return item.Text != "" || p.reset(c, used)
	}
	item.Kind, item.People, item.Others = KindIntroduction, people, others
	p.whenOver(c, when.Past, item)
	for i := c.from; i < c.to; i++ {
		if togetherWords[p.word(i)] {
			p.used[i] = true
		}
	}
	p.takeContent(c, item)
	return true
}

// knowEachOther reads "@a en @b kennen elkaar via mij".
func (p *parser) knowEachOther(c clause, item *Item) bool {
	each := p.first(c, eachOther)
	self := p.first(c, selves)
	if each < 0 || self < 1 || !throughWords[p.word(self-1)] {
		return false
	}
	used := p.keep(c)
	people := p.people(c.from, each, c)
	if len(people) != 2 {
		return p.reset(c, used)
	}
	item.Kind, item.People, item.Others = KindIntroduction, people[:1], people[1:]
	p.whenOver(c, when.Past, item)
	for i := c.from; i < c.to; i++ {
		p.used[i] = true
	}
	return true
}

// broughtTo tells "@bob voorgesteld aan mijn baas", where whom to has no name here.
func (p *parser) broughtTo(c clause, at int) bool {
	d := deed{at: at, word: p.rawWord(at)}
	if givenAs[d.word] != "" || !participles[d.word] && p.personEnd(c.from, at) > c.from {
		return false
	}
	for i := at + 1; i < c.to; i++ {
		if introducedTo[p.word(i)] || placesWithin[p.word(i)] {
			return articles[p.word(i+1)] || ownWords[p.word(i+1)] || i+1 < c.to && text.IsCapitalised(p.tokens[i+1].Raw)
		}
	}
	return false
}

// reflexive words mean the writer, who met somebody then.
var reflexive = text.WordSet("capture", "self.reflexive")

// aheadNouns are what came in for a day to come: uitnodiging.
var aheadNouns = text.WordSet("capture", "ahead")

// peopleOrMeant reads the people between two tokens, or whom a pronoun there means.
func (p *parser) peopleOrMeant(from, to int, c clause, item *Item) []Mention {
	people := p.people(from, to, c)
	if len(people) == 0 && len(p.before) > 0 {
		if i := p.first(clause{from, to}, pronouns); i >= 0 {
			p.used[i] = true
			return p.meant(item.Span.Start)
		}
	}
	return people
}

// togetherWords fill the turns in which people are introduced.
var (
	// introducedTo stands before whom somebody is introduced to.
	introducedTo = text.WordSet("capture", "introduced.to")
	// introParticles are verbs with a second part that stands there as well: stelde … voor.
	introParticles = text.WordSet("capture", "introduced.particle")
	eachOther      = text.WordSet("capture", "together.each")
	fromWords      = text.WordSet("capture", "from")         // before whom something came from
	borrowedFrom   = text.WordSet("capture", "from.lender")  // the same, of what was borrowed
	byWords        = text.WordSet("capture", "from.doer")    // before who did it: getipt door @bob
	recipientWords = text.WordSet("capture", "to.recipient") // before whom something was given to
	smallWords     = text.WordSet("capture", "small")        // say nothing at the ends of a text
	giftTo         = text.WordSet("capture", "to.gift")      // between a bare noun and whom it is for
	feedbackOn     = text.WordSet("capture", "to.feedback")  // the same, behind feedback
	askedFor       = text.WordSet("capture", "asked.for")    // opens what is asked
	askedBefore    = text.WordSet("capture", "asked.before")
	wasAsked       = text.WordSet("capture", "asked.past")
)

var togetherWords = text.WordSet("capture", "together")

// returned reads what came in: "got job from @x", "kreeg opdracht van @x", "@x introduced me to @y", "@x gave me a
// tip", "getipt door @x", "nieuwe klant via @x".
func (p *parser) returned(c clause, item *Item) bool {
	used := p.keep(c)
	d, ok := p.deedIn(c)
	if at := p.first(c, introWords); at >= 0 && (!ok || at < d.at) {
		d, ok = deed{at: at, word: p.word(at)}, true
	}
	var people, others []Mention
	at := p.first(c, gotWords)
	switch {
	case at >= 0 && p.opensWith(at, c), p.gotInOther(c, &at), p.bareReturn(c, &at):
		// Only who stands behind "from" gave it.
		if at >= 0 {
			p.used[at] = true
		}
		if people = p.peopleFrom(c, item); len(people) > 0 {
			others = p.people(c.from, c.to, c)
		} else if at == c.from && len(p.before) > 0 && p.first(c, fromWords) < 0 && p.nounAhead(at) {
			people = p.meant(item.Span.Start)
		} else if at >= 0 && borrowedWords[p.rawWord(at)] &&
			(givenAs[p.rawWord(at)] == "" || p.isTheirs(p.headEnd(c, deed{at: c.to}))) {
			people = p.people(c.from, c.to, c)
		}
	case ok && p.denied(c, d.at):
	case ok && p.opensWith(d.at, c) && p.passive(c, d):
		d.take(p)
		at = d.at
		people = p.peopleFrom(c, item)
	case ok && p.opensWith(d.at, c) && (p.toSelf(c, d) || p.isOwn(c) && p.doneByOther(c, d) || p.helped(c, d)):
		end, _ := p.doer(c, d)
		if end == 0 {
			end = p.headEnd(c, d)
		}
		d.take(p)
		if people = p.people(c.from, end, c); len(people) == 0 && len(p.before) > 0 &&
			p.first(clause{c.from, d.at}, pronouns) >= 0 {
			people = p.meant(item.Span.Start)
		}
		if introWords[d.word] || referWords[d.word] {
			others = p.people(d.at, c.to, c)
		}
		for i := end; i < d.at; i++ {
			if haveWords[p.word(i)] {
				p.used[i] = true
			}
		}
		at = d.at
	}
	if len(people) == 0 && p.offered(c) {
		end := p.headEnd(c, deed{at: c.to})
		people = p.people(c.from, end, c)
		p.used[end] = true
	}
	if len(people) == 0 {
		return p.reset(c, used)
	}
	word := ""
	if at >= 0 {
		word = p.rawWord(at)
	}
	kind, noun := p.kindOf(c, returnNouns)
	switch {
	case kind == "" && introWords[word] && givenAs[word] == "":
		kind = "introduction"
	case kind == "" && (timeWords[word] || givenAs[word] == "tip"):
		kind = "tip"
	case broughtAs[word] != "":
		kind = broughtAs[word]
	case kind == "" && referWords[word]:
		kind = "job"
	}
	// "got a mail from @x" is an interaction.
	if noun < 0 && gotWords[word] {
		for i := c.from; i < c.to; i++ {
			if mediumWords[p.word(i)] != "" {
				return p.reset(c, used)
			}
		}
	}
	item.Kind, item.People, item.Others, item.Return = KindReturn, people, others, kind
	if brings(word) || noun >= 0 && aheadNouns[p.rawWord(noun)] { // the day is that of what follows
		p.takeContent(c, item)
		return true
	}
	p.content(c, item)
	if len(d.tokens) > 1 && item.Text == "" && item.Title == "" {
		item.Text = p.textOf(c.from, c.to)
	}
	return true
}

// peopleFrom reads the people behind the first "from" that stands before somebody, or whom a pronoun there means.
func (p *parser) peopleFrom(c clause, item *Item) []Mention {
	_, noun := p.kindOf(c, returnNouns)
	together := noun >= 0 && returnNouns[p.word(noun)] == "collaboration"
	for i := c.from; i < c.to; i++ {
		if !fromWords[p.word(i)] && !(together && withWords[p.word(i)]) {
			continue
		}
		if people := p.peopleAt(i+1, c); len(people) > 0 {
			p.used[i] = true
			return people
		}
		if pronouns[p.word(i+1)] && len(p.before) > 0 {
			p.used[i], p.used[i+1] = true, true
			return p.meant(item.Span.Start)
		}
	}
	return nil
}

// gotInOther tells the other turns in which something came in: "geleend van @x", "van @x geleend", "borrowed … from".
func (p *parser) gotInOther(c clause, at *int) bool {
	i := p.first(c, borrowedWords)
	if end := p.headEnd(c, deed{at: c.to}); i > end && end > c.from && p.isTheirs(end) {
		*at = i // "@bob zijn fiets geleend"
		return true
	}
	if i >= 0 && givenAs[p.word(i)] == "" { // "borrowed Mark's trailer"
		*at = i
		return p.opensWith(i, c)
	}
	if i < 0 || p.first(c, borrowedFrom) < 0 || p.givenTo(c) || !p.opensWith(i, c) &&
		p.first(c, borrowedFrom) > i {
		return false
	}
	*at = i
	return true
}

// isTheirs tells whether something of the people before token i stands there: "@bob zijn fiets", "Bob's fiets".
func (p *parser) isTheirs(i int) bool {
	return theirs[p.rawWord(i)] || i > 0 && (strings.HasSuffix(p.tokens[i-1].Raw, "'s") ||
		strings.HasSuffix(p.tokens[i-1].Raw, "’s"))
}

// givenTo tells whether somebody is named behind "to" or "for".
func (p *parser) givenTo(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if giftTo[p.word(i)] && p.personEnd(i+1, c.to) > i+1 {
			return true
		}
	}
	return false
}

// bareReturn tells what came in without a verb: "nieuwe klant via @x", "tip van @x: …".
func (p *parser) bareReturn(c clause, at *int) bool {
	*at = -1
	if d, gives := p.deedIn(c); gives && !brings(d.word) || p.first(c, happened) >= 0 && p.first(c, gotWords) < 0 {
		return false
	}
	if throughWords[p.word(c.from)] { // "via @bob een opdracht"
		end := p.personEnd(c.from+1, c.to)
		_, noun := p.kindOf(c, returnNouns)
		return end > c.from+1 && noun >= end && noun <= end+3
	}
	for i := c.from; i < c.to && i < c.from+4; i++ {
		if returnNouns[p.word(i)] == "" {
			continue
		}
		if returnNouns[p.word(i)] == "collaboration" {
			for k := i + 1; k < c.to; k++ {
				if withWords[p.word(k)] && p.personEnd(k+1, c.to) > k+1 {
					return true
				}
			}
		}
		for k := i + 1; k < c.to; k++ {
			if fromWords[p.word(k)] && (k < i+4 || p.personEnd(k+1, c.to) > k+1) {
				return true
			}
		}
	}
	return false
}

// passive tells "getipt door @x" and "invited by @x".
func (p *parser) passive(c clause, d deed) bool {
	for i := d.at + 1; i < c.to; i++ {
		if byWords[p.word(i)] && p.personEnd(i+1, c.to) > i+1 {
			return true
		}
	}
	for i := c.from; i+1 < d.at; i++ { // "door @x getipt"
		if byWords[p.word(i)] {
			return p.personEnd(i+1, d.at) > i+1
		}
	}
	return false
}

// doneByOther tells whether somebody else than the writer did it.
func (p *parser) doneByOther(c clause, d deed) bool {
	_, ok := p.doer(c, d)
	return ok
}

// helped tells "@x hielp met de verhuizing" and "@x passed on a lead": whom is not said, so it was the writer.
func (p *parser) helped(c clause, d deed) bool {
	if !p.doneByOther(c, d) || d.kind != "time" && d.kind != "feedback" && haveWords[p.rawWord(p.headEnd(c, d))] {
		return false
	}
	if d.kind == "" && !forwardedWords[d.word] && (!sentWords[d.word] || !p.anyNoun(c) && !p.anyObject(c)) &&
		(!gaveWords[d.word] || !p.anyCounsel(c)) {
		return false
	}
	for i := d.at + 1; i < c.to; i++ {
		if recipientWords[p.word(i)] && p.personEnd(i+1, c.to) > i+1 || selves[p.word(i)] {
			return false
		}
	}
	return p.personEnd(d.at+1, c.to) <= d.at+1
}

// anyCounsel tells whether it was advice or the like that was given: nobody says "gaf een lezing" of oneself alone.
func (p *parser) anyCounsel(c clause) bool {
	kind, at := p.kindOf(c, giftNouns)
	return at >= 0 && (kind == "tip" || kind == "knowledge" || kind == "feedback")
}

// offered tells "@x had een tip voor me".
func (p *parser) offered(c clause) bool {
	end := p.headEnd(c, deed{at: c.to})
	if end == c.from || !haveWords[p.rawWord(end)] {
		return false
	}
	_, noun := p.kindOf(c, returnNouns)
	return noun > end && noun <= end+3 && p.first(clause{noun, c.to}, selves) >= 0
}

// headEnd is where the people at the head of a clause end.
func (p *parser) headEnd(c clause, d deed) int {
	i := c.from
	for i < d.at && p.word(i) != "" && (glue[p.word(i)] || adverbs[p.word(i)]) && !haveWords[p.word(i)] {
		i++
	}
	if end := p.personEnd(i, d.at); end > i {
		return end
	}
	return c.from
}

// kindOf finds the kind that the first telling noun of a clause gives.
func (p *parser) kindOf(c clause, nouns map[string]string) (kind string, at int) {
	for i := c.from; i < c.to && !topicWords[p.word(i)]; i++ { // "a mail about the offer" is a mail
		if kind, ok := nouns[p.word(i)]; ok {
			return kind, i
		}
	}
	return "", -1
}

// content reads the date and duration, takes a quoted text as the title and the remaining words as the text.
func (p *parser) content(c clause, item *Item) {
	p.whenOver(c, when.Past, item)
	if length := p.duration(c); length > 0 {
		item.Duration = length
	}
	p.takeContent(c, item)
}

func (p *parser) takeContent(c clause, item *Item) {
	for i := c.from; i < c.to; i++ {
		if p.used[i] {
			continue
		}
		if t := p.tokens[i]; t.Kind == text.QuoteToken {
			p.used[i] = true
			if item.Title == "" {
				item.Title = clean(t.Raw)
			} else {
				item.Text = text.Join(" ", item.Text, clean(t.Raw))
			}
		}
	}
	for i := c.from; i < c.to; i++ {
		if p.used[i] {
			continue
		}
		end := i
		for end < c.to && !p.used[end] {
			end++
		}
		start := i
		// Small words at the ends say nothing.
		for start < end && p.saysNothing(start, c) && (item.Text == "" || articles[p.word(start)]) {
			start++
		}
		stop := end
		for stop > start && p.small(stop-1) && !p.isNoun(stop-1, start) {
			stop--
		}
		if start < stop {
			by := " "
			if i > c.from && p.tokens[i-1].Stop == ':' {
				by = ": "
			}
			item.Text = text.Join(by, item.Text, p.textOf(start, stop))
		}
		for k := i; k < end; k++ {
			p.used[k] = true
		}
		i = end
	}
}

// saysNothing tells a small word at the head of a text. "Voor haar moeder" says something, and so does the Met Office.
func (p *parser) saysNothing(i int, c clause) bool {
	if relations[p.rawWord(i+1)] || relations[p.rawWord(i+2)] || i > c.from && withWords[p.word(i)] &&
		text.IsCapitalised(p.tokens[i].Raw) {
		return false
	}
	return (p.small(i) || adverbs[p.word(i)]) && (p.tokens[i].Stop == 0 || topicWords[p.word(i)])
}

// isNoun tells a small word of one language that is a noun of another: "his van".
func (p *parser) isNoun(i, from int) bool {
	before := p.rawWord(i - 1)
	return i > from && (articles[before] || ownWords[before] || theirs[before])
}

func (p *parser) small(i int) bool {
	word := p.word(i)
	return articles[word] || andWords[word] || withWords[word] || selves[word] || pronouns[word] || smallWords[word]
}

// gift reads what was given: "gave @frank https://… "intro to tone of voice"", "@bob geholpen met verhuizen 2 uur",
// "tip voor @carla: …", "shared https://… with everyone".
func (p *parser) gift(c clause, item *Item) bool {
	d, ok := p.deedIn(c)
	switch {
	case ok && brings(d.word):
		return false
	case !ok || !p.opensWith(d.at, c):
		// A bare noun with whom it is for: "feedback aan @bob".
		if d, ok = p.bareGift(c); !ok {
			return false
		}
	default:
		if _, other := p.doer(c, d); other {
			return false // "@bob gave @eva a book" is no gift of the writer's
		}
	}
	used := p.keep(c)
	if d.at >= 0 && p.denied(c, d.at) {
		return false
	}
	d.take(p)
	if sentWords[d.word] && item.Link == "" && !p.anyNoun(c) && !p.anyObject(c) {
		return p.reset(c, used)
	}
	if d.kind == "" && sharedWords[d.word] {
		if i := p.first(c, shareSites); i >= 0 { // "bericht van @bob gedeeld op LinkedIn"
			d.kind = "visibility"
		}
	}
	people := p.recipients(c, d)
	var others []Mention
	if i := p.first(c, everyone); i >= 0 {
		p.used[i] = true
		item.Everyone = true
	}
	if len(people) == 0 && !item.Everyone {
		if i := p.first(c, pronouns); i >= 0 && len(p.before) > 0 {
			p.used[i] = true
			people = p.meant(item.Span.Start)
		}
	}
	if len(people) == 0 && !item.Everyone && (item.Link == "" || d.at < 0) {
		item.Everyone = false
		return p.reset(c, used)
	}
	if d.kind == "referral" && len(people) > 1 { // "referred @a to @b"
		people, others = people[:1], people[1:]
	}
	if d.kind == "" {
		d.kind, _ = p.kindOf(c, giftNouns)
	}
	if p.onlyOf(people, c, d) {
		item.Everyone = false
		return p.reset(c, used)
	}
	item.Kind, item.People, item.Others, item.Gift = KindGift, people, others, d.kind
	p.content(c, item)
	switch {
	case item.Gift != "":
	case item.Link != "":
		item.Gift = "knowledge"
	case item.Duration > 0:
		item.Gift = "time"
	default:
		item.Gift = kindWithin(item.Title)
	}
	if len(d.tokens) > 1 && (item.Text == "" || d.kind == "referral") && item.Title == "" {
		item.Text = p.textOf(c.from, c.to) // what was done is in the verb: "goed woordje gedaan voor @bob"
	}
	item.Everyone = item.Everyone || len(people) == 0
	return true
}

// bareGift finds a noun for a gift near the head of a clause, and whom it is for close behind: "feedback aan @bob",
// "goed woordje gedaan voor @bob".
func (p *parser) bareGift(c clause) (deed, bool) {
	for i := c.from; i < c.to && i < c.from+3; i++ {
		kind := giftNouns[p.word(i)]
		if kind == "" {
			if p.personEnd(i, c.to) > i || mediumWords[p.word(i)] != "" {
				break
			}
			continue
		}
		for k := i + 1; k < c.to && k <= i+2 && !askWords[p.word(k)]; k++ {
			if (giftTo[p.word(k)] || feedbackOn[p.word(k)] && kind == "feedback") &&
				(p.personEnd(k+1, c.to) > k+1 || pronouns[p.word(k+1)] || everyone[p.word(k+1)]) {
				return deed{at: -1, kind: kind}, true
			}
		}
	}
	return deed{}, false
}

// onlyOf tells whether people are no receivers: something of theirs was bought, or it was given together with them.
func (p *parser) onlyOf(people []Mention, c clause, d deed) bool {
	if len(people) == 0 || d.at < 0 || d.kind != "" && d.kind != "resource" && d.kind != "tip" {
		return false
	}
	for i := c.from + 1; i < c.to; i++ {
		before := p.rawWord(i - 1)
		if p.tokens[i].Start == people[0].Span.Start {
			return ofWords[before] && p.first(c, recipientWords) < 0 || withWords[before] && gaveWords[d.word]
		}
	}
	return false
}

// recipients reads to whom something was given: who stands behind "to", or anybody.
func (p *parser) recipients(c clause, d deed) []Mention {
	if d.kind != "referral" {
		for i := c.from; i < c.to; i++ {
			if recipientWords[p.word(i)] || doneFor[d.word] && giftTo[p.word(i)] {
				if people := p.peopleAt(i+1, c); len(people) > 0 {
					p.used[i] = true
					return people
				}
			}
		}
	}
	end := c.to
	if d.kind == "time" { // "@bob geholpen met Excel"
		for i := max(c.from, d.at); i < c.to; i++ {
			if withWords[p.word(i)] {
				end = i
				break
			}
		}
		if people := p.people(c.from, end, c); len(people) > 0 {
			return people
		}
	}
	return p.people(c.from, c.to, c)
}

// peopleAt reads the people that stand at token i, joined by commas and "en".
func (p *parser) peopleAt(i int, c clause) []Mention {
	end := p.personEnd(i, c.to)
	if end <= i {
		return nil
	}
	return p.people(i, end, c)
}

// kindWithin is the kind of a gift that a text between quotes tells: "feedback op haar stuk".
func kindWithin(title string) string {
	for _, t := range text.SplitWords(title, 0, nil) {
		if kind := giftNouns[t.Word]; kind != "" {
			return kind
		}
	}
	return ""
}

// anyObject tells whether something is sent that is no message: "shared my notes", "kaart gestuurd aan @bob".
func (p *parser) anyObject(c clause) bool {
	object := false
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		switch {
		case noGifts[word], mediumWords[word] != "" && p.first(c, shareSites) < 0:
			return false
		case articles[word], ownWords[word], recipientWords[word] && p.personEnd(i+1, c.to) > i+1,
			withWords[word] && p.first(c, sharedWords) >= 0, shareSites[word]:
			object = true
		}
	}
	return object
}

var (
	noGifts     = text.WordSet("capture", "sent.none")   // are sent and no gift: an invoice
	sharedWords = text.WordSet("capture", "verb.shared") // also with the world
	shareSites  = text.WordSet("capture", "share.site")  // where what somebody made is seen by others
)

func (p *parser) anyNoun(c clause) bool {
	_, at := p.kindOf(c, giftNouns)
	if at >= 0 {
		return true
	}
	for i := c.from; i < c.to; i++ {
		if p.tokens[i].Kind == text.QuoteToken {
			return true
		}
	}
	return false
}

// ask reads what to ask of somebody: "ask @x for …", "vraag @x om …", "@x gevraagd naar …".
func (p *parser) ask(c clause, item *Item) bool {
	at := p.first(c, askWords)
	if at < 0 || !p.opensWith(at, c) {
		return false
	}
	used := p.keep(c)
	p.used[at] = true
	end := min(c.to, at+8)
	for i := end - 1; i > at; i-- { // who is asked stands before what is asked
		if askedFor[p.word(i)] {
			end = i
		}
	}
	people := p.people(c.from, end, c)
	if len(people) == 0 {
		if i := p.first(clause{at, c.to}, pronouns); i >= 0 && i <= at+2 && len(p.before) > 0 {
			p.used[i] = true
			people = p.meant(item.Span.Start)
		}
	}
	said := false // by those before: ", vraagt of ik kan helpen"
	if len(people) == 0 && at == c.from && wasAsked[p.rawWord(at)] && len(p.before) > 0 {
		people, said = p.meant(item.Span.Start), true
	}
	if len(people) == 0 {
		return p.reset(c, used)
	}
	item.Kind, item.People = KindAsk, people
	if said {
		item.Kind = KindNeed
	}
	if wasAsked[p.rawWord(at)] { // "@eva asked if I know a printer"
		if at > c.from && people[0].Span.End <= p.tokens[at].Start && people[0].Span.End > people[0].Span.Start {
			item.Kind = KindNeed
		}
	}
	for i := at + 1; i < c.to && i <= at+2; i++ {
		if selves[p.word(i)] { // "@bob asked me for a referral"
			item.Kind = KindNeed
			p.used[i] = true
		}
	}
	if by, ok := p.deadline(c); ok {
		item.When = by
	}
	for i := c.from; i < at; i++ { // "@bob om een referentie gevraagd"
		if askedFor[p.word(i)] {
			p.used[i] = true
			break
		}
	}
	for i := at; i < c.to; i++ { // the word that opens what is asked
		switch word := p.word(i); {
		case askedFor[word] || askedBefore[word]:
			if p.opensWith(i, c) {
				p.used[i] = true
			}
		case word == "":
			continue
		}
		if p.word(i) != "" && !glue[p.word(i)] {
			break
		}
	}
	item.Others = p.marked(c)
	p.takeContent(c, item)
	return true
}

// marked reads the people with a mark that are left in a clause, and leaves their words in the text.
func (p *parser) marked(c clause) []Mention {
	var found []Mention
	for i := c.from; i < c.to; i++ {
		if t := p.tokens[i]; !p.used[i] && (t.Kind == text.MentionToken || t.Kind == text.AddressToken) {
			found = append(found, p.mention(t.Raw, t.Span))
		}
	}
	return found
}

// deadline reads a date by which something must be: one behind "before", "voor" or "by", or the last thing of a clause.
func (p *parser) deadline(c clause) (when.Date, bool) {
	return when.DeadlineIn(p.tokens[c.from:c.to], p.used[c.from:c.to], p.now)
}
