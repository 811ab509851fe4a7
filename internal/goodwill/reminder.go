package goodwill

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// Reminder is what somebody wanted to be reminded of about a person. It is theirs alone.
type Reminder struct {
	ID     id.ID      `json:"id"`
	Person people.Ref `json:"person"`
	Body   string     `json:"body"`
	Day    string     `json:"day" doc:"the day on which it comes up, such as 2027-03-01"`
	Done   *time.Time `json:"done,omitempty" doc:"when it was done"`
}

// on returns the day of a reminder, in a zone.
func (r Reminder) on(zone *time.Location) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, r.Day, zone)
	if err != nil { // only what is a day is stored
		return time.Time{}
	}
	return day
}

// mostAhead is how far ahead a reminder may lie, in years.
const mostAhead = 20

// reminderDay reads the day of a reminder as people write it: a date, or how long from now.
func reminderDay(words string, now time.Time) (string, error) {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	found, ok := when.Parse(words, now, when.Future)
	ahead := found.Precision == when.PrecisionMonth && !slices.ContainsFunc(text.Words(words), when.IsMonth) ||
		found.Precision == when.PrecisionYear && !strings.Contains(words, strconv.Itoa(found.Time.Year()))
	if ok && ahead { // so many months or years from now: on this day of the month, or the last that it has
		last := time.Date(found.Time.Year(), found.Time.Month()+1, 0, 0, 0, 0, 0, now.Location())
		if found.Precision == when.PrecisionYear {
			last = time.Date(found.Time.Year(), now.Month()+1, 0, 0, 0, 0, 0, now.Location())
		}
		found.Time = last.AddDate(0, 0, min(now.Day(), last.Day())-last.Day())
	}
	switch {
	case !ok:
		return "", fault.New(fault.Invalid, "This is no day.").
			WithHint("Write it as tomorrow, in 3 months or 1 March.").WithField("day")
	case found.Time.Before(today):
		return "", fault.New(fault.Invalid, "This day is over.").WithField("day")
	case found.Time.After(today.AddDate(mostAhead, 0, 0)):
		return "", fault.New(fault.Invalid, "This is more than %d years ahead.", mostAhead).WithField("day")
	}
	return found.Time.Format(time.DateOnly), nil
}
