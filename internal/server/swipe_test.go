package server_test

import (
	"os"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// On a phone, in Dutch, a move is done by a swipe to the right and put off until tomorrow by one to the left, in the
// card and in the list, and each is taken back as after a button. A short or a steep one does nothing, the buttons are
// there, and nothing moves for who wants that.
func TestSwipesOnAMove(t *testing.T) {
	h := open(t, 0)
	ctx, shots := t.Context(), os.Getenv("GAVE_SCREENSHOTS")
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Anna Arends", "Bram Bos", "Carla Cremer"} {
		if _, err := h.app.Operations.Call(ctx, owner, "people.add", people.NewPersonInput{Name: name}); err != nil {
			t.Fatal(err)
		}
		person, err := h.app.Network.Resolve(ctx, owner, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.app.Goodwill.Remind(ctx, owner, person, "bel over de drukker", "today"); err != nil {
			t.Fatal(err)
		}
	}
	answers := func(b *browsertest.Browser, answer string, want int) {
		t.Helper()
		got := 0
		for range 50 {
			got = count(t, h.app.DB, `select count(*) from move_answer where answer = $1`, answer)
			if got == want {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%d moves are %s, want %d: %s", got, answer, want, b.Text("body"))
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	b.Open(h.url + "/")
	b.Eventually("main", "Anna Arends")
	moved := func(b *browsertest.Browser, selector string) string {
		t.Helper()
		return browsertest.Evaluate[string](b, `(() => { const e = document.querySelector("`+selector+`");
			return [e.style.transform && "moved", e.dataset.says ?? "", e.classList.contains("enough")].join(" "); })()`)
	}
	undo := func(b *browsertest.Browser, answer string) {
		t.Helper()
		b.Click("#said .toast button")
		answers(b, answer, 0)
		b.Eventually("#now", "")
	}
	b.Drag("#now", 140, 5, func() {
		if got := moved(b, "#now"); got != "moved Gedaan true" {
			t.Errorf("under the finger it is at %q", got)
		}
		if wide := b.Wide(); wide > 390 {
			t.Errorf("under the finger the page is %d pixels wide", wide)
		}
		b.Screenshot(shots, "swipe-phone")
	})
	answers(b, "done", 1)
	b.Eventually("#said .toast", "Goed gedaan.")
	undo(b, "done")
	b.Drag("#now", -140, 5, func() {})
	answers(b, "later", 1)
	undo(b, "later")
	b.Drag("#now", 60, 3, func() {
		if got := moved(b, "#now"); got != "moved Gedaan false" {
			t.Errorf("under the finger it is at %q", got)
		}
	})
	b.Drag("#now", 40, -120, func() {})
	time.Sleep(500 * time.Millisecond)
	if n := count(t, h.app.DB, `select count(*) from move_answer`); n != 0 || moved(b, "#now") != "  false" {
		t.Errorf("a short or a steep swipe answers %d, and leaves it at %q", n, moved(b, "#now"))
	}
	const row = ".list .row:not(.sel)"
	b.Drag(row, 140, 0, func() {})
	answers(b, "done", 1)
	undo(b, "done")
	b.Drag(row, -140, 0, func() {})
	answers(b, "later", 1)
	undo(b, "later")
	// The key puts a row off too, and the buttons are there.
	browsertest.Evaluate[bool](b, `document.querySelector(".list .row:not(.sel) a.t").focus(), true`)
	b.Keys("h")
	answers(b, "later", 1)
	undo(b, "later")
	for _, button := range []string{
		"#now button[data-do=done]", "#now [data-do=later]", row + " button[data-do=done]",
	} {
		if !browsertest.Evaluate[bool](b, `document.querySelector("`+button+`").checkVisibility()`) {
			t.Errorf("%s is not seen", button)
		}
	}

	calm := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl", Calm: true})
	calm.Open(h.url + "/signin")
	calm.Fill("#f-email", "barbara@example.org")
	calm.Fill("#f-password", secret)
	calm.Click("main button.primary")
	calm.Eventually("main", "Anna Arends")
	calm.Drag("#now", 140, 0, func() {
		if got := moved(calm, "#now"); got != " Gedaan true" {
			t.Errorf("where nothing is to move it is at %q", got)
		}
		calm.Screenshot(shots, "swipe-calm-phone")
	})
	answers(calm, "done", 1)
}
