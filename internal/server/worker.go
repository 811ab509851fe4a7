package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
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
		every(ctx, "imports", sweep, s.app.Intake.Woken(), func(ctx context.Context) error {
			worked, err := s.app.Intake.Resume(ctx, s.app.Account.ViewerOf)
			if worked && ctx.Err() == nil { // an import changes what all pages are made of
				_ = s.app.DB.Tell(ctx, db.Notice{Read: true}) // who does not hear it reads what changed when asked
				s.Warm(ctx)
			}
			return err
		})
	})
	both.Go(func() {
		every(ctx, "mail", sweep, nil, func(ctx context.Context) error {
			return s.app.Mailing.Deliver(ctx, s.app.Account.ViewerOf)
		})
	})
	both.Go(func() {
		every(ctx, "calendars", sweep, nil, func(ctx context.Context) error {
			return s.app.Intake.ReadCalendars(ctx, s.app.Account.ViewerOf)
		})
	})
	both.Go(func() {
		every(ctx, "what is old", time.Hour, nil, func(ctx context.Context) error {
			return s.app.Duties.Sweep(ctx, time.Now(), s.app.Account.ViewerOf)
		})
	})
	both.Go(func() { s.app.Source.Work(ctx) })
	both.Go(func() { every(ctx, "webhooks", sweep, nil, s.app.Webhook.TellDue) })
	both.Go(func() { every(ctx, "feeds", sweep, nil, s.app.News.ReadDue) })
	if s.app.Answers != nil {
		both.Go(func() { every(ctx, "answers by mail", sweep, nil, s.app.Answers.Read) })
	}
	if s.Mail != nil && s.app.Receiver != nil {
		both.Go(func() {
			if err := s.app.Receiver.Serve(ctx, s.Mail); err != nil {
				slog.ErrorContext(ctx, "mail that comes in", "error", fault.Discreet(err))
			}
		})
	}
	if s.app.DB.Dialect == db.PostgreSQL {
		both.Go(func() {
			every(ctx, "tables", looks, nil, func(ctx context.Context) error {
				s.look(ctx)
				return nil
			})
		})
	}
}

// every does some work at once, as often as it says, and when it is woken, until the context ends.
func every(
	ctx context.Context, what string, often time.Duration, woken <-chan struct{}, do func(context.Context) error,
) {
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, what, "error", fault.Discreet(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-woken:
		}
	}
}
