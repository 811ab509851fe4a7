package page

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func shown(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every cell of a heat map has its number, and what is too little to say has none and says why.
func TestAHeatMapReadsWithoutColour(t *testing.T) {
	html := shown(t, HeatMap(Heat{
		Label: "Who has to do with whom", Names: []string{"Planning", "Werkplaats"},
		Share: [][]float64{{0.095, 0.905}, nil}, Note: "fewer than 8 ties",
	}))
	for _, part := range []string{
		`<td class="h1">10</td>`, `<td class="h5">91</td>`, "Hatched: fewer than 8 ties.", "A stronger colour is more.",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("no %q in %s", part, html)
		}
	}
	if n := strings.Count(html, `class="few"`); n != 2 || strings.Count(html, "too few to say") != n {
		t.Errorf("%d cells say nothing: %s", n, html)
	}
	html = shown(t, HeatMap(Heat{Names: []string{"a"}, Share: [][]float64{{1}}}))
	if strings.Contains(html, "Hatched") {
		t.Errorf("nothing is hatched: %s", html)
	}
}

// A link to what one looks at says so with a value: an attribute without one says to those who listen that it is not.
func TestWhatIsCurrentIsSaid(t *testing.T) {
	html := shown(t, Segments("Ties", []Segment{
		{Text: "all", Address: "/a", Current: true}, {Text: "weak", Address: "/b", Count: 7},
	}))
	if !strings.Contains(html, `<a href="/a" aria-current="true">all </a>`) ||
		!strings.Contains(html, `<a href="/b">weak <span>7</span></a>`) {
		t.Error(html)
	}
	if html = shown(t, Chip("tag", "/c", true)); !strings.Contains(html, `aria-current="true"`) {
		t.Error(html)
	}
}
