package oauth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
	"time"
	"unicode"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// How long things last, and how many there are at most.
const (
	codeLife    = 2 * time.Minute      // of a code, which a client exchanges at once
	accessLife  = time.Hour            // of a token to come in with
	refreshLife = 30 * 24 * time.Hour  // an assistant that did not come in for so long asks again
	grantLife   = 365 * 24 * time.Hour // however much it is used, it asks again after this

	spentLife    = 24 * time.Hour      // a code that was exchanged is known again for so long
	strangerLife = 24 * time.Hour      // a client that nobody let in is forgotten
	clientLife   = 90 * 24 * time.Hour // so is one whose members all ended it

	mostClients = 1000
	mostGrants  = 50 // of one member in one space
)

// The kinds of secrets, and how each begins: people and scanners of leaked secrets recognise them by that.
const (
	kindCode    = "code"
	kindAccess  = "access"
	kindRefresh = "refresh"

	codePrefix    = "gave_code_"
	accessPrefix  = "gave_assistant_"
	refreshPrefix = "gave_refresh_"
)

// newSecret returns 256 random bits as text.
func newSecret(prefix string) string { return prefix + id.NewSecret(32) }

// client is a program that asks to be let in.
type client struct {
	ID        string
	Name      string   // as it calls itself
	Redirects []string // to where it may have browsers sent
}

// destination returns where a client asks to have a browser sent, when it may be sent there.
func (c client) destination(asked string) (destination, bool) {
	d, ok := parseDestination(asked)
	return d, ok && slices.ContainsFunc(c.Redirects, func(registered string) bool {
		one, ok := parseDestination(registered)
		return ok && one.allows(d)
	})
}

// plain is a name that somebody else chose, as it can be shown: on one line, without letters that are not seen or that
// turn the others around.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	return clip(strings.Join(strings.Fields(name), " "), 60)
}

func clip(text string, most int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// The scopes: what an assistant may do.
const (
	scopeRead  = "read"
	scopeWrite = "write" // includes read
)

// offered are the scopes among which a member chooses, the least first, of those that a client asked for: what is not
// known here is left out, and who asks for nothing in particular may be given either.
func offered(asked string) []string {
	words := strings.Fields(asked)
	if slices.Contains(words, scopeRead) && !slices.Contains(words, scopeWrite) {
		return []string{scopeRead}
	}
	return []string{scopeRead, scopeWrite}
}

// reach is how far an assistant with a scope gets.
func reach(scope string) op.Reach {
	if scope == scopeWrite {
		return op.Write
	}
	return op.Read // also with a scope that a newer version made
}

// isChallenge says whether a text can be the SHA-256 of a verifier, written as RFC 7636 has it.
func isChallenge(text string) bool {
	sum, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(sum) == sha256.Size && base64.RawURLEncoding.EncodeToString(sum) == text
}

// meets says whether a verifier is the one that a challenge was made of.
func meets(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

// refusal is an answer of RFC 6749, section 5.2, for programs.
type refusal struct {
	Code string `json:"error"`
	Text string `json:"error_description,omitempty"`
}

func (r refusal) Error() string { return r.Code + ": " + r.Text }

func invalidGrant(text string) error { return refusal{"invalid_grant", text} }

// issued is what an assistant gets (RFC 6749, section 5.1).
type issued struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Expires int64  `json:"expires_in"` // seconds
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
}

// presented is what an assistant gives for new tokens.
type presented struct {
	Client, Code, Redirect, Verifier, Refresh, Resource, Scope string
}

// byCode exchanges a code. Whatever is wrong with who gives it, the code works no more: others than its client have it.
func (s *Service) byCode(ctx context.Context, in presented) (issued, error) {
	held, there, err := s.held(ctx, in.Code, kindCode)
	if err != nil {
		return issued{}, err
	}
	if !there {
		return issued{}, invalidGrant("The code is unknown.")
	}
	wrong := ""
	switch {
	case held.Spent > 0:
		wrong = "The code was used before; what it was used for has ended."
	case held.Until < s.Now().UnixMicro():
		wrong = "The code has expired."
	case held.Client != in.Client:
		wrong = "The code is another client's."
	case held.Redirect != in.Redirect:
		wrong = "The redirect_uri is not the one that was asked for."
	case !meets(in.Verifier, held.Challenge):
		wrong = "The code_verifier does not fit."
	case in.Resource != "" && in.Resource != held.Resource:
		return issued{}, s.broken(ctx, held, "assistant.refused", refusal{
			"invalid_target", "The code is for another resource.",
		})
	}
	if wrong != "" {
		return issued{}, s.broken(ctx, held, refused(held), invalidGrant(wrong))
	}
	return s.issue(ctx, held, in.Code)
}

// refused is what the trail calls it when something was given that is not to be given: twice, or by somebody else.
func refused(held secret) string {
	if held.Spent > 0 {
		return "assistant.reused"
	}
	return "assistant.refused"
}

// byRefresh exchanges a refresh token. One that was exchanged before has been copied: whoever has the newer one is
// ended too, since nobody can tell which of the two is the thief (RFC 9700, section 4.14.2).
func (s *Service) byRefresh(ctx context.Context, in presented) (issued, error) {
	held, there, err := s.held(ctx, in.Refresh, kindRefresh)
	if err != nil {
		return issued{}, err
	}
	switch {
	case !there:
		return issued{}, invalidGrant("The refresh token is unknown or was ended.")
	case held.Client != in.Client:
		return issued{}, s.broken(ctx, held, refused(held), invalidGrant("The refresh token is another client's."))
	case held.Spent > 0:
		return issued{}, s.broken(ctx, held, refused(held),
			invalidGrant("The refresh token was used before; what it was used for has ended."))
	case held.Until < s.Now().UnixMicro():
		return issued{}, invalidGrant("The refresh token has expired.")
	case in.Resource != "" && in.Resource != held.Resource:
		return issued{}, refusal{"invalid_target", "The refresh token is for another resource."}
	case !within(in.Scope, held.Scope):
		return issued{}, refusal{"invalid_scope", "More is asked for than was given."}
	}
	return s.issue(ctx, held, in.Refresh)
}

// within says whether a client asks for no more than it was given. What is not known here is asked for in vain anyway.
func within(asked, given string) bool {
	return given == scopeWrite || !slices.Contains(strings.Fields(asked), scopeWrite)
}

// broken ends what somebody was given who turned out not to be alone with it, and returns what they are told.
func (s *Service) broken(ctx context.Context, held secret, action string, told error) error {
	_, err := s.end(ctx, op.Viewer{Space: held.Space, Member: held.Owner}, held.ID, action)
	if err != nil {
		return err
	}
	return told
}

// issue gives new secrets for one that is right.
func (s *Service) issue(ctx context.Context, held secret, token string) (issued, error) {
	if _, err := s.account.ViewerOf(ctx, held.Space, held.Owner); err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = invalidGrant("Who let the assistant in is no member any more.")
		}
		return issued{}, err
	}
	out := issued{
		Access: newSecret(accessPrefix), Type: "Bearer", Expires: int64(accessLife.Seconds()),
		Refresh: newSecret(refreshPrefix), Scope: held.Scope,
	}
	spent, err := s.spend(ctx, held, token, out.Access, out.Refresh)
	switch {
	case db.Dangling(err): // it was ended meanwhile
		return issued{}, invalidGrant("What was given has ended.")
	case err != nil:
		return issued{}, err
	case !spent: // somebody else came first with the same one
		return issued{}, s.broken(ctx, held, "assistant.reused", invalidGrant("The same was used at the same time."))
	}
	return out, nil
}

