package inbox

import (
	"context"
	"net/http"

	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the page of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /inbox", op.Guest, s.InboxPage)
	m.Handle("POST /inbox", op.Guest, s.SeenForm)
}

// InboxPage shows what was brought to the viewer.
func (s *Service) InboxPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Inbox(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, inboxPage(list))
}

// SeenForm notes that the viewer saw one thing, or all.
func (s *Service) SeenForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[SeenInput](r, "inbox.seen")
	if err != nil {
		return err
	}
	if err := s.Seen(r.Context(), page.From(r.Context()).Viewer, in.ID); err != nil {
		return err
	}
	return page.Done(w, r, "/inbox", "")
}

// part is a part of the page.
type part struct {
	title   string
	entries []Entry
}

// parts are what waits, what is new and what was there before.
func parts(ctx context.Context, list []Entry) []part {
	out := []part{{title: page.T(ctx, "Waits for you")}, {title: page.T(ctx, "New")}, {title: page.T(ctx, "Earlier")}}
	for _, e := range list {
		out[e.rank()].entries = append(out[e.rank()].entries, e)
	}
	return out
}
