package api_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gave.network/internal/api/apitest"
)

func TestDocsPageNamesEveryOperation(t *testing.T) {
	f := open(t)
	answer, text := f.do(t, "GET", "/api/", "", "Accept-Language", "en")
	if answer.StatusCode != 200 {
		t.Fatalf("got %d %s", answer.StatusCode, text)
	}
	for _, o := range (&apitest.Book{}).Registry().All() {
		if has := strings.Contains(text, `id="`+o.Name+`"`); has == o.LocalOnly {
			t.Errorf("%s: on the page %v, stays on this machine %v", o.Name, has, o.LocalOnly)
		}
	}
	for _, want := range []string{
		`curl -H &#34;Authorization: Bearer $GAVE_TOKEN&#34; \`, f.URL + "/api/v1/people&#39;", "people[].added",
		"friend | colleague | neighbour", "integer 1–1000 (default 20)", "<em>required</em>", `id="not_found"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestDocsPageWorksUnderAStrictPolicy(t *testing.T) {
	f := open(t)
	answer, text := f.do(t, "GET", "/api/", "")
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if node.Data == "script" || node.Data == "style" {
			t.Errorf("there is a %s", node.Data)
		}
		for _, a := range node.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s has %s=%q", node.Data, a.Key, a.Val)
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				links = append(links, a.Val[1:])
			}
		}
	}
	for name, n := range ids {
		if n > 1 {
			t.Errorf("the id %s is there %d times", name, n)
		}
	}
	for _, link := range links {
		if ids[link] == 0 {
			t.Errorf("the link #%s leads nowhere", link)
		}
	}
	style := regexp.MustCompile(`href="(/api/docs\.css\?[^"]+)"`).FindStringSubmatch(text)
	if style == nil {
		t.Fatal("the page has no style")
	}
	if answer, css := f.do(t, "GET", style[1], ""); answer.StatusCode != 200 ||
		!strings.HasPrefix(answer.Header.Get("Content-Type"), "text/css") || css == "" {
		t.Errorf("the style: %d", answer.StatusCode)
	}
}

func TestDocsPageSpeaksDutch(t *testing.T) {
	f := open(t)
	for _, c := range [][2]string{{"/api/", "nl"}, {"/api/?lang=nl", "en"}} {
		answer, text := f.do(t, "GET", c[0], "", "Accept-Language", c[1])
		if !strings.Contains(text, `<html lang="nl">`) || !strings.Contains(text, "De API van Gave") ||
			answer.Header.Get("Content-Language") != "nl" {
			t.Errorf("%s in %s is not Dutch", c[0], c[1])
		}
	}
}
