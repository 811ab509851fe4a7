package read

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// monthNames are the first letters of the months, in the languages that Gave reads.
var monthNames = func() map[string]time.Month {
	all := map[string]time.Month{}
	for month := time.January; month <= time.December; month++ {
		for _, begin := range lang.Words("exports", fmt.Sprintf("month.%d", month)) {
			all[begin] = month
		}
	}
	return all
}()

// likeMonth are days of the week that begin as months do.
var likeMonth = WordSet("weekday.like.month")

// clockWords stand before or behind a time of day.
var clockWords = WordSet("clock.word")

// MonthNamed returns the month that a word without accents begins with, 0 for none.
func MonthNamed(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	var begin [3]byte
	for i := range begin {
		begin[i] = word[i] | 0x20 // a small letter
	}
	month := monthNames[string(begin[:])]
	if month != 0 && likeMonth[strings.ToLower(word)] {
		return 0
	}
	return month
}

// monthNamed returns the month of a word of any spelling, 0 when it is none.
func monthNamed(word string) time.Month { return MonthNamed(text.Fold(word)) }

// stampPart is a number or word of a date.
type stampPart struct {
	word   string
	number int // -1 for a word
	digits int
	sign   byte // before it
}

func stampParts(s string) []stampPart {
	var parts []stampPart
	sign := byte(0)
	for i := 0; i < len(s) && len(parts) < 16; {
		c := s[i]
		begin := i
		switch {
		case c >= '0' && c <= '9':
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			if i-begin > 9 {
				return nil
			}
			n, _ := strconv.Atoi(s[begin:i])
			parts = append(parts, stampPart{number: n, digits: i - begin, sign: sign})
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80:
			for i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || s[i] >= 0x80) {
				i++
			}
			parts = append(parts, stampPart{word: strings.ToLower(s[begin:i]), number: -1, sign: sign})
		default:
			if c != ' ' || sign == 0 {
				sign = c
			}
			i++
			continue
		}
		sign = 0
	}
	return parts
}

// ParseStamp reads a date, with or without a time, as exports write them: "12 Mar 2024", "7-Feb-22", "Mar 12, 2024",
// "2026-08-01 02:00:00 UTC", "2025/06/10 23:13:46 UTC", "8/20/26, 8:13 AM", "2024-05-15T10:30:00+02:00". Numbers whose
// order says nothing are month first when monthFirst. A time without a zone is in the given one. Years go from 1900 to
// 2200.
func ParseStamp(s string, zone *time.Location, monthFirst bool) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 60 {
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
		return t.UTC(), true
	}
	parts := stampParts(s)
	var month time.Month
	var numbers []stampPart
	afternoon, morning, dayTime := false, false, false
	for _, p := range parts {
		switch {
		case p.number >= 0 && (p.sign != '+' || len(numbers) < 5):
			numbers = append(numbers, p)
		case p.number >= 0:
			return time.Time{}, false // an offset that RFC 3339 does not have
		case p.word == "utc" || p.word == "gmt" || p.word == "z":
			zone = time.UTC
		case p.word == "pm" || p.word == "p":
			afternoon = true
		case p.word == "am" || p.word == "a":
			morning = true
		case p.word == "m" && (afternoon || morning), p.word == "t", clockWords[p.word]:
		case month == 0 && monthNamed(p.word) > 0:
			month = monthNamed(p.word)
		default:
			dayTime = true // a day of the week or a word that is not known
		}
	}
	var year, day int
	switch {
	case month > 0 && len(numbers) >= 2:
		day, year = numbers[0].number, numbers[1].number
		if numbers[0].digits == 4 {
			day, year = year, day
		}
		if numbers[0].digits != 4 && numbers[1].digits == 1 {
			return time.Time{}, false
		}
		year = FullYear(year, max(numbers[0].digits, numbers[1].digits))
		numbers = numbers[2:]
	case dayTime || len(numbers) < 3:
		return time.Time{}, false
	case numbers[0].digits == 4:
		year, month, day = numbers[0].number, time.Month(numbers[1].number), numbers[2].number
		numbers = numbers[3:]
	default:
		a, b := numbers[0].number, numbers[1].number
		if a > 12 || b <= 12 && !monthFirst {
			a, b = b, a
		}
		year, month, day = FullYear(numbers[2].number, numbers[2].digits), time.Month(a), b
		numbers = numbers[3:]
	}
	var clock [3]int
	for i := range min(3, len(numbers)) {
		clock[i] = numbers[i].number
	}
	return makeTime(year, month, day, clock, afternoon, morning, zone)
}

// FullYear turns a year of two digits into one of this or the last century.
func FullYear(year, digits int) int {
	if digits > 2 {
		return year
	}
	if year < 70 {
		return 2000 + year
	}
	return 1900 + year
}

// makeTime checks the parts of a moment.
func makeTime(
	year int, month time.Month, day int, clock [3]int, afternoon, morning bool, zone *time.Location,
) (time.Time, bool) {
	if year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || clock[0] > 24 ||
		clock[1] > 59 || clock[2] > 60 {
		return time.Time{}, false
	}
	switch {
	case afternoon && clock[0] < 12:
		clock[0] += 12
	case morning && clock[0] == 12:
		clock[0] = 0
	}
	if zone == nil {
		zone = time.UTC
	}
	t := time.Date(year, month, day, clock[0], clock[1], clock[2], 0, zone)
	if clock[0] < 24 && (t.Day() != day || t.Month() != month) {
		return time.Time{}, false
	}
	return t.UTC(), true
}

var isoDate = regexp.MustCompile(`^(19|2[01])[0-9]{2}-[01][0-9](-[0-3][0-9])?$`)

// PartialDate turns "Mar 2019", "2019" or "12 Mar 2019" into "2019-03", "2019" or "2019-03-12"; "" for what is no date.
func PartialDate(s string) string {
	if s = strings.TrimSpace(s); isoDate.MatchString(s) {
		return s
	}
	parts := stampParts(s)
	var year, day int
	var month time.Month
	for _, p := range parts {
		switch {
		case p.digits == 4 && year == 0 && p.number >= 1900 && p.number <= 2200:
			year = p.number
		case p.number >= 1 && p.number <= 31 && day == 0:
			day = p.number
		case p.number < 0 && monthNamed(p.word) > 0:
			month = monthNamed(p.word)
		default:
			return ""
		}
	}
	switch {
	case year == 0:
		return ""
	case month == 0 && day >= 1 && day <= 12 && len(parts) == 2: // 03/2019
		return strconv.Itoa(year) + "-" + TwoDigits(day)
	case month == 0 && day == 0:
		return strconv.Itoa(year)
	case month == 0:
		return ""
	case day == 0:
		return strconv.Itoa(year) + "-" + TwoDigits(int(month))
	}
	return strconv.Itoa(year) + "-" + TwoDigits(int(month)) + "-" + TwoDigits(day)
}

// TwoDigits writes a number with at least two digits.
func TwoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// StableID makes an id of the parts that identify a record, so that the same record has the same id in every export.
func StableID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
