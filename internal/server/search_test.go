package server_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
)

// tags are what browsers do not show.
var tags = regexp.MustCompile(`<[^>]*>`)

// found is what the search says, with a bar between its lines and brackets around what it marks.
func (d *desk) found(query string) string {
	d.t.Helper()
	r := d.form("/search?"+query, nil)
	_, body, ok := strings.Cut(r.body, `id="found"`)
	if r.status != http.StatusOK || !ok {
		d.t.Fatalf("%s: %d %s", query, r.status, r.body)
	}
	body, _, _ = strings.Cut(body, "</main>")
	body = strings.NewReplacer(
		"<mark>", "[", "</mark>", "]", "</a>", "|", "</h2>", "|", " </h2>", "|", `class="w">`, ">|",
	).Replace(body[strings.Index(body, ">")+1:])
	return html.UnescapeString(tags.ReplaceAllString(body, ""))
}

// The search finds what the rooms have and says why, and of what others keep only what they share.
func TestSearchFindsAndSaysWhy(t *testing.T) { dbtest.Addresses(t, searchFindsAndSaysWhy) }

func searchFindsAndSaysWhy(t *testing.T, address string) {
	d := openDesk(t, address, t.TempDir())
	post := func(path string, form url.Values) string {
		t.Helper()
		r := d.form(path, form)
		if r.status != http.StatusSeeOther {
			t.Fatal(path, r.status, r.body)
		}
		return r.head.Get("Location")
	}
	d.enter(op.Member, "other@example.org")
	other := d.session
	for name, share := range map[string]string{"Roosmarijn Verborgen": "", "Rosanne Gedeeld": "space"} {
		person := post("/people/new", url.Values{"name": {name}, "organisation": {"Roosteren " + name}})
		post(person, url.Values{"do": {"note"}, "text": {"Roos zei een geheim"}})
		post(person, url.Values{"do": {"tag"}, "tag": {"roosgeheim"}})
		if share != "" {
			post(person, url.Values{"do": {"share"}, "with": {share}})
		}
	}
	post("/give", url.Values{"body": {"Een roos voor niemand"}, "direction": {"given"}})
	post("/asks/new", url.Values{"text": {"Wie kent een roos?"}, "kind": {"ask"}, "audience": {"ties"}})
	post("/asks/new", url.Values{"text": {"Wie kent een roosterman?"}, "kind": {"ask"}, "audience": {"space"}})

	d.enter(op.Member, "me@example.org")
	haan := post("/people/new", url.Values{
		"name": {"Roos de Haan"}, "role": {"redacteur"}, "organisation": {"De Polder"},
	})
	mes := post("/people/new", url.Values{"name": {"Ruben Mes"}, "role": {"maakt het rooster"}})
	tagged := post("/people/new", url.Values{"name": {"Thijs Smit"}, "organisation": {"Roosendaal Druk"}})
	post(tagged, url.Values{"do": {"tag"}, "tag": {"Rozen"}})
	post(tagged, url.Values{"do": {"note"}, "text": {"Roos zat met <b>Lonneke</b> in de jury"}})
	post("/give", url.Values{"body": {"Een tip over rozenteelt"}, "direction": {"given"}, "people": {"Thijs Smit"}})
	post("/asks/new", url.Values{
		"text": {"Wie kent een drukker?"}, "why": {"voor het rozenboek"}, "kind": {"ask"}, "audience": {"ties"},
	})

	for query, wants := range map[string][]string{
		"q=roos": {
			"People|", "[Roos] de Haan|", "redacteur · De Polder", "Ruben Mes|", "maakt het [roos]ter",
			"Do|", "Note about Roos de Haan|", "Who brings me to Roos de Haan|",
			"Organisations|", "[Roos]endaal Druk|", "1 person",
			"Notes|", "“[Roos] zat met <b>Lonneke</b> in de jury”|", "Thijs Smit · ",
			"Wie kent een [roos]terman?|",
		},
		"q=rozen": {
			"Thijs Smit|", "|[rozen] · R", "Een tip over [rozen]teelt|", "Thijs Smit · ", "voor het [rozen]boek",
		},
		"q=give+roos":         {"[Roos] de Haan|", "Give Roos de Haan something|"},
		"lang=nl&q=geef+roos": {"Mensen|", "[Roos] de Haan|", "Doe|", "Geef Roos de Haan iets|"},
		"lang=nl&q=roos": {
			"Noteer over Roos de Haan|", "Wie brengt me bij Roos de Haan|", "Notities|",
		},
		"lang=nl&q=wachtwoord":          {"Instellingen|", "[Wachtwoord]|"},
		"lang=nl&q=binnen":              {"Plaatsen|", "[Binnen]halen|"},
		"q=import":                      {"Do|", "Import files|", "Places|", "[Import]|"},
		"q=backup":                      {"Help|", "[backup]"},
		"q=":                            {"Lately|", "Roos de Haan|", "Places|", "Give|"},
		"q=xyzzy+%3Cb%3E":               {"Nothing found.", "Note “xyzzy <b>”|", "Add xyzzy <b> as a person|"},
		"q=%00%FF%27%22%3B--%25_":       {"Nothing found."},
		"q=" + strings.Repeat("ä", 9e3): {"Nothing found."},
		"q=" + url.QueryEscape(strings.Repeat("qa qb ", 999)): {"Nothing found."},
		"q=%F0%9F%8C%B9": {"Nothing found.", "Note “🌹”|"},
	} {
		got := d.found(query)
		for _, want := range wants {
			if !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
				t.Errorf("%.40s: does not say %q: %s", query, want, got)
			}
		}
		for _, secret := range []string{"Verborgen", "geheim", "niemand", "een roos?", "<mark", "<b>x"} {
			if strings.Contains(tags.ReplaceAllString(got, ""), secret) {
				t.Errorf("%.40s: says %q: %s", query, secret, got)
			}
		}
	}
	// What is found leads to where it stands.
	body := d.form("/search?q=roos", nil).body
	for _, address := range []string{
		haan, mes, tagged, "/net/way?to=Roos+de+Haan", "/capture?text=%40%22Roos+de+Haan%22+",
	} {
		if !strings.Contains(html.UnescapeString(body), `href="`+address+`"`) {
			t.Errorf("%s is not linked: %s", address, body)
		}
		if r := d.form(address, nil); r.status != http.StatusOK {
			t.Errorf("%s: %d", address, r.status)
		}
	}
	if got := d.found("q=gedeeld"); !strings.Contains(got, "Rosanne [Gedeeld]") {
		t.Errorf("what is shared is not found: %s", got)
	}
	d.session = other
	if got := d.found("q=roos"); !strings.Contains(got, "[Roos]marijn Verborgen") || strings.Contains(got, "de Haan") ||
		strings.Contains(got, "Lonneke") {
		t.Errorf("the other member finds: %s", got)
	}
	d.enter(op.Guest, "guest@example.org")
	if got := d.found("q=roos"); !strings.Contains(got, "Nothing found.") || strings.Contains(got, "|") {
		t.Errorf("a guest finds: %s", got)
	}
	d.session = ""
	if r := d.form("/search?q=roos", nil); r.status == http.StatusOK {
		t.Errorf("a stranger searches: %d", r.status)
	}
}

