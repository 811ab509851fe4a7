package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
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

// desk is a server over HTTP with an owner who has a token and a browser.
type desk struct {
	t       *testing.T
	app     *app.App
	url     string
	owner   op.Viewer
	token   string
	session string
}

func openDesk(t *testing.T, database, data string) *desk {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Database: database, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.New(a, "test").Handler())
	t.Cleanup(func() { web.Close(); a.Close() })
	d := &desk{t: t, app: a, url: web.URL}
	if d.owner, err = a.Account.Local(ctx, locale.English); err != nil {
		t.Fatal(err)
	}
	token, err := a.Account.MakeToken(ctx, d.owner, account.TokenInput{Name: "desk", Scope: "govern"})
	if err != nil {
		t.Fatal(err)
	}
	d.token = token.Secret
	return d
}

// enter gives the desk the session of a browser, of a member of its own.
func (d *desk) enter(role op.Role, email string) {
	d.t.Helper()
	link, err := d.app.Account.Invite(context.Background(), d.owner, role)
	if err == nil {
		d.session, err = d.app.Account.Accept(context.Background(), link, "Member", email, secret, "")
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

type reply struct {
	status int
	head   http.Header
	body   string
}

func (r reply) field(t *testing.T, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.body), &fields); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	return fmt.Sprint(fields[name])
}

// ask sends a request of a program; heads are pairs of a name and a value.
func (d *desk) ask(method, path, body string, heads ...string) reply {
	d.t.Helper()
	r, err := http.NewRequest(method, d.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	return d.send(r)
}

func (d *desk) send(r *http.Request) reply {
	d.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		d.t.Error(err)
		return reply{}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Error(err)
	}
	return reply{answer.StatusCode, answer.Header, string(body)}
}

// form sends a form of the browser, or gets a page when there are no fields.
func (d *desk) form(path string, fields url.Values) reply {
	d.t.Helper()
	method, body := http.MethodPost, fields.Encode()
	if fields == nil {
		method = http.MethodGet
	}
	r, err := http.NewRequest(method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: account.SessionCookie, Value: d.session})
	if fields != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return d.send(r)
}

func count(t *testing.T, d *db.DB, query string, args ...any) int {
	t.Helper()
	n, err := db.Value[int](context.Background(), d, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// hidden returns the value of a hidden field of a page, of the last form that has it.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="`+name+`" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(found) == 0 {
		t.Fatalf("no field %s in the page", name)
	}
	return found[len(found)-1][1]
}

