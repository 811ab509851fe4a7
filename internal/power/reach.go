package power

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gave.network/graph"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tie"
)

const (
	// hops is how far a request travels, ways how many routes to one holder are told, shown how many holders of an
	// item.
	hops  = 4
	ways  = 3
	shown = 5

	// newTieStrength is how strong a new acquaintance is taken to be: a moderate tie.
	newTieStrength = 0.3

	// leastNewTie is how much a new acquaintance has to add to the reach of all items together to be named.
	leastNewTie = 0.001
)

// reachOf says who holds what a goal takes and how they are reached.
func (s *Service) reachOf(ctx context.Context, v op.Viewer, g Goal) (GoalReach, error) {
	out := GoalReach{Goal: g, Bias: []string{}}
	var err error
	if out.Parts, err = s.takePart(ctx, v, g.ID); err != nil {
		return out, err
	}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return out, err
	}
	out.Layers = view.Layers
	items, err := s.itemsOf(ctx, v, view, g)
	if err != nil {
		return out, err
	}
	out.Reached = items.reached
	if me, known := view.Number(v.Person); known {
		if out.Best, err = s.bestTie(ctx, v, view, me, items.targets, out.Reached); err != nil {
			return out, err
		}
		grown, err := s.growth(ctx, v, view, me, items.targets)
		if err != nil {
			return out, err
		}
		out.Reached = slices.Clone(out.Reached) // what is kept stays as it is
		for i := range out.Reached {
			out.Reached[i].Months = grown[i]
		}
	}
	if out.Asked, err = s.askedFor(ctx, v, g, out.Reached); err != nil {
		return out, err
	}
	out.Bias, err = skilled.AlikeLines(ctx, s.network, v, proposed(out.Reached))
	return out, err
}

// goalItems are who holds each item of a goal and how they are reached; targets are the nodes of those who do.
type goalItems struct {
	reached []ItemReach
	targets [][]uint32
}

// itemsOf says of each item of a goal who holds it and how they are reached. It is kept with the view, until anything
// changes by which people are found; whoever gets it leaves it as it is.
func (s *Service) itemsOf(ctx context.Context, v op.Viewer, view *tie.View, g Goal) (goalItems, error) {
	edition, err := s.network.Edition(ctx, v)
	if err != nil {
		return goalItems{}, err
	}
	name := fmt.Sprint("items ", edition, v.Lang, v.Person, g.Items)
	return tie.OfView(view, name, func() (goalItems, error) {
		reached, targets, err := s.lookAt(ctx, v, view, g)
		return goalItems{reached, targets}, err
	})
}

func (s *Service) lookAt(
	ctx context.Context, v op.Viewer, view *tie.View, g Goal,
) (out []ItemReach, targets [][]uint32, err error) {
	me, known := view.Number(v.Person)
	p := v.Printer()
	traits, err := skilled.TraitsOf(ctx, s.network, v)
	if err != nil {
		return nil, nil, err
	}
	out = []ItemReach{}
	for _, item := range g.Items {
		holders, err := s.holders(ctx, v, item)
		if err != nil {
			return nil, nil, err
		}
		one := ItemReach{
			Item: item, Known: len(holders), Holders: []Holder{}, holders: holders, Levels: levelsOf(holders, traits),
			Only: len(holders) == 1 && item.Kind != KindPerson,
		}
		var nodes []uint32
		for _, key := range holders {
			if node, ok := view.Number(key); ok && node != me {
				nodes = append(nodes, node)
			}
		}
		if known && len(nodes) > 0 {
			if one.Holders, err = s.nearest(ctx, v, view, me, nodes); err != nil {
				return nil, nil, err
			}
		}
		lines := map[id.ID]string{}
		if item.Kind == KindSkill {
			if lines, err = skilled.Lines(ctx, s.network, v, item.What); err != nil {
				return nil, nil, err
			}
		}
		for i := range one.Holders {
			h := &one.Holders[i]
			h.Line = strings.Join(strings.Fields(lines[h.ID]), " ")
			one.Reach = max(one.Reach, h.Reach)
		}
		switch {
		case len(holders) == 0:
			one.Hint = p.T("Nobody you know of holds this. Note who does with a tag, or say it in other words.")
		case !known:
			one.Hint = p.T("You have no ties yet. Import your mail, calendar or contacts first.")
		case one.Reach == 0:
			one.Hint = p.T("You know who holds this, and no way leads there. Get to know somebody nearer first.")
		}
		out = append(out, one)
		targets = append(targets, nodes)
	}
	return out, targets, nil
}

// levelsOf counts people by their level, from the top down.
func levelsOf(list []id.ID, traits func(id.ID) skilled.Traits) []OnLevel {
	count, out := map[skilled.Level]int{}, []OnLevel{}
	for _, person := range list {
		count[traits(person).Level]++
	}
	for _, level := range skilled.Levels() {
		if count[level] > 0 {
			out = append(out, OnLevel{level, count[level]})
		}
	}
	return out
}

// holders finds who holds an item. A name that several bear stands for all of them. Who can or decides something is
// also found by what roles, tags and notes say, in other words and languages.
func (s *Service) holders(ctx context.Context, v op.Viewer, item Item) ([]id.ID, error) {
	list, err := s.network.Holders(ctx, v, item.What)
	if fault.CodeOf(err) == fault.Conflict {
		persons, also := s.network.Candidates(ctx, v, item.What, shown)
		if err = also; item.Kind == KindPerson {
			for _, p := range persons {
				list = append(list, p.ID)
			}
		}
	}
	if err != nil || item.Kind == KindPerson || item.Kind == KindOrganisation {
		return list, err
	}
	able, err := skilled.Able(ctx, s.network, v, item.What)
	if err != nil || len(able) == 0 {
		return list, err
	}
	list = slices.Concat(list, able) // what is found is kept, so it is copied
	slices.SortFunc(list, id.ID.Compare)
	return slices.Compact(list), nil
}

