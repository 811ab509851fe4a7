package temporal

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/ranges"
)

// Fading is how strong each tie is at any moment when contacts fade: the sum over the contacts up to then of
// 2^(-age / half-life), a contact's age counted from its start. Exponential decay has no memory, so one number for each
// contact, the sum just after it, answers for every moment: nothing is built again. It takes 16 bytes for each contact
// and 12 for each tie and direction, and is safe for use by many goroutines.
type Fading struct {
	directed bool
	halfLife float64
	offsets  []int64 // rows of ties, as graph.FromRows takes them
	targets  []uint32
	tie      []uint32 // of each arc, its tie
	first    []int64  // of each tie, its first contact in the lists below
	times    []int64
	sums     []float64
}

// NewFading prepares the ties of a sequence. The half-life is above 0, in the unit of the sequence; otherwise
// graph.ErrParameter is returned.
func NewFading(ctx context.Context, s *Sequence, halfLife float64) (*Fading, error) {
	if !(halfLife > 0) || math.IsInf(halfLife, 0) {
		return nil, graph.ErrParameter
	}
	f := &Fading{
		directed: s.directed, halfLife: halfLife, offsets: make([]int64, s.n+1),
		times: make([]int64, len(s.events)), sums: make([]float64, len(s.events)),
	}
	// The contacts tie by tie, each in order of time.
	order := make([]uint32, len(s.events))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, ranges.Interruptible(ctx, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(f.key(s.events[a]), f.key(s.events[b])), cmp.Compare(a, b))
	}))
	var arcs [][3]uint32 // from, to, tie
	last := uint64(0)
	for at, i := range order {
		if ranges.Ended(ctx, at) {
			return nil, ctx.Err()
		}
		e := s.events[i]
		f.times[at], f.sums[at] = e.start, 1
		if key := f.key(e); at == 0 || key != last {
			last = key
			tie := uint32(len(f.first))
			f.first = append(f.first, int64(at))
			arcs = append(arcs, [3]uint32{uint32(key >> 32), uint32(key), tie})
			if !s.directed {
				arcs = append(arcs, [3]uint32{uint32(key), uint32(key >> 32), tie})
			}
		} else {
			f.sums[at] += f.sums[at-1] * f.faded(f.times[at-1], e.start)
		}
	}
	f.first = append(f.first, int64(len(order)))
	slices.SortFunc(arcs, ranges.Interruptible(ctx, func(a, b [3]uint32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}))
	for i, a := range arcs {
		if ranges.Ended(ctx, i) {
			return nil, ctx.Err()
		}
		f.offsets[a[0]+1]++
		f.targets, f.tie = append(f.targets, a[1]), append(f.tie, a[2])
	}
	for v := range s.n {
		f.offsets[v+1] += f.offsets[v]
	}
	return f, ctx.Err()
}

// key numbers the tie of a contact: its ends, the smaller first where contacts have no direction.
func (f *Fading) key(e event) uint64 {
	if !f.directed && e.to < e.from {
		return uint64(e.to)<<32 | uint64(e.from)
	}
	return uint64(e.from)<<32 | uint64(e.to)
}

// faded is what remains at t of what was 1 at an earlier time.
func (f *Fading) faded(since, t int64) float64 { return Faded(float64(t-since), f.halfLife) }

// Faded returns what remains of 1 at an age, in the same unit as the half-life: 2^(-age / half-life). Sums of what
// fades need nothing but the sum and its time, whatever came before.
func Faded(age, halfLife float64) float64 { return math.Exp2(-age / halfLife) }

// at returns the intensity of a tie at a moment.
func (f *Fading) at(tie uint32, t int64) float64 {
	low := f.first[tie]
	times := f.times[low:f.first[tie+1]]
	i, found := slices.BinarySearch(times, t)
	for found && i < len(times) && times[i] == t {
		i++ // all contacts of that moment count
	}
	if i == 0 {
		return 0
	}
	return f.sums[low+int64(i)-1] * f.faded(times[i-1], t)
}

// Intensity returns the intensity of the tie from u to v at a moment: 0 before the first contact and for a tie that is
// not there. It takes a binary search among u's ties and one among the contacts of the tie.
func (f *Fading) Intensity(u, v uint32, t int64) float64 {
	if int64(u) >= int64(len(f.offsets)-1) {
		return 0
	}
	low := f.offsets[u]
	i, found := slices.BinarySearch(f.targets[low:f.offsets[u+1]], v)
	if !found {
		return 0
	}
	return f.at(f.tie[low+int64(i)], t)
}

// Ties returns the number of ties.
func (f *Fading) Ties() int { return len(f.first) - 1 }

// Graph returns all ties with their intensities at a moment as weights of 64 bits; a tie whose first contact is still
// to come has weight 0. The rows are shared by the graphs of all moments, only weights are made.
func (f *Fading) Graph(ctx context.Context, t int64, opts graph.Options) (*graph.Graph, error) {
	strength := make([]float64, f.Ties())
	err := opts.Run(ctx, f.Ties(), 4096, func(_, low, high int) {
		for tie := low; tie < high; tie++ {
			strength[tie] = f.at(uint32(tie), t)
		}
	})
	if err != nil {
		return nil, err
	}
	weights := make([]float64, len(f.tie))
	for arc, tie := range f.tie {
		if ranges.Ended(ctx, arc) {
			return nil, ctx.Err()
		}
		weights[arc] = strength[tie]
	}
	return graph.FromRows(ctx, f.directed, f.offsets, f.targets, graph.Weights64(weights), opts)
}
