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
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
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

// The photo that an address book has of somebody becomes theirs when they have none, with whoever they were found to
// be, and goes with the last import that brought it. One that cannot be read is told, and the person is kept.
func TestImportedPhotos(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		red := base64.StdEncoding.EncodeToString(portrait(t, color.RGBA{R: 0xff, A: 0xff}))
		folded := ""
		for at := 0; at < len(red); at += 60 {
			folded += red[at:min(at+60, len(red))] + "\r\n "
		}
		huge := strings.Repeat("QUFB", 2<<20)
		card := func(version, name, address, photo string) string {
			return "BEGIN:VCARD\r\nVERSION:" + version + "\r\nFN:" + name + "\r\nEMAIL:" + address + "\r\n" + photo +
				"\r\nEND:VCARD\r\n"
		}
		cards := card("3.0", "Anna Arends", "anna@example.org", "PHOTO;ENCODING=b;TYPE=JPEG:"+folded) +
			card("2.1", "Bram Bos", "bram@example.org", "PHOTO;JPEG;ENCODING=BASE64:"+folded+"\r\n") +
			card("4.0", "Carla Cremer", "carla@example.org", "PHOTO:data:image/jpeg;base64,"+red) +
			card("3.0", "Dirk Dam", "dirk@example.org", "PHOTO;ENCODING=b:AAAA*") +
			card("3.0", "Eva Evers", "eva@example.org", "PHOTO;ENCODING=b:"+
				base64.StdEncoding.EncodeToString([]byte("<svg/>"))) +
			card("3.0", "Frank Faber", "frank@example.org", "PHOTO;ENCODING=b:"+huge) +
			card("4.0", "Greet Groen", "greet@example.org", "PHOTO:https://photos.example/greet.jpg") +
			card("3.0", "Henk Haas", "henk@example.org", "PHOTO;ENCODING=b:"+folded)
		ldif := "dn: cn=Iris Idema,mail=iris@example.org\ncn: Iris Idema\nmail: iris@example.org\njpegPhoto:: " + red +
			"\n\ndn: cn=Jan Jong,mail=jan@example.org\ncn: Jan Jong\nmail: jan@example.org\njpegPhoto:: *\n"
		file := func(name, content string) string {
			t.Helper()
			path := filepath.Join(t.TempDir(), name)
			must(os.WriteFile(path, []byte(content), 0o600))
			return path
		}
		henk := peopletest.Person(t, a.DB, v, "Henk Haas", "henk@example.org")
		must(a.Network.KeepPhoto(ctx, v, henk, portrait(t, color.RGBA{B: 0xff, A: 0xff})))
		own, err := a.Network.Photo(ctx, v, henk.ID)
		must(err)
		with := func(want string) {
			t.Helper()
			everybody, err := a.Network.Everybody(ctx, v)
			must(err)
			got := ""
			for _, name := range strings.Fields("anna bram carla dirk eva frank greet henk iris jan") {
				p, err := a.Network.Resolve(ctx, v, name+"@example.org")
				if fault.CodeOf(err) == fault.NotFound {
					continue
				}
				must(err)
				_, err = a.Network.Photo(ctx, v, p.ID)
				if (err == nil) != (p.Photo > 0) || everybody.PhotoAddress(p.ID) != p.PhotoAddress() {
					t.Errorf("%s: told %d and shown at %q, and %v", p.Name, p.Photo, everybody.PhotoAddress(p.ID), err)
				}
				if err == nil {
					got += name[:1]
				}
			}
			if got != want {
				t.Errorf("there are photos of %q, want %q", got, want)
			}
		}
		paths := []string{file("cards.vcf", cards), file("people.ldif", ldif)}
		looked, err := a.Intake.Preview(ctx, v, paths, intake.Options{})
		must(err)
		with("h")
		first, err := a.Intake.Import(ctx, v, paths, intake.Options{})
		must(err)
		with("abchi")
		if first.PeopleAdded != 9 || first.Rejected != 4 || looked.Rejected != 4 {
			t.Errorf("the import %+v, and its preview %d rejected", first, looked.Rejected)
		}
		var reasons []string
		for _, f := range first.Files {
			for _, r := range f.Rejected {
				if r.Line == 0 {
					t.Errorf("no line is named: %+v", r)
				}
				reasons = append(reasons, r.In(locale.New(locale.Dutch, v.Zone)))
			}
		}
		if want := []string{
			"de foto is niet te lezen", "Dit is geen foto die te lezen is. Kies een JPEG, PNG of GIF.",
			"de foto is te groot om mee te nemen", "de foto is niet te lezen",
		}; !slices.Equal(reasons, want) {
			t.Errorf("told %q", reasons)
		}
		if after, err := a.Network.Photo(ctx, v, henk.ID); err != nil || !bytes.Equal(after, own) {
			t.Error("the photo that was there gave way")
		}

		// Another import of the same cards has the photos too, and keeps them.
		second, err := a.Intake.Import(ctx, v, []string{file("cards.vcf", cards)}, intake.Options{})
		must(err)
		must(a.Intake.Undo(ctx, v, first.ID))
		with("abch")
		must(a.Intake.Undo(ctx, v, second.ID))
		with("h")

		// Somebody who was there keeps no photo of an import that is taken back; who is found to be them shows theirs.
		peopletest.Person(t, a.DB, v, "Anna Arends", "anna@example.org")
		again, err := a.Intake.Import(ctx, v, paths[:1], intake.Options{})
		must(err)
		with("abch")
		keeper := peopletest.Person(t, a.DB, v, "Karin Arends", "karin@example.org")
		bram, err := a.Network.Resolve(ctx, v, "bram@example.org")
		must(err)
		_, err = a.Network.Merge(ctx, v, keeper.ID, bram.ID)
		must(err)
		p, err := a.Network.Person(ctx, a.DB, v, keeper.ID)
		must(err)
		if p.Photo == 0 {
			t.Error("who was found to be somebody brings no photo")
		}
		must(a.Intake.Undo(ctx, v, again.ID))
		with("h")
		if p, err = a.Network.Person(ctx, a.DB, v, keeper.ID); err != nil || p.Photo != 0 {
			t.Errorf("a photo is told of that is gone: %v", err)
		}
	})
}
