package calendar

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/lang"
)

// OutlookCalendar reads the calendar that Outlook exports as a table: a row for each time of a meeting, with who was
// asked.
var OutlookCalendar = read.Format{
	Name:  "outlook-calendar",
	Title: "Outlook calendar (CSV)",
	How:   "In Outlook choose File, Open and export, Export to a file, CSV, and the calendar.",
	Detect: func(head []byte, _ string) int {
		return table.Detect(head, 94, isOutlookCalendar)
	},
	FromStart: true,
	Read:      readOutlookCalendar,
}

// The columns.
var (
	meetingSubject   = lang.Words("exports", "meeting.subject")
	meetingDay       = lang.Words("exports", "meeting.day")
	meetingClock     = lang.Words("exports", "meeting.clock")
	meetingEndDay    = lang.Words("exports", "meeting.end.day")
	meetingEndClock  = lang.Words("exports", "meeting.end.clock")
	meetingWhole     = lang.Words("exports", "meeting.whole")
	meetingOrganizer = lang.Words("exports", "meeting.organizer")
	meetingRequired  = lang.Words("exports", "meeting.required")
	meetingOptional  = lang.Words("exports", "meeting.optional")
	meetingPlace     = lang.Words("exports", "meeting.place")
	meetingPrivate   = lang.Words("exports", "meeting.private")
	meetingSecrecy   = lang.Words("exports", "meeting.secrecy")
)

// meetingSecret are the degrees of secrecy that keep a meeting private, meetingCancelled what stands before its title
// when it is off.
var (
	meetingSecret    = read.WordSet("meeting.secret")
	meetingCancelled = read.Phrases("meeting.cancelled")
)

// remarkCalendarTable is said of every calendar that comes as a table.
const remarkCalendarTable = "A table has names without addresses: a calendar that is exported as iCalendar (.ics) " +
	"tells more."

func isOutlookCalendar(keys []string) bool {
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(key string) bool { return slices.Contains(keys, key) })
	}
	return has(meetingSubject) && has(meetingDay) &&
		(has(meetingRequired) || has(meetingOrganizer) || has(meetingEndDay) && has(meetingWhole))
}

func readOutlookCalendar(ctx context.Context, src *read.Source, sink read.Sink) error {
	t := table.Open(src.Reader, src.Size, isOutlookCalendar)
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	src.Remark = remarkCalendarTable
	out := &read.Emitter{Source: src, Sink: sink}
	// English tables are of the United States unless a day says otherwise; the others begin with the day.
	monthFirst := slices.Contains(t.Keys, "subject")
	return t.EachRow(ctx, out, func(row *table.Row) error {
		return meeting(t, row, out, &monthFirst)
	})
}

// meetingTime reads a day and a time of day.
func meetingTime(day, clock string, zone *time.Location, monthFirst bool) (time.Time, bool) {
	return read.ParseStamp(strings.TrimSpace(day+" "+clock), zone, monthFirst)
}

func meeting(t *table.Table, row *table.Row, out *read.Emitter, monthFirst *bool) error {
	title, day := t.Get(row, meetingSubject...), t.Get(row, meetingDay...)
	if n, digits, rest := read.LeadingNumber(day); digits > 0 && n > 12 && strings.HasPrefix(rest, "/") && digits < 3 {
		*monthFirst = false
	}
	zone := out.Source.Location()
	begin, ok := meetingTime(day, t.Get(row, meetingClock...), zone, *monthFirst)
	if !ok {
		return out.Reject(read.Because("the time %s of the event cannot be read",
			read.Quote(day+" "+t.Get(row, meetingClock...))))
	}
	if read.Begins(strings.ToLower(title), meetingCancelled) {
		out.Skip("cancelled event")
		return nil
	}
	parties := meetingParties(t.Get(row, meetingOrganizer...), read.From)
	parties = append(parties, meetingParties(t.Get(row, meetingRequired...), read.To)...)
	parties = append(parties, meetingParties(t.Get(row, meetingOptional...), read.To)...)
	var people []read.Party
	for _, p := range parties {
		if !slices.ContainsFunc(people, func(q read.Party) bool { return read.PartyKey(q) == read.PartyKey(p) }) {
			people = append(people, p)
		}
	}
	if len(people) == 0 || len(people) == 1 && people[0].Role == read.From {
		out.Skip("event without people")
		return nil
	}
	e := calendarEvent{place: t.Get(row, meetingPlace...), summary: title}
	e.videoLink = read.ContainsAny(strings.ToLower(e.place), videoWords)
	i := read.Interaction{
		Medium: e.medium(), Time: begin, Title: read.Cut(title, read.MaxTitle), Place: e.place, Parties: people,
		Source:   "calendar",
		External: read.StableID("outlook", title, begin.Format(time.RFC3339), read.PartyKey(people[0])),
	}
	i.Private = read.IsYes(t.Get(row, meetingPrivate...)) ||
		meetingSecret[strings.ToLower(t.Get(row, meetingSecrecy...))]
	if end, ok := meetingTime(t.Get(row, meetingEndDay...), t.Get(row, meetingEndClock...), zone, *monthFirst); ok &&
		end.After(begin) &&
		!read.IsYes(t.Get(row, meetingWhole...)) && end.Sub(begin) <= 24*time.Hour {
		i.Duration = end.Sub(begin)
	}
	return out.Interaction(i)
}

// meetingParties reads "Kim Bos;Piet Smit" and "Kim Bos <kim@example.org>; piet@example.org".
func meetingParties(cell string, role read.Role) []read.Party {
	var out []read.Party
	for part := range strings.SplitSeq(cell, ";") {
		part = strings.Trim(part, " '\"")
		if part == "" || len(out) >= read.MaxParties {
			continue
		}
		if strings.Contains(part, "@") {
			out = append(out, read.ParseAddresses(part, role)...)
			continue
		}
		if name := read.CleanName(part, ""); name != "" {
			out = append(out, read.Party{Name: name, Role: role})
		}
	}
	return out
}
