package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/server"
)

// A node whose tables a newer program brought further goes on, unless a migration says that it must not: then it says
// that it is not ready, and answers nobody.
func TestANodeStopsWhereAMigrationSaysSo(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{Database: dbtest.PostgreSQLAddress(t), Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := server.New(a, "test")
	ctx, stop := context.WithCancel(t.Context())
	first, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.Hear(ctx, first)
	}()
	defer func() { stop(); <-ended }()
	select {
	case <-first:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not hear")
	}
	handler := s.Handler()
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	migrated := func(version int64) {
		t.Helper()
		if _, err := a.DB.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied)
			values ($1, true)`, version); err != nil {
			t.Fatal(err)
		}
		if err := a.DB.Tell(t.Context(), db.Notice{Migrated: true}); err != nil {
			t.Fatal(err)
		}
	}
	migrated(99901)
	time.Sleep(200 * time.Millisecond)
	for _, path := range []string{"/readyz", "/healthz", "/signin", "/assets/app.css"} {
		if status, text := get(path); status != http.StatusOK {
			t.Errorf("after what only adds, %s: %d %.100s", path, status, text)
		}
	}
	migrated(99900)
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if status, text := get("/readyz"); status == http.StatusServiceUnavailable && strings.Contains(text, "newer") {
			break
		}
		if time.Since(begun) > time.Second {
			t.Fatal("it goes on with tables that it must not use")
		}
	}
	for path, want := range map[string]int{
		"/healthz": http.StatusOK, "/signin": http.StatusServiceUnavailable,
		"/api/v1/people": http.StatusServiceUnavailable, "/mcp": http.StatusServiceUnavailable,
	} {
		if status, text := get(path); status != want {
			t.Errorf("%s: %d, want %d: %.100s", path, status, want, text)
		}
	}
}

// A node that starts leaves requests to one that is ready, and answers by itself once that one is gone, warm or not.
func TestANodeThatWarmsUpLeavesRequestsToOthers(t *testing.T) {
	address, data, here := dbtest.PostgreSQLAddress(t), t.TempDir(), false
	type node struct {
		base  string
		stop  func()
		ready func() string // what it says of itself
		page  func() int    // what a page answers
	}
	get := func(url string) (int, string) {
		answer, err := http.Get(url)
		if err != nil {
			return 0, err.Error()
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, strings.TrimSpace(string(text))
	}
	start := func(warm func(ctx context.Context)) node {
		t.Helper()
		a, err := app.Open(t.Context(), app.Config{Database: address, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		a.Rooms = append(a.Rooms, room.Room{Warm: func(ctx context.Context, _ op.Viewer) error {
			warm(ctx)
			return nil
		}})
		if !here { // somebody was here lately, for whom pages are warmed
			here = true
			owner, err := a.Account.Local(t.Context(), locale.English)
			if err != nil {
				t.Fatal(err)
			}
			link, err := a.Account.SetupLink(t.Context(), owner)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Account.Accept(t.Context(), link, "Olga Owner", "olga@example.org",
				"a long secret that nobody guesses", ""); err != nil {
				t.Fatal(err)
			}
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at := listener.Addr().String()
		listener.Close()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			defer a.Close()
			if err := server.New(a, "test").Serve(ctx, at, io.Discard, locale.English); err != nil {
				t.Error(err)
			}
		}()
		n := node{base: "http://" + at, stop: sync.OnceFunc(func() { stop(); <-ended })}
		t.Cleanup(n.stop)
		n.ready = func() string { _, text := get(n.base + "/readyz"); return text }
		n.page = func() int { status, _ := get(n.base + "/signin"); return status }
		for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			if status, _ := get(n.base + "/healthz"); status == http.StatusOK {
				return n
			}
			if time.Since(begun) > 10*time.Second {
				t.Fatal("it does not start")
			}
		}
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		for begun := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
			if time.Since(begun) > 20*time.Second {
				t.Fatal("never: " + what)
			}
		}
	}
	// Alone, it answers while it warms up.
	enough := make(chan struct{})
	one := start(func(ctx context.Context) {
		select {
		case <-enough:
		case <-ctx.Done():
		}
	})
	if text, status := one.ready(), one.page(); text != "warming up" || status != http.StatusOK {
		t.Errorf("alone while it warms up: %q, %d", text, status)
	}
	close(enough)
	until("the first is ready", func() bool { return one.ready() == "ok" })

	two := start(func(ctx context.Context) { <-ctx.Done() }) // never warm
	if text, status := two.ready(), two.page(); text != "warming up" || status != http.StatusServiceUnavailable {
		t.Errorf("beside one that is ready: %q, %d", text, status)
	}
	for _, path := range []string{"/api/v1/people", "/mcp", "/people"} {
		if status, _ := get(two.base + path); status != http.StatusServiceUnavailable {
			t.Errorf("beside one that is ready, %s: %d", path, status)
		}
	}
	if status := one.page(); status != http.StatusOK {
		t.Errorf("the one that is ready: %d", status)
	}
	one.stop()
	until("the second answers by itself", func() bool { return two.page() == http.StatusOK })
}
