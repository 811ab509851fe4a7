package server_test

import (
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// On a phone, in Dutch: a photo is given, stands on the page of the person and in the list, and is taken away; what is
// no photo is said beside the field.
func TestPhotoInABrowser(t *testing.T) {
	h := open(t, 0)
	owner, err := h.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.app.Operations.Call(t.Context(), owner, "people.add", people.NewPersonInput{
		Name: "Anna Arends", Email: []string{"anna@example.org"},
	}); err != nil {
		t.Fatal(err)
	}
	anna, err := h.app.Network.Resolve(t.Context(), owner, "anna@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.app.Goodwill.Remind(t.Context(), owner, anna, "bel over de drukker", "today"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "anna.jpg"), filepath.Join(folder, "brief.jpg")
	plain := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		for x := range 1200 {
			plain.Set(x, y, color.RGBA{R: uint8(x / 5), G: uint8(y / 4), B: 0x80, A: 0xff})
		}
	}
	file, err := os.Create(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(file, plain, nil); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, []byte("geen foto"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	h.enter(b)
	b.Eventually("main h1", "Binnenhalen")
	b.Open(h.url + "/people/" + anna.ID.String())
	give := func(path string) {
		t.Helper()
		b.Click("#change > summary")
		b.Upload("#f-photo", path)
		b.Click("form:has(#f-photo) button")
	}
	give(bad)
	b.Eventually("form:has(#f-photo) .error", "Dit is geen foto die te lezen is.")
	b.Open(h.url + "/people/" + anna.ID.String())
	give(good)
	b.Eventually("main", "Opgeslagen.")
	wide := func(where string) {
		t.Helper()
		got := 0
		for range 50 {
			if got = browsertest.Evaluate[int](b, `document.querySelector("`+where+` img.av").naturalWidth`); got > 0 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if got != 192 {
			t.Errorf("the photo is %d pixels wide", got)
		}
	}
	wide(".who")
	b.Screenshot(shots, "photo-phone")
	b.Open(h.url + "/people")
	b.Eventually("main h1", "Mensen")
	wide(".row")
	b.Screenshot(shots, "photo-list-phone")
	// Wherever there is a row about her, also of what a search finds.
	b.Open(h.url + "/search?q=Anna")
	wide(".row")
	b.Open(h.url + "/")
	b.Eventually("main", "Anna")
	wide(".row")
	b.Screenshot(shots, "photo-today-phone")
	b.Open(h.url + "/people/" + anna.ID.String())
	b.Click("#change > summary")
	b.Click("#change form:has([value=unphoto]) button")
	b.Eventually("main", "Verwijderd.")
	if browsertest.Evaluate[bool](b, `!!document.querySelector("img.av")`) {
		t.Error("the photo is there still")
	}
}
