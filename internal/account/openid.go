package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text/addresses"
)

const (
	// openIDLife is how long somebody may be at the provider.
	openIDLife = 10 * time.Minute
	// openIDWait is how long the provider may take for one answer.
	openIDWait = 10 * time.Second
	// clockSkew is how far the clocks of two machines may be apart.
	clockSkew = 2 * time.Minute
	// mostAnswer is the most that is read of an answer of a provider, in bytes.
	mostAnswer = 1 << 20
)

// Provider is the provider of identities (OpenID Connect) of a team.
type Provider struct {
	Issuer string // its address, as it says it itself
	Client string // what Gave is called there
	Secret string // of that client; empty for a public one
	Name   string // what people call it
	// Domains are those whose addresses come in without an invitation, in lower case.
	Domains []string
}

// ProvideBy lets members come in by a provider; once, when the program is built.
func (s *Service) ProvideBy(p Provider) { s.provider = &provider{Provider: p} }

// ProviderName is what the provider is called; empty when there is none.
func (s *Service) ProviderName() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Name
}

// provider is a provider as far as it is known what it does where.
type provider struct {
	Provider
	mu    sync.Mutex
	known *oidc.Provider
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

var openIDClient = &http.Client{Timeout: openIDWait, Transport: bounded{http.DefaultTransport}}

// discover asks the provider what it does where, once it answers.
func (p *provider) discover() (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// Its keys are fetched with this context too, long after.
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), openIDClient), p.Issuer)
	var other *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return nil, fault.Wrap(err, fault.Unavailable, "%s calls itself by another address than the one that was set.",
			p.Name).WithHint("Whoever runs this server has to set openid-issuer to the address that it says.")
	case err != nil:
		return nil, p.down(err)
	}
	p.known = found
	return found, nil
}

func (p *provider) down(err error) error {
	return fault.Wrap(err, fault.Unavailable, "%s does not answer now.", p.Name).
		WithHint("Try again later, or sign in with your password.")
}

