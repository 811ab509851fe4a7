// Package atlas makes a map of a network: where everybody lies, in which circles they are and what sets each apart,
// and the bytes in which a browser gets it. It knows nobody's name and no database: what it is given is what the reader
// may see.
package atlas

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/graph/layout"
)

const (
	// Side is how wide and high the map is in its own units; places are from 0 to Side.
	Side = 65535

	// LeastCircle is how many people make a circle. Fewer lie on the map by themselves.
	LeastCircle = 5

	// dividing is from how many people on a circle has circles within it. They are found at half the resolution of
	// circles: at the whole one, people who met by chance would be parted too (Reichardt & Bornholdt 2006).
	dividing = 150
	parting  = 0.5

	// between is how much a tie counts for where people lie that leads to another circle, and across one that leads to
	// another circle within the same: less, so that circles lie apart.
	between = 0.4
	across  = 0.7

	// Nobody is the place of nobody, and the circle of who is in none.
	Nobody = math.MaxUint32

	// ownPull is how much the reader's own ties count for where people lie and in which circles: who knows everybody
	// would otherwise draw all circles into one.
	ownPull = 0.05

	// anew is how many rounds a new map is relaxed: who is next to whom is found by then, to a few hundredths. What a
	// map is to show is neighbourhoods: by distances everybody is two steps from everybody else, by way of the reader.
	anew = 12

	// again is how many rounds a map is relaxed that was there before: enough for who is new to find their place among
	// those who are held at theirs.
	again = 10
)

// Distances from the reader: as many ties lie between; Far for more than three, Apart where no way leads.
const (
	Far   = 4
	Apart = 7
)

// Tie says of a tie what the graph does not.
type Tie struct {
	Month   uint16 // of the first contact, counted from January 1970; 0 where it is not known
	Layers  uint8  // one bit for each layer on which it is, contact the lowest
	Dormant bool
}

// Source is what a map is made of.
type Source struct {
	Graph *graph.Graph // undirected, the weights are strengths from 0 to 1
	Me    uint32       // the reader's node, or Nobody
	// Tie says more of a tie, whose first node is the smaller.
	Tie func(a, b uint32) Tie
	// Class is a number for the class of the reader's tie with a node, from 0 to 7; 0 for none.
	Class func(node uint32) uint8
	// Traits are what may name the circle of a node: where they work and live, what they do.
	Traits func(node uint32) []Trait
	// Before says where a node was on the map before, and in which circles; ok is false for who is new. Nil makes a new
	// map.
	Before func(node uint32) (was Was, ok bool)
	Frame  Frame // of the map before; zero for a new map
	// Settled says that the same people have the same ties as before, so that all stay where they are.
	Settled bool
	// Told, when not nil, is told which part of the work is done, from 0 to 1.
	Told func(part float64)
}

// Was is where a node was on the map before: in the layout, in which circle, and in which one within that.
type Was struct {
	At            layout.Point
	Circle, Inner uint32
}

// Frame is the square of the layout that is on the map. What lies outside is drawn at its edge.
type Frame struct{ X, Y, Half float64 }

// Circle is a community: people who have more to do with one another than with others.
type Circle struct {
	Traits []string // what sets it apart, the most telling first; at most two
	Middle uint32   // the place of who has the most ties in it
	From   uint32   // the place of its first member; they lie next to each other
	Count  int
	X, Y   float64 // the middle of its oval on the map
	A, B   float64 // its half axes, the longer first
	Turn   float64 // of the longer one, in radians
	// From FirstInner until EndInner are the circles within this one, as numbers of Atlas.Within.
	FirstInner, EndInner int
}

// CircleWithin is a circle within a circle.
type CircleWithin struct {
	Circle
	In int // the circle
}

// Edge is a tie on the map, between places.
type Edge struct {
	A, B     uint32 // A < B
	Strength uint8  // from 0 to 63, by the square root
	Bridge   bool   // its two ends know nobody in common
	Tie
}

