package grammar

import (
	"strings"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
)

// Who gave and who received: "@bob geholpen" was done for @bob, "@bob hielp me" by @bob, "getipt door @bob" too.

// deed is what a verb tells of giving.
type deed struct {
	at     int    // the token of the verb
	word   string // the verb
	kind   string // of the gift, or ""
	tokens []int  // all tokens of a verb of several words
}

// carriedWords are verbs of bringing somebody, or something, somewhere: drove, took, gereden.
var carriedWords = text.WordSet("capture", "carried")

// carried reads "drove @bob to the airport", "took soup to @bob", "@bob naar de oogarts gereden" and "@bob drove me
// home": a deed for whom it was done, where nobody went along "with" somebody.
func (p *parser) carried(c clause) (deed, bool) {
	at := p.first(c, carriedWords)
	if at < 0 || p.first(c, withWords) >= 0 {
		return deed{}, false
	}
	d := deed{at: at, word: p.word(at), kind: "time"}
	if selves[p.word(at+1)] {
		return d, true
	}
	end := p.personEnd(at+1, c.to)
	if end > at+1 && !p.isPossessive(end-1) {
		if articles[p.word(end)] && p.word(end+1) != "" { // "took @bob a jar of jam"
			d.kind = ""
			return d, true
		}
		for k := end; k+1 < c.to && k < end+3; k++ {
			if destinations[p.word(k)] && mediumWords[p.word(k+1)] == "" || homewards[p.word(k)] {
				return d, true
			}
		}
		return deed{}, false
	}
	if end == at+1 && participles[d.word] { // "@bob naar de oogarts gereden"
		if head := p.headEnd(c, d); head > c.from && destinations[p.word(head)] && p.personEnd(head+1, at) == head+1 {
			return d, true
		}
		return deed{}, false
	}
	for k := at + 2; end == at+1 && k+1 < c.to; k++ { // "took soup round to @bob"
		if recipientWords[p.word(k)] && p.personEnd(k+1, c.to) > k+1 && p.word(at+1) != "" {
			d.kind = ""
			return d, true
		}
	}
	return deed{}, false
}

var homewards = text.WordSet("capture", "home")

// take marks the words of a verb as used.
func (d deed) take(p *parser) {
	if d.at >= 0 {
		p.used[d.at] = true
	}
	for _, i := range d.tokens {
		p.used[i] = true
	}
}

// deedTurns are verbs of giving of several words: stuurde … door, passed on.
var deedTurns = turnsOf("capture", "turn.deed")

// deedIn finds the first verb of giving before which only people and small words stand.
func (p *parser) deedIn(c clause) (deed, bool) {
	if d, ok := p.carried(c); ok {
		return d, true
	}
	var forSomebody, looked bool
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		if word == "" {
			continue
		}
		if t, ok := p.turnAt(deedTurns, i, c); ok {
			if t.medium == "any" {
				t.medium = ""
			}
			for _, k := range t.tokens { // "hond uitgelaten"
				if last := p.word(k); participles[last] {
					word = last
				}
			}
			return deed{i, word, t.medium, t.tokens}, true
		}
		kind, ok := givenAs[word]
		switch {
		case kind == "any":
			kind, ok = "", !visits[p.rawWord(i-1)] // "bezoek gebracht aan @bob"
		case ok:
		case timeWords[word]:
			kind, ok = "time", true
		case referWords[word]:
			kind, ok = "referral", true
		case readWords[word]:
			kind, ok = "feedback", p.anyDraft(c)
		case nearWords[word]:
			ok = selves[p.word(i+1)] && !ownWords[p.word(i+1)] || p.personEnd(i+1, c.to) > i+1
		case orderedWords[word]:
			_, noun := p.kindOf(c, returnNouns)
			ok = noun >= 0 || broughtAs[word] != ""
		case doneFor[word]:
			if !looked {
				forSomebody, looked = p.forSomebody(c), true
			}
			kind, ok = "time", forSomebody
		default:
			ok = gaveWords[word] || sentWords[word] || forwardedWords[word] || brings(word)
		}
		if ok {
			return deed{at: i, word: word, kind: kind}, true
		}
	}
	return deed{}, false
}

var (
	visits    = text.WordSet("capture", "visit")
	nearWords = text.WordSet("capture", "near.gave") // gave something only with somebody right behind: passed me
)

// doneFor are verbs that tell of a gift only with whom it was done for: gekookt voor @bob.
var doneFor = text.WordSet("capture", "done.for")

// readWords are verbs that tell of a gift where it was a draft of somebody's that was read.
var (
	readWords  = text.WordSet("capture", "verb.read")
	draftNouns = text.WordSet("capture", "draft") // what people write and let others read
)

// anyDraft tells whether something stands in a clause that one of the two wrote: her chapter, mijn stuk.
func (p *parser) anyDraft(c clause) bool {
	for i := c.from + 1; i < c.to; i++ {
		if !draftNouns[p.word(i)] {
			continue
		}
		for k := max(c.from, i-3); k < i; k++ {
			if theirs[p.rawWord(k)] || ownWords[p.rawWord(k)] || p.isPossessive(k) {
				return true
			}
		}
		if ofWords[p.rawWord(i+1)] && p.personEnd(i+2, c.to) > i+2 {
			return true
		}
	}
	return false
}

