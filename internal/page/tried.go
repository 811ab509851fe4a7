package page

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// tried is a form that somebody sent: what was typed, and where it is to be shown again when it fails.
type tried struct {
	method string
	path   string     // where the form was sent to
	values url.Values // what was typed
	names  map[string]string
	stands string         // the address of the page on which the form stands; empty for what the request itself tells
	adds   bool           // the form may name somebody new
	alike  []fault.Choice // who may be meant by a name that nobody has
	again  bool           // the form failed and its page is made again
}

type triedKey struct{}

func triedOf(ctx context.Context) *tried {
	t, _ := ctx.Value(triedKey{}).(*tried)
	return t
}

// withTried returns the request with a place to keep what was typed. One that has it already is the page of a form that
// failed.
func withTried(r *http.Request) (*http.Request, *tried) {
	if t := triedOf(r.Context()); t != nil {
		return r, t
	}
	t := &tried{method: r.Method, path: r.URL.Path, values: url.Values{}, names: map[string]string{}}
	return r.WithContext(context.WithValue(r.Context(), triedKey{}, t)), t
}

// sentences are what was typed, as far as it is more than a word: choices and keys are none.
func (t *tried) sentences() (out []string) {
	if t.method != http.MethodPost {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.values)) {
		for _, value := range t.values[name] {
			if words := strings.TrimSpace(value); name != "back" && strings.ContainsAny(words, " \n") {
				out = append(out, words)
			}
		}
	}
	return out
}

// Typed keeps what was typed in a field of a form whose handler reads the body itself, so that it can be shown again.
func Typed(r *http.Request, name string, values ...string) {
	if t := triedOf(r.Context()); t != nil {
		t.values[name] = append(t.values[name], values...)
	}
}

// StandsAt says on which page the form stands that the request brings: its address on this server. Without it that is
// the page that the reader came from, the page of the form's own address, or the nearest one above it.
func StandsAt(r *http.Request, address string) {
	if t := triedOf(r.Context()); t != nil {
		t.stands = address
	}
}

// Called says that a field of the input has another name in the form, so that what is wrong with it is said beside it.
func Called(r *http.Request, field, inForm string) {
	if t := triedOf(r.Context()); t != nil {
		t.names[field] = inForm
	}
}

// mendable are the failures that the reader can do something about in the form itself.
func mendable(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Usage, fault.NotFound, fault.Conflict, fault.Changed, fault.TooLarge:
		return true
	}
	return false
}

// tryAgain shows the page of a form that failed once more, with what was typed and with what is wrong beside its field.
// It says whether it could.
func (m *Mux) tryAgain(w http.ResponseWriter, r *http.Request, t *tried, err error) bool {
	if t.again || !mendable(err) || Fragment(r) != "" || r.Context().Err() != nil {
		return false
	}
	switch r.Method {
	case http.MethodPost:
		maps.Copy(t.values, r.PostForm)
		t.adds = m.AddPerson != nil && From(r.Context()).Viewer.Role >= op.Member
	case http.MethodGet:
		if r.URL.RawQuery == "" {
			return false
		}
		t.values = r.URL.Query()
	default:
		return false
	}
	if unknown := fault.UnknownIn(err); unknown != "" && m.Alike != nil {
		t.alike, _ = m.Alike(r.Context(), From(r.Context()).Viewer, unknown) // without them the form says the same
	}
	t.again = true
	var plain *shownPage // one without the form
	for _, address := range m.standing(r, t) {
		shown := m.show(r, address)
		if shown == nil {
			continue
		}
		whole, found := refill(r.Context(), shown.body.Bytes(), t, err)
		shown.body = *bytes.NewBuffer(whole)
		if found {
			shown.send(w, err)
			return true
		}
		if plain == nil {
			plain = shown
		}
	}
	if plain == nil {
		return false
	}
	plain.send(w, err)
	return true
}

