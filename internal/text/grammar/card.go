package grammar

import (
	"regexp"
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// Cards: lines that are pasted from somewhere, or typed like a visiting card. A name stands at the head, and behind
// each pause what they are, where, a number, an address: "Carla Jansen | designer | ACME", "Bob, 06 12345678".

// chunk is a piece of a card between two pauses, and what it was read as.
type chunk struct {
	clause
	text, kind string
}

// What a chunk of a card may be.
const (
	chunkPhone        = "phone"
	chunkMail         = "mail"
	chunkLink         = "link"
	chunkBorn         = "born"
	chunkAddress      = "address" // of a house
	chunkPost         = "post"    // a role with where it is held
	chunkRole         = "role"
	chunkOrganisation = "organisation"
	chunkOther        = ""
)

// card reads a line that is the card of one person. At least one piece must be of a kind that nothing but a card has.
func (p *parser) card() bool {
	chunks := p.chunks()
	if len(chunks) == 0 {
		return false
	}
	from, lead := p.cardLead(chunks[0].clause)
	if from == chunks[0].to { // "Nieuw lid: Carla Jansen, sopraan"
		if chunks = chunks[1:]; len(chunks) == 0 {
			return false
		}
		from = chunks[0].from
	}
	end := p.oneName(from, chunks[0].to)
	if end == from || p.othersBehind(end) {
		return false
	}
	inline := false
	if rest := (clause{end, chunks[0].to}); rest.from < rest.to { // "Carla's new number 06 12345678"
		rest.from = p.pastCardWords(rest)
		if rest.from == rest.to {
			end = rest.to
		} else {
			chunks = slices.Insert(chunks, 1, chunk{clause: rest})
			inline = true
		}
	}
	details := chunks[1:]
	sure, role := false, false
	for i := range details {
		d := &details[i]
		d.text = p.textOf(d.from, d.to)
		d.kind = p.chunkKind(*d, lead || role)
		if i == 0 && inline && !contactKinds[d.kind] { // without a pause only a number or the like is sure
			return false
		}
		role = role || d.kind == chunkRole
		sure = sure || d.kind != chunkOther && d.kind != chunkOrganisation
	}
	if !sure && !(lead && len(details) > 0 && len(details) <= maxLeadDetails) {
		return false
	}
	strange := func(d chunk) bool { return d.kind == chunkOther && d.from+1 < d.to }
	reached := func(d chunk) bool { return contactKinds[d.kind] }
	if !lead && slices.ContainsFunc(details, strange) && !slices.ContainsFunc(details, reached) {
		return false
	}
	who, _, ok := Mention{}, 0, false
	if !lead {
		who, _, ok = p.personAt(from, end, clause{from, end})
	}
	if !ok {
		ref := strings.TrimSuffix(strings.TrimSuffix(p.textOf(from, end), "'s"), "’s")
		who = p.mention(ref, p.span(from, end))
	}
	p.cardItems(who, clause{chunks[0].from, chunks[0].to}, details)
	return true
}

// maxLeadDetails is how many pieces may follow a name that a line says to be new.
const maxLeadDetails = 4

// contactKinds are what somebody is reached by.
var contactKinds = map[string]bool{chunkPhone: true, chunkMail: true, chunkLink: true, chunkBorn: true}

// cardItems makes of a card one item for what is known of somebody, and a note of what has no place of its own.
func (p *parser) cardItems(who Mention, head clause, details []chunk) {
	item := Item{Kind: KindFact, Span: p.span(head.from, head.to)}
	note := Item{Kind: KindNote}
	for _, d := range details {
		switch d.kind {
		case chunkPhone:
			who.Phone, _ = cardPhone(d.text)
			item.Fact, item.Text = "phone", who.Phone
		case chunkMail:
			who.Address, _ = addresses.Mail(p.tokens[d.to-1].Raw)
		case chunkLink:
			item.Link = d.text
		case chunkBorn:
			born, _ := when.DateIn(p.tokens[d.from:d.to], make([]bool, d.to-d.from), p.now, when.Past)
			item.Fact, item.When = "birthday", born
		case chunkPost:
			item.Role, item.Organisation, _ = cardPost(d.text)
		case chunkRole:
			item.Role = text.Join(", ", item.Role, trimArticle(d.text))
		case chunkOrganisation:
			item.Organisation = text.Join(", ", item.Organisation, cardOrganisation(d.text))
		default:
			if note.Text = text.Join(", ", note.Text, d.text); note.Span.End == 0 {
				note.Span = p.span(d.from, d.to)
			}
		}
		if note.Text == "" {
			item.Span = p.span(head.from, d.to)
		}
	}
	if item.Fact == "phone" && item.Organisation == "" {
		who.Phone = ""
	}
	switch {
	case item.Organisation != "" && who.New:
		who.Organisation, who.Role = item.Organisation, item.Role
		item.Kind, item.Fact, item.Text, item.Organisation, item.Role = KindPerson, "", "", "", ""
	case item.Organisation != "" && item.Fact != "birthday":
		item.Fact, item.Text = "organisation", ""
	case item.Role != "" && item.Fact == "":
		item.Fact = "role"
	case item.Fact == "":
		item.Kind = KindPerson
	}
	item.People = []Mention{who}
	if item.Fact == "" && who.Address == "" && who.Organisation == "" && item.Link == "" { // where somebody lives
		whole := text.Span{Start: item.Span.Start, End: max(item.Span.End, note.Span.End)}
		item = Item{Kind: KindNote, Span: whole, Text: note.Text, People: []Mention{who}}
		note.Text = ""
	}
	p.finish(item)
	if note.Text != "" {
		note.People = []Mention{who}
		note.People[0].Span = text.Span{Start: note.Span.Start, End: note.Span.Start}
		p.finish(note)
	}
}

// maxAbbreviation is how many letters a word has at most that a full stop may abbreviate.
const maxAbbreviation = 5

// chunks cuts a line at its pauses.
func (p *parser) chunks() (all []chunk) {
	from := 0
	for i, t := range p.tokens {
		short := abbreviations[t.Word] || len(t.Word) <= maxAbbreviation && i+1 < len(p.tokens)
		stop := t.Stop != 0 && !(t.Stop == '.' && short)
		if i+1 < len(p.tokens) && !stop {
			continue
		}
		all = append(all, chunk{clause: clause{from, i + 1}})
		from = i + 1
	}
	return all
}

var (
	cardLeads = text.WordSet("capture", "card.lead") // open a card: nieuw, contact
	cardWords = text.WordSet("capture", "card.word") // say nothing beside a number or an address: number, mail
	bornWords = text.WordSet("capture", "card.born")
	roleTails = lang.Words("capture", "role.tail") // end words for what people are: …manager
	streets   = lang.Words("capture", "street.tail")
)

// cardLead passes the words that say that a card follows.
func (p *parser) cardLead(c clause) (from int, lead bool) {
	for from = c.from; from < c.to; from++ {
		word := p.word(from)
		if !cardLeads[word] && !(lead && (isRole(word) || giftTo[word] || cardWords[word] || ofWords[word])) {
			break
		}
		lead = true
	}
	return from, lead
}

// oneName is where the name of one person that begins at a token ends.
func (p *parser) oneName(i, to int) int {
	if i >= to {
		return i
	}
	switch p.tokens[i].Kind {
	case text.MentionToken:
		return i + 1
	case text.WordToken:
		for i < to-1 && (names.IsTitle(p.tokens[i].Word) || names.IsTitle(p.tokens[i].Word+".")) {
			i++
		}
		end := p.nameRun(i, to)
		if end == i {
			return p.smallName(i, to)
		}
		if end-i < 2 && !names.IsGiven(p.tokens[i].Word) && !p.isPossessive(i) && !p.isKnown(i, end) {
			return i
		}
		return end
	}
	return i
}

// othersBehind tells whether somebody stands beside who is named up to a token: what follows is of them too.
func (p *parser) othersBehind(end int) bool {
	if andWords[p.rawWord(end)] {
		return true
	}
	for _, t := range p.tokens[end:] {
		if t.Kind == text.MentionToken {
			return true
		}
	}
	return false
}

// pastCardWords passes the words between a name and a number: "new number", "mail is".
func (p *parser) pastCardWords(c clause) int {
	i := c.from
	for i < c.to && (cardWords[p.word(i)] || cardLeads[p.word(i)] || isWords[p.word(i)] || theirs[p.word(i)]) {
		i++
	}
	return i
}

// chunkKind says what a piece of a card is. Behind a role a name is where it is held.
func (p *parser) chunkKind(d chunk, named bool) string {
	d.from = p.pastCardWords(d.clause)
	if d.from == d.to {
		return chunkOther
	}
	switch p.tokens[d.from].Kind {
	case text.AddressToken:
		return chunkMail
	case text.LinkToken:
		return chunkLink
	}
	first, last := p.rawWord(d.from), p.rawWord(d.to-1)
	if _, ok := cardPhone(d.text); ok {
		return chunkPhone
	}
	if bornWords[first] {
		if _, ok := when.DateIn(p.tokens[d.from:d.to], make([]bool, d.to-d.from), p.now, when.Past); ok {
			return chunkBorn
		}
	}
	if postcode.MatchString(d.text) || p.isStreet(d.clause) {
		return chunkAddress
	}
	for i := d.from; i < d.to; i++ {
		if p.tokens[i].Kind != text.WordToken || p.isDated(i) || selves[p.rawWord(i)] || iWords[p.rawWord(i)] {
			return chunkOther
		}
	}
	if d.to-d.from > maxPost {
		return chunkOther
	}
	if _, _, ok := cardPost(p.textOf(d.from, d.to)); ok {
		return chunkPost
	}
	if isRole(last) || isRole(first) {
		return chunkRole
	}
	organisation := cardOrganisation(p.textOf(d.from, d.to))
	if employers[first] && text.IsCapitalised(organisation) || adverbs[first] && employers[p.rawWord(d.from+1)] ||
		text.IsCapitalised(p.tokens[d.to-1].Raw) && (named || p.allCapitalised(d.from, d.to)) &&
			!names.IsGiven(first) && !p.isKnown(d.from, d.to) {
		return chunkOrganisation
	}
	if named && d.to-d.from == 1 { // "Nieuw lid: Carla Jansen, sopraan"
		return chunkRole
	}
	return chunkOther
}

// maxPost is how many words tell what somebody is and where.
const maxPost = 7

// postcode is one of the Netherlands or of the United Kingdom.
var postcode = regexp.MustCompile(`\b(?:[1-9]\d{3} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b`)

// isStreet tells "Dorpsstraat 12" and "12 High Street".
func (p *parser) isStreet(c clause) bool {
	street, number := false, false
	for i := c.from; i < c.to; i++ {
		word := p.rawWord(i)
		number = number || word != "" && text.IsDigits(word[:1]) && len(word) <= 5
		street = street || slices.ContainsFunc(streets, func(end string) bool { return strings.HasSuffix(word, end) })
	}
	return street && number && c.to-c.from <= maxPost
}

// isRole tells a word for what people are.
func isRole(word string) bool {
	return roles[word] || slices.ContainsFunc(roleTails, func(end string) bool {
		return len(word) > len(end)+2 && strings.HasSuffix(word, end)
	})
}

// cardPost splits "hoofd marketing bij ACME"; what stands before must be something that people are.
func cardPost(s string) (role, organisation string, ok bool) {
	if role, organisation, ok = cutAt(s); !ok {
		role, organisation, ok = cutAtCapital(s)
	}
	if !ok || !text.IsCapitalised(trimArticle(organisation)) {
		return "", "", false
	}
	role = trimArticle(role)
	for word := range strings.FieldsSeq(text.Fold(role)) {
		if isRole(word) || strings.HasSuffix(word, ".") {
			return role, organisation, true
		}
	}
	return "", "", false
}

// cutAtCapital splits "techn. dir. ACME", where what stands before has no capital.
func cutAtCapital(s string) (role, organisation string, ok bool) {
	for i := 0; i < len(s); i++ {
		if text.IsCapitalised(s[i:]) && (i == 0 || s[i-1] == ' ') {
			return strings.TrimSpace(s[:i]), s[i:], i > 0
		}
	}
	return "", "", false
}

// cardOrganisation takes "now at" off a name.
func cardOrganisation(s string) string {
	for {
		first, rest, ok := strings.Cut(s, " ")
		if word := text.Fold(first); !ok || !employers[word] && !adverbs[word] {
			return s
		}
		s = rest
	}
}

// cardPhone reads a telephone number, without what stands around it: (work), mobile. Without the code of a country it
// is one of the Netherlands, or else of the United Kingdom.
func cardPhone(s string) (number string, ok bool) {
	if at := strings.IndexByte(s, '('); at > len("+31") {
		s = s[:at]
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '+' && r != '(' })
	if number, ok = addresses.Phone(s, "NL"); !ok {
		number, ok = addresses.Phone(s, "GB")
	}
	return number, ok
}
