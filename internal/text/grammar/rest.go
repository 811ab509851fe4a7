package grammar

import (
	"strings"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
)

// What is left of a statement when its people, its day and its verb were read.

// rest gives the words that are left of an interaction their place: what it was about, where, and what else was said.
// Words that fit nowhere are unclear.
func (p *parser) rest(c clause, item *Item) {
	for i := c.from; i < c.to; i++ {
		if p.used[i] {
			continue
		}
		t := p.tokens[i]
		switch {
		case t.Kind == text.QuoteToken || t.Kind == text.GroupToken:
			p.used[i] = true
			if item.Title == "" {
				item.Title = clean(t.Raw)
			} else {
				item.Text = text.Join("; ", item.Text, clean(t.Raw))
			}
		case t.Kind == text.LinkToken:
			p.used[i] = true
			item.Text = text.Join("; ", item.Text, clean(t.Raw))
		case t.Kind != text.WordToken:
		case item.Title == "" && p.mostlyEnd(i, c) > i: // ", vooral over …", "- mostly the heat plan"
			start := p.mostlyEnd(i, c)
			if end := p.topicEnd(start, c); end > start {
				item.Title = p.take(start, end)
				for k := i; k < start; k++ {
					p.used[k] = true
				}
				i = end - 1
			}
		case i > c.from && p.tokens[i-1].Stop != 0 && !topicWords[t.Word] && !placeWords[t.Word]:
			// What follows a pause is a remark, whole.
			end := i
			for end < c.to && !p.used[end] && p.tokens[end].Kind != text.QuoteToken {
				end++
			}
			if !p.allGlue(i, end) && !p.looksDated(i, end) && !p.allCapitalised(i, end) {
				item.Text = text.Join("; ", item.Text, p.take(i, end))
				p.leave(i, end, true)
			}
			i = end - 1
		case item.Title == "" && intendsBefore[t.Word] && topicVerbs[p.word(i+1)] && i+2 < c.to: // "to discuss …"
			if end := p.topicEnd(i+2, c); end > i+2 {
				item.Title = p.take(i+2, end)
				p.used[i], p.used[i+1] = true, true
				i = end - 1
			}
		case p.opensAsked(i) && item.Title == "":
			p.used[i] = true
			item.Title = p.take(i+1, c.to)
			i = c.to
		case topicWords[t.Word] && i+1 < c.to && !p.used[i+1] && p.tokens[i+1].Kind == text.QuoteToken:
			p.used[i] = true
			// about "Q3" numbers
			if end := p.topicEnd(i+2, c); item.Title == "" && p.tokens[i+1].Stop == 0 && end > i+2 {
				item.Title = p.take(i+1, end)
				i = end - 1
			}
		case topicWords[t.Word]:
			if end := p.topicEnd(i+1, c); end > i+1 && item.Title == "" {
				item.Title = p.take(i+1, end)
				p.used[i] = true
				i = end - 1
			}
		case (placeWords[t.Word] || p.isDestination(i)) && (item.Place == "" || towns[t.Word]):
			start := i + 1
			if articles[p.word(start)] && !placeArticles[p.word(start)] {
				start++
			}
			if end := p.placeEnd(start, c); end > start {
				for k := i; k < start; k++ {
					p.used[k] = true
				}
				place := p.take(start, end)
				if item.Place != "" && !inWords[t.Word] {
					place = t.Word + " " + place
				}
				item.Place = text.Join(", ", item.Place, place)
				i = end - 1
			}
		}
	}
	p.remains(c, item)
}

// mostlyEnd is where the words end that open what was mostly talked of, behind a pause; i when there are none.
func (p *parser) mostlyEnd(i int, c clause) int {
	if i == c.from || p.tokens[i-1].Stop == 0 {
		return i
	}
	end := i
	for end < c.to && (mostly[p.word(end)] || end > i && (glue[p.word(end)] || adverbs[p.word(end)])) &&
		!articles[p.word(end)] {
		end++
	}
	if end == i || end >= c.to {
		return i
	}
	if topicWords[p.word(end)] {
		return end + 1
	}
	if p.word(end) == "" || pronouns[p.word(end)] || p.tokens[end-1].Stop != 0 || iWords[p.word(end)] {
		return i
	}
	return end
}

