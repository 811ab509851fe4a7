package horizon

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// PicturePage draws the viewer's network, with a list that says the same.
func (s *Service) PicturePage(w http.ResponseWriter, r *http.Request) error {
	drawn, err := s.draw(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, picturePage(drawn))
}

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /horizon", op.Member, s.Page)
	m.Handle("GET /net", op.Member, s.PicturePage)
}

// Page finds the way to somebody, and shows which ties and which new acquaintances widen the view.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown := horizonView{To: strings.TrimSpace(r.FormValue("to"))}
	// Without ties, or without a way, the page says so itself.
	note := func(err error) error {
		if len(fault.UnclearIn(err)) > 0 { // asked beside the field
			return err
		}
		if code := fault.CodeOf(err); err != nil && code != fault.NotFound && code != fault.Invalid &&
			code != fault.Conflict {
			return err
		} else if err != nil {
			shown.Problem = page.Sentence(ctx, err)
		}
		return nil
	}
	var err error
	if shown.Next, err = s.next(ctx, v, NextInput{Limit: 5}); note(err) != nil {
		return err
	}
	if shown.Problem == "" {
		if shown.Ties, err = s.ties(ctx, v, TiesInput{Limit: 10}); note(err) != nil {
			return err
		}
	}
	if shown.To != "" && shown.Problem == "" {
		if shown.Path, err = s.path(ctx, v, PathInput{To: shown.To, Hops: 4, Alternatives: 3}); note(err) != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, horizonPage(shown))
}

// horizonView is what the page shows.
type horizonView struct {
	To      string
	Problem string
	Path    PathOutput
	Ties    TiesOutput
	Next    NextOutput
}

func percent(x float64) string {
	if x < 0.1 {
		return strconv.FormatFloat(math.Round(x*1000)/10, 'f', -1, 64) + " %"
	}
	return locale.Percent(x)
}
