package text

import (
	"strconv"
	"strings"
	"time"
)

var months = func() map[string]time.Month {
	names := make(map[string]time.Month)
	for i, line := range []string{
		"januari january jan", "februari february feb", "maart march mrt mar", "april apr", "mei may", "juni june jun",
		"juli july jul", "augustus august aug", "september sep sept", "oktober october okt oct",
		"november nov", "december dec",
	} {
		for name := range strings.FieldsSeq(line) {
			names[name] = time.Month(i + 1)
		}
	}
	return names
}()

// weekdays in full, and short forms that are read only behind a word such as "op" or "last", for they are words too.
var weekdays, shortWeekdays = func() (full, short map[string]time.Weekday) {
	full, short = make(map[string]time.Weekday), make(map[string]time.Weekday)
	for i, line := range []string{
		"zondag sunday zo sun", "maandag monday ma mon", "dinsdag tuesday di tue tues", "woensdag wednesday wo wed",
		"donderdag thursday do thu thurs", "vrijdag friday vr fri", "zaterdag saturday za sat",
	} {
		for name := range strings.FieldsSeq(line) {
			if len(name) >= 6 {
				full[name] = time.Weekday(i)
			} else {
				short[name] = time.Weekday(i)
			}
		}
	}
	return full, short
}()

var numberWords = func() map[string]int {
	numbers := make(map[string]int)
	for i, line := range []string{
		"een one a an 'n", "twee two", "drie three", "vier four", "vijf five", "zes six", "zeven seven", "acht eight",
		"negen nine", "tien ten", "elf eleven", "twaalf twelve",
	} {
		for name := range strings.FieldsSeq(line) {
			numbers[name] = i + 1
		}
	}
	for i, line := range []string{
		"dertien thirteen", "veertien fourteen", "vijftien fifteen", "zestien sixteen", "zeventien seventeen",
		"achttien eighteen", "negentien nineteen", "twintig twenty",
	} {
		for name := range strings.FieldsSeq(line) {
			numbers[name] = i + 13
		}
	}
	for i, line := range []string{"dertig thirty", "veertig forty", "vijftig fifty", "zestig sixty"} {
		for name := range strings.FieldsSeq(line) {
			numbers[name] = 10*i + 30
		}
	}
	return numbers
}()

type unit uint8

const (
	minuteUnit unit = iota + 1
	hourUnit
	dayUnit
	weekUnit
	monthUnit
	yearUnit
)

var units = func() map[string]unit {
	names := make(map[string]unit)
	for i, line := range []string{
		"minuut minuten minuutje min minute minutes mins", "uur uren uurtje hour hours", "dag dagen day days",
		"week weken weeks", "maand maanden month months", "jaar jaren year years",
	} {
		for name := range strings.FieldsSeq(line) {
			names[name] = unit(i + 1)
		}
	}
	return names
}()

var (
	before = wordSet(`vorige vorig afgelopen laatste last previous past`)
	after  = wordSet(`volgende volgend komende komend aanstaande next coming`)
	this   = wordSet(`deze dit this`)
)

var dayParts = map[string]partOfDay{
	"ochtend": morning, "morning": morning, "middag": afternoon, "namiddag": afternoon, "afternoon": afternoon,
	"avond": evening, "evening": evening, "nacht": night, "night": night,
	"ochtends": morning, "morgens": morning, "middags": afternoon, "avonds": evening, "nachts": night,
}

// relativeWords are days set against today in one word.
var relativeWords = map[string]struct {
	days int
	part partOfDay
}{
	"vandaag": {0, noPart}, "today": {0, noPart}, "vanochtend": {0, morning}, "vanmorgen": {0, morning},
	"vanmiddag": {0, afternoon}, "vanavond": {0, evening},
	"vannacht": {0, night}, "tonight": {0, evening}, "gisteren": {-1, noPart}, "gister": {-1, noPart},
	"yesterday": {-1, noPart}, "gisterochtend": {-1, morning},
	"gistermorgen": {-1, morning}, "gistermiddag": {-1, afternoon}, "gisteravond": {-1, evening},
	"gisternacht": {-1, night}, "eergisteren": {-2, noPart},
	"eergisteravond": {-2, evening}, "eergisterochtend": {-2, morning}, "eergistermorgen": {-2, morning},
	"eergistermiddag": {-2, afternoon},
	"eergisternacht":  {-2, night}, "gisternamiddag": {-1, afternoon}, "vannamiddag": {0, afternoon},
	"eereergisteren": {-3, noPart}, "voorgisteren": {-2, noPart},
	"morgen": {1, noPart}, "tomorrow": {1, noPart}, "morgenochtend": {1, morning}, "morgenmiddag": {1, afternoon},
	"morgenavond": {1, evening}, "overmorgen": {2, noPart},
}

// relativeDay reads today, gisteravond, yesterday evening, last night, the day before yesterday, zojuist.
func (p *dateParser) relativeDay(i int) (moment, int, bool) {
	word, second := p.word(i), p.word(i+1)
	m := moment{hasDay: true, precision: PrecisionDay, day: p.today()}
	switch {
	case word == "zojuist" || word == "zonet" || word == "daarnet":
		return moment{hasDay: true, precision: PrecisionTime, exact: p.now}, i + 1, true
	case (word == "just" || word == "right") && second == "now", word == "zo" && second == "net":
		return moment{hasDay: true, precision: PrecisionTime, exact: p.now}, i + 2, true
	case word == "day" && second == "before" && p.word(i+2) == "yesterday":
		m.day = m.day.AddDate(0, 0, -2)
		return m, i + 3, true
	case word == "day" && second == "after" && p.word(i+2) == "tomorrow":
		m.day = m.day.AddDate(0, 0, 2)
		return m, i + 3, true
	case word == "last" && (second == "night" || second == "evening"):
		m.day, m.part = m.day.AddDate(0, 0, -1), evening
		return m, i + 2, true
	case word == "afgelopen" && second == "nacht":
		m.part = night
		return m, i + 2, true
	case this[word] && dayParts[second] != noPart:
		m.part = dayParts[second]
		return m, i + 2, true
	}
	relative, ok := relativeWords[word]
	if !ok {
		return moment{}, i, false
	}
	m.day, m.part = m.day.AddDate(0, 0, relative.days), relative.part
	next := i + 1
	if part, after, ok := p.partAt(next); ok {
		m.part, next = part, after
	}
	return m, next, true
}

