package account

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of accounts.
func (s *Service) pages(m *page.Mux) {
	p := Pages{s}
	m.Handle("GET /settings", op.Guest, p.SettingsPage)
	m.HandleLong("POST /settings", op.Guest, p.SettingsForm)
	m.Handle("GET /export", op.Member, p.ExportPage)
	m.HandleLong("POST /export", op.Member, p.ExportForm)
	m.Handle("GET /export/{ticket}", op.Member, p.ExportFile)
	m.Handle("GET /spaces/leave", op.Guest, p.LeavePage)
	m.HandleLong("POST /spaces/leave", op.Guest, p.LeaveForm)
	m.Handle("GET /members/{member}/remove", op.Owner, p.RemovePage)
	m.Handle("GET /left", op.Anonymous, p.LeftPage)
	m.HandleLong("POST /left", op.Anonymous, p.LeftForm)
	m.Handle("GET /left/{ticket}", op.Anonymous, p.LeftFile)
	m.Handle("GET /privacy", op.Guest, p.PrivacyPage)
	m.Handle("GET /audit", op.Guest, p.TrailPage)
	m.Handle("GET /signin", op.Anonymous, p.SignInPage)
	m.Handle("POST /signin", op.Anonymous, p.SignInForm)
	m.Handle("GET /signin/step", op.Anonymous, p.StepPage)
	m.Handle("POST /signin/step", op.Anonymous, p.StepForm)
	m.Handle("POST /signin/step/lost", op.Anonymous, p.LoseStepForm)
	m.Handle("GET /signin/lost", op.Anonymous, p.LostPage)
	m.Handle("POST /signin/lost", op.Anonymous, p.LostForm)
	m.Handle("POST /signin/passkey/begin", op.Anonymous, p.PasskeyInBegin)
	m.Handle("POST /signin/passkey", op.Anonymous, p.PasskeyInForm)
	m.Handle("GET /signin/openid", op.Anonymous, p.OpenIDPage)
	m.Handle("GET /signin/openid/back", op.Anonymous, p.OpenIDBack)
	m.Handle("GET /reset", op.Anonymous, p.ResetPage)
	m.Handle("POST /reset", op.Anonymous, p.ResetForm)
	m.Handle("GET /reset/new", op.Anonymous, p.NewPasswordPage)
	m.Handle("POST /reset/new", op.Anonymous, p.NewPasswordForm)
	m.Handle("GET /access", op.Guest, p.AccessPage)
	m.HandleLong("POST /access", op.Guest, p.AccessForm)
	m.HandleLong("POST /access/passkey/begin", op.Guest, p.PasskeyBegin)
	m.HandleLong("POST /access/passkey", op.Guest, p.PasskeyForm)
	m.Handle("POST /signout", op.Anonymous, p.SignOutForm)
	m.Handle("GET /welcome", op.Anonymous, p.WelcomePage)
	m.Handle("POST /welcome", op.Anonymous, p.WelcomeForm)
}

// Pages are the pages of accounts.
type Pages struct{ *Service }

// SessionCookie is the cookie that signs a browser in.
const SessionCookie = "gave_session"

// CookieName is the name of a cookie of ours. Behind TLS it has the prefix that keeps neighbours on the same domain
// from planting one.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a cookie that only this server reads; a negative life takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	secure := page.Secure(r)
	http.SetCookie(w, &http.Cookie{
		Name: CookieName(name, secure), Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: secure,
	})
}

// cookie returns the value of a cookie of ours, or "".
func cookie(r *http.Request, name string) string {
	found, err := r.Cookie(CookieName(name, page.Secure(r)))
	if err != nil {
		return ""
	}
	return found.Value
}

// deviceCookie is the cookie by which a browser is known on which somebody signed in before.
const deviceCookie = "gave_device"

// visit is from where the request comes.
func visit(r *http.Request) Visit {
	v := Visit{From: remote(r), Agent: r.UserAgent(), Device: cookie(r, deviceCookie)}
	if r.Header.Get("Accept-Language") != "" {
		v.Lang = page.From(r.Context()).Viewer.Lang
	}
	return v
}

