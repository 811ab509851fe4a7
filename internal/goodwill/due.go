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
	rows, err := s.network.QuietTies(ctx, v, 0, rhythmGaps, looked)
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
	contacts, err := s.network.ContactDays(ctx, v, recordYears)
	if err != nil {
		return nil, err
	}
	record := tie.RecordOf(contacts)
	until := v.Now.AddDate(0, 0, days)
	var out []Due
	for _, r := range rows {
		person, seen := names[r.Other]
		if !seen || latest[r.Other].UnixMicro() > r.AsOf { // under another name they are not silent
			continue
		}
		rhythm, ok := RhythmOf(times[r.Other], record, v.Now)
		if !ok || rhythm.Quiet() {
			continue
		}
		last := time.UnixMicro(r.AsOf).UTC()
		if on := last.Add(rhythm.Speaks() + day); on.After(v.Now) && on.Before(until) {
			out = append(out, Due{person, on, last})
		}
	}
	slices.SortFunc(out, func(a, b Due) int {
		return cmp.Or(a.On.Compare(b.On), a.Person.ID.Compare(b.Person.ID))
	})
	return out[:min(len(out), mostDue)], nil
}
