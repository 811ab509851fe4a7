package graph

import (
	"context"

	"gave.network/graph/internal/ranges"
)

// Run is how a kernel shares a loop among the threads: it cuts [0, total) into pieces of grain items that the threads
// take in turn, and calls body(worker, low, high) for each. It stops early when ctx ends and then returns its error.
// With one thread everything runs in the caller.
func (o Options) Run(ctx context.Context, total, grain int, body func(worker, low, high int)) error {
	return runPart(ctx, o, total, grain, 0, int64(total), body)
}

// runPart is Run for one phase of a longer job: progress is told as before+done out of whole.
func runPart(
	ctx context.Context, opts Options, total, grain int, before, whole int64, body func(worker, low, high int),
) error {
	return ranges.Job{
		Total: total, Grain: grain, Threads: opts.Workers(), Progress: opts.Progress, Before: before, Whole: whole,
	}.Run(ctx, body)
}

// Quiet returns the options without progress, for the inner phases of a kernel.
func (o Options) Quiet() Options {
	o.Progress = nil
	return o
}
