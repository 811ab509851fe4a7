package text

import (
	"strconv"
	"strings"
	"time"
)

// Lengths of time set against now, with halves and hedges: anderhalve week geleden, about two and a half years ago, een
// week of drie geleden, three Fridays ago.

var (
	// hedges stand before an amount that is not exact. What they hedge is taken as it stands.
	hedges = wordSet(
		`zo'n ongeveer circa ca about roughly around ruim goed bijna krap nearly almost over some approximately zowat
		plusminus kleine minder meer more less than dan`)
	agoWords = wordSet(`geleden ago terug back earlier eerder`)
	// bareUnits may stand without an amount.
	bareUnits = wordSet(`dag week weekje maand maandje jaar jaartje day month year`)
	// someWords are amounts that say nothing exact.
	someWords = wordSet(`paar few enkele enige several some veel many aantal wat`)
	// nightUnits count days by their evenings.
	nightUnits = map[string]partOfDay{
		"nacht": night, "nachten": night, "night": night, "nights": night,
		"avond": evening, "avonden": evening, "evening": evening, "evenings": evening,
	}
)

// quantity is a length of time: so many halves of a unit.
type quantity struct {
	halves int
	unit   unit
	part   partOfDay
}

// quantity reads twee weken, anderhalve maand, 2,5 jaar, two and a half weeks, half a year, een week of drie, a
// fortnight.
func (p *dateParser) quantity(i int) (quantity, int, bool) {
	for n := 0; n < 3 &&
		(hedges[p.word(i)] || n > 0 && (p.word(i) == "een" || p.word(i) == "a") && hedges[p.word(i+1)]); n++ {
		i++
	}
	if (p.word(i) == "een" || p.word(i) == "a") && hedges[p.word(i+1)] { // "een kleine week"
		return p.measured(2, i+2)
	}
	word := p.word(i)
	switch {
	case word == "":
		return quantity{}, i, false
	case word == "anderhalf" || word == "anderhalve":
		return p.measured(3, i+1)
	case word == "een" && (p.word(i+1) == "half" || p.word(i+1) == "halve"):
		return p.measured(1, i+2)
	case word == "half" && (p.word(i+1) == "a" || p.word(i+1) == "an"):
		return p.measured(1, i+2)
	case word == "half" || word == "halve":
		return p.measured(1, i+1)
	case word == "halfuur" || word == "halfuurtje":
		return quantity{halves: 1, unit: hourUnit}, i + 1, true
	case word == "kwartier" || word == "kwartiertje":
		return quantity{halves: 30, unit: minuteUnit}, i + 1, true
	}
	if whole, _, ok := strings.Cut(word, "enhalf"); ok && numberWords[whole] > 0 { // tweeenhalf
		return p.measured(2*numberWords[whole]+1, i+1)
	}
	if whole, _, ok := strings.Cut(word, "enhalve"); ok && numberWords[whole] > 0 {
		return p.measured(2*numberWords[whole]+1, i+1)
	}
	n, next, ok := p.amount(i)
	if !ok {
		value, err := strconv.ParseFloat(strings.ReplaceAll(word, ",", "."), 64)
		if err != nil || word[0] < '0' || word[0] > '9' || value*2 != float64(int(value*2)) ||
			value < 0.5 || value > 999 {
			return p.glued(word, i)
		}
		return p.measured(int(value*2), i+1)
	}
	switch {
	case (p.word(next) == "couple" || p.word(next) == "koppel") && n == 1:
		if next++; p.word(next) == "of" {
			next++
		}
		return p.measured(4, next)
	case p.word(next) == "en" && p.word(next+1) == "een" && (p.word(next+2) == "half" || p.word(next+2) == "halve"),
		p.word(next) == "and" && p.word(next+1) == "a" && p.word(next+2) == "half":
		return p.measured(2*n+1, next+3)
	}
	return p.measured(2*n, next)
}

// measured reads the unit of an amount, and what may follow: "a week and a half", "een week of drie".
func (p *dateParser) measured(halves, i int) (quantity, int, bool) {
	q := quantity{halves: halves}
	word := p.word(i)
	switch {
	case word == "fortnight" || word == "fortnights":
		q.halves, q.unit = halves*14, dayUnit
	case nightUnits[word] != noPart:
		q.unit, q.part = dayUnit, nightUnits[word]
	default:
		if q.unit = units[word]; q.unit == 0 {
			q.unit = shortUnits[word]
		}
	}
	if q.unit == 0 {
		return quantity{}, i, false
	}
	next := i + 1
	switch {
	case p.word(next) == "and" && p.word(next+1) == "a" && p.word(next+2) == "half":
		q.halves++
		next += 3
	case p.word(next) == "of" && halves == 2:
		if n, after, ok := p.amount(next + 1); ok && n > 1 && agoWords[p.word(after)] {
			q.halves = 2 * n
			next = after
		}
	}
	return q, next, true
}

