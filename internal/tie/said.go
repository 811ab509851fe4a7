package tie

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/temporal"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Stated is what somebody said of a tie, as it counts for a viewer: from one person to the other, on a layer.
type Stated struct {
	From, To id.ID
	Layer    Layer
	Weight   float64 // from 0 to 1
	At       time.Time
	Observed bool // the viewer's own observation
}

// Said is what people said of ties as it counts for a viewer: the own statements, and of others only those that both
// ends confirm, so that nobody's answer alone says something of another. A tie without direction stands in it both
// ways. What is said against somebody is the owner's own constraint, apart from the ties.
//
// It is to be looked up from both ends, never changes, and is shared by requests. A million of it take 28 MB, in
// columns without pointers.
type Said struct {
	people  []id.ID          // who is at an end of one, in order
	number  map[id.ID]uint32 // their places there
	kinds   []saidKind
	against map[[2]id.ID]bool // the smaller id first
	stands  map[id.ID]id.ID   // whom those who were named stand for; the zero id where the viewer may not see them
	// In each column is a value for each one. Those from a person are the rows from `from` to that of the next person,
	// in the order of whom they are to, and then in that in which they were said.
	from   []uint32
	to     []uint32 // a place in people
	kind   []uint32 // a place in kinds
	weight []float64
	at     []int64 // microseconds; 0 when it is not known
	// Those to a person are the rows that stand in back, from backFrom likewise.
	backFrom []uint32
	back     []uint32
}

// saidKind is what many have in common.
type saidKind struct {
	layer    Layer
	observed bool
}

// when is when what a row says was said; zero when that is not known.
func (s *Said) when(row uint32) time.Time {
	if s.at[row] == 0 {
		return time.Time{}
	}
	return time.UnixMicro(s.at[row]).UTC()
}

// left is what is left of the weight of a row by a time: observations fade.
func (s *Said) left(row uint32, now time.Time) float64 {
	weight := s.weight[row]
	if !s.kinds[s.kind[row]].observed {
		return weight
	}
	if age := now.Sub(s.when(row)); age > 0 {
		return weight * temporal.Faded(age.Hours(), observationHalfLife.Hours())
	}
	return weight
}

// Bytes is how much memory it takes.
func (s *Said) Bytes() int64 {
	const person, of, kind = 16 + 28 + 8, 28, 48
	return person*int64(len(s.people)) + of*int64(s.Len()) + kind*int64(len(s.kinds)) + 48*int64(len(s.stands))
}

// Len is how many there are.
func (s *Said) Len() int { return len(s.to) }

// Against are the pairs of whom the viewer said something against one, the smaller id first. Whoever gets it leaves it
// as it is.
func (s *Said) Against() map[[2]id.ID]bool { return s.against }

// Layers are those on which something had been said by a time, in the order of their names.
func (s *Said) Layers(now time.Time) []Layer {
	named := map[string]Layer{}
	used := make([]bool, len(s.kinds))
	for row, k := range s.kind {
		used[k] = used[k] || s.at[row] <= now.UnixMicro()
	}
	for k, kind := range s.kinds {
		if used[k] {
			named[kind.layer.Name] = kind.layer
		}
	}
	var out []Layer
	for _, name := range slices.Sorted(maps.Keys(named)) {
		out = append(out, named[name])
	}
	return out
}

// rows are those from one person to another.
func (s *Said) rows(a, b uint32) (first, last uint32) {
	of := s.to[s.from[a]:s.from[a+1]]
	at, found := slices.BinarySearch(of, b)
	first = s.from[a] + uint32(at)
	last = first
	for found && last < s.from[a+1] && s.to[last] == b {
		last++
	}
	return first, last
}

// Of returns what had been said by a time of the ties from somebody, in the order of whom they are to.
func (s *Said) Of(person id.ID, now time.Time) iter.Seq[Stated] {
	return func(yield func(Stated) bool) {
		if a, named := s.number[person]; named {
			s.each(a, s.from[a], s.from[a+1], now, yield)
		}
	}
}

// Between returns what had been said by a time of the tie from one person to another, in the order in which it was.
func (s *Said) Between(from, to id.ID, now time.Time) iter.Seq[Stated] {
	return func(yield func(Stated) bool) {
		a, named := s.number[from]
		b, also := s.number[to]
		if named && also {
			first, last := s.rows(a, b)
			s.each(a, first, last, now, yield)
		}
	}
}

