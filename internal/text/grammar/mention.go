package grammar

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// lookup asks for the people that a reference may mean, best first.
func (p *parser) lookup(ref string, limit int) []Candidate {
	key := text.Fold(ref)
	if found, ok := p.found[key]; ok {
		return found
	}
	if p.known == nil || len(p.found) >= limit || key == "" {
		return nil
	}
	var found []Candidate
	seen := make(map[string]bool)
	for _, c := range p.known.Lookup(ref) {
		if c.Score >= names.LeastScore && c.ID != "" && !seen[c.ID] {
			seen[c.ID] = true
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	if len(found) > maxChoices {
		found = found[:maxChoices]
	}
	p.found[key] = found
	return found
}

// sure gives the candidate that is meant beyond doubt, or "".
func sure(found []Candidate) string {
	if len(found) == 0 || found[0].Score < SureScore || len(found) > 1 && found[0].Score-found[1].Score < ScoreMargin {
		return ""
	}
	return found[0].ID
}

// mention makes a Mention of a reference in the line.
func (p *parser) mention(ref string, span text.Span) Mention {
	m := Mention{Text: ref, Span: span, Candidates: p.lookup(ref, maxLookups)}
	m.Chosen = sure(m.Candidates)
	if address, ok := addresses.Mail(ref); ok {
		m.Address = address
	}
	if len(m.Candidates) == 0 {
		m.New = true
		m.Name = names.Parse(ref)
		if m.Address == "" && !strings.Contains(ref, " ") && strings.ContainsAny(ref, "._") { // @anna.jansen
			m.Name = names.FromAddress(ref + "@")
		}
		given := m.Name.Given
		if m.Address == "" && given != "" && m.Name.Family == "" && given == text.LowerASCII(given) {
			m.Name.Given = names.TitleWord(given, false)
			m.Name.Full = m.Name.Given
		}
	}
	return m
}

// personAt reads a person at token i, with the details in parentheses behind it, and gives the token after.
func (p *parser) personAt(i, to int, c clause) (Mention, int, bool) {
	if i >= to || p.used[i] {
		return Mention{}, i, false
	}
	t := p.tokens[i]
	var m Mention
	next := i + 1
	switch t.Kind {
	case text.MentionToken, text.AddressToken:
		m = p.mention(t.Raw, t.Span)
	case text.WordToken:
		var ok bool
		if m, next, ok = p.bareName(i, to, c); !ok {
			return Mention{}, i, false
		}
		m.Related = p.isRelated(i, next, c)
	default:
		return Mention{}, i, false
	}
	for k := i; k < next; k++ {
		p.used[k] = true
	}
	if i > c.from && names.IsTitle(p.word(i-1)) {
		p.used[i-1] = true // "mevrouw Prins"
	}
	if next < to && !p.used[next] && p.tokens[next].Kind == text.GroupToken && p.tokens[next-1].Stop == 0 &&
		(m.Chosen == "" || t.Kind != text.WordToken || isDetail(p.tokens[next].Raw)) {
		p.used[next] = true
		m.details(p.tokens[next].Raw)
		m.byOrganisation()
		next++
	} else if end := p.employedEnd(next, to); m.New && end > next {
		for k := next; k < end; k++ {
			p.used[k] = true
		}
		m.details(p.textOf(next, end))
		next = end
	} else if m.New && next < to && p.apposed(next, to) {
		end := next
		for end < to && (end == next || p.tokens[end-1].Stop == 0) {
			p.used[end] = true
			end++
		}
		m.details(p.textOf(next, end))
		next = end
	}
	return m, next, true
}

// isDetail tells whether what stands in parentheses behind somebody who is known says who they are rather than what
// happened: an organisation, a post, an address.
func isDetail(inside string) bool {
	first, _, _ := strings.Cut(clean(inside), " ")
	if employers[text.Fold(first)] || strings.ContainsAny(inside, "@0123456789") ||
		strings.ContainsFunc(first, unicode.IsUpper) {
		return true
	}
	for word := range strings.FieldsSeq(text.Fold(strings.ReplaceAll(inside, ",", " "))) {
		if isRole(word) {
			return true
		}
	}
	return false
}

// employedEnd is where "van ACME" behind a name ends.
func (p *parser) employedEnd(i, to int) int {
	if i < 1 || i+1 >= to || !employerOf[p.word(i)] || text.IsCapitalised(p.tokens[i].Raw) || p.tokens[i-1].Stop != 0 ||
		!text.IsCapitalised(p.tokens[i+1].Raw) || p.isDated(i+1) || p.isKnown(i+1, i+2) {
		return i
	}
	end := i + 1
	for end < to && !p.used[end] && p.tokens[end].Kind == text.WordToken && text.IsCapitalised(p.tokens[end].Raw) &&
		(end == i+1 || p.tokens[end-1].Stop == 0) && !p.isDated(end) {
		end++
	}
	return end
}

// details reads what stands in parentheses behind a name: (ACME, sales), (designer bij ACME), (carla@acme.nl).
func (m *Mention) details(inside string) {
	var parts []string
	for part := range strings.SplitSeq(inside, ",") {
		part = clean(part)
		if first, rest, ok := strings.Cut(part, " "); ok && employers[text.Fold(first)] && rest != "" { // (van ACME)
			m.Organisation = clean(rest)
			continue
		}
		if address, ok := addresses.Mail(part); ok {
			m.Address = address
			continue
		}
		if phone, ok := addresses.Phone(part, "NL"); ok {
			m.Phone = phone
			continue
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	switch {
	case len(parts) == 0:
	case m.Organisation != "":
		m.Role = strings.Join(parts, ", ")
	case len(parts) == 1:
		if role, organisation, ok := cutAt(parts[0]); ok {
			if m.Organisation = organisation; !adverbs[text.Fold(role)] { // "nu bij ACME"
				m.Role = role
			}
		} else if text.IsCapitalised(parts[0]) ||
			strings.ContainsFunc(parts[0], func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
			m.Organisation = parts[0]
		} else {
			m.Role = parts[0]
		}
	default:
		m.Organisation, m.Role = parts[0], strings.Join(parts[1:], ", ")
		if !text.IsCapitalised(parts[0]) && text.IsCapitalised(parts[1]) && len(parts) == 2 { // (sales, ACME)
			m.Organisation, m.Role = parts[1], parts[0]
		}
	}
}

// byOrganisation chooses of namesakes the one who is known to be where the line says: Emma (Rabobank).
func (m *Mention) byOrganisation() {
	if m.Chosen != "" || m.Organisation == "" {
		return
	}
	for _, candidate := range m.Candidates {
		if text.Fold(candidate.Detail) == text.Fold(m.Organisation) {
			if m.Chosen != "" {
				m.Chosen = ""
				return
			}
			m.Chosen = candidate.ID
		}
	}
}

// employerMarks part what somebody does from where, in the order in which they count.
var employerMarks = append(text.Spaced("capture", "employer.first"), text.Spaced("capture", "employer.then")...)

var (
	employers  = text.WordSet("capture", "employer")
	employerOf = text.WordSet("capture", "employer.of") // behind a name, before where somebody works
)

// cutAt splits "designer bij ACME" and "designer at ACME".
func cutAt(s string) (role, organisation string, ok bool) {
	lowered := text.LowerASCII(s)
	for _, mark := range employerMarks {
		if at := strings.Index(lowered, mark); at > 0 {
			return strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+len(mark):]), true
		}
	}
	return "", "", false
}

const maxNameWords = 6

// bareName reads a name without a mark: of a known person, or of a new one where a person must stand.
func (p *parser) bareName(i, to int, c clause) (Mention, int, bool) {
	end := p.nameRun(i, to)
	lead := p.leadBefore(i, c)
	if end == i {
		return p.smallPerson(i, to, c)
	}
	// "trots op @bob", but "op Texel"
	if lead != placeLead || names.IsGiven(p.tokens[i].Word) || p.isPossessive(i) && p.first(c, withWords) < 0 {
		if long := p.longRun(i, to); long > end { // Jan op de Beek, when he is known
			if found := p.lookup(p.textOf(i, long), maxLookups/2); len(found) > 0 && found[0].Score >= SureScore {
				return p.mention(p.textOf(i, long), p.span(i, long)), long, true
			}
		}
		// Of a longer name no single word counts: "Carla Jansen" is not the Carla that is known.
		for stop := end; stop > i && (stop > i+1 || end == i+1); stop-- {
			if names.IsParticle(p.tokens[stop-1].Word) && stop > i+1 {
				continue // a name does not end with "van"
			}
			ref := strings.TrimSuffix(strings.TrimSuffix(p.textOf(i, stop), "'s"), "’s")
			if name := p.genitive(i); name != "" && stop == i+1 {
				ref = name
			}
			if found := p.lookup(ref, maxLookups/2); len(found) > 0 && found[0].Score >= SureScore {
				return p.mention(ref, p.span(i, stop)), stop, true
			}
			if lead == noLead {
				break // without a sign that a person follows, only the whole run counts
			}
		}
	}
	if !text.IsCapitalised(p.tokens[i].Raw) && lead != strongLead && p.isKnown(i+1, end) {
		return Mention{}, i, false // "van Ingrid" is no name, Ingrid is
	}
	if lead == noLead && end < to && end-i >= 2 && mediumWords[p.rawWord(end)] != "" {
		lead = strongLead // "Mark de Groot ontmoet"
	}
	if lead == noLead && (end-i >= 2 || names.IsGiven(p.tokens[i].Word)) && p.describes(i, c) {
		lead = strongLead // "met onze nieuwe buurman Tijn Bouman"
	}
	if lead == noLead && end-i >= 2 && (p.tokens[i-1].Stop == ':' || p.tokens[i-1].Stop == ',') &&
		(p.first(c, acquainted) >= 0 || p.first(clause{c.from, min(c.to, c.from+3)}, metWords) >= 0) {
		lead = strongLead // "kennisgemaakt met de nieuwe wethouder, Fleur Vos"
	}
	if named := p.pastTitle(i, end); named > i && end-named >= 2 && lead != placeLead {
		if !names.IsTitle(p.tokens[i].Word) { // "wijkagent Ronald Kuipers"
			i = named
		}
		lead = strongLead
	}
	if lead == weakLead && end-i >= 2 && (andWords[p.rawWord(i-1)] ||
		mediumOfWords[p.rawWord(i-1)] && mediumWords[p.rawWord(i-2)] != "") { // "mail from Carla Jansen"

		lead = strongLead // beside another person
	}
	first := p.tokens[p.pastTitle(i, end)].Word
	known := names.IsGiven(first) && !names.IsParticle(first) ||
		names.IsInitials(p.tokens[i].Raw) && (lead == strongLead || strings.Contains(p.tokens[i].Raw, "."))
	switch {
	case lead == strongLead && (end-i >= 2 || known || withWords[p.rawWord(i-1)] && !text.IsUpper(p.tokens[i].Raw)),
		lead == weakLead && known:
		// A name like this was looked up before and nobody fits surely; the candidates stay as choices.
		m := p.mention(p.textOf(i, end), p.span(i, end))
		if found := p.lookup(p.tokens[i].Raw, maxLookups/2); m.New && end-i >= 2 && lead == weakLead && i == c.from &&
			len(found) > 0 && found[0].Score >= SureScore {
			m.New, m.Candidates = false, found // "Marieke Excel geleerd": the Marieke who is known, or another
		}
		if m.New && end-i == 2 && vocabulary()[p.tokens[end-1].Word] && !names.IsParticle(p.tokens[end-1].Word) {
			if found := p.lookup(p.tokens[i].Raw, maxLookups/2); len(found) > 0 && found[0].Score >= SureScore {
				m.New, m.Candidates = false, found // "Rachel Mon": a family name, or a word of its own
			}
		}
		if m.New && end == i+1 && !names.IsGiven(p.tokens[i].Word) && !newLeads[p.rawWord(i-1)] {
			if found := p.slipped(p.tokens[i].Raw); len(found) > 0 {
				m.New, m.Candidates = false, found // "lunch with Luara"
			}
		}
		return m, end, true
	}
	return Mention{}, i, false
}

var newLeads = text.WordSet("capture", "lead.new") // say that somebody is new here

// pastTitle gives where a name begins behind titles and what somebody is: Mrs, wijkagent.
func (p *parser) pastTitle(i, end int) int {
	for k := i; k < end-1; k++ {
		if word := p.tokens[k].Word; !names.IsTitle(word) && (!roles[word] || !names.IsGiven(p.tokens[k+1].Word)) {
			return k
		}
	}
	return max(i, end-1)
}

var (
	namePlaces = text.WordSet("capture", "name.place") // particles of names that mostly open a place: Anna in Utrecht
	nameOld    = text.WordSet("capture", "name.old")   // behind one of them they make it a name: in 't Veld
)

// nameRun gives the end of the run of name words at i: capitalised words with particles between them.
func (p *parser) nameRun(i, to int) int {
	end := p.longRun(i, to)
	for k := i + 1; k < end; k++ {
		word := p.word(k)
		if namePlaces[word] && !text.IsCapitalised(p.tokens[k].Raw) && !nameOld[p.word(k+1)] ||
			k >= i+2 && p.employedEnd(k, end) > k && names.IsGiven(p.tokens[i].Word) && !names.IsParticle(p.word(k-1)) {
			return k // "Carla Jansen van ACME"
		}
	}
	return end
}

// longRun is nameRun with all particles, as in Jan op de Beek.
func (p *parser) longRun(i, to int) int {
	end := i
	for k := i; k < to && k < i+maxNameWords; k++ {
		t := p.tokens[k]
		if p.used[k] || t.Kind != text.WordToken || t.Raw == "@" {
			break
		}
		upper := text.IsCapitalised(t.Raw) ||
			len(t.Raw) > 2 && strings.ContainsAny(t.Raw[:1], "dl") && strings.ContainsAny(t.Raw[1:2], "'") &&
				text.IsCapitalised(t.Raw[2:]) && k > i
		switch {
		case upper && k == i &&
			(mediumWords[t.Word] != "" || glue[t.Word] && !names.IsParticle(t.Word) || when.IsRelativeDay(t.Word) ||
				gaveWords[t.Word] || gotWords[t.Word] ||
				askWords[t.Word] || introWords[t.Word] || pronouns[t.Word] || len(predicatesBy[t.Word]) > 0 ||
				placeWords[t.Word] || timeWords[t.Word] || sentWords[t.Word] || opensDeed(t.Word)):
			return i
		case upper && k > i && iWords[t.Word] && t.Stop != '.': // "with Tom I bought"
			return end
		case upper && isDateWord(t.Word) && !(k > i):
			return i
		case upper && k > i && when.IsWeekday(t.Word) &&
			(!names.IsGiven(t.Word) || text.IsDigits(firstOf(p.rawText(k+1)))):
			return end // "Rachel Mon 9am"
		case upper && k == i && (namePlaces[t.Word] || glue[t.Word]) && k+1 < to && names.IsParticle(t.Word) &&
			names.IsGiven(p.word(k+1)): // "Aan Dirk gevraagd"
			return i
		case upper && strings.ContainsFunc(t.Raw, func(r rune) bool { return r >= '0' && r <= '9' }):
			return end
		case upper:
			if end = k + 1; strings.HasSuffix(t.Raw, "'s") || strings.HasSuffix(t.Raw, "’s") {
				return end // "David's CV"
			}
		case k+1 < to && names.IsParticle(t.Word) &&
			(k > i || strings.ContainsRune(t.Word, '\'') || openingParticles[t.Word]):
		default:
			return end
		}
		short := names.IsInitials(t.Raw+".") && !names.IsGiven(t.Word) || names.IsTitle(t.Word) ||
			names.IsParticle(t.Word+".")
		if t.Stop != 0 && !(t.Stop == '.' && short) {
			break
		}
	}
	return end
}

// firstOf is the first byte of a text, if there is one.
func firstOf(s string) string { return s[:min(1, len(s))] }

// opensDeed tells a verb that may open a line with a capital and is no given name.
func opensDeed(word string) bool {
	return (givenAs[word] != "" || doneFor[word] || carriedWords[word] || praiseVerbs[word] || praiseSays[word] ||
		praiseLiked[word] || referWords[word] || forwardedWords[word] || borrowedWords[word] || invitedWords[word] ||
		orderedWords[word] || events[word] || requests[word] || went[word] || thenWords[word]) && !names.IsGiven(word)
}

func isDateWord(word string) bool {
	return (when.IsWeekday(word) || when.IsMonth(word)) && !names.IsGiven(word)
}

type leadKind uint8

const (
	noLead leadKind = iota
	placeLead
	weakLead
	strongLead
)

// rawWord is the folded word of a token, used or not.
func (p *parser) rawWord(i int) string {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].Kind != text.WordToken {
		return ""
	}
	return p.tokens[i].Word
}

var (
	placeLeads       = text.WordSet("capture", "lead.place")
	openingParticles = text.WordSet("names", "particle.opening") // may open a name, also with a small letter
)

// leadBefore says what the word before token i makes of it.
func (p *parser) leadBefore(i int, c clause) leadKind {
	if i <= c.from {
		return weakLead
	}
	for i-1 > c.from && p.isDated(i-1) { // "ontmoette vandaag Carla"
		i--
	}
	word := p.rawWord(i - 1)
	switch {
	case strongLeads[word]:
		return strongLead
	case placeLeads[word]:
		return placeLead
	case weakLeads[word] || mediumWords[word] != "":
		return weakLead
	case andWords[word] && i-2 >= c.from && p.used[i-2], p.tokens[i-1].Stop == ',' && p.used[i-1]:
		return weakLead
	}
	return noLead
}

// people reads all persons between two tokens, first those with a mark.
func (p *parser) people(from, to int, c clause) []Mention {
	var found []Mention
	for i := from; i < to; {
		m, next, ok := p.personAt(i, to, c)
		if !ok {
			i = p.pastName(i, to)
			continue
		}
		if !slices.ContainsFunc(found, func(o Mention) bool {
			return m.Chosen != "" && o.Chosen == m.Chosen || text.Fold(o.Text) == text.Fold(m.Text)
		}) {
			found = append(found, m)
		}
		i = next
	}
	return found
}

// pastName gives where to look on behind a run of name words that is nobody: behind its particle, for in "moeder van
// Piet" and "van Piet" it is Piet who may be somebody.
func (p *parser) pastName(i, to int) int {
	end := p.nameRun(i, to)
	for k := i; k < end; k++ {
		if !text.IsCapitalised(p.tokens[k].Raw) {
			return k + 1
		}
	}
	return max(i+1, end)
}

// meant gives the people of the item before, for a pronoun or a statement without a subject.
func (p *parser) meant(at int) []Mention {
	people := make([]Mention, len(p.before))
	for i, m := range p.before {
		m.Span = text.Span{Start: at, End: at}
		m.Organisation, m.Role, m.Address, m.Phone = "", "", "", ""
		people[i] = m
	}
	return people
}

// isKnown tells whether the words between two tokens are somebody who is known, or a given name.
func (p *parser) isKnown(from, to int) bool {
	if from >= to {
		return false
	}
	if names.IsGiven(p.tokens[from].Word) && to == from+1 {
		return true
	}
	ref := strings.TrimSuffix(strings.TrimSuffix(p.textOf(from, to), "'s"), "’s")
	found := p.lookup(ref, maxLookups/2)
	return len(found) > 0 && found[0].Score >= SureScore
}

// smallPerson reads a name that is typed in small letters, where a person may stand. A word behind it that says nothing
// else may be a family name that nobody here has: then it asks.
func (p *parser) smallPerson(i, to int, c clause) (Mention, int, bool) {
	word := p.word(i)
	behind := strongLeads[p.rawWord(i-1)] || andWords[p.rawWord(i-1)] && i-2 >= c.from && p.used[i-2] ||
		i > c.from && p.tokens[i-1].Stop == ',' && p.used[i-1]
	if thenWords[p.rawWord(i-1)] {
		behind = true
	}
	if lead := p.leadBefore(i, c); !behind && (lead == noLead || lead == placeLead) && !p.isVerb(i+1) &&
		!p.isVerb(i+2) && !p.isDated(i-1) {
		return Mention{}, i, false
	}
	end := p.smallName(i, to)
	if end == i {
		if word == "" || !behind || !names.IsGiven(word) || strongLeads[word] || isVocabulary(word) {
			return Mention{}, i, false
		}
		end = i + 1
	} else if !behind && p.leadBefore(i, c) == noLead && !p.isVerb(end) && !p.isDated(i-1) {
		return Mention{}, i, false
	}
	m := p.mention(p.textOf(i, end), p.span(i, end))
	if tail := p.word(end); end == i+1 && end < to && tail != "" && p.tokens[i].Stop == 0 && !isVocabulary(tail) &&
		!text.IsDigits(tail[:1]) && p.isFamily(end, to) {
		m.Text, m.Span = p.textOf(i, end+1), p.span(i, end+1)
		if m.Chosen, m.New = "", len(m.Candidates) == 0; m.New { // nobody of that name is known either
			m.Name = names.Parse(m.Text)
		}
		end++
	}
	return m, end, true
}

// isFamily tells whether a word may be the end of a name: nothing follows, or a word with a meaning of its own.
func (p *parser) isFamily(i, to int) bool {
	return i+1 >= to || p.tokens[i].Stop != 0 || p.word(i+1) == "" && !isParticiple(p.rawWord(i+1)) ||
		isVocabulary(p.word(i+1)) && !isParticiple(p.rawWord(i+1)) ||
		text.IsDigits(firstOf(p.word(i+1)))
}

// smallName gives the end of a known name in small letters at token i; i when there is none.
func (p *parser) smallName(i, to int) int {
	word := p.word(i)
	if word == "" || utf8.RuneCountInString(word) < 2 || isVocabulary(word) || articles[p.rawWord(i-1)] ||
		text.IsDigits(p.rawWord(i-1)) && when.IsMonth(word) {
		return i
	}
	found := p.lookup(p.tokens[i].Raw, maxLookups/2)
	if len(found) > 0 && !strings.HasPrefix(text.Fold(found[0].Name), word) && !strongLeads[p.rawWord(i-1)] &&
		text.Language(p.line) != "" && i > 0 && giftTo[p.rawWord(i-1)] {
		return i // "for green schoolyards" is nothing to Rachel Green
	}
	if len(found) == 0 || found[0].Score < SureScore {
		// "el amrani", "jw mulder" behind "with"
		if next := p.word(i + 1); i+1 < to && next != "" && !isVocabulary(next) && strongLeads[p.rawWord(i-1)] {
			if both := p.lookup(p.textOf(i, i+2), maxLookups/2); len(both) > 0 && both[0].Score >= SureScore {
				return i + 2
			}
		}
		return i
	}
	end := i + 1
	for _, candidate := range found {
		words := strings.Fields(text.Fold(candidate.Name))
		n := 0
		for n < len(words) && i+n < to && p.word(i+n) == words[n] {
			n++
		}
		if n == len(words) {
			end = max(end, i+n)
		}
	}
	if next := p.word(end); end == i+1 && end < to && next != "" && !isVocabulary(next) && p.tokens[i].Stop == 0 {
		if both := p.lookup(p.textOf(i, end+1), maxLookups/2); len(both) > 0 && both[0].Score >= SureScore {
			end++
		}
	}
	return end
}

// isVerb tells whether a token says what is done with the person before it: anna gebeld, anna zoekt.
func (p *parser) isVerb(i int) bool {
	word := p.rawWord(i)
	_, gives := givenAs[word]
	return gives || mediumWords[word] != "" || participles[word] || haveWords[word] || gaveWords[word] ||
		gotWords[word] || askWords[word] || introWords[word] || sentWords[word] || timeWords[word] ||
		praiseVerbs[word] || len(predicatesBy[word]) > 0
}

// isDated tells whether a token belongs to a date: gisteren anna gesproken.
func (p *parser) isDated(i int) bool {
	word := p.rawWord(i)
	return i >= 0 && (when.IsRelativeDay(word) || isDateWord(word) || datelike[word])
}

// describes tells whether a few small words before token i say who the person there is, behind "with".
func (p *parser) describes(i int, c clause) bool {
	if !text.IsCapitalised(p.tokens[i].Raw) {
		return false // "met de man van Nadia"
	}
	for k := i - 1; k >= c.from && k >= i-4; k-- {
		switch t := p.tokens[k]; {
		case withWords[t.Word] && t.Kind == text.WordToken:
			return k < i-1
		case p.used[k], t.Kind != text.WordToken, text.IsCapitalised(t.Raw), t.Stop != 0 &&
			t.Stop != '.', placeWords[t.Word]:
			return false
		}
	}
	return false
}

var relations = text.WordSet("capture", "relation") // who belongs to somebody: moeder, boss

// isRelated tells "de moeder van @bob", "bob zijn vrouw" and "Bob's wife", where not bob himself is meant.
func (p *parser) isRelated(i, next int, c clause) bool {
	if i-2 >= c.from && ofWords[p.rawWord(i-1)] && relations[p.rawWord(i-2)] {
		return true
	}
	if p.tokens[next-1].Stop != 0 {
		return false
	}
	if theirs[p.rawWord(next)] && relations[p.rawWord(next+1)] && next+1 < c.to {
		return true
	}
	raw := strings.ReplaceAll(p.tokens[next-1].Raw, "’", "'")
	return (strings.HasSuffix(raw, "'s") || strings.HasSuffix(raw, "s'")) && next < c.to && relations[p.rawWord(next)]
}

var theirs = text.WordSet("capture", "pronoun.own") // between somebody and who is theirs: bob zijn vrouw
