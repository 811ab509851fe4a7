// Package chat reads the exports of programs for messages, and gives for each writer and day one interaction.
package chat

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/intake/read"
	"gave.network/internal/lang"
)

// chatLine is the beginning of a message in the text export of a chat: "[05/03/2025, 10:14:33] Alice: text" or
// "13/6/2026, 12:34 - Maria: text".
type chatLine struct {
	Date      [3]int // as written
	digits    [3]int
	sign      byte // between the numbers
	Clock     [3]int
	seconds   bool
	Afternoon bool
	Morning   bool
	bracket   bool
	rest      string // writer and text, or what the program says itself
}

// clockWords stand between the day and the time.
var clockWords = lang.Words("exports", "clock.word")

// parseChatLine reads the beginning of a message. ok is false for the further lines of a message.
func parseChatLine(s string) (l chatLine, ok bool) {
	s = strings.TrimLeft(s, "\ufeff\u200e\u200f\u202a\u202c ")
	if s == "" || s[0] != '[' && (s[0] < '0' || s[0] > '9') {
		return l, false
	}
	if s[0] == '[' {
		l.bracket = true
		s = strings.TrimLeft(s[1:], "\u200e\u200f ")
	}
	for i := range 3 {
		if l.Date[i], l.digits[i], s = read.LeadingNumber(s); l.digits[i] == 0 || l.digits[i] > 4 {
			return l, false
		}
		if i == 2 {
			break
		}
		if s == "" || s[0] != '/' && s[0] != '.' && s[0] != '-' || i == 1 && s[0] != l.sign {
			return l, false
		}
		l.sign = s[0]
		s = strings.TrimLeft(s[1:], " ") // "3. 4. 2025"
	}
	s = strings.TrimPrefix(s, ".") // Hungarian and Czech
	s = strings.TrimPrefix(s, ",")
	trimmed := trimSpaces(s)
	if len(trimmed) == len(s) {
		return l, false
	}
	s = trimmed
	for _, word := range clockWords {
		s = strings.TrimPrefix(s, word+" ")
	}
	for i := range 3 {
		var digits int
		if l.Clock[i], digits, s = read.LeadingNumber(s); digits == 0 || digits > 2 {
			return l, false
		}
		if i == 2 {
			l.seconds = true
			break
		}
		if s == "" || s[0] != ':' && s[0] != '.' || len(s) < 2 || s[1] < '0' || s[1] > '9' {
			if i == 0 {
				return l, false
			}
			break
		}
		s = s[1:]
	}
	s = l.halfOfDay(s)
	if l.bracket {
		s, ok = strings.CutPrefix(trimSpaces(s), "]")
	} else {
		s, ok = strings.CutPrefix(trimSpaces(s), "-")
		if !ok {
			s, ok = strings.CutPrefix(trimSpaces(s), "–")
		}
	}
	if !ok {
		return l, false
	}
	l.rest = trimSpaces(s)
	return l, true
}

// halfOfDay reads "AM", "p.m.", "a. m." and the like, behind any kind of space.
func (l *chatLine) halfOfDay(s string) string {
	t := trimSpaces(s)
	if t == "" {
		return s
	}
	letter := t[0] | 0x20
	if letter != 'a' && letter != 'p' {
		return s
	}
	t = trimSpaces(strings.TrimPrefix(t[1:], "."))
	if t == "" || t[0]|0x20 != 'm' {
		return s
	}
	l.Afternoon, l.Morning = letter == 'p', letter == 'a'
	return strings.TrimPrefix(t[1:], ".")
}

// trimSpaces takes the white space and direction marks off the beginning, the narrow and the unbreakable ones too.
func trimSpaces(s string) string {
	return strings.TrimLeft(s, " \t\u00a0\u202f\u2009\u200e\u200f\u202a\u202c")
}

// Writer parts the writer from the text. ok is false for what the program says itself.
func (l *chatLine) Writer() (name, text string, ok bool) {
	at := strings.Index(l.rest, ": ")
	if at < 0 {
		if !strings.HasSuffix(l.rest, ":") {
			return "", "", false
		}
		at = len(l.rest) - 1
	}
	name, text = l.rest[:at], l.rest[at+1:]
	if name == "" || utf8.RuneCountInString(name) > 100 || systemName(name) || systemText(text) {
		return "", "", false
	}
	return name, text, true
}

