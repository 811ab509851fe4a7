package oauth

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// The addresses at which programs find out how to come in, and do.
const (
	resource     = "/mcp" // what assistants come in to
	resourcePath = "/.well-known/oauth-protected-resource"
	serverPath   = "/.well-known/oauth-authorization-server"
	allowPath    = "/oauth/authorize"
	registerPath = "/oauth/register"
	tokenPath    = "/oauth/token"
	revokePath   = "/oauth/revoke"

	mostDocument = 16 << 10 // bytes of a registration
	mostState    = 2000     // bytes of what a client wants back
)

// base is the address of the server as the program calls it.
func base(r *http.Request) string { return r.URL.Scheme + "://" + strings.ToLower(r.Host) }

// ResourceOf returns the address of what assistants come in to, as who asks calls it: tokens open it under this name
// only.
func ResourceOf(r *http.Request) string { return base(r) + resource }

// Challenge is what a program is told that is not let in: where it reads how it is, and what it may ask for (RFC 9728,
// section 5.1), as parameters of WWW-Authenticate.
func Challenge(r *http.Request) string {
	return `resource_metadata="` + base(r) + resourcePath + resource + `", scope="` + scopes + `"`
}

const scopes = scopeRead + " " + scopeWrite

// Handler answers programs. known says whether the name under which a request came in is one of ours: under another
// one nobody is let in.
func (s *Service) Handler(known func(*http.Request) bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+resourcePath, describeResource)
	mux.HandleFunc("GET "+resourcePath+resource, describeResource)
	mux.HandleFunc("GET "+serverPath, describeServer)
	mux.HandleFunc("POST "+registerPath, s.registerForm)
	mux.HandleFunc("POST "+tokenPath, s.tokenForm)
	mux.HandleFunc("POST "+revokePath, s.revokeForm)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		if known != nil && !known(r) {
			refuse(w, r, http.StatusForbidden, refusal{
				"invalid_request", "This server is not known by that name. Start it with --public-url.",
			})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// Mount says at which addresses the handler answers.
func Mount(mux *http.ServeMux, h http.Handler) {
	for _, path := range []string{
		resourcePath, resourcePath + resource, serverPath, registerPath, tokenPath, revokePath,
	} {
		mux.Handle(path, h)
	}
}

// describeResource says who lets assistants in (RFC 9728).
func describeResource(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"resource": ResourceOf(r), "authorization_servers": []string{base(r)},
		"scopes_supported": strings.Fields(scopes), "bearer_methods_supported": []string{"header"},
		"resource_name": "Gave", "resource_documentation": base(r) + "/help/assistants",
	})
}

// describeServer says how that is asked for (RFC 8414).
func describeServer(w http.ResponseWriter, r *http.Request) {
	at := base(r)
	answer(w, http.StatusOK, map[string]any{
		"issuer": at, "authorization_endpoint": at + allowPath, "token_endpoint": at + tokenPath,
		"registration_endpoint": at + registerPath, "revocation_endpoint": at + revokePath,
		"scopes_supported": strings.Fields(scopes), "response_types_supported": []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"revocation_endpoint_auth_methods_supported":     []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		"protected_resources":                            []string{ResourceOf(r)},
		"service_documentation":                          at + "/help/assistants",
	})
}

// registration is what a client says of itself (RFC 7591). All else that it may say is of no use here.
type registration struct {
	Name      string   `json:"client_name,omitempty"`
	Redirects []string `json:"redirect_uris"`
	Grants    []string `json:"grant_types,omitempty"`
	Responses []string `json:"response_types,omitempty"`
}

// check returns what is wrong with a registration.
func (in registration) check() error {
	if len(in.Grants) > 0 && !slices.Contains(in.Grants, "authorization_code") ||
		len(in.Responses) > 0 && !slices.Contains(in.Responses, "code") {
		return refusal{"invalid_client_metadata", "Only codes (authorization_code) are given here."}
	}
	if len(in.Redirects) == 0 || len(in.Redirects) > mostRedirects {
		return refusal{"invalid_redirect_uri", "There must be at least one of redirect_uris and at most ten."}
	}
	for _, one := range in.Redirects {
		if _, ok := parseDestination(one); !ok {
			return refusal{
				"invalid_redirect_uri",
				"A redirect URI is of https, of a program on the user's own device (http to 127.0.0.1, [::1] or " +
					"localhost), or of a scheme of its own; without a fragment.",
			}
		}
	}
	return nil
}

