package temporal

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Tie is a tie that lasts from its first moment to its last, both included: in between it can be passed at any moment,
// and takes no time.
type Tie struct {
	From, To    uint32
	Strength    float64 // above 0, at most 1
	First, Last int64
}

// Lasting is a network of ties that last (an interval graph, Holme & Saramäki 2012, section 3.2; a link stream, Latapy,
// Viard & Magnien 2018). It never changes and is safe for use by many goroutines. It takes 20 bytes for each tie and
// direction, and 16 more where the moments lie farther apart than 32 bits can tell.
type Lasting struct {
	offsets []int64
	arcs    []lastingArc // of each node those that lead to it, the strongest first
	start   int64        // from where the moments of the arcs count
	spans   []span       // of each arc, where they lie too far apart; else nil
}

// lastingArc is a tie as seen from where it leads to. A moment is 0 for the first that there is, always for the last,
// and else one more than how long it is after the start. The strength lies in two halves, as 64 bits in one would take
// four bytes more for where they must begin.
type lastingArc struct {
	high, low         uint32
	from, first, last uint32
}

// strength is that of the tie.
func (a *lastingArc) strength() float64 {
	return math.Float64frombits(uint64(a.high)<<32 | uint64(a.low))
}

// span is from when to when a tie lasts.
type span struct{ first, last int64 }

// always is the last moment that there is, as an arc keeps it.
const always = math.MaxUint32

// packed is a moment as an arc keeps it.
func (l *Lasting) packed(at int64) uint32 {
	switch at {
	case math.MinInt64:
		return 0
	case math.MaxInt64:
		return always
	}
	return uint32(at-l.start) + 1
}

// moment is that which an arc keeps.
func (l *Lasting) moment(packed uint32) int64 {
	switch packed {
	case 0:
		return math.MinInt64
	case always:
		return math.MaxInt64
	}
	return l.start + int64(packed) - 1
}

// span is from when to when the tie of an arc lasts.
func (l *Lasting) span(arc int64) span {
	if l.spans != nil {
		return l.spans[arc]
	}
	return span{l.moment(l.arcs[arc].first), l.moment(l.arcs[arc].last)}
}

// NewLasting makes a network of n nodes. The ties are gone through twice, each time the same; parallel ones are kept
// apart, as each has its time. It returns graph.ErrNode for a tie of a node that is not below n, and graph.ErrParameter
// for a strength that is not above 0 and at most 1. A tie of a node with itself, and one that ends before it begins,
// lead nowhere and are left out. In an undirected network a tie leads both ways.
func NewLasting(ctx context.Context, n int, ties iter.Seq[Tie], directed bool) (*Lasting, error) {
	l := &Lasting{offsets: make([]int64, n+1)}
	each := func(add func(to, from uint32, strength float64, lasts span)) error {
		i := 0
		for t := range ties {
			if ranges.Ended(ctx, i) {
				return ctx.Err()
			}
			if int64(t.From) >= int64(n) || int64(t.To) >= int64(n) {
				return fmt.Errorf("graph: tie %d, %d-%d, of %d nodes: %w", i, t.From, t.To, n, graph.ErrNode)
			}
			if !(t.Strength > 0 && t.Strength <= 1) {
				return fmt.Errorf("graph: tie %d of strength %v: %w", i, t.Strength, graph.ErrParameter)
			}
			if i++; t.From == t.To || t.Last < t.First {
				continue
			}
			add(t.To, t.From, t.Strength, span{t.First, t.Last})
			if !directed {
				add(t.From, t.To, t.Strength, span{t.First, t.Last})
			}
		}
		return ctx.Err()
	}
	earliest, latest := int64(math.MaxInt64), int64(math.MinInt64)
	if err := each(func(to, _ uint32, _ float64, lasts span) {
		l.offsets[to+1]++
		for _, at := range [2]int64{lasts.first, lasts.last} {
			if at != math.MinInt64 && at != math.MaxInt64 {
				earliest, latest = min(earliest, at), max(latest, at)
			}
		}
	}); err != nil {
		return nil, err
	}
	for v := range n {
		l.offsets[v+1] += l.offsets[v]
	}
	l.arcs = make([]lastingArc, l.offsets[n])
	if l.start = earliest; earliest <= latest && uint64(latest-earliest) >= always-1 {
		l.spans = make([]span, len(l.arcs))
	}
	next := slices.Clone(l.offsets)
	if err := each(func(to, from uint32, strength float64, lasts span) {
		bits := math.Float64bits(strength)
		arc := lastingArc{high: uint32(bits >> 32), low: uint32(bits), from: from}
		if l.spans != nil {
			l.spans[next[to]] = lasts
		} else {
			arc.first, arc.last = l.packed(lasts.first), l.packed(lasts.last)
		}
		l.arcs[next[to]] = arc
		next[to]++
	}); err != nil {
		return nil, err
	}
	l.sort(ctx)
	return l, ctx.Err()
}

