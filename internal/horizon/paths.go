package horizon

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// Route is one way to somebody.
type Route struct {
	Chance   float64 `json:"chance" doc:"that a request comes through, from 0 to 1: the product of the strengths, halved at each tie"`
	Disjoint bool    `json:"disjoint" doc:"shares no middleman with the routes before it"`
	Verified bool    `json:"verified" doc:"likely enough, and no tie of it is in doubt"`
	Hops     []Hop   `json:"hops"`
}

// Hop is one tie of a route.
type Hop struct {
	From         people.Ref `json:"from"`
	To           people.Ref `json:"to"`
	Strength     float64    `json:"strength" doc:"from 0 to below 1"`
	Class        tie.Class  `json:"class"`
	Why          string     `json:"why" doc:"how the two know one another and since when"`
	Interactions int        `json:"interactions" doc:"contacts of which there is evidence"`
	First        time.Time  `json:"first,omitzero" doc:"first contact, where there was any"`
	Last         time.Time  `json:"last,omitzero" doc:"last contact, where there was any"`
	Layers       []string   `json:"layers" doc:"on which layers they are tied: contact, and what was stated"`
	Stated       time.Time  `json:"stated,omitzero" doc:"since when it is stated, where that is known"`
	Shown        string     `json:"shown,omitempty" doc:"what a colleague shows of the tie, where you see no contact of it" enum:"known,strength"`
	Doubt        Doubt      `json:"doubt,omitempty" doc:"why the tie may not carry: it is dormant, or only one of the two is said to have it" enum:"dormant,one-sided"`
}

// Doubt is why a tie may not carry a request.
type Doubt string

// The doubts.
const (
	DoubtDormant  Doubt = "dormant"   // silent for long
	DoubtOneSided Doubt = "one-sided" // no contact, and only one of the two is said to have it
	doubtFaint    Doubt = "faint"     // nothing else but that it is the weakest of an unlikely way
)

// leastVerified is the chance from which a way counts as one: a request that comes through less than once in a hundred
// times is a lottery.
const leastVerified = 0.01

// Warm is a tie to warm before a way is taken.
type Warm struct {
	From people.Ref `json:"from"`
	To   people.Ref `json:"to"`
	Mine bool       `json:"mine" doc:"it is your own tie"`
	Why  Doubt      `json:"why" enum:"dormant,one-sided,faint"`
	Text string     `json:"text"`
}

// verified says that a route is likely enough and that none of its ties is in doubt.
func (r Route) verified() bool {
	return r.Chance >= leastVerified && !slices.ContainsFunc(r.Hops, func(h Hop) bool { return h.Doubt != "" })
}

// warm returns the tie to warm first on a route that is not verified: the first that is in doubt, else the weakest.
func (r Route) warm(v op.Viewer) *Warm {
	at := slices.IndexFunc(r.Hops, func(h Hop) bool { return h.Doubt != "" })
	if at < 0 {
		at = 0
		for i, h := range r.Hops {
			if h.Strength < r.Hops[at].Strength {
				at = i
			}
		}
	}
	hop := r.Hops[at]
	out := &Warm{From: hop.From, To: hop.To, Mine: at == 0, Why: cmp.Or(hop.Doubt, doubtFaint)}
	p := v.Printer()
	other, both := hop.To.Name, []any{given(hop.From.Name), hop.To.Name}
	switch {
	case out.Mine && out.Why == DoubtDormant:
		out.Text = p.T("Your tie with %s is asleep: get in touch first.", other)
	case out.Mine && out.Why == DoubtOneSided:
		out.Text = p.T("Nothing shows that you and %s are in contact: get in touch first.", other)
	case out.Mine:
		out.Text = p.T("Your tie with %s is weak: warm it first.", other)
	case out.Why == DoubtDormant:
		out.Text = p.T("Ask %s first whether the tie with %s is still alive.", both...)
	case out.Why == DoubtOneSided:
		out.Text = p.T("Ask %s first whether %s is really somebody to turn to.", both...)
	default:
		out.Text = p.T("Ask %s first how good the tie with %s is.", both...)
	}
	return out
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
	holders, err := s.aims(ctx, v, in.To)
	if err != nil {
		return PathOutput{}, err
	}
	nowhere := PathOutput{Routes: []Route{}, There: []KnownPerson{}, Layers: view.Layers, Fits: len(holders)}
	if len(holders) == 0 {
		if nowhere.Colleague, err = s.mayKnow(ctx, v, in.To); nowhere.Colleague || err != nil {
			return nowhere, err
		}
		return PathOutput{}, fault.New(fault.NotFound, "Nobody here is, works at, knows or lives at %q.", in.To).
			WithHint("Look the name up with gave people list --query.")
	}
	found, err := s.routes(ctx, view, me, holders, in)
	if err != nil {
		return PathOutput{}, err
	}
	if len(found) == 0 {
		if nowhere.Colleague, err = s.mayKnow(ctx, v, in.To); nowhere.Colleague || err != nil {
			return nowhere, err
		}
		to, err := s.called(ctx, v, in.To)
		if err != nil {
			return PathOutput{}, err
		}
		return PathOutput{}, fault.New(fault.NotFound, "No way to %s over %d ties is known.", to, in.Hops).
			WithHint("Get to know somebody nearer first: gave horizon next.")
	}
	out := PathOutput{
		Routes: []Route{}, Fits: len(holders), Cut: len(holders) == people.MostHolders, Layers: view.Layers,
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
		one.Verified = one.verified()
		out.Routes = append(out.Routes, one)
	}
	if out.Verified = out.Routes[0].Verified; !out.Verified {
		out.Warm = out.Routes[0].warm(v)
		// Who has a way of their own is told nothing of others.
		if out.Colleague, err = s.mayKnow(ctx, v, in.To); err != nil {
			return out, err
		}
	}
	return out, nil
}