// signIn gives the browser its session, and ends the one that it had.
func (p Pages) signIn(w http.ResponseWriter, r *http.Request, entry Entry) error {
	if old := cookie(r, SessionCookie); old != "" {
		if err := p.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	setCookie(w, r, SessionCookie, entry.Session, sessionLife)
	setCookie(w, r, deviceCookie, entry.Device, familiarLife)
	return nil
}

// SignInPage asks for an address and a password, or for another way in.
func (p Pages) SignInPage(w http.ResponseWriter, r *http.Request) error {
	return p.signInPage(w, r, http.StatusOK, "")
}

// ways is what the page of signing in offers.
type ways struct {
	next, email, wrong string
	setup              bool // nobody has set a password yet
	passkeys           bool
	provider           string
}

func (p Pages) signInPage(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	needs, err := p.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	return page.Render(w, r, status, signInPage(ways{
		r.FormValue("next"), r.FormValue("email"), wrong, needs, passkeysWork(r), p.ProviderName(),
	}))
}

// SignInForm starts a session.
func (p Pages) SignInForm(w http.ResponseWriter, r *http.Request) error {
	entry, err := p.SignInFrom(r.Context(), r.FormValue("email"), r.FormValue("password"), visit(r))
	if err != nil {
		if code := fault.CodeOf(err); code == fault.Unauthenticated || code == fault.TooMany {
			if code == fault.TooMany {
				w.Header().Set("Retry-After", page.RetryAfter)
			}
			return p.signInPage(w, r, page.StatusOf(err), page.Sentence(r.Context(), err))
		}
		return err
	}
	return p.entered(w, r, entry, r.FormValue("next"), "")
}

// remote is the network address that asks, without its port.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// SignOutForm ends the session.
func (p Pages) SignOutForm(w http.ResponseWriter, r *http.Request) error {
	if secret := cookie(r, SessionCookie); secret != "" {
		if err := p.SignOut(r.Context(), secret); err != nil {
			return err
		}
	}
	setCookie(w, r, SessionCookie, "", -time.Second)
	return page.Done(w, r, "/signin", "")
}

// WelcomePage is where a one-time link leads.
func (p Pages) WelcomePage(w http.ResponseWriter, r *http.Request) error {
	link := r.URL.Query().Get("link")
	invitation, err := p.Look(r.Context(), link)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, welcomePage(invitation, link, "", invitation.Email, "", nil))
}

// WelcomeForm uses a one-time link.
func (p Pages) WelcomeForm(w http.ResponseWriter, r *http.Request) error {
	link, name, email := r.FormValue("link"), r.FormValue("name"), r.FormValue("email")
	entry, err := p.AcceptFrom(r.Context(), link, name, email, r.FormValue("password"), visit(r))
	if err != nil {
		invitation, lookErr := p.Look(r.Context(), link)
		if lookErr != nil {
			return err
		}
		return page.Render(w, r, page.StatusOf(err),
			welcomePage(invitation, link, name, email, page.Sentence(r.Context(), err), err))
	}
	return p.entered(w, r, entry, "/import", page.T(r.Context(), "Welcome. Start with the files that you have."))
}

// settings is what the page of settings shows.
type settings struct {
	profile  Profile
	own      []string
	members  []MemberInfo
	tokens   []Token
	inside   []Assistant
	mcp      string // the address for assistants
	sessions []SessionInfo
	invited  []InvitationInfo
	spaces   []SpaceInfo
	secret   string   // of a token that was made just now
	feeds    []string // the addresses of a feed that was made just now
	link     string   // of an invitation that was made just now
	mailed   string   // whom an invitation was mailed to just now
	wrong    string
}

