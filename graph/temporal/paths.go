package temporal

import (
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/bitset"
	"gave.network/graph/internal/ranges"
)

// Window says which contacts count: those that begin at From or later and have ended by Until.
type Window struct {
	From, Until int64
	// Wait is how long what arrived stays with somebody before it can go on, 0 or more. With 0, what arrives by a
	// contact without duration goes on later than at that instant.
	Wait int64
}

// shift is what a contact's start, doubled, has to be above a label.
func (w Window) shift() int64 {
	if w.Wait == 0 {
		return 0
	}
	return 2*w.Wait - 1 // having waited is later than the instant
}

// Always is the window of all contacts.
var Always = Window{From: -MaxTime, Until: MaxTime}

// Never is the value of a node that no time-respecting path leads to, or from. For departures it is -Never.
const Never = math.MaxInt64

// nothing stands for no contact. A contact with the bit backward is passed from its To to its From.
const (
	nothing  = math.MaxUint32
	backward = 1 << 31
)

// Paths are the best time-respecting paths between one node and all others.
type Paths struct {
	// Values has a value for each node: see the function that made it.
	Values []int64

	s        *Sequence
	end      uint32   // the source, or the target
	reversed bool     // paths lead to end
	last     []uint32 // the contact that brought the best value to a node, or takes it away from there
	steps    []step   // of paths that are chains of steps: last is then the last step
}

// check brings a window within bounds.
func (s *Sequence) check(w Window, nodes ...uint32) (Window, error) {
	for _, v := range nodes {
		if int64(v) >= int64(s.n) {
			return w, graph.ErrNode
		}
	}
	if w.Wait < 0 || w.Wait > MaxTime {
		return w, graph.ErrParameter
	}
	w.From, w.Until = max(w.From, -MaxTime), min(w.Until, MaxTime)
	return w, nil
}

// EarliestArrivals returns when what source gets at the start of the window can be with each node first: the earliest
// end of a time-respecting path (Wu et al. 2014, algorithm 1: one pass over the contacts). For source itself it is the
// start of the window, for nodes out of reach Never. The errors are graph.ErrNode and graph.ErrParameter.
func EarliestArrivals(ctx context.Context, s *Sequence, source uint32, w Window) (*Paths, error) {
	w, err := s.check(w, source)
	if err != nil {
		return nil, err
	}
	p := &Paths{Values: make([]int64, s.n), s: s, end: source, last: slices.Repeat([]uint32{nothing}, s.n)}
	if err := s.arrivals(ctx, source, w, p.Values, p.last); err != nil {
		return nil, err
	}
	for v, label := range p.Values {
		if label != Never {
			p.Values[v] = label >> 1
		}
	}
	p.Values[source] = w.From
	return p, nil
}

// arrivals fills in the labels of all nodes, and the contacts that brought them when last is not nil.
func (s *Sequence) arrivals(ctx context.Context, source uint32, w Window, labels []int64, last []uint32) error {
	for v := range labels {
		labels[v] = Never
	}
	labels[source] = math.MinInt64
	shift, both := w.shift(), !s.directed
	for low := s.from(w.From); low < len(s.events); low += passGrain {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := s.events[low:min(low+passGrain, len(s.events))]
		if part[0].start > w.Until {
			break
		}
		for i, e := range part {
			// Most contacts end here: nothing has got to where they begin, or it is where they lead already.
			from, to, ready := labels[e.from], labels[e.to], 2*e.start-shift
			if (from > ready || to <= 2*e.start) && (!both || to > ready || from <= 2*e.start) {
				continue
			}
			label := s.label(low + i)
			if label>>1 > w.Until {
				continue
			}
			v := e.to
			if from > ready {
				v, to = e.from, from
			}
			if label < to {
				labels[v] = label
				if last != nil {
					last[v] = uint32(low + i)
				}
			}
		}
	}
	return ctx.Err()
}

// passGrain is how many contacts are passed between two looks at the context.
const passGrain = 1 << 15

