package news

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// shown is how many items the page of a person shows.
const shown = 5

func (s *Service) pages(m *page.Mux) {
	m.HandleLong("POST /news", op.Member, s.AddForm)
	m.Handle("POST /news/{feed}", op.Member, s.RemoveForm)
}

// AddForm follows a feed of a person.
func (s *Service) AddForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[AddInput](r, "news.add")
	if err != nil {
		return err
	}
	if _, err := s.Add(r.Context(), page.From(r.Context()).Viewer, in.Person, in.Address); err != nil {
		return err
	}
	return page.Done(w, r, page.Back(r, "/people"), page.T(r.Context(), "What is new there comes with Today."))
}

// RemoveForm follows a feed no more.
func (s *Service) RemoveForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[FeedInput](r, "news.remove")
	if err != nil {
		return err
	}
	if err := s.remove(r.Context(), page.From(r.Context()).Viewer, in.Feed); err != nil {
		return err
	}
	return page.Done(w, r, page.Back(r, "/people"), page.T(r.Context(), "It is followed no more."))
}

// Panel shows what a person published, and lets the viewer follow a feed of theirs.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	if v.Role < op.Member || person == v.Person {
		return nil, nil
	}
	list, err := s.List(ctx, v, person)
	if err != nil {
		return nil, err
	}
	return personPanel(person.String(), list), nil
}