// Atlas is a map. Its people have places: numbers from 0 in the order of their circles, the largest first, those of
// none last; in a circle those of a circle within it follow each other too, the largest first and those of none last;
// then by how much the reader has to do with them, and by how many ties they have.
type Atlas struct {
	Nodes    []uint32 // the node of each place
	Places   []uint32 // the place of each node
	X, Y     []uint16 // where each place lies
	Class    []uint8
	Distance []uint8
	Bridge   []bool // the reader has nobody in common with this acquaintance
	Size     []uint8
	Month    []uint16 // of the first tie
	Layers   []uint8
	Circles  []Circle
	Within   []CircleWithin // in the order of their places
	Edges    []Edge         // in the order of A, then B
	Me       uint32         // a place, or Nobody

	// Points, Of and Inner are where each node lies in the layout and in which circles it is, for the map that comes
	// after.
	Points []layout.Point
	Of     []uint32
	Inner  []uint32
	Frame  Frame
}

// Make makes a map. The same source gives the same map. It takes some n log n + m steps, of which the layout is the
// most: seconds of a processor for a million ties when nothing was there before.
func Make(ctx context.Context, s Source) (*Atlas, error) {
	out := &Atlas{Me: Nobody, Frame: s.Frame}
	start, groups, inner := before(s)
	if s.Settled && start != nil {
		out.Points, out.Of, out.Inner = start, groups, inner
	} else if err := out.shape(ctx, s, start, groups, inner); err != nil {
		return nil, err
	}
	out.frame(start != nil)
	out.order(s)
	out.people(s)
	out.ties(s)
	out.circles(s)
	return out, nil
}

// shape finds the circles, and where everybody lies.
func (a *Atlas) shape(ctx context.Context, s Source, start []layout.Point, groups, inner []uint32) error {
	g := s.Graph
	edges := make([]graph.Edge, 0, g.M())
	for v := range g.N() {
		weights := g.Weights(uint32(v))
		for i, u := range g.Neighbors(uint32(v)) {
			if int(u) <= v {
				continue
			}
			e := graph.Edge{From: uint32(v), To: u, Weight: weights.At(i)}
			if e.From == s.Me || e.To == s.Me {
				e.Weight *= ownPull
			}
			edges = append(edges, e)
		}
	}
	build := func() (*graph.Graph, error) {
		return graph.FromEdges(g.N(), edges, graph.BuildOptions{Weighted: true})
	}
	pulled, err := build()
	if err != nil {
		return err
	}
	found, err := community.Leiden(ctx, pulled, community.LeidenOptions{Seed: 1, Start: groups}, graph.Options{})
	if err != nil {
		return err
	}
	a.Of = found.Of
	told := func(part float64) {
		if s.Told != nil {
			s.Told(part)
		}
	}
	told(0.1)
	edges = append(edges, a.seat(s, uint32(found.Count))...)
	if err := a.divide(ctx, s, edges, inner); err != nil {
		return err
	}
	for i := range edges {
		switch e := &edges[i]; {
		case a.Of[e.From] != a.Of[e.To]:
			e.Weight *= between
		case a.Inner[e.From] != a.Inner[e.To]:
			e.Weight *= across
		}
	}
	if pulled, err = build(); err != nil {
		return err
	}
	told(0.2)
	options := layout.LayoutOptions{Seed: 1, Start: start, Aim: layout.Neighborhoods, Rounds: anew}
	if start != nil {
		options.Rounds = again
	}
	a.Points, err = layout.Layout(ctx, pulled, options, graph.Options{Progress: func(done, whole int64) {
		told(0.2 + 0.7*float64(done)/float64(max(whole, 1)))
	}})
	for i, p := range a.Points { // as exact as they are stored, so that a map that is read again is the same
		a.Points[i] = layout.Point{X: float64(float32(p.X)), Y: float64(float32(p.Y))}
	}
	return err
}

