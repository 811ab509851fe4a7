// Package api is the face for programs: every operation as REST under /api/v1, described by an OpenAPI 3.1 document and
// by a page for people. Nothing is said here that an operation does not say; who may do what is decided by the
// operation.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Prefix is where the operations are served.
const Prefix = "/api/v1"

// defaultMaxBody is the largest request body in bytes when Info does not say.
const defaultMaxBody = 4 << 20

// Info is what the handler must know about the program that serves it.
type Info struct {
	Version string // of the program
	// SessionCookie is the name of the cookie that signs a browser in; empty when only tokens are taken.
	SessionCookie string
	// MaxBody is the largest request body in bytes; 0 means 4 MiB.
	MaxBody int64
	// Log takes one record for each failed request, with its request id and cause; nil means slog.Default().
	Log *slog.Logger
}

// Authenticate says on whose behalf a request is. A request without credentials is anonymous, without an error; wrong
// or expired credentials are a fault of the code fault.Unauthenticated. With an Authorization header present, cookies
// must be ignored.
type Authenticate = func(*http.Request) (op.Viewer, error)

type server struct {
	registry     *op.Registry
	authenticate Authenticate
	info         Info
	set          *wire.Set
	crossOrigin  *http.CrossOriginProtection
	mux          *http.ServeMux
}

// Handler serves all operations that may leave this machine, and their description, below /api/. Paths of operations
// that cannot be told apart, and tags that cannot be read, are a fault of ours and panic.
func Handler(registry *op.Registry, authenticate func(*http.Request) (op.Viewer, error), info Info) http.Handler {
	if info.MaxBody == 0 {
		info.MaxBody = defaultMaxBody
	}
	if info.Log == nil {
		info.Log = slog.Default()
	}
	s := &server{
		registry: registry, authenticate: authenticate, info: info,
		crossOrigin: http.NewCrossOriginProtection(), mux: http.NewServeMux(),
	}
	operations := served(registry)
	s.set = wire.NewSet(operations...)
	registry.CheckWith(s.set.Check)
	for _, o := range operations {
		s.mux.HandleFunc(o.Method+" "+Prefix+o.Path, func(w http.ResponseWriter, r *http.Request) {
			s.answer(w, r, func(r *http.Request, lang *locale.Lang) error { return s.run(w, r, o, lang) })
		})
	}
	// Few ask for the description, so it is made when the first one does. It has a set of its own, since it leaves
	// schemas out.
	description := sync.OnceValue(func() *description {
		return newDescription(wire.NewSet(operations...), registry, info)
	})
	s.mux.HandleFunc("GET "+Prefix+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		description().serveJSON(w, r)
	})
	s.mux.HandleFunc("GET "+Prefix+"/openapi.yaml", func(w http.ResponseWriter, r *http.Request) {
		description().serveYAML(w, r)
	})
	pages := sync.OnceValue(func() *docs { return newDocs(s.set, registry, info) })
	s.mux.HandleFunc("GET /api/{$}", func(w http.ResponseWriter, r *http.Request) { pages().servePage(w, r) })
	s.mux.HandleFunc("GET /api/docs.css", serveStyle)
	s.mux.Handle("GET /api", http.RedirectHandler("/api/", http.StatusMovedPermanently))
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, func(r *http.Request, _ *locale.Lang) error { return s.nothingHere(w, r) })
	})
	return s.mux
}

// served returns the operations that may leave this machine.
func served(registry *op.Registry) []op.Operation {
	var out []op.Operation
	for _, o := range registry.All() {
		if o.LocalOnly {
			continue
		}
		if !strings.HasPrefix(o.Path, "/") {
			panic("api: the path of " + o.Name + " must begin with /")
		}
		out = append(out, o)
	}
	return out
}

type requestKey struct{}

// RequestID returns the id of the API request that the context belongs to, as in the answer and the log, or "".
func RequestID(ctx context.Context) string {
	text, _ := ctx.Value(requestKey{}).(string)
	return text
}

// answer runs one request and, when it fails, says so to the client and to the log under one id. run sets the language
// when it knows who asks.
func (s *server) answer(w http.ResponseWriter, r *http.Request, run func(r *http.Request, lang *locale.Lang) error) {
	request := id.New().String()
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Request-Id", request)
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, request))
	lang := language(r, "")
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				err = fault.Wrap(fmt.Errorf("panic: %v\n%s", p, debug.Stack()), fault.Internal,
					"Something went wrong on our side.")
			}
		}()
		return run(r, &lang)
	}()
	if err == nil {
		return
	}
	status := StatusOf(err)
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		level = slog.LevelDebug // the client went away
	}
	// The route, not the path: the path may name a person, and so may the sentence of the fault once its words are
	// filled in.
	s.info.Log.Log(r.Context(), level, "api request failed",
		"request", request, "method", r.Method, "route", r.Pattern, "status", status, "code", string(fault.CodeOf(err)),
		"error", fault.Discreet(err))
	writeProblem(w, lang, err, request)
}

// run answers one request of an operation.
func (s *server) run(w http.ResponseWriter, r *http.Request, o op.Operation, lang *locale.Lang) error {
	viewer, err := s.viewer(r)
	if err != nil {
		return err
	}
	*lang = viewer.Lang
	// Who may not do it learns nothing about the input.
	if err := o.Permit(viewer); err != nil {
		return err
	}
	in, content, err := s.input(w, r, o)
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet {
		return s.show(w, r, o, viewer, in)
	}
	return s.write(w, r, o, viewer, in, content)
}

