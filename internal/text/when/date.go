// Package when reads dates, times and lengths of time as people write them, in all languages side by side.
package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Precision says how much of a Date is known.
type Precision string

// The precisions. A Date of less than a day's precision stands at the start of its week, month or year.
const (
	PrecisionTime  Precision = "time"
	PrecisionDay   Precision = "day"
	PrecisionWeek  Precision = "week"
	PrecisionMonth Precision = "month"
	PrecisionYear  Precision = "year"
)

// Lean says which year or week is meant when a text names none.
type Lean int

// The leanings.
const (
	Past   Lean = iota // things that happened: today or the nearest such day before it
	Future             // things to come: today or the nearest such day after it
	Recent             // like Past, but a day of a month at most 60 days ahead is taken to be planned
)

// Date is a moment read from a text.
type Date struct {
	Time      time.Time // in the zone of the "now" it was read with
	Precision Precision
	Span      text.Span
	HasYear   bool          // the text gave the year, or the day relative to now
	Deadline  bool          // the text says "before", "voor", "by", "uiterlijk" …
	Duration  time.Duration // of a range of times such as 15:00-16:30; else 0
}

// Parse finds the first date or time in a text, in Dutch or English or both, and says where it stands. It reads
// absolute dates (2026-05-03, 3-5-2026, 3/5, 3 mei, May 3rd 2026, mei 2019, week 18), relative ones (gisteren, last
// Tuesday, vorige week, 3 dagen geleden, over twee weken) and times (15:00, 15u30, 3pm, half vier, kwart over drie),
// alone or together.
//
// Numbers are day first: 3/5 is the third of May; only where that cannot be (5/23) the month is first. A day without a
// year is the nearest one on the side of lean, and a bare weekday too; today counts. Behind "voor", "for", "before" and
// the like the leaning is to the future. "Last" and "next" with a weekday mean the nearest one strictly before or after
// today. The hours 1 to 6 without anything that says which half of the day (om 3 uur, half vier, 3:30) are in the
// afternoon; 03:30 is at night. "A few days ago" and the like are not understood. Of a season the month in its middle
// is taken. Years go from 1900 to 2199.
func Parse(s string, now time.Time, lean Lean) (Date, bool) {
	if len(s) > text.MaxLine {
		s = s[:text.MaxLine]
	}
	p := parser{tokens: text.SplitWords(s, 0, nil), now: now, lean: lean}
	for i := range p.tokens {
		if m, next, ok := p.match(i); ok {
			return p.date(m, i, next), true
		}
	}
	return Date{}, false
}

type parser struct {
	tokens []text.Token
	now    time.Time
	lean   Lean
}

type partOfDay uint8

const (
	noPart partOfDay = iota
	morning
	afternoon
	evening
	night
)

// moment is what a piece of text says about a time, before it is set against now.
type moment struct {
	hasDay    bool
	day       time.Time // midnight; for yearless days in any year
	yearless  bool
	precision Precision
	part      partOfDay
	hasClock  bool
	minutes   int  // since midnight
	twelve    bool // the hour may be of either half of the day
	exact     time.Time
	deadline  bool
	length    time.Duration
}

// word is the folded word of token i, "" beyond the end and for what is no plain word.
func (p *parser) word(i int) string {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].Kind != text.WordToken {
		return ""
	}
	return p.tokens[i].Word
}

var (
	dayLeads      = text.WordSet("dates", "lead.day")
	clockLeads    = text.WordSet("dates", "lead.clock")
	deadlineLeads = text.WordSet("dates", "lead.deadline")
	withinWords   = text.WordSet("dates", "within")
	sinceWords    = text.WordSet("dates", "since")
	countedWords  = text.WordSet("dates", "counted") // make the figure before them an amount
	ofWords       = text.WordSet("dates", "of")      // between a day and its month
	insideMonth   = text.WordSet("dates", "month.inside")
	monthPrefixes = lang.Words("dates", "month.prefix")
	inYear        = text.WordSet("dates", "year.in")
	lastPast      = text.WordSet("dates", "before.behind") // behind a day, as "jl."
	dayEndings    = text.WordSet("dates", "day.ending")
)

