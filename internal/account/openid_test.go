package account_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	zitadel "github.com/zitadel/oidc/v3/pkg/op"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// staff are those whom the provider knows, by the names that they sign in with there.
type staff map[string]*storage.User

func (s staff) GetUserByID(key string) *storage.User        { return s[key] }
func (s staff) GetUserByUsername(name string) *storage.User { return s[name] }
func (staff) ExampleClientID() string                       { return storage.ServiceUserID }

func (s staff) add(name, email string, verified bool) {
	s[name] = &storage.User{
		ID: name, Username: name, Password: "verysecure", FirstName: "Test", LastName: name, Email: email,
		EmailVerified: verified,
	}
}

const (
	base         = "https://gave.example"
	openIDSecret = "a secret of two"
)

// provide starts the provider of zitadel/oidc on loopback, with the pages where people sign in there.
func provide(t *testing.T, people staff) string {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	client := storage.WebClient("gave", openIDSecret, base+"/signin/openid/back")
	handler = exampleop.SetupServer(server.URL, storage.NewStorageWithClients(people,
		map[string]*storage.Client{"gave": client}), nil, false, zitadel.WithAllowInsecure())
	return server.URL
}

// away follows a browser to the provider, where somebody signs in, until it comes back.
func away(t *testing.T, to, name string) account.Answer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var came *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), base) {
			came = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	answer, err := browser.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	at := answer.Request.URL
	request := at.Query().Get("authRequestID")
	if request == "" {
		t.Fatalf("the provider does not ask who it is: %s", at)
	}
	done, err := browser.PostForm(at.Scheme+"://"+at.Host+"/login/username",
		url.Values{"id": {request}, "username": {name}, "password": {"verysecure"}})
	if err != nil {
		t.Fatal(err)
	}
	defer done.Body.Close()
	if came == nil {
		t.Fatalf("%s did not come back: %s", name, done.Request.URL)
	}
	q := came.Query()
	return account.Answer{State: q.Get("state"), Code: q.Get("code"), Wrong: q.Get("error")}
}

// A team comes in by a real provider on loopback: who was invited, whose domain may, whose address is theirs.
func TestAProviderOfSignIns(t *testing.T) {
	people := staff{}
	for name, email := range map[string]string{
		"anna": "anna@example.org", "bea": "bea@elsewhere.example", "cas": "cas@team.example",
		"dirk": "dirk@team.example",
	} {
		people.add(name, email, name != "dirk")
	}
	at := provide(t, people)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		g := newGate(t, d)
		g.ProvideBy(account.Provider{
			Issuer: at, Client: "gave", Secret: openIDSecret, Name: "Team", Domains: []string{"team.example"},
		})
		enter := func(name string) (account.Entry, error) {
			t.Helper()
			to, secret, err := g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
			if err != nil {
				t.Fatal(err)
			}
			if q, _ := url.Parse(to); q.Query().Get("code_challenge_method") != "S256" || q.Query().Get("nonce") == "" {
				t.Errorf("asked without proof: %s", to)
			}
			return g.OpenIDIn(ctx, base, secret, away(t, to, name), g.visit)
		}
		// Whoever made the account may have typed somebody else's address.
		_, err := enter("anna")
		code(t, err, fault.Conflict)
		_, err = enter("bea")
		code(t, err, fault.Forbidden) // nobody invited her
		_, err = enter("dirk")
		code(t, err, fault.Forbidden) // the provider did not verify his address
		entry, err := enter("cas")
		if err != nil {
			t.Fatal(err)
		}
		cas := g.viewer(entry.Session)
		if cas.Role != op.Member || cas.Space != g.owner.Space {
			t.Errorf("%+v", cas)
		}
		if entry, err = enter("cas"); err != nil || g.viewer(entry.Session).Member != cas.Member {
			t.Errorf("the second time: %v", err)
		}
		if _, err := g.InviteTo(ctx, g.owner,
			account.Inviting{Role: op.Guest, Email: "bea@elsewhere.example"}); err != nil {
			t.Fatal(err)
		}
		if entry, err = enter("bea"); err != nil || g.viewer(entry.Session).Role != op.Guest {
			t.Errorf("invited: %v", err)
		}
		// Signed in, anna connects hers; not to what is connected with another.
		v := g.viewer(g.first)
		join := func(name string) error {
			t.Helper()
			to, secret, err := g.BeginOpenID(ctx, v, base, g.visit)
			if err != nil {
				t.Fatal(err)
			}
			answer := away(t, to, name)
			_, err = g.OpenIDIn(ctx, base, secret, answer, g.visit)
			code(t, err, fault.Unauthenticated) // what was begun to connect does not let in
			return g.Join(ctx, v, base, secret, answer)
		}
		code(t, join("cas"), fault.Conflict)
		if err := join("anna"); err != nil {
			t.Fatal(err)
		}
		if entry, err = enter("anna"); err != nil || g.viewer(entry.Session).Member != g.owner.Member {
			t.Errorf("connected: %v", err)
		}
		// Who was removed does not come back by themselves; a state of another browser counts for nothing; none
		// twice.
		if err := g.RemoveMember(ctx, v, cas.Member); err != nil {
			t.Fatal(err)
		}
		_, err = enter("cas")
		code(t, err, fault.Forbidden)
		to, secret, err := g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
		if err != nil {
			t.Fatal(err)
		}
		answer := away(t, to, "anna")
		_, other, err := g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.OpenIDIn(ctx, base, other, answer, g.visit)
		code(t, err, fault.Unauthenticated)
		if _, err = g.OpenIDIn(ctx, base, secret, answer, g.visit); err != nil {
			t.Error(err)
		}
		_, err = g.OpenIDIn(ctx, base, secret, answer, g.visit)
		code(t, err, fault.Unauthenticated)
		// Another way in is left when it is disconnected; the last is kept.
		if err := g.Part(ctx, v, at); err != nil {
			t.Error(err)
		}
		if trail := g.trail(); !strings.Contains(trail, "openid.join") || !strings.Contains(trail, "openid.member") ||
			!strings.Contains(trail, "192.0.2.0/24 openid") {
			t.Errorf("the trail: %s", trail)
		}
	})
}

