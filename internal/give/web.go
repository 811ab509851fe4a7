package give

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /give", op.Member, s.GivePage)
	m.Handle("POST /give", op.Member, s.GiveForm)
	m.Handle("GET /give/all", op.Member, s.AllPage)
	m.Handle("GET /give/returns/{return}", op.Member, s.ReturnPage)
	m.Handle("POST /give/budget", op.Member, s.BudgetForm)
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
	if err != nil {
		return nil, err
	}
	members, err := s.network.Members(ctx, v)
	if err != nil {
		return nil, err
	}
	var shared sharedBy
	if m, ok := members[person]; ok && !m.Ended {
		shared.member = m.Member
		shared.name, shared.list, err = s.PublicResources(ctx, m.Member)
		if err != nil && fault.CodeOf(err) != fault.NotFound { // who shares nothing has no page
			return nil, err
		}
	}
	if len(gifts) == 0 && len(shared.list) == 0 {
		return nil, nil
	}
	return givenPanel(gifts, shared), nil
}

// sharedBy is what a member shares with everybody.
type sharedBy struct {
	member id.ID
	name   string
	list   []Resource
}

// How much the pages show.
const (
	shownReturns = 8  // of what came back, beside what can be given
	shownGifts   = 5  // of what was given, likewise
	listed       = 50 // on a page of all
	traced       = 10 // gifts of a return
	pictured     = 5  // of these, in the picture

	// leastShare is the share of a return from which a gift is named on its page.
	leastShare = 0.05
)

// GivePage says what costs little to give, what came back and how, and what was given last.
func (s *Service) GivePage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	// What was once folded out on this page has pages of its own.
	if key, err := id.Parse(r.FormValue("correct")); err == nil {
		http.Redirect(w, r, string(returnAddress(key))+"?correct=yes", http.StatusMovedPermanently)
		return nil
	}
	if key, err := id.Parse(r.FormValue("edit")); err == nil {
		return s.editPage(w, r, key)
	}
	h, err := s.history(ctx, v)
	if err != nil {
		return err
	}
	r, to, err := s.network.Typed(r, r.FormValue("to"))
	if err != nil {
		return err
	}
	shown := giveView{
		To: to, Given: len(h.gifts), Gifts: h.gifts[:min(len(h.gifts), shownGifts)],
		Came: len(h.returns),
	}
	budget, err := s.budget(ctx, v)
	if err != nil {
		return err
	}
	shown.Health = healthOf(h.gifts, budget, v.Now)
	for _, g := range h.returns {
		if g.At.After(v.Now.AddDate(-1, 0, 0)) {
			shown.CameLately++
		}
	}
	if shown.Returns, err = s.tracesOf(ctx, v, h, h.returns[:min(len(h.returns), shownReturns)], 1); err != nil {
		return err
	}
	if len(h.gifts)+len(h.returns) > 0 {
		chance := h.chance(v)
		shown.Chance, shown.Curve = chance.Sentence, curveOf(chance.Delays)
	}
	if shown.Effortless, err = s.offers(ctx, v); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, givePage(shown))
}

// giveView is what the page shows.
type giveView struct {
	Health
	To         string // to whom it is, when the address says so
	Effortless []offered
	Given      int    // how many gifts there are
	Gifts      []Gift // the latest of them
	Came       int    // how many returns there are
	CameLately int    // in the last year
	Returns    []TraceOutput
	Chance     string
	Curve      delayCurve
}

// offered is something to give, with the line to send along.
type offered struct {
	Effortless
	letter, lang, email string
}

// shownOffers is how many small gifts the page shows.
const shownOffers = 6

// offers returns what costs the viewer least to give.
func (s *Service) offers(ctx context.Context, v op.Viewer) ([]offered, error) {
	found, err := s.effortless(ctx, v, EffortlessInput{Limit: shownOffers})
	if err != nil {
		return nil, err
	}
	persons := make([]id.ID, len(found.Gifts))
	for i, e := range found.Gifts {
		persons[i] = e.Person.ID
	}
	reaches, err := s.network.ReachOfAll(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	out := make([]offered, len(found.Gifts))
	for i, e := range found.Gifts {
		reach := reaches[e.Person.ID]
		lang := locale.Or(reach.Lang, v.Lang)
		out[i] = offered{e, e.draft().In(locale.New(lang, v.Zone)), string(lang), reach.Email}
	}
	return out, nil
}

// AllPage lists all that the viewer gave, or all that came in.
func (s *Service) AllPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	h, err := s.history(ctx, v)
	if err != nil {
		return err
	}
	shown := allView{Came: r.FormValue("came") != "", Count: len(h.gifts)}
	if shown.Came {
		shown.Count = len(h.returns)
	}
	address := "/give/all"
	if shown.Came {
		address += "?came=yes"
	}
	shown.Part = page.PartOf(r, address, shown.Count, listed)
	if shown.Came {
		shown.Returns, err = s.tracesOf(ctx, v, h, h.returns[shown.From:shown.To], 1)
	} else {
		shown.Gifts = h.gifts[shown.From:shown.To]
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, allPage(shown))
}

// allView is a page of all that was given, or of all that came in.
type allView struct {
	page.Part
	Came    bool
	Count   int
	Gifts   []Gift
	Returns []TraceOutput
}

func (v allView) title() string {
	if v.Came {
		return "What came back"
	}
	return "What you gave"
}

