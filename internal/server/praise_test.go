package server_test

import (
	"os"
	"strings"
	"testing"

	"gave.network/internal/page/browsertest"
)

// praisePages is where screenshots of the room go; nowhere unless somebody wants to look.
var praisePages = os.Getenv("GAVE_PRAISE_SCREENSHOTS")

// Somebody praises, asks for words by a link, publishes what came, and checks a draft; without scripts, in Dutch, on a
// phone. Who was asked needs no account.
func TestPraisingInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	h := full(t, 80)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	// Two have one name: the question stands beside it, the words stay.
	for _, organisation := range []string{"Bureau Blauw", "Waterschap Molenbeek"} {
		b.Open(h.url + "/people/new")
		b.Fill("#f-name", "Xandra Dubbel")
		b.Fill("#f-organisation", organisation)
		tap(b, "main form button.primary")
	}
	b.Open(h.url + "/praise/new")
	b.Fill("#f-person", "Xandra Dubbel")
	b.Fill("#f-text", "Je zag het als eerste.")
	tap(b, "main form button[value=write]")
	b.Eventually("main fieldset", "Wie is Xandra Dubbel?")
	b.Eventually("main fieldset", "Waterschap Molenbeek")
	b.Screenshot(praisePages, "praise-who")
	tap(b, "main .whom fieldset label:last-of-type input")
	tap(b, "main form button[value=write]")
	b.Eventually("main", "Je zag het als eerste.")
	b.Open(h.url + "/people?query=a")
	address := browsertest.Evaluate[string](b, `document.querySelector("main li a.t").href`)
	person := address[strings.LastIndex(address, "/")+1:]
	b.Open(h.url + "/praise?person=" + person)
	b.Eventually("main h1", "Geef lof")
	b.Fill("#f-text", "Je notities redden het project.")
	b.Fill("#f-occasion", "jaarverslag")
	tap(b, "main form button[value=write]")
	b.Eventually("main", "Je notities redden het project.")
	b.Screenshot(praisePages, "praise-phone")
	b.Open(h.url + "/praise?person=" + person)
	tap(b, "#invite summary")
	b.Fill("#f-about", "de workshop")
	tap(b, "#invite button")
	b.Eventually("main", "Stuur dit door")
	said := browsertest.Evaluate[string](b, `document.querySelector("#invitation").textContent`)
	link := strings.TrimSpace(said[strings.LastIndex(said, "http"):])

	outside := browsertest.New(t, browsertest.Options{NoScripts: true})
	outside.Open(link)
	outside.Eventually("main", "de workshop")
	outside.Fill("#f-text", "Clear <b>and</b> kind.")
	tap(outside, "main input[name=consent][value=publish]")
	tap(outside, "main form button.primary")
	outside.Eventually("main", "Thank you.")
	outside.Screenshot(praisePages, "praise-link")

	b.Open(h.url + "/praise")
	b.Eventually("main", "Clear <b>and</b> kind.")
	tap(b, "main form:has(input[value=publish]) button")
	b.Eventually("main", "Op je muur")
	public := browsertest.Evaluate[string](b, `document.querySelector("main a[href^='/praised/']").href`)
	outside.Open(public)
	outside.Eventually("main", "Clear <b>and</b> kind.")
	described := browsertest.Evaluate[string](outside,
		`JSON.parse(document.querySelector("script[type='application/ld+json']").textContent).review[0].reviewBody`)
	if described != "Clear <b>and</b> kind." {
		t.Errorf("JSON-LD says %q", described)
	}
	outside.Screenshot(praisePages, "praised")
	outside.Open(public + "/embed")
	outside.Eventually("main", "Clear <b>and</b> kind.")
	outside.Open(link)
	tap(outside, "main form button")
	outside.Eventually("main", "Your words were taken back.")
	outside.Open(public)
	outside.Eventually("main", "There is no such page.")

	b.Open(h.url + "/praise/check")
	b.Fill("#f-text", "Ik ben trots dat ik wéér als beste van het land ben gekozen. De vergadering begint om tien uur.")
	tap(b, "main form button.primary")
	b.Eventually("main mark", "trots")
	b.Eventually("main", "1 van 2 zinnen schept op")
	b.Screenshot(praisePages, "check-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
}
