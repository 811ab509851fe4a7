package horizon

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people/around"
	"gave.network/internal/tie"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /horizon", op.Member, s.Page)
	m.Handle("POST /horizon/hint", op.Member, s.HintForm)
	m.Handle("GET /net/way", op.Member, s.WayPage)
	s.mapPages(m)
}

// mostRows is how many people each part of the page shows.
const mostRows = 5

// horizonView is what the page of the room shows.
type horizonView struct {
	Problem string
	Asleep  []Tie
	Windows []Tie
	Next    []Acquaintance
	Alike   []string // when those of Next are much alike, and who is missing
	Mix     Diversity
	Layers  []string // that were looked at
	Reach   reaches
	Alone   bool // nobody else is in the space
	Hinting bool
}

// Page shows which ties and which new acquaintances widen the view, and how wide it is.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	if r.URL.Query().Has("to") { // where the way was asked once
		http.Redirect(w, r, "/net/way?"+r.URL.RawQuery, http.StatusMovedPermanently)
		return nil
	}
	shown, err := s.shown(ctx, v)
	if err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, horizonPage(shown)) // without ties there is nothing else
}

// shown puts together what the page of the room shows.
func (s *Service) shown(ctx context.Context, v op.Viewer) (out horizonView, err error) {
	colleagues, err := s.network.Colleagues(ctx, v)
	if err != nil {
		return out, err
	}
	out.Alone = len(colleagues) == 0
	if out.Hinting, err = s.hinting(ctx, v); err != nil {
		return out, err
	}
	next, err := s.next(ctx, v, NextInput{Limit: mostRows})
	if err != nil {
		return out, err
	}
	out.Next, out.Alike, out.Layers = next.People, next.Alike, next.Layers
	windows, err := s.ties(ctx, v, TiesInput{Limit: 4 * mostRows})
	if err != nil {
		return out, err
	}
	for _, opens := range []bool{true, false} { // whose worth is little but that they are heard goes last
		for _, t := range windows.Ties {
			if t.Class != tie.Dormant && t.Worth > 0 && t.opensSomething() == opens && len(out.Windows) < mostRows {
				out.Windows = append(out.Windows, t)
			}
		}
	}
	dormant, err := s.ties(ctx, v, TiesInput{Class: tie.Dormant, Limit: 3 * mostRows})
	if err != nil {
		return out, err
	}
	if out.Asleep, err = s.asleep(ctx, v, dormant.Ties); err != nil {
		return out, err
	}
	if out.Mix, err = s.diversity(ctx, v, op.None{}); err != nil {
		return out, err
	}
	var keys []id.ID
	for _, t := range append(slices.Clone(out.Windows), out.Asleep...) {
		keys = append(keys, t.ID)
	}
	out.Reach, err = s.network.ReachOfAll(ctx, v, keys)
	return out, err
}

// asleep are the first of some dormant ties, without those who are not silent at all under another name.
func (s *Service) asleep(ctx context.Context, v op.Viewer, dormant []Tie) ([]Tie, error) {
	keys := make([]id.ID, len(dormant))
	for i, t := range dormant {
		keys[i] = t.ID
	}
	last, err := s.network.LastContacts(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var out []Tie
	for _, t := range dormant {
		if len(out) < mostRows && v.Now.Sub(last[t.ID]) >= tie.DormantAfter {
			out = append(out, t)
		}
	}
	return out, nil
}

// HintForm allows that others are told that a colleague may know somebody, or ends it.
func (s *Service) HintForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/horizon")
	in, err := page.Input[HintInput](r, "horizon.hint")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	out, err := s.hint(r.Context(), p.Viewer, in)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/horizon#hint", strings.TrimSpace(out.Text(p.Printer)))
}

// wayView is what the page of the way shows.
type wayView struct {
	To      string
	Problem string
	Routes  []Route
	Found   PathOutput
	Around  page.EgoPicture // of whom the likeliest way leads to
	Hides   bool            // the viewer shows nothing of their ties, and others do not to them
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
	var err error
	if shown.Hides, err = s.hides(r.Context(), page.From(r.Context()).Viewer); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, wayPage(shown))
}

// hides says whether the viewer is shown nothing of others' ties because they show none; not to who is alone.
func (s *Service) hides(ctx context.Context, v op.Viewer) (bool, error) {
	shows, err := s.network.SharesAtMost(ctx, v)
	if err != nil || shows > tie.Hidden {
		return false, err
	}
	colleagues, err := s.network.Colleagues(ctx, v)
	return len(colleagues) > 0, err
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
