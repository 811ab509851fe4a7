package server_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// violation is what axe found wrong.
type violation struct {
	ID    string
	Help  string
	Nodes []struct {
		Target []any
		Any    []struct{ Message string }
	}
}

// rules are those of WCAG 2.2 at its levels A and AA.
const rules = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}`

// Every page keeps to WCAG 2.2 AA, as far as a program can tell: in light and dark, on a desktop and on the narrowest
// of phones, where nothing is wider than the screen.
func TestEveryPageIsAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("no axe-core to test with: run make test, which gets it from npm")
	}
	h := open(t, 120)
	h.fill(t)
	owner, err := h.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	pages := everyPage(t, h, owner)
	pages["palette"] = "/more"
	link := h.link
	for _, device := range []struct {
		name string
		o    browsertest.Options
		lang string
	}{
		{"desktop", browsertest.Options{}, "en"},
		{"narrow-dark", browsertest.Options{Narrow: true, Dark: true}, "nl"},
	} {
		b := browsertest.New(t, device.o)
		if link != "" {
			h.enter(b)
			link = ""
		} else {
			b.Open(h.url + "/signin")
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			path, separator := pages[name], "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			b.Open(h.url + path + separator + "lang=" + device.lang)
			if name == "palette" {
				b.Control('k')
				b.Eventually("#palette-found", "Net")
			}
			if wide := b.Wide(); wide > 0 {
				t.Errorf("%s on %s is %d pixels wider than the screen", name, device.name, wide)
			}
			browsertest.Evaluate[bool](b, string(axe)+`; window.said = ""; axe.run(document, `+rules+`).then(
				(r) => window.said = JSON.stringify(r.violations), (e) => window.said = String(e)); true`)
			said := ""
			for range 300 {
				if said = browsertest.Evaluate[string](b, "window.said"); said != "" {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			var found []violation
			if err := json.Unmarshal([]byte(said), &found); err != nil {
				t.Fatalf("%s on %s: axe says %q", name, device.name, said)
			}
			for _, v := range found {
				why := ""
				if len(v.Nodes[0].Any) > 0 {
					why = v.Nodes[0].Any[0].Message
				}
				t.Errorf("%s on %s: %s (%s), %d times, such as %v: %s", name, device.name, v.Help, v.ID, len(v.Nodes),
					v.Nodes[0].Target, why)
			}
		}
	}
}
