package peopleweb

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gave.network/graph"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

const (
	// mostNear is how many of those who are tied to the middle a picture draws, and mostFar of those who are tied to
	// them: what a page can show and a list under it can hold.
	mostNear = 36
	mostFar  = 44

	// mostAsked bounds how many ties of one person are followed.
	mostAsked = 2000
)

// far is a node of a picture.
type far struct {
	node, through uint32
	near          bool // tied to the middle
	strength      float64
}

// around draws who is around some people, who are the middle together; as far as the viewer may see ties. For an
// organisation the people are the first ring instead.
func (p pages) around(
	ctx context.Context, v op.Viewer, key id.ID, name string, members []id.ID,
) (page.EgoPicture, error) {
	view, err := p.View(ctx, v)
	if err != nil {
		return page.EgoPicture{}, err
	}
	everybody, err := p.Everybody(ctx, v)
	if err != nil {
		return page.EgoPicture{}, err
	}
	nodes, err := tie.OfView(view, fmt.Sprint("around ", key, len(members)), func() ([]far, error) {
		if members != nil {
			return outward(view.Graph, nil, ringOf(view, v, members)), nil
		}
		node, ok := view.Number(key)
		if !ok {
			return nil, nil
		}
		return outward(view.Graph, []uint32{node}, neighbours(view.Graph, node)), nil
	})
	if err != nil {
		return page.EgoPicture{}, err
	}
	var tied []page.Tied
	for _, f := range nodes {
		one := everybody.Of(view.IDs[f.node])
		if one == nil {
			continue
		}
		t := page.Tied{
			ID: one.ID, Name: one.Name, Circle: one.Organisation, Strength: f.strength,
			Work: people.PersonSummary{Role: one.Title, Organisation: one.Organisation, Place: one.Place}.Under(),
		}
		if t.Circle == "" {
			t.Circle = circleOf(view.Graph, f.node, nodes, func(n uint32) string {
				if q := everybody.Of(view.IDs[n]); q != nil {
					return q.Organisation
				}
				return ""
			})
		}
		if members != nil && f.near {
			t.Circle = name
		}
		if !f.near {
			t.Through = view.IDs[f.through]
		}
		tied = append(tied, t)
	}
	return page.NewEgo(name, members != nil, tied), nil
}

// ringOf are the people of an organisation who have a tie, those whom the viewer knows best first.
func ringOf(view *tie.View, v op.Viewer, members []id.ID) []far {
	me, known := view.Number(v.Person)
	var out []far
	for _, m := range members {
		n, ok := view.Number(m)
		if !ok {
			continue
		}
		f := far{node: n, near: true}
		if w, ok := view.Graph.Weight(me, n); ok && known {
			f.strength = float64(w)
		}
		out = append(out, f)
	}
	return strongest(out, mostNear)
}

// neighbours are the strongest ties of a node.
func neighbours(g *graph.Graph, node uint32) []far {
	var out []far
	for i, n := range g.Neighbors(node) {
		out = append(out, far{node: n, near: true, strength: float64(g.Weights(node)[i])})
	}
	return strongest(out, mostNear)
}

// outward adds to a ring those who are tied to it best, and are neither in it nor in the middle.
func outward(g *graph.Graph, middle []uint32, ring []far) []far {
	inside := map[uint32]bool{}
	for _, n := range middle {
		inside[n] = true
	}
	for _, f := range ring {
		inside[f.node] = true
	}
	best := map[uint32]far{}
	for _, f := range ring {
		weights := g.Weights(f.node)
		for i, n := range g.Neighbors(f.node)[:min(g.Degree(f.node), mostAsked)] {
			if w := float64(weights[i]); !inside[n] && w > best[n].strength {
				best[n] = far{node: n, through: f.node, strength: w}
			}
		}
	}
	outer := make([]far, 0, len(best))
	for _, f := range best {
		outer = append(outer, f)
	}
	return append(ring, strongest(outer, mostFar)...)
}

func strongest(list []far, most int) []far {
	slices.SortFunc(list, func(a, b far) int {
		return cmp.Or(cmp.Compare(b.strength, a.strength), cmp.Compare(a.node, b.node))
	})
	return list[:min(len(list), most)]
}

// circleOf is the organisation of most of those in the picture to whom somebody is tied, by the strength of the ties;
// empty when there is none.
func circleOf(g *graph.Graph, node uint32, nodes []far, organisation func(uint32) string) string {
	sum := map[string]float64{}
	best := ""
	for _, f := range nodes {
		w, ok := g.Weight(node, f.node)
		o := organisation(f.node)
		if !ok || o == "" {
			continue
		}
		sum[o] += float64(w)
		if best == "" || sum[o] > sum[best] || sum[o] == sum[best] && o < best {
			best = o
		}
	}
	return best
}
