package ranges

import (
	"context"
	"sync"
)

// Ended looks at the context at every 4096th step of a loop, and says whether it has ended.
func Ended(ctx context.Context, step int) bool { return step&(1<<12-1) == 0 && ctx.Err() != nil }

// Work counts steps of loops whose rounds differ much in length.
type Work int

// Ended adds so many steps, looks at the context when 2^24 have come together, and says whether it has ended.
func (w *Work) Ended(ctx context.Context, steps int) bool {
	if *w += Work(steps); *w < 1<<24 {
		return false
	}
	*w = 0
	return ctx.Err() != nil
}

// Interruptible makes a comparison for sorting that calls everything equal once ctx has ended, so that the sort is soon
// over; its result is then of no use.
func Interruptible[T any](ctx context.Context, compare func(a, b T) int) func(a, b T) int {
	count, over := 0, false
	return func(a, b T) int {
		if count++; count&(1<<14-1) == 0 {
			over = over || ctx.Err() != nil
		}
		if over {
			return 0
		}
		return compare(a, b)
	}
}

// InOrder lets pieces that are computed at the same time be added up one after the other, so that a sum of
// floating-point numbers does not depend on the number of threads.
type InOrder struct {
	mutex sync.Mutex
	turn  sync.Cond
	next  int
}

// NewInOrder returns one whose first turn is piece 0.
func NewInOrder() *InOrder {
	o := &InOrder{}
	o.turn.L = &o.mutex
	return o
}

// Do runs commit when all pieces before this one have had their turn.
func (o *InOrder) Do(piece int, commit func()) {
	o.mutex.Lock()
	for o.next != piece {
		o.turn.Wait()
	}
	commit()
	o.next++
	o.turn.Broadcast()
	o.mutex.Unlock()
}

// VectorGrain is the number of entries whose sum is taken by one thread in one go. Sums over all nodes add up the sums
// of such pieces in order, whichever thread made them.
const VectorGrain = 2048

// Sums adds numbers up in pieces.
type Sums []float64

// NewSums has room for the pieces of a list of n entries.
func NewSums(n int) Sums { return make(Sums, (n+VectorGrain-1)/VectorGrain) }

// Total adds the pieces up, in order.
func (p Sums) Total() float64 {
	sum := 0.0
	for _, x := range p {
		sum += x
	}
	return sum
}
