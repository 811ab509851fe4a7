package mailing

import (
	"strings"
	"time"

	"gave.network/internal/fault"
)

// Day is a day of the week, such as saturday.
type Day string

// week are the days in the order in which they are shown.
var week = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

func dayOf(d time.Weekday) Day { return Day(strings.ToLower(d.String())) }

// daysOf returns the days of bits.
func daysOf(bits int) []Day {
	out := []Day{}
	for _, d := range week {
		if bits&(1<<d) != 0 {
			out = append(out, dayOf(d))
		}
	}
	return out
}

// bitsOf returns the bits of days.
func bitsOf(days []Day) (int, error) {
	bits := 0
next:
	for _, day := range days {
		for _, d := range week {
			if dayOf(d) == day {
				bits |= 1 << d
				continue next
			}
		}
		return 0, fault.New(fault.Invalid, "%s is not a day of the week.", string(day)).WithField("quiet_days")
	}
	return bits, nil
}