// topicVerbs stand behind "to" and before what was, or will be, talked of.
var topicVerbs = text.WordSet("capture", "topic.verb")

// mostly are words that open what was talked of most.
var mostly = text.WordSet("capture", "topic.mostly")

// remains takes what is left after a pause as a remark, a capitalised word as the place, and reports the other words.
func (p *parser) remains(c clause, item *Item) {
	for i := c.from; i < c.to; i++ {
		if p.used[i] {
			continue
		}
		paused := i > c.from && p.tokens[i-1].Stop != 0
		end := i
		for end < c.to && !p.used[end] && (end == i || paused || p.tokens[end-1].Stop == 0) {
			end++
		}
		for k := i; k < end; k++ {
			p.used[k] = true
		}
		start, stop := p.trimGlue(i, end)
		if paused {
			start, stop = i, end
		}
		span := p.span(start, max(start+1, stop))
		switch {
		case !paused && p.datelike(start, stop):
			p.unclear(span, UnclearDate, nil)
		case p.allGlue(i, end), !paused && stop == start+1 && placeWords[p.tokens[start].Word], end == i+1 &&
			(placeWords[p.tokens[i].Word] || topicWords[p.tokens[i].Word]):
			// Nothing is lost.
		case p.looksDated(i, end):
			p.unclear(span, UnclearDate, nil)
		case paused && item.Place == "" && p.tokens[i-1].Stop == ',' && p.allCapitalised(start, stop) &&
			p.plainWords(start, stop):
			item.Place = clean(span.In(p.line)) // "koffie met @bob, Utrecht CS"
		case paused:
			item.Text = text.Join("; ", item.Text, clean(span.In(p.line)))
			p.leave(start, stop, true)
		case item.Place == "" && text.IsCapitalised(p.tokens[start].Raw) && start > c.from &&
			(mediumWords[p.rawWord(start-1)] != "" ||
				!names.IsGiven(p.tokens[start].Word) && p.allCapitalised(start, stop)):
			item.Place = clean(span.In(p.line))
		case p.loose:
			item.Title = text.Join(" ", item.Title, clean(span.In(p.line)))
			p.leave(start, stop, false)
		case item.Title == "" && (item.Medium == "mail" || item.Medium == "message"):
			item.Title = clean(span.In(p.line)) // "emailed Dirk the report", "met @bob geschilderd"
			p.leave(start, stop, false)
		case p.mayBeName(i, start, end, c):
			p.unclear(p.span(start, stop), UnclearWho, nil)
		case !paused && p.plainWords(start, stop):
			item.Text = text.Join("; ", item.Text, clean(span.In(p.line))) // "met onze nieuwe buurman Tijn"
			p.stray = true
			p.leave(start, stop, false)
		default:
			p.unclear(span, UnclearWords, nil)
		}
		i = end - 1
	}
}

// leave remembers words that were kept without knowing what they say.
func (p *parser) leave(from, to int, remark bool) {
	p.leavings = append(p.leavings, leaving{clause{from, to}, remark})
}

// opensAsked tells the word before what is asked, with a subject of its own: whether I, of ze.
func (p *parser) opensAsked(i int) bool {
	word, next := p.rawWord(i), p.rawWord(i+1)
	return (ifWords[word] || eitherWords[word]) && (iWords[next] || pronouns[next] || weWords[next])
}

// isDestination tells "naar kantoor" and "to the office" from "to say thanks".
func (p *parser) isDestination(i int) bool {
	if !destinations[p.word(i)] {
		return false
	}
	next := p.word(i + 1)
	return next != "" && (!verbalTo[p.word(i)] || articles[next] || ownWords[next] || pronouns[next] || towards[next] ||
		text.IsCapitalised(p.tokens[i+1].Raw))
}

var (
	verbalTo = text.WordSet("capture", "intends.before") // opens a verb too
	towards  = text.WordSet("capture", "place.bare")     // places without an article: to work
)

// mayBeName tells whether words that are left stand where a person does: "met anna en truus".
func (p *parser) mayBeName(i, start, end int, c clause) bool {
	if start >= end || !p.plainWords(start, start+1) || articles[p.word(start)] {
		return false
	}
	for k := i; k < start; k++ { // what is left begins with "en", or with "onze"
		if word := p.rawWord(k); ownWords[word] || pronouns[word] || articles[word] || glue[word] &&
			!andWords[word] && !withWords[word] {
			return false
		}
	}
	before := p.rawWord(start - 1)
	next := end >= c.to || p.rawKind(end) == text.WordToken && !text.IsCapitalised(p.tokens[end].Raw)
	return start > c.from && next && (withWords[before] || andWords[before] && start-2 >= c.from)
}

