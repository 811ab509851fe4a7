package help_test

import (
	"context"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/docs/manual"
	"gave.network/internal/help"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Both languages have the same pages, all of them in the contents, with headings on the same levels and as much to
// follow and to copy.
func TestBothLanguagesSayTheSame(t *testing.T) {
	var named []string
	for _, chapter := range help.Chapters() {
		named = append(named, chapter.Pages...)
	}
	for _, l := range locale.All {
		files, err := fs.Glob(manual.Files, string(l.Lang)+"/*.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if name := strings.TrimSuffix(strings.TrimPrefix(file, string(l.Lang)+"/"),
				".md"); !slices.Contains(named, name) {
				t.Errorf("%s is in no chapter", file)
			}
		}
		if len(files) != len(named) {
			t.Errorf("%s has %d pages, the contents have %d", l.Lang, len(files), len(named))
		}
	}
	english, dutch := pages(t, locale.English), pages(t, locale.Dutch)
	for _, name := range named {
		e, d := english[name], dutch[name]
		if !slices.Equal(levels(e), levels(d)) {
			t.Errorf("%s has headings of the levels %v in English, %v in Dutch", name, levels(e), levels(d))
		}
		if e.Title == "" || e.Headings[0].Level != 1 || strings.Count(e.HTML, "<h1>") != 1 {
			t.Errorf("%s does not begin with its one title", name)
		}
		for _, tag := range []string{"<pre", "<li>", "<td>", "<blockquote>"} {
			if strings.Count(e.HTML, tag) != strings.Count(d.HTML, tag) {
				t.Errorf("%s has %d times %s in English, %d times in Dutch", name, strings.Count(e.HTML, tag), tag,
					strings.Count(d.HTML, tag))
			}
		}
		if !slices.Equal(targets(e), targets(d)) {
			t.Errorf("%s leads to %v in English, to %v in Dutch", name, targets(e), targets(d))
		}
	}
}

// Every link leads to a page that is there, and to a heading that is on it.
func TestLinksResolve(t *testing.T) {
	for _, l := range locale.All {
		all := pages(t, l.Lang)
		reached := map[string]bool{help.First: true}
		for name, p := range all {
			for _, link := range p.Links {
				address, anchor, _ := strings.Cut(link, "#")
				target := p
				if address != "" {
					found := false
					for _, other := range all {
						if other.Address() == address {
							target, found = other, true
						}
					}
					if !found {
						t.Errorf("%s/%s leads to %s, which is not there", l.Lang, name, link)
					}
				}
				reached[target.Name] = true
				if anchor != "" &&
					!slices.ContainsFunc(target.Headings, func(h help.Heading) bool { return h.Anchor == anchor }) {
					t.Errorf("%s/%s leads to %s: no such heading", l.Lang, name, link)
				}
			}
		}
		for name := range all {
			if !reached[name] {
				t.Errorf("no text leads to %s/%s", l.Lang, name)
			}
		}
	}
}

// Words that the product does not use, in texts that are read slowly.
func TestWordsOfTheHouse(t *testing.T) {
	for lang, words := range map[locale.Lang]*regexp.Regexp{
		locale.Dutch: regexp.MustCompile(
			`(?i)\b(gebruikers?|items?|records?|entiteit\w*|prijs|sluimerend\w*|middelmatig\w*|u|uw|kracht)\b|!( |$)`),
		locale.English: regexp.MustCompile(`(?i)\b(items?|records|entit\w+|price|leverage)\b|!( |$)`),
	} {
		for name, p := range pages(t, lang) {
			text := regexp.MustCompile(`(?s)<pre.*?</pre>|<code>.*?</code>|<[^>]*>`).ReplaceAllString(p.HTML, "")
			if found := words.FindString(text); found != "" {
				t.Errorf("%s/%s says %q", lang, name, found)
			}
		}
	}
}

// Everybody may read it, in the language of the browser or of the address, which then stays in the links.
func TestEverybodyMayRead(t *testing.T) {
	mux := &page.Mux{}
	mux.Handle("GET /help", op.Anonymous, help.Show)
	mux.Handle("GET /help/{page}", op.Anonymous, help.Show)
	get := func(path string, lang locale.Lang) (int, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		p := locale.New(lang, time.UTC)
		ctx := page.With(context.Background(),
			&page.Request{Printer: p, Viewer: op.Viewer{Lang: lang, Zone: time.UTC}, Path: r.URL.Path})
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(ctx))
		return w.Code, html.UnescapeString(w.Body.String())
	}
	for _, l := range locale.All {
		for name, p := range pages(t, l.Lang) {
			code, body := get(p.Address(), l.Lang)
			if code != http.StatusOK || !strings.Contains(body, "<h1>"+p.Title+"</h1>") ||
				!strings.Contains(body, "<title>"+p.Title) {
				t.Errorf("%s/%s: status %d", l.Lang, name, code)
			}
			if strings.Count(body, `aria-current`) < 1 {
				t.Errorf("%s/%s: the contents do not say where one is", l.Lang, name)
			}
		}
	}
	if code, body := get("/help/backup?lang=nl", locale.Dutch); code != http.StatusOK ||
		strings.Contains(body, `href="/help/upgrade"`) ||
		!strings.Contains(body, `href="/help/upgrade?lang=nl"`) {
		t.Errorf("the language of the address is lost: status %d", code)
	}
	for _, path := range []string{"/help/nowhere", "/help/index", "/help/..%2Fen%2Fbackup", "/help/backup.md"} {
		if code, _ := get(path, locale.English); code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, code)
		}
	}
}

func pages(t *testing.T, lang locale.Lang) map[string]help.Page {
	t.Helper()
	all, err := help.Pages(lang)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func levels(p help.Page) []int {
	var out []int
	for _, h := range p.Headings {
		out = append(out, h.Level)
	}
	return out
}

// targets are the pages that a page leads to, whatever the order in which a language comes to them.
func targets(p help.Page) []string {
	var out []string
	for _, link := range p.Links {
		address, _, _ := strings.Cut(link, "#")
		out = append(out, address)
	}
	slices.Sort(out)
	return out
}
