package world

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// icalWriter writes lines of iCalendar (RFC 5545): CR LF, folded at 75 octets and never within a letter.
type icalWriter struct{ out io.Writer }

func (c *icalWriter) line(format string, args ...any) {
	s := format
	if len(args) > 0 {
		s = fmt.Sprintf(format, args...)
	}
	limit := 75
	for len(s) > limit {
		cut := limit
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		io.WriteString(c.out, s[:cut]+"\r\n ") //nolint:errcheck // the buffer below keeps the error for Flush
		s, limit = s[cut:], 74
	}
	io.WriteString(c.out, s+"\r\n") //nolint:errcheck // as above
}

func (c *icalWriter) begin(method string) {
	c.line("BEGIN:VCALENDAR")
	c.line("PRODID:-//Agenda//Agenda 1.0//NL")
	c.line("VERSION:2.0")
	c.line("CALSCALE:GREGORIAN")
	c.line("METHOD:%s", method)
	for _, l := range strings.Split(`BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`, "\n") {
		c.line("%s", l)
	}
}

// icalText escapes text for iCalendar and vCard values.
func icalText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// icalParam quotes a parameter value when it has to be.
func icalParam(s string) string {
	s = strings.ReplaceAll(s, `"`, "'")
	if strings.ContainsAny(s, ":;,") {
		return `"` + s + `"`
	}
	return s
}

func (w *world) writeCalendar(ctx context.Context) error {
	const name = "calendar.ics"
	return w.file(name, func(out *bufio.Writer) error {
		c := &icalWriter{out}
		c.begin("PUBLISH")
		c.line("X-WR-CALNAME:%s", w.people[0].Write(cast.Usual))
		c.line("X-WR-TIMEZONE:Europe/Amsterdam")
		for i := range w.meetings {
			if i&1023 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			w.writeEvent(c, i)
			w.truth.Counts[name]++
		}
		w.truth.Counts[name] += w.writeDays(c)
		c.line("END:VCALENDAR")
		return nil
	})
}

// writeDays writes days and hours that the owner keeps free, with nobody in them, and returns how many.
func (w *world) writeDays(c *icalWriter) int {
	n := 0
	event := func(summary, start, end string, private bool) {
		c.line("BEGIN:VEVENT")
		c.line("DTSTART%s", start)
		c.line("DTEND%s", end)
		c.line("DTSTAMP:%s", w.end.UTC().Format("20060102T150405Z"))
		c.line("UID:%016x@agenda.example", random.Hash(w.seed, "day", n))
		c.line("SUMMARY:%s", icalText(summary))
		if private {
			c.line("CLASS:PRIVATE")
		}
		c.line("TRANSP:TRANSPARENT")
		c.line("END:VEVENT")
		n++
	}
	for year := yearOf(w.start); year <= yearOf(w.until); year++ {
		from := time.Date(year, time.July, 18+year%12, 0, 0, 0, 0, amsterdam)
		event("Vakantie", ";VALUE=DATE:"+from.Format("20060102"),
			";VALUE=DATE:"+from.AddDate(0, 0, 21).Format("20060102"), true)
		for month := time.January; month <= time.December; month++ {
			at := time.Date(year, month, 3, 9, 0, 0, 0, amsterdam).UTC()
			event("Schrijven, niet storen", at.Format(":20060102T150405Z"),
				at.Add(3*time.Hour).Format(":20060102T150405Z"), false)
		}
	}
	return n
}

// title is the summary of a meeting.
func (w *world) title(m *meeting) string {
	t := &topics[m.topic]
	other := ""
	if len(m.people) > 0 {
		other = w.people[m.people[0]].Given
	}
	switch m.kind {
	case "lunch":
		return "Lunch met " + other
	case "coffee":
		return "Koffie " + other
	case "dinner":
		return "Eten bij " + other
	case "walk":
		return "Wandelen met " + other
	case "call":
		return "Bellen " + other + " over " + t.nl
	case "video":
		return capital(t.nl) + " (online)"
	case "borrel":
		return "Borrel Vrij Contact"
	case "party":
		return "Zomeravond Lindestraat"
	case "standup":
		return "Weekstart"
	}
	if len(m.people) == 1 && m.at%3 == 0 {
		return "Afspraak " + w.people[m.people[0]].Write(cast.Usual)
	}
	return "Overleg " + t.nl
}

