package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	zitadel "github.com/zitadel/oidc/v3/pkg/op"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/source"
	"gave.network/internal/source/oauth"
)

// mailProvider is the provider of zitadel/oidc on loopback, at which people sign in for their mailbox. What it answers
// can be twisted on its way.
type mailProvider struct {
	url, back string

	mu    sync.Mutex
	calls map[string]int
	twist func(path string, answer map[string]any) int
	last  map[string]any // what it gave last
	gone  bool           // it answers nothing of use
}

type mailUsers map[string]*storage.User

func (s mailUsers) GetUserByID(key string) *storage.User        { return s[key] }
func (s mailUsers) GetUserByUsername(name string) *storage.User { return s[name] }
func (mailUsers) ExampleClientID() string                       { return storage.ServiceUserID }

// deviceStorage lets its client sign in with a code too.
type deviceStorage struct{ *storage.Storage }

func (s deviceStorage) GetClientByClientID(ctx context.Context, key string) (zitadel.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, key)
	return deviceClient{c}, err
}

type deviceClient struct{ zitadel.Client }

func (c deviceClient) GrantTypes() []oidc.GrantType {
	return append(c.Client.GrantTypes(), oidc.GrantTypeDeviceCode)
}

const oauthSecret = "a secret of two"

func newMailProvider(t *testing.T) *mailProvider {
	t.Helper()
	p := &mailProvider{calls: map[string]int{}, back: "https://gave.example/sources/back"}
	people := mailUsers{}
	for _, name := range []string{"anna", "bea"} {
		people[name] = &storage.User{
			ID: name, Username: name, Password: "verysecure", FirstName: name, LastName: "Test",
			Email: name + "@example.org", EmailVerified: true,
		}
	}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.calls[r.URL.Path]++
		twist, gone := p.twist, p.gone
		p.mu.Unlock()
		if gone && r.URL.Path == "/oauth/token" {
			http.Error(w, "<html>back soon</html>", http.StatusServiceUnavailable)
			return
		}
		// Dovecot asks about a token in an address; this provider has that in a header.
		about := r.URL.Path == "/tokeninfo"
		if about {
			r.Header.Set("Authorization", "Bearer "+r.URL.Query().Get("token"))
			r.URL.Path, r.URL.RawQuery = "/userinfo", ""
		}
		took := httptest.NewRecorder()
		handler.ServeHTTP(took, r)
		if about && took.Code != http.StatusOK {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		maps.Copy(w.Header(), took.Header())
		content := took.Body.Bytes()
		var answer map[string]any
		if json.Unmarshal(content, &answer) == nil {
			if _, is := answer["interval"]; is {
				answer["interval"] = 1 // so that the test need not wait
			}
			if twist != nil {
				if code := twist(r.URL.Path, answer); code > 0 {
					took.Code = code
				}
			}
			if answer["access_token"] != nil {
				p.mu.Lock()
				p.last = answer
				p.mu.Unlock()
			}
			content, _ = json.Marshal(answer)
			w.Header().Del("Content-Length")
		}
		w.WriteHeader(took.Code)
		w.Write(content)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	client := storage.WebClient("gave", oauthSecret, p.back)
	handler = exampleop.SetupServer(server.URL, deviceStorage{storage.NewStorageWithClients(people,
		map[string]*storage.Client{"gave": client})}, nil, false, zitadel.WithAllowInsecure())
	return p
}

// set twists what the provider answers from now on; with nothing it says what it means.
func (p *mailProvider) set(twist func(path string, answer map[string]any) int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.twist = twist
}

func (p *mailProvider) away(gone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = gone
}

func (p *mailProvider) count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

func (p *mailProvider) given(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, _ := p.last[name].(string)
	return text
}

// post asks the provider for something in the name of Gave.
func (p *mailProvider) post(t *testing.T, path string, values url.Values) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("gave", url.QueryEscape(oauthSecret))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, _ := io.ReadAll(answer.Body)
	return answer.Status + " " + string(content)
}

