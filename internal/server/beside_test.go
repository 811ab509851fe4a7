package server_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// The list of people stands beside a person on a wide screen: one goes on in it without a new page, it stays where it
// was left, and what is noted with somebody leaves it as it is.
func TestAListBesideAPerson(t *testing.T) {
	t.Parallel()
	h := full(t, 80)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	b.Eventually("main", "Import")
	b.Open(h.url + "/people?class=strong&choose=1")
	b.Eventually(".bulk", "chosen")
	b.Open(h.url + browsertest.Evaluate[string](b, `"/people/" + document.querySelector("[name=chosen]").value`))
	b.Eventually("nav.beside .row.sel a.t", "") // a link, not a box
	b.Open(h.url + "/people?class=strong")
	first := b.Text(".rows .row:nth-child(1) a.t")
	b.Click(".rows .row:nth-child(1) a.t")
	b.Eventually("h1", first)
	b.Eventually("nav.beside .row.sel a.t", first)
	if chosen := b.Text("nav.beside .segs a[aria-current]"); !strings.Contains(chosen, "strong") {
		t.Errorf("the list does not stand where it was left: %s", chosen)
	}
	browsertest.Evaluate[bool](b, `window.here = document.querySelector("nav.beside ul"), true`)
	second := b.Text("nav.beside .row:nth-child(2) a.t")
	address := browsertest.Evaluate[string](b, `document.querySelector("nav.beside .row:nth-child(2) a.t").pathname`)
	b.Click("nav.beside .row:nth-child(2) a.t")
	b.Eventually("nav.beside .row.sel a.t", second)
	if at := b.Address(); !strings.HasSuffix(at, address) {
		t.Errorf("the address is %s, want %s", at, address)
	}
	stays := func(after string) {
		t.Helper()
		if !browsertest.Evaluate[bool](b, `window.here === document.querySelector("nav.beside ul")`) {
			t.Errorf("the list is another one after %s", after)
		}
	}
	stays("going on in it")
	b.Click("#tags summary")
	b.Fill("#f-tag", "schaakt")
	b.Click("#tags form button")
	b.Eventually(".chips", "schaakt")
	stays("a form was sent")
	b.Click("nav.beside .segs a[href='/people?class=weak']")
	b.Eventually("nav.beside .segs a[aria-current]", "weak")
	if at := b.Address(); !strings.HasSuffix(at, address) {
		t.Errorf("another part of the list leads away, to %s", at)
	}
	b.Open(h.url + "/")
	owner, err := h.app.Account.Local(context.Background(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	moves, err := h.app.Today.Today(context.Background(), owner)
	if err != nil {
		t.Fatal(err)
	}
	b.Eventually("nav.rail a[aria-current]", "Today")
	if shown := b.Text("nav.rail a[aria-current] .n"); len(moves) == 0 || shown != strconv.Itoa(len(moves)) {
		t.Errorf("the rail says %s of %d moves", shown, len(moves))
	}

	plain := browsertest.New(t, browsertest.Options{Phone: true})
	plain.Open(h.url + "/signin")
	plain.Fill("#f-email", "barbara@example.org")
	plain.Fill("#f-password", secret)
	plain.Click("main button.primary")
	plain.Eventually("main", "Today")
	plain.Open(h.url + address)
	if browsertest.Evaluate[int](plain, `document.querySelector("nav.beside").childElementCount`) != 0 {
		t.Error("a phone reads the list too")
	}
}
