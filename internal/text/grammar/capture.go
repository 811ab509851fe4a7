// Package grammar reads the one-line notes of the capture grammar: who met whom and when, what was given, what
// somebody needs or is. Package capture stores what it understood.
package grammar

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// ErrTooLong is what Parse gives for a line of more than text.MaxLine characters. Nothing of the line is read.
var ErrTooLong = errors.New("the line is longer than 4,000 characters")

// Directory finds people by what somebody wrote: a name or a part of it, a mail address, a handle.
type Directory interface {
	// Lookup gives the people that ref may mean, best first, with scores from 0 to 1; names.RefScore makes such scores.
	Lookup(ref string) []Candidate
}

// Candidate is a person that a mention may mean.
type Candidate struct {
	ID     string
	Name   string
	Detail string // what tells namesakes apart: an organisation, a place
	Score  float64
}

// Scores of candidates. A mention is one person when the best candidate is sure and leads the next by the margin.
const (
	SureScore   = 0.8
	ScoreMargin = 0.1
	maxChoices  = 8
	maxLookups  = 200 // different references that are looked up for one line, at most half of them without an @
)

// Kind is what an item of a captured line is about.
type Kind string

// The kinds.
const (
	KindInteraction  Kind = "interaction"  // people were or will be in contact
	KindPerson       Kind = "person"       // a new person, or what they do; with Medium set the meeting too
	KindNeed         Kind = "need"         // what somebody needs
	KindInterest     Kind = "interest"     // what somebody likes
	KindFact         Kind = "fact"         // organisation, role, place, birthday, phone, skill
	KindGift         Kind = "gift"         // something given
	KindReturn       Kind = "return"       // something that came in
	KindIntroduction Kind = "introduction" // People were introduced to Others
	KindAsk          Kind = "ask"          // something to ask, or asked, of somebody
	KindPraise       Kind = "praise"       // words of praise or thanks, for somebody or from them
	KindNote         Kind = "note"         // anything else about a person
)

// Capture is what was understood of one line, for a person to check before it is stored.
type Capture struct {
	Items    []Item
	Unclear  []Unclear
	Language string // "nl", "en" or ""
	Marked   bool   // somebody is marked with @ or named by an address, which people write to Gave on purpose
}

// Item is one thing that a line says. Fields that do not belong to its kind are empty.
type Item struct {
	Kind         Kind
	Span         text.Span // the part of the line that it was read from; parts of different items do not overlap
	People       []Mention // with whom, about whom, to whom it was given, from whom it came
	Others       []Mention // introduction: to whom; otherwise people that are spoken of
	Via          []Mention // return: those of Others over whom it came
	Medium       string    // interaction and person: "face", "video", "call", "message" or "mail"
	Activity     string    // the word that told the medium: "lunch", "gebeld"
	When         when.Date // zero when the line does not say; need and ask: the deadline
	Duration     time.Duration
	Title        string // what it was about, or what the gift is called
	Place        string // place or occasion; fact: the new place
	Text         string // what is needed, liked, given, asked or noted
	Fact         string // "organisation", "place", "birthday", "phone" or "skill"
	Organisation string // fact: where somebody works
	Role         string // fact: as what
	// "knowledge", "introduction", "time", "tip", "resource", "feedback", "visibility", "referral" or ""
	Gift     string
	Return   string   // "job", "booking", "collaboration", "tip", "introduction" or ""
	Everyone bool     // gift: to everybody
	Received bool     // praise: People praised or thanked the writer
	Link     string   // a web address, as written
	Tags     []string // without the #, folded
}

// Mention is a person named in a line.
type Mention struct {
	Text         string    // as written, without the @ and quotes
	Span         text.Span // empty when the person is meant without being named
	Candidates   []Candidate
	Chosen       string     // id of the candidate that is meant; empty when new or unclear
	New          bool       // nobody known fits
	Name         names.Name // of a new person
	Address      string     // a mail address given with the name
	Phone        string     // a telephone number given with the name, in E.164
	Organisation string     // given with the name in parentheses
	Role         string
	Related      bool // it is somebody of theirs who is meant: the mother of @bob
}

// Reason says why something is unclear.
type Reason string

// The reasons.
const (
	UnclearWords  Reason = "words"  // these words were not understood and are not stored
	UnclearWho    Reason = "who"    // the mention fits more than one person, or none well
	UnclearNobody Reason = "nobody" // something happened, but with whom is not said
	UnclearDate   Reason = "date"   // looks like a date or time, but is none
	UnclearTold   Reason = "told"   // it can be read in more than one way, and was not kept
	UnclearUndone Reason = "undone" // what was read did not happen, or not yet, and was not kept
)

// Unclear is a part of the line that needs another look.
type Unclear struct {
	Span    text.Span
	Text    string
	Reason  Reason
	Choices []Candidate // for UnclearWho
	// Reading is what it was read as, though with doubt; nil when it was not read at all.
	Reading *Item
}

