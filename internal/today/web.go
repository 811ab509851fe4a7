package today

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of the day.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /{$}", op.Member, s.Page)
	m.Handle("POST /today/answer", op.Member, s.AnswerForm)
	m.Handle("GET /feeds/{secret}/{form}", op.Anonymous, s.feed)
}

// Page shows the viewer's day.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	moves, err := s.Today(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, todayPage(moves, s.principles()))
}

// AnswerForm takes what the viewer said of a move.
func (s *Service) AnswerForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	answer := r.FormValue("answer")
	if err := s.Answer(r.Context(), request.Viewer, r.FormValue("move"), answer); err != nil {
		return err
	}
	sentence := map[string]string{
		Done: "Well done.", Later: "It comes back in a week.", Never: "It will not come back.",
	}[answer]
	return page.Done(w, r, "/", request.Printer.T(sentence))
}

// principles returns the title of each room, as people read it, by its key.
func (s *Service) principles() map[string]string {
	out := make(map[string]string, len(s.rooms))
	for _, r := range s.rooms {
		out[r.Key] = r.Title
	}
	return out
}

// feed serves Today to a calendar or feed reader that knows the secret address.
func (s *Service) feed(w http.ResponseWriter, r *http.Request) error {
	viewer, err := s.member(r.Context(), r.PathValue("secret"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.") // a wrong secret learns nothing
	}
	moves, err := s.Today(r.Context(), viewer)
	if err != nil {
		return err
	}
	feed := Feed{Moves: moves, Base: page.Base(r), At: viewer.Now, Printer: viewer.Printer()}
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
