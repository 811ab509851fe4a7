package text

import "time"

// When something happened that a line tells of: never in the future, and asked for where the words are not understood.

// happened are words that say that it is over.
var happened = wordSet(`gehad had geweest was waren were went gegaan gegeten ate gedronken drank geluncht lunchte
	lunched gedineerd dined geborreld gebeld belde opgebeld called phoned rang gesproken sprak spoke talked gezien zag
	saw ontmoet ontmoette geappt appte gewhatsappt texted messaged gechat chatted gemaild mailde mailed emailed geemaild
	emailde overlegd vergaderd gewandeld walked bezocht visited gevideobeld gebeeldbeld gezoomd zoomed bijgepraat
	gespard gebrainstormd gekletst tegengekomen kwam ran caught`)

// comes says that a clause tells of something to come, whatever else it says.
var comes = wordSet(`afgesproken gepland ingepland planned scheduled will gaat ga gaan zal zullen plan`)

// isOver says that a clause tells of what happened.
func (p *captureParser) isOver(c clause) bool {
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
	for _, turn := range [][]string{
		{
			`paar few enkele enige several some aantal wat`,
			`dagen days weken weeks maanden months jaren years jaar uur hours avonden nights`, `geleden ago terug back`,
		},
		{`tijd tijdje poos poosje while time ages`, `geleden ago terug back`},
		{`lang long kort pas`, `geleden ago`},
		{`other laatste andere`, `day week keer night evening`},
		{`vorige last afgelopen`, `keer time`},
		{`laatst onlangs recently lately kortgeleden destijds vroeger ooit once binnenkort sometime someday`},
	} {
		var words []map[string]bool
		for _, list := range turn {
			words = append(words, wordSet(list))
		}
		turns = append(turns, words)
	}
	return turns
}()

// vagueDate reports a turn that says when without a day.
func (p *captureParser) vagueDate(c clause) {
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
			p.unclear(Span{p.tokens[start].Start, p.tokens[i+n-1].End}, UnclearDate, nil)
			return
		}
	}
}

// whenOver reads when something happened, or will happen where the clause does not say that it is over. A day to come
// for what is over is unclear, and so are words that say when without a day.
func (p *captureParser) whenOver(c clause, lean Lean, item *Item) {
	over := lean == Recent && p.isOver(c) || lean == Past
	if over {
		lean = Past
	}
	when, ok := p.dates(c, lean)
	if !ok {
		p.vagueDate(c)
		return
	}
	y, m, d := p.now.Date()
	if over && !when.Deadline && !when.Time.Before(time.Date(y, m, d+1, 0, 0, 0, 0, p.now.Location())) {
		p.unclear(when.Span, UnclearDate, nil)
		return
	}
	item.When = when
	if when.Duration > 0 {
		item.Duration = when.Duration
	}
}

// datelike are words that are left over only when they belong to a date that was not understood.
var datelike = wordSet(`geleden ago gisteren yesterday vandaag today morgen tomorrow jl jongstleden maandag dinsdag
	woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday friday saturday sunday maandagen
	dinsdagen woensdagen donderdagen vrijdagen zaterdagen zondagen mondays tuesdays wednesdays thursdays fridays
	saturdays sundays januari january februari february maart april juni june juli july augustus august september
	oktober october november december week weken weeks weekend maand maanden month months kwartaal quarter`)