// divide finds the circles within each large circle: its communities by the ties within it. Inner is the number of
// each node's, different in different circles.
func (a *Atlas) divide(ctx context.Context, s Source, edges []graph.Edge, before []uint32) error {
	n := len(a.Of)
	a.Inner = make([]uint32, n)
	size := map[uint32]int{}
	for _, c := range a.Of {
		size[c]++
	}
	members := map[uint32][]uint32{}
	at := make([]uint32, n) // the number of each node among the members of its circle
	for v, c := range a.Of {
		if size[c] >= dividing && uint32(v) != s.Me {
			at[v] = uint32(len(members[c]))
			members[c] = append(members[c], uint32(v))
		}
	}
	ties := map[uint32][]graph.Edge{}
	for _, e := range edges {
		if c := a.Of[e.From]; c == a.Of[e.To] && size[c] >= dividing && e.From != s.Me && e.To != s.Me {
			ties[c] = append(ties[c], graph.Edge{From: at[e.From], To: at[e.To], Weight: e.Weight})
		}
	}
	next := uint32(1) // 0 is of those whose circle has none within
	for _, c := range slices.Sorted(maps.Keys(members)) {
		g, err := graph.FromEdges(len(members[c]), ties[c], graph.BuildOptions{Weighted: true})
		if err != nil {
			return err
		}
		options := community.LeidenOptions{Seed: 1, Resolution: parting}
		if before != nil {
			options.Start = make([]uint32, len(members[c]))
			number := map[uint32]uint32{}
			for i, v := range members[c] {
				if _, known := number[before[v]]; !known {
					number[before[v]] = uint32(len(number))
				}
				options.Start[i] = number[before[v]]
			}
		}
		found, err := community.Leiden(ctx, g, options, graph.Options{})
		if err != nil {
			return err
		}
		for i, v := range members[c] {
			a.Inner[v] = next + found.Of[i]
		}
		next += uint32(found.Count)
	}
	return nil
}

// seat gives those who are tied to nobody but the reader a circle: that of most who work where they do, one of their
// own when nobody there is in any, or none. It returns ties by which they come to lie in it.
func (a *Atlas) seat(s Source, next uint32) []graph.Edge {
	g := s.Graph
	if s.Me == Nobody || s.Traits == nil {
		return nil
	}
	works := func(v uint32) string {
		for _, t := range s.Traits(v) {
			if t.Kind == Organisation {
				return t.Text
			}
		}
		return ""
	}
	alone := func(v uint32) bool { return g.Degree(v) == 1 && g.Neighbors(v)[0] == s.Me }
	type seat struct {
		organisation string
		circle       uint32
	}
	there := map[seat]int{}
	home := map[string]seat{}  // where most of an organisation are
	hub := map[uint32]uint32{} // of each circle who has the most ties in the network
	for v := range uint32(g.N()) {
		if o := works(v); o != "" && !alone(v) && v != s.Me {
			at := seat{o, a.Of[v]}
			there[at]++
			if most, known := home[o]; !known || there[at] > there[most] {
				home[o] = at
			}
		}
	}
	for v := range uint32(g.N()) {
		if alone(v) {
			o := works(v)
			at, known := home[o]
			if !known || o == "" {
				at = seat{o, next}
				next++
				if o != "" {
					home[o] = at
				}
			}
			a.Of[v] = at.circle
		}
		if most, any := hub[a.Of[v]]; v != s.Me && (!any || g.Degree(v) > g.Degree(most)) {
			hub[a.Of[v]] = v
		}
	}
	var out []graph.Edge
	for v := range uint32(g.N()) {
		if other := hub[a.Of[v]]; alone(v) && other != v {
			out = append(out, graph.Edge{From: v, To: other, Weight: 0.3})
		}
	}
	return out
}