// shortUnits are read behind a number only, for they are words too.
var shortUnits = map[string]unit{
	"wk": weekUnit, "wkn": weekUnit, "wks": weekUnit, "dgn": dayUnit, "mnd": monthUnit, "mnden": monthUnit,
	"mth": monthUnit, "mths": monthUnit,
	"jr": yearUnit, "yr": yearUnit, "yrs": yearUnit, "hr": hourUnit, "hrs": hourUnit, "u": hourUnit,
	"d": dayUnit, "w": weekUnit, "y": yearUnit,
}

// glued reads 3d, 2w and 6mnd.
func (p *dateParser) glued(word string, i int) (quantity, int, bool) {
	digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 999 || digits[0] == '+' || len(digits) == len(word) {
		return quantity{}, i, false
	}
	unit := shortUnits[word[len(digits):]]
	if unit == 0 {
		unit = units[word[len(digits):]]
	}
	return quantity{halves: 2 * n, unit: unit}, i + 1, unit != 0
}

// from sets a length of time off against now, back or ahead.
func (p *dateParser) from(q quantity, direction int) (moment, bool) {
	n := q.halves * direction
	var m moment
	switch {
	case n%2 == 0:
		m = p.shift(n/2, q.unit)
	case q.unit == minuteUnit:
		m = p.shift(n*30, minuteUnit)
		m.exact = p.now.Add(time.Duration(n) * 30 * time.Second)
	case q.unit == hourUnit:
		m = p.shift(n*30, minuteUnit)
	case q.unit == dayUnit:
		m = p.shift((n+direction)/2, dayUnit)
	case q.unit == weekUnit:
		m = p.shift(n*7/2, dayUnit)
	case q.unit == monthUnit:
		day := p.today().AddDate(0, n/2, 15*direction)
		m = moment{hasDay: true, precision: PrecisionMonth, day: time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0,
			day.Location())}
	default:
		m = p.shift(n*6, monthUnit)
	}
	m.part = q.part
	return m, !m.exact.IsZero() || goodYear(m.day.Year())
}

// ago reads "3 dagen geleden", "a week and a half ago", "two weeks from now", "three Fridays ago", "a week ago on
// Friday".
func (p *dateParser) ago(i int) (moment, int, bool) {
	if m, next, ok := p.weekdaysAgo(i); ok {
		return m, next, true
	}
	q, next, ok := p.quantity(i)
	if !ok && agoWords[p.word(i+1)] && bareUnits[p.word(i)] && !someWords[p.word(i-1)] { // "week geleden"
		q, next, ok = quantity{halves: 2, unit: units[strings.TrimSuffix(p.word(i), "je")]}, i+1, true
	}
	if !ok {
		return moment{}, i, false
	}
	switch w := p.word(next); {
	case w == "geleden" || w == "ago" || w == "terug" || w == "back":
		m, ok := p.from(q, -1)
		next++
		if day, after, found := p.weekdayBehind(next); found && ok && q.unit == weekUnit {
			monday := p.today().AddDate(0, 0, -(int(p.today().Weekday())+6)%7)
			m.day, next = monday.AddDate(0, 0, (int(day)+6)%7-7*(q.halves/2)), after
		}
		return m, next, ok
	case w == "from" && p.word(next+1) == "now", w == "vanaf" && p.word(next+1) == "nu":
		m, ok := p.from(q, 1)
		return m, next + 2, ok
	}
	return moment{}, i, false
}

// weekdayBehind reads the weekday behind "two weeks ago".
func (p *dateParser) weekdayBehind(i int) (time.Weekday, int, bool) {
	if w := p.word(i); w == "op" || w == "on" {
		i++
	}
	day, ok := weekdays[p.word(i)]
	return day, i + 1, ok
}

// weekdaysAgo reads "three Fridays ago" and "twee vrijdagen geleden": the third such day before today.
func (p *dateParser) weekdaysAgo(i int) (moment, int, bool) {
	n, next, ok := p.amount(i)
	if !ok || n > 60 {
		return moment{}, i, false
	}
	word := p.word(next)
	weekend := word == "weekend" || word == "weekends" || word == "weekenden" || word == "weekeinden"
	day, known := weekdays[strings.TrimSuffix(strings.TrimSuffix(word, "en"), "s")]
	if weekend {
		day, known = time.Saturday, true
	}
	if !known || !agoWords[p.word(next+1)] {
		return moment{}, i, false
	}
	today := p.today()
	behind := (int(today.Weekday()) - int(day) + 7) % 7
	if behind == 0 || weekend && behind == 1 {
		behind += 7
	}
	return moment{hasDay: true, precision: PrecisionDay, day: today.AddDate(0, 0, -behind-7*(n-1))}, next + 2, true
}
