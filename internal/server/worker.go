package server

import (
	"context"
	"log/slog"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// worker runs imports that outlive the request that started them. The row of the import in the database is the truth: a
// nudge may be lost, the sweep finds it.
type worker struct {
	app   *app.App
	nudge chan struct{}
}

func newWorker(a *app.App) *worker {
	return &worker{app: a, nudge: make(chan struct{}, 1)}
}

// sweep is how often the worker looks for imports that were broken off elsewhere.
const sweep = time.Minute

func (w *worker) run(ctx context.Context) {
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	for {
		if err := w.app.Intake.Resume(ctx, w.viewer); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "imports", "error", fault.Discreet(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.nudge:
		}
	}
}

func (w *worker) viewer(ctx context.Context, space, member id.ID) (op.Viewer, error) {
	return w.app.Account.ViewerOf(ctx, space, member)
}

// wake lets the worker look at once.
func (w *worker) wake() {
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

// Work runs the imports that were started or broken off, until the context ends.
func (s *Server) Work(ctx context.Context) { s.worker.run(ctx) }
