package horizon

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tie"
)

// Acquaintance is somebody to get to know.
type Acquaintance struct {
	ID         id.ID        `json:"id"`
	Name       string       `json:"name"`
	Gain       float64      `json:"gain" doc:"people who come within two steps and were not"`
	Difference float64      `json:"difference" doc:"how rare their organisation, place, level, discipline and circle are among those you know, from 0 to 1"`
	Differs    []string     `json:"differs" enum:"organisation,place,level,discipline,circle" doc:"in what nobody whom you know is like them"`
	Effort     float64      `json:"effort" doc:"one over the chance of an introduction"`
	Through    []people.Ref `json:"through" doc:"who can introduce you, the likeliest first"`
}

const (
	// leastIntroduction is the chance below which nobody is asked to introduce: the trouble is certain and the friend
	// is not. A floor thirty times as high foresees less on large records of mail and next to nothing on small ones
	// (docs/horizon.md).
	leastIntroduction = 1e-4

	// introducers is how many of those who can introduce somebody are told.
	introducers = 3

	// widening is what it counts for that the circle within two steps grows: somebody who makes it half as large again
	// counts like who is twice as likely to be met. On records of mail it hardly costs foresight (docs/horizon.md).
	widening = 2
)

// traits are in what people can differ, in the order in which it is told.
var traits = [...]string{"organisation", "place", "level", "discipline", "circle", "sector"}

const (
	// ofCircle and ofSector are the places of two traits, and ofNext is how many of them tell whom to get to know:
	// there the organisation stands for the sector.
	ofCircle, ofSector = 4, 5
	ofNext             = ofSector
)

