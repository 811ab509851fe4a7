package tie

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"gave.network/internal/id"
)

// Bond is what is kept of the tie of two people: their contact, without which evidence it follows from and which way it
// went.
type Bond struct {
	A, B         id.ID   // the smaller first
	Intensity    float64 // at AsOf
	Peak         float64 // the highest intensity ever
	AsOf         int64   // time of the newest evidence, microseconds
	FirstContact int64   // time of the oldest evidence, microseconds; Undated where the viewer does not see it
	Interactions int32
	// Shown is how much a member shows of it, where the viewer sees less evidence of their own.
	Shown Level
}

// bondOf is what is kept of a tie.
func bondOf(a, b id.ID, s State) Bond {
	return Bond{
		A: a, B: b, Intensity: s.Intensity, Peak: s.Peak, AsOf: s.AsOf, FirstContact: s.FirstContact,
		Interactions: int32(s.Interactions),
	}
}

// state is the bond as a tie of which neither the last evidence nor the direction is known.
func (b Bond) state() State {
	return State{
		Intensity: b.Intensity, Peak: b.Peak, AsOf: b.AsOf, FirstContact: b.FirstContact,
		Interactions: int(b.Interactions),
	}
}

// IntensityAt is that of the tie.
func (b Bond) IntensityAt(t time.Time) float64 { return b.state().IntensityAt(t) }

// ClassAt is that of the tie.
func (b Bond) ClassAt(t time.Time) Class { return b.state().ClassAt(t) }

// Dated says whether the viewer sees when there was contact; of what others show of their ties, nobody does.
func (b Bond) Dated() bool { return b.FirstContact != Undated }

// Other is who is at the other end.
func (b Bond) Other(person id.ID) id.ID {
	if b.A == person {
		return b.B
	}
	return b.A
}

// comparePairs puts pairs in the order of their people.
func comparePairs(a, b [2]id.ID) int { return cmp.Or(a[0].Compare(b[0]), a[1].Compare(b[1])) }

// Table is the ties that a viewer may see, each once, in the order of the people, to be looked up from both ends. It
// never changes and is shared by requests. A million ties take 44 MB, in columns without pointers: one object for each
// would take three times that, and every collection of garbage would look at all of them.
type Table struct {
	people []id.ID          // who has a tie, in order
	number map[id.ID]uint32 // their places there
	// In each column is a value for each tie. Those of a person with people of a larger id are the rows from `from` to
	// that of the next person.
	from         []uint32
	other        []uint32 // the person with the larger id
	intensity    []float64
	peak         []float64
	asOf         []int64
	first        []int64
	interactions []int32
	shown        []Level // nil when none is
	// Those with people of a smaller id are the rows that stand in back, from backFrom likewise.
	backFrom []uint32
	back     []uint32
}

// Bytes is how much memory the table takes.
func (t *Table) Bytes() int64 {
	const person, tie = 16 + 28 + 8, 44
	return person*int64(len(t.people)) + tie*int64(t.Len()) + int64(len(t.shown))
}

// Len is how many ties there are.
func (t *Table) Len() int { return len(t.other) }

// People are those who have a tie, in the order of their ids. Whoever gets them leaves them as they are.
func (t *Table) People() []id.ID { return t.people }

// All returns all ties in their order.
func (t *Table) All() iter.Seq[Bond] {
	return func(yield func(Bond) bool) {
		for a := range t.people {
			for row := t.from[a]; row < t.from[a+1]; row++ {
				if !yield(t.at(uint32(a), row)) {
					return
				}
			}
		}
	}
}

// at is the tie of a row, of which the smaller end is known.
func (t *Table) at(a, row uint32) Bond {
	out := Bond{
		A: t.people[a], B: t.people[t.other[row]], Intensity: t.intensity[row], Peak: t.peak[row], AsOf: t.asOf[row],
		FirstContact: t.first[row], Interactions: t.interactions[row],
	}
	if t.shown != nil {
		out.Shown = t.shown[row]
	}
	return out
}

// row finds the tie of two people, or where it would be; false when there is none.
func (t *Table) row(a, b uint32) (row uint32, found bool) {
	at, found := slices.BinarySearch(t.other[t.from[a]:t.from[a+1]], b)
	return t.from[a] + uint32(at), found
}

// Between returns the tie of two people; false when there is none.
func (t *Table) Between(one, other id.ID) (Bond, bool) {
	a, tied := t.number[one]
	b, also := t.number[other]
	if !tied || !also {
		return Bond{}, false
	}
	a, b = min(a, b), max(a, b)
	row, found := t.row(a, b)
	if !found {
		return Bond{}, false
	}
	return t.at(a, row), true
}

