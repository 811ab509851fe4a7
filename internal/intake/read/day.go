package read

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ParseDay reads a date of vCard: 1985-03-12, 19850312, --0312, --03-12, with or without a time. omitYear is the year
// that Apple writes when it is not known.
func ParseDay(text, omitYear string) (Date, bool) {
	text, _, _ = strings.Cut(text, "T")
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	noYear := strings.HasPrefix(text, "--")
	compact := strings.ReplaceAll(strings.TrimPrefix(text, "--"), "-", "")
	if strings.Contains(text, "/") {
		// 1985/03/12; the other orders cannot be told apart.
		compact = strings.ReplaceAll(text, "/", "")
		if len(text) < 5 || text[4] != '/' {
			return Date{}, false
		}
	}
	if strings.Count(text, "-") == 2 && !noYear {
		// 1985-3-5
		parts := strings.Split(text, "-")
		if len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2 {
			compact = parts[0] + strings.Repeat("0", 2-len(parts[1])) + parts[1] +
				strings.Repeat("0", 2-len(parts[2])) + parts[2]
		}
	}
	n, err := strconv.Atoi(compact)
	if err != nil || n < 0 {
		return Date{}, false
	}
	var d Date
	switch {
	case noYear && len(compact) == 4:
		d = Date{Month: time.Month(n / 100), Day: n % 100}
	case !noYear && len(compact) == 8:
		d = Date{Year: n / 10000, Month: time.Month(n / 100 % 100), Day: n % 100}
	default:
		return Date{}, false
	}
	// 1604 is Apple's year for none, 1900 and earlier than 1850 are those of other programs.
	if strconv.Itoa(d.Year) == omitYear || d.Year == 1604 || d.Year < 1850 {
		d.Year = 0
	}
	leap := d.Year
	if leap == 0 {
		leap = 2000
	}
	if d.Month < 1 || d.Month > 12 || d.Day < 1 ||
		time.Date(leap, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Day() != d.Day {
		return Date{}, false
	}
	return d, true
}

// dayWords stand behind the number of a day.
var dayWords = WordSet("day.word")

// ParseWrittenDay reads a day that is written for people: 12-3-1985, 12 mrt. 1985, March 12, 1985, 12 maart.
func ParseWrittenDay(s string, dayFirst bool) (Date, bool) {
	if d, ok := parseBirthday(s, dayFirst); ok {
		return d, true
	}
	var year, day int
	var month time.Month
	for _, p := range stampParts(s) {
		switch {
		case p.number < 0 && month == 0 && monthNamed(p.word) > 0:
			month = monthNamed(p.word)
		case p.number < 0 && dayWords[p.word]:
		case p.number < 0:
			return Date{}, false
		case p.digits <= 2 && day == 0:
			day = p.number
		case year == 0 && (p.digits == 4 || p.digits == 2):
			year = birthYear(p.number, p.digits)
		default:
			return Date{}, false
		}
	}
	if month == 0 || day == 0 {
		return Date{}, false
	}
	if year == 0 {
		return ParseDay("--"+TwoDigits(int(month))+TwoDigits(day), "")
	}
	return ParseDay(strconv.Itoa(year)+"-"+TwoDigits(int(month))+"-"+TwoDigits(day), "")
}

// ParseCardDay reads a day as address books write it: as vCard does, and as people type it into them.
func ParseCardDay(s, omitYear string) (Date, bool) {
	s = strings.Trim(strings.TrimSpace(s), ";, ")
	if d, ok := ParseDay(s, omitYear); ok {
		return d, true
	}
	return ParseWrittenDay(s, true)
}

// birthYear gives a year of two digits that of the last hundred years.
func birthYear(year, digits int) int {
	if digits > 2 {
		return year
	}
	if year += 2000; year > time.Now().Year() {
		year -= 100
	}
	return year
}

// IsNoDate says that a field is filled in the way in which programs say that there is no date: 0/0/00, 0000-00-00, --.
func IsNoDate(s string) bool {
	s = strings.TrimSpace(s)
	s, _, _ = strings.Cut(s, "T")
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r >= '1' && r <= '9' }) ||
		s == "1604-00-00" ||
		strings.EqualFold(s, "null") || strings.EqualFold(s, "none") || strings.EqualFold(s, "n/a")
}

// parseBirthday reads a day as tables write it: 1975-12-12, --12-25, 12/25/1980, 25.12.1980, 25-12-80.
func parseBirthday(s string, dayFirst bool) (Date, bool) {
	if d, ok := ParseDay(s, ""); ok {
		return d, true
	}
	a, b, year, _, ok := ThreeNumbers(s)
	if !ok || year < 0 {
		return Date{}, false
	}
	if !dayFirst && a <= 12 || b > 12 {
		a, b = b, a
	}
	if year < 100 && len(s) < 9 {
		year = birthYear(year, 2)
	}
	return ParseDay(strconv.Itoa(year)+"-"+strconv.Itoa(b)+"-"+strconv.Itoa(a), "")
}

// ThreeNumbers takes a date in numbers apart.
func ThreeNumbers(s string) (a, b, c int, sign byte, ok bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	for _, sign := range []byte{'/', '-', '.'} {
		parts := strings.Split(s, string(sign))
		if len(parts) != 3 {
			continue
		}
		var n [3]int
		for i, part := range parts {
			if !IsDigits(part) || len(part) > 4 {
				return 0, 0, 0, 0, false
			}
			n[i], _ = strconv.Atoi(part)
		}
		return n[0], n[1], n[2], sign, true
	}
	return 0, 0, 0, 0, false
}

var partOfDate = regexp.MustCompile(`^(\d{4}(-?\d{2})?|--\d{2}|---\d{2})$`)

// DateFault says why a date cannot be used.
func DateFault(s string) string {
	if s = Cut(s, 60); partOfDate.MatchString(s) {
		return Because("the date %s has no day or no month", Quote(s))
	}
	return Because("the date %s cannot be read", Quote(s))
}
