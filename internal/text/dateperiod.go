package text

import (
	"strings"
	"time"
)

// Parts of weeks, months and years, days of a month, seasons and feasts.

// partsOf say where in a period something lies.
var partsOf = map[string]int{
	"begin": 0, "beginning": 0, "start": 0, "early": 0, "medio": 1, "mid": 1, "half": 1, "halverwege": 1, "midden": 1,
	"middle": 1, "halfway": 1, "eind": 2, "einde": 2, "end": 2, "late": 2,
}

// partOf reads begin deze maand, eind vorige week, at the end of last month, early this year.
func (p *dateParser) partOf(i int) (moment, int, bool) {
	which, ok := partsOf[p.word(i)]
	if !ok {
		return moment{}, i, false
	}
	next := i + 1
	for n := 0; n < 3; n++ {
		if w := p.word(next); w == "van" || w == "of" || w == "in" || w == "the" || w == "de" {
			next++
		}
	}
	m, end, ok := p.period(next)
	if !ok {
		if m, end, ok = p.beforeLast(next); !ok {
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

// partOfMonth reads "the beginning of May"; named reads it without "of".
func (p *dateParser) partOfMonth(start, i, which int) (moment, int, bool) {
	month, ok := months[p.word(i)]
	if !ok {
		return moment{}, start, false
	}
	day := []int{1, 15, 25}[which]
	if year, ok := yearNumber(p.word(i+1), p); ok {
		return moment{hasDay: true, precision: PrecisionMonth, day: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)},
			i + 2, true
	}
	m := yearlessMonth(month)
	m.day = time.Date(2000, month, day, 0, 0, 0, 0, time.UTC)
	return m, i + 1, true
}

// beforeLast reads the week before last, voorlaatste maand, voorvorige week.
func (p *dateParser) beforeLast(i int) (moment, int, bool) {
	name, next := p.word(i+1), i+2
	switch p.word(i) {
	case "voorlaatste", "voorvorige", "voorvorig", "eervorige", "eervorig":
	default:
		if p.word(i+1) != "before" || p.word(i+2) != "last" {
			return moment{}, i, false
		}
		name, next = p.word(i), i+3
	}
	today := p.today()
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	m := moment{hasDay: true}
	switch {
	case name == "week":
		m.precision, m.day = PrecisionWeek, monday.AddDate(0, 0, -14)
	case name == "weekend" || name == "weekeinde":
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
	for _, line := range []string{
		`eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende
			vijftiende zestiende zeventiende achttiende negentiende twintigste eenentwintigste tweeentwintigste
			drieentwintigste vierentwintigste vijfentwintigste zesentwintigste zevenentwintigste achtentwintigste
			negenentwintigste dertigste eenendertigste`,
		`first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
			fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third
			twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first`,
	} {
		for i, name := range strings.Fields(line) {
			numbers[name] = i + 1
		}
	}
	return numbers
}()

// ofMonth reads a day within a month that is named in another way than by its name: de 3e van vorige maand, the first
// of last month, the last Friday of October, and op de 12e, which is the nearest such day.
func (p *dateParser) ofMonth(i int) (moment, int, bool) {
	start := i
	if w := p.word(i); w == "de" || w == "the" {
		i++
	}
	word := p.word(i)
	n, isDay := dayNumber(word)
	if !isDay {
		n = ordinals[word]
	}
	last := word == "laatste" || word == "last"
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
	if next := p.word(i + 1); next != "" && p.tokens[i].stop == 0 && mediumWords[next] == "" && !withWords[next] &&
		!clockLeads[next] && !placeWords[next] {
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
func (p *dateParser) monthBehind(i int) (moment, int, bool) {
	if w := p.word(i); w == "of" || w == "van" || w == "in" {
		i++
	} else if months[w] == 0 {
		return moment{}, i, false
	}
	if w := p.word(i); w == "de" || w == "the" {
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
var seasons = map[string]time.Month{
	"lente": 4, "voorjaar": 4, "spring": 4, "zomer": 7, "summer": 7, "herfst": 10, "najaar": 10, "autumn": 10,
	"fall": 10, "winter": 1,
}

// season reads afgelopen zomer, last winter, in het voorjaar: the month in its middle.
func (p *dateParser) season(i int) (moment, int, bool) {
	word, next := p.word(i), i+1
	direction := 0
	switch {
	case before[word]:
		direction = -1
	case after[word]:
		direction = 1
	case this[word]:
	case word == "in" && (p.word(next) == "de" || p.word(next) == "het" || p.word(next) == "the"):
		next++
	default:
		return moment{}, i, false
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

// feasts with a fixed day.
var feasts = map[string][2]int{
	"kerst": {12, 25}, "kerstmis": {12, 25}, "kerstavond": {12, 24}, "christmas": {12, 25}, "xmas": {12, 25},
	"oudjaar":        {12, 31},
	"oudejaarsavond": {12, 31}, "oudejaarsdag": {12, 31}, "nieuwjaar": {1, 1}, "nieuwjaarsdag": {1, 1},
	"koningsdag":     {4, 27},
	"bevrijdingsdag": {5, 5}, "dodenherdenking": {5, 4}, "sinterklaas": {12, 5}, "sinterklaasavond": {12, 5},
	"pakjesavond": {12, 5},
	"halloween":   {10, 31}, "valentijnsdag": {2, 14}, "driekoningen": {1, 6}, "sint-maarten": {11, 11},
}

// movable are the days that Easter moves, counted from it.
var movable = map[string]int{
	"pasen": 0, "paasdag": 0, "easter": 0, "paaszondag": 0, "paasmaandag": 1, "hemelvaart": 39, "hemelvaartsdag": 39,
	"pinksteren": 49, "pinksterdag": 49, "whitsun": 49, "pentecost": 49,
}

// feastLeads stand before a feast that says when; elsewhere it may be what was spoken of.
var feastLeads = wordSet(`op on at tijdens during rond around sinds since eerste tweede first second voor before`)

// feast reads op koningsdag, afgelopen kerst, tweede paasdag, new year's eve.
func (p *dateParser) feast(i int) (moment, int, bool) {
	lead := p.word(i)
	step, next := 0, i
	switch {
	case before[lead]:
		step, next = -1, i+1
	case after[lead]:
		step, next = 1, i+1
	case lead == "eerste" || lead == "tweede" || lead == "first" || lead == "second":
		next = i + 1
	case i > 0 && !feastLeads[p.word(i-1)]:
		return moment{}, i, false
	}
	second := 0
	if next > i && (lead == "tweede" || lead == "second") {
		second = 1
	}
	word := p.word(next)
	if (word == "goede" && p.word(next+1) == "vrijdag") || word == "good" && p.word(next+1) == "friday" {
		return p.easterly(-2, step, next+2)
	}
	if word == "easter" && p.word(next+1) == "monday" {
		return p.easterly(1, step, next+2)
	}
	if days, ok := movable[word]; ok {
		return p.easterly(days+second, step, next+1)
	}
	date, ok := feasts[word]
	switch {
	case word == "kerstdag":
		date, ok = [2]int{12, 25 + second}, true
	case word == "boxing" && p.word(next+1) == "day":
		date, ok = [2]int{12, 26}, true
		next++
	case word == "new" && p.word(next+1) == "year's":
		date, ok = [2]int{1, 1}, true
		if next++; p.word(next+1) == "eve" {
			date = [2]int{12, 31}
		}
	}
	if !ok {
		return moment{}, i, false
	}
	next++
	if w := p.word(next); w == "eve" && date == [2]int{12, 25} {
		date, next = [2]int{12, 24}, next+1
	} else if w == "day" || w == "eve" {
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
func (p *dateParser) easterly(days, step, next int) (moment, int, bool) {
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
func (p *dateParser) feastDay(step int, of func(year int) time.Time) time.Time {
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
