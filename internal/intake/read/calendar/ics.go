// Package calendar reads meetings: iCalendar and the calendar of Outlook as a table.
package calendar

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// ICalendar reads calendars (RFC 5545) of Google, Apple, Outlook and CalDAV servers: meetings with their people, and
// birthdays. Repeating events are unfolded up to a year from now. Reading starts anew after an interruption, because an
// exception may stand anywhere in the file.
var ICalendar = read.Format{
	Name:  "icalendar",
	Title: "calendar (iCalendar)",
	How:   "Export the calendar as .ics in the settings of Google, Outlook, Apple or Nextcloud.",
	Detect: func(head []byte, _ string) int {
		sure := read.DetectBegin(head, "VCALENDAR", 97)
		for _, part := range []string{"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"} {
			sure = max(sure, read.DetectBegin(head, part, 80))
		}
		return sure
	},
	Read: readCalendar,
}

const (
	// maxEventLines is the most lines of one event that are looked at.
	maxEventLines = 20_000
	// maxWaiting is how much may wait for the end of its calendar, because it repeats or its zone is not known yet: ten
	// for an event and one for each of its people and dates.
	maxWaiting = 500_000
	// maxExceptions is how many exceptions to repeating events of one calendar are remembered.
	maxExceptions = 200_000
)

// calendarPassed are properties whose values may be long and say nothing about people.
var calendarPassed = map[string]bool{
	"ATTACH": true, "IMAGE": true, "X-ALT-DESC": true, "STYLED-DESCRIPTION": true, "STRUCTURED-DATA": true,
}

func readCalendar(ctx context.Context, src *read.Source, sink read.Sink) error {
	r := &calendarReader{
		lines: read.ContentLines{Scan: read.NewLines(src), Skip: calendarPassed},
		src:   src, sink: sink, names: map[string]*time.Location{},
	}
	r.begin()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, ok := r.lines.Next()
		if !ok {
			break
		}
		if err := r.take(ctx, &line); err != nil {
			return err
		}
	}
	if r.event != nil && r.lines.Scan.Err == nil {
		if err := sink.Reject(r.event.at, "the file ends in the middle of this event"); err != nil {
			return err
		}
	}
	if err := r.end(ctx); err != nil {
		return err
	}
	return r.lines.Scan.Err
}

// calendarReader reads one calendar after another.
type calendarReader struct {
	lines   read.ContentLines
	src     *read.Source
	sink    read.Sink
	outside bool                      // a line outside a calendar was already reported
	barren  int                       // rules without any instance
	names   map[string]*time.Location // what the names met so far mean; nil for nothing

	// The calendar that is being read.
	method     string
	name       string // X-WR-CALNAME
	zone       *time.Location
	zones      map[string]*time.Location
	waiting    []*calendarEvent
	exceptions map[string][]time.Time // by UID: the instances that another event replaces
	remembered int
	held       int // how much waits

	inside int    // components that are open
	passed string // a component that is passed whole, with those in it
	depth  int    // how many of that name are open
	event  *calendarEvent
	zoned  *zoneDefinition
}

// zoneDefinition is a VTIMEZONE that is being read.
type zoneDefinition struct {
	id, location string
	rules        []zoneRule
	open         bool // a STANDARD or DAYLIGHT is open
}

// begin starts a calendar.
func (r *calendarReader) begin() {
	r.method, r.name, r.zone = "", "", nil
	r.zones, r.exceptions = map[string]*time.Location{}, map[string][]time.Time{}
	r.waiting, r.remembered, r.held = nil, 0, 0
}

// end emits the events that waited.
func (r *calendarReader) end(ctx context.Context) error {
	waiting := r.waiting
	r.waiting, r.held = nil, 0
	for _, event := range waiting {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.unfold(event); err != nil {
			return err
		}
	}
	return nil
}

// take deals with one line.
func (r *calendarReader) take(ctx context.Context, line *read.ContentLine) error {
	what := ""
	if line.Name == "BEGIN" || line.Name == "END" {
		what = strings.ToUpper(strings.TrimSpace(line.Value))
	}
	if r.passed != "" {
		// Programs forget to end alarms: the end of the event ends them too.
		switch {
		case what == r.passed && line.Name == "BEGIN":
			r.depth++
		case what == r.passed && line.Name == "END":
			if r.depth--; r.depth == 0 {
				r.passed = ""
			}
			return nil
		case what == "VEVENT" || what == "VCALENDAR":
			r.passed = ""
		}
		if r.passed != "" {
			return nil
		}
	}
	switch {
	case line.Name == "BEGIN":
		return r.open(ctx, what, read.At{Line: line.Line, Offset: line.Offset})
	case line.Name == "END":
		return r.close(ctx, what)
	case r.event != nil:
		r.event.property(line)
	case r.zoned != nil:
		r.zoned.property(line)
	case r.inside > 0:
		switch line.Name {
		case "METHOD":
			r.method = strings.ToUpper(strings.TrimSpace(line.Value))
		case "X-WR-CALNAME", "NAME":
			r.name = read.CleanText(read.Unescape(line.Value), 200)
		case "X-WR-TIMEZONE":
			r.zone = zoneByName(line.Value)
		}
	case !r.outside:
		r.outside = true
		return r.sink.Reject(read.At{Line: line.Line, Offset: line.Offset},
			"this line stands outside a calendar: it should begin with BEGIN:VCALENDAR")
	}
	return nil
}

