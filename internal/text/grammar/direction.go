package grammar

import "gave.network/internal/text"

// Who gave and who received: "@bob geholpen" was done for @bob, "@bob hielp me" by @bob, "getipt door @bob" too.

// deed is what a verb tells of giving.
type deed struct {
	at     int    // the token of the verb
	word   string // the verb
	kind   string // of the gift, or ""
	tokens []int  // all tokens of a verb of several words
}

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
			kind, ok = "", mediumWords[p.rawWord(i-1)] == "" // "bezoek gebracht aan @bob"
		case ok:
		case timeWords[word]:
			kind, ok = "time", true
		case referWords[word]:
			kind, ok = "referral", true
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

// doneFor are verbs that tell of a gift only with whom it was done for: gekookt voor @bob.
var doneFor = text.WordSet("capture", "done.for")

// forSomebody tells "voor @bob", "voor mij" and "heeft mijn fiets …".
func (p *parser) forSomebody(c clause) bool {
	for i := c.from; i+1 < c.to; i++ {
		if doneFor[p.word(i)] && selves[p.word(i+1)] || giftTo[p.word(i)] && (selves[p.word(i+1)] ||
			pronouns[p.word(i+1)] || p.personEnd(i+1, c.to) > i+1) {
			return true
		}
	}
	end := p.personEnd(c.from, c.to)
	return end > c.from && p.first(clause{end, c.to}, ownWords) >= 0
}

// brings tells a verb of what only comes in.
func brings(word string) bool { return broughtAs[word] != "" || invitedWords[word] }

// doer finds who did what a verb says when that was not the writer: the person before the verb, when the verb is finite
// ("@bob hielp", "@bob lent") or when "heeft" or "has" stands between.
func (p *parser) doer(c clause, d deed) (end int, ok bool) {
	i := c.from
	for i < d.at && (p.used[i] || adverbs[p.word(i)] || andWords[p.word(i)]) {
		i++
	}
	start := i
	if pronouns[p.word(i)] && p.word(i) != "" {
		i++
	} else {
		i = p.personEnd(i, d.at)
	}
	if i == start {
		return 0, false
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
	return false
}

// isOwn tells whether a clause speaks of something of the writer's: my CV.
func (p *parser) isOwn(c clause) bool { return p.first(c, ownWords) >= 0 }
