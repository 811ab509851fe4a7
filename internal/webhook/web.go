package webhook

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the page of webhooks.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /webhooks", op.Member, s.Page)
	m.HandleLong("POST /webhooks", op.Member, s.Form)
}

// Page shows which programs are told, and how another is.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	return s.page(w, r, nil)
}

func (s *Service) page(w http.ResponseWriter, r *http.Request, made *Added) error {
	found, err := s.list(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, webhooksPage(found, made))
}

// Form makes a webhook, tries one or removes it.
func (s *Service) Form(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	switch r.FormValue("do") {
	case "add":
		in, err := page.Input[AddInput](r, "webhooks.add")
		if err != nil {
			return err
		}
		made, err := s.add(ctx, v, in)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Location", "/webhooks")
		return s.page(w, r, &made)
	case "try":
		in, err := page.Input[HookInput](r, "webhooks.try")
		if err == nil {
			err = s.Try(ctx, v, in.Webhook)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, "/webhooks", page.T(ctx, "It was tried: below stands what came of it."))
	case "remove":
		in, err := page.Input[HookInput](r, "webhooks.remove")
		if err == nil {
			err = s.Remove(ctx, v, in.Webhook)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, "/webhooks", page.T(ctx, "It is told nothing more."))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}