// before is where nodes were, and the groups that they were in; nil when nobody was on a map.
func before(s Source) (start []layout.Point, groups, inner []uint32) {
	if s.Before == nil {
		return nil, nil, nil
	}
	n, known := s.Graph.N(), false
	start, groups, inner = make([]layout.Point, n), make([]uint32, n), make([]uint32, n)
	next, within := uint32(0), uint32(0)
	fresh := []int{}
	for v := range n {
		was, ok := s.Before(uint32(v))
		if !ok {
			start[v] = layout.Point{X: math.NaN(), Y: math.NaN()}
			fresh = append(fresh, v)
			continue
		}
		start[v], groups[v], inner[v], known = was.At, was.Circle, was.Inner, true
		next, within = max(next, was.Circle+1), max(within, was.Inner+1)
	}
	if !known {
		return nil, nil, nil
	}
	for _, v := range fresh { // each begins as a group of one
		groups[v], inner[v] = next, within
		next, within = next+1, within+1
	}
	return start, groups, inner
}

// frame chooses what of the layout is on the map: all but the outermost half per cent on each side, so that one who
// stands alone does not shrink all others. A frame that was there stays while it is neither outgrown nor twice too
// wide.
func (a *Atlas) frame(kept bool) {
	n := len(a.Points)
	if n == 0 {
		return
	}
	xs, ys := make([]float64, n), make([]float64, n)
	for i, p := range a.Points {
		xs[i], ys[i] = p.X, p.Y
	}
	slices.Sort(xs)
	slices.Sort(ys)
	cut := n / 200
	left, right, top, bottom := xs[cut], xs[n-1-cut], ys[cut], ys[n-1-cut]
	if f := a.Frame; kept && f.Half > 0 {
		reach := max(math.Abs(left-f.X), math.Abs(right-f.X), math.Abs(top-f.Y), math.Abs(bottom-f.Y))
		if reach <= f.Half && reach >= f.Half/2 {
			return
		}
	}
	half := max(right-left, bottom-top)/2*1.08 + 0.5
	a.Frame = Frame{(left + right) / 2, (top + bottom) / 2, half}
}

func (f Frame) place(p layout.Point) (x, y uint16) {
	on := func(v, middle float64) uint16 {
		return uint16(math.Round(min(max((v-middle)/f.Half+1, 0), 2) / 2 * Side))
	}
	return on(p.X, f.X), on(p.Y, f.Y)
}

// order gives everybody a place.
func (a *Atlas) order(s Source) {
	g := s.Graph
	size := map[uint32]int{}
	for _, c := range a.Of {
		size[c]++
	}
	near := make([]float64, g.N())
	if s.Me != Nobody {
		near[s.Me] = 2
		for i, u := range g.Neighbors(s.Me) {
			if u != s.Me {
				near[u] = 1e-9 + g.Weights(s.Me).At(i)
			}
		}
	}
	a.Nodes = make([]uint32, g.N())
	for v := range a.Nodes {
		a.Nodes[v] = uint32(v)
	}
	circle := func(v uint32) uint32 {
		if size[a.Of[v]] < LeastCircle {
			return Nobody
		}
		return a.Of[v]
	}
	inner := map[uint32]int{}
	for _, c := range a.Inner {
		inner[c]++
	}
	within := func(v uint32) (number uint32, many int) {
		if c := a.Inner[v]; c > 0 && inner[c] >= LeastCircle && size[a.Of[v]] >= dividing {
			return c, inner[c]
		}
		return 0, 0
	}
	slices.SortFunc(a.Nodes, func(u, v uint32) int {
		if by := cmp.Compare(circle(u), circle(v)); by != 0 {
			return by
		}
		in, many := within(u)
		in2, many2 := within(v)
		return cmp.Or(cmp.Compare(many2, many), cmp.Compare(in, in2), cmp.Compare(near[v], near[u]),
			cmp.Compare(g.Degree(v), g.Degree(u)), cmp.Compare(u, v))
	})
	a.Places = make([]uint32, g.N())
	for place, v := range a.Nodes {
		a.Places[v] = uint32(place)
	}
	for place := 0; place < len(a.Nodes); {
		c := circle(a.Nodes[place])
		if c == Nobody {
			break
		}
		whole := Circle{From: uint32(place), Count: size[c], FirstInner: len(a.Within)}
		for at := place; at < place+size[c]; {
			_, many := within(a.Nodes[at])
			if many == 0 {
				break
			}
			a.Within = append(a.Within, CircleWithin{Circle{From: uint32(at), Count: many}, len(a.Circles)})
			at += many
		}
		if len(a.Within) == whole.FirstInner+1 { // one alone is the circle itself
			a.Within = a.Within[:whole.FirstInner]
		}
		whole.EndInner = len(a.Within)
		a.Circles = append(a.Circles, whole)
		place += size[c]
	}
	if s.Me != Nobody {
		a.Me = a.Places[s.Me]
	}
}

