package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Parts of weeks, months and years, days of a month, seasons and feasts.

// partsOf say where in a period something lies.
var partsOf = func() map[string]int {
	all := map[string]int{}
	for i, section := range []string{"period.begin", "period.middle", "period.end"} {
		for word := range text.WordSet("dates", section) {
			all[word] = i
		}
	}
	return all
}()

var (
	periodLinks   = text.WordSet("dates", "period.link") // between the part and the period
	beforeLast    = text.WordSet("dates", "last.before")
	beforeLastEnd = text.Turns("dates", "last.before.behind")
	lastWords     = text.WordSet("dates", "last")
	theWords      = text.WordSet("dates", "the")
	monthLinks    = text.WordSet("dates", "month.of")
	seasonLinks   = text.Turns("dates", "in.season")
	mediaBehind   = text.Kinds("capture", "medium.") // may follow a bare day of the month, as these may
	dayBehind     = text.WordSet("capture", "with", "place")
)

// partOf reads begin deze maand, eind vorige week, at the end of last month, early this year.
func (p *parser) partOf(i int) (moment, int, bool) {
	which, ok := partsOf[p.word(i)]
	if !ok {
		return moment{}, i, false
	}
	next := i + 1
	for n := 0; n < 3; n++ {
		if periodLinks[p.word(next)] {
			next++
		}
	}
	m, end, ok := p.period(next)
	if !ok {
		if m, end, ok = p.lastButOne(next); !ok {
			return p.partOfMonth(i, next, which)
		}
	}
	switch m.precision {
	case PrecisionWeek:
		m.day = m.day.AddDate(0, 0, 2*which)
		m.precision = PrecisionDay
	case PrecisionMonth:
		m.day = m.day.AddDate(0, 0, []int{0, 14, 24}[which])
	case PrecisionYear:
		m.day = m.day.AddDate(0, []int{0, 5, 10}[which], 0)
		m.precision = PrecisionMonth
	}
	if p.lean != Future && !after[p.word(next)] && m.day.After(p.today()) {
		m.day = p.today()
	}
	return m, end, true
}

// partDays are the days for the beginning, the middle and the end of a month.
var partDays = [...]int{1, 15, 25}

// partOfMonth reads "the beginning of May"; named reads it without "of".
func (p *parser) partOfMonth(start, i, which int) (moment, int, bool) {
	month, ok := months[p.word(i)]
	if !ok {
		return moment{}, start, false
	}
	day := partDays[which]
	if year, ok := yearNumber(p.word(i+1), p); ok {
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)},
			i + 2, true
	}
	m := yearlessMonth(month)
	m.day = time.Date(2000, month, day, 0, 0, 0, 0, time.UTC)
	return m, i + 1, true
}

// lastButOne reads the week before last, voorlaatste maand, voorvorige week.
func (p *parser) lastButOne(i int) (moment, int, bool) {
	name, next := p.word(i+1), i+2
	if !beforeLast[p.word(i)] {
		_, end := beforeLastEnd.At(p.word, i+1)
		if end == 0 {
			return moment{}, i, false
		}
		name, next = p.word(i), end
	}
	today := p.today()
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	m := moment{hasDay: true}
	switch {
	case weekWords[name]:
		m.precision, m.day = PrecisionWeek, monday.AddDate(0, 0, -14)
	case weekends[name]:
		m.precision, m.day = PrecisionDay, monday.AddDate(0, 0, 5-14)
	case units[name] == monthUnit:
		m = p.shift(-2, monthUnit)
	case units[name] == yearUnit:
		m = p.shift(-2, yearUnit)
	default:
		day, ok := weekdays[name]
		if !ok {
			return moment{}, i, false
		}
		behind := (int(today.Weekday()) - int(day) + 7) % 7
		if behind == 0 {
			behind = 7
		}
		m.precision, m.day = PrecisionDay, today.AddDate(0, 0, -behind-7)
	}
	return m, next, true
}

// ordinals are days of a month in letters.
var ordinals = func() map[string]int {
	numbers := map[string]int{}
	for _, l := range lang.All() {
		for i, name := range l.Words("dates", "ordinal") {
			numbers[text.Fold(name)] = i + 1
		}
	}
	return numbers
}()