// forSomebody tells "voor @bob", "voor mij" and "heeft mijn fiets …".
func (p *parser) forSomebody(c clause) bool {
	for i := c.from; i+1 < c.to; i++ {
		if doneFor[p.word(i)] && selves[p.word(i+1)] || giftTo[p.word(i)] && (selves[p.word(i+1)] ||
			pronouns[p.word(i+1)] || p.personEnd(i+1, c.to) > i+1) {
			return true
		}
		if p.isPossessive(i) && p.personEnd(i, c.to) > i { // "fixed Rachel's printer"
			return true
		}
		if ofWords[p.word(i)] && i > c.from && p.personEnd(i+1, c.to) > i+1 && hasShape(p.rawWord(c.to-1), didShapes) {
			return true // "hond van @bob uitgelaten"
		}
	}
	end := p.personEnd(c.from, c.to)
	if end > c.from && theirs[p.rawWord(end)] && !relations[p.rawWord(end+1)] {
		return true // "@bob: zijn poster vertaald"
	}
	return end > c.from && p.first(clause{end, c.to}, ownWords) >= 0
}

// isPossessive tells a name in the genitive: Rachel's.
func (p *parser) isPossessive(i int) bool {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].Kind != text.WordToken {
		return false
	}
	raw := strings.ReplaceAll(p.tokens[i].Raw, "’", "'")
	return strings.HasSuffix(raw, "'s") || strings.HasSuffix(raw, "s'") || p.genitive(i) != ""
}

// genitive is the name before an s without an apostrophe, which Dutch writes: Willem in Willems tuin.
func (p *parser) genitive(i int) string {
	raw := p.tokens[i].Raw
	name, ok := strings.CutSuffix(raw, "s")
	if !ok || !text.IsCapitalised(raw) || names.IsGiven(raw) || !names.IsGiven(name) || p.tokens[i].Stop != 0 ||
		text.IsCapitalised(p.rawText(i+1)) || len(p.lookup(raw, maxLookups/2)) > 0 {
		return ""
	}
	return name
}

// rawText is a token as it stands in the line.
func (p *parser) rawText(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].Raw
}

// brings tells a verb of what only comes in.
func brings(word string) bool {
	return broughtAs[word] != "" || invitedWords[word] || orderedWords[word]
}

// orderedWords are what a customer does, with a word for what came in: signed a contract, bestelling geplaatst.
var orderedWords = text.WordSet("capture", "verb.ordered")

// doer finds who did what a verb says when that was not the writer: the person before the verb, when the verb is finite
// ("@bob hielp", "@bob lent") or when "heeft" or "has" stands between.
func (p *parser) doer(c clause, d deed) (end int, ok bool) {
	i := min(p.headDate(c), max(d.at, c.from))
	for i < d.at && (p.used[i] || adverbs[p.word(i)] || andWords[p.word(i)]) {
		i++
	}
	start := i
	if pronouns[p.word(i)] && p.word(i) != "" {
		i++
	} else {
		if passives[d.word] && !p.isSomebody(i, clause{c.from, d.at}) {
			return 0, false // "Flowers delivered to @bob"
		}
		i = p.personEnd(i, d.at)
	}
	if i == start {
		return 0, false
	}
	if theirs[p.word(d.at+1)] && !ownWords[p.word(d.at+1)] && p.headed(c) == i { // "@bob: sponsored his run"
		return 0, false
	}
	for end = i; end < d.at && adverbs[p.word(end)]; end++ { // "@bob kindly mended my gate"
	}
	if end == d.at && !participles[d.word] {
		return i, true
	}
	if haveWords[p.rawWord(i)] || i == d.at && !participles[d.word] {
		return i, true
	}
	return 0, false
}

// personEnd gives the token behind the people that stand at token i, joined by commas and "en".
func (p *parser) personEnd(i, to int) int {
	start, end := i, i
	for i < to {
		next := i
		switch t := p.tokens[i]; {
		case t.Kind == text.MentionToken, t.Kind == text.AddressToken,
			t.Kind == text.GroupToken && i > start && i == end: // (ACME) behind a name
			next = i + 1
		case t.Kind == text.WordToken:
			if next = p.nameRun(i, to); next == i {
				next = p.smallName(i, to)
			}
		}
		if next == i {
			break
		}
		end, i = next, next
		if andWords[p.rawWord(i)] {
			i++
		}
	}
	return end
}

// toSelf tells whether a verb says that the writer received: "gave me", "heeft mij geholpen".
func (p *parser) toSelf(c clause, d deed) bool {
	for i := c.from; i < c.to && i <= d.at+2; i++ {
		if selves[p.word(i)] {
			return true
		}
	}
	for i := d.at; i+1 < c.to; i++ { // "recommended a book to me"
		if (giftTo[p.word(i)] || recipientWords[p.word(i)]) && selves[p.word(i+1)] && !ownWords[p.word(i+1)] {
			return true
		}
	}
	return false
}

// isOwn tells whether a clause speaks of something of the writer's: my CV.
func (p *parser) isOwn(c clause) bool { return p.first(c, ownWords) >= 0 }
