package chat

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Line reads the text that LINE makes of one chat: a heading with its name, for each day a line with the date, and for
// each message the time, the writer and what was written, with tabs between them.
var Line = read.Format{
	Name:    "line",
	Title:   "LINE chat (text)",
	How:     "Open the chat in LINE and choose Settings, Export chat history.",
	OwnName: true,
	Detect: func(head []byte, _ string) int {
		if bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte("[LINE]")) {
			return 95
		}
		return 0
	},
	FromStart: true,
	Read:      readLine,
}

var (
	// lineDay is 2024/01/15(Mon), 2024/01/15 Mon, 2024.01.15 Monday, or Sat, 11/01/2025.
	lineDay = regexp.MustCompile(
		`^(?:(\pL+), (\d{1,2})[/.](\d{1,2})[/.](\d{4})|` +
			`(\d{4})[/.](\d{1,2})[/.](\d{1,2}) ?\(?\pL[^\t]{0,20})$`)
	// lineClock is 10:30, 9:30AM, 04:35 PM, 午後7:05.
	lineClock = regexp.MustCompile(`^(\pL*) ?(\d{1,2}):(\d{2}) ?(?:([AaPp])\.?[Mm]\.?)?$`)

	lineAfternoon = read.WordSet("line.afternoon")
	lineMorning   = read.WordSet("line.morning")

	// lineHeads are the forms of the heading.
	lineHeads = func() (all []*regexp.Regexp) {
		for _, form := range read.Phrases("line.head") {
			all = append(all, regexp.MustCompile("^"+strings.Replace(regexp.QuoteMeta(form), `\*`, "(.+)", 1)+"$"))
		}
		return all
	}()
)

func readLine(ctx context.Context, src *read.Source, sink read.Sink) error {
	scan := read.NewLines(&read.Source{Reader: read.PlainText(src.Reader), Size: src.Size})
	l := lineChat{out: &read.Emitter{Source: src, Sink: sink}}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l.out.Place(scan.Line, scan.Offset)
		raw, _, ok := scan.Next()
		if !ok {
			break
		}
		line := strings.TrimPrefix(read.UTF8Text(read.TrimReturn(raw[:min(len(raw), 1024)])), "\ufeff")
		if l.chat == nil {
			l.name = lineName(line)
			l.chat = read.NewChat("line", l.name)
			continue
		}
		if err := l.take(line); err != nil {
			return err
		}
	}
	if scan.Err != nil || l.chat == nil {
		return scan.Err
	}
	if err := l.write(); err != nil {
		return err
	}
	l.out.Place(1, 0)
	l.know()
	return l.chat.Emit(l.out)
}

// lineName is the name in the heading: of whom one speaks with, or of the group.
func lineName(line string) string {
	head := strings.TrimSpace(strings.TrimPrefix(line, "[LINE]"))
	for _, form := range lineHeads {
		if found := form.FindStringSubmatch(head); found != nil {
			return read.CleanText(found[1], 100)
		}
	}
	return read.CleanText(head, 100)
}

// lineChat is a chat that is being read.
type lineChat struct {
	out     *read.Emitter
	chat    *read.Chat
	name    string
	day     lineDate // of the messages that follow
	order   dateOrder
	decided bool          // order is certain
	waiting []lineMessage // until it is
}

// lineDate is a day as it is written.
type lineDate struct {
	date, digits [3]int
	known        bool // it is a day in some order
}

// lineMessage is who wrote at which time of a day.
type lineMessage struct {
	day          lineDate
	writer       int
	hour, minute int
}

