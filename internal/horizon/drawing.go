package horizon

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gave.network/internal/horizon/atlas"
	"gave.network/internal/page"
	"gave.network/internal/people"
)

const (
	// drawnOnPage is how many people the picture shows that the server draws on the page, and drawnInFile in the file
	// of one; when there are more, the nearest.
	drawnOnPage = 150
	drawnInFile = 2000

	// mostLines is how many ties a drawing shows, the strongest.
	mostLines = 4000

	// drawnWidth is how wide a drawing is in its own units; its height follows what it shows.
	drawnWidth = 1000

	// lineHeight is the height of a name in a drawing.
	lineHeight = 16
)

// drawing is a map, or a part of it, as vectors.
type drawing struct {
	Height int
	Ovals  []drawnOval
	Lines  []drawnLine
	Dots   []drawnDot
	Names  []drawnName
	People int // that are drawn
	All    int // in what is drawn of
}

type drawnOval struct {
	X, Y, A, B, Turn float64
	Colour           int
}

type drawnLine struct {
	X1, Y1, X2, Y2 float64
	Width          float64
	Colour         int // 0 between circles
	Mine           bool
}

type drawnDot struct {
	X, Y, R float64
	Colour  int
	Me      bool
	Ref     people.Ref
}

type drawnName struct {
	X, Y   float64
	Text   string
	Colour int  // of a circle; 0 for a person
	Under  bool // says how many people are in a circle
}

// window is the part of a map that is drawn, in its units.
type window struct{ left, top, right, bottom float64 }

// all is the whole of a map.
var all = window{0, 0, atlas.Side, atlas.Side}

func (w window) holds(x, y float64) bool {
	return x >= w.left && x <= w.right && y >= w.top && y <= w.bottom
}

// draw draws the part of a map that lies in a window: of its people at most so many.
func (c *chart) draw(circles []mapCircle, everybody *people.Everybody, in window, most int) drawing {
	out := drawing{}
	number := make([]int, len(c.Nodes)) // of a dot, from 1
	for _, place := range c.nearest(len(c.Nodes)) {
		x, y := float64(c.X[place]), float64(c.Y[place])
		one := everybody.Of(c.person(place))
		if !in.holds(x, y) || one == nil {
			continue
		}
		if out.All++; out.All > most {
			if in == all {
				out.All = len(c.Nodes)
				break
			}
			continue
		}
		d := drawnDot{
			X: x, Y: y, R: 2 + 2.5*float64(c.Size[place])/200, Colour: colourAt(c, circles, place), Me: place == c.Me,
			Ref: one.Ref,
		}
		out.Dots = append(out.Dots, d)
		number[place] = len(out.Dots)
	}
	out.People = len(out.Dots)
	var edges []atlas.Edge
	for i := range c.Edges {
		if e := &c.Edges[i]; number[e.A] > 0 && number[e.B] > 0 {
			edges = append(edges, *e)
		}
	}
	slices.SortStableFunc(edges, func(a, b atlas.Edge) int { return int(b.Strength) - int(a.Strength) })
	for _, e := range edges[:min(len(edges), mostLines)] {
		a, b := out.Dots[number[e.A]-1], out.Dots[number[e.B]-1]
		line := drawnLine{X1: a.X, Y1: a.Y, X2: b.X, Y2: b.Y, Width: 0.7, Mine: a.Me || b.Me}
		if c.CircleOf(e.A) == c.CircleOf(e.B) {
			line.Colour = a.Colour
		}
		if line.Mine {
			line.Width = 0.8 + 1.6*float64(e.Strength)/63
		}
		out.Lines = append(out.Lines, line)
	}
	var shown []mapCircle
	for _, circle := range circles {
		if in.holds(circle.X, circle.Y) {
			shown = append(shown, circle)
			out.Ovals = append(out.Ovals, drawnOval{circle.X, circle.Y, circle.A, circle.B, circle.Turn, circle.Colour})
		}
	}
	out.fit(in)
	out.write(shown)
	return out
}

