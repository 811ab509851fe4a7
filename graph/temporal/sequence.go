package temporal

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Contact is one contact: from somebody to somebody, at a time, for so long. What is passed on at its start has arrived
// at its end.
type Contact struct {
	From, To       uint32
	Time, Duration int64
}

// end is when the contact is over.
func (c Contact) end() int64 { return c.Time + c.Duration }

// MaxTime is the greatest time, before and after 0, at which a contact may begin or end.
const MaxTime = 1 << 60

// event is a contact as it is kept.
type event struct {
	start    int64
	from, to uint32
}

// Sequence is a contact sequence: contacts among the nodes 0 … N()-1 in order of time. In an undirected one a contact
// leads both ways. It never changes and is safe for use by many goroutines. It takes 16 bytes a contact, and 8 more
// where contacts have durations.
type Sequence struct {
	n         int
	directed  bool
	events    []event // by start
	durations []int64 // parallel to events; nil when all are 0
	last      int64   // when the last contact ends
	longest   int64   // the longest duration
}

// New makes a sequence of contacts in any order; it keeps no hold of the list. n = 0 means as many nodes as the
// greatest number asks for. It returns graph.ErrNode for a contact of a node that is not below n, and
// graph.ErrParameter for a contact of somebody with themselves, a negative duration, a time beyond MaxTime, or more
// than 2^31-1 contacts.
func New(ctx context.Context, n int, contacts []Contact, directed bool) (*Sequence, error) {
	if int64(len(contacts)) > math.MaxInt32 {
		return nil, fmt.Errorf("graph: %d contacts: %w", len(contacts), graph.ErrParameter)
	}
	s := &Sequence{n: n, directed: directed, events: make([]event, len(contacts))}
	sorted, timed := true, false
	for i, c := range contacts {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		if n > 0 && (int64(c.From) >= int64(n) || int64(c.To) >= int64(n)) {
			return nil, fmt.Errorf("graph: contact %d, %d-%d, of %d nodes: %w", i, c.From, c.To, n, graph.ErrNode)
		}
		if c.From == c.To || c.Duration < 0 || c.Duration > 2*MaxTime || c.Time < -MaxTime || c.Time > MaxTime ||
			c.end() > MaxTime || c.From == graph.None || c.To == graph.None {
			return nil, fmt.Errorf("graph: contact %d, %d-%d at %d for %d: %w", i, c.From, c.To, c.Time, c.Duration,
				graph.ErrParameter)
		}
		if n == 0 {
			s.n = max(s.n, int(c.From)+1, int(c.To)+1)
		}
		sorted = sorted && (i == 0 || compare(contacts[i-1], c) <= 0)
		timed = timed || c.Duration > 0
	}
	if !sorted {
		contacts = slices.Clone(contacts)
		slices.SortFunc(contacts, ranges.Interruptible(ctx, compare))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if timed {
		s.durations = make([]int64, len(contacts))
	}
	for i, c := range contacts {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		s.events[i] = event{c.Time, c.From, c.To}
		if timed {
			s.durations[i] = c.Duration
			s.longest = max(s.longest, c.Duration)
		}
		if i == 0 || c.end() > s.last {
			s.last = c.end()
		}
	}
	return s, ctx.Err()
}

func compare(a, b Contact) int {
	if c := cmp.Compare(a.Time, b.Time); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Duration, b.Duration))
}

// N returns the number of nodes.
func (s *Sequence) N() int { return s.n }

// Len returns the number of contacts.
func (s *Sequence) Len() int { return len(s.events) }

// Directed says whether contacts lead one way only.
func (s *Sequence) Directed() bool { return s.directed }

// Contact returns the i-th contact in order of time.
func (s *Sequence) Contact(i int) Contact {
	e := s.events[i]
	return Contact{e.from, e.to, e.start, s.duration(i)}
}

func (s *Sequence) duration(i int) int64 {
	if s.durations == nil {
		return 0
	}
	return s.durations[i]
}

// label is twice the end of a contact, and one more when it lasted no time: a contact leads on to those that begin, at
// twice their start, at its label or later. So what passes at one instant passes one contact.
func (s *Sequence) label(i int) int64 {
	if s.durations == nil || s.durations[i] == 0 {
		return 2*s.events[i].start + 1
	}
	return 2 * (s.events[i].start + s.durations[i])
}

// Span returns the start of the first contact and the end of the last that ends; 0 and 0 without contacts.
func (s *Sequence) Span() (first, last int64) {
	if len(s.events) == 0 {
		return 0, 0
	}
	return s.events[0].start, s.last
}

// from returns the place of the first contact that begins at t or later.
func (s *Sequence) from(t int64) int {
	i, _ := slices.BinarySearchFunc(s.events, t, func(e event, t int64) int { return cmp.Compare(e.start, t) })
	return i
}

// Graph returns the graph of the contacts that begin in [from, until]: who had contact, with the number of contacts as
// weight, in the direction of the contacts when the sequence is directed.
func (s *Sequence) Graph(ctx context.Context, from, until int64, opts graph.Options) (*graph.Graph, error) {
	builder := graph.NewBuilder(graph.BuildOptions{Directed: s.directed, Weighted: true})
	for i := s.from(from); i < len(s.events) && s.events[i].start <= until; i++ {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		builder.Add(s.events[i].from, s.events[i].to)
	}
	return builder.Graph(ctx, s.n, opts)
}