// take takes one line below the heading.
func (l *lineChat) take(line string) error {
	if found := lineDay.FindStringSubmatch(line); found != nil {
		if l.begin(found); !l.day.known {
			return l.out.Reject(read.Because("the date %s cannot be read", read.Quote(line)))
		}
		return nil
	}
	clock, rest, found := strings.Cut(line, "\t")
	at := lineClock.FindStringSubmatch(clock)
	if !found || at == nil {
		return nil // the further lines of a message, and when the chat was saved
	}
	writer, _, spoken := strings.Cut(rest, "\t")
	if writer = read.CleanText(writer, 100); !spoken || writer == "" {
		l.out.Skip("message of the program")
		return nil
	}
	hour, _ := strconv.Atoi(at[2])
	minute, _ := strconv.Atoi(at[3])
	switch half := strings.ToLower(at[4]); {
	case (half == "p" || lineAfternoon[at[1]]) && hour < 12:
		hour += 12
	case (half == "a" || lineMorning[at[1]]) && hour == 12:
		hour = 0
	}
	if hour > 24 || minute > 59 {
		return l.out.Reject(read.Because("the time %s cannot be read", read.Quote(clock)))
	}
	if !l.day.known {
		return l.out.Reject("there is no date above this message")
	}
	l.waiting = append(l.waiting, lineMessage{l.day, l.chat.Person(read.Party{Name: writer}), hour, minute})
	if l.decided || len(l.waiting) >= read.MaxChatGroups {
		return l.write()
	}
	return nil
}

// begin reads the date above the messages of a day. When it begins with the year its order is certain; otherwise the
// day of the week tells it, or a number that is no month, if only on some of the days.
func (l *lineChat) begin(found []string) {
	numbers, all := found[2:5], []dateOrder{dayMonthYear, monthDayYear}
	if found[1] == "" {
		numbers, all = found[5:8], []dateOrder{yearMonthDay}
	}
	l.day = lineDate{}
	for i, number := range numbers {
		l.day.date[i], _ = strconv.Atoi(number)
		l.day.digits[i] = len(number)
	}
	var possible, named []dateOrder
	for _, order := range all {
		year, month, day, ok := order.arrange(l.day.date, l.day.digits)
		if !ok {
			continue
		}
		possible = append(possible, order)
		if fallsOn(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), found[1]) {
			named = append(named, order)
		}
	}
	l.day.known = len(possible) > 0
	switch {
	case l.decided:
	case len(possible) == 1:
		l.order, l.decided = possible[0], true
	case len(named) == 1:
		l.order, l.decided = named[0], true
	}
}

// write adds the messages that waited for the order of the dates.
func (l *lineChat) write() error {
	l.decided = true
	for _, m := range l.waiting {
		year, month, day, ok := l.order.arrange(m.day.date, m.day.digits)
		if !ok {
			if err := l.out.Reject("there is no such date in the order that the other dates have"); err != nil {
				return err
			}
			continue
		}
		when := time.Date(year, time.Month(month), day, m.hour, m.minute, 0, 0, l.out.Source.Location())
		if l.chat.Wrote(m.writer, when); l.chat.Full() {
			l.out.Place(1, 0)
			if err := l.chat.Emit(l.out); err != nil {
				return err
			}
		}
	}
	l.waiting = l.waiting[:0]
	return nil
}

// fallsOn says that a day has this name in a week.
func fallsOn(day time.Time, name string) bool {
	name = text.Fold(name)
	for _, known := range lang.Words("dates", fmt.Sprintf("weekday.%d", day.Weekday())) {
		if name != "" && text.Fold(known) == name {
			return true
		}
	}
	return false
}

// know finds out who is the owner: in a chat of two that is named after one of them, the other.
func (l *lineChat) know() {
	named := -1
	for i, p := range l.chat.People {
		if text.Fold(p.Name) == text.Fold(l.name) {
			named = i
		}
	}
	switch people := len(l.chat.People); {
	case people == 2 && named >= 0:
		l.chat.People[1-named].Self = true
	case people == 1 && named == 0:
		l.chat.Person(read.Party{Self: true})
	case people == 1 && l.name != "":
		l.chat.People[0].Self = true
		l.chat.Person(read.Party{Name: l.name})
	case people > 2:
		l.chat.Title = l.name
	}
}