// partAt reads a part of the day behind a day or a time: avond, evening, 's avonds, in the evening, at night.
func (p *dateParser) partAt(i int) (partOfDay, int, bool) {
	word := p.word(i)
	switch {
	case dayParts[word] != noPart && word != "nachts":
		return dayParts[word], i + 1, true
	case word == "'s" && dayParts[p.word(i+1)] != noPart:
		return dayParts[p.word(i+1)], i + 2, true
	case word == "in" && (p.word(i+1) == "the" || p.word(i+1) == "de") && dayParts[p.word(i+2)] != noPart:
		return dayParts[p.word(i+2)], i + 3, true
	case word == "at" && p.word(i+1) == "night":
		return night, i + 2, true
	}
	return noPart, i, false
}

// weekday reads dinsdag, Tuesday, dinsdagavond, last Tuesday, volgende maandag, vorige week dinsdag, dinsdag vorige
// week.
func (p *dateParser) weekday(i int) (moment, int, bool) {
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
	if next > i && p.word(next) == "week" {
		week, hasWeek, direction = direction, true, 0
		next++
		if p.word(next) == "op" || p.word(next) == "on" {
			next++
		}
	}
	day, part, ok := splitWeekday(p.word(next), next > i || dayLeads[p.word(i-1)] || p.dated(next+1))
	if !ok {
		return moment{}, i, false
	}
	next++
	if !hasWeek && direction == 0 && p.word(next+1) == "week" {
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
	if w := p.word(next); direction == 0 && !hasWeek && (w == "jl" || w == "jongstleden" || w == "j.l") {
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
	case direction < 0, direction == 0 && p.lean != Future && distance > 0 && !deadlineLeads[p.word(i-1)]:
		distance -= 7
	case direction > 0 && distance == 0:
		distance = 7
	}
	return moment{hasDay: true, precision: PrecisionDay, day: today.AddDate(0, 0, distance), part: part}, next, true
}

// dated tells whether a date in figures or letters follows: "wo 20 mei".
func (p *dateParser) dated(i int) bool {
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
	if at := strings.Index(word, "dag"); at > 0 && dayParts[word[at+3:]] != noPart {
		if day, ok := weekdays[word[:at+3]]; ok {
			return day, dayParts[word[at+3:]], true
		}
	}
	return 0, noPart, false
}

// period reads vorige week, last month, dit jaar, afgelopen weekend.
func (p *dateParser) period(i int) (moment, int, bool) {
	step := 0
	switch word := p.word(i); {
	case word == "week":
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
	switch kind := units[name]; {
	case name == "weekend" || name == "weekeinde":
		m.precision, m.day = PrecisionDay, monday.AddDate(0, 0, 5)
		// On a Sunday "afgelopen weekend" may be yesterday; on a weekday it is the one behind us.
		if step < 0 && !m.day.Before(today) {
			m.day = m.day.AddDate(0, 0, -7)
		} else if step > 0 {
			m.day = m.day.AddDate(0, 0, 7)
		}
		if step > 0 && (p.word(i) == "komend" || p.word(i) == "komende" || p.word(i) == "coming") {
			m.day = monday.AddDate(0, 0, 5)
		}
	case name == "week":
		m.precision, m.day = PrecisionWeek, monday.AddDate(0, 0, 7*step)
	case kind == monthUnit && name[len(name)-1] != 's' && !strings.HasSuffix(name, "en"):
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), today.Month()+time.Month(step), 1, 0, 0, 0, 0,
			today.Location())
		// "vorige maand op de 3e"
		if n, ok := dayNumber(p.word(i + 4)); ok && (p.word(i+2) == "op" || p.word(i+2) == "on") &&
			articles[p.word(i+3)] {
			if day := m.day.AddDate(0, 0, n-1); day.Month() == m.day.Month() {
				return moment{hasDay: true, precision: PrecisionDay, day: day}, i + 5, true
			}
		}
	case name == "kwartaal" || name == "quarter":
		first := (today.Month()-1)/3*3 + 1
		m.precision, m.day = PrecisionMonth, time.Date(today.Year(), first+time.Month(3*step), 1, 0, 0, 0, 0,
			today.Location())
	case kind == yearUnit && (name == "jaar" || name == "year"):
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
func (p *dateParser) weekNumber(i int) (moment, int, bool) {
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
func (p *dateParser) amount(i int) (n, next int, ok bool) {
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
func (p *dateParser) span(i, direction int) (moment, int, bool) {
	q, next, ok := p.quantity(i)
	if !ok {
		return moment{}, i, false
	}
	m, ok := p.from(q, direction)
	return m, next, ok
}

func (p *dateParser) shift(n int, kind unit) moment {
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
func (p *dateParser) ahead(i int) (moment, int, bool) {
	if w := p.word(i); w != "over" && w != "in" {
		return moment{}, i, false
	}
	return p.span(i+1, 1)
}