// match reads a date, a time or both in either order at token i.
func (p *parser) match(i int) (moment, int, bool) {
	word := p.word(i)
	if word == "" {
		return moment{}, i, false
	}
	if deadlineLeads[word] {
		if withinWords[word] {
			if m, next, ok := p.span(i+1, 1); ok {
				m.deadline = true
				return m, next, true
			}
			return moment{}, i, false
		}
		if !deadlineLeads[p.word(i+1)] {
			if m, next, ok := p.match(i + 1); ok && m.hasDay {
				m.deadline = true
				return m, next, true
			}
		}
	}
	if m, next, ok := p.dayAt(i); ok {
		clock, after, ok := p.clockAt(next)
		if !ok {
			clock, after, ok = p.dottedClock(next)
		}
		if ok && m.exact.IsZero() && m.precision == PrecisionDay {
			m.addClock(clock)
			next = after
		}
		return m, next, true
	}
	if clock, next, ok := p.dottedClock(i); ok { // "7.30 last night"
		if m, after, ok := p.dayAt(next); ok && m.exact.IsZero() && m.precision == PrecisionDay && !m.hasClock {
			m.addClock(clock)
			return m, after, true
		}
	}
	if m, next, ok := p.clockAt(i); ok {
		if day, after, ok := p.dayAt(next); ok && day.exact.IsZero() && day.precision == PrecisionDay && !day.hasClock {
			day.addClock(m)
			return day, after, true
		}
		return m, next, true
	}
	return moment{}, i, false
}

func (m *moment) addClock(clock moment) {
	m.hasClock, m.minutes, m.twelve, m.length = true, clock.minutes, clock.twelve, clock.length
	if clock.part != noPart {
		m.part = clock.part
	}
}

// dayAt reads a day, skipping a preposition before it.
func (p *parser) dayAt(i int) (moment, int, bool) {
	if m, next, ok := p.day(i); ok {
		return m, next, true
	}
	if dayLeads[p.word(i)] {
		if m, next, ok := p.day(i + 1); ok {
			return m, next, true
		}
		if dayLeads[p.word(i+1)] { // "on the 3rd of May"
			if m, next, ok := p.day(i + 2); ok {
				return m, next, true
			}
		}
		if year, ok := yearNumber(p.word(i+1), p); ok &&
			sinceWords[p.word(i)] {
			return wholeYear(year), i + 2, true
		}
		if month, ok := months[p.word(i+1)]; ok &&
			sinceWords[p.word(i)] {
			return yearlessMonth(month), i + 2, true
		}
	}
	return moment{}, i, false
}

