package server_test

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// webForm is a form with what makes it good, and the fields that are tried.
type webForm struct {
	name   string
	path   string
	good   url.Values
	tried  []string       // fields whose words must come back
	people []string       // of these, those that name people
	limits map[string]int // how long the operation lets a field be
	wrong  url.Values     // other values that a field does not take
	empty  string         // the field that may not be empty
}

var (
	saysWrong   = regexp.MustCompile(`<(span|p) class="([^"]*)" id="wrong"[^>]*>([^<]*)<`)
	asksCommand = regexp.MustCompile(`\bgave [a-z]+|--[a-z]+`)
	besideField = regexp.MustCompile(
		`<(?:input|textarea|select)[^>]* name="([^"]*)"[^>]*aria-invalid="true" aria-describedby="wrong"`)
)

// Whatever is typed into whatever form: it is stored, or it comes back as it was typed, with what is wrong beside its
// field, in the reader's language and without a command.
func TestEveryFormComesBackAsItWasTyped(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	d.enter(op.Owner, "owner@forms.example")
	var anna, self string
	for _, name := range []string{"Zoë Self", "Anna Aal", "Bram Beer", "Cora Cent"} {
		r := d.form("/people/new", url.Values{"name": {name}})
		if r.status != http.StatusSeeOther {
			t.Fatalf("%d: %s", r.status, r.body)
		}
		switch name {
		case "Anna Aal":
			anna = r.head.Get("Location")
		case "Zoë Self":
			self = r.head.Get("Location")
		}
	}
	if r := d.form("/give", url.Values{"body": {"a tip"}}); r.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.status, r.body)
	}
	gift := regexp.MustCompile(`/give\?edit=([0-9a-f-]+)`).FindStringSubmatch(d.form("/give", nil).body)[1]
	key, err := id.Parse(strings.TrimPrefix(self, "/people/"))
	if err == nil {
		_, err = d.app.DB.ExecContext(context.Background(), `update member set person = $1`, key)
	}
	if err != nil {
		t.Fatal(err)
	}

	forms := []webForm{
		{
			name: "give", path: "/give", good: url.Values{"body": {"a tip"}, "people": {"Anna Aal"}, "link": {""}},
			tried: []string{"body", "people", "link"}, people: []string{"people"},
			limits: map[string]int{"body": 2000, "link": 2000}, empty: "body",
		},
		{
			name: "receive", path: "/give", good: url.Values{"body": {"a job"}, "direction": {"came"}},
			tried: []string{"body"}, limits: map[string]int{"body": 2000}, empty: "body",
		},
		{
			name: "edit a gift", path: "/give/edit", good: url.Values{
				"gift": {gift}, "edit-body": {"a tip"}, "edit-people": {"Anna Aal"}, "edit-minutes": {"5"},
				"edit-at": {"2024-05-03"}, "edit-kind": {"tip"},
			},
			tried: []string{"edit-body", "edit-people"}, people: []string{"edit-people"},
			limits: map[string]int{"edit-body": 2000},
			wrong:  url.Values{"edit-minutes": {"-1", "many", "1e9", "100001"}, "edit-at": {"1823-01-01", "soon"}},
		},
		{
			name: "share", path: "/commons", good: url.Values{"title": {"A plan"}, "text": {"Words."}},
			tried: []string{},
		},
		{
			name: "praise", path: "/praise", good: url.Values{
				"person": {"Anna Aal"}, "text": {"Reads well."},
				"occasion": {"a book"}, "consent": {"private"}, "act": {"keep"},
			},
			tried: []string{"person", "text", "occasion"}, people: []string{"person"},
			limits: map[string]int{"person": 300}, wrong: url.Values{"consent": {"perhaps"}}, empty: "text",
		},
		{
			name: "ask for praise", path: "/praise/invite", good: url.Values{"from": {"Anna Aal"}, "about": {"a talk"}},
			tried: []string{"from", "about"}, people: []string{"from"}, limits: map[string]int{"from": 300},
			empty: "from",
		},
		{
			name: "goodwill", path: "/goodwill/note",
			good:  url.Values{"person": {"Anna Aal"}, "body": {"a printer"}, "kind": {"need"}},
			tried: []string{"person", "body"}, people: []string{"person"},
			limits: map[string]int{"person": 300, "body": 2000}, empty: "body",
		},
		{
			name: "ask", path: "/asks/new", good: url.Values{
				"text": {"Who knows a printer?"}, "why": {"a book"}, "kind": {"ask"}, "audience": {"named"},
				"people": {"Anna Aal"},
			},
			tried: []string{"text", "why", "people"}, people: []string{"people"},
			limits: map[string]int{"text": 4000, "why": 4000},
			wrong:  url.Values{"by": {"soon", "1900-01-01"}, "audience": {"aliens"}}, empty: "text",
		},
		{
			name: "introduction", path: "/introductions",
			good: url.Values{
				"target": {"Anna Aal"}, "through": {"Bram Beer"}, "text": {"Hello"},
				"address": {"me@forms.example"},
			},
			tried: []string{"target", "through", "text"}, people: []string{"target", "through"},
			limits: map[string]int{"target": 300, "through": 300, "text": 4000},
		},
		{
			name: "goal", path: "/power/goals", good: url.Values{"title": {"A book"}, "items": {"skill: writing"}},
			tried: []string{"title", "items"}, limits: map[string]int{"title": 1000},
			wrong: url.Values{"due": {"soon"}}, empty: "title",
		},
		{
			name: "observation", path: "/colleagues/notes",
			good:  url.Values{"act": {"observe"}, "first": {"Anna Aal"}, "second": {"Bram Beer"}, "layer": {"advice"}},
			tried: []string{"first", "second"}, people: []string{"first", "second"},
			limits: map[string]int{"first": 300, "second": 300}, empty: "first",
		},
		{
			name: "apart", path: "/colleagues/notes",
			good:  url.Values{"act": {"apart"}, "first": {"Anna Aal"}, "second": {"Bram Beer"}},
			tried: []string{"first", "second"}, people: []string{"first", "second"}, empty: "second",
		},
		{
			name: "proposal", path: "/colleagues/proposal", good: url.Values{"file": {"Anna Aal, 1, for"}},
			tried: []string{"file"}, wrong: url.Values{"quorum": {"many", "-3", "0"}},
		},
		{
			name: "new person", path: "/people/new", good: url.Values{"name": {"Dora Dam"}, "place": {"Utrecht"}},
			tried: []string{"name", "place", "organisation", "role"},
			limits: map[string]int{
				"name": 300, "place": 300, "organisation": 300, "role": 300,
			},
			wrong: url.Values{"email": {"no address"}}, empty: "name",
		},
		{
			name: "change a person", path: anna,
			good:  url.Values{"do": {"edit"}, "name": {"Anna Aal"}, "role": {"chef"}},
			tried: []string{"role"},
		},
		{
			name: "address of a person", path: anna, good: url.Values{"do": {"identify"}, "value": {"a@forms.example"}},
			tried: []string{"value"}, limits: map[string]int{"value": 300}, empty: "value",
			wrong: url.Values{"value": {"no such thing"}},
		},
		{
			name: "note of a person", path: anna, good: url.Values{"do": {"note"}, "text": {"Likes boats."}},
			tried: []string{"text"}, empty: "text",
		},
		{
			name: "tag of a person", path: anna, good: url.Values{"do": {"tag"}, "tag": {"boats"}},
			tried: []string{"tag"}, empty: "tag",
		},
		{
			name: "day of a person", path: anna,
			good:  url.Values{"do": {"date"}, "day": {"05-03"}, "kind": {"birthday"}},
			tried: []string{"day"}, limits: map[string]int{"day": 20}, empty: "day",
			wrong: url.Values{"day": {"13-40", "soon"}},
		},
		{
			name: "profile", path: "/settings",
			good:  url.Values{"part": {"profile"}, "name": {"Owner"}, "language": {"en"}, "zone": {"Europe/Amsterdam"}},
			tried: []string{"name", "zone"}, limits: map[string]int{"name": 200, "zone": 60},
			wrong: url.Values{"zone": {"Mars/Olympus"}},
		},
		{
			name: "space", path: "/settings",
			good:  url.Values{"part": {"space"}, "space_name": {"Home"}, "purpose": {"private"}},
			tried: []string{"space_name"}, limits: map[string]int{"space_name": 200},
		},
		{
			name: "token", path: "/settings",
			good:  url.Values{"part": {"token"}, "token_name": {"script"}, "scope": {"read"}, "days": {"9"}},
			tried: []string{"token_name"}, limits: map[string]int{"token_name": 100},
			wrong: url.Values{"scope": {"all"}},
			empty: "token_name",
		},
	}
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			for _, language := range []string{"en", "nl"} {
				f.try(t, d, language)
			}
		})
	}
}