// sort puts the arcs to each node in their order.
func (l *Lasting) sort(ctx context.Context) {
	strongest := ranges.Interruptible(ctx, func(a, b lastingArc) int {
		return cmp.Or(cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.from, b.from), cmp.Compare(b.last, a.last),
			cmp.Compare(a.first, b.first))
	})
	type apart struct {
		lastingArc
		lasts span
	}
	strongestApart := ranges.Interruptible(ctx, func(a, b apart) int {
		return cmp.Or(cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.from, b.from),
			cmp.Compare(b.lasts.last, a.lasts.last), cmp.Compare(a.lasts.first, b.lasts.first))
	})
	var list []apart
	for v := range l.N() {
		from, to := l.offsets[v], l.offsets[v+1]
		if l.spans == nil {
			slices.SortFunc(l.arcs[from:to], strongest)
			continue
		}
		list = list[:0]
		for i := from; i < to; i++ {
			list = append(list, apart{l.arcs[i], l.spans[i]})
		}
		slices.SortFunc(list, strongestApart)
		for i, x := range list {
			l.arcs[from+int64(i)], l.spans[from+int64(i)] = x.lastingArc, x.lasts
		}
	}
}

// N returns the number of nodes.
func (l *Lasting) N() int { return len(l.offsets) - 1 }

// Arcs returns the number of ties, in an undirected network twice that.
func (l *Lasting) Arcs() int { return len(l.arcs) }

// Passing says how news passes along ties.
type Passing struct {
	PerTie   float64 // what remains of it at each tie, beside the strength of the tie: above 0, at most 1
	MostTies int     // over how many it passes, from 0 to 127
	Least    float64 // ways of which less remains are none; 0 or more
	AnyTime  bool    // when ties last does not matter
}

// WaySearch looks for the ways by which news passes to somebody over ties that last, in their order: each tie is passed
// while it lasts, and not before the one that was passed before it. What remains of the news is the product over the
// ties of a way of Passing.PerTie and their strength. One search answers for every moment at which the news may set
// out: for each node it keeps the ways than which none both sets out as late and leaves as much. A search is used again
// and again, by one goroutine at a time.
type WaySearch struct {
	network *Lasting
	passing Passing
	round   uint32
	nodes   []wayNode
	ways    []passage
	reached []uint32
	states  []uint32 // work space: the ways of the last number of ties
}

// wayNode is what is known of a node in the round that is written there: its ways, as a list.
type wayNode struct {
	round  uint32
	first  uint32 // in ways, the one that sets out last; endOfWays after them
	source uint32 // the round in which it is a source
}

// passage is a way from a node to a target, of one that sets out by a moment at the latest.
type passage struct {
	value float64
	leave int64
	node  uint32
	next  uint32 // the way that it goes on by; endOfWays at a target
	other uint32 // the next way of the same node
}

const (
	endOfWays = math.MaxUint32
	forgotten = math.MaxUint32 - 1 // as the next way of the same node: this is none of its ways any more
)

// NewWaySearch returns a search. It returns graph.ErrParameter where passing is not within its bounds.
func NewWaySearch(network *Lasting, passing Passing) (*WaySearch, error) {
	if !(passing.PerTie > 0 && passing.PerTie <= 1) || !(passing.Least >= 0) || passing.MostTies < 0 ||
		passing.MostTies > math.MaxInt8 {
		return nil, graph.ErrParameter
	}
	return &WaySearch{network: network, passing: passing, nodes: make([]wayNode, network.N())}, nil
}

// To looks for the ways from everybody to any of the targets, of news that sets out at from or later and is there by
// until. It returns graph.ErrNode for a target that is no node. It takes a look at each tie for each way that is kept
// at its end.
func (s *WaySearch) To(ctx context.Context, from, until int64, targets ...uint32) error {
	return s.search(ctx, from, until, targets, nil)
}

// Between is To for who asks of some sources only: what it then says of other nodes may be less than the best. It also
// returns graph.ErrNode for a source that is no node.
func (s *WaySearch) Between(ctx context.Context, sources, targets []uint32, from, until int64) error {
	if sources == nil {
		sources = []uint32{}
	}
	return s.search(ctx, from, until, targets, sources)
}

