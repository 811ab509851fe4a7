package mailing

import (
	"net/http"
	"slices"

	"gave.network/internal/fault"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// pages adds the pages of the room. Those behind a link change nothing when they are looked at.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /inbox/mail", op.Guest, s.ChoicePage)
	m.Handle("POST /inbox/mail", op.Guest, s.ChoiceForm)
	m.Handle("GET /mail/do/{secret}/{answer}", op.Anonymous, s.DoPage)
	m.Handle("POST /mail/do/{secret}/{answer}", op.Anonymous, s.DoForm)
	m.Handle("GET /mail/stop/{secret}", op.Anonymous, s.StopPage)
	m.Handle("POST /mail/stop/{secret}", op.Anonymous, s.StopForm)
	m.HandleLong("POST /mail/link", op.Member, s.LinkForm)
	m.HandleLong("POST /mail/answers/{mail}", op.Member, s.TakeForm)
	m.Handle("GET /mail/never/{secret}", op.Anonymous, s.NeverPage)
	m.Handle("POST /mail/never/{secret}", op.Anonymous, s.NeverForm)
}

// linkView is what became of a link that was to be mailed.
type linkView struct {
	address, problem string
	letter           string // to send by hand, when it was not mailed
}

// LinkForm mails a link. When that fails, the letter stands on the page, as the link is told only once.
func (s *Service) LinkForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	in, err := page.Input[LinkInput](r, "mail.link")
	if err != nil {
		return err
	}
	shown := linkView{}
	mailed, err := s.MailLink(ctx, request.Viewer, in.Secret)
	if shown.address = mailed.Address; err != nil {
		shown.problem = page.Sentence(ctx, err)
		l, finding := s.letterOf(ctx, request.Viewer, in.Secret)
		if finding != nil {
			return err
		}
		_, text := l.Write(request.Viewer)
		shown.letter = text + "\n" + page.Base(r) + l.Path
	}
	w.Header().Set("Content-Location", "/inbox/mail")
	return page.Render(w, r, http.StatusOK, linkPage(shown))
}

// TakeForm says what an answer by mail is.
func (s *Service) TakeForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[TakeInput](r, "mail.take")
	if err != nil {
		return err
	}
	if err := s.Take(r.Context(), page.From(r.Context()).Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/inbox", page.T(r.Context(), "Noted."))
}

// NeverPage asks whether no more mail from the space is to come.
func (s *Service) NeverPage(w http.ResponseWriter, r *http.Request) error {
	already, err := s.never(r.Context(), r.PathValue("secret"), s.account.Now())
	if err != nil {
		return err
	}
	private(w)
	return page.Render(w, r, http.StatusOK, neverPage(neverAddress(r), already))
}

// NeverForm notes it. Mail programs send it by themselves (RFC 8058).
func (s *Service) NeverForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.Never(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	return page.Done(w, r, neverAddress(r), "")
}

func neverAddress(r *http.Request) string {
	return "/mail/never/" + r.PathValue("secret") + "?lang=" + string(page.From(r.Context()).Printer.Lang)
}

// ChoicePage shows what the viewer wants by mail.
func (s *Service) ChoicePage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Show(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, choicePage(c))
}

// ChoiceForm stores it.
func (s *Service) ChoiceForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[SetInput](r, "mail.set")
	if err != nil {
		return err
	}
	if _, err := s.Set(r.Context(), page.From(r.Context()).Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/inbox/mail", page.T(r.Context(), "Saved."))
}

// doView is the page of a link that answers a move.
type doView struct {
	address, answer string
	move            move.Move
	there           bool // the move is still proposed
	used            bool
}

// DoPage shows a move and one button; nothing is answered yet.
func (s *Service) DoPage(w http.ResponseWriter, r *http.Request) error {
	v, l, err := s.behind(r.Context(), toMove, r.PathValue("secret"))
	if err != nil {
		return err
	}
	if !slices.Contains(answers, r.PathValue("answer")) {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	shown := doView{
		address: doAddress(r), answer: r.PathValue("answer"), used: l.Used > 0,
	}
	if !shown.used && v.Role >= op.Member {
		if shown.move, shown.there, err = s.today.Find(r.Context(), v, l.About); err != nil {
			return err
		}
	}
	private(w)
	return page.Render(w, r, http.StatusOK, doPage(shown))
}

// DoForm answers it.
func (s *Service) DoForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.Do(r.Context(), r.PathValue("secret"), r.PathValue("answer")); err != nil {
		return err
	}
	private(w)
	return page.Render(w, r, http.StatusOK, didPage(r.PathValue("answer")))
}

func doAddress(r *http.Request) string {
	return "/mail/do/" + r.PathValue("secret") + "/" + r.PathValue("answer") + "?lang=" +
		string(page.From(r.Context()).Printer.Lang)
}

// private keeps the secret of a link from other sites and from those who collect pages.
func private(w http.ResponseWriter) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
}

// stopView is the page on which mail is ended.
type stopView struct {
	address string
	topic   room.Topic // of which; empty for all
	wants   bool       // it still comes
}

// StopPage asks whether no more mail is to come.
func (s *Service) StopPage(w http.ResponseWriter, r *http.Request) error {
	v, _, err := s.behind(r.Context(), toStop, r.PathValue("secret"))
	if err != nil {
		return err
	}
	c, err := s.choice(r.Context(), v)
	if err != nil {
		return err
	}
	topic := room.Topic(r.URL.Query().Get("topic"))
	if topic != "" && !slices.Contains(topics, topic) {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	wants := c.wants(topic)
	if topic == "" {
		wants = c.Topics != ""
	}
	private(w)
	return page.Render(w, r, http.StatusOK, stopPage(stopView{stopAddress(r, topic), topic, wants}))
}

// StopForm ends mail. Mail programs send it by themselves (RFC 8058).
func (s *Service) StopForm(w http.ResponseWriter, r *http.Request) error {
	topic := room.Topic(r.URL.Query().Get("topic"))
	if err := s.Stop(r.Context(), r.PathValue("secret"), topic); err != nil {
		return err
	}
	return page.Done(w, r, stopAddress(r, topic), "")
}

func stopAddress(r *http.Request, topic room.Topic) string {
	return "/mail/stop/" + r.PathValue("secret") + "?topic=" + string(topic) + "&lang=" +
		string(page.From(r.Context()).Printer.Lang)
}
