package server_test

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gave.network/internal/op"
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
func TestSearchFindsAndSaysWhy(t *testing.T) {
	d := openDesk(t, filepath.Join(t.TempDir(), "gave.db"), t.TempDir())
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
			"Do|", "Note about [Roos] de Haan|", "Who brings me to [Roos] de Haan|",
			"Organisations|", "[Roos]endaal Druk|", "1 person",
			"Notes|", "“[Roos] zat met <b>Lonneke</b> in de jury”|", "Thijs Smit · ",
			"Wie kent een [roos]terman?|",
		},
		"q=rozen": {
			"Thijs Smit|", "|[rozen] · R", "Een tip over [rozen]teelt|", "Thijs Smit · ", "voor het [rozen]boek",
		},
		"q=give+roos":         {"[Roos] de Haan|", "[Give] [Roos] de Haan something|"},
		"lang=nl&q=geef+roos": {"Mensen|", "[Roos] de Haan|", "Doe|", "[Geef] [Roos] de Haan iets|"},
		"lang=nl&q=roos": {
			"Noteer over [Roos] de Haan|", "Wie brengt me bij [Roos] de Haan|", "Notities|",
		},
		"lang=nl&q=wachtwoord":          {"Instellingen|", "[Wachtwoord]|"},
		"lang=nl&q=import":              {"Plaatsen|", "[Import]eren|"},
		"q=import":                      {"Do|", "[Import] files|", "Places|", "[Import]|"},
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
		haan, mes, tagged, "/horizon?to=Roos+de+Haan", "/capture?text=%40%22Roos+de+Haan%22+",
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
