package server

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/page"
	"gave.network/internal/today"
)

// feed serves Today to a calendar or feed reader that knows the secret address.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) error {
	viewer, err := s.app.Account.Feed(r.Context(), r.PathValue("secret"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.") // a wrong secret learns nothing
	}
	moves, err := s.app.Today.Today(r.Context(), viewer)
	if err != nil {
		return err
	}
	feed := today.Feed{Moves: moves, Base: page.Base(r), At: viewer.Now, Printer: viewer.Printer()}
	w.Header().Set("Cache-Control", "private, max-age=900")
	switch r.PathValue("form") {
	case "today.atom":
		w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
		return feed.Atom(w)
	case "today.ics":
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		return feed.ICalendar(w)
	}
	return fault.New(fault.NotFound, "There is no such page.")
}
