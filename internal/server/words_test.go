package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"gave.network/internal/lang"
	"gave.network/internal/locale"
)

// foreign are English words that no Dutch text holds.
var foreign = strings.Fields(`the and with your you they their there which would could should from have has been
	were this that these those nobody somebody people person who whom what when where about because through every
	nothing something anything gift praise ask tie ties strength weak strong moderate dormant again before after
	today yesterday choose save saved cannot not for yours are`)

var (
	namesID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	namesCommand = regexp.MustCompile(
		`\bgave (people|import|export|praise|merges|give|goals?|today|serve|ask|colleagues|` +
			`goodwill|horizon|power|organisations|suppressions|tokens|members|capture|config|restore|doctor|` +
			`rebuild)\b|\s--[a-z]`)
	namesPath  = regexp.MustCompile(`/tmp/|/uploads/|/home/|\bgave\.db\b`)
	namesAgent = regexp.MustCompile(`Mozilla/|AppleWebKit|Go-http-client`)
)

// englishOnly returns the English texts of the catalogue that Dutch says otherwise.
func englishOnly(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, l := range lang.Spoken() {
		if l.Tag != "nl" {
			continue
		}
		var texts map[string]any
		if err := json.Unmarshal(l.Texts, &texts); err != nil {
			t.Fatal(err)
		}
		dutch := map[string]bool{}
		for _, said := range texts {
			if s, ok := said.(string); ok {
				dutch[s] = true
			}
		}
		for key := range texts {
			if !strings.Contains(key, "%") && !dutch[key] {
				out[key] = true
			}
		}
	}
	return out
}

// shownWords are the texts of a page that Gave says: not those in another language, what somebody typed, or code.
func shownWords(n *html.Node, say func(string)) {
	if n.Type == html.ElementNode {
		if slices.Contains([]string{"script", "style", "code", "kbd", "textarea", "pre"}, n.Data) {
			return
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "lang" && a.Val != "nl", a.Key == "dir" && a.Val == "auto":
				return
			case slices.Contains([]string{"placeholder", "aria-label", "title", "alt"}, a.Key):
				say(a.Val)
			}
		}
	}
	if n.Type == html.TextNode {
		say(strings.Join(strings.Fields(n.Data), " "))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		shownWords(c, say)
	}
}

// wrongWords says what in a Dutch text is not for its readers; empty when all of it is.
func wrongWords(text string, english map[string]bool, without func(string) string) string {
	switch {
	case namesID.MatchString(text):
		return "an id"
	case namesCommand.MatchString(text):
		return "a command"
	case namesPath.MatchString(text):
		return "a path of the server"
	case namesAgent.MatchString(text):
		return "a user agent"
	case english[text]:
		return "an English text"
	}
	between := func(r rune) bool { return !unicode.IsLetter(r) }
	for _, word := range strings.FieldsFunc(strings.ToLower(without(text)), between) {
		if slices.Contains(foreign, word) {
			return "the English word " + word
		}
	}
	return ""
}