// Parse reads one line in the capture grammar, in Dutch, English or a mix. now sets relative dates and their zone. It
// gives ErrTooLong for a line that is too long and no other error: what cannot be understood is in Unclear. A line
// may say several things, parted by semicolons, or by commas and conjunctions before a new statement: "lunch @anna
// gisteren, ze zoekt een huis". Days without a year lie in the past, or at most 60 days ahead for contact and facts
// (when.Recent); for needs and asks they lie ahead. known may be nil. Parse may be called by many at once.
func Parse(line string, now time.Time, known Directory) (Capture, error) {
	if len(line) > text.MaxLine*utf8.UTFMax || utf8.RuneCountInString(line) > text.MaxLine {
		return Capture{}, ErrTooLong
	}
	p := &parser{line: line, now: now, known: known, tokens: lex(line), found: make(map[string][]Candidate)}
	p.dropFillers()
	p.openDates()
	p.contractions()
	p.used = make([]bool, len(p.tokens))
	p.out.Marked = p.isMarked(clause{0, len(p.tokens)})
	p.uncompound()
	p.mendDates()
	p.turnRound()
	if p.card() {
		p.out.Language = text.Language(line)
		return p.out, nil
	}
	if p.asNote() {
		p.out.Language = text.Language(line)
		return p.out, nil
	}
	for all := p.clauses(); len(all) > 0; all = all[1:] {
		if len(all) > 1 && p.remarked(all[0], all[1]) {
			all = all[1:]
			continue
		}
		p.read(all[0])
	}
	p.out.Language = text.Language(line)
	return p.out, nil
}

// remarkable are the kinds of which a remark may say what they were for.
var remarkable = map[Kind]bool{KindPraise: true, KindGift: true, KindReturn: true, KindInteraction: true}

// remarked reads a statement that says nothing without the remark behind it: "Pluim voor @bob, hij heeft alles
// geregeld".
func (p *parser) remarked(c, next clause) bool {
	if next.from != c.to || p.tokens[c.to-1].Stop != ',' || !pronouns[p.rawWord(next.from)] {
		return false
	}
	unclear, before := len(p.out.Unclear), p.before
	used := append([]bool(nil), p.used...)
	undo := func() {
		p.out.Unclear, p.before = p.out.Unclear[:unclear], before
		copy(p.used, used)
	}
	items := len(p.out.Items)
	p.read(c)
	if len(p.out.Items) > items {
		p.out.Items = p.out.Items[:items]
		undo()
		return false
	}
	undo()
	p.read(clause{c.from, next.to})
	if n := len(p.out.Items); n > items && remarkable[p.out.Items[n-1].Kind] {
		return true
	}
	p.out.Items = p.out.Items[:items]
	undo()
	return false
}

// noteHeads stand before a colon at the head of a line that is to be kept as a note, whatever else it could tell.
var noteHeads = text.WordSet("capture", "note.head")

// asNote reads "note: @bob has moved".
func (p *parser) asNote() bool {
	if len(p.tokens) < 2 || !noteHeads[p.rawWord(0)] || p.tokens[0].Stop != ':' {
		return false
	}
	c := clause{1, len(p.tokens)}
	item := Item{Span: p.span(c.from, c.to)}
	p.marks(c, &item)
	p.noteOnly = true
	if !p.note(c, &item) {
		return false
	}
	p.finish(item)
	return true
}

type parser struct {
	line   string
	now    time.Time
	known  Directory
	tokens []text.Token
	used   []bool
	found  map[string][]Candidate // lookups already made
	before []Mention              // people of the item before, for pronouns
	out    Capture
	// noteOnly says that the clause tells how somebody is in words that make no fact ("houdt niet van koffie").
	noteOnly bool
	// loose says that what people did together has no word of its own; what is left says it.
	loose bool
	// stray says that words in the middle of a meeting had no reading and were kept as a remark.
	stray bool
	// verb is the token of a verb that stays in what was given where it stands in the middle of it; 0 for none.
	verb int
	// remark is what stands behind a pause, or in parentheses, at the end of a clause whose content is known.
	remark clause
	// leavings are runs of words that an interaction kept without knowing what they say.
	leavings []leaving
}

// clause is a run of tokens that makes one statement.
type clause struct{ from, to int }

// word is the folded word of an unused token, "" for anything else.
func (p *parser) word(i int) string {
	if i < 0 || i >= len(p.tokens) || p.used[i] || p.tokens[i].Kind != text.WordToken {
		return ""
	}
	return p.tokens[i].Word
}

// span is the piece of the line from token from up to, not including, token to.
func (p *parser) span(from, to int) text.Span {
	if p.tokens[to-1].End < p.tokens[from].Start { // turned round
		return text.Span{Start: p.tokens[to-1].Start, End: p.tokens[from].End}
	}
	return text.Span{Start: p.tokens[from].Start, End: p.tokens[to-1].End}
}

// textOf is what stands there.
func (p *parser) textOf(from, to int) string { return clean(p.span(from, to).In(p.line)) }

