package horizon

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people/around"
	"gave.network/internal/tie"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /horizon", op.Member, s.Page)
	m.Handle("GET /net/way", op.Member, s.WayPage)
	s.mapPages(m)
}

// mostRows is how many people each part of the page shows.
const mostRows = 5

// horizonView is what the page of the room shows.
type horizonView struct {
	Problem string
	Asleep  []asleep
	Bridges []Tie
	Next    []Acquaintance
	Layers  []string // that were looked at
}

// asleep is a dormant tie with when it was last awake, and how the other is reached.
type asleep struct {
	Tie
	last         time.Time
	phone, email string // empty when they are not known
}

// Page shows which ties and which new acquaintances widen the view.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	if r.URL.Query().Has("to") { // where the way was asked once
		http.Redirect(w, r, "/net/way?"+r.URL.RawQuery, http.StatusMovedPermanently)
		return nil
	}
	var shown horizonView
	next, err := s.next(ctx, v, NextInput{Limit: mostRows})
	if err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, horizonPage(shown)) // without ties there is nothing else
	}
	shown.Next, shown.Layers = next.People, next.Layers
	ties, err := s.ties(ctx, v, TiesInput{Limit: math.MaxInt32})
	if err != nil {
		return err
	}
	var dormant []Tie
	for _, t := range ties.Ties {
		switch {
		case t.Class == tie.Dormant:
			dormant = append(dormant, t)
		case t.LocalBridge && len(shown.Bridges) < mostRows:
			shown.Bridges = append(shown.Bridges, t)
		}
	}
	if shown.Asleep, err = s.asleep(ctx, v, dormant); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, horizonPage(shown))
}

// asleep are the first of some dormant ties, without those who are not silent at all under another name.
func (s *Service) asleep(ctx context.Context, v op.Viewer, dormant []Tie) ([]asleep, error) {
	keys := make([]id.ID, len(dormant))
	for i, t := range dormant {
		keys[i] = t.ID
	}
	last, err := s.network.LastContacts(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var out []asleep
	for _, t := range dormant {
		if len(out) == mostRows {
			break
		}
		if v.Now.Sub(last[t.ID]) < tie.DormantAfter {
			continue
		}
		reach, err := s.network.ReachOf(ctx, v, t.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, asleep{t, last[t.ID], reach.Phone, reach.Email})
	}
	return out, nil
}

// wayView is what the page of the way shows.
type wayView struct {
	To      string
	Problem string
	Routes  []Route
	Found   PathOutput
	Around  page.EgoPicture // of whom the likeliest way leads to
}

// WayPage finds who can bring the viewer to somebody or somewhere.
func (s *Service) WayPage(w http.ResponseWriter, r *http.Request) error {
	shown := wayView{To: strings.TrimSpace(r.FormValue("to"))}
	if shown.To != "" {
		found, err := s.path(r.Context(), page.From(r.Context()).Viewer,
			PathInput{To: shown.To, Hops: 4, Alternatives: 3})
		if err != nil {
			if shown.Problem, err = page.Sayable(r, err); err != nil {
				return err
			}
		}
		shown.Routes, shown.Found = found.Routes, found
		if shown.To, err = s.called(r.Context(), page.From(r.Context()).Viewer, shown.To); err != nil {
			return err
		}
		if len(found.Routes) > 0 {
			shown.Around, err = around.Person(r.Context(), s.network, page.From(r.Context()).Viewer,
				found.Routes[0].aim())
			if err != nil {
				return err
			}
		}
	}
	return page.Render(w, r, http.StatusOK, wayPage(shown))
}

// line says how many ties are asleep, for the page that leads to all rooms.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	ties, err := s.network.OwnTies(ctx, v)
	n := 0
	for _, state := range ties {
		if state.Interactions > 0 && state.ClassAt(v.Now) == tie.Dormant {
			n++
		}
	}
	if n == 0 {
		return "", err
	}
	return v.Printer().T("%d dormant ties", n), err
}