// Of returns the ties of somebody, in the order of who is at the other end.
func (t *Table) Of(person id.ID) iter.Seq[Bond] {
	return func(yield func(Bond) bool) {
		n, tied := t.number[person]
		if !tied {
			return
		}
		for _, row := range t.back[t.backFrom[n]:t.backFrom[n+1]] {
			if !yield(t.at(t.smaller(row), row)) {
				return
			}
		}
		for row := t.from[n]; row < t.from[n+1]; row++ {
			if !yield(t.at(n, row)) {
				return
			}
		}
	}
}

// Degree is how many ties somebody has.
func (t *Table) Degree(person id.ID) int {
	n, tied := t.number[person]
	if !tied {
		return 0
	}
	return t.degree(n)
}

func (t *Table) degree(n uint32) int {
	return int(t.from[n+1] - t.from[n] + t.backFrom[n+1] - t.backFrom[n])
}

// smaller is the person with the smaller id of a row.
func (t *Table) smaller(row uint32) uint32 { return ownerOf(t.from, row) }

// tableMaker makes a table of ties that come in the order of their people. The people are numbered as they come until
// all are known.
type tableMaker struct {
	Table
	counts []uint32 // how many rows each has as the smaller one, by that number
}

func newTableMaker() *tableMaker { return &tableMaker{Table: Table{number: map[id.ID]uint32{}}} }

func (m *tableMaker) numbered(person id.ID) uint32 {
	n, known := m.number[person]
	if !known {
		n = uint32(len(m.people))
		m.number[person] = n
		m.people, m.counts = append(m.people, person), append(m.counts, 0)
	}
	return n
}

// add takes in the next tie.
func (m *tableMaker) add(b Bond) {
	m.counts[m.numbered(b.A)]++
	m.other = append(m.other, m.numbered(b.B))
	m.intensity, m.peak = append(m.intensity, b.Intensity), append(m.peak, b.Peak)
	m.asOf, m.first = append(m.asOf, b.AsOf), append(m.first, b.FirstContact)
	m.interactions = append(m.interactions, b.Interactions)
	if b.Shown != Hidden && m.shown == nil {
		m.shown = make([]Level, len(m.other)-1)
	}
	if m.shown != nil {
		m.shown = append(m.shown, b.Shown)
	}
}

// table returns what was made; nothing is added to it any more.
func (m *tableMaker) table() *Table {
	t := &m.Table
	order := make([]uint32, len(t.people))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return t.people[a].Compare(t.people[b]) })
	people, place := make([]id.ID, len(order)), make([]uint32, len(order))
	t.from = make([]uint32, len(order)+1)
	for i, n := range order {
		people[i], place[n] = t.people[n], uint32(i)
		t.from[i+1] = t.from[i] + m.counts[n]
		t.number[people[i]] = uint32(i)
	}
	t.people = people
	for row, n := range t.other {
		t.other[row] = place[n]
	}
	t.other, t.intensity, t.peak = exactly(t.other), exactly(t.intensity), exactly(t.peak)
	t.asOf, t.first, t.interactions = exactly(t.asOf), exactly(t.first), exactly(t.interactions)
	t.turn()
	return t
}

// exactly is a column that takes no more memory than it must: those that grew have room for a quarter more.
func exactly[T any](column []T) []T {
	out := make([]T, len(column))
	copy(out, column)
	return out
}

// TableOf returns the table of ties of pairs of two people, the smaller id first.
func TableOf(states map[[2]id.ID]State) *Table {
	m := newTableMaker()
	for _, pair := range slices.SortedFunc(maps.Keys(states), comparePairs) {
		if pair[0] != pair[1] {
			m.add(bondOf(pair[0], pair[1], states[pair]))
		}
	}
	return m.table()
}

// turn finds the ties of each person with people of a smaller id.
func (t *Table) turn() { t.backFrom, t.back = turned(t.other, len(t.people)) }