// plainWords tells words of letters only that say nothing of a day.
func (p *parser) plainWords(from, to int) bool {
	for i := from; i < to; i++ {
		if t := p.tokens[i]; t.Kind != text.WordToken || strings.ContainsAny(t.Raw, "0123456789<>{}=") ||
			datelike[t.Word] {
			return false
		}
	}
	return from < to
}

func (p *parser) allGlue(from, to int) bool {
	for i := from; i < to; i++ {
		if t := p.tokens[i]; t.Kind != text.WordToken || !strongLeads[t.Word] &&
			!glue[t.Word] && !sentWords[t.Word] && !adverbs[t.Word] && !pronouns[t.Word] && !andWords[t.Word] &&
			!names.IsTitle(t.Word) && !wouldVerbs[t.Word] && mediumWords[t.Word] == "" && !gotWords[t.Word] {
			return false
		}
	}
	return true
}

func (p *parser) allCapitalised(from, to int) bool {
	for i := from; i < to; i++ {
		if !text.IsCapitalised(p.tokens[i].Raw) {
			return false
		}
	}
	return true
}

// trimGlue narrows a run of tokens to what is between small words.
func (p *parser) trimGlue(from, to int) (start, end int) {
	if p.allGlue(from, to) {
		return from, to
	}
	for from < to && p.allGlue(from, from+1) {
		from++
	}
	for to > from && p.allGlue(to-1, to) {
		to--
	}
	return from, to
}

// looksDated tells words that look like a date or time, though none could be read: 31-02-2026, 25:00.
func (p *parser) looksDated(from, to int) bool {
	for i := from; i < to; i++ {
		if looksLikeDate(p.tokens[i].Word) {
			return true
		}
		if when.IsMonth(p.tokens[i].Word) && i > from && text.IsDigits(p.tokens[i-1].Word) {
			return true
		}
	}
	return false
}

// datelike tells words left over that belong to a date.
func (p *parser) datelike(from, to int) bool {
	for i := from; i < to; i++ {
		if datelike[p.tokens[i].Word] {
			return true
		}
	}
	return false
}

func looksLikeDate(word string) bool {
	if word == "" || word[0] < '0' || word[0] > '9' {
		return false
	}
	separators := strings.Count(word, "-") + strings.Count(word, "/")
	clock := strings.Count(word, ":")
	return strings.Trim(word, "0123456789-/:.u") == "" && (separators == 2 || clock == 1)
}

// topicEnd is where the topic that starts at token i ends: at a place, or at the end of what is unused and unbroken.
func (p *parser) topicEnd(i int, c clause) int {
	end := i
	for end < c.to && !p.used[end] && p.tokens[end].Kind != text.QuoteToken && p.tokens[end].Kind != text.GroupToken {
		end++
		if p.tokens[end-1].Stop != 0 && p.tokens[end-1].Stop != '.' {
			break
		}
	}
	for end > i && (withWords[p.word(end-1)] || andWords[p.word(end-1)]) {
		end--
	}
	return end
}

// placeEnd is where a place that starts at token i ends.
func (p *parser) placeEnd(i int, c clause) int {
	end := i
	for end < c.to && !p.used[end] && p.tokens[end].Kind == text.WordToken {
		word := p.word(end)
		if topicWords[word] || withWords[word] || end > i && (placesWithin[word] || hasShape(word, didShapes)) {
			break
		}
		end++
		if p.tokens[end-1].Stop != 0 && p.tokens[end-1].Stop != '.' {
			break
		}
	}
	for end > i && (glue[p.word(end-1)] && !text.IsCapitalised(p.tokens[end-1].Raw)) {
		end--
	}
	return end
}

// take uses the tokens and gives their text as it stands in the line.
func (p *parser) take(from, to int) string {
	for k := from; k < to; k++ {
		p.used[k] = true
	}
	if from >= to {
		return ""
	}
	return p.textOf(from, to)
}
