package when

import (
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

var (
	clockFrom      = text.WordSet("dates", "clock.from") // before a time in figures
	untilWords     = text.WordSet("dates", "until")
	hourWords      = text.WordSet("dates", "clock.hour")
	hourMarks      = text.WordSet("dates", "clock.mark")
	oclock         = text.WordSet("dates", "clock.exact")
	numberArticles = text.WordSet("dates", "number.article") // numbers that are no hours
	clockBehind    = text.WordSet("dates", "clock.behind")   // may follow a bare hour, as these may
	hourBehind     = text.WordSet("capture", "place", "topic", "and")
	noonWords      = text.WordSet("dates", "clock.noon")
	midnights      = text.WordSet("dates", "clock.midnight")
	clockHalf      = text.WordSet("dates", "clock.half") // half an hour before the hour
	halfPast       = text.WordSet("dates", "clock.half.past")
	quarterWords   = text.WordSet("dates", "clock.quarter")
	clockPast      = text.WordSet("dates", "clock.past")
	clockTo        = text.WordSet("dates", "clock.to")
)

// halfAfter are, by language, the words for half that mean half an hour behind the hour: half four is 4:30 in English
// and half vier 3:30 in Dutch.
var halfAfter = func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, l := range lang.All() {
		all[l.Tag] = map[string]bool{}
		for _, word := range l.Words("dates", "clock.half.after") {
			all[l.Tag][word] = true
		}
	}
	return all
}()

// halfBehind tells whether a word for half stands in a text of a language in which it means half an hour after.
func (p *parser) halfBehind(word string) bool {
	raw := make([]string, len(p.tokens))
	for i, t := range p.tokens {
		raw[i] = t.Raw
	}
	return halfAfter[text.Language(strings.Join(raw, " "))][word]
}

// clockAt reads a time of day, with a preposition before it and a part of the day behind it.
func (p *parser) clockAt(i int) (moment, int, bool) {
	lead := clockLeads[p.word(i)]
	start := i
	if lead || clockFrom[p.word(i)] && p.figureClock(i+1) {
		i++
	}
	m, next, ok := p.clock(i, lead)
	if !ok {
		return moment{}, start, false
	}
	if part, after, ok := p.partAt(next); ok {
		m.part, next = part, after
	}
	// "15:00 tot 16:30", "15u-16u" when written apart.
	if untilWords[p.word(next)] && m.length == 0 {
		if end, after, ok := p.clock(next+1, lead); ok {
			m.setEnd(end)
			next = after
		}
	}
	return m, next, true
}

// dottedClock reads 15.30 right behind a day.
func (p *parser) dottedClock(i int) (moment, int, bool) {
	hours, minutes, ok := strings.Cut(p.word(i), ".")
	if !ok || len(minutes) != 2 {
		return moment{}, i, false
	}
	m, ok := clockFigures(hours + ":" + minutes)
	return m, i + 1, ok
}

func (p *parser) figureClock(i int) bool {
	if p.word(i) == "" {
		return false
	}
	_, ok := clockFigures(p.word(i))
	return ok
}

// setEnd keeps how long it lasts; an end before the start is on the next day or in the other half of this one.
func (m *moment) setEnd(end moment) {
	length := end.minutes - m.minutes
	if length <= 0 {
		length += 12 * 60
	}
	if length <= 0 {
		length += 12 * 60
	}
	m.length = time.Duration(length) * time.Minute
}

func isMeridiem(word string) bool {
	return word == "am" || word == "pm" || word == "a.m" || word == "p.m"
}