// with returns the table after ties of some pairs changed: those that are there now are in fresh. The old one stays as
// it is.
func (t *Table) with(pairs map[[2]id.ID]bool, fresh map[[2]id.ID]State) *Table {
	edits := make([]edit, 0, len(pairs))
	same := true // who is tied to whom is as it was
	for pair := range pairs {
		e := edit{pair: pair}
		state, is := fresh[pair]
		if e.is = is; is {
			e.bond = bondOf(pair[0], pair[1], state)
		}
		a, tied := t.number[pair[0]]
		b, also := t.number[pair[1]]
		if tied && also {
			e.row, e.was = t.row(a, b)
		}
		if e.was || e.is {
			edits = append(edits, e)
			same = same && e.was && e.is
		}
	}
	if len(edits) == 0 {
		return t
	}
	slices.SortFunc(edits, func(a, b edit) int { return comparePairs(a.pair, b.pair) })
	out := *t
	if !same {
		out.tieAnew(t, edits)
	}
	out.intensity = edited(t.intensity, edits, func(b Bond) float64 { return b.Intensity })
	out.peak = edited(t.peak, edits, func(b Bond) float64 { return b.Peak })
	out.asOf = edited(t.asOf, edits, func(b Bond) int64 { return b.AsOf })
	out.first = edited(t.first, edits, func(b Bond) int64 { return b.FirstContact })
	out.interactions = edited(t.interactions, edits, func(b Bond) int32 { return b.Interactions })
	return &out
}

// edit is what became of the tie of a pair.
type edit struct {
	pair    [2]id.ID
	row     uint32 // of the old table: its place, or where it comes
	was, is bool   // it was there, and is there now
	bond    Bond
}

// edited is a column after edits, which are in the order of the rows.
func edited[T any](old []T, edits []edit, value func(Bond) T) []T {
	more := 0
	for _, e := range edits {
		if e.is {
			more++
		}
		if e.was {
			more--
		}
	}
	out, done := make([]T, 0, len(old)+more), uint32(0)
	for _, e := range edits {
		out = append(out, old[done:e.row]...)
		if done = e.row; e.was {
			done++
		}
		if e.is {
			out = append(out, value(e.bond))
		}
	}
	return append(out, old[done:]...)
}

// tieAnew sets who is tied to whom after edits of an old table, and the rows at which ties that were not there come.
func (t *Table) tieAnew(old *Table, edits []edit) {
	ties := map[id.ID]int{} // how many more each has
	for _, e := range edits {
		more := 0
		if e.is {
			more++
		}
		if e.was {
			more--
		}
		ties[e.pair[0]], ties[e.pair[1]] = ties[e.pair[0]]+more, ties[e.pair[1]]+more
	}
	var come []id.ID
	gone := map[id.ID]bool{}
	for person, more := range ties {
		n, tied := old.number[person]
		if !tied && more > 0 {
			come = append(come, person)
		} else if tied && old.degree(n)+more == 0 {
			gone[person] = true
		}
	}
	if len(come)+len(gone) > 0 {
		slices.SortFunc(come, id.ID.Compare)
		t.people = make([]id.ID, 0, len(old.people)+len(come))
		for _, person := range old.people {
			for len(come) > 0 && come[0].Compare(person) < 0 {
				t.people, come = append(t.people, come[0]), come[1:]
			}
			if !gone[person] {
				t.people = append(t.people, person)
			}
		}
		t.people = append(t.people, come...)
		t.number = maps.Clone(old.number)
		maps.DeleteFunc(t.number, func(person id.ID, _ uint32) bool { return gone[person] })
		for n, person := range t.people {
			t.number[person] = uint32(n)
		}
	}
	counts := make([]uint32, len(t.people))
	for n, person := range t.people {
		if before, tied := old.number[person]; tied {
			counts[n] = old.from[before+1] - old.from[before]
		}
	}
	for i := range edits {
		e := &edits[i]
		if !e.was {
			e.row = old.place(e.pair)
			counts[t.number[e.pair[0]]]++
		} else if !e.is && !gone[e.pair[0]] {
			counts[t.number[e.pair[0]]]--
		}
	}
	t.from = make([]uint32, len(t.people)+1)
	for n, count := range counts {
		t.from[n+1] = t.from[n] + count
	}
	others := old.other
	if len(t.people) != len(old.people) || &t.people[0] != &old.people[0] {
		now := make([]uint32, len(old.people))
		for n, person := range old.people {
			now[n] = t.number[person] // of who is gone, whose rows are left out, it does not matter
		}
		others = make([]uint32, len(old.other))
		for row, n := range old.other {
			others[row] = now[n]
		}
	}
	t.other = edited(others, edits, func(b Bond) uint32 { return t.number[b.B] })
	t.turn()
}

// place is the row where the tie of two people would come.
func (t *Table) place(pair [2]id.ID) uint32 {
	a, tied := slices.BinarySearchFunc(t.people, pair[0], id.ID.Compare)
	if !tied {
		return t.from[a]
	}
	rows := t.other[t.from[a]:t.from[a+1]]
	at, _ := slices.BinarySearchFunc(rows, pair[1], func(n uint32, b id.ID) int { return t.people[n].Compare(b) })
	return t.from[a] + uint32(at)
}
