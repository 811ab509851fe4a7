package page

import (
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/id"
)

// Way is one way from the viewer to somebody.
type Way struct {
	Between []Stop
	Aim     Stop
	Band    string // of its weakest tie: strong, moderate, weak or dormant
}

// Stop is somebody on a way.
type Stop struct {
	ID   id.ID
	Name string
}

// RoutePicture is the ways to somebody, drawn: the viewer on the left, the aim on the right, and who is between them.
type RoutePicture struct {
	Height int
	Ways   []drawnWay
	Stops  []RouteStop
	Aims   []RouteStop
	Names  []EgoName
}

// RouteStop is somebody in the picture of the ways.
type RouteStop struct {
	Stop
	X, Y int
}

type drawnWay struct{ Path, Band string }

const (
	// MostWays bounds how many ways are drawn.
	MostWays = 3

	// The size of the picture in its own units.
	routeWidth  = 358
	routeRow    = 64 // from way to way
	routeFrom   = 40 // where the viewer stands
	routeTo     = routeWidth - 46
	routeRadius = 16
	routeEdge   = 24 // above the first way
)

// NewRoute lays out the first ways. It has nothing to show when nobody stands between.
func NewRoute(ways []Way) RoutePicture {
	ways = ways[:min(len(ways), MostWays)]
	if !slices.ContainsFunc(ways, func(w Way) bool { return len(w.Between) > 0 }) {
		return RoutePicture{}
	}
	out := RoutePicture{Height: 2*routeEdge + routeRow*(len(ways)-1) + egoText + 4}
	one := !slices.ContainsFunc(ways, func(w Way) bool { return w.Aim.ID != ways[0].Aim.ID })
	middle, least := out.middle(), routeTo-routeFrom
	for i, w := range ways {
		y := routeEdge + routeRow*i
		aim := RouteStop{w.Aim, routeTo, y}
		if one {
			aim.Y = middle
		}
		if !one || i == 0 {
			out.Aims = append(out.Aims, aim)
		}
		slot := (routeTo - routeFrom) / (len(w.Between) + 1)
		least = min(least, slot)
		var path strings.Builder
		move := func(parts ...any) {
			for _, p := range parts {
				switch p := p.(type) {
				case string:
					path.WriteString(p)
				case int:
					path.WriteString(strconv.Itoa(p) + " ")
				}
			}
		}
		move("M", routeFrom, middle)
		if len(w.Between) == 0 {
			move("Q", (routeFrom+routeTo)/2, y, routeTo, aim.Y)
		}
		for k, stop := range w.Between {
			x := routeFrom + slot*(k+1)
			if k == 0 {
				move("Q", (routeFrom+x)/2, y, x, y)
			} else {
				move("L", x, y)
			}
			out.Stops = append(out.Stops, RouteStop{stop, x, y})
			out.name(stop.Name, x, y, slot)
			if k == len(w.Between)-1 {
				move("Q", (x+routeTo)/2, y, routeTo, aim.Y)
			}
		}
		out.Ways = append(out.Ways, drawnWay{strings.TrimSpace(path.String()), w.Band})
	}
	for _, aim := range out.Aims {
		out.name(aim.Name, aim.X, aim.Y, min(least, 2*(routeWidth-aim.X)))
	}
	return out
}

// middle is how high the viewer stands.
func (p RoutePicture) middle() int { return (p.Height - egoText - 4) / 2 }

// name writes a name under somebody, as much of it as there is room for.
func (p *RoutePicture) name(name string, x, y, room int) {
	full := strings.Join(strings.Fields(name), " ")
	first, _, _ := strings.Cut(full, " ")
	for _, text := range []string{full, first} {
		if w := TextWidth(text); text != "" && w <= room-4 {
			p.Names = append(p.Names, EgoName{x, y + routeRadius + 3 + egoText/2, w, text})
			return
		}
	}
}
