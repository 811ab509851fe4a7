// Package page is the house of the web face: layout, components, scripts and styles. It knows no room. A room's
// handlers get the viewer from the request, call the room's service, and render the room's templates inside the layout.
package page

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Request is what every page knows of the request that it answers.
type Request struct {
	Viewer   op.Viewer
	Printer  *locale.Printer
	Path     string
	Theme    string // light, dark, or empty for what the device prefers
	NoKeys   bool   // single keys do nothing
	Flash    Flash  // what was just done
	ID       string // names the request in the answer and in the log
	SignedIn bool
	// Operations are those of which forms bring the input; see Input.
	Operations *op.Registry
	// Places are where the navigation leads to, in its order.
	Places []Place
	// Photo is where the photo of a person is, "" when there is none to see; nil where no photos are shown.
	Photo func(ctx context.Context, person id.ID) string
	// Name is what the network calls somebody, "" when the reader may not see them; nil where nobody is named.
	Name    func(ctx context.Context, person id.ID) string
	Never   string // the secret by which a reader without an account says that they want no more mail; see Outsider
	CanMail bool   // Gave can send mail
	Base    string // the public address of the server, such as https://gave.example; empty when nobody said it
}

// photo is where the photo of a person is, "" when there is none to see.
func (r *Request) photo(ctx context.Context, person id.ID) string {
	if r.Photo == nil {
		return ""
	}
	return r.Photo(ctx, person)
}

// own is what the network calls the reader, "" until it is known who of the people they are.
func (r *Request) own(ctx context.Context) string {
	if r.Name == nil || r.Viewer.Person.IsZero() {
		return ""
	}
	return r.Name(ctx, r.Viewer.Person)
}

// spaceHere says in which of their spaces the reader is.
func spaceHere(ctx context.Context) string {
	if name := From(ctx).Viewer.SpaceName; name != "" {
		return name
	}
	return T(ctx, "the space without a name")
}

type requestKey struct{}

// With returns a context that carries the request.
func With(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// From returns the request of a context; an English stranger when there is none.
func From(ctx context.Context) *Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok {
		return r
	}
	return &Request{
		Printer: locale.New(locale.English, time.UTC), Viewer: op.Viewer{Zone: time.UTC, Lang: locale.English},
	}
}

// T says an English text in the language of the request.
func T(ctx context.Context, text string, args ...any) string {
	return From(ctx).Printer.T(text, args...)
}

// Handler answers a request or says what went wrong.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Mux routes pages. The role that a page asks for stands on its route line.
type Mux struct {
	mux      http.ServeMux
	patterns []string
	// Write runs the handler of a form, as one transaction and once for each form; nil runs it as it is. long says
	// that the handler takes long or does more than write, so that it has transactions of its own.
	Write func(w http.ResponseWriter, r *http.Request, long bool, h Handler) error
	// AddPerson adds somebody of whom a form only says the name, if the viewer may, and returns the id; nil where no
	// form can name somebody new.
	AddPerson func(ctx context.Context, v op.Viewer, name string) (string, error)
	// Alike returns the people who may be meant by a name that nobody has; nil where none are looked for.
	Alike func(ctx context.Context, v op.Viewer, name string) ([]fault.Choice, error)
}

// Handle adds a page for a pattern of net/http. A form is read whole, into memory, once the role is known.
func (m *Mux) Handle(pattern string, least op.Role, h Handler) {
	m.handle(pattern, least, readWhole, false, h)
}

// HandleLong adds a form whose handler takes long or does more than write to the database.
func (m *Mux) HandleLong(pattern string, least op.Role, h Handler) {
	m.handle(pattern, least, readWhole, true, h)
}

// HandleUpload adds a page that takes in as many bytes as most. Its handler reads the body itself, as a stream.
func (m *Mux) HandleUpload(pattern string, least op.Role, most int64, h Handler) {
	lift := func(r *http.Request) error {
		Lift(r, most)
		return nil
	}
	m.handle(pattern, least, lift, true, h)
}

func readWhole(r *http.Request) error {
	limits := limitsOf(r)
	if From(r.Context()).Viewer.Role > op.Anonymous {
		Lift(r, limits.Form)
	}
	return readForm(r, limits)
}