// next says whom to get to know: of the friends of friends whom somebody can introduce, who brings the most.
func (s *Service) next(ctx context.Context, v op.Viewer, in NextInput) (NextOutput, error) {
	view, me, err := s.me(ctx, v)
	if err != nil {
		return NextOutput{}, err
	}
	chosen, err := s.chosen(ctx, v, view, me, max(in.Limit, 1))
	if err != nil {
		return NextOutput{}, err
	}
	var keys []id.ID
	for _, c := range chosen {
		keys = append(keys, view.IDs[c.Node])
		for _, n := range c.Through[:min(len(c.Through), introducers)] {
			keys = append(keys, view.IDs[n.Node])
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return NextOutput{}, err
	}
	out := NextOutput{People: []Acquaintance{}, Alike: []string{}, Layers: view.Layers}
	keys = keys[:0] // from here on who is proposed alone
	for _, c := range chosen {
		one := Acquaintance{
			ID: view.IDs[c.Node], Name: refs[view.IDs[c.Node]].Name, Gain: float64(c.Gain), Difference: c.Difference,
			Differs: append([]string{}, c.Differs...), Effort: 1 / c.Chance(), Through: []people.Ref{},
		}
		for _, n := range c.Through[:min(len(c.Through), introducers)] {
			one.Through = append(one.Through, refs[view.IDs[n.Node]])
		}
		out.People = append(out.People, one)
		keys = append(keys, one.ID)
	}
	out.Alike, err = skilled.AlikeLines(ctx, s.network, v, keys)
	return out, err
}

// chosen returns who is worth getting to know, which is kept with the view until somebody in it is called or described
// otherwise.
func (s *Service) chosen(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32, most int,
) ([]*Candidate, error) {
	edition, err := s.network.Naming(ctx, v, func(person id.ID) bool {
		_, in := view.Number(person)
		return in
	})
	if err != nil {
		return nil, err
	}
	dead, err := s.network.Deceased(ctx, v)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprint("next ", most, " of ", v.Person, edition, len(dead)) // that somebody died may be a note
	return tie.OfView(view, name, func() ([]*Candidate, error) {
		of, err := s.traitsIn(ctx, v, view)
		if err != nil {
			return nil, err
		}
		strange, err := s.strange(ctx, v, view, me)
		if err != nil {
			return nil, err
		}
		return Next(view, me, most, of, func(n uint32) bool { return !dead[view.IDs[n]] }, strange), nil
	})
}

// Traits are what somebody is in each of the traits; "" where it is not known.
type Traits [len(traits)]string

// strange returns who in a view is a stranger: who bears no name of somebody whom one knows or of another stranger who
// was taken before, as that may be the same person.
func (s *Service) strange(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32,
) (take func(node uint32) bool, err error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, n := range append([]uint32{me}, view.Graph.Neighbors(me)...) {
		if one := everybody.Of(view.IDs[n]); one != nil {
			named[one.Folded] = true
		}
	}
	return func(node uint32) bool {
		one := everybody.Of(view.IDs[node])
		if one == nil || named[one.Folded] {
			return false
		}
		named[one.Folded] = true
		return true
	}, nil
}

// traitsIn returns what each node of a view is in each of the traits.
func (s *Service) traitsIn(
	ctx context.Context, v op.Viewer, view *tie.View,
) (func(n uint32) Traits, error) {
	circle, err := Circles(ctx, view)
	if err != nil {
		return nil, err
	}
	of, err := skilled.TraitsOf(ctx, s.network, v)
	if err != nil {
		return nil, err
	}
	return func(n uint32) Traits {
		t := of(view.IDs[n])
		return Traits{
			t.Organisation, t.Place, string(t.Level), t.Discipline, circle(n)[ofCircle], string(t.Sector),
		}
	}, nil
}

// Circles returns of each node of a view in which circle it is, and nothing else: what is known where nobody is
// described. A circle is a community of the network.
func Circles(ctx context.Context, view *tie.View) (func(n uint32) Traits, error) {
	circles, err := tie.OfView(view, "circles", func() (*community.Communities, error) {
		// Once over is enough to tell circles apart: more takes four times as long for hardly better ones.
		return community.Leiden(ctx, view.Graph, community.LeidenOptions{Seed: 1, Iterations: 1}, graph.Options{})
	})
	if err != nil {
		return nil, err
	}
	return func(n uint32) Traits {
		return Traits{ofCircle: strconv.FormatUint(uint64(circles.Of[n]), 10)}
	}, nil
}

// Introduction is one who can introduce, and the chance that it works.
type Introduction struct {
	Node   uint32
	Chance float64
}

// Candidate is somebody to get to know in a view, by nodes.
type Candidate struct {
	Node       uint32
	Through    []Introduction // the likeliest first
	Difference float64        // from those one knows, from 0 to 1
	Differs    []string       // in what nobody whom one knows is like them
	Gain       int            // who comes within two steps and was not, nor through those before
	likely     float64        // how likely it is that one meets
	worth      float64        // at the time it was last reckoned
}

// Chance is that of the likeliest introduction.
func (c *Candidate) Chance() float64 { return c.Through[0].Chance }

// Next returns whom somebody in a view may get to know, at most so many, the best first at each turn: who differs most
// from those one knows, through whom the circle within two steps grows most, for the least effort.
//
// Effort is one over how likely it is that the two meet. People meet those with whom they share acquaintances who are
// close to both (Granovetter 1973, triadic closure): each speaks by the fourth root of the product of both closenesses,
// so that many fair acquaintances say more than a single near one. Whom nobody is likely enough to introduce is left
// out, and so are those whom may refuses; take is asked of each when it is their turn, and refuses who is not to come
// after those before.
//
// What somebody brings only shrinks with those chosen before, so that what was reckoned once is a bound, and whoever is
// best when reckoned anew is the best of all (Leskovec et al. 2007).
func Next(
	view *tie.View, me uint32, most int, of func(n uint32) Traits, may, take func(n uint32) bool,
) []*Candidate {
	found, reached := candidates(view, me, may)
	usual := usualOf(view.Graph.Neighbors(me), of)
	list := worthy(found)
	for _, c := range list {
		c.Difference, c.Differs = usual.differs(of(c.Node))
		c.reckon(view.Graph, reached)
	}
	heap.Init(&list)
	var out []*Candidate
	for len(out) < most && len(list) > 0 {
		c := list[0]
		before := c.worth
		if c.reckon(view.Graph, reached); c.worth < before {
			heap.Fix(&list, 0)
			continue
		}
		heap.Pop(&list)
		if !take(c.Node) {
			continue
		}
		out = append(out, c)
		for _, u := range view.Graph.Neighbors(c.Node) {
			reached[u] = true
		}
	}
	return out
}

// candidates returns the friends of friends whom somebody is likely enough to introduce, and who stands within two
// steps.
func candidates(view *tie.View, me uint32, may func(n uint32) bool) (list []*Candidate, reached map[uint32]bool) {
	g := view.Graph
	mine, strengths, closeness := g.Neighbors(me), g.Weights(me), view.Closeness(me)
	reached = map[uint32]bool{me: true}
	known := map[uint32]bool{me: true}
	for _, n := range mine {
		known[n], reached[n] = true, true
	}
	byNode := map[uint32]*Candidate{}
	var order []uint32
	for i, n := range mine {
		weights, theirs := g.Weights(n), view.Closeness(n)
		for k, u := range g.Neighbors(n) {
			if known[u] {
				continue
			}
			reached[u] = true // within two steps already
			if !may(u) {
				continue
			}
			c := byNode[u]
			if c == nil {
				c = &Candidate{Node: u}
				byNode[u] = c
				order = append(order, u)
			}
			c.likely += math.Sqrt(math.Sqrt(closeness[i] * theirs[k]))
			chance := strengths.At(i) * weights.At(k) * tie.HopFactor
			if chance >= leastIntroduction && may(n) {
				c.Through = append(c.Through, Introduction{n, chance})
			}
		}
	}
	for _, u := range order {
		c := byNode[u]
		if len(c.Through) == 0 {
			continue
		}
		slices.SortFunc(c.Through, func(a, b Introduction) int {
			return cmp.Or(cmp.Compare(b.Chance, a.Chance), cmp.Compare(a.Node, b.Node))
		})
		list = append(list, c)
	}
	return list, reached
}

// reckon works out what somebody brings besides those who are reached.
func (c *Candidate) reckon(g *graph.Graph, reached map[uint32]bool) {
	c.Gain = 0
	for _, u := range g.Neighbors(c.Node) {
		if !reached[u] {
			c.Gain++
		}
	}
	c.worth = (1 + c.Difference) * c.likely * (1 + widening*float64(c.Gain)/float64(len(reached)))
}

// usual is how often what occurs in each trait among some people.
type usual struct {
	times [len(traits)]map[string]int
	known [len(traits)]int
}

func usualOf(nodes []uint32, of func(n uint32) Traits) usual {
	var out usual
	for k := range out.times {
		out.times[k] = map[string]int{}
	}
	for _, n := range nodes {
		for k, value := range of(n) {
			if value != "" {
				out.times[k][value]++
				out.known[k]++
			}
		}
	}
	return out
}

// differs says how much somebody differs from what is usual, from 0 to 1, and in what nobody is like them. Who is like
// everybody still brings the people whom they know: one part of six is not of the traits.
func (w usual) differs(of Traits) (much float64, in []string) {
	much = 1
	for k, value := range of[:ofNext] {
		if value == "" || w.known[k] == 0 {
			continue
		}
		much += 1 - float64(w.times[k][value])/float64(w.known[k])
		if w.times[k][value] == 0 {
			in = append(in, traits[k])
		}
	}
	return much / (1 + float64(ofNext)), in
}

// worthy are candidates, who brings the most first.
type worthy []*Candidate

func (w worthy) Len() int { return len(w) }

func (w worthy) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(w[j].worth, w[i].worth), cmp.Compare(w[i].Node, w[j].Node)) < 0
}

func (w worthy) Swap(i, j int) { w[i], w[j] = w[j], w[i] }

func (w *worthy) Push(x any) { *w = append(*w, x.(*Candidate)) }

func (w *worthy) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
