package temporal

import (
	"context"
	"math/bits"
	"sync"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Reached says how many others each node reaches by time-respecting paths, and how many reach it.
type Reached struct {
	Out, In []int
}

// Reach returns how far everybody reaches in a window (the influence and source sets of Holme 2005). It passes the
// contacts once for every 64 nodes, so it takes about N/64 times as long as one path search. The error is
// graph.ErrParameter for a negative wait.
func Reach(ctx context.Context, s *Sequence, w Window, opts graph.Options) (*Reached, error) {
	w, err := s.check(w)
	if err != nil {
		return nil, err
	}
	out := &Reached{Out: make([]int, s.n), In: make([]int, s.n)}
	var mutex sync.Mutex
	workers := make([]reachWorker, opts.Workers())
	err = opts.Run(ctx, (s.n+63)/64, 1, func(worker, batch, _ int) {
		here := workers[worker].pass(ctx, s, w, batch)
		if here == nil {
			return // the context has ended, as Run will see
		}
		mutex.Lock()
		defer mutex.Unlock()
		for v, word := range here {
			if v/64 == batch {
				word &^= 1 << (v & 63)
			}
			out.In[v] += bits.OnesCount64(word)
			for ; word != 0; word &= word - 1 {
				out.Out[batch*64+bits.TrailingZeros64(word)]++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// reachWorker is the work space of one thread: which of 64 nodes have reached each node, and what is on its way.
type reachWorker struct {
	here []uint64
}

// pass returns which of the nodes of a batch reach each node.
func (r *reachWorker) pass(ctx context.Context, s *Sequence, w Window, batch int) []uint64 {
	if r.here == nil {
		r.here = make([]uint64, s.n)
	}
	here := r.here
	clear(here)
	for v := batch * 64; v < min(batch*64+64, s.n); v++ {
		here[v] = 1 << (v & 63)
	}
	shift := w.shift()
	pending := newWheel[uint64](s.longest, shift)
	for i, high := s.from(w.From), s.until(w); i < high; i++ {
		if ranges.Ended(ctx, i) {
			return nil
		}
		e := s.events[i]
		due := 2*e.start - shift
		for a, ok := pending.pop(due); ok; a, ok = pending.pop(due) {
			here[a.to] |= a.load
		}
		from, to := here[e.from], here[e.to]
		if from == to || s.label(i)>>1 > w.Until {
			continue
		}
		if from&^to != 0 {
			pending.push(arrival[uint64]{s.label(i), e.to, from}, due)
		}
		if !s.directed && to&^from != 0 {
			pending.push(arrival[uint64]{s.label(i), e.from, to}, due)
		}
	}
	for a, ok := pending.pop(never - 1); ok; a, ok = pending.pop(never - 1) {
		here[a.to] |= a.load
	}
	return here
}

// Closeness returns the temporal closeness of each node: the mean over all others of one over how long what it has at
// the start of the window takes to be with them, in [0, 1] (Tang et al. 2010, with harmonic means as for networks that
// are not connected; its mean is the temporal efficiency). Times are counted in the given unit, in ticks of the
// sequence, and count as 1 when they are shorter; out of reach counts 0. It takes one pass for each node. The errors
// are graph.ErrParameter for a unit that is not above 0 or a negative wait.
func Closeness(ctx context.Context, s *Sequence, w Window, unit int64, opts graph.Options) ([]float64, error) {
	w, err := s.check(w)
	if err != nil {
		return nil, err
	}
	if unit <= 0 {
		return nil, graph.ErrParameter
	}
	if first, _ := s.Span(); w.From == -MaxTime {
		w.From = first // before, nothing happens
	}
	out := make([]float64, s.n)
	labels := make([][]int64, opts.Workers())
	err = opts.Run(ctx, s.n, 1, func(worker, source, _ int) {
		if labels[worker] == nil {
			labels[worker] = make([]int64, s.n)
		}
		if s.arrivals(ctx, uint32(source), w, labels[worker], nil) != nil {
			return // Run returns the same error
		}
		sum := 0.0
		for v, label := range labels[worker] {
			if v != source && label != Never {
				sum += 1 / max(1, float64(label>>1-w.From)/float64(unit))
			}
		}
		if s.n > 1 {
			out[source] = sum / float64(s.n-1)
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