// ofMonth reads a day within a month that is named in another way than by its name: de 3e van vorige maand, the first
// of last month, the last Friday of October, and op de 12e, which is the nearest such day.
func (p *parser) ofMonth(i int) (moment, int, bool) {
	start := i
	if theWords[p.word(i)] {
		i++
	}
	word := p.word(i)
	n, isDay := dayNumber(word)
	if !isDay {
		n = ordinals[word]
	}
	last := lastWords[word]
	if day, ok := weekdays[p.word(i+1)]; ok && (last || n >= 1 && n <= 5) {
		month, next, found := p.monthBehind(i + 2)
		if !found {
			return moment{}, start, false
		}
		if last {
			end := month.day.AddDate(0, 1, -1)
			month.day = end.AddDate(0, 0, -(int(end.Weekday())-int(day)+7)%7)
		} else {
			month.day = month.day.AddDate(0, 0, (int(day)-int(month.day.Weekday())+7)%7+7*(n-1))
		}
		return moment{hasDay: true, precision: PrecisionDay, day: month.day}, next, true
	}
	if n == 0 || n > 31 {
		return moment{}, start, false
	}
	if month, next, ok := p.monthBehind(i + 1); ok && months[p.word(next-1)] == 0 && months[p.word(next-2)] == 0 {
		day := time.Date(month.day.Year(), month.day.Month(), n, 0, 0, 0, 0, p.now.Location())
		return moment{hasDay: true, precision: PrecisionDay, day: day}, next, day.Day() == n
	}
	// "op de 12e" alone: figures with their ending, and nothing behind that they count.
	if i == start || word == strings.TrimLeft(word, "0123456789") ||
		word == strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz") {
		return moment{}, start, false
	}
	if next := p.word(i + 1); next != "" && p.tokens[i].Stop == 0 && mediaBehind[next] == "" && !dayBehind[next] &&
		!clockLeads[next] {
		return moment{}, start, false
	}
	today := p.today()
	step := -1
	if p.lean == Future || deadlineLeads[p.word(start-1)] {
		step = 1
	}
	for k := range 12 {
		day := time.Date(today.Year(), today.Month()+time.Month(k*step), n, 0, 0, 0, 0, today.Location())
		if day.Day() == n && (step < 0 && !day.After(today) || step > 0 && !day.Before(today)) {
			return moment{hasDay: true, precision: PrecisionDay, day: day}, i + 1, true
		}
	}
	return moment{}, start, false
}

// monthBehind reads "of last month", "van oktober", "in mei 2026" behind a day.
func (p *parser) monthBehind(i int) (moment, int, bool) {
	if monthLinks[p.word(i)] {
		i++
	} else if months[p.word(i)] == 0 {
		return moment{}, i, false
	}
	if theWords[p.word(i)] {
		i++
	}
	if m, next, ok := p.period(i); ok && m.precision == PrecisionMonth {
		return m, next, true
	}
	month, ok := months[p.word(i)]
	if !ok {
		return moment{}, i, false
	}
	if year, ok := yearNumber(p.word(i+1), p); ok {
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(year, month, 1, 0, 0, 0, 0,
			p.now.Location())}, i + 2, true
	}
	m := yearlessMonth(month)
	m.day = p.nearest(m)
	return m, i + 1, true
}

// seasons by the month in their middle.
var seasons = func() map[string]time.Month {
	all := map[string]time.Month{}
	for name, month := range numbered("season") {
		all[name] = time.Month(month)
	}
	return all
}()