func wholeYear(year int) moment {
	return moment{hasDay: true, precision: PrecisionYear, day: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func yearlessMonth(month time.Month) moment {
	return moment{
		hasDay: true, yearless: true, precision: PrecisionMonth, day: time.Date(2000, month, 1, 0, 0, 0, 0, time.UTC),
	}
}

// date sets what was read against now.
func (p *parser) date(m moment, from, to int) Date {
	d := Date{
		Span:    text.Span{Start: p.tokens[from].Start, End: p.tokens[to-1].End},
		HasYear: !m.yearless, Deadline: m.deadline, Precision: PrecisionTime, Duration: m.length,
	}
	if !m.exact.IsZero() {
		d.Time = m.exact
		return d
	}
	day := p.today()
	if m.hasDay {
		d.Precision = m.precision
		day = m.day
		if m.yearless {
			day = p.nearest(m)
		}
	}
	y, month, date := day.Date()
	if !m.hasClock {
		d.Time = time.Date(y, month, date, 0, 0, 0, 0, p.now.Location())
		return d
	}
	d.Precision = PrecisionTime
	minutes := m.minutes
	if m.twelve {
		switch hour := minutes / 60; {
		case m.part == afternoon && hour < 12, m.part == evening && hour < 12 && hour >= 4, m.part == noPart &&
			hour >= 1 && hour <= 6:
			minutes += 12 * 60
		case (m.part == night || m.part == evening) && hour == 12:
			minutes -= 12 * 60
		}
	}
	d.Time = time.Date(y, month, date, minutes/60, minutes%60, 0, 0, p.now.Location())
	return d
}

func (p *parser) today() time.Time {
	y, m, d := p.now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, p.now.Location())
}

// nearest finds the year for a day without one. February 29 can be years away.
func (p *parser) nearest(m moment) time.Time {
	today := p.today()
	step := -1
	if m.deadline || p.lean == Future {
		step = 1
	}
	_, month, date := m.day.Date()
	if p.lean == Recent && m.precision == PrecisionDay {
		for year := today.Year(); year <= today.Year()+1; year++ {
			day := time.Date(year, month, date, 0, 0, 0, 0, today.Location())
			if day.Day() == date && day.After(today) && !day.After(today.AddDate(0, 0, 60)) {
				return day
			}
		}
	}
	for n := range 9 {
		day := time.Date(today.Year()+n*step, month, date, 0, 0, 0, 0, today.Location())
		end := day
		if m.precision == PrecisionMonth {
			end = day.AddDate(0, 1, -1)
		}
		if day.Day() == date && (step < 0 && !day.After(today) || step > 0 && !end.Before(today)) {
			return day
		}
	}
	return m.day
}

// day reads a day, week, month or year at token i.
func (p *parser) day(i int) (moment, int, bool) {
	word := p.word(i)
	if word == "" {
		return moment{}, i, false
	}
	for _, read := range []func(int) (moment, int, bool){
		p.relativeDay, p.written, p.ago, p.ofMonth, p.named, p.weekday, p.period, p.lastButOne, p.partOf, p.season,
		p.feast, p.ahead,
	} {
		if m, next, ok := read(i); ok {
			return m, next, true
		}
	}
	return moment{}, i, false
}

// written reads a date in figures: 2026-05-03, 3-5-2026, 3/5.
func (p *parser) written(i int) (moment, int, bool) {
	word := p.word(i)
	if word[0] < '0' || word[0] > '9' {
		return moment{}, i, false
	}
	// 2026-05-03T15:00 holds a time as well.
	stamp, clock, hasClock := strings.Cut(word, "t")
	if hasClock {
		c, ok := clockFigures(clock)
		m, _, isDate := p.figures(stamp, i)
		if !ok || !isDate || m.precision != PrecisionDay {
			return moment{}, i, false
		}
		m.addClock(c)
		return m, i + 1, true
	}
	return p.figures(word, i)
}

func (p *parser) figures(word string, i int) (moment, int, bool) {
	sep := strings.IndexAny(word, "-/.")
	if sep < 0 || len(word) > 10 {
		return moment{}, i, false
	}
	var n [3]int
	parts := strings.Split(word, word[sep:sep+1])
	if len(parts) > 3 {
		return moment{}, i, false
	}
	for k, part := range parts {
		value, err := strconv.Atoi(part)
		if err != nil || len(part) > 4 || part[0] == '+' || part[0] == '-' {
			return moment{}, i, false
		}
		n[k] = value
	}
	switch {
	case len(parts) == 3 && len(parts[0]) == 4:
		return p.exactDay(n[0], n[1], n[2], i+1)
	case len(parts) == 3 && (len(parts[2]) == 4 || len(parts[2]) == 2):
		year := n[2]
		if len(parts[2]) == 2 {
			year = p.century(year)
		}
		if n[1] > 12 && n[0] <= 12 {
			n[0], n[1] = n[1], n[0]
		}
		return p.exactDay(year, n[1], n[0], i+1)
	case len(parts) == 2 && len(parts[0]) == 4 && word[sep] == '-' && len(parts[1]) == 2:
		if n[1] < 1 || n[1] > 12 || !goodYear(n[0]) {
			return moment{}, i, false
		}
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(n[0], time.Month(n[1]), 1, 0, 0,
			0, 0, time.UTC)}, i + 1, true
	case len(parts) == 2 && len(parts[0]) <= 2 && len(parts[1]) <= 2 && word[sep] != '.':
		// 3-5 is a range as often as a date; 1/2 may be a half, 24/7 is always.
		if word == "24/7" || word[sep] == '-' && !dayLeads[p.word(i-1)] && !deadlineLeads[p.word(i-1)] &&
			(i > 0 || len(word) != 5) && !(len(word) == 5 && p.clockFollows(i+1)) || countable(p.word(i+1)) {
			return moment{}, i, false
		}
		if n[1] > 12 && n[0] <= 12 {
			n[0], n[1] = n[1], n[0]
		}
		return yearlessDay(n[0], n[1], i+1)
	}
	return moment{}, i, false
}

// countable tells the words that make the figure before them an amount.
func countable(word string) bool {
	_, unit := units[word]
	return unit || countedWords[word]
}

func goodYear(y int) bool { return y >= 1900 && y <= 2199 }

// century completes a year of two figures to one at most twenty years ahead.
func (p *parser) century(y int) int {
	y += p.now.Year() / 100 * 100
	if y > p.now.Year()+20 {
		y -= 100
	}
	return y
}