// LatestDepartures returns when what is to be with target at the end of the window has to leave each node at the
// latest: the latest start of a time-respecting path (Wu et al. 2014, algorithm 2: one pass backward). For target
// itself it is the end of the window, for nodes from which it is out of reach -Never. The errors are those of
// EarliestArrivals.
func LatestDepartures(ctx context.Context, s *Sequence, target uint32, w Window) (*Paths, error) {
	w, err := s.check(w, target)
	if err != nil {
		return nil, err
	}
	p := &Paths{
		Values: slices.Repeat([]int64{-Never}, s.n), s: s, end: target, reversed: true,
		last: slices.Repeat([]uint32{nothing}, s.n),
	}
	p.Values[target] = Never
	set := bitset.New(s.n)
	set.Add(target)
	shift, low, high := w.shift(), s.from(w.From), s.until(w)
	for i := high - 1; i >= low; i-- {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		// Contacts come later ones first, so the first that leads on is the latest departure.
		e := s.events[i]
		leave, arrive := e.from, e.to
		if set.Has(leave) {
			if s.directed || set.Has(arrive) {
				continue
			}
			leave, arrive = arrive, leave
		} else if !set.Has(arrive) {
			continue
		}
		// Values are twice the start of the next contact, less what has to be waited before it.
		if label := s.label(i); label <= p.Values[arrive] && label>>1 <= w.Until {
			p.Values[leave], p.last[leave] = 2*e.start-shift, uint32(i)
			set.Add(leave)
		}
	}
	for v, leave := range p.Values {
		if leave != -Never {
			p.Values[v] = (leave + shift) / 2
		}
	}
	p.Values[target] = w.Until
	return p, ctx.Err()
}

// FastestPaths returns the least time from the start of the first contact of a path to the end of its last, for the
// time-respecting paths from source to each node in the window (Wu et al. 2014, algorithm 3). It is 0 for source itself
// and where one contact without duration leads, Never out of reach. The errors are those of EarliestArrivals.
func FastestPaths(ctx context.Context, s *Sequence, source uint32, w Window) (*Paths, error) {
	return s.best(ctx, source, w, true)
}

// FewestContacts returns the least number of contacts of a time-respecting path from source to each node in the window:
// 0 for source itself, Never out of reach. The errors are those of EarliestArrivals.
func FewestContacts(ctx context.Context, s *Sequence, source uint32, w Window) (*Paths, error) {
	return s.best(ctx, source, w, false)
}

// until returns the place of the first contact that begins after a window.
func (s *Sequence) until(w Window) int {
	if w.Until >= MaxTime {
		return len(s.events)
	}
	return s.from(w.Until + 1)
}

// load is what a contact takes along: a key, and the contact as a step of a path.
type load struct {
	key  uint32
	step step
}

// step is a contact of a path and the step before it.
type step struct{ ride, before uint32 }

// holding is the best key that has arrived at a node by now, and the step that brought it; unreached before any has.
type holding struct{ key, by uint32 }

const unreached = math.MaxUint32

// blockGrain is how many contacts are looked at ahead: that of their nodes waits for memory all at once, and what comes
// after finds it in the cache.
const blockGrain = 128

