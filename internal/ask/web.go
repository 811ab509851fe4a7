package ask

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/around"
	"gave.network/internal/text"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /asks", op.Guest, s.AsksPage)
	m.Handle("GET /asks/new", op.Member, s.NewPage)
	m.Handle("POST /asks/new", op.Member, s.NewForm)
	m.Handle("GET /asks/{ask}", op.Guest, s.AskPage)
	m.Handle("POST /asks/{ask}", op.Guest, s.AskForm)
	m.Handle("GET /open/{ask}", op.Anonymous, s.PublicPage)
	m.Handle("GET "+askLinkPath+"{secret}", op.Anonymous, s.OutsidePage)
	m.Handle("POST "+askLinkPath+"{secret}", op.Anonymous, s.OutsideForm)
	m.Handle("GET /introductions", op.Guest, s.IntroductionsPage)
	m.Handle("GET /introductions/new", op.Member, s.IntroducePage)
	m.Handle("POST /introductions", op.Member, s.IntroduceForm)
	m.Handle("POST /introductions/{introduction}", op.Guest, s.ActForm)
	m.Handle("GET /introduction/{secret}", op.Anonymous, s.LinkPage)
	m.Handle("POST /introduction/{secret}", op.Anonymous, s.LinkForm)
}

const shown = 50

// AsksPage lists the viewer's asks and those of others.
func (s *Service) AsksPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	var mine []Ask
	var err error
	if v.Role >= op.Member {
		if mine, err = s.List(ctx, v, Filter{Mine: true, Limit: shown}); err != nil {
			return err
		}
	}
	others, err := s.List(ctx, v, Filter{Other: true, Limit: shown})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, asksPage(mine, others))
}

// draft is an ask as it stands in the form.
type draft struct {
	Ask
	People   string
	Coaching *Coaching
	Route    *RouteOutput
	// Times is how often the viewer asked somebody in the last year, Yes how often that one helped.
	Times, Yes int
}

func draftOf(r *http.Request) draft {
	value := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	return draft{Ask: Ask{
		Text: value("text"), Why: value("why"), By: value("by"), Kind: Kind(value("kind")),
		Audience: Audience(value("audience")),
	}, People: value("people")}
}

// helped says whether the form shows somebody who can be asked at once.
func (d draft) helped() bool {
	return d.Route != nil && len(d.Route.People) > 0 && len(d.Route.People[0].Path) <= 2
}

// NewPage is the form of an ask. With a text in it, the coach and the people who may help stand beside it.
func (s *Service) NewPage(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	d := draftOf(r)
	var err error
	if r, d.People, err = s.network.Typed(r, d.People); err != nil {
		return err
	}
	if d.Text != "" {
		body, err := clean(d.Text, "text", "Say what you ask.")
		if err != nil {
			return err
		}
		coaching := Coach(v.Printer(), body, d.Why, d.By, v.Now)
		d.Coaching = &coaching
		if d.Kind != Offering {
			route, err := s.Route(r.Context(), v, RouteQuery{Text: body, Limit: 5})
			if err != nil {
				return err
			}
			d.Route = &route
			if d.Times, d.Yes, err = s.yesses(r.Context(), v); err != nil {
				return err
			}
		}
	}
	return page.Render(w, r, http.StatusOK, newPage(d))
}

// NewForm stores an ask, and that somebody of those who may help is asked, if that is how it was sent. Names stand on
// one line, with commas between them.
func (s *Service) NewForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	in, err := page.Input[NewInput](r, "ask.new", page.Commas("people", "people"))
	if err != nil {
		return err
	}
	a, err := s.newAsk(r.Context(), request.Viewer, in)
	if err != nil {
		return err
	}
	if asked := r.FormValue("asked"); asked != "" {
		if _, err := s.Sent(r.Context(), request.Viewer, a.ID, asked); err != nil {
			return err
		}
	}
	return page.Done(w, r, "/asks/"+a.ID.String(), request.Printer.T("Stored."))
}

func keyOf(r *http.Request, name string) (id.ID, error) {
	key, err := id.Parse(r.PathValue(name))
	if err != nil {
		return key, fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return key, nil
}

// AskPage shows an ask: to its author with whom to ask, to others with a way to help.
func (s *Service) AskPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := keyOf(r, "ask")
	if err != nil {
		return err
	}
	a, err := s.Get(ctx, v, key)
	if err != nil {
		return err
	}
	var route RouteOutput
	var drawn page.EgoPicture
	if a.Own && a.Kind == Asking && a.State != Closed {
		query := RouteQuery{Text: a.Text, Limit: 7}
		for _, p := range a.Named {
			query.Only = append(query.Only, p.ID)
		}
		if route, err = s.Route(ctx, v, query); err != nil {
			return err
		}
		route.People = slices.DeleteFunc(route.People, func(h Helper) bool { return a.involves(h.ID) })
		if drawn, err = around.Reached(ctx, s.network, v, route.ways()); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, askPage(a, route, drawn, nil))
}

