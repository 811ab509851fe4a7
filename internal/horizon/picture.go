package horizon

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/layout"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

const (
	// mostDrawn is how many people the picture shows: those nearest to the viewer.
	mostDrawn = 2000

	// mostLines is how many ties it shows, the strongest.
	mostLines = 6000

	// The size of the picture, in its own units, and the margin within.
	pictureWidth, pictureHeight, pictureMargin = 1200, 800, 30

	// named is how many people bear their name in the picture; all of them have it as a title and in the list.
	named = 25
)

// pictureDot is a person in the picture.
type pictureDot struct {
	X, Y   int
	Radius int
	Ref    people.Ref
	Class  tie.Class
	Me     bool
	Bridge bool // the viewer has nobody in common with this person
	Named  bool
}

type pictureLine struct {
	X1, Y1, X2, Y2 int
	Mine           bool
}

// picture is the viewer's network, drawn.
type picture struct {
	Dots  []pictureDot
	Lines []pictureLine
	All   int // people in the network; more than are drawn when it is large
}

// draw places the people nearest to the viewer on a plane, so that those with ties lie near each other.
func (s *Service) draw(ctx context.Context, v op.Viewer) (picture, error) {
	view, me, err := s.me(ctx, v)
	if err != nil {
		return picture{}, err
	}
	g := view.Graph
	shown := nearest(g, me)
	place := make(map[uint32]uint32, len(shown))
	for i, n := range shown {
		place[n] = uint32(i)
	}
	var edges []graph.Edge
	for i, n := range shown {
		weights := g.Weights(n)
		for k, u := range g.Neighbors(n) {
			if j, ok := place[u]; ok && n < u {
				edges = append(edges, graph.Edge{From: uint32(i), To: j, Weight: weights.At(k)})
			}
		}
	}
	small, err := graph.FromEdges(len(shown), edges, graph.BuildOptions{Weighted: true})
	if err != nil {
		return picture{}, err
	}
	points, err := layout.Layout(ctx, small, layout.LayoutOptions{Seed: 1}, graph.Options{})
	if err != nil {
		return picture{}, err
	}
	at := fitted(points)
	out := picture{All: g.N()}
	slices.SortStableFunc(edges, func(a, b graph.Edge) int { return cmp.Compare(b.Weight, a.Weight) })
	self := place[me]
	for _, e := range edges[:min(len(edges), mostLines)] {
		out.Lines = append(out.Lines,
			pictureLine{at[e.From][0], at[e.From][1], at[e.To][0], at[e.To][1], e.From == self || e.To == self})
	}
	out.Dots, err = s.dots(ctx, v, view, me, shown, at)
	return out, err
}

// nearest returns the people to draw: all of a small network, else the viewer, the strongest ties, and who is tied to
// those most.
func nearest(g *graph.Graph, me uint32) []uint32 {
	if g.N() <= mostDrawn {
		out := make([]uint32, g.N())
		for i := range out {
			out[i] = uint32(i)
		}
		return out
	}
	near := map[uint32]float64{me: math.Inf(1)}
	for i, n := range g.Neighbors(me) {
		near[n] = 1 + g.Weights(me).At(i)
	}
	for i, n := range g.Neighbors(me) {
		for k, u := range g.Neighbors(n) {
			if _, own := near[u]; !own || near[u] < 1 {
				near[u] = max(near[u], g.Weights(me).At(i)*g.Weights(n).At(k))
			}
		}
	}
	out := make([]uint32, 0, len(near))
	for n := range near {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b uint32) int { return cmp.Or(cmp.Compare(near[b], near[a]), cmp.Compare(a, b)) })
	out = out[:min(len(out), mostDrawn)]
	slices.Sort(out)
	return out
}

// fitted scales points into the picture. The outermost hundredth is drawn at the edge, so that one who stands alone
// does not shrink all others.
func fitted(points []layout.Point) [][2]int {
	var xs, ys []float64
	for _, p := range points {
		xs, ys = append(xs, p.X), append(ys, p.Y)
	}
	scale := func(values []float64, size int) func(float64) int {
		sorted := slices.Sorted(slices.Values(values))
		if len(sorted) == 0 {
			return func(float64) int { return size / 2 }
		}
		low, high := sorted[len(sorted)/100], sorted[len(sorted)-1-len(sorted)/100]
		return func(x float64) int {
			if high <= low {
				return size / 2
			}
			share := min(max((x-low)/(high-low), 0), 1)
			return pictureMargin + int(math.Round(share*float64(size-2*pictureMargin)))
		}
	}
	x, y := scale(xs, pictureWidth), scale(ys, pictureHeight)
	out := make([][2]int, len(points))
	for i, p := range points {
		out[i] = [2]int{x(p.X), y(p.Y)}
	}
	return out
}

func (s *Service) dots(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32, shown []uint32, at [][2]int,
) ([]pictureDot, error) {
	keys := make([]id.ID, len(shown))
	for i, n := range shown {
		keys[i] = view.IDs[n]
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	states, err := s.network.TieStates(ctx, v, v.Person, keys)
	if err != nil {
		return nil, err
	}
	mine := map[uint32]bool{}
	for _, n := range view.Graph.Neighbors(me) {
		mine[n] = true
	}
	out := make([]pictureDot, 0, len(shown))
	strength := map[id.ID]float64{}
	for i, n := range shown {
		d := pictureDot{X: at[i][0], Y: at[i][1], Radius: 5, Ref: refs[keys[i]], Me: n == me}
		if d.Ref.ID.IsZero() {
			continue
		}
		if t, ok := states[keys[i]]; ok {
			d.Class = t.ClassAt(v.Now)
			strength[keys[i]] = tie.Strength(t.IntensityAt(v.Now))
			d.Radius = 5 + int(7*strength[keys[i]])
			d.Bridge = mine[n] &&
				!slices.ContainsFunc(view.Graph.Neighbors(n), func(u uint32) bool { return u != me && mine[u] })
		}
		if d.Me {
			d.Radius, d.Named = 14, true
		}
		out = append(out, d)
	}
	// The strongest bear their names; the list below has everybody.
	order := make([]int, len(out))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(strength[out[b].Ref.ID], strength[out[a].Ref.ID]), cmp.Compare(a, b))
	})
	for _, i := range order[:min(len(order), named)] {
		out[i].Named = true
	}
	return out, nil
}
