package server_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// Every page keeps to WCAG 2.2 AA, as far as a program can tell: in light and dark, on a desktop and on the narrowest
// of phones, where nothing is wider than the screen.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	axe := browsertest.Axe(t)
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
			for _, wrong := range b.Violations(axe) {
				t.Errorf("%s on %s: %s", name, device.name, wrong)
			}
		}
	}
}