// fit brings what is drawn from the units of the map to those of the drawing. A drawing of the whole map is cut where
// nobody is.
func (d *drawing) fit(in window) {
	left, top, right, bottom := in.left, in.top, in.right, in.bottom
	if in == all && len(d.Dots) > 0 {
		left, top, right, bottom = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		reach := func(x, y, by float64) {
			left, top, right, bottom = min(left, x-by), min(top, y-by), max(right, x+by), max(bottom, y+by)
		}
		for _, dot := range d.Dots {
			reach(dot.X, dot.Y, atlas.Side/100)
		}
		for _, o := range d.Ovals {
			reach(o.X, o.Y, o.A)
		}
		extra := (right - left) * 0.04
		left, top, right, bottom = left-extra, top-2*extra, right+extra, bottom+extra
	}
	scale := drawnWidth / max(right-left, 1)
	d.Height = int(math.Round(min(max((bottom-top)*scale, drawnWidth/4), 2*drawnWidth)))
	for i := range d.Ovals {
		o := &d.Ovals[i]
		o.X, o.Y, o.A, o.B = (o.X-left)*scale, (o.Y-top)*scale, o.A*scale, o.B*scale
		o.Turn *= 180 / math.Pi
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.X1, l.Y1, l.X2, l.Y2 = (l.X1-left)*scale, (l.Y1-top)*scale, (l.X2-left)*scale, (l.Y2-top)*scale
	}
	for i := range d.Dots {
		d.Dots[i].X, d.Dots[i].Y = (d.Dots[i].X-left)*scale, (d.Dots[i].Y-top)*scale
		if d.Dots[i].Me {
			d.Dots[i].R = 9
		}
	}
}

// box is what a text covers.
type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// write names the circles and then the people, the nearest first, where there is room.
func (d *drawing) write(circles []mapCircle) {
	var taken []box
	put := func(x, y float64, text string, lines int, n drawnName) bool {
		width := float64(page.TextWidth(text)) + 4
		at := box{x - width/2, y - lineHeight + 4, x + width/2, y + 4 + float64(lines-1)*lineHeight}
		if at.left < 0 || at.right > drawnWidth || at.top < 0 || at.bottom > float64(d.Height) ||
			slices.ContainsFunc(taken, at.meets) {
			return false
		}
		taken = append(taken, at)
		n.X, n.Y, n.Text = x, y, text
		d.Names = append(d.Names, n)
		return true
	}
	for i, c := range circles {
		o := d.Ovals[i]
		height := math.Hypot(o.A*math.Sin(o.Turn*math.Pi/180), o.B*math.Cos(o.Turn*math.Pi/180))
		for _, y := range []float64{o.Y - height - 20, o.Y + height + 16, o.Y - height/2, o.Y, o.Y + height/2} {
			if put(o.X, y, c.Name, 2, drawnName{Colour: c.Colour}) {
				d.Names = append(d.Names, drawnName{
					X: o.X, Y: y + lineHeight, Text: fmt.Sprint(c.Count), Colour: c.Colour, Under: true,
				})
				break
			}
		}
	}
	for i, dot := range d.Dots {
		if dot.Me || i > firstNames {
			continue
		}
		half := float64(page.TextWidth(dot.Ref.Name))/2 + dot.R + 4
		for _, at := range [][2]float64{{half, 4}, {-half, 4}, {0, -dot.R - 4}, {0, dot.R + 13}} {
			if put(dot.X+at[0], dot.Y+at[1], dot.Ref.Name, 1, drawnName{}) {
				break
			}
		}
	}
}

// number writes a length with as many digits as can be seen.
func number(x float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
}

// The colours of a drawing outside of Gave, where no style sheet says them: those of the light face. The first is of
// what is in no circle.
var (
	plainInk  = [...]string{"#868e89", "#0f6b5c", "#2b5797", "#6b4a86", "#874900", "#9c3353", "#4d6118", "#3f5b66"}
	plainTint = [...]string{"#e6e1d7", "#e1f0ec", "#e6edf8", "#f0e9f6", "#f9eedb", "#f9e8ed", "#edf2de", "#e6eef1"}
)