// chosenOption is the title of what the palette has chosen.
const chosenOption = `document.querySelector("#palette-found [aria-selected=true] .t")?.textContent ?? ""`

// The palette opens over every page by keyboard, finds while somebody types, and goes where the keys choose.
func TestThePaletteByKeyboard(t *testing.T) {
	t.Parallel()
	h := full(t, 60)
	b := browsertest.New(t, browsertest.Options{})
	h.enter(b)
	b.Open(h.url + "/asks/new")
	is := func(expression, want, what string) {
		t.Helper()
		if got := browsertest.Evaluate[string](b, "String("+expression+")"); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	const isOpen, focus = `document.getElementById("palette").open`, `document.activeElement.getAttribute("role")`
	const field = `document.querySelector("main textarea")`
	browsertest.Evaluate[bool](b, field+`.focus(), true`)
	b.Control('k')
	b.Eventually("#palette-found", "Lately")
	is(isOpen, "true", "Ctrl-K")
	is(focus, "combobox", "the keyboard")
	b.Keys("\x1b")
	is(isOpen, "false", "Escape")
	is(`document.activeElement === `+field, "true", "the keyboard is back where it was")
	b.Keys("\x1b/") // out of the field
	is(isOpen, "true", "the slash")
	name := browsertest.Evaluate[string](b, `document.querySelectorAll("#palette-found .t")[1].textContent`)
	b.Fill("#palette input", strings.ToLower(name))
	b.Eventually("#palette-found [role=group]", "People")
	b.Eventually("#palette-found [aria-selected=true] mark", strings.Fields(name)[0])
	is(chosenOption, name, "the first is chosen")
	is(`document.getElementById(document.querySelector("#palette input").getAttribute("aria-activedescendant")).textContent
		.includes(`+"`"+name+"`"+`)`, "true", "what a screen reader is told")
	b.Keys(kb.ArrowDown)
	const at = `[...document.querySelectorAll("[role=option]")].findIndex((o) => o.ariaSelected === "true")`
	is(at, "1", "one down")
	b.Keys(kb.ArrowUp + kb.ArrowUp)
	is(at+` - document.querySelectorAll("[role=option]").length`, "-1", "up from the first")
	b.Keys(kb.ArrowDown + "\r")
	address(t, b, "/people/")
	b.Eventually("main h1", name)
	// Return before the answer is there takes the first of it.
	b.Control('k')
	b.Eventually("#palette-found", "Lately")
	browsertest.Evaluate[bool](b, `(() => { const input = document.querySelector("#palette input");
		input.value = "settings"; input.dispatchEvent(new Event("input")); // and the page goes when this has returned
		setTimeout(() => input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true })));
		return true; })()`)
	address(t, b, "/settings")
	// After a form was sent in place the keys are heard once.
	b.Open(h.url + "/give")
	b.Fill("#f-body", "een tip")
	b.Click("main form button.primary")
	b.Eventually("body", "Noted.")
	b.Control('k')
	b.Eventually("#palette-found", "Lately")
	b.Fill("#palette input", "qqzz")
	b.Eventually("#palette-found", "Nothing found.")
	b.Keys(kb.ArrowDown + "\r")
	address(t, b, "/people/new?name=qqzz")
	if got := browsertest.Evaluate[string](b, `document.querySelector("main input[name=name]").value`); got != "qqzz" {
		t.Errorf("the name is %q", got)
	}
}

// On a phone the palette is the whole screen; without scripts it is a page.
func TestTheSearchOnAPhoneAndWithoutScripts(t *testing.T) {
	t.Parallel()
	h := full(t, 60)
	b := browsertest.New(t, browsertest.Options{Phone: true})
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "nl")
	b.Click("main form button.primary")
	b.Eventually("main h1", "Instellingen")
	b.Open(h.url)
	b.Click("main a[data-sheet=palette]")
	b.Eventually("#palette-found", "Laatst gesproken")
	if got := browsertest.Evaluate[string](b, `(() => { const box = document.getElementById("palette").getBoundingClientRect();
		return [box.x, box.y, box.width, box.height].join(" "); })()`); got != "0 0 390 844" {
		t.Errorf("the palette is at %s", got)
	}
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the page is %d pixels wider than the screen", wide)
	}
	name := browsertest.Evaluate[string](b, chosenOption)
	b.Fill("#palette input", name)
	b.Eventually("#palette-found", "Noteer over "+name)
	b.Screenshot(shots, "search-phone")
	b.Click("#palette-found [role=option]")
	b.Eventually("main h1", name)

	plain := browsertest.New(t, browsertest.Options{NoScripts: true, Phone: true})
	plain.Open(h.url + "/signin")
	plain.Fill("#f-email", "barbara@example.org")
	plain.Fill("#f-password", secret)
	plain.Click("main button.primary")
	plain.Click("main a[data-sheet=palette]")
	plain.Eventually("main h1", "Zoeken")
	plain.Fill("#q", name)
	plain.Click("main form button")
	plain.Eventually("#found mark", strings.Fields(name)[0])
	plain.Click("#found a.t")
	plain.Eventually("main h1", name)
}
