package server_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gave.network/internal/give"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// personPages is where screenshots of fields of people go; nowhere unless somebody wants to look.
var personPages = os.Getenv("GAVE_PERSON_SCREENSHOTS")

// typing is a house with people of one name, and somebody who types them.
type typing struct {
	house
	*browsertest.Browser
	t                   *testing.T
	owner               op.Viewer
	blue, water, saskia id.ID
}

func openTyping(t *testing.T, o browsertest.Options) *typing {
	t.Helper()
	ctx := context.Background()
	f := &typing{house: open(t, 0), Browser: browsertest.New(t, o), t: t}
	f.enter(f.Browser)
	v, err := f.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	self := peopletest.Person(t, f.app.DB, v, "Barbara Dijkstra", "barbara@example.org")
	if err := f.app.Account.SetPerson(ctx, v, self.ID); err != nil {
		t.Fatal(err)
	}
	v.Person = self.ID
	f.owner = v
	add := func(name, organisation string) id.ID {
		t.Helper()
		key, err := f.app.Network.AddPerson(ctx, v, people.NewPerson{
			Person: people.Person{Name: name, Organisation: organisation},
		})
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	f.blue, f.water = add("Iris de Boer", "Bureau Blauw"), add("Iris de Boer", "Waterschap Molenbeek")
	f.saskia = add("Saskia Prins", `<img src=x onerror="window.hacked = 1">`)
	add("عَلِيّ Irani 🎁", "قهوة")
	f.Open(f.url + "/settings")
	f.Choose("#language", "Nederlands")
	tap(f.Browser, "form.fields button.primary")
	return f
}

// choose presses the arrow until the row is the one with a part in it, and then a key.
func (f *typing) choose(field, part, key string) {
	f.t.Helper()
	f.Eventually("#"+field+"-found", part)
	for range 8 {
		f.Keys(kb.ArrowDown)
		if on := browsertest.Evaluate[string](f.Browser, `(() => { const e = document.querySelector("#`+field+`");
			const on = document.getElementById(e.getAttribute("aria-activedescendant"));
			return on && on.getAttribute("aria-selected") === "true" ? on.innerText : ""; })()`); strings.Contains(on, part) {
			f.Keys(key)
			return
		}
	}
	f.t.Fatalf("no row with %q under %s", part, field)
}

// value is what a field holds.
func (f *typing) value(selector string) string {
	f.t.Helper()
	return browsertest.Evaluate[string](f.Browser, `document.querySelector(`+strconv.Quote(selector)+`).value`)
}

// meant is whom the form around a field says that a name means.
func (f *typing) meant(field, name string) string {
	f.t.Helper()
	return browsertest.Evaluate[string](f.Browser, `[...document.querySelector("#`+field+`").form.elements].filter((e) =>
		e.name === `+strconv.Quote("meant."+name)+`).map((e) => e.value).join(" ")`)
}

// shut says whether no list is open.
func (f *typing) shut() bool {
	f.t.Helper()
	return browsertest.Evaluate[bool](f.Browser,
		`[...document.querySelectorAll("main [role=listbox]")].every((e) => e.hidden) && !document.querySelector("main [aria-expanded=true]")`)
}

// Whom somebody types is found while they type, chosen by keys or by a finger, and stored for the right one of two who
// bear one name; on a phone, in Dutch.
func TestAPersonIsChosenWhileTyping(t *testing.T) {
	f := openTyping(t, browsertest.Options{Phone: true, Language: "nl"})
	praised := func(who id.ID, text string) {
		t.Helper()
		f.Fill("#f-text", text)
		tap(f.Browser, "main form button[value=write]")
		f.Eventually("main", text)
		if to := browsertest.Evaluate[string](f.Browser, `[...document.querySelectorAll("main figure")].find((e) =>
			e.innerText.includes(`+strconv.Quote(text)+`)).querySelector("a").href`); !strings.HasSuffix(to, who.String()) {
			t.Errorf("%q is stored for %s, not for %s", text, to, who)
		}
		f.Open(f.url + "/praise/new")
	}
	f.Open(f.url + "/praise/new")
	f.Fill("#f-person", "Iri")
	f.Eventually("#f-person-found", "Bureau Blauw")
	f.Screenshot(personPages, "person-list")
	for expression, want := range map[string]string{
		`e.getAttribute("role") + e.getAttribute("aria-expanded") + e.getAttribute("aria-autocomplete")`:        "comboboxtruelist",
		`document.getElementById(e.getAttribute("aria-controls")).getAttribute("role")`:                         "listbox",
		`document.getElementById(e.getAttribute("aria-controls")).getAttribute("aria-label")`:                   "Wie?",
		`e.closest(".whom").querySelector("[role=status]").textContent`:                                         "2 mensen",
		`String(Math.min(...[...document.querySelectorAll("[role=option]")].map((o) => o.offsetHeight)) >= 44)`: "true",
		`String(document.querySelector("[role=listbox]").innerText.includes("` + f.blue.String() + `"))`:        "false",
		`document.querySelector("[role=option]:last-of-type").innerText.trim()`:                                 "Nieuw mens Iri",
	} {
		got := browsertest.Evaluate[string](f.Browser, `(() => { const e = document.querySelector("#f-person"); return `+expression+`; })()`)
		if got != want {
			t.Errorf("%s is %q, not %q", expression, got, want)
		}
	}
	if wide := f.Wide(); wide > 0 {
		t.Errorf("the page is %d px too wide", wide)
	}
	// A form that shows its results while somebody types hears of the choice when it is there.
	browsertest.Evaluate[string](f.Browser, `document.querySelector("main form").addEventListener("input", (e) => {
		window.heard = e.currentTarget.querySelector("[name='meant.Iris de Boer']")?.value; }); ""`)
	f.choose("f-person", "Waterschap Molenbeek", kb.Enter)
	if f.value("#f-person") != "Iris de Boer" || f.meant("f-person", "Iris de Boer") != f.water.String() || !f.shut() ||
		!strings.HasSuffix(f.Address(), "/praise/new") ||
		browsertest.Evaluate[string](f.Browser, `window.heard`) != f.water.String() {
		t.Errorf("%q means %q at %s", f.value("#f-person"), f.meant("f-person", "Iris de Boer"), f.Address())
	}
	f.Screenshot(personPages, "person-chosen")
	praised(f.water, "Met toetsen gekozen.")

	f.Fill("#f-person", "iri")
	f.Eventually("#f-person-found", "Bureau Blauw")
	row := browsertest.Evaluate[int](f.Browser, `[...document.querySelectorAll("[role=option]")].findIndex((e) =>
		e.innerText.includes("Bureau Blauw"))`)
	f.Touch("#f-person-found-" + strconv.Itoa(row))
	f.Eventually("form:has(#f-person[data-met])", "Wie?")
	if f.value("#f-person") != "Iris de Boer" || f.meant("f-person", "Iris de Boer") != f.blue.String() {
		t.Errorf("%q means %q", f.value("#f-person"), f.meant("f-person", "Iris de Boer"))
	}
	// What was chosen can be changed, and then means nobody yet.
	f.Keys(kb.Backspace)
	f.Eventually("#f-person-found", "Bureau Blauw")
	if f.meant("f-person", "Iris de Boer") != "" {
		t.Errorf("a name that was changed still means %q", f.meant("f-person", "Iris de Boer"))
	}
	f.choose("f-person", "Bureau Blauw", kb.Tab)
	if focus := browsertest.Evaluate[string](f.Browser, `document.activeElement.id`); focus != "f-text" {
		t.Errorf("Tab chooses and goes on: to %s", focus)
	}
	praised(f.blue, "Met een vinger gekozen.")

	// Escape closes the list and keeps the words; once more it leaves the field.
	f.Fill("#f-person", "Iri")
	f.Eventually("#f-person-found", "Bureau Blauw")
	f.Keys(kb.Escape)
	if !f.shut() || f.value("#f-person") != "Iri" ||
		browsertest.Evaluate[string](f.Browser, `document.activeElement.id`) != "f-person" {
		t.Errorf("after Escape the field holds %q", f.value("#f-person"))
	}
	// Who is not there yet is the last row.
	f.Fill("#f-person", "Zwaantje Nieuw")
	f.choose("f-person", "Nieuw mens Zwaantje Nieuw", kb.Enter)
	f.Fill("#f-text", "Voor het eerst.")
	tap(f.Browser, "main form button[value=write]")
	f.Eventually("main", "Zwaantje Nieuw")
	f.Eventually("main", "Voor het eerst.")
	// Who sends a name that is not clear is asked in the same place, also with scripts.
	f.Open(f.url + "/praise/new")
	f.Fill("#f-person", "Iris de Boer")
	f.Fill("#f-text", "Niet gekozen.")
	tap(f.Browser, "main form button[value=write]")
	f.Eventually("main fieldset", "Wie is Iris de Boer?")
	f.Screenshot(personPages, "person-asked")
	if f.value("#f-text") != "Niet gekozen." || f.value("#f-person") != "Iris de Boer" {
		t.Errorf("not kept: %q, %q", f.value("#f-person"), f.value("#f-text"))
	}
	tap(f.Browser, `main fieldset input[value="`+f.blue.String()+`"]`)
	tap(f.Browser, "main form button[value=write]")
	f.Eventually("main figure", "Niet gekozen.")
	f.Open(f.url + "/praise/new")
	f.Fill("#f-person", "Xander Ver")
	f.Fill("#f-text", "Van ver gekomen.")
	tap(f.Browser, "main form button[value=write]")
	f.Eventually("main form .whom", "Nieuw mens Xander Ver")
	f.Screenshot(personPages, "person-nobody")
	// The Enter key asks again, and adds nobody.
	browsertest.Evaluate[string](f.Browser, `const e = document.querySelector("#f-person");
		e.dataset.before = ""; e.focus(); ""`)
	f.Keys(kb.Enter)
	f.Eventually("main form:has(#f-person:not([data-before]))", "Nieuw mens Xander Ver")
	if list, err := f.app.Network.People(context.Background(), f.owner, people.PeopleQuery{
		Query: "Xander",
	}); err != nil || len(list.People) > 0 {
		t.Errorf("the Enter key added %v, %v", list.People, err)
	}
	tap(f.Browser, "main form .whom button")
	f.Eventually("main section", "Van ver gekomen.")
	f.Eventually("main section", "Xander Ver")
	f.Open(f.url + "/praise/new")
	// What others made hostile, or long, stays text.
	f.Fill("#f-person", "sask")
	f.Eventually("#f-person-found", "<img src=x")
	f.Fill("#f-person", "irani")
	f.Eventually("#f-person-found", "🎁")
	f.Fill("#f-person", "<img src=x onerror='window.hacked=2'>")
	f.Eventually(".whom [role=status]", "Niemand")
	browsertest.Evaluate[string](f.Browser, `(() => { const e = document.querySelector("#f-person");
		e.value = "é".repeat(10000); e.dispatchEvent(new InputEvent("input", { bubbles: true })); return ""; })()`)
	if !f.shut() || browsertest.Evaluate[string](f.Browser, `String(window.hacked)`) != "undefined" {
		t.Error("what was typed ran, or a name that is none was looked up")
	}
	f.Fill("#f-text", "Blijft staan.")
	tap(f.Browser, "main form button[value=write]")
	f.Eventually("#wrong", "300")
	if f.value("#f-text") != "Blijft staan." || len(f.value("#f-person")) != 20_000 {
		t.Errorf("not kept: %q", f.value("#f-text"))
	}
}

// Several names in one field are completed one by one, and two who are called the same stay two.
func TestSeveralPeopleAreChosenInOneField(t *testing.T) {
	f := openTyping(t, browsertest.Options{Language: "nl"})
	f.Open(f.url + "/colleagues/proposal")
	f.Fill("#f-file", "Iri")
	f.choose("f-file", "Bureau Blauw", kb.Enter)
	f.Keys(", 1, voor" + kb.Enter + "Iri")
	f.choose("f-file", "Waterschap Molenbeek", kb.Enter)
	f.Keys(", 1, tegen" + kb.Enter + "Sas")
	f.choose("f-file", "Saskia Prins", kb.Enter)
	f.Keys(", 1, ?")
	const lines = "Iris de Boer, 1, voor\nIris de Boer (Waterschap Molenbeek), 1, tegen\nSaskia Prins, 1, ?"
	if f.value("#f-file") != lines || !f.shut() {
		t.Errorf("the field holds %q", f.value("#f-file"))
	}
	tap(f.Browser, "form:has(#f-file) button.primary")
	f.Eventually("main", "Spreek deze mensen, in deze volgorde")
	if f.value("#f-file") != lines || f.meant("f-file", "Iris de Boer") != f.blue.String() {
		t.Errorf("after the answer the field holds %q", f.value("#f-file"))
	}

	f.Open(f.url + "/give")
	f.Fill("#f-body", "Soep")
	f.Fill("#f-people", "Iri")
	f.choose("f-people", "Waterschap Molenbeek", kb.Enter)
	f.Keys(", sas")
	f.choose("f-people", "Saskia Prins", kb.Enter)
	if f.value("#f-people") != "Iris de Boer, Saskia Prins" {
		t.Errorf("the field holds %q", f.value("#f-people"))
	}
	tap(f.Browser, "main form button[value=given]")
	f.Eventually("main", "Soep")
	v, err := f.app.Account.Local(context.Background(), locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	said, err := f.app.Operations.Call(context.Background(), v, "give.list", give.ListInput{})
	if err != nil {
		t.Fatal(err)
	}
	var to []id.ID
	for _, p := range said.(give.ListOutput).Gifts[0].People {
		to = append(to, p.ID)
	}
	if len(to) != 2 || !slices.Contains(to, f.water) || !slices.Contains(to, f.saskia) {
		t.Errorf("the gift is for %v", to)
	}
}
