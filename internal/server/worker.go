package server

import (
	"context"
	"log/slog"
	"time"

	"gave.network/internal/fault"
)

// sweep is how often the worker looks for imports that were broken off elsewhere.
const sweep = time.Minute

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
