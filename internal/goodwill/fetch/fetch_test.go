package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

const article = `<html lang="nl"><head><title>Een gids voor houten boten</title></head><body><nav>Menu</nav><article><h1>Houten boten</h1><p>` +
	`Wie een houten boot onderhoudt, weet dat het vernis elk jaar aandacht vraagt. Deze gids legt uit hoe je begint, welke kwast je kiest en wanneer het hout droog genoeg is.</p>` +
	`<p>De tweede helft gaat over het breeuwen van naden en het vinden van een goede werf in de buurt. Met tekeningen en een lijst van werven.</p></article><script>alert(1)</script></body></html>`

// hostile serves everything that a page can do to who reads it.
func hostile(internal string) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/article", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, article)
	})
	m.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, internal, http.StatusFound)
	})
	m.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	m.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loop", http.StatusFound)
	})
	m.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for range 1 << 12 {
			if _, err := w.Write([]byte(strings.Repeat("word ", 1<<10))); err != nil {
				return
			}
		}
	})
	m.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for r.Context().Err() == nil {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	m.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 200 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		_ = z.Close()
	})
	m.HandleFunc("/zip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/zip")
	})
	m.HandleFunc("/header", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 100 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 2000))
		}
	})
	m.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") })
	return m
}

func TestHostileLinks(t *testing.T) {
	inside := httptest.NewServer(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the internal server was reached") }))
	defer inside.Close()
	outside := httptest.NewServer(hostile(inside.URL))
	defer outside.Close()
	f := New()
	f.client.Time = 2 * time.Second
	open, err := url.Parse(outside.URL)
	if err != nil {
		t.Fatal(err)
	}
	f.client.Trusted = func(a netip.AddrPort) bool { return a.String() == open.Host }
	english := locale.New(locale.English, time.UTC)
	for _, c := range []struct{ link, want string }{
		{outside.URL + "/inside", "an address that is not public"},
		{inside.URL, "an address that is not public"},
		// whatever the name says, the address counts
		{strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), "an address that is not public"},
		{"http://[::ffff:127.0.0.1]:80/", "an address that is not public"},
		{"http://169.254.169.254/latest/meta-data", "an address that is not public"},
		{outside.URL + "/file", "begin with http or https"},
		{outside.URL + "/loop", "passed on more than 5 times"},
		{outside.URL + "/endless", "larger than 2 MB"},
		{outside.URL + "/slow", "took too long"},
		{outside.URL + "/bomb", "larger than 2 MB"},
		{outside.URL + "/zip", "does not lead to a page of text"},
		{outside.URL + "/header", "cannot be reached"},
		{outside.URL + "/empty", "text"},
		{outside.URL + "/missing", "answers with 404"},
		{"http://user:password@example.org/", "with a password"},
		{"gopher://example.org/", "begin with http or https"},
		{"http://%zz/", "not an address"},
		{"https:///path", "not an address"},
	} {
		start := time.Now()
		page, err := f.Read(context.Background(), c.link)
		if err == nil || !strings.Contains(english.Fault(err), c.want) {
			t.Errorf("%s: %+v %v, want %q", c.link, page, err, c.want)
		}
		if fault.CodeOf(err) == fault.Internal {
			t.Errorf("%s: %v is said to be a fault of ours", c.link, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %s", c.link, took)
		}
	}
	page, err := f.Read(context.Background(), outside.URL+"/article")
	if err != nil || page.Title != "Een gids voor houten boten" || !strings.Contains(page.Text, "breeuwen van naden") ||
		strings.Contains(page.Text, "alert") || page.Language != "nl" {
		t.Errorf("%+v %v", page, err)
	}
}

// Whatever bytes a page has, its words are text.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(article), "text/html; charset=utf-8")
	f.Add([]byte("plain \xff words"), "text/plain")
	f.Add([]byte("<html><p>caf\xe9"), "text/html; charset=iso-8859-1")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		if len(body) > 1<<16 {
			t.Skip()
		}
		page, err := Extract(body, contentType, &url.URL{Scheme: "https", Host: "example.org"})
		if err == nil &&
			(strings.ToValidUTF8(page.Text, "") != page.Text || strings.ToValidUTF8(page.Title, "") != page.Title) {
			t.Errorf("%q %q", page.Title, page.Text)
		}
	})
}