// involves says whether somebody was asked already, or helped.
func (a Ask) involves(person id.ID) bool {
	is := func(x Involved) bool { return x.ID == person }
	return slices.ContainsFunc(a.Asked, is) || slices.ContainsFunc(a.Helped, is)
}

// AskForm does something with an ask.
func (s *Service) AskForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	v := request.Viewer
	key, err := keyOf(r, "ask")
	if err != nil {
		return err
	}
	back, said := page.Back(r, "/asks/"+key.String()), "Noted."
	if do := r.FormValue("do"); do != "answer" && do != "help" {
		if err := v.May(op.Member); err != nil {
			return err
		}
	}
	switch r.FormValue("do") {
	case "answer":
		var in AnswerAskInput
		if in, err = page.Input[AnswerAskInput](r, "ask.answer"); err == nil {
			_, err = s.Answer(ctx, v, key, in.Answer, in.Note)
		}
		said = "Your answer is with them now."
	case "told":
		var in PersonInput
		if in, err = page.Input[PersonInput](r, "ask.told"); err == nil {
			_, err = s.ToldByHand(ctx, v, key, in.Person)
		}
	case "asked":
		var in PersonInput
		if in, err = page.Input[PersonInput](r, "ask.sent"); err == nil {
			_, err = s.Sent(ctx, v, key, in.Person)
		}
	case "helped":
		var in HelpedInput
		if in, err = page.Input[HelpedInput](r, "ask.helped"); err == nil {
			_, err = s.Helped(ctx, v, key, in.Person, in.Note)
		}
	case "help":
		var in HelpInput
		if in, err = page.Input[HelpInput](r, "ask.help"); err == nil {
			_, err = s.Offer(ctx, v, key, in.Note)
		}
		said = "Your offer to help is with them now."
	case "thank":
		var in PersonInput
		if in, err = page.Input[PersonInput](r, "ask.thank"); err == nil {
			_, err = s.ThankHelper(ctx, v, key, in.Person)
		}
		said = "Thanked: it stands among what came to you."
	case "link":
		in, making := page.Input[PersonInput](r, "ask.link")
		if making != nil {
			return making
		}
		made, making := s.MakeLink(ctx, v, key, in.Person)
		if making != nil {
			return making
		}
		reach, making := s.network.ReachOf(ctx, v, made.person)
		if making != nil {
			return making
		}
		return page.Render(w, r, http.StatusOK, askLinkPage(made, key, page.Base(r), reach.Email))
	case "close":
		in, closing := page.Input[CloseInput](r, "ask.close")
		if closing != nil {
			return closing
		}
		a, told, closing := s.Close(ctx, v, key, in.Outcome)
		if closing != nil {
			return closing
		}
		return page.Render(w, r, http.StatusOK, askPage(a, RouteOutput{}, page.EgoPicture{}, told))
	case "remove":
		err, back, said = s.Remove(ctx, v, key), "/asks", "Removed."
	default:
		err = fault.New(fault.Invalid, "Say what to do.")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, back, request.Printer.T(said))
}

// between is who stands between the viewer and a helper, next to the helper.
func (h Helper) between() string { return h.Path[len(h.Path)-2].ID.String() }

// email is where a helper can be written to; empty when that is not known.
func (h Helper) email() string {
	if len(h.Emails) == 0 {
		return ""
	}
	return h.Emails[0]
}

// ways are those to who may help, the likeliest first.
func (o RouteOutput) ways() []around.Way {
	var out []around.Way
	for _, h := range o.People {
		out = append(out, around.Way{People: h.Path, Chance: h.Near})
	}
	return out
}

// lang is the language of the message.
func (o RouteOutput) lang() string { return text.Language(o.Message) }

// PublicPage shows a public ask to everybody.
func (s *Service) PublicPage(w http.ResponseWriter, r *http.Request) error {
	key, err := keyOf(r, "ask")
	if err != nil {
		return err
	}
	a, err := s.Public(r.Context(), key)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, publicPage(a))
}

// IntroductionsPage lists introductions, those first in which the viewer can do something.
func (s *Service) IntroductionsPage(w http.ResponseWriter, r *http.Request) error {
	if target, through := r.FormValue("target"), r.FormValue("through"); target+through != "" { // an old address
		http.Redirect(w, r, page.IntroductionAddress(target, through), http.StatusMovedPermanently)
		return nil
	}
	list, err := s.Introductions(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	closed := func(v View) int {
		if len(v.Can) == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b View) int { return cmp.Compare(closed(a), closed(b)) })
	part := page.PartOf(r, "/introductions", len(list), shown)
	return page.Render(w, r, http.StatusOK, introductionsPage(introductionsView{part, list[part.From:part.To]}))
}

