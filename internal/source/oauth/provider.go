// Package oauth asks providers of mail for the permission to read a mailbox (OAuth 2.0, RFC 6749): its owner signs in
// there, in the browser with a proof of who began (PKCE, RFC 7636) or with a code on another device (RFC 8628), and
// Gave gets a token that it renews by itself. What a provider answers is read within bounds of size and time, and
// nobody is followed who passes a secret on to somewhere else.
package oauth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"gave.network/internal/fault"
)

const (
	// wait is how long a provider may take for one answer.
	wait = 10 * time.Second
	// mostAnswer is the most that is read of an answer, in bytes.
	mostAnswer = 1 << 20
)

// The keys of providers.
const (
	Google    = "google"
	Microsoft = "microsoft"
	Other     = "other"
)

// Provider is a provider of mailboxes at which this installation of Gave is registered.
type Provider struct {
	// Key is Google, Microsoft or Other, and Name what people call it.
	Key, Name string
	// Client is what Gave is called there, and Secret its secret; empty for a public client.
	Client, Secret string
	// Issuer is the address of the provider as it says it itself; by it another provider is discovered (OpenID Connect
	// Discovery 1.0).
	Issuer string
	// Server is the address of its mail server, to which alone its tokens go.
	Server string
	// Scopes are what it is asked to permit.
	Scopes []string

	auth, token, device, revoke string   // where it does what; empty until it was discovered
	ask                         []string // more that it is asked with: name, value, name, value …
	address                     []string // the claims that say which mail address somebody has, the best first
	style                       oauth2.AuthStyle

	wait  time.Duration // tests set it
	mu    sync.Mutex
	known *oidc.Provider
}

// NewGoogle returns Google. Its tokens for IMAP permit all of the mail there: there is no narrower one.
func NewGoogle(client, secret string) *Provider {
	return &Provider{
		Key: Google, Name: "Google", Client: client, Secret: secret, Issuer: "https://accounts.google.com",
		Server: "imaps://imap.gmail.com", Scopes: []string{"https://mail.google.com/", "openid", "email"},
		auth:  "https://accounts.google.com/o/oauth2/v2/auth",
		token: "https://oauth2.googleapis.com/token", revoke: "https://oauth2.googleapis.com/revoke",
		// It gives a lasting token only when asked so, and after the first time only with the question put again.
		ask: []string{"access_type", "offline", "prompt", "consent"}, address: []string{"email"},
		style: oauth2.AuthStyleInParams, wait: wait,
	}
}

// NewMicrosoft returns Microsoft, for accounts of people and of organisations.
func NewMicrosoft(client, secret string) *Provider {
	const at = "https://login.microsoftonline.com/common/oauth2/v2.0/"
	return &Provider{
		Key: Microsoft, Name: "Microsoft", Client: client, Secret: secret,
		Server: "imaps://outlook.office365.com",
		Scopes: []string{
			"https://outlook.office.com/IMAP.AccessAsUser.All", oidc.ScopeOfflineAccess, "openid", "email", "profile",
		},
		auth: at + "authorize", token: at + "token", device: at + "devicecode",
		ask: []string{"prompt", "select_account"}, address: []string{"preferred_username", "email"},
		style: oauth2.AuthStyleInParams, wait: wait,
	}
}

// NewOther returns another provider, which says itself what it does where.
func NewOther(issuer, client, secret, name, server string, scopes []string) *Provider {
	if len(scopes) == 0 {
		scopes = []string{"openid", "email", oidc.ScopeOfflineAccess}
	}
	return &Provider{
		Key: Other, Name: name, Client: client, Secret: secret, Issuer: issuer, Server: server, Scopes: scopes,
		ask: []string{"prompt", "consent"}, address: []string{"email", "preferred_username"}, wait: wait,
	}
}

// bounded reads no answer that never ends.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, mostAnswer), answer.Body}
	}
	return answer, err
}

// with puts the client by which the provider is asked into a context. A provider that sends elsewhere is not followed:
// what is sent are secrets.
func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client())
}

func (p *Provider) client() *http.Client {
	return &http.Client{
		Timeout: p.wait, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *Provider) down(err error) error {
	// The cause is for the log only, as a text: that a provider went away must not be taken for the database that did.
	cause := errors.New("")
	if err != nil {
		cause = errors.New(err.Error())
	}
	return fault.Wrap(cause, fault.Unavailable, "%s does not answer now.", p.Name).WithHint("It is tried again later.")
}

// discover finds out what another provider does where, once it answers.
func (p *Provider) discover() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token != "" {
		return nil
	}
	// Asked with a context that does not end, as it is kept with what was found.
	found, err := oidc.NewProvider(p.with(context.Background()), p.Issuer)
	var other *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return fault.Wrap(err, fault.Unavailable, "%s calls itself by another address than the one that was set.",
			p.Name).WithHint("Whoever runs this server has to set oauth-issuer to the address that it says.")
	case err != nil:
		return p.down(err)
	}
	var more struct {
		Device string `json:"device_authorization_endpoint"`
		Revoke string `json:"revocation_endpoint"`
		// Ways are those in which a client shows who it is; without them it is the first that is known.
		Ways []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return p.down(err)
	}
	at := found.Endpoint()
	for _, address := range []string{at.AuthURL, at.TokenURL} {
		if !p.may(address) {
			return fault.New(fault.Unavailable, "%s wants to be asked at an address that is not safe.", p.Name)
		}
	}
	if p.may(more.Device) {
		p.device = more.Device
	}
	if p.may(more.Revoke) {
		p.revoke = more.Revoke
	}
	// Trying one way and then the other would use up a code that is good once.
	if p.style = oauth2.AuthStyleInParams; p.Secret != "" &&
		(len(more.Ways) == 0 || slices.Contains(more.Ways, "client_secret_basic")) {
		p.style = oauth2.AuthStyleInHeader
	}
	p.known, p.auth, p.token = found, at.AuthURL, at.TokenURL
	return nil
}

