package graph

import (
	"context"
	"sync"

	"gave.network/graph/internal/ranges"
)

// runRanges cuts [0, total) into pieces of grain items and lets opts' threads take them in turn: body(worker, low,
// high). It stops early when ctx ends and then returns its error. With one thread everything runs in the caller.
func runRanges(ctx context.Context, opts Options, total, grain int, body func(worker, low, high int)) error {
	return runRangesPart(ctx, opts, total, grain, 0, int64(total), body)
}

// runRangesPart is runRanges for one phase of a longer job: progress is told as before+done out of whole.
func runRangesPart(
	ctx context.Context, opts Options, total, grain int, before, whole int64, body func(worker, low, high int),
) error {
	return ranges.Job{
		Total: total, Grain: grain, Threads: opts.threads(), Progress: opts.Progress, Before: before, Whole: whole,
	}.Run(ctx, body)
}

// ended looks at the context at every 4096th step of a loop, and says whether it has ended.
func ended(ctx context.Context, step int) bool { return step&(1<<12-1) == 0 && ctx.Err() != nil }

// interruptible makes a comparison for sorting that calls everything equal once ctx has ended, so that the sort is soon
// over; its result is then of no use.
func interruptible[T any](ctx context.Context, compare func(a, b T) int) func(a, b T) int {
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

// quiet returns the options without progress, for the inner phases of a kernel.
func (o Options) quiet() Options {
	o.Progress = nil
	return o
}

// inOrder lets pieces that are computed at the same time be added up one after the other, so that a sum of
// floating-point numbers does not depend on the number of threads.
type inOrder struct {
	mutex sync.Mutex
	turn  sync.Cond
	next  int
}

func newInOrder() *inOrder {
	o := &inOrder{}
	o.turn.L = &o.mutex
	return o
}

// do runs commit when all pieces before this one have had their turn.
func (o *inOrder) do(piece int, commit func()) {
	o.mutex.Lock()
	for o.next != piece {
		o.turn.Wait()
	}
	commit()
	o.next++
	o.turn.Broadcast()
	o.mutex.Unlock()
}
