package mail

import (
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Dates in mail as they really are written. RFC 5322 is one form of many: two-digit years, years of three digits from
// programs that broke in 2000, named zones, no zone, ctime order, ISO 8601, months in several languages, AM and PM.

// earliestMail is before every mail that can be in somebody's archive: RFC 822 is of August 1982. What claims to be
// older has the clock of a computer without battery (1970, 1979, 1980).
var earliestMail = time.Date(1982, 1, 1, 0, 0, 0, 0, time.UTC)

// plausibleTime says that a message can have been sent at t.
func plausibleTime(t, now time.Time) bool {
	return t.After(earliestMail) && t.Before(now.Add(48*time.Hour))
}

// zoneMinutes are the named zones of RFC 5322 and those that real mail uses, in minutes east of Greenwich. Names with
// more than one meaning (IST, CST in China) have the meaning that mail headers give them.
var zoneMinutes = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150,
	"BST": 60, "CET": 60, "MET": 60, "MEZ": 60, "WEST": 60, "CEST": 120, "MEST": 120, "MESZ": 120, "METDST": 120,
	"EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "SAST": 120, "JST": 540, "KST": 540, "HKT": 480, "SGT": 480,
	"AWST": 480, "AEST": 600, "AEDT": 660, "ACST": 570, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180,
}

// dateParts is what the words of a date said so far.
type dateParts struct {
	year, day            int
	month                time.Month
	hour, minute, second int
	haveTime             bool
	zone                 int // minutes east
	haveZone             bool
	hasYear              bool
	numbers              [3]int // numbers without a clear meaning, in order
	count                int
	pm, am               bool
}

// parseMailDate reads a date in any of the forms that mail has. Times without a zone are in zone. It reports false
// when there is no date and time in it.
func parseMailDate(s string, zone *time.Location) (time.Time, bool) {
	if len(s) > 200 {
		s = s[:200]
	}
	var p dateParts
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '(':
			end := strings.IndexByte(s[i:], ')')
			if end < 0 {
				i = len(s)
				break
			}
			if !p.haveZone && p.haveTime {
				p.word(s[i+1 : i+end])
			}
			i += end + 1
		case c >= '0' && c <= '9':
			i = p.number(s, i)
		case (c == '+' || c == '-') && p.haveTime && i+1 < len(s):
			i = p.offset(s, i)
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			end := i
			for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || s[end] >= 0x80) {
				end++
			}
			p.word(s[i:end])
			i = end
		default:
			i++
		}
	}
	return p.time(zone)
}

// number reads digits at i and what is glued to them, and returns where it stopped.
func (p *dateParts) number(s string, i int) int {
	n, end := read.Digits(s, i)
	width := end - i
	if width == 0 {
		return i + 1
	}
	next := byte(0)
	if end < len(s) {
		next = s[end]
	}
	switch {
	case (next == ':' || next == '.') && !p.haveTime && width <= 2 && end+1 < len(s) && read.IsDigit(s[end+1]) &&
		(next == ':' || p.month != 0):
		p.hour, p.haveTime = n, true
		p.minute, end = read.Digits(s, end+1)
		if end+1 < len(s) && (s[end] == ':' || s[end] == '.') && read.IsDigit(s[end+1]) {
			p.second, end = read.Digits(s, end+1)
			if end+1 < len(s) && (s[end] == '.' || s[end] == ',') && read.IsDigit(s[end+1]) {
				_, end = read.Digits(s, end+1)
			}
		}
		if end < len(s) && s[end] == 'Z' {
			p.haveZone = true
			end++
		}
	case width == 4 && (next == '-' || next == '/') && p.count == 0 && p.month == 0 && end+1 < len(s) &&
		read.IsDigit(s[end+1]):
		// ISO 8601: 2002-08-05.
		p.year, p.hasYear = n, true
		month, after := read.Digits(s, end+1)
		p.month = time.Month(month)
		end = after
		if end+1 < len(s) && (s[end] == '-' || s[end] == '/') {
			p.day, end = read.Digits(s, end+1)
		}
		if end < len(s) && s[end] == 'T' {
			end++
		}
	case width >= 3 && !p.hasYear:
		p.year, p.hasYear = n, true
	case width <= 2 && p.day == 0 && p.month != 0 && p.count == 0:
		p.day = n
	default:
		if p.count < len(p.numbers) {
			p.numbers[p.count] = n
			p.count++
		}
	}
	return end
}

