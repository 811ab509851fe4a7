package grammar

import (
	"slices"
	"strings"

	"gave.network/internal/text"
)

// What a reading has left over, or read past, is looked at once more before it is kept: to ask is better than to store
// what was not meant. Who marks somebody with @ writes to Gave on purpose and is taken at their word.

// doubt says why what was read of a clause had better be asked about, "" when it may be kept.
func (p *parser) doubt(c clause, item Item) Reason {
	if p.isMarked(c) {
		return ""
	}
	if happenings[item.Kind] && p.isQuestion(c) {
		return UnclearUndone
	}
	told := p.eitherOr(c, item) || p.givesAway(item)
	switch item.Kind {
	case KindInteraction:
		told = told || p.stray && p.doneToMe(c) || p.notMine(c) || p.amongOthers(c, item)
	case KindGift: // what was done to the writer is no gift of theirs, nor is what is still to do
		if p.isToDo(c) {
			return UnclearUndone
		}
		told = told || p.doneToMe(c)
	case KindNote:
		if told = told || !p.tellsOfSomebody(c, item); told && (p.unmet(c) || p.deniedInside(c)) {
			return "" // what did not happen, or is still to do, is no more than a note
		}
	}
	if happenings[item.Kind] && p.deniedInside(c) {
		return UnclearUndone
	}
	if told || p.isGraded(c, item) {
		return UnclearTold
	}
	return ""
}

// happenings are the kinds of what happened.
var happenings = map[Kind]bool{
	KindInteraction: true, KindGift: true, KindReturn: true, KindIntroduction: true, KindPraise: true,
}

// isQuestion tells a statement that ends with a question mark.
func (p *parser) isQuestion(c clause) bool {
	return strings.HasPrefix(strings.TrimLeft(p.line[p.tokens[c.to-1].End:], " ”\"'"), "?")
}

// givesAway tells a reading in which somebody was given, or came in, as a thing: "@bob doorgegeven aan @eva".
func (p *parser) givesAway(item Item) bool {
	if item.Kind != KindGift && item.Kind != KindReturn || item.Text == "" || !text.IsCapitalised(item.Text) {
		return false
	}
	found := p.lookup(item.Text, maxLookups/2)
	return len(found) > 0 && found[0].Score >= SureScore
}

// eitherOr tells "lunch with Tom or Laura".
func (p *parser) eitherOr(c clause, item Item) bool {
	for i := c.from + 1; i+1 < c.to; i++ {
		if eitherWords[p.rawWord(i)] && p.isIn(item.People, i-1) && p.isIn(item.People, i+1) {
			return true
		}
	}
	return false
}

// isToDo tells what is still to be done: "buy flowers for Rachel", "cadeau kopen voor Ruud".
func (p *parser) isToDo(c clause) bool {
	for i := c.from; i < c.to && p.tokens[i].Kind != text.QuoteToken; i++ {
		if toDo[p.rawWord(i)] || i == c.from && toDoHead[p.rawWord(i)] {
			return true
		}
	}
	return false
}

// notMine tells what people did with one another, or whom to call back.
func (p *parser) notMine(c clause) bool {
	each, mine := false, false
	for i := c.from; i < c.to; i++ {
		word := p.rawWord(i)
		each = each || eachOther[word]
		mine = mine || iWords[word] || selves[word] || ownWords[word] || weWords[word]
	}
	return each && !mine || toDoHead[p.rawWord(c.from)] && backWords[p.rawWord(c.to-1)]
}

var (
	eitherWords = text.WordSet("capture", "or")
	toDo        = text.WordSet("capture", "todo")      // verbs in the form of what is to be done
	toDoHead    = text.WordSet("capture", "todo.head") // the same at the head of a line only
	backWords   = text.WordSet("capture", "todo.back")
	weWords     = text.WordSet("capture", "self.we")
)

// isMarked tells a clause with somebody marked with @ or named by an address.
func (p *parser) isMarked(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if k := p.tokens[i].Kind; k == text.MentionToken || k == text.AddressToken {
			return true
		}
	}
	return false
}

// deniedInside tells "not" in what a clause says, before a pause or what it is about.
func (p *parser) deniedInside(c clause) bool {
	for i := c.from; i < c.to && p.tokens[i].Kind == text.WordToken && !topicWords[p.rawWord(i)]; i++ {
		if p.isDenial(i) {
			return true
		}
		if p.tokens[i].Stop != 0 && i > c.from {
			return false
		}
	}
	return false
}

// doneToMe tells that the writer is spoken of as somebody to whom something was done: "got me a gig".
func (p *parser) doneToMe(c clause) bool {
	for i := c.from + 1; i < c.to; i++ {
		if before := p.rawWord(i - 1); selves[p.rawWord(i)] && !ownWords[p.rawWord(i)] && !withWords[before] &&
			!andWords[before] {
			return true
		}
	}
	return false
}

// amongOthers tells a meeting of others: "Kees sprak met Dirk", "Tom met Laura".
func (p *parser) amongOthers(c clause, item Item) bool {
	if len(item.People) < 2 {
		return false
	}
	end := p.rawPersonEnd(c, item)
	if end == c.from || end >= c.to || p.tokens[end-1].Stop != 0 {
		return false
	}
	verb := end
	for verb < c.to-1 && adverbs[p.rawWord(verb)] {
		verb++
	}
	word := p.rawWord(verb)
	finite := metWords[word] || happened[word] && !isParticiple(word) || haveWords[word] ||
		!vocabulary()[word] && !isParticiple(word)
	if !finite || p.doneToMe(c) {
		return false
	}
	for i := verb + 1; i < c.to; i++ { // who stands behind the verb is another than who stands before it
		for _, m := range item.People {
			if p.tokens[i].Start == m.Span.Start {
				return true
			}
		}
	}
	return false
}

