package horizon

import (
	"cmp"
	"container/heap"
	"context"
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
	// leastIntroduction is the chance below which nobody is asked to introduce: that over two ties that are moderate
	// only just. Below it the trouble is certain and the friend is not.
	leastIntroduction = tie.ModerateFrom * tie.ModerateFrom * tie.HopFactor

	// introducers is how many of those who can introduce somebody are told.
	introducers = 3
)

// traits are in what people can differ, in the order in which it is told.
var traits = [...]string{"organisation", "place", "level", "discipline", "circle"}

// next says whom to get to know: of the friends of friends whom somebody can introduce, who brings the most, which is
// how much they differ from those one knows, times how many people come within reach, over the effort. Each counts what
// those before it did not bring; of all there are, each is the best at its turn.
func (s *Service) next(ctx context.Context, v op.Viewer, in NextInput) (NextOutput, error) {
	view, me, err := s.me(ctx, v)
	if err != nil {
		return NextOutput{}, err
	}
	of, err := s.traitsIn(ctx, v, view)
	if err != nil {
		return NextOutput{}, err
	}
	dead, err := s.network.Deceased(ctx, v)
	if err != nil {
		return NextOutput{}, err
	}
	chosen := nextOf(view.Graph, me, max(in.Limit, 1), of, func(n uint32) bool { return !dead[view.IDs[n]] })
	var keys []id.ID
	for _, c := range chosen {
		keys = append(keys, view.IDs[c.node])
		for _, n := range c.through {
			keys = append(keys, view.IDs[n.node])
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return NextOutput{}, err
	}
	out := NextOutput{People: []Acquaintance{}, Layers: view.Layers}
	for _, c := range chosen {
		one := Acquaintance{
			ID: view.IDs[c.node], Name: refs[view.IDs[c.node]].Name, Gain: float64(c.gain), Difference: c.difference,
			Differs: append([]string{}, c.differs...), Effort: 1 / c.chance(), Through: []people.Ref{},
		}
		for _, n := range c.through[:min(len(c.through), introducers)] {
			one.Through = append(one.Through, refs[view.IDs[n.node]])
		}
		out.People = append(out.People, one)
	}
	return out, nil
}

// traitsIn returns what each node of a view is in each of the traits; "" where it is not known. A circle is a community
// of the network.
func (s *Service) traitsIn(
	ctx context.Context, v op.Viewer, view *tie.View,
) (func(n uint32) [len(traits)]string, error) {
	circles, err := tie.OfView(view, "circles", func() (*community.Communities, error) {
		return community.Leiden(ctx, view.Graph, community.LeidenOptions{Seed: 1}, graph.Options{})
	})
	if err != nil {
		return nil, err
	}
	of, err := skilled.TraitsOf(ctx, s.network, v)
	if err != nil {
		return nil, err
	}
	return func(n uint32) [len(traits)]string {
		t := of(view.IDs[n])
		return [len(traits)]string{
			t.Organisation, t.Place, string(t.Level), t.Discipline, strconv.FormatUint(uint64(circles.Of[n]), 10),
		}
	}, nil
}

// introduction is one who can introduce, and the chance that it works.
type introduction struct {
	node   uint32
	chance float64
}

// candidate is somebody to get to know.
type candidate struct {
	node       uint32
	through    []introduction // the likeliest first
	difference float64
	differs    []string
	gain       int
	worth      float64 // at the time it was last reckoned
}

func (c *candidate) chance() float64 { return c.through[0].chance }

// nextOf chooses up to so many of those whom neighbours of a node can introduce to it. What somebody brings only
// shrinks with those chosen before, so that what was reckoned once is a bound, and whoever is best when reckoned anew
// is the best of all (Leskovec et al. 2007).
func nextOf(
	g *graph.Graph, me uint32, most int, of func(n uint32) [len(traits)]string, may func(n uint32) bool,
) []*candidate {
	mine, strengths := g.Neighbors(me), g.Weights(me)
	known := map[uint32]bool{me: true}
	for _, n := range mine {
		known[n] = true
	}
	common, asked := [len(traits)]map[string]int{}, [len(traits)]int{}
	for k := range common {
		common[k] = map[string]int{}
	}
	for _, n := range mine {
		for k, value := range of(n) {
			if value != "" {
				common[k][value]++
				asked[k]++
			}
		}
	}
	reached := map[uint32]bool{}
	byNode := map[uint32]*candidate{}
	var order []uint32
	for i, n := range mine {
		weights := g.Weights(n)
		for k, u := range g.Neighbors(n) {
			if known[u] {
				continue
			}
			reached[u] = true // within two steps already
			chance := strengths.At(i) * weights.At(k) * tie.HopFactor
			if chance < leastIntroduction || !may(n) || !may(u) {
				continue
			}
			c := byNode[u]
			if c == nil {
				c = &candidate{node: u}
				byNode[u] = c
				order = append(order, u)
			}
			c.through = append(c.through, introduction{n, chance})
		}
	}
	reckon := func(c *candidate) {
		c.gain = 0
		for _, u := range g.Neighbors(c.node) {
			if !reached[u] && !known[u] {
				c.gain++
			}
		}
		c.worth = c.difference * float64(c.gain) * c.chance()
	}
	list := make(worthy, 0, len(order))
	for _, u := range order {
		c := byNode[u]
		slices.SortFunc(c.through, func(a, b introduction) int {
			return cmp.Or(cmp.Compare(b.chance, a.chance), cmp.Compare(a.node, b.node))
		})
		// Who is like everybody still brings the people whom they know: one part of six is not of the traits.
		c.difference = 1
		for k, value := range of(u) {
			if value == "" || asked[k] == 0 {
				continue
			}
			c.difference += 1 - float64(common[k][value])/float64(asked[k])
			if common[k][value] == 0 {
				c.differs = append(c.differs, traits[k])
			}
		}
		c.difference /= 1 + float64(len(traits))
		reckon(c)
		list = append(list, c)
	}
	heap.Init(&list)
	var out []*candidate
	for len(out) < most && len(list) > 0 {
		c := list[0]
		before := c.worth
		if reckon(c); c.worth < before {
			heap.Fix(&list, 0)
			continue
		}
		if c.worth <= 0 {
			break
		}
		heap.Pop(&list)
		out = append(out, c)
		for _, u := range g.Neighbors(c.node) {
			reached[u] = true
		}
	}
	return out
}

// worthy are candidates, who brings the most first.
type worthy []*candidate

func (w worthy) Len() int { return len(w) }

func (w worthy) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(w[j].worth, w[i].worth), cmp.Compare(w[i].node, w[j].node)) < 0
}

func (w worthy) Swap(i, j int) { w[i], w[j] = w[j], w[i] }

func (w *worthy) Push(x any) { *w = append(*w, x.(*candidate)) }

func (w *worthy) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
