package grammar

import (
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

// opensWith tells whether only people, pronouns and small words stand before token i.
func (p *parser) opensWith(i int, c clause) bool {
	last := participles[p.word(i)]
	for k := c.from; k < i; {
		t := p.tokens[k]
		switch {
		case p.used[k], t.Kind == text.MentionToken, t.Kind == text.AddressToken, t.Kind == text.GroupToken,
			glue[t.Word], pronouns[t.Word], andWords[t.Word]:
			k++
		case last && (giftNouns[t.Word] != "" || returnNouns[t.Word] != "" || eachOther[t.Word] ||
			t.Kind == text.QuoteToken || topicWords[t.Word]):
			k++
		case t.Kind == text.WordToken && p.nameRun(k, i) > k:
			k = p.nameRun(k, i)
		default:
			return false
		}
	}
	return true
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
	at := p.first(c, introWords)
	if at < 0 || !p.opensWith(at, c) {
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
		people = p.people(c.from, split, c)
		others = p.people(split, c.to, c)
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
	if len(people) == 0 || len(others) == 0 {
		return p.reset(c, used)
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

// togetherWords fill the turns in which people are introduced.
var (
	// introducedTo stands before whom somebody is introduced to.
	introducedTo = text.WordSet("capture", "introduced.to")
	// introParticles are verbs with a second part that stands there as well: stelde … voor.
	introParticles = text.WordSet("capture", "introduced.particle")
	eachOther      = text.WordSet("capture", "together.each")
	fromWords      = text.WordSet("capture", "from")        // before whom something came from
	smallWords     = text.WordSet("capture", "small")       // say nothing at the ends of a text
	giftTo         = text.WordSet("capture", "to.gift")     // between a bare noun and whom it is for
	feedbackOn     = text.WordSet("capture", "to.feedback") // the same, behind feedback
	askedFor       = text.WordSet("capture", "asked.for")   // opens what is asked
	askedBefore    = text.WordSet("capture", "asked.before")
	wasAsked       = text.WordSet("capture", "asked.past")
)

var togetherWords = text.WordSet("capture", "together")

// returned reads what came in: "got job from @x", "kreeg opdracht van @x", "@x introduced me to @y", "@x gave me a
// tip".
func (p *parser) returned(c clause, item *Item) bool {
	at := p.first(c, gotWords)
	toMe := false
	if at < 0 || !p.opensWith(at, c) {
		if at = p.first(c, gaveWords, introWords, timeWords, referWords); at < 0 || !p.opensWith(at, c) {
			return false
		}
		for i := at + 1; i < c.to && i <= at+2; i++ {
			toMe = toMe || selves[p.word(i)]
		}
		for i := c.from; i < at; i++ { // "@x heeft mij geholpen"
			toMe = toMe || selves[p.word(i)]
		}
		if !toMe {
			return false
		}
	}
	used := p.keep(c)
	word := p.word(at)
	p.used[at] = true
	var people, others []Mention
	if toMe {
		end := at
		for end > c.from && p.tokens[end-1].Kind == text.WordToken && !text.IsCapitalised(p.tokens[end-1].Raw) {
			end--
		}
		if people = p.people(c.from, max(end, c.from), c); len(people) == 0 && len(p.before) > 0 &&
			p.first(clause{c.from, at}, pronouns) >= 0 {
			people = p.meant(item.Span.Start)
		}
		others = p.people(at, c.to, c)
	} else {
		// Only who stands behind "from" gave it.
		for i := c.from; i < c.to && len(people) == 0; i++ {
			if fromWords[p.word(i)] {
				if people = p.people(i+1, c.to, c); len(people) > 0 {
					p.used[i] = true
				} else if pronouns[p.word(i+1)] && len(p.before) > 0 {
					p.used[i], p.used[i+1] = true, true
					people = p.meant(item.Span.Start)
				}
			}
		}
		others = p.people(c.from, c.to, c)
	}
	if len(people) == 0 {
		return p.reset(c, used)
	}
	kind, noun := p.kindOf(c, returnNouns)
	switch {
	case kind == "" && introWords[word]:
		kind = "introduction"
	case kind == "" && timeWords[word]:
		kind = "tip"
	case kind == "" && referWords[word]:
		kind = "job"
	}
	// "got a mail from @x" is an interaction.
	if noun < 0 && !toMe {
		for i := c.from; i < c.to; i++ {
			if mediumWords[p.word(i)] != "" {
				return p.reset(c, used)
			}
		}
	}
	item.Kind, item.People, item.Others, item.Return = KindReturn, people, others, kind
	p.content(c, item)
	return true
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
		for start < end && (p.small(start) || adverbs[p.word(start)]) && p.tokens[start].Stop == 0 &&
			(item.Text == "" || articles[p.word(start)]) {
			start++
		}
		stop := end
		for stop > start && p.small(stop-1) {
			stop--
		}
		if start < stop {
			by := " "
			if start > c.from && p.tokens[start-1].Stop == ':' {
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

func (p *parser) small(i int) bool {
	word := p.word(i)
	return articles[word] || andWords[word] || withWords[word] || selves[word] || pronouns[word] || smallWords[word]
}

// gift reads what was given: "gave @frank https://… "intro to tone of voice"", "@bob geholpen met verhuizen 2 uur",
// "tip voor @carla: …", "shared https://… with everyone".
func (p *parser) gift(c clause, item *Item) bool {
	at := p.first(c, gaveWords, sentWords, timeWords, referWords)
	kind := ""
	if at < 0 || !p.opensWith(at, c) {
		// A bare noun with whom it is for: "feedback aan @bob".
		at = c.from
		if articles[p.word(at)] {
			at++
		}
		noun := p.word(at)
		next := p.word(at + 1)
		if kind = giftNouns[noun]; kind == "" ||
			!giftTo[next] && !(feedbackOn[next] && kind == "feedback") {
			return false
		}
		at = -1
	}
	used := p.keep(c)
	word := ""
	if at >= 0 {
		word = p.word(at)
		p.used[at] = true
	}
	if sentWords[word] && item.Link == "" && !p.anyNoun(c) {
		return p.reset(c, used)
	}
	people := p.people(c.from, c.to, c)
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
	if len(people) == 0 && !item.Everyone && (item.Link == "" || at < 0) {
		item.Everyone = false
		return p.reset(c, used)
	}
	if referWords[word] && len(people) > 1 { // "referred @a to @b"
		people, others = people[:1], people[1:]
	}
	if kind == "" {
		switch {
		case timeWords[word]:
			kind = "time"
		case referWords[word]:
			kind = "referral"
		default:
			kind, _ = p.kindOf(c, giftNouns)
		}
	}
	item.Kind, item.People, item.Others, item.Gift = KindGift, people, others, kind
	p.content(c, item)
	switch {
	case item.Gift != "":
	case item.Link != "" || item.Title != "":
		item.Gift = "knowledge"
	case item.Duration > 0:
		item.Gift = "time"
	}
	item.Everyone = item.Everyone || len(people) == 0
	return true
}

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
	if len(people) == 0 {
		return p.reset(c, used)
	}
	item.Kind, item.People = KindAsk, people
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