// systemWords stand in the lines with which WhatsApp tells of changes. Such a line can hold a colon, in the new name of
// a group.
var systemWords = read.Phrases("chat.change")

func systemName(name string) bool {
	if strings.ContainsAny(name, `"“”„«»`) {
		return true
	}
	return read.ContainsAny(strings.ToLower(name), systemWords)
}

// systemStarts begin the texts that WhatsApp on a phone of Apple puts into the mouth of the other or of the group.
var systemStarts = read.Phrases("chat.notice")

func systemText(text string) bool {
	// Cut, because only the beginning counts and messages may be long.
	first := strings.TrimLeft(read.Cut(text, 200), " ")
	lower := strings.ToLower(trimSpaces(first))
	if read.Begins(lower, systemStarts) {
		return true
	}
	// Behind the mark of the program's own words, the lines of changes count as well.
	return strings.HasPrefix(first, "\u200e") && !attachment(lower) && systemName(lower)
}

// attachment tells what stands for a picture, a file, a call or a message that was taken back.
func attachment(lower string) bool {
	return strings.HasPrefix(lower, "<") || read.ContainsAny(lower, attachments)
}

// attachments are words for a picture, a file, a call or a message that was taken back.
var attachments = read.Phrases("chat.attachment")

// groupName finds the name of a group in what the program says of it.
var groupName = regexp.MustCompile(`(?i)(?:` + read.Pattern("chat.group") + "|" + read.Pattern("chat.subject") +
	`)[^"“«„:]*["“«„]([^"”»“]+)["”»“]`)

// dateOrder is the order of the numbers of a date.
type dateOrder uint8

const (
	dayMonthYear dateOrder = iota
	monthDayYear
	yearMonthDay
	yearDayMonth
	dateOrders
)

// arrange puts the numbers of a date in order. ok is false when there is no such date.
func (o dateOrder) arrange(date, digits [3]int) (year, month, day int, ok bool) {
	switch o {
	case dayMonthYear:
		day, month, year = date[0], date[1], read.FullYear(date[2], digits[2])
	case monthDayYear:
		month, day, year = date[0], date[1], read.FullYear(date[2], digits[2])
	case yearMonthDay:
		year, month, day = read.FullYear(date[0], digits[0]), date[1], date[2]
	case yearDayMonth:
		year, day, month = read.FullYear(date[0], digits[0]), date[1], date[2]
	}
	switch {
	case o <= monthDayYear && digits[0] > 2, o >= yearMonthDay && digits[0] < 2, o >= yearMonthDay && digits[2] > 2:
		return 0, 0, 0, false
	case month < 1 || month > 12 || day < 1 || day > 31 || year < 1990 || year > 2200:
		return 0, 0, 0, false
	}
	return year, month, day, time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// orderVotes finds out the order of a chat's dates over the whole of it: an order in which many dates do not exist is
// out, and so is one in which time runs backwards.
type orderVotes struct {
	impossible [dateOrders]int
	backwards  [dateOrders]int
	last       [dateOrders]int
	dates      int
	slashes    bool
	halves     bool // times with AM and PM
}

func (v *orderVotes) add(l *chatLine) {
	v.dates++
	v.slashes = v.slashes || l.sign == '/'
	v.halves = v.halves || l.Afternoon || l.Morning
	for o := range dateOrders {
		year, month, day, ok := o.arrange(l.Date, l.digits)
		if !ok {
			v.impossible[o]++
			continue
		}
		now := year*10000 + month*100 + day
		if now < v.last[o] {
			v.backwards[o]++
		}
		v.last[o] = now
	}
}

// order returns the best order. Where nothing tells it, dates with slashes beside AM and PM are American, others begin
// with the day.
func (v *orderVotes) order() dateOrder {
	best := dayMonthYear
	if v.slashes && v.halves {
		best = monthDayYear
	}
	for o := range dateOrders {
		if v.cost(o) < v.cost(best) {
			best = o
		}
	}
	return best
}

func (v *orderVotes) cost(o dateOrder) int { return v.impossible[o]*100 + v.backwards[o] }
