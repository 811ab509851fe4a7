package calendar_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

// The samples of other libraries: the valid ones load, the invalid ones are survived, and this many interactions,
// contacts and rejects come out of those that have any.
func TestCalendarSamples(t *testing.T) {
	root := realdata.Path(t, "formats/icalendar")
	want := map[string][3]int{
		"ical4j/valid/6.ics": {1, 0, 0}, "ical4j/valid/Standup.ics": {1000, 0, 0},
		"ical4j/valid/blankTzid.ics":  {1, 0, 0},
		"ical4j/valid/calconnect.ics": {5, 0, 0}, "ical4j/valid/calconnect2.ics": {5, 0, 0},
		"ical4j/valid/calconnect4.ics": {5, 0, 0},
		"ical4j/valid/calconnect5.ics": {5, 0, 0}, "ical4j/valid/classify.ics": {2, 0, 0},
		"ical4j/valid/lotr.ics":          {0, 1, 0},
		"ical4j/valid/mathBirthdays.ics": {0, 1321, 0}, "ical4j/valid/multiple_calendars.ics": {2, 0, 0},
		"ical4j/valid/php-flp.ics": {1, 0, 0},
		// An event without a start is no event (RFC 5545 3.6.1), though ical4j takes this one for valid.
		"ical4j/valid/mansour.ics": {0, 0, 1},
	}
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".ics") {
			return err
		}
		name, _ := filepath.Rel(root, path)
		got, _, errs := readtest.Path(t, path)
		is := [3]int{len(got.Interactions), len(got.Contacts), len(got.Rejects)}
		if w, known := want[name]; strings.HasPrefix(name, "ical4j/valid/") && (is != w || len(errs) > 0) {
			t.Errorf("%s: %v, want %v (%v); rejected %q, errors %v", name, is, w, known, got.Rejects, errs)
		}
		for _, i := range got.Interactions {
			readtest.CheckInteraction(t, i)
		}
		seen++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d samples were read", seen)
	}
}

const zoneAmsterdam = "BEGIN:VTIMEZONE\nTZID:Our own zone\n" +
	"BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n" +
	"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n" +
	"BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n" +
	"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n" +
	"END:VTIMEZONE\n"

// readEvents reads a calendar of the events given, for an owner in Amsterdam.
func readEvents(t testing.TB, text string) (*readtest.Collector, *read.Source) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	c := &readtest.Collector{}
	text = "BEGIN:VCALENDAR\n" + text + "END:VCALENDAR\n"
	src := &read.Source{
		Reader: strings.NewReader(text), Zone: zone, Now: readtest.Now,
		Me: map[string]bool{"me@m.nl": true},
	}
	if err := calendar.ICalendar.Read(context.Background(), src, c); err != nil {
		t.Fatal(err)
	}
	return c, src
}

