// Package server stacks the faces into one HTTP server: pages for people, the API and tools for programs, and what
// watchers ask.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"gave.network/internal/account"
	"gave.network/internal/api"
	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/mcp"
	"gave.network/internal/oauth"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/phone"
)

// maxBody is the largest body of a request to the API or the tools, in bytes. Both know who asks before they read it.
const maxBody = 4 << 20

// Server is the HTTP face of an app.
type Server struct {
	// Front says how the world reaches the server.
	Front Front
	// Limits say how much a request may bring and how long it may take.
	Limits page.Limits
	// Drain is how long a server that is told to stop goes on taking requests while it says that it is not ready, so
	// that a proxy which asks that sends none any more.
	Drain time.Duration
	// Mail is where mail comes in by SMTP while the server works; nil for nowhere.
	Mail net.Listener

	app      *app.App
	version  string
	places   []page.Place
	standing standing
}

// New makes the server of an app.
func New(a *app.App, version string) *Server {
	s := &Server{Limits: page.DefaultLimits, app: a, version: version}
	var places []page.Place
	for _, room := range a.Rooms {
		places = append(places, room.Places...)
	}
	s.places = page.Navigation(places)
	return s
}

// Handler returns everything that the server answers.
func (s *Server) Handler() http.Handler {
	pages := &page.Mux{Write: s.write}
	s.routes(pages)
	mux := http.NewServeMux()
	programs := api.Handler(s.app.Operations, s.authenticate,
		api.Info{Version: s.version, SessionCookie: account.SessionCookie, MaxBody: maxBody})
	mux.Handle("/api/", s.current(programs))
	mux.Handle("/api", s.current(programs))
	mux.Handle("/mcp", s.current(mcp.Handler(s.app.Operations, s.assistant,
		mcp.Info{Version: s.version, Known: vouched, Ask: oauth.Challenge})))
	oauth.Mount(mux, s.current(s.app.OAuth.Handler(vouched)))
	devices := s.current(s.app.Phone.Handler())
	mux.Handle("/carddav/", devices)
	mux.Handle("/carddav", devices)
	mux.Handle(phone.WellKnown, devices)
	mux.Handle("PROPFIND /{$}", devices) // iOS looks here when it is told the name of the server alone
	mux.Handle("GET /assets/", page.Assets())
	mux.Handle("GET /worker.js", page.Worker())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "User-agent: *\nDisallow: /\n")
	})
	mux.Handle("/", s.current(packed(s.browser(pages))))
	most := func(r *http.Request) int64 {
		if r.URL.Path == "/mcp" || strings.HasPrefix(r.URL.Path, "/api/") {
			return maxBody
		}
		return s.Limits.Stranger
	}
	return recovered(s.Front.Handler(page.SecurityHeaders(page.Bound(s.Limits, most, agents(mux)))))
}

// agents lets accounts know what the program calls itself that uses a token.
func agents(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(account.WithAgent(r.Context(), r.UserAgent())))
	})
}

// packed sends pages compressed. Their length says less of what is in them by a few random bytes, since a page holds
// secrets and may repeat what its address says (BREACH).
func packed(next http.Handler) http.Handler {
	const least = 1024 // bytes; below, packing wins nothing
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(least), gzhttp.ContentTypes([]string{"text/html"}),
		gzhttp.RandomJitter(32, 0, false))
	if err != nil {
		panic("server: " + err.Error()) // the settings above are constants
	}
	return wrap(next)
}

// HTTP returns the server that answers with the handler: nobody may be slow for ever, or bring endless headers.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
		ErrorLog:       slog.NewLogLogger(quiet{slog.Default().Handler()}, slog.LevelWarn),
	}
}

// quiet is a log without what clients did wrong on their connection, since the server quotes them.
type quiet struct{ slog.Handler }

func (q quiet) Handle(ctx context.Context, record slog.Record) error {
	record.Message = fault.Mask(record.Message)
	return q.Handler.Handle(ctx, record)
}

// authenticate finds out on whose behalf a program asks: by its token, or by the session of a page of ours.
func (s *Server) authenticate(r *http.Request) (op.Viewer, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		token, ok := strings.CutPrefix(header, "Bearer ")
		if !ok {
			return op.Viewer{}, fault.New(fault.Unauthenticated, "Only bearer tokens are taken here.").
				WithHint("Send Authorization: Bearer and your token.")
		}
		return s.app.Account.Bearer(r.Context(), strings.TrimSpace(token))
	}
	if cookie, err := r.Cookie(account.CookieName(account.SessionCookie, page.Secure(r))); err == nil {
		return s.app.Account.Session(r.Context(), cookie.Value)
	}
	return op.Viewer{Lang: locale.Match(r.Header.Get("Accept-Language")), Zone: time.Local, Now: time.Now()}, nil
}

// assistant finds out on whose behalf an assistant asks: by what it got when a member let it in, or by a token.
func (s *Server) assistant(r *http.Request) (op.Viewer, error) {
	if _, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); oauth.IsOurs(strings.TrimSpace(token)) {
		return s.app.OAuth.Bearer(r.Context(), strings.TrimSpace(token), oauth.ResourceOf(r))
	}
	return s.authenticate(r)
}

