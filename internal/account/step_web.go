package account

import (
	"net/http"
	"net/url"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/page"
)

// enteringCookie is the cookie of a browser that is on the way in.
const enteringCookie = "gave_entering"

// entered gives the browser its session and sends it on, or asks it for the second step.
func (p Pages) entered(w http.ResponseWriter, r *http.Request, entry Entry, next, sentence string) error {
	if entry.Pending != "" {
		setCookie(w, r, enteringCookie, entry.Pending, stepLife)
		return page.Done(w, r, "/signin/step?next="+url.QueryEscape(page.Local(next)), "")
	}
	if err := p.signIn(w, r, entry); err != nil {
		return err
	}
	setCookie(w, r, enteringCookie, "", -time.Second)
	if entry.Nowhere {
		return page.Done(w, r, "/left", "")
	}
	return page.Done(w, r, next, sentence)
}

// stepWays is what the page that asks for the second step offers.
type stepWays struct {
	StepInfo
	next, wrong string
	canMail     bool
}

// StepPage asks for the second step.
func (p Pages) StepPage(w http.ResponseWriter, r *http.Request) error {
	return p.stepPage(w, r, http.StatusOK, "")
}

func (p Pages) stepPage(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	row, there, err := p.onTheWay(r.Context(), enteringStep, cookie(r, enteringCookie))
	if err != nil {
		return err
	}
	if !there {
		return page.Done(w, r, "/signin", page.T(r.Context(), "That took too long, or it was done already."))
	}
	info, err := p.stepInfo(r.Context(), p.db, row.Account)
	if err != nil {
		return err
	}
	if !passkeysWork(r) {
		info.Passkeys = 0
	}
	return page.Render(w, r, status, stepPage(stepWays{
		StepInfo: info, next: r.FormValue("next"), wrong: wrong, canMail: p.CanMail(),
	}))
}

// StepForm lets in who gives a code.
func (p Pages) StepForm(w http.ResponseWriter, r *http.Request) error {
	entry, err := p.StepIn(r.Context(), cookie(r, enteringCookie), r.FormValue("code"), visit(r))
	if err != nil {
		return p.stepAgain(w, r, err)
	}
	return p.entered(w, r, entry, r.FormValue("next"), "")
}

// stepAgain shows the page of the second step with what is wrong.
func (p Pages) stepAgain(w http.ResponseWriter, r *http.Request, err error) error {
	switch fault.CodeOf(err) {
	case fault.TooMany:
		w.Header().Set("Retry-After", page.RetryAfter)
	case fault.Invalid, fault.Unavailable, fault.Conflict:
	case fault.Unauthenticated:
		return page.Done(w, r, "/signin", page.Sentence(r.Context(), err))
	default:
		return err
	}
	return p.stepPage(w, r, page.StatusOf(err), page.Sentence(r.Context(), err))
}

// LoseStepForm mails a link to who lost the second step.
func (p Pages) LoseStepForm(w http.ResponseWriter, r *http.Request) error {
	if err := p.LoseStep(r.Context(), cookie(r, enteringCookie), visit(r)); err != nil {
		return p.stepAgain(w, r, err)
	}
	return page.Render(w, r, http.StatusOK, mailedPage(page.T(r.Context(), "The letter is on its way"),
		page.T(r.Context(), "With the link in it the second step is taken off. It works once, for an hour.")))
}

// LostPage is where a link leads that takes the second step off.
func (p Pages) LostPage(w http.ResponseWriter, r *http.Request) error {
	link := r.URL.Query().Get("link")
	if err := p.LookLost(r.Context(), link); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, lostPage(link))
}

// LostForm takes the second step off.
func (p Pages) LostForm(w http.ResponseWriter, r *http.Request) error {
	if err := p.Lost(r.Context(), r.FormValue("link"), visit(r)); err != nil {
		return err
	}
	return page.Done(w, r, "/signin", page.T(r.Context(), "The second step is off. Sign in, and set up a new one."))
}

// ResetPage asks for the address to which a link is mailed.
func (p Pages) ResetPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, resetPage(p.CanMail(), "", ""))
}

// ResetForm mails a link, or does not, and says the same.
func (p Pages) ResetForm(w http.ResponseWriter, r *http.Request) error {
	email := r.FormValue("email")
	if err := p.AskReset(r.Context(), email, visit(r)); err != nil {
		switch fault.CodeOf(err) {
		case fault.Invalid, fault.Unavailable:
		case fault.TooMany:
			w.Header().Set("Retry-After", page.RetryAfter)
		default:
			return err
		}
		return page.Render(w, r, page.StatusOf(err), resetPage(p.CanMail(), email, page.Sentence(r.Context(), err)))
	}
	return page.Render(w, r, http.StatusOK, mailedPage(page.T(r.Context(), "Look in your mail"),
		page.T(r.Context(), "If there is an account with this address, a link is on its way to it. It works once, for "+
			"an hour.")))
}

// NewPasswordPage is where a link leads with which a password is set.
func (p Pages) NewPasswordPage(w http.ResponseWriter, r *http.Request) error {
	link := r.URL.Query().Get("link")
	if err := p.LookReset(r.Context(), link); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, newPasswordPage(link, ""))
}