// Observed returns the viewer's own observations by a time.
func (s *Said) Observed(now time.Time) (out []Stated) {
	if !slices.ContainsFunc(s.kinds, func(k saidKind) bool { return k.observed }) { // mostly there are none
		return nil
	}
	for a := range s.people {
		s.each(uint32(a), s.from[a], s.from[a+1], now, func(x Stated) bool {
			if x.Observed {
				out = append(out, x)
			}
			return true
		})
	}
	return out
}

// each calls yield with the rows of a person.
func (s *Said) each(a, first, last uint32, now time.Time, yield func(Stated) bool) bool {
	for row := first; row < last; row++ {
		kind := &s.kinds[s.kind[row]]
		if s.at[row] > now.UnixMicro() {
			continue
		}
		if !yield(Stated{
			From: s.people[a], To: s.people[s.to[row]], Layer: kind.layer, Weight: s.left(row, now), At: s.when(row),
			Observed: kind.observed,
		}) {
			return false
		}
	}
	return true
}

// Either returns who is at the other end of what had been said by a time of the ties of somebody, one way or the other,
// with its layer; the same person once for each.
func (s *Said) Either(person id.ID, now time.Time) iter.Seq2[id.ID, Layer] {
	return func(yield func(id.ID, Layer) bool) {
		a, named := s.number[person]
		if !named {
			return
		}
		one := func(row, other uint32) bool {
			return s.at[row] > now.UnixMicro() || yield(s.people[other], s.kinds[s.kind[row]].layer)
		}
		for row := s.from[a]; row < s.from[a+1]; row++ {
			if !one(row, s.to[row]) {
				return
			}
		}
		for _, row := range s.back[s.backFrom[a]:s.backFrom[a+1]] {
			if !one(row, ownerOf(s.from, row)) {
				return
			}
		}
	}
}

// ownerOf is whose row it is, where those of each begin at a place of from.
func ownerOf(from []uint32, row uint32) uint32 {
	at, found := slices.BinarySearch(from, row)
	if !found {
		return uint32(at - 1)
	}
	for from[at+1] == row { // they have none
		at++
	}
	return uint32(at)
}

// saidTables are those of which it follows what counts: what was said, and whom the people in it stand for.
var saidTables = []string{"statement", "person"}

// Said returns what people said of ties as it counts for the viewer. It follows the changes: whom a new person stands
// for is nothing to it.
func (s *Store) Said(ctx context.Context, v op.Viewer) (*Said, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "said"), saidTables,
		func(ctx context.Context, old *Said, change db.Change) (*Said, error) {
			if same, err := s.standAsBefore(ctx, v, old, change); same || err != nil {
				return old, err
			}
			rows, err := s.Statements(ctx, v)
			if err != nil {
				return nil, err
			}
			stands, err := s.standFor(ctx, v, rows.people)
			if err != nil {
				return nil, err
			}
			return saidOf(rows, v.Member, stands), nil
		})
}

// standAsBefore says that a change is of no statement, and of nobody who would stand for somebody else now.
func (s *Store) standAsBefore(ctx context.Context, v op.Viewer, old *Said, change db.Change) (bool, error) {
	said, known := change.Rows("statement")
	if old == nil || !known || len(said) > 0 {
		return false, nil
	}
	var people []id.ID
	if changed, known := change.Rows("person"); known { // mostly somebody new, of whom nothing is said yet
		for _, row := range changed {
			if _, named := old.stands[row[0]]; named {
				people = append(people, row[0])
			}
		}
	} else {
		people = slices.Collect(maps.Keys(old.stands))
	}
	stands, err := s.standFor(ctx, v, people)
	if err != nil {
		return false, err
	}
	for _, person := range people {
		if stands[person] != old.stands[person] {
			return false, nil
		}
	}
	return true, nil
}