// ReturnPage says where one return may have come from.
func (s *Service) ReturnPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("return"))
	if err != nil {
		return noReturn()
	}
	h, err := s.history(ctx, v)
	if err != nil {
		return err
	}
	shown := returnView{Correct: r.FormValue("correct") != ""}
	if shown.TraceOutput, err = s.traceOf(ctx, v, h, key, traced); err != nil {
		return err
	}
	// What is hardly likely stands with the others: a list of it says nothing.
	if i := slices.IndexFunc(shown.Gifts, func(g GiftShare) bool { return g.Share < leastShare }); i > 0 {
		shown.Gifts = shown.Gifts[:i]
	}
	if shown.Correct {
		shown.Earlier = before(h.gifts, shown.At)
	}
	return page.Render(w, r, http.StatusOK, returnPage(shown))
}

// returnView is what the page of a return shows.
type returnView struct {
	TraceOutput
	Correct bool   // the viewer wants to name the gift
	Earlier []Gift // which it may be
}

// first returns the trace with no more than its first gifts.
func (o TraceOutput) first(n int) TraceOutput {
	o.Gifts = o.Gifts[:min(len(o.Gifts), n)]
	return o
}

// likely says in words through whom a return came.
func (o TraceOutput) likely(p *locale.Printer) string {
	if len(o.Gifts) == 0 {
		if o.Confirmed {
			return p.T("Not through anything you gave, you said")
		}
		return p.T("Not explained by anything you gave")
	}
	best := o.Gifts[0]
	through := best.Body
	if len(best.Path) > 0 && !best.everybody {
		through = best.Path[0].Name
	}
	switch {
	case o.Confirmed:
		return p.T("Through %s, you said", through)
	case best.Share >= 0.5:
		return p.T("Probably through %s", through)
	case best.Share >= 0.2:
		return p.T("Perhaps through %s", through)
	}
	return p.T("Through %s at most, which is not likely", through)
}

// editPage is the page on which a gift or a return is corrected.
func (s *Service) editPage(w http.ResponseWriter, r *http.Request, key id.ID) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	gifts, returns, err := s.own(ctx, v)
	if err != nil {
		return err
	}
	all := slices.Concat(gifts, returns)
	i := slices.IndexFunc(all, func(g Gift) bool { return g.ID == key })
	if i < 0 {
		return fault.New(fault.NotFound, "There is no such gift of yours.")
	}
	version, err := s.Version(ctx, v, key.String())
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, editPage(all[i], version))
}

// GiveForm notes a gift or a return.
func (s *Service) GiveForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	noted, err := s.noted(r, request.Viewer)
	if err != nil {
		return err
	}
	back := page.Back(r, "/give")
	return page.DoneFor(w, r, back, request.Printer.T("Noted."), page.Undo{
		Address: "/give/forget", Fields: []string{"gift", noted.Gift.String(), "back", back},
	})
}

// BudgetForm sets how much the viewer means to give in a week.
func (s *Service) BudgetForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/give")
	in, err := page.Input[BudgetInput](r, "give.budget")
	if err != nil {
		return err
	}
	if _, err := s.setBudget(r.Context(), page.From(r.Context()).Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/give", page.From(r.Context()).Printer.T("Noted."))
}

// noted notes what the form says.
func (s *Service) noted(r *http.Request, v op.Viewer) (GiftInput, error) {
	if r.FormValue("direction") == "came" {
		in, err := page.Input[ReceiveInput](r, "give.receive", page.Commas("to", "people"))
		if err != nil {
			return GiftInput{}, err
		}
		return s.logReturn(r.Context(), v, in)
	}
	in, err := page.Input[LogInput](r, "give.log", page.Commas("to", "people"))
	if err != nil {
		return GiftInput{}, err
	}
	return s.logGift(r.Context(), v, in)
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

func editAddress(key id.ID) templ.SafeURL { return templ.SafeURL("/give?edit=" + key.String()) }

func returnAddress(key id.ID) templ.SafeURL { return templ.SafeURL("/give/returns/" + key.String()) }

func noReturn() error { return fault.New(fault.NotFound, "There is no such return of yours.") }

// titleOf is what a gift is called: its words, or its link without any.
func titleOf(g Gift) string { return cmp.Or(g.Body, g.Link) }

func dayOf(ctx context.Context, g Gift) string {
	return g.At.In(page.From(ctx).Viewer.Zone).Format(time.DateOnly)
}

func minutes(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// TraceForm says where a return came from.
func (s *Service) TraceForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	var in ConfirmInput
	var err error
	if in.Return, err = id.Parse(r.FormValue("return")); err != nil {
		return noReturn()
	}
	page.StandsAt(r, string(returnAddress(in.Return)))
	if gift := r.FormValue("gift"); gift != "" {
		if in.Gift, err = id.Parse(gift); err != nil {
			return fault.New(fault.NotFound, "There is no such gift of yours.")
		}
	}
	in.Undo = r.FormValue("undo") != ""
	if _, err := s.confirm(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, string(returnAddress(in.Return)), request.Printer.T("Noted."))
}

// line says how much the viewer gave this week, for the page that leads to all rooms; nothing when that is nothing.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	h, err := s.history(ctx, v)
	if err != nil {
		return "", err
	}
	budget, err := s.budget(ctx, v)
	if health := healthOf(h.gifts, budget, v.Now); health.Times > 0 {
		return health.week(v.Printer()), err
	}
	return "", err
}
