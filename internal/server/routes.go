package server

import (
	"net/http"

	"gave.network/internal/op"
	"gave.network/internal/page"
)

// routes adds the pages of every room, and the one that leads to the rooms.
func (s *Server) routes(m *page.Mux) {
	m.Handle("GET /rooms", op.Member, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, page.RoomsPage())
	})
	for _, room := range s.app.Rooms {
		if room.Pages != nil {
			room.Pages(m)
		}
	}
}