// standFor says whom some people stand for, and those whom they do: the zero id for whom the viewer may not see.
func (s *Store) standFor(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]id.ID, error) {
	type row struct{ ID, Merged id.ID }
	out := make(map[id.ID]id.ID, len(people))
	read := func(list []id.ID) (merged []id.ID, err error) {
		for _, chunk := range db.Chunks(list) {
			in, args := db.In(4, chunk)
			rows, err := db.Select[row](ctx, s.db, `select p.id, p.merged from person p
				where `+scope.Seen("p")+` and p.id in (`+in+`)`, scope.Args(v, args...)...)
			if err != nil {
				return nil, err
			}
			for _, person := range chunk {
				out[person] = id.Zero
			}
			for _, r := range rows {
				if out[r.ID] = r.ID; !r.Merged.IsZero() {
					out[r.ID] = r.Merged
					merged = append(merged, r.Merged)
				}
			}
		}
		return merged, nil
	}
	merged, err := read(people)
	if err != nil {
		return nil, err
	}
	var more []id.ID
	for _, person := range merged {
		if _, known := out[person]; !known {
			more = append(more, person)
		}
	}
	slices.SortFunc(more, id.ID.Compare)
	if _, err := read(slices.Compact(more)); err != nil {
		return nil, err
	}
	for person, other := range out { // of somebody whom the viewer does not see, nobody stands
		if other != person && out[other] != other {
			out[person] = id.Zero
		}
	}
	return out, nil
}

// saidMaker works out what counts of statements, and puts it in columns.
type saidMaker struct {
	rows   *Statements
	member id.ID
	place  []uint32 // of each of the people of the statements among those whom they stand for
	layer  []uint32 // of each kind of statement, its place among layers
	layers []Layer
	most   []float64 // the heaviest weight on each layer
	counts []bool    // of each statement
}

// saidOf returns what counts of statements for a member. stands says whom those in them stand for.
func saidOf(rows *Statements, member id.ID, stands map[id.ID]id.ID) *Said {
	out := &Said{number: map[id.ID]uint32{}, stands: stands, against: map[[2]id.ID]bool{}}
	for _, person := range rows.people {
		if one := stands[person]; !one.IsZero() {
			out.people = append(out.people, one)
		}
	}
	slices.SortFunc(out.people, id.ID.Compare)
	out.people = exactly(slices.Compact(out.people))
	for n, person := range out.people {
		out.number[person] = uint32(n)
	}
	w := &saidMaker{rows: rows, member: member, counts: make([]bool, rows.Len())}
	w.place = make([]uint32, len(rows.people))
	for i, person := range rows.people {
		w.place[i] = graph.None
		if one := stands[person]; !one.IsZero() {
			w.place[i] = out.number[one]
		}
	}
	w.nameLayers()
	w.weigh(out)
	w.confirm()
	w.once()
	w.lay(out)
	return out
}

// nameLayers says on which layer each kind of statement is.
func (w *saidMaker) nameLayers() {
	known := map[string]uint32{}
	w.layer = make([]uint32, len(w.rows.kinds))
	for k, kind := range w.rows.kinds {
		layer := LayerNamed(kind.Layer)
		at, ok := known[layer.Name]
		if !ok {
			at = uint32(len(w.layers))
			known[layer.Name], w.layers = at, append(w.layers, layer)
		}
		w.layer[k] = at
	}
	w.most = make([]float64, len(w.layers))
}

// ends are the people of a statement; false when there are not two whom the viewer sees.
func (w *saidMaker) ends(row int) (from, to uint32, two bool) {
	from, to = w.place[w.rows.source[row]], w.place[w.rows.target[row]]
	return from, to, from != graph.None && to != graph.None && from != to
}

// weigh finds what is a tie, what is against somebody, and how heavy what is said on each layer is.
func (w *saidMaker) weigh(out *Said) {
	for row, k := range w.rows.kind {
		kind := &w.rows.kinds[k]
		from, to, two := w.ends(row)
		switch {
		case !two || kind.Sign == 0:
		case kind.Sign > 0:
			w.counts[row] = true
			w.most[w.layer[k]] = max(w.most[w.layer[k]], w.rows.weight[row])
		case kind.Owner == w.member:
			a, b := min(from, to), max(from, to) // they are numbered in the order of their ids
			out.against[[2]id.ID{out.people[a], out.people[b]}] = true
		}
	}
}

