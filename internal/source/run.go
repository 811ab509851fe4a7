package source

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/intake/read"
	"gave.network/internal/job"
	"gave.network/internal/op"
	"gave.network/internal/source/dav"
	"gave.network/internal/source/imap"
	"gave.network/internal/source/oauth"
)

const (
	// sweep is how often the worker looks for what is due.
	sweep = 20 * time.Second
	// atOnce is how many sources one node reads at a time.
	atOnce = 4
	// mostWatched is of how many mailboxes one node waits for what comes in; the others are asked now and then.
	mostWatched = 100
	// longest is how long one reading may take; what is left then comes with the next.
	longest = time.Hour
	// firstPause is how long is waited after a failure, longestPause at most.
	firstPause, longestPause = 5 * time.Minute, 6 * time.Hour
	// mostWrong is after how many wrong passwords in a row none is tried any more: providers lock accounts.
	mostWrong = 3
	// soon is when a source is read on that has more than one reading takes.
	soon = time.Second
)

// often is how often a source of a kind is read.
func often(kind string) time.Duration {
	switch Way(kind) {
	case Mail:
		return 10 * time.Minute
	case Forward: // what comes in wakes it; this is for what came in while it was read
		return 5 * time.Minute
	}
	return time.Hour
}

// reading is one reading of a source.
type reading struct {
	s        *Service
	v        op.Viewer
	r        *row
	password string
	provider *oauth.Provider // which gave a token instead; nil with a password
	token    oauth.Token
	fresh    bool // the source is not stored yet
	renewed  bool // the token was renewed though it had not ended
	server   *fetch.Server
	folder   string // where what is new is written
	boxes    []boxRow
	again    bool // cards that did not change are to be read again
	trouble  error
}

// fetched is what a reading found.
type fetched struct {
	any     bool // something lies in the folder, or is gone
	more    bool // and there is more than one reading takes
	changes intake.Changes
	// keep notes up to where the source was read, once what was found is stored.
	keep func(ctx context.Context, tx *db.Tx) error
}

// find says what the server of a source holds.
func (x *reading) find(ctx context.Context) ([]boxRow, error) {
	if Way(x.r.Kind) == Mail {
		return x.findMail(ctx)
	}
	return x.findBooks(ctx)
}

// fetch writes what is new to the folder.
func (x *reading) fetch(ctx context.Context) (fetched, error) {
	switch Way(x.r.Kind) {
	case Mail:
		return x.fetchMail(ctx)
	case Forward:
		return x.fetchForwarded(ctx)
	}
	return x.fetchBooks(ctx)
}

// wrongPassword says whether the server did not take the name or password.
func wrongPassword(err error) bool {
	return dav.WrongPassword(err) || errors.Is(err, imap.ErrSignIn) || errors.Is(err, imap.ErrToken)
}

// Work reads what is due, until the context ends. A server that does not answer keeps only its own source waiting.
func (s *Service) Work(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	places := make(chan struct{}, atOnce)
	var mu sync.Mutex
	busy, watched := map[id.ID]bool{}, map[id.ID]bool{}
	watch := func(r row) {
		mu.Lock()
		defer mu.Unlock()
		if Way(r.Kind) != Mail || watched[r.ID] || len(watched) >= mostWatched {
			return
		}
		watched[r.ID] = true
		all.Go(func() {
			s.watch(ctx, r)
			mu.Lock()
			delete(watched, r.ID)
			mu.Unlock()
		})
	}
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	for {
		due, err := s.dueNow(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "sources", "error", fault.Discreet(err))
		}
		for _, r := range due {
			mu.Lock()
			taken := busy[r.Owner] // one at a time of each member, so that nobody's slow servers keep others waiting
			busy[r.Owner] = true
			mu.Unlock()
			if taken {
				continue
			}
			all.Go(func() {
				well := false
				defer func() {
					mu.Lock()
					delete(busy, r.Owner)
					mu.Unlock()
					if well { // another one of this member may wait
						s.Wake()
					}
				}()
				select {
				case places <- struct{}{}:
				case <-ctx.Done():
					return
				}
				defer func() { <-places }()
				switch err := s.read(ctx, r); {
				case err == nil:
					well = true
					watch(r)
				case ctx.Err() == nil && fault.CodeOf(err) != fault.Conflict:
					slog.ErrorContext(ctx, "source", "error", fault.Discreet(err))
				}
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.woken:
		}
	}
}

// dueNow are the sources that are due and that nobody reads.
func (s *Service) dueNow(ctx context.Context) ([]row, error) {
	now, err := s.db.Clock(ctx)
	if err != nil {
		return nil, err
	}
	due, err := s.due(ctx, now)
	var out []row
	for _, r := range due {
		if r.Free(now) {
			out = append(out, r)
		}
	}
	return out, err
}

// RunDue reads once what is due, one after another.
func (s *Service) RunDue(ctx context.Context) error {
	due, err := s.dueNow(ctx)
	for _, r := range due {
		if err := s.read(ctx, r); err != nil && fault.CodeOf(err) != fault.Conflict {
			return err
		}
	}
	return err
}

// Run reads a source of the viewer now.
func (s *Service) Run(ctx context.Context, v op.Viewer, key id.ID) error {
	r, err := s.one(ctx, v, key)
	if err != nil {
		return err
	}
	return s.read(ctx, r)
}

func taken() error {
	return fault.New(fault.Conflict, "This source is being read already.")
}

// read takes a source upon this process, reads it, and notes what came of it. An error is one of ours; what is wrong
// with the server is noted with the source.
func (s *Service) read(ctx context.Context, r row) (err error) {
	now, err := s.db.Clock(ctx)
	if err != nil {
		return err
	}
	if !r.Free(now) {
		return taken()
	}
	mine, err := r.work().Take(ctx, s.db, r.Claim, now)
	if err != nil {
		return err
	}
	if !mine {
		return taken()
	}
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	go r.work().Beat(ctx, s.db, stop)
	defer r.work().Release(s.db)
	// What was looked at before it was taken may be old.
	found, err := s.rows(ctx, s.db, `space = $1 and id = $2`, r.Space, r.ID)
	if err != nil || len(found) == 0 {
		return err
	}
	r = found[0]
	v, err := s.viewer(ctx, r.Space, r.Owner)
	if fault.CodeOf(err) == fault.NotFound { // the member left
		return s.Leave(ctx, r.Space, r.Owner)
	}
	if err != nil {
		return err
	}
	if r.Ending > 0 {
		return s.end(ctx, v, r)
	}
	return s.note(ctx, &r, v, s.once(ctx, v, &r))
}

// end removes a source, and what it brought where that was asked.
func (s *Service) end(ctx context.Context, v op.Viewer, r row) error {
	s.endToken(ctx, r)
	if err := s.intake.EndFeed(ctx, v, r.Import, r.Ending == 2); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.db, `delete from source where space = $1 and id = $2`, r.Space, r.ID)
	return err
}

