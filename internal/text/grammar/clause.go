package grammar

import (
	"strings"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
)

// clauses cuts the tokens of a line into statements. A semicolon or line break always parts; a comma, full stop, dash
// or conjunction does when what follows opens a statement of its own.
func (p *parser) clauses() []clause {
	var all []clause
	from := 0
	for i := 1; i < len(p.tokens); i++ {
		stop := p.tokens[i-1].Stop
		switch {
		case stop == ';':
		case (stop == ':' || stop == ',' && acquainted[p.rawWord(i)] || stop != '.' && p.dashBefore(i)) &&
			p.personEnd(from, i) == i: // "@bob - wants a mentor", "@bob, meet @eva"
			continue
		case p.headDate(clause{from, i}) == i: // "Monday: gave …" is one statement
			continue
		case whoWords[p.rawWord(i-1)] && i-1 > from && !p.tellsWho(i-2): // "the coat that was left"
			continue
		case stop == '.' && (abbreviations[p.rawWord(i-1)] || len(p.rawWord(i-1)) == 1 &&
			text.IsCapitalised(p.tokens[i-1].Raw)): // "Emma V. zoekt"
			continue
		case p.skipSubject(from) > i: // "@anna and @bob like …" has one subject
			continue
		case (stop == ',' || stop == '.' || stop == '!' || stop == '?' || stop == ':') && p.opens(i, from, stop):
		case joins(p.rawWord(i-1)) && i-1 > from && p.opens(i, from, 'n'):
			// The conjunction belongs to neither statement.
			all = append(all, clause{from, i - 1})
			from = i
			continue
		default:
			continue
		}
		all = append(all, clause{from, i})
		from = i
	}
	if from < len(p.tokens) {
		all = append(all, clause{from, len(p.tokens)})
	}
	return all
}

// Words with which people open, or close, what they say, and which say nothing: nou, well, hoor.
var (
	fillers    = text.WordSet("capture", "filler")
	fillerEnds = text.WordSet("capture", "filler.end")
)

// dropFillers takes them out at the head of a line and before a pause.
func (p *parser) dropFillers() {
	head := 0
	for head+1 < len(p.tokens) && p.tokens[head].Kind == text.WordToken && fillers[p.tokens[head].Word] {
		head++
	}
	kept := p.tokens[:0]
	for i, t := range p.tokens {
		if i < head || i > head && fillerEnds[t.Word] && t.Kind == text.WordToken && t.Stop != 0 && t.Stop != ':' {
			if i >= head && len(kept) > 0 && kept[len(kept)-1].Stop == 0 {
				kept[len(kept)-1].Stop = t.Stop
			}
			continue
		}
		kept = append(kept, t)
	}
	p.tokens = kept
}

// tellsWho tells whether "who" behind a token may speak of somebody.
func (p *parser) tellsWho(i int) bool {
	t := p.tokens[i]
	return t.Stop != 0 || t.Kind != text.WordToken || text.IsCapitalised(t.Raw) || pronouns[t.Word] ||
		relations[t.Word] || isRole(t.Word) || names.IsGiven(t.Word) || p.smallName(i, i+1) > i ||
		!articles[p.rawWord(i-1)]
}

// abbreviations end with a full stop that ends nothing.
var abbreviations = text.WordSet("capture", "abbreviation")

func joins(word string) bool {
	return andWords[word] || joining[word] || whoWords[word]
}