// revoke takes back at the provider what it gave, as somebody does in their account there.
func (p *mailProvider) revoke(t *testing.T, token string) {
	t.Helper()
	if said := p.post(t, "/revoke", url.Values{"token": {token}}); !strings.HasPrefix(said, "200") {
		t.Fatalf("the provider does not take it back: %s", said)
	}
}

// browse signs somebody in at the provider, and returns what their browser comes back with.
func (p *mailProvider) browse(t *testing.T, to, name string) source.Back {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var came *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), p.back) {
			came = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	post := func(address string, values url.Values) *url.URL {
		answer, err := browser.PostForm(address, values)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.Request.URL
	}
	answer, err := browser.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	request := answer.Request.URL.Query().Get("authRequestID")
	at := post(p.url+"/login/username", url.Values{
		"id": {request}, "username": {name}, "password": {"verysecure"},
	})
	if came == nil {
		t.Fatalf("%s did not come back: %s from %s", name, at, answer.Request.URL)
	}
	q := came.Query()
	return source.Back{State: q.Get("state"), Code: q.Get("code"), Wrong: q.Get("error"), Issuer: q.Get("iss")}
}

// passdb has Dovecot ask the provider whether it gave a token, and to whom.
func (p *mailProvider) passdb(t *testing.T) string {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "oauth2.conf")
	write(t, conf, "tokeninfo_url = "+p.url+"/tokeninfo?token=\nusername_attribute = email\n")
	return "auth_mechanisms = plain xoauth2 oauthbearer\npassdb {\n  driver = oauth2\n" +
		"  mechanisms = xoauth2 oauthbearer\n  args = " + conf + "\n}\n"
}

// device signs somebody in at the provider with a code.
func (p *mailProvider) device(t *testing.T, code, name string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	for path, values := range map[string]url.Values{
		"/device/login": {"user_code": {code}, "username": {name}, "password": {"verysecure"}},
	} {
		answer, err := browser.PostForm(p.url+path, values)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	answer, err := browser.Get(p.url + "/device/confirm?action=allowed")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the code is not taken: %s", answer.Status)
	}
}

