package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// sweep is how often the worker looks for imports that were broken off elsewhere, and for calendars that are due.
const sweep = time.Minute

const (
	// warmed is since when somebody must have been here for their pages to be warmed, and mostWarmed for how many that
	// is done: each holds some megabytes.
	warmed     = 7 * 24 * time.Hour
	mostWarmed = 10
)

// Warm has the rooms read what their pages keep in memory, one after another for whoever was here lately, so that
// nobody waits for it after a start.
func (s *Server) Warm(ctx context.Context) {
	failed := func(err error) {
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "warming pages", "error", fault.Discreet(err))
		}
	}
	viewers, err := s.app.Account.SeenSince(ctx, time.Now().Add(-warmed), mostWarmed)
	failed(err)
	for _, v := range viewers {
		for _, r := range s.app.Rooms {
			if r.Warm != nil && ctx.Err() == nil {
				failed(r.Warm(ctx, v))
			}
		}
	}
}

// Work runs the imports that were started or broken off, reads the calendars that are read every day, and sends members
// the mail that is due, until the context ends. Imports outlive the request that started them. A calendar or a mail
// server that does not answer keeps nothing else waiting.
func (s *Server) Work(ctx context.Context) {
	var both sync.WaitGroup
	defer both.Wait()
	both.Go(func() {
		every(ctx, "imports", s.app.Intake.Woken(), s.app.Intake.Resume, s.app.Account.ViewerOf, s.Warm)
	})
	both.Go(func() { every(ctx, "mail", nil, s.app.Mailing.Deliver, s.app.Account.ViewerOf, nil) })
	both.Go(func() { every(ctx, "calendars", nil, s.app.Intake.ReadCalendars, s.app.Account.ViewerOf, nil) })
}

// viewerOf says who a member is.
type viewerOf = func(ctx context.Context, space, member id.ID) (op.Viewer, error)

// every does some work at once, each time that sweep has passed, and when it is woken, until the context ends. then
// follows on what it was woken for: an import changes what all pages are made of.
func every(
	ctx context.Context, what string, woken <-chan struct{}, do func(context.Context, viewerOf) error, viewer viewerOf,
	then func(context.Context),
) {
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	for asked := false; ; {
		if err := do(ctx, viewer); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, what, "error", fault.Discreet(err))
		}
		if asked {
			then(ctx)
		}
		asked = false
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-woken:
			asked = true
		}
	}
}
