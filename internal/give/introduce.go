package give

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
	"gave.network/internal/tie"
)

// match is somebody who is looked for, and somebody whom the viewer knows and who may be that.
type match struct {
	wish   room.Knowledge
	helper people.Ref
	line   string // what speaks for the helper
	fit    float64
	tie    float64
}

const (
	// openFor is how long a need is met without asking first whether it is still one.
	openFor = 120 * 24 * time.Hour

	// surely is how well somebody fits who is worth the time of two: who does something in general, or another kind of
	// it, is not what is looked for.
	surely = 0.8
)

// stale says whether something was needed so long ago that it is asked after first.
func stale(w room.Knowledge, now time.Time) bool { return w.Need && now.Sub(w.At) > openFor }

// matches finds, for those who look for somebody, who of the viewer's own acquaintances is that, as their work or tags
// say. The best fit of the best known comes first; for each who looks there is one, and nobody helps twice.
func (s *Service) matches(ctx context.Context, v op.Viewer, wishes []room.Knowledge) ([]match, error) {
	var looking []room.Knowledge
	var needs []fit.Need
	var reader fit.Reader
	for _, w := range wishes {
		if !w.Need || tact.Delicate(w.Text) || stale(w, v.Now) {
			continue
		}
		// What no means is told of is met by a person when it is a skill: "our newsletter".
		need := reader.NeedOf(w.Text)
		if need.Means == fit.Person && !need.Empty() || need.Means == "" && need.Named() {
			looking = append(looking, w)
			needs = append(needs, need)
		}
	}
	if len(looking) == 0 || v.Person.IsZero() {
		return nil, nil
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	offers, err := skilled.Offers(ctx, s.network, v)
	if err != nil {
		return nil, err
	}
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return nil, err
	}
	// strangers says whether nothing speaks for that two people know each other.
	strangers := func(a, b *people.Profile) bool {
		one, known := view.Number(a.Person.ID)
		other, also := view.Number(b.Person.ID)
		return (a.Organisation == "" || text.Fold(a.Organisation) != text.Fold(b.Organisation)) &&
			!(known && also && view.Graph.HasEdge(one, other))
	}
	var all []match
	for key, state := range ties {
		profile := profiles[key]
		strength := tie.Strength(state.Peak)
		// Of whom nothing was heard for long it is not known whether they would.
		if profile == nil || profile.Died || strength < tie.ModerateFrom ||
			tie.Strength(state.IntensityAt(v.Now)) < tie.ModerateFrom/3 {
			continue
		}
		for _, l := range profile.Lines {
			if !l.At.IsZero() || tact.Delicate(l.Text) { // a note is about what happened once
				continue
			}
			for i, w := range looking {
				much := needs[i].Met(offers[l.Text])
				seeker := profiles[w.Person]
				if much >= surely && w.Person != key && seeker != nil && strangers(seeker, profile) {
					all = append(all, match{w, profile.Person, strings.TrimSpace(l.Text), much, strength})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.fit*b.tie, a.fit*a.tie), a.wish.Person.Compare(b.wish.Person),
			a.helper.ID.Compare(b.helper.ID), cmp.Compare(a.wish.Text, b.wish.Text))
	})
	taken := map[id.ID]bool{}
	return slices.DeleteFunc(all, func(m match) bool {
		if taken[m.wish.Person] || taken[m.helper.ID] {
			return true
		}
		taken[m.wish.Person], taken[m.helper.ID] = true, true
		return false
	}), nil
}
