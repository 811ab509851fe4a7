package server_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// askings is where screenshots of the room go; nowhere unless somebody wants to look.
var askings = os.Getenv("GAVE_ASK_SCREENSHOTS")

// tap brings a thing to the middle of the screen first, out from under the bars of a phone.
func tap(b *browsertest.Browser, selector string) {
	browsertest.Evaluate[string](b,
		`document.querySelector(`+strconv.Quote(selector)+`).scrollIntoView({block: "center"}); ""`)
	b.Click(selector)
}

// Asking from the first line to the thanks, without scripts, in Dutch, on a phone; then an introduction by its links,
// without signing in.
func TestAskingInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	h := full(t, 80)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/asks")
	b.Eventually("main h1", "Vragen")
	tap(b, "main .head a.primary")
	b.Fill("#f-text", "Wie kent een fotograaf voor portretten?")
	tap(b, "form button[formmethod=get]")
	b.Eventually("main", "Wie kan helpen")
	b.Eventually("main", "Zeg waarom het voor je telt")
	b.Eventually("main .slots", "Wanneer uiterlijk?")
	b.Screenshot(askings, "ask-new-phone")
	// Who is asked first stores the ask.
	name := b.Text("ol.rows li:has(button.primary) .t")
	tap(b, "main form[action='/asks/new'] button.primary")
	b.Eventually("main", "Wie kent een fotograaf")
	b.Screenshot(askings, "ask-phone")
	ask := b.Address()
	// Without a script the mail and the note of it are two acts.
	tap(b, "ol.rows details:has(form) summary")
	b.Eventually("ol.rows details form", "Ik vroeg het")
	b.Eventually("main", "Aan wie je het vroeg")
	tap(b, "ul.asked form:last-of-type button")
	b.Eventually("main", "Wie hielpen")
	tap(b, "ul.helped form button")
	b.Eventually("main", "Bedankt: het staat bij wat er bij je binnenkwam.")
	b.Fill("#f-outcome", "Er is een fotograaf")
	tap(b, "form:has(#f-outcome) button")
	b.Eventually("main", "Vertel "+name+" hoe het afliep")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page of the ask is %d pixels wider than the screen", wide)
	}
	b.Open(ask)
	b.Eventually("main", "gesloten")

	b.Open(h.url + "/people?query=a")
	target := b.Text("main li:nth-child(2) a.t")
	key := func(n string) string {
		page := browsertest.Evaluate[string](b, `document.querySelector("main li:nth-child(`+n+`) a.t").href`)
		return page[strings.LastIndex(page, "/")+1:] // two people may bear one name
	}
	first, second := key("1"), key("2")
	b.Open(h.url + "/introductions/new")
	b.Fill("#f-target", second)
	b.Fill("#f-through", first)
	b.Fill("#f-text", "samen een boek maken")
	b.Fill("#f-address", "barbara@example.org")
	b.Screenshot(askings, "introductions-phone")
	tap(b, "form:has(#f-target) button")
	b.Eventually("main", "Stuur dit door")
	link := func(b *browsertest.Browser) string {
		said := browsertest.Evaluate[string](b, `document.querySelector("#letter").textContent`)
		return strings.TrimSpace(said[strings.LastIndex(said, "http"):])
	}
	toMiddle := link(b)
	outside := browsertest.New(t, browsertest.Options{NoScripts: true})
	outside.Open(toMiddle)
	outside.Eventually("main", "would like to meet "+target+" through you")
	outside.Screenshot(askings, "introduction-middle")
	tap(outside, "main form button.primary")
	outside.Open(link(outside))
	outside.Eventually("main", "would like to meet you")
	if strings.Contains(outside.Text("main"), "barbara@example.org") {
		t.Error("an address passed before both agreed")
	}
	outside.Fill("#f-address", "doel@example.org")
	tap(outside, "main form button.primary")
	outside.Eventually("main", "To be reached at barbara@example.org")
	b.Open(h.url + "/introductions")
	b.Eventually("main", "Bereikbaar op doel@example.org")
}
