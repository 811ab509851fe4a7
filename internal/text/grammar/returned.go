package grammar

import (
	"strings"

	"gave.network/internal/text"
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
	case at >= 0 && p.gotForMe(c, at):
		p.used[at] = true
		people = p.people(c.from, at, c)
	case at >= 0 && p.opensWith(at, c), p.gotInOther(c, &at), p.bareReturn(c, &at):
		// Only who stands behind "from" gave it.
		if at >= 0 {
			p.used[at] = true
		}
		if people = p.peopleFrom(c, item); len(people) > 0 {
			others = p.people(c.from, c.to, c)
		} else if at == c.from && len(p.before) > 0 && p.first(c, fromWords) < 0 && p.nounAhead(at) {
			people = p.meant(item.Span.Start)
		} else if head := p.headed(c); head > c.from && p.cameFromHead(c, at) {
			people = p.people(c.from, head, c)
		} else if at >= 0 && borrowedWords[p.rawWord(at)] &&
			(givenAs[p.rawWord(at)] == "" || p.isTheirs(p.headEnd(c, deed{at: c.to}))) {
			people = p.people(c.from, c.to, c)
		}
	case ok && (p.denied(c, d.at) || p.wrote(c, d)):
	case ok && p.opensWith(d.at, c) && p.passive(c, d) && !p.isSomebody(c.from, c):
		d.take(p)
		at = d.at
		people = p.peopleFrom(c, item)
	case ok && p.opensWith(d.at, c) && (p.toSelf(c, d) && (!passives[d.word] || p.doneByOther(c, d)) ||
		p.isOwn(c) && p.doneByOther(c, d) || p.helped(c, d) ||
		orderedWords[d.word] && p.headEnd(c, d) > c.from):
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
	if len(people) == 0 {
		people = p.didForMe(c)
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
		if kind = "job"; p.toMe(c) || selves[p.rawWord(at+1)] && articles[p.rawWord(at+2)] {
			// "recommended a book to me", "recommended us a garage"
			kind = "tip"
		}
	}
	// "got a mail from @x" is an interaction.
	if noun < 0 && gotWords[word] {
		for i := c.from; i < c.to; i++ {
			if mediumWords[p.word(i)] != "" && !p.isFor(i) {
				return p.reset(c, used)
			}
		}
	}
	item.Kind, item.People, item.Others, item.Return = KindReturn, people, others, kind
	for i := c.from; i+1 < c.to; i++ {
		for _, m := range others {
			if throughWords[p.rawWord(i)] && p.tokens[i+1].Start == m.Span.Start {
				item.Via = append(item.Via, m)
			}
		}
	}
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

// toMe tells "to me", where what was given stands before it.
func (p *parser) toMe(c clause) bool {
	for i := c.from; i+1 < c.to; i++ {
		self := p.rawWord(i + 1)
		if (giftTo[p.rawWord(i)] || recipientWords[p.rawWord(i)]) && selves[self] && !ownWords[self] {
			return true
		}
	}
	return false
}

// didForMe reads who did something for the writer, whatever it was: "@bob heeft de boekjes laten drukken voor ons".
func (p *parser) didForMe(c clause) []Mention {
	end := p.headEnd(c, deed{at: c.to})
	if end == c.from || !haveWords[p.rawWord(end)] || p.denied(c, c.to) || p.promises(clause{end, c.to}) {
		return nil
	}
	object := false
	for i := end + 1; i+1 < c.to; i++ {
		word := p.word(i)
		if self := p.word(i + 1); giftTo[word] && selves[self] && !ownWords[self] {
			if !object {
				return nil
			}
			p.used[end], p.used[i], p.used[i+1] = true, true, true
			return p.people(c.from, end, c)
		}
		object = object || word != "" && !vocabulary()[word] && !hasShape(word, didShapes)
	}
	return nil
}

// cameFromHead tells what came in from who stands before a colon: "@bob: goede tip gekregen", "@bob: 40 stoelen van hem
// gekregen". A job or a child they may have got themselves.
func (p *parser) cameFromHead(c clause, at int) bool {
	for i := c.from; i+1 < c.to; i++ {
		if fromWords[p.word(i)] && pronouns[p.word(i+1)] && !theirs[p.word(i+1)] {
			p.used[i], p.used[i+1] = true, true
			return true
		}
	}
	_, tip := p.kindOf(c, giftNouns)
	return at >= 0 && gotWords[p.rawWord(at)] && (tip >= 0 || p.first(c, selves) >= 0)
}

// wrote tells "@x sent me a message": they were in contact.
func (p *parser) wrote(c clause, d deed) bool {
	if !sentWords[d.word] || p.anyNoun(c) || p.isOwn(c) && p.first(c, shareSites) >= 0 {
		return false
	}
	for i := d.at; i < c.to && !topicWords[p.rawWord(i)]; i++ {
		if m := mediumWords[p.word(i)]; m != "" && m != "face" {
			return true
		}
	}
	return false
}

// gotForMe tells "@x got me a job".
func (p *parser) gotForMe(c clause, at int) bool {
	end := p.headEnd(c, deed{at: at})
	return end > c.from && end == at && selves[p.word(at+1)] && !ownWords[p.word(at+1)]
}

// soughtWords say that the writer was wanted: asked, booked, gevraagd.
var soughtWords = text.WordSet("capture", "sought")

// isFor tells a word behind "for" or "at": tickets for the concert.
func (p *parser) isFor(i int) bool {
	before := p.rawWord(i - 1)
	if articles[before] || ownWords[before] || theirs[before] {
		before = p.rawWord(i - 2)
	}
	return giftTo[before] || recipientWords[before] || placeWords[before]
}

// peopleFrom reads the people behind the first "from" that stands before somebody, or whom a pronoun there means.
func (p *parser) peopleFrom(c clause, item *Item) []Mention {
	_, noun := p.kindOf(c, returnNouns)
	together := noun >= 0 && returnNouns[p.word(noun)] == "collaboration"
	for i := c.from; i < c.to; i++ {
		if !fromWords[p.word(i)] && !(together && withWords[p.word(i)]) {
			continue
		}
		if giftTo[p.word(i+1)] { // "thanks to @x"
			if people := p.peopleAt(i+2, c); len(people) > 0 {
				p.used[i], p.used[i+1] = true, true
				return people
			}
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
	if throughWords[p.word(c.from)] { // "via @bob een opdracht"
		end := p.personEnd(c.from+1, c.to)
		if _, noun := p.kindOf(c, returnNouns); end > c.from+1 && noun >= end && noun <= end+3 {
			return true
		}
	}
	if d, gives := p.deedIn(c); gives && !brings(d.word) || p.first(c, happened) >= 0 && p.first(c, gotWords) < 0 {
		return false
	}
	for k := c.from + 1; k < c.to && soughtWords[p.word(c.from)]; k++ { // "asked to chair a panel via @bob"
		if throughWords[p.word(k)] && !byWords[p.word(k)] && p.personEnd(k+1, c.to) > k+1 ||
			fromWords[p.word(k)] && giftTo[p.word(k+1)] && p.personEnd(k+2, c.to) > k+2 {
			return true
		}
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
