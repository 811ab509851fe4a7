package server_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"gave.network/internal/db"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// On a phone, in Dutch, without a connection: every page says so and takes a line, which is stored as soon as there is
// a connection, with the days as they were when it was typed; one that is not clear is asked about. Nothing of
// anybody is kept on the device but those lines, and they go when the reader signs out.
func TestWithoutAConnection(t *testing.T) {
	h := open(t, 0)
	ctx, shots := t.Context(), os.Getenv("GAVE_SCREENSHOTS")
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Zwaantje Aal", "Bram Bos"} {
		if _, err := h.app.Operations.Call(ctx, owner, "people.add", people.NewPersonInput{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, Worker: true, Language: "nl"})
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	holds := func(what, expression string) {
		t.Helper()
		for range 100 {
			if browsertest.Evaluate[bool](b, expression) {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%s: not so at %s: %s", what, b.Address(), b.Text("body"))
	}
	stored := func(want int) {
		t.Helper()
		got := 0
		for range 100 {
			if got = count(t, h.app.DB, `select count(*) from interaction`); got == want {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%d lines are stored, want %d: %s", got, want, b.Text("body"))
	}
	b.Open(h.url + "/people")
	b.Eventually("main", "Zwaantje Aal")
	holds("the worker", `!!navigator.serviceWorker.controller`)

	b.Offline(true)
	b.Open(h.url + "/people")
	b.Eventually("main h1", "Geen verbinding")
	if text := b.Text("body"); strings.Contains(text, "Zwaantje") || strings.Contains(text, "Barbara") {
		t.Errorf("somebody is on the page without a connection: %s", text)
	}
	if wide := b.Wide(); wide > 390 {
		t.Errorf("the page is %d pixels wide", wide)
	}
	b.Fill("#away", "lunch @zwaantje gisteren")
	b.Click("form[data-away] button")
	b.Eventually("#waiting", "lunch @zwaantje gisteren")
	b.Screenshot(shots, "away-phone")
	// It has waited for three days.
	browsertest.Evaluate[bool](b, `(() => { const key = Object.keys(localStorage).find((k) => k.includes("waiting"));
		const lines = JSON.parse(localStorage[key]); lines[0].at -= 3 * 86_400_000;
		localStorage[key] = JSON.stringify(lines); return true; })()`)
	// What is shared from elsewhere comes into the field.
	b.Open(h.url + "/capture?text=hallo")
	holds("what was shared", `document.querySelector("#away").value === "hallo"`)
	b.Click("form[data-away] button")
	b.Eventually("#waiting", "hallo")
	stored(0)
	b.Offline(false)
	b.Eventually("main h1", "Vandaag") // by itself
	stored(1)
	b.Eventually("#said .toast", "Genoteerd zonder verbinding, en nog niet duidelijk: hallo")
	b.Screenshot(shots, "away-unclear-phone")
	at, err := db.Value[int64](ctx, h.app.DB, `select time from interaction`)
	if err != nil {
		t.Fatal(err)
	}
	day := time.UnixMicro(at).In(owner.Zone).Format(time.DateOnly)
	if want := time.Now().In(owner.Zone).AddDate(0, 0, -4).Format(time.DateOnly); day != want {
		t.Errorf("it happened on %s, want %s", day, want)
	}
	b.Click("#said .toast a")
	b.Eventually("main h1", "Noteer wat er gebeurde")
	holds("the unclear line", `document.querySelector("#line").value.trim() === "hallo"`)

	// From the sheet of a page that stands open.
	b.Open(h.url + "/people")
	b.Eventually("main", "Zwaantje Aal")
	b.Offline(true)
	b.Touch("nav.bar a[data-sheet=jot]")
	b.Keys("belde @bram" + kb.Enter)
	b.Eventually("#said .toast", "Geen verbinding. Het blijft hier bewaard en gaat weg zodra het kan.")
	holds("the sheet is closed", `!document.querySelector("dialog[open]")`)
	b.Offline(false)
	b.Eventually("#said .toast", "Wat je zonder verbinding noteerde, is opgeslagen.")
	stored(2)
	b.Open(h.url + "/people")
	b.Eventually("main", "Zwaantje Aal")
	stored(2)

	browsertest.Evaluate[bool](b, `(() => { void (async () => { window.kept = (await Promise.all((await caches.keys())
		.map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname).join(" "))))
		.join(" "); })(); return true; })()`)
	holds("what the device keeps", `"kept" in window`)
	kept := browsertest.Evaluate[string](b, `window.kept`)
	for _, address := range strings.Fields(kept) {
		if address != "/offline" && !strings.HasPrefix(address, "/assets/") {
			t.Errorf("the device keeps %s", address)
		}
	}
	if !strings.Contains(kept, "/offline") {
		t.Errorf("the device keeps %q", kept)
	}
	// Lines of before are gone with whoever signs out, and nobody's are taken then.
	b.Offline(true)
	b.Touch("nav.bar a[data-sheet=jot]")
	b.Keys("sprak @bram" + kb.Enter)
	b.Eventually("#said .toast", "Geen verbinding.")
	b.Offline(false)
	stored(3)
	b.Open(h.url + "/more")
	b.Click("form[action='/signout'] button")
	b.Eventually("main h1", "")
	holds("signed out", `location.pathname === "/signin"`)
	if left := browsertest.Evaluate[string](b, `Object.keys(localStorage).join(" ")`); left != "" {
		t.Errorf("the device keeps %s", left)
	}
	b.Offline(true)
	b.Open(h.url + "/people")
	b.Eventually("main h1", "Geen verbinding")
	holds("no field", `!document.querySelector("#away").checkVisibility()`)
}
