package phone

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"gave.network/internal/account"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the page of devices, and the calendar.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /phone", op.Member, s.Page)
	m.Handle("POST /phone", op.Member, s.Form)
	m.Handle("GET /feeds/{secret}/calendar.ics", op.Anonymous, s.feed)
}

// shown is what the page shows.
type shown struct {
	Overview
	server   string         // the whole address of the address book
	host     string         // its host, as some devices ask for it
	password *account.Token // that was made just now
	calendar string         // the whole address of a calendar that was made just now
}

func (s *Service) shown(r *http.Request) (shown, error) {
	about, err := s.Overview(r.Context(), page.From(r.Context()).Viewer)
	out := shown{Overview: about, server: page.Base(r) + about.Server}
	if u, wrong := url.Parse(out.server); wrong == nil {
		out.host = u.Host
	}
	return out, err
}

// Page shows which devices have the viewer's contacts and calendar, and how another gets them.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	found, err := s.shown(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, phonePage(found))
}

// Form makes a password or an address, ends one, or puts somebody back.
func (s *Service) Form(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	switch r.FormValue("do") {
	case "password":
		in, err := page.Input[NameInput](r, "phone.add")
		if err != nil {
			return err
		}
		token, err := s.account.NewDevice(ctx, v, in.Name)
		if err != nil {
			return err
		}
		found, err := s.shown(r)
		if err != nil {
			return err
		}
		found.password = &token
		w.Header().Set("Content-Location", "/phone")
		return page.Render(w, r, http.StatusOK, phonePage(found))
	case "calendar":
		in, err := page.Input[NameInput](r, "phone.calendar", page.As("name", "calendar_name"))
		if err != nil {
			return err
		}
		token, err := s.account.NewCalendar(ctx, v, in.Name)
		if err != nil {
			return err
		}
		found, err := s.shown(r)
		if err != nil {
			return err
		}
		found.calendar = page.Base(r) + CalendarPath(token.Secret)
		w.Header().Set("Content-Location", "/phone#calendar")
		return page.Render(w, r, http.StatusOK, phonePage(found))
	case "end":
		key, err := id.Parse(r.FormValue("key"))
		if err == nil {
			err = s.End(ctx, v, key)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, "/phone", page.T(ctx, "It opens nothing any more."))
	case "back":
		p, err := s.network.Resolve(ctx, v, r.FormValue("who"))
		if err == nil {
			err = s.Back(ctx, v, p)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, "/phone", page.T(ctx, "%s is on your devices again, soon.", p.Name))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// feed serves the calendar to a program that knows its secret address.
func (s *Service) feed(w http.ResponseWriter, r *http.Request) error {
	viewer, err := s.account.Calendar(r.Context(), r.PathValue("secret"))
	if err == nil {
		err = viewer.May(op.Member)
	}
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.") // a wrong secret learns nothing
	}
	content, err := s.Calendar(r.Context(), viewer, page.Base(r))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	etag := `"` + hex.EncodeToString(sum[:16]) + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "private, max-age=900")
	if slices.Contains(etagsIn(r.Header.Get("If-None-Match")), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, err = w.Write(content)
	return err
}
