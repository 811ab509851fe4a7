package oauth

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the page on which a member lets an assistant in.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET "+allowPath, op.Guest, s.AllowPage)
	m.Handle("POST "+allowPath, op.Guest, s.AllowForm)
	m.Handle("POST /assistants/end", op.Guest, s.EndForm)
}

// asked is what a member is asked, as the form of the page brings it back: sealed, so that nobody makes one up, changes
// it, or gets another member or session to answer it.
type asked struct {
	Client, Name, Redirect, State, Challenge, Resource, Base string
	Scopes                                                   []string
	Session                                                  string
	Until                                                    int64
}

// sealedFor is for what the answers are sealed.
const sealedFor = "oauth"

// askLife is how long a page waits for an answer.
const askLife = 15 * time.Minute

// bad is a request that a client made wrongly, and where it can be told: it is when the reader wants that, since a
// browser that is sent on unasked can be sent anywhere by whoever registers (RFC 9700, section 4.11.2).
type bad struct {
	sentence string
	back     string
	home     string
}

// read reads what a client asks. Nothing is sent anywhere for a client or an address that is not known.
func (s *Service) read(r *http.Request) (ask asked, to destination, wrong *bad, err error) {
	q := r.URL.Query()
	for _, values := range q {
		if len(values) > 1 {
			return ask, to, nil, fault.New(fault.Invalid, "What the assistant asks cannot be read.")
		}
	}
	who, there, err := s.clientOf(r.Context(), q.Get("client_id"))
	if err != nil {
		return ask, to, nil, err
	}
	if !there {
		return ask, to, nil, fault.New(fault.NotFound, "This assistant is not known here, or not any more.").
			WithHint("Take Gave out of the assistant, and connect it anew.")
	}
	to, ok := who.destination(q.Get("redirect_uri"))
	if !ok {
		return ask, to, nil, fault.New(fault.Invalid, "The assistant wants you to be sent to an address that it did "+
			"not register. So nothing is sent there.")
	}
	ask = asked{
		Client: who.ID, Name: who.Name, Redirect: to.written, State: q.Get("state"),
		Challenge: q.Get("code_challenge"), Resource: ResourceOf(r), Base: base(r),
	}
	if len(ask.State) > mostState {
		return ask, to, nil, fault.New(fault.Invalid, "What the assistant asks cannot be read.")
	}
	code, sentence := "", ""
	switch target := q.Get("resource"); {
	case q.Get("response_type") != "code":
		code, sentence = "unsupported_response_type", "The assistant asks in a way that is not known here."
	case q.Get("code_challenge_method") != "S256" || !isChallenge(ask.Challenge):
		code = "invalid_request"
		sentence = "The assistant does not prove who it is (PKCE with S256), so it cannot be let in."
	case target != "" && canonical(target) != ask.Resource:
		code, sentence = "invalid_target", "The assistant asks for something that is not here."
	}
	if code != "" {
		return ask, to, &bad{
			page.T(r.Context(), sentence), to.with(ask.told(url.Values{"error": {code}})), to.home(),
		}, nil
	}
	ask.Scopes = offered(q.Get("scope"))
	return ask, to, nil, nil
}

// told adds to what a client is told what it gave, and who says it (RFC 9207).
func (a asked) told(what url.Values) url.Values {
	if a.State != "" {
		what.Set("state", a.State)
	}
	what.Set("iss", a.Base)
	return what
}

// question is what the page shows.
type question struct {
	ask    asked
	to     destination
	email  string
	spaces []account.SpaceInfo
	sealed string
}

// AllowPage asks a member whether an assistant may come in.
func (s *Service) AllowPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	ask, to, wrong, err := s.read(r)
	if err != nil {
		return err
	}
	if wrong != nil {
		return page.Render(w, r, http.StatusBadRequest, badPage(*wrong))
	}
	ask.Session, ask.Until = v.Session, s.Now().Add(askLife).UnixMicro()
	text, err := json.Marshal(ask)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	sealed, err := s.sealer.Seal(id.Zero, v.Account, sealedFor, text)
	if err != nil {
		return err
	}
	profile, err := s.account.Profile(ctx, v)
	if err != nil {
		return err
	}
	spaces, err := s.account.Spaces(ctx, v)
	if err != nil {
		return err
	}
	// The answer to the form leads to the client, which browsers hold to be a form that is sent there.
	policy := w.Header().Get("Content-Security-Policy")
	w.Header().Set("Content-Security-Policy",
		strings.Replace(policy, "form-action 'self'", "form-action 'self' "+to.source(), 1))
	return page.Render(w, r, http.StatusOK, allowPage(question{
		ask, to, profile.Email, spaces, base64.RawURLEncoding.EncodeToString(sealed),
	}))
}

// unseal reads what the form of the page brings back.
func (s *Service) unseal(v op.Viewer, sealed string) (asked, error) {
	over := fault.New(fault.Conflict, "This page is too old, or was made for somebody else.").
		WithHint("Begin again in the assistant.")
	text, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return asked{}, over
	}
	text, ok := s.sealer.Unseal(id.Zero, v.Account, sealedFor, text)
	var ask asked
	if !ok || json.Unmarshal(text, &ask) != nil || ask.Session != v.Session || ask.Until < s.Now().UnixMicro() {
		return asked{}, over
	}
	return ask, nil
}

// AllowForm lets an assistant in, or does not, and sends the browser where it came from.
func (s *Service) AllowForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	ask, err := s.unseal(v, r.PostFormValue("asked"))
	if err != nil {
		return err
	}
	who, there, err := s.clientOf(ctx, ask.Client)
	if err != nil {
		return err
	}
	to, ok := who.destination(ask.Redirect)
	if !there || !ok {
		return fault.New(fault.NotFound, "This assistant is not known here, or not any more.").
			WithHint("Take Gave out of the assistant, and connect it anew.")
	}
	if r.PostFormValue("answer") != "yes" {
		http.Redirect(w, r, to.with(ask.told(url.Values{"error": {"access_denied"}})), http.StatusSeeOther)
		return nil
	}
	scope := r.PostFormValue("scope")
	if !slices.Contains(ask.Scopes, scope) {
		return fault.New(fault.Invalid, "Say what the assistant may do.").WithField("scope")
	}
	in := v
	if text := r.PostFormValue("space"); text != "" {
		space, err := id.Parse(text)
		if err != nil {
			return err
		}
		if in, err = s.account.In(ctx, v, space); err != nil {
			return err
		}
	}
	code, now := newSecret(codePrefix), s.Now()
	if err := s.let(ctx, in, grant{
		Space: in.Space, ID: id.New(), Owner: in.Member, Client: who.ID, Name: ask.Name, Home: to.home(), Scope: scope,
		Resource: ask.Resource, Created: now.UnixMicro(), Expires: now.Add(codeLife).UnixMicro(),
	}, code, to.written, ask.Challenge); err != nil {
		return err
	}
	http.Redirect(w, r, to.with(ask.told(url.Values{"code": {code}})), http.StatusSeeOther)
	return nil
}

// EndForm ends an assistant.
func (s *Service) EndForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[AssistantInput](r, "assistants.end")
	if err == nil {
		err = s.End(r.Context(), page.From(r.Context()).Viewer, in.Assistant)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/settings#assistants", page.T(r.Context(), "It cannot come in any more."))
}