func TestCalendarEvents(t *testing.T) {
	const people = "UID:u\nORGANIZER;CN=Anna:mailto:anna@a.nl\nATTENDEE;CN=Me:MAILTO:Me@m.nl\n"
	for _, c := range []struct{ name, text, want string }{
		{
			"UTC", people + "DTSTART:20240301T100000Z\nDTEND:20240301T113000Z\nSUMMARY:Plan\\, part 2\n",
			"2024-03-01T10:00:00Z 1h30m0s face u Plan, part 2 [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"floating is the owner's", people + "DTSTART:20240701T100000\nDURATION:PT45M\n",
			"2024-07-01T08:00:00Z 45m0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"all day", people + "DTSTART;VALUE=DATE:20240701\n",
			"2024-06-30T22:00:00Z 24h0m0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"IANA", people + "DTSTART;TZID=America/New_York:20240701T100000\n",
			"2024-07-01T14:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"Windows", people + "DTSTART;TZID=\"W. Europe Standard Time\":20240101T100000\n",
			"2024-01-01T09:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"Mozilla", people + "DTSTART;TZID=/mozilla.org/20070129_1/Europe/London:20240701T100000\n",
			"2024-07-01T09:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"defined here, summer", people + "DTSTART;TZID=Our own zone:20240701T100000\n",
			"2024-07-01T08:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"defined here, winter", people + "DTSTART;TZID=Our own zone:20240101T100000\n",
			"2024-01-01T09:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"offset in the name", people + "DTSTART;TZID=\"(UTC-03:00) Somewhere\":20240101T100000\n",
			"2024-01-01T13:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"unknown zone is the owner's", people + "DTSTART;TZID=Narnia:20240101T100000\n",
			"2024-01-01T09:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"Teams", people + "DTSTART:20240301T100000Z\nLOCATION:Microsoft Teams-vergadering\n",
			"2024-03-01T10:00:00Z 0s video u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"Zoom in the text", people + "DTSTART:20240301T100000Z\nDESCRIPTION:Join: https://us02web.zoom.us/j/1\n",
			"2024-03-01T10:00:00Z 0s video u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"a room and a link", people + "DTSTART:20240301T100000Z\n" +
				"LOCATION:Steamstraat 1; Microsoft Teams Meeting\nX-GOOGLE-CONFERENCE:https://meet.google.com/x\n",
			"2024-03-01T10:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"telephone", people + "DTSTART:20240301T100000Z\nLOCATION:+31 6 1234 5678\n",
			"2024-03-01T10:00:00Z 0s call u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"people who do not count",
			"UID:u\nDTSTART:20240301T100000Z\nORGANIZER:mailto:anna@a.nl\nATTENDEE;PARTSTAT=DECLINED:mailto:no@x.nl\n" +
				"ATTENDEE;CUTYPE=ROOM;CN=Blue room:mailto:room@x.nl\nATTENDEE;CUTYPE=RESOURCE:mailto:beamer@x.nl\n" +
				"ATTENDEE;CUTYPE=GROUP;CN=Team:mailto:team@x.nl\n" +
				"ATTENDEE;ROLE=OPT-PARTICIPANT;CN=bob@b.nl:mailto:bob@b.nl\nATTENDEE;CN=\"Eva; de " +
				"\\\"E\\\"\":invalid:nomail\nATTENDEE;EMAIL=jo@j.nl:/aMz/principal/\nATTENDEE:mailto:anna@a.nl\n",
			"2024-03-01T10:00:00Z 0s face u  [<anna@a.nl>0 Team<team@x.nl>1bulk <bob@b.nl>2 Eva; de \\E\\<>1 " +
				"<jo@j.nl>1]",
		},
		{"cancelled", people + "DTSTART:20240301T100000Z\nSTATUS:CANCELLED\n", "skip cancelled event"},
		{
			"declined by me",
			"UID:u\nDTSTART:20240301T100000Z\nORGANIZER:mailto:anna@a.nl\nATTENDEE;PARTSTAT=DECLINED:mailto:me@m.nl\n",
			"skip declined event",
		},
		{"nobody", "UID:u\nDTSTART:20240301T100000Z\nSUMMARY:Dentist\n", "skip event without people"},
		{"no start", people, "reject this event has no start (DTSTART)"},
		{
			"bad start", people + "DTSTART:20241340T100000Z\n",
			`reject this event has no start that can be read: DTSTART is "20241340T100000Z"`,
		},
		{"year", people + "DTSTART:16010101T000000Z\n", "reject this event is in the year 1601"},
		{
			"end before start", people + "DTSTART:20240301T100000Z\nDTEND:20240201T100000Z\n",
			"2024-03-01T10:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"an alarm without end", people + "DTSTART:20240301T100000Z\nBEGIN:VALARM\nSUMMARY:no\n",
			"2024-03-01T10:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
		{
			"an alarm", "BEGIN:VALARM\nSUMMARY:no\nATTENDEE:mailto:x@y.nl\nEND:VALARM\n" + people +
				"DTSTART:20240301T100000Z\n", "2024-03-01T10:00:00Z 0s face u  [Anna<anna@a.nl>0 Me<me@m.nl>1]",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, src := readEvents(t, "BEGIN:VEVENT\n"+c.text+"END:VEVENT\n"+zoneAmsterdam)
			is := ""
			switch {
			case len(got.Interactions) == 1:
				i := got.Interactions[0]
				var parties []string
				for _, p := range i.Parties {
					bulk := ""
					if p.Bulk {
						bulk = "bulk"
					}
					parties = append(parties, fmt.Sprintf("%s<%s>%d%s", p.Name, p.Address, p.Role, bulk))
				}
				is = fmt.Sprintf("%s %s %s %s %s [%s]", i.Time.Format(time.RFC3339), i.Duration, i.Medium, i.External,
					i.Title, strings.Join(parties, " "))
			case len(got.Rejects) == 1:
				is = "reject " + got.Rejects[0]
			default:
				for reason := range src.Skipped {
					is = "skip " + reason
				}
			}
			if is != c.want {
				t.Errorf("\n got %s\nwant %s", is, c.want)
			}
		})
	}
	got, _ := readEvents(t, "BEGIN:VEVENT\n"+people+"DTSTART:20240301T100000Z\nCLASS:CONFIDENTIAL\nEND:VEVENT\n")
	if !got.Interactions[0].Private {
		t.Error("a confidential event is not private")
	}
}

