package grammar

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/when"
)

var (
	notWords   = text.WordSet("capture", "not")
	notEndings = lang.Words("capture", "not.ending")
	asMarks    = text.Spaced("capture", "as") // between where somebody works and as what
	nextWords  = text.WordSet("dates", "after.one")
)

// state reads what holds for somebody: a need, an interest or a fact.
func (p *parser) state(c clause, item *Item) bool {
	if p.deniedAfter(p.skipSubject(c.from), c) {
		p.noteOnly = true
		return false
	}
	at, found, next := -1, predicate{}, 0
	for i := c.from; i < c.to; i++ {
		if candidate, end, ok := p.predicateAt(i, c.to); ok {
			at, found, next = i, candidate, end
			break
		}
	}
	if at < 0 {
		return p.fan(c, item) || p.post(c, item)
	}
	used := p.keep(c)
	since, dated := p.dates(clause{c.from, at}, when.Recent) // "sinds augustus werkt @anna bij …"
	if !p.opensWith(at, c) {
		return p.reset(c, used)
	}
	for i := at; i < next; i++ {
		p.used[i] = true
	}
	people := p.people(c.from, at, c)
	if len(people) == 0 && dated {
		people = p.peopleAt(next, c)
	}
	if len(people) == 0 && (found.fact == "birthday" || found.fact == "phone") { // "verjaardag @anna 3 mei"
		people = p.people(next, c.to, c)
	}
	if len(people) == 0 && len(p.before) > 0 &&
		(at == c.from || p.first(clause{c.from, at}, pronouns) >= 0 || found.kind != KindFact) {
		people = p.meant(item.Span.Start)
	}
	if len(people) == 0 {
		return p.reset(c, used)
	}
	for i := c.from; i < at; i++ {
		if glue[p.word(i)] || pronouns[p.word(i)] {
			p.used[i] = true
		}
	}
	if found.tail != "" {
		if i := p.tailAt(found.tail, next, c.to); i >= 0 {
			p.used[i] = true
		}
	}
	item.Kind, item.People = found.kind, people
	if dated && found.kind == KindFact {
		item.When = since
	}
	if !p.fill(c, item, found, next) {
		p.noteOnly = found.fact == "is" && !p.isOver(c)
		*item = Item{Span: item.Span, Tags: item.Tags, Link: item.Link}
		return p.reset(c, used)
	}
	return true
}

// fanTails end what somebody is who likes something: jazzliefhebber, jazz lover.
var fanTails = lang.Words("capture", "interest.tail")

// fan reads "@bob is a jazz lover" and "@bob en @eva: allebei jazzliefhebbers".
func (p *parser) fan(c clause, item *Item) bool {
	end := p.personEnd(c.from, c.to)
	start := end
	for start < c.to && (isWords[p.word(start)] || passiveBe[p.word(start)] || adverbs[p.word(start)] ||
		articles[p.word(start)] || glue[p.word(start)]) {
		start++
	}
	if end == c.from || start >= c.to || c.to-start > maxFan {
		return false
	}
	last := p.word(c.to - 1)
	if !slices.ContainsFunc(fanTails, func(tail string) bool {
		return last == tail && c.to-1 > start || len(last) > len(tail)+2 && strings.HasSuffix(last, tail)
	}) {
		return false
	}
	used := p.keep(c)
	if item.People = p.people(c.from, end, c); len(item.People) == 0 {
		return p.reset(c, used)
	}
	p.take(end, start)
	item.Kind, item.Text = KindInterest, p.take(start, c.to)
	return true
}

// maxFan is how many words may say what somebody is a lover of.
const maxFan = 4

// post reads "@bob, now professor at Bristol": a post without a verb, behind an adverb or a pause.
func (p *parser) post(c clause, item *Item) bool {
	end := p.personEnd(c.from, c.to)
	start := end
	for start < c.to && (adverbs[p.word(start)] || articles[p.word(start)]) {
		start++
	}
	if end == c.from || start >= c.to || start == end && p.tokens[end-1].Stop == 0 {
		return false
	}
	role, organisation, ok := cutAt(p.textOf(start, c.to))
	if !ok || !p.isPost(role, organisation) || strings.Count(role, " ") > 2 {
		return false
	}
	words := strings.Fields(text.Fold(role))
	if !isRole(words[len(words)-1]) {
		return false
	}
	used := p.keep(c)
	if item.People = p.people(c.from, end, c); len(item.People) != 1 {
		return p.reset(c, used)
	}
	p.take(end, c.to)
	item.Kind, item.Fact, item.Role, item.Organisation = KindFact, "organisation", role, organisation
	return true
}