// clock reads a time of day at token i. A bare number is one only behind a preposition such as "om".
func (p *parser) clock(i int, lead bool) (moment, int, bool) {
	word := p.word(i)
	if word == "" {
		return moment{}, i, false
	}
	if m, next, ok := p.spoken(i); ok {
		return m, next, true
	}
	if m, ok := clockFigures(word); ok {
		next := i + 1
		switch {
		case isMeridiem(p.word(next)) && m.minutes < 13*60:
			m.meridiem(p.word(next)[0] == 'p')
			next++
		case hourWords[p.word(next)] || hourMarks[p.word(next)]:
			next++
		}
		return m, next, true
	}
	hour, err := strconv.Atoi(word)
	if n, ok := numberWords[word]; ok && n <= 12 && !numberArticles[word] {
		hour, err = n, nil
	}
	// "14.30 uur" is a time, "14.30" alone an amount.
	if at := strings.IndexByte(word, '.'); err != nil && at > 0 && (hourWords[p.word(i+1)] || lead) {
		if m, ok := clockFigures(word[:at] + ":" + word[at+1:]); ok {
			if hourWords[p.word(i+1)] {
				return m, i + 2, true
			}
			return m, i + 1, true
		}
	}
	if err != nil || hour < 0 || hour > 24 || len(word) > 6 || word[0] == '+' || word[0] == '-' {
		return moment{}, i, false
	}
	m := moment{hasClock: true, minutes: hour % 24 * 60, twelve: hour >= 1 && hour <= 12 && word[0] != '0'}
	switch next := p.word(i + 1); {
	case isMeridiem(next) && hour >= 1 && hour <= 12:
		m.meridiem(next[0] == 'p')
		return m, i + 2, true
	case oclock[next]:
		return m, i + 2, true
	case hourWords[next] && (lead || hour >= 7 || p.partBehind(i+2)):
		// "2 uur" alone is how long, "om 2 uur" and "15 uur" are when.
		return m, i + 2, true
	case lead && !countable(next) && (i+1 >= len(p.tokens) || p.tokens[i].Stop != 0 || !p.amountOf(next)):
		return m, i + 1, true
	}
	return moment{}, i, false
}

func (p *parser) partBehind(i int) bool {
	_, _, ok := p.partAt(i)
	return ok
}

// amountOf tells whether the word behind a number makes it an amount rather than an hour: any plain word that is not
// about time. "om 3 gisteren" is a time, "om 3 redenen" is not.
func (p *parser) amountOf(next string) bool {
	return next != "" && !IsRelativeDay(next) && !IsWeekday(next) && !dayLeads[next] && !clockBehind[next] &&
		!hourBehind[next] && !before[next] && !after[next]
}

// meridiem sets the half of the day.
func (m *moment) meridiem(pm bool) {
	m.twelve = false
	m.minutes %= 12 * 60
	if pm {
		m.minutes += 12 * 60
	}
}

