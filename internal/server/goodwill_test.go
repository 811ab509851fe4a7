package server_test

import (
	"testing"

	"gave.network/internal/page/browsertest"
)

// Somebody pastes a tip on the page of goodwill and learns who would like it, without scripts.
func TestGoodwillInABrowser(t *testing.T) {
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{NoScripts: true})
	h.enter(b)
	b.Open(h.url + "/people/new")
	b.Fill("#f-name", "Anna Aal")
	tap(b, "main form button.primary")
	b.Open(h.url + "/goodwill")
	b.Fill("#f-person", "Anna Aal")
	b.Fill("#f-body", "wooden boats")
	tap(b, "main form button[value=interest]")
	b.Eventually("main", "Noted.")
	b.Fill("#f-text", "A guide to the upkeep of wooden boats")
	tap(b, "form:has(#f-text) button")
	b.Eventually("main", "cares about: wooden boats")
	b.Fill("#f-text", "http://127.0.0.1/secret")
	tap(b, "form:has(#f-text) button")
	b.Eventually("main", "an address that is not public")
}
