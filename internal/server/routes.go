package server

import (
	"net/http"

	"gave.network/internal/op"
	"gave.network/internal/page"
)

// moved are the addresses that pages had, and where they are now.
var moved = map[string]string{"/rooms": "/more", "/horizon/picture": "/net"}

// routes adds the pages of every room, and the one that leads to all of them.
func (s *Server) routes(m *page.Mux) {
	m.Handle("GET /more", op.Member, func(w http.ResponseWriter, r *http.Request) error {
		lines, err := page.Standing(r.Context(), page.From(r.Context()).Viewer, s.places)
		if err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, page.MorePage(lines))
	})
	m.Handle("GET /offline", op.Anonymous, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, page.OfflinePage())
	})
	for from, to := range moved {
		m.Handle("GET "+from, op.Member, func(w http.ResponseWriter, r *http.Request) error {
			target := to
			if r.URL.RawQuery != "" {
				target += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, target, http.StatusMovedPermanently)
			return nil
		})
	}
	for _, room := range s.app.Rooms {
		if room.Pages != nil {
			room.Pages(m)
		}
	}
}