func (p *provider) client(at *oidc.Provider, base string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.Client, ClientSecret: p.Secret, Endpoint: at.Endpoint(), RedirectURL: base + "/signin/openid/back",
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// derived is a value of a sign-in that follows from the secret of the browser: nobody without that knows it, and it is
// stored nowhere.
func derived(purpose, secret string) string {
	sum := sha256.Sum256([]byte(purpose + " " + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// BeginOpenID returns the address at the provider to which a browser goes, and the secret that it keeps meanwhile. A
// viewer who is signed in connects their account; a stranger comes in.
func (s *Service) BeginOpenID(
	ctx context.Context, v op.Viewer, base string, from Visit,
) (to, secret string, err error) {
	p := s.provider
	if p == nil {
		return "", "", fault.New(fault.NotFound, "There is no such page.")
	}
	kind := enteringJoin
	if v.Account.IsZero() {
		kind = enteringOpenID
		if err := s.take(ctx, networkBucket(from)); err != nil {
			return "", "", err
		}
	}
	at, err := p.discover()
	if err != nil {
		return "", "", err
	}
	if secret, err = s.enter(ctx, s.db, kind, v.Account, "", openIDLife); err != nil {
		return "", "", err
	}
	return p.client(at, base).AuthCodeURL(derived("state", secret), oidc.Nonce(derived("nonce", secret)),
		oauth2.S256ChallengeOption(derived("verifier", secret))), secret, nil
}

// Answer is what a provider sent a browser back with.
type Answer struct{ State, Code, Wrong string }

// OpenIDIn lets in who comes back from the provider.
func (s *Service) OpenIDIn(ctx context.Context, base, secret string, a Answer, v Visit) (Entry, error) {
	if err := s.back(ctx, enteringOpenID, id.Zero, secret, a); err != nil {
		return Entry{}, err
	}
	who, err := s.identify(ctx, base, secret, a.Code)
	if err != nil {
		return Entry{}, err
	}
	return s.admit(ctx, who, v)
}

// Join connects the viewer's account with whom the provider says they are.
func (s *Service) Join(ctx context.Context, v op.Viewer, base, secret string, a Answer) error {
	if err := s.back(ctx, enteringJoin, v.Account, secret, a); err != nil {
		return err
	}
	who, err := s.identify(ctx, base, secret, a.Code)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		there, known, err := s.knownAs(ctx, tx, who)
		if err != nil {
			return err
		}
		if known && there != v.Account {
			return fault.New(fault.Conflict, "Another account here is connected with that one of %s.", s.provider.Name)
		}
		return s.connect(ctx, tx, who, v.Account, v.Member)
	})
}

// back checks that who comes back is who went, once.
func (s *Service) back(ctx context.Context, kind string, account id.ID, secret string, a Answer) error {
	if s.provider == nil {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	row, there, err := s.onTheWay(ctx, kind, secret)
	if err != nil {
		return err
	}
	if !there || row.Account != account ||
		subtle.ConstantTimeCompare([]byte(derived("state", secret)), []byte(a.State)) != 1 {
		return fault.New(fault.Unauthenticated, "This does not belong to a sign-in that was begun in this browser.").
			WithHint("Begin again.")
	}
	came, err := s.arrive(ctx, s.db, secret)
	if err == nil && !came {
		err = tooLong()
	}
	if err != nil {
		return err
	}
	if a.Wrong != "" {
		return fault.New(fault.Unauthenticated, "%s did not let you in (%s).", s.provider.Name, plainCode(a.Wrong))
	}
	return nil
}

// plainCode is what a provider says is wrong, as a word.
func plainCode(text string) string {
	return clip(strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, text), 60)
}

// identity is whom a provider says somebody is.
type identity struct {
	Issuer, Subject string
	Email, Name     string // the address is one that the provider verified, or empty
}

// claims are what is read of a token or of what the provider tells beside it.
type claims struct {
	Subject  string   `json:"sub"`
	Email    string   `json:"email"`
	Verified verified `json:"email_verified"`
	Name     string   `json:"name"`
	NotYet   *float64 `json:"nbf"`
}

// verified is a yes that some providers write as a word.
type verified bool

// UnmarshalJSON implements json.Unmarshaler. What is neither yes nor no is no.
func (v *verified) UnmarshalJSON(text []byte) error {
	*v = verified(string(text) == "true" || string(text) == `"true"`)
	return nil
}

// identify exchanges a code for a token, and finds out whom it is about.
func (s *Service) identify(ctx context.Context, base, secret, code string) (identity, error) {
	p := s.provider
	at, err := p.discover()
	if err != nil {
		return identity{}, err
	}
	ctx = oidc.ClientContext(ctx, openIDClient)
	token, err := p.client(at, base).Exchange(ctx, code, oauth2.VerifierOption(derived("verifier", secret)))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode != "":
		return identity{}, fault.Wrap(err, fault.Unauthenticated, "%s did not let you in (%s).", p.Name,
			plainCode(refused.ErrorCode)).WithHint("Begin again.")
	case err != nil:
		return identity{}, p.down(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return identity{}, fault.New(fault.Unauthenticated, "%s did not say who you are.", p.Name)
	}
	sworn, told, err := s.verify(ctx, at, raw, derived("nonce", secret))
	if err != nil {
		return identity{}, err
	}
	if told.Email == "" || !bool(told.Verified) { // many tell it beside the token only
		if told, err = more(ctx, at, token, told); err != nil {
			return identity{}, p.down(err)
		}
	}
	out := identity{Issuer: sworn.Issuer, Subject: sworn.Subject, Name: clip(strings.TrimSpace(told.Name), 200)}
	if address, ok := addresses.Mail(told.Email); ok && bool(told.Verified) {
		out.Email = address
	}
	return out, nil
}

// more asks the provider for what it tells beside the token; of somebody else it is not taken.
func more(ctx context.Context, at *oidc.Provider, token *oauth2.Token, told claims) (claims, error) {
	if at.UserInfoEndpoint() == "" {
		return told, nil
	}
	info, err := at.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return told, err
	}
	var out claims
	if err := info.Claims(&out); err != nil {
		return told, err
	}
	if out.Subject != told.Subject {
		return told, nil
	}
	return out, nil
}

// verify says whether a token is one of the provider, for us, of now, and of this very sign-in.
func (s *Service) verify(ctx context.Context, at *oidc.Provider, raw, nonce string) (*oidc.IDToken, claims, error) {
	p := s.provider
	refuse := func(err error, sentence, hint string, args ...any) (*oidc.IDToken, claims, error) {
		return nil, claims{}, fault.Wrap(err, fault.Unauthenticated, sentence, args...).WithHint(hint)
	}
	const again = "Begin again. If it stays so, tell whoever runs this server."
	// What it was made for and how long it holds is checked here, in words.
	sworn, err := at.VerifierContext(oidc.ClientContext(ctx, openIDClient),
		&oidc.Config{SkipClientIDCheck: true, SkipExpiryCheck: true}).Verify(ctx, raw)
	if err != nil {
		return refuse(err, "What %s says of you is not signed by it.", again, p.Name)
	}
	if !slices.Contains(sworn.Audience, p.Client) || len(sworn.Audience) > 1 && !partyOf(sworn, p.Client) {
		return refuse(nil, "What %s says of you is meant for another program.", again, p.Name)
	}
	if subtle.ConstantTimeCompare([]byte(sworn.Nonce), []byte(nonce)) != 1 {
		return refuse(nil, "What %s says of you belongs to another sign-in.", again, p.Name)
	}
	var told claims
	if err := sworn.Claims(&told); err != nil || sworn.Subject == "" {
		return refuse(err, "%s did not say who you are.", again, p.Name)
	}
	now := s.Now()
	const clocks = "Whoever runs this server has to set its clock right, or that of the provider."
	switch {
	case sworn.IssuedAt.After(now.Add(clockSkew)) || told.NotYet != nil &&
		time.Unix(int64(*told.NotYet), 0).After(now.Add(clockSkew)):
		return refuse(nil, "By the clock of %s it is later than by the clock of this server.", clocks, p.Name)
	case !sworn.Expiry.After(now.Add(-clockSkew)):
		return refuse(nil, "What %s says of you held until %s only.",
			"Begin again. If it stays so, the clocks of this server and of the provider differ.", p.Name,
			sworn.Expiry.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return sworn, told, nil
}

// partyOf says whether a token for several programs was asked for by this one.
func partyOf(token *oidc.IDToken, client string) bool {
	var party struct {
		Party string `json:"azp"`
	}
	return token.Claims(&party) == nil && party.Party == client
}

// admit lets in whom the provider knows: with the account that is connected, with one whose address is theirs beyond
// doubt, or with a new one when they were invited or their domain may come in.
func (s *Service) admit(ctx context.Context, who identity, v Visit) (Entry, error) {
	var entry Entry
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, openIDLock); err != nil { // of two at once, one makes the account
			return err
		}
		account, known, err := s.knownAs(ctx, tx, who)
		if err != nil {
			return err
		}
		if !known {
			if account, err = s.meet(ctx, tx, who, v); err != nil {
				return err
			}
		}
		if err := s.connect(ctx, tx, who, account, id.Zero); err != nil {
			return err
		}
		if err := s.seatOpenID(ctx, tx, account, who); err != nil {
			return err
		}
		address, err := s.emailOf(ctx, tx, account)
		if err != nil {
			return err
		}
		entry, err = s.goOn(ctx, tx, account, address, wayOpenID, v, []bucket{networkBucket(v)})
		return err
	})
	return entry, err
}

// meet finds or makes the account of somebody whom the provider names for the first time.
func (s *Service) meet(ctx context.Context, tx *db.Tx, who identity, v Visit) (id.ID, error) {
	name := s.provider.Name
	if who.Email == "" {
		return id.Zero, fault.New(fault.Forbidden, "%s does not say that your mail address is your own.", name).
			WithHint("Have it verified there. If you have an account here, sign in and connect it under How you come " +
				"in.")
	}
	there, err := accountAt(ctx, tx, who.Email)
	if err != nil {
		return id.Zero, err
	}
	if there.ID.IsZero() {
		return s.makeAccount(ctx, tx, who, v)
	}
	if there.Proved == 0 { // anybody may have made it with this address, and know its password
		return id.Zero, fault.New(fault.Conflict, "There is an account with the address %s here already.", who.Email).
			WithHint("Sign in with its password and connect it under How you come in, or have a new password mailed " +
				"first.")
	}
	return there.ID, nil
}

// allowed says whether an address may come in without an invitation.
func (p *provider) allowed(email string) bool {
	_, domain, _ := strings.Cut(email, "@")
	return slices.Contains(p.Domains, domain)
}
