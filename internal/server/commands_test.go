package server_test

import (
	"context"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gave.network/internal/app"
	"gave.network/internal/locale"
	"gave.network/internal/server"
)

// Nobody can give a command on a page, so none names one: not with much of everything, and not with nothing, when pages
// say what to do first.
func TestNoPageNamesACommand(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`\bgave (` + strings.Join(firstWords(), "|") + `)\b|\B--[a-z][a-z-]+`)
	for _, full := range []bool{true, false} {
		h := open(t, 0)
		v, err := h.app.Account.Local(context.Background(), locale.English)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		if full {
			person, ask := much(t, h, v)
			names["person"], names["ask"] = person.String(), ask.String()
		}
		web := httptest.NewServer(server.New(h.app, "test").Handler())
		t.Cleanup(web.Close)
		client := signedIn(t, h, web.URL)
		for _, path := range pages(h, names) {
			for _, language := range []string{"en", "nl"} {
				mark := "?"
				if strings.Contains(path, "?") {
					mark = "&"
				}
				answer, err := client.Get(web.URL + path + mark + "lang=" + language)
				if err != nil {
					t.Fatal(err)
				}
				for _, text := range texts(t, answer.Body) {
					if found := command.FindString(text); found != "" {
						t.Errorf("%s in %s names %q: %s", path, language, found, text)
					}
				}
				answer.Body.Close()
			}
		}
	}
}

// firstWords returns the words that follow the name of the program in its commands.
func firstWords() []string {
	seen := map[string]bool{
		"serve": true, "doctor": true, "config": true, "graph": true, "backup": true, "restore": true,
	}
	for _, o := range app.Registry().All() {
		first, _, _ := strings.Cut(o.Name, ".")
		seen[first] = true
	}
	var out []string
	for word := range seen {
		out = append(out, regexp.QuoteMeta(word))
	}
	return out
}

// texts returns what a reader of the page sees or hears.
func texts(t *testing.T, page io.Reader) []string {
	t.Helper()
	var out []string
	skip := false
	z := html.NewTokenizer(page)
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Fatal(z.Err())
			}
			return out
		case html.StartTagToken:
			token := z.Token()
			skip = token.Data == "script" || token.Data == "style"
			for _, a := range token.Attr {
				if a.Key == "title" || a.Key == "placeholder" || a.Key == "aria-label" {
					out = append(out, a.Val)
				}
			}
		case html.EndTagToken:
			skip = false
		case html.TextToken:
			if text := strings.TrimSpace(string(z.Text())); text != "" && !skip {
				out = append(out, text)
			}
		}
	}
}