// confirm takes out what another said and the other end did not say too.
func (w *saidMaker) confirm() {
	type on struct{ from, to, layer uint32 }
	// What must be confirmed, the way in which the other end says it: of what others said alone, which is little of a
	// network that the viewer brought.
	confirmed := map[on]bool{}
	for row, k := range w.rows.kind {
		if w.counts[row] && w.rows.kinds[k].Owner != w.member {
			from, to, _ := w.ends(row)
			confirmed[on{to, from, w.layer[k]}] = false
		}
	}
	if len(confirmed) == 0 {
		return
	}
	for row, k := range w.rows.kind {
		if !w.counts[row] {
			continue
		}
		from, to, _ := w.ends(row)
		said := on{from, to, w.layer[k]}
		if _, asked := confirmed[said]; asked {
			confirmed[said] = true
		}
	}
	for row, k := range w.rows.kind {
		if w.counts[row] && w.rows.kinds[k].Owner != w.member {
			from, to, _ := w.ends(row)
			w.counts[row] = confirmed[on{to, from, w.layer[k]}]
		}
	}
}

// once leaves of what one result says of a pair only the first.
func (w *saidMaker) once() {
	type of struct {
		source   string
		from, to uint32
	}
	counted := map[of]bool{}
	for row, k := range w.rows.kind {
		if !w.counts[row] || !strings.HasPrefix(w.rows.kinds[k].Source, resultSource) {
			continue
		}
		from, to, _ := w.ends(row)
		one := of{w.rows.kinds[k].Source, min(from, to), max(from, to)}
		w.counts[row] = !counted[one]
		counted[one] = true
	}
}

// weight is how much a statement counts, from 0 to 1.
func (w *saidMaker) weight(row int) float64 {
	k := w.rows.kind[row]
	weight, most := w.rows.weight[row], w.most[w.layer[k]]
	switch {
	case w.rows.kinds[k].Source == Observed:
		return min(1, weight)
	case most > 1: // a scale, such as 1 to 5
		return min(1, max(0, weight/most))
	case weight > 0:
		return min(1, weight)
	}
	return 1
}

// lay puts what counts in the columns.
func (w *saidMaker) lay(out *Said) {
	out.from = make([]uint32, len(out.people)+1)
	for row, counts := range w.counts {
		if !counts {
			continue
		}
		from, to, _ := w.ends(row)
		out.from[from+1]++
		if !w.rows.kinds[w.rows.kind[row]].Directed {
			out.from[to+1]++
		}
	}
	for n := range out.people {
		out.from[n+1] += out.from[n]
	}
	all := out.from[len(out.people)]
	out.to, out.kind = make([]uint32, all), make([]uint32, all)
	out.weight, out.at = make([]float64, all), make([]int64, all)
	kinds, next := map[saidKind]uint32{}, slices.Clone(out.from)
	for row, counts := range w.counts {
		if !counts {
			continue
		}
		k := w.rows.kind[row]
		kind := saidKind{w.layers[w.layer[k]], w.rows.kinds[k].Source == Observed}
		of, known := kinds[kind]
		if !known {
			of = uint32(len(out.kinds))
			kinds[kind], out.kinds = of, append(out.kinds, kind)
		}
		put := func(from, to uint32) {
			at := next[from]
			out.to[at], out.kind[at], out.weight[at], out.at[at] = to, of, w.weight(row), max(0, w.rows.time[row])
			next[from]++
		}
		from, to, _ := w.ends(row)
		put(from, to)
		if !w.rows.kinds[k].Directed {
			put(to, from)
		}
	}
	out.sort()
	out.turn()
}

// sort puts what was said from each person in the order of whom it is to.
func (s *Said) sort() {
	type one struct {
		to, kind uint32
		weight   float64
		at       int64
	}
	var list []one
	for n := range s.people {
		list = list[:0]
		for row := s.from[n]; row < s.from[n+1]; row++ {
			list = append(list, one{s.to[row], s.kind[row], s.weight[row], s.at[row]})
		}
		slices.SortStableFunc(list, func(a, b one) int { return cmp.Compare(a.to, b.to) })
		for i, x := range list {
			row := s.from[n] + uint32(i)
			s.to[row], s.kind[row], s.weight[row], s.at[row] = x.to, x.kind, x.weight, x.at
		}
	}
}

// turn finds what was said to each person.
func (s *Said) turn() { s.backFrom, s.back = turned(s.to, len(s.people)) }

// turned finds for each of some people the rows in which they stand.
func turned(rows []uint32, people int) (from, back []uint32) {
	from, back = make([]uint32, people+1), make([]uint32, len(rows))
	for _, b := range rows {
		from[b+1]++
	}
	for n := range people {
		from[n+1] += from[n]
	}
	next := slices.Clone(from)
	for row, b := range rows {
		back[next[b]] = uint32(row)
		next[b]++
	}
	return from, back
}

