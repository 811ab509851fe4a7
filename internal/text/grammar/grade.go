package grammar

import (
	"slices"
	"strings"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// Graded doubt: what a reading left over of its clause, or took along without knowing what it is. Each sign has a
// weight; a reading whose signs together weigh enough is shown and asked about rather than stored.

// leaving is a run of words that the reading of a meeting kept without knowing what they say.
type leaving struct {
	clause
	remark bool // they stand behind a pause, where people write what they like
}

// sign is something about a reading that makes it doubtful.
type sign struct {
	name   string // for those who weigh it
	weight float64
	holds  func(p *parser, c clause, item Item) bool
}

// enoughDoubt is the weight of signs with which a reading is asked about.
const enoughDoubt = 1

// signs were weighed on lines that rules were mended on: one alone is enough where half of the readings that have it
// were wrong.
var signs = []sign{
	{"a number that is no time", 1, (*parser).leftNumber},
	{"a day that was not read", 1, (*parser).leftDay},
	{"a statement of its own left over", 1, (*parser).leftStatement},
	{"a verb left over between somebody and the rest", 1, (*parser).leftVerb},
	{"what others did", 1, (*parser).theirDoing},
	{"what others say", 1, (*parser).isHearsay},
	{"what is done time and again", 1, (*parser).isHabit},
	{"a name of more than a name", 1, (*parser).oddName},
	{"half a verb left over", 1, (*parser).leftParticle},
	{"somebody left over", 1, (*parser).leftPerson},
	{"what could have been", 1, (*parser).couldHave},
	{"what is sought, in a note", 1, (*parser).soughtInNote},
	{"much that was given", 1, (*parser).longContent},
	{"much that is needed", 0.5, (*parser).longNeed},
	{"an employer of more than a name", 1, (*parser).oddEmployer},
	{"a note with a way of contact", 1, noteWith(func(word string) bool {
		return mediumWords[word] != "" && !shyMedia[word]
	})},
	{"a note with praise", 1, noteWith(func(word string) bool {
		return praiseNouns[word] || praiseVerbs[word]
	})},
	{"a note that tells of something done", 1, (*parser).doneInNote},
	{"a note with a deed", 0.5, noteWith(func(word string) bool {
		return givenAs[word] != "" || deeds[word] || brings(word)
	})},
	{"a note with the writer", 0.5, noteWith(func(word string) bool {
		return selves[word] || ownWords[word] || iWords[word]
	})},
	{"a note with a verb of saying", 0.5, noteWith(func(word string) bool { return praiseSays[word] })},
	{"a note with a need", 0.5, noteWith(opensNeed)},
	{"a note with a post", 0.5, noteWith(isRole)},
	{"a note with a number or an address", 1, (*parser).numberedNote},
	{"a note with a quotation", 1, (*parser).quotedNote},
}

// isGraded tells whether the signs of a reading weigh enough to ask about it.
func (p *parser) isGraded(c clause, item Item) bool {
	sum := 0.0
	for _, s := range signs {
		if s.holds(p, c, item) {
			sum += s.weight
		}
	}
	return sum >= enoughDoubt
}

var (
	habits       = text.WordSet("capture", "doubt.habit")    // of what is done time and again
	hearsays     = text.WordSet("capture", "doubt.hearsay")  // verbs behind who tells it
	particles    = text.WordSet("capture", "doubt.particle") // second parts of verbs
	hadWords     = text.WordSet("capture", "doubt.had")      // before one of the next, of what was not done
	couldWords   = text.WordSet("capture", "doubt.modal")
	soughtEnds   = text.WordSet("capture", "doubt.sought") // participles of what somebody looks for
	handedOver   = map[Kind]bool{KindGift: true, KindReturn: true}
	toldOrGiven  = map[Kind]bool{KindGift: true, KindReturn: true, KindAsk: true, KindPraise: true}
	deedOrAsking = map[Kind]bool{
		KindGift: true, KindReturn: true, KindIntroduction: true, KindPraise: true, KindInteraction: true,
		KindAsk: true,
	}
)

// maxContent is how many words what was given has before it surely has taken along why.
const maxContent = 7

func (p *parser) leftNumber(_ clause, item Item) bool {
	return deedOrAsking[item.Kind] && slices.ContainsFunc(contents(item), func(t text.Token) bool {
		return text.IsDigits(t.Word[:min(1, len(t.Word))]) && strings.Trim(t.Word, "0123456789-/:.uh") == "" &&
			strings.ContainsAny(t.Word, "-/:.uh")
	})
}

// contents are the words of what was given, asked or talked of.
func contents(item Item) []text.Token {
	return text.SplitWords(item.Title+" "+item.Text, 0, nil)
}

// leftDay tells a day at the head or at the end of what was given or said, where no word joins it to the rest.
func (p *parser) leftDay(_ clause, item Item) bool {
	words := text.SplitWords(item.Text, 0, nil)
	if !deedOrAsking[item.Kind] || len(words) < 2 {
		return false
	}
	isDay := func(t text.Token) bool {
		return when.IsRelativeDay(t.Word) || when.IsWeekday(t.Word) || when.IsMonth(t.Word) && t.Word != "mar"
	}
	if item.Kind != KindAsk && isDay(words[0]) || text.IsDigits(words[0].Word) && when.IsMonth(words[1].Word) {
		return true
	}
	for i := max(1, len(words)-2); i < len(words) && item.Kind != KindAsk; i++ {
		if before := words[i-1].Word; isDay(words[i]) && !vocabulary()[before] && !text.IsDigits(before) {
			return true
		}
	}
	return false
}

// leftStatement tells words left over with a subject, or a verb of need, of their own.
func (p *parser) leftStatement(c clause, item Item) bool {
	for _, l := range p.leavings {
		for i := l.from; i < l.to; i++ {
			word, next := p.rawWord(i), p.rawWord(i+1)
			own := subjects[word] || iWords[word] && !haveWords[word] || weWords[word]
			strange := next != "" && !vocabulary()[next] && !p.isFinite(i+1, c)
			if own && i+1 < l.to && (!l.remark || i == l.from && strange) {
				return true
			}
			if l.remark {
				continue
			}
			if opensNeed(word) {
				return true
			}
		}
	}
	return false
}

// leftVerb tells words left over where nobody stands behind "with" or the like, so that somebody else may have done it,
// or something else been done: "Ali zegt ja op het interview", "liked and reshared Priya's post".
func (p *parser) leftVerb(c clause, item Item) bool {
	if item.Kind != KindInteraction && item.Kind != KindPerson || p.isAccompanied(c, item) {
		return false
	}
	return slices.ContainsFunc(p.leavings, func(l leaving) bool {
		first := p.rawWord(l.from)
		return !l.remark && !particles[first] && !placeWords[first] && !occasions[first] && !topicWords[first] &&
			p.tokens[l.from].Kind == text.WordToken
	})
}

// isAccompanied tells whether "with", "to" or "from" stands before somebody, "and I" behind them, or a way of contact
// in the form of a verb beside them.
func (p *parser) isAccompanied(c clause, item Item) bool {
	if p.withAhead(c.from, c) {
		return true
	}
	for i := c.from + 1; i < c.to; i++ {
		before := p.rawWord(i - 1)
		if andWords[before] && iWords[p.rawWord(i)] {
			return true
		}
		if p.isIn(item.People, i) && !p.isIn(item.People, i-1) && (withWords[before] || recipientWords[before] ||
			mediumOfWords[before] || strongLeads[before] || placesWithin[before] || p.tokens[i-1].Stop == ':' ||
			mediumWords[before] != "") {
			return true
		}
		if p.isIn(item.People, i-1) && isParticiple(p.rawWord(i)) && mediumWords[p.rawWord(i)] != "" {
			return true
		}
	}
	return false
}

// withAhead tells whether "with" stands before the first who is named behind a token.
func (p *parser) withAhead(i int, c clause) bool {
	for ; i < c.to; i++ {
		if withWords[p.rawWord(i)] {
			return true
		}
		if p.isSomebody(i, c) {
			return false
		}
	}
	return false
}

// theirDoing tells that somebody at the head of a clause met, or spoke, and neither the writer nor "with" follows.
func (p *parser) theirDoing(c clause, item Item) bool {
	if item.Kind != KindInteraction || item.Medium != "face" {
		return false
	}
	verb := p.rawPersonEnd(c, item)
	if verb == c.from || verb >= c.to || p.tokens[verb-1].Stop != 0 {
		return false
	}
	for verb < c.to-1 && adverbs[p.rawWord(verb)] {
		verb++
	}
	word := p.rawWord(verb)
	if mediumWords[word] == "" || !happened[word] || strings.Contains(word, "ge") || metWords[word] ||
		mediumTails[word] != "" {
		return false
	}
	rest := clause{verb, c.to}
	return !p.anyOf(rest, selves) && !p.anyOf(rest, withWords) && !p.anyOf(rest, weWords) && !p.anyOf(rest, iWords)
}

// isHearsay tells that somebody says something of another.
func (p *parser) isHearsay(c clause, item Item) bool {
	return len(item.People)+len(item.Others) > 1 && item.Kind != KindInteraction && item.Kind != KindIntroduction &&
		p.anyOf(c, hearsays)
}

func (p *parser) isHabit(c clause, item Item) bool {
	return happenings[item.Kind] && p.anyOf(c, habits)
}

// oddName tells a new name with words in it that are none of a name: "Tom. Running", "ruud ovr".
func (p *parser) oddName(_ clause, item Item) bool {
	return slices.ContainsFunc(slices.Concat(item.People, item.Others), func(m Mention) bool {
		if !m.New {
			return false
		}
		words, family := strings.Fields(m.Text), 0
		for i, word := range words {
			folded := text.Fold(word)
			switch {
			case names.IsParticle(folded):
				if i > 1 && i+1 < len(words) && family > 1 && !strings.Contains(words[i-1], ".") {
					return true // "Carla Jansen van ACME"
				}
				continue
			case i == 0, strings.ContainsAny(word, "'’"):
			case !text.IsCapitalised(word), noteVerbs[folded], when.IsWeekday(folded) && !names.IsGiven(folded):
				return true
			}
			if family++; strings.HasSuffix(word, ".") && len(word) > 3 && !names.IsTitle(strings.Trim(folded, ".")) &&
				!names.IsInitials(word) {
				return true
			}
		}
		return false
	})
}

// leftParticle tells the second part of a verb at the end of what was given: "bos tulpen mee".
func (p *parser) leftParticle(_ clause, item Item) bool {
	words := text.SplitWords(item.Text, 0, nil)
	return toldOrGiven[item.Kind] && len(words) > 1 && particles[words[len(words)-1].Word]
}

// leftPerson tells somebody who is known in what was given or talked of.
func (p *parser) leftPerson(_ clause, item Item) bool {
	if !handedOver[item.Kind] {
		return false
	}
	all := slices.Concat(item.People, item.Others, item.Via)
	for _, t := range contents(item) {
		if !text.IsCapitalised(t.Raw) || !names.IsGiven(t.Word) {
			continue
		}
		found := p.lookup(t.Raw, maxLookups/2)
		placed := func(m Mention) bool {
			return slices.ContainsFunc(found, func(k Candidate) bool { return m.Chosen == k.ID })
		}
		if len(found) > 0 && found[0].Score >= SureScore && !slices.ContainsFunc(all, placed) {
			return true
		}
	}
	return false
}

// couldHave tells what was not done: "had ik @bob moeten vragen".
func (p *parser) couldHave(c clause, item Item) bool {
	if !deedOrAsking[item.Kind] {
		return false
	}
	had := -1
	for i := c.from; i < c.to && !topicWords[p.rawWord(i)]; i++ {
		word := p.rawWord(i)
		if had >= 0 && couldWords[word] && (i == had+1 || !p.anyOf(clause{had, i}, askWords)) {
			return true
		}
		if hadWords[word] {
			had = i
		}
	}
	return false
}

// soughtInNote tells a note of which the last word says what is looked for.
func (p *parser) soughtInNote(c clause, item Item) bool {
	return item.Kind == KindNote && soughtEnds[p.rawWord(c.to-1)]
}

func (p *parser) longContent(_ clause, item Item) bool {
	return handedOver[item.Kind] && item.Title == "" && len(contents(item)) > maxContent
}

func (p *parser) longNeed(_ clause, item Item) bool {
	return (item.Kind == KindNeed || item.Kind == KindInterest) && len(contents(item)) > maxContent
}

// maxEmployer is how many words the name of an organisation has.
const maxEmployer = 4

// oddEmployer tells an organisation or a post with more in it.
func (p *parser) oddEmployer(_ clause, item Item) bool {
	return item.Kind == KindFact && (strings.Contains(item.Organisation, ",") ||
		len(strings.Fields(item.Organisation)) > maxEmployer || len(strings.Fields(item.Role)) > maxEmployer+1)
}

// opensNeed tells a word that alone says that somebody needs something: zoekt.
func opensNeed(word string) bool {
	return slices.ContainsFunc(predicatesBy[word], func(turn predicate) bool {
		return turn.kind == KindNeed && turn.size() == 1 && turn.tail == ""
	})
}

// noteWith makes a sign of a note with a word of some sort before what it is about: it may tell something else.
func noteWith(sort func(word string) bool) func(p *parser, c clause, item Item) bool {
	return func(p *parser, c clause, item Item) bool {
		for i := c.from; i < c.to && item.Kind == KindNote && !topicWords[p.rawWord(i)]; i++ {
			if word := p.rawWord(i); word != "" && sort(word) {
				return true
			}
		}
		return false
	}
}

// doneInNote tells a note behind a name and a pause with a participle and no verb of anybody else's in front of it, so
// that the writer may have done it, or had it done: "@bob: een uur geluisterd".
func (p *parser) doneInNote(c clause, item Item) bool {
	head := p.headed(c)
	if item.Kind != KindNote || head == c.from {
		return false
	}
	for i := head; i < c.to; i++ {
		word := p.rawWord(i)
		if noteVerbs[word] || isWords[word] || subjects[word] || p.tokens[i].Kind == text.QuoteToken {
			return false
		}
		if isParticiple(word) {
			return true
		}
	}
	return false
}

// maxNumber is how many digits a note has that is no address, number or card.
const maxNumber = 5

func (p *parser) numberedNote(_ clause, item Item) bool {
	digits := 0
	for _, r := range item.Text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return item.Kind == KindNote && (digits > maxNumber || strings.ContainsAny(item.Text, "|=@"))
}

func (p *parser) quotedNote(c clause, item Item) bool {
	return item.Kind == KindNote && slices.ContainsFunc(p.tokens[c.from:c.to], func(t text.Token) bool {
		return t.Kind == text.QuoteToken
	})
}
