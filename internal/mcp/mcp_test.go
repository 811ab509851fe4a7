package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/api/apitest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/mcp"
	"gave.network/internal/op"
	"gave.network/internal/progress"
)

func viewerOf(role op.Role) func(context.Context) (op.Viewer, error) {
	return func(context.Context) (op.Viewer, error) {
		return op.Viewer{Account: id.New(), Role: role, Now: time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)}, nil
	}
}

func filled() *apitest.Book {
	book := &apitest.Book{}
	book.Add("Anna de Wit", "anna@example.org")
	book.Add("Bob Jansen")
	return book
}

func quiet() mcp.Info { return mcp.Info{Version: "1.2", Log: slog.New(slog.DiscardHandler)} }

// connect connects the library's own client to the transport.
func connect(t *testing.T, transport sdk.Transport, options *sdk.ClientOptions) *sdk.ClientSession {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, options).Connect(ctx, transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func inMemory(
	t *testing.T, registry *op.Registry, role op.Role, info mcp.Info, options *sdk.ClientOptions,
) *sdk.ClientSession {
	t.Helper()
	ours, theirs := sdk.NewInMemoryTransports()
	if _, err := mcp.Server(registry, viewerOf(role), info).Connect(t.Context(), ours, nil); err != nil {
		t.Fatal(err)
	}
	return connect(t, theirs, options)
}

// text returns all text of a result.
func text(result *sdk.CallToolResult) string {
	var out []string
	for _, content := range result.Content {
		if t, ok := content.(*sdk.TextContent); ok {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, "\n---\n")
}

func call(t *testing.T, session *sdk.ClientSession, tool string, arguments any) *sdk.CallToolResult {
	t.Helper()
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return result
}

func TestToolsAreTheOperations(t *testing.T) {
	registry := filled().Registry()
	session := inMemory(t, registry, op.Owner, quiet(), nil)
	listed, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tools := map[string]*sdk.Tool{}
	for _, tool := range listed.Tools {
		tools[tool.Name] = tool
	}
	served := 0
	for _, o := range registry.All() {
		tool := tools[mcp.ToolName(o)]
		if (tool != nil) == o.LocalOnly {
			t.Errorf("%s: is a tool %v, stays on this machine %v", o.Name, tool != nil, o.LocalOnly)
		}
		if tool == nil {
			continue
		}
		served++
		if tool.Title != o.Summary || tool.Annotations.ReadOnlyHint != (o.Method == "GET") {
			t.Errorf("%s is %+v", o.Name, tool)
		}
		for _, schema := range []any{tool.InputSchema, tool.OutputSchema} {
			if schema == nil {
				continue
			}
			content, err := json.Marshal(schema)
			if err != nil {
				t.Fatal(err)
			}
			var parsed jsonschema.Schema
			if err := json.Unmarshal(content, &parsed); err != nil {
				t.Fatalf("%s: %v", o.Name, err)
			}
			if _, err := parsed.Resolve(nil); err != nil {
				t.Errorf("%s: schema %s: %v", o.Name, content, err)
			}
		}
	}
	if served != len(listed.Tools) {
		t.Errorf("%d tools of %d operations", len(listed.Tools), served)
	}
	if remove := tools["people_remove"].Annotations; !*remove.DestructiveHint || !remove.IdempotentHint ||
		*remove.OpenWorldHint {
		t.Errorf("people_remove: %+v", remove)
	}
	if add := tools["people_add"].Annotations; *add.DestructiveHint || add.IdempotentHint {
		t.Errorf("people_add: %+v", add)
	}
	schema, _ := tools["people_add"].InputSchema.(map[string]any)
	if required, _ := schema["required"].([]any); !slices.Equal(required, []any{"name"}) {
		t.Errorf("people_add requires %v", required)
	}
}

func TestCalls(t *testing.T) {
	for _, c := range []struct {
		name  string
		role  op.Role
		tool  string
		input any
		want  string
		never string
		fails bool
	}{
		{"a list", op.Guest, "people_list", map[string]any{"query": "anna"}, `"name":"Anna de Wit"`, "Bob", false},
		{"no input at all", op.Guest, "people_list", nil, "Bob Jansen", "null", false},
		{
			"own words and JSON", op.Member, "capture",
			map[string]any{"text": "lunch @anna"},
			"3 May 2026: lunch @anna\n---\n{\"text\"", "", false,
		},
		{
			"nothing comes back", op.Owner, "people_remove",
			map[string]any{"person": "Bob Jansen", "confirm": true},
			"Done.", "", false,
		},
		{
			"a path's field is a field", op.Member, "people_rename",
			map[string]any{"id": id.New().String(), "name": "X"},
			"not_found: There is nobody", "", true,
		},
		{"with a hint", op.Guest, "people_show", map[string]any{
			"person": "Carla",
		}, "hint: gave people list shows everybody.", "", true},
		{"unknown field", op.Guest, "people_list", map[string]any{
			"limt": 3,
		}, "usage: There is no field limt here; limit is the nearest.", "", true},
		{"missing", op.Member, "people_add", map[string]any{}, "usage: name is missing.\nField: name", "", true},
		{"out of range", op.Guest, "people_list", map[string]any{"limit": 0}, "limit must be at least 1.", "", true},
		{"not allowed", op.Guest, "people_add", map[string]any{"name": "X"}, "forbidden: ", "", true},
		{"not allowed and wrong", op.Guest, "people_add", map[string]any{"wrong": "X"}, "forbidden: ", "wrong", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := call(t, inMemory(t, filled().Registry(), c.role, quiet(), nil), c.tool, c.input)
			got := text(result)
			if result.IsError != c.fails || !strings.Contains(got, c.want) ||
				c.never != "" && strings.Contains(got, c.never) {
				t.Errorf("got failed %v: %s\nwant failed %v with %s and without %q", result.IsError, got, c.fails,
					c.want, c.never)
			}
		})
	}
}

func TestWhatIsStructuredFitsItsSchema(t *testing.T) {
	session := inMemory(t, filled().Registry(), op.Owner, quiet(), nil)
	listed, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]any{
		"people_list": nil, "people_show": map[string]any{"person": "Bob Jansen"},
		"people_add": map[string]any{"name": "C"},
		"capture":    map[string]any{"text": "x"}, "import_list": nil, "doctor": nil,
	}
	checked := 0
	for _, tool := range listed.Tools {
		input, ok := inputs[tool.Name]
		if !ok {
			continue
		}
		result := call(t, session, tool.Name, input)
		content, err := json.Marshal(tool.OutputSchema)
		if err != nil {
			t.Fatal(err)
		}
		var schema jsonschema.Schema
		if err := json.Unmarshal(content, &schema); err != nil {
			t.Fatal(err)
		}
		resolved, err := schema.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(result.StructuredContent); err != nil || result.IsError {
			t.Errorf("%s: %v does not fit: %v", tool.Name, result.StructuredContent, err)
		}
		checked++
	}
	if checked != len(inputs) {
		t.Errorf("%d of %d tools", checked, len(inputs))
	}
}