// may says whether secrets may go to an address: one that is encrypted, or on this machine where the provider is too.
func (p *Provider) may(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && strings.HasPrefix(p.Issuer, "http:") && loopback(u.Hostname())
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// config is how the provider is asked; back is where it sends a browser back to.
func (p *Provider) config(back string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.Client, ClientSecret: p.Secret, RedirectURL: back, Scopes: p.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: p.auth, TokenURL: p.token, DeviceAuthURL: p.device, AuthStyle: p.style},
	}
}

// Begin returns the address at the provider to which a browser goes: state is what it comes back with, verifier what
// proves that who comes back is who went, and hint the mail address, where it is known.
func (p *Provider) Begin(back, state, verifier, hint string) (string, error) {
	if err := p.discover(); err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	for i := 0; i+1 < len(p.ask); i += 2 {
		options = append(options, oauth2.SetAuthURLParam(p.ask[i], p.ask[i+1]))
	}
	if hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", hint))
	}
	return p.config(back).AuthCodeURL(state, options...), nil
}

// Finish exchanges the code with which a browser came back for a token. issuer is who says to have sent it back, empty
// when it does not (RFC 9207).
func (p *Provider) Finish(ctx context.Context, back, code, verifier, issuer string) (Token, error) {
	if err := p.discover(); err != nil {
		return Token{}, err
	}
	if issuer != "" && p.Issuer != "" && issuer != p.Issuer {
		return Token{}, fault.New(fault.Unauthenticated, "This answer is not one of %s.", p.Name).
			WithHint("Begin again.")
	}
	token, err := p.config(back).Exchange(p.with(ctx), code, oauth2.VerifierOption(verifier))
	return p.given(ctx, token, err)
}

// Device is a sign-in with a code, on a device of one's choice (RFC 8628).
type Device struct {
	Address string // where the code is typed
	Code    string
	Until   time.Time
	Secret  []byte // what the provider is asked with whether it was
}

// BeginDevice asks for a code.
func (p *Provider) BeginDevice(ctx context.Context) (Device, error) {
	if err := p.discover(); err != nil {
		return Device{}, err
	}
	if p.device == "" {
		return Device{}, fault.New(fault.Invalid, "%s does not let people sign in with a code.", p.Name).
			WithHint("Sign in without one.").WithField("code")
	}
	at, err := p.config("").DeviceAuth(p.with(ctx))
	if err != nil {
		return Device{}, p.refusal(err)
	}
	if !p.may(at.VerificationURI) || at.DeviceCode == "" || !printable(at.UserCode) {
		return Device{}, p.down(nil)
	}
	if at.Expiry.IsZero() || time.Until(at.Expiry) > time.Hour {
		at.Expiry = time.Now().Add(time.Hour)
	}
	at.Interval = min(max(at.Interval, 1), 60)
	secret, err := at.MarshalJSON()
	return Device{Address: at.VerificationURI, Code: at.UserCode, Until: at.Expiry, Secret: secret}, err
}

// FinishDevice waits until somebody signed in with the code. It returns an error of the context when that ends first.
func (p *Provider) FinishDevice(ctx context.Context, secret []byte) (Token, error) {
	if err := p.discover(); err != nil {
		return Token{}, err
	}
	var at oauth2.DeviceAuthResponse
	if err := at.UnmarshalJSON(secret); err != nil {
		return Token{}, p.down(err)
	}
	token, err := p.config("").DeviceAccessToken(p.with(ctx), &at)
	if err != nil && ctx.Err() != nil {
		return Token{}, ctx.Err()
	}
	return p.given(ctx, token, err)
}

// Revoke ends a token at the provider, where that says how (RFC 7009).
func (p *Provider) Revoke(ctx context.Context, token Token) error {
	if err := p.discover(); err != nil {
		return err
	}
	if p.revoke == "" || token.Endpoint != p.token {
		return nil
	}
	form := url.Values{"token": {token.Refresh}, "token_type_hint": {"refresh_token"}}
	if token.Refresh == "" {
		form.Set("token", token.Access)
		form.Set("token_type_hint", "access_token")
	}
	if p.style != oauth2.AuthStyleInHeader {
		form.Set("client_id", p.Client)
		if p.Secret != "" {
			form.Set("client_secret", p.Secret)
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.revoke, strings.NewReader(form.Encode()))
	if err != nil {
		return p.down(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.style == oauth2.AuthStyleInHeader {
		r.SetBasicAuth(url.QueryEscape(p.Client), url.QueryEscape(p.Secret))
	}
	answer, err := p.client().Do(r)
	if err != nil {
		return p.down(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return p.down(errors.New(answer.Status))
	}
	return nil
}

// Find returns the provider of a key; nil when there is none.
func Find(list []*Provider, key string) *Provider {
	if i := slices.IndexFunc(list, func(p *Provider) bool { return p.Key == key }); i >= 0 {
		return list[i]
	}
	return nil
}
