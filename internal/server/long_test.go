package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gave.network/internal/db"
	"gave.network/internal/locale"
	"gave.network/internal/server"
)

// longest is the most letters that any operation takes in one text.
const longest = 20_000

// What is typed in a form on any page keeps to the limits that the command and the API have: nothing longer is stored.
func TestNoFormStoresMoreThanAnyOperationTakes(t *testing.T) {
	h := open(t, 0)
	ctx := context.Background()
	v, err := h.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	person, ask := much(t, h, v)
	names := map[string]string{"person": person.String(), "ask": ask.String()}
	web := httptest.NewServer(server.New(h.app, "test").Handler())
	t.Cleanup(web.Close)
	client := signedIn(t, h, web.URL)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	tried := map[string]bool{}
	answers := []string{"/goodwill", "/praise/check"} // forms that store nothing and show their answer
	for _, path := range pages(h, names) {
		answer, err := client.Get(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range formsOf(t, answer.Body) {
			// One form of each kind; who is erased or signed out cannot send the others.
			kind := f.action + " " + strings.Join(f.typed, " ")
			if len(f.typed) == 0 || tried[kind] || strings.HasSuffix(path, "/erase") {
				continue
			}
			tried[kind] = true
			values := url.Values{}
			for name, value := range f.values {
				values.Set(name, value)
			}
			for _, name := range f.typed {
				values.Set(name, strings.Repeat("lang ", 12_000))
			}
			reply, err := client.PostForm(web.URL+f.action, values)
			if err != nil {
				t.Fatal(err)
			}
			reply.Body.Close()
			t.Logf("%-24s %-40s %v %d", path, f.action, f.typed, reply.StatusCode)
			if reply.StatusCode >= 500 || reply.StatusCode == http.StatusOK && !slices.Contains(answers, f.action) {
				t.Errorf("%s on %s answers %d", f.action, path, reply.StatusCode)
			}
		}
		answer.Body.Close()
	}
	if len(tried) < 15 {
		t.Errorf("only %d forms were found", len(tried))
	}
	if err := h.app.DB.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		for _, table := range tables {
			for row, err := range db.EachRow(ctx, tx, table) {
				if err != nil {
					return err
				}
				for i, value := range row {
					if text, ok := value.(string); ok && len(text) > longest {
						t.Errorf("%s.%s holds %d bytes: %.40s", table.Name, table.Columns[i].Name, len(text), text)
					}
				}
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// form is one that a page sends.
type form struct {
	action string
	typed  []string          // fields for words
	values map[string]string // what stands in the other fields
}

func formsOf(t *testing.T, page io.Reader) []form {
	t.Helper()
	root, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	attribute := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	var out []form
	for n := range root.Descendants() {
		if n.Data != "form" || !strings.EqualFold(attribute(n, "method"), "post") {
			continue
		}
		f := form{action: attribute(n, "action"), values: map[string]string{}}
		for c := range n.Descendants() {
			name := attribute(c, "name")
			switch {
			case name == "":
			case c.Data == "textarea":
				f.typed = append(f.typed, name)
			case c.Data == "button" && f.values[name] == "":
				f.values[name] = attribute(c, "value")
			case c.Data == "input":
				words := []string{"", "text", "search", "url", "tel", "email", "password"}
				if slices.Contains(words, attribute(c, "type")) {
					f.typed = append(f.typed, name)
				} else {
					f.values[name] = attribute(c, "value")
				}
			}
		}
		out = append(out, f)
	}
	return out
}