// deniedAfter tells a statement with "not" close behind its subject: "houdt niet van", "doesn't like". It is kept as a
// note.
func (p *parser) deniedAfter(subject int, c clause) bool {
	if subject == c.from {
		return false
	}
	for i := subject; i < min(subject+4, c.to); i++ {
		word := p.word(i)
		if i > subject && p.tokens[i-1].Stop != 0 {
			break
		}
		if notWords[word] || slices.ContainsFunc(notEndings, func(end string) bool {
			return strings.HasSuffix(word, end)
		}) {
			return true
		}
	}
	return false
}

// changesAhead are the verbs of a change that is still to come: moving, gaat.
var changesAhead = text.WordSet("capture", "says.ahead")

// fill reads what stands behind the predicate.
func (p *parser) fill(c clause, item *Item, found predicate, next int) bool {
	if found.kind != KindFact {
		if found.kind == KindNeed && theirs[p.word(next)] && relations[p.word(next+1)] {
			return false // "Lotte mist haar moeder"
		}
		if found.kind == KindNeed && p.isPlan(found, next, c) {
			p.noteOnly = true
			return false // "wants to stop", "wil een avond vertellen"
		}
		if found.kind == KindNeed {
			if by, ok := p.deadline(clause{next, c.to}); ok {
				item.When = by
			}
		}
		item.Others = p.marked(clause{next, c.to})
		p.takeContent(c, item)
		if item.Text == "" && item.Title == "" && found.kind == KindInterest && len(found.words) > 1 { // "zingt graag"
			item.Text = strings.Join(found.words, " ")
		}
		if item.Text == "" {
			item.Text, item.Title = item.Title, ""
		} else if item.Title != "" {
			item.Text, item.Title = text.Join(" ", item.Text, item.Title), ""
		}
		return item.Text != "" || item.Link != ""
	}
	item.Fact = found.fact
	switch found.fact {
	case "birthday":
		return p.birthday(c, item)
	case "phone":
		for i := next; i < c.to; i++ {
			for end := min(c.to, i+6); end > i; end-- {
				if p.word(i) == "" || p.word(end-1) == "" {
					continue
				}
				if phone, ok := addresses.Phone(p.textOf(i, end), "NL"); ok {
					p.take(i, end)
					item.Text = phone
					p.rest(c, item)
					return true
				}
			}
		}
		return false
	}
	lean := when.Recent
	if slices.ContainsFunc(found.words, func(word string) bool { return changesAhead[word] }) {
		lean = when.Future
	}
	if since, ok := p.dates(clause{next, c.to}, lean); ok {
		item.When = since
	}
	text := ""
	if found.fact == "job" {
		text = p.left(next, c)
	} else {
		p.takeContent(c, item)
		text = item.Text
	}
	item.Text = ""
	text = withoutRemark(text)
	switch found.fact {
	case "organisation":
		item.Organisation, item.Role = text, ""
		for _, mark := range asMarks {
			if at := strings.Index(text, mark); at > 0 {
				item.Organisation, item.Role = text[:at], trimArticle(text[at+len(mark):])
			}
		}
	case "role", "is":
		role, organisation, ok := cutAt(text)
		if !ok {
			role, organisation, ok = p.cutAtSchool(text)
		}
		switch {
		case ok && (found.fact == "role" || p.isPost(role, organisation)):
			item.Role, item.Organisation = trimArticle(withoutParticiple(role)), organisation
		case found.fact == "role":
			item.Role = trimArticle(text)
		default:
			return false // "is ziek", "is leuk": no fact to keep apart
		}
		if item.Fact = "role"; item.Organisation != "" {
			item.Fact = "organisation"
		}
	case "job":
		return p.job(item, text)
	case "place":
		if as := markAt(text, asMarks); as.at > 0 { // "moving to KPMG as a manager"
			item.Fact, item.Organisation, item.Role = "organisation", text[:as.at], trimArticle(text[as.end:])
			return true
		}
		item.Place = withoutAdverb(text)
	case "skill":
		item.Text = text
	}
	return text != ""
}

// isPlan tells what somebody wants to do from what they need.
func (p *parser) isPlan(found predicate, next int, c clause) bool {
	last := found.words[len(found.words)-1]
	if intendsBefore[p.word(next)] && found.tail == "" && len(found.words) == 1 && p.word(next+1) != "" {
		return !seekWords[p.word(next+1)]
	}
	end := c.to
	for k := next; k < c.to; k++ {
		if p.tokens[k].Stop != 0 {
			end = k + 1
			break
		}
	}
	verb := p.word(end - 1)
	return articles[last] && end-next > 1 && hasShape(verb, doingShapes) &&
		!text.IsCapitalised(p.tokens[end-1].Raw) && !seekWords[verb]
}

