// Package ranges shares the work of a loop among threads. It is how the kernels and the readers of files use more than
// one processor.
package ranges

import (
	"context"
	"sync"
	"sync/atomic"
)

// Job is a loop over [0, Total), one phase of a longer job or all of it.
type Job struct {
	// Total is how many items there are; Grain is how many of them are a piece.
	Total, Grain int
	// Threads is how many goroutines work, at least 1.
	Threads int
	// Progress, when not nil, is called with Before and what is done since, out of Whole. Calls never overlap.
	Progress      func(done, total int64)
	Before, Whole int64
}

// Run cuts the loop into pieces and lets the threads take them in turn: body(worker, low, high). It stops early when
// ctx ends and then returns its error. With one thread everything runs in the caller.
func (j Job) Run(ctx context.Context, body func(worker, low, high int)) error {
	if j.Total <= 0 {
		return ctx.Err()
	}
	grain := max(j.Grain, 1)
	pieces := (j.Total + grain - 1) / grain
	threads := min(j.Threads, pieces)
	var next, done atomic.Int64
	var progress sync.Mutex
	work := func(worker int) {
		// The context is looked at before a piece is taken: a piece that is taken is worked on, so that those who wait
		// for its result do not wait for ever.
		for ctx.Err() == nil {
			piece := int(next.Add(1)) - 1
			if piece >= pieces {
				return
			}
			low := piece * grain
			high := min(low+grain, j.Total)
			body(worker, low, high)
			if j.Progress != nil {
				// The counter moves inside the lock, so that what is told never falls.
				progress.Lock()
				j.Progress(j.Before+done.Add(int64(high-low)), j.Whole)
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