func (p *parser) exactDay(y, month, day, next int) (moment, int, bool) {
	t := time.Date(y, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if !goodYear(y) || month < 1 || month > 12 || t.Day() != day {
		return moment{}, next, false
	}
	return moment{hasDay: true, precision: PrecisionDay, day: t}, next, true
}

func yearlessDay(day, month, next int) (moment, int, bool) {
	t := time.Date(2000, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || t.Day() != day || day < 1 {
		return moment{}, next, false
	}
	return moment{hasDay: true, yearless: true, precision: PrecisionDay, day: t}, next, true
}

// named reads a date with the month in letters: 3 mei, 3rd of May 2026, May 3, mei 2019, in May.
func (p *parser) named(i int) (moment, int, bool) {
	day, ok := dayNumber(p.word(i))
	if !ok {
		day = ordinals[p.word(i)]
	}
	if ok || day > 0 && ofWords[p.word(i+1)] {
		next := i + 1
		if ofWords[p.word(next)] {
			next++
		}
		if month, ok := months[p.word(next)]; ok {
			return p.withYear(day, int(month), next+1)
		}
		return moment{}, i, false
	}
	// "drie mei", "eerste mei" has the day in letters.
	if day, month := max(ordinals[p.word(i)], numberWords[p.word(i)]), months[p.word(i+1)]; month != 0 && day > 1 ||
		ordinals[p.word(i)] == 1 && month != 0 {
		if name := p.word(i + 1); len(name) > 3 || fullMonths[name] {
			return p.withYear(day, int(month), i+2)
		}
	}
	start := i
	inside := insideMonth[p.word(i)] // "in mei", "begin mei", "eind mei": a month alone
	if inside {
		i++
	} else {
		for _, glued := range monthPrefixes {
			if month, ok := strings.CutPrefix(p.word(i), glued); ok && months[month] != 0 {
				return yearlessMonth(months[month]), i + 1, true
			}
		}
	}
	var month time.Month
	month, ok = months[p.word(i)]
	if year, isYear := yearNumber(p.word(i), p); isYear && inYear[p.word(start)] {
		return wholeYear(year), i + 1, true
	}
	if !ok {
		return moment{}, start, false
	}
	if _, impossible := dayNumber(p.word(start - 1)); impossible { // "31 april 2026" is not April 2026
		return moment{}, start, false
	}
	if year, next, ok := p.yearAt(i + 1); ok {
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)},
			next, true
	}
	if inside {
		m := yearlessMonth(month)
		if which, ok := partsOf[p.word(start)]; ok {
			m.day = time.Date(2000, month, partDays[which], 0, 0, 0, 0, time.UTC)
		}
		return m, i + 1, true
	}
	if day, ok := dayNumber(p.word(i + 1)); ok && p.tokens[i].Stop == 0 {
		if _, monthToo := months[p.word(i+2)]; !monthToo && !countable(p.word(i+2)) && !hourWords[p.word(i+2)] &&
			!isMeridiem(p.word(i+2)) {
			return p.withYear(day, int(month), i+2)
		}
	}
	return moment{}, start, false
}

func (p *parser) withYear(day, month, next int) (moment, int, bool) {
	if year, end, ok := p.yearAt(next); ok {
		return p.exactDay(year, month, day, end)
	}
	m, next, ok := yearlessDay(day, month, next)
	if ok && lastPast[p.word(next)] {
		m.day, m.yearless, next = p.nearest(m), false, next+1
		if today := p.today(); m.day.After(today) {
			m.day = m.day.AddDate(-1, 0, 0)
		}
	}
	return m, next, ok
}

// yearWords count years: vorig jaar.
var yearWords = text.WordSet("dates", "unit.year")

// yearAt reads the year behind a month: 2019, vorig jaar, this year.
func (p *parser) yearAt(i int) (year, next int, ok bool) {
	if year, ok := yearNumber(p.word(i), p); ok {
		return year, i + 1, true
	}
	word := p.word(i)
	if !yearWords[p.word(i+1)] {
		return 0, i, false
	}
	switch year := p.now.Year(); {
	case before[word]:
		return year - 1, i + 2, true
	case this[word]:
		return year, i + 2, true
	case after[word]:
		return year + 1, i + 2, true
	}
	return 0, i, false
}

// dayNumber reads 3, 3e, 3de, 1ste, 3rd and the like.
func dayNumber(word string) (int, bool) {
	digits := strings.TrimLeft(word, "0123456789")
	if digits != "" && !dayEndings[digits] {
		return 0, false
	}
	n, err := strconv.Atoi(word[:len(word)-len(digits)])
	if err != nil || n < 1 || n > 31 || len(word)-len(digits) > 2 {
		return 0, false
	}
	return n, true
}

// yearNumber reads 2019 and '19.
func yearNumber(word string, p *parser) (int, bool) {
	short := strings.TrimPrefix(word, "'")
	n, err := strconv.Atoi(short)
	switch {
	case err != nil || short[0] == '+' || short[0] == '-':
		return 0, false
	case len(word) == 3 && word[0] == '\'':
		return p.century(n), true
	}
	return n, len(word) == 4 && goodYear(n)
}

// String writes a date as far as it is known: 2026-05-03 15:00, 2026-05-03, week 18 2026, 2026-05, 2026. A day whose
// year was not given keeps the year that was taken. The zero Date is "".
func (d Date) String() string {
	if d.Time.IsZero() {
		return ""
	}
	switch d.Precision {
	case PrecisionTime:
		return d.Time.Format("2006-01-02 15:04")
	case PrecisionWeek:
		year, week := d.Time.ISOWeek()
		return fmt.Sprintf("week %d %d", week, year)
	case PrecisionMonth:
		return d.Time.Format("2006-01")
	case PrecisionYear:
		return d.Time.Format("2006")
	}
	return d.Time.Format("2006-01-02")
}
