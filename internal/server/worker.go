package server

import (
	"context"
	"log/slog"
	"time"

	"gave.network/internal/fault"
)

// sweep is how often the worker looks for imports that were broken off elsewhere.
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

// Work runs the imports that were started or broken off, and reads the calendars that are read every day, until the
// context ends. They outlive the request that started them.
func (s *Server) Work(ctx context.Context) {
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	for {
		if err := s.app.Intake.Resume(ctx, s.app.Account.ViewerOf); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "imports", "error", fault.Discreet(err))
		}
		if err := s.app.Intake.ReadCalendars(ctx, s.app.Account.ViewerOf); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "calendars", "error", fault.Discreet(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.app.Intake.Woken():
		}
	}
}