// clockFigures reads 15:00, 15u, 15u30, 15h30, 3pm, 3:30pm and ranges of two of these with a hyphen.
func clockFigures(word string) (moment, bool) {
	if len(word) > 17 || word[:min(1, len(word))] < "0" || word[:min(1, len(word))] > "9" {
		return moment{}, false
	}
	if figures := strings.TrimRight(word, "uh"); figures != word { // 9.30u
		if hours, minutes, ok := strings.Cut(figures, "."); ok && len(minutes) == 2 {
			return clockFigures(hours + ":" + minutes)
		}
	}
	if from, to, ok := strings.Cut(word, "-"); ok {
		start, startOK := clockFigures(from)
		end, endOK := clockFigures(to)
		if endOK && !startOK { // "3-4pm", "15-16u"
			if hour, err := strconv.Atoi(from); err == nil && hour >= 0 && hour <= 23 {
				start, startOK = moment{hasClock: true, minutes: hour * 60, twelve: end.twelve}, true
				if strings.HasSuffix(to, "pm") && hour >= 1 && hour < 12 {
					start.minutes += 12 * 60
					start.twelve = false
				}
			}
		}
		if !startOK || !endOK || start.length != 0 || end.length != 0 {
			return moment{}, false
		}
		start.setEnd(end)
		return start, true
	}
	m := moment{hasClock: true}
	meridiem := byte(0)
	if rest, ok := strings.CutSuffix(word, "pm"); ok {
		word, meridiem = rest, 'p'
	} else if rest, ok := strings.CutSuffix(word, "am"); ok {
		word, meridiem = rest, 'a'
	}
	sep := strings.IndexAny(word, ":uh")
	if sep < 0 && meridiem == 0 {
		return moment{}, false
	}
	hours, minutes := word, ""
	if sep >= 0 {
		hours, minutes = word[:sep], word[sep+1:]
		if word[sep] == ':' && len(minutes) != 2 {
			if len(minutes) != 5 || minutes[2] != ':' { // seconds are read over
				return moment{}, false
			}
			minutes = minutes[:2]
		}
	}
	h, err := strconv.Atoi(hours)
	if err != nil || h > 24 || len(hours) > 2 || hours[0] == '-' {
		return moment{}, false
	}
	if minutes != "" {
		n, err := strconv.Atoi(minutes)
		if err != nil || n > 59 || len(minutes) != 2 || minutes[0] == '-' || minutes[0] == '+' {
			return moment{}, false
		}
		m.minutes = n
	}
	if h == 24 && m.minutes > 0 {
		return moment{}, false
	}
	m.minutes += h % 24 * 60
	m.twelve = h >= 1 && h <= 12 && hours[0] != '0'
	if meridiem != 0 {
		if h < 1 || h > 12 {
			return moment{}, false
		}
		m.meridiem(meridiem == 'p')
	}
	return m, true
}

// spoken reads half vier, kwart over drie, tien voor half vier, half past three, quarter to four, noon.
func (p *parser) spoken(i int) (moment, int, bool) {
	word := p.word(i)
	switch {
	case noonWords[word]:
		return moment{hasClock: true, minutes: 12 * 60}, i + 1, true
	case midnights[word]:
		return moment{hasClock: true}, i + 1, true
	}
	at := func(hour, minutes, next int) (moment, int, bool) {
		minutes += hour % 12 * 60
		if minutes < 0 {
			minutes += 12 * 60
		}
		if minutes < 60 {
			minutes += 12 * 60 // half one and ten past twelve are just after noon
		}
		if hourWords[p.word(next)] || oclock[p.word(next)] {
			next++
		}
		return moment{hasClock: true, minutes: minutes, twelve: true}, next, true
	}
	hour := func(i int) (int, bool) {
		n, next, ok := p.amount(i)
		return n, ok && next == i+1 && n <= 12 && !numberArticles[p.word(i)]
	}
	if clockHalf[word] {
		if h, ok := hour(i + 1); ok && !countable(p.word(i+2)) {
			if p.halfBehind(word) {
				return at(h, 30, i+2)
			}
			return at(h, -30, i+2)
		}
		if h, ok := hour(i + 2); ok && halfPast[p.word(i+1)] {
			return at(h, 30, i+3)
		}
		return moment{}, i, false
	}
	minutes := 0
	next := i + 1
	if n, ok := numberWords[word]; ok {
		minutes = n
	} else if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= 29 {
		minutes = n
	}
	if oneWords[word] && quarterWords[p.word(next)] {
		word = p.word(next)
		next++
	}
	if quarterWords[word] {
		minutes = 15
	}
	if minutes == 0 {
		return moment{}, i, false
	}
	sign := 0
	switch w := p.word(next); {
	case clockPast[w]:
		sign = 1
	case clockTo[w]:
		sign = -1
	default:
		return moment{}, i, false
	}
	next++
	base := 0
	if clockHalf[p.word(next)] {
		base = -30
		next++
	}
	h, ok := hour(next)
	if _, figures := strconv.Atoi(word); !ok ||
		figures == nil && base == 0 && p.word(next) != "" && p.word(next)[0] <= '9' {
		// "10 to 12" is a range; times of this kind have at least one number in letters.
		return moment{}, i, false
	}
	return at(h, base+sign*minutes, next+1)
}