// A mailbox is read with what a real provider gave, at a real mail server that asks it: from signing in to revoking.
func TestAMailboxByItsProvider(t *testing.T) {
	ca := newAuthority(t)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		p := newMailProvider(t)
		d := newDovecot(t, ca, p.passdb(t))
		d.put("", "Bert Bakker <bert@example.org>", me, "Lunch?")
		d.start()
		ctx := context.Background()
		a, v := opened(t, address)
		a.Source.Trust(loopback)
		a.Source.Roots, a.Source.Rest = ca.pool, 0
		b := books{t: t, app: a, v: v}
		one := map[string]string{"provider": "other"}
		_, err := b.call("source.connect", one)
		code(t, "without a public address", err, fault.Conflict)
		a.Source.ConnectBy("https://gave.example", nil)
		_, err = b.call("source.connect", one)
		code(t, "a provider that is not set", err, fault.NotFound)
		team := oauth.NewOther(p.url, "gave", oauthSecret, "Team", fmt.Sprintf("imaps://127.0.0.1:%d", d.port), nil)
		a.Source.ConnectBy("https://gave.example", []*oauth.Provider{team})
		v.Session = "of this browser"
		begin := func(in source.ConnectInput) source.Connecting {
			t.Helper()
			begun, err := a.Source.Begin(ctx, v, in, "https://gave.example/")
			if err != nil {
				t.Fatal(err)
			}
			return begun
		}
		begun := begin(source.ConnectInput{Provider: "other"})
		if q, _ := url.Parse(begun.Address); q.Query().Get("code_challenge_method") != "S256" {
			t.Errorf("begun without proof: %s", begun.Address)
		}
		// Of another member or another browser, or with a state that is guessed, it counts for nothing.
		back := p.browse(t, begun.Address, "anna")
		stranger, elsewhere, guessed := v, v, back
		stranger.Member, elsewhere.Session, guessed.State = id.New(), "of another browser", "guessed"
		_, err = a.Source.Finish(ctx, stranger, back)
		code(t, "another member", err, fault.Unauthenticated)
		_, err = a.Source.Finish(ctx, elsewhere, back)
		code(t, "another browser", err, fault.Unauthenticated)
		_, err = a.Source.Finish(ctx, v, guessed)
		code(t, "a guessed state", err, fault.Unauthenticated)
		if b.key, err = a.Source.Finish(ctx, v, back); err != nil {
			t.Fatal(err)
		}
		_, err = a.Source.Finish(ctx, v, back)
		code(t, "a second time", err, fault.Unauthenticated)
		mails := func() int { return rows(t, a.DB, `select count(*) from interaction`) }
		x := b.run()
		if x.Trouble != "" || mails() != 1 || x.User != "anna@example.org" || x.Provider != "Team" {
			t.Fatalf("%+v, %d mails", x, mails())
		}
		kept, err := db.Value[[]byte](ctx, a.DB, `select secret from source`)
		if err != nil || bytes.Contains(kept, []byte(p.given("refresh_token"))) ||
			bytes.Contains(kept, []byte(p.given("access_token"))) {
			t.Errorf("what the provider gave lies open: %v", err)
		}
		_, err = b.call("source.change", map[string]string{"source": b.key.String(), "password": "geheim"})
		code(t, "a password for it", err, fault.Invalid)

		// What was taken back before its time is renewed, and what ends is renewed before; of both the newest is kept.
		p.set(func(_ string, answer map[string]any) int {
			if answer["expires_in"] != nil {
				answer["expires_in"] = 1
			}
			return 0
		})
		p.revoke(t, p.given("access_token"))
		for i, from := range []string{"Carla Cuypers <carla@example.org>", "Dirk Dekker <dirk@example.org>"} {
			d.put("", from, me, "New")
			asked := p.count("/oauth/token")
			if x = b.run(); x.Trouble != "" || mails() != i+2 || p.count("/oauth/token") != asked+1 {
				t.Errorf("%d: %q, %d mails, asked %d times", i, x.Trouble, mails(), p.count("/oauth/token")-asked)
			}
		}
		// A provider that is away is asked again; one that refuses is not, until somebody signs in there.
		p.away(true)
		if x = b.tried(); !strings.Contains(x.Trouble, "Team does not answer now") || x.Next == nil {
			t.Errorf("away: %q, next %v", x.Trouble, x.Next)
		}
		p.away(false)
		if x = b.run(); x.Trouble != "" {
			t.Errorf("back again: %q", x.Trouble)
		}
		p.revoke(t, p.given("refresh_token"))
		d.put("", "Eva Evers <eva@example.org>", me, "Later")
		if x = b.tried(); !strings.Contains(x.Trouble, "no longer lets Gave read") || x.Next != nil {
			t.Errorf("refused: %q, next %v", x.Trouble, x.Next)
		}
		asked := p.count("/oauth/token")
		if err := a.Source.RunDue(ctx); err != nil || p.count("/oauth/token") != asked {
			t.Errorf("it is asked in vain: %v", err)
		}
		p.set(nil)
		again := func(name string) error {
			t.Helper()
			begun := begin(source.ConnectInput{Provider: "other", Source: b.key})
			_, err := a.Source.Finish(ctx, v, p.browse(t, begun.Address, name))
			return err
		}
		code(t, "somebody else signs in", again("bea"), fault.Conflict)
		if err := again("anna"); err != nil {
			t.Fatal(err)
		}
		if x = b.run(); x.Trouble != "" || mails() != 4 {
			t.Errorf("signed in once more: %q, %d mails", x.Trouble, mails())
		}

		// A provider without codes says so; Google has none for mail.
		a.Source.ConnectBy("", []*oauth.Provider{oauth.NewGoogle("gave", "")})
		_, err = b.call("source.connect", map[string]string{"provider": "google", "code": "true"})
		code(t, "a code of Google", err, fault.Invalid)
		a.Source.ConnectBy("", []*oauth.Provider{team})
		// With a code, as on the command line: the same mailbox is the same source.
		got, err := b.call("source.connect", map[string]string{"provider": "other", "code": "true"})
		if err != nil {
			t.Fatal(err)
		}
		device := got.(source.Connecting)
		p.device(t, device.Code, "anna")
		if got, err = b.call("source.finish", map[string]string{"connecting": device.Connecting.String()}); err != nil {
			t.Fatal(err)
		}
		if x = got.(source.Source); x.ID != b.key || x.Trouble != "" {
			t.Errorf("with a code: %+v", x)
		}

		// Removed, it opens nothing any more. (This provider does not note which program a code was for, and so revokes
		// nothing that was given for one.)
		if err := again("anna"); err != nil {
			t.Fatal(err)
		}
		last := p.given("refresh_token")
		if _, err := b.call("source.remove", map[string]string{"source": b.key.String()}); err != nil {
			t.Fatal(err)
		}
		if said := p.post(t, "/oauth/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {last},
		}); !strings.Contains(said, "invalid_grant") {
			t.Errorf("a removed source still opens the mailbox: %s", said)
		}
		if n := rows(t, a.DB, `select count(*) from source`); n != 0 {
			t.Errorf("%d sources stay", n)
		}
	})
}

