package ask

import (
	"context"
	"net/http"

	"gave.network/internal/page"
	"gave.network/internal/text"
)

// askLinkPath is the address of an ask for who answers by a link, without its secret.
const askLinkPath = "/ask/link/"

// OutsidePage shows an ask to who holds its link. Looking at it notes nothing.
func (s *Service) OutsidePage(w http.ResponseWriter, r *http.Request) error {
	a, err := s.AskBehind(r.Context(), r.PathValue("secret"), page.From(r.Context()).Viewer.Now)
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	return page.Render(w, r, http.StatusOK, outsidePage(a, outsideAddress(r)))
}

// OutsideForm answers it.
func (s *Service) OutsideForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.AnswerBehind(r.Context(), r.PathValue("secret"), Word(r.FormValue("answer")), r.FormValue("note"),
		page.From(r.Context()).Viewer.Now); err != nil {
		return err
	}
	return page.Done(w, r, outsideAddress(r), page.T(r.Context(), "Your answer is with them now."))
}

func outsideAddress(r *http.Request) string {
	return askLinkPath + r.PathValue("secret") + "?lang=" + string(page.From(r.Context()).Printer.Lang)
}

// said is what who holds the link answered, in the words of the buttons.
func (a AskBehind) said(ctx context.Context) string {
	return text.Join(": ", map[Word]string{
		Yes: page.T(ctx, "I can help"), No: page.T(ctx, "I cannot"), Knows: page.T(ctx, "I know somebody"),
	}[a.Answer], a.Note)
}

// letter is the message to send, with its link.
func (l AskLink) letter(base string) string { return l.Message + "\n" + base + askLinkPath + l.Secret }
