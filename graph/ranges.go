package graph

import (
	"context"
	"sync"
	"sync/atomic"
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
	if total <= 0 {
		return ctx.Err()
	}
	if grain < 1 {
		grain = 1
	}
	pieces := (total + grain - 1) / grain
	threads := min(opts.threads(), pieces)
	var next, done atomic.Int64
	var progress sync.Mutex
	work := func(worker int) {
		for {
			piece := int(next.Add(1)) - 1
			if piece >= pieces || ctx.Err() != nil {
				return
			}
			low := piece * grain
			high := min(low+grain, total)
			body(worker, low, high)
			if opts.Progress != nil {
				// The counter moves inside the lock, so that what is told never falls.
				progress.Lock()
				opts.Progress(before+done.Add(int64(high-low)), whole)
				progress.Unlock()
			}
		}
	}
	if threads == 1 {
		work(0)
		return ctx.Err()
	}
	var group sync.WaitGroup
	for worker := 1; worker < threads; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			work(worker)
		}()
	}
	work(0)
	group.Wait()
	return ctx.Err()
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
