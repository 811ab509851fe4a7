package account

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

const (
	// openIDCookie is the cookie of a browser that is at the provider.
	openIDCookie = "gave_openid"
	// nextCookie is the cookie that says where it goes on afterwards.
	nextCookie = "gave_next"
)

// OpenIDPage sends the browser of a stranger to the provider. It is followed as a link: forms do not lead elsewhere.
func (p Pages) OpenIDPage(w http.ResponseWriter, r *http.Request) error {
	if page.From(r.Context()).Viewer.Role > op.Anonymous {
		return page.Done(w, r, "/access", "")
	}
	to, secret, err := p.BeginOpenID(r.Context(), op.Viewer{}, page.Base(r), visit(r))
	if err != nil {
		return p.openIDWrong(w, r, err)
	}
	p.away(w, r, secret, r.URL.Query().Get("next"))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (p Pages) away(w http.ResponseWriter, r *http.Request, secret, next string) {
	setCookie(w, r, openIDCookie, secret, openIDLife)
	setCookie(w, r, nextCookie, url.QueryEscape(page.Local(next)), openIDLife)
}

// join begins connecting the viewer's account. That is a form, so that no other site can begin it, and then a link.
func (p Pages) join(w http.ResponseWriter, r *http.Request) error {
	to, secret, err := p.BeginOpenID(r.Context(), page.From(r.Context()).Viewer, page.Base(r), visit(r))
	if err != nil {
		return p.openIDWrong(w, r, err)
	}
	p.away(w, r, secret, "/access")
	return page.Render(w, r, http.StatusOK, awayPage(p.ProviderName(), to))
}

// OpenIDBack is where the provider sends the browser back to.
func (p Pages) OpenIDBack(w http.ResponseWriter, r *http.Request) error {
	q, secret := r.URL.Query(), cookie(r, openIDCookie)
	answer := Answer{State: q.Get("state"), Code: q.Get("code"), Wrong: q.Get("error")}
	next, err := url.QueryUnescape(cookie(r, nextCookie))
	if err != nil {
		next = "/"
	}
	setCookie(w, r, openIDCookie, "", -time.Second)
	setCookie(w, r, nextCookie, "", -time.Second)
	viewer := page.From(r.Context()).Viewer
	_, joining, err := p.onTheWay(r.Context(), enteringJoin, secret)
	if err != nil {
		return err
	}
	if joining && viewer.Role > op.Anonymous {
		if err := p.Join(r.Context(), viewer, page.Base(r), secret, answer); err != nil {
			return p.openIDWrong(w, r, err)
		}
		return page.Done(w, r, "/access", page.T(r.Context(), "Your account is connected."))
	}
	entry, err := p.OpenIDIn(r.Context(), page.Base(r), secret, answer, visit(r))
	if err != nil {
		return p.openIDWrong(w, r, err)
	}
	return p.entered(w, r, entry, next, "")
}

// openIDWrong says what went wrong where somebody can go on another way.
func (p Pages) openIDWrong(w http.ResponseWriter, r *http.Request, err error) error {
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.Conflict, fault.Unavailable, fault.TooMany:
	default:
		return err
	}
	sentence := page.Sentence(r.Context(), err)
	if page.From(r.Context()).Viewer.Role == op.Anonymous {
		return p.signInPage(w, r, page.StatusOf(err), sentence)
	}
	found, wrong := p.access(r)
	if wrong != nil {
		return wrong
	}
	found.wrong = sentence
	return page.Render(w, r, page.StatusOf(err), accessPage(found))
}

func (p Pages) part(r *http.Request) error {
	return p.Part(r.Context(), page.From(r.Context()).Viewer, strings.TrimSpace(r.FormValue("issuer")))
}
