//go:build linux

package program_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// While PostgreSQL is away every request is told so within seconds, and to come back; when it is there again the same
// process goes on, and what was confirmed before is there.
func TestRequestsWhilePostgreSQLIsAway(t *testing.T) {
	address, control := server(t)
	ctx := context.Background()
	data := t.TempDir()
	a, err := app.Open(ctx, app.Config{Database: address, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Account.MakeToken(ctx, owner, account.TokenInput{Name: "outage", Scope: "write"})
	if err != nil {
		t.Fatal(err)
	}
	link, err := a.Account.Invite(ctx, owner, op.Member)
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.Account.Accept(ctx, link, "Member", "member@example.org", "a long secret that nobody guesses", "")
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	running, stop := context.WithCancel(ctx)
	serve := command(running, "serve", "--listen", "127.0.0.1:0", "--data", data, "--database", address)
	printed, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = serve.Wait() })
	base := ""
	lines := bufio.NewScanner(printed)
	for base == "" && lines.Scan() {
		base = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	go io.Copy(io.Discard, printed)
	if base == "" {
		t.Fatal("the server does not say where it is")
	}
	type answer struct {
		status int
		head   http.Header
		took   time.Duration
		err    error
	}
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	ask := func(method, path, body string) answer {
		r, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			return answer{err: err}
		}
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Authorization", "Bearer "+token.Secret)
			r.Header.Set("Content-Type", "application/json")
		} else {
			r.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: session})
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		begun := time.Now()
		got, err := client.Do(r)
		if err != nil {
			return answer{err: err, took: time.Since(begun)}
		}
		defer got.Body.Close()
		_, err = io.Copy(io.Discard, got.Body)
		return answer{got.StatusCode, got.Header, time.Since(begun), err}
	}
	person := func(name string) string { return fmt.Sprintf(`{"name":%q}`, name) }
	requests := [][3]string{
		{"GET", "/", ""},
		{"GET", "/people", ""},
		{"POST", "/people/new", "name=Lost+Form"},
		{"POST", "/signin", "email=member@example.org&password=wrong"},
		{"GET", "/api/v1/people", ""},
		{"POST", "/api/v1/people", person("Lost Program")},
		{"POST", "/api/v1/capture", `{"text":"lunch @Lost yesterday"}`},
		{"GET", "/readyz", ""},
	}
	if got := ask("POST", "/api/v1/people", person("Confirmed Before")); got.status != http.StatusOK {
		t.Fatalf("before: %+v", got)
	}
	for _, how := range []string{"fast", "immediate"} {
		for _, r := range requests { // connections of all kinds are open
			if r[0] == "GET" {
				if got := ask(r[0], r[1], r[2]); got.status != http.StatusOK {
					t.Fatalf("before: %s: %+v", r[1], got)
				}
			}
		}
		control("-m", how, "stop")
		for range 3 { // with broken connections, and with none
			var group sync.WaitGroup
			for _, r := range requests {
				group.Go(func() {
					got := ask(r[0], r[1], r[2])
					if got.err != nil || got.status != http.StatusServiceUnavailable ||
						got.head.Get("Retry-After") == "" || got.took > 10*time.Second {
						t.Errorf("%s: %s %s: %d, Retry-After %q after %v, %v", how, r[0], r[1], got.status,
							got.head.Get("Retry-After"), got.took, got.err)
					}
				})
			}
			group.Wait()
		}
		control("start")
		for _, r := range requests {
			if r[0] == "GET" {
				if got := ask(r[0], r[1], r[2]); got.status != http.StatusOK {
					t.Errorf("%s, after: %s: %+v", how, r[1], got)
				}
			}
		}
		if got := ask("POST", "/api/v1/people", person("Confirmed After "+how)); got.status != http.StatusOK {
			t.Errorf("%s, after: %+v", how, got)
		}
	}
	listed := string(gave(t, "--data", data, "--database", address, "people", "list", "--json"))
	for _, name := range []string{"Confirmed Before", "Confirmed After fast", "Confirmed After immediate"} {
		if !strings.Contains(listed, name) {
			t.Errorf("%s is not there", name)
		}
	}
	if strings.Contains(listed, "Lost") {
		t.Error("what was refused is there")
	}
}