// opens tells whether a new statement begins at token i.
func (p *parser) opens(i, from int, stop byte) bool {
	if joins(p.rawWord(i)) && stop != 'n' {
		i++ // ", en ze zoekt een huis"
	}
	subject := p.skipSubject(i)
	if stop == 'n' {
		subject = p.skipOne(i, subject)
	}
	if _, _, ok := p.predicateAt(subject, len(p.tokens)); ok {
		// "is" and a bare predicate need a subject or a pause before them; behind a colon they belong to the name.
		word := p.rawWord(subject)
		if stop == ':' && !pronouns[p.rawWord(i)] {
			return false
		}
		return subject > i || stop == ',' && !isWords[word] && p.hasPerson(from, i) || whoWords[p.rawWord(i-1)] ||
			stop == '.' || stop == 'n' && p.hasPerson(from, i) && !shyPredicate(word)
	}
	if subject > i && mediumWords[p.rawWord(subject)] != "" &&
		(stop == 'n' && p.isVerb(i-2) || stop == ',' && mediumWords[p.rawWord(i-1)] != "") {
		return true // "@bob gebeld en @anna gemaild"
	}
	if stop == ',' && subject > i && p.dashBefore(i) && (noteVerbs[p.rawWord(subject)] || p.isVerb(subject)) {
		return true // "… - Willem has a shed"
	}
	if stop == '.' && subject > i && p.isVerb(subject) {
		return true // "lunch met @anna. Kees belde over de auto."
	}
	word := p.rawWord(i)
	if stop == 'n' && subjects[word] && p.hasPerson(from, i) && noteVerbs[p.rawWord(i+1)] && p.tokens[i].Stop == 0 {
		return true // "… and he goes to the repair café"
	}
	if stop == ',' && pronouns[word] && p.hasPerson(from, i) && p.tellsState(i) {
		return true // ", she's poorly", ", ze is ziek"
	}
	if subjects[word] && (stop == ',' || stop == '.') && p.hasPerson(from, i) && p.didAhead(i+1) {
		return true // ", he gave me a book"
	}
	if thenWords[word] && (stop == ',' || stop == '.') && p.doneAhead(i+1) {
		return true // ", daarna @bob geholpen met verhuizen"
	}
	for iWords[word] {
		i++
		word = p.rawWord(i)
		if (stop == ',' || stop == '.') && p.hasPerson(from, i) && p.deedAhead(i) {
			return true // ", heb hem mijn boor geleend"
		}
	}
	_, gives := givenAs[word]
	switch {
	case wasAsked[word] && stop == ',' && !p.personAhead(i+1, 8):
		return p.hasPerson(from, i) // ", vraagt of ik kan helpen"
	case gotWords[word] && stop != 'n' && !p.personAhead(i+1, 8):
		return p.hasPerson(from, i) && p.nounAhead(i)
	case gives || gaveWords[word] || gotWords[word] || introduces[word] || askWords[word] || timeWords[word] ||
		forwardedWords[word] || sentWords[word]:
		return p.personAhead(i+1, 8)
	case mediumWords[word] != "":
		// ", lunch @bob" but not ", leuk gesprek over …".
		return p.rawKind(i+1) == text.MentionToken || withWords[p.rawWord(i+1)] && stop != 'n' ||
			withWords[p.rawWord(i+1)] && p.rawKind(i+2) == text.MentionToken
	}
	return false
}

// tellsState tells "she's poorly" and "ze is ziek": how somebody is.
func (p *parser) tellsState(i int) bool {
	if i+1 >= len(p.tokens) || p.tokens[i].Stop != 0 {
		return false
	}
	next := p.rawWord(i + 1)
	if theirs[p.rawWord(i)] && relations[next] { // ", her dad is in hospital"
		return noteVerbs[p.rawWord(i+2)]
	}
	return pronounIs[p.rawWord(i)] || (isWords[next] || noteVerbs[next]) && subjects[p.rawWord(i)]
}

var subjects = text.WordSet("capture", "pronoun.subject")

var pronounIs = text.WordSet("capture", "pronoun.is") // with the verb in them: she's

// thenWords open what came next.
var thenWords = text.WordSet("capture", "then")

// doneAhead tells whether somebody and what was done with or for them stand close behind.
func (p *parser) doneAhead(i int) bool {
	person, verb := false, false
	for k := i; k < len(p.tokens) && k < i+8; k++ {
		person = person || p.rawKind(k) == text.MentionToken || pronouns[p.rawWord(k)] ||
			p.personEnd(k, len(p.tokens)) > k
		verb = verb || p.isVerb(k)
		if p.tokens[k].Stop != 0 {
			break
		}
	}
	return person && verb
}

// deedAhead tells whether something was done for somebody whom a pronoun means.
func (p *parser) deedAhead(i int) bool {
	pronoun := false
	for k := i; k < len(p.tokens) && k < i+8; k++ {
		word := p.rawWord(k)
		pronoun = pronoun || pronouns[word]
		if _, gives := givenAs[word]; pronoun && (gives || gaveWords[word] || timeWords[word] || sentWords[word] ||
			forwardedWords[word] || introWords[word] || askWords[word]) {
			return true
		}
		if p.tokens[k].Stop != 0 {
			break
		}
	}
	return false
}

// didAhead tells whether a subject did something for the writer: a verb of giving, and me close behind.
func (p *parser) didAhead(i int) bool {
	word := p.rawWord(i)
	if _, gives := givenAs[word]; !gives && !gaveWords[word] && !timeWords[word] && !sentWords[word] &&
		!forwardedWords[word] && !haveWords[word] {
		return false
	}
	self, deed := false, !haveWords[word]
	for k := i + 1; k < len(p.tokens) && k < i+10; k++ {
		next := p.rawWord(k)
		self = self || selves[next] && !ownWords[next] || ownWords[next] && haveWords[word]
		_, gives := givenAs[next]
		deed = deed || gives || gaveWords[next] || timeWords[next] || sentWords[next] || forwardedWords[next]
		if p.tokens[k].Stop != 0 {
			break
		}
	}
	return self && deed
}

// nounAhead tells whether what came in is named close behind.
func (p *parser) nounAhead(i int) bool {
	for k := i; k < len(p.tokens) && k < i+5; k++ {
		if returnNouns[p.rawWord(k)] != "" {
			return true
		}
	}
	return false
}