// A request that is sent again with its key is done once and answered the same, also at once, and after the server was
// started again.
func TestTheSameKeyIsDoneOnce(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		data := t.TempDir()
		d := openDesk(t, address, data)
		if r := d.ask("POST", "/people", `{"name":"Anna Arends"}`); r.status != http.StatusOK {
			t.Fatal(r)
		}
		const line = `{"text":"lunch @anna gisteren"}`
		var mu sync.Mutex
		bodies := map[string]int{}
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				r := d.ask("POST", "/capture", line, "Idempotency-Key", `"one"`)
				mu.Lock()
				defer mu.Unlock()
				bodies[fmt.Sprint(r.status, r.body)]++
			})
		}
		group.Wait()
		if len(bodies) != 1 {
			t.Errorf("ten answers are %d different ones: %v", len(bodies), bodies)
		}
		if n := count(t, d.app.DB, `select count(*) from interaction`); n != 1 {
			t.Errorf("%d lunches", n)
		}
		again := openDesk(t, address, data)
		again.token = d.token
		r := again.ask("POST", "/capture", line, "Idempotency-Key", "one")
		if _, ok := bodies[fmt.Sprint(r.status, r.body)]; !ok || r.head.Get("Idempotency-Replayed") != "true" ||
			count(t, d.app.DB, `select count(*) from interaction`) != 1 {
			t.Errorf("after a start: %v", r)
		}
		if r := d.ask("POST", "/capture", `{"text":"lunch @anna vandaag"}`,
			"Idempotency-Key", "one"); r.status != http.StatusUnprocessableEntity ||
			r.field(t, "code") != "invalid" {
			t.Errorf("another request with the key: %v", r)
		}
		if r := d.ask("POST", "/people/anna/notes", line,
			"Idempotency-Key", "one"); r.status != http.StatusUnprocessableEntity {
			t.Errorf("another operation with the key: %v", r)
		}
		if r := d.ask("POST", "/capture", `{"nothing":1}`,
			"Idempotency-Key", "one"); r.status != http.StatusBadRequest {
			t.Errorf("a wrong request with the key: %v", r)
		}
		// A failure that is final is an answer too; so is nothing.
		first := d.ask("POST", "/people/nobody/tags", `{"tags":["x"]}`, "Idempotency-Key", "two")
		second := d.ask("POST", "/people/nobody/tags", `{"tags":["x"]}`, "Idempotency-Key", "two")
		if first.status != http.StatusNotFound || second.body != first.body || second.status != first.status ||
			second.head.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v\n%v", first, second)
		}
		for range 2 {
			if r := d.ask("POST", "/people/anna/tags", `{"tags":["chess"]}`,
				"Idempotency-Key", "three"); r.status != http.StatusNoContent ||
				r.body != "" {
				t.Errorf("tag: %v", r)
			}
		}
		// Keys are one's own.
		other := *d
		other.enter(op.Member, "second@example.org")
		v, err := d.app.Account.Session(context.Background(), other.session)
		if err != nil {
			t.Fatal(err)
		}
		token, err := d.app.Account.NewToken(context.Background(), v, "theirs", 0)
		if err != nil {
			t.Fatal(err)
		}
		other.token = token.Secret
		if r := other.ask("POST", "/people", `{"name":"Bea Bos"}`,
			"Idempotency-Key", "one"); r.status != http.StatusOK ||
			r.head.Get("Idempotency-Replayed") != "" {
			t.Errorf("another member with the same key: %v", r)
		}
		// After a day the key is free again.
		if _, err := d.app.DB.ExecContext(context.Background(), `update answered set at = at - $1`,
			int64(25*3600*1e6)); err != nil {
			t.Fatal(err)
		}
		if r := d.ask("POST", "/capture", line, "Idempotency-Key", "one"); r.status != http.StatusOK ||
			count(t, d.app.DB, `select count(*) from interaction`) != 2 {
			t.Errorf("a day later: %v", r)
		}
		for _, key := range []string{"", strings.Repeat("x", 201), "é"} {
			if r := d.ask("POST", "/people", `{"name":"Carla"}`,
				"Idempotency-Key", key); r.status != http.StatusBadRequest {
				t.Errorf("the key %q: %v", key, r)
			}
		}
	})
}

// Answers are kept sealed: a secret that is shown once stands nowhere in the database, and neither do names.
func TestAnswersAreSealed(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	first := d.ask("POST", "/invitations", `{"role":"member"}`, "Idempotency-Key", "one")
	second := d.ask("POST", "/invitations", `{"role":"member"}`, "Idempotency-Key", "one")
	if first.status != http.StatusOK || first.body != second.body {
		t.Fatalf("%v\n%v", first, second)
	}
	kept, err := db.Values[[]byte](context.Background(), d.app.DB, `select body from answered`)
	if err != nil || len(kept) != 1 {
		t.Fatal(len(kept), err)
	}
	for _, word := range []string{first.field(t, "secret"), "secret"} {
		if strings.Contains(string(kept[0]), word) {
			t.Errorf("the database holds %q", word)
		}
	}
}

// What takes long is done once as well: while it is being done the second hears so, and afterwards gets its answer.
func TestTheSameKeyOfWhatTakesLong(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		d := openDesk(t, address, t.TempDir())
		var mu sync.Mutex
		status := map[int]int{}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				r := d.ask("POST", "/rebuild", `{}`, "Idempotency-Key", "one")
				mu.Lock()
				defer mu.Unlock()
				status[r.status]++
			})
		}
		group.Wait()
		if status[http.StatusOK] < 1 || status[http.StatusOK]+status[http.StatusConflict] != 8 {
			t.Errorf("%v", status)
		}
		if r := d.ask("POST", "/rebuild", `{}`, "Idempotency-Key", "one"); r.status != http.StatusOK ||
			r.head.Get("Idempotency-Replayed") != "true" {
			t.Errorf("afterwards: %v", r)
		}
		// One that was broken off long ago may be done again.
		if _, err := d.app.DB.ExecContext(context.Background(), `update answered set status = 0, at = at - $1`,
			int64(11*60*1e6)); err != nil {
			t.Fatal(err)
		}
		if r := d.ask("POST", "/rebuild", `{}`, "Idempotency-Key", "one"); r.status != http.StatusOK ||
			r.head.Get("Idempotency-Replayed") != "" {
			t.Errorf("after one that was broken off: %v", r)
		}
	})
}