func (s *WaySearch) search(ctx context.Context, from, until int64, targets, sources []uint32) error {
	s.round++
	if s.round == 0 { // after 2^32 searches
		clear(s.nodes)
		s.round = 1
	}
	s.ways, s.reached, s.states = s.ways[:0], s.reached[:0], s.states[:0]
	for _, v := range sources {
		if int64(v) >= int64(len(s.nodes)) {
			return graph.ErrNode
		}
		s.nodes[v].source = s.round
	}
	for _, v := range targets {
		if int64(v) >= int64(len(s.nodes)) {
			return graph.ErrNode
		}
		if from <= until && s.nodes[v].round != s.round {
			s.add(passage{value: 1, leave: until, node: v, next: endOfWays})
		}
	}
	looked := 0
	for low, hop := 0, 0; hop < s.passing.MostTies; hop++ {
		// The ways of one tie less, in the order of their nodes: of equal ways the one over the lower number stays.
		s.states = s.states[:0]
		for i := low; i < len(s.ways); i++ {
			if s.ways[i].other != forgotten { // by another one of as many ties
				s.states = append(s.states, uint32(i))
			}
		}
		if low = len(s.ways); len(s.states) == 0 {
			break
		}
		onlySources := sources != nil && hop == s.passing.MostTies-1
		slices.SortFunc(s.states, ranges.Interruptible(ctx, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(s.ways[a].node, s.ways[b].node), cmp.Compare(a, b))
		}))
		for _, at := range s.states {
			one := s.ways[at]
			value := one.value * s.passing.PerTie
			for i := s.network.offsets[one.node]; i < s.network.offsets[one.node+1]; i++ {
				arc := &s.network.arcs[i]
				if looked++; ranges.Ended(ctx, looked) {
					return ctx.Err()
				}
				remains := value * arc.strength()
				if remains < s.passing.Least || remains == 0 {
					break
				}
				leave := one.leave
				if !s.passing.AnyTime {
					lasts := s.network.span(i)
					if leave = min(leave, lasts.last); leave < lasts.first || leave < from {
						continue
					}
				}
				if onlySources && s.nodes[arc.from].source != s.round {
					continue
				}
				s.add(passage{value: remains, leave: leave, node: arc.from, next: at})
			}
		}
	}
	return ctx.Err()
}

// add keeps a way unless one of its node sets out as late and leaves as much, and forgets those that are no better. The
// ways of a node that set out later come first, and so leave less than those that follow.
func (s *WaySearch) add(w passage) {
	node := &s.nodes[w.node]
	if node.round != s.round {
		node.round, node.first = s.round, endOfWays
		s.reached = append(s.reached, w.node)
	}
	before, at := &node.first, node.first
	for at != endOfWays {
		o := &s.ways[at]
		if o.value >= w.value && o.leave >= w.leave {
			return
		}
		if o.leave <= w.leave {
			break
		}
		before, at = &o.other, o.other
	}
	// From here on they set out no later. One that leaves more stays, and so do all after it.
	for at != endOfWays && s.ways[at].value <= w.value {
		o := &s.ways[at]
		at, o.other = o.other, forgotten
	}
	w.other = at
	*before = uint32(len(s.ways))
	s.ways = append(s.ways, w)
}

// Reached returns the nodes from which the last search found a way, in no order that is promised; they are valid until
// the next search.
func (s *WaySearch) Reached() []uint32 { return s.reached }

// best returns the best way of a node of those that set out at a moment or later; endOfWays when there is none.
func (s *WaySearch) best(v uint32, departure int64) uint32 {
	if int64(v) >= int64(len(s.nodes)) || s.nodes[v].round != s.round {
		return endOfWays
	}
	best := uint32(endOfWays)
	for at := s.nodes[v].first; at != endOfWays && s.ways[at].leave >= departure; at = s.ways[at].other {
		best = at
	}
	return best
}

// Best returns what remains of news that is with a node at a moment when it comes to a target by the best way: 1 at a
// target itself, 0 when there is none.
func (s *WaySearch) Best(v uint32, departure int64) float64 {
	at := s.best(v, departure)
	if at == endOfWays {
		return 0
	}
	return s.ways[at].value
}

// Way returns the nodes of the best way of Best, from the node to a target; nil when there is none. Of equal ways one
// is told.
func (s *WaySearch) Way(v uint32, departure int64) []uint32 {
	var path []uint32
	for at := s.best(v, departure); at != endOfWays; at = s.ways[at].next {
		path = append(path, s.ways[at].node)
	}
	return path
}