// NewPasswordForm sets a password with a link.
func (p Pages) NewPasswordForm(w http.ResponseWriter, r *http.Request) error {
	link := r.FormValue("link")
	entry, err := p.Reset(r.Context(), link, r.FormValue("password"), visit(r))
	if fault.CodeOf(err) == fault.Invalid {
		return page.Render(w, r, page.StatusOf(err), newPasswordPage(link, page.Sentence(r.Context(), err)))
	}
	if err != nil {
		return err
	}
	return p.entered(w, r, entry, "/",
		page.T(r.Context(), "Your password is changed. All other sessions and all tokens have ended."))
}

// access is what the page of how somebody comes in shows.
type access struct {
	step     StepInfo
	passkeys []Passkey
	joined   []Joined
	sure     bool // the viewer signed in just now
	password bool // the account has one
	works    bool // passkeys can be made here
	provider string
	codes    []string // that were made just now
	setup    *Setup
	wrong    string
	cause    error
}

func (p Pages) access(r *http.Request) (access, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	out := access{works: passkeysWork(r), provider: p.ProviderName()}
	profile, err := p.Profile(ctx, v)
	if err != nil {
		return out, err
	}
	out.password = profile.Password
	if out.step, err = p.Step(ctx, v); err != nil {
		return out, err
	}
	if out.passkeys, err = p.Passkeys(ctx, v); err != nil {
		return out, err
	}
	if out.joined, err = p.Joined(ctx, v); err != nil {
		return out, err
	}
	out.sure, err = p.JustSignedIn(ctx, v)
	return out, err
}

// AccessPage shows how the viewer comes in.
func (p Pages) AccessPage(w http.ResponseWriter, r *http.Request) error {
	found, err := p.access(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, accessPage(found))
}

// sure makes certain that whoever is at the screen is the viewer: they signed in just now.
func (p Pages) sure(r *http.Request) error {
	fresh, err := p.JustSignedIn(r.Context(), page.From(r.Context()).Viewer)
	if err == nil && !fresh {
		err = fault.New(fault.Forbidden, "Give your password first.").WithHint("Without one, sign out and in again.")
	}
	return err
}

// again signs the viewer in anew, who gives the password at a screen where somebody signed in long ago.
func (p Pages) again(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	entry, err := p.Again(r.Context(), v, r.FormValue("password"), visit(r))
	if err != nil {
		return err
	}
	return p.entered(w, r, entry, "/access", "")
}

// AccessForm changes one of the ways in; the field "part" says which.
func (p Pages) AccessForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	show := func(change func(*access)) error {
		found, err := p.access(r)
		if err != nil {
			return err
		}
		change(&found)
		w.Header().Set("Content-Location", "/access")
		status := http.StatusOK
		if found.cause != nil {
			status = page.StatusOf(found.cause)
		}
		return page.Render(w, r, status, accessPage(found))
	}
	setup := func(cause error) error {
		made, err := p.BeginStep(ctx, v, hostOf(r))
		if err != nil {
			return err
		}
		return show(func(a *access) {
			a.setup = &made
			if cause != nil {
				a.cause, a.wrong = cause, page.Sentence(ctx, cause)
			}
		})
	}
	told := func(codes []string, err error) error {
		if err != nil {
			return err
		}
		return show(func(a *access) { a.codes = codes })
	}
	part, sentence := r.FormValue("part"), ""
	var err error
	if part == "again" {
		err = p.again(w, r)
		if err == nil {
			return nil
		}
	} else if part != "confirm" {
		err = p.sure(r)
	}
	if code := fault.CodeOf(err); code == fault.Invalid || code == fault.Forbidden || code == fault.TooMany {
		return show(func(a *access) { a.cause, a.wrong = err, page.Sentence(ctx, err) })
	}
	if err != nil {
		return err
	}
	switch part {
	case "app":
		return setup(nil)
	case "confirm":
		codes, err := p.ConfirmStep(ctx, v, plainSecret(r.FormValue("code")), visit(r))
		if fault.CodeOf(err) == fault.Invalid {
			return setup(err)
		}
		return told(codes, err)
	case "passkeys":
		return told(p.StepByPasskeys(ctx, v))
	case "codes":
		return told(p.RenewCodes(ctx, v))
	case "off":
		err, sentence = p.EndStep(ctx, v), "The second step is off."
	case "remove":
		err, sentence = p.removePasskey(r), "The passkey is removed."
	case "join":
		return p.join(w, r)
	case "part":
		err, sentence = p.part(r), "The account is no longer connected."
	default:
		return fault.New(fault.NotFound, "There is no such page.")
	}
	if fault.CodeOf(err) == fault.Conflict {
		return show(func(a *access) { a.cause, a.wrong = err, page.Sentence(ctx, err) })
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/access", page.T(ctx, sentence))
}

// hostOf is the name under which the reader knows the server.
func hostOf(r *http.Request) string {
	base, err := url.Parse(page.Base(r))
	if err != nil {
		return ""
	}
	return base.Hostname()
}
