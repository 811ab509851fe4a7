package mcp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/mcp"
	"gave.network/internal/op"
)

// What cannot be undone is done when the user agreed, and not before.
func TestCarefulToolsAskFirst(t *testing.T) {
	book := filled()
	session := inMemory(t, book.Registry(), op.Owner, quiet(), nil)
	tools, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range tools.Tools {
		if tool.Name == "people_remove" &&
			(!*tool.Annotations.DestructiveHint || !strings.Contains(tool.Description, "Ask the user first")) {
			t.Errorf("people_remove does not say that it destroys: %+v", tool)
		}
	}
	for _, arguments := range []map[string]any{
		{"person": "Bob Jansen"},
		{"person": "Bob Jansen", "confirm": false},
	} {
		if result := call(t, session, "people_remove", arguments); !result.IsError ||
			!strings.Contains(text(result), "must agree") {
			t.Errorf("%v: %s", arguments, text(result))
		}
	}
	if result := call(t, session, "people_show", map[string]any{"person": "Bob Jansen"}); result.IsError {
		t.Fatalf("he is gone without a word of the user: %s", text(result))
	}
	if result := call(t, session, "people_remove",
		map[string]any{"person": "Bob Jansen", "confirm": true}); result.IsError {
		t.Errorf("confirmed: %s", text(result))
	}
}

// A client that can ask its user must: the assistant's word is not enough.
func TestTheUserIsAskedWhereThatIsPossible(t *testing.T) {
	for action, gone := range map[string]bool{"accept": true, "decline": false, "cancel": false} {
		asked := ""
		session := inMemory(t, filled().Registry(), op.Owner, quiet(), &sdk.ClientOptions{
			ElicitationHandler: func(_ context.Context, r *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
				asked = r.Params.Message
				return &sdk.ElicitResult{Action: action}, nil
			},
		})
		call(t, session, "people_remove", map[string]any{"person": "Bob Jansen", "confirm": true})
		if !strings.Contains(asked, "Bob Jansen") {
			t.Errorf("%s: the user was asked %q", action, asked)
		}
		if result := call(t, session, "people_show", map[string]any{"person": "Bob Jansen"}); result.IsError != gone {
			t.Errorf("%s: %s", action, text(result))
		}
	}
}

// An assistant sees and reaches no more than its token was made for.
func TestToolsReachAsFarAsTheToken(t *testing.T) {
	nothing := func(context.Context, op.Viewer, op.None) (op.None, error) { return op.None{}, nil }
	registry := &op.Registry{}
	registry.Add(
		op.New("a.show", http.MethodGet, "/a", op.Guest, "Show", nothing),
		op.New("a.change", http.MethodPost, "/a", op.Guest, "Change", nothing),
		op.New("a.rule", http.MethodPost, "/a/rule", op.Guest, "Rule", nothing).Governing(),
		op.New("a.own", http.MethodPost, "/a/own", op.Guest, "Own", nothing).Personal(),
	)
	want := map[op.Reach]string{op.Read: "a_show", op.Write: "a_change a_show", op.Govern: "a_change a_rule a_show"}
	for reach, list := range want {
		server := httptest.NewServer(mcp.Handler(registry, func(r *http.Request) (op.Viewer, error) {
			v, err := viewerOf(op.Owner)(r.Context())
			v.Reach = reach
			return v, err
		}, quiet()))
		t.Cleanup(server.Close)
		session := connect(t, &sdk.StreamableClientTransport{
			Endpoint: server.URL, HTTPClient: &http.Client{Transport: withToken("owner")}, DisableStandaloneSSE: true,
		}, nil)
		tools, err := session.ListTools(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, tool := range tools.Tools {
			names = append(names, tool.Name)
		}
		if got := strings.Join(names, " "); got != list {
			t.Errorf("%s: %s, want %s", reach, got, list)
		}
	}
	// An operation itself refuses, whatever face asks.
	for _, o := range registry.All() {
		for _, reach := range []op.Reach{op.Person, op.Read, op.Write, op.Govern} {
			may := reach == op.Person || o.Needs != op.Person && o.Needs <= reach
			_, err := o.Call(t.Context(), op.Viewer{Role: op.Owner, Account: [16]byte{1}, Reach: reach}, op.None{})
			if (err == nil) != may {
				t.Errorf("%s with reach %q: %v", o.Name, reach, err)
			}
		}
	}
}

// A page of another site, or of a name that was pointed here, gets nowhere even with a token.
func TestHTTPLooksAtWhosePageAsks(t *testing.T) {
	info := quiet()
	info.Known = func(r *http.Request) bool { return !strings.HasPrefix(r.Host, "evil") }
	server := httptest.NewServer(mcp.Handler(filled().Registry(), authenticate, info))
	t.Cleanup(server.Close)
	for _, c := range []struct {
		origin, host string
		want         int
	}{
		{"", "", http.StatusOK},
		{server.URL, "", http.StatusOK},
		{"https://evil.example", "", http.StatusForbidden},
		{"null", "", http.StatusForbidden},
		{"http://evil.example", "evil.example", http.StatusForbidden},
		{"", "evil.example", http.StatusForbidden},
		{"http://127.0.0.1.evil.example", "", http.StatusForbidden},
	} {
		r, _ := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(
			`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set("Authorization", "Bearer member")
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.host != "" {
			r.Host = c.host
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("origin %q, host %q: %d, want %d", c.origin, c.host, answer.StatusCode, c.want)
		}
	}
}