// skipOne ends a subject at the first comma: in "met @anna en @bob, @bob zoekt …" the subject is @bob.
func (p *parser) skipOne(i, subject int) int {
	for k := i; k < subject; k++ {
		if p.tokens[k].Stop == ',' {
			return k + 1
		}
	}
	return subject
}

// shyPredicate tells the predicates that are common words of running text.
func shyPredicate(word string) bool { return shyTurns[word] }

var (
	joining    = text.WordSet("capture", "join") // joins statements, beside "and" and "who"
	whoWords   = text.WordSet("capture", "join.who")
	isWords    = text.WordSet("capture", "shy.is") // needs a subject
	iWords     = text.WordSet("capture", "self.i") // may open a statement of one's own
	introduces = text.WordSet("capture", "verb.introduces")
	shyTurns   = text.WordSet("capture", "shy.says")
)

func (p *parser) rawKind(i int) text.TokenKind {
	if i < 0 || i >= len(p.tokens) {
		return text.WordToken
	}
	return p.tokens[i].Kind
}

func (p *parser) hasPerson(from, to int) bool {
	for i := from; i < to; i++ {
		switch t := p.tokens[i]; t.Kind {
		case text.MentionToken, text.AddressToken:
			return true
		case text.WordToken:
			if pronouns[t.Word] || text.IsCapitalised(t.Raw) && (names.IsGiven(t.Word) ||
				p.isPossessive(i) && names.IsGiven(strings.TrimRight(t.Word, "s'’"))) {
				return true
			}
		}
	}
	return len(p.before) > 0
}

// personAhead tells whether a marked person stands among the next tokens.
func (p *parser) personAhead(i, within int) bool {
	for k := i; k < len(p.tokens) && k < i+within; k++ {
		if p.tokens[k].Kind == text.MentionToken || p.tokens[k].Kind == text.AddressToken ||
			pronouns[p.tokens[k].Word] && p.tokens[k].Kind == text.WordToken ||
			text.IsCapitalised(p.tokens[k].Raw) && names.IsGiven(p.tokens[k].Word) {
			return true
		}
		if p.tokens[k].Stop == ';' {
			break
		}
	}
	return false
}

// skipSubject gives the token behind a subject at i: a pronoun, mentions joined by commas and "en", or a run of
// capitalised words.
func (p *parser) skipSubject(i int) int {
	if pronouns[p.rawWord(i)] {
		return i + 1
	}
	start := i
	for i < len(p.tokens) && i < start+12 {
		switch p.tokens[i].Kind {
		case text.MentionToken, text.AddressToken:
			i++
			if i < len(p.tokens) && andWords[p.rawWord(i)] &&
				(p.rawKind(i+1) == text.MentionToken || p.rawKind(i+1) == text.AddressToken) {
				i++
			}
			continue
		case text.GroupToken:
			if i > start {
				i++
				continue
			}
		case text.WordToken:
			end := p.nameRun(i, len(p.tokens))
			if end == i {
				end = p.smallName(i, len(p.tokens))
			}
			if end > i {
				i = end
				if andWords[p.rawWord(i)] && p.personEnd(i+1, len(p.tokens)) > i+1 {
					i++
				}
				continue
			}
		}
		break
	}
	return i
}

// predicateAt reads a predicate at token i that ends before to.
func (p *parser) predicateAt(i, to int) (predicate, int, bool) {
	var best predicate
	size := 0
	for _, candidate := range predicatesBy[p.word(i)] {
		if len(candidate.words) < best.size() ||
			size > 0 && len(candidate.words) == best.size() && (best.tail != "" || candidate.tail == "") {
			continue
		}
		end := i
		for k, word := range candidate.words {
			for n := 0; k > 0 && n < 2 && adverbs[p.word(end)] && p.word(end) != word; n++ { // "is net verhuisd naar"
				end++
			}
			if end >= to || p.word(end) != word || k < len(candidate.words)-1 && p.tokens[end].Stop != 0 {
				end = -1
				break
			}
			end++
		}
		if end > i && (candidate.tail == "" || p.tailAt(candidate.tail, end, to) >= 0) {
			best, size = candidate, end-i
		}
	}
	return best, i + size, size > 0
}

// size is the number of words of a predicate.
func (c predicate) size() int { return len(c.words) }

// maxTail is how far behind its opening the closing word of a statement may stand.
const maxTail = 40

// tailAt finds the word that closes a statement; -1 when it is not there.
func (p *parser) tailAt(tail string, from, to int) int {
	for i := from; i < to && i < from+maxTail; i++ {
		if p.word(i) == tail {
			return i
		}
		if p.tokens[i].Stop == ';' {
			break
		}
	}
	return -1
}
