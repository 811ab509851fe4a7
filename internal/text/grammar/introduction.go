package grammar

import (
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// introduction reads "introduced @a to @b", "@a voorgesteld aan @b", "stelde @a voor aan @b", "intro @a - @b".
func (p *parser) introduction(c clause, item *Item) bool {
	if p.first(c, reflexive) >= 0 {
		return false // "introduced myself to @bob"
	}
	if p.knowEachOther(c, item) {
		return true
	}
	if p.meetEachOther(c, item) {
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

// meetEachOther reads the mail with which one brings two together: "@a, meet @b".
func (p *parser) meetEachOther(c clause, item *Item) bool {
	end := p.personEnd(c.from, c.to)
	if end == c.from || p.tokens[end-1].Stop != ',' && p.tokens[end-1].Stop != ':' || !acquainted[p.word(end)] {
		return false
	}
	other := p.personEnd(end+1, c.to)
	if other == end+1 {
		return false
	}
	used := p.keep(c)
	item.People, item.Others = p.people(c.from, end, c), p.people(end+1, other, c)
	if len(item.People) == 0 || len(item.Others) == 0 {
		item.People, item.Others = nil, nil
		return p.reset(c, used)
	}
	p.used[end] = true
	item.Kind = KindIntroduction
	p.whenOver(c, when.Past, item)
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