func (p Pages) settings(r *http.Request) (settings, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	out := settings{mcp: page.Base(r) + "/mcp"}
	var err error
	if out.profile, err = p.Profile(ctx, v); err != nil {
		return out, err
	}
	if out.own, err = p.Own(ctx, v); err != nil {
		return out, err
	}
	if out.members, err = p.Members(ctx, v); err != nil {
		return out, err
	}
	if out.tokens, err = p.Tokens(ctx, v); err != nil {
		return out, err
	}
	if out.inside, err = p.assistants(ctx, v); err != nil {
		return out, err
	}
	if out.spaces, err = p.Spaces(ctx, v); err != nil {
		return out, err
	}
	if v.Role >= op.Owner {
		if out.invited, err = p.Invitations(ctx, v); err != nil {
			return out, err
		}
	}
	out.sessions, err = p.Sessions(ctx, v)
	return out, err
}

// trail is what the page of the trail shows.
type trail struct {
	lines   []Trace
	own     bool // only what is of the reader
	kind    string
	member  id.ID
	days    int
	members []MemberInfo // among whom an owner chooses
}

// address is that of the page with one thing changed.
func (t trail) address(name, value string) string {
	query := url.Values{}
	set := func(key, present string) {
		if key == name {
			present = value
		}
		if present != "" {
			query.Set(key, present)
		}
	}
	whose, member := "", ""
	if t.own {
		whose = "own"
	}
	if !t.member.IsZero() {
		member = t.member.String()
	}
	set("whose", whose)
	set("kind", t.kind)
	set("member", member)
	set("days", map[bool]string{true: strconv.Itoa(t.days)}[t.days > 0])
	return "/audit?" + query.Encode()
}

// mostTrail is how many lines of the trail a page shows.
const mostTrail = 500

// TrailPage shows the trail: an owner that of the space, everybody their own.
func (p Pages) TrailPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v, q := r.Context(), page.From(r.Context()).Viewer, r.URL.Query()
	out := trail{own: v.Role < op.Owner || q.Get("whose") == "own", kind: q.Get("kind")}
	if days, err := strconv.Atoi(q.Get("days")); err == nil && days > 0 && days <= 3650 {
		out.days = days
	}
	in := TrailInput{Kind: out.kind, Days: out.days, Limit: mostTrail}
	if out.own {
		in.Member = v.Member
	} else {
		var err error
		if out.members, err = p.Members(ctx, v); err != nil {
			return err
		}
		if q.Get("member") != "" {
			if out.member, err = id.Parse(q.Get("member")); err != nil {
				return err
			}
			in.Member = out.member
		}
	}
	found, err := p.Trail(ctx, v, in)
	if err != nil {
		return err
	}
	out.lines = found.Trail
	return page.Render(w, r, http.StatusOK, trailPage(out))
}

// SettingsPage shows the settings.
func (p Pages) SettingsPage(w http.ResponseWriter, r *http.Request) error {
	found, err := p.settings(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, settingsPage(found))
}