func TestAPanicIsLoggedAndNotShown(t *testing.T) {
	book, log := filled(), &bytes.Buffer{}
	book.Add("")
	session := inMemory(t, book.Registry(), op.Owner, mcp.Info{Log: slog.New(slog.NewTextHandler(log, nil))}, nil)
	result := call(t, session, "doctor", nil)
	if got := text(result); !result.IsError || strings.Contains(got, "without a name") ||
		!strings.Contains(log.String(), "a person without a name") {
		t.Errorf("got %s\nlog %s", got, log)
	}
}

func TestProgressReachesTheClient(t *testing.T) {
	registry := &op.Registry{}
	registry.Add(op.New("work", "POST", "/work", op.Member, "Work",
		func(ctx context.Context, _ op.Viewer, _ op.None) (op.None, error) {
			progress.Report(ctx, 1, 2, "half")
			progress.Report(ctx, 1, 2, "no further")
			progress.Report(ctx, 2, 2, "whole")
			return op.None{}, nil
		}))
	got := make(chan string, 10)
	session := inMemory(t, registry, op.Member, quiet(), &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, request *sdk.ProgressNotificationClientRequest) {
			got <- request.Params.Message
		},
	})
	params := &sdk.CallToolParams{Name: "work"}
	params.SetProgressToken("a token")
	if _, err := session.CallTool(t.Context(), params); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"half", "whole"} {
		select {
		case message := <-got:
			if message != want {
				t.Errorf("got %q, want %q", message, want)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("no word of %q", want)
		}
	}
}

func TestStdio(t *testing.T) {
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- mcp.Serve(t.Context(), mcp.Server(filled().Registry(), viewerOf(op.Owner), quiet()),
			fromClient, toClient)
	}()
	session := connect(t, &sdk.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if got := text(call(t, session, "people_show",
		map[string]any{"person": "anna@example.org"})); !strings.Contains(got, "Anna de Wit") {
		t.Errorf("got %s", got)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("the server ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the server does not end")
	}
}

// authenticate takes the role's name as the token.
func authenticate(r *http.Request) (op.Viewer, error) {
	name, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	role, ok := op.ParseRole(name)
	if !ok {
		return op.Viewer{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if role == op.Anonymous {
		return op.Viewer{}, nil
	}
	return op.Viewer{Account: id.New(), Role: role}, nil
}

type withToken string

func (token withToken) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(token))
	return http.DefaultTransport.RoundTrip(r)
}

func TestHTTP(t *testing.T) {
	server := httptest.NewServer(mcp.Handler(filled().Registry(), authenticate, quiet()))
	t.Cleanup(server.Close)
	for role, fails := range map[string]bool{"guest": true, "member": false} {
		session := connect(t, &sdk.StreamableClientTransport{
			Endpoint: server.URL, HTTPClient: &http.Client{Transport: withToken(role)}, DisableStandaloneSSE: true,
		}, nil)
		if got := text(call(t, session, "people_list", nil)); !strings.Contains(got, "Anna de Wit") {
			t.Errorf("%s: got %s", role, got)
		}
		if result := call(t, session, "people_add", map[string]any{"name": "New " + role}); result.IsError != fails {
			t.Errorf("%s adds: got %s", role, text(result))
		}
	}
}

func TestHTTPWantsAToken(t *testing.T) {
	server := httptest.NewServer(mcp.Handler(filled().Registry(), authenticate, quiet()))
	t.Cleanup(server.Close)
	for _, header := range []string{"", "Basic bWVtYmVy", "Bearer stranger", "Bearer anonymous", "Bearer"} {
		r, err := http.NewRequest("POST", server.URL,
			strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set("Cookie", "session=member")
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == "" ||
			bytes.Contains(content, []byte("people")) {
			t.Errorf("%q: got %d %s", header, answer.StatusCode, content)
		}
	}
}
