package boast

import "strings"

// Pillar is what a sentence gives: it is about the writer, about others, or of use to who reads it.
type Pillar string

// The pillars. What is none of them is news.
const (
	AboutMe     Pillar = "me"
	AboutOthers Pillar = "others"
	OfUse       Pillar = "use"
	News        Pillar = "news"
)

// offers are the words by which a sentence offers something to who reads it, by language.
var offers = ofLanguages("offer")

// pillar says what a sentence is about. Boasting is about oneself whoever stands in it; thanks are about others; then
// comes what is offered or asked, and then who is its subject.
func (p *phrase) pillar(lang string, boasts bool) Pillar {
	offered := strings.Contains(p.raw, "?") || link.MatchString(p.written)
	for _, w := range p.words {
		offered = offered || offers[lang][w]
	}
	named := others(p.raw) > 0
	other := named || p.count(third)+p.count(peers)+p.count(you)+p.count(kin) > 0
	self := p.count(first)+p.count(mine)+p.count(object) > 0
	switch {
	case boasts:
		return AboutMe
	case p.count(thanks) > 0 && (other || p.startsWith(thanks, 3)):
		return AboutOthers
	case offered:
		return OfUse
	case p.startsWith(third, 2) || p.startsWith(peers, 3) || p.startsWith(you, 2) || p.near(glad, peers, 5):
		return AboutOthers
	case self:
		return AboutMe
	case other && (p.count(good)+p.count(reach)+p.count(glad) > 0 || named):
		return AboutOthers
	}
	return News
}

// Meter counts the sentences of a text by what they give.
type Meter struct{ Me, Others, Use, News int }

// Count counts one more sentence.
func (m *Meter) Count(p Pillar) {
	switch p {
	case AboutMe:
		m.Me++
	case AboutOthers:
		m.Others++
	case OfUse:
		m.Use++
	default:
		m.News++
	}
}

// Plus is both together.
func (m Meter) Plus(o Meter) Meter {
	return Meter{m.Me + o.Me, m.Others + o.Others, m.Use + o.Use, m.News + o.News}
}

// Lead is what most of the sentences give that give anything; the outward one when they are as many.
func (m Meter) Lead() Pillar {
	switch {
	case m.Me+m.Others+m.Use == 0:
		return News
	case m.Use >= m.Others && m.Use >= m.Me:
		return OfUse
	case m.Others >= m.Me:
		return AboutOthers
	}
	return AboutMe
}