// seekWords are what one does to get what one needs.
var seekWords = text.WordSet("capture", "seek")

// roles are what people are of something that has no name: directeur van de school.
var roles = text.WordSet("capture", "role")

var noRoles = text.WordSet("capture", "role.none") // said of people beside where they are: is ontslagen bij

// isPost tells "is designer at ACME" from "is afraid of dogs" and "is weer bij de dokter".
func (p *parser) isPost(role, organisation string) bool {
	words := strings.Fields(text.Fold(trimArticle(role)))
	if len(words) == 0 || noRoles[words[len(words)-1]] || glue[words[0]] || adverbs[words[0]] ||
		when.IsRelativeDay(words[0]) {
		return false
	}
	return text.IsCapitalised(trimArticle(organisation)) || isRole(words[len(words)-1])
}

// cutAtSchool splits "postdoc aan de UvA", where a role is known to stand before.
func (p *parser) cutAtSchool(s string) (role, organisation string, ok bool) {
	mark := markAt(s, schoolMarks)
	if mark.at <= 0 {
		return "", "", false
	}
	words := strings.Fields(text.Fold(s[:mark.at]))
	if len(words) == 0 || !isRole(words[len(words)-1]) {
		return "", "", false
	}
	return s[:mark.at], s[mark.end:], true
}

// schoolMarks stand between a post and where it is, where they mean much else: postdoc aan de UvA, head in a school.
var schoolMarks = text.Spaced("capture", "employer.school")

// left takes all words that are left behind a token, as they stand.
func (p *parser) left(from int, c clause) string {
	var words []string
	for i := from; i < c.to; i++ {
		if !p.used[i] {
			words = append(words, p.take(i, i+1))
		}
	}
	return strings.Join(words, " ")
}

// job reads "als planner bij ACME", "bij ACME als planner", "at ACME as a planner".
func (p *parser) job(item *Item, text string) bool {
	padded := " " + text
	as, from := markAt(padded, asMarks), markAt(padded, employerMarks)
	switch {
	case as.at < 0 && from.at != 0, as.at > 0 && from.at > 0:
		return false
	case as.at < 0:
		item.Organisation = padded[from.end:]
	case from.at < 0:
		item.Role = trimArticle(padded[as.end:])
	case as.at < from.at:
		item.Role, item.Organisation = trimArticle(strings.TrimSpace(padded[as.end:from.at])), padded[from.end:]
	default:
		item.Organisation, item.Role = strings.TrimSpace(padded[from.end:as.at]), trimArticle(padded[as.end:])
	}
	if item.Fact = "organisation"; item.Organisation == "" {
		item.Fact = "role"
	}
	return item.Organisation != "" || item.Role != ""
}

// mark is where one of some marks stands in a text; at is -1 when none does.
type mark struct{ at, end int }

func markAt(s string, marks []string) mark {
	found := mark{-1, -1}
	lowered := text.LowerASCII(s)
	for _, m := range marks {
		if at := strings.Index(lowered, m); at >= 0 && (found.at < 0 || at < found.at) {
			found = mark{at, at + len(m)}
		}
	}
	return found
}

// withoutRemark takes off what is said behind a comma of where somebody works or lives: "Philips, I thought she was …".
func withoutRemark(s string) string {
	head, rest, ok := strings.Cut(s, ", ")
	if !ok || strings.Count(rest, " ") < 2 || markAt(" "+rest, asMarks).at == 0 ||
		text.IsCapitalised(rest) && !iWords[text.Fold(strings.Fields(rest)[0])] {
		return withoutAdverb(s)
	}
	return withoutAdverb(head)
}

// withoutAdverb takes "now" off the end of a place.
func withoutAdverb(place string) string {
	if at := strings.LastIndexByte(place, ' '); at > 0 && adverbs[text.Fold(place[at+1:])] {
		return place[:at]
	}
	return place
}

// withoutParticiple takes the end of the verb off what somebody has become: "cfo geworden".
func withoutParticiple(role string) string {
	if at := strings.LastIndexByte(role, ' '); at > 0 && hasShape(text.Fold(role[at+1:]), didShapes) &&
		roles[text.Fold(role[:at])] {
		return role[:at]
	}
	return role
}

func trimArticle(s string) string {
	first, rest, ok := strings.Cut(s, " ")
	if ok && articles[text.Fold(first)] {
		return rest
	}
	return s
}

