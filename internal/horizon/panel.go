package horizon

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/a-h/templ"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
)

// knownThere is somebody whom a person knows and the viewer does not.
type knownThere struct {
	people.Ref
	Work string // empty when it is delicate
}

const (
	// mostThere bounds who is shown of whom a person knows, and firstThere who is shown at once.
	mostThere  = 50
	firstThere = 3
)

// Panel shows on a person's page whom that person knows and the viewer does not, with the introduction to ask for.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	if v.Role < op.Member {
		return nil, nil
	}
	list, all, err := s.known(ctx, v, person)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ref, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	through, _ := ref.Ref(person)
	return knownPanel(through, list, all), nil
}

// known returns whom a person is tied to and the viewer is not, those with the strongest ties first and among those of
// about the same strength whoever works elsewhere; and how many they are. Only who knows the viewer can introduce, and
// nobody is introduced by or to the dead.
func (s *Service) known(ctx context.Context, v op.Viewer, person id.ID) ([]knownThere, int, error) {
	view, err := s.network.View(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	me, ok := view.Number(v.Person)
	there, also := view.Number(person)
	if !ok || !also || !view.Graph.HasEdge(me, there) {
		return nil, 0, nil
	}
	dead, err := s.network.Deceased(ctx, v)
	if err != nil || dead[person] {
		return nil, 0, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	own := ""
	if p := everybody.Of(person); p != nil {
		own = p.Organisation
	}
	type candidate struct {
		p      *people.Entry
		weight float64
	}
	var list []candidate
	weights := view.Graph.Weights(there)
	for i, n := range view.Graph.Neighbors(there) {
		if n == me || view.Graph.HasEdge(me, n) {
			continue
		}
		if p := everybody.Of(view.IDs[n]); p != nil && p.Merged.IsZero() && !dead[p.ID] {
			list = append(list, candidate{p, weights.At(i)})
		}
	}
	elsewhere := func(c candidate) int {
		if c.p.Organisation != "" && c.p.Organisation != own {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(math.Round(10*b.weight), math.Round(10*a.weight)), elsewhere(a)-elsewhere(b),
			cmp.Compare(b.weight, a.weight), a.p.ID.Compare(b.p.ID))
	})
	var out []knownThere
	for _, c := range list[:min(len(list), mostThere)] {
		out = append(out, knownThere{c.p.Ref, work(c.p)})
	}
	return out, len(list), nil
}

// work is what somebody does and where, as far as it may be brought up.
func work(p *people.Entry) string {
	line := ""
	for _, part := range []string{p.Title, p.Organisation, p.Place} {
		if part == "" || tact.DelicateTitle(part) {
			continue
		}
		if line != "" {
			line += " · "
		}
		line += part
	}
	return line
}
