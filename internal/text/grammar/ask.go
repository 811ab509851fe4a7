package grammar

import (
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// ask reads what to ask of somebody: "ask @x for …", "vraag @x om …", "@x gevraagd naar …".
func (p *parser) ask(c clause, item *Item) bool {
	at := p.first(c, askWords)
	if at < 0 || !p.opensWith(at, c) {
		return false
	}
	used := p.keep(c)
	p.used[at] = true
	past := wasAsked[p.rawWord(at)] || isParticiple(p.rawWord(at))
	if on, ok := p.dates(clause{c.from, at}, when.Past); ok && past { // "gisteren @bob gevraagd"
		item.When = on
	}
	for k := c.from; k < min(at, p.headDate(c)); k++ {
		p.used[k] = true
	}
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
	headed := p.headed(c)
	if next := at + 1; headed > c.from && pronouns[p.word(next)] { // "@bob: asked him to …"
		p.used[next] = true
	}
	if on, ok := p.askedOn(c, at); ok && past {
		item.When = on
	}
	said := false // by those before: ", vraagt of ik kan helpen"
	if len(people) == 0 && at == c.from && wasAsked[p.rawWord(at)] && len(p.before) > 0 {
		people, said = p.meant(item.Span.Start), true
	}
	if n := len(people); n == 0 || n > 1 && people[0].Span.Start < p.tokens[at].Start &&
		people[n-1].Span.Start > p.tokens[at].Start {
		return p.reset(c, used) // "@rachel asked @david for a lift"
	}
	item.Kind, item.People = KindAsk, people
	if requests[p.rawWord(at)] && fromWords[p.rawWord(at+1)] {
		said = true // "vraag van @x: …"
		p.used[at+1] = true
	}
	if said {
		item.Kind = KindNeed
	}
	if next := p.rawWord(at + 1); at > c.from && people[0].Span.End <= p.tokens[at].Start &&
		(ifWords[next] || eitherWords[next]) && iWords[p.rawWord(at+2)] && !isParticiple(p.rawWord(at)) {
		// "@bob vraag of ik …"
		item.Kind = KindNeed
	}
	if wasAsked[p.rawWord(at)] { // "@eva asked if I know a printer"
		if at > c.from && people[0].Span.End <= p.tokens[at].Start && people[0].Span.End > people[0].Span.Start &&
			(headed == c.from || !p.used[at+1] || !pronouns[p.rawWord(at+1)]) {
			item.Kind = KindNeed
		}
	}
	for i := at + 1; i < c.to && i <= at+2; i++ {
		// "@bob asked me for a referral", but "@bob gevraagd mij te helpen"
		if selves[p.word(i)] && (!participles[p.rawWord(at)] || p.first(clause{c.from, at}, haveWords) >= 0) {
			item.Kind = KindNeed
			p.used[i] = true
		}
	}
	for i := at + 1; i < c.to && askedOneself[p.word(i)]; i++ { // "vraagt zich af of …"
		p.used[i] = true
	}
	if item.When.Time.IsZero() {
		if by, ok := p.deadline(c); ok {
			item.When = by
		}
	}
	for i := c.from; i < at; i++ { // "@bob om een referentie gevraagd"
		if askedFor[p.word(i)] {
			p.used[i] = true
			break
		}
	}
	for i := at; i < c.to; i++ { // the word that opens what is asked
		switch word := p.word(i); {
		case p.opensAsked(i), ifWords[word], eitherWords[word] && i == at+1: // "whether she knows a plumber", whole
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

// askedOn reads the day on which it was asked where it stands right behind who was asked: "asked @bob last Friday
// to …".
func (p *parser) askedOn(c clause, at int) (when.Date, bool) {
	from := at + 1
	for from < c.to && p.used[from] {
		from++
	}
	if from == at+1 && !p.isDated(from) || from >= c.to || p.rawWord(from) == "" {
		return when.Date{}, false
	}
	to := min(c.to, from+maxHeadDate)
	on, ok := when.DateIn(p.tokens[from:to], make([]bool, to-from), p.now, when.Past)
	if !ok || on.Span.Start != p.tokens[from].Start {
		return when.Date{}, false
	}
	for k := from; k < to && p.tokens[k].End <= on.Span.End; k++ {
		p.used[k] = true
	}
	return on, true
}

// headed is where people end who stand at the head of a clause before a colon or a dash, so that what follows may as
// well have been done by the writer: "@bob: asked him to …"; where the clause begins when there are none.
func (p *parser) headed(c clause) int {
	end := p.rawPeopleEnd(c)
	if end == c.from || end >= c.to || p.tokens[end-1].Stop != ':' && !p.dashBefore(end) {
		return c.from
	}
	return end
}

// rawPeopleEnd is where the people at the head of a clause end, read before or not.
func (p *parser) rawPeopleEnd(c clause) int {
	kept := p.keep(c)
	for i := c.from; i < c.to; i++ {
		p.used[i] = false
	}
	end := p.personEnd(c.from, c.to)
	p.reset(c, kept)
	return end
}

// askedOneself are words of a verb for asking oneself: zich af.
var askedOneself = text.WordSet("capture", "asked.oneself")

// requests are nouns for what is asked.
var requests = text.WordSet("capture", "request")

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