// offset reads "+0200", "-05:00", "+2" or "-1600" at i and returns where it stopped.
func (p *dateParts) offset(s string, i int) int {
	sign := 1
	if s[i] == '-' {
		sign = -1
	}
	begin := i + 1
	n, end := read.Digits(s, begin)
	width := end - begin
	if width == 0 || p.haveZone && p.zone != 0 {
		return max(end, i+1)
	}
	minutes := 0
	switch {
	case width <= 2:
		minutes = n * 60
		if end+1 < len(s) && s[end] == ':' && read.IsDigit(s[end+1]) {
			var m int
			m, end = read.Digits(s, end+1)
			minutes += m
		}
	case width <= 4:
		minutes = n/100*60 + n%100
	default:
		return end
	}
	// No place on earth is further off than 14 hours: what says so is of no use.
	if minutes <= 14*60 && minutes%60 < 60 {
		p.zone, p.haveZone = sign*minutes, true
	}
	return end
}

// word reads a month, a zone, AM or PM; week days and all else say nothing.
func (p *dateParts) word(word string) {
	if p.month == 0 {
		if m := read.MonthNamed(word); m != 0 {
			p.month = m
			// "5 Aug": the number before the month is the day.
			if p.count == 1 && p.day == 0 {
				p.day, p.count = p.numbers[0], 0
			}
			return
		}
	}
	switch {
	case strings.EqualFold(word, "pm"):
		p.pm = true
	case strings.EqualFold(word, "am"):
		p.am = true
	case p.haveTime && !p.haveZone && len(word) <= 6:
		if minutes, ok := zoneMinutes[strings.ToUpper(word)]; ok {
			p.zone, p.haveZone = minutes, true
		}
	}
}

// time puts the parts together.
func (p *dateParts) time(zone *time.Location) (time.Time, bool) {
	switch {
	case p.month == 0 && p.count >= 2:
		// 8/5/2002 or 13/6/2002: month first unless that cannot be, as in the programs that write mail dates so.
		first, second := p.numbers[0], p.numbers[1]
		if first > 12 {
			first, second = second, first
		}
		p.month, p.day = time.Month(first), second
		if !p.hasYear && p.count == 3 {
			p.year, p.hasYear = p.numbers[2], true
		}
	case p.day == 0 && p.count >= 1:
		p.day = p.numbers[0]
		if !p.hasYear && p.count >= 2 {
			p.year, p.hasYear = p.numbers[1], true
		}
	case !p.hasYear && p.count >= 1:
		p.year, p.hasYear = p.numbers[0], true
	}
	switch {
	case !p.hasYear:
		return time.Time{}, false
	case p.year < 50:
		p.year += 2000
	case p.year < 1000:
		// RFC 5322 4.3: two digits from 50, and three digits of programs that counted on from 99.
		p.year += 1900
	}
	if p.month < 1 || p.month > 12 || p.day < 1 || p.day > 31 || p.year > 9999 {
		return time.Time{}, false
	}
	if p.pm && p.hour < 12 {
		p.hour += 12
	} else if p.am && p.hour == 12 {
		p.hour = 0
	}
	if p.hour > 24 || p.minute > 59 || p.second > 60 {
		return time.Time{}, false
	}
	if p.haveZone {
		t := time.Date(p.year, p.month, p.day, p.hour, p.minute, p.second, 0, time.UTC)
		return t.Add(-time.Duration(p.zone) * time.Minute), true
	}
	return time.Date(p.year, p.month, p.day, p.hour, p.minute, p.second, 0, zone).UTC(), true
}