// forger is a provider that signs whatever the test wants.
type forger struct {
	sync.Mutex
	key    *ecdsa.PrivateKey
	url    string
	claims map[string]any
	status int
}

func newForger(t *testing.T) *forger {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{key: key, status: http.StatusOK}
	tell := func(w http.ResponseWriter, what any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(what)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, map[string]any{
			"issuer": f.url, "authorization_endpoint": f.url + "/auth", "token_endpoint": f.url + "/token",
			"jwks_uri": f.url + "/keys", "id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		f.Lock()
		defer f.Unlock()
		if f.status != http.StatusOK {
			w.WriteHeader(f.status)
			return
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: f.key}, nil)
		if err != nil {
			t.Error(err)
			return
		}
		payload, _ := json.Marshal(f.claims)
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Error(err)
			return
		}
		raw, _ := signed.CompactSerialize()
		tell(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": raw})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// What a provider may say wrong is refused, and said in words.
func TestAProviderThatIsWrong(t *testing.T) {
	ctx := context.Background()
	g := newGate(t, dbtest.SQLite(t))
	f := newForger(t)
	p := account.Provider{Issuer: f.url, Client: "gave", Name: "Team", Domains: []string{"team.example"}}
	g.ProvideBy(p)
	good := func(nonce string) map[string]any {
		return map[string]any{
			"iss": f.url, "sub": "1", "aud": "gave", "nonce": nonce, "iat": g.now.Unix(),
			"exp": g.now.Add(time.Minute).Unix(), "email": "Eva@team.example", "email_verified": "true",
		}
	}
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const refused, forbidden = fault.Unauthenticated, fault.Forbidden
	for name, x := range map[string]struct {
		change func(map[string]any)
		want   fault.Code
		says   string
	}{
		"all is well":      {func(map[string]any) {}, "", ""},
		"another audience": {func(c map[string]any) { c["aud"] = "other" }, refused, "another program"},
		"two audiences": {func(c map[string]any) {
			c["aud"] = []string{"gave", "x"}
		}, refused, "another program"},
		"another nonce":  {func(c map[string]any) { c["nonce"] = "x" }, refused, "another sign-in"},
		"another issuer": {func(c map[string]any) { c["iss"] = "https://evil.example" }, refused, "not signed"},
		"expired": {func(c map[string]any) {
			c["exp"] = g.now.Add(-time.Hour).Unix()
		}, refused, "held until"},
		"a minute late":      {func(c map[string]any) { c["exp"] = g.now.Add(-time.Minute).Unix() }, "", ""},
		"the clock is ahead": {func(c map[string]any) { c["iat"] = g.now.Add(time.Hour).Unix() }, refused, "clock"},
		"not before":         {func(c map[string]any) { c["nbf"] = g.now.Add(time.Hour).Unix() }, refused, "clock"},
		"nobody":             {func(c map[string]any) { c["sub"] = "" }, refused, "who you are"},
		"not verified": {func(c map[string]any) {
			c["email_verified"], c["sub"] = false, "2"
		}, forbidden, "your own"},
		"no word on that": {func(c map[string]any) {
			delete(c, "email_verified")
			c["sub"] = "3"
		}, forbidden, "your own"},
		"a domain like it": {func(c map[string]any) {
			c["email"], c["sub"] = "eva@team.example.evil.example", "4"
		}, forbidden, "invited"},
		"the server fails": {func(map[string]any) { f.status = 500 }, fault.Unavailable, "answer"},
		"another key":      {func(map[string]any) { f.key = stranger }, refused, "not signed"},
	} {
		t.Run(name, func(t *testing.T) {
			to, secret, err := g.BeginOpenID(ctx, op.Viewer{}, base, account.Visit{From: "198.51.100.4"})
			if err != nil {
				t.Fatal(err)
			}
			asked, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			f.Lock()
			key := f.key
			f.claims = good(asked.Query().Get("nonce"))
			x.change(f.claims)
			f.Unlock()
			_, err = g.OpenIDIn(ctx, base, secret,
				account.Answer{State: asked.Query().Get("state"), Code: "x"}, g.visit)
			f.Lock()
			f.key, f.status = key, http.StatusOK
			f.Unlock()
			code(t, err, x.want)
			if x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)) {
				t.Errorf("it says %v, not %q", err, x.says)
			}
		})
	}
	// It says itself that somebody may not come in; and it is away.
	to, secret, err := g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
	if err != nil {
		t.Fatal(err)
	}
	asked, _ := url.Parse(to)
	_, err = g.OpenIDIn(ctx, base, secret,
		account.Answer{State: asked.Query().Get("state"), Wrong: "access_denied<script>"}, g.visit)
	code(t, err, fault.Unauthenticated)
	if err == nil || !strings.Contains(err.Error(), "(access_deniedscript)") {
		t.Error(err)
	}
	p.Issuer = "http://127.0.0.1:1"
	g.ProvideBy(p)
	_, _, err = g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
	code(t, err, fault.Unavailable)
	p.Issuer = f.url + "/"
	g.ProvideBy(p)
	_, _, err = g.BeginOpenID(ctx, op.Viewer{}, base, g.visit)
	code(t, err, fault.Unavailable)
}
