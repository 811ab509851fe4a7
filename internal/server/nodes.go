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
	// of; whoever comes earlier is answered all the same.
	warmEnough = 30 * time.Second

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
}

// why says why no requests should be sent here; empty when they may.
func (s *standing) why() string {
	switch {
	case s.stopping.Load():
		return "stopping"
	case s.outdated.Load():
		return "the database was written by a newer version of Gave"
	case s.warming.Load():
		return "warming up"
	}
	return ""
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

// current answers nobody once the tables are others than this program knows: a newer one does.
func (s *Server) current(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.standing.outdated.Load() {
			w.Header().Set("Retry-After", op.RetrySoon)
			http.Error(w, "This server is being upgraded. Try again in a minute.", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
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
