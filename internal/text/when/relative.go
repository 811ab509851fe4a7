package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// months by all their names; fullMonths are the names that a language writes in full.
var months, fullMonths = func() (all map[string]time.Month, full map[string]bool) {
	all, full = make(map[string]time.Month), make(map[string]bool)
	for _, l := range lang.All() {
		for m := time.January; m <= time.December; m++ {
			for i, name := range l.Words("dates", fmt.Sprintf("month.%d", m)) {
				all[text.Fold(name)] = m
				full[text.Fold(name)] = full[text.Fold(name)] || i == 0
			}
		}
	}
	return all, full
}()

// weekdays in full, and short forms that are read only behind a word such as "op" or "last", for they are words too.
var weekdays, shortWeekdays = func() (full, short map[string]time.Weekday) {
	full, short = make(map[string]time.Weekday), make(map[string]time.Weekday)
	for _, l := range lang.All() {
		for day := time.Sunday; day <= time.Saturday; day++ {
			for i, name := range l.Words("dates", fmt.Sprintf("weekday.%d", day)) {
				if i == 0 {
					full[text.Fold(name)] = day
				} else {
					short[text.Fold(name)] = day
				}
			}
		}
	}
	return full, short
}()

var numberWords = numbered("number")

// numbered reads a section of "word = number".
func numbered(section string) map[string]int {
	all := make(map[string]int)
	for word, value := range lang.Pairs("dates", section) {
		n, err := strconv.Atoi(value)
		if err != nil {
			panic(fmt.Sprintf("lang: dates.txt [%s]: %q is no number", section, value))
		}
		all[text.Fold(word)] = n
	}
	return all
}

type unit uint8

const (
	minuteUnit unit = iota + 1
	hourUnit
	dayUnit
	weekUnit
	monthUnit
	yearUnit
)

var (
	units      = unitsOf("unit.")
	bareUnits  = unitsOf("bare.")  // may stand without an amount
	shortUnits = unitsOf("short.") // are read behind a number only, for they are words too
)

func unitsOf(prefix string) map[string]unit {
	names := make(map[string]unit)
	for i, name := range []string{"minute", "hour", "day", "week", "month", "year"} {
		for _, word := range lang.Words("dates", prefix+name) {
			names[text.Fold(word)] = unit(i + 1)
		}
	}
	return names
}

var (
	before = text.WordSet("dates", "before")
	after  = text.WordSet("dates", "after")
	this   = text.WordSet("dates", "this")
	coming = text.WordSet("dates", "after.soon") // of two weekends the nearest

	weekWords  = text.WordSet("dates", "week")
	weekends   = text.WordSet("dates", "weekend")
	quarters   = text.WordSet("dates", "quarter")
	onWords    = text.WordSet("dates", "on")
	aheadWords = text.WordSet("dates", "ahead") // before a length of time from now

	dayArticles = text.WordSet("capture", "article") // vorige maand op de 3e
)

var (
	partNames = map[string]partOfDay{
		"": noPart, "morning": morning, "afternoon": afternoon, "evening": evening, "night": night,
	}
	dayParts    = partsOfDay("part.")
	shyParts    = text.WordSet("dates", "shy.part")  // only behind the word for "in the"
	partLeads   = text.WordSet("dates", "lead.part") // 's avonds
	partPhrases = text.Turns("dates", "phrase.part") // at night
	inThe       = text.Turns("dates", "in.the")
	nightUnits  = partsOfDay("unit.by.") // count days by these
	nowTurns    = text.Turns("dates", "now")
	todayWords  = text.WordSet("dates", "today")
)

func partsOfDay(prefix string) map[string]partOfDay {
	all := make(map[string]partOfDay)
	for word, part := range text.Kinds("dates", prefix) {
		all[word] = partNames[part]
	}
	return all
}

// relative is a day set against today.
type relative struct {
	days int
	part partOfDay
}

// relativeWords are such days in one word; relativeTurns in any number.
var relativeWords, relativeTurns = func() (single map[string]relative, all text.Phrases) {
	single, all = make(map[string]relative), text.Turns("dates", "relative")
	for _, p := range all {
		if len(p.Words) == 1 {
			single[p.Words[0]] = relativeDay(p.Value)
		}
	}
	return single, all
}()

// IsWeekday says that a folded word is the full name of a day of the week.
func IsWeekday(word string) bool {
	_, ok := weekdays[word]
	return ok
}