// birthday reads the day, with the year when it is given.
func (p *parser) birthday(c clause, item *Item) bool {
	born, ok := p.dates(c, when.Past)
	if !ok || born.Precision != when.PrecisionDay {
		return false
	}
	for i := c.from; i < c.to; i++ {
		// "is vandaag jarig" gives the day but not the year of birth.
		if word := p.rawWord(i); p.used[i] && (when.IsRelativeDay(word) || nextWords[word] || when.IsWeekday(word)) {
			born.HasYear = false
		}
	}
	item.When = born
	p.rest(c, item)
	return true
}

// note keeps anything else that is said about a person.
func (p *parser) note(c clause, item *Item) bool {
	used := p.keep(c)
	people := p.people(c.from, c.to, c)
	if len(people) == 0 {
		if i := p.first(c, pronouns); i == c.from && len(p.before) > 0 {
			people = p.meant(item.Span.Start)
		}
	}
	if len(people) == 0 || !p.noteOnly && p.doubtful(c) {
		return p.reset(c, used)
	}
	if last := len(people) - 1; last > 0 && people[last].New && people[last].Address == people[last].Text {
		people[0].Address = people[last].Address // "mailadres @bob: bob@x.nl"
		people = people[:last]
	}
	people = p.knownBeside(people)
	item.Kind, item.People = KindNote, people
	// The text is the line itself, without a person at its head and without the tags at its end.
	from, to := c.from, c.to
	for from < to && p.used[from] && people[0].Span.Start == p.tokens[c.from].Start &&
		p.tokens[from].End <= people[0].Span.End {
		from++
	}
	for from < to && p.used[from] && (from == c.from || p.tokens[from].Kind != text.WordToken) {
		from++
	}
	for to > from && p.used[to-1] && p.tokens[to-1].Kind == text.TagToken {
		to--
	}
	for k := c.from; k < c.to; k++ {
		p.used[k] = true
	}
	if from < to {
		item.Text = p.textOf(from, to)
		if t := p.tokens[from]; slices.Contains(contractedEnds, t.Raw) { // "Priya's leaving"
			item.Text = text.Join(" ", t.Word, p.textOf(min(from+1, to-1), to))
		}
	}
	if phone, ok := addresses.Phone(item.Text, "NL"); ok { // "@dirk: 06 12345678"
		item.Kind, item.Fact, item.Text = KindFact, "phone", phone
	}
	if item.Text == "" && item.Link == "" && len(item.Tags) == 0 {
		// A name alone says nothing to keep.
		return p.reset(c, used)
	}
	return true
}

// knownBeside leaves out of a note whom nobody knows beside somebody: "is gestopt bij Shell". Who is marked stays.
func (p *parser) knownBeside(people []Mention) []Mention {
	if len(people) < 2 || people[0].New {
		return people
	}
	return slices.DeleteFunc(people, func(m Mention) bool {
		return m.New && !strings.HasPrefix(m.Span.In(p.line), "@") && m.Address == ""
	})
}

// doubtful tells a clause that says what somebody did for somebody, or tells of no person first, and of which more was
// not understood: as a note it would be in the wrong place, so it is asked for. People who mark a person with @ mean
// the note.
func (p *parser) doubtful(c clause) bool {
	if pronouns[p.rawWord(c.from)] && p.tellsState(c.from) {
		return false // "she's poorly"
	}
	head := c.from
	if p.isMarked(c) || p.unmet(c) {
		return false
	}
	for head < c.to && (glue[p.rawWord(head)] || adverbs[p.rawWord(head)] || p.isDated(head)) {
		head++
	}
	end := p.namedEnd(head, c.to)
	switch {
	case end == head:
		return !p.ofPerson(head, c) || hasShape(p.rawWord(c.to-1), didShapes)
	case p.promises(clause{end, c.to}):
		return false
	case p.first(clause{end, c.to}, selves) >= 0:
		return true
	case theirs[p.rawWord(end)] && relations[p.rawWord(end+1)]: // "@bob zijn vrouw is …"
		return false
	}
	word := p.rawWord(end)
	return (articles[word] || ownWords[word] || pronouns[word]) && hasShape(p.rawWord(c.to-1), didShapes)
}

// namedEnd is where people that were read at token i end.
func (p *parser) namedEnd(i, to int) int {
	for i < to && (p.used[i] || andWords[p.rawWord(i)] && i > 0 && p.used[i-1]) {
		i++
	}
	return i
}

// ofPerson tells "de zoon van @bob …".
func (p *parser) ofPerson(i int, c clause) bool {
	for k := i; k < c.to && k < i+4; k++ {
		if ofWords[p.rawWord(k)] && k+1 < c.to && p.used[k+1] {
			return true
		}
	}
	return false
}

var ofWords = text.WordSet("capture", "of.person")
