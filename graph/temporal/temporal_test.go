package temporal

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

var background = context.Background()

// randomSequence is a small one in which much happens at once: with durations of none, equal or any, and now and then
// one that lasts longer than all the rest.
func randomSequence(t testing.TB, r *random.Source) *Sequence {
	t.Helper()
	n := 2 + int(r.Below(6))
	contacts := make([]Contact, r.Below(14))
	longest := []uint64{1, 1, 4}[r.Below(3)]
	for i := range contacts {
		c := &contacts[i]
		c.From, c.To = uint32(r.Below(uint64(n))), uint32(r.Below(uint64(n-1)))
		if c.To >= c.From {
			c.To++
		}
		c.Time, c.Duration = int64(r.Below(12))-4, int64(r.Below(longest))
		if longest > 1 && r.Below(30) == 0 {
			c.Duration = 1 << 20
		}
	}
	s, err := New(background, n, contacts, r.Below(2) == 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// way is a time-respecting path, as brute force finds it.
type way struct {
	from     uint32
	start    int64
	contacts int64
	last     Contact // in the direction in which it is passed
}

// leadsOn is the rule: whether what arrived by one contact can go on by another.
func leadsOn(a, b Contact, wait int64) bool {
	if a.Duration == 0 && wait == 0 {
		return a.To == b.From && b.Time > a.Time
	}
	return a.To == b.From && b.Time >= a.Time+a.Duration+wait
}

// everyWay returns all time-respecting paths of a window, also those that come back.
func everyWay(s *Sequence, w Window) []way {
	var steps []Contact
	for i := range s.Len() {
		if c := s.Contact(i); c.Time >= w.From && c.end() <= w.Until {
			steps = append(steps, c)
			if !s.Directed() {
				steps = append(steps, Contact{c.To, c.From, c.Time, c.Duration})
			}
		}
	}
	var all []way
	for _, c := range steps {
		all = append(all, way{c.From, c.Time, 1, c})
	}
	for i := 0; i < len(all); i++ {
		for _, c := range steps {
			if leadsOn(all[i].last, c, w.Wait) {
				all = append(all, way{all[i].from, all[i].start, all[i].contacts + 1, c})
			}
		}
	}
	return all
}

// eachRandom calls check with many random sequences and windows, and all their paths.
func eachRandom(t *testing.T, check func(s *Sequence, w Window, all []way)) {
	t.Helper()
	for round := range 800 {
		r := random.New(uint64(round), 3)
		s := randomSequence(t, &r)
		w := Always
		if round%2 > 0 {
			w.From = int64(r.Below(8)) - 5
			w.Until = w.From + int64(r.Below(12))
			w.Wait = int64(r.Below(3))
		}
		check(s, w, everyWay(s, w))
		if t.Failed() {
			t.Fatalf("round %d: %+v directed %v, window %+v", round, contactsOf(s), s.Directed(), w)
		}
	}
}

func contactsOf(s *Sequence) []Contact {
	var list []Contact
	for i := range s.Len() {
		list = append(list, s.Contact(i))
	}
	return list
}

// checkPath fails the test when a path is none, or not from one node to the other.
func checkPath(t *testing.T, s *Sequence, w Window, path []Contact, from, to uint32) {
	t.Helper()
	if len(path) == 0 || path[0].From != from || path[len(path)-1].To != to {
		t.Fatalf("%v is no path from %d to %d", path, from, to)
	}
	for i, c := range path {
		there := slices.ContainsFunc(contactsOf(s), func(d Contact) bool {
			return c == d || !s.Directed() && c == Contact{d.To, d.From, d.Time, d.Duration}
		})
		if !there || c.Time < w.From || c.end() > w.Until || i > 0 && !leadsOn(path[i-1], c, w.Wait) {
			t.Fatalf("%v does not respect time, or has contacts that are not there", path)
		}
	}
}

func TestPathsAgainstAllPaths(t *testing.T) {
	eachRandom(t, func(s *Sequence, w Window, all []way) {
		for a := range uint32(s.N()) {
			run := func(f func(context.Context, *Sequence, uint32, Window) (*Paths, error)) *Paths {
				p, err := f(background, s, a, w)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			arrival, departure := run(EarliestArrivals), run(LatestDepartures)
			fastest, fewest := run(FastestPaths), run(FewestContacts)
			for b := range uint32(s.N()) {
				if a == b {
					if arrival.Values[a] != w.From || departure.Values[a] != w.Until || fastest.Values[a] != 0 ||
						fewest.Values[a] != 0 || arrival.To(a) != nil || fewest.To(a) != nil {
						t.Errorf("from %d to itself: %d, %d, %d, %d", a, arrival.Values[a], departure.Values[a],
							fastest.Values[a], fewest.Values[a])
					}
					continue
				}
				first, last, least, contacts := int64(Never), int64(-Never), int64(Never), int64(Never)
				for _, x := range all {
					if x.from == a && x.last.To == b {
						first = min(first, x.last.end())
						least, contacts = min(least, x.last.end()-x.start), min(contacts, x.contacts)
					}
					if x.from == b && x.last.To == a {
						last = max(last, x.start)
					}
				}
				if arrival.Values[b] != first || departure.Values[b] != last || fastest.Values[b] != least ||
					fewest.Values[b] != contacts {
					t.Errorf("from %d to %d: arrival %d, want %d; departure %d, want %d; "+
						"fastest %d, want %d; contacts %d, want %d",
						a, b, arrival.Values[b], first, departure.Values[b], last, fastest.Values[b], least,
						fewest.Values[b], contacts)
					return
				}
				if last != -Never {
					path := departure.To(b)
					if checkPath(t, s, w, path, b, a); path[0].Time != last {
						t.Errorf("%v does not leave at %d", path, last)
					}
				}
				if first == Never {
					if arrival.To(b) != nil || fastest.To(b) != nil || fewest.To(b) != nil {
						t.Errorf("there is no path from %d to %d, and one is shown", a, b)
					}
					continue
				}
				path := arrival.To(b)
				if checkPath(t, s, w, path, a, b); path[len(path)-1].end() != first {
					t.Errorf("%v does not arrive at %d", path, first)
				}
				path = fastest.To(b)
				if checkPath(t, s, w, path, a, b); path[len(path)-1].end()-path[0].Time != least {
					t.Errorf("%v does not take %d", path, least)
				}
				path = fewest.To(b)
				if checkPath(t, s, w, path, a, b); int64(len(path)) != contacts {
					t.Errorf("%v has not %d contacts", path, contacts)
				}
			}
		}
	})
}

func TestReachAndClosenessAgainstAllPaths(t *testing.T) {
	eachRandom(t, func(s *Sequence, w Window, all []way) {
		n := s.N()
		reaches := map[[2]uint32]int64{}
		for _, x := range all {
			key := [2]uint32{x.from, x.last.To}
			if old, found := reaches[key]; key[0] != key[1] && (!found || x.last.end() < old) {
				reaches[key] = x.last.end()
			}
		}
		out, in, near := make([]int, n), make([]int, n), make([]float64, n)
		since := w.From
		if first, _ := s.Span(); since == -MaxTime {
			since = first
		}
		for key, end := range reaches {
			out[key[0]]++
			in[key[1]]++
			near[key[0]] += 1 / math.Max(1, float64(end-since)/2) / float64(n-1)
		}
		for _, threads := range []int{1, 3} {
			got, err := Reach(background, s, w, graph.Options{Threads: threads})
			if err != nil || !slices.Equal(got.Out, out) || !slices.Equal(got.In, in) {
				t.Errorf("reach %+v, %v; want %v and %v", got, err, out, in)
			}
			close, err := Closeness(background, s, w, 2, graph.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			for v := range close {
				if !(math.Abs(close[v]-near[v]) <= 1e-12) {
					t.Errorf("closeness of %d is %v, want %v", v, close[v], near[v])
				}
			}
		}
	})
}

// More nodes than go into one word, and in a line so that all later ones are reached.
func TestReachOfManyNodes(t *testing.T) {
	const n = 200
	var contacts []Contact
	for v := range uint32(n - 1) {
		contacts = append(contacts, Contact{v, v + 1, int64(v), 1})
	}
	s, err := New(background, 0, contacts, true)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Reach(background, s, Always, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for v := range n {
		if got.Out[v] != n-1-v || got.In[v] != v {
			t.Fatalf("%d reaches %d and is reached by %d", v, got.Out[v], got.In[v])
		}
	}
}

func TestFadingAgainstSums(t *testing.T) {
	eachRandom(t, func(s *Sequence, _ Window, _ []way) {
		const halfLife = 2.5
		f, err := NewFading(background, s, halfLife)
		if err != nil {
			t.Fatal(err)
		}
		for moment := int64(-6); moment < 12; moment++ {
			g, err := f.Graph(background, moment, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Verify(background, graph.Options{}); err != nil {
				t.Fatal(err)
			}
			for u := range uint32(s.N()) {
				for v := range uint32(s.N()) {
					want, known := 0.0, false
					for _, c := range contactsOf(s) {
						if c.From == u && c.To == v || !s.Directed() && c.From == v && c.To == u {
							known = true
							if c.Time <= moment {
								want += math.Exp2(-float64(moment-c.Time) / halfLife)
							}
						}
					}
					weight, tied := g.Weight(u, v)
					got := f.Intensity(u, v, moment)
					if !(math.Abs(got-want) <= 1e-12) || tied != known || got != weight {
						t.Errorf("at %d, %d-%d: %v, in the graph %v (%v), want %v", moment, u, v, got, weight, tied,
							want)
					}
				}
			}
		}
	})
}

func TestRhythm(t *testing.T) {
	same := func(what string, got, want float64) {
		t.Helper()
		if math.IsNaN(got) != math.IsNaN(want) || !math.IsNaN(want) && !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	clock := RhythmOf([]int64{10, 20, 30, 40})
	same("burstiness of a clock", clock.Burstiness, -1)
	same("the same without bias", clock.Finite, -1)
	same("memory of a clock", clock.Memory, math.NaN())
	// Gaps 1, 1, 7: mean 3, deviation √8.
	r := RhythmOf([]int64{2, 0, 9, 1})
	same("mean", r.Mean, 3)
	same("deviation", r.Deviation, math.Sqrt(8))
	same("burstiness", r.Burstiness, (math.Sqrt(8)-3)/(math.Sqrt(8)+3))
	ratio := math.Sqrt(8) / 3
	same("finite", r.Finite, (math.Sqrt(5)*ratio-math.Sqrt(3))/((math.Sqrt(5)-2)*ratio+math.Sqrt(3)))
	// Gaps 1, 3, 1, 3: each follows the other.
	same("memory", RhythmOf([]int64{0, 1, 4, 5, 8}).Memory, -1)
	for _, times := range [][]int64{nil, {3}, {3, 4}, {7, 7, 7}} {
		same("burstiness of too little", RhythmOf(times).Burstiness, math.NaN())
	}
	// A Poisson process has burstiness 0, and bursts of ten with long rests are bursty.
	source := random.New(5, 5)
	var poisson, bursts []int64
	at, burst := 0.0, int64(0)
	for i := range 200_000 {
		at -= 1e6 * math.Log(1-source.Float())
		poisson = append(poisson, int64(at))
		burst++
		if i%10 == 0 {
			burst += 1000
		}
		bursts = append(bursts, burst)
	}
	if r := RhythmOf(poisson); !(math.Abs(r.Burstiness) <= 0.01) || !(math.Abs(r.Memory) <= 0.01) {
		t.Errorf("a Poisson process: %+v", r)
	}
	if r := RhythmOf(bursts); !(r.Burstiness >= 0.4) || !(r.Memory < 0) {
		t.Errorf("bursts: %+v", r)
	}
	eachRandom(t, func(s *Sequence, _ Window, _ []way) {
		got, err := Rhythms(background, s, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for v := range uint32(s.N()) {
			var times []int64
			for _, c := range contactsOf(s) {
				if c.From == v || !s.Directed() && c.To == v {
					times = append(times, c.Time)
				}
			}
			want := RhythmOf(times)
			same("burstiness of a node", got[v].Burstiness, want.Burstiness)
			same("memory of a node", got[v].Memory, want.Memory)
			if got[v].Events != len(times) {
				t.Errorf("%d events, want %d", got[v].Events, len(times))
			}
		}
	})
}

func TestSequence(t *testing.T) {
	for _, c := range []struct {
		what    string
		n       int
		contact Contact
		want    error
	}{
		{"good", 2, Contact{0, 1, 5, 3}, nil},
		{"no such node", 2, Contact{0, 2, 5, 3}, graph.ErrNode},
		{"with oneself", 2, Contact{1, 1, 5, 3}, graph.ErrParameter},
		{"shorter than nothing", 2, Contact{0, 1, 5, -1}, graph.ErrParameter},
		{"too late", 2, Contact{0, 1, MaxTime, 1}, graph.ErrParameter},
		{"too early", 2, Contact{0, 1, -MaxTime - 1, 1}, graph.ErrParameter},
		{"endless", 2, Contact{0, 1, 0, math.MaxInt64}, graph.ErrParameter},
		{"no node", 0, Contact{0, graph.None, 0, 0}, graph.ErrParameter},
		{"first and last moment", 2, Contact{0, 1, -MaxTime, 2 * MaxTime}, nil},
	} {
		s, err := New(background, c.n, []Contact{c.contact}, false)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
		if err == nil {
			p, err := EarliestArrivals(background, s, 0, Always)
			if err != nil || p.Values[1] != c.contact.end() {
				t.Errorf("%s: arrives at %d, %v", c.what, p.Values[1], err)
			}
		}
	}
	empty, err := New(background, 3, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	p, err := FastestPaths(background, empty, 1, Always)
	if err != nil || p.Values[1] != 0 || p.Values[0] != Never || p.To(0) != nil || p.To(99) != nil {
		t.Errorf("nothing happens: %+v, %v", p, err)
	}
	if _, err := LatestDepartures(background, empty, 3, Always); !errors.Is(err, graph.ErrNode) {
		t.Errorf("a node that is not there: %v", err)
	}
	if _, err := FewestContacts(background, empty, 1, Window{Wait: -1}); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a wait of less than nothing: %v", err)
	}
	if _, err := Closeness(background, empty, Always, 0, graph.Options{}); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a unit of nothing: %v", err)
	}
	if _, err := NewFading(background, empty, 0); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a half-life of nothing: %v", err)
	}
	s, err := New(background, 0, []Contact{{0, 1, 9, 0}, {1, 0, 4, 2}, {2, 1, 5, 9}}, false)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Graph(background, 4, 8, graph.Options{})
	if w, _ := g.Weight(0, 1); err != nil || g.N() != 3 || g.M() != 2 || w != 1 {
		t.Errorf("the graph of a window has %d ties, weight %v, %v", g.M(), w, err)
	}
	if first, last := s.Span(); first != 4 || last != 14 {
		t.Errorf("it spans %d to %d", first, last)
	}
}

// FuzzPaths makes contacts of any bytes and compares with all paths.
func FuzzPaths(f *testing.F) {
	f.Add([]byte{0x12, 3, 1, 0x23, 4, 0, 0x31, 4, 2, 0x13, 9, 0}, true, uint8(0))
	f.Add([]byte{0x12, 3, 0, 0x23, 3, 0, 0x32, 3, 0}, false, uint8(1))
	f.Add([]byte{0x13, 1, 0, 0x01, 3, 3, 0x12, 6, 0, 0x23, 9, 2, 0x31, 12, 0}, true, uint8(128))
	f.Fuzz(func(t *testing.T, data []byte, directed bool, wait uint8) {
		const n = 5
		var contacts []Contact
		for ; len(data) >= 3 && len(contacts) < 9; data = data[3:] {
			c := Contact{uint32(data[0]>>4) % n, uint32(data[0]&15) % n, int64(int8(data[1])), int64(data[2] % 8)}
			if c.From != c.To {
				contacts = append(contacts, c)
			}
		}
		w := Window{From: -20, Until: 90, Wait: int64(wait % 4)}
		if wait >= 128 && len(contacts) > 0 { // one lasts so long that the others are nothing beside it
			contacts[0].Duration, w.Until = 1<<20, MaxTime
		}
		s, err := New(background, n, contacts, directed)
		if err != nil {
			t.Fatal(err)
		}
		var first, least, fewest [n]int64
		for v := range first {
			first[v], least[v], fewest[v] = Never, Never, Never
		}
		for _, x := range everyWay(s, w) {
			if v := x.last.To; x.from == 0 && v != 0 {
				first[v] = min(first[v], x.last.end())
				least[v] = min(least[v], x.last.end()-x.start)
				fewest[v] = min(fewest[v], x.contacts)
			}
		}
		first[0], least[0], fewest[0] = w.From, 0, 0
		for _, c := range []struct {
			find func(context.Context, *Sequence, uint32, Window) (*Paths, error)
			want []int64
		}{{EarliestArrivals, first[:]}, {FastestPaths, least[:]}, {FewestContacts, fewest[:]}} {
			p, err := c.find(background, s, 0, w)
			if err != nil || !slices.Equal(p.Values, c.want) {
				t.Fatalf("%v of %+v, want %v, %v", p.Values, contacts, c.want, err)
			}
		}
	})
}

// Many goroutines may ask one sequence; the race detector looks on.
func TestManyAsk(t *testing.T) {
	r := random.New(8, 8)
	s := randomSequence(t, &r)
	fading, err := NewFading(background, s, 3)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for v := range uint32(s.N()) {
		group.Go(func() {
			for range 50 {
				p, err := FastestPaths(background, s, v, Always)
				if err != nil || p.Values[v] != 0 {
					t.Error(p, err)
				}
				if _, err := Reach(background, s, Always, graph.Options{Threads: 2}); err != nil {
					t.Error(err)
				}
				if _, err := fading.Graph(background, 3, graph.Options{Threads: 2}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