// IsMonth says that a folded word is a name of a month.
func IsMonth(word string) bool {
	_, ok := months[word]
	return ok
}

// IsRelativeDay says that a folded word alone sets a day against today: yesterday, vandaag.
func IsRelativeDay(word string) bool {
	_, ok := relativeWords[word]
	return ok || todayWords[word]
}

// relativeDay reads "-1 evening".
func relativeDay(value string) relative {
	days, part, _ := strings.Cut(value, " ")
	n, err := strconv.Atoi(days)
	of, known := partNames[part]
	if err != nil || !known {
		panic(fmt.Sprintf("lang: dates.txt [relative]: %q is no number of days with a part of the day", value))
	}
	return relative{n, of}
}

// relativeDay reads today, gisteravond, yesterday evening, last night, the day before yesterday, zojuist.
func (p *parser) relativeDay(i int) (moment, int, bool) {
	m := moment{hasDay: true, precision: PrecisionDay, day: p.today()}
	if _, next := nowTurns.At(p.word, i); next > 0 {
		return moment{hasDay: true, precision: PrecisionTime, exact: p.now}, next, true
	}
	if this[p.word(i)] && dayParts[p.word(i+1)] != noPart {
		m.part = dayParts[p.word(i+1)]
		return m, i + 2, true
	}
	value, next := relativeTurns.At(p.word, i)
	if next == 0 {
		return moment{}, i, false
	}
	day := relativeDay(value)
	m.day, m.part = m.day.AddDate(0, 0, day.days), day.part
	if next == i+1 {
		if part, after, ok := p.partAt(next); ok {
			m.part, next = part, after
		}
	}
	return m, next, true
}

// partAt reads a part of the day behind a day or a time: avond, evening, 's avonds, in the evening, at night.
func (p *parser) partAt(i int) (partOfDay, int, bool) {
	word := p.word(i)
	switch {
	case dayParts[word] != noPart && !shyParts[word]:
		return dayParts[word], i + 1, true
	case partLeads[word] && dayParts[p.word(i+1)] != noPart:
		return dayParts[p.word(i+1)], i + 2, true
	}
	if _, next := inThe.At(p.word, i); next > 0 && dayParts[p.word(next)] != noPart {
		return dayParts[p.word(next)], next + 1, true
	}
	if part, next := partPhrases.At(p.word, i); next > 0 {
		return partNames[part], next, true
	}
	return noPart, i, false
}

// aloneDays are short weekdays that open a line, or close it behind a pause, with nothing else to show what they are:
// di lunch; lunch met Anna, vr.
var aloneDays = text.WordSet("dates", "weekday.alone")

// standsAlone tells the head of a text, and its end behind a pause.
func (p *parser) standsAlone(i int) bool {
	alone := aloneDays[p.word(i)]
	if i == 0 {
		return alone
	}
	end := i+1 == len(p.tokens)
	if p.tokens[i-1].Stop != 0 {
		return end || alone && p.tokens[i].Stop != 0
	}
	return end && alone
}

// timed tells whether a time of day follows the day at once.
func (p *parser) timed(i int) bool {
	if p.clockFollows(i) {
		return true
	}
	_, _, ok := p.clockAt(i)
	return ok
}

// clockFollows tells whether a time in figures stands at a token: do 10.15.
func (p *parser) clockFollows(i int) bool {
	if p.word(i) == "" {
		return false
	}
	if _, _, ok := p.dottedClock(i); ok {
		return true
	}
	return p.figureClock(i)
}