// read understands one clause and adds its item.
func (p *parser) read(c clause) {
	item := Item{Span: p.span(c.from, c.to)}
	p.marks(c, &item)
	p.noteOnly, p.loose, p.stray, p.leavings, p.verb, p.remark = false, false, false, nil, 0, clause{}
	tries := []func(clause, *Item) bool{
		p.introduction, p.praise, p.returned, p.gift, p.ask, p.state, p.interaction, p.personAlone,
	}
	understood := p.attempt(tries, c, &item)
	if !understood && !p.noteOnly && p.mendContact(c) {
		understood = p.interaction(c, &item)
	}
	if !understood && !p.noteOnly && p.mendDeed(c) {
		understood = p.attempt(tries[:4], c, &item)
	}
	if understood || p.note(c, &item) {
		if reason := p.doubt(c, item); reason != "" {
			p.unclear(p.span(c.from, c.to), reason, nil)
			at := len(p.out.Unclear) - 1
			p.settle(&item)
			p.out.Unclear[at].Reading = &item
			return
		}
		p.finishWithRemark(item)
		return
	}
	p.nothing(c)
}

func (p *parser) attempt(tries []func(clause, *Item) bool, c clause, item *Item) bool {
	for _, try := range tries {
		if try(c, item) {
			return true
		}
	}
	return false
}

// finish adds an item, with what is unclear about its people.
func (p *parser) finish(item Item) {
	p.settle(&item)
	if len(item.People) > 0 {
		p.before = item.People
	}
	p.out.Items = append(p.out.Items, item)
}

// finishWithRemark adds an item, and what was said beside it as a note, so that no words are lost.
func (p *parser) finishWithRemark(item Item) {
	r := p.remark
	if r.from >= r.to {
		p.finish(item)
		return
	}
	end := p.tokens[r.from-1].End
	within := func(s text.Span) bool { return s.Start == s.End || s.End <= end }
	if item.Span.End != p.tokens[r.to-1].End || end <= item.Span.Start || !within(item.When.Span) ||
		slices.ContainsFunc(slices.Concat(item.People, item.Others, item.Via), func(m Mention) bool {
			return !within(m.Span)
		}) { // it does not stand at the end, so the item keeps it
		item.Text = text.Join("; ", item.Text, p.textOf(r.from, r.to))
		p.finish(item)
		return
	}
	item.Span.End = end
	p.finish(item)
	said := p.span(r.from, r.to)
	words := strings.TrimSuffix(strings.TrimPrefix(clean(said.In(p.line)), "("), ")")
	p.out.Items = append(p.out.Items, Item{Kind: KindNote, Span: said, People: p.meant(said.Start), Text: words})
}

// settle asks who the people of an item are that nobody or more than one may be.
func (p *parser) settle(item *Item) {
	if told := item.Kind == KindNote || item.Kind == KindFact || item.Kind == KindNeed ||
		item.Kind == KindInterest; !told {
		for i := range item.People {
			if m := &item.People[i]; m.Related { // they were not there themselves
				m.Chosen, m.New = "", false
			}
		}
	}
	for _, m := range append(append([]Mention(nil), item.People...), item.Others...) {
		if m.Chosen == "" && !m.New && m.Span.Start < m.Span.End {
			p.unclear(m.Span, UnclearWho, m.Candidates)
		}
	}
}

// nothing reports a clause without any meaning that could be found.
func (p *parser) nothing(c clause) {
	reason := UnclearWords
	for i := c.from; i < c.to; i++ {
		if _, ok := mediumOf(p.tokens[i]); ok {
			reason = UnclearNobody
		}
	}
	for i := c.from + 1; i < c.to && reason == UnclearNobody; i++ {
		// "gebeld met truusje": whoever it is, it may be somebody new.
		word := p.word(i)
		if strongLeads[p.rawWord(i-1)] && len(word) > 1 && !vocabulary()[word] && p.plainWords(i, i+1) {
			p.unclear(p.span(i, i+1), UnclearWho, p.lookup(p.tokens[i].Raw, maxLookups/2))
			return
		}
	}
	p.unclear(p.span(c.from, c.to), reason, nil)
}

func (p *parser) unclear(s text.Span, reason Reason, choices []Candidate) {
	p.out.Unclear = append(p.out.Unclear, Unclear{Span: s, Text: clean(s.In(p.line)), Reason: reason, Choices: choices})
}

// marks takes tags and the first link out of a clause.
func (p *parser) marks(c clause, item *Item) {
	for i := c.from; i < c.to; i++ {
		switch t := p.tokens[i]; {
		case t.Kind == text.TagToken:
			item.Tags = append(item.Tags, t.Word)
			p.used[i] = true
		case t.Kind == text.LinkToken && item.Link == "":
			item.Link = t.Raw
			p.used[i] = true
		}
	}
}

// clean makes a piece of the line fit to be stored and shown: valid, on one line, nothing invisible.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if text.IsInvisible(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}
