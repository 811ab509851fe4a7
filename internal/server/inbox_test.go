package server_test

import (
	"os"
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// inboxes is where screenshots of what is brought to members go; nowhere unless somebody wants to look.
var inboxes = os.Getenv("GAVE_INBOX_SCREENSHOTS")

// Two members meet in browsers of their own: an invitation, praise that waits for a word, an ask and its answer, an
// introduction. The one who is invited has a phone, in Dutch, without scripts.
func TestMembersMeet(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	owner := browsertest.New(t, browsertest.Options{})
	h.enter(owner)
	owner.Open(h.url + "/settings")
	owner.Fill("#f-invite_email", "anna@club.example")
	owner.Click("form:has(#f-invite_email) button")
	owner.Eventually("#members ~ .flash", "/welcome?link=")
	link := strings.TrimSpace(owner.Text("#members ~ .flash code"))
	owner.Eventually("main", "anna@club.example")
	owner.Screenshot(inboxes, "settings")

	anna := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	anna.Open(link)
	if got := browsertest.Evaluate[string](anna, `document.querySelector("#f-email").value`); got != "anna@club.example" {
		t.Errorf("the address that is invited is not filled in: %q", got)
	}
	anna.Fill("#f-name", "Anna Aal")
	anna.Fill("#f-password", secret)
	tap(anna, "main button.primary")
	anna.Open(h.url + "/people")
	anna.Eventually("main", "Barbara Dijkstra")
	anna.Eventually("main", "lid")
	anna.Open(h.url + "/inbox")
	anna.Eventually("main", "Hier is nog niets")
	anna.Screenshot(inboxes, "empty-phone")

	owner.Open(h.url + "/people")
	owner.Eventually("main", "Anna Aal")
	owner.Click("main li a.t")
	owner.Eventually("main", "Member of the space")
	owner.Screenshot(inboxes, "member")
	owner.Open(h.url + "/praise/new")
	owner.Fill("form:has(#f-text) input[name=person]", "Anna Aal")
	owner.Fill("#f-text", "Her notes saved the evening.")
	owner.Click("input[name=consent][value=quote]")
	owner.Click("form:has(#f-text) button.primary")
	owner.Eventually("main", "Her notes saved the evening.")
	owner.Open(h.url + "/asks/new?text=Who+brings+the+projector%3F&people=Anna+Aal&audience=named")
	owner.Click("main form[action='/asks/new'] button[value=''], main form[action='/asks/new'] button.primary")
	owner.Eventually("main", "Who brings the projector?")

	anna.Open(h.url + "/inbox")
	anna.Eventually("main", "Wacht op jou")
	anna.Eventually("main", "Barbara Dijkstra geeft je lof")
	anna.Eventually("main", "Barbara Dijkstra vraagt jou iets")
	if wide := anna.Wide(); wide > 0 {
		t.Errorf("the inbox is %d pixels wider than the screen", wide)
	}
	anna.Screenshot(inboxes, "inbox-phone")
	tap(anna, "main button[value=quote]")
	anna.Eventually("main", "Eerder")
	anna.Fill("form.answers input[name=note]", "Ik neem hem mee")
	tap(anna, "form.answers button[value=yes]")
	anna.Eventually("main", "Je antwoord is nu bij hen.")

	owner.Open(h.url + "/inbox")
	owner.Eventually("main", "Anna Aal helps you with: Who brings the projector?")
	owner.Eventually("nav a[href='/inbox']", "1")
	owner.Screenshot(inboxes, "inbox")
	owner.Click("main li form button")
	owner.Eventually("main", "Earlier")
	owner.Click("main a.t")
	owner.Eventually("main", "Ik neem hem mee")
	owner.Eventually("main", "Who helped")
	owner.Screenshot(inboxes, "answered")
	dark := browsertest.New(t, browsertest.Options{Dark: true, Narrow: true})
	dark.Open(h.url + "/signin")
	dark.Fill("#f-email", "anna@club.example")
	dark.Fill("#f-password", secret)
	dark.Click("main button.primary")
	dark.Open(h.url + "/inbox")
	dark.Eventually("main", "Barbara Dijkstra")
	if wide := dark.Wide(); wide > 0 {
		t.Errorf("the inbox is %d pixels wider than a narrow screen", wide)
	}
	dark.Screenshot(inboxes, "inbox-narrow-dark")
}

// A space is made on a phone without scripts, and one goes from one to the other; where one is stands under More.
func TestSpacesOnAPhone(t *testing.T) {
	t.Parallel()
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Fill("#f-new_space", "Koor")
	tap(b, "form:has(#f-new_space) button")
	b.Eventually("main", "Je nieuwe ruimte. Er is nog niemand anders.")
	b.Open(h.url + "/more")
	b.Eventually("main", "Koor")
	tap(b, "main a[href='/settings#spaces']")
	b.Eventually("main", "hier ben je")
	b.Screenshot(inboxes, "spaces-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the settings are %d pixels wider than the screen", wide)
	}
	tap(b, "form:has(input[value=switch]) button")
	b.Open(h.url + "/more")
	b.Eventually("main", "de ruimte zonder naam")
}