// weekday reads dinsdag, Tuesday, dinsdagavond, last Tuesday, volgende maandag, vorige week dinsdag, dinsdag vorige
// week.
func (p *parser) weekday(i int) (moment, int, bool) {
	word := p.word(i)
	today := p.today()
	direction, next := 0, i
	week, hasWeek := 0, false
	switch {
	case before[word]:
		direction, next = -1, i+1
	case after[word]:
		direction, next = 1, i+1
	case this[word]:
		hasWeek, next = true, i+1
	}
	if next > i && weekWords[p.word(next)] {
		week, hasWeek, direction = direction, true, 0
		next++
		if onWords[p.word(next)] {
			next++
		}
	}
	day, part, ok := splitWeekday(p.word(next), next > i || dayLeads[p.word(i-1)] || p.dated(next+1) ||
		p.standsAlone(i) || p.clockFollows(next+1) || lastPast[p.word(next+1)] ||
		p.partBehind(next+1))
	if !ok {
		return moment{}, i, false
	}
	next++
	if !hasWeek && direction == 0 && weekWords[p.word(next+1)] {
		switch w := p.word(next); {
		case before[w]:
			week, hasWeek, next = -1, true, next+2
		case after[w]:
			week, hasWeek, next = 1, true, next+2
		case this[w]:
			hasWeek, next = true, next+2
		}
	}
	if part == noPart {
		if found, after, ok := p.partAt(next); ok {
			part, next = found, after
		}
	}
	// "vrijdag twee weken geleden"
	if q, end, ok := p.quantity(next); ok && !hasWeek && direction == 0 && q.unit == weekUnit && q.halves%2 == 0 &&
		agoWords[p.word(end)] {
		week, hasWeek, next = -q.halves/2, true, end+1
	}
	// "vrijdag jl."
	if direction == 0 && !hasWeek && (lastPast[p.word(next)] || lastPast[strings.ReplaceAll(p.word(next), ".", "")]) {
		direction, next = -1, next+1
	}
	// "dinsdag 3 mei": the date says it all.
	if direction == 0 && !hasWeek {
		for _, read := range []func(int) (moment, int, bool){p.named, p.written} {
			if p.word(next) == "" {
				break
			}
			if m, after, ok := read(next); ok && m.precision == PrecisionDay {
				m.part = part
				return m, after, true
			}
		}
	}
	distance := (int(day) - int(today.Weekday()) + 7) % 7 // days ahead, 0 to 6
	switch {
	case hasWeek:
		distance = (int(day)+6)%7 - (int(today.Weekday())+6)%7 + 7*week
	case direction == 0 && !hasWeek && p.lean == Recent && p.timed(next): // "vr 14.00" is an appointment
	case direction < 0, direction == 0 && p.lean != Future && distance > 0 && !deadlineLeads[p.word(i-1)]:
		distance -= 7
	case direction > 0 && distance == 0:
		distance = 7
	}
	return moment{hasDay: true, precision: PrecisionDay, day: today.AddDate(0, 0, distance), part: part}, next, true
}

// dated tells whether a date in figures or letters follows: "wo 20 mei".
func (p *parser) dated(i int) bool {
	if p.word(i) == "" {
		return false
	}
	_, _, ok := p.named(i)
	if !ok {
		_, _, ok = p.written(i)
	}
	return ok
}

// splitWeekday reads a weekday with or without a part of the day behind it: dinsdagavond.
func splitWeekday(word string, short bool) (time.Weekday, partOfDay, bool) {
	if day, ok := weekdays[word]; ok {
		return day, noPart, true
	}
	if day, ok := shortWeekdays[word]; ok && short {
		return day, noPart, true
	}
	for name, part := range dayParts { // a name can end with one part only, but for the s of "middags"
		if day, ok := weekdays[strings.TrimSuffix(word, name)]; ok && strings.HasSuffix(word, name) {
			return day, part, true
		}
	}
	return 0, noPart, false
}

// period reads vorige week, last month, dit jaar, afgelopen weekend.
func (p *parser) period(i int) (moment, int, bool) {
	step := 0
	switch word := p.word(i); {
	case weekWords[word]:
		return p.weekNumber(i)
	case before[word]:
		step = -1
	case after[word]:
		step = 1
	case this[word]:
	default:
		return moment{}, i, false
	}
	today := p.today()
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	m := moment{hasDay: true}
	name := p.word(i + 1)
	switch {
	case weekends[name]:
		m.precision, m.day = PrecisionDay, monday.AddDate(0, 0, 5)
		// On a Sunday "afgelopen weekend" may be yesterday; on a weekday it is the one behind us.
		if step < 0 && !m.day.Before(today) {
			m.day = m.day.AddDate(0, 0, -7)
		} else if step > 0 {
			m.day = m.day.AddDate(0, 0, 7)
		}
		if step > 0 && coming[p.word(i)] {
			m.day = monday.AddDate(0, 0, 5)
		}
	case weekWords[name]:
		m.precision, m.day = PrecisionWeek, monday.AddDate(0, 0, 7*step)
	case bareUnits[name] == monthUnit:
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), today.Month()+time.Month(step), 1, 0, 0, 0, 0,
			today.Location())
		// "vorige maand op de 3e"
		if n, ok := dayNumber(p.word(i + 4)); ok && onWords[p.word(i+2)] && dayArticles[p.word(i+3)] {
			if day := m.day.AddDate(0, 0, n-1); day.Month() == m.day.Month() {
				return moment{hasDay: true, precision: PrecisionDay, day: day}, i + 5, true
			}
		}
	case quarters[name]:
		first := (today.Month()-1)/3*3 + 1
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), first+time.Month(3*step), 1, 0, 0, 0, 0,
			today.Location())
	case bareUnits[name] == yearUnit:
		m.precision, m.day = PrecisionYear, time.Date(today.Year()+step, 1, 1, 0, 0, 0, 0, today.Location())
	default:
		month, ok := months[name]
		if !ok {
			return moment{}, i, false
		}
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), month, 1, 0, 0, 0, 0, today.Location())
		switch {
		case step < 0 && month >= today.Month():
			m.day = m.day.AddDate(-1, 0, 0)
		case step > 0 && month <= today.Month():
			m.day = m.day.AddDate(1, 0, 0)
		}
	}
	return m, i + 2, true
}

