package horizon

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// KnownPerson is somebody whom the viewer knows where a way leads.
type KnownPerson struct {
	people.Ref
	Work  string    `json:"work,omitempty" doc:"what they do"`
	Class tie.Class `json:"class" doc:"class of your tie with them"`
	Last  time.Time `json:"last" doc:"when you were last in contact; the zero time for who is only said to be tied to you"`
}

// mostKnown is how many of those whom one knows there are told, the strongest ties first.
const mostKnown = 7

// there says whom the viewer knows of those to whom a way was asked; of one person alone, whom they know where that one
// works. It returns how many these are and the first of them.
func (s *Service) there(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32, holders []id.ID,
) (known int, list []KnownPerson, err error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return 0, nil, err
	}
	candidates := holders
	if len(holders) == 1 {
		candidates = nil
		if aim := everybody.Of(holders[0]); aim != nil && aim.Organisation != "" {
			staff, err := s.network.Staff(ctx, v)
			if err != nil {
				return 0, nil, err
			}
			candidates = staff[strings.ToLower(strings.TrimSpace(aim.Organisation))]
		}
	}
	type near struct {
		entry  *people.Entry
		weight float64
	}
	var found []near
	// Those who fit are looked for among the ties, not the other way round: who has thousands waits no longer.
	for _, key := range candidates {
		node, tied := view.Number(key)
		if !tied || len(holders) == 1 && key == holders[0] {
			continue
		}
		weight, tied := view.Graph.Weight(me, node)
		if one := everybody.Of(key); tied && one != nil && one.Merged.IsZero() {
			found = append(found, near{one, weight})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.entry.Name, b.entry.Name),
			slices.Compare(a.entry.ID[:], b.entry.ID[:]))
	})
	known = len(found)
	found = found[:min(known, mostKnown)]
	keys := make([]id.ID, len(found))
	for i, f := range found {
		keys[i] = f.entry.ID
	}
	states, err := s.network.TieStates(ctx, v, v.Person, keys)
	if err != nil {
		return 0, nil, err
	}
	list = []KnownPerson{}
	for _, f := range found {
		one := KnownPerson{Ref: f.entry.Ref, Work: f.entry.Title}
		one.Class = tie.Latent // unless there is contact too
		if state, ok := states[f.entry.ID]; ok {
			one.Class, one.Last = state.ClassAt(v.Now), time.UnixMicro(state.AsOf).UTC()
		}
		list = append(list, one)
	}
	return known, list, nil
}
