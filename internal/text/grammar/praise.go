package grammar

import (
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// The words of praise and thanks.
var (
	praiseNouns = text.WordSet("capture", "praise.noun")
	praiseVerbs = text.WordSet("capture", "praise.verb")
	praiseFor   = text.WordSet("capture", "praise.for") // before what is praised
	praiseEarns = text.Turns("capture", "praise.earns") // behind whom praise is due to
)

// praise reads words of praise and thanks, given and received: "lof voor @x: …", "thanked @x for …", "@x bedankte me
// voor …", "compliment gekregen van @x over …".
func (p *parser) praise(c clause, item *Item) bool {
	at := p.first(c, praiseNouns, praiseVerbs)
	earned := 0
	for i := c.from; i < c.to && earned == 0; i++ {
		if _, earned = praiseEarns.At(p.word, i); earned > 0 {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	used := p.keep(c)
	got := p.first(c, gotWords, heardWords)
	d := deed{at: at, word: p.word(at)}
	if got >= 0 && got < at {
		d.at = got
	}
	toMe := p.headEnd(c, d) > c.from && p.first(c, selves) > c.from
	if p.denied(c, at) || earned == 0 && !toMe && !p.opensWith(d.at, c) &&
		(!praiseNouns[d.word] || at > c.from+2 || p.personEnd(c.from, at) > c.from) { // "grote dank aan @bob"
		return false
	}
	var people []Mention
	switch _, other := p.doer(c, d); {
	case earned > 0:
		if people = p.people(c.from, at, c); len(people) > 0 {
			for i := at; i < earned; i++ {
				p.used[i] = true
			}
		}
	case praiseVerbs[d.word] && (p.toSelf(c, d) || other && p.isOwn(c)):
		item.Received = true
		people = p.people(c.from, d.at, c)
	case praiseNouns[d.word] && toMe: // "@x gave me credit"
		item.Received = true
		people = p.people(c.from, p.headEnd(c, d), c)
	case praiseVerbs[d.word] && other:
		return false // somebody praised somebody else
	case got >= 0 || fromWords[p.word(at+1)]:
		item.Received = true
		people = p.peopleFrom(c, item)
	default:
		people = p.people(c.from, c.to, c)
	}
	if len(people) == 0 {
		item.Received = false
		return p.reset(c, used)
	}
	for _, i := range []int{at, got} {
		if i >= 0 {
			p.used[i] = true
		}
	}
	for i := c.from; i < c.to; i++ { // "had", "heeft", "me", "gegeven"
		word := p.word(i)
		if i > at && praiseFor[word] {
			p.used[i] = true
			break
		}
		if i > at && word != "" && !haveWords[word] && !selves[word] && !gaveWords[word] && !adverbs[word] &&
			(!glue[word] || articles[word] || ownWords[word]) && !giftTo[word] {
			break
		}
		if i < at || word != "" {
			p.used[i] = true
		}
	}
	item.Kind, item.People = KindPraise, people
	p.whenOver(c, when.Past, item)
	p.takeContent(c, item)
	item.Text, item.Title = text.Join(" ", item.Title, item.Text), ""
	if item.Text == "" {
		*item = Item{Span: item.Span, Tags: item.Tags, Link: item.Link}
		return p.reset(c, used) // for what is not said
	}
	return true
}

// heardWords say that something reached the writer, beside those for what came in.
var heardWords = text.WordSet("capture", "praise.heard")