// code says whether an error is of a kind.
func code(t *testing.T, name string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); err == nil || got != want {
		t.Errorf("%s: %v is %v, want %v", name, err, got, want)
	}
}

// tried reads the source once, whatever comes of it.
func (b books) tried() source.Source {
	b.t.Helper()
	if err := b.app.Source.Run(context.Background(), b.v, b.key); err != nil {
		b.t.Fatal(err)
	}
	x, err := b.app.Source.Show(context.Background(), b.v, b.key)
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

// Whatever a provider does, it is said in words, nothing is kept of it, and no mailbox is read.
func TestProvidersThatMisbehave(t *testing.T) {
	p := newMailProvider(t)
	a, v := opened(t, "")
	a.Source.Trust(loopback)
	set := func(issuer string) {
		a.Source.ConnectBy("", []*oauth.Provider{
			oauth.NewOther(issuer, "gave", oauthSecret, "Team", says(t, nil), nil),
		})
	}
	ctx := context.Background()
	set(p.url)
	given := func(name string, value any) func(string, map[string]any) int {
		return func(_ string, answer map[string]any) int {
			if answer["access_token"] != nil {
				answer[name] = value
			}
			return 0
		}
	}
	for name, c := range map[string]struct {
		want  string
		twist func(path string, answer map[string]any) int
	}{
		"gives nothing that lasts":    {"no permission that lasts", given("refresh_token", "")},
		"ends a line in a token":      {"cannot be understood", given("access_token", "x\r\ng9 LOGOUT")},
		"says something else in one":  {"cannot be understood", given("access_token", "x\x01user=eva")},
		"gives a token of 20 kB":      {"cannot be understood", given("access_token", strings.Repeat("x", 20<<10))},
		"gives a token of 2 MB":       {"does not answer", given("access_token", strings.Repeat("x", 2<<20))},
		"gives another kind of token": {"cannot be understood", given("token_type", "mac")},
		"gives none":                  {"does not answer", given("access_token", "")},
		"does not know this Gave":     {"does not know this Gave", refuses("invalid_client", 401)},
		"forgot the sign-in":          {"no longer knows of this sign-in", refuses("invalid_grant", 400)},
		"sends elsewhere":             {"does not answer", refuses("", 307)},
		"says a word that nobody has": {"(ipsy)", refuses("<i>psy", 400)},
	} {
		p.set(nil)
		begun, err := a.Source.Begin(ctx, v, source.ConnectInput{Provider: "other"}, "https://gave.example")
		if err != nil {
			t.Fatal(err)
		}
		back := p.browse(t, begun.Address, "anna")
		p.set(c.twist)
		if _, err := a.Source.Finish(ctx, v, back); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	p.set(nil)
	begun, err := a.Source.Begin(ctx, v, source.ConnectInput{Provider: "other"}, "https://gave.example")
	if err != nil {
		t.Fatal(err)
	}
	back := p.browse(t, begun.Address, "anna")
	mixed := back
	mixed.Issuer = "https://evil.example"
	_, err = a.Source.Finish(ctx, v, mixed)
	code(t, "an answer of somebody else", err, fault.Unauthenticated)
	_, err = a.Source.Finish(ctx, v, source.Back{State: back.State, Wrong: "access_denied"})
	code(t, "after that", err, fault.Unauthenticated)
	for name, twist := range map[string]func(answer map[string]any){
		"calls itself by another address": func(answer map[string]any) { answer["issuer"] = "https://evil.example" },
		"wants secrets in the open": func(answer map[string]any) {
			answer["token_endpoint"] = "http://192.0.2.1/token"
		},
		"wants them nowhere": func(answer map[string]any) { answer["token_endpoint"] = "" },
	} {
		set(p.url)
		p.set(func(path string, answer map[string]any) int {
			if strings.HasPrefix(path, "/.well-known/") {
				twist(answer)
			}
			return 0
		})
		_, err := a.Source.Begin(ctx, v, source.ConnectInput{Provider: "other"}, "https://gave.example")
		code(t, name, err, fault.Unavailable)
	}
	if n := rows(t, a.DB, `select count(*) from source`); n != 0 {
		t.Errorf("%d sources are kept", n)
	}
}

func refuses(word string, status int) func(string, map[string]any) int {
	return func(path string, answer map[string]any) int {
		if path != "/oauth/token" {
			return 0
		}
		clear(answer)
		if word != "" {
			answer["error"] = word
		}
		return status
	}
}

// A token that ends while a mailbox is read: the server breaks off, and what was not read comes with another token. In
// a server that takes none, and says so, three tries are enough.
func TestATokenThatEndsInTheMiddle(t *testing.T) {
	p := newMailProvider(t)
	p.set(func(_ string, answer map[string]any) int {
		if answer["expires_in"] != nil {
			answer["expires_in"] = 1
		}
		return 0
	})
	lets := map[string]string{
		"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%s OK\r\n", "AUTHENTICATE XOAUTH2": "+ \r\n",
		"SASL": "%s OK in\r\n",
	}
	breaks, never := maps.Clone(lets), maps.Clone(lets)
	breaks["UID FETCH"] = "HANG"
	never["SASL"] = "%s NO [AUTHENTICATIONFAILED] no\r\n"
	ctx := context.Background()
	a, v := opened(t, "")
	a.Source.Trust(loopback)
	set := func(scripts ...map[string]string) {
		a.Source.ConnectBy("", []*oauth.Provider{
			oauth.NewOther(p.url, "gave", oauthSecret, "Team", saysInTurn(t, scripts...), nil),
		})
	}
	set(lets, breaks, lets)
	begun, err := a.Source.Begin(ctx, v, source.ConnectInput{Provider: "other"}, "https://gave.example")
	if err != nil {
		t.Fatal(err)
	}
	b := books{t: t, app: a, v: v}
	if b.key, err = a.Source.Finish(ctx, v, p.browse(t, begun.Address, "anna")); err != nil {
		t.Fatal(err)
	}
	a.Source.Patience = 1100 * time.Millisecond
	if x := b.tried(); x.Trouble != "" || rows(t, a.DB, `select count(*) from interaction`) != 1 {
		t.Errorf("%q, and %d mails", x.Trouble, rows(t, a.DB, `select count(*) from interaction`))
	}
	set(never)
	for i := range 3 {
		if x := b.tried(); !strings.Contains(x.Trouble, "does not let Gave in") || (x.Next == nil) != (i == 2) {
			t.Errorf("%d: %q, next %v", i, x.Trouble, x.Next)
		}
	}
}