func (m *Mux) handle(pattern string, least op.Role, prepare func(r *http.Request) error, long bool, h Handler) {
	m.patterns = append(m.patterns, pattern)
	m.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		request := From(r.Context())
		if err := request.Viewer.May(least); err != nil {
			if fault.CodeOf(err) == fault.Unauthenticated && r.Method == http.MethodGet {
				http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
				return
			}
			Error(w, r, err)
			return
		}
		r, form := withTried(r)
		if err := prepare(r); err != nil {
			Error(w, r, err)
			return
		}
		r = withMeant(r)
		do := m.adding(h)
		var err error
		switch {
		case r.Method == http.MethodPost && m.Write != nil:
			err = m.Write(w, r, long, do)
		default:
			err = do(w, r)
		}
		if err != nil && !m.tryAgain(w, r, form, err) {
			Error(w, r, err)
		}
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll() // the server forgets only those of the request that it made itself
		}
	})
}

// Patterns returns the patterns of all pages, in the order in which they were added.
func (m *Mux) Patterns() []string { return m.patterns }

// ServeHTTP answers with the page of the pattern that fits, or with a page that says that there is none.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := m.mux.Handler(r); pattern == "" {
		Error(w, r, fault.New(fault.NotFound, "There is no such page."))
		return
	}
	m.mux.ServeHTTP(w, r)
}

// Render writes a page.
func Render(w http.ResponseWriter, r *http.Request, status int, content templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The status line is out: what fails from here on can only be logged.
	if err := content.Render(r.Context(), w); err != nil && r.Context().Err() == nil {
		slog.ErrorContext(r.Context(), "render", "route", r.Pattern, "error", fault.Discreet(err))
	}
	return nil
}

// Fragment returns the name of the part of the page that a script asks for; empty for the whole page.
func Fragment(r *http.Request) string { return r.Header.Get("X-Fragment") }

// status is the HTTP status of each code of a fault.
var status = map[fault.Code]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Usage: http.StatusBadRequest,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.TooLarge: http.StatusRequestEntityTooLarge,
	fault.Changed:  http.StatusPreconditionFailed, fault.TooMany: http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable,
}

// RetryAfter is how many seconds somebody who asked too often is told to wait.
const RetryAfter = "60"

// StatusOf returns the HTTP status of an error.
func StatusOf(err error) int {
	if code, ok := status[fault.CodeOf(err)]; ok {
		return code
	}
	return http.StatusInternalServerError
}

// Error answers with a page that says what went wrong and what can be done. The cause goes to the log, under the
// request's id.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the reader is gone
	}
	code := StatusOf(err)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		code = http.StatusRequestTimeout
	}
	request := From(r.Context())
	if code >= http.StatusInternalServerError {
		// The route, not the path: the path may name a person.
		slog.ErrorContext(r.Context(), "page", "id", request.ID, "method", r.Method, "route", r.Pattern, "error",
			fault.Discreet(err))
	}
	if code == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", RetryAfter)
	}
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", op.RetrySoon)
	}
	if code == http.StatusRequestTimeout || code == http.StatusRequestEntityTooLarge {
		w.Header().Set("Connection", "close") // what is still to come of the form is not wanted
	}
	_ = Render(w, r, code, ErrorPage(code, Sentence(r.Context(), err)))
}

// Sayable returns the sentence of a fault that a page says itself, where its answer would stand: that there is no way,
// or nobody. What is wrong with a field, or who is meant, is said beside the field, and comes back as the error.
func Sayable(r *http.Request, err error) (string, error) {
	if fault.FieldOf(err) != "" || len(fault.UnclearIn(err)) > 0 {
		return "", err
	}
	switch fault.CodeOf(err) {
	case fault.NotFound, fault.Invalid, fault.Conflict, fault.TooLarge, fault.Usage:
		return Sentence(r.Context(), err), nil
	}
	return "", err
}

// OnceField is the name of the hidden field by which a form that is sent again is known.
const OnceField = "once"

// VersionField is the name of the hidden field that says what a form was made from.
const VersionField = "version"

func newOnce() string { return rand.Text() }

// OnceAddress is the address of a form that sends files: its key stands in the address, since the files come before
// the fields are known.
func OnceAddress(path string) templ.SafeURL {
	return templ.SafeURL(path + "?" + OnceField + "=" + newOnce())
}

