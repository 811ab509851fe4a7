package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/locale"
	"gave.network/internal/server"
)

// The secret of a feed opens the feeds of Today, nothing else, and only until it is revoked.
func TestFeedOfToday(t *testing.T) {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	out, err := a.Operations.Call(ctx, owner, "tokens.feed", account.FeedInput{Name: "calendar"})
	if err != nil {
		t.Fatal(err)
	}
	feed := out.(account.FeedOutput)
	web := httptest.NewServer(server.New(a, "test").Handler())
	defer web.Close()
	get := func(path, bearer string) (int, string, string) {
		request, err := http.NewRequest(http.MethodGet, web.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bearer != "" {
			request.Header.Set("Authorization", "Bearer "+bearer)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, answer.Header.Get("Content-Type"), string(body)
	}
	if status, kind, body := get(feed.ICalendar, ""); status != 200 || !strings.HasPrefix(kind, "text/calendar") ||
		!strings.Contains(body, "BEGIN:VEVENT") {
		t.Errorf("the calendar: %d %s\n%s", status, kind, body)
	}
	if status, kind, body := get(feed.Atom, ""); status != 200 || !strings.HasPrefix(kind, "application/atom+xml") ||
		!strings.Contains(body, "<feed") {
		t.Errorf("the feed: %d %s\n%s", status, kind, body)
	}
	secret := strings.Split(feed.Atom, "/")[2]
	for path, want := range map[string]int{"/api/v1/today": 401, "/api/v1/people": 401} {
		if status, _, _ := get(path, secret); status != want {
			t.Errorf("%s with the secret of a feed: %d, want %d", path, status, want)
		}
	}
	for _, path := range []string{"/feeds/wrong/today.ics", "/feeds/" + secret + "/people.ics"} {
		if status, _, _ := get(path, ""); status != 404 {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
	token, err := a.Account.NewToken(ctx, owner, "all", 0)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := get("/feeds/"+token.Secret+"/today.ics", ""); status != 404 {
		t.Errorf("a token that opens everything is no address of a feed: %d", status)
	}
	if err := a.Account.RevokeToken(ctx, owner, feed.Token); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := get(feed.ICalendar, ""); status != 404 {
		t.Errorf("a revoked feed: %d, want 404", status)
	}
}
