// Package icalendar writes calendars of whole days (RFC 5545).
package icalendar

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// Event is a whole day in a calendar, which leaves the day free.
type Event struct {
	UID   string    // names it, always alike
	Stamp time.Time // when it was last another one
	Day   time.Time // in the zone whose day it is
	Rule  string    // how it comes round (RRULE), such as FREQ=YEARLY; empty for once
	Title string
	Text  string // more about it, in lines
}

// batch is how many events are put in the library's form at once, which takes some kilobytes for each.
const batch = 500

// Write writes a calendar with these events. Product is its program's part, in English; name is what readers show.
func Write(w io.Writer, product, name string, events []Event) error {
	head := ical.NewCalendar()
	head.Props.SetText(ical.PropVersion, "2.0")
	head.Props.SetText(ical.PropProductID, "-//Gave//"+product+"//EN")
	head.Props.SetText("X-WR-CALNAME", plain(name))
	if len(events) == 0 { // the library writes no calendar without events, though there may be one
		_, err := io.WriteString(w, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"+
			head.Props.Get(ical.PropProductID).Value+"\r\nX-WR-CALNAME:"+
			head.Props.Get("X-WR-CALNAME").Value+"\r\n"+end)
		return err
	}
	for from := 0; from < len(events); from += batch {
		to := min(from+batch, len(events))
		calendar := ical.NewCalendar()
		calendar.Props = head.Props
		for _, e := range events[from:to] {
			calendar.Children = append(calendar.Children, component(e))
		}
		var out bytes.Buffer
		if err := ical.NewEncoder(&out).Encode(calendar); err != nil {
			return err
		}
		part := out.Bytes()
		if from > 0 { // of the parts together there is one beginning and one end
			part = part[bytes.Index(part, []byte("BEGIN:VEVENT\r\n")):]
		}
		if to < len(events) {
			part = bytes.TrimSuffix(part, []byte(end))
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

const end = "END:VCALENDAR\r\n"

// component is an event in the library's form.
func component(e Event) *ical.Component {
	one := ical.NewEvent()
	one.Props.SetText(ical.PropUID, e.UID)
	one.Props.SetDateTime(ical.PropDateTimeStamp, e.Stamp.UTC())
	one.Props.SetDate(ical.PropDateTimeStart, e.Day)
	one.Props.SetDate(ical.PropDateTimeEnd, e.Day.AddDate(0, 0, 1))
	one.Props.SetText(ical.PropSummary, plain(e.Title))
	if e.Text != "" {
		one.Props.SetText(ical.PropDescription, plain(e.Text))
	}
	one.Props.SetText(ical.PropTransparency, "TRANSPARENT")
	if e.Rule != "" {
		rule := ical.NewProp(ical.PropRecurrenceRule)
		rule.Value = e.Rule
		one.Props.Set(rule)
	}
	return one.Component
}

// plain takes control characters out of a text, which calendars refuse.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r == 0x7f) {
			return -1
		}
		return r
	}, s)
}
