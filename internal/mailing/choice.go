package mailing

import (
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Morning is the topic of the morning mail: Today.
const Morning room.Topic = "morning"

// topics are all that can come by mail, in the order of the letter.
var topics = append(slices.Clone(room.Topics), Morning)

// titleOf says what comes with a topic.
func titleOf(p *locale.Printer, t room.Topic) string {
	switch t {
	case room.Praise:
		return p.T("Praise of you")
	case room.Asks:
		return p.T("Asks to you, and answers to yours")
	case room.Introductions:
		return p.T("Introductions")
	case room.Thanks:
		return p.T("Thanks")
	case room.Outcomes:
		return p.T("What came of it")
	}
	return p.T("The morning mail: Today in seven lines at most")
}

// What holds until a member says otherwise.
const (
	usualHour  = 8
	quietFrom  = 18
	quietUntil = 7
)

// weekend is the bits of Saturday and Sunday.
const weekend = 1<<time.Saturday | 1<<time.Sunday

const (
	// atLeast is how long it is at least between two mails: who travels has days of less than a day.
	atLeast = 12 * time.Hour
	// mostRefused is after how many mails that the address refused for good no more is tried.
	mostRefused = 3
	// lease is how long a process has to write a letter; after that another one may.
	lease = 10 * time.Minute
	// firstPause is how long is waited after a failure; it doubles, up to longestPause.
	firstPause, longestPause = 5 * time.Minute, 2 * time.Hour
)

// choiceRow is what a member wants by mail.
type choiceRow struct {
	Space, Owner                     id.ID
	Topics                           string
	Words, Hour                      int
	QuietFrom, QuietUntil, QuietDays int
	Since, Turn, Retry               int64
	Tries, Refused                   int
	Sent                             int64
}

// usual is what holds for who chose nothing.
func usual(v op.Viewer) choiceRow {
	return choiceRow{
		Space: v.Space, Owner: v.Member, Hour: usualHour, QuietFrom: quietFrom, QuietUntil: quietUntil,
		QuietDays: weekend,
	}
}

// topics are those of which mail comes.
func (c choiceRow) topics() []room.Topic {
	var out []room.Topic
	for word := range strings.FieldsSeq(c.Topics) {
		out = append(out, room.Topic(word))
	}
	return out
}

// wants says whether mail of a topic comes.
func (c choiceRow) wants(topic room.Topic) bool { return slices.Contains(c.topics(), topic) }

// without returns the choice when no more mail of a topic is to come; of none at all, when it is empty.
func (c choiceRow) without(topic room.Topic) choiceRow {
	var left []string
	for _, t := range c.topics() {
		if topic != "" && t != topic {
			left = append(left, string(t))
		}
	}
	c.Topics = strings.Join(left, " ")
	return c
}

// quiet says whether no mail goes at an hour of a day.
func (c choiceRow) quiet(day time.Weekday, hour int) bool {
	if c.QuietDays&(1<<day) != 0 {
		return true
	}
	if c.QuietFrom <= c.QuietUntil {
		return hour >= c.QuietFrom && hour < c.QuietUntil
	}
	return hour >= c.QuietFrom || hour < c.QuietUntil
}

// due says whether a mail is to go now, in the zone of the member: from the chosen hour on, not in quiet hours, one a
// day. It goes by what the clock on the wall says, so an hour that a day has twice or not at all is no exception.
func (c choiceRow) due(now time.Time, zone *time.Location) bool {
	here, turn := now.In(zone), time.UnixMicro(c.Turn).In(zone)
	switch {
	case c.Topics == "", c.Refused >= mostRefused, now.UnixMicro() < c.Retry, here.Hour() < c.Hour,
		c.quiet(here.Weekday(), here.Hour()):
		return false
	case c.Turn == 0:
		return true
	}
	return here.Format(time.DateOnly) != turn.Format(time.DateOnly) && now.Sub(turn) >= atLeast
}

// check says what cannot be in a choice.
func (c choiceRow) check() error {
	for _, t := range c.topics() {
		if !slices.Contains(topics, t) {
			return fault.New(fault.Invalid, "There is no such kind of mail.").WithField("topics")
		}
	}
	for _, hour := range []struct {
		field string
		hour  int
	}{{"hour", c.Hour}, {"quiet_from", c.QuietFrom}, {"quiet_until", c.QuietUntil}} {
		if hour.hour < 0 || hour.hour > 23 {
			return fault.New(fault.Invalid, "An hour is from 0 to 23.").WithField(hour.field)
		}
	}
	switch every := 1<<7 - 1; {
	case c.QuietDays == every:
		return fault.New(fault.Invalid, "On one day of the week at least, mail has to go.").
			WithHint("Or choose that nothing comes by mail.").WithField("quiet_days")
	case c.quiet(firstDay(c.QuietDays), c.Hour):
		return fault.New(fault.Invalid, "The hour of the mail is among the quiet ones.").WithField("hour")
	}
	return nil
}

// firstDay is a day that is not quiet.
func firstDay(quiet int) time.Weekday {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if quiet&(1<<day) == 0 {
			return day
		}
	}
	return time.Sunday
}
