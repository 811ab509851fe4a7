package source

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/source/oauth"
)

// pages adds the pages of sources.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /sources", op.Member, s.ListPage)
	m.HandleLong("POST /sources", op.Member, s.AddForm)
	m.HandleLong("POST /sources/connect", op.Member, s.ConnectForm)
	m.HandleLong("GET "+backPath, op.Member, s.BackPage)
	m.HandleLong("POST /sources/forward", op.Member, s.ForwardForm)
	m.Handle("GET /sources/{source}", op.Member, s.SourcePage)
	m.HandleLong("POST /sources/{source}", op.Member, s.SourceForm)
}

// ListPage lists what comes in by itself, and offers to add to it.
func (s *Service) ListPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.List(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, s.listPage(list, ""))
}

// ConnectForm begins a sign-in at a provider. That is a form, so that no other site can begin it, and then a link:
// forms do not lead elsewhere.
func (s *Service) ConnectForm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	in, err := page.Input[ConnectInput](r, "source.connect")
	if err != nil {
		return err
	}
	v := page.From(ctx).Viewer
	begun, err := s.Begin(ctx, v, in, page.Base(r))
	if err != nil {
		return err
	}
	p, err := s.providerOf(in.Provider)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, awayPage(p, begun.Address))
}

// BackPage is where a provider sends the browser back to.
func (s *Service) BackPage(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	v := page.From(ctx).Viewer
	key, err := s.Finish(ctx, v, Back{
		State: q.Get("state"), Code: q.Get("code"), Wrong: q.Get("error"), Issuer: q.Get("iss"),
	})
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.Conflict, fault.Unavailable, fault.Invalid, fault.NotFound:
		list, wrong := s.List(ctx, v)
		if wrong != nil {
			return wrong
		}
		return page.Render(w, r, page.StatusOf(err), s.listPage(list, page.Sentence(ctx, err)))
	}
	if err != nil {
		return err
	}
	s.Wake()
	return page.Done(w, r, "/sources/"+key.String(), page.T(ctx, "It is read from now on."))
}

// AddForm adds a source.
func (s *Service) AddForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[AddInput](r, "source.add")
	if err != nil {
		return err
	}
	key, err := s.Add(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		return err
	}
	s.Wake()
	return page.Done(w, r, "/sources/"+key.String(), page.T(r.Context(), "It is read from now on."))
}

// ForwardForm makes an address to which the viewer passes mails on.
func (s *Service) ForwardForm(w http.ResponseWriter, r *http.Request) error {
	key, err := s.Forward(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/sources/"+key.String(), page.T(r.Context(), "The address is made."))
}

// SourcePage shows a source.
func (s *Service) SourcePage(w http.ResponseWriter, r *http.Request) error {
	key, err := id.Parse(r.PathValue("source"))
	if err != nil {
		return unknown()
	}
	x, err := s.Show(r.Context(), page.From(r.Context()).Viewer, key)
	if err != nil {
		return err
	}
	by := oauth.Find(s.providers, x.way)
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, sourceState(x, by))
	}
	if x.waiting() {
		w.Header().Set("Refresh", "3") // for those without scripts
	}
	return page.Render(w, r, http.StatusOK, sourcePage(x, by))
}

// waiting says that something is about to change by itself.
func (x Source) waiting() bool { return x.Reading || x.Came == nil && x.Trouble == "" }

// SourceForm reads a source now, changes it, or ends it.
func (s *Service) SourceForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("source"))
	if err != nil {
		return unknown()
	}
	here := "/sources/" + key.String()
	switch r.FormValue("do") {
	case "read":
		if err := s.Hurry(ctx, v, key); err != nil {
			return err
		}
		return page.Done(w, r, here, page.T(ctx, "It is read as soon as possible."))
	case "password":
		in := ChangeInput{Source: key, Password: r.FormValue("password")}
		if in.Password == "" || len(in.Password) > 1000 {
			return fault.New(fault.Invalid, "Without a password it cannot be read.").WithField("password")
		}
		if err := s.Change(ctx, v, in); err != nil {
			return err
		}
		s.Wake()
		return page.Done(w, r, here, page.T(ctx, "The new password is kept."))
	case "boxes":
		return s.boxesForm(w, r, key)
	case "leave", "along":
		if err := s.Remove(ctx, v, key, r.FormValue("do") == "along"); err != nil {
			return err
		}
		return page.Done(w, r, "/sources", page.T(ctx, "It is read no more."))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// boxesForm chooses what of a source is read.
func (s *Service) boxesForm(w http.ResponseWriter, r *http.Request, key id.ID) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	x, err := s.Show(ctx, v, key)
	if err != nil {
		return err
	}
	chosen := map[string]bool{}
	for _, box := range r.Form["box"] {
		chosen[box] = true
	}
	in := ChangeInput{Source: key}
	for _, b := range x.Boxes {
		if chosen[b.ID.String()] {
			in.Read = append(in.Read, b.ID)
		} else {
			in.Leave = append(in.Leave, b.ID)
		}
	}
	if err := s.Change(ctx, v, in); err != nil {
		return err
	}
	s.Wake()
	return page.Done(w, r, "/sources/"+key.String(), page.T(ctx, "Kept."))
}
