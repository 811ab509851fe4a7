package goodwill

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// Due is that a silence with somebody will be longer than the two are used to.
type Due struct {
	Person people.Ref
	On     time.Time // the day from which it is
	Last   time.Time // when they were last in touch
}

// mostDue is of how many ties it is said at once when they are due.
const mostDue = 100

// Due returns with whom the viewer's silence will be longer than usual within so many days from now, the soonest first.
// Those with whom it is already are not among them: they are proposed for Today.
func (s *Service) Due(ctx context.Context, v op.Viewer, days int) ([]Due, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	const looked = 500 // ties, the once strongest
	ties, err := s.rhythms(ctx, v, 0, looked)
	if err != nil {
		return nil, err
	}
	until := v.Now.AddDate(0, 0, days)
	var out []Due
	for _, t := range ties {
		if t.rhythm.Quiet() {
			continue
		}
		if on := t.last.Add(t.rhythm.Speaks() + day); on.After(v.Now) && on.Before(until) {
			out = append(out, Due{t.person, on, t.last})
		}
	}
	slices.SortFunc(out, func(a, b Due) int {
		return cmp.Or(a.On.Compare(b.On), a.Person.ID.Compare(b.Person.ID))
	})
	return out[:min(len(out), mostDue)], nil
}

// rhythmic is a tie of the viewer's with a rhythm of its own.
type rhythmic struct {
	person people.Ref
	rhythm Rhythm
	last   time.Time // when they were last in touch
	peak   float64   // of the tie
}

// rhythms returns the rhythms of so many of the viewer's ties that have been silent for so long, the once strongest
// first. Who is here under another name too, and is not silent there, is left out.
func (s *Service) rhythms(ctx context.Context, v op.Viewer, silent time.Duration, most int) ([]rhythmic, error) {
	rows, err := s.network.QuietTies(ctx, v, silent, rhythmGaps, most)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	persons := make([]id.ID, len(rows))
	for i, r := range rows {
		persons[i] = r.Other
	}
	latest, err := s.network.LastContacts(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	names, err := s.network.Refs(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	times, err := s.network.ContactTimes(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	planned, err := s.network.Planned(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	contacts, err := s.network.ContactDays(ctx, v, recordYears)
	if err != nil {
		return nil, err
	}
	record := tie.RecordOf(contacts)
	var out []rhythmic
	for _, r := range rows {
		person, seen := names[r.Other]
		if !seen || planned[r.Other] || latest[r.Other].UnixMicro() > r.AsOf {
			continue
		}
		if rhythm, ok := RhythmOf(times[r.Other], record, v.Now); ok {
			out = append(out, rhythmic{person, rhythm, time.UnixMicro(r.AsOf).UTC(), r.Peak})
		}
	}
	return out, nil
}