func (r *calendarReader) open(ctx context.Context, what string, at read.At) error {
	switch what {
	case "VCALENDAR":
		if err := r.finishEvent(); err != nil {
			return err
		}
		// A calendar may stand in a calendar; each is one of its own.
		if err := r.end(ctx); err != nil {
			return err
		}
		r.begin()
		r.inside++
	case "VEVENT":
		// The event before has no end: it is as good as its lines.
		if err := r.finishEvent(); err != nil {
			return err
		}
		r.zoned = nil
		r.event = newCalendarEvent(at)
	case "VTIMEZONE":
		if r.event == nil {
			r.zoned = &zoneDefinition{}
		}
	case "STANDARD", "DAYLIGHT":
		if r.zoned != nil && len(r.zoned.rules) < 1000 {
			r.zoned.rules = append(r.zoned.rules, zoneRule{daylight: what == "DAYLIGHT"})
			r.zoned.open = true
			return nil
		}
		r.pass(what)
	default:
		if what == "VTODO" || what == "VJOURNAL" || what == "VFREEBUSY" {
			r.src.Skip("calendar entry that is no event")
		}
		r.pass(what)
	}
	return nil
}

// pass leaves out a component with everything in it.
func (r *calendarReader) pass(what string) {
	r.passed, r.depth = what, 1
}

func (r *calendarReader) close(ctx context.Context, what string) error {
	if read.Glued(what, "VCALENDAR") {
		if err := r.close(ctx, "VCALENDAR"); err != nil {
			return err
		}
		return r.open(ctx, "VCALENDAR", read.At{})
	}
	switch what {
	case "VEVENT":
		return r.finishEvent()
	case "STANDARD", "DAYLIGHT":
		if r.zoned != nil {
			r.zoned.open = false
		}
	case "VTIMEZONE":
		if r.zoned != nil && r.zoned.id != "" && len(r.zones) < 1000 {
			r.zones[r.zoned.id] = r.zoned.zone()
		}
		r.zoned = nil
	case "VCALENDAR":
		if err := r.finishEvent(); err != nil {
			return err
		}
		r.inside = max(0, r.inside-1)
		return r.end(ctx)
	}
	return nil
}

// property takes a line of a time zone.
func (z *zoneDefinition) property(line *read.ContentLine) {
	switch line.Name {
	case "TZID":
		z.id = read.Unescape(line.Value)
	case "X-LIC-LOCATION":
		z.location = line.Value
	}
	if !z.open {
		return
	}
	rule := &z.rules[len(z.rules)-1]
	switch line.Name {
	case "DTSTART":
		if start, ok := parseCalendarTime(line.Value, time.UTC); ok {
			rule.start = start.time
		}
	case "TZOFFSETTO":
		rule.offset, rule.valid = parseOffset(line.Value)
	case "RRULE":
		rule.rule = line.Value
	}
}

// zone makes the zone: by a name that is known everywhere, and else by the rules.
func (z *zoneDefinition) zone() *time.Location {
	if zone := zoneByName(z.location); zone != nil {
		return zone
	}
	return zoneOf(z.id, z.rules)
}

// zoneFor finds the zone of a time. settled is false when a later VTIMEZONE may still say it.
func (r *calendarReader) zoneFor(name string, last bool) (zone *time.Location, settled bool) {
	if name == "" {
		if r.zone != nil {
			return r.zone, true
		}
		return r.src.Location(), true
	}
	name = read.Unescape(name)
	zone, met := r.names[name]
	if !met {
		// Loading a zone is slow, and a calendar names the same few on every line.
		zone = zoneByName(name)
		if len(r.names) < 1000 {
			r.names[name] = zone
		}
	}
	if zone != nil {
		return zone, true
	}
	if zone := r.zones[name]; zone != nil {
		return zone, true
	}
	if !last {
		return nil, false
	}
	if zone := zoneByOffset(name); zone != nil {
		return zone, true
	}
	return r.src.Location(), true
}
