package give

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// Measures of the picture of a trace, in units of the drawing.
const (
	pictureStep  = 122 // from one person to the next
	pictureRow   = 72  // from one gift to the next
	pictureLeft  = 14  // before the gifts
	pictureFirst = 160 // from the gifts to the first person
	pictureRight = 58
	longestLabel = 16 // characters
)

// tracePicture is a return on the right, who brought it, and to the left the gifts that may have led there, each over
// its people.
type tracePicture struct {
	Width, Height int
	Lines         []traceLine
	Dots          []traceDot
}

// traceLine is a step that news may have taken.
type traceLine struct {
	X1, Y1, X2, Y2 int
	Class          string // how large the share is
}

// traceDot is a gift, a person or the return.
type traceDot struct {
	X, Y        int
	Class       string
	Label, Note string
	LabelAt     int        // height of the label
	Title       string     // the whole label
	Person      people.Ref // nobody for a gift and a return
}

// pictureOf draws a trace; nothing when no way is known.
func pictureOf(t TraceOutput, days func(int) string) tracePicture {
	longest := 0
	for _, g := range t.Gifts {
		longest = max(longest, len(g.Path))
	}
	if longest == 0 {
		return tracePicture{}
	}
	column := func(k int) int { return pictureLeft + pictureFirst + (k-1)*pictureStep }
	middle := len(t.Gifts) * pictureRow / 2
	p := tracePicture{Width: column(longest+1) + pictureRight, Height: 2*middle + 10}
	bringer := traceDot{X: column(longest), Y: middle, LabelAt: middle + 26}
	for i, g := range t.Gifts {
		if len(g.Path) == 0 {
			continue
		}
		class := "little"
		switch {
		case g.Share >= 0.5:
			class = "most"
		case g.Share >= 0.2:
			class = "some"
		}
		last := traceDot{
			X: pictureLeft, Y: i*pictureRow + pictureRow/2, Class: "brings",
			Label: text.Clip(g.Body, longestLabel), Title: g.Body,
			Note: days(g.Days),
		}
		// Lines run towards the middle, so labels stand on the other side.
		if last.LabelAt = last.Y - 27; last.Y >= middle {
			last.LabelAt = last.Y + 22
		}
		p.Dots = append(p.Dots, last)
		for k, ref := range g.Path[:len(g.Path)-1] {
			dot := traceDot{
				X: column(k + 1), Y: last.Y, LabelAt: last.LabelAt, Label: text.Clip(ref.Name, longestLabel),
				Title: ref.Name, Person: ref,
			}
			p.Lines = append(p.Lines, traceLine{last.X, last.Y, dot.X, dot.Y, class})
			p.Dots = append(p.Dots, dot)
			last = dot
		}
		p.Lines = append(p.Lines, traceLine{last.X, last.Y, bringer.X, bringer.Y, class})
		bringer.Person = g.Path[len(g.Path)-1]
		bringer.Label, bringer.Title = text.Clip(bringer.Person.Name, longestLabel), bringer.Person.Name
	}
	end := traceDot{
		X: column(longest + 1), Y: middle, LabelAt: middle + 26, Class: "came",
		Label: text.Clip(t.Body, longestLabel), Title: t.Body,
	}
	p.Lines = append(p.Lines, traceLine{bringer.X, bringer.Y, end.X, end.Y, "most"})
	p.Dots = append(p.Dots, bringer, end)
	return p
}

// Measures of the delay curve.
const (
	curveWidth, curveHeight = 358, 130
	curveLeft, curveBottom  = 44, 24
)

// delayCurve is the share of gifts that still wait, as steps over time.
type delayCurve struct {
	Points string // of a polyline
	Area   string // of the polygon under it
	Low    string // the share at the foot
	Ticks  []curveTick
}

type curveTick struct {
	X      int
	Months int
}

// curveSteps are how many months can lie from tick to tick.
var curveSteps = []int{1, 2, 3, 6, 12, 24, 36, 60, 120}

// curveOf draws the delays; nothing when no gift has come back.
func curveOf(delays []DelayPoint) delayCurve {
	if len(delays) < 2 {
		return delayCurve{}
	}
	longest := max(1, delays[len(delays)-1].Days)
	x := func(days int) int { return curveLeft + days*(curveWidth-curveLeft-8)/longest }
	// Few gifts come back soon, so the foot is not at nothing but below the last step.
	low := max(0, math.Floor(10*delays[len(delays)-1].Waiting-0.01)/10)
	y := func(waiting float64) int { return 6 + int((1-waiting)/(1-low)*float64(curveHeight-curveBottom-6)) }
	c := delayCurve{Low: locale.Percent(low)}
	level := y(1)
	c.Points = strconv.Itoa(x(0)) + "," + strconv.Itoa(level)
	for _, d := range delays {
		c.Points += " " + strconv.Itoa(x(d.Days)) + "," + strconv.Itoa(level)
		level = y(d.Waiting)
		c.Points += " " + strconv.Itoa(x(d.Days)) + "," + strconv.Itoa(level)
	}
	foot := strconv.Itoa(y(low))
	c.Area = c.Points + " " + strconv.Itoa(x(longest)) + "," + foot + " " + strconv.Itoa(x(0)) + "," + foot
	const monthDays, mostTicks, labelWidth = 365.25 / 12, 4, 60
	months := int(float64(longest) / monthDays)
	step := curveSteps[len(curveSteps)-1]
	if i := slices.IndexFunc(curveSteps, func(n int) bool { return months/n < mostTicks }); i >= 0 {
		step = curveSteps[i]
	}
	for m := 0; m <= months; m += step {
		if at := x(int(float64(m) * monthDays)); at <= curveWidth-labelWidth/2 {
			c.Ticks = append(c.Ticks, curveTick{at, m})
		}
	}
	return c
}

// before returns the gifts that came before a moment, the latest first: any of them may be what led to a return.
func before(gifts []Gift, at time.Time) []Gift {
	const most = 300
	var out []Gift
	for _, g := range gifts {
		if g.At.Before(at) && len(out) < most {
			out = append(out, g)
		}
	}
	return out
}

// daysBefore says how many days a gift came before its return.
func daysBefore(ctx context.Context) func(days int) string {
	return func(days int) string { return page.T(ctx, "%d days before", days) }
}
