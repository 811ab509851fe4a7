package grammar

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// The words of praise and thanks.
var (
	praiseNouns = text.WordSet("capture", "praise.noun")
	praiseVerbs = text.WordSet("capture", "praise.verb")
	praiseFor   = text.WordSet("capture", "praise.for") // before what is praised
	praiseEarns = text.Turns("capture", "praise.earns") // behind whom praise is due to
	praiseTurns = text.Turns("capture", "praise.turn")  // words of praise: petje af
	praiseSays  = text.WordSet("capture", "praise.says")
	praiseLiked = text.WordSet("capture", "praise.liked")
	praiseGood  = text.WordSet("capture", "praise.good")
	praiseGlad  = text.WordSet("capture", "praise.glad") // is … with something of the writer's
)

// praise reads words of praise and thanks, given and received: "lof voor @x: …", "thanked @x for …", "@x bedankte me
// voor …", "compliment gekregen van @x over …".
func (p *parser) praise(c clause, item *Item) bool {
	return p.praisedByWords(c, item) || p.spokeWell(c, item)
}

// praisedByWords reads praise that is called so: lof, thanks, petje af.
func (p *parser) praisedByWords(c clause, item *Item) bool {
	at := p.first(c, praiseNouns, praiseVerbs)
	turn := 0
	for i := c.from; i < c.to && i < c.from+maxPraiseHead && turn == 0; i++ {
		if _, turn = praiseTurns.At(p.word, i); turn > 0 {
			at = i
		}
	}
	earned := 0
	for i := c.from; i < c.to && earned == 0 && turn == 0; i++ {
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
	of := praiseNouns[d.word] && !toMe && turn == 0 && p.ofMine(c, at) // "@x gaf een compliment over mijn stuk"
	if p.denied(c, at) || earned == 0 && turn == 0 && !toMe && !of && !p.opensWith(d.at, c) &&
		(!praiseNouns[d.word] || at > c.from+2 || p.personEnd(c.from, at) > c.from) { // "grote dank aan @bob"
		return false
	}
	var people []Mention
	switch _, other := p.doer(c, d); {
	case turn > 0:
		if people = p.people(c.from, c.to, c); len(people) > 0 {
			for i := at; i < turn; i++ {
				p.used[i] = true
			}
		}
	case of:
		item.Received = true
		people = p.people(c.from, at, c)
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
	case got >= 0 || fromWords[p.word(at+1)] || p.cardFrom(at, c):
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

// cardFrom tells "a thank-you card from @x", and takes the card out of the clause.
func (p *parser) cardFrom(at int, c clause) bool {
	if !fromWords[p.word(at+2)] || p.word(at+1) == "" || p.personEnd(at+1, c.to) > at+1 || giftTo[p.word(at+1)] {
		return false
	}
	p.used[at+1] = true
	return true
}

// maxPraiseHead is how far from the head of a clause words of praise may stand.
const maxPraiseHead = 4

// ofMine tells "@x … praise for my work": somebody stands before the praise, and something of the writer's behind it.
func (p *parser) ofMine(c clause, at int) bool {
	end := p.headEnd(c, deed{at: at})
	if end == c.from || p.first(clause{at, c.to}, recipientWords) >= 0 {
		return false
	}
	own := p.first(clause{at, c.to}, ownWords)
	return own > at && own <= at+3
}

// spokeWell reads praise in other words: "@x said my talk was great", "@x vond mijn stuk sterk", "@x loved my deck",
// "@x was blij met mijn hulp", "told @x his talk was great".
func (p *parser) spokeWell(c clause, item *Item) bool {
	for i := c.from; i < c.to; i++ {
		if p.isDenial(i) || intends[p.rawWord(i)] {
			return false
		}
	}
	end := p.headEnd(c, deed{at: c.to})
	verb := end
	for verb < c.to && adverbs[p.word(verb)] {
		verb++
	}
	for i := verb; i < min(c.to, verb+maxPraiseHead+1) && end > c.from; i++ { // "was kind enough to say that …"
		if praiseSays[p.word(i)] {
			verb = i
			break
		}
	}
	word := p.word(verb)
	used := p.keep(c)
	if end > c.from {
		own := p.first(clause{verb, c.to}, ownWords, amWords)
		if own < 0 {
			return false
		}
		switch {
		case praiseLiked[word] && own <= verb+2,
			praiseSays[word] && own <= verb+3 && p.isPraised(clause{own, c.to}),
			(isWords[word] || passiveBe[word]) && p.first(clause{verb, own}, praiseGlad) > 0 && own <= verb+5:
		default:
			return false
		}
		if item.People = p.people(c.from, end, c); len(item.People) == 0 {
			return p.reset(c, used)
		}
		for i := c.from; i <= verb; i++ {
			p.used[i] = true
		}
		item.Received = true
	} else {
		if verb = p.first(c, praiseSays); verb < 0 || verb > c.from+1 {
			return false
		}
		first := verb + 1
		if recipientWords[p.word(first)] || placeWords[p.word(first)] || giftTo[p.word(first)] {
			first++
		}
		told := p.personEnd(first, c.to)
		own := p.first(clause{told, min(c.to, told+3)}, theirs)
		if own < 0 && p.first(clause{told, min(c.to, told+maxPraiseHead+1)}, praiseLiked) >= 0 {
			// "how much I enjoyed his …"
			own = p.first(clause{told, min(c.to, told+maxPraiseHead+3)}, theirs)
		} else if own >= 0 && !p.isPraised(clause{own, c.to}) {
			own = -1
		}
		if told == first || own < 0 {
			return false
		}
		if item.People = p.people(first, told, c); len(item.People) == 0 {
			return p.reset(c, used)
		}
		for i := c.from; i < told; i++ {
			p.used[i] = true
		}
	}
	item.Kind = KindPraise
	p.whenOver(c, when.Past, item)
	p.takeContent(c, item)
	item.Text, item.Title = text.Join(" ", item.Title, item.Text), ""
	if item.Text == "" {
		*item = Item{Span: item.Span, Tags: item.Tags, Link: item.Link}
		return p.reset(c, used)
	}
	return true
}

// amWords open what somebody says the writer is: "said I'm a good listener".
var amWords = text.WordSet("capture", "praise.am")

// superlatives end words of praise: clearest, helderste.
var superlatives = lang.Words("capture", "praise.most")

// isPraised tells whether a word of praise stands in a clause.
func (p *parser) isPraised(c clause) bool {
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		if praiseGood[word] {
			return true
		}
		for _, end := range superlatives {
			if stem, ok := strings.CutSuffix(word, end); ok && praiseGood[stem] {
				return true
			}
		}
	}
	return false
}

// isDenial tells a word that denies: niet, never, doesn't.
func (p *parser) isDenial(i int) bool {
	word := p.rawWord(i)
	return notWords[word] || word != "" && slices.ContainsFunc(notEndings, func(end string) bool {
		return strings.HasSuffix(word, end)
	})
}

// heardWords say that something reached the writer, beside those for what came in.
var heardWords = text.WordSet("capture", "praise.heard")