// try sends a form with each kind of wrong and odd value in each of its fields.
func (f webForm) try(t *testing.T, d *desk, language string) {
	send := func(field, value, kind string, mustFail bool) {
		t.Helper()
		form := url.Values{}
		for name, values := range f.good {
			form[name] = slices.Clone(values)
		}
		form.Set(field, value)
		r := d.form(f.path+"?lang="+language, form)
		label := f.name + " (" + language + "), " + field + ": " + kind
		switch {
		case r.status >= 500:
			t.Errorf("%s: status %d", label, r.status)
		case r.status < 400 && mustFail:
			t.Errorf("%s: was taken, with status %d", label, r.status)
		}
		if r.status < 400 {
			return
		}
		said := saysWrong.FindStringSubmatch(r.body)
		if said == nil {
			t.Errorf("%s: status %d and an error page: %.200s", label, r.status, between(r.body, "<main", "</main>"))
			return
		}
		sentence := html.UnescapeString(said[3])
		if asksCommand.MatchString(sentence) || strings.Contains(sentence, "%!") {
			t.Errorf("%s: says %q", label, sentence)
		}
		shown := between(r.body, "<main", "</main>")
		if utf8.RuneCountInString(value) > 0 && !isChoice(shown, field) &&
			!strings.Contains(html.UnescapeString(shown), strings.TrimSpace(value)) {
			t.Errorf("%s: the words did not come back: %s %.300s", label, said[3], shown)
		}
		if !mustFail {
			return
		}
		if r.status != http.StatusUnprocessableEntity && r.status != http.StatusConflict {
			t.Errorf("%s: status %d", label, r.status)
		}
		if beside := besideField.FindStringSubmatch(shown); beside == nil || beside[1] != field {
			t.Errorf("%s: %q does not stand beside the field but at %q", label, said[3], beside)
		}
	}
	for _, field := range f.tried {
		for kind, value := range map[string]string{
			"emoji": "🎁👩‍👩‍👧 🇳🇱", "right to left": "قهوة مع שלום \u202eabc",
			"marks":      `"><script>alert(1)</script>&amp;`,
			"no letters": " \t ",
		} {
			send(field, value, kind, false)
		}
		limit, limited := f.limits[field]
		send(field, strings.Repeat("é", 10_000), "10,000 letters", limited)
		if limited {
			send(field, strings.Repeat("x", limit+1), "one letter too many", true)
		}
	}
	for _, field := range f.people {
		send(field, "Nobody Known", "unknown person", true)
	}
	for field, values := range f.wrong {
		for _, value := range values {
			send(field, value, "wrong: "+value, true)
		}
	}
	if f.empty != "" {
		send(f.empty, "", "empty", true)
		send(f.empty, " \t ", "space", true)
	}
}

func between(body, from, to string) string {
	_, body, _ = strings.Cut(body, from)
	body, _, _ = strings.Cut(body, to)
	return body
}

// isChoice says whether the field is a list to choose from, which shows its own choices only.
func isChoice(page, field string) bool {
	return strings.Contains(page, `name="`+field+`"`) && regexp.MustCompile(
		`<select[^>]* name="`+regexp.QuoteMeta(field)+`"`).MatchString(page)
}
