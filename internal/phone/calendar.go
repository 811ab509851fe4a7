package phone

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
	"gave.network/internal/text/icalendar"
)

const (
	// aheadDays is how far ahead the calendar says with whom it is about time to be in touch.
	aheadDays = 60
	// leapYear is the year from which a birthday is shown whose own year is not known; 29 February is in it.
	leapYear = 2000
	// firstYear is before which no year is believed.
	firstYear = 1900
)

// event is a whole day in the calendar, which leaves it free.
type event struct {
	key    string // names it, always alike
	day    time.Time
	yearly bool
	title  string
	why    string
}

// events returns what is in the viewer's calendar: birthdays, with whom it is about time to be in touch, and the moves
// of today. base is the address of the server.
func (s *Service) events(ctx context.Context, v op.Viewer, base string) ([]event, error) {
	p := v.Printer()
	now := v.Now.In(p.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	everybody, err := s.everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []event
	for key, e := range everybody { // who died has no birthday there
		if e.Birthday == "" || key == v.Person {
			continue
		}
		d, err := people.ParseDay(e.Birthday, v.Now)
		if err != nil {
			continue
		}
		out = append(out, event{
			key: "birthday:" + key.String(), day: firstDay(d, today), yearly: true,
			title: p.T("Birthday of %s", e.Name), why: base + "/people/" + key.String(),
		})
	}
	died, err := s.network.Deceased(ctx, v)
	if err != nil {
		return nil, err
	}
	again, err := s.hears.Again(ctx, v, aheadDays)
	if err != nil {
		return nil, err
	}
	for _, a := range again {
		if died[a.Person.ID] || a.Person.ID == v.Person {
			continue
		}
		on := a.On.In(p.Zone)
		out = append(out, event{
			key: "again:" + a.Person.ID.String(), day: time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC),
			title: p.T("See %s again", a.Person.Name),
			why:   p.T("last contact %s", p.Date(a.Last)) + "\n" + base + "/people/" + a.Person.ID.String(),
		})
	}
	moves, err := s.hears.Today(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		if tact.Any(m.What, m.Why) || slices.ContainsFunc(m.People, func(p move.Person) bool { return died[p.ID] }) {
			continue
		}
		out = append(out, event{
			key: "move:" + m.Key + ":" + today.Format(time.DateOnly), day: today, title: m.What,
			why: m.Why + "\n" + base + "/",
		})
	}
	slices.SortFunc(out, func(a, b event) int { return strings.Compare(a.key, b.key) })
	return out, nil
}

// firstDay is the day on which a birthday is shown first: that of the birth where its year is known.
func firstDay(d people.ImportantDate, today time.Time) time.Time {
	year := d.Year
	if year < firstYear || year > today.Year() {
		year = leapYear
	}
	day := time.Date(year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if day.Day() != d.Day { // 29 February of a year that has none
		day = time.Date(leapYear, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	}
	return day
}

// rule is how a birthday comes round. 29 February is the sixtieth day of a year, which is 1 March in the others.
func rule(day time.Time) string {
	if day.Month() == time.February && day.Day() == 29 {
		return "FREQ=YEARLY;BYYEARDAY=60"
	}
	return "FREQ=YEARLY"
}

// Calendar returns the viewer's calendar (RFC 5545): the same bytes as long as nothing in it changes. It is empty when
// nothing is in it.
func (s *Service) Calendar(ctx context.Context, v op.Viewer, base string) ([]byte, error) {
	list, err := s.events(ctx, v, base)
	if err != nil {
		return nil, err
	}
	events := make([]icalendar.Event, len(list))
	for i, e := range list {
		sum := sha256.Sum256([]byte(v.Space.String() + e.key))
		// The stamp is always alike, so that a reader sees what changed.
		events[i] = icalendar.Event{
			UID: hex.EncodeToString(sum[:16]) + "@gave", Stamp: e.day, Day: e.day, Title: e.title, Text: e.why,
		}
		if e.yearly {
			events[i].Rule = rule(e.day)
		}
	}
	var out bytes.Buffer
	if err := icalendar.Write(&out, "Calendar", "Gave", events); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return out.Bytes(), nil
}

// CalendarPath is where the calendar of a secret is on this server.
func CalendarPath(secret string) string { return "/feeds/" + secret + "/calendar.ics" }