// show answers a request that changes nothing.
func (s *server) show(w http.ResponseWriter, r *http.Request, o op.Operation, v op.Viewer, in any) error {
	if o.HasVersion() {
		// Before it is read: what comes meanwhile makes the version too old, never too new.
		version, err := o.Version(r.Context(), v, in)
		if err != nil {
			return err
		}
		w.Header().Set("ETag", entityTag(version))
	}
	out, err := o.Call(r.Context(), v, in)
	if err != nil {
		w.Header().Del("ETag")
		return err
	}
	answer, err := answerOf(out)
	if err != nil {
		return err
	}
	send(w, answer)
	return nil
}

// write runs an operation that may change something: once for each key, and only when what it changes is still as
// If-Match says.
func (s *server) write(
	w http.ResponseWriter, r *http.Request, o op.Operation, v op.Viewer, in any, content []byte,
) error {
	key, err := keyOf(r.Header)
	if err != nil {
		return err
	}
	request := op.Request{
		Face: "api", Key: key, Content: slices.Concat(
			[]byte(r.Method+" "+r.URL.Path+"\n"+r.Header.Get("If-Match")+"\n"), content), Parts: o.Parts || o.Computes,
		Failure: func(err error) op.Answer { return problemAnswer(err, v.Lang, RequestID(r.Context())) },
	}
	answer, err := s.registry.Write(r.Context(), v, request, func(ctx context.Context) (op.Answer, error) {
		if err := unchanged(ctx, r.Header.Values("If-Match"), o, v, in); err != nil {
			return op.Answer{}, err
		}
		out, err := o.Call(ctx, v, in)
		if err != nil {
			return op.Answer{}, err
		}
		answer, err := answerOf(out)
		if err != nil || !o.HasVersion() {
			return answer, err
		}
		version, err := o.Version(ctx, v, in)
		switch fault.CodeOf(err) {
		case "":
			answer.Head = entityTag(version)
		case fault.NotFound, fault.Forbidden: // it was removed
			err = nil
		}
		return answer, err
	})
	if err != nil {
		return err
	}
	if answer.Again {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	send(w, answer)
	return nil
}

// unchanged returns a fault when what the operation changes is not as one of the entity tags says.
func unchanged(ctx context.Context, tags []string, o op.Operation, v op.Viewer, in any) error {
	if len(tags) == 0 || !o.HasVersion() {
		return nil
	}
	version, err := o.Version(ctx, v, in)
	if err != nil {
		return err
	}
	for _, tag := range strings.Split(strings.Join(tags, ","), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == entityTag(version) {
			return nil
		}
	}
	return op.ChangedMeanwhile()
}

func entityTag(version string) string { return `"` + version + `"` }

// keyOf returns the key of a request, with or without the quotes of a structured header.
func keyOf(header http.Header) (string, error) {
	values := header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := strings.TrimSpace(values[0])
	if inner, ok := strings.CutPrefix(key, `"`); ok {
		key = strings.TrimSuffix(inner, `"`)
	}
	if len(values) > 1 || key == "" {
		return "", fault.New(fault.Usage, "Give one Idempotency-Key, or none.").WithHint("A random UUID will do.")
	}
	return key, op.CheckKey(key)
}

// answerOf says the output of an operation.
func answerOf(out any) (op.Answer, error) {
	if _, none := out.(op.None); none {
		return op.Answer{Status: http.StatusNoContent}, nil
	}
	text, err := wire.Marshal(out)
	if err != nil {
		return op.Answer{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return op.Answer{Status: http.StatusOK, Body: append(text, '\n')}, nil
}

// send writes an answer, which may be that of an earlier request. The head of one that went well is its entity tag,
// that of a problem its language.
func send(w http.ResponseWriter, answer op.Answer) {
	header := w.Header()
	switch {
	case answer.Status >= http.StatusBadRequest:
		header.Set("Content-Type", "application/problem+json")
		header.Set("Content-Language", answer.Head)
		if answer.Status == http.StatusServiceUnavailable {
			header.Set("Retry-After", op.RetrySoon)
		}
	case len(answer.Body) > 0:
		header.Set("Content-Type", "application/json")
		fallthrough
	default:
		if answer.Head != "" {
			header.Set("ETag", answer.Head)
		}
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // a client that went away cannot be told
}

// viewer says on whose behalf the request is, and refuses browsers that were sent here by another site.
func (s *server) viewer(r *http.Request) (op.Viewer, error) {
	// Other sites cannot make a browser send this header without asking us first, and we never agree.
	if r.Header.Get("Authorization") == "" {
		if err := s.crossOrigin.Check(r); err != nil {
			return op.Viewer{}, fault.Wrap(err, fault.Forbidden, "This request came from another site.").
				WithHint("Use an API token.")
		}
	}
	viewer, err := s.authenticate(r)
	if err != nil {
		return op.Viewer{}, err
	}
	viewer.Lang = language(r, viewer.Lang)
	if viewer.Now.IsZero() {
		viewer.Now = time.Now()
	}
	return viewer, nil
}

// language returns the language that the request asks for, or else the viewer's own, or else English.
func language(r *http.Request, own locale.Lang) locale.Lang {
	if accept := r.Header.Get("Accept-Language"); accept != "" {
		return locale.Match(accept)
	}
	if own != "" {
		return own
	}
	return locale.English
}

// nothingHere answers a path that is not served, or not by this method.
func (s *server) nothingHere(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		other := *r
		other.Method = method
		if _, pattern := s.mux.Handler(&other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 || slices.Contains(allowed, r.Method) {
		return fault.New(fault.NotFound, "There is nothing at this address.").
			WithHint("All addresses are listed at /api/.")
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return &statusError{http.StatusMethodNotAllowed, fault.New(fault.Usage, "%s is not possible here, only %s.",
		r.Method, strings.Join(allowed, ", "))}
}