// SettingsForm changes one part of the settings; the field "part" says which.
func (p Pages) SettingsForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	v := request.Viewer
	status := http.StatusOK
	again := func(section string, change func(*settings)) error {
		found, err := p.settings(r)
		if err != nil {
			return err
		}
		change(&found)
		w.Header().Set("Content-Location", "/settings"+section)
		return page.Render(w, r, status, settingsPage(found))
	}
	sentence := "Saved."
	var err error
	switch part := r.FormValue("part"); part {
	case "profile":
		var in ProfileInput
		if in, err = page.Input[ProfileInput](r, "profile.change"); err == nil {
			_, err = p.ChangeProfile(ctx, v, in)
		}
	case "theme":
		stay(w, page.ThemeCookie, r.FormValue("theme"))
	case "keys":
		stay(w, page.KeysCookie, map[bool]string{true: "on", false: "off"}[r.FormValue("keys") != ""])
	case "password":
		// A password is taken as it is, with the space around it.
		err = p.ChangePassword(ctx, v, PasswordInput{Old: r.FormValue("old"), New: r.FormValue("new")})
		sentence = "Your password is changed. All other sessions and all tokens have ended."
	case "space":
		if err = v.May(op.Owner); err == nil {
			var in SpaceInput
			if in, err = page.Input[SpaceInput](r, "space.change", page.As("name", "space_name")); err == nil {
				_, err = p.ChangeSpace(ctx, v, in)
			}
		}
	case "token":
		in, err := page.Input[TokenInput](r, "tokens.new", page.As("name", "token_name"))
		if err != nil {
			return err
		}
		token, err := p.MakeToken(ctx, v, in)
		if err != nil {
			return err
		}
		return again("#tokens", func(s *settings) { s.secret = token.Secret })
	case "feed":
		if err = v.May(op.Member); err == nil {
			var token Token
			if token, err = p.NewFeed(ctx, v, page.From(ctx).Printer.T("feed of Today")); err == nil {
				return again("#tokens", func(s *settings) {
					s.feeds = []string{
						page.Base(r) + FeedPath(token.Secret, "ics"), page.Base(r) + FeedPath(token.Secret, "atom"),
					}
				})
			}
		}
	case "revoke":
		var key id.ID
		if key, err = id.Parse(r.FormValue("token")); err == nil {
			err = p.RevokeToken(ctx, v, key)
		}
	case "session":
		err = p.EndSession(ctx, v, r.FormValue("session"))
	case "invite":
		if err = v.May(op.Owner); err == nil {
			var in InviteInput
			if in, err = page.Input[InviteInput](r, "members.invite", page.As("email", "invite_email"),
				page.As("days", "invite_days")); err == nil {
				role, _ := op.ParseRole(in.Role)
				var made Invited
				if made, err = p.InviteTo(ctx, v, Inviting{role, in.Email, in.Days}); err == nil {
					return again("#members", func(s *settings) {
						s.link = page.Base(r) + "/welcome?link=" + made.Secret
						if made.Sent {
							s.link, s.mailed = "", in.Email
						}
					})
				}
			}
		}
	case "switch":
		var to id.ID
		if to, err = id.Parse(r.FormValue("to")); err == nil {
			if err = p.SwitchSpace(ctx, cookie(r, SessionCookie), to); err == nil {
				return page.Done(w, r, "/", "")
			}
		}
	case "newspace":
		if err = v.May(op.Member); err == nil {
			var in NewSpaceInput
			if in, err = page.Input[NewSpaceInput](r, "spaces.new", page.As("name", "new_space"),
				page.As("purpose", "new_purpose")); err == nil {
				var made id.ID
				if made, err = p.NewSpace(ctx, v, in); err == nil {
					err = p.SwitchSpace(ctx, cookie(r, SessionCookie), made)
				}
				if err == nil {
					return page.Done(w, r, "/import", request.Printer.T("Your new space. Nobody else is in it yet."))
				}
			}
		}
	case "uninvite":
		if err = v.May(op.Owner); err == nil {
			var key id.ID
			if key, err = id.Parse(r.FormValue("invitation")); err == nil {
				err = p.RevokeInvitation(ctx, v, key)
			}
		}
	case "role", "remove":
		if err = v.May(op.Owner); err == nil {
			var member id.ID
			if member, err = id.Parse(r.FormValue("member")); err == nil {
				if part == "remove" {
					err = p.RemoveMember(ctx, v, member)
				} else {
					role, _ := op.ParseRole(r.FormValue("role"))
					err = p.SetRole(ctx, v, member, role)
				}
			}
		}
	default:
		return fault.New(fault.NotFound, "There is no such page.")
	}
	if err != nil {
		switch fault.CodeOf(err) {
		case fault.Internal, fault.Invalid, fault.Usage, fault.NotFound, fault.Conflict:
			return err
		}
		status = page.StatusOf(err)
		return again("", func(s *settings) { s.wrong = page.Sentence(ctx, err) })
	}
	return page.Done(w, r, "/settings", request.Printer.T(sentence))
}

// wrongField returns the sentence when the fault is about this field.
func wrongField(err error, field, sentence string) string {
	if fault.FieldOf(err) == field {
		return sentence
	}
	return ""
}

// stay keeps on a device how somebody likes the pages there.
func stay(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int((10 * 365 * 24 * time.Hour).Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
}