// introductionsView is a page of introductions.
type introductionsView struct {
	page.Part
	List []View
}

// other is the name of whom an introduction is about, for who looks at it.
func (v View) other() people.Ref {
	switch {
	case v.You != Requester && v.Requester != nil:
		return *v.Requester
	case v.Target != nil:
		return *v.Target
	}
	return people.Ref{}
}

// IntroducePage has the form to ask for an introduction.
func (s *Service) IntroducePage(w http.ResponseWriter, r *http.Request) error {
	var names [2]string
	var err error
	for i, field := range []string{"to", "via"} {
		if r, names[i], err = s.network.Typed(r, r.FormValue(field)); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, introducePage(names[0], names[1]))
}

// IntroduceForm asks for an introduction and shows what to pass on.
func (s *Service) IntroduceForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/introductions/new")
	in, err := page.Input[IntroduceInput](r, "introductions.ask")
	if err != nil {
		return err
	}
	out, err := s.askIntroduction(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		return err
	}
	to := ""
	if out.Middle != nil { // else a member whom nobody named, and who sees it in Gave
		reach, err := s.network.ReachOf(r.Context(), page.From(r.Context()).Viewer, out.Middle.ID)
		if err != nil {
			return err
		}
		to = reach.Email
	}
	w.Header().Set("Content-Location", "/introductions")
	return page.Render(w, r, http.StatusOK, startedPage(out, page.Base(r), to))
}

// reached says whom of those named Gave brought an ask to.
func reached(ctx context.Context, a Ask) string {
	if len(a.Reached) == 0 {
		return page.T(ctx, "nobody")
	}
	return people.JoinNames(a.Reached, ", ")
}

// answerLine says what somebody answered.
func answerLine(ctx context.Context, x Reply) string {
	said := map[Word]string{
		Yes: page.T(ctx, "helps"), No: page.T(ctx, "cannot help"), Knows: page.T(ctx, "knows somebody"),
	}[x.Answer]
	return text.Join(": ", said, x.Note)
}

func answerOf(r *http.Request) Answer {
	return Answer{Act(r.FormValue("act")), r.FormValue("address"), r.FormValue("outcome")}
}

// ActForm goes on with an introduction for a member.
func (s *Service) ActForm(w http.ResponseWriter, r *http.Request) error {
	key, err := keyOf(r, "introduction")
	if err != nil {
		return err
	}
	in, err := page.Input[AnswerInput](r, "introductions.answer")
	if err != nil {
		return err
	}
	request := page.From(r.Context())
	out, err := s.Act(r.Context(), request.Viewer, key, Answer{in.Act, in.Address, in.Outcome})
	if err != nil {
		return err
	}
	if out.Secret != "" {
		return page.Render(w, r, http.StatusOK, startedPage(out, page.Base(r), ""))
	}
	return page.Done(w, r, page.Back(r, "/introductions"), request.Printer.T("Noted."))
}

// LinkPage shows an introduction to who holds its link.
func (s *Service) LinkPage(w http.ResponseWriter, r *http.Request) error {
	view, _, err := s.Behind(r.Context(), r.PathValue("secret"), page.From(r.Context()).Viewer.Now)
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return page.Render(w, r, http.StatusOK, linkPage(view, r.PathValue("secret")))
}

// LinkForm answers an introduction for who holds its link.
func (s *Service) LinkForm(w http.ResponseWriter, r *http.Request) error {
	out, err := s.ActBehind(r.Context(), page.From(r.Context()).Viewer, r.PathValue("secret"), answerOf(r))
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	if out.Secret != "" {
		return page.Render(w, r, http.StatusOK, startedPage(out, page.Base(r), ""))
	}
	return page.Render(w, r, http.StatusOK, linkPage(out.View, r.PathValue("secret")))
}

// line says how many asks of the viewer are open and how many have an answer, for the page that leads to all rooms.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	times, err := s.states(ctx, v)
	p := v.Printer()
	var parts []string
	if n := times[Open]; n > 0 {
		parts = append(parts, p.T("%d open", n))
	}
	if n := times[Answered]; n > 0 {
		parts = append(parts, p.T("%d answered", n))
	}
	return strings.Join(parts, ", "), err
}

// letter is the message to pass on, with its link.
func (s Started) letter(base string) string {
	return s.Message + "\n" + base + "/introduction/" + s.Secret
}