// weekNumber reads "week 20" and "week 20 2026", counted as in ISO 8601. Without a year it is the nearest on the side
// of the leaning.
func (p *parser) weekNumber(i int) (moment, int, bool) {
	n, err := strconv.Atoi(p.word(i + 1))
	if err != nil || n < 1 || n > 53 || len(p.word(i+1)) > 2 {
		return moment{}, i, false
	}
	year, next := p.now.Year(), i+2
	given, hasYear := yearNumber(p.word(next), p)
	if hasYear {
		year = given
		next++
	}
	start := func(year int) time.Time {
		first := time.Date(year, 1, 4, 0, 0, 0, 0, p.now.Location()) // is always in week 1
		return first.AddDate(0, 0, -(int(first.Weekday())+6)%7+7*(n-1))
	}
	day := start(year)
	today := p.today()
	future := p.lean == Future || deadlineLeads[p.word(i-1)]
	switch {
	case hasYear:
	case !future && day.After(today):
		day = start(year - 1)
	case future && day.AddDate(0, 0, 6).Before(today):
		day = start(year + 1)
	}
	if _, week := day.ISOWeek(); week != n { // not every year has a week 53
		return moment{}, i, false
	}
	return moment{hasDay: true, precision: PrecisionWeek, day: day}, next, true
}

// amount reads a number in figures or letters.
func (p *parser) amount(i int) (n, next int, ok bool) {
	word := p.word(i)
	if n, ok := numberWords[word]; ok {
		return n, i + 1, true
	}
	n, err := strconv.Atoi(word)
	if err != nil || len(word) > 3 || n < 1 || word[0] == '+' {
		return 0, i, false
	}
	return n, i + 1, true
}

// span reads "twee weken" and sets it off against now, back or ahead.
func (p *parser) span(i, direction int) (moment, int, bool) {
	q, next, ok := p.quantity(i)
	if !ok {
		return moment{}, i, false
	}
	m, ok := p.from(q, direction)
	return m, next, ok
}

func (p *parser) shift(n int, kind unit) moment {
	today := p.today()
	m := moment{hasDay: true, precision: PrecisionDay}
	switch kind {
	case minuteUnit:
		m.precision, m.exact = PrecisionTime, p.now.Add(time.Duration(n)*time.Minute)
	case hourUnit:
		m.precision, m.exact = PrecisionTime, p.now.Add(time.Duration(n)*time.Hour)
	case dayUnit:
		m.day = today.AddDate(0, 0, n)
	case weekUnit:
		m.day = today.AddDate(0, 0, 7*n)
	case monthUnit:
		// Counted from the first, so that a month before the 31st is the month before.
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), today.Month()+time.Month(n), 1, 0, 0, 0, 0,
			today.Location())
	case yearUnit:
		m.precision, m.day = PrecisionYear, time.Date(today.Year()+n, 1, 1, 0, 0, 0, 0, today.Location())
	}
	return m
}

// ahead reads "over twee weken", "in two weeks".
func (p *parser) ahead(i int) (moment, int, bool) {
	if !aheadWords[p.word(i)] {
		return moment{}, i, false
	}
	return p.span(i+1, 1)
}
