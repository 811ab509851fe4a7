// Package around draws who is around somebody, around a group, and on the ways to those whom the viewer reaches; as far
// as the viewer may see ties.
package around

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

// Person draws who is around somebody.
func Person(ctx context.Context, s *people.Store, v op.Viewer, person people.Ref) (page.EgoPicture, error) {
	return draw(ctx, s, v, "around "+person.ID.String(), func(view *tie.View) []far {
		node, ok := view.Number(person.ID)
		if !ok {
			return nil
		}
		return outward(view.Graph, []uint32{node}, neighbours(view.Graph, node))
	}, Group{Name: person.Name})
}

// Group is some people who are the first ring of a picture.
type Group struct {
	Key     string // tells it from every other group
	Name    string // stands in the middle
	Members []id.ID
	One     bool // they are one circle, by the name of the group; else each is of the own organisation
}

// Of draws a group and who is around its people.
func Of(ctx context.Context, s *people.Store, v op.Viewer, g Group) (page.EgoPicture, error) {
	return draw(ctx, s, v, fmt.Sprint("around ", g.Key, len(g.Members)), func(view *tie.View) []far {
		return outward(view.Graph, nil, ringOf(view, v, g.Members))
	}, g)
}

// draw lays out the nodes that find returns, which is asked once for a view of the network and a key.
func draw(
	ctx context.Context, s *people.Store, v op.Viewer, key string, find func(*tie.View) []far, g Group,
) (page.EgoPicture, error) {
	view, err := s.View(ctx, v)
	if err != nil {
		return page.EgoPicture{}, err
	}
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return page.EgoPicture{}, err
	}
	nodes, err := tie.OfView(view, key, func() ([]far, error) { return find(view), nil })
	if err != nil {
		return page.EgoPicture{}, err
	}
	var tied []page.Tied
	for _, f := range nodes {
		one := everybody.Of(view.IDs[f.node])
		if one == nil {
			continue
		}
		t := page.Tied{ID: one.ID, Name: one.Name, Circle: one.Organisation, Strength: f.strength, Work: work(one)}
		if t.Circle == "" {
			t.Circle = circleOf(view.Graph, f.node, nodes, func(n uint32) string {
				if q := everybody.Of(view.IDs[n]); q != nil {
					return q.Organisation
				}
				return ""
			})
		}
		if g.One && f.near {
			t.Circle = g.Name
		}
		if !f.near {
			t.Through = view.IDs[f.through]
		}
		tied = append(tied, t)
	}
	return page.NewEgo(g.Name, len(g.Members) > 0, tied), nil
}

func work(one *people.Entry) string {
	return people.PersonSummary{Role: one.Title, Organisation: one.Organisation, Place: one.Place}.Under()
}

// Way is how the viewer gets to somebody.
type Way struct {
	Circle string       // what they are wanted for; empty: everybody is of the own organisation
	People []people.Ref // from the viewer on
	Chance float64      // that it works
}

// Reached draws the ways from the viewer to those whom they reach, what they are wanted for as circles; of two ways to
// somebody the first counts.
func Reached(ctx context.Context, s *people.Store, v op.Viewer, ways []Way) (page.EgoPicture, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return page.EgoPicture{}, err
	}
	var tied []page.Tied
	seen := map[id.ID]bool{v.Person: true}
	for _, w := range ways {
		before := id.Zero
		for _, ref := range w.People {
			one := everybody.Of(ref.ID)
			if one != nil && !seen[ref.ID] {
				seen[ref.ID] = true
				tied = append(tied, page.Tied{
					ID: ref.ID, Name: one.Name, Circle: cmp.Or(w.Circle, one.Organisation), Strength: w.Chance,
					Work: work(one), Through: before,
				})
			}
			if ref.ID != v.Person {
				before = ref.ID
			}
		}
	}
	me, _ := everybody.Ref(v.Person)
	return page.NewEgo(me.Name, false, tied), nil
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
			f.strength = w
		}
		out = append(out, f)
	}
	return strongest(out, mostNear)
}

// neighbours are the strongest ties of a node.
func neighbours(g *graph.Graph, node uint32) []far {
	var out []far
	for i, n := range g.Neighbors(node) {
		out = append(out, far{node: n, near: true, strength: g.Weights(node).At(i)})
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
			if w := weights.At(i); !inside[n] && w > best[n].strength {
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
		sum[o] += w
		if best == "" || sum[o] > sum[best] || sum[o] == sum[best] && o < best {
			best = o
		}
	}
	return best
}