// aims returns to whom a way may lead. A skill is met in any language; who is meant by the name of a person or an
// organisation is found by that alone.
func (s *Service) aims(ctx context.Context, v op.Viewer, to string) ([]id.ID, error) {
	found, err := s.network.Holders(ctx, v, to)
	if err != nil || len(found) == people.MostHolders || op.Meant(ctx, to) != "" {
		return found, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	if _, err := id.Parse(to); err == nil {
		return found, nil
	}
	if folded := text.Fold(to); len(found) > 0 {
		one := everybody.Of(found[0])
		if one == nil || strings.Contains(one.Folded, folded) || text.Fold(one.Organisation) == folded ||
			text.Fold(one.Place) == folded {
			return found, nil
		}
	}
	able, err := skilled.Able(ctx, s.network, v, to)
	if err != nil {
		return nil, err
	}
	found = slices.Concat(found, able) // what is found is kept, so it is copied
	slices.SortFunc(found, id.ID.Compare)
	found = slices.Compact(found)
	return found[:min(len(found), people.MostHolders)], nil
}

// routes returns the likeliest ways to some people, more than are asked for: to one, its alternatives and those that
// share nobody; to several, the way to each of those who are reached best, and the alternatives to the first.
func (s *Service) routes(
	ctx context.Context, view *tie.View, me uint32, holders []id.ID, in PathInput,
) (found []graph.Route, err error) {
	var nodes []uint32
	for _, holder := range holders {
		if node, ok := view.Number(holder); ok {
			nodes = append(nodes, node)
		}
	}
	if len(nodes) > 1 {
		chances, err := tie.OfView(view, fmt.Sprint("ways of ", me, " over ", in.Hops), func() ([]float64, error) {
			return view.Within(ctx, []uint32{me}, in.Hops)
		})
		if err != nil {
			return nil, err
		}
		nodes = slices.DeleteFunc(nodes, func(n uint32) bool { return chances[n] == 0 })
		slices.SortFunc(nodes, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(chances[b], chances[a]), cmp.Compare(a, b))
		})
		nodes = nodes[:min(len(nodes), in.Alternatives)]
	}
	if len(nodes) == 0 {
		return nil, nil
	}
	err = view.Search(func(search *graph.PathSearch) error {
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
			if in.Alternatives == 1 {
				return nil
			}
		}
		apart, err := search.DisjointWithin(ctx, me, nodes[0], in.Alternatives, in.Hops)
		if err != nil {
			return err
		}
		found = append(found, apart...)
		if len(apart) >= in.Alternatives {
			return nil // ways that share nobody are better than ways that do
		}
		others, err := search.Alternatives(ctx, me, nodes[0], in.Alternatives, in.Hops)
		found = append(found, others...)
		return err
	})
	return found, err
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
			hop := bond(v, view, route.Nodes[i-1], route.Nodes[i], states[[2]id.ID{from, to}])
			hop.From, hop.To, hop.Strength = refs[from], refs[to], strength
			out[k] = append(out[k], hop)
		}
	}
	return out, nil
}

// bond is how two people know one another: from contact, and by what was said of it.
func bond(v op.Viewer, view *tie.View, a, b uint32, state tie.State) Hop {
	p := v.Printer()
	hop := Hop{Class: state.ClassAt(v.Now), Interactions: state.Interactions, Layers: []string{}}
	var out []string
	if state.Interactions > 0 {
		hop.First, hop.Last = time.UnixMicro(state.FirstContact).UTC(), time.UnixMicro(state.AsOf).UTC()
		hop.Layers = append(hop.Layers, tie.Contact)
		said := p.T("%s tie, %d interactions, last contact %s", p.T(string(hop.Class)), state.Interactions,
			p.Ago(hop.Last, v.Now))
		if state.Interactions > 1 {
			said += ", " + p.T("first %s", p.Date(hop.First))
		}
		out = append(out, said)
	}
	shown := view.ShownAs(a, b)
	switch {
	case shown == tie.Known:
		hop.Layers, hop.Shown = append(hop.Layers, tie.Contact), shown.String()
		out = append(out, p.T("a colleague shows that they know each other, and not how well"))
	case shown == tie.KnownHow:
		hop.Layers, hop.Shown = append(hop.Layers, tie.Contact), shown.String()
		strength, _ := view.Graph.Weight(a, b)
		hop.Class = tie.ClassOf(strength)
		out = append(out, p.T("a colleague shows that they know each other: a %s tie", p.T(string(hop.Class))))
	}
	layers, since := view.StatedOf(a, b)
	if len(layers) > 0 {
		hop.Layers, hop.Stated = append(hop.Layers, layers...), since
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
	both := len(layers) > 0 && view.StatedByBoth(a, b)
	switch {
	case both, shown > tie.Hidden:
	case hop.Class == tie.Dormant:
		hop.Doubt = DoubtDormant
	case state.Interactions == 0:
		hop.Doubt = DoubtOneSided
		out = append(out, p.T("only one of the two is said to have it"))
	}
	hop.Why = strings.Join(out, "; ")
	return hop
}