// note stores what became of a reading.
func (s *Service) note(ctx context.Context, r *row, v op.Viewer, came outcome) error {
	err := came.err
	if db.Lost(err) || ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err // it is gone on with
	}
	now := time.Now()
	r.Looked = now.UnixMicro()
	if came.people+came.contacts > 0 {
		r.People, r.Contacts, r.News = came.people, came.contacts, r.Looked
	}
	switch {
	case err == nil:
		r.Came, r.Tries, r.Trouble = r.Looked, 0, ""
		r.Due = now.Add(job.Pause(1, often(r.Kind), often(r.Kind))).UnixMicro()
		if came.more { // of a server that has no end of it, no more than all others get
			r.Due = now.Add(soon).UnixMicro()
		}
	case intake.Taken(err):
		r.Due = now.Add(job.Heartbeat).UnixMicro()
	default:
		r.Tries++
		r.Trouble = read.BecauseOf(err)
		r.Due = now.Add(job.Pause(r.Tries, firstPause, longestPause)).UnixMicro()
		if errors.Is(err, oauth.ErrRefused) {
			r.Due = never
		}
		if wrongPassword(err) {
			r.Due = now.Add(job.Pause(r.Tries, time.Hour, longestPause)).UnixMicro()
			if r.Tries >= mostWrong {
				r.Due = never
			}
		}
		slog.WarnContext(ctx, "source", "kind", r.Kind, "error", fault.Discreet(err))
	}
	return s.ended(context.WithoutCancel(ctx), *r)
}

// outcome is what became of a reading.
type outcome struct {
	people, contacts int64
	more             bool
	err              error
}

// once reads a source once: fetch, store, and only then note up to where it was read. Killed in between it begins again
// at the same place, and what is there already is not doubled.
func (s *Service) once(ctx context.Context, v op.Viewer, r *row) (out outcome) {
	defer func() {
		if wrong := recover(); wrong != nil { // what a server sends must not end the program
			slog.ErrorContext(ctx, "source", "panic", fault.Mask(string(debug.Stack())))
			out.err = fault.New(fault.Internal, "Something went wrong on our side.")
		}
	}()
	x := &reading{s: s, v: v, r: r, server: s.server(r.Certificate)}
	if err := x.open(); err != nil {
		return outcome{err: err}
	}
	var err error
	if x.folder, err = s.intake.FeedFolder(ctx, v, r.Import); err != nil {
		return outcome{err: err}
	}
	if x.boxes, err = s.boxes(ctx, s.db, *r); err != nil {
		return outcome{err: err}
	}
	got, err := x.fetch(ctx)
	if err != nil {
		return outcome{err: err}
	}
	if _, err := s.viewer(ctx, r.Space, r.Owner); err != nil { // who left while the server took its time
		return outcome{err: err}
	}
	r.Certificate = x.server.Certificate
	out.more = got.more
	if got.any {
		before, err := s.intake.Report(ctx, v, r.Import)
		if err != nil {
			return outcome{err: err}
		}
		after, err := s.intake.Refill(ctx, v, r.Import, got.changes)
		if err != nil {
			return outcome{err: err}
		}
		out.more = out.more || x.again
		out.people, out.contacts = after.PeopleAdded-before.PeopleAdded, after.InteractionsAdded
	}
	if out.err = s.db.Write(ctx, func(tx *db.Tx) error { return got.keep(ctx, tx) }); out.err == nil {
		out.err = x.trouble // with a part, while the rest is stored
	}
	return out
}

// tell notes how far a reading is.
func (x *reading) tell(ctx context.Context, done, whole int) {
	_, _ = db.Exec(ctx, x.s.db, `update source set done = $3, whole = $4 where space = $1 and id = $2`,
		x.r.Space, x.r.ID, done, whole)
}