// reached is a holder with the best route there, and routes that share nobody.
type reached struct {
	node  uint32
	route graph.Route
	apart []graph.Route
}

// nearest returns the holders that are reached best, each with the ways there.
func (s *Service) nearest(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32, nodes []uint32,
) ([]Holder, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	found, err := tie.OfView(view, fmt.Sprint("reached", me, nodes), func() ([]reached, error) {
		return nearestOf(ctx, view, me, nodes)
	})
	if err != nil {
		return nil, err
	}
	out := []Holder{}
	for _, f := range found {
		key := view.IDs[f.node]
		h := Holder{ID: key, Routes: []Way{}}
		if p := everybody.Of(key); p != nil {
			h.Role = p.Title
			if p.Merged.IsZero() {
				h.Name = p.Name
			}
		}
		h.Level = skilled.LevelOf(h.Role)
		var chances []float64
		for _, route := range f.apart {
			h.Routes = append(h.Routes, Way{route.Value, refsOf(everybody, view, route.Nodes)})
			chances = append(chances, route.Value)
		}
		h.Reach = anyOf(chances)
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(a, b Holder) int { return cmp.Compare(b.Reach, a.Reach) })
	return out, nil
}

// nearestOf finds the nodes that are reached best, of however many.
func nearestOf(ctx context.Context, view *tie.View, me uint32, nodes []uint32) (found []reached, err error) {
	chance, err := tie.OfView(view, fmt.Sprint("from ", me), func() ([]float64, error) {
		return view.Within(ctx, []uint32{me}, hops)
	})
	if err != nil {
		return nil, err
	}
	near := slices.DeleteFunc(slices.Clone(nodes), func(n uint32) bool { return chance[n] == 0 || n == me })
	slices.SortFunc(near, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(chance[b], chance[a]), cmp.Compare(a, b))
	})
	near = near[:min(len(near), shown)]
	err = view.Search(func(search *graph.PathSearch) error {
		for _, node := range near {
			route, err := search.Within(ctx, me, node, hops)
			if err != nil {
				return err
			}
			found = append(found, reached{node: node, route: route})
		}
		for i, f := range found {
			apart, err := search.DisjointWithin(ctx, me, f.node, ways, hops)
			if err != nil {
				return err
			}
			if len(apart) == 0 {
				apart = []graph.Route{f.route}
			}
			found[i].apart = apart
		}
		return nil
	})
	return found, err
}

func refsOf(everybody *people.Everybody, view *tie.View, nodes []uint32) []people.Ref {
	out := make([]people.Ref, len(nodes))
	for i, n := range nodes {
		out[i], _ = everybody.Ref(view.IDs[n])
	}
	return out
}

// bestTie finds the acquaintance who would raise the reach of all items together most, of all friends of friends whom
// the viewer does not know yet, however weakly. With a moderate tie to this person an item is reached by one way more,
// the likeliest over this person to any who holds it; that way is taken to share nobody with those there are, so that
// the gain is at most so much.
func (s *Service) bestTie(ctx context.Context, v op.Viewer, view *tie.View, me uint32, targets [][]uint32,
	items []ItemReach,
) (*NewTie, error) {
	g := view.Graph
	var candidates []uint32
	seen := map[uint32]bool{me: true}
	for _, n := range g.Neighbors(me) {
		seen[n] = true
	}
	for _, n := range g.Neighbors(me) {
		for _, c := range g.Neighbors(n) {
			if !seen[c] {
				seen[c] = true
				candidates = append(candidates, c)
			}
		}
	}
	gain := make([]float64, g.N())
	for i, nodes := range targets {
		if len(nodes) == 0 {
			continue
		}
		values, err := view.Within(ctx, nodes, hops-1)
		if err != nil {
			return nil, err
		}
		for _, c := range candidates {
			gain[c] += (1 - items[i].Reach) * newTieStrength * tie.HopFactor * values[c]
		}
	}
	slices.SortFunc(candidates, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(gain[b], gain[a]), cmp.Compare(a, b))
	})
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	dead, err := s.network.Deceased(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, top := range candidates {
		if gain[top] < leastNewTie {
			break
		}
		if one := everybody.Of(view.IDs[top]); one == nil || dead[view.IDs[top]] {
			continue
		}
		var route graph.Route
		if err := view.Search(func(search *graph.PathSearch) error {
			route, err = search.Within(ctx, me, top, hops)
			return err
		}); err != nil || len(route.Nodes) == 0 {
			return nil, err
		}
		through := refsOf(everybody, view, route.Nodes)
		last := through[len(through)-1]
		return &NewTie{ID: last.ID, Name: last.Name, Gain: gain[top], Through: through}, nil
	}
	return nil, nil
}

// proposed are all who are named for a goal, each once.
func proposed(items []ItemReach) []id.ID {
	var out []id.ID
	for _, item := range items {
		for _, h := range item.Holders {
			if !slices.Contains(out, h.ID) {
				out = append(out, h.ID)
			}
		}
	}
	return out
}
