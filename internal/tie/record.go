package tie

import (
	"slices"
	"time"

	"gave.network/graph/temporal"
)

const (
	// shortestHole and holeFactor: days without contact with anybody are a hole in the record when there are more of
	// them than this, and more than this many times what nine in ten of such pauses stay below.
	shortestHole = 14
	holeFactor   = 8
)

// Record is the days since 1970 on which somebody was in contact with anybody, in order. A mailbox that was not
// imported, a lost year and a phone that was changed leave holes in it, in which every tie looks silent.
type Record []int64

// RecordOf returns the record of the times of contact with anybody, in any order.
func RecordOf(times []time.Time) Record {
	days := make(Record, len(times))
	for i, t := range times {
		days[i] = DayOf(t)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// DayOf is the day of a moment in UTC, counted from 1970.
func DayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

// Whole says that there is no hole in the record between two days.
func (r Record) Whole(from, until int64) bool {
	if len(r) == 0 {
		return false
	}
	hole := r.hole()
	first, _ := slices.BinarySearch(r, from)
	last := from
	for _, at := range r[first:] {
		if at > until {
			break
		}
		if at-last > hole {
			return false
		}
		last = at
	}
	return until-last <= hole
}

// hole is of how many days a pause must be longer to be a hole.
func (r Record) hole() int64 {
	return max(shortestHole, holeFactor*temporal.GapsOf(r).Quantile(9, 10))
}