// people says of each place what a dot shows.
func (a *Atlas) people(s Source) {
	g, n := s.Graph, len(a.Nodes)
	a.X, a.Y, a.Class = make([]uint16, n), make([]uint16, n), make([]uint8, n)
	a.Bridge, a.Size = make([]bool, n), make([]uint8, n)
	a.Month, a.Layers = make([]uint16, n), make([]uint8, n)
	steps := distances(g, s.Me)
	a.Distance = make([]uint8, n)
	for place, v := range a.Nodes {
		a.X[place], a.Y[place] = a.Frame.place(a.Points[v])
		a.Class[place] = s.Class(v) & 7
		a.Distance[place] = steps[v]
		a.Size[place] = uint8(min(255, math.Round(20*math.Log2(1+float64(g.Degree(v))))))
		a.Bridge[place] = steps[v] == 1 && shareNobody(g, s.Me, v)
	}
}

// distances are how many ties lie between a node and all others.
func distances(g *graph.Graph, from uint32) []uint8 {
	out := make([]uint8, g.N())
	for v := range out {
		out[v] = Apart
	}
	if from == Nobody {
		return out
	}
	out[from] = 0
	front := []uint32{from}
	for step := uint8(1); len(front) > 0; step++ {
		var next []uint32
		for _, u := range front {
			for _, v := range g.Neighbors(u) {
				if out[v] == Apart {
					out[v] = min(step, Far)
					next = append(next, v)
				}
			}
		}
		front = next
	}
	return out
}

// shareNobody says that two nodes have no neighbour in common: their tie is a local bridge (Granovetter 1973).
func shareNobody(g *graph.Graph, u, v uint32) bool {
	few, many := g.Neighbors(u), g.Neighbors(v)
	if len(few) > len(many) {
		few, many = many, few
	}
	for _, w := range few {
		if _, found := slices.BinarySearch(many, w); found && w != u && w != v {
			return false
		}
	}
	return true
}

