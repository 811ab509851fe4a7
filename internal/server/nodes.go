package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

const (
	// warmEnough is how long a server that starts says that it is not ready because it reads what its pages are made
	// of; whoever comes earlier is answered all the same, unless another is ready.
	warmEnough = 30 * time.Second

	// warmAtMost is how long a server that starts leaves all requests to others that are ready.
	warmAtMost = 5 * time.Minute

	// asks is how often a server that starts asks whether another is ready, and believed how long it takes it that one
	// is that said so.
	asks     = time.Second
	believed = 3 * time.Second

	// unsure is how long requests wait at most, right after the start, until it is known whether another is ready, and
	// silent how long nobody says so before it is taken that none is.
	unsure = time.Second
	silent = 400 * time.Millisecond

	// finish is how long running requests may take once a server stops.
	finish = 15 * time.Second

	// looks is how often a server looks whether its tables are still ones that it knows.
	looks = 5 * time.Second

	// answers is how long the database may take to say that it is there.
	answers = 5 * time.Second
)

// standing is what a server says of itself to whoever sends it requests.
type standing struct {
	warming  atomic.Bool // it has just started
	stopping atomic.Bool // it was told to stop
	outdated atomic.Bool // another program brought the tables further than this one may go on with

	since time.Time     // when it began to warm up
	sure  chan struct{} // closed when it is known whether another node is ready; nil where there are no others
	once  sync.Once     // closes it
	other atomic.Int64  // when another node last said that it is ready, in nanoseconds since 1970
}

// begin has it warm up, beside other nodes or alone.
func (s *standing) begin(nodes bool) {
	s.since = time.Now()
	if nodes {
		s.sure = make(chan struct{})
	}
	s.warming.Store(true)
}

// warm ends that.
func (s *standing) warm() {
	s.warming.Store(false)
	s.know()
}

// know ends the waiting for whether another node is ready.
func (s *standing) know() {
	if s.sure != nil {
		s.once.Do(func() { close(s.sure) })
	}
}

// others says whether another node is ready just now.
func (s *standing) others() bool { return time.Since(time.Unix(0, s.other.Load())) < believed }

// why says why no requests should be sent here; empty when they may.
func (s *standing) why() string {
	switch {
	case s.stopping.Load():
		return "stopping"
	case s.outdated.Load():
		return "the database was written by a newer version of Gave"
	case s.warming.Load() && (time.Since(s.since) < warmEnough || s.leaves()):
		return "warming up"
	}
	return ""
}

// leaves says whether requests are left to another node, which is warm.
func (s *standing) leaves() bool {
	return s.warming.Load() && time.Since(s.since) < warmAtMost && s.others()
}

// wait waits, right after the start, until it is known whether another node is ready.
func (s *standing) wait(ctx context.Context) {
	left := unsure - time.Since(s.since)
	if s.sure == nil || left <= 0 {
		return
	}
	select {
	case <-s.sure:
	case <-ctx.Done():
	case <-time.After(left):
	}
}

// ask finds out whether other nodes are ready for as long as this one warms up. heard is closed when it hears them.
func (s *Server) ask(ctx context.Context, heard <-chan struct{}) {
	select {
	case <-heard:
	case <-ctx.Done():
		return
	}
	tick := time.NewTicker(asks)
	defer tick.Stop()
	for s.standing.warming.Load() {
		if err := s.app.DB.Tell(ctx, db.Notice{Asks: true}); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "asking whether others are ready", "error", fault.Discreet(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ready says whether requests may be sent here: it is warm, it is not stopping, and the database answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	why := s.standing.why()
	if why == "" {
		ctx, cancel := context.WithTimeout(r.Context(), answers)
		defer cancel()
		if s.app.DB.Ping(ctx) != nil {
			why = "the database does not answer"
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	if why != "" {
		w.Header().Set("Retry-After", op.RetrySoon)
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}

// current answers nobody once the tables are others than this program knows: a newer one does. Nor does it while it
// warms up and another node is ready: whoever waits for a minute here is answered there at once.
func (s *Server) current(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.standing.wait(r.Context())
		switch {
		case s.standing.outdated.Load():
			w.Header().Set("Retry-After", op.RetrySoon)
			http.Error(w, "This server is being upgraded. Try again in a minute.", http.StatusServiceUnavailable)
		case s.standing.leaves():
			w.Header().Set("Retry-After", op.RetrySoon)
			http.Error(w, "This server has just started. Another is ready.", http.StatusServiceUnavailable)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// look finds out whether the tables are still ones that this program knows.
func (s *Server) look(ctx context.Context) {
	switch err := s.app.DB.Fits(ctx); {
	case db.Outdated(err):
		if !s.standing.outdated.Swap(true) {
			slog.ErrorContext(ctx, "another program brought the tables further", "error", fault.Discreet(err))
		}
	case err == nil:
		s.standing.outdated.Store(false)
	}
}

// network are the tables from which it follows who is tied to whom.
var network = []string{"interaction", "participant", "tie", "statement", "merge"}

// Hear lets what is kept in memory follow what other nodes write, until the context ends; on SQLite there are none.
// first is closed when it has begun to hear them.
func (s *Server) Hear(ctx context.Context, first chan<- struct{}) {
	var (
		lock    sync.Mutex
		stirred = map[id.ID]bool{}
		stir    = make(chan struct{}, 1)
		told    = make(chan struct{}, 1)
		warm    = make(chan struct{}, 1)
		look    = make(chan struct{}, 1)
		all     sync.WaitGroup
	)
	wake := func(c chan struct{}) {
		select {
		case c <- struct{}{}:
		default:
		}
	}
	// What follows takes longer than a notice may, and comes to less when there are many.
	follow := func(woken <-chan struct{}, do func()) {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-woken:
					do()
				}
			}
		})
	}
	follow(stir, func() {
		lock.Lock()
		spaces := stirred
		stirred = map[id.ID]bool{}
		lock.Unlock()
		for space := range spaces {
			s.app.Network.Stir(ctx, space)
		}
	})
	follow(warm, func() { s.Warm(ctx) })
	follow(look, func() { s.look(ctx) })
	follow(told, func() {
		if s.standing.why() == "" {
			_ = s.app.DB.Tell(ctx, db.Notice{Ready: true}) // who does not hear it asks again
		}
	})
	begun := false
	s.app.DB.Listen(ctx, func(n db.Notice) {
		own := n.From == s.app.DB.Node()
		switch {
		case n.Missed:
			s.app.Network.ForgetKept()
			s.app.Intake.Wake()
			wake(look)
			if begun {
				wake(warm)
			} else {
				begun = true
				close(first)
			}
		case n.Migrated:
			wake(look)
		case n.Asks:
			if own {
				time.AfterFunc(silent, s.standing.know)
			} else {
				wake(told)
			}
		case n.Ready && !own:
			s.standing.other.Store(time.Now().UnixNano())
			s.standing.know()
		case n.Work && !own:
			s.app.Intake.Wake()
		case n.Read && !own:
			wake(warm)
		case !own && (n.Drop || slices.Contains(n.Gone, "person")):
			s.app.Network.ForgetKept()
		}
		if slices.ContainsFunc(n.Tables, func(table string) bool { return slices.Contains(network, table) }) {
			lock.Lock()
			stirred[n.Space] = true
			lock.Unlock()
			wake(stir)
		}
	})
	all.Wait()
}
