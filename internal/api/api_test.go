package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gave.network/internal/api"
	"gave.network/internal/api/apitest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// authenticate takes the role's name as the token, or as the cookie of a session.
func authenticate(r *http.Request) (op.Viewer, error) {
	name, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if cookie, err := r.Cookie("session"); err == nil && name == "" {
		name = cookie.Value
	}
	if name == "" {
		return op.Viewer{}, nil
	}
	role, ok := op.ParseRole(name)
	if !ok {
		return op.Viewer{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return op.Viewer{Account: id.New(), Role: role, Lang: "nl"}, nil
}

type face struct {
	*httptest.Server
	book *apitest.Book
	log  *bytes.Buffer
}

func open(t *testing.T) face {
	t.Helper()
	f := face{book: &apitest.Book{}, log: &bytes.Buffer{}}
	f.book.Add("Anna de Wit", "anna@example.org")
	f.book.Add("Bob Jansen")
	f.Server = httptest.NewServer(api.Handler(f.book.Registry(), authenticate, api.Info{
		Version: "1.2", SessionCookie: "session", MaxBody: 1000, Log: slog.New(slog.NewJSONHandler(f.log, nil)),
	}))
	t.Cleanup(f.Close)
	return f
}

func (f face) do(t *testing.T, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, f.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

const english = "en"

func TestRequests(t *testing.T) {
	some := id.New().String()
	for _, c := range []struct {
		name, role, method, path, body string
		status                         int
		want, never                    string
	}{
		{"a list", "guest", "GET", "/people", "", 200, `"name":"Anna de Wit"`, "null"},
		{"an empty list is not null", "guest", "GET", "/people?query=zz", "", 200, `{"people":[]}`, ""},
		{"the default does not hold when given", "guest", "GET", "/people?limit=1", "", 200, "Anna", "Bob"},
		{"lists repeat", "guest", "GET", "/people?place=Utrecht&place=Gouda", "", 200, `{"people":[]}`, ""},
		{
			"a list with commas", "guest", "GET", "/praise/check?words=a,%20b&words=c", "", 200,
			`"words":["a","b","c"]`, "",
		},
		{"a day is a moment", "guest", "GET", "/people?since=2026-05-04", "", 200, `{"people":[]}`, ""},
		{"nothing given for a number", "guest", "GET", "/people?limit=", "", 200, "Anna", ""},
		{"HEAD", "guest", "HEAD", "/people", "", 200, "", "Anna"},
		{"a person by path", "guest", "GET", "/people/anna@example.org", "", 200, `"emails":["anna@example.org"]`, ""},
		{"nobody", "guest", "GET", "/people/Carla%20%2F%20X", "", 404, `There is nobody called \"Carla / X\".`, ""},
		{
			"a new one", "member", "POST", "/people",
			`{"name":"Carla","emails":["c@example.org"],"address":{"place":"Gouda"}}`, 200, `"kind":"friend"`, "",
		},
		{"twice", "member", "POST", "/people", `{"name":"Bob Jansen"}`, 409, `"field":"name"`, ""},
		{"nothing to answer", "owner", "DELETE", "/people/Bob%20Jansen", "", 204, "", "null"},
		{"path and body", "member", "PUT", "/people/" + some + "/name", `{"name":"X"}`, 404, "There is nobody", ""},
		{"without input", "", "GET", "/doctor", "", 200, `{"people":2}`, ""},

		{
			"unknown in query", "guest", "GET", "/people?limt=3", "", 400,
			"There is no field limt here; limit is the nearest.", "",
		},
		{
			"unknown in query of POST", "member", "POST", "/people?name=X", `{"name":"X"}`, 400,
			"Fields go into the body", "",
		},
		{"twice in query", "guest", "GET", "/people?limit=3&limit=4", "", 400, "limit was given 2 times.", ""},
		{"not a number", "guest", "GET", "/people?limit=ten", "", 400, `limit: \"ten\" is not a whole number.`, ""},
		{"too small", "guest", "GET", "/people?limit=0", "", 400, "limit must be at least 1.", ""},
		{"too large", "guest", "GET", "/people?limit=1001", "", 400, "limit must be at most 1000.", ""},
		{
			"not a choice", "guest", "GET", "/people?kind=foe", "", 400,
			`kind is one of friend, colleague, neighbour, not \"foe\".`, "",
		},
		{
			"too long", "guest", "GET", "/people?query=" + strings.Repeat("x", 101), "", 400,
			"query must be at most 100 characters long.", "",
		},
		{"not a moment", "guest", "GET", "/people?since=gisteren", "", 400, "is not a date such as", ""},
		{
			"not an id in the path", "member", "PUT", "/people/12/name", `{"name":"X"}`, 400,
			`id: \"12\" is not an identifier.`, "",
		},
		{"bad query", "guest", "GET", "/people?limit=%zz", "", 400, "after the question mark", ""},

		{"unknown in body", "member", "POST", "/people", `{"name":"X","mails":["x"]}`, 400, `"field":"mails"`, ""},
		{
			"unknown in the depth", "member", "POST", "/people", `{"name":"X","address":{"place":"Y","street":"Z"}}`,
			400, `"field":"address.street"`, "",
		},
		{
			"missing in the depth", "member", "POST", "/people", `{"name":"X","address":{}}`, 400,
			"address.place is missing.", "",
		},
		{
			"other case", "member", "POST", "/people", `{"Name":"X"}`, 400,
			"There is no field Name here; name is the nearest.", "",
		},
		{"missing", "member", "POST", "/people", `{}`, 400, "name is missing.", ""},
		{"empty", "member", "POST", "/people", `{"name":""}`, 400, "name is missing.", ""},
		{"no body", "member", "POST", "/people", ``, 400, "name is missing.", ""},
		{"wrong type", "member", "POST", "/people", `{"name":3}`, 400, "name must be text.", ""},
		{
			"wrong item", "member", "POST", "/people", `{"name":"X","emails":["a",3]}`, 400,
			"emails[1] must be text.", "",
		},
		{"wrong list", "member", "POST", "/people", `{"name":"X","emails":"a"}`, 400, "emails must be a list.", ""},
		{"wrong id", "member", "POST", "/people", `{"name":"X","key":"7"}`, 400, "key must be an identifier", ""},
		{
			"out of range", "member", "POST", "/people", `{"name":"X","warmth":1.5}`, 400,
			"warmth must be at most 1.", "",
		},
		{
			"the path's field in the body", "member", "PUT", "/people/" + some + "/name",
			`{"name":"X","id":"` + some + `"}`, 400, "There is no field id here", "",
		},
		{"name twice", "member", "POST", "/people", `{"name":"X","name":"Y"}`, 400, "not valid JSON", ""},
		{"not UTF-8", "member", "POST", "/people", "{\"name\":\"\xff\"}", 400, "not valid JSON at byte", ""},
		{"cut off", "member", "POST", "/people", `{"name":"X"`, 400, "not valid JSON", ""},
		{"two documents", "member", "POST", "/people", `{"name":"X"}{}`, 400, "not valid JSON", ""},
		{"a list as body", "member", "POST", "/people", `[]`, 400, "one JSON object", ""},
		{"null as body", "member", "POST", "/people", `null`, 400, "one JSON object", ""},
		{
			"too much", "member", "POST", "/people", `{"name":"` + strings.Repeat("x", 2000) + `"}`, 413,
			"larger than 1,000 bytes", "",
		},

		{"anonymous", "", "GET", "/people", "", 401, `"code":"unauthenticated"`, "Anna"},
		{
			"anonymous learns nothing of the input", "", "POST", "/people", `{"mails":[]}`, 401,
			"Sign in first.", "mails",
		},
		{"bad token", "stranger", "GET", "/people", "", 401, "Sign in first.", "Anna"},
		{"guest writes", "guest", "POST", "/people", `{"name":"X"}`, 403, "Your role in this space", ""},
		{
			"local operations are not served", "owner", "POST", "/imports", `{"paths":["/etc/passwd"]}`, 405,
			"POST is not possible here, only GET.", "root",
		},
		{"no such path", "owner", "GET", "/peoples", "", 404, "There is nothing at this address.", ""},
		{"no such method", "owner", "PATCH", "/people", "", 405, "only GET, POST.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t)
			headers := []string{"Accept-Language", english}
			if c.role != "" {
				headers = append(headers, "Authorization", "Bearer "+c.role)
			}
			answer, text := f.do(t, c.method, "/api/v1"+c.path, c.body, headers...)
			if answer.StatusCode != c.status || !strings.Contains(text, c.want) ||
				c.never != "" && strings.Contains(text, c.never) {
				t.Errorf("%s %s: got %d %s\nwant %d with %s and without %q", c.method, c.path, answer.StatusCode, text,
					c.status, c.want, c.never)
			}
			if got := answer.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
			if answer.StatusCode < 400 {
				return
			}
			if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type is %q", got)
			}
			var problem api.Problem
			if err := json.Unmarshal([]byte(text), &problem); err != nil {
				t.Fatal(err)
			}
			if problem.Status != c.status || problem.Title == "" || problem.Type != "/api/#"+string(problem.Code) {
				t.Errorf("bad problem %+v", problem)
			}
			request := strings.TrimPrefix(problem.Instance, "urn:uuid:")
			if request == "" || request != answer.Header.Get("X-Request-Id") ||
				!strings.Contains(f.log.String(), request) {
				t.Errorf("request %s is not in the answer's head and the log:\n%s", request, f.log)
			}
			if c.status == 401 && answer.Header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
			if c.status == 405 && answer.Header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
}

func TestAnswersInTheLanguageOfTheRequest(t *testing.T) {
	f := open(t)
	for _, c := range []struct{ accept, want string }{
		{"nl-BE, en;q=0.5", `"detail":"Meld je eerst aan."`},
		{"en", `"detail":"Sign in first."`},
	} {
		if answer, text := f.do(t, "GET", "/api/v1/people", "",
			"Accept-Language", c.accept); !strings.Contains(text, c.want) {
			t.Errorf("%s: got %s in %s", c.accept, text, answer.Header.Get("Content-Language"))
		}
	}
	if _, text := f.do(t, "GET", "/api/v1/people?limit=0", "", "Authorization",
		"Bearer guest"); !strings.Contains(text, "limit moet minstens 1 zijn.") {
		t.Errorf("the viewer's own language: got %s", text)
	}
}

func TestOtherSitesCannotUseTheSession(t *testing.T) {
	f := open(t)
	cookie := []string{"Cookie", "session=member", "Accept-Language", english}
	foreign := append([]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, cookie...)
	if answer, text := f.do(t, "POST", "/api/v1/people", `{"name":"X"}`, foreign...); answer.StatusCode != 403 ||
		!strings.Contains(text, "another site") {
		t.Errorf("cross-site: got %d %s", answer.StatusCode, text)
	}
	own := append([]string{"Sec-Fetch-Site", "same-origin"}, cookie...)
	if answer, text := f.do(t, "POST", "/api/v1/people", `{"name":"X"}`, own...); answer.StatusCode != 200 {
		t.Errorf("same-origin: got %d %s", answer.StatusCode, text)
	}
	plain := append([]string{"Content-Type", "text/plain"}, own...)
	if answer, text := f.do(t, "POST", "/api/v1/people", `{"name":"Y"}`, plain...); answer.StatusCode != 415 {
		t.Errorf("a form's content type: got %d %s", answer.StatusCode, text)
	}
	token := []string{"Authorization", "Bearer member", "Sec-Fetch-Site", "cross-site"}
	if answer, text := f.do(t, "POST", "/api/v1/people", `{"name":"Z"}`, token...); answer.StatusCode != 200 {
		t.Errorf("with a token: got %d %s", answer.StatusCode, text)
	}
}

func TestAPanicIsLoggedAndNotShown(t *testing.T) {
	f := open(t)
	f.book.Add("")
	answer, text := f.do(t, "GET", "/api/v1/doctor", "")
	if answer.StatusCode != 500 || strings.Contains(text, "without a name") ||
		!strings.Contains(f.log.String(), "a person without a name") {
		t.Errorf("got %d %s\nlog %s", answer.StatusCode, text, f.log)
	}
}
