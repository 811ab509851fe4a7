package capture

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of capture.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /capture", op.Member, s.Page)
	m.Handle("POST /capture", op.Member, s.Form)
}

// Page shows what was understood of a line, and asks before it is stored. A script gets the part without the frame.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	// A share from another app or a bookmark brings a title and an address too.
	var parts []string
	for _, name := range []string{"text", "title", "url"} {
		if part := strings.TrimSpace(r.URL.Query().Get(name)); part != "" {
			parts = append(parts, part)
		}
	}
	line := strings.Join(parts, " ")
	if line == "" {
		if page.Fragment(r) != "" {
			w.WriteHeader(http.StatusOK)
			return nil
		}
		return page.Render(w, r, http.StatusOK, capturePage(Output{}, page.Base(r)))
	}
	out, _, err := s.Understand(r.Context(), request.Viewer, line, false)
	if err != nil {
		return err
	}
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, understood(out, true))
	}
	return page.Render(w, r, http.StatusOK, capturePage(out, page.Base(r)))
}

// Form stores a line. What is unclear is asked again.
func (s *Service) Form(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	v := request.Viewer
	v.Now = typedAt(r, v.Now)
	out, err := s.Store(r.Context(), v, r.FormValue("text"), r.FormValue("sure") != "")
	if err != nil {
		return err
	}
	if !out.Stored {
		return page.Render(w, r, http.StatusUnprocessableEntity, capturePage(out, page.Base(r)))
	}
	to := "/"
	for _, u := range out.Understood {
		for _, p := range u.People {
			if !p.ID.IsZero() {
				to = "/people/" + p.ID.String()
			}
		}
	}
	sentence := request.Printer.T("Stored.")
	for _, u := range out.Understood {
		sentence += " " + u.Sentence(request.Printer)
	}
	return page.Done(w, r, page.Back(r, to), sentence)
}

// mostWaiting is how long a line may have waited on a device without a connection for its days to be counted from then.
const mostWaiting = 90 * 24 * time.Hour

// typedAt is when a line was typed that waited for a connection: its yesterday is the day before that.
func typedAt(r *http.Request, now time.Time) time.Time {
	milliseconds, err := strconv.ParseInt(r.FormValue("at"), 10, 64)
	at := time.UnixMilli(milliseconds)
	if err != nil || at.After(now) || now.Sub(at) > mostWaiting {
		return now
	}
	return at
}

// bookmarklet is a bookmark that opens the page on which something is noted, with what a page of the web is about.
func bookmarklet(base string) templ.SafeURL {
	return templ.SafeURL("javascript:open('" + base +
		"/capture?text='+encodeURIComponent(getSelection())+'&url='+encodeURIComponent(location.href))")
}