// What can be edited has an ETag, and an edit with an old one changes nothing.
func TestChangedMeanwhile(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		d := openDesk(t, address, t.TempDir())
		person := d.ask("POST", "/people", `{"name":"Anna Arends"}`).field(t, "id")
		gift := d.ask("POST", "/gifts", `{"body":"a tip","to":["`+person+`"]}`).field(t, "gift")
		ask := d.ask("POST", "/asks", `{"text":"Who knows a printer?","audience":"space"}`).field(t, "id")
		goal := d.ask("POST", "/power/goals", `{"title":"A fair","item":["skill: printing"]}`).field(t, "id")
		for _, c := range []struct{ show, method, change, body, other string }{
			{"/people/" + person, "PATCH", "/people/" + person, `{"place":"Utrecht"}`, `{"place":"Zwolle"}`},
			{"/people/" + person, "POST", "/people/" + person + "/tags", `{"tags":["chess"]}`, `{"tags":["go"]}`},
			{"/people/" + person, "POST", "/people/" + person + "/dates", `{"day":"05-03"}`, `{"day":"05-04"}`},
			{"/gifts/" + gift, "PATCH", "/gifts/" + gift, `{"body":"a better tip"}`, `{"body":"the best tip"}`},
			{
				"/asks/" + ask, "POST", "/asks/" + ask + "/asked", `{"person":"` + person + `"}`,
				`{"person":"Anna Arends"}`,
			},
			{
				"/power/goals/" + goal, "POST", "/power/goals/" + goal + "/state", `{"state":"reached"}`,
				`{"state":"open"}`,
			},
			{
				"/colleagues/chart", "POST", "/colleagues/chart", `{"file":"person,department\nAnna Arends,A\n"}`,
				`{"file":"person,department\nAnna Arends,B\n"}`,
			},
			{"/profile", "PATCH", "/profile", `{"name":"One"}`, `{"name":"Two"}`},
		} {
			shown := d.ask("GET", c.show, "")
			tag := shown.head.Get("ETag")
			if shown.status != http.StatusOK || len(tag) < 10 {
				t.Errorf("%s: %d, ETag %q %s", c.show, shown.status, tag, shown.body)
				continue
			}
			if again := d.ask("GET", c.show, "").head.Get("ETag"); again != tag {
				t.Errorf("%s: nothing changed, and the ETag is another", c.show)
			}
			first := d.ask(c.method, c.change, c.body, "If-Match", tag)
			if first.status >= 300 {
				t.Errorf("%s with the right ETag: %v", c.change, first)
			}
			if now := d.ask("GET", c.show, "").head.Get("ETag"); now == tag || now != first.head.Get("ETag") {
				t.Errorf(
					"%s: ETag %s after the change, which said %s; before %s",
					c.change,
					now,
					first.head.Get("ETag"),
					tag,
				)
			}
			before := d.ask("GET", c.show, "")
			stale := d.ask(c.method, c.change, c.other, "If-Match", tag)
			if stale.status != http.StatusPreconditionFailed || stale.field(t, "code") != "changed" {
				t.Errorf("%s with an old ETag: %v", c.change, stale)
			}
			if after := d.ask("GET", c.show, ""); after.head.Get("ETag") != before.head.Get("ETag") {
				t.Errorf("%s changed something all the same", c.change)
			}
			if r := d.ask(c.method, c.change, c.other, "If-Match", `"x", `+before.head.Get("ETag")); r.status >= 300 {
				t.Errorf("%s with one of two ETags: %v", c.change, r)
			}
			if r := d.ask(c.method, c.change, c.body); r.status >= 300 {
				t.Errorf("%s without: %v", c.change, r)
			}
		}
		if r := d.ask("DELETE", "/gifts/"+gift, "", "If-Match", `"old"`); r.status != http.StatusPreconditionFailed {
			t.Errorf("a gift is removed with an old ETag: %v", r)
		}
		if r := d.ask("DELETE", "/gifts/"+gift, "", "If-Match", "*"); r.status != http.StatusNoContent {
			t.Errorf("a gift is not removed: %v", r)
		}
	})
}

