package horizon

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// Route is one way to somebody.
type Route struct {
	Chance   float64 `json:"chance" doc:"that a request comes through, from 0 to 1: the product of the strengths, halved at each tie"`
	Disjoint bool    `json:"disjoint" doc:"shares no middleman with the routes before it"`
	Hops     []Hop   `json:"hops"`
}

// Hop is one tie of a route.
type Hop struct {
	From     people.Ref `json:"from"`
	To       people.Ref `json:"to"`
	Strength float64    `json:"strength" doc:"from 0 to below 1"`
	Why      string     `json:"why" doc:"how the two know one another"`
}

// me returns the viewer's node.
func (s *Service) me(ctx context.Context, v op.Viewer) (*tie.View, uint32, error) {
	view, err := s.network.View(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	node, ok := view.Number(v.Person)
	if !ok {
		return nil, 0, fault.New(fault.Invalid, "You have no ties yet.").
			WithHint("Import your mail, calendar or contacts first: gave import --help.")
	}
	return view, node, nil
}

func (s *Service) path(ctx context.Context, v op.Viewer, in PathInput) (PathOutput, error) {
	if in.Hops <= 0 {
		in.Hops = 4
	}
	in.Alternatives = max(in.Alternatives, 1)
	view, me, err := s.me(ctx, v)
	if err != nil {
		return PathOutput{}, err
	}
	holders, err := s.network.Holders(ctx, v, in.To)
	if err != nil {
		return PathOutput{}, err
	}
	if len(holders) == 0 {
		return PathOutput{}, fault.New(fault.NotFound, "Nobody here is, works at, knows or lives at %q.", in.To).
			WithHint("Look the name up with gave people list --query.")
	}
	var found []graph.Route
	err = view.Search(func(search *graph.PathSearch) error {
		var nodes []uint32
		for _, holder := range holders {
			if node, ok := view.Number(holder); ok {
				nodes = append(nodes, node)
			}
		}
		if len(nodes) == 0 {
			return nil
		}
		target := nodes[0]
		if len(nodes) > 1 || in.Alternatives == 1 {
			for _, node := range nodes {
				route, err := search.Within(ctx, me, node, in.Hops)
				if err != nil {
					return err
				}
				if len(route.Nodes) > 1 {
					found = append(found, route)
				}
			}
			if len(found) == 0 {
				return nil
			}
			best := slices.MaxFunc(found, func(a, b graph.Route) int { return cmp.Compare(a.Value, b.Value) })
			target = best.Nodes[len(best.Nodes)-1]
			if in.Alternatives == 1 {
				found = []graph.Route{best}
				return nil
			}
		}
		apart, err := search.DisjointWithin(ctx, me, target, in.Alternatives, in.Hops)
		if err != nil {
			return err
		}
		found = append(found, apart...)
		if len(apart) >= in.Alternatives {
			return nil // ways that share nobody are better than ways that do
		}
		others, err := search.Alternatives(ctx, me, target, in.Alternatives, in.Hops)
		found = append(found, others...)
		return err
	})
	if err != nil {
		return PathOutput{}, err
	}
	if len(found) == 0 {
		to, err := s.called(ctx, v, in.To)
		if err != nil {
			return PathOutput{}, err
		}
		return PathOutput{}, fault.New(fault.NotFound, "No way to %s over %d ties is known.", to, in.Hops).
			WithHint("Get to know somebody nearer first: gave horizon next.")
	}
	out := PathOutput{
		Routes: []Route{}, Fits: len(holders), Cut: len(holders) >= people.MostHolders, Layers: view.Layers,
	}
	if out.Known, out.There, err = s.there(ctx, v, view, me, holders); err != nil {
		return out, err
	}
	found = choose(found, in.Alternatives)
	hops, err := s.hops(ctx, v, view, found)
	if err != nil {
		return out, err
	}
	passed := map[uint32]bool{}
	for i, route := range found {
		one := Route{Chance: route.Value, Disjoint: true, Hops: hops[i]}
		for _, node := range route.Nodes[1 : len(route.Nodes)-1] {
			one.Disjoint = one.Disjoint && !passed[node]
			passed[node] = true
		}
		out.Routes = append(out.Routes, one)
	}
	return out, nil
}

// called is the name of somebody whom an address calls by id, and every other aim as it is.
func (s *Service) called(ctx context.Context, v op.Viewer, to string) (string, error) {
	key, err := id.Parse(to)
	if err != nil {
		return to, nil
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return "", err
	}
	if ref, ok := everybody.Ref(key); ok {
		return ref.Name, nil
	}
	return to, nil
}

// choose orders routes by their chance, without doubles, and lets one route that shares nobody with the best come
// second: two routes through one middleman are one route.
func choose(found []graph.Route, most int) []graph.Route {
	slices.SortStableFunc(found, func(a, b graph.Route) int { return cmp.Compare(b.Value, a.Value) })
	var list []graph.Route
	for _, route := range found {
		if !slices.ContainsFunc(list, func(r graph.Route) bool { return slices.Equal(r.Nodes, route.Nodes) }) {
			list = append(list, route)
		}
	}
	middle := func(r graph.Route) []uint32 { return r.Nodes[1 : len(r.Nodes)-1] }
	for i := 1; i < len(list); i++ {
		if !slices.ContainsFunc(middle(list[i]), func(n uint32) bool { return slices.Contains(middle(list[0]), n) }) {
			apart := list[i]
			list = slices.Insert(slices.Delete(list, i, i+1), 1, apart)
			break
		}
	}
	return list[:min(len(list), most)]
}

// hops returns the ties of each route, with how the two of each know one another.
func (s *Service) hops(ctx context.Context, v op.Viewer, view *tie.View, routes []graph.Route) ([][]Hop, error) {
	var keys []id.ID
	var pairs [][2]id.ID
	for _, route := range routes {
		for i, n := range route.Nodes {
			keys = append(keys, view.IDs[n])
			if i > 0 {
				pairs = append(pairs, [2]id.ID{view.IDs[route.Nodes[i-1]], view.IDs[n]})
			}
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	states, err := s.network.TieStatesOf(ctx, v, pairs)
	if err != nil {
		return nil, err
	}
	out := make([][]Hop, len(routes))
	for k, route := range routes {
		for i := 1; i < len(route.Nodes); i++ {
			from, to := view.IDs[route.Nodes[i-1]], view.IDs[route.Nodes[i]]
			strength, _ := view.Graph.Weight(route.Nodes[i-1], route.Nodes[i])
			out[k] = append(out[k], Hop{
				From: refs[from], To: refs[to], Strength: strength,
				Why: bond(v, view, route.Nodes[i-1], route.Nodes[i], states[[2]id.ID{from, to}]),
			})
		}
	}
	return out, nil
}

// bond says how two people know one another: from contact, and what was said of it.
func bond(v op.Viewer, view *tie.View, a, b uint32, state tie.State) string {
	p := v.Printer()
	var out []string
	if state.Interactions > 0 {
		out = append(out, p.T("%s tie, %d interactions, last contact %s", p.T(string(state.ClassAt(v.Now))),
			state.Interactions, p.Ago(time.UnixMicro(state.AsOf), v.Now)))
	}
	if layers, since := view.StatedOf(a, b); len(layers) > 0 {
		names := make([]string, len(layers))
		for i, name := range layers {
			names[i] = p.T(name)
		}
		said := p.T("said to be tied by: %s", strings.Join(names, ", "))
		if !since.IsZero() {
			said += ", " + p.T("since %s", p.Date(since))
		}
		out = append(out, said)
	}
	return strings.Join(out, "; ")
}

// Tie is one of the viewer's ties, as a window on another circle.
type Tie struct {
	ID          id.ID     `json:"id"`
	Name        string    `json:"name"`
	Strength    float64   `json:"strength" doc:"from 0 to below 1"`
	Class       tie.Class `json:"class"`
	Overlap     float64   `json:"overlap" doc:"acquaintances in common beside all of both, from 0 to 1 (Onnela et al. 2007)"`
	Closeness   float64   `json:"closeness" doc:"how much of all contact of you two is with each other, from 0 to 1"`
	LocalBridge bool      `json:"local_bridge" doc:"you have nobody in common (Granovetter 1973)"`
	Novelty     float64   `json:"novelty" doc:"what news it may bring, from 0 to 1: highest for weak ties with some acquaintances in common (Rajkumar et al. 2022)"`
}

// mostNews is the number of acquaintances in common at which ties brought the most: ten, in the experiments on LinkedIn
// (Rajkumar et al. 2022).
const mostNews = 10

// novelty is the inverted U over acquaintances in common, times what the tie lacks in strength.
func novelty(common int, strength float64) float64 {
	x := (float64(common) + 1) / (mostNews + 1)
	return x * math.Exp(1-x) * (1 - strength)
}

func (s *Service) ties(ctx context.Context, v op.Viewer, in TiesInput) (TiesOutput, error) {
	view, me, err := s.me(ctx, v)
	if err != nil {
		return TiesOutput{}, err
	}
	mine, strengths := view.Graph.Neighbors(me), view.Graph.Weights(me)
	known := make(map[uint32]bool, len(mine))
	keys := make([]id.ID, len(mine))
	for i, n := range mine {
		known[n], keys[i] = true, view.IDs[n]
	}
	states, err := s.network.TieStates(ctx, v, v.Person, keys)
	if err != nil {
		return TiesOutput{}, err
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return TiesOutput{}, err
	}
	close := view.Closeness(me)
	out := TiesOutput{Ties: []Tie{}}
	for i, n := range mine {
		t := states[keys[i]] // none of who is only said to be tied: that is a latent tie
		class := t.ClassAt(v.Now)
		if in.Class != "" && class != in.Class {
			continue
		}
		common := 0
		for _, u := range view.Graph.Neighbors(n) {
			if u != me && known[u] {
				common++
			}
		}
		all := len(mine) - 1 + view.Graph.Degree(n) - 1 - common
		one := Tie{
			ID: keys[i], Name: refs[keys[i]].Name, Strength: strengths.At(i), Class: class,
			Closeness: close[i], LocalBridge: common == 0,
		}
		if all > 0 {
			one.Overlap = float64(common) / float64(all)
		}
		one.Novelty = novelty(common, one.Strength)
		out.Ties = append(out.Ties, one)
	}
	slices.SortFunc(out.Ties, func(a, b Tie) int {
		return cmp.Or(cmp.Compare(b.Novelty, a.Novelty), cmp.Compare(a.Name, b.Name), a.ID.Compare(b.ID))
	})
	out.Ties = out.Ties[:min(len(out.Ties), max(in.Limit, 1))]
	return out, nil
}
