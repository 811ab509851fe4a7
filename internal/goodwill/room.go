// Package goodwill is the room of small personal gestures: what matters to people, the days that count for them, and
// staying in touch in the rhythm that a tie has by itself.
package goodwill

import (
	"math"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "goodwill", Title: "Goodwill", About: "Small personal gestures.",
		Places: []page.Place{{
			Key: "goodwill", Title: "Goodwill", Address: "/goodwill", Rank: page.Principle,
			About: "Small personal gestures: who would like this?",
			Icon:  "M12 20s-7.5-4.5-7.5-10A4 4 0 0 1 12 7.5 4 4 0 0 1 19.5 10c0 5.5-7.5 10-7.5 10z",
		}},
		Operations: s.Operations(),
		Shortcuts: []room.Shortcut{{
			Title: "Who would like this?", Address: "/goodwill?text={words}", Icon: "goodwill", Fit: room.WithWords,
		}},
		Pages:    s.pages,
		Proposer: s,
		Panel:    s.Panel,
		Tables:   tables(),
		Grounds: []room.Ground{{
			Table: "fact", Where: "owner = $2 and kind in ('need', 'interest')",
			Missing: "No wish of anybody is known yet",
			Why:     "Without wishes there is no gift to propose.",
			Label:   "Note", Address: "/goodwill#note",
		}},
		Exports: []room.Export{{Operation: "goodwill.facts"}, {Operation: "reminders.list", All: s.everyReminder}},
	}
}

// Kind is what sort of thing matters to somebody.
type Kind string

// The kinds of facts.
const (
	Need     Kind = "need"     // a house, a job, a school, a tip
	Interest Kind = "interest" // what they like and care about
	About    Kind = "fact"     // anything else that they told
)

// Fact is something that matters to a person, with where it comes from and when.
type Fact struct {
	ID         id.ID            `json:"id"`
	Person     people.Ref       `json:"person"`
	Kind       Kind             `json:"kind"`
	Body       string           `json:"body"`
	Source     string           `json:"source"`
	At         time.Time        `json:"at"`
	Due        string           `json:"due,omitempty" doc:"the day by which a need should be met"`
	Answered   *time.Time       `json:"answered,omitempty" doc:"when a need was met"`
	Visibility scope.Visibility `json:"visibility"`
}

// delicate says whether a fact leads to nothing: because of what it is, or because it is hearsay.
func (f Fact) delicate() bool { return tact.Delicate(f.Body) || tact.Secret(f.Source) }

const (
	// needFresh is how long a need is taken to be open when nothing is heard of it; then Gave asks rather than assumes.
	needFresh = 365 * 24 * time.Hour

	// rhythmGaps is how many gaps between contacts are needed before a tie is said to have a rhythm.
	rhythmGaps = 4

	// shortestRhythm keeps daily colleagues out of the list after a weekend.
	shortestRhythm = 14 * 24 * time.Hour

	// driftFactor: a tie drifts when the silence is this many times its usual gap, and longer than nine in ten of its
	// gaps.
	driftFactor = 2.0
)

// Rhythm is how often two people were in contact by themselves.
type Rhythm struct {
	Usual  time.Duration // the median gap between days of contact
	Long   time.Duration // nine in ten gaps are shorter
	Gaps   int
	Silent time.Duration // since the last contact
	Span   time.Duration // from the first contact to the last
}

// RhythmOf returns the rhythm of the times of contact, in any order. Contacts of one day count once. ok is false when
// there are too few gaps to speak of a rhythm.
func RhythmOf(times []time.Time, now time.Time) (r Rhythm, ok bool) {
	days := make([]int64, 0, len(times))
	for _, t := range times {
		if !t.After(now) {
			days = append(days, t.Unix()/86400)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) < rhythmGaps+1 {
		return Rhythm{}, false
	}
	gaps := make([]int64, len(days)-1)
	for i := range gaps {
		gaps[i] = days[i+1] - days[i]
	}
	slices.Sort(gaps)
	day := 24 * time.Hour
	return Rhythm{
		Usual: time.Duration(gaps[len(gaps)/2]) * day, Long: time.Duration(gaps[len(gaps)*9/10]) * day, Gaps: len(gaps),
		Span:   time.Duration(days[len(days)-1]-days[0]) * day,
		Silent: time.Duration(now.Unix()/86400-days[len(days)-1]) * day,
	}, true
}

// lifetime is how long a tie with a rhythm keeps it: that of one in two ends within two thirds of this. Half of the
// ties of a person are new within some years (Saramäki et al. 2014).
const lifetime = 365 * 24 * time.Hour

// Ended is the chance that nothing is heard for so long from now, from 0 to 1: the tie has ended, or it is alive and
// its next contact is further away. Contacts come at random at the tie's own rate, and a tie ends at random
// (Schmittlein, Morrison & Colombo 1987, for customers).
func (r Rhythm) Ended(ahead time.Duration) float64 {
	days := func(d time.Duration) float64 { return d.Hours() / 24 }
	span := max(days(r.Span)+days(r.Silent), 1)
	rate := float64(r.Gaps+1) / span
	death := 1 / days(lifetime)
	alive := 1 / (1 + death/(rate+death)*math.Expm1(min((rate+death)*days(r.Silent), 500)))
	return 1 - alive*(1-math.Exp(-rate*days(ahead)))
}

// Drifting says whether the silence is long for this tie: more than twice the usual gap, more than nine in ten gaps,
// and more than two weeks.
func (r Rhythm) Drifting() bool {
	return r.Silent > time.Duration(driftFactor*float64(r.Usual)) && r.Silent > r.Long && r.Silent > shortestRhythm
}