func (w *world) place(m *meeting) string {
	switch m.kind {
	case "lunch":
		houses := []string{"Café De Oude Gracht", "Lunchroom Linde", "De Zaak"}
		return houses[random.Hash(w.seed, "place", int(m.at))%3] + ", Utrecht"
	case "borrel":
		return "Grand Café De Kade, Utrecht"
	case "party":
		return "Lindestraat"
	case "video":
		return fmt.Sprintf("https://video.example/j/%d", random.Hash(w.seed, "video", int(m.at))>>34)
	case "call":
		return ""
	case "meeting":
		if m.room {
			return w.roomOf(m).Name
		}
		if len(m.people) > 0 {
			if j := w.people[m.people[0]].current(); j != nil {
				return w.orgs[j.org].name + ", " + cast.Cities[w.orgs[j.org].city].Name
			}
		}
	}
	return ""
}

func (w *world) roomOf(m *meeting) *NotPerson {
	if m.at < w.change {
		return &w.senders[2]
	}
	return &w.senders[1]
}

// writeEvent writes one meeting as a VEVENT.
func (w *world) writeEvent(c *icalWriter, n int) {
	m := &w.meetings[n]
	r := random.Stream(w.seed, "event", n)
	at := time.Unix(m.at, 0).In(amsterdam)
	until := at.Add(time.Duration(m.minutes) * time.Minute)
	const local = "20060102T150405"
	c.line("BEGIN:VEVENT")
	if r.Chance(0.3) && m.weeks == 0 {
		c.line("DTSTART:%sZ", at.UTC().Format(local))
		c.line("DTEND:%sZ", until.UTC().Format(local))
	} else {
		c.line("DTSTART;TZID=Europe/Amsterdam:%s", at.Format(local))
		c.line("DTEND;TZID=Europe/Amsterdam:%s", until.Format(local))
	}
	if m.weeks > 0 {
		c.line("RRULE:FREQ=WEEKLY;INTERVAL=%d;COUNT=%d", m.weeks, m.count)
		for n := range m.count {
			if on := at.AddDate(0, 0, 7*m.weeks*n); w.free(on) {
				c.line("EXDATE;TZID=Europe/Amsterdam:%s", on.Format(local))
			}
		}
	}
	c.line("DTSTAMP:%sZ", w.end.UTC().Format(local))
	c.line("UID:%016x@agenda.example", random.Hash(w.seed, "event", n))
	person := func(id int) (string, string) {
		p := &w.people[id]
		address := p.work(monthOf(at))
		if m.private || m.kind == "party" {
			address = p.private
		}
		if id == 0 && !m.private {
			address = p.jobs[1].address
			if m.at < w.change {
				address = p.jobs[0].address
			}
		}
		name := p.Write(cast.Usual)
		if id != 0 && r.Chance(0.15) {
			name = address
		} else if id != 0 && r.Chance(0.2) {
			name = p.Write(p.messy)
		}
		w.saw(id, Identity{Source: "calendar", Name: name, Address: address})
		return name, address
	}
	if len(m.people) > 0 && m.kind != "call" {
		name, address := person(m.organiser)
		c.line("ORGANIZER;CN=%s:mailto:%s", icalParam(name), address)
		for _, id := range append([]int{0}, m.people...) {
			status := "ACCEPTED"
			switch {
			case slices.Contains(m.declined, id):
				status = "DECLINED"
			case m.upcoming && id != 0:
				status = "NEEDS-ACTION"
			case r.Chance(0.04):
				status = "TENTATIVE"
			}
			scheme := "mailto"
			if r.Chance(0.05) {
				scheme = "MAILTO"
			}
			name, address := person(id)
			c.line("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=%s;CN=%s;X-NUM-GUESTS=0:%s:%s", status,
				icalParam(name), scheme, address)
		}
		if m.room {
			room := w.roomOf(m)
			c.line("ATTENDEE;CUTYPE=ROOM;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=%s:mailto:%s",
				icalParam(room.Name), room.Address)
		}
	} else if m.kind == "call" {
		// A note to oneself: the other stands in the attendees all the same, without an answer.
		name, address := person(m.people[0])
		c.line("ATTENDEE;CN=%s:mailto:%s", icalParam(name), address)
	}
	c.line("SUMMARY:%s", icalText(w.title(m)))
	if place := w.place(m); place != "" {
		c.line("LOCATION:%s", icalText(place))
	}
	switch {
	case m.cancelled:
		c.line("STATUS:CANCELLED")
	case m.upcoming && r.Chance(0.3):
		c.line("STATUS:TENTATIVE")
	default:
		c.line("STATUS:CONFIRMED")
	}
	if m.private {
		c.line("CLASS:PRIVATE")
	}
	if m.kind == "video" {
		c.line("DESCRIPTION:%s", icalText("Deelnemen: "+w.place(m)+"\nAgenda: "+topics[m.topic].nl))
	}
	c.line("TRANSP:OPAQUE")
	c.line("END:VEVENT")
}
