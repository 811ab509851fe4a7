package give

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
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

// matches finds, for those who look for somebody, who of the viewer's own acquaintances is that, as their work or tags
// say. The best fit of the best known comes first; for each who looks there is one, and nobody helps twice.
func (s *Service) matches(ctx context.Context, v op.Viewer, wishes []room.Knowledge) ([]match, error) {
	var looking []room.Knowledge
	var needs []fit.Need
	var reader fit.Reader
	for _, w := range wishes {
		if !w.Need || tact.Delicate(w.Text) {
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
	var all []match
	for key, state := range ties {
		profile := profiles[key]
		strength := tie.Strength(state.Peak)
		if profile == nil || profile.Died || strength < tie.ModerateFrom {
			continue
		}
		for _, l := range profile.Lines {
			if !l.At.IsZero() || tact.Delicate(l.Text) { // a note is about what happened once
				continue
			}
			for i, w := range looking {
				much := needs[i].Met(offers[l.Text])
				if much >= fit.Floor && w.Person != key {
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