// best finds the paths of the least key: the number of contacts, or which of the source's moments of leaving a path
// begins at, counted back from the last, as the latest start that is still in time is best. Nodes keep the best key
// that has arrived by now; a contact takes it along when it begins and hands it over when it ends, if it is better than
// what is there: a worse one will not become better.
func (s *Sequence) best(ctx context.Context, source uint32, w Window, fastest bool) (*Paths, error) {
	w, err := s.check(w, source)
	if err != nil {
		return nil, err
	}
	holds := slices.Repeat([]holding{{unreached, nothing}}, s.n)
	holds[source].key = 0
	found := results{
		values: slices.Repeat([]int64{Never}, s.n), steps: slices.Repeat([]uint32{nothing}, s.n),
		batch: make([]result, 0, 1024),
	}
	steps := []step{}
	var starts []int64 // when the source is left
	shift, longer := w.shift(), uint32(1)
	if fastest {
		longer = 0
	}
	pending := newWheel[load](s.longest, shift)
	moved := blockGrain // how many contacts of the last block took something along
	arrive := func(a *arrival[load]) {
		hold := &holds[a.to]
		if a.load.key >= hold.key {
			return
		}
		at := uint32(len(steps))
		steps = append(steps, a.load.step)
		*hold = holding{a.load.key, at}
		if fastest {
			found.add(result{a.label>>1 - starts[unreached-1-a.load.key], a.to, at})
		}
	}
	for low, high := s.from(w.From), s.until(w); low < high; low += blockGrain {
		if low/blockGrain%32 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		block := s.events[low:min(low+blockGrain, high)]
		if moved > blockGrain/8 || pending.none() {
			least := uint32(unreached)
			for _, e := range block {
				least = min(least, holds[e.from].key, holds[e.to].key)
			}
			if least == unreached && pending.none() {
				continue
			}
		}
		moved = 0
		for i, e := range block {
			due := 2*e.start - shift
			for a, ok := pending.pop(due); ok; a, ok = pending.pop(due) {
				arrive(&a)
			}
			u, v, ride := e.from, e.to, uint32(low+i)
			there, here := holds[v].key, holds[u].key
			if !s.directed && there < here {
				u, v, here, there, ride = v, u, there, here, ride|backward
			}
			key := here + longer
			if u == source {
				if key = 1; fastest {
					if len(starts) == 0 || starts[len(starts)-1] != e.start {
						starts = append(starts, e.start)
					}
					key = unreached - uint32(len(starts))
				}
			}
			if here == unreached || key >= there {
				continue
			}
			if label := s.label(low + i); label>>1 <= w.Until {
				pending.push(arrival[load]{label, v, load{key, step{ride, holds[u].by}}}, due)
				moved++
			}
		}
	}
	for a, ok := pending.pop(never - 1); ok; a, ok = pending.pop(never - 1) {
		arrive(&a)
	}
	found.flush()
	if !fastest {
		for v, hold := range holds {
			if hold.key != unreached {
				found.values[v], found.steps[v] = int64(hold.key), hold.by
			}
		}
	}
	found.values[source] = 0
	return &Paths{Values: found.values, s: s, end: source, last: found.steps, steps: steps}, ctx.Err()
}

// results are the best values of nodes with their steps. New ones are compared in batches, so that what is far apart in
// memory is read at the same time.
type results struct {
	values []int64
	steps  []uint32
	batch  []result
}

// result is a value of a node, and the step that brought it.
type result struct {
	value int64
	node  uint32
	step  uint32
}

func (r *results) add(one result) {
	if len(r.batch) == cap(r.batch) {
		r.flush()
	}
	r.batch = append(r.batch, one)
}

func (r *results) flush() {
	for _, one := range r.batch {
		if one.value < r.values[one.node] {
			r.values[one.node], r.steps[one.node] = one.value, one.step
		}
	}
	r.batch = r.batch[:0]
}

// To returns the contacts of a best path from the source to a node, in order of time, each in the direction in which it
// is passed; of departures, those from a node to the target. It is nil for the source itself and out of reach. Of
// several best paths it is one.
func (p *Paths) To(v uint32) []Contact {
	if int64(v) >= int64(len(p.Values)) || v == p.end || p.last[v] == nothing {
		return nil
	}
	var path []Contact
	if p.steps != nil {
		for at := p.last[v]; at != nothing; at = p.steps[at].before {
			ride := p.steps[at].ride
			c := p.s.Contact(int(ride &^ backward))
			if ride&backward != 0 {
				c.From, c.To = c.To, c.From
			}
			path = append(path, c)
		}
		slices.Reverse(path)
		return path
	}
	for v != p.end {
		c := p.s.Contact(int(p.last[v]))
		if p.reversed == (c.To == v) {
			c.From, c.To = c.To, c.From
		}
		path = append(path, c)
		if v = c.From; p.reversed {
			v = c.To
		}
	}
	if !p.reversed {
		slices.Reverse(path)
	}
	return path
}
