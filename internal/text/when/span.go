package when

import (
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Lengths of time set against now, with halves and hedges: anderhalve week geleden, about two and a half years ago, een
// week of drie geleden, three Fridays ago.

var (
	// hedges stand before an amount that is not exact. What they hedge is taken as it stands.
	hedges = text.WordSet("dates", "hedge")
	// back says that a length of time goes back from now; agoWords may stand there as well.
	back     = text.WordSet("dates", "ago")
	agoWords = text.WordSet("dates", "ago.any")
	fromNow  = text.Turns("dates", "from.now")
	// someWords are amounts that say nothing exact.
	someWords = text.WordSet("dates", "some")

	oneWords       = text.WordSet("dates", "one")
	halfWords      = text.WordSet("dates", "half")
	oneAndHalf     = text.WordSet("dates", "one.half")
	halfEndings    = lang.Words("dates", "half.ending") // tweeenhalf
	andHalf        = text.Turns("dates", "and.half")
	halfHours      = text.WordSet("dates", "half.hour")
	quarterHours   = text.WordSet("dates", "quarter.hour")
	couples        = text.WordSet("dates", "couple")
	coupleOf       = text.WordSet("dates", "couple.of")
	fortnights     = text.WordSet("dates", "fortnight")
	orWords        = text.WordSet("dates", "or") // een week of drie
	weekdayPlurals = lang.Words("dates", "weekday.plural")
)

// quantity is a length of time: so many halves of a unit.
type quantity struct {
	halves int
	unit   unit
	part   partOfDay
}

// quantity reads twee weken, anderhalve maand, 2,5 jaar, two and a half weeks, half a year, een week of drie, a
// fortnight.
func (p *parser) quantity(i int) (quantity, int, bool) {
	for n := 0; n < 3 &&
		(hedges[p.word(i)] || n > 0 && oneWords[p.word(i)] && hedges[p.word(i+1)]); n++ {
		i++
	}
	if oneWords[p.word(i)] && hedges[p.word(i+1)] { // "een kleine week"
		return p.measured(2, i+2)
	}
	word := p.word(i)
	switch {
	case word == "":
		return quantity{}, i, false
	case oneAndHalf[word]:
		return p.measured(3, i+1)
	case oneWords[word] && halfWords[p.word(i+1)]:
		return p.measured(1, i+2)
	case halfWords[word] && oneWords[p.word(i+1)]:
		return p.measured(1, i+2)
	case halfWords[word]:
		return p.measured(1, i+1)
	case halfHours[word]:
		return quantity{halves: 1, unit: hourUnit}, i + 1, true
	case quarterHours[word]:
		return quantity{halves: 30, unit: minuteUnit}, i + 1, true
	}
	for _, ending := range halfEndings {
		if whole, _, ok := strings.Cut(word, ending); ok && numberWords[whole] > 0 {
			return p.measured(2*numberWords[whole]+1, i+1)
		}
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
	if couples[p.word(next)] && n == 1 {
		if next++; coupleOf[p.word(next)] {
			next++
		}
		return p.measured(4, next)
	}
	if _, after := andHalf.At(p.word, next); after > 0 {
		return p.measured(2*n+1, after)
	}
	return p.measured(2*n, next)
}

// measured reads the unit of an amount, and what may follow: "a week and a half", "een week of drie".
func (p *parser) measured(halves, i int) (quantity, int, bool) {
	q := quantity{halves: halves}
	word := p.word(i)
	switch {
	case fortnights[word]:
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
	if _, after := andHalf.At(p.word, next); after > 0 {
		q.halves++
		next = after
	} else if orWords[p.word(next)] && halves == 2 {
		if n, after, ok := p.amount(next + 1); ok && n > 1 && agoWords[p.word(after)] {
			q.halves = 2 * n
			next = after
		}
	}
	return q, next, true
}

// glued reads 3d, 2w and 6mnd.
func (p *parser) glued(word string, i int) (quantity, int, bool) {
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
func (p *parser) from(q quantity, direction int) (moment, bool) {
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
func (p *parser) ago(i int) (moment, int, bool) {
	if m, next, ok := p.weekdaysAgo(i); ok {
		return m, next, true
	}
	q, next, ok := p.quantity(i)
	if !ok && agoWords[p.word(i+1)] && bareUnits[p.word(i)] != 0 && !someWords[p.word(i-1)] { // "week geleden"
		q, next, ok = quantity{halves: 2, unit: bareUnits[p.word(i)]}, i+1, true
	}
	if !ok {
		return moment{}, i, false
	}
	if back[p.word(next)] {
		m, ok := p.from(q, -1)
		next++
		if day, after, found := p.weekdayBehind(next); found && ok && q.unit == weekUnit {
			monday := p.today().AddDate(0, 0, -(int(p.today().Weekday())+6)%7)
			m.day, next = monday.AddDate(0, 0, (int(day)+6)%7-7*(q.halves/2)), after
		}
		return m, next, ok
	}
	// "a week last Sunday"
	if day, ok := weekdays[p.word(next+1)]; ok && before[p.word(next)] && q.unit == weekUnit && q.halves%2 == 0 {
		distance := (int(p.today().Weekday()) - int(day) + 7) % 7
		if distance == 0 {
			distance = 7
		}
		return moment{
			hasDay: true, precision: PrecisionDay, day: p.today().AddDate(0, 0, -distance-7*q.halves/2),
		}, next + 2, true
	}
	if _, after := fromNow.At(p.word, next); after > 0 {
		m, ok := p.from(q, 1)
		return m, after, ok
	}
	return moment{}, i, false
}

// weekdayBehind reads the weekday behind "two weeks ago".
func (p *parser) weekdayBehind(i int) (time.Weekday, int, bool) {
	if onWords[p.word(i)] {
		i++
	}
	day, ok := weekdays[p.word(i)]
	return day, i + 1, ok
}

// weekdaysAgo reads "three Fridays ago" and "twee vrijdagen geleden": the third such day before today.
func (p *parser) weekdaysAgo(i int) (moment, int, bool) {
	n, next, ok := p.amount(i)
	if !ok || n > 60 {
		return moment{}, i, false
	}
	word := p.word(next)
	weekend := weekends[word]
	day, known := weekdays[word]
	for _, ending := range weekdayPlurals {
		if many, ok := weekdays[strings.TrimSuffix(word, ending)]; ok {
			day, known = many, true
		}
	}
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