// ties lists the ties, and says of each place when its first tie came and on which layers it has any.
func (a *Atlas) ties(s Source) {
	g := s.Graph
	a.Edges = make([]Edge, 0, g.M())
	for v := range g.N() {
		weights := g.Weights(uint32(v))
		for i, u := range g.Neighbors(uint32(v)) {
			if int(u) <= v {
				continue
			}
			e := Edge{A: a.Places[v], B: a.Places[u], Tie: s.Tie(uint32(v), u)}
			if e.A > e.B {
				e.A, e.B = e.B, e.A
			}
			e.Strength = uint8(math.Round(63 * math.Sqrt(min(max(weights.At(i), 0), 1))))
			e.Bridge = shareNobody(g, uint32(v), u)
			for _, place := range [...]uint32{e.A, e.B} {
				a.Layers[place] |= e.Layers
			}
			a.Edges = append(a.Edges, e)
		}
	}
	slices.SortFunc(a.Edges, func(x, y Edge) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	first := make([]uint16, len(a.Nodes))
	for place := range first {
		first[place] = math.MaxUint16
	}
	for i := range a.Edges {
		e := &a.Edges[i]
		first[e.A], first[e.B] = min(first[e.A], e.Month), min(first[e.B], e.Month)
	}
	for place, month := range first {
		if month < math.MaxUint16 {
			a.Month[place] = month
		}
	}
	if a.Me != Nobody {
		a.Month[a.Me] = 0
	}
}

// circles says where each circle lies, who is in its middle and what it is called after.
func (a *Atlas) circles(s Source) {
	inside := make([]int, len(a.Nodes)) // ties within the own circle
	circleOf := a.circleOf()
	for i := range a.Edges {
		e := &a.Edges[i]
		if circleOf[e.A] == circleOf[e.B] {
			inside[e.A]++
			inside[e.B]++
		}
	}
	for _, c := range a.all() {
		c.Middle = c.From
		for place := c.From; place < c.From+uint32(c.Count); place++ {
			if inside[place] > inside[c.Middle] && place != a.Me || c.Middle == a.Me {
				c.Middle = place
			}
		}
		c.oval(a.X[c.From:c.From+uint32(c.Count)], a.Y[c.From:c.From+uint32(c.Count)])
	}
	name(a, s)
}

// all are the circles, and those within them.
func (a *Atlas) all() []*Circle {
	out := make([]*Circle, 0, len(a.Circles)+len(a.Within))
	for i := range a.Circles {
		out = append(out, &a.Circles[i])
	}
	for i := range a.Within {
		out = append(out, &a.Within[i].Circle)
	}
	return out
}

// CircleOf returns the circle in which a place is, as a number of Circles; Nobody for who is in none.
func (a *Atlas) CircleOf(place uint32) uint32 {
	return holding(a.Circles, func(c *Circle) *Circle { return c }, place)
}

// WithinOf returns the circle within a circle in which a place is, as a number of Within; Nobody for who is in none.
func (a *Atlas) WithinOf(place uint32) uint32 {
	return holding(a.Within, func(c *CircleWithin) *Circle { return &c.Circle }, place)
}

// holding finds the circle that holds a place.
func holding[C any](list []C, circle func(*C) *Circle, place uint32) uint32 {
	at, found := slices.BinarySearchFunc(list, place, func(one C, place uint32) int {
		c := circle(&one)
		switch {
		case place < c.From:
			return 1
		case place >= c.From+uint32(c.Count):
			return -1
		}
		return 0
	})
	if !found {
		return Nobody
	}
	return uint32(at)
}

func (a *Atlas) circleOf() []uint32 {
	out := make([]uint32, len(a.Nodes))
	for place := range out {
		out[place] = Nobody
	}
	for i, c := range a.Circles {
		for place := c.From; place < c.From+uint32(c.Count); place++ {
			out[place] = uint32(i)
		}
	}
	return out
}

// oval lays an oval around most of the members: its axes are those in which they spread, twice as long as their
// standard deviation, around the median.
func (c *Circle) oval(xs, ys []uint16) {
	middle := func(values []uint16) float64 {
		sorted := slices.Sorted(slices.Values(values))
		return float64(sorted[len(sorted)/2])
	}
	c.X, c.Y = middle(xs), middle(ys)
	// The outer fifth does not count: who is drawn away by others stretches the oval over what is not the circle's.
	far := make([]float64, len(xs))
	for i := range xs {
		far[i] = math.Hypot(float64(xs[i])-c.X, float64(ys[i])-c.Y)
	}
	most := slices.Sorted(slices.Values(far))[(len(far)-1)*4/5]
	var xx, xy, yy, n float64
	for i := range xs {
		if far[i] > most {
			continue
		}
		x, y := float64(xs[i])-c.X, float64(ys[i])-c.Y
		xx, xy, yy, n = xx+x*x, xy+x*y, yy+y*y, n+1
	}
	xx, xy, yy = xx/n, xy/n, yy/n
	half, spread := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	least := Side / 200.0
	c.A, c.B = max(2.3*math.Sqrt(half+spread), least), max(2.3*math.Sqrt(max(half-spread, 0)), least)
	c.B = max(c.B, c.A/2.5)
	c.Turn = 0.5 * math.Atan2(2*xy, xx-yy)
}