// A form that is sent twice is done once; gone back to and changed it is another one.
func TestFormsAreDoneOnce(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		d := openDesk(t, address, t.TempDir())
		d.enter(op.Member, "member@example.org")
		page := d.form("/people/new", nil)
		fields := url.Values{
			"once":  {hidden(t, page.body, "once")},
			"name":  {"Anna Arends"},
			"email": {"anna@example.org"},
		}
		var mu sync.Mutex
		places := map[string]int{}
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				r := d.form("/people/new", fields)
				mu.Lock()
				defer mu.Unlock()
				places[fmt.Sprint(r.status, r.head.Get("Location"))]++
			})
		}
		group.Wait()
		if len(places) != 1 || count(t, d.app.DB, `select count(*) from person where name = 'Anna Arends'`) != 1 {
			t.Errorf("%v", places)
		}
		key := slices.Collect(maps.Keys(places))[0]
		address = strings.TrimPrefix(key, "303")
		fields.Set("name", "Bea Bos")
		fields.Set("email", "bea@example.org")
		if r := d.form("/people/new", fields); r.status != http.StatusSeeOther || r.head.Get("Location") == address {
			t.Errorf("gone back to and changed: %v", r)
		}

		// Two look at a person; the second to store sees what changed, beside what was typed.
		shown := d.form(address, nil)
		edit := func(place string) url.Values {
			return url.Values{
				"do": {
					"edit",
				}, "name": {"Anna Arends"},
				"place": {place}, "version": {hidden(t, shown.body, "version")}, "once": {"key of " + place},
			}
		}
		if r := d.form(address, edit("Utrecht")); r.status != http.StatusSeeOther {
			t.Errorf("the first: %v", r)
		}
		r := d.form(address, edit("Zwolle"))
		for _, words := range []string{"This was changed meanwhile.", `value="Zwolle"`, "Stored now: Utrecht"} {
			if r.status != http.StatusPreconditionFailed || !strings.Contains(r.body, words) {
				t.Errorf("the second, status %d, does not say %q", r.status, words)
			}
		}
		shown = r
		if r := d.form(address, edit("Zwolle")); r.status != http.StatusSeeOther {
			t.Errorf("once more, from what is stored now: %v", r)
		}
		if n := count(t, d.app.DB, `select count(*) from person where place = 'Zwolle'`); n != 1 {
			t.Errorf("%d people live in Zwolle", n)
		}

		// The same of a gift.
		if r := d.form("/give", url.Values{"body": {"a tip"}, "people": {"Bea Bos"}}); r.status != http.StatusSeeOther {
			t.Fatalf("give: %v", r)
		}
		gift := regexp.MustCompile(`/give\?edit=([0-9a-f-]+)`).FindStringSubmatch(d.form("/give", nil).body)
		if gift == nil {
			t.Fatal("no gift to change")
		}
		shown = d.form("/give?edit="+gift[1], nil)
		change := func(body string) url.Values {
			return url.Values{
				"gift":        {gift[1]},
				"edit-body":   {body},
				"edit-kind":   {"tip"},
				"edit-people": {"Bea Bos"},
				"version":     {hidden(t, shown.body, "version")},
			}
		}
		if r := d.form("/give/edit", change("a better tip")); r.status != http.StatusSeeOther {
			t.Errorf("the first change of a gift: %v", r)
		}
		if r := d.form("/give/edit", change("another tip")); r.status != http.StatusPreconditionFailed ||
			!strings.Contains(r.body, `value="another tip"`) {
			t.Errorf("the second change of a gift: %v", r)
		}
	})
}

// A tool that is called again with its key is done once as well.
func TestToolsAreDoneOnce(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	tool := func(name, arguments string) string {
		t.Helper()
		r, err := http.NewRequest("POST", d.url+"/mcp", strings.NewReader(
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"`+name+`","arguments":`+arguments+`}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+d.token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		return d.send(r).body
	}
	if out := tool("people_add", `{"name":"Anna Arends"}`); !strings.Contains(out, "Anna Arends") {
		t.Fatal(out)
	}
	first := tool("people_note", `{"person":"anna","text":"likes chess","idempotency_key":"one"}`)
	second := tool("people_note", `{"person":"anna","text":"likes chess","idempotency_key":"one"}`)
	if first != second || !strings.Contains(first, `\"note\"`) || count(t, d.app.DB, `select count(*) from note`) != 1 {
		t.Errorf("%s\n%s", first, second)
	}
	if out := tool("people_note", `{"person":"anna","text":"likes go","idempotency_key":"one"}`); !strings.Contains(
		out,
		"another request",
	) {
		t.Errorf("another note with the key: %s", out)
	}
	if out := tool("people_note", `{"person":"anna","text":"likes go","idempotency_key":7}`); !strings.Contains(
		out,
		"idempotency_key",
	) ||
		!strings.Contains(out, "usage") {
		t.Errorf("a key that is a number: %s", out)
	}
}
