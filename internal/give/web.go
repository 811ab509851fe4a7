package give

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /give", op.Member, s.GivePage)
	m.Handle("POST /give", op.Member, s.GiveForm)
	m.Handle("POST /give/edit", op.Member, s.EditForm)
	m.Handle("POST /give/forget", op.Member, s.ForgetForm)
	m.Handle("GET /commons", op.Member, s.CommonsPage)
	m.HandleUpload("POST /commons", op.Member, MostUpload, s.ShareForm)
	m.Handle("POST /commons/remove", op.Member, s.UnshareForm)
	m.Handle("GET /commons/{resource}", op.Anonymous, s.ResourcePage)
	m.Handle("GET /commons/{resource}/file", op.Anonymous, s.ResourceFile)
	m.Handle("GET /shared/{member}", op.Anonymous, s.SharedPage)
	m.Handle("GET /shared/{member}/feed.atom", op.Anonymous, s.SharedFeed)
	m.HandleLong("POST /give/trace", op.Member, s.TraceForm)
}

// Panel shows what the viewer gave to a person on that person's page. What came in is not set beside it: there is no
// balance.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	gifts, err := s.To(ctx, v, person, 20)
	if err != nil || len(gifts) == 0 {
		return nil, err
	}
	return giftsPanel(gifts, false), nil
}

// shownGifts is how many gifts and returns the page shows at most.
const shownGifts = 30

// GivePage lists what the viewer gave and what came in, with the gifts that may have led to each.
func (s *Service) GivePage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	h, err := s.history(ctx, v)
	if err != nil {
		return err
	}
	r, to, err := s.network.Typed(r, r.FormValue("to"))
	if err != nil {
		return err
	}
	shown := giveView{
		To: to, Correct: r.FormValue("correct"), All: h.gifts, Gifts: h.gifts[:min(len(h.gifts), shownGifts)],
	}
	if key, err := id.Parse(r.FormValue("edit")); err == nil {
		for _, list := range [][]Gift{h.gifts, h.returns} {
			if i := slices.IndexFunc(list, func(g Gift) bool { return g.ID == key }); i >= 0 {
				shown.Edit = &list[i]
			}
		}
		if shown.Edit != nil {
			if shown.Version, err = s.Version(ctx, v, key.String()); err != nil {
				return err
			}
		}
	}
	if shown.Returns, err = s.tracesOf(ctx, v, h, h.returns[:min(len(h.returns), shownGifts)], 3); err != nil {
		return err
	}
	if len(h.gifts)+len(h.returns) > 0 {
		chance := h.chance(v)
		shown.Chance, shown.Curve = chance.Sentence, curveOf(chance.Delays)
	}
	effortless, err := s.effortless(ctx, v, EffortlessInput{Limit: 5})
	if err != nil {
		return err
	}
	shown.Effortless = effortless.Gifts
	return page.Render(w, r, http.StatusOK, givePage(shown))
}

// giveView is what the page shows.
type giveView struct {
	To         string // to whom it is, when the address says so
	Effortless []Effortless
	Edit       *Gift  // the gift or return that the viewer corrects
	Version    string // of that
	Correct    string // the return of which the viewer wants to name the gift
	All        []Gift // the latest first
	Gifts      []Gift // of these, those that are listed
	Returns    []TraceOutput
	Chance     string
	Curve      delayCurve
}

// GiveForm notes a gift or a return.
func (s *Service) GiveForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	direction, operation := Given, "give.log"
	if r.FormValue("direction") == "came" {
		direction, operation = CameIn, "give.receive"
	}
	in, err := page.Input[LogInput](r, operation, page.Commas("to", "people"))
	if err != nil {
		return err
	}
	if _, err := s.log(ctx, request.Viewer, in, direction); err != nil {
		return err
	}
	return page.Done(w, r, "/give", request.Printer.T("Noted."))
}

// EditForm corrects a gift or a return.
func (s *Service) EditForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := id.Parse(r.FormValue("gift"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such gift of yours.")
	}
	page.StandsAt(r, "/give?edit="+key.String())
	in, err := page.Input[EditInput](r, "give.edit", page.As("gift", "gift"), page.As("body", "edit-body"),
		page.As("kind", "edit-kind"), page.As("link", "edit-link"), page.As("minutes", "edit-minutes"),
		page.Means("to", "edit-people"), page.Means("at", "edit-at"))
	if err != nil {
		return err
	}
	gifts, returns, err := s.own(ctx, request.Viewer)
	if err != nil {
		return err
	}
	for _, list := range [][]Gift{gifts, returns} {
		// Names that were left as they are need not be found again, and a day that was left keeps its hour.
		if i := slices.IndexFunc(list, func(g Gift) bool { return g.ID == key }); i >= 0 {
			if to := strings.TrimSpace(r.FormValue("edit-people")); to != people.JoinNames(list[i].People, ", ") {
				in.To = text.Items(to)
			}
			if day := r.FormValue("edit-at"); day != "" && day != dayOf(ctx, list[i]) {
				if in.At, err = time.ParseInLocation(time.DateOnly, day, request.Viewer.Zone); err != nil {
					return fault.New(fault.Invalid, "%q is not a day.", day).
						WithHint("Write it as 2026-11-23.").WithField("at")
				}
			}
		}
	}
	version, err := s.Version(ctx, request.Viewer, key.String())
	if err != nil {
		return err
	}
	if before := r.FormValue(page.VersionField); before != "" && before != version {
		return op.ChangedMeanwhile()
	}
	if _, err := s.edit(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/give", request.Printer.T("Noted."))
}

func editAddress(key id.ID) templ.SafeURL {
	return templ.SafeURL("/give?edit=" + key.String() + "#edit")
}

func dayOf(ctx context.Context, g Gift) string {
	return g.At.In(page.From(ctx).Viewer.Zone).Format(time.DateOnly)
}

func minutesOf(g Gift) string {
	if g.Minutes == 0 {
		return ""
	}
	return strconv.Itoa(g.Minutes)
}

// TraceForm says where a return came from.
func (s *Service) TraceForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	var in ConfirmInput
	var err error
	if in.Return, err = id.Parse(r.FormValue("return")); err != nil {
		return fault.New(fault.NotFound, "There is no such return of yours.")
	}
	if gift := r.FormValue("gift"); gift != "" {
		if in.Gift, err = id.Parse(gift); err != nil {
			return fault.New(fault.NotFound, "There is no such gift of yours.")
		}
	}
	in.Undo = r.FormValue("undo") != ""
	if _, err := s.confirm(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/give", request.Printer.T("Noted."))
}
