package grammar

import (
	"slices"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// When something happened that a line tells of: never in the future, and asked for where the words are not understood.

// happened are words that say that it is over.
var happened = text.WordSet("capture", "happened")

// comes says that a clause tells of something to come, whatever else it says.
var comes = text.WordSet("capture", "comes")

// isOver says that a clause tells of what happened.
func (p *parser) isOver(c clause) bool {
	over := false
	for i := c.from; i < c.to; i++ {
		switch word := p.rawWord(i); {
		case comes[word]:
			return false
		case happened[word]:
			over = true
		}
	}
	return over
}

// vagueDates are turns that say when, but not so that a day could be found: words in this order, each one of several.
var vagueDates = func() (turns [][]map[string]bool) {
	for _, l := range lang.All() {
		for _, turn := range l.Words("dates", "vague") {
			var sets []map[string]bool
			for list := range strings.SplitSeq(turn, " / ") {
				sets = append(sets, text.ParseSet(list))
			}
			turns = append(turns, sets)
		}
	}
	return turns
}()

// vagueDate reports a turn that says when without a day.
func (p *parser) vagueDate(c clause) {
	for i := c.from; i < c.to; i++ {
		for _, turn := range vagueDates {
			n := 0
			for n < len(turn) && i+n < c.to && turn[n][p.word(i+n)] {
				n++
			}
			if n < len(turn) {
				continue
			}
			start := i
			if articles[p.word(i-1)] && i > c.from {
				start--
			}
			for k := start; k < i+n; k++ {
				p.used[k] = true
			}
			p.unclear(p.span(start, i+n), UnclearDate, nil)
			return
		}
	}
}

// whenOver reads when something happened, or will happen where the clause does not say that it is over. A day to come
// for what is over is unclear, and so are words that say when without a day.
func (p *parser) whenOver(c clause, lean when.Lean, item *Item) {
	over := lean == when.Recent && p.isOver(c) || lean == when.Past
	if over {
		lean = when.Past
	}
	date, ok := p.dates(c, lean)
	if !ok {
		p.vagueDate(c)
		return
	}
	y, m, d := p.now.Date()
	if over && !date.Deadline && !date.Time.Before(time.Date(y, m, d+1, 0, 0, 0, 0, p.now.Location())) {
		p.unclear(date.Span, UnclearDate, nil)
		return
	}
	item.When = date
	if date.Duration > 0 {
		item.Duration = date.Duration
	}
}

// maxHeadDate is how many words a date at the head of a clause may have.
const maxHeadDate = 6

// headDate is where a date ends with which a clause begins; where the clause begins when there is none.
func (p *parser) headDate(c clause) int {
	if c.from >= c.to || p.tokens[c.from].Kind != text.WordToken {
		return c.from
	}
	to := min(c.to, c.from+maxHeadDate)
	date, ok := when.DateIn(p.tokens[c.from:to], make([]bool, to-c.from), p.now, when.Recent)
	if !ok || date.Span.Start != p.tokens[c.from].Start {
		return c.from
	}
	end := c.from
	for end < to && p.tokens[end].End <= date.Span.End {
		end++
	}
	return end
}

// openDates makes words of what stands in parentheses when that is a day or a time and no more: "(Mon)", "(vrijdag)".
func (p *parser) openDates() {
	for i := 1; i < len(p.tokens); i++ {
		t := p.tokens[i]
		if t.Kind != text.GroupToken {
			continue
		}
		inside := text.SplitWords(t.Raw, t.Start+1, nil)
		if len(inside) == 0 || len(inside) > maxHeadDate {
			continue
		}
		date, ok := when.DateIn(inside, make([]bool, len(inside)), p.now, when.Recent)
		if !ok || date.Span.Start != inside[0].Start || date.Span.End != inside[len(inside)-1].End {
			continue
		}
		inside[0].Start, inside[len(inside)-1].End = t.Start, t.End // the parentheses belong to the day
		inside[len(inside)-1].Stop = t.Stop
		p.tokens = slices.Replace(p.tokens, i, i+1, inside...)
		i += len(inside) - 1
	}
}

// turnRound puts the subject of a statement that begins with a day before its verb: "gisteren heeft @bob mij geholpen".
func (p *parser) turnRound() {
	at := p.headDate(clause{0, len(p.tokens)})
	word := p.rawWord(at)
	if at == 0 || !haveWords[word] && !deeds[word] && givenAs[word] == "" && !praiseVerbs[word] {
		return
	}
	end := p.personEnd(at+1, len(p.tokens))
	if end == at+1 || p.tokens[end-1].Stop != 0 || !haveWords[word] && !selves[p.rawWord(end)] {
		return
	}
	verb := p.tokens[at]
	copy(p.tokens[at:end-1], p.tokens[at+1:end])
	p.tokens[end-1] = verb
}

// datelike are words that are left over only when they belong to a date that was not understood.
var datelike = text.WordSet("dates", "datelike")