// registerForm takes a client in that anybody may register, and that gets nothing by it.
func (s *Service) registerForm(w http.ResponseWriter, r *http.Request) {
	var in registration
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostDocument))
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	if err != nil {
		fail(w, r, refusal{"invalid_client_metadata", "A registration is a JSON object of at most 16 KB."})
		return
	}
	if err := in.check(); err != nil {
		fail(w, r, err)
		return
	}
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	if err := s.account.Knock(r.Context(), "oauth", from); err != nil {
		fail(w, r, err)
		return
	}
	c := client{ID: id.NewSecret(16), Name: plain(in.Name), Redirects: in.Redirects}
	stored, err := s.register(r.Context(), c)
	if err == nil && !stored {
		err = fault.New(fault.TooMany, "Too many attempts.")
	}
	if err != nil {
		fail(w, r, err)
		return
	}
	answer(w, http.StatusCreated, map[string]any{
		"client_id": c.ID, "client_id_issued_at": s.Now().Unix(), "client_name": c.Name, "redirect_uris": c.Redirects,
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
		"token_endpoint_auth_method": "none",
	})
}

// form reads the form of a program: each field once, and none in the address, which others get to see.
func form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = http.MaxBytesReader(w, r.Body, mostDocument)
	if kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil || r.URL.RawQuery != "" {
		return nil, refusal{"invalid_request", "Send a form (application/x-www-form-urlencoded) in the body."}
	}
	if r.Header.Get("Authorization") != "" {
		return nil, refusal{"invalid_client", "Clients have no secret here: send client_id in the form."}
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, refusal{"invalid_request", "A field is there twice: " + clip(plain(name), 40) + "."}
		}
	}
	return r.PostForm, nil
}

// tokenForm exchanges a code or a refresh token.
func (s *Service) tokenForm(w http.ResponseWriter, r *http.Request) {
	in, err := form(w, r)
	if err != nil {
		fail(w, r, err)
		return
	}
	given := presented{
		Client: in.Get("client_id"), Code: in.Get("code"), Redirect: in.Get("redirect_uri"),
		Verifier: in.Get("code_verifier"), Refresh: in.Get("refresh_token"),
		Resource: canonical(in.Get("resource")), Scope: in.Get("scope"),
	}
	if _, there, err := s.clientOf(r.Context(), given.Client); err != nil || !there {
		if err == nil {
			err = refusal{"invalid_client", "The client is not known here, or not any more: register it anew."}
		}
		fail(w, r, err)
		return
	}
	var out issued
	switch in.Get("grant_type") {
	case "authorization_code":
		out, err = s.byCode(r.Context(), given)
	case "refresh_token":
		out, err = s.byRefresh(r.Context(), given)
	default:
		err = refusal{"unsupported_grant_type", "Codes and refresh tokens are exchanged here."}
	}
	if err != nil {
		fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, out)
}

// revokeForm ends what a program has.
func (s *Service) revokeForm(w http.ResponseWriter, r *http.Request) {
	in, err := form(w, r)
	if err == nil {
		err = s.revoke(r.Context(), in.Get("client_id"), in.Get("token"))
	}
	if err != nil {
		fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{})
}

// canonical is how an address of a resource is compared: scheme and host in small letters, without what only says how
// it is answered.
func canonical(resource string) string {
	u, err := url.Parse(resource)
	if err != nil || resource == "" {
		return resource
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; port != "" {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path = strings.TrimSuffix(u.Path, "/"); u.RawQuery == "tools=all" {
		u.RawQuery = ""
	}
	return u.String()
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, content any) {
	text, err := json.Marshal(content)
	if err != nil {
		panic("oauth: " + err.Error()) // texts and lists of them
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a program that went away cannot be told
}

// refuse says in JSON what was wrong.
func refuse(w http.ResponseWriter, _ *http.Request, status int, told refusal) {
	answer(w, status, told)
}

// fail says what went wrong: what the program did, or that it is ours.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	var told refusal
	if errors.As(err, &told) {
		refuse(w, r, http.StatusBadRequest, told)
		return
	}
	switch fault.CodeOf(err) {
	case fault.TooMany:
		w.Header().Set("Retry-After", "180")
		refuse(w, r, http.StatusTooManyRequests, refusal{"temporarily_unavailable", "Too many registrations. Wait."})
	case fault.Unavailable:
		w.Header().Set("Retry-After", op.RetrySoon)
		refuse(w, r, http.StatusServiceUnavailable, refusal{"temporarily_unavailable", "Try again soon."})
	default:
		slog.ErrorContext(r.Context(), "oauth", "route", r.Pattern, "error", fault.Discreet(err))
		refuse(w, r, http.StatusInternalServerError, refusal{"server_error", "Something went wrong on our side."})
	}
}
