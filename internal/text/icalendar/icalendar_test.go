package icalendar_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"gave.network/internal/text/icalendar"
)

// A calendar of any length is one calendar, with every event once and in order.
func TestACalendarInParts(t *testing.T) {
	day := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	for _, most := range []int{0, 1, 500, 501, 1_700} {
		var events []icalendar.Event
		for i := range most {
			events = append(events, icalendar.Event{
				UID: fmt.Sprint("uid", i), Stamp: day, Day: day.AddDate(0, 0, i), Rule: "FREQ=YEARLY",
				Title: "Een, twee; END:VCALENDAR\r\nBEGIN:VEVENT", Text: strings.Repeat("é\n", 60),
			})
		}
		var out bytes.Buffer
		if err := icalendar.Write(&out, "Calendar", "Gave", events); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "BEGIN:VCALENDAR\r\n"); n != 1 {
			t.Errorf("%d calendars of %d events", n, most)
		}
		if most == 0 {
			continue // the library reads none without events
		}
		calendar, err := ical.NewDecoder(&out).Decode()
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.Events(); len(got) != most {
			t.Errorf("%d events of %d", len(got), most)
		} else if last := got[most-1].Props.Get(ical.PropUID).Value; last != events[most-1].UID {
			t.Errorf("the last is %s", last)
		}
	}
}