// standing are the addresses of the pages on which the form may stand, the likeliest first.
func (m *Mux) standing(r *http.Request, t *tried) []string {
	var out []string
	if t.stands != "" {
		out = append(out, t.stands)
	}
	if r.Method == http.MethodGet {
		return append(out, r.URL.Path)
	}
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.Path != "" {
		out = append(out, from.RequestURI())
	}
	for path := r.URL.Path; ; path = path[:strings.LastIndexByte(path, '/')] {
		if path == "" {
			return append(out, "/")
		}
		out = append(out, path)
	}
}

// show makes a page for the reader of a request; nil when there is none.
func (m *Mux) show(r *http.Request, address string) *shownPage {
	u, err := url.Parse(Local(address))
	if err != nil {
		return nil
	}
	request := *From(r.Context())
	request.Path, request.Flash = u.Path, Flash{}
	again := r.Clone(With(r.Context(), &request))
	again.Method, again.URL, again.RequestURI = http.MethodGet, u, u.RequestURI()
	again.Body, again.ContentLength, again.Form, again.PostForm, again.MultipartForm = http.NoBody, 0, nil, nil, nil
	for name := range again.Header {
		if strings.HasPrefix(name, "Content-") || strings.HasPrefix(name, "If-") || name == "Range" {
			again.Header.Del(name)
		}
	}
	if _, pattern := m.mux.Handler(again); !strings.HasPrefix(pattern, "GET ") {
		return nil
	}
	shown := &shownPage{head: http.Header{}, status: http.StatusOK}
	m.mux.ServeHTTP(shown, again)
	if shown.status != http.StatusOK || !strings.HasPrefix(shown.head.Get("Content-Type"), "text/html") {
		return nil
	}
	return shown
}

// shownPage is a page that is held back until it is filled.
type shownPage struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (p *shownPage) Header() http.Header                { return p.head }
func (p *shownPage) WriteHeader(status int)             { p.status = status }
func (p *shownPage) Write(text []byte) (n int, _ error) { return p.body.Write(text) }

func (p *shownPage) send(w http.ResponseWriter, err error) {
	maps.Copy(w.Header(), p.head)
	status := StatusOf(err)
	code := fault.CodeOf(err)
	switch {
	case code == fault.Usage, len(fault.UnclearIn(err)) > 0, fault.UnknownIn(err) != "",
		(code == fault.NotFound || code == fault.Conflict) && fault.FieldOf(err) != "":
		status = http.StatusUnprocessableEntity
	case status == http.StatusRequestEntityTooLarge:
		w.Header().Set("Connection", "close") // what is still to come of the form is not wanted
	}
	w.WriteHeader(status)
	_, _ = w.Write(p.body.Bytes()) // a reader who went away cannot be told
}

// namesCommand finds what only somebody at the command line can do anything with.
var namesCommand = regexp.MustCompile(`\bgave [a-z-]+|\B--[a-z]`)

// Sentence says what went wrong, and what can be done about it here: no command is named.
func Sentence(ctx context.Context, err error) string {
	return From(ctx).Printer.Fault(onPage(err))
}

// onPage returns the fault without a hint that names a command.
func onPage(err error) error {
	var known *fault.Error
	if !errors.As(err, &known) {
		return err
	}
	said := *known
	if said.PageHint != "" {
		said.Hint = said.PageHint
	} else if namesCommand.MatchString(said.Hint) {
		said.Hint = ""
	}
	return &said
}

// beside is the sentence as it stands beside the field that it is about: the field need not be named.
func beside(ctx context.Context, err error) string {
	err = onPage(err)
	var known *fault.Error
	if errors.As(err, &known) && len(known.Args) > 0 && known.Field != "" && known.Args[0] == known.Field &&
		strings.HasPrefix(known.Message, "%s ") {
		said := *known
		said.Args = append([]any{T(ctx, "This")}, known.Args[1:]...)
		err = &said
	}
	return From(ctx).Printer.Fault(err)
}