func TestCalendarRepetition(t *testing.T) {
	const people = "UID:u\nORGANIZER:mailto:anna@a.nl\n"
	event := func(text string) string { return "BEGIN:VEVENT\n" + people + text + "END:VEVENT\n" }
	for _, c := range []struct{ name, text, want string }{
		{
			// The clock changes on 31 March 2024: the meeting stays at ten in Amsterdam.
			"over summer time", event("DTSTART;TZID=Europe/Amsterdam:20240324T100000\nRRULE:FREQ=WEEKLY;COUNT=3\n"),
			"20240324T090000Z 20240331T080000Z 20240407T080000Z",
		},
		{
			"in a zone of its own that is defined later",
			event("DTSTART;TZID=Our own zone:20240324T100000\nRRULE:FREQ=WEEKLY;COUNT=3\n") + zoneAmsterdam,
			"20240324T090000Z 20240331T080000Z 20240407T080000Z",
		},
		{
			"without some", event("DTSTART:20240101T100000Z\nRRULE:FREQ=DAILY;UNTIL=20240105T235959Z\n" +
				"EXDATE:20240102T100000Z,20240103T100000Z\nEXDATE;VALUE=DATE:20240104\n"),
			"20240101T100000Z 20240105T100000Z",
		},
		{
			"with others", event("DTSTART:20240101T100000Z\nRDATE:20240110T120000Z,20240101T100000Z\n" +
				"RDATE;VALUE=PERIOD:20240111T120000Z/PT1H\n"),
			"20240101T100000Z 20240110T120000Z 20240111T120000Z",
		},
		{
			"one moved, one cancelled, before the series",
			event("RECURRENCE-ID:20240102T100000Z\nDTSTART:20240102T150000Z\n") +
				event("RECURRENCE-ID:20240103T100000Z\nDTSTART:20240103T100000Z\nSTATUS:CANCELLED\n") +
				event("DTSTART:20240101T100000Z\nRRULE:FREQ=DAILY;COUNT=4\n"),
			"20240102T150000Z(u/20240102T100000Z) 20240101T100000Z 20240104T100000Z",
		},
		{
			"whole days", event("DTSTART;VALUE=DATE:20240330\nRRULE:FREQ=DAILY;COUNT=3\n"),
			"20240329T230000Z(u/20240330) 20240330T230000Z(u/20240331) 20240331T220000Z(u/20240401)",
		},
		{
			"last weekday of the month",
			event("DTSTART:20240131T100000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3\n"),
			"20240131T100000Z 20240229T100000Z 20240329T100000Z",
		},
		{
			"unknown parts", event("DTSTART:20240101T100000Z\nRRULE:FREQ=DAILY;COUNT=2;X-FOO=1;SKIP=OMIT\n"),
			"20240101T100000Z 20240102T100000Z",
		},
		{
			"lower case", event("DTSTART:20240101T100000Z\nRRULE:freq=daily;count=2\n"),
			"20240101T100000Z 20240102T100000Z",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := readEvents(t, c.text)
			var list []string
			for _, i := range got.Interactions {
				when := i.Time.Format("20060102T150405Z")
				if i.External != "u/"+when {
					when += "(" + i.External + ")"
				}
				list = append(list, when)
			}
			if is := strings.Join(list, " "); is != c.want || len(got.Rejects) > 0 {
				t.Errorf("\n got %s\nwant %s\nrejected %q", is, c.want, got.Rejects)
			}
		})
	}
}