// rawPersonEnd is where the people at the head of a clause end, as they were read.
func (p *parser) rawPersonEnd(c clause, item Item) int {
	end := c.from
	for i := c.from; i < c.to; i++ {
		switch {
		case p.isIn(item.People, i):
			end = i + 1
		case !andWords[p.rawWord(i)]:
			return end
		}
	}
	return end
}

var noteVerbs = text.WordSet("capture", "note.verb") // say how it is with somebody, or what befell them

// tellsOfSomebody tells a clause that says of somebody at its head, and of nobody else, how it is with them.
func (p *parser) tellsOfSomebody(c clause, item Item) bool {
	if pronouns[p.rawWord(c.from)] {
		return !slices.ContainsFunc(item.People, func(m Mention) bool { return m.Span.Start < m.Span.End })
	}
	head := p.headDate(c)
	for head < c.to && (glue[p.rawWord(head)] || adverbs[p.rawWord(head)] || p.isDated(head)) &&
		!p.isIn(item.People, head) && !noteVerbs[p.rawWord(head)] {
		head++
	}
	if noteVerbs[p.rawWord(head)] && head > c.from && p.isIn(item.People, head+1) { // "volgend jaar wil @bob …"
		return p.first(clause{head, c.to}, selves, ownWords, iWords) < 0 && !p.anyOf(clause{head, c.to}, selves)
	}
	if !p.isIn(item.People, head) {
		for ; head < c.to && head < c.from+4 && !p.isIn(item.People, head); head++ { // "de zoon van @bob …"
			if !ofWords[p.rawWord(head)] && !relations[p.rawWord(head)] {
				return false
			}
		}
	}
	for head < c.to && (p.isIn(item.People, head) || andWords[p.rawWord(head)]) {
		head++
	}
	if head > c.from && p.promises(clause{head, c.to}) {
		return true
	}
	for i := head; i < c.to; i++ {
		word := p.rawWord(i)
		if len(item.People) > 1 && mediumWords[word] != "" {
			return false // "Tom and Laura had lunch"
		}
		if selves[word] || ownWords[word] || iWords[word] || p.isIn(item.People, i) {
			return false
		}
	}
	for i := head; i < c.to && i < head+maxNoteHead; i++ {
		word := p.rawWord(i)
		if noteVerbs[word] || isWords[word] || haveWords[word] || p.isFinite(i, c) {
			return true
		}
		if !adverbs[word] && !relations[word] && !theirs[word] && !articles[word] && !p.isDated(i) && !ofWords[word] {
			break
		}
	}
	return head > c.from && (p.tokens[head-1].Stop == ':' ||
		!p.anyOf(clause{c.from, head}, withWords) && p.onlyState(clause{head, c.to}))
}

// promises tells what somebody offered or said they would do, which has not happened: "has offered to drive us",
// "zei dat hij mij wilde helpen".
func (p *parser) promises(c clause) bool {
	said := false
	for i := c.from; i < c.to; i++ {
		word := p.rawWord(i)
		if promiseVerbs[word] && i < c.from+maxNoteHead || said && wouldVerbs[word] {
			return true
		}
		said = said || praiseSays[word] && i < c.from+2
	}
	return false
}

var (
	promiseVerbs = text.WordSet("capture", "promise") // offered, beloofde
	wouldVerbs   = text.WordSet("capture", "would")   // of what is yet to be done: would, wilde
)

// isFinite tells a word of running text in the shape of a verb of the third person, with something behind it: zingt,
// prefers. Where a participle closes the clause the word may as well be what something was done with.
func (p *parser) isFinite(i int, c clause) bool {
	word := p.rawWord(i)
	known := vocabulary()[word] && len(predicatesBy[word]) == 0
	if i+1 >= c.to || known || text.IsCapitalised(p.tokens[i].Raw) || p.tokens[i].Stop != 0 ||
		!hasShape(word, finiteShapes) {
		return false
	}
	for k := i + 1; k < c.to; k++ {
		if hasShape(p.rawWord(k), didShapes) || passives[p.rawWord(k)] {
			return false
		}
	}
	return true
}

var finiteShapes = shapes("shape.finite")

// onlyState tells a few words without a verb that the grammar knows as a deed: "redundant at the end of the year".
func (p *parser) onlyState(c clause) bool {
	content := 0
	for i := c.from; i < c.to; i++ {
		word := p.rawWord(i)
		if p.tokens[i].Kind != text.WordToken || hasShape(word, didShapes) || passives[word] || participles[word] ||
			mediumWords[word] != "" || giftNouns[word] != "" || returnNouns[word] != "" || deeds[word] ||
			praiseNouns[word] || praiseVerbs[word] || looksLikeDate(word) || text.IsDigits(word) || eitherWords[word] ||
			isEvent(word) {
			return false
		}
		if !vocabulary()[word] {
			content++
		}
	}
	return content >= 2
}

// deeds are the verbs of giving, asking, receiving and introducing.
var deeds = text.WordSet("capture", "verb.gave", "verb.sent", "verb.got", "verb.asked", "verb.introduced", "carried",
	"verb.forwarded", "verb.referred", "verb.ordered", "done.for", "todo", "todo.head", "verb.helped")

// isIn tells whether a token belongs to one of some mentions.
func (p *parser) isIn(people []Mention, i int) bool {
	if i >= len(p.tokens) {
		return false
	}
	for _, m := range people {
		if p.tokens[i].Start >= m.Span.Start && p.tokens[i].End <= m.Span.End {
			return true
		}
	}
	return false
}

// maxNoteHead is how far behind the people at the head of a clause the verb of a note may stand.
const maxNoteHead = 4