// Every page that can be reached, and every form sent empty and with a simple value, speaks Dutch to a Dutch reader,
// and names no command, id, path or user agent.
func TestEveryPageSpeaksDutch(t *testing.T) {
	t.Parallel()
	h := full(t, 80)
	english := englishOnly(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	ask := func(method, address string, form url.Values) (int, *html.Node, string) {
		t.Helper()
		r, err := http.NewRequest(method, h.url+address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", "nl-NL,nl;q=0.9,en;q=0.5")
		r.Header.Set("Referer", h.url+address)
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
			_, _ = io.Copy(io.Discard, answer.Body)
			return answer.StatusCode, nil, ""
		}
		root, err := html.Parse(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, root, answer.Request.URL.Path
	}
	_, link, _ := strings.Cut(h.link, "link=")
	if code, _, at := ask(http.MethodPost, "/welcome", url.Values{
		"link": {link}, "name": {"Barbara Dijkstra"}, "email": {"barbara@example.org"}, "password": {secret},
	}); code != http.StatusOK || at != "/import" {
		t.Fatalf("%d at %s", code, at)
	}
	without := worldWords(t, h, english)
	reported := map[string]bool{}
	judge := func(where string, root *html.Node) {
		shownWords(root, func(text string) {
			if wrong := wrongWords(text, english, without); wrong != "" && !reported[text] {
				reported[text] = true
				t.Errorf("%s: %s: %.200q", where, wrong, text)
			}
		})
	}
	// Of pages that differ only in whom they show, three are enough.
	kind := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			return address
		}
		return namesID.ReplaceAllString(u.Path, "ID") + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&")
	}
	seen, kinds, sent := map[string]bool{}, map[string]int{}, map[string]int{}
	queue := append([]string{"/"}, pages(h, nil)...)
	for visited := 0; len(queue) > 0 && visited < 400; {
		address := queue[0]
		queue = queue[1:]
		if seen[address] || kinds[kind(address)] >= 3 {
			continue
		}
		seen[address] = true
		kinds[kind(address)]++
		visited++
		_, root, at := ask(http.MethodGet, address, nil)
		if root == nil || strings.HasPrefix(at, "/help") || strings.HasPrefix(at, "/api") {
			continue // the manual is written for whoever gives commands too
		}
		judge(address, root)
		walk(root, func(n *html.Node) {
			if n.Data == "a" {
				if to, _, _ := strings.Cut(attribute(n, "href"), "#"); strings.HasPrefix(to, "/") && to != "/signout" {
					queue = append(queue, to)
				}
			}
			action := attribute(n, "action")
			if n.Data != "form" || attribute(n, "method") != "post" || action == "/signout" ||
				attribute(n, "enctype") != "" {
				return
			}
			for _, value := range []string{"", "een woord"} {
				form := filled(n, value)
				if slices.Contains([]string{"password", "session", "profile"}, form.Get("part")) ||
					strings.HasPrefix(action, "/import/") {
					continue // these end the walk, change its language, or take its world away
				}
				key := kind(action) + form.Get("part") + form.Get("act") + form.Get("do") + form.Get("answer") + value
				if sent[key]++; sent[key] > 1 {
					continue
				}
				_, answered, _ := ask(http.MethodPost, action, form)
				if answered != nil {
					judge("the form "+action+" on "+address+" with "+value, answered)
				}
			}
		})
	}
	if len(seen) < 40 || len(sent) < 20 {
		t.Errorf("only %d pages and %d forms were found", len(seen), len(sent))
	}
}

// worldWords returns what takes out of a text what members wrote and files brought.
func worldWords(t *testing.T, h house, english map[string]bool) func(string) string {
	t.Helper()
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := h.app.Export(ctx, owner, &out, ""); err != nil {
		t.Fatal(err)
	}
	var all any
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	texts := map[string]bool{}
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case string:
			if said := strings.Join(strings.Fields(v), " "); len(said) > 3 && !english[said] {
				texts[said] = true
			}
		case []any:
			for _, each := range v {
				collect(each)
			}
		case map[string]any:
			for _, each := range v {
				collect(each)
			}
		}
	}
	collect(all)
	names := func(_ string, entry fs.DirEntry, err error) error {
		if err == nil {
			texts[entry.Name()] = true
		}
		return err
	}
	if err := filepath.WalkDir(h.files, names); err != nil {
		t.Fatal(err)
	}
	if len(texts) < 500 {
		t.Fatalf("only %d texts are in the world", len(texts))
	}
	longest := slices.SortedFunc(maps.Keys(texts), func(a, b string) int { return len(b) - len(a) })
	return func(text string) string {
		if texts[text] {
			return ""
		}
		for _, theirs := range longest {
			if cut, ok := strings.CutSuffix(text, "…"); ok && strings.HasPrefix(theirs, cut) {
				return ""
			}
			if len(theirs) <= len(text) {
				text = strings.ReplaceAll(text, theirs, " ")
			}
		}
		return text
	}
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// filled is what a form sends when the reader types one value into each of its fields.
func filled(form *html.Node, value string) url.Values {
	out := url.Values{}
	walk(form, func(n *html.Node) {
		name := attribute(n, "name")
		switch {
		case name == "":
		case n.Data == "input" && attribute(n, "type") == "hidden":
			out.Set(name, attribute(n, "value"))
		case n.Data == "button" && !out.Has(name):
			out.Set(name, attribute(n, "value"))
		case n.Data == "textarea", n.Data == "input" && !slices.Contains(
			[]string{"radio", "checkbox", "file"}, attribute(n, "type")):
			out.Set(name, value)
		}
	})
	return out
}
