package gallery

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"gave.network/internal/page/browsertest"
)

// notShown are the components that have nothing to look at by themselves, and whole pages.
var notShown = []string{"Once", "Meant", "Version", "Beside", "Layout", "MorePage", "ErrorPage", "OfflinePage"}

// Every component of the pages is in the gallery.
func TestEveryComponentIsShown(t *testing.T) {
	var shown []string
	for _, c := range Components {
		shown = append(shown, c.Shows...)
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "internal", "page", "*.templ"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	component := regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`)
	var there []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range component.FindAllStringSubmatch(string(text), -1) {
			there = append(there, found[1])
			if !slices.Contains(shown, found[1]) && !slices.Contains(notShown, found[1]) {
				t.Errorf("%s is not in the gallery", found[1])
			}
		}
	}
	for _, name := range append(shown, notShown...) {
		if !slices.Contains(there, name) {
			t.Errorf("the gallery has %s, which no page has", name)
		}
	}
}

// Every component, with names as they are and with the longest, in both languages, light and dark, keeps to WCAG 2.2 AA
// and is nowhere wider than the narrowest of phones. GAVE_SCREENSHOTS keeps the pictures, on a phone and a desktop too.
func TestTheGallery(t *testing.T) {
	axe := browsertest.Axe(t)
	web := httptest.NewServer(Handler())
	t.Cleanup(web.Close)
	shots := os.Getenv("GAVE_SCREENSHOTS")
	for _, device := range []struct {
		name string
		o    browsertest.Options
		only bool // for the pictures
	}{
		{"narrow", browsertest.Options{Narrow: true}, false},
		{"narrow-dark", browsertest.Options{Narrow: true, Dark: true}, false},
		{"phone", browsertest.Options{Phone: true}, true},
		{"phone-dark", browsertest.Options{Phone: true, Dark: true}, true},
		{"desktop", browsertest.Options{}, true},
		{"desktop-dark", browsertest.Options{Dark: true}, true},
	} {
		if device.only && shots == "" {
			continue
		}
		b := browsertest.New(t, device.o)
		for _, c := range Components {
			for name, query := range map[string]string{
				"en": "lang=en", "nl": "lang=nl", "en-long": "lang=en&names=long", "nl-long": "lang=nl&names=long",
			} {
				b.Open(web.URL + "/" + c.Key + "?" + query)
				if wide := b.Wide(); wide > 0 {
					t.Errorf("%s %s on %s is %d pixels wider than the screen", c.Key, name, device.name, wide)
				}
				if !device.only {
					for _, wrong := range b.Violations(axe) {
						t.Errorf("%s %s on %s: %s", c.Key, name, device.name, wrong)
					}
				}
				b.Screenshot(shots, c.Key+"-"+name+"-"+device.name)
			}
		}
	}
}
