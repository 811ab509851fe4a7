package grammar

import (
	"strings"

	"gave.network/internal/lang"
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

// anyOf tells whether a word of a set stands in a clause, used or not.
func (p *parser) anyOf(c clause, set map[string]bool) bool {
	for i := c.from; i < c.to; i++ {
		if set[p.rawWord(i)] {
			return true
		}
	}
	return false
}

// opensWith tells whether only people, pronouns and small words stand before token i. Before a participle that closes a
// statement what was given may stand there too: "mijn boor uitgeleend aan @bob".
func (p *parser) opensWith(i int, c clause) bool {
	passive := passives[p.word(i)]
	last := participles[p.word(i)] || passive
	asks := askWords[p.word(i)]
	head := true // only people so far
	named := false
	start := c.from
	if end := p.headDate(c); end <= i {
		start = end
	}
	for k := start; k < i; {
		t := p.tokens[k]
		next := k + 1
		if _, end := when.DurationAt(p.word, k, false); p.word(k) != "" && end > k && end <= i {
			k = end // "spent two hours fixing …"
			continue
		}
		switch {
		case p.used[k], t.Kind == text.GroupToken, asks && (intends[t.Word] || intendsBefore[t.Word]),
			glue[t.Word], pronouns[t.Word], andWords[t.Word], adverbs[t.Word], lastedWords[t.Word] && k == c.from:
			head = head && !articles[t.Word] && !ownWords[t.Word] && !haveWords[t.Word] && !placeWords[t.Word]
		case t.Kind == text.MentionToken, t.Kind == text.AddressToken:
			named = true
		case t.Kind == text.WordToken && p.nameRun(k, i) > k:
			next = p.nameRun(k, i)
			named = named || !passive || p.isSomebody(k, clause{c.from, next})
			head = head && (named || !passive)
		case p.smallName(k, i) > k:
			next, named = p.smallName(k, i), true
		case !last:
			return false
		case head && named && passive && !p.isPossessive(k-1):
			return false // "@tom … sent"
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

// passives are participles of a language in which they may be verbs too: sent, lent.
var passives = text.WordSet("capture", "passive")

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

// passive tells "getipt door @x" and "invited by @x".
func (p *parser) passive(c clause, d deed) bool {
	for i := d.at + 1; i < c.to; i++ {
		if byWords[p.word(i)] && p.personEnd(i+1, c.to) > i+1 {
			return true
		}
		if brings(d.word) && fromWords[p.word(i)] && giftTo[p.word(i+1)] && p.personEnd(i+2, c.to) > i+2 {
			return true // "invited to speak thanks to @x"
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
	if end, ok := p.doer(c, d); ok {
		for i := end; i < c.to && p.tokens[i].Stop == 0; i++ {
			before := p.rawWord(i - 1)
			if p.isSomebody(i, c) && !withWords[before] && !topicWords[before] && !ofWords[before] &&
				!fromWords[before] && !p.isPossessive(i) {
				return false // "@x heeft @y geholpen"
			}
		}
	}
	if !p.doneByOther(c, d) || d.kind == "visibility" ||
		d.kind != "time" && d.kind != "feedback" && haveWords[p.rawWord(p.headEnd(c, d))] {
		return false
	}
	if d.kind == "" && !forwardedWords[d.word] && !treatedWords[d.word] &&
		(!sentWords[d.word] || !p.anyNoun(c) && !p.anyObject(c)) &&
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

// treatedWords are what somebody did who brought something for whoever was there.
var treatedWords = text.WordSet("capture", "verb.treated")

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
	i := min(p.headDate(c), d.at)
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
	p.lasted(c, item)
	p.takeContent(c, item)
}

// lasted reads how long it took.
func (p *parser) lasted(c clause, item *Item) {
	if length := p.duration(c); length > 0 {
		item.Duration = length
	}
	for i := c.from + 1; i < c.to; i++ { // ", took all afternoon"
		if !lastedWords[p.word(i)] || p.tokens[i-1].Stop == 0 {
			continue
		}
		for k := i; k < c.to; k++ {
			p.used[k] = true
		}
	}
}

var passiveBe = text.WordSet("capture", "passive.be") // before a participle: is uitgeleend

// togetherFirst tells a clause that opens with with whom it was done: "met @bob stoelen gesjouwd".
func (p *parser) togetherFirst(c clause) bool {
	i := c.from
	for i < c.to && !withWords[p.word(i)] && (glue[p.word(i)] || adverbs[p.word(i)] || p.isDated(i)) {
		i++
	}
	return withWords[p.word(i)] && p.personEnd(i+1, c.to) > i+1
}

// isShared tells "shared a taxi with @x": the verb belongs to a way of being together.
func (p *parser) isShared(c clause, d deed) bool {
	t, ok := p.turnAt(mediumTurns, max(d.at, 0), c)
	return ok && d.at >= 0 && len(t.tokens) > 1
}

// hourly are words for everybody that may stand before a length of time: all afternoon.
var hourly = text.WordSet("capture", "everyone.all")

// untilWords stand before the day on which what was lent comes back.
var untilWords = text.WordSet("capture", "lent.until")

// hideUntil takes "until Sunday" out of a clause of giving, as it is not when it was given.
func (p *parser) hideUntil(c clause) (hidden []int) {
	for i := c.from; i+1 < c.to; i++ {
		if untilWords[p.word(i)] {
			for k := i; k < c.to && !p.used[k] && (k == i || p.tokens[k-1].Stop == 0); k++ {
				p.used[k] = true
				hidden = append(hidden, k)
			}
			break
		}
	}
	return hidden
}

// shownTo tells "demo gegeven aan @x via Zoom": people met.
func (p *parser) shownTo(c clause, d deed) bool {
	if !gaveWords[d.word] {
		return false
	}
	event, video := false, false
	for i := c.from; i < c.to; i++ {
		event = event || isEvent(p.word(i))
		video = video || mediumWords[p.word(i)] == "video" && (mediumBy[p.rawWord(i-1)] || mediumOn[p.rawWord(i-1)])
	}
	return event && video
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
		for end < c.to && (!p.used[end] || end > i && end == p.verb && end+1 < c.to && !p.used[end+1] &&
			p.tokens[end].Stop == 0) {
			end++
		}
		if item.Kind != KindFact && item.Kind != KindNote {
			if end == c.to && p.behindPause(i, c, item) {
				p.remark = clause{i, end}
				p.take(i, end)
				break
			}
			if said := p.contentEnd(i, end); end == c.to && said < end {
				p.remark = clause{said, end}
				p.take(said, end)
				end = said
			}
		}
		start := i
		// Small words at the ends say nothing.
		for start < end && p.saysNothing(start, c) && !p.opensWish(start, item) &&
			(item.Text == "" || articles[p.word(start)]) {
			start++
		}
		stop := end
		for stop > start && (p.small(stop-1) || ofWords[p.word(stop-1)]) && !p.isNoun(stop-1, i) &&
			!p.opensAsked(start) {
			stop--
		}
		if start < stop && (item.Text == "" || !p.isRemark(start, c, item)) {
			by := " "
			if i > c.from && (p.tokens[i-1].Stop == ':' || p.dashBefore(i)) {
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

// behindPause tells a run of words behind a dash, a full stop or in parentheses, when what was given, asked or praised
// is known: a remark.
func (p *parser) behindPause(i int, c clause, item *Item) bool {
	if item.Text == "" && item.Title == "" || i == c.from {
		return false
	}
	return p.tokens[i].Kind == text.GroupToken || (p.pausedBefore(i) || p.commaBefore(i, c.to)) && !p.announces(i-1)
}

// commaBefore tells a comma before some words that are no further thing of a list: ", leuk hoor", ", only for a week".
func (p *parser) commaBefore(i, to int) bool {
	if p.tokens[i-1].Stop != ',' || to-i < 2 || p.tokens[i].Kind != text.WordToken {
		return false
	}
	word := p.rawWord(i)
	for k := i + 1; k < to && k < i+4; k++ {
		if isWords[p.rawWord(k)] || passiveBe[p.rawWord(k)] { // ", her car is broken"
			return true
		}
	}
	if articles[word] || ownWords[word] || theirs[word] || text.IsDigits(firstOf(word)) ||
		text.IsCapitalised(p.tokens[i].Raw) && !iWords[word] {
		return false
	}
	for k := i + 1; k < to; k++ {
		if andWords[p.rawWord(k)] && !joining[word] {
			return false
		}
	}
	_, counted := numbers[word]
	return !counted
}

// numbers are the words for them, with which a further thing of a list may begin.
var numbers = lang.Pairs("dates", "number")

// announces tells a word behind which it is said what it was: "goede tip - kleine zaal in Zwolle".
func (p *parser) announces(i int) bool {
	for ; i >= 0 && (participles[p.rawWord(i)] || gotWords[p.rawWord(i)]); i-- {
	}
	word := p.rawWord(i)
	kind := giftNouns[word]
	return kind == "tip" || kind == "knowledge" || kind == "feedback" || returnNouns[word] == "tip"
}

// pausedBefore tells a full stop, an exclamation or question mark or a dash with room around it between a token and the
// one before it.
func (p *parser) pausedBefore(i int) bool {
	end, start := p.tokens[i-1].End, p.tokens[i].Start
	if end >= start {
		return false
	}
	switch p.tokens[i-1].Stop {
	case '.':
		return !abbreviations[p.rawWord(i-1)] && len(p.rawWord(i-1)) > 2 && text.IsCapitalised(p.tokens[i].Raw)
	case ':':
		return false
	}
	between := p.line[end:start]
	return strings.ContainsAny(between, "–—!?") || strings.Contains(between, " - ") || strings.Contains(between, " -- ")
}

// contentEnd is where what was given, asked or praised ends: at a pause, or at what is said of it in parentheses.
func (p *parser) contentEnd(from, to int) int {
	for k := from + 1; k < to; k++ {
		if p.tokens[k].Kind == text.GroupToken || (p.pausedBefore(k) || p.commaBefore(k, to)) && !p.announces(k-1) {
			return k
		}
	}
	return to
}

// isRemark tells what is said of a gift behind a pause, with an adverb at its head: ", heel lief".
func (p *parser) isRemark(i int, c clause, item *Item) bool {
	return (item.Kind == KindGift || item.Kind == KindReturn) && i > c.from && p.tokens[i-1].Stop == ',' &&
		adverbs[p.rawWord(i)]
}

// saysNothing tells a small word at the head of a text. "Voor haar moeder" says something, and so does the Met Office.
func (p *parser) saysNothing(i int, c clause) bool {
	if relations[p.rawWord(i+1)] || relations[p.rawWord(i+2)] || i > c.from && withWords[p.word(i)] &&
		text.IsCapitalised(p.tokens[i].Raw) {
		return false
	}
	if praiseGood[p.word(i)] && p.small(i+1) && !p.isNoun(i, c.from) {
		return true // "heeft me geweldig geholpen met …"
	}
	return (p.small(i) || adverbs[p.word(i)] || thenWords[p.word(i)]) &&
		(p.tokens[i].Stop == 0 || topicWords[p.word(i)])
}

// opensWish tells a small word at the head of what is asked that belongs to it: "of ik kan helpen", "haar planten".
func (p *parser) opensWish(i int, item *Item) bool {
	word := p.word(i)
	if item.Kind == KindGift && theirs[word] && p.word(i+1) != "" && !glue[p.word(i+1)] {
		return true // "haar poster"
	}
	if item.Kind != KindNeed && item.Kind != KindAsk || p.word(i+1) == "" {
		return false
	}
	if asked := p.rawWord(i - 1); ifWords[asked] && pronouns[word] {
		return true // "whether she knows"
	}
	return clauseSelves[word] || theirs[word] && !glue[p.word(i+1)] && !askedFor[p.word(i+1)]
}

var clauseSelves = text.WordSet("capture", "self.clause") // open a clause that is asked: whether I could

var ifWords = text.WordSet("capture", "asked.if") // opens a question that is told: whether

// dashBefore tells a dash between a token and the one before it. Some tokens lie within others, as those of a name that
// was marked do: there is nothing between them.
func (p *parser) dashBefore(i int) bool {
	end, start := p.tokens[i-1].End, p.tokens[i].Start
	return end < start && strings.ContainsAny(p.line[end:start], "-–—")
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
	case ok && (brings(d.word) || p.isShared(c, d) || d.kind == "time" && p.togetherFirst(c) ||
		d.at >= 0 && p.passive(c, d)):
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
	if d.at >= 0 && (p.denied(c, d.at) || p.shownTo(c, d)) {
		return false
	}
	d.take(p)
	if sentWords[d.word] && item.Link == "" && (!p.anyNoun(c) && !p.anyObject(c) || p.wordsSent(c)) {
		return p.reset(c, used)
	}
	if d.kind == "" && sharedWords[d.word] {
		if p.first(c, shareSites) >= 0 || p.theirPost(c) { // "bericht van @bob gedeeld op LinkedIn"
			d.kind = "visibility"
		}
	}
	people := p.recipients(c, d)
	var others []Mention
	if i := p.first(c, everyone); i >= 0 && (!hourly[p.rawWord(i)] || p.word(i+1) == "" || p.tokens[i].Stop != 0) {
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
	if d.kind == "time" { // who looked after somebody's children helped them
		for i := range people {
			if m := &people[i]; m.Related {
				m.Related = false
			}
		}
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
	if i := d.at - 1; i > c.from && passiveBe[p.word(i)] { // "mijn pomp is uitgeleend"
		p.used[i] = true
	}
	if d.at > c.from && (doneFor[d.word] || d.kind == "visibility" && isParticiple(d.word)) {
		p.verb = d.at // "haar poster vertaald naar het Engels"
	}
	if item.Gift == "" && gaveWords[d.word] && p.givesOwn(d.at, c) {
		item.Gift = "resource"
	}
	until := p.hideUntil(c)
	p.whenOver(c, when.Past, item)
	for _, i := range until {
		p.used[i] = false
	}
	p.lasted(c, item)
	p.takeContent(c, item)
	switch {
	case item.Gift != "":
	case item.Link != "":
		item.Gift = "knowledge"
	default: // what it is says more than how long it took
		if item.Gift = kindWithin(item.Title); item.Gift == "" && item.Duration > 0 {
			item.Gift = "time"
		}
	}
	if len(d.tokens) > 1 && (item.Text == "" || d.kind == "referral") && item.Title == "" {
		item.Text = p.textOf(c.from, c.to) // what was done is in the verb: "goed woordje gedaan voor @bob"
	}
	item.Everyone = item.Everyone || len(people) == 0
	return true
}

// givesOwn tells "gave @bob my old crutches": a thing of the writer's, right behind the verb or whom it was for.
func (p *parser) givesOwn(at int, c clause) bool {
	own := p.first(clause{at, c.to}, ownWords)
	return own > at && own <= at+3 && p.word(own+1) != ""
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
			return ofWords[before] && p.first(c, recipientWords) < 0 || withWords[before] && !sharedWords[d.word]
		}
	}
	return false
}

// recipients reads to whom something was given: who stands behind "to", or anybody.
func (p *parser) recipients(c clause, d deed) []Mention {
	if d.kind != "referral" {
		for i := c.from; i < c.to; i++ {
			if recipientWords[p.word(i)] || (doneFor[d.word] || givenAs[d.word] == "any") && giftTo[p.word(i)] {
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

var (
	sharePosts  = text.WordSet("capture", "share.post")  // what people write for others to see
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
