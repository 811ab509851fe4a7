package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
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
