package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/server"
)

const (
	gateBase = "https://gave.example"
	callback = "http://127.0.0.1:4711/callback"
	verifier = "a-verifier-of-at-least-forty-three-letters-and-digits"
)

// gate is a server that assistants ask to be let in to, of two nodes on PostgreSQL, of which each answers in turn.
type gate struct {
	t       *testing.T
	app     *app.App
	nodes   []string
	host    string // by which the nodes are called; empty for their own address
	turn    int
	session string // of the member's browser
	owner   op.Viewer
}

func openGate(t *testing.T, database string) *gate {
	t.Helper()
	g, data := &gate{t: t, host: "gave.example"}, t.TempDir()
	nodes := 1
	if strings.HasPrefix(database, "postgres") {
		nodes = 2
	}
	for range nodes {
		a, err := app.Open(t.Context(), app.Config{Database: database, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		s := server.New(a, "test")
		if s.Front, err = server.NewFront(gateBase, nil); err != nil {
			t.Fatal(err)
		}
		web := httptest.NewServer(s.Handler())
		t.Cleanup(func() { web.Close(); a.Close() })
		g.app, g.nodes = a, append(g.nodes, web.URL)
	}
	var err error
	if g.owner, err = g.app.Account.Local(t.Context(), locale.English); err != nil {
		t.Fatal(err)
	}
	g.session = g.member("barbara@example.org")
	return g
}

// member makes a member and returns the session of their browser.
func (g *gate) member(email string) string {
	g.t.Helper()
	link, err := g.app.Account.Invite(g.t.Context(), g.owner, op.Member)
	if err != nil {
		g.t.Fatal(err)
	}
	session, err := g.app.Account.Accept(g.t.Context(), link, "Member", email, secret, "")
	if err != nil {
		g.t.Fatal(err)
	}
	return session
}

// send sends a request to the node whose turn it is; heads are pairs of a name and a value.
func (g *gate) send(method, path, kind, body string, heads ...string) reply {
	g.t.Helper()
	g.turn++
	r, err := http.NewRequest(method, g.nodes[g.turn%len(g.nodes)]+path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Host = g.host
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r) // follows nothing
	if err != nil {
		g.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

func (g *gate) form(path string, fields url.Values, heads ...string) reply {
	g.t.Helper()
	return g.send(http.MethodPost, path, "application/x-www-form-urlencoded", fields.Encode(), heads...)
}

func cookieOf(session string) []string { return []string{"Cookie", "__Host-gave_session=" + session} }

// registers registers a client and returns what it is known by.
func (g *gate) registers(redirects ...string) string {
	g.t.Helper()
	body, _ := json.Marshal(map[string]any{"client_name": "Tester", "redirect_uris": redirects})
	got := g.send(http.MethodPost, "/oauth/register", "application/json", string(body))
	if got.status != http.StatusCreated {
		g.t.Fatalf("not registered: %d %s", got.status, got.body)
	}
	return got.field(g.t, "client_id")
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// asking is a right request of a client; pairs change it, and an empty value leaves one out.
func asking(client string, pairs ...string) url.Values {
	q := url.Values{
		"response_type": {"code"}, "client_id": {client}, "redirect_uri": {callback}, "state": {"a state"},
		"code_challenge": {challengeOf(verifier)}, "code_challenge_method": {"S256"}, "scope": {"read write"},
		"resource": {gateBase + "/mcp"},
	}
	for i := 0; i < len(pairs); i += 2 {
		if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return q
}

// asks shows the page on which the member is asked.
func (g *gate) asks(q url.Values) reply {
	g.t.Helper()
	return g.send(http.MethodGet, "/oauth/authorize?"+q.Encode(), "", "", cookieOf(g.session)...)
}

var askedField = regexp.MustCompile(`name="asked" value="([^"]+)"`)

// sealed is what the form on the page holds.
func (g *gate) sealed(page reply) string {
	g.t.Helper()
	found := askedField.FindStringSubmatch(page.body)
	if found == nil {
		g.t.Fatalf("nothing is asked: %d %s", page.status, page.body)
	}
	return html.UnescapeString(found[1])
}

// says answers the page; the address to which the browser is sent comes back.
func (g *gate) says(q url.Values, fields ...string) (*url.URL, reply) {
	g.t.Helper()
	form := url.Values{"asked": {g.sealed(g.asks(q))}, "answer": {"yes"}, "scope": {"write"}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	got := g.form("/oauth/authorize", form, cookieOf(g.session)...)
	to, err := url.Parse(got.head.Get("Location"))
	if err != nil {
		g.t.Fatal(err)
	}
	return to, got
}

// code lets a client in and returns its code.
func (g *gate) code(client string, pairs ...string) string {
	g.t.Helper()
	to, got := g.says(asking(client, pairs...))
	if got.status != http.StatusSeeOther || to.Query().Get("code") == "" {
		g.t.Fatalf("no code: %d %s %s", got.status, to, got.body)
	}
	return to.Query().Get("code")
}

// exchanges exchanges a code.
func (g *gate) exchanges(client, code string, pairs ...string) reply {
	g.t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {client}, "code": {code}, "redirect_uri": {callback},
		"code_verifier": {verifier}, "resource": {gateBase + "/mcp"},
	}
	for i := 0; i < len(pairs); i += 2 {
		if form.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			form.Del(pairs[i])
		}
	}
	return g.form("/oauth/token", form)
}

func (g *gate) refreshes(client, token string, pairs ...string) reply {
	g.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {client}, "refresh_token": {token}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return g.form("/oauth/token", form)
}

// enters asks for the tools with a token.
func (g *gate) enters(token string) reply {
	g.t.Helper()
	return g.send(http.MethodPost, "/mcp", "application/json",
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}`, "Authorization", "Bearer "+token, "Accept",
		"application/json, text/event-stream")
}

// refused says whether an answer is the error of this name.
func (g *gate) refused(what string, got reply, wanted string) {
	g.t.Helper()
	if got.status != http.StatusBadRequest || got.field(g.t, "error") != wanted {
		g.t.Errorf("%s: %d %s, want %s", what, got.status, got.body, wanted)
	}
}

func (g *gate) inside(what, token string, wanted bool) {
	g.t.Helper()
	if got := g.enters(token); (got.status == http.StatusOK) != wanted {
		g.t.Errorf("%s: %d, inside %v is wanted", what, got.status, wanted)
	}
}

// An assistant finds out how to be let in, is, goes on with new tokens, and is ended; each at another node.
func TestAnAssistantIsLetIn(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, database string) {
		g := openGate(t, database)
		away := g.enters("gave_assistant_made-up")
		challenge := away.head.Get("WWW-Authenticate")
		if away.status != http.StatusUnauthorized || !strings.Contains(challenge, `error="invalid_token"`) ||
			!strings.Contains(challenge, `resource_metadata="`+gateBase+`/.well-known/oauth-protected-resource/mcp"`) {
			t.Errorf("%d %s", away.status, challenge)
		}
		resource := g.send(http.MethodGet, "/.well-known/oauth-protected-resource/mcp", "", "")
		if resource.field(t, "resource") != gateBase+"/mcp" ||
			resource.field(t, "authorization_servers") != "["+gateBase+"]" {
			t.Errorf("%d %s", resource.status, resource.body)
		}
		about := g.send(http.MethodGet, "/.well-known/oauth-authorization-server", "", "")
		if about.field(t, "issuer") != gateBase || about.field(t, "code_challenge_methods_supported") != "[S256]" {
			t.Errorf("%d %s", about.status, about.body)
		}
		client := g.registers(callback)
		page := g.asks(asking(client))
		for _, want := range []string{
			"Tester", "Gave cannot check that", "127.0.0.1:4711", "device on which you read this",
			"barbara@example.org", "only look things up", "note, add and change", `value="read" checked`,
		} {
			if !strings.Contains(page.body, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if policy := page.head.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") ||
			!strings.Contains(policy, "form-action 'self' http://127.0.0.1:4711;") ||
			page.head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s", policy)
		}
		to, _ := g.says(asking(client), "scope", "read")
		if !strings.HasPrefix(to.String(), callback+"?") || to.Query().Get("state") != "a state" ||
			to.Query().Get("iss") != gateBase {
			t.Fatalf("sent to %s", to)
		}
		got := g.exchanges(client, to.Query().Get("code"))
		access, refresh := got.field(t, "access_token"), got.field(t, "refresh_token")
		if got.status != http.StatusOK || got.field(t, "scope") != "read" || got.field(t, "token_type") != "Bearer" ||
			got.head.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if tools := g.enters(access); !strings.Contains(tools.body, "use_reading_tool") ||
			strings.Contains(tools.body, "use_changing_tool") {
			t.Errorf("who may read is shown %s", tools.body)
		}
		// It opens what it was made for, and nothing else.
		if api := g.send(http.MethodGet, "/api/v1/people", "", "", "Authorization", "Bearer "+access); api.status !=
			http.StatusUnauthorized {
			t.Errorf("it opens the API: %d", api.status)
		}
		again := g.refreshes(client, refresh)
		g.inside("the newer token", again.field(t, "access_token"), true)
		v, err := g.app.Account.Session(t.Context(), g.session)
		if err != nil {
			t.Fatal(err)
		}
		list, err := g.app.OAuth.List(t.Context(), v)
		if err != nil || len(list) != 1 || list[0].Name != "Tester" || list[0].Home != "127.0.0.1:4711" ||
			list[0].Scope != "read" || list[0].Used == nil {
			t.Fatalf("%+v, %v", list, err)
		}
		settings := g.send(http.MethodGet, "/settings", "", "", cookieOf(g.session)...)
		if !strings.Contains(settings.body, "Tester") || !strings.Contains(settings.body, gateBase+"/mcp") {
			t.Error("the settings do not list it")
		}
		g.nothingIsReadable(access, refresh)
		end := g.form("/assistants/end", url.Values{"assistant": {list[0].ID.String()}}, cookieOf(g.session)...)
		if end.status != http.StatusSeeOther {
			t.Fatalf("%d %s", end.status, end.body)
		}
		g.inside("what was ended", again.field(t, "access_token"), false)
		g.refused("what was ended", g.refreshes(client, again.field(t, "refresh_token")), "invalid_grant")
		trail, err := g.app.Account.Trail(t.Context(), g.owner, account.TrailInput{Kind: "token", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, line := range trail.Trail {
			if strings.Contains(line.Detail, "Tester") {
				t.Errorf("the trail holds what the client says: %+v", line)
			}
			said = append(said, line.Action)
		}
		if strings.Join(said, " ") != "assistant.end assistant.use assistant.let" {
			t.Errorf("the trail says %q", said)
		}
	})
}

// nothingIsReadable says whether a secret stands in the database as it is.
func (g *gate) nothingIsReadable(secrets ...string) {
	g.t.Helper()
	for _, secret := range secrets {
		for _, column := range []string{"name", "client", "home", "resource", "agent"} {
			n, err := db.Value[int](g.t.Context(), g.app.DB, `select count(*) from oauth_grant where `+column+` like '%'
				|| $1 || '%'`, secret)
			if err != nil || n > 0 {
				g.t.Errorf("a secret stands in oauth_grant.%s, %v", column, err)
			}
		}
	}
	n, err := db.Value[int](g.t.Context(), g.app.DB, `select count(*) from oauth_secret where length(token) <> 32`)
	if err != nil || n > 0 {
		g.t.Errorf("%d secrets are no digest, %v", n, err)
	}
}

// What was stolen, guessed or made up opens nothing, and what was given to more than one ends.
func TestAttacksOnLettingIn(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, database string) {
		g := openGate(t, database)
		client, other := g.registers(callback), g.registers("http://127.0.0.1:4711/other", callback)

		code := g.code(client)
		first := g.exchanges(client, code)
		g.inside("the first", first.field(t, "access_token"), true)
		g.refused("a code twice", g.exchanges(client, code), "invalid_grant")
		g.inside("after a code was used twice", first.field(t, "access_token"), false)
		g.refused("after a code was used twice", g.refreshes(client, first.field(t, "refresh_token")), "invalid_grant")

		for what, wrong := range map[string][]string{
			"a wrong verifier":      {"code_verifier", verifier + "x"},
			"no verifier":           {"code_verifier", ""},
			"a short verifier":      {"code_verifier", "short"},
			"another redirect":      {"redirect_uri", "http://127.0.0.1:4711/other"},
			"another port":          {"redirect_uri", "http://127.0.0.1:4712/callback"},
			"no redirect":           {"redirect_uri", ""},
			"another client's code": {"client_id", other},
		} {
			code := g.code(client)
			g.refused(what, g.exchanges(client, code, wrong...), "invalid_grant")
			g.refused(what+", then right", g.exchanges(client, code), "invalid_grant")
		}
		code = g.code(client)
		g.refused("another resource", g.exchanges(client, code, "resource", "https://elsewhere.example/mcp"),
			"invalid_target")
		g.refused("no client", g.exchanges("", g.code(client)), "invalid_client")
		g.refused("a made-up client", g.exchanges("x", g.code(client)), "invalid_client")
		g.refused("a made-up code", g.exchanges(client, "gave_code_x"), "invalid_grant")
		g.refused("another way", g.form("/oauth/token", url.Values{
			"grant_type": {"password"}, "client_id": {client},
		}), "unsupported_grant_type")
		twice := "grant_type=authorization_code&client_id=" + client + "&client_id=" + other
		g.refused("a field twice", g.send(http.MethodPost, "/oauth/token", "application/x-www-form-urlencoded", twice),
			"invalid_request")
		g.refused("in the address", g.send(http.MethodPost, "/oauth/token?code=x", "application/x-www-form-urlencoded",
			twice), "invalid_request")

		code = g.code(client)
		g.expire("code")
		g.refused("an expired code", g.exchanges(client, code), "invalid_grant")

		// Tokens: of another kind, expired, taken by another client, for another address, used twice.
		got := g.exchanges(client, g.code(client))
		access, refresh := got.field(t, "access_token"), got.field(t, "refresh_token")
		g.inside("a refresh token", refresh, false)
		g.refused("a token to come in with", g.refreshes(client, access), "invalid_grant")
		g.refused("another resource", g.refreshes(client, refresh, "resource", "https://elsewhere.example"),
			"invalid_target")
		g.expire("access")
		g.inside("an expired token", access, false)
		got = g.refreshes(client, refresh)
		access, newer := got.field(t, "access_token"), got.field(t, "refresh_token")
		g.inside("a new token", access, true)
		if _, err := g.app.DB.ExecContext(t.Context(), `update oauth_grant set resource = $1`,
			"https://elsewhere.example/mcp"); err != nil {
			t.Fatal(err)
		}
		g.inside("a token for another address", access, false)
		if _, err := g.app.DB.ExecContext(t.Context(), `update oauth_grant set resource = $1`,
			gateBase+"/mcp"); err != nil {
			t.Fatal(err)
		}
		g.inside("the token again", access, true)
		g.refused("a refresh token twice", g.refreshes(client, refresh), "invalid_grant")
		g.inside("after a refresh token was used twice", access, false)
		g.refused("the newer one", g.refreshes(client, newer), "invalid_grant")
		got = g.exchanges(client, g.code(client))
		g.refused("another client's refresh token", g.refreshes(other, got.field(t, "refresh_token")), "invalid_grant")
		g.inside("after another client had it", got.field(t, "access_token"), false)

		// More than was given.
		to, _ := g.says(asking(client), "scope", "read")
		got = g.exchanges(client, to.Query().Get("code"))
		g.refused("more than was given", g.refreshes(client, got.field(t, "refresh_token"), "scope", "read write"),
			"invalid_scope")
		if _, refusal := g.says(asking(client, "scope", "read"), "scope", "write"); refusal.status !=
			http.StatusUnprocessableEntity {
			t.Errorf("more than was asked for is given: %d", refusal.status)
		}
		if _, refusal := g.says(asking(client), "scope", "govern"); refusal.status != http.StatusUnprocessableEntity {
			t.Errorf("what no assistant gets is given: %d", refusal.status)
		}

		// It may give back what it has, and others may not.
		got = g.exchanges(client, g.code(client))
		access, refresh = got.field(t, "access_token"), got.field(t, "refresh_token")
		g.form("/oauth/revoke", url.Values{"client_id": {other}, "token": {refresh}})
		g.inside("after another gave it back", access, true)
		if back := g.form("/oauth/revoke", url.Values{"client_id": {client}, "token": {refresh}}); back.status !=
			http.StatusOK {
			t.Errorf("%d %s", back.status, back.body)
		}
		g.inside("after it was given back", access, false)
		if back := g.form("/oauth/revoke", url.Values{"client_id": {client}, "token": {"x"}}); back.status !=
			http.StatusOK {
			t.Errorf("what is not known is not given back: %d", back.status)
		}
		g.atOnce(client)
	})
}

// atOnce has several exchange the same at once: one gets something at most, and it ends.
func (g *gate) atOnce(client string) {
	t := g.t
	t.Helper()
	got := g.exchanges(client, g.code(client))
	refresh := got.field(t, "refresh_token")
	var all sync.WaitGroup
	answers := make([]string, 6)
	for i := range answers {
		all.Go(func() {
			form := url.Values{
				"grant_type": {"refresh_token"}, "client_id": {client}, "refresh_token": {refresh},
			}
			r, _ := http.NewRequest(http.MethodPost, g.nodes[i%len(g.nodes)]+"/oauth/token",
				strings.NewReader(form.Encode()))
			r.Host = "gave.example"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			text, _ := io.ReadAll(answer.Body)
			answers[i] = string(text)
		})
	}
	all.Wait()
	given := 0
	for _, text := range answers {
		var out struct {
			Access string `json:"access_token"`
		}
		if json.Unmarshal([]byte(text), &out) == nil && out.Access != "" {
			given++
			g.inside("what one of several got", out.Access, false)
		}
	}
	if given > 1 {
		t.Errorf("%d got something: %q", given, answers)
	}
}

// expire has all of a kind end.
func (g *gate) expire(kind string) {
	g.t.Helper()
	if _, err := g.app.DB.ExecContext(g.t.Context(), `update oauth_secret set expires = 1 where kind = $1`,
		kind); err != nil {
		g.t.Fatal(err)
	}
}

// The page asks only for a client and an address that are known, sends nobody anywhere unasked, and takes an answer
// only from the browser that it asked.
func TestThePageOfLettingIn(t *testing.T) {
	g := openGate(t, "")
	client := g.registers(callback, "https://app.example/cb?tenant=1", "com.example.app:/cb")
	// Who is not signed in is asked for that first, and comes back with all that was asked.
	long := asking(client, "state", strings.Repeat("s", 1900))
	out := g.send(http.MethodGet, "/oauth/authorize?"+long.Encode(), "", "")
	to, err := url.Parse(out.head.Get("Location"))
	if err != nil || out.status != http.StatusSeeOther || to.Path != "/signin" {
		t.Fatalf("%d %s, %v", out.status, to, err)
	}
	in := g.form("/signin", url.Values{
		"email": {"barbara@example.org"}, "password": {secret}, "next": {to.Query().Get("next")},
	})
	if in.status != http.StatusSeeOther || in.head.Get("Location") != "/oauth/authorize?"+long.Encode() {
		t.Errorf("after signing in: %d %s", in.status, in.head.Get("Location"))
	}
	for what, pairs := range map[string][]string{
		"an unknown client":       {"client_id", "x"},
		"no client":               {"client_id", ""},
		"an address elsewhere":    {"redirect_uri", "https://evil.example/callback"},
		"no address":              {"redirect_uri", ""},
		"a longer path":           {"redirect_uri", callback + "/more"},
		"a query":                 {"redirect_uri", callback + "?x=1"},
		"a fragment":              {"redirect_uri", callback + "#x"},
		"another host":            {"redirect_uri", "http://localhost:4711/callback"},
		"a user":                  {"redirect_uri", "http://127.0.0.1:4711@evil.example/callback"},
		"another port elsewhere":  {"redirect_uri", "https://app.example:444/cb?tenant=1"},
		"a case":                  {"redirect_uri", "https://APP.example/cb?tenant=1"},
		"a dotted path":           {"redirect_uri", "http://127.0.0.1:4711/x/../callback"},
		"a very long state":       {"state", strings.Repeat("s", 2001)},
		"an encoded other origin": {"redirect_uri", "https://app.example%2f@evil.example/cb"},
	} {
		got := g.asks(asking(client, pairs...))
		if got.status < 400 || got.head.Get("Location") != "" || strings.Contains(got.body, `name="asked"`) ||
			strings.Contains(got.body, "evil.example") {
			t.Errorf("%s: %d to %q", what, got.status, got.head.Get("Location"))
		}
	}
	// What a known client asks wrongly it is told when the reader wants that.
	for wanted, pairs := range map[string][]string{
		"unsupported_response_type": {"response_type", "token"},
		"invalid_request":           {"code_challenge_method", "plain"},
		"invalid_request&":          {"code_challenge", ""},
		"invalid_request&iss":       {"code_challenge", verifier},
		"invalid_target":            {"resource", "https://elsewhere.example/mcp"},
	} {
		got := g.asks(asking(client, pairs...))
		if got.status != http.StatusBadRequest || got.head.Get("Location") != "" ||
			!strings.Contains(html.UnescapeString(got.body), callback+"?error="+wanted) {
			t.Errorf("%s: %d to %q", wanted, got.status, got.head.Get("Location"))
		}
	}
	twice := g.send(http.MethodGet, "/oauth/authorize?"+asking(client).Encode()+"&redirect_uri=https://evil.example/",
		"", "", cookieOf(g.session)...)
	if twice.status < 400 || strings.Contains(twice.body, `name="asked"`) {
		t.Errorf("a field twice: %d", twice.status)
	}
	// Right ones: any port on this device, and the others as they were registered.
	for _, address := range []string{
		"http://127.0.0.1:9/callback", "http://127.0.0.1/callback", "https://app.example/cb?tenant=1",
		"com.example.app:/cb",
	} {
		to, got := g.says(asking(client, "redirect_uri", address))
		if !strings.HasPrefix(to.String(), address) || to.Query().Get("code") == "" {
			t.Errorf("%s: %d to %s", address, got.status, to)
		}
		denied, _ := g.says(asking(client, "redirect_uri", address), "answer", "no")
		if !strings.HasPrefix(denied.String(), address) || denied.Query().Get("error") != "access_denied" ||
			denied.Query().Get("code") != "" || denied.Query().Get("state") != "a state" {
			t.Errorf("refused, %s is told %s", address, denied)
		}
	}
	// An answer is taken only from who was asked.
	asked := g.sealed(g.asks(asking(client)))
	yes := func(asked, session string, heads ...string) reply {
		return g.form("/oauth/authorize", url.Values{"asked": {asked}, "answer": {"yes"}, "scope": {"write"}},
			append(cookieOf(session), heads...)...)
	}
	again, err := g.app.Account.SignIn(t.Context(), "barbara@example.org", secret, "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]reply{
		"made up":                    yes("AAAA", g.session),
		"none":                       yes("", g.session),
		"changed":                    yes(asked[:20]+"A"+asked[21:], g.session),
		"of somebody else":           yes(asked, g.member("eve@example.org")),
		"of another session":         yes(asked, again),
		"of a page of another site":  yes(asked, g.session, "Sec-Fetch-Site", "cross-site"),
		"of a page of a neighbour":   yes(asked, g.session, "Sec-Fetch-Site", "same-site"),
		"of an origin that is other": yes(asked, g.session, "Origin", "https://evil.example"),
		"of nobody":                  yes(asked, ""),
	} {
		if to := got.head.Get("Location"); got.status < 400 || to != "" {
			t.Errorf("an answer %s: %d to %q", what, got.status, to)
		}
	}
	// A client may not call itself something that cannot be told from words of the page.
	body, _ := json.Marshal(map[string]any{
		"client_name": "Gave\u202e\n<b>Bank</b>\u200b" + strings.Repeat("x", 100), "redirect_uris": []string{callback},
	})
	named := g.send(http.MethodPost, "/oauth/register", "application/json", string(body))
	if name := named.field(t, "client_name"); strings.ContainsAny(name, "\u202e\u200b\n") || len([]rune(name)) > 60 {
		t.Errorf("it is called %q", name)
	}
	if page := g.asks(asking(named.field(t, "client_id"))); strings.Contains(page.body, "<b>Bank") {
		t.Error("the page shows what the client wrote as its own")
	}
}

// Whoever registers gets no room, and no address that leads to something else than a program or a page.
func TestRegistrationIsBounded(t *testing.T) {
	g := openGate(t, "")
	register := func(body string) reply {
		return g.send(http.MethodPost, "/oauth/register", "application/json", body)
	}
	for _, address := range []string{
		"http://app.example/cb", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://",
		"https:app.example", "https://app.example/cb#x", "https://u:p@app.example/cb", "//app.example/cb", "/cb", "",
		"ms-msdt:/id", "vbscript:x", "intent://x", "https://app.example\\@evil.example/", "https://ex ample.org/",
		"http://127.0.0.1.evil.example/cb", "http://localhost.evil.example/", "http://10.0.0.1/cb", "http://[fe80::1]/",
		"https://пример.example/cb", "JAVASCRIPT:x", "https://app.example/\ncb", "mailto:a@example.org", "x:", "blob:x",
		strings.Repeat("https://app.example/", 60),
	} {
		body, _ := json.Marshal(map[string]any{"redirect_uris": []string{address}})
		g.refused(address, register(string(body)), "invalid_redirect_uri")
	}
	for body, wanted := range map[string]string{
		"":                     "invalid_client_metadata",
		"[]":                   "invalid_client_metadata",
		`{"redirect_uris": 1}`: "invalid_client_metadata",
		"{}":                   "invalid_redirect_uri",
		`{"redirect_uris": ["https://a.example/"], "grant_types": ["client_credentials"]}`: "invalid_client_metadata",
		`{"redirect_uris": ["https://a.example/` + strings.Repeat("x", 20_000) + `"]}`:     "invalid_client_metadata",
	} {
		g.refused(body[:min(len(body), 40)], register(body), wanted)
	}
	count := func() int {
		n, err := db.Value[int](t.Context(), g.app.DB, `select count(*) from oauth_client`)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	// One network gets so many at once.
	taken := 0
	for range 30 {
		got := register(`{"redirect_uris": ["https://a.example/"]}`)
		if got.status == http.StatusCreated {
			taken++
		} else if got.status != http.StatusTooManyRequests || got.head.Get("Retry-After") == "" {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	if taken != 20 || count() != 20 {
		t.Errorf("%d were taken and %d are kept", taken, count())
	}
	// All networks together get a thousand, of which those that nobody let in go first.
	fill := func(age string) {
		if _, err := g.app.DB.ExecContext(t.Context(), `insert into oauth_client (known, name, redirects, created, used)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 980)
			select $1 || i, '', '[]', (select max(created) from oauth_client) - $2, 0 from n`, age,
			map[string]int64{"new": 0, "old": 2 * 3600e6}[age]); err != nil {
			t.Fatal(err)
		}
	}
	forgive := func() {
		if _, err := g.app.DB.ExecContext(t.Context(), `delete from throttle`); err != nil {
			t.Fatal(err)
		}
	}
	fill("new")
	forgive()
	if got := register(`{"redirect_uris": ["https://a.example/"]}`); got.status != http.StatusTooManyRequests ||
		count() != 1000 {
		t.Errorf("%d, and %d are kept", got.status, count())
	}
	if _, err := g.app.DB.ExecContext(t.Context(), `delete from oauth_client where known like 'new%'`); err != nil {
		t.Fatal(err)
	}
	fill("old")
	forgive()
	if got := register(`{"redirect_uris": ["https://a.example/"]}`); got.status != http.StatusCreated ||
		count() != 21 {
		t.Errorf("%d, and %d are kept", got.status, count())
	}
}

// Who is a member no more, got a new password, or was restored from a backup has no assistant inside; a member has
// those of one space only.
func TestAssistantsEndWithTheirMember(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, database string) {
		g, ctx := openGate(t, database), t.Context()
		client := g.registers(callback)
		let := func(pairs ...string) string {
			to, _ := g.says(asking(client), pairs...)
			return g.exchanges(client, to.Query().Get("code")).field(t, "access_token")
		}
		first := let()
		v, err := g.app.Account.Session(ctx, g.session)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.app.Account.ChangePassword(ctx, v, account.PasswordInput{
			Old: secret, New: "een ander lang wachtwoord",
		}); err != nil {
			t.Fatal(err)
		}
		g.inside("after a new password", first, false)
		own, err := g.app.Account.NewSpace(ctx, v, account.NewSpaceInput{Name: "Choir"})
		if err != nil {
			t.Fatal(err)
		}
		here, there := let(), let("space", own.String())
		if _, refusal := g.says(asking(client), "space", "019aa000-0000-7000-8000-000000000000"); refusal.status !=
			http.StatusNotFound {
			t.Errorf("let in to a space of others: %d", refusal.status)
		}
		if err := g.app.Account.SetRole(ctx, g.owner, v.Member, op.Guest); err != nil {
			t.Fatal(err)
		}
		capture := func(token string) string {
			return g.send(http.MethodPost, "/mcp", "application/json", `{"jsonrpc":"2.0","id":1,"method":"tools/call",
				"params":{"name":"capture","arguments":{"text":"lunch with Anna Arends yesterday"}}}`, "Authorization",
				"Bearer "+token, "Accept", "application/json, text/event-stream").body
		}
		if said := capture(here); !strings.Contains(said, "Your role in this space does not allow this") {
			t.Errorf("the assistant of a guest notes: %s", said)
		}
		if said := capture(there); !strings.Contains(said, "Anna") {
			t.Errorf("the assistant of an owner does not note: %s", said)
		}
		if err := g.app.Account.RemoveMember(ctx, g.owner, v.Member); err != nil {
			t.Fatal(err)
		}
		g.inside("of a removed member", here, false)
		g.inside("of the same account elsewhere", there, true)
		n, err := db.Value[int](ctx, g.app.DB, `select count(*) from oauth_grant where owner = $1`, v.Member)
		if err != nil || n > 0 {
			t.Errorf("%d are left, %v", n, err)
		}
	})
}

// The official clients are let in by the whole way: they find out how, register, lead a browser to the page, and come
// in with what they get; and come in again with a new token when the one they have is over.
func TestOfficialClientsAreLetIn(t *testing.T) {
	commands := map[string]func(t *testing.T) *exec.Cmd{
		"Python": func(t *testing.T) *exec.Cmd {
			return exec.Command(clientProgram(t, "python"), "testdata/let_in.py")
		},
		"TypeScript": func(t *testing.T) *exec.Cmd {
			if _, err := os.Stat("../../node_modules/@modelcontextprotocol"); err != nil {
				t.Skip("the client is not there: make test gets it from npm")
			}
			return exec.Command("node", "testdata/let_in.mjs")
		},
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			cmd, d := command(t), openDesk(t, "", t.TempDir())
			d.enter(op.Member, "barbara@example.org")
			// The program prints the address for the browser and reads where the browser is sent.
			var failed bytes.Buffer
			cmd.Args = append(cmd.Args, d.url+"/mcp")
			cmd.Stderr = &failed
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { cmd.Process.Kill(); cmd.Wait() }()
			lines := json.NewDecoder(out)
			var first struct{ Open string }
			if err := lines.Decode(&first); err != nil {
				t.Fatalf("%v: %s", err, failed.String())
			}
			g := &gate{t: t, app: d.app, nodes: []string{d.url}, session: d.session}
			to := g.browse(first.Open)
			if _, err := fmt.Fprintln(in, to); err != nil {
				t.Fatal(err)
			}
			var inside struct {
				Tools   []string
				Capture string
			}
			if err := lines.Decode(&inside); err != nil {
				t.Fatalf("%v: %s", err, failed.String())
			}
			if len(inside.Tools) != 20 || !strings.Contains(inside.Capture, "Anna") {
				t.Errorf("%+v", inside)
			}
			// Its token is over: it gets another by itself.
			before, err := db.Value[int](t.Context(), d.app.DB, `select count(*) from oauth_secret`)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.app.DB.ExecContext(context.Background(), `update oauth_secret set expires = 1
				where kind = 'access'`); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(in, "again")
			var again struct{ Tools int }
			if err := lines.Decode(&again); err != nil {
				t.Fatalf("%v: %s", err, failed.String())
			}
			after, err := db.Value[int](t.Context(), d.app.DB, `select count(*) from oauth_secret where kind = 'refresh'
				and used > 0`)
			if err != nil || again.Tools != 20 || after != 1 {
				t.Errorf("%d tools again; %d refresh tokens were used, of %d secrets, %v", again.Tools, after, before,
					err)
			}
		})
	}
}

// browse does what a browser and its reader do with the address that a client opens.
func (g *gate) browse(address string) string {
	g.t.Helper()
	visit := func(r *http.Request) reply {
		r.Header.Set("Cookie", "gave_session="+g.session)
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			g.t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return reply{answer.StatusCode, answer.Header, string(text)}
	}
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	asked := g.sealed(visit(r))
	form := url.Values{"asked": {asked}, "answer": {"yes"}, "scope": {"write"}}
	r, err = http.NewRequest(http.MethodPost, g.nodes[0]+"/oauth/authorize", strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := visit(r)
	if got.status != http.StatusSeeOther {
		g.t.Fatalf("%d %s", got.status, got.body)
	}
	return got.head.Get("Location")
}
