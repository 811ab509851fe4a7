package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/api"
	"gave.network/internal/api/apitest"
)

// FuzzQuery sends any query and path: the answer is always JSON and never our fault.
func FuzzQuery(f *testing.F) {
	for _, seed := range [][2]string{
		{"anna", "limit=3&place=a&place=b"},
		{"../..", "since=2026-05-03"},
		{"%00", "limit=1e3"},
		{"a/b", "%zz"},
		{"", "kind=friend&kind=foe"},
		{"\xff", "\xff=\xff"},
		{"x", "limit=9223372036854775808"},
		{"x", ";"},
	} {
		f.Add(seed[0], seed[1])
	}
	book := &apitest.Book{}
	handler := api.Handler(book.Registry(), authenticate, api.Info{Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, path, query string) {
		for _, target := range []string{"/api/v1/people/" + url.PathEscape(path), "/api/v1/people"} {
			r := httptest.NewRequest("GET", target, nil)
			r.URL.RawQuery = query
			r.Header.Set("Authorization", "Bearer guest")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			isMove := w.Code == 301 || w.Code == 307 // of a path that is not in its plain form
			if w.Code >= 500 || !isMove && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%q?%q: got %d %s", target, query, w.Code, w.Body)
			}
		}
	})
}

// FuzzBody sends any body: the answer is always JSON and never our fault.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"name":"X"}`, `{"name":"X","address":{"place":"Y"},"emails":["a"],"warmth":1e400}`, `[`, `null`, "\xff",
		`{"name":"X","key":""}`,
	} {
		f.Add(seed)
	}
	book := &apitest.Book{}
	handler := api.Handler(book.Registry(), authenticate, api.Info{Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/api/v1/people", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer member")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: got %d %s", body, w.Code, w.Body)
		}
	})
}