// season reads afgelopen zomer, last winter, in het voorjaar: the month in its middle.
func (p *parser) season(i int) (moment, int, bool) {
	word, next := p.word(i), i+1
	direction := 0
	switch {
	case before[word]:
		direction = -1
	case after[word]:
		direction = 1
	case this[word]:
	default:
		if _, next = seasonLinks.At(p.word, i); next == 0 {
			return moment{}, i, false
		}
	}
	month, ok := seasons[p.word(next)]
	if !ok {
		return moment{}, i, false
	}
	today := p.today()
	if year, ok := yearNumber(p.word(next+1), p); ok {
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(year, month, 1, 0, 0, 0, 0,
			today.Location())}, next + 2, true
	}
	day := time.Date(today.Year(), month, 1, 0, 0, 0, 0, today.Location())
	switch {
	case direction > 0 && !day.After(today):
		day = day.AddDate(1, 0, 0)
	case direction <= 0 && p.lean != Future && day.After(today):
		day = day.AddDate(-1, 0, 0)
	}
	return moment{hasDay: true, precision: PrecisionMonth, day: day}, next + 1, true
}

// feasts with a fixed day ("12-25", or "12-25+" where a second one is the day after) and those that Easter moves,
// counted in days from it.
var (
	feasts     = text.Turns("dates", "feast")
	movable    = text.Turns("dates", "feast.easter")
	feastDays  = text.WordSet("dates", "feast.day") // may stand behind a feast
	feastEves  = text.WordSet("dates", "feast.eve")
	firstWords = text.WordSet("dates", "first")
	nextFeast  = text.WordSet("dates", "second")
)

// feastLeads stand before a feast that says when; elsewhere it may be what was spoken of.
var feastLeads = text.WordSet("dates", "lead.feast")

// feast reads op koningsdag, afgelopen kerst, tweede paasdag, new year's eve.
func (p *parser) feast(i int) (moment, int, bool) {
	lead := p.word(i)
	step, next := 0, i
	switch {
	case before[lead]:
		step, next = -1, i+1
	case after[lead]:
		step, next = 1, i+1
	case firstWords[lead] || nextFeast[lead]:
		next = i + 1
	case i > 0 && !feastLeads[p.word(i-1)]:
		return moment{}, i, false
	}
	second := 0
	if next > i && nextFeast[lead] {
		second = 1
	}
	if value, end := movable.At(p.word, next); end > 0 {
		days, fixed := strings.CutSuffix(value, "!") // one of its own, which has no second
		n, _ := strconv.Atoi(days)
		if !fixed {
			n += second
		}
		return p.easterly(n, step, end)
	}
	value, end := feasts.At(p.word, next)
	if end == 0 {
		return moment{}, i, false
	}
	day, twice := strings.CutSuffix(value, "+")
	var date [2]int
	if _, err := fmt.Sscanf(day, "%d-%d", &date[0], &date[1]); err != nil {
		return moment{}, i, false
	}
	if twice {
		date[1] += second
	}
	next = end
	if w := p.word(next); feastEves[w] && date == [2]int{12, 25} {
		date, next = [2]int{12, 24}, next+1
	} else if feastDays[w] || feastEves[w] {
		next++
	}
	m, end, ok := yearlessDay(date[1], date[0], next)
	if step != 0 && ok {
		m.day, m.yearless = p.feastDay(step, func(year int) time.Time {
			return time.Date(year, time.Month(date[0]), date[1], 0, 0, 0, 0, p.now.Location())
		}), false
	}
	return m, end, ok
}

// easterly is a day that Easter moves.
func (p *parser) easterly(days, step, next int) (moment, int, bool) {
	if step == 0 {
		step = -1
		if p.lean == Future {
			step = 1
		}
	}
	day := p.feastDay(step, func(year int) time.Time { return easter(year, p.now.Location()).AddDate(0, 0, days) })
	return moment{hasDay: true, precision: PrecisionDay, day: day}, next, true
}

// feastDay is the nearest such day before today, or after it; today counts.
func (p *parser) feastDay(step int, of func(year int) time.Time) time.Time {
	today := p.today()
	day := of(today.Year())
	if step < 0 && day.After(today) || step > 0 && day.Before(today) {
		day = of(today.Year() + step)
	}
	return day
}

// easter is Easter Sunday by the Gregorian computation (Meeus, Astronomical Algorithms, chapter 8).
func easter(year int, zone *time.Location) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	return time.Date(year, time.Month((h+l-7*m+114)/31), (h+l-7*m+114)%31+1, 0, 0, 0, 0, zone)
}
