package oauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"gave.network/internal/fault"
)

// ErrRefused is the cause of a fault when a provider gives no token any more: its owner took it back there, it ran out,
// or the password was changed. Only signing in again helps.
var ErrRefused = errors.New("oauth: the provider gives no token any more")

const (
	// early is how long before a token ends it is renewed.
	early = 2 * time.Minute
	// mostToken is how long a token may be, in bytes; those of the large providers are below three thousand.
	mostToken = 16 << 10
)

// Token is what a provider gave for a mailbox. It is kept sealed.
type Token struct {
	Access   string    `json:"access"`
	Refresh  string    `json:"refresh"`  // by which it is renewed
	Ends     time.Time `json:"ends"`     // zero when the provider does not say
	Endpoint string    `json:"endpoint"` // where it was given, and is renewed: nowhere else
	Address  string    `json:"-"`        // the mail address of who signed in, as far as the provider says it
}

// Read reads a token as it was kept.
func Read(kept []byte) (Token, error) {
	var p Token
	err := json.Unmarshal(kept, &p)
	return p, err
}

// Kept writes a token to be kept.
func (p Token) Kept() ([]byte, error) { return json.Marshal(p) }

// Ended says whether a token no longer holds, or soon will not.
func (p Token) Ended(now time.Time) bool { return !p.Ends.IsZero() && !now.Before(p.Ends.Add(-early)) }

// Over says whether a token no longer holds.
func (p Token) Over(now time.Time) bool { return !p.Ends.IsZero() && !now.Before(p.Ends) }

// given is what a provider gave somebody who signed in there.
func (p *Provider) given(ctx context.Context, token *oauth2.Token, err error) (Token, error) {
	if err != nil {
		return Token{}, p.refusal(err)
	}
	out, err := p.checked(token, "")
	if err != nil {
		return Token{}, err
	}
	if out.Refresh == "" {
		_ = p.Revoke(ctx, out)
		return Token{}, fault.New(fault.Unavailable, "%s gives no permission that lasts.", p.Name).
			WithHint("End the permission of Gave in your account there and begin again. If it stays so, tell whoever " +
				"runs this server.")
	}
	out.Address = p.addressIn(ctx, token)
	return out, nil
}

// checked looks at what a provider gave before it is kept. One without a new refresh token leaves the one before.
func (p *Provider) checked(token *oauth2.Token, before string) (Token, error) {
	out := Token{Access: token.AccessToken, Refresh: token.RefreshToken, Ends: token.Expiry, Endpoint: p.token}
	if out.Refresh == "" {
		out.Refresh = before
	}
	if out.Access == "" || !printable(out.Access) || out.Refresh != "" && !printable(out.Refresh) ||
		!strings.EqualFold(token.Type(), "Bearer") {
		return Token{}, fault.New(fault.Unavailable, "What %s answers cannot be understood.", p.Name).
			WithHint("It is tried again later.")
	}
	return out, nil
}

// printable says whether a text of a provider has only characters that a token may have (RFC 6749, appendix A): what
// else is in it could be taken for the end of one by a mail server.
func printable(text string) bool {
	return len(text) <= mostToken && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// Renew gets another token by one that ends.
func (p *Provider) Renew(ctx context.Context, before Token) (Token, error) {
	if err := p.discover(); err != nil {
		return Token{}, err
	}
	if before.Endpoint != p.token || before.Refresh == "" { // of another provider, which stood here before
		return Token{}, p.again(nil)
	}
	token, err := p.config("").TokenSource(p.with(ctx), &oauth2.Token{RefreshToken: before.Refresh}).Token()
	if err != nil {
		return Token{}, p.refusal(err)
	}
	return p.checked(token, before.Refresh)
}

// again says that only signing in again helps.
func (p *Provider) again(err error) error {
	cause := ErrRefused
	if err != nil {
		cause = errors.Join(ErrRefused, errors.New(err.Error()))
	}
	return fault.Wrap(cause, fault.Unavailable, "%s no longer lets Gave read this mailbox.", p.Name).
		WithHint("Sign in there once more.")
}

// refusal says in words why a provider gave nothing.
func (p *Provider) refusal(err error) error {
	var said *oauth2.RetrieveError
	if !errors.As(err, &said) {
		return p.down(err)
	}
	switch said.ErrorCode {
	case "invalid_grant", "interaction_required", "consent_required", "login_required":
		return p.again(err)
	case "invalid_client", "unauthorized_client":
		return fault.Wrap(errors.New(err.Error()), fault.Unavailable, "%s does not know this Gave (%s).", p.Name,
			said.ErrorCode).WithHint("Whoever runs this server has to look at its client and secret there.")
	case "access_denied", "authorization_declined":
		return p.Denied(said.ErrorCode)
	case "expired_token":
		return fault.New(fault.Conflict, "It took too long.").WithHint("Begin again.")
	case "":
		return p.down(err)
	}
	return fault.Wrap(errors.New(err.Error()), fault.Unavailable, "%s gives no permission (%s).", p.Name,
		Word(said.ErrorCode)).WithHint("It is tried again later.")
}

// Denied says that somebody did not permit it, or that the provider did not.
func (p *Provider) Denied(code string) error {
	return fault.New(fault.Forbidden, "%s gave no permission (%s).", p.Name, Word(code)).
		WithHint("Nothing was changed. Begin again when you want to.")
}

// Word is what a provider says is wrong, as a word.
func Word(code string) string {
	out := strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, code)
	return out[:min(len(out), 60)]
}

// addressIn is the mail address of who signed in, as the provider says it: with the token, or else when it is asked.
// It comes from the provider itself over an encrypted connection, so its signature is not looked at (OpenID Connect
// Core 1.0, 3.1.3.7, 6), and nothing is believed of it but as whom to sign in at the provider's own mail server.
func (p *Provider) addressIn(ctx context.Context, token *oauth2.Token) string {
	raw, _ := token.Extra("id_token").(string)
	if address := p.addressOf(claimsOf(raw)); address != "" {
		return address
	}
	if p.known == nil || p.known.UserInfoEndpoint() == "" || !p.may(p.known.UserInfoEndpoint()) {
		return ""
	}
	info, err := p.known.UserInfo(p.with(ctx), oauth2.StaticTokenSource(token))
	var claims map[string]any
	if err != nil || info.Claims(&claims) != nil {
		return ""
	}
	return p.addressOf(claims)
}

// claimsOf reads what a token of identity says; nothing of one that cannot be read.
func claimsOf(raw string) map[string]any {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(text, &claims) != nil {
		return nil
	}
	return claims
}

func (p *Provider) addressOf(claims map[string]any) string {
	for _, name := range p.address {
		address, _ := claims[name].(string)
		if strings.Count(address, "@") == 1 && len(address) <= 300 && printable(address) &&
			!strings.ContainsAny(address, " ,") {
			return address
		}
	}
	return ""
}
