package account

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
)

// passkeyCookie is the cookie of a browser that asks a device for a passkey.
const passkeyCookie = "gave_passkey"

// tell gives a script what to ask of a device, or the sentence that says why not.
func tell(w http.ResponseWriter, r *http.Request, c Ceremony, err error) error {
	status, told := http.StatusOK, any(c.Options)
	if err != nil {
		if fault.CodeOf(err) == fault.Internal {
			return err
		}
		status, told = page.StatusOf(err), map[string]string{"wrong": page.Sentence(r.Context(), err)}
	} else {
		setCookie(w, r, passkeyCookie, c.Secret, passkeyLife)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(told)
}

// pending is the secret of a browser whose form says that it takes the second step.
func pending(r *http.Request) string {
	if r.FormValue("step") == "" {
		return ""
	}
	return cookie(r, enteringCookie)
}

// PasskeyInBegin begins signing in with a passkey.
func (p Pages) PasskeyInBegin(w http.ResponseWriter, r *http.Request) error {
	c, err := p.BeginPasskeyIn(r.Context(), page.Base(r), pending(r), visit(r))
	return tell(w, r, c, err)
}

// PasskeyInForm signs in with a passkey.
func (p Pages) PasskeyInForm(w http.ResponseWriter, r *http.Request) error {
	step := pending(r)
	entry, err := p.PasskeyIn(r.Context(), page.Base(r), cookie(r, passkeyCookie), step, r.FormValue("credential"),
		visit(r))
	setCookie(w, r, passkeyCookie, "", -time.Second)
	switch code := fault.CodeOf(err); {
	case err == nil:
		return p.entered(w, r, entry, r.FormValue("next"), "")
	case code != fault.Unauthenticated && code != fault.TooMany:
		return err
	case step != "":
		return p.stepPage(w, r, page.StatusOf(err), page.Sentence(r.Context(), err))
	}
	return p.signInPage(w, r, page.StatusOf(err), page.Sentence(r.Context(), err))
}

// PasskeyBegin begins making a passkey.
func (p Pages) PasskeyBegin(w http.ResponseWriter, r *http.Request) error {
	if err := p.sure(r); err != nil {
		return tell(w, r, Ceremony{}, err)
	}
	c, err := p.BeginPasskey(r.Context(), page.From(r.Context()).Viewer, page.Base(r))
	return tell(w, r, c, err)
}

// PasskeyForm keeps a passkey that was made.
func (p Pages) PasskeyForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	name := strings.TrimSpace(r.FormValue("passkey_name"))
	if name == "" {
		name = device(request.Printer, r.UserAgent())
	}
	if err := p.AddPasskey(r.Context(), request.Viewer, page.Base(r), cookie(r, passkeyCookie), name,
		r.FormValue("credential")); err != nil {
		return err
	}
	setCookie(w, r, passkeyCookie, "", -time.Second)
	return page.Done(w, r, "/access", request.Printer.T("The passkey is added."))
}

func (p Pages) removePasskey(r *http.Request) error {
	key, err := id.Parse(r.FormValue("passkey"))
	if err != nil {
		return err
	}
	return p.RemovePasskey(r.Context(), page.From(r.Context()).Viewer, key)
}
