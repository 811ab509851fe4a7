package server_test

import (
	"bytes"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/op"
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

// A photo is for the session that asked for it, and for who may see the person.
func TestPhotosAreOfTheirViewer(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	d.enter(op.Member, "anna@example.org")
	v, err := d.app.Account.Session(t.Context(), d.session)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.app.Operations.Call(t.Context(), v, "people.add", people.NewPersonInput{
		Name: "Bram Bos", Email: []string{"bram@example.org"},
	}); err != nil {
		t.Fatal(err)
	}
	bram, err := d.app.Network.Resolve(t.Context(), v, "bram@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 200, 200)), nil); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Network.KeepPhoto(t.Context(), v, bram, plain.Bytes()); err != nil {
		t.Fatal(err)
	}
	const place = `src="(/people/[^"]+/photo[^"]*)"`
	shown := regexp.MustCompile(place).FindStringSubmatch(d.form("/search?q=bram", nil).body)
	if shown == nil {
		t.Fatal("the row shows no photo")
	}
	r := d.form(html.UnescapeString(shown[1]), nil)
	if r.status != http.StatusOK || r.head.Get("Content-Type") != "image/jpeg" ||
		!strings.HasPrefix(r.head.Get("Cache-Control"), "private") ||
		!strings.Contains(strings.Join(r.head.Values("Vary"), " "), "Cookie") {
		t.Errorf("%d %v", r.status, r.head)
	}
	d.enter(op.Member, "eve@example.org")
	if r := d.form(html.UnescapeString(shown[1]), nil); r.status != http.StatusNotFound {
		t.Errorf("who may not see the person gets the photo: %d", r.status)
	}
}