const (
	flashCookie = "gave_flash"
	// ThemeCookie holds light or dark when the reader chose one.
	ThemeCookie = "gave_theme"
	// KeysCookie holds off when the reader wants single keys to do nothing, for whom they come of themselves: who
	// speaks to the device, or strikes keys by chance (WCAG 2.1.4).
	KeysCookie = "gave_keys"
)

// Flash says what was just done, on the page that follows.
type Flash struct {
	Text string `json:"text"` // one sentence; empty when there is nothing to say
	Undo Undo   `json:"undo"`
	// At is the part of the page that it is about. A script that follows a redirect does not hear of it otherwise.
	At string `json:"at,omitempty"`
}

// Undo is the form that takes back what was just done; without an address there is none.
type Undo struct {
	Address string   `json:"address,omitempty"`
	Fields  []string `json:"fields,omitempty"` // names and values, in turn
}

// Done sends the reader on to another page, with one sentence about what was just done.
func Done(w http.ResponseWriter, r *http.Request, to, sentence string) error {
	return DoneFor(w, r, to, sentence, Undo{})
}

// DoneFor is like Done, and offers to take it back.
func DoneFor(w http.ResponseWriter, r *http.Request, to, sentence string, undo Undo) error {
	if sentence != "" {
		_, at, _ := strings.Cut(to, "#")
		flash, err := json.Marshal(Flash{sentence, undo, at})
		if err != nil {
			return err
		}
		http.SetCookie(w, &http.Cookie{
			Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(flash), Path: "/", MaxAge: 30,
			HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: Secure(r),
		})
	}
	http.Redirect(w, r, Local(to), http.StatusSeeOther)
	return nil
}

// Back returns the address on this server that a form wants to return to; otherwise the one given.
func Back(r *http.Request, otherwise string) string {
	if back := r.FormValue("back"); back != "" {
		return Local(back)
	}
	return otherwise
}

// mostAddress is how long an address of ours is at most, in bytes. Programs that ask to be let in bring much along.
const mostAddress = 4000

// Local returns the address when it is a plain one on this server, and the first page otherwise. Browsers drop some
// control characters, take backslashes for slashes and decode what they show: whatever another program could read as
// another place is refused.
func Local(to string) string {
	const elsewhere = "/"
	if !strings.HasPrefix(to, "/") || len(to) > mostAddress || strings.Contains(to, "\\") {
		return elsewhere
	}
	for _, r := range to {
		if r <= ' ' || r == utf8.RuneError || unicode.Is(unicode.C, r) || unicode.IsSpace(r) {
			return elsewhere
		}
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return elsewhere
	}
	// The path as it is after one and after two rounds of decoding: %2F%2F and %252F are as good as //.
	for path, round := u.EscapedPath(), 0; ; round++ {
		if !plainPath(path) {
			return elsewhere
		}
		decoded, err := url.PathUnescape(path)
		if err != nil || round == 2 {
			return elsewhere // text that stays encoded after two rounds is no page of ours
		}
		if decoded == path {
			return to
		}
		path = decoded
	}
}

// plainPath says whether a path has nothing in it that leads elsewhere.
func plainPath(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if part == ".." || part == "." {
			return false
		}
	}
	return strings.HasPrefix(path, "/") && !strings.Contains(path, "//") && !strings.Contains(path, "\\") &&
		strings.IndexFunc(path, func(r rune) bool {
			return r != ' ' && (unicode.IsControl(r) || unicode.In(r, unicode.C, unicode.Z))
		}) < 0
}

// TakeFlash returns what the page before left to say, and removes it.
func TakeFlash(w http.ResponseWriter, r *http.Request) Flash {
	cookie, err := r.Cookie(flashCookie)
	if err != nil {
		return Flash{}
	}
	http.SetCookie(w,
		&http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	var out Flash
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &out) != nil || len(out.Text) > 1000 {
		return Flash{}
	}
	return out
}

// SecurityHeaders adds to every answer what keeps other sites and injected scripts out.
func SecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "+
				"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if Secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// Secure says whether the browser reached the server through TLS, by itself or through a proxy that is trusted.
func Secure(r *http.Request) bool { return r.TLS != nil || r.URL.Scheme == "https" }

// Base returns the address of the server as others know it, such as https://gave.example.
func Base(r *http.Request) string {
	if base := From(r.Context()).Base; base != "" {
		return base
	}
	if Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
