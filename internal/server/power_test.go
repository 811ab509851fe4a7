package server_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"gave.network/internal/page/browsertest"
)

// powerPages is where screenshots of the room go; nowhere unless somebody wants to look.
var powerPages = os.Getenv("GAVE_POWER_SCREENSHOTS")

// Somebody sets a goal, sees who holds what it takes, finds the smallest group and looks at all layers; without
// scripts, in Dutch, on a phone.
func TestPowerInDutchOnAPhone(t *testing.T) {
	t.Parallel()
	h := full(t, 150)
	b := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/power")
	b.Eventually("main h1", "Invloed")
	b.Fill("#f-title", "Een festival voor makers")
	b.Fill("#f-items", "vaardigheid: schrijven\norganisatie: Gemeente Waterstad\nbesluit: zweefvergunning")
	tap(b, "form[action='/power/goals'] button.primary")
	b.Eventually("main h1", "Een festival voor makers")
	b.Eventually("main .answer", "Je bereikt iemand voor 2 van de 3 dingen")
	b.Eventually("main", "Niemand van wie je weet heeft dit.")
	b.Eventually("main .now", "Volgende stap: vraag")
	b.Screenshot(powerPages, "goal-phone")
	// Who is asked first says yes: that is arranged, and somebody else is next.
	asked := b.Text("main .now .t")
	who := browsertest.Evaluate[string](b, `document.querySelector("main .now a.t").getAttribute("href")`)
	who = strings.TrimPrefix(who, "/people/") // several may have the name
	tap(b, "main .now form button")
	b.Eventually("main .answer", "1 van de 3 dingen")
	b.Eventually("main .lanes .e", "doet mee")
	b.Eventually("main", "Wie meedoet")
	b.Screenshot(powerPages, "goal-arranged-phone")
	tap(b, "main form:has(input[value=leave]) button")
	b.Eventually("main .answer", "Je bereikt iemand voor 2 van de 3 dingen")
	b.Eventually("main .now .t", asked)
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page of the goal is %d pixels wider than the screen", wide)
	}
	b.Open(h.url + "/power")
	tap(b, "main a[href='/power/together']")
	b.Fill("#f-need", "schrijven, Gemeente Waterstad, fotografie")
	tap(b, "form:has(#f-need) button.primary")
	b.Eventually("main", "De kleinste groep")
	if n := browsertest.Evaluate[int](b, `document.querySelectorAll("svg.tree circle").length`); n < 1 {
		t.Errorf("%d people in the picture", n)
	}
	b.Screenshot(powerPages, "together-phone")
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	b.Open(h.url + "/power/levels")
	b.Eventually("main", "Alle lagen")
	b.Screenshot(powerPages, "levels-phone")
	// What was achieved is noted with who had a part in it, and is on the page of each of them.
	b.Open(h.url + "/power/results")
	b.Fill("#f-title", "De subsidie voor het festival")
	b.Fill("#f-people", who)
	tap(b, "form[action='/power/results'] button.primary")
	b.Eventually("main h1", "De subsidie voor het festival")
	b.Screenshot(powerPages, "result-phone")
	b.Open(h.url + "/people/" + who)
	b.Eventually("main", "Samen bereikt")
	b.Open(h.url + "/power/joint")
	b.Fill("#f-people", who)
	b.Fill("#f-need", "schrijven, goud")
	tap(b, "form[action='/power/joint'] button.primary")
	b.Eventually("main", "Ze missen: ")
	b.Screenshot(powerPages, "joint-phone")
}

// A pointer on a number of the matrix shows whose ties it is of; the number leads to the same.
func TestNamesInTheMatrix(t *testing.T) {
	t.Parallel()
	h := full(t, 150)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	b.Open(h.url + "/power/levels")
	const link = `document.querySelector("table.heat a[data-hover]")`
	browsertest.Evaluate[bool](b, link+`.dispatchEvent(new PointerEvent("pointerenter")), true`)
	title := ""
	for range 200 {
		if title = browsertest.Evaluate[string](b, link+".title"); title != "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	names, _, _ := strings.Cut(title, "\n")
	if !strings.Contains(names, " – ") {
		t.Fatalf("on the number stands %q", title)
	}
	b.Click("table.heat a[data-hover]")
	b.Eventually("#between", names)
}