// A series has limits: a year ahead, a thousand instances, and those the last ones.
func TestCalendarLimits(t *testing.T) {
	series := func(rule string) string {
		return "BEGIN:VEVENT\nUID:u\nORGANIZER:mailto:anna@a.nl\nDTSTART:20150101T100000Z\nRRULE:" + rule +
			"\nEND:VEVENT\n"
	}
	got, _ := readEvents(t, series("FREQ=DAILY"))
	if n := len(got.Interactions); n != calendar.MaxInstances {
		t.Fatalf("%d instances, want %d", n, calendar.MaxInstances)
	}
	last := got.Interactions[calendar.MaxInstances-1].Time
	if horizon := readtest.Now.AddDate(1, 0, 0); last.After(horizon) || last.Before(horizon.AddDate(0, 0, -2)) {
		t.Errorf("the last instance is on %v", last)
	}
	for _, rule := range []string{
		"FREQ=SECONDLY", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;COUNT=99999", "FREQ=",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=99MO", "FREQ=DAILY;INTERVAL=0;COUNT=x",
		"FREQ=DAILY;BYHOUR=" + strings.Repeat("1,", 90) + "1",
		"FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6", "FREQ=DAILY;UNTIL=nonsense", "FREQ=WEEKLY;INTERVAL=2147483647",
	} {
		start := time.Now()
		got, _ := readEvents(t, series(rule))
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s took %v", rule, took)
		}
		if len(got.Interactions) != 1 || len(got.Rejects) != 1 {
			t.Errorf("%s: %d interactions, rejected %q", rule, len(got.Interactions), got.Rejects)
		}
	}
	start := time.Now()
	readEvents(t, strings.Repeat(series("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), 1000))
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("a thousand rules that never happen took %v", took)
	}
}

func TestCalendarBirthdays(t *testing.T) {
	for _, c := range []struct{ calendar, summary, rule, want string }{
		{"", "Anna de Vries's birthday", "FREQ=YEARLY", "Anna de Vries 0-3-12"},
		{"", "Verjaardag van Anna de Vries", "FREQ=YEARLY", "Anna de Vries 0-3-12"},
		{"", "🎂 Anna (1985)", "FREQ=YEARLY;INTERVAL=1", "Anna 1985-3-12"},
		{"Verjaardagen", "Anna", "FREQ=YEARLY", "Anna 0-3-12"},
		{"Birthdays", "1985 Anna", "FREQ=YEARLY", "Anna 1985-3-12"},
		{"", "Anna", "FREQ=YEARLY", ""},
		{"", "Anna's birthday", "FREQ=WEEKLY", ""},
	} {
		got, _ := readEvents(t, "X-WR-CALNAME:"+c.calendar+"\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20230312\nSUMMARY:"+
			c.summary+"\nRRULE:"+c.rule+"\nEND:VEVENT\n")
		is := ""
		if len(got.Contacts) == 1 && len(got.Contacts[0].Dates) == 1 {
			d := got.Contacts[0].Dates[0]
			is = fmt.Sprintf("%s %d-%d-%d", got.Contacts[0].Name.Full, d.Year, d.Month, d.Day)
		}
		if is != c.want {
			t.Errorf("%q in %q: %q, want %q", c.summary, c.calendar, is, c.want)
		}
	}
}

// A bad event never costs its neighbours.
func TestCalendarNeighbours(t *testing.T) {
	good := "BEGIN:VEVENT\nUID:g\nDTSTART:20240301T100000Z\nORGANIZER:mailto:a@a.nl\nEND:VEVENT\n"
	for _, c := range []struct {
		name, text            string
		interactions, rejects int
	}{
		{"cut off", "BEGIN:VCALENDAR\n" + good + "BEGIN:VEVENT\nUID:h\nDTSTART:2024", 1, 1},
		{"no end of the event", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240101T000000Z\nORGANIZER:mailto:b@b.nl\n" +
			good + "END:VCALENDAR\n", 2, 0},
		{"no calendar around", good + good, 2, 0},
		{"text in between", "BEGIN:VCALENDAR\nEND:VCALENDAR\nhello\n" + good, 1, 1},
		{"binary", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n\x00\xff\x01:\x02\nEND:VEVENT\n" + good + "END:VCALENDAR\n", 1, 1},
		{
			"task", "BEGIN:VCALENDAR\nBEGIN:VTODO\nORGANIZER:mailto:a@a.nl\nDTSTART:20240101\nEND:VTODO\n" + good +
				"END:VCALENDAR\n", 1, 0,
		},
		{"joined files", "BEGIN:VCALENDAR\n" + good + "END:VCALENDARBEGIN:VCALENDAR\n" + good + "END:VCALENDAR", 2, 0},
		{"upper and lower case", strings.ToLower(good), 1, 0},
	} {
		got, _ := readtest.Text(t, calendar.ICalendar, c.text)
		if len(got.Interactions) != c.interactions || len(got.Rejects) != c.rejects {
			t.Errorf("%s: %d interactions, rejected %q", c.name, len(got.Interactions), got.Rejects)
		}
	}
}

// An attachment of 200 MB takes no memory, and neither does any other line of that size.
func TestCalendarGiantLines(t *testing.T) {
	for _, name := range []string{"ATTACH;ENCODING=BASE64:", "DESCRIPTION:", "ATTENDEE;CN=", "RDATE:"} {
		got := &readtest.Collector{}
		src := &read.Source{Zone: time.UTC, Now: readtest.Now, Reader: io.MultiReader(
			strings.NewReader("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240301T100000Z\nORGANIZER:mailto:a@a.nl\n"+
				name), &readtest.Endless{Byte: 'A', Count: 200 << 20},
			strings.NewReader(
				"\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20240302T100000Z\nORGANIZER:mailto:b@b.nl\nEND:VEVENT\n"))}
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		if err := calendar.ICalendar.Read(context.Background(), src, got); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&end)
		if used := end.TotalAlloc - start.TotalAlloc; used > 16<<20 {
			t.Errorf("%s: reading took %d MB", name, used>>20)
		}
		if len(got.Interactions) != 2 {
			t.Errorf("%s: %d interactions, rejected %q", name, len(got.Interactions), got.Rejects)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for in, want := range map[string]string{
		"PT1H": "1h0m0s", "P1DT2H30M": "26h30m0s", "P2W": "336h0m0s", "-PT15M": "-15m0s", "+P1D": "24h0m0s",
		"P1M": "", "PT": "0s", "P": "", "": "", "1H": "", "PT99999999999H": "", "P1": "",
	} {
		got := ""
		if d, ok := calendar.ParseDuration(in); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Every name in the table of Windows zones leads to a zone.
func TestWindowsZones(t *testing.T) {
	for name, iana := range calendar.WindowsZones {
		if calendar.ZoneIANA(iana) == nil {
			t.Errorf("%s leads to %s, which is no zone", name, iana)
		}
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\n" +
		zoneAmsterdam + "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Our own zone:20240324T100000\nRRULE:FREQ=WEEKLY;COUNT=3\n" +
		"ATTENDEE;CN=\"a:b\":mailto:x@y\nEXDATE:20240331T080000Z\nEND:VEVENT\nEND:VCALENDAR\n"))
	f.Add([]byte("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20240230\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYSETPOS=1,2;WKST=SU\n" +
		"SUMMARY:x's birthday\nEND:VEVENT"))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nBEGIN:DAYLIGHT\nTZOFFSETTO:-1459\n" +
		"RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=9XX\nEND:DAYLIGHT\nBEGIN:STANDARD\nTZOFFSETTO:+1500\nEND:VTIMEZONE\n" +
		"BEGIN:VEVENT\nORGANIZER:x\nDTSTART;TZID=x:99991231T235959\nDURATION:P99W\nRDATE:/,/\nEND:VEVENT\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		calendar.ICalendar.Detect(data, "x.ics")
		got := &readtest.Collector{}
		src := &read.Source{Reader: bytes.NewReader(data), Zone: time.UTC, Now: readtest.Now}
		if err := calendar.ICalendar.Read(context.Background(), src, got); err != nil {
			t.Fatal(err)
		}
		for _, i := range got.Interactions {
			readtest.CheckInteraction(t, i)
			if i.Duration < 0 || len(i.Parties) == 0 {
				t.Fatalf("a bad interaction: %+v", i)
			}
		}
	})
}

// BenchmarkCalendar reads 10,000 meetings with four people each.
func BenchmarkCalendar(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("BEGIN:VCALENDAR\r\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Amsterdam:2024%02d%02dT100000\r\n"+
			"DTEND;TZID=Europe/Amsterdam:2024%02d%02dT110000\r\nUID:%d@example.org\r\n"+
			"ORGANIZER;CN=Anna de Vries:mailto:anna@example.org\r\n", i%12+1, i%28+1, i%12+1, i%28+1, i)
		for k := range 3 {
			fmt.Fprintf(&text, "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Person\r\n"+
				"  %d;X-NUM-GUESTS=0:mailto:p%d@example.org\r\n", i+k, i+k)
		}
		text.WriteString("SUMMARY:Meeting\r\nDESCRIPTION:" + strings.Repeat("agenda\\n ", 8) + "\r\nEND:VEVENT\r\n")
	}
	text.WriteString("END:VCALENDAR\r\n")
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		count := &readtest.Counting{}
		if err := calendar.ICalendar.Read(context.Background(),
			&read.Source{Reader: bytes.NewReader(text.Bytes()), Zone: time.UTC, Now: readtest.Now}, count); err != nil {
			b.Fatal(err)
		}
		total += count.Records
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "events/s")
}
