// Package pagetest asks the pages of a room for something, as a browser would that is signed in.
package pagetest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/api/wire"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Site serves some pages to one viewer.
type Site struct {
	mux        *page.Mux
	viewer     op.Viewer
	operations *op.Registry
}

// New returns a site without pages, whose forms bring the input of some operations.
func New(v op.Viewer, operations ...op.Operation) *Site {
	s := &Site{mux: &page.Mux{}, viewer: v}
	if len(operations) > 0 {
		s.operations = &op.Registry{}
		s.operations.Add(operations...)
		s.operations.CheckWith(wire.NewSet(operations...).Check)
	}
	return s
}

// As returns the same pages for another viewer.
func (s *Site) As(v op.Viewer) *Site { return &Site{mux: s.mux, viewer: v, operations: s.operations} }

// Serve adds the pages of a room.
func (s *Site) Serve(pages func(*page.Mux)) { pages(s.mux) }

// Handle adds a page.
func (s *Site) Handle(pattern string, least op.Role, h page.Handler) { s.mux.Handle(pattern, least, h) }

// HandleUpload adds a page that takes in files.
func (s *Site) HandleUpload(pattern string, least op.Role, most int64, h page.Handler) {
	s.mux.HandleUpload(pattern, least, most, h)
}

// Send sends a request and checks its status; a sign-in that is asked for, and a page that follows a form, are seen by
// theirs.
func (s *Site) Send(t testing.TB, r *http.Request, status int) *httptest.ResponseRecorder {
	t.Helper()
	r = r.WithContext(page.With(r.Context(), &page.Request{
		Viewer: s.viewer, Printer: s.viewer.Printer(), Operations: s.operations,
	}))
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	if w.Code != status {
		t.Errorf("%s %s: status %d, want %d: %.300s", r.Method, r.URL, w.Code, status, w.Body)
	}
	return w
}

// Get reads a page and checks that it holds some texts.
func (s *Site) Get(t testing.TB, address string, status int, holds ...string) string {
	t.Helper()
	return check(t, address, s.Send(t, httptest.NewRequest(http.MethodGet, address, nil), status), holds)
}

// Post sends a form.
func (s *Site) Post(t testing.TB, address string, form url.Values, status int, holds ...string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return check(t, address, s.Send(t, r, status), holds)
}

func check(t testing.TB, address string, w *httptest.ResponseRecorder, holds []string) string {
	t.Helper()
	body := w.Body.String()
	for _, text := range holds {
		if !strings.Contains(body, text) {
			t.Errorf("%s does not hold %q: %.1500s", address, text, body)
		}
	}
	return body
}
