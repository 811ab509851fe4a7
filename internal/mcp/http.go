package mcp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// viewerExtra is where the protocol's library carries the viewer from the request to the call.
const viewerExtra = "gave.network/viewer"

// Handler serves the tools over HTTP (streamable, without sessions) to who has a token; with ?tools=all every operation
// as one. authenticate says whose token it is; cookies are not enough here, so that no page of another site can use a
// browser's session.
func Handler(registry *op.Registry, authenticate func(*http.Request) (op.Viewer, error), info Info) http.Handler {
	viewer := func(_ context.Context, extra *mcp.RequestExtra) (op.Viewer, error) {
		if extra != nil && extra.TokenInfo != nil {
			if v, ok := extra.TokenInfo.Extra[viewerExtra].(op.Viewer); ok {
				return v, nil
			}
		}
		return op.Viewer{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	// What a token does not reach is not even listed. A list is made when the first assistant asks for it: to describe
	// all tools takes longer than all else that a program that serves begins with.
	type kind struct {
		reach op.Reach
		all   bool
	}
	servers := map[kind]func() *mcp.Server{}
	for _, reach := range []op.Reach{op.Person, op.Read, op.Write, op.Govern} {
		for _, all := range []bool{false, true} {
			info := info
			info.Reach, info.All = reach, all
			servers[kind{reach, all}] = sync.OnceValue(func() *mcp.Server { return newServer(registry, viewer, info) })
		}
	}
	stream := mcp.NewStreamableHTTPHandler(func(r *http.Request) *mcp.Server {
		all := r.URL.Query().Get("tools") == "all"
		if token := auth.TokenInfoFromContext(r.Context()); token != nil {
			if v, ok := token.Extra[viewerExtra].(op.Viewer); ok {
				return servers[kind{v.Reach, all}]()
			}
		}
		return servers[kind{op.Read, all}]()
	}, &mcp.StreamableHTTPOptions{
		Stateless: true,
		Logger:    info.Log,
		// The check would refuse a proxy on this machine. It guards servers that trust whoever reaches them; this one
		// wants a token.
		DisableLocalhostProtection:   true,
		PropagateRequestCancellation: true,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		refuse := func(err error) { refuse(w, r, err, info.Ask) }
		if err := sameSite(r, info.Known); err != nil {
			refuse(err)
			return
		}
		scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			refuse(fault.New(fault.Unauthenticated, "Sign in first.").WithHint("Use an API token."))
			return
		}
		viewer, err := authenticate(r)
		if err == nil && viewer.Account.IsZero() {
			err = fault.New(fault.Unauthenticated, "Sign in first.").WithHint("Use an API token.")
		}
		if err != nil {
			refuse(err)
			return
		}
		verified := func(context.Context, string, *http.Request) (*auth.TokenInfo, error) {
			return &auth.TokenInfo{UserID: viewer.Account.String(), Extra: map[string]any{viewerExtra: viewer}}, nil
		}
		auth.RequireBearerToken(verified, &auth.RequireBearerTokenOptions{AllowMissingExpiration: true})(stream).
			ServeHTTP(w, r)
	})
}

// sameSite returns a fault when a page of another site, or of a name that was pointed at this machine, made a browser
// ask.
func sameSite(r *http.Request, known func(*http.Request) bool) error {
	if known != nil && !known(r) {
		return fault.New(fault.Forbidden, "This server is not known by that name.").
			WithHint("Start it with --public-url.")
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil // no browser, which always says it
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
		return fault.New(fault.Forbidden, "This request came from another site.")
	}
	return nil
}

// refuse answers a request that does not reach the protocol, and says how to be let in.
func refuse(w http.ResponseWriter, r *http.Request, err error, ask func(*http.Request) string) {
	status := http.StatusInternalServerError
	var known *fault.Error
	if errors.As(err, &known) {
		switch known.Code {
		case fault.Unauthenticated:
			status = http.StatusUnauthorized
			challenge := `Bearer realm="Gave"`
			if r.Header.Get("Authorization") != "" {
				challenge += `, error="invalid_token"`
			}
			if ask != nil {
				challenge += ", " + ask(r)
			}
			w.Header().Set("WWW-Authenticate", challenge)
		case fault.Forbidden:
			status = http.StatusForbidden
		case fault.TooMany:
			status = http.StatusTooManyRequests
		case fault.Unavailable:
			status = http.StatusServiceUnavailable
			w.Header().Set("Retry-After", op.RetrySoon)
		}
	}
	http.Error(w, locale.New(locale.Match(r.Header.Get("Accept-Language")), nil).Fault(err), status)
}
