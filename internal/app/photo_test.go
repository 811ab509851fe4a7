package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
)

// portrait is a photo of one colour.
func portrait(t testing.TB, c color.Color) []byte {
	t.Helper()
	plain := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			plain.Set(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, plain, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The photo of a person is seen by who sees the person and changed by who keeps the person, follows who is found to be
// whom and back, and goes along and goes away with the person.
func TestPhotos(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		anna := peopletest.Person(t, a.DB, v, "Anna Arends", "anna@example.org")
		twin := peopletest.Person(t, a.DB, v, "A. Arends", "arends@example.org")
		red, blue := portrait(t, color.RGBA{R: 0xff, A: 0xff}), portrait(t, color.RGBA{B: 0xff, A: 0xff})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		// shown is the colour that stands there, and whether lists say that there is one.
		shown := func(v op.Viewer, person id.ID) string {
			t.Helper()
			p, err := a.Network.Person(ctx, a.DB, v, person)
			if err != nil {
				return "unseen"
			}
			list, err := a.Network.Summaries(ctx, v, []id.ID{p.ID})
			must(err)
			small, err := a.Network.Photo(ctx, v, p.ID)
			if fault.CodeOf(err) == fault.NotFound {
				if list[0].PhotoAddress() != "" {
					t.Errorf("%s has an address of a photo and no photo", p.Name)
				}
				return "none"
			}
			must(err)
			if !strings.HasPrefix(list[0].PhotoAddress(), "/people/"+p.ID.String()+"/photo?at=") {
				t.Errorf("the photo of %s is at %q", p.Name, list[0].PhotoAddress())
			}
			decoded, err := jpeg.Decode(bytes.NewReader(small))
			must(err)
			if r, _, _, _ := decoded.At(90, 90).RGBA(); r > 0x8000 {
				return "red"
			}
			return "blue"
		}
		expect := func(v op.Viewer, person id.ID, want string) {
			t.Helper()
			if got := shown(v, person); got != want {
				t.Errorf("the photo is %s, want %s", got, want)
			}
		}
		expect(v, anna.ID, "none")
		if err := a.Network.KeepPhoto(ctx, v, anna, []byte("<svg/>")); fault.FieldOf(err) != "photo" {
			t.Errorf("what is no photo: %v", err)
		}
		must(a.Network.KeepPhoto(ctx, v, anna, red))
		expect(v, anna.ID, "red")
		v.Now = v.Now.Add(1e9)
		must(a.Network.KeepPhoto(ctx, v, twin, blue))

		// A colleague sees it with the person, and cannot change it.
		link, err := a.Account.Invite(ctx, v, op.Member)
		must(err)
		session, err := a.Account.Accept(ctx, link, "Colleague", "colleague@example.org", "a long enough password", "")
		must(err)
		colleague, err := a.Account.Session(ctx, session)
		must(err)
		expect(colleague, anna.ID, "unseen")
		if _, err := a.Network.Photo(ctx, colleague, anna.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a colleague asks for what is private: %v", err)
		}
		must(a.Network.Share(ctx, v, anna, scope.Space))
		expect(colleague, anna.ID, "red")
		if err := a.Network.KeepPhoto(ctx, colleague, anna, blue); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a colleague changes it: %v", err)
		}
		if err := a.Network.RemovePhoto(ctx, colleague, anna); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a colleague removes it: %v", err)
		}

		// The own photo stays when another is found to be the same person; without one theirs is shown, and goes back.
		merge, err := a.Network.Merge(ctx, v, anna.ID, twin.ID)
		must(err)
		expect(v, anna.ID, "red")
		must(a.Network.UndoMerge(ctx, v, merge))
		expect(v, twin.ID, "blue")
		bare := peopletest.Person(t, a.DB, v, "Anneke Arends")
		merge, err = a.Network.Merge(ctx, v, bare.ID, twin.ID)
		must(err)
		expect(v, bare.ID, "blue")
		must(a.Network.UndoMerge(ctx, v, merge))
		expect(v, bare.ID, "none")
		expect(v, twin.ID, "blue")

		card, err := a.Network.VCards(ctx, v, []id.ID{anna.ID})
		must(err)
		_, text, _ := strings.Cut(strings.ReplaceAll(string(card), "\r\n ", ""), "PHOTO;ENCODING=b;TYPE=JPEG:")
		text, _, _ = strings.Cut(text, "\r\n")
		small, err := base64.StdEncoding.DecodeString(text)
		must(err)
		if stored, err := a.Network.Photo(ctx, v, anna.ID); err != nil || !bytes.Equal(small, stored) {
			t.Errorf("the card has another photo, %v", err)
		}

		// It goes along in an export and is there when that is read back.
		file := filepath.Join(t.TempDir(), "all.json")
		out, err := os.Create(file)
		must(err)
		must(a.Export(ctx, v, out, ""))
		must(out.Close())
		b, err := app.Open(ctx, app.Config{Database: filepath.Join(t.TempDir(), "gave.db"), Data: t.TempDir()})
		must(err)
		t.Cleanup(func() { b.Close() })
		w, err := b.Account.Local(ctx, locale.English)
		must(err)
		_, err = b.ReadBack(ctx, w, file)
		must(err)
		again, err := b.Network.Resolve(ctx, w, "anna@example.org")
		must(err)
		if back, err := b.Network.Photo(ctx, w, again.ID); err != nil || !bytes.Equal(back, small) || again.Photo == 0 {
			t.Errorf("read back it is another photo, %v", err)
		}

		must(a.Network.RemovePhoto(ctx, v, twin))
		expect(v, twin.ID, "none")
		gone := erase.EraseInput{PersonInput: people.PersonInput{Person: anna.ID.String()}}
		_, err = a.Operations.Call(ctx, v, "erase", gone)
		must(err)
		if n := rows(t, a.DB, `select count(*) from photo`); n != 0 {
			t.Errorf("%d photos are left", n)
		}
	})
}
