package server_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// Somebody notes a gift and a return on a phone in Dutch, sees where the return may come from, and says so.
func TestGivingInABrowser(t *testing.T) {
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/give")
	b.Eventually("main h1", "Geven")
	b.Fill("#f-body", "sjabloon voor een jaarverslag")
	tap(b, "main form button[value=given]")
	b.Eventually("main", "sjabloon voor een jaarverslag")
	b.Fill("#f-body", "opdracht voor een website")
	tap(b, "main form button[value=came]")
	b.Eventually("main", "opdracht voor een website")
	tap(b, "main a.t[href^='/give/returns/']")
	b.Eventually("main", "Niets van wat je gaf")
	b.Eventually("main", "Niets wat ik gaf")

	// The gift is corrected, and named as what led to the return.
	b.Open(h.url + "/give/all")
	tap(b, "main a.t[href^='/give?edit=']")
	b.Eventually("main h1", "Wijzig")
	b.Fill("#f-edit-body", "sjabloon voor een jaarplan")
	b.Fill("#f-edit-minutes", "25")
	tap(b, "#edit button.primary")
	b.Eventually("main", "sjabloon voor een jaarplan")
	tap(b, "main a.t[href^='/give/returns/']")
	tap(b, "main a[href*='correct=yes']")
	b.Eventually("main", "Wat ertoe leidde")
	tap(b, "main form.fields button")
	b.Eventually("main", "Neem terug wat ik zei")
}

// Somebody shares a text and a file with a script in it; without an account they can be read and taken, and nothing in
// them runs.
func TestCommonsInABrowser(t *testing.T) {
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{NoScripts: true})
	h.enter(b)
	b.Open(h.url + "/commons")
	b.Fill("#f-title", "A plan")
	b.Fill("#f-text", "# Plan\n\nStep **one**.")
	tap(b, "main form input[type=checkbox]")
	tap(b, "main form button.primary")
	b.Eventually("main", "A plan")
	file := filepath.Join(t.TempDir(), "evil.svg")
	if err := os.WriteFile(file, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		0o600); err != nil {
		t.Fatal(err)
	}
	tap(b, "#share summary")
	b.Fill("#f-title", "A drawing")
	b.Upload("#f-file", file)
	tap(b, "main form input[type=checkbox]")
	tap(b, "main form button.primary")
	b.Eventually("main", "A drawing")
	shared := browsertest.Evaluate[string](b, `document.querySelector("main a[href^='/shared/']").href`)
	drawing := browsertest.Evaluate[string](b,
		`[...document.querySelectorAll("main a.t")].find(a => a.textContent == "A drawing").href`)

	outside := browsertest.New(t, browsertest.Options{})
	outside.Open(shared)
	outside.Eventually("main", "A plan")
	outside.Fill("#q", "drawings")
	outside.Click("main form button")
	outside.Eventually("main", "A drawing")
	answer, err := http.Get(drawing + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for header, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=evil.svg",
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
	} {
		if got := answer.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	feed, err := http.Get(shared + "/feed.atom")
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Body.Close()
	if body, err := io.ReadAll(feed.Body); err != nil || !strings.Contains(string(body), "<title>A plan</title>") {
		t.Errorf("%s %v", body, err)
	}
	b.Open(h.url + "/commons")
	b.Eventually("main", "taken once")
}
