package when

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/text"
)

// Dates and lengths of time in a clause of which some words have their meaning already.

// DateIn reads the day and the time of a clause, wherever in it they stand, and marks their words as used. Words that
// are used already are not read.
func DateIn(clause []text.Token, used []bool, now time.Time, lean Lean) (Date, bool) {
	d := parser{tokens: unread(clause, used), now: now, lean: lean}
	var all moment
	var found bool
	from, to := 0, 0
	for i := 0; i < len(clause); {
		m, next, ok := d.match(i)
		if !ok || found && (m.hasDay && all.hasDay || m.hasClock && all.hasClock) || all.hasClock && !m.exact.IsZero() {
			i++
			continue
		}
		switch {
		case !found:
			all, from, to, found = m, i, next, true
		case m.hasDay && m.exact.IsZero() && m.precision == PrecisionDay:
			m.addClock(all)
			all, from, to = m, i, next
		case m.hasClock && !m.hasDay && all.exact.IsZero() && all.precision == PrecisionDay:
			all.addClock(m)
		default:
			i++
			continue
		}
		for k := i; k < next; k++ {
			used[k] = true
		}
		i = next
	}
	if !found {
		return Date{}, false
	}
	return d.date(all, from, to), true
}

// DeadlineIn reads a date by which something must be, and marks its words as used: one behind "before", "voor" or "by",
// or the last thing of a clause.
func DeadlineIn(clause []text.Token, used []bool, now time.Time) (Date, bool) {
	d := parser{tokens: unread(clause, used), now: now, lean: Future}
	for i := 0; i < len(clause); i++ {
		m, next, ok := d.match(i)
		if !ok {
			continue
		}
		long := m.precision == PrecisionMonth || m.precision == PrecisionYear // "water her plants in August"
		if !m.deadline && (next < len(clause) || long) || !m.hasDay {
			i = next - 1
			continue
		}
		for k := i; k < next; k++ {
			used[k] = true
		}
		return d.date(m, i, next), true
	}
	return Date{}, false
}

// unread are the tokens of a clause with those that are used as no words.
func unread(clause []text.Token, used []bool) []text.Token {
	tokens := slices.Clone(clause)
	for i := range tokens {
		if used[i] {
			tokens[i].Kind = text.MentionToken
		}
	}
	return tokens
}

// DurationAt reads how long something took at word i, and gives the word behind it: 30 min, een half uur, anderhalf
// uur, 1,5 uur, 2 hours, 45m. behindClock says that the word before may open a time of day, which two hours then is.
func DurationAt(word func(int) string, i int, behindClock bool) (length time.Duration, next int) {
	first, second := word(i), word(i+1)
	unitLength := func(word string) time.Duration {
		switch units[word] {
		case minuteUnit:
			return time.Minute
		case hourUnit:
			return time.Hour
		}
		return 0
	}
	switch {
	case first == "":
		return 0, i
	case oneWords[first] && (halfWords[second] || halfHours[second]) && unitLength(word(i+2)) == time.Hour:
		return 30 * time.Minute, i + 3
	case halfWords[first] && unitLength(second) == time.Hour:
		return 30 * time.Minute, i + 2
	case halfWords[first] && oneWords[second] && unitLength(word(i+2)) == time.Hour:
		return 30 * time.Minute, i + 3
	case halfHours[first]:
		return 30 * time.Minute, i + 1
	case oneWords[first] && halfHours[second]:
		return 30 * time.Minute, i + 2
	case oneAndHalf[first] && unitLength(second) == time.Hour:
		return 90 * time.Minute, i + 2
	case quarterHours[first]:
		return 15 * time.Minute, i + 1
	}
	if n, ok := numberWords[first]; ok && unitLength(second) > 0 {
		if hourWords[second] && behindClock {
			return 0, i
		}
		return time.Duration(n) * unitLength(second), i + 2
	}
	if first[0] < '0' || first[0] > '9' || len(first) > 8 {
		return 0, i
	}
	digits := strings.TrimRight(first, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
	if err != nil || n <= 0 || n > 10000 {
		return 0, i
	}
	end, per := i+1, time.Duration(0)
	switch suffix := first[len(digits):]; suffix {
	case "":
		per, end = unitLength(second), i+2
	case "m", "min", "mins":
		per = time.Minute
	default:
		per = unitLength(suffix)
	}
	return time.Duration(n * float64(per)).Round(time.Minute), end
}