// revoke ends an assistant by any of its secrets (RFC 7009). What is not known has ended already.
func (s *Service) revoke(ctx context.Context, client, token string) error {
	for _, kind := range []string{kindAccess, kindRefresh} {
		held, there, err := s.held(ctx, token, kind)
		if err != nil {
			return err
		}
		if !there || held.Client != client {
			continue
		}
		if kind == kindAccess {
			return s.drop(ctx, token)
		}
		_, err = s.end(ctx, op.Viewer{Space: held.Space, Member: held.Owner}, held.ID, "assistant.left")
		return err
	}
	return nil
}

// IsOurs says whether a bearer token is one of an assistant that was let in.
func IsOurs(token string) bool { return strings.HasPrefix(token, accessPrefix) }

// Bearer returns the member who let an assistant in that gives a token at an address, with the reach that it was let in
// with. It returns a fault Unauthenticated when the token is unknown, over, or for another address.
func (s *Service) Bearer(ctx context.Context, token, resource string) (op.Viewer, error) {
	unknown := fault.New(fault.Unauthenticated, "This token is unknown or has expired.").
		WithHint("Connect the assistant anew.")
	held, there, err := s.held(ctx, token, kindAccess)
	if err != nil {
		return op.Viewer{}, err
	}
	if now := s.Now().UnixMicro(); !there || held.Until <= now || held.Expires <= now || held.Resource != resource {
		return op.Viewer{}, unknown
	}
	v, err := s.account.ViewerOf(ctx, held.Space, held.Owner)
	if err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = unknown
		}
		return op.Viewer{}, err
	}
	v.Reach = reach(held.Scope)
	if s.Now().UnixMicro()-held.Used > time.Hour.Microseconds() {
		err = s.noteUse(ctx, held.grant, account.AgentOf(ctx))
	}
	return v, err
}

// List returns the assistants that the viewer let in to this space, the newest first.
func (s *Service) List(ctx context.Context, v op.Viewer) ([]account.Assistant, error) {
	rows, err := s.grants(ctx, v)
	if err != nil {
		return nil, err
	}
	out := []account.Assistant{}
	for _, g := range rows {
		out = append(out, account.Assistant{
			ID: g.ID, Name: g.Name, Home: g.Home, Scope: g.Scope, Created: time.UnixMicro(g.Created).UTC(),
			Used: db.Moment(g.Used), Expires: time.UnixMicro(g.Expires).UTC(), Agent: g.Agent,
		})
	}
	return out, nil
}

// End ends an assistant of the viewer: what it holds opens nothing any more.
func (s *Service) End(ctx context.Context, v op.Viewer, assistant id.ID) error {
	ended, err := s.end(ctx, v, assistant, "assistant.end")
	if err == nil && !ended {
		err = fault.New(fault.NotFound, "There is no such assistant.")
	}
	return err
}

// clientOf returns a client by what it is known by.
func (s *Service) clientOf(ctx context.Context, known string) (client, bool, error) {
	if known == "" || len(known) > mostRedirect {
		return client{}, false, nil
	}
	return s.registered(ctx, known)
}
