package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"gave.network/internal/id"
)

// Tied is somebody in the picture of who is around a person or an organisation.
type Tied struct {
	ID       id.ID
	Name     string
	Circle   string  // the organisation; else that of most of the others whom they are tied to; empty when not known
	Work     string  // what the list says under the name
	Through  id.ID   // who ties this one to the middle; zero for who is tied to the middle itself
	Strength float64 // of the tie with Through or the middle, from 0 to 1
}

// EgoPicture is who is around somebody, drawn: the middle, a ring of who is tied to it and a ring of who is tied to
// those, each circle in its own sector and colour.
type EgoPicture struct {
	Middle  string
	Square  bool // the middle is an organisation
	Dots    []EgoDot
	Lines   []EgoLine
	Names   []EgoName
	Circles []EgoCircle // that have a colour of their own, the largest first
}

// EgoDot is somebody in the picture.
type EgoDot struct {
	Tied
	X, Y, R int
	Colour  string
}

// EgoLine is a tie in the picture.
type EgoLine struct {
	X1, Y1, X2, Y2 int
	Colour         string
}

// EgoName is a name in the picture, around its middle.
type EgoName struct {
	X, Y, Width int
	Text        string
}

// EgoCircle is what a colour of the picture means.
type EgoCircle struct{ Name, Colour string }

const (
	// MostDots bounds a picture, and mostNames the names in it.
	MostDots  = 150
	mostNames = 12

	// The size of the picture in its own units, and of what it draws.
	egoWidth, egoHeight, egoMiddle = 320, 300, 15
	egoText                        = 14 // the height of a line of text

	// ownColours is how many circles have a colour of their own; the rest share the last.
	ownColours = 6
)

// NewEgo lays out who is around the middle. It depends on nothing but who they are: the same ties give the same picture
// in whatever order they come.
func NewEgo(middle string, square bool, tied []Tied) EgoPicture {
	out := EgoPicture{Middle: middle, Square: square}
	tied = slices.Clone(tied)
	slices.SortFunc(tied, func(a, b Tied) int {
		return cmp.Or(near(a)-near(b), cmp.Compare(b.Strength, a.Strength), a.ID.Compare(b.ID))
	})
	tied = tied[:min(len(tied), MostDots)]
	circles := circlesOf(tied)
	colours := out.colours(circles)
	angles := sectors(tied, circles)
	at := map[id.ID]int{}
	for i, t := range tied {
		x, y := onRing(tied, i, angles[i])
		r := 3 + int(math.Round(3*min(max(t.Strength, 0), 1)))
		at[t.ID] = i
		out.Dots = append(out.Dots, EgoDot{t, x, y, r, colours[t.Circle]})
	}
	for _, d := range out.Dots {
		line := EgoLine{egoWidth / 2, egoHeight / 2, d.X, d.Y, d.Colour}
		if !d.Through.IsZero() {
			by, ok := at[d.Through]
			if !ok {
				continue
			}
			line.X1, line.Y1 = out.Dots[by].X, out.Dots[by].Y
		}
		out.Lines = append(out.Lines, line)
	}
	out.nameSome()
	return out
}

// near is 0 for who is tied to the middle and 1 for who is tied to those.
func near(t Tied) int {
	if t.Through.IsZero() {
		return 0
	}
	return 1
}

// circlesOf returns the circles, the largest first and the unknown last.
func circlesOf(tied []Tied) []string {
	size := map[string]int{}
	var out []string
	for _, t := range tied {
		if size[t.Circle]++; size[t.Circle] == 1 {
			out = append(out, t.Circle)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		switch {
		case a == "":
			return 1
		case b == "":
			return -1
		}
		return cmp.Or(size[b]-size[a], cmp.Compare(a, b))
	})
	return out
}

// colours gives each of the largest circles a colour of its own, the one that its square has elsewhere if that is free.
func (p *EgoPicture) colours(circles []string) map[string]string {
	out := map[string]string{}
	known := slices.DeleteFunc(slices.Clone(circles), func(c string) bool { return c == "" })
	for i, k := range Colours(len(known), func(i int) string { return known[i] }) {
		out[known[i]] = colourName(k - 1)
		if i < ownColours {
			p.Circles = append(p.Circles, EgoCircle{known[i], colourName(k - 1)})
		}
	}
	if len(known) < len(circles) {
		out[""] = colourName(ownColours)
	}
	return out
}

func colourName(k int) string { return "k" + string(rune('1'+k)) }

// sectors returns the angle of each: circles beside each other, in each of them those of a ring as far apart as the
// sector is wide. When all who are tied to the middle are of one circle, as those of an organisation are, they go all
// the way round.
func sectors(tied []Tied, circles []string) []float64 {
	var rings [2]map[string][]int
	for ring := range rings {
		rings[ring] = map[string][]int{}
	}
	for i, t := range tied {
		rings[near(t)][t.Circle] = append(rings[near(t)][t.Circle], i)
	}
	out := make([]float64, len(tied))
	angle := map[id.ID]float64{}
	for _, of := range rings {
		weights, all := make([]float64, len(circles)), 0.0
		for k, c := range circles {
			weights[k] = float64(len(rings[0][c]) + len(rings[1][c]) + 1)
			if len(rings[0]) == 1 { // no sectors to keep to
				weights[k] = float64(len(of[c]))
			}
			all += weights[k]
		}
		from := -math.Pi / 2
		for k, c := range circles {
			list := of[c]
			slices.SortStableFunc(list, func(a, b int) int {
				by := cmp.Compare(angle[tied[a].Through], angle[tied[b].Through])
				return cmp.Or(by, tied[a].ID.Compare(tied[b].ID))
			})
			span := 2 * math.Pi * weights[k] / max(all, 1)
			for j, i := range list {
				out[i] = from + span*(float64(j)+0.5)/float64(len(list))
				angle[tied[i].ID] = out[i]
			}
			from += span
		}
	}
	return out
}

