package server_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
)

// What somebody types is there again after the back button and in a second tab, and stays where it is when the person
// whom it is about is erased meanwhile: it says so, and the words can be taken elsewhere.
func TestNothingTypedIsLost(t *testing.T) {
	h := open(t, 0)
	ctx := t.Context()
	owner, err := h.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	self := peopletest.Person(t, h.app.DB, owner, "Barbara Dijkstra", "barbara@example.org")
	if err := h.app.Account.SetPerson(ctx, owner, self.ID); err != nil {
		t.Fatal(err)
	}
	owner.Person = self.ID
	add := func(name string) string {
		t.Helper()
		added, err := h.app.Operations.Call(ctx, owner, "people.add", people.NewPersonInput{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return added.(people.IdentifiedPerson).ID.String()
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	holds := func(when, selector, want string) {
		t.Helper()
		b.Eventually("main", "")
		got := ""
		for range 50 { // a browser that is busy fills a form again a while after it shows the page
			if got = browsertest.Evaluate[string](b,
				`document.querySelector(`+strconv.Quote(selector)+`)?.value ?? "nothing"`); got == want {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Errorf("%s: %s holds %q, want %q at %s", when, selector, got, want, b.Address())
	}
	const words = "Wat een 🎁 <b>dag</b> met שלום"
	for path, field := range map[string]string{
		"/praise/new": "#f-text", "/give": "#f-body", "/asks/new": "#f-text", "/introductions/new": "#f-text",
		"/colleagues/proposal": "#f-file", "/goodwill": "#f-body", "/people/new": "#f-name",
		"/people/" + add("Anna Aal"): "#f-text",
	} {
		b.Open(h.url + path)
		if fold := "main details:not([open]):has(" + field + ") > summary"; browsertest.Evaluate[bool](b,
			`!!document.querySelector(`+strconv.Quote(fold)+`)`) {
			tap(b, fold)
		}
		b.Fill(field, words)
		b.Open(h.url + "/more")
		holds("elsewhere", "main "+field, "nothing")
		browsertest.Evaluate[bool](b, `setTimeout(() => history.back()), true`) // the answer comes before
		address(t, b, path)
		holds("after the back button", field, words)
		b.Open(h.url + path) // as a second tab does
		holds("in another tab", field, words)
	}

	gone := func(person string) {
		t.Helper()
		if _, err := h.app.Operations.Call(ctx, owner, "erase", erase.EraseInput{
			PersonInput: people.PersonInput{Person: person},
		}); err != nil {
			t.Fatal(err)
		}
	}
	bram := add("Bram Beer")
	b.Open(h.url + "/people/" + bram)
	b.Fill("#f-text", words)
	gone(bram)
	tap(b, "form:has(#f-text) button")
	b.Eventually("#said", "Die persoon is er niet (meer).")
	holds("a note about somebody who was erased", "#f-text", words)

	cora := add("Cora Cent")
	b.Open(h.url + "/praise/new?for=" + cora)
	b.Fill("#f-text", words)
	gone(cora)
	tap(b, "main form button[value=write]")
	b.Eventually("main .whom", "Nieuw mens Cora Cent")
	holds("praise of somebody who was erased", "#f-text", words)
	holds("praise of somebody who was erased", "#f-person", "Cora Cent")

	dora := add("Dora Dam")
	b.Open(h.url + "/introductions/new?to=" + dora)
	b.Fill("#f-text", words)
	gone(dora)
	tap(b, "main form button.primary")
	b.Eventually("main .whom", "Nieuw mens Dora Dam")
	holds("an introduction to somebody who was erased", "#f-text", words)

	// Two tabs: what one of them settled is said in the other, with the words.
	elsa := add("Elsa Eik")
	b.Open(h.url + "/people/" + elsa + "/erase")
	b.Click("#how summary")
	b.Fill("#f-reason", "op verzoek")
	gone(elsa)
	tap(b, "main button.danger")
	b.Eventually("#said", "")
	holds("erasing somebody who was erased", "#f-reason", "op verzoek")
}

// Without a script the words whose form is gone are shown on the page that answers.
func TestWordsAreShownWhereTheirFormIsGone(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	d.enter(op.Member, "member@lost.example")
	person := d.form("/people/new", url.Values{"name": {"Bram Beer"}}).head.Get("Location")
	if r := d.form(person+"/erase", url.Values{"sure": {"yes"}}); r.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.status, r.body)
	}
	for language, says := range map[string]string{"en": "What you typed: ", "nl": "Wat je typte: "} {
		r := d.form(person+"?lang="+language, url.Values{"do": {"note"}, "text": {"Likes <b>boats</b> and 🎁."}})
		if r.status != http.StatusNotFound || !strings.Contains(r.body, says+"Likes &lt;b&gt;boats&lt;/b&gt; and 🎁.") {
			t.Errorf("%s: %d %s", language, r.status, between(r.body, "<main", "</main>"))
		}
	}
}