// browser gives each request of a page its viewer and words, and keeps other sites from sending forms.
func (s *Server) browser(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.Error(w, r, fault.New(fault.Forbidden, "This form was sent by another site.").
			WithHint("Open the page here and try again."))
	}))
	inner := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer := op.Viewer{Lang: locale.Match(r.Header.Get("Accept-Language")), Zone: time.Local, Now: time.Now()}
		signedIn := false
		if cookie, err := r.Cookie(account.CookieName(account.SessionCookie, page.Secure(r))); err == nil {
			found, err := s.app.Account.Session(r.Context(), cookie.Value)
			switch fault.CodeOf(err) {
			case "":
				viewer, signedIn = found, true
			case fault.Unauthenticated:
			default:
				page.Error(w, r, err)
				return
			}
		}
		if asked := locale.Lang(r.URL.Query().Get("lang")); locale.Speaks(asked) {
			viewer.Lang = asked
		}
		request := &page.Request{
			Viewer: viewer, Printer: viewer.Printer(), Path: r.URL.Path, ID: id.New().String(), SignedIn: signedIn,
			Operations: s.app.Operations, Places: s.places, CanMail: s.app.Mailing.CanSend(),
		}
		if signedIn {
			request.Photo, request.Name = s.app.Faces(viewer)
		}
		if s.Front.Public != nil {
			request.Base = s.Front.Public.String()
		}
		if never := r.URL.Query().Get("never"); len(never) <= 100 {
			request.Never = never
		}
		if cookie, err := r.Cookie(page.ThemeCookie); err == nil &&
			(cookie.Value == "light" || cookie.Value == "dark") {
			request.Theme = cookie.Value
		}
		if cookie, err := r.Cookie(page.KeysCookie); err == nil {
			request.NoKeys = cookie.Value == "off"
		}
		if r.Method == http.MethodGet && page.Fragment(r) == "" {
			request.Flash = page.TakeFlash(w, r)
		}
		ctx := op.With(page.With(r.Context(), request), viewer)
		if r.Method == http.MethodGet {
			ctx = db.Glance(ctx)
		}
		inner.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recovered turns a panic into an answer and a line in the log.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
					panic(p)
				}
				slog.ErrorContext(r.Context(), "panic", "route", r.Pattern, "panic", fault.Mask(fmt.Sprint(p)), "stack",
					string(debug.Stack()))
				http.Error(w, "something went wrong on our side", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Serve answers on the address until the context ends, then says that it is not ready, gives back what it works on, and
// lets running requests finish.
func (s *Server) Serve(ctx context.Context, address string, out io.Writer, lang locale.Lang) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The address %s cannot be listened on.", address).
			WithHint("Choose another with --listen, such as 127.0.0.1:8087.")
	}
	server := s.HTTP()
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	if err := s.greet(ctx, listener, out, lang); err != nil {
		listener.Close()
		return err
	}
	defer BoundHeap()()
	// What it works on ends with the context; that it hears the others, once the last request is answered.
	hearing, deaf := context.WithCancel(context.WithoutCancel(ctx))
	working, stop := context.WithCancel(ctx)
	defer deaf()
	defer stop()
	var behind sync.WaitGroup
	heard := make(chan struct{})
	nodes := s.app.DB.Dialect == db.PostgreSQL
	s.standing.begin(nodes)
	behind.Go(func() { s.Hear(hearing, heard) })
	if nodes {
		behind.Go(func() { s.ask(working, heard) })
	}
	behind.Go(func() {
		if nodes { // what is kept before it hears the others it forgets again
			select {
			case <-heard:
			case <-time.After(answers):
			case <-working.Done():
			}
		}
		s.Warm(working)
		s.standing.warm()
		debug.FreeOSMemory() // reading everything once takes more than keeping it
	})
	behind.Go(func() { s.Work(working) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.standing.stopping.Store(true)
	server.SetKeepAlivesEnabled(false)
	time.Sleep(s.Drain)
	patience, cancel := context.WithTimeout(context.Background(), finish)
	defer cancel()
	err = server.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	stop()
	deaf()
	ended := make(chan struct{})
	go func() { behind.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(finish): // what it worked on is free again when its signs of life stop
	}
	return err
}

// greet prints where the pages are, and how the first owner comes in.
func (s *Server) greet(ctx context.Context, listener net.Listener, out io.Writer, lang locale.Lang) error {
	owner, err := s.app.Account.Local(ctx, lang)
	if err != nil {
		return err
	}
	p := locale.New(lang, time.Local)
	base := "http://" + listener.Addr().String()
	if s.Front.Public != nil {
		base = s.Front.Public.String()
	}
	fmt.Fprintln(out, p.T("Gave is at %s", base))
	needs, err := s.app.Account.NeedsSetup(ctx)
	if err != nil || !needs {
		return err
	}
	link, err := s.app.Account.SetupLink(ctx, owner)
	if err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(listener.Addr().String()); err == nil && s.Front.Public == nil &&
		!net.ParseIP(host).IsLoopback() {
		// On a network the link is a key to the house: only the one who reads this output may have it, so it is still
		// printed, with a warning.
		fmt.Fprintln(out, p.T("This address can be reached from the network. Put a proxy with https before it."))
	}
	fmt.Fprintln(out, p.T("Open this link to come in as the owner. It works once, for a day:"))
	fmt.Fprintln(out, "  "+base+"/welcome?link="+link)
	return nil
}