// onRing is where somebody stands: where it is crowded, every second one a bit further in.
func onRing(tied []Tied, i int, angle float64) (x, y int) {
	inner, _ := slices.BinarySearchFunc(tied, 1, func(t Tied, ring int) int { return near(t) - ring })
	radius, crowd, place := 58.0, inner, i
	switch {
	case inner == len(tied):
		radius = 96
	case i >= inner:
		radius, crowd, place = 108, len(tied)-inner, i-inner
	}
	if float64(crowd) > radius/3 {
		radius -= float64(place%3) * 9
	}
	const wide = 1.12 // names stand beside the picture rather than above it
	x = egoWidth/2 + int(math.Round(wide*radius*math.Cos(angle)))
	return x, egoHeight/2 + int(math.Round(radius*math.Sin(angle)))
}

// nameSome writes names where they touch nothing: of each circle its nearest first, then of all the nearest.
func (p *EgoPicture) nameSome() {
	seen := map[string]int{}
	turn := make([]int, len(p.Dots))
	order := make([]int, len(p.Dots))
	for i, d := range p.Dots {
		turn[i], order[i] = seen[d.Circle], i
		seen[d.Circle]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return min(turn[a], 1) - min(turn[b], 1) })
	for _, i := range order {
		if len(p.Names) == mostNames {
			return
		}
		full := strings.Join(strings.Fields(p.Dots[i].Name), " ")
		first, rest, _ := strings.Cut(full, " ") // of "Respondent 12" there is no shorter name
		if !p.write(p.Dots[i], full) && strings.ContainsFunc(rest, unicode.IsLetter) {
			p.write(p.Dots[i], first)
		}
	}
}

// write places a text beside a dot, and says whether there was room.
func (p *EgoPicture) write(d EgoDot, text string) bool {
	w := TextWidth(text)
	if text == "" || w > egoWidth/3 {
		return false
	}
	beside, over := d.R+4+(w+1)/2, d.R+3+egoText/2
	side, up := 1, -1
	if d.X < egoWidth/2 {
		side = -1
	}
	if d.Y > egoHeight/2 {
		up = 1
	}
	for _, at := range [][2]int{
		{side * beside, 0},
		{0, up * over},
		{0, -up * over},
		{-side * beside, 0},
		{side * beside, up * egoText / 2},
		{side * beside, -up * egoText / 2},
	} {
		name := EgoName{d.X + at[0], d.Y + at[1], w, text}
		if p.free(name) {
			p.Names = append(p.Names, name)
			return true
		}
	}
	return false
}

// box returns what a name covers.
func (n EgoName) box() (left, top, right, bottom int) {
	return n.X - (n.Width+1)/2, n.Y - egoText/2, n.X + (n.Width+1)/2, n.Y + egoText/2
}

// free says whether a name would touch neither the edge, nor the middle, nor a dot, nor another name.
func (p *EgoPicture) free(n EgoName) bool {
	left, top, right, bottom := n.box()
	if left < 2 || top < 2 || right > egoWidth-2 || bottom > egoHeight-2 {
		return false
	}
	away := func(x, y, r int) bool {
		dx, dy := max(left-x, 0, x-right), max(top-y, 0, y-bottom)
		return dx*dx+dy*dy > (r+1)*(r+1)
	}
	if !away(egoWidth/2, egoHeight/2, egoMiddle+egoMiddle/2) { // a square reaches further than a circle
		return false
	}
	for _, d := range p.Dots {
		if !away(d.X, d.Y, d.R) {
			return false
		}
	}
	for _, other := range p.Names {
		l, t, r, b := other.box()
		if left <= r+2 && l <= right+2 && top <= b && t <= bottom {
			return false
		}
	}
	return true
}

// TextWidth returns how wide a text of the picture is at most, in the picture's units, whatever font there is: the
// server has none to measure with.
func TextWidth(text string) int {
	width := 0.0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case strings.ContainsRune("iljtfrI.,:;'’-()[]| ", r):
			width += 5
		case strings.ContainsRune("mwMW@", r):
			width += 12
		case r < 0x80 && !unicode.IsUpper(r):
			width += 7.2
		case r < 0x530:
			width += 9.6
		case r < 0x1100:
			width += 11
		default: // East Asian writing, pictures
			width += 16
		}
	}
	return int(math.Ceil(width))
}

// Colours gives so many circles, the largest first, the numbers of their colours, from 1 to 7: each of the largest one
// of its own, the one that the square of the organisation of that name has elsewhere if that is free; the others share
// the last.
func Colours(circles int, name func(circle int) string) []int {
	out := make([]int, circles)
	taken := map[int]bool{}
	for i := range out {
		if i >= ownColours {
			out[i] = ownColours + 1
			continue
		}
		k := int(colour(name(i))[1] - '1')
		for k == ownColours || taken[k] {
			k = (k + 1) % (ownColours + 1)
		}
		out[i], taken[k] = k+1, true
	}
	return out
}
