package goodwill

import (
	"slices"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/tie"
)

const (
	// rhythmGaps is how many gaps between contacts are needed before a tie is said to have a rhythm.
	rhythmGaps = 4

	// shortestRhythm keeps daily colleagues out of the list after a weekend.
	shortestRhythm = 14 * day

	// silenceFactor: a silence is spoken of from this many times the usual gap on, and not before it is longer than
	// nine in ten gaps.
	silenceFactor = 2

	day = 24 * time.Hour
)

// Rhythm is how often two people were in contact by themselves.
type Rhythm struct {
	Usual  time.Duration // the median gap between days of contact
	Long   time.Duration // nine in ten gaps are shorter
	Gaps   int
	Silent time.Duration // since the last contact
}

// RhythmOf returns the rhythm of the times of contact, in any order, with the record of all contacts of the one whose
// tie it is. Contacts of one day count once. ok is false when there are too few gaps to speak of a rhythm, and when the
// silence is not known to be one because the record has a hole in it.
func RhythmOf(times []time.Time, record tie.Record, now time.Time) (r Rhythm, ok bool) {
	days := tie.RecordOf(slices.DeleteFunc(slices.Clone(times), now.Before))
	if len(days) < rhythmGaps+1 {
		return Rhythm{}, false
	}
	last := days[len(days)-1]
	if !record.Whole(last, tie.DayOf(now)) {
		return Rhythm{}, false
	}
	gaps := temporal.GapsOf(days)
	return Rhythm{
		Usual: time.Duration(gaps.Quantile(1, 2)) * day, Long: time.Duration(gaps.Quantile(9, 10)) * day,
		Gaps: len(gaps), Silent: time.Duration(tie.DayOf(now)-last) * day,
	}, true
}

// Speaks is the length from which a silence is spoken of: twice the usual gap, what nine in ten gaps stay below, and
// two weeks at least.
func (r Rhythm) Speaks() time.Duration { return max(silenceFactor*r.Usual, r.Long, shortestRhythm) }

// Quiet says that the silence is longer than this tie is used to. It is a fact about the past and foretells nothing:
// nothing was found whose warnings are right more often than those of plain silence on every record
// (docs/goodwill.md).
func (r Rhythm) Quiet() bool { return r.Silent > r.Speaks() }
