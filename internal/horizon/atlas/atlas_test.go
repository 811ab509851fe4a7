package atlas

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gave.network/graph"
)

// planted is a network of groups of equal size; nine of ten ties lie within one.
func planted(t testing.TB, people, ties, groups int, seed uint64) []graph.Edge {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	size := people / groups
	seen := map[[2]uint32]bool{}
	out := make([]graph.Edge, 0, ties)
	for len(out) < ties {
		a := uint32(random.IntN(people))
		b := uint32(random.IntN(people))
		if random.Float64() < 0.9 {
			b = a/uint32(size)*uint32(size) + uint32(random.IntN(size))
		}
		if a != b && int(b) < people && !seen[[2]uint32{min(a, b), max(a, b)}] {
			seen[[2]uint32{min(a, b), max(a, b)}] = true
			out = append(out, graph.Edge{From: a, To: b, Weight: 0.1 + 0.8*random.Float64()})
		}
	}
	return out
}

func source(t testing.TB, people int, edges []graph.Edge) Source {
	t.Helper()
	g, err := graph.FromEdges(people, edges, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	return Source{
		Graph: g, Me: 0, Tie: func(a, b uint32) Tie { return Tie{Month: uint16(a + b), Layers: 1} },
		Class: func(uint32) uint8 { return 1 },
	}
}

func made(t testing.TB, s Source) *Atlas {
	t.Helper()
	a, err := Make(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Each person has one place, circles lie next to each other with the largest first, and the same network gives the same
// map.
func TestEverybodyHasAPlace(t *testing.T) {
	s := source(t, 400, planted(t, 400, 2000, 8, 1))
	a := made(t, s)
	if len(a.Circles) != 8 {
		t.Errorf("%d circles of 8 groups", len(a.Circles))
	}
	if seen := slices.Sorted(slices.Values(a.Nodes)); len(seen) != 400 || seen[0] != 0 || seen[399] != 399 {
		t.Errorf("places are not those of 400 people")
	}
	from := uint32(0)
	for i, c := range a.Circles {
		if c.From != from || i > 0 && c.Count > a.Circles[i-1].Count {
			t.Errorf("circle %d begins at %d with %d", i, c.From, c.Count)
		}
		if a.CircleOf(c.From) != uint32(i) || a.CircleOf(c.From+uint32(c.Count)-1) != uint32(i) {
			t.Errorf("circle %d is not where its members are", i)
		}
		from += uint32(c.Count)
	}
	if a.Nodes[a.Me] != s.Me || a.Distance[a.Me] != 0 || a.Places[s.Me] != a.Me {
		t.Error("the reader is not on the map")
	}
	if again := made(t, s); !reflect.DeepEqual(a, again) {
		t.Error("the same network gives another map")
	}
}

// Groups lie apart: two of one are nearer than two of different ones.
func TestCirclesLieApart(t *testing.T) {
	a := made(t, source(t, 400, planted(t, 400, 2000, 8, 1)))
	random := rand.New(rand.NewPCG(5, 5))
	var within, between []float64
	for range 20000 {
		p, q := uint32(random.IntN(400)), uint32(random.IntN(400))
		far := math.Hypot(float64(a.X[p])-float64(a.X[q]), float64(a.Y[p])-float64(a.Y[q]))
		if a.CircleOf(p) == a.CircleOf(q) {
			within = append(within, far)
		} else {
			between = append(between, far)
		}
	}
	slices.Sort(within)
	slices.Sort(between)
	if w, b := within[len(within)/2], between[len(between)/2]; w*2.5 > b {
		t.Errorf("half of a circle lies within %.0f, half of all within %.0f", w, b)
	}
}

// After one in a hundred ties is new, the median person stays within a hundredth of the width of the map and nearly
// nobody moves far; people of new ties come to lie in the circle to which they lead.
func TestTheMapIsStable(t *testing.T) {
	const people, groups = 3000, 30
	edges := planted(t, people, 15_000, groups, 2)
	first := made(t, source(t, people, edges))
	more := append(slices.Clone(edges), planted(t, people, 150, groups, 77)...)
	newcomer := uint32(people)
	for i := range uint32(6) { // somebody of the third group
		more = append(more, graph.Edge{From: newcomer, To: 200 + 7*i, Weight: 0.5})
	}
	s := source(t, people+1, more)
	s.Frame = first.Frame
	s.Before = func(v uint32) (Was, bool) {
		if int(v) >= people {
			return Was{}, false
		}
		return Was{first.Points[v], first.Of[v], first.Inner[v]}, true
	}
	second := made(t, s)
	var moved []float64
	for v := range uint32(people) {
		p, q := first.Places[v], second.Places[v]
		moved = append(moved, math.Hypot(float64(first.X[p])-float64(second.X[q]),
			float64(first.Y[p])-float64(second.Y[q]))/Side)
	}
	slices.Sort(moved)
	t.Logf("moved: median %.4f, 99 of 100 %.4f of the width", moved[people/2], moved[people*99/100])
	if !(moved[people/2] <= 0.01) || !(moved[people*99/100] <= 0.05) {
		t.Errorf("moved: median %.4f, 99 of 100 %.4f of the width", moved[people/2], moved[people*99/100])
	}
	if got, want := second.CircleOf(second.Places[newcomer]), second.CircleOf(second.Places[207]); got != want {
		t.Errorf("the newcomer is in circle %d, the friends in %d", got, want)
	}
	same := 0
	for v := range uint32(people) - 1 {
		if (first.Of[v] == first.Of[v+1]) == (second.Of[v] == second.Of[v+1]) {
			same++
		}
	}
	if same < (people-1)*95/100 {
		t.Errorf("of %d pairs %d are together or apart as before", people-1, same)
	}
}

// A circle is called after what its members have in common and others have not; what everybody has names nothing.
func TestCirclesAreNamed(t *testing.T) {
	s := source(t, 240, planted(t, 240, 1500, 6, 3))
	s.Traits = func(v uint32) []Trait {
		group := v / 40
		out := []Trait{{Place, "Utrecht"}} // as everybody
		switch group {
		case 0:
			out = append(out, Trait{Organisation, "Gemeente Waterstad"})
		case 1: // half of them
			if v%2 == 0 {
				out = append(out, Trait{Organisation, "Vrij Contact"})
			} else {
				out = append(out, Trait{Tag, "roeien"})
			}
		case 2, 3: // both are journalists: only one may be called so
			out = append(out, Trait{Theme, "journalist"})
		case 4: // one in ten is no name
			if v%10 == 0 {
				out = append(out, Trait{Organisation, "Eenling"})
			}
		}
		return out
	}
	a := made(t, s)
	names := map[uint32][]string{}
	for _, c := range a.Circles {
		names[a.Nodes[c.From]/40] = c.Traits
	}
	for group, want := range map[uint32][]string{
		0: {"Gemeente Waterstad"}, 1: {"Vrij Contact", "roeien"}, 4: nil, 5: nil,
	} {
		if !slices.Equal(names[group], want) {
			t.Errorf("group %d is called %q, want %q", group, names[group], want)
		}
	}
	if slices.Equal(names[2], names[3]) || !slices.Contains([]string{
		"journalist",
	}, append(names[2], names[3]...)[0]) {
		t.Errorf("the journalists are called %q and %q", names[2], names[3])
	}
}

// Distances, bridges, first months and layers are those of the ties.
func TestWhatADotShows(t *testing.T) {
	edges := []graph.Edge{
		{From: 0, To: 1, Weight: 1},
		{From: 0, To: 2, Weight: 0.5},
		{From: 1, To: 2, Weight: 0.25},
		{From: 0, To: 3, Weight: 0.1},
		{From: 3, To: 4, Weight: 0.1},
		{From: 4, To: 5, Weight: 0.1},
		{From: 5, To: 6, Weight: 0.1},
		{From: 7, To: 8, Weight: 0.1},
	}
	s := source(t, 9, edges)
	s.Tie = func(a, b uint32) Tie {
		return Tie{Month: uint16(10*a + b), Layers: 1 << (b % 3), Dormant: a == 0 && b == 3}
	}
	a := made(t, s)
	for v, want := range []uint8{0, 1, 1, 1, 2, 3, Far, Apart, Apart} {
		if got := a.Distance[a.Places[v]]; got != want {
			t.Errorf("%d lies %d away, want %d", v, got, want)
		}
		if got := a.Bridge[a.Places[v]]; got != (v == 3) {
			t.Errorf("%d is a bridge: %v", v, got)
		}
	}
	if got := a.Month[a.Places[2]]; got != 2 {
		t.Errorf("the first tie of 2 is of month %d", got)
	}
	if got := a.Layers[a.Places[2]]; got != 1<<2 {
		t.Errorf("the layers of 2 are %b", got)
	}
	for _, e := range a.Edges {
		u, v := a.Nodes[e.A], a.Nodes[e.B]
		if min(u, v) == 0 && max(u, v) == 3 && (!e.Dormant || !e.Bridge || e.Strength != 20) {
			t.Errorf("the tie of 0 and 3 is %+v", e)
		}
	}
}

// Maps of nobody, of one and of two have no circles and no faults.
func TestSmallMaps(t *testing.T) {
	for n, edges := range [][]graph.Edge{nil, nil, {{From: 0, To: 1, Weight: 1}}} {
		s := source(t, n, edges)
		if n == 0 {
			s.Me = Nobody
		}
		a := made(t, s)
		if len(a.Nodes) != n || len(a.Circles) != 0 || len(a.Edges) != len(edges) {
			t.Errorf("a map of %d has %d people, %d circles and %d ties", n, len(a.Nodes), len(a.Circles), len(a.Edges))
		}
		if _, err := a.Data(map[string]int{}); err != nil {
			t.Error(err)
		}
		a.Ties()
	}
}

// What is sent holds what the map has, at the places that its description says.
func TestTheBytesAreTheMap(t *testing.T) {
	a := made(t, source(t, 500, planted(t, 500, 3000, 10, 4)))
	data, err := a.Data(map[string]int{"n": 500})
	if err != nil {
		t.Fatal(err)
	}
	if string(data[:8]) != "gavemap1" {
		t.Fatal("another beginning")
	}
	length := int(binary.LittleEndian.Uint32(data[8:]))
	var said struct{ N int }
	if err := json.Unmarshal(data[12:12+length], &said); err != nil || said.N != 500 {
		t.Errorf("%+v, %v", said, err)
	}
	at := data[12+length:]
	for place := range 500 {
		if x := binary.LittleEndian.Uint16(at[2*place:]); x != a.X[place] {
			t.Fatalf("place %d lies at %d, want %d", place, x, a.X[place])
		}
	}
	ties := a.Ties()
	m, n := binary.LittleEndian.Uint32(ties[8:]), binary.LittleEndian.Uint32(ties[12:])
	counts, column := ties[16:], ties[16+4*int(n)+4*int(m):]
	edge := 0
	for place := range n {
		last := place
		for range binary.LittleEndian.Uint32(counts[4*place:]) {
			more, size := binary.Uvarint(column)
			column, last = column[size:], last+uint32(more)
			if e := a.Edges[edge]; e.A != place || e.B != last {
				t.Fatalf("tie %d is %d to %d, want %d to %d", edge, place, last, e.A, e.B)
			}
			edge++
		}
	}
	if edge != int(m) || edge != len(a.Edges) || len(column) != 0 {
		t.Errorf("%d ties of %d, %d bytes too many", edge, len(a.Edges), len(column))
	}
}

// Of very many ties the strongest go first, with the reader's own.
func TestTheFirstTies(t *testing.T) {
	a := &Atlas{Me: 3}
	for i := range uint32(3 * mostFirst) {
		a.Edges = append(a.Edges, Edge{A: i % 5, B: 10 + i, Strength: uint8(i % 64)})
	}
	first := a.First()
	own := 0
	for i, e := range first {
		if e.A == a.Me {
			own++
		} else if e.Strength < 40 {
			t.Fatalf("a tie of %d goes first", e.Strength)
		}
		if i > 0 && e.Strength > first[i-1].Strength {
			t.Fatal("they are in no order")
		}
	}
	if len(first) != mostFirst || own != mostOwn {
		t.Errorf("%d go first, %d of them own", len(first), own)
	}
}

// A large circle has circles within it where it falls apart, and none where everybody meets anybody; they hold those
// who belong together, follow each other within their circle, and have names of their own.
func TestCirclesWithinCircles(t *testing.T) {
	const people, size, part = 3600, 300, 50 // twelve circles of 300; the first six are six of 50
	random := rand.New(rand.NewPCG(3, 4))
	seen := map[[2]uint32]bool{}
	var edges []graph.Edge
	for len(edges) < 10*people {
		a := uint32(random.IntN(people))
		within := uint32(size)
		if a < people/2 && random.Float64() < 0.75 {
			within = part
		}
		b := a/within*within + uint32(random.IntN(int(within)))
		if random.Float64() < 0.05 {
			b = uint32(random.IntN(people))
		}
		if key := [2]uint32{min(a, b), max(a, b)}; a != b && !seen[key] {
			seen[key] = true
			edges = append(edges, graph.Edge{From: a, To: b, Weight: 0.5})
		}
	}
	s := source(t, people, edges)
	s.Me = Nobody
	s.Traits = func(v uint32) []Trait {
		return []Trait{{Organisation, string(rune('A' + v/size))}, {Tag, fmt.Sprint(v / part)}}
	}
	a := made(t, s)
	if len(a.Circles) != people/size {
		t.Fatalf("%d circles", len(a.Circles))
	}
	for i, c := range a.Circles {
		group := a.Nodes[c.From] / size
		want := 6
		if group >= people/size/2 {
			want = 0
		}
		if got := c.EndInner - c.FirstInner; got != want {
			t.Errorf("group %d has %d circles within, want %d", group, got, want)
		}
		names := map[string]bool{}
		for at := c.FirstInner; at < c.EndInner; at++ {
			in := a.Within[at]
			if in.In != i || in.From < c.From || in.From+uint32(in.Count) > c.From+uint32(c.Count) {
				t.Errorf("%+v is not within %+v", in, c)
			}
			together := map[uint32]int{}
			most := 0
			for place := in.From; place < in.From+uint32(in.Count); place++ {
				if a.WithinOf(place) != uint32(at) {
					t.Fatalf("place %d is within %d, want %d", place, a.WithinOf(place), at)
				}
				together[a.Nodes[place]/part]++
				most = max(most, together[a.Nodes[place]/part])
			}
			if most < in.Count*9/10 {
				t.Errorf("of %d in a circle within %d belong together", in.Count, most)
			}
			if want := fmt.Sprint(a.Nodes[in.Middle] / part); !slices.Equal(in.Traits, []string{want}) ||
				names[want] {
				t.Errorf("a circle within is called %q", in.Traits)
			} else {
				names[in.Traits[0]] = true
			}
		}
	}
	// They stay the same ones when the map is made again.
	s.Before = func(v uint32) (Was, bool) { return Was{a.Points[v], a.Of[v], a.Inner[v]}, true }
	s.Frame = a.Frame
	again := made(t, s)
	if len(again.Within) != len(a.Within) {
		t.Errorf("%d circles within, before %d", len(again.Within), len(a.Within))
	}
}

// BenchmarkMake makes the maps of docs/horizon.md: anew, and again after one tie more.
func BenchmarkMake(b *testing.B) {
	for _, people := range []int{250, 10_000, 100_000} {
		edges := planted(b, people, 10*people, people/50, 7)
		s := source(b, people, edges)
		b.Run(fmt.Sprint("anew/", people), func(b *testing.B) {
			for b.Loop() {
				made(b, s)
			}
		})
		first := made(b, s)
		after := source(b, people, append(edges, graph.Edge{From: 1, To: uint32(people - 2), Weight: 0.5}))
		after.Frame = first.Frame
		after.Before = func(v uint32) (Was, bool) { return Was{first.Points[v], first.Of[v], first.Inner[v]}, true }
		b.Run(fmt.Sprint("after a change/", people), func(b *testing.B) {
			for b.Loop() {
				made(b, after)
			}
		})
	}
}