// saidPairs is what people said of pairs, each pair once, the smaller place first and in their order: on layers that
// are not of the chart.
type saidPairs struct {
	a, b     []uint32 // places among the people of what was said
	strength []float64
	both     []bool // both are said to be tied to the other
	layers   []uint32
	since    []int64 // microseconds; 0 when it is not known
	sets     layerSets
}

// pairs returns what counts of each pair at a time. What only one of the two is said to feel counts half.
func (s *Said) pairs(now time.Time) *saidPairs {
	out := &saidPairs{}
	for a := range uint32(len(s.people)) {
		forth := s.to[s.from[a]:s.from[a+1]]
		back := s.back[s.backFrom[a]:s.backFrom[a+1]]
		// Whom they are to or from, of those behind: both lists are in order.
		for len(forth) > 0 && forth[0] <= a {
			forth = forth[1:]
		}
		for len(back) > 0 && ownerOf(s.from, back[0]) <= a {
			back = back[1:]
		}
		for len(forth) > 0 || len(back) > 0 {
			b := uint32(graph.None)
			if len(forth) > 0 {
				b = forth[0]
			}
			if len(back) > 0 {
				b = min(b, ownerOf(s.from, back[0]))
			}
			out.add(s, a, b, now)
			for len(forth) > 0 && forth[0] == b {
				forth = forth[1:]
			}
			for len(back) > 0 && ownerOf(s.from, back[0]) == b {
				back = back[1:]
			}
		}
	}
	return out
}

// add takes in what was said of one pair.
func (p *saidPairs) add(s *Said, a, b uint32, now time.Time) {
	set, since := uint32(0), int64(0)
	said := func(from, to uint32) (sum float64) {
		first, last := s.rows(from, to)
		for row := first; row < last; row++ {
			kind := &s.kinds[s.kind[row]]
			counts := kind.layer.Trust * s.left(row, now)
			if kind.layer.Formal || counts < faintest {
				continue
			}
			set = p.sets.with(set, kind.layer.Name)
			if at := s.at[row]; since == 0 || at > 0 && at < since {
				since = at
			}
			sum = 1 - (1-sum)*(1-counts)
		}
		return sum
	}
	there, back := said(a, b), said(b, a)
	if there == 0 && back == 0 {
		return
	}
	p.a, p.b = append(p.a, a), append(p.b, b)
	p.strength, p.both = append(p.strength, (there+back)/2), append(p.both, there > 0 && back > 0)
	p.layers, p.since = append(p.layers, set), append(p.since, since)
}

// named says who of so many people is in a pair.
func (p *saidPairs) named(people int) []bool {
	out := make([]bool, people)
	for i := range p.a {
		out[p.a[i]], out[p.b[i]] = true, true
	}
	return out
}

// byTie returns for each row of a table of ties which pair it is, counted from 1; 0 where nothing was said, and no rows
// when nothing was said at all.
func (p *saidPairs) byTie(said *Said, ties *Table) []uint32 {
	if len(p.a) == 0 {
		return nil
	}
	place := nodesOf(said.people, ties.number)
	out := make([]uint32, ties.Len())
	for i := range p.a {
		a, b := place[p.a[i]], place[p.b[i]]
		if a == graph.None || b == graph.None {
			continue
		}
		if row, found := ties.row(a, b); found {
			out[row] = uint32(i) + 1
		}
	}
	return out
}

// layerSets are sets of layers, each once in memory; the first is the empty one.
type layerSets struct {
	list  [][]string // in order of their names
	place map[string]uint32
}

// with returns the place of a set with one layer more.
func (s *layerSets) with(set uint32, layer string) uint32 {
	if s.place == nil {
		s.list, s.place = [][]string{nil}, map[string]uint32{}
	}
	names := s.list[set]
	at, found := slices.BinarySearch(names, layer)
	if found {
		return set
	}
	names = slices.Insert(slices.Clone(names), at, layer)
	key := strings.Join(names, "\x00")
	place, known := s.place[key]
	if !known {
		place = uint32(len(s.list))
		s.place[key], s.list = place, append(s.list, names)
	}
	return place
}
