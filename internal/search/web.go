package search

import (
	"net/http"

	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/text"
)

// paletteFound is the part of the page that the palette asks for: the same, as a list to choose from.
const paletteFound = "palette-found"

func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /search", op.Guest, s.show)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	found, err := s.find(r.Context(), request.Viewer, request.Places, text.Clip(r.URL.Query().Get("q"), mostTyped))
	if err != nil {
		return err
	}
	switch page.Fragment(r) {
	case "":
		return page.Render(w, r, http.StatusOK, searchPage(found))
	case paletteFound:
		return page.Render(w, r, http.StatusOK, choices(found))
	}
	return page.Render(w, r, http.StatusOK, results(found))
}

// mostTyped is how many letters of what was typed are looked at.
const mostTyped = 1000
