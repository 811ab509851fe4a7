package today

import (
	"net/http"

	"gave.network/internal/move"
	"gave.network/internal/page"
)

// Page shows the viewer's day.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	moves, err := s.Today(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, todayPage(moves))
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

// principleTitle is the name of a principle as people read it.
func principleTitle(m move.Move) string {
	switch m.Principle {
	case "goodwill":
		return "Goodwill"
	case "horizon":
		return "Horizon"
	case "give":
		return "Give"
	case "praise":
		return "Praise"
	case "ask":
		return "Ask"
	case "colleagues":
		return "Colleagues"
	case "power":
		return "Power"
	}
	return "Your network"
}
