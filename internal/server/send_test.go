package server_test

import (
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// What goes wrong with a form that a script sends is said on its page, and nothing typed is lost: a wrong password,
// something that another changed meanwhile, a line that broke, and a session that ended.
func TestWhatGoesWrongIsSaidInPlace(t *testing.T) {
	h := open(t, 0)
	ctx := t.Context()
	signedIn(t, h, h.url)
	b := browsertest.New(t, browsertest.Options{Phone: true})
	b.Open(h.url + "/signin")
	b.Fill("#f-email", "barbara@example.org")
	b.Fill("#f-password", "not this one at all")
	b.Click("main button.primary")
	b.Eventually("main", "is wrong")
	if got := browsertest.Evaluate[string](b, `document.querySelector("#f-email").value`); got != "barbara@example.org" {
		t.Errorf("after a wrong password the address is %q", got)
	}
	b.Fill("#f-password", secret)
	b.Click("main button.primary")
	b.Eventually("main h1", "Today")

	owner, err := h.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	added, err := h.app.Operations.Call(ctx, owner, "people.add", people.NewPersonInput{Name: "Anna Aal"})
	if err != nil {
		t.Fatal(err)
	}
	anna := added.(people.IdentifiedPerson).ID
	b.Open(h.url + "/people/" + anna.String())
	b.Click("#change > summary")
	b.Fill("#f-place", "Zwolle")
	place := "Arnhem"
	if _, err := h.app.Operations.Call(ctx, owner, "people.edit", people.EditPersonInput{
		PersonInput: people.PersonInput{Person: anna.String()}, Place: &place,
	}); err != nil {
		t.Fatal(err)
	}
	b.Click("#change form button.primary")
	b.Eventually("#change", "Stored now: Arnhem")
	if got := browsertest.Evaluate[string](b, `document.querySelector("#f-place").value`); got != "Zwolle" {
		t.Errorf("what was typed beside another's change is %q", got)
	}

	broken := `const real = window.fetch; window.fetch = () => Promise.reject(new TypeError("offline")); true`
	b.Open(h.url + "/people/" + anna.String())
	b.Fill("#f-text", "likes long trains")
	browsertest.Evaluate[bool](b, broken)
	b.Click("form:has(#f-text) button")
	b.Eventually("#said", "No connection")
	kept := func(when string) {
		t.Helper()
		if got := browsertest.Evaluate[string](b, `document.querySelector("#f-text").value`); got != "likes long trains" {
			t.Errorf("%s the note is %q", when, got)
		}
	}
	kept("after the line broke")
	b.Open(h.url + "/people/" + anna.String())
	kept("on the page opened again")

	// The session ends; the form leads to the way in and back to what was typed. Nobody else sees it.
	if _, err := h.app.DB.ExecContext(ctx, `delete from session`); err != nil {
		t.Fatal(err)
	}
	b.Click("form:has(#f-text) button")
	b.Eventually("main h1", "Sign in")
	if fields := browsertest.Evaluate[int](b, `[...document.querySelectorAll("textarea")].length`); fields != 0 {
		t.Errorf("%d fields with words of somebody who is not signed in", fields)
	}
	b.Fill("#f-email", "barbara@example.org")
	b.Fill("#f-password", secret)
	b.Click("main button.primary")
	b.Eventually("main h1", "Anna Aal")
	kept("after signing in again")
	b.Click("form:has(#f-text) button")
	b.Eventually("#notes", "likes long trains")
	if left := browsertest.Evaluate[string](b, `Object.keys(localStorage).join()`); strings.Contains(left, " text") {
		t.Errorf("after it was stored its draft is kept: %s", left)
	}
}
