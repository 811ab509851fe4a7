package server_test

import (
	"bufio"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	zitadel "github.com/zitadel/oidc/v3/pkg/op"

	"gave.network/internal/page/browsertest"
	"gave.network/internal/source/oauth"
)

// tokens plays a mail server without mail, which lets in whoever has a token.
func tokens(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	serve := func(c net.Conn) {
		defer c.Close()
		in := bufio.NewScanner(c)
		for say := "* OK ready\r\n"; ; {
			if _, err := c.Write([]byte(say)); err != nil || !in.Scan() {
				return
			}
			tag, command, _ := strings.Cut(in.Text(), " ")
			word, _, _ := strings.Cut(command, " ")
			switch word {
			case "CAPABILITY":
				say = "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"
			case "AUTHENTICATE":
				if _, err := c.Write([]byte("+ \r\n")); err != nil || !in.Scan() {
					return
				}
				say = ""
			case "LIST":
				say = "* LIST () \"/\" INBOX\r\n"
			case "STATUS":
				say = "* STATUS INBOX (UIDVALIDITY 1 UIDNEXT 1)\r\n"
			default:
				say = ""
			}
			say += tag + " OK done\r\n"
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return "imap://" + l.Addr().String()
}

// Somebody signs in at a real provider for their mailbox and comes back to its page; when the source waits for them,
// its page has a button to sign in once more.
func TestAMailboxIsConnectedOnItsPages(t *testing.T) {
	t.Parallel()
	d := openDoor(t, nil)
	var handler http.Handler
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	defer at.Close()
	handler = exampleop.SetupServer(at.URL, storage.NewStorageWithClients(storage.NewUserStore(at.URL),
		map[string]*storage.Client{"gave": storage.WebClient("gave", "two", d.url+"/sources/back")}), nil, false,
		zitadel.WithAllowInsecure())
	d.app.Source.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	d.app.Source.ConnectBy("", []*oauth.Provider{
		oauth.NewGoogle("gave", ""), oauth.NewOther(at.URL, "gave", "two", "Zitadel", tokens(t), nil),
	})
	v := d.owner(t, "")
	if status, body := v.get(t, "/sources"); status != http.StatusOK || !strings.Contains(body, "Sign in at Google") ||
		!strings.Contains(body, "Sign in at Zitadel") {
		t.Fatalf("%d %s", status, body)
	}
	begin := func(pairs ...string) string {
		t.Helper()
		status, _, body, err := v.post("/sources/connect", pairs...)
		found := goesOn.FindStringSubmatch(body)
		if err != nil || status != http.StatusOK || found == nil {
			t.Fatalf("%d %v %s", status, err, body)
		}
		return html.UnescapeString(found[1])
	}
	if to := begin("provider", "google"); !strings.HasPrefix(to, "https://accounts.google.com/") ||
		!strings.Contains(to, "access_type=offline") || !strings.Contains(to, "mail.google.com") {
		t.Errorf("to Google by %s", to)
	}
	browser := &http.Client{Jar: v.Jar}
	away := func(to string) (*http.Response, string) {
		t.Helper()
		answer, err := browser.Get(to)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		request := answer.Request.URL.Query().Get("authRequestID")
		answer, err = browser.PostForm(at.URL+"/login/username",
			url.Values{"id": {request}, "username": {"test-user2"}, "password": {"verysecure"}})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer, string(body)
	}
	answer, body := away(begin("provider", "other"))
	here := strings.TrimPrefix(answer.Request.URL.String(), d.url)
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(here, "/sources/") || strings.Contains(here, "?") ||
		!strings.Contains(body, "Mail · Zitadel") {
		t.Fatalf("%d at %s: %s", answer.StatusCode, here, body)
	}
	// What comes back without having gone is said where one begins.
	if status, body := v.get(t, "/sources/back?state=guessed&code=x"); status != http.StatusUnauthorized ||
		!strings.Contains(body, "a sign-in that you began here") || !strings.Contains(body, "Sign in at Zitadel") {
		t.Errorf("a guess: %d %s", status, body)
	}
	if _, err := d.app.DB.ExecContext(t.Context(), `update source set due = 4611686018427387904, tries = 1,
		trouble = 'The server cannot be reached.'`); err != nil {
		t.Fatal(err)
	}
	if _, body := v.get(t, here); !strings.Contains(body, "Sign in at Zitadel once more") ||
		!strings.Contains(body, "It waits for you.") || strings.Contains(body, "Another password") {
		t.Errorf("one that waits: %s", body)
	}
	if sources != "" {
		lookAtConnecting(t, d, here)
	}
	answer, _ = away(begin("provider", "other", "source", strings.TrimPrefix(here, "/sources/")))
	if got := strings.TrimPrefix(answer.Request.URL.String(), d.url); got != here {
		t.Errorf("once more leads to %s, not %s", got, here)
	}
	if _, body := v.get(t, here); strings.Contains(body, "It waits for you.") {
		t.Error("it still waits")
	}
}

// goesOn finds where a page leads on to.
var goesOn = regexp.MustCompile(`<a class="button primary" href="([^"]*)"`)

// lookAtConnecting takes pictures of the pages.
func lookAtConnecting(t *testing.T, d door, here string) {
	for name, how := range map[string]browsertest.Options{
		"phone": {Phone: true, Language: "nl"}, "desktop": {}, "dark": {Dark: true, Language: "nl"},
	} {
		b := browsertest.New(t, how)
		b.Open(d.url + "/signin")
		b.Fill("#f-email", ownerAddress)
		b.Fill("#f-password", secret)
		b.Click("main button.primary")
		b.Eventually("main h1", "")
		b.Open(d.url + here)
		b.Screenshot(sources, "again-"+name)
		b.Open(d.url + "/sources")
		b.Click("#more summary")
		b.Screenshot(sources, "connect-"+name)
		tap(b, "#providers form:nth-of-type(1) button")
		b.Eventually("main", "Google")
		b.Screenshot(sources, "away-"+name)
	}
}
